"""From when a page tells what changed: since the person last looked, or since a time they chose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

import streamlit as st

from casework.visits import SEEN_EVERY, Visit, first_since, note_visit, put_away_welcome
from dashboard.data import read_settings, shared_casework
from kentongan.errors import KentonganError
from kentongan.times import start_of_day
from kentongan.working_days import load_calendar

Reach = Literal["kunjungan", "hari", "pekan"]
REACHES: Final[tuple[Reach, ...]] = ("kunjungan", "hari", "pekan")
"""Value of ``sejak`` in the address: the last look, today, seven days."""
WEEK: Final = timedelta(days=7)
LONGEST: Final = timedelta(days=14)
"""Who comes back later than this is told of a fortnight: nobody reads a quarter in one line."""
STEP: Final = timedelta(minutes=10)
"""Beginnings are cut to this, so that people who came back together share one answer."""
NOTED: Final = "visit-noted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """From when, and why."""

    at: datetime
    """Aware."""
    why: Literal["visit", "first", "long", "today", "week"]


def keep_visit(person: str | None, *, now: datetime) -> Visit | None:
    """Note that a person (id) looks, at most once in SEEN_EVERY, and return their visit; None where nobody signed in.

    A database that is away shows on the pages themselves, not here.
    """
    if person is None:
        return None
    known: tuple[datetime, Visit] | None = st.session_state.get(NOTED)
    if known is not None and known[1].person == person and timedelta() <= now - known[0] < SEEN_EVERY:
        return known[1]
    try:
        with shared_casework().begin() as session:
            visit = note_visit(session, person, now=now)
    except KentonganError:
        return None
    st.session_state[NOTED] = (now, visit)
    return visit


def set_welcome(visit: Visit | None, *, away: bool, now: datetime) -> None:
    """Put the first steps away or bring them back; where nobody signed in, for this browser's session only."""
    if visit is None:
        st.session_state["welcome-away"] = away
        return
    with shared_casework().begin() as session:
        put_away_welcome(session, visit.person, away=away, now=now)
    st.session_state.pop(NOTED, None)


def is_welcomed(visit: Visit | None) -> bool:
    """Whether the first steps were put away."""
    return visit.welcomed if visit is not None else bool(st.session_state.get("welcome-away"))


def read_reach() -> Reach:
    """What the address asks for; nonsense in it counts as no choice."""
    asked = st.query_params.get("sejak", "")
    return next((one for one in REACHES if one == asked), REACHES[0])


def since_of(reach: Reach, visit: Visit | None, *, now: datetime) -> Since:
    """From when it is told, cut to STEP."""
    settings = read_settings()
    if reach == "pekan":
        return Since(at=cut(now - WEEK) + STEP, why="week")
    if reach == "hari" or visit is None:
        return Since(at=start_of_day(now, settings.zone), why="today")
    if visit.before_at is None:
        calendar = load_calendar(settings.holidays_file)
        return Since(at=first_since(now, calendar=calendar, zone=settings.zone), why="first")
    if now - visit.before_at > LONGEST:
        return Since(at=cut(now - LONGEST), why="long")
    return Since(at=cut(visit.before_at), why="visit")


def cut(moment: datetime) -> datetime:
    """The last full STEP before a moment."""
    return moment - timedelta(
        minutes=moment.minute % (STEP // timedelta(minutes=1)), seconds=moment.second, microseconds=moment.microsecond
    )
