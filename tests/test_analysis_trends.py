"""Trends say shares of everything collected, with their intervals, and nothing where nothing can be said."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from analysis.bursts import judge_hours
from analysis.entities import Told, count_organisations, find_organisations
from analysis.trends import compare_values, expect_hours, sentiment_shares, share_of_voice
from kentongan.schema import SENTIMENTS
from models.predictions import Predictions
from models.share_error import LEAST_MATTERS, LEAST_ROWS, measure_share_error, read_share_error

START = datetime(2026, 9, 7, tzinfo=UTC)
KNOWN = {"dinas pu": "Dinas Pekerjaan Umum", "dinas pupr tirtamaya": "Dinas Pekerjaan Umum", "dlh": "Dinas Lingkungan"}


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 500)), st.integers(1, 5_000))
@hypothesis_settings(max_examples=60, deadline=None)
def test_a_share_lies_in_its_interval_and_is_of_all_that_was_collected(counts: dict[str, int], more: int) -> None:
    collected = max(counts.values(), default=0) + more
    shares = share_of_voice(counts, collected)
    assert {one.label for one in shares} == counts.keys()
    assert [one.count for one in shares] == sorted(counts.values(), reverse=True)
    for one in shares:
        assert one.value is not None and one.low is not None and one.high is not None
        assert math.isclose(one.value, one.count / collected)
        assert 0 <= one.low <= one.value + 1e-12 and one.value - 1e-12 <= one.high <= 1


def test_nothing_collected_is_no_share_of_nought() -> None:
    (one,) = share_of_voice({"a": 0}, 0)
    assert one.value is None and one.low is None and one.high is None


def test_a_week_in_which_more_was_collected_is_no_rise() -> None:
    (same,) = compare_values({"banjir": 200}, 2_000, before=({"banjir": 100}, 1_000))
    assert same.change == pytest.approx(1.0) and same.sure is False
    (risen,) = compare_values({"banjir": 200}, 2_000, before=({"banjir": 20}, 1_000))
    assert risen.change == pytest.approx(5.0) and risen.sure is True
    (fallen,) = compare_values({"banjir": 20}, 2_000, before=({"banjir": 200}, 1_000))
    assert fallen.sure is True and fallen.change is not None and fallen.change < 1


def test_a_value_is_held_against_the_usual_of_what_is_collected_now() -> None:
    usual = [({"banjir": 10}, 1_000), ({"banjir": 30}, 1_000), ({"banjir": 900}, 1_000)]
    (one,) = compare_values({"banjir": 40}, 2_000, before=None, usual=usual)
    assert one.usual == pytest.approx(60), "the median share, of 2,000"
    assert one.before is None and one.change is None and one.sure is None
    (new,) = compare_values({"banjir": 40}, 2_000, before=({}, 1_000))
    assert new.change is None, "nothing to multiply"
    assert new.sure is True and new.usual is None


def test_sentiment_is_shared_among_the_decided_and_carries_the_error_that_was_measured() -> None:
    counts = {"negative": 60, "neutral": 30, "positive": 10, "abstained": 500, "none": 40}
    error = {"negative": 0.18, "neutral": 0.15, "positive": 0.17}
    negative, neutral, positive = sentiment_shares(counts, error)
    assert (negative.value, neutral.value, positive.value) == (0.6, 0.3, 0.1)
    assert negative.decided == 100 and (negative.low, negative.high) == pytest.approx((0.42, 0.78))
    assert positive.low == 0.0, "kept within what a share can be"
    assert all(one.low is None and one.high is None for one in sentiment_shares(counts, None))
    assert all(one.value is None and one.low is None for one in sentiment_shares({"abstained": 3}, error))


def test_an_hours_band_is_the_judges_own_and_a_planted_flood_lies_above_it() -> None:
    chance = np.random.default_rng(10)
    hours = 28 * 24
    rhythm = 6 + 5 * np.sin(np.arange(hours) / 24 * 2 * np.pi)
    counts = chance.poisson(np.stack([rhythm, rhythm * 2])).astype(np.float64)
    counts[0, 600:604] += 60
    counts[:, 300:310] = math.nan
    band = expect_hours(counts, start=START)
    np.testing.assert_allclose(band.expected, judge_hours(counts, start=START).expected[0])
    assert np.isnan(band.expected[: 7 * 24]).all(), "a week must be known first"
    assert (band.counts[600:604] > band.high[600:604]).all()
    calm = [at for at in range(14 * 24, hours) if not (590 < at < 620) and not math.isnan(band.counts[at])]
    inside = [band.low[at] <= band.counts[at] <= band.high[at] for at in calm]
    assert 0.9 <= sum(inside) / len(inside) <= 0.99, "about 19 of 20 ordinary hours"
    with pytest.raises(ValueError, match="not negative"):
        expect_hours(np.array([[1.0, -1.0]]), start=START)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tolong dinas pu dan DLH segera", {"Dinas Pekerjaan Umum", "Dinas Lingkungan"}),
        ("Dinas PUPR Tirtamaya sudah datang", {"Dinas Pekerjaan Umum"}),
        ("bpbd turun ke lokasi, Pemkab Tirtamaya diam", {"BPBD", "Pemkab Tirtamaya"}),
        ("antre di Rumah Sakit Harapan Kita sejak pagi", {"Rumah Sakit Harapan Kita"}),
        ("rumah Bu Sari kebanjiran, Rumah Pak Budi juga", set()),
        ("Budi Santoso dan Siti Rahma bertemu di pasar", set()),
        ("dinas malam lagi, badan pegal", set()),
        ("PEMKAB HARUS TURUN TANGAN SEKARANG JUGA", {"PEMKAB"}),
        ("", set()),
    ],
)
def test_organisations_are_found_and_people_are_not(text: str, found: set[str]) -> None:
    assert {name.casefold() for name in find_organisations(text, KNOWN)} == {name.casefold() for name in found}


def test_an_account_that_names_an_organisation_ten_times_counts_once() -> None:
    told = [Told(document=str(n), text="PLN padam lagi", account="sari") for n in range(10)]
    told += [Told(document="x", text="PLN padam"), Told(document="y", text="hujan")]
    assert count_organisations(told, {}) == ({"PLN": 2}, 3)


def predictions(shares: list[tuple[float, float]]) -> Predictions:
    """Matters of 200 texts: the share the model calls negative, and the share people do; the others are positive."""
    rows = 200
    said = np.concatenate([np.arange(rows) < round(own * rows) for own, _ in shares])
    true = np.concatenate([np.arange(rows) < round(own * rows) for _, own in shares])
    chances = np.where(said[:, None], [0.9, 0.05, 0.05], [0.05, 0.05, 0.9])[None].astype(np.float16)
    many = len(said)
    return Predictions(
        task="sentiment", protocol="left-out", labels=SENTIMENTS, rows=np.arange(many, dtype=np.uint64),
        groups=np.arange(many), slices=np.repeat([f"perkara {n}" for n in range(len(shares))], rows),
        truth=np.where(true, 0, 2).astype(np.int8), tested=np.zeros(many, dtype=np.int8),
        kept_out=np.ones((1, many), dtype=bool), chances=chances,
    )  # fmt: skip


def test_the_usual_error_is_the_root_mean_square_of_what_shares_were_off_by() -> None:
    made = predictions([(0.5, 0.4), (0.5, 0.6), (0.3, 0.3), (0.8, 0.5), (0.2, 0.2)])
    found = measure_share_error(made, threshold=0.5, model="uji 1")
    assert found is not None
    expected = math.sqrt((0.1**2 + 0.1**2 + 0.3**2) / 5)
    assert found.error["negative"] == pytest.approx(expected) and found.error["positive"] == pytest.approx(expected)
    assert found.error["neutral"] == 0 and (found.matters, found.texts) == (5, 1_000)
    few = predictions([(0.5, 0.4)] * (LEAST_MATTERS - 1))
    assert measure_share_error(few, threshold=0.5, model="uji 1") is None
    assert measure_share_error(made, threshold=0.95, model="uji 1") is None, "it decided nothing"
    assert LEAST_ROWS <= 200


def test_the_shipped_model_brings_its_error_and_an_unknown_one_none() -> None:
    found = read_share_error("gabungan|1.0.0")
    assert found is not None and found.matters >= 10 and found.model == "gabungan 1.0.0"
    assert all(0.05 < error < 0.3 for error in found.error.values())
    for other in (None, "", "gabungan|0.9", "tidak-ada|1.0.0"):
        assert read_share_error(other) is None
