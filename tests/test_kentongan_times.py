"""Times and numbers as Indonesians write and read them."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kentongan.numbers import format_number
from kentongan.times import (
    ZONES,
    format_day,
    format_hour,
    format_time,
    parse_time,
    start_of_day,
    to_zone,
)

MOMENT = datetime(2026, 11, 21, 0, 42, tzinfo=UTC)

moments = st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2100, 12, 30)).map(  # noqa: DTZ001
    lambda time: time.replace(second=0, microsecond=0, tzinfo=UTC)
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kamis, 05 Nov 2015 10:08 WIB", "2015-11-05T03:08"),
        ("Rabu, 4 November 2015 | 21:04 WIB", "2015-11-04T14:04"),
        ("Kamis, 12/11/2026 10:15 WIB", "2026-11-12T03:15"),
        ("21 November 2026 07.42 WIB", "2026-11-21T00:42"),
        ("Sabtu, 21 Nov 2026 | 07:42", "2026-11-21T00:42"),
        ("Kompas.com - 04/11/2015, 21:04 WIB", "2015-11-04T14:04"),
        ("Senin , 02 Nov 2015, 10:33 WITA", "2015-11-02T02:33"),
        ("Jum'at, 6 Nopember 2015 pukul 07.42 WIT", "2015-11-05T22:42"),
        ("Sabtu (21/11/2026) pukul 07.42 WIB", "2026-11-21T00:42"),
        ("1 Agt 2020 13:00", "2020-08-01T06:00"),
        ("1 Agu 2020 13:00", "2020-08-01T06:00"),
        ("9 Peb 2021 13:00", "2021-02-09T06:00"),
        ("9 Des 2021 13.00.59", "2021-12-09T06:00:59"),
        ("9 Okt '21 - 13:00", "2021-10-09T06:00"),
        ("21.11.2026 07.42 WIB", "2026-11-21T00:42"),
        ("21-11-2026 - 07:42", "2026-11-21T00:42"),
        ("2026/11/21 07:42", "2026-11-21T00:42"),
        ("3 Maret 2026, pukul 24.00 WIB", "2026-03-03T17:00"),
        ("November 21, 2026 7:42 PM", "2026-11-21T12:42"),
        ("21 Nov 2026, 07:42 GMT+7", "2026-11-21T00:42"),
        ("Sat Nov 21 07:42:00 +0000 2026", "2026-11-21T07:42"),
        ("Sat, 21 Nov 2026 00:42:00 GMT", "2026-11-21T00:42"),
        ("Sat, 21 Nov 2026 00:42:00 EST", "2026-11-21T05:42"),
        ("Sat, 21 Nov 2026 07:42:00 +0700", "2026-11-21T00:42"),
        ("2026-11-21T00:42:00Z", "2026-11-21T00:42"),
        ("2026-11-21T07:42:00+0700", "2026-11-21T00:42"),
        ("2026-11-21 07:42:00", "2026-11-21T00:42"),
        ("2026-11-21 07:42:00 WITA", "2026-11-20T23:42"),
        ("2026-11-21", "2026-11-20T17:00"),
    ],
)
def test_datelines_of_newsrooms_are_read_in_utc(text: str, expected: str) -> None:
    parsed = parse_time(text)
    assert parsed == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert parsed.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kemarin",
        "2 jam lalu",
        "21 November",
        "November 2026",
        "12/13/2026",
        "2026-13-01",
        "31 Februari 2026",
        "21 Nov 2026 25:00",
        "21 Nov 2026 13:00 PM",
        "1 Januari 1970",
        "0001-01-01T00:00:00+14:00",
        "21 November 9999 00:00",
        "1/1/2026 - 2/1/2026",
        "Kamis, 5 Nov 2015 03:08:00 SGT",
        "2026-11-21T07:42:00+99:00",
        "21 Nov 2026 " + "x" * 400,
        "\ud800\0",
    ],
)
def test_what_names_no_plausible_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_time(text)


def test_a_time_without_a_zone_is_read_in_the_zone_given() -> None:
    assert parse_time("21 Nov 2026 07:42", zone="WIT") == datetime(2026, 11, 20, 22, 42, tzinfo=UTC)
    assert parse_time("21 Nov 2026 07:42 WIB", zone="WIT") == MOMENT
    with pytest.raises(ValueError, match="WIB, WITA, WIT"):
        parse_time("21 Nov 2026", zone="Asia/Jakarta")


@settings(deadline=None)
@given(moments, st.sampled_from(sorted(ZONES)), st.sampled_from(["id", "en"]))
def test_what_is_shown_reads_back_as_the_same_minute(time: datetime, zone: str, language: str) -> None:
    shown = format_time(time, zone=zone, language="id" if language == "id" else "en")
    assert parse_time(shown, zone="WIB") == time


@settings(deadline=None)
@given(st.text(alphabet="0123456789 :.,/-|apmwitznovdesgtu+'", max_size=40))
def test_any_text_gives_a_time_or_a_value_error(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert parse_time(text).tzinfo is UTC


def test_times_days_and_hours_are_shown_in_both_languages() -> None:
    assert format_time(MOMENT) == "21 November 2026 07.42 WIB"
    assert format_time(MOMENT, language="en") == "21 November 2026 07:42 WIB"
    assert format_time(MOMENT, zone="WIT") == "21 November 2026 09.42 WIT"
    assert format_day(datetime(2026, 12, 31, 20, tzinfo=UTC), weekday=True) == "Jumat, 1 Januari 2027"
    assert format_day(MOMENT, language="en", weekday=True) == "Saturday, 21 November 2026"
    assert format_hour(MOMENT, zone="WITA") == "08.42 WITA"


def test_a_day_begins_at_midnight_of_its_zone() -> None:
    late = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)
    assert start_of_day(late, "WIB") == datetime(2026, 11, 21, 17, tzinfo=UTC)
    assert start_of_day(late, "WIB").utcoffset() == timedelta(hours=7)
    assert to_zone(late, "WIB").day == 22


def test_a_time_without_zone_is_refused_everywhere() -> None:
    naive = MOMENT.replace(tzinfo=None)
    for act in (lambda: to_zone(naive, "WIB"), lambda: start_of_day(naive, "WIB"), lambda: format_time(naive)):
        with pytest.raises(ValueError, match="zona"):
            act()


@pytest.mark.parametrize(
    ("value", "decimals", "indonesian", "english"),
    [
        (1284, 0, "1.284", "1,284"),
        (0.874, 2, "0,87", "0.87"),
        (-1234567.891, 1, "-1.234.567,9", "-1,234,567.9"),
        (-0.001, 1, "0,0", "0.0"),
        (0, 0, "0", "0"),
    ],
)
def test_numbers_are_grouped_and_marked_as_the_language_does(
    value: float, decimals: int, indonesian: str, english: str
) -> None:
    assert format_number(value, decimals=decimals) == indonesian
    assert format_number(value, language="en", decimals=decimals) == english


def test_a_value_that_is_no_number_is_not_shown_as_one() -> None:
    for value in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="bukan angka"):
            format_number(value)
