"""Reads what was published in the last hours for rumours of danger, and asks the agencies about what is new.

A text is asked about where its place is known to lie in the installation's region, or where it points at a place its
readers know and calls on them to act, or where it was copied (``COPIES``): a national quarrel about floods is none.
One danger a story and region: further copies join it, and so does what other stories say of a danger that was confirmed
there. What comes ``ASK_AGAIN`` after the answer is asked anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from analysis.danger import DangerClaim, find_danger
from casework.db import Casework, take_turn
from casework.incidents.danger_acts import expire_dangers, join_documents, raise_danger
from casework.incidents.dangers import UNANSWERED, Danger
from casework.incidents.tables import DangerDocumentRow, DangerRow
from casework.roles import SYSTEM
from casework.stories import find_story
from casework.story_tables import StoryItemRow, StoryMessageRow, StoryRow
from kentongan.places import Gazetteer
from kentongan.schema import Kind, Query, Record
from search.store import Store

KINDS: Final[tuple[Kind, ...]] = ("post", "comment", "complaint")
"""What is read: words of people. A newsroom has asked before it writes. Of complaints only those that call for help at
once: the others tell of damage, and their agency has them already."""
HOURS: Final = 6.0
"""How far back a scan reads, in hours of the time of publication: longer than any pause between two readings of a
source (`watch_most_minutes`)."""
COPIES: Final = 3
"""Copies of a story from which it is asked about wherever it may be; a story that was passed on twice goes round."""
ASK_AGAIN: Final = timedelta(hours=24)
"""How long an answer holds for further copies: after a day a dam may really leak."""
PAGE: Final = 500
"""Documents read from the store at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What one scan did."""

    read: int
    """Documents read."""
    raised: tuple[Danger, ...]
    """Dangers that an agency is asked about now."""
    joined: int
    """Further documents of dangers that were raised before."""
    expired: tuple[Danger, ...]
    """Dangers whose clock ran out unanswered since the last scan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A document that claims a danger."""

    record: Record
    claim: DangerClaim
    region: str | None


def scan_dangers(
    store: Store, casework: Casework, *, gazetteer: Gazetteer, within: str | None, now: datetime, hours: float = HOURS
) -> Scan:
    """Read the last hours and raise what is new; let clocks run out. ``within`` is the installation's region, None for
    the whole country. Scanning twice raises nothing twice. Raises Retry."""
    read, found = 0, []
    for record in read_recent(store, since=now - timedelta(hours=hours)):
        read += 1
        one = judge_record(record, gazetteer=gazetteer, within=within)
        if one is not None:
            found.append(one)
    # The oldest first: it is the one a danger is raised on.
    found.sort(key=lambda one: (one.record.document.published_at, one.record.document.id))
    raised: list[Danger] = []
    joined = 0
    with casework.begin() as session:
        # Two scans at once must see what the other raised.
        take_turn(session, "dangers")
        for one in found:
            known = find_known(session, one)
            if known is not None:
                joined += join_documents(session, known, [one.record.document.id], actor=SYSTEM, now=now)
            elif is_worth_asking(session, one):
                raised.append(raise_found(session, one, now=now))
        expired = expire_dangers(session, actor=SYSTEM, now=now)
    return Scan(read=read, raised=tuple(raised), joined=joined, expired=tuple(expired))


def read_recent(store: Store, *, since: datetime) -> Iterator[Record]:
    """What was published since, newest first."""
    after: str | None = None
    while True:
        page = store.search(Query(kinds=KINDS, since=since), limit=PAGE, after=after)
        yield from page.records
        after = page.after
        if after is None:
            return


def judge_record(record: Record, *, gazetteer: Gazetteer, within: str | None) -> Found | None:
    """The danger a document claims, with where; None where it claims none, or one of another region."""
    claim = find_danger(record.newest.words)
    if claim is None or (record.document.kind == "complaint" and not claim.urgent):
        return None
    region = region_of(record, gazetteer, within=within)
    if region is not None and within and not lies_in(region, within):
        return None
    return Found(record=record, claim=claim, region=region)


def region_of(record: Record, gazetteer: Gazetteer, *, within: str | None) -> str | None:
    """Where a document speaks of: what is on record, else what its words name."""
    said = record.labels.get("region")
    if said is not None and said.value and not said.abstained:
        return said.value
    if record.document.region:
        return record.document.region
    found = gazetteer.find(record.newest.words, within=within)
    return None if found is None else found.code


def lies_in(region: str, within: str) -> bool:
    """Whether a region is in the installation's, or holds it ("the whole province is flooded")."""
    return f"{region}.".startswith(f"{within}.") or f"{within}.".startswith(f"{region}.")


def find_known(session: Session, one: Found) -> int | None:
    """The danger that this document belongs to already; None for one nobody was asked about."""
    document = one.record.document
    story = find_story(session, document.id)
    documents = {document.id}
    if story is not None:
        documents |= set(
            session.scalars(
                select(DangerDocumentRow.document)
                .join(StoryItemRow, StoryItemRow.document == DangerDocumentRow.document)
                .join(StoryMessageRow, StoryMessageRow.message == StoryItemRow.message)
                .where(StoryMessageRow.story == story)
            )
        )
    rows = session.scalars(
        select(DangerRow)
        .join(DangerDocumentRow, DangerDocumentRow.danger == DangerRow.id)
        .where(DangerDocumentRow.document.in_(documents), DangerRow.danger == one.claim.danger)
        .order_by(DangerRow.id.desc())
    ).unique()
    for row in rows:
        same_place = row.region == one.region or row.region is None or one.region is None
        holds = row.state in UNANSWERED or (
            row.answered_at is not None and document.published_at <= row.answered_at + ASK_AGAIN
        )
        if same_place and holds:
            return row.id
    return find_same(session, one)


def find_same(session: Session, one: Found) -> int | None:
    """The danger of this kind and region that an agency is being asked about, or has confirmed within ``ASK_AGAIN``;
    None without one: nobody is asked the same in other words. A denial only answers what was asked."""
    if one.region is None:
        return None
    published = one.record.document.published_at
    return session.scalar(
        select(DangerRow.id)
        .where(
            DangerRow.danger == one.claim.danger,
            DangerRow.region == one.region,
            or_(
                and_(DangerRow.state.in_(UNANSWERED), DangerRow.raised_at >= published - ASK_AGAIN),
                and_(DangerRow.state == "confirmed", DangerRow.answered_at >= published - ASK_AGAIN),
            ),
        )
        .order_by(DangerRow.id.desc())
        .limit(1)
    )


def is_worth_asking(session: Session, one: Found) -> bool:
    """Whether an agency is asked, see the module's head."""
    if one.region is not None or (one.claim.local and one.claim.urgent):
        return True
    story = find_story(session, one.record.document.id)
    row = None if story is None else session.get(StoryRow, story)
    return row is not None and row.spreads + row.asks >= COPIES


def raise_found(session: Session, one: Found, *, now: datetime) -> Danger:
    document = one.record.document
    return raise_danger(
        session, document.id, danger=one.claim.danger, words=one.record.newest.words, reasons=reasons_of(one.claim),
        region=one.region, actor=SYSTEM, now=now, sample=document.sample,
    )  # fmt: skip


def reasons_of(claim: DangerClaim) -> Sequence[str]:
    """Why it was raised, as a person reads it."""
    return [*claim.reasons, "ditanyakan benar tidaknya"] if claim.asks else list(claim.reasons)
