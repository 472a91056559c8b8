"""Makes an edition: gathers the window's articles, keeps those that are ours, and lays them out by issue.

Made again while it is a draft, it adds what came since and keeps every word a person said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.agencies import Agency, list_agencies
from casework.clippings.claims import Claims
from casework.clippings.editions import EditionName, window_of
from casework.clippings.proposing import (
    Known,
    Proposal,
    group_copies,
    label_issues,
    propose_item,
    telling_words,
    title_of,
    topic_words,
)
from casework.clippings.reading import documents_before, item_rows, next_place, record_act
from casework.clippings.records import EDITION_WORDS, NO_TOPIC, Clipping, as_clipping
from casework.clippings.relevance import Locality, explain_relevance, read_locality
from casework.clippings.tables import ClippingItemRow, ClippingRow
from casework.db import take_turn
from casework.incidents.dangers import dangers_off_lists
from casework.roles import Actor
from casework.trends.issues import FIELD_OF_TOPIC, list_issues
from kentongan.errors import Conflict, KentonganError
from kentongan.places import Gazetteer
from kentongan.schema import BY_HAND, Query, Record
from kentongan.settings import Settings
from kentongan.times import format_day, format_hour, format_time
from kentongan.topic_words import TOPIC_WORDS
from search.store import Store

LATE: Final = timedelta(hours=24)
"""How much older than its window an article may be that came in during the window, after the edition it belonged to
had closed: a slow feed, an outlet that was away."""
ISSUE_REACH: Final = timedelta(days=3)
"""How long before its window an issue of trends may have ended that news is still about."""
SUSPECTED_REACH: Final = timedelta(days=7)
"""How far back suspected posts are asked for links to articles."""
SUSPECTED_MOST: Final = 2_000
"""Most suspected posts that are asked."""
PAGE: Final = 500
"""Documents read from the store at a time."""


def make_clipping(
    store: Store, session: Session, *, day: date, edition: EditionName, settings: Settings, gazetteer: Gazetteer,
    actor: Actor, now: datetime, claims: Claims | None = None, via: str | None = None,
) -> Clipping:  # fmt: skip
    """The clipping of an edition, made, or brought up to date where it is still a draft.

    ``claims`` are what articles are compared with (``read_claims``), read by the caller before the transaction; None
    leaves that rule out. Raises NotAllowed, KentonganError for a window that has not begun, Conflict for an edition
    that was issued, and Retry as the store does.
    """
    actor = authorise(session, actor, action="clippings.make", now=now)
    since, until = window_of(day, edition, zone=settings.zone)
    if now < since:
        raise KentonganError(
            f"{EDITION_WORDS[edition].capitalize()} {format_day(since, zone=settings.zone)} belum mulai: "
            f"beritanya sejak {format_time(since, zone=settings.zone)}.",
            hint="Pilih edisi yang lebih awal.",
        )
    take_turn(session, f"clipping:{day}:{edition}")
    chosen = select(ClippingRow).where(ClippingRow.day == day, ClippingRow.edition == edition).with_for_update()
    row = session.scalar(chosen, execution_options={"populate_existing": True})
    if row is not None and row.state == "issued":
        raise Conflict(
            f"Kliping {as_clipping(row).number} sudah terbit (revisi {row.revision}).",
            hint="Revisi baru dimulai dengan `kentongan clippings add NOMOR DOKUMEN --as NAMA`.",
        )
    locality = read_locality(gazetteer, list_agencies(session, active=True), region=settings.region)
    found = read_window(store, session, since=since, until=until)
    ours = {record.document.id: why for record in found if (why := relevance_of(record, locality))}
    known = read_known(store, session, locality, since=since, until=until, claims=claims)
    groups = group_copies([record for record in found if record.document.id in ours])
    proposals = [
        propose_item(
            group, known, why=tuple(dict.fromkeys(one for each in group for one in ours[each.document.id])),
            late=all(record.document.published_at < since for record in group),
        )
        for group in groups
    ]  # fmt: skip
    first = row is None
    if row is None:
        row = ClippingRow(
            day=day, edition=edition, zone=settings.zone, since=since, until=until, state="draft", revision=1,
            scope=locality.words, gaps=[], read=0, made_at=now, made_by=actor.id, made_name=actor.username,
            sample=False,
        )  # fmt: skip
        session.add(row)
        session.flush()
    new, changed = take_proposals(session, row, proposals, leave=telling_words(row.scope))
    gaps = gap_words(store, since=since, until=until, zone=settings.zone)
    if first or new or changed or row.read != len(found) or row.gaps != gaps:
        row.gaps, row.read = gaps, len(found)
        row.made_at, row.made_by, row.made_name = now, actor.id, actor.username
        row.sample = row.sample or any(proposal.sample for proposal in proposals)
        after = {"dibaca": len(found), "baru": new, "diperbarui": changed}
        record_act(session, row, act="made" if first else "gathered", actor=actor, now=now, via=via, after=after)
    session.flush()
    return as_clipping(row)


def read_window(store: Store, session: Session, *, since: datetime, until: datetime) -> list[Record]:
    """The articles published in a window, and those of the day before it that came in during it and stand in no
    earlier clipping."""
    store.refresh()
    inside = list(read_articles(store, since=since, until=until))
    early = read_articles(store, since=since - LATE, until=since)
    late = [one for one in early if since <= one.document.collected_at < until]
    told = documents_before(session, since=since - LATE, until=since) if late else set()
    return [*(one for one in late if one.document.id not in told), *inside]


def read_articles(store: Store, *, since: datetime, until: datetime) -> Iterator[Record]:
    """The articles published from ``since`` to before ``until``, without what a person entered by hand."""
    query = Query(kinds=("article",), since=since, until=until, without_sources=(BY_HAND,))
    after: str | None = None
    while True:
        page = store.search(query, limit=PAGE, after=after)
        yield from page.records
        after = page.after
        if after is None:
            return


def relevance_of(record: Record, locality: Locality) -> tuple[str, ...]:
    """Why a record is news of ours, by ``relevance``; empty where it is not."""
    label = record.labels.get("region")
    region = record.document.region or (None if label is None or label.abstained else label.value)
    return explain_relevance(locality, title=title_of(record), text=record.newest.text, region=region)


def read_known(
    store: Store, session: Session, locality: Locality, *, since: datetime, until: datetime, claims: Claims | None
) -> Known:
    """What the window's articles are held against."""
    agencies: dict[str, list[Agency]] = {}
    for field in FIELD_OF_TOPIC.values():
        agencies[field] = [one for one in locality.agencies if field in one.fields and one.kind != "kecamatan"]
    issues = list_issues(session, since=since - ISSUE_REACH, until=until, limit=200)
    return Known(
        locality=locality, fields={field: found[0] for field, found in agencies.items() if len(found) == 1},
        issues=issues, claims=claims.matcher if claims else None, reviewed=claims.reviewed if claims else frozenset(),
        linked=suspected_links(store, session, since=since - SUSPECTED_REACH, until=until),
    )  # fmt: skip


def suspected_links(store: Store, session: Session, *, since: datetime, until: datetime) -> frozenset[str]:
    """Addresses that suspected posts link to. What waits for an agency's word on a danger is no hoax."""
    query = Query(kinds=("post", "comment"), hoax=("hoax",), since=since, until=until)
    records = store.search(query, limit=SUSPECTED_MOST).records
    if not records:
        return frozenset()
    held = dangers_off_lists(session)
    return frozenset(link for one in records if one.document.id not in held for link in one.document.links)


def take_proposals(
    session: Session, clipping: ClippingRow, proposals: Sequence[Proposal], *, leave: frozenset[str]
) -> tuple[int, int]:
    """Lay proposals down as items: new ones, and what changed of those that are there. Returns how many of each."""
    rows = item_rows(session, clipping.id)
    by_document = {outlet["document"]: row for row in rows for outlet in row.outlets}
    new = changed = 0
    place = next_place(session, clipping.id)
    for proposal in proposals:
        there = next((by_document[one.document] for one in proposal.outlets if one.document in by_document), None)
        if there is not None:
            changed += bring_up_to_date(there, proposal)
            continue
        row = item_row(clipping, proposal, place=place)
        session.add(row)
        rows.append(row)
        new, place = new + 1, place + 1
    if new or changed:
        name_issues(rows, leave=leave)
        if not any("place" in row.decided for row in rows):
            rank_items(rows)
    session.flush()
    return new, changed


def item_row(clipping: ClippingRow, proposal: Proposal, *, place: int) -> ClippingItemRow:
    """A new row of a proposal."""
    fields: Mapping[str, Any] = machine_fields(proposal)
    labels = (("tone", proposal.tone), ("topic", proposal.topic))
    decided = [name for name, label in labels if label.by_person]
    return ClippingItemRow(
        clipping=clipping.id, place=place, outlets=msgspec.to_builtins(proposal.outlets), title=proposal.title,
        quote=proposal.quote, quoted=proposal.quoted, why=list(proposal.why), late=proposal.late, clarify=None,
        note=None, left_out=False, left_reason=None, decided=decided, added_by=None, sample=proposal.sample, **fields,
    )  # fmt: skip


def machine_fields(proposal: Proposal) -> dict[str, Any]:
    """The fields that a person may say better."""
    return {
        "topic": proposal.topic.value, "topic_p": proposal.topic.p, "topic_abstained": proposal.topic.abstained,
        "tone": proposal.tone.value, "tone_p": proposal.tone.p, "tone_abstained": proposal.tone.abstained,
        "issue": proposal.issue or topic_words(proposal.topic), "issue_number": proposal.issue_number,
        "agency": proposal.agency, "agency_from": proposal.agency_from,
        "ours": proposal.ours, "story_reasons": list(proposal.story_reasons),
    }  # fmt: skip


BELONGS: Final = {
    "topic": "topic", "topic_p": "topic", "topic_abstained": "topic", "tone": "tone", "tone_p": "tone",
    "tone_abstained": "tone", "issue": "issue", "issue_number": "issue", "agency": "agency", "agency_from": "agency",
    "ours": "", "story_reasons": "",
}  # fmt: skip
"""A machine's field: the person's field that it gives way to."""


def bring_up_to_date(row: ClippingItemRow, proposal: Proposal) -> bool:
    """Add outlets that came since and take what models now say, not over a person's word; whether anything changed."""
    known = {outlet["document"] for outlet in row.outlets}
    more = [one for one in msgspec.to_builtins(proposal.outlets) if one["document"] not in known]
    changed = bool(more)
    if more:
        row.outlets = sorted([*row.outlets, *more], key=lambda one: (one["published_at"], one["document"]))
    for name, value in machine_fields(proposal).items():
        if BELONGS[name] in row.decided or (name == "issue" and not proposal.issue):
            continue
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed = True
    return changed


def name_issues(rows: Sequence[ClippingItemRow], *, leave: frozenset[str]) -> None:
    """Give items without an issue of trends, or of a person, their topic's and the word that leads it."""
    for row, label in zip(rows, issue_labels(rows, leave=leave), strict=True):
        if label is not None and row.issue != label:
            row.issue = label


def issue_labels(
    rows: Sequence[ClippingItemRow], *, leave: frozenset[str], topics: Mapping[int, str | None] | None = None
) -> list[str | None]:
    """The issue of each item that neither trends nor a person gave one, None for the others; ``topics`` are topics
    that rows are about to have, by id."""
    named = []
    for row in rows:
        topic = None if row.topic_abstained else row.topic
        topic = topics[row.id] if topics and row.id in topics else topic
        named.append((TOPIC_WORDS[topic] if topic else NO_TOPIC, row.title))
    labels = label_issues(named, leave=leave)
    return [
        label if row.issue_number is None and "issue" not in row.decided else None
        for row, label in zip(rows, labels, strict=True)
    ]


def rank_items(rows: Sequence[ClippingItemRow]) -> None:
    """Order items: issues with most items first, then most outlets; within an issue most outlets, then the earliest."""
    size: dict[str, list[int]] = {}
    for row in rows:
        known = size.setdefault(row.issue, [0, 0])
        known[0], known[1] = known[0] + 1, known[1] + len(row.outlets)
    ordered = sorted(
        rows,
        key=lambda row: (
            row.issue.startswith(NO_TOPIC), -size[row.issue][0], -size[row.issue][1], row.issue, -len(row.outlets),
            row.outlets[0]["published_at"], row.outlets[0]["document"],
        ),
    )  # fmt: skip
    for place, row in enumerate(ordered, 1):
        if row.place != place:
            row.place = place


def gap_words(store: Store, *, since: datetime, until: datetime, zone: str) -> list[str]:
    """What was not collected in the window of sources that bring articles, in words."""
    news = {cell.key[0] for cell in store.count(Query(kinds=("article",)), by=("source",))}
    return [
        f"{gap.source}: {format_hour(max(gap.since, since), zone=zone)} sampai "
        f"{format_hour(min(gap.until, until), zone=zone)} ({gap.reason})"
        for gap in store.gaps(since=since, until=until)
        if gap.source in news
    ]
