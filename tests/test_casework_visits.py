"""Visits: what changed is counted from the end of the visit before, however many browsers somebody has open."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from casework_fixtures import NOW, add, at_once, casework, casework_url, count_rows, settings  # noqa: F401

from casework.db import Casework
from casework.visit_tables import VisitRow
from casework.visits import SILENCE, first_since, note_visit, put_away_welcome, read_visit
from kentongan.times import ZONES
from kentongan.working_days import Calendar, DayOff


def look(casework: Casework, person: str, *, after: timedelta) -> datetime | None:  # noqa: F811
    with casework.begin() as session:
        return note_visit(session, person, now=NOW + after).before_at


def test_a_visit_goes_on_while_somebody_works_and_the_next_counts_from_its_end(casework: Casework) -> None:  # noqa: F811
    ani = add(casework, "ani", "analis").id
    assert look(casework, ani, after=timedelta()) is None, "the first visit has none before it"
    assert look(casework, ani, after=SILENCE - timedelta(seconds=1)) is None
    last = timedelta(minutes=55)
    assert look(casework, ani, after=last) is None, "an hour of work is one visit"
    assert look(casework, ani, after=last + SILENCE) == NOW + last
    assert look(casework, ani, after=last + SILENCE + timedelta(minutes=20)) == NOW + last, "it stays the same"
    assert look(casework, ani, after=timedelta(hours=-5)) == NOW + last, "a clock that was set back changes nothing"
    with pytest.raises(ValueError, match="now"), casework.begin() as session:
        note_visit(session, ani, now=datetime(2026, 11, 21))  # noqa: DTZ001


def test_two_browsers_at_the_same_moment_are_one_visit(casework: Casework) -> None:  # noqa: F811
    ani, budi = add(casework, "ani", "analis").id, add(casework, "budi", "hukum").id
    assert at_once([lambda: look(casework, ani, after=timedelta())] * 4) == ["done"] * 4
    assert count_rows(casework, VisitRow) == 1
    with casework.read() as session:
        assert read_visit(session, budi) is None


def test_first_steps_are_put_away_and_come_back(casework: Casework) -> None:  # noqa: F811
    ani = add(casework, "ani", "analis").id
    for away in (True, False):
        with casework.begin() as session:
            note_visit(session, ani, now=NOW)
            put_away_welcome(session, ani, away=away, now=NOW)
        with casework.read() as session:
            visit = read_visit(session, ani)
        assert visit is not None and visit.welcomed is away


@pytest.mark.parametrize(
    ("today", "since"),
    [
        (date(2026, 11, 19), date(2026, 11, 18)),
        (date(2026, 11, 23), date(2026, 11, 20)),
        (date(2026, 11, 24), date(2026, 11, 20)),
    ],
)
def test_who_was_never_here_is_told_from_the_last_working_day(today: date, since: date) -> None:
    monday = date(2026, 11, 23)
    calendar = Calendar(
        days_off={monday: DayOff(date=monday, name="libur setempat")}, years={}, on_weekdays=[monday.toordinal()]
    )
    now = datetime(today.year, today.month, today.day, 2, tzinfo=UTC)
    found = first_since(now, calendar=calendar, zone="WIB")
    assert found.date() == since and found == datetime(since.year, since.month, since.day, tzinfo=ZONES["WIB"])
