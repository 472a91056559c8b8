"""Districts found in planted text and how fast, complaints imported, and categories suggested.

The planted texts (``region_texts``) are judged strictly: an answer is right only if it is the very region that was
planted, so a regency named for a misspelt district counts as wrong. Frames that were set aside before the gazetteer was
tuned are the figure; those looked at stand beside it. Both were written by one author: frames, not regions, are what
the intervals are drawn over.
"""

from __future__ import annotations

import gzip
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import regions_import, regions_suggest
from benchmarks.figure import Figure, machine, median_interval, run_alone
from benchmarks.region_texts import FrameSet, Planted, plant_texts
from kentongan.places import Gazetteer, load_gazetteer

MUST_PRECISION, MUST_RECALL = 0.95, 0.8
"""Least shares of the answers that are right, and of the planted regions that are answered rightly."""

MUST_SPEED = 20_000.0
"""Texts a second of one core."""

PLANTED, PLANTED_QUICK = 60_000, 12_000
TIMED = 20_000
ROUNDS, ROUNDS_QUICK = 15, 5
SEED = 1
SENTIMENT = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "sentiment"
"""Real posts; without them only simulated ones are timed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How the texts of one frame were answered."""

    group: str
    answered: int
    right: int
    planted: int


def judge_texts(gazetteer: Gazetteer, texts: Iterator[Planted]) -> list[Judged]:
    """The answers to planted texts, by frame."""
    counts: dict[tuple[str, str], list[int]] = {}
    for text in texts:
        region = gazetteer.find(text.text, within=text.within)
        count = counts.setdefault((text.group, text.frame), [0, 0, 0])
        count[0] += region is not None
        count[1] += region is not None and region.code == text.truth
        count[2] += text.truth is not None
    return [
        Judged(group=group, answered=answered, right=right, planted=planted)
        for (group, _), (answered, right, planted) in counts.items()
    ]


def shares(judged: Sequence[Judged]) -> tuple[float, float]:
    """Precision and recall over frames; nan where nothing was answered or planted."""
    answered, right, planted = (sum(getattr(one, name) for one in judged) for name in ("answered", "right", "planted"))
    return right / answered if answered else float("nan"), right / planted if planted else float("nan")


def draw_intervals(judged: Sequence[Judged], *, rounds: int = 2000) -> tuple[tuple[float, float], tuple[float, float]]:
    """95 % percentile-bootstrap intervals of precision and recall (Efron 1979): frames are drawn within their group,
    each with all its texts."""
    draw = random.Random(SEED)
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        groups.setdefault(one.group, []).append(one)
    drawn = [
        shares([one for frames in groups.values() for one in draw.choices(frames, k=len(frames))])
        for _ in range(rounds)
    ]
    low, high = int(0.025 * rounds), int(0.975 * rounds) - 1
    precision, recall = (sorted(side) for side in zip(*drawn, strict=True))
    return (precision[low], precision[high]), (recall[low], recall[high])


def by_group(judged: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """Answered, right and planted texts of each group of frames."""
    return {
        group: {
            name: sum(getattr(one, name) for one in judged if one.group == group)
            for name in ("answered", "right", "planted")
        }
        for group in dict.fromkeys(one.group for one in judged)
    }


def measure_finding(gazetteer: Gazetteer, *, quick: bool) -> Iterator[Figure]:
    """Precision and recall on the frames set aside."""
    count = PLANTED_QUICK if quick else PLANTED
    sets: tuple[FrameSet, ...] = ("looked", "aside")
    looked, aside = (judge_texts(gazetteer, plant_texts(count, frames=name, seed=SEED)) for name in sets)
    found, seen = shares(aside), shares(looked)
    for number, (name, must) in enumerate((("precision", MUST_PRECISION), ("recall", MUST_RECALL))):
        low, high = draw_intervals(aside)[number]
        yield Figure(
            benchmark="regions",
            figure=f"region of a planted text, {name}",
            value=round(found[number], 4),
            low=round(low, 4),
            high=round(high, 4),
            unit="share",
            must=f">= {must:g}",
            holds=found[number] >= must,
            detail={
                "texts": count,
                "frames": len(aside),
                "on_frames_looked_at": round(seen[number], 4),
                "groups": by_group(aside),
                **machine("numpy"),
            },
        )


def measure_speed(*, quick: bool) -> Iterator[Figure]:
    """Texts a second of one core: on simulated posts and comments, half of which name a district, and on real ones,
    where few do."""
    import samples
    from samples.simulate import Plan, simulate

    gazetteer = load_gazetteer(Path(samples.__file__).parent / "regions.csv")
    written = simulate(Plan(seed=SEED, posts=TIMED + TIMED // 4, days=6))
    texts = [one.document.text for one in written if one.document.kind in ("post", "comment")][:TIMED]
    yield time_texts(gazetteer, texts, what="simulated post", within="99.01", rounds=ROUNDS_QUICK if quick else ROUNDS)
    if SENTIMENT.is_dir():
        yield time_texts(
            load_gazetteer(), read_posts(), what="real post", within=None, rounds=ROUNDS_QUICK if quick else ROUNDS
        )


def read_posts() -> list[str]:
    """TIMED posts of the sets labelled for sentiment, drawn at random."""
    texts = [
        json.loads(line)["text"]
        for file in sorted(SENTIMENT.glob("*.jsonl.gz"))
        if not file.name.startswith(("smsa", "nusa"))
        for line in gzip.decompress(file.read_bytes()).splitlines()
    ]
    return random.Random(SEED).sample(texts, min(TIMED, len(texts)))


def time_texts(gazetteer: Gazetteer, texts: list[str], *, what: str, within: str | None, rounds: int) -> Figure:
    """The figure of one stream."""
    named = sum(gazetteer.find(text, within=within) is not None for text in texts)
    rates = []
    for _ in range(rounds):
        begun = time.process_time()
        for text in texts:
            gazetteer.find(text, within=within)
        rates.append(len(texts) / (time.process_time() - begun))
    value, low, high = median_interval(rates)
    return Figure(
        benchmark="regions",
        figure=f"region of a {what}, texts a second of one core",
        value=round(value),
        low=round(low),
        high=round(high),
        unit="texts/s",
        must=f">= {MUST_SPEED:g}",
        holds=value >= MUST_SPEED,
        detail={
            "texts": len(texts),
            "characters_a_text": round(sum(map(len, texts)) / len(texts)),
            "named": round(named / len(texts), 3),
            "rounds": len(rates),
            **machine("numpy"),
        },
    )


def measure(*, quick: bool) -> Iterator[Figure]:
    """Figures of districts, then of the import of complaints, then of suggestions."""
    yield from measure_finding(load_gazetteer(), quick=quick)
    yield from measure_speed(quick=quick)
    yield from regions_import.measure(quick=quick)
    yield from regions_suggest.measure(quick=quick)


if __name__ == "__main__":
    run_alone(measure, __doc__)
