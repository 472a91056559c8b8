"""Near-duplicates: how fast they are signed and grouped against datasketch, how well, and in how much memory.

    python -m benchmarks.duplicates [--quick]

Simulated posts with planted stories whose copies are edited. Both sides work on the same ready texts, each in its own
process, one after the other in every round; times are processor time.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Self

import msgspec

from benchmarks.duplicates_worker import Answer, Posts, make_posts
from benchmarks.figure import Figure, machine, ratio_interval, run_alone

POSTS, ROUNDS = 20_000, 5
QUICK_POSTS, QUICK_ROUNDS = 3_000, 2
MEMORY_POSTS = 1_000_000

MUST_SIGN, AIM_SIGN = 10, 50
MUST_PIPELINE, AIM_PIPELINE = 5, 10
MUST_QUALITY = 0.98
MUST_MIB = 1536
MUST_AGREE = 0.95
"""Share of the pairs that either side joins which both must join: their signatures are drawn differently."""
PACKAGES = ("numpy", "datasketch")

Counts = list[tuple[int, int]]
"""For each story or group the right pairs and all pairs."""


class Side:
    """One side's process."""

    def __init__(self, side: str, posts: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.duplicates_worker", side, str(posts)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.ready = self.read()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def ask(self, what: str) -> Answer:
        assert self.process.stdin is not None
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        return self.read()

    def read(self) -> Answer:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("benchmarks.duplicates_worker ended early")
        return msgspec.json.decode(line, type=Answer)


def measure(*, quick: bool) -> Iterator[Figure]:
    """Two ratios, precision and recall of both sides, and in the full run memory at 1,000,000 documents."""
    count, rounds = (QUICK_POSTS, QUICK_ROUNDS) if quick else (POSTS, ROUNDS)
    with Side("ours", count) as ours, Side("datasketch", count) as theirs:
        taken = ask_in_turn(ours, theirs, "sign", rounds=rounds)
        yield speed_figure("signatures", *taken, ready=ours.ready, must=MUST_SIGN, aim=AIM_SIGN)
        taken = ask_in_turn(ours, theirs, "pipeline", rounds=rounds)
        yield speed_figure("pipeline", *taken, ready=ours.ready, must=MUST_PIPELINE, aim=AIM_PIPELINE)
    yield from quality_figures(make_posts(count), taken[0][-1].story, taken[1][-1].story)
    if not quick:
        yield memory_figure()


def ask_in_turn(ours: Side, theirs: Side, what: str, *, rounds: int) -> tuple[list[Answer], list[Answer]]:
    """What each side answers in every round after one that only warms up."""
    answers = [(ours.ask(what), theirs.ask(what)) for _ in range(rounds + 1)]
    return [one for one, _ in answers[1:]], [other for _, other in answers[1:]]


def speed_figure(
    name: str, ours: Sequence[Answer], theirs: Sequence[Answer], *, ready: Answer, must: float, aim: float
) -> Figure:
    """How many times as fast our side is at one of its two jobs."""
    us, them = ([1e6 * one.seconds / one.texts for one in side] for side in (ours, theirs))
    value, low, high = ratio_interval(them, us)
    mine, other, before = statistics.median(us), statistics.median(them), 1e6 * ready.seconds / ready.texts
    return Figure(
        benchmark="duplicates", figure=f"{name}: times faster than datasketch", value=float(f"{value:.3g}"),
        low=float(f"{low:.3g}"), high=float(f"{high:.3g}"), unit="x", must=f">= {must}", holds=value >= must,
        detail={
            "aim": aim,
            "rounds": len(us),
            "texts": ours[0].texts,
            "ours_us_a_text": round(mine, 2),
            "theirs_us_a_text": round(other, 1),
            "normalising_us_a_text": round(before, 1),
            "ratio_with_normalising_on_both_sides": round((other + before) / (mine + before), 2),
            **{f"theirs_{key}": round(one, 1) for key, one in theirs[-1].detail.items()},
            **machine(*PACKAGES),
        },
    )  # fmt: skip


def pairs_of(counts: Iterator[int] | Sequence[int]) -> int:
    """How many pairs there are within groups of these sizes."""
    return sum(count * (count - 1) // 2 for count in counts)


def recall_counts(posts: Posts, story: Sequence[int]) -> Counts:
    """For each planted story: pairs of its spreading posts found in one story, and all of them."""
    planted: dict[str, list[int]] = {}
    for truth, found in zip(posts.truths, story, strict=True):
        if truth.story is not None and truth.stance == "spreads":
            planted.setdefault(truth.story, []).append(found)
    return [(pairs_of([*Counter(found).values()]), pairs_of([len(found)])) for found in planted.values()]


def precision_counts(posts: Posts, story: Sequence[int]) -> Counts:
    """For each story found: pairs that were planted in one story, and all. What rebuts a message by quoting it whole is
    of its story. Equal messages of the background, where the simulator repeats itself, are no pairs."""
    groups: dict[int, list[int]] = {}
    for place, found in enumerate(story):
        groups.setdefault(found, []).append(place)
    counts = []
    for places in groups.values():
        planted = [posts.truths[place].story for place in places]
        repeated = Counter(posts.keys[place] for place in places if posts.truths[place].story is None)
        right = pairs_of([*Counter(one for one in planted if one is not None).values()])
        counts.append((right, pairs_of([len(places)]) - pairs_of([*repeated.values()])))
    return counts


def share_interval(counts: Counts, *, rounds: int = 1000, seed: int = 7) -> tuple[float, float, float]:
    """Share of right pairs with its 95 % interval over stories drawn again (percentile bootstrap, Efron 1979)."""
    counts = [one for one in counts if one[1]]
    draw = random.Random(seed)
    shares = []
    for _ in range(rounds):
        drawn = draw.choices(counts, k=len(counts))
        shares.append(sum(right for right, _ in drawn) / sum(total for _, total in drawn))
    shares.sort()
    value = sum(right for right, _ in counts) / sum(total for _, total in counts)
    return value, shares[int(0.025 * rounds)], shares[int(0.975 * rounds) - 1]


def joined_alike(one: Sequence[int], other: Sequence[int]) -> float:
    """Pairs that both sides join, over the pairs that either does."""
    both = pairs_of([*Counter(zip(one, other, strict=True)).values()])
    return both / (pairs_of([*Counter(one).values()]) + pairs_of([*Counter(other).values()]) - both)


def quality_figures(posts: Posts, ours: Sequence[int], theirs: Sequence[int]) -> Iterator[Figure]:
    """Precision and recall of both sides; RuntimeError where they do not find the same stories."""
    alike = joined_alike(ours, theirs)
    if alike < MUST_AGREE:
        raise RuntimeError(f"both sides join {alike:.3f} of the pairs that either joins")
    for name, count_pairs in (("precision", precision_counts), ("recall", recall_counts)):
        counts = count_pairs(posts, ours)
        value, low, high = share_interval(counts)
        other, *_ = share_interval(count_pairs(posts, theirs))
        yield Figure(
            benchmark="duplicates", figure=f"{name} of joined pairs, planted edits", value=round(value, 4),
            low=round(low, 4), high=round(high, 4), unit="share", must=f">= {MUST_QUALITY}",
            holds=value >= MUST_QUALITY,
            detail={
                "datasketch": round(other, 4),
                "pairs": sum(total for _, total in counts),
                "posts": len(posts.keys),
                "pairs_joined_by_both_of_either": round(alike, 4),
            },
        )  # fmt: skip


def memory_figure() -> Figure:
    """Resident memory of a process that takes in MEMORY_POSTS documents."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.duplicates_worker", "memory", str(MEMORY_POSTS)],
        stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    answer = msgspec.json.decode(done.stdout, type=Answer)
    peak = round(answer.detail["peak_mib"])
    return Figure(
        benchmark="duplicates", figure="resident memory at most, 1,000,000 documents", value=peak, low=peak, high=peak,
        unit="MiB", must=f"<= {MUST_MIB}", holds=peak <= MUST_MIB,
        detail={
            "runs": 1,
            "documents": answer.texts,
            "different_messages": answer.detail["messages"],
            "compared": answer.detail["compared"],
            "us_a_document_with_normalising": round(1e6 * answer.seconds / answer.texts, 1),
        },
    )  # fmt: skip


if __name__ == "__main__":
    run_alone(measure, __doc__)
