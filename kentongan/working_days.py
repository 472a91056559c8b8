"""Working days: which days of which year are off, by dated data, and the counting of days from one to another.

A working day of the civil service is Monday to Friday (Perpres 21/2023) but national holidays and collective leave
(cuti bersama), which the joint decree of three ministers (SKB 3 Menteri) lists anew for each year. The days lie in
``kentongan/data/holidays.toml``, an installation adds its own (setting ``holidays_file``). A year that nobody filled in
counts weekends only, and whoever shows a deadline in it says so (``Calendar.warn``).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, Literal

import msgspec

from kentongan.errors import BadSettings

FILE: Final = Path(__file__).parent / "data" / "holidays.toml"
WEEKDAYS: Final = 5
"""Working days of a week, Monday first (Perpres 21/2023, article 4)."""

DayOffKind = Literal["libur", "cuti-bersama"]
"""National (or local) holiday, or collective leave of the civil service; neither is a working day."""
DAY_OFF_WORDS: Final[dict[DayOffKind, str]] = {"libur": "hari libur", "cuti-bersama": "cuti bersama"}


class DayOff(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One day nobody works."""

    date: date
    name: str
    kind: DayOffKind = "libur"


class YearOff(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is known of a year."""

    year: int
    source: str
    """The decree with its changes, as a person would look it up."""
    checked: bool
    """Whether the list was compared with a second source. Where it was not, deadlines in this year say so."""
    days: tuple[DayOff, ...]


class MoreDays(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file of years and, beside them, days that are added to a year or taken from it ("dibatalkan")."""

    year: tuple[YearOff, ...] = ()
    """Whole years: one given by the installation takes the place of the shipped one."""
    add: tuple[DayOff, ...] = ()
    """Days off beside the year's own: a local election, a day the governor declared."""
    remove: tuple[date, ...] = ()
    """Days that the year lists and that were working days after all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The days off of the years that are known."""

    days_off: Mapping[date, DayOff]
    years: Mapping[int, YearOff]
    on_weekdays: Sequence[int] = field(repr=False)
    """Ordinals of the days off that fall on Monday to Friday, ascending."""

    def is_working_day(self, day: date) -> bool:
        """Whether offices work: Monday to Friday and not off. Where the year is unknown, Monday to Friday."""
        return day.weekday() < WEEKDAYS and day not in self.days_off

    def next_working_day(self, day: date) -> date:
        """The first working day after this one."""
        return self.add_working_days(day, 1)

    def add_working_days(self, day: date, days: int) -> date:
        """The ``days``-th working day after this one; the day itself, whatever it is, for 0.

        Raises ValueError for a negative number.
        """
        if days < 0:
            raise ValueError(f"working days are counted forward, got {days}")
        if days == 0:
            return day
        wanted = self._working_days_until(day.toordinal()) + days
        off = bisect_right(self.on_weekdays, day.toordinal())
        while True:
            # The day that would be right with this many days off before it; later ones push it on.
            found = _nth_weekday(wanted + off)
            now_off = bisect_right(self.on_weekdays, found)
            if now_off == off:
                return date.fromordinal(found)
            off = now_off

    def count_working_days(self, after: date, until: date) -> int:
        """How many working days lie after the first day, up to and with the second; negative where that is earlier."""
        return self._working_days_until(until.toordinal()) - self._working_days_until(after.toordinal())

    def missing_years(self, first: date, last: date) -> tuple[int, ...]:
        """The years from the first to the last day of which no days off are known."""
        return tuple(year for year in range(first.year, last.year + 1) if year not in self.years)

    def warn(self, days: Iterable[date]) -> tuple[str, ...]:
        """What to say beside deadlines that fall on these days: which years are unknown or not compared yet."""
        warnings = []
        for year in sorted({day.year for day in days}):
            known = self.years.get(year)
            if known is None:
                warnings.append(f"Libur tahun {year} belum diisi: hanya akhir pekan dihitung.")
            elif not known.checked:
                warnings.append(f"Libur tahun {year} belum dicocokkan dengan surat keputusannya.")
        return tuple(warnings)

    def _working_days_until(self, ordinal: int) -> int:
        """How many working days there were from the first day of the calendar to this one."""
        weeks, rest = divmod(ordinal, 7)  # ordinal 1 was a Monday
        return weeks * WEEKDAYS + min(rest, WEEKDAYS) - bisect_right(self.on_weekdays, ordinal)


def _nth_weekday(number: int) -> int:
    """Ordinal of the ``number``-th Monday-to-Friday since the first day of the calendar."""
    weeks, rest = divmod(number - 1, WEEKDAYS)
    return weeks * 7 + rest + 1


def load_calendar(path: Path | None = None) -> Calendar:
    """The shipped days off, with an installation's own file (setting ``holidays_file``) laid over them.

    Raises BadSettings for a file that cannot be read, a day outside its year, or one that is given twice.
    """
    shipped = _read_shipped()
    return make_calendar(shipped if path is None else lay_over(shipped, read_days_off(path), path=path))


def make_calendar(given: MoreDays) -> Calendar:
    """The calendar of these years and days."""
    days = {day.date: day for year in given.year for day in year.days}
    days |= {day.date: day for day in given.add}
    for gone in given.remove:
        days.pop(gone, None)
    weekdays = sorted(day.toordinal() for day in days if day.weekday() < WEEKDAYS)
    return Calendar(days_off=days, years={year.year: year for year in given.year}, on_weekdays=tuple(weekdays))


def lay_over(shipped: MoreDays, own: MoreDays, *, path: Path) -> MoreDays:
    """The installation's years in the place of the shipped ones, its other days beside them."""
    years = {year.year: year for year in (*shipped.year, *own.year)}
    known = {day.date for year in years.values() for day in year.days}
    for gone in own.remove:
        if gone not in known:
            raise BadSettings(
                f"{path}: {gone.isoformat()} dibatalkan sebagai libur, padahal tidak ada dalam daftar.",
                hint="Hapus baris itu atau betulkan tanggalnya; daftarnya: `kentongan deadlines holidays`.",
            )
    return MoreDays(year=tuple(years.values()), add=(*shipped.add, *own.add), remove=own.remove)


def read_days_off(path: Path) -> MoreDays:
    """A file of days off. Raises BadSettings, which says what to mend."""
    try:
        given = msgspec.toml.decode(path.read_bytes(), type=MoreDays)
    except OSError as error:
        raise BadSettings(f"Berkas hari libur {path} tidak terbaca: {error.strerror}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadSettings(
            f"Berkas hari libur {path} tidak cocok: {error}.", hint="Contohnya: kentongan/data/holidays.toml."
        ) from error
    seen: set[date] = set()
    for year in given.year:
        for day in year.days:
            if day.date.year != year.year:
                raise BadSettings(f"{path}: {day.date.isoformat()} tertulis di tahun {year.year}.")
            if day.date in seen:
                raise BadSettings(f"{path}: {day.date.isoformat()} tertulis dua kali.")
            seen.add(day.date)
    return given


@cache
def _read_shipped() -> MoreDays:
    return read_days_off(FILE)
