"""Series have no holes, and what was not collected is known."""

import math
from datetime import UTC, datetime, timedelta, timezone

import pytest

from analysis.series import coverage_of, make_series, share_interval, stretch_starts
from kentongan.schema import Gap

WIB = timezone(timedelta(hours=7))
DAY = datetime(2026, 11, 12, tzinfo=WIB)


def gap(source: str, *, start: float, hours: float) -> Gap:
    since = DAY.astimezone(UTC) + timedelta(hours=start)
    return Gap(source=source, since=since, until=since + timedelta(hours=hours), reason="server menjawab 503")


def test_hours_and_days_cover_the_range_from_their_own_start() -> None:
    since = DAY + timedelta(hours=7, minutes=20)
    assert stretch_starts(since, DAY + timedelta(hours=10), "hour") == [DAY + timedelta(hours=h) for h in (7, 8, 9)]
    assert stretch_starts(since, DAY + timedelta(days=2, seconds=1), "day") == [
        DAY + timedelta(days=d) for d in range(3)
    ]
    assert stretch_starts(DAY, DAY, "hour") == []


def test_a_stretch_without_documents_is_there_with_zeros() -> None:
    counted = {((DAY + timedelta(days=1)).isoformat(), "negative"): 4, (DAY.isoformat(), "none"): 9}
    starts = stretch_starts(DAY, DAY + timedelta(days=3), "day")
    series = make_series(counted, ("negative", "positive"), starts=starts, step="day", collected={DAY.isoformat(): 20})
    assert [dict(s.counts) for s in series] == [
        {"negative": 0, "positive": 0},
        {"negative": 4, "positive": 0},
        {"negative": 0, "positive": 0},
    ]
    assert [s.collected for s in series] == [20, 0, 0]
    assert make_series(counted, ("negative",), starts=starts, step="day")[0].collected is None, "nobody counted"


def test_coverage_weighs_each_source_by_what_it_usually_brings() -> None:
    gaps = [gap("besar", start=0, hours=12)]
    assert coverage_of(DAY, DAY + timedelta(days=1), gaps, {"besar": 3.0, "kecil": 1.0}) == pytest.approx(
        1 - 0.5 * 0.75
    )
    assert coverage_of(DAY, DAY + timedelta(days=1), gaps, {}) == 1.0
    assert coverage_of(DAY, DAY + timedelta(days=1), gaps, {"lain": 1.0}) == 1.0


def test_gaps_of_one_source_count_what_they_take_together_and_no_hour_twice() -> None:
    end = DAY + timedelta(days=1)
    inside = [gap("a", start=0, hours=24), gap("a", start=0, hours=12)]
    assert coverage_of(DAY, end, inside, {"a": 1.0}) == 0.0
    apart = [gap("a", start=18, hours=12), gap("a", start=-3, hours=9), gap("a", start=5, hours=3)]
    assert coverage_of(DAY, end, apart, {"a": 1.0}) == pytest.approx(1 - (8 + 6) / 24)


def test_what_is_missing_is_estimated_from_what_came_and_unknown_where_nothing_came() -> None:
    counted = {(DAY.isoformat(), "x"): 30}
    half = make_series(
        counted, ("x",), starts=[DAY], step="day",
        gaps=[gap("a", start=0, hours=12)], volumes={"a": 1.0},
    )  # fmt: skip
    assert half[0].missing == pytest.approx(30)
    none = make_series(
        {}, ("x",), starts=[DAY], step="day",
        gaps=[gap("a", start=-1, hours=30)], volumes={"a": 1.0},
    )  # fmt: skip
    assert none[0].coverage == 0 and math.isnan(none[0].missing)


def test_a_share_carries_wilsons_interval() -> None:
    share, low, high = share_interval(10, 100)
    assert (share, round(low, 4), round(high, 4)) == (0.1, 0.0552, 0.1744)
    assert share_interval(0, 5)[1] == 0.0 and share_interval(5, 5)[2] == pytest.approx(1.0)
    assert math.isnan(share_interval(0, 0)[0])
