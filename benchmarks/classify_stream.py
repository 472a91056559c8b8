"""The mixed stream that classifiers are timed on: 60 % short posts, 30 % comments, 10 % articles, all simulated.

Any stretch of a multiple of ten texts has exactly that mix, so a slow side can run on the beginning only. Copies and
near-copies are in it as the simulator plants them; ``share_of_copies`` says how many.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kentongan.schema import Kind, Task
from models.reading import read_text
from samples.simulate import Plan, Simulated, simulate

SEED = 7
TEN: tuple[Kind, ...] = ("post",) * 6 + ("comment",) * 3 + ("article",)
"""Kinds of ten texts in a row, in an order drawn anew each time."""
POSTS_A_DAY = 5000
"""So many documents a day give every kind often enough."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One text of the stream."""

    text: str
    kind: Kind
    truth: dict[Task, str]
    """Planted labels, where the simulator has them."""


def make_stream(size: int, *, seed: int = SEED) -> list[Sample]:
    """So many texts, the same ones for the same arguments."""
    days = 1 + size // (POSTS_A_DAY // 2)
    of_kind: dict[Kind, list[Simulated]] = {kind: [] for kind in TEN}
    for one in simulate(Plan(seed=seed, posts=POSTS_A_DAY * days, days=days)):
        if one.document.kind in of_kind:
            of_kind[one.document.kind].append(one)
    waiting: dict[Kind, Iterator[Sample]] = {
        "post": map(take, of_kind["post"]),
        "comment": map(take, of_kind["comment"]),
        # The simulator's articles are short: two on end make one of some 300 words.
        "article": (join(first, second) for first, second in list(pairwise(of_kind["article"]))[::2]),
    }
    rng = random.Random(seed)
    stream: list[Sample] = []
    while len(stream) < size:
        stream += [next(waiting[kind]) for kind in rng.sample(TEN, len(TEN))]
    return stream[:size]


def take(one: Simulated) -> Sample:
    """A simulated post or comment with its planted topic and sentiment."""
    named: dict[Task, str | None] = {"topic": one.truth.topic, "sentiment": one.truth.sentiment}
    return Sample(one.document.text, one.document.kind, {task: label for task, label in named.items() if label})


def join(first: Simulated, second: Simulated) -> Sample:
    """Two articles as one. They may differ in their labels, so it has none."""
    parts = [f"{one.document.title}\n{one.document.text}" for one in (first, second)]
    return Sample("\n".join(parts), "article", {})


def share_of_copies(texts: Sequence[str]) -> float:
    """Share of the texts that read the same as an earlier one (links, mentions, case and drawn-out letters aside)."""
    return 1 - len({read_text(text) for text in texts}) / len(texts)
