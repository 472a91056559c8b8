"""Deadlines: what is owed by when, in working days.

``load_deadlines`` reads the rules and the calendar once; whoever moves a complaint asks
``casework.deadlines.clock.running_clock`` with them.
"""

from __future__ import annotations

from dataclasses import dataclass

from casework.deadlines.rules import Rules, load_rules
from kentongan.settings import Settings
from kentongan.working_days import Calendar, load_calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """What deadlines are computed with."""

    rules: Rules
    calendar: Calendar
    zone: str
    """Whose days are counted: "WIB", "WITA" or "WIT"."""


def load_deadlines(settings: Settings) -> Deadlines:
    """The installation's rules, days off and zone. Raises BadSettings for a file that cannot be used."""
    return Deadlines(
        rules=load_rules(settings.deadlines_file),
        calendar=load_calendar(settings.holidays_file),
        zone=settings.zone,
    )
