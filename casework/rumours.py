"""Rumours and the complaints that may feed them: which links there are, and what people say of them.

A link is found by ``casework.rumour_finding`` and is a suspicion; a person confirms or refuses it, with a reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, cast

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from analysis.rumour_roots import LEAST_COMPLAINTS, Finding
from casework import audit
from casework.access import authorise
from casework.agency_tables import AgencyRow
from casework.complaints.listing import is_public
from casework.complaints.records import OPEN_STAGES
from casework.complaints.tables import ComplaintRow
from casework.db import expect_version
from casework.incidents.dangers import dangers_off_lists
from casework.roles import Actor
from casework.rumour_finding import update_rumour_links
from casework.rumour_records import (
    LINK_STATES,
    Judgement,
    LinkedComplaint,
    LinkState,
    RumourEvidence,
    RumourLink,
    parse_link,
)
from casework.rumour_tables import RumourJudgementRow, RumourLinkRow, RumourMemberRow
from kentongan.batches import batched
from kentongan.errors import KentonganError, NotFound
from kentongan.schema import require_aware

__all__ = [
    "Judgement", "LinkState", "LinkedComplaint", "RumourEvidence", "RumourLink", "judge_link", "link_history",
    "links_of_complaint", "links_of_story", "list_rumour_links", "parse_link", "read_link", "update_rumour_links",
]  # fmt: skip

MOST_LISTED: Final = 200
"""Most links one call lists."""
MIN_REASON: Final = 5
"""Letters a reason must have."""
MAX_REASON: Final = 1_000
AT_ONCE: Final = 500
"""Ids in one question to the database."""


def list_rumour_links(
    session: Session,
    *,
    since: datetime | None = None,
    states: Sequence[LinkState] = ("suspected", "confirmed"),
    finding: Finding | None = None,
    topic: str | None = None,
    region: str | None = None,
    limit: int = 50,
) -> list[RumourLink]:
    """Links whose rumour began at or after ``since``: confirmed ones first, then the likeliest.

    Stories that an agency is asked about, or confirmed as a real danger, are left out. ``region`` takes in the regions
    inside it.
    """
    require_aware("since", since)
    wanted: list[ColumnElement[bool]] = [RumourLinkRow.state.in_(tuple(states))]
    if since is not None:
        wanted.append(RumourLinkRow.began_at >= since)
    if finding is not None:
        wanted.append(RumourLinkRow.finding == finding)
    if topic is not None:
        wanted.append(RumourLinkRow.topic == topic)
    if region is not None:
        wanted.append((RumourLinkRow.region == region) | RumourLinkRow.region.startswith(f"{region}.", autoescape=True))
    return read_links(session, wanted)[: max(0, min(limit, MOST_LISTED))]


def links_of_story(session: Session, story: str) -> list[RumourLink]:
    """The links of a story that nobody refused, the likeliest first."""
    return read_links(session, [RumourLinkRow.story == story, RumourLinkRow.state != "refused"])


def links_of_complaint(session: Session, complaint: int) -> list[RumourLink]:
    """The links that hold this complaint and that nobody refused; none for one that is not public."""
    inside = select(RumourMemberRow.link).where(RumourMemberRow.complaint == complaint)
    found = read_links(session, [RumourLinkRow.id.in_(inside), RumourLinkRow.state != "refused"])
    return [link for link in found if complaint in link.cluster]


def read_link(session: Session, link: int) -> RumourLink:
    """The link of this id. Raises NotFound, also where its complaints are no longer public."""
    found = read_links(session, [RumourLinkRow.id == link], lost=True, off_lists=True)
    if not found:
        raise NotFound(f"Kaitan RMR-{link} tidak ada.", hint="Daftarnya: `kentongan rumours list`.")
    return found[0]


def link_history(session: Session, link: int) -> list[Judgement]:
    """What people said of a link, oldest first."""
    rows = session.scalars(
        select(RumourJudgementRow).where(RumourJudgementRow.link == link).order_by(RumourJudgementRow.id)
    )
    return [
        Judgement(
            at=row.at, state=cast(LinkState, row.state), reason=row.reason, cluster=tuple(row.cluster),
            score=row.score, actor_name=row.actor_name,
        )
        for row in rows
    ]  # fmt: skip


def judge_link(
    session: Session,
    link: int,
    *,
    state: LinkState,
    reason: str,
    actor: Actor,
    version: int,
    now: datetime,
    via: str | None = None,
) -> RumourLink:
    """Confirm or refuse a link, or take a judgement back ("suspected"). Raises NotFound, NotAllowed, Conflict where it
    changed since, KentonganError for a reason that says too little."""
    actor = authorise(session, actor, action="rumours.judge", now=now)
    if state not in LINK_STATES:
        raise KentonganError(f"Penilaian {state!r} tidak dikenal.", hint=f"Yang ada: {', '.join(LINK_STATES)}.")
    said = " ".join(reason.split())
    if len(said) < MIN_REASON or len(said) > MAX_REASON:
        raise KentonganError(
            "Alasannya belum cukup.", hint=f"Tulis mengapa, {MIN_REASON} sampai {MAX_REASON} karakter."
        )
    read_link(session, link)
    row = session.get(RumourLinkRow, link, populate_existing=True, with_for_update=True)
    assert row is not None
    expect_version(f"Kaitan RMR-{link}", read=version, stored=row.version)
    row.state = state
    session.add(
        RumourJudgementRow(
            link=link,
            at=now,
            state=state,
            reason=said,
            cluster=list(row.cluster),
            score=row.score,
            actor=actor.id,
            actor_name=actor.username,
        )
    )
    session.flush()
    detail = audit.with_way({"cerita": row.story, "menjadi": state, "alasan": said}, via)
    audit.record(session, actor, action="rumours.judge", object=f"rumour:{link}", detail=detail, now=now)
    return read_link(session, link)


def read_links(
    session: Session, wanted: Sequence[ColumnElement[bool]], *, lost: bool = False, off_lists: bool = False
) -> list[RumourLink]:
    """The links that fulfil the conditions, with the complaints that are public now; confirmed ones first.

    A link of which fewer than LEAST_COMPLAINTS are public is left out: what it says might come from one that is not.
    """
    chosen = select(RumourLinkRow).where(*wanted)
    if not lost:
        chosen = chosen.where(RumourLinkRow.lost_at.is_(None) | (RumourLinkRow.state != "suspected"))
    rows = list(session.scalars(chosen.execution_options(populate_existing=True)))
    if rows and not off_lists:
        hidden = dangers_off_lists(session)
        rows = [row for row in rows if row.story not in hidden]
    complaints = read_complaints(session, sorted({id for row in rows for id in row.cluster}))
    judged = read_judged(session, [row.id for row in rows])
    made = [as_link(row, complaints, judged.get(row.id)) for row in rows]
    kept = [link for link in made if len(link.cluster) >= LEAST_COMPLAINTS]
    return sorted(kept, key=lambda link: (link.state != "confirmed", link.finding != "waiting", -link.score, link.id))


def read_complaints(session: Session, ids: Sequence[int]) -> dict[int, LinkedComplaint]:
    """Of these complaints the public ones, as they stand now."""
    found: dict[int, LinkedComplaint] = {}
    for part in batched(ids, AT_ONCE):
        chosen = (
            select(
                ComplaintRow.id, ComplaintRow.number, ComplaintRow.received_at, ComplaintRow.stage,
                ComplaintRow.finished_at, ComplaintRow.region, AgencyRow.name,
            )
            .outerjoin(AgencyRow, AgencyRow.code == ComplaintRow.agency)
            .where(is_public(), ComplaintRow.id.in_(list(part)))
        )  # fmt: skip
        for id, number, received_at, stage, finished_at, region, agency in session.execute(chosen):
            found[id] = LinkedComplaint(
                id=id, number=number, received_at=received_at, open=stage in OPEN_STAGES, finished_at=finished_at,
                agency=agency, region=region,
            )  # fmt: skip
    return found


def read_judged(session: Session, links: Sequence[int]) -> dict[int, RumourJudgementRow]:
    """The newest judgement of each of these links."""
    found: dict[int, RumourJudgementRow] = {}
    for part in batched(links, AT_ONCE):
        chosen = select(RumourJudgementRow).where(RumourJudgementRow.link.in_(list(part)))
        for row in session.scalars(chosen.order_by(RumourJudgementRow.id)):
            found[row.link] = row
    return found


def as_link(
    row: RumourLinkRow, complaints: dict[int, LinkedComplaint], judged: RumourJudgementRow | None
) -> RumourLink:
    """The row as a record, without what is not public."""
    public = (complaints[id] for id in row.cluster if id in complaints)
    there = sorted(public, key=lambda one: (one.received_at, one.id))
    shown = {one.id for one in there}
    by_agency: dict[str, list[int]] = {}
    for one in there:
        if one.agency is not None:
            by_agency.setdefault(one.agency, []).append(one.id)
    evidence = [
        RumourEvidence(what=said["what"], value=said["value"], complaints=kept)
        for said in row.evidence
        if (kept := tuple(id for id in said["complaints"] if id in shown))
    ]
    ranked = sorted(by_agency.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    evidence += [RumourEvidence(what="agency", value=name, complaints=tuple(ids)) for name, ids in ranked]
    return RumourLink(
        id=row.id,
        story=row.story,
        finding=cast(Finding, row.finding),
        began_at=row.began_at,
        title=row.title,
        cluster=tuple(one.id for one in there),
        complaints=tuple(there),
        topic=row.topic,
        region=row.region,
        score=row.score,
        parts=dict(row.parts),
        evidence=tuple(evidence),
        state=cast(LinkState, row.state),
        at=row.at,
        judged_name=judged.actor_name if judged is not None else None,
        reason=judged.reason if judged is not None else None,
        judged_at=judged.at if judged is not None else None,
        sample=row.sample,
        version=row.version,
    )
