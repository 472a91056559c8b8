"""What the page of the briefing asks and does: the days, one paper, writing, editing, signing, checking, files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from casework.briefings.editing import edit_head, edit_line, edit_note
from casework.briefings.html import make_body, make_page
from casework.briefings.making import Recomputed, make_briefing, recompute_briefing, sign_briefing
from casework.briefings.paper import make_paper
from casework.briefings.records import (
    Briefing,
    BriefingEvent,
    BriefingLine,
    briefing_history,
    get_briefing,
    list_briefings,
)
from casework.people import find_person
from casework.roles import ACTIONS, ROLE_WORDS
from dashboard.data import read_settings, shared_casework, shared_gazetteer, shared_store
from dashboard.visitor import VIA, page_actor
from kentongan.errors import KentonganError
from kentongan.times import to_zone

DAYS_SHOWN = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """In whose name the page acts."""

    name: str
    role: str
    """As a person reads it."""
    edits: bool
    signs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefingView:
    """The days, and the paper that is open."""

    days: tuple[BriefingLine, ...]
    chosen: Briefing | None
    history: tuple[BriefingEvent, ...]
    viewer: Viewer | None
    """None where nobody acts on the pages."""
    has_today: bool


def load_briefings(asked: int | None, *, now: datetime) -> BriefingView:
    """The days, and the paper asked for, else the newest. Raises NotFound and Retry."""
    settings = read_settings()
    with shared_casework().read() as session:
        days = tuple(list_briefings(session, limit=DAYS_SHOWN))
        number = asked if asked is not None else days[0].id if days else None
        chosen = None if number is None else get_briefing(session, number)
        history = () if chosen is None else tuple(briefing_history(session, chosen.id))
        try:
            actor = page_actor(session, now=now)
            viewer = Viewer(
                name=find_person(session, actor.username).name, role=ROLE_WORDS[actor.role],
                edits=actor.role in ACTIONS["briefings.edit"], signs=actor.role in ACTIONS["briefings.sign"],
            )  # fmt: skip
        except KentonganError:
            viewer = None  # the page says so, and its buttons would be refused anyway
    today = to_zone(now, settings.zone).date()
    return BriefingView(
        days=days, chosen=chosen, history=history, viewer=viewer, has_today=any(one.day == today for one in days)
    )


def write_today(*, again: bool, now: datetime) -> Briefing:
    """Write today's paper. Raises KentonganError."""
    with shared_casework().begin() as session:
        return make_briefing(
            shared_store(), session, day=None, settings=read_settings(), name_region=name_region,
            actor=page_actor(session, now=now), now=now, again=again, via=VIA,
        )  # fmt: skip


def keep_line(shown: Briefing, *, part: str, line: int, words: str, now: datetime) -> None:
    """Write one line of the paper as it was shown anew. Raises KentonganError."""
    with shared_casework().begin() as session:
        edit_line(
            session, shown.id, part=part, line=line, words=words, actor=page_actor(session, now=now),
            version=shown.version, now=now, via=VIA,
        )  # fmt: skip


def keep_note(shown: Briefing, *, words: str, now: datetime) -> None:
    """Write the note below the paper. Raises KentonganError."""
    with shared_casework().begin() as session:
        actor = page_actor(session, now=now)
        edit_note(session, shown.id, words=words, actor=actor, version=shown.version, now=now, via=VIA)


def keep_head(shown: Briefing, said: Mapping[str, str], *, now: datetime) -> None:
    """Change lines of the head. Raises KentonganError."""
    with shared_casework().begin() as session:
        actor = page_actor(session, now=now)
        edit_head(session, shown.id, actor=actor, version=shown.version, now=now, via=VIA, **said)


def sign_shown(shown: Briefing, *, now: datetime) -> Briefing:
    """Sign the paper as it was shown. Raises KentonganError."""
    with shared_casework().begin() as session:
        return sign_briefing(
            session, shown.id, actor=page_actor(session, now=now), version=shown.version, now=now, via=VIA
        )


def check_figures(briefing: int, *, now: datetime) -> list[Recomputed]:
    """Every figure with what its question answers now. Raises KentonganError."""
    with shared_casework().read() as session:
        return recompute_briefing(shared_store(), session, briefing, settings=read_settings(), now=now)


def draw_paper(briefing: Briefing) -> str:
    """The paper for the page, its figures linking to the other pages."""
    settings = read_settings()
    return make_body(briefing, organisation=settings.organisation, zone=settings.zone, base="", annex=False)


def pdf_of(briefing: Briefing) -> bytes:
    settings = read_settings()
    return make_paper(briefing, organisation=settings.organisation, zone=settings.zone, base=settings.public_url)


def html_of(briefing: Briefing) -> bytes:
    settings = read_settings()
    page = make_page(briefing, organisation=settings.organisation, zone=settings.zone, base=settings.public_url)
    return page.encode("utf-8")


def name_region(code: str) -> str:
    """A region's name by its code; the code where the gazetteer has none."""
    found = shared_gazetteer().get(code)
    return code if found is None else found.name
