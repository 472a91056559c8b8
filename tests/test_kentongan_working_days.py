"""Working days are counted by the decrees of each year; a year nobody filled in is said to be so."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kentongan.errors import BadSettings
from kentongan.working_days import Calendar, load_calendar

CALENDAR = load_calendar()
DAYS = st.dates(date(2018, 1, 1), date(2029, 12, 31))

BY_HAND = [
    # Lebaran 2024: 8 to 12 and 15 April off, between two weekends.
    ("2024-04-05", 1, "2024-04-16"), ("2024-04-04", 3, "2024-04-17"), ("2024-04-02", 5, "2024-04-17"),
    ("2024-03-25", 14, "2024-04-23"),
    # Lebaran 2025: 28 March (Nyepi's leave), 31 March to 4 April and 7 April off.
    ("2025-03-27", 1, "2025-04-08"), ("2025-03-26", 3, "2025-04-09"), ("2025-03-24", 5, "2025-04-09"),
    # Lebaran 2026: Nyepi's leave on 18, Nyepi on 19, leave on 20, 23 and 24 March.
    ("2026-03-17", 1, "2026-03-25"), ("2026-03-16", 3, "2026-03-26"), ("2026-03-13", 5, "2026-03-27"),
    ("2026-03-14", 5, "2026-03-27"), ("2026-02-02", 60, "2026-05-08"),
    # Year's ends: Christmas with its leave, New Year.
    ("2024-12-24", 3, "2024-12-31"), ("2025-12-23", 3, "2025-12-30"), ("2025-12-24", 5, "2026-01-05"),
    ("2026-12-23", 5, "2027-01-04"),
    # 2020's moved leave: 28 to 30 December were working days after all, 31 was not. 2021: two holidays moved.
    ("2020-12-23", 3, "2020-12-30"), ("2020-12-30", 1, "2021-01-04"), ("2021-08-10", 1, "2021-08-12"),
    ("2021-10-19", 1, "2021-10-21"), ("2021-12-23", 1, "2021-12-24"),
]  # fmt: skip


@pytest.mark.parametrize(("after", "days", "due"), BY_HAND)
def test_a_deadline_falls_on_the_day_counted_by_hand(after: str, days: int, due: str) -> None:
    first, last = date.fromisoformat(after), date.fromisoformat(due)
    assert CALENDAR.add_working_days(first, days) == last
    assert CALENDAR.count_working_days(first, last) == days


@pytest.mark.parametrize(
    ("year", "national", "leave"),
    # As the governments' announcements of those years count them, with election days, after the last change.
    [(2019, 17, 4), (2020, 17, 5), (2021, 15, 1), (2022, 16, 4), (2023, 16, 11), (2024, 19, 10), (2025, 17, 11),
     (2026, 17, 8)],
)  # fmt: skip
def test_the_years_have_as_many_days_off_as_were_announced(year: int, national: int, leave: int) -> None:
    kinds = Counter(day.kind for day in CALENDAR.days_off.values() if day.date.year == year)
    assert kinds == {"libur": national, "cuti-bersama": leave}


@settings(max_examples=60, deadline=None)
@given(DAYS, st.integers(1, 90))
def test_counting_agrees_with_adding_and_ends_on_a_working_day(day: date, days: int) -> None:
    due = CALENDAR.add_working_days(day, days)
    assert CALENDAR.is_working_day(due)
    assert CALENDAR.count_working_days(day, due) == days
    assert sum(CALENDAR.is_working_day(day + timedelta(n)) for n in range(1, (due - day).days + 1)) == days


@settings(max_examples=40, deadline=None)
@given(DAYS, st.integers(0, 30), st.integers(0, 90), st.integers(0, 30))
def test_a_later_start_or_more_days_never_end_earlier(day: date, later: int, days: int, more: int) -> None:
    assert CALENDAR.add_working_days(day, days + more) >= CALENDAR.add_working_days(day, days)
    assert CALENDAR.add_working_days(day + timedelta(later), days) >= CALENDAR.add_working_days(day, days)


def test_a_year_without_data_counts_weekends_only_and_says_so() -> None:
    assert CALENDAR.is_working_day(date(2031, 1, 1))
    assert CALENDAR.missing_years(date(2026, 12, 1), date(2029, 1, 1)) == (2028, 2029)
    assert CALENDAR.warn([date(2026, 5, 1)]) == ()
    assert CALENDAR.warn([date(2028, 5, 1), date(2027, 1, 4), date(2028, 6, 1)]) == (
        "Libur tahun 2027 belum dicocokkan dengan surat keputusannya.",
        "Libur tahun 2028 belum diisi: hanya akhir pekan dihitung.",
    )


def test_days_are_never_counted_backwards() -> None:
    with pytest.raises(ValueError, match="forward"):
        CALENDAR.add_working_days(date(2026, 1, 5), -1)
    assert CALENDAR.count_working_days(date(2026, 1, 9), date(2026, 1, 5)) == -4


def test_an_installation_adds_days_replaces_years_and_takes_days_back(tmp_path: Path) -> None:
    calendar = own_calendar(
        tmp_path,
        "remove = [2026-12-24]\n"
        '[[add]]\ndate = 2026-11-25\nname = "Pilkada Tirtamaya"\n'
        '[[year]]\nyear = 2027\nsource = "SKB"\nchecked = true\n'
        'days = [{ date = 2027-01-01, name = "Tahun Baru" }]\n',
    )
    assert calendar.next_working_day(date(2026, 11, 24)) == date(2026, 11, 26)
    assert calendar.next_working_day(date(2026, 12, 23)) == date(2026, 12, 24)
    assert calendar.is_working_day(date(2027, 1, 5))
    assert calendar.warn([date(2027, 1, 5)]) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("remove = [2026-12-23]", "padahal tidak ada dalam daftar"),
        ('[[year]]\nyear = 2027\nsource = ""\nchecked = true\ndays = [{ date = 2026-01-01, name = "" }]', "tahun 2027"),
        ('[[add]]\ndate = 2026-11-25\nname = "x"\nkind = "bolos"', "tidak cocok"),
        ("[[year]", "tidak cocok"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_right_is_refused_with_what_to_mend(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadSettings, match=said):
        own_calendar(tmp_path, text)


def own_calendar(folder: Path, text: str) -> Calendar:
    file = folder / "libur.toml"
    file.write_text(text, encoding="utf-8")
    return load_calendar(file)
