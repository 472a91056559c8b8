"""What the page of complaints reads: board, queue, one complaint with what supports a decision; and who acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.agencies import Agency, find_agency, list_agencies, require_agency
from casework.complaints.duplicates import Candidate, find_duplicates
from casework.complaints.history import history
from casework.complaints.listing import get_complaint, is_public, list_complaints, list_secret, may_read_secret
from casework.complaints.merging import merged_numbers
from casework.complaints.records import OPEN_STAGES, STAGES, Complaint, ComplaintEvent, Stage
from casework.complaints.tables import ComplaintRow
from casework.complaints.transitions import MOVES, Act
from casework.deadlines.board import AgencyLine, board, warn_of
from casework.deadlines.letters import Letter, draft_letter, list_letters
from casework.people import get_person
from casework.roles import ACTIONS, Action, Actor
from dashboard.data import read_settings, shared_casework, shared_deadlines
from dashboard.visitor import page_actor
from kentongan.errors import KentonganError, NotAllowed

VIA: Final = "halaman"
"""What the audit says of an act that came from a page."""
UNASSIGNED: Final = "belum"
"""In the address: what no agency has yet and is to be verified."""
EVERYONE: Final = "semua"
"""In the address: every agency, for an officer whose own comes first otherwise."""
VERIFYING: Final[tuple[Stage, ...]] = ("menunggu_verifikasi", "dikembalikan")
"""Stages in which the command centre owes something, whatever agency an import names; as the board counts."""

OFFERED: Final[tuple[Act, ...]] = (
    "submitted", "released", "verified", "forwarded", "followed_up", "finished", "resumed", "waiting", "returned",
    "merged", "unmerged", "archived", "reopened", "secret",
)  # fmt: skip
"""Acts of the page, in the order of the buttons. Rating is the reporter's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """In whose name the page acts."""

    actor: Actor | None
    agency: Agency | None
    """A petugas's own."""
    why: KentonganError | None
    """What keeps the page from acting where there is no actor."""
    reads_secret: bool
    drafts_letters: bool

    @property
    def own(self) -> str | None:
        """Code of the agency whose complaints the viewer is to see first; None for the command centre and others."""
        return None if self.agency is None or self.agency.kind == "pusat" else self.agency.code


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the address asks for."""

    agency: str | None = None
    """Code, ``UNASSIGNED``, or None for all."""
    stage: Stage | None = None
    """None: the open stages."""
    region: str | None = None
    red: bool = False
    held: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskView:
    """Board and queue at one moment."""

    viewer: Viewer
    filters: Filters
    lines: tuple[AgencyLine, ...]
    """The viewer's own agency first, then the most late."""
    warnings: tuple[str, ...]
    queue: tuple[Complaint, ...]
    more: bool
    """Whether there are further ones than the queue holds."""
    names: Mapping[str, str]
    """Name of each agency by its code."""
    active: tuple[str, ...]
    """Codes of the agencies that complaints can be forwarded to, by name."""
    regions: tuple[str, ...]
    """Codes of the regions that open complaints are of."""
    letters: tuple[Letter, ...]
    """Letters to the chosen agency, newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintView:
    """One complaint with what a decision on it stands on."""

    complaint: Complaint
    events: tuple[ComplaintEvent, ...]
    duplicates: tuple[Candidate, ...]
    merged: tuple[str, ...]
    """Numbers of the complaints joined to this one."""
    into: str | None
    """Number of the complaint it was joined to."""
    acts: tuple[Act, ...]
    """What the viewer may do now."""


def find_viewer(session: Session, *, now: datetime) -> Viewer:
    """Who acts on pages; without an actor it says why, and what is to be done."""
    actor, why = None, None
    try:
        actor = page_actor(session, now=now)
    except KentonganError as error:
        why = error
    person = get_person(session, actor.id) if actor is not None else None
    own = find_agency(session, person.agency) if person is not None and person.agency else None
    return Viewer(
        actor=actor,
        agency=own,
        why=why,
        reads_secret=may_read_secret(session, actor, now=now),
        drafts_letters=actor is not None and may(actor, "deadlines.letter") and is_theirs(session, actor, None),
    )


def may(actor: Actor, action: Action) -> bool:
    """Whether the actor's role has this right."""
    return actor.role in ACTIONS[action]


def is_theirs(session: Session, actor: Actor, agency: str | None) -> bool:
    """Whether the actor may act for an agency; None: for the command centre."""
    try:
        require_agency(session, actor, agency)
    except NotAllowed:
        return False
    return True


def load_desk(filters: Filters, *, now: datetime, limit: int, chosen: bool = True) -> DeskView:
    """Board and queue. Without a choice of agency (``chosen`` False) a petugas sees their own agency's."""
    deadlines = shared_deadlines()
    with shared_casework().read() as session:
        viewer = find_viewer(session, now=now)
        if not chosen and viewer.own is not None:
            filters = Filters(agency=viewer.own, stage=filters.stage, region=filters.region, red=filters.red)
        lines = board(session, now=now, deadlines=deadlines, region=filters.region)
        queue = read_queue(session, filters, viewer, now=now, limit=limit + 1)
        agencies = list_agencies(session)
        regions = select(ComplaintRow.region).where(is_public(), ComplaintRow.region.is_not(None)).distinct()
        found = [code for code in session.scalars(regions.where(ComplaintRow.stage.in_(OPEN_STAGES))) if code]
        letters = list_letters(session, agency=filters.agency) if viewer.drafts_letters and filters.agency else []
    return DeskView(
        viewer=viewer,
        filters=filters,
        lines=tuple(sorted(lines, key=lambda line: line.agency is None or line.agency != viewer.own)),
        warnings=warn_of(lines, now=now, deadlines=deadlines),
        queue=tuple(queue[:limit]),
        more=len(queue) > limit,
        names={one.code: one.name for one in agencies},
        active=tuple(one.code for one in agencies if one.active),
        regions=tuple(sorted(found)),
        letters=tuple(letters),
    )


def read_queue(session: Session, filters: Filters, viewer: Viewer, *, now: datetime, limit: int) -> list[Complaint]:
    """The complaints that the filters ask for, the soonest due first. Secret ones only where the viewer may read them.

    An agency's are those it owes something for; without an agency those that the command centre has to look at.
    """
    if filters.secret:
        if viewer.actor is None or not viewer.reads_secret:
            return []
        return list_secret(session, actor=viewer.actor, now=now, limit=limit)
    stages = [filters.stage] if filters.stage else list(OPEN_STAGES)
    if filters.agency == UNASSIGNED and filters.stage is None:
        stages = list(VERIFYING)
    elif filters.agency is not None and filters.stage is None:
        stages = [stage for stage in OPEN_STAGES if stage not in VERIFYING]
    return list_complaints(
        session,
        agency=None if filters.agency in (None, UNASSIGNED) else filters.agency,
        unassigned=filters.agency == UNASSIGNED and filters.stage is not None and filters.stage not in VERIFYING,
        stages=stages,
        region=filters.region,
        red=filters.red,
        held=filters.held,
        now=now,
        limit=limit,
    )


def look_at_complaint(complaint: int, *, now: datetime) -> ComplaintView:
    """One complaint for the person of these pages. Raises NotFound, also for a secret one not theirs to read."""
    with shared_casework().read() as session:
        viewer = find_viewer(session, now=now)
        found = get_complaint(session, complaint, actor=viewer.actor, now=now)
        into = None
        if found.merged_into is not None:
            into = get_complaint(session, found.merged_into, actor=viewer.actor, now=now).number
        return ComplaintView(
            complaint=found,
            events=tuple(history(session, complaint)),
            duplicates=tuple(find_duplicates(session, found)) if found.is_open else (),
            merged=tuple(merged_numbers(session, complaint)),
            into=into,
            acts=tuple(offer_acts(session, found, viewer)),
        )


def offer_acts(session: Session, complaint: Complaint, viewer: Viewer) -> Sequence[Act]:
    """The acts that this viewer may do at this stage; what is offered is refused again where it is done."""
    actor = viewer.actor
    if actor is None:
        return ()
    offered = []
    for act in OFFERED:
        move = MOVES[act]
        if complaint.stage not in move.stages or not fits_hold(act, complaint):
            continue
        if complaint.secret:
            if viewer.reads_secret:
                offered.append(act)
        elif may(actor, move.action) and (
            move.by == "anybody" or is_theirs(session, actor, None if move.by == "centre" else complaint.agency)
        ):
            offered.append(act)
    return offered


def fits_hold(act: Act, complaint: Complaint) -> bool:
    """Whether an act goes with a complaint's hold: a draft is submitted or ended, another hold is looked at first."""
    if act == "submitted":
        return complaint.held == "draft"
    if act == "released":
        return complaint.held not in (None, "draft")
    if complaint.held == "draft":
        return act in ("archived", "secret")
    return complaint.held is None or act in ("verified", "archived", "secret")


def draft_for(agency: str, *, number: str, now: datetime) -> Letter:
    """A draft of the letter to an agency about all it is late with. Raises NotAllowed, Conflict."""
    with shared_casework().begin() as session:
        viewer = find_viewer(session, now=now)
        if viewer.actor is None:
            assert viewer.why is not None
            raise viewer.why
        return draft_letter(
            session, agency, number=number, organisation=read_settings().organisation, deadlines=shared_deadlines(),
            actor=viewer.actor, now=now, via=VIA,
        )  # fmt: skip


def as_stage(said: str | None) -> Stage | None:
    """The stage of this name; None for another."""
    return next((stage for stage in STAGES if stage == said), None)
