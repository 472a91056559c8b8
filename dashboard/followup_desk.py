"""What the page of follow-ups does: lists tasks and clarifications, looks into one, and acts for the page's person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from casework.agencies import Agency, get_agency, list_agencies
from casework.followups.assigning import Due, assign_followup, is_police
from casework.followups.clarifications import (
    DRAFT_STATES,
    OPEN_DRAFTS,
    Draft,
    DraftEvent,
    draft_history,
    list_drafts,
    read_draft,
)
from casework.followups.drafting import (
    approve_clarification,
    draft_clarification,
    edit_clarification,
    retract_draft,
)
from casework.followups.handling import answer_followup, cancel_followup, close_followup, return_followup
from casework.followups.history import followup_history, list_followups, read_followup
from casework.followups.legal_basis import Basis, bases_for, load_bases
from casework.followups.letter import make_assignment_letter
from casework.followups.publishing import Outlet, publish_draft
from casework.followups.records import FOLLOWUP_STATES, OPEN_STATES, FollowUp, FollowUpEvent, ObjectKind
from casework.roles import Actor
from dashboard.case_desk import shared_objects
from dashboard.data import read_settings, shared_casework
from dashboard.visitor import VIA, page_actor
from dashboard.words import say
from evidence.followups import assign_to_police
from evidence.law.rulebook import read_rulebook
from kentongan.times import to_zone
from kentongan.working_days import load_calendar

Done = TypeVar("Done")
SHOWN = 100
"""Most rows of a list on the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpView:
    """A follow-up as its card shows it."""

    followup: FollowUp
    agency: str
    """Its name."""
    events: tuple[FollowUpEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A clarification as its card shows it."""

    draft: Draft
    events: tuple[DraftEvent, ...]


def load_followups(*, ended: bool) -> tuple[list[FollowUp], Mapping[str, str]]:
    """Open follow-ups (with ``ended`` all), soonest due first, and the agencies' names by code."""
    with shared_casework().read() as session:
        found = list_followups(session, states=FOLLOWUP_STATES if ended else OPEN_STATES, limit=SHOWN)
        return found, {one.code: one.name for one in list_agencies(session)}


def look_at_followup(followup: int) -> FollowUpView:
    """One follow-up with its agency and history. Raises NotFound."""
    with shared_casework().read() as session:
        found = read_followup(session, followup)
        agency = get_agency(session, found.agency).name
        return FollowUpView(followup=found, agency=agency, events=followup_history(session, followup))


def load_choices(*, now: datetime) -> tuple[list[Agency], Mapping[str, tuple[Basis, ...]]]:
    """Active agencies, and the provisions in force today for each kind of them."""
    settings = read_settings()
    with shared_casework().read() as session:
        agencies = list_agencies(session, active=True)
    book, today = load_bases(settings.legal_bases_file), to_zone(now, settings.zone).date()
    kinds = {basis_kind(agency) for agency in agencies}
    return agencies, {kind: bases_for(book, kind=kind, on=today) for kind in kinds}


def basis_kind(agency: Agency) -> str:
    """The kind of agency whose provisions it takes."""
    return "polisi" if is_police(agency) else agency.kind


def assign_task(
    kind: ObjectKind, object: str, *, agency: str, title: str, task: str, bases: Sequence[str], days: int,
    region: str | None, now: datetime,
) -> FollowUp:  # fmt: skip
    """Give an agency a task; a police unit only through a case's law questions. Raises KentonganError."""
    settings = read_settings()
    book, calendar = load_bases(settings.legal_bases_file), load_calendar(settings.holidays_file)
    due = Due(working_days=days)
    with shared_casework().begin() as session:
        actor = page_actor(session, now=now)
        if kind == "case" and is_police(get_agency(session, agency)):
            return assign_to_police(
                session, object, agency=agency, title=title, task=task, bases=bases, book=book, due=due,
                calendar=calendar, rulebook=read_rulebook(settings.rulebook_file), objects=shared_objects(),
                zone=settings.zone, actor=actor, now=now, via=VIA,
            )  # fmt: skip
        return assign_followup(
            session, kind=kind, object=object, agency=agency, title=title, task=task, bases=bases, book=book, due=due,
            calendar=calendar, zone=settings.zone,
            region=region, actor=actor, now=now, via=VIA,
        )  # fmt: skip


def act_on_followup(act: str, followup: FollowUp, *, words: str, now: datetime) -> FollowUp:
    """Answer, return, close or cancel, on what the person saw. Raises KentonganError."""

    def do(session: Session, actor: Actor) -> FollowUp:
        seen, version = followup.id, followup.version
        if act == "answer":
            return answer_followup(session, seen, answer=words, actor=actor, now=now, version=version, via=VIA)
        if act == "close":
            return close_followup(session, seen, result=words, actor=actor, now=now, version=version, via=VIA)
        if act == "return":
            return return_followup(session, seen, reason=words, actor=actor, now=now, version=version, via=VIA)
        if act == "cancel":
            return cancel_followup(session, seen, reason=words, actor=actor, now=now, version=version, via=VIA)
        raise ValueError(f"no act {act!r}")

    return as_page(do, now=now)


def make_letter(view: FollowUpView, *, now: datetime) -> bytes:
    """The letter of assignment as PDF."""
    settings = read_settings()
    one = view.followup
    return make_assignment_letter(
        one, agency=view.agency, organisation=settings.organisation, number="", zone=settings.zone, now=now,
        topic_words=say(one.object, "id") if one.object_kind == "topic" else None,
    )  # fmt: skip


def load_drafts(*, ended: bool) -> list[Draft]:
    """Open clarifications (with ``ended`` all), newest first."""
    with shared_casework().read() as session:
        return list_drafts(session, states=DRAFT_STATES if ended else OPEN_DRAFTS, limit=SHOWN)


def look_at_draft(draft: int) -> DraftView:
    """One clarification with its history. Raises NotFound."""
    with shared_casework().read() as session:
        return DraftView(draft=read_draft(session, draft), events=draft_history(session, draft))


def write_draft(
    kind: ObjectKind, object: str, *, title: str, text: str, review: int | None, now: datetime
) -> Draft:  # fmt: skip
    """Keep a new clarification. Raises KentonganError."""
    return as_page(
        lambda session, actor: draft_clarification(
            session, kind=kind, object=object, title=title, text=text, review=review, actor=actor, now=now, via=VIA
        ),
        now=now,
    )


def change_draft(draft: Draft, *, title: str, text: str, now: datetime) -> Draft:
    """Change the words the person saw. Raises KentonganError."""
    return as_page(
        lambda session, actor: edit_clarification(
            session, draft.id, title=title, text=text, actor=actor, version=draft.version, now=now, via=VIA
        ),
        now=now,
    )


def approve_draft(draft: Draft, *, now: datetime) -> Draft:
    """Approve the words the person saw. Raises KentonganError."""
    return as_page(
        lambda session, actor: approve_clarification(
            session, draft.id, actor=actor, version=draft.version, now=now, via=VIA
        ),
        now=now,
    )


def note_publication(draft: Draft, *, channel: str, address: str, now: datetime) -> Draft:
    """Record that it went out just now. Raises KentonganError."""
    outlet = Outlet(channel=channel, address=address.strip() or None)
    return as_page(
        lambda session, actor: publish_draft(
            session, draft.id, outlets=[outlet], actor=actor, version=draft.version, now=now, via=VIA
        ),
        now=now,
    )


def take_back_draft(draft: Draft, *, reason: str, now: datetime) -> Draft:
    """Retract it. Raises KentonganError."""
    return as_page(
        lambda session, actor: retract_draft(
            session, draft.id, reason=reason, actor=actor, version=draft.version, now=now, via=VIA
        ),
        now=now,
    )


def as_page(do: Callable[[Session, Actor], Done], *, now: datetime) -> Done:
    """Do an act in one transaction, in the name of the page's person."""
    with shared_casework().begin() as session:
        return do(session, page_actor(session, now=now))
