"""Reads until when an alert is to be silent, as people say it: "2 jam", "besok 07.00", "Senin 08.00", a full date."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from kentongan.errors import KentonganError
from kentongan.times import DAYS_ID, parse_time, start_of_day

UNITS: Final = {"menit": timedelta(minutes=1), "jam": timedelta(hours=1), "hari": timedelta(days=1)}
MORNING: Final = (7, 0)
"""Hour and minute meant where only a day is said; chosen by us: when the office looks at the night's alerts."""
LENGTH = re.compile(r"([0-9]{1,4}) ?(menit|jam|hari)")
DAY = re.compile(
    rf"(hari ini|besok|lusa|{'|'.join(DAYS_ID).lower()})(?: (?:jam|pukul)?\s?([0-9]{{1,2}})[.:]([0-9]{{2}}))?"
)


def parse_until(said: str, *, now: datetime, zone: str) -> datetime:
    """The moment meant, aware. "besok" is at 07.00; a weekday is the next one after today.

    Raises KentonganError for words it does not know and hours that do not exist; a time that is over is the caller's
    to refuse.
    """
    words = " ".join(said.lower().split())
    if length := LENGTH.fullmatch(words):
        return now + int(length[1]) * UNITS[length[2]]
    if day := DAY.fullmatch(words):
        today = start_of_day(now, zone)
        hour, minute = MORNING if day[2] is None else (int(day[2]), int(day[3]))
        if hour > 23 or minute > 59:
            raise not_a_time(said)
        return today + timedelta(days=days_ahead(day[1], today), hours=hour, minutes=minute)
    try:
        return parse_time(said, zone=zone)
    except ValueError as error:
        raise not_a_time(said) from error


def days_ahead(name: str, today: datetime) -> int:
    """How many days from today the named day is."""
    fixed = {"hari ini": 0, "besok": 1, "lusa": 2}
    if name in fixed:
        return fixed[name]
    weekday = [day.lower() for day in DAYS_ID].index(name)
    return (weekday - today.weekday() - 1) % 7 + 1


def not_a_time(said: str) -> KentonganError:
    return KentonganError(
        f"Saat {said[:40]!r} tidak terbaca.", hint='Tulis seperti "2 jam", "besok 07.00", atau "2026-11-23 08.00".'
    )
