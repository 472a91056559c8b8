"""The benchmark of districts plants what it says, and judges it strictly."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from benchmarks.region_texts import SHARES, Planted, load_frames, plant_texts
from benchmarks.regions import MUST_PRECISION, MUST_RECALL, draw_intervals, judge_texts, shares
from kentongan.places import Gazetteer, load_gazetteer
from kentongan.regions import shipped_regions


@pytest.fixture(scope="module")
def texts() -> list[Planted]:
    return list(plant_texts(3000, frames="aside", seed=3))


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer()


def test_the_same_seed_plants_the_same_texts(texts: list[Planted]) -> None:
    assert list(plant_texts(200, frames="aside", seed=3)) == texts[:200]
    assert list(plant_texts(200, frames="aside", seed=4)) != texts[:200]


def test_both_sets_have_every_group_and_share_no_word_that_is_filled_in() -> None:
    looked, aside = load_frames("looked"), load_frames("aside")
    assert set(looked[0]) == set(aside[0]) == set(SHARES)
    assert math.isclose(sum(SHARES.values()), 1.0)
    for slot, words in looked[1].items():
        assert not set(words) & set(aside[1][slot]), slot
    alone = [frame for group in ("address", "surrounded", "decoy", "beside", "origin") for frame in looked[0][group]]
    assert not set(alone) & {frame for frames in aside[0].values() for frame in frames}


def test_a_planted_region_stands_in_its_text(texts: list[Planted]) -> None:
    regions = {region.code: region for region in shipped_regions()}
    for text in texts:
        if text.truth is None or text.slipped:
            continue
        region = regions[text.truth]
        names = [name.casefold() for name in (region.name, region.bare_name, *region.aliases)]
        read = text.text.casefold()
        assert any(name in read or name.replace(" ", "") in read for name in names), text


def test_every_group_is_planted_in_its_share(texts: list[Planted]) -> None:
    counts = Counter(text.group for text in texts)
    for group, share in SHARES.items():
        assert counts[group] == pytest.approx(len(texts) * share, rel=0.5), group


def test_text_that_tells_nothing_has_no_truth(texts: list[Planted]) -> None:
    silent = {text.group for text in texts if text.truth is None}
    assert silent == {"open", "shared", "decoy", "two", "nothing"}


def test_the_gazetteer_meets_its_figures_on_frames_that_were_set_aside(
    gazetteer: Gazetteer, texts: list[Planted]
) -> None:
    judged = judge_texts(gazetteer, iter(texts))
    precision, recall = shares(judged)
    assert precision >= MUST_PRECISION and recall >= MUST_RECALL
    (low, high), _ = draw_intervals(judged, rounds=100)
    assert low <= precision <= high


def test_a_regency_in_place_of_its_district_is_wrong() -> None:
    class Coarse(Gazetteer):
        def find(self, text: str, *, within: str | None = None):  # type: ignore[no-untyped-def]
            return self.get("33.74")

    planted = Planted(text="x", within=None, truth="33.74.01", group="address", frame="f", slipped=False)
    (judged,) = judge_texts(Coarse(shipped_regions()), iter([planted]))
    assert (judged.answered, judged.right, judged.planted) == (1, 0, 1)
