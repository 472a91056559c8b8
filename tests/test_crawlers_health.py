"""Silent and flooding sources, against their own past."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import exp
from pathlib import Path

import pytest
from search_documents import make_document

from crawlers.health import PAST, judge_volume, measure_volumes
from kentongan.schema import document_id
from search.embedded import EmbeddedStore

NOW = datetime(2026, 11, 20, 3, 30, tzinfo=UTC)
BY_HOUR = [1, 0, 0, 0, 0, 2, 4, 6, 8, 9, 10, 9, 8, 8, 8, 9, 9, 8, 6, 5, 4, 3, 2, 1]
"""What an outlet publishes in each hour of its day, on average."""


def poisson(mean: float, chance: random.Random) -> int:
    """A draw from a Poisson distribution (Knuth's way)."""
    limit, product, count = exp(-mean), 1.0, 0
    while (product := product * chance.random()) > limit:
        count += 1
    return count


def past_of(chance: random.Random, *, days: int = PAST.days + 2, share: float = 1.0) -> dict[datetime, int]:
    """Documents by hour of a source with the rhythm of days and weeks."""
    counts = {}
    hour = NOW.replace(minute=0) - timedelta(days=days)
    while hour <= NOW:
        weekend = 0.5 if hour.weekday() > 4 else 1.0
        found = poisson(share * weekend * BY_HOUR[(hour.hour + 7) % 24], chance)
        if found:
            counts[hour] = found
        hour += timedelta(hours=1)
    return counts


def without(counts: dict[datetime, int], *, hours: int) -> dict[datetime, int]:
    return {hour: count for hour, count in counts.items() if hour < NOW - timedelta(hours=hours + 1)}


def test_an_ordinary_day_is_hardly_ever_flagged() -> None:
    chance = random.Random(5)
    states = [judge_volume("kabar", past_of(chance), now=NOW).state for _ in range(300)]
    assert states.count("ok") >= 297


@pytest.mark.parametrize("hours", [6, 24, 72])
def test_a_source_that_stopped_is_silent(hours: int) -> None:
    chance = random.Random(6)
    told = [judge_volume("kabar", without(past_of(chance, share=2.0), hours=hours), now=NOW) for _ in range(50)]
    assert [one.state for one in told].count("silent") >= (30 if hours == 6 else 50)
    assert all(one.low <= one.expected <= one.high for one in told)


def test_a_source_that_brings_five_times_as_much_is_flooding() -> None:
    counts = past_of(random.Random(7))
    flooded = {hour: 5 * count if hour > NOW - timedelta(hours=25) else count for hour, count in counts.items()}
    found = judge_volume("kabar", flooded, now=NOW)
    assert found.state == "flooding"
    assert found.found > found.high


def test_one_strange_day_in_the_past_does_not_hide_a_flood() -> None:
    counts = past_of(random.Random(8))
    strange = NOW.replace(minute=0) - timedelta(days=9)
    odd = {
        hour: 20 * count if strange <= hour < strange + timedelta(days=1) else count for hour, count in counts.items()
    }
    flooded = {hour: 4 * count if hour > NOW - timedelta(hours=25) else count for hour, count in odd.items()}
    assert judge_volume("kabar", flooded, now=NOW).state == "flooding"


def test_little_past_or_little_volume_is_not_judged() -> None:
    chance = random.Random(9)
    assert judge_volume("baru", past_of(chance, days=5), now=NOW).state == "new"
    assert judge_volume("kosong", {}, now=NOW).state == "new"
    rare = {NOW.replace(minute=0) - timedelta(days=day): 1 for day in range(2, 30)}
    assert judge_volume("jarang", rare, now=NOW).state == "ok"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    with EmbeddedStore(tmp_path / "store") as opened:
        yield opened


def test_the_store_is_counted_by_the_hour_for_each_source(store: EmbeddedStore) -> None:
    counts = without(past_of(random.Random(10)), hours=24)
    store.add(
        make_document(0, id=document_id("kabar", f"{hour}{n}"), source=source, published_at=hour + timedelta(minutes=n))
        for source, hours in (("kabar", counts), ("warta", {NOW - timedelta(hours=3): 2}))
        for hour, count in hours.items()
        for n in range(count)
        if source == "kabar" or n < 2
    )
    store.refresh()
    kabar, warta, belum = measure_volumes(store, ["kabar", "warta", "belum"], now=NOW)
    assert (kabar.source, kabar.state, kabar.found) == ("kabar", "silent", 0)
    assert kabar == judge_volume("kabar", counts, now=NOW)
    assert (warta.state, belum.state) == ("new", "new")
