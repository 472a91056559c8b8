"""Several tasks taught to one encoder at once: batches, loss, schedule. Needs torch."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from kentongan.schema import Task
from models.blocks import TrainingFailed
from models.data import Row
from models.fit import target_rows, weigh_rows

log = logging.getLogger(__name__)

STEP = 8
"""Lengths come in multiples of this: few shapes are prepared once each, and a batch pads little."""
Logits = dict[Task, NDArray[np.float32]]


class FineTuning(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Choices of the fine-tuning. An unknown key in a file is an error."""

    epochs: float = 2.0
    rate: float = 3e-4
    """Highest learning rate of the trunk; small encoders want 1e-4 to 3e-4."""
    head_rate: float = 2e-3
    warm_up: float = 0.1
    """Share of the steps in which the rates rise; they fall linearly to 0 after it."""
    batch_tokens: int = 4096
    """Tokens of one step, padding included: rows of like length go together."""
    train_tokens: int = 80
    """A training text is cut to so many tokens. Reading is cut later (``max_tokens``)."""
    dropout: float = 0.1
    """Of what the heads see. The trunk has none: on a CPU it costs a third of the time; hidden tokens do its work."""
    masked: float = 0.08
    """Share of a training text's tokens that are hidden, so that no single word decides."""
    smoothing: float = 0.05
    """Share of a label's probability that the loss spreads over the others (Szegedy et al. 2016)."""
    balance: float = 0.5
    """Power of (rows / rows with the label) in a row's weight."""
    shares: dict[Task, float] = {}
    """Weight of each task's loss, where that is not 1."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """The rows of one task as an encoder learns them."""

    task: Task
    ids: Sequence[NDArray[np.int32]]
    """Token numbers of each row, with the special tokens at both ends."""
    targets: NDArray[np.int8]
    """Rows by labels: 1 where a row has the label, -1 where it surely has not, 0 where it says nothing."""
    possible: NDArray[np.bool_]
    """Rows by labels: the label, or all that it may be."""
    weights: NDArray[np.float64]
    sources: NDArray[np.int64]
    """Number of each row's set: each set leans its own way, and its lean is learned beside the heads, not in them."""


def make_lesson(
    task: Task, rows: Sequence[Row], labels: Sequence[str], ids: Sequence[NDArray[np.int32]], *, balance: float
) -> Lesson:
    """A lesson of some rows; ``ids`` are theirs."""
    targets = target_rows(rows, labels)
    possible = np.array([[label in row.labels for label in labels] for row in rows], dtype=bool)
    weights = weigh_rows(rows, power=balance, by_source=task == "sentiment")
    _, sources = np.unique([row.source for row in rows], return_inverse=True)
    return Lesson(task, ids, targets, possible, weights, sources.astype(np.int64))


def encode_texts(tokenizer: Any, readings: Sequence[str], *, most: int) -> list[NDArray[np.int32]]:
    """Token numbers of each reading, cut to ``most`` with the special tokens kept at both ends."""
    found = []
    for start in range(0, len(readings), 2000):
        batch = tokenizer(list(readings[start : start + 2000]), truncation=True, max_length=most)["input_ids"]
        found += [np.array(one, dtype=np.int32) for one in batch]
    return found


def plan_batches(lengths: NDArray[np.int64], tokens: int, rng: np.random.Generator) -> list[NDArray[np.int64]]:
    """Row numbers of each batch: rows of like length, at most ``tokens`` with padding, in random order."""
    room = -(-lengths // STEP) * STEP
    order = np.lexsort((rng.random(len(lengths)), room))
    batches, start = [], 0
    for long in np.unique(room):
        own = order[start : start + int((room == long).sum())]
        start += len(own)
        many = max(1, tokens // int(long))
        batches += [own[first : first + many] for first in range(0, len(own), many)]
    rng.shuffle(batches)
    return batches


def pad_rows(ids: Sequence[NDArray[np.int32]], pad: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of one length (a multiple of ``STEP``), and where they are not padding."""
    longest = -(-max(len(one) for one in ids) // STEP) * STEP
    table = np.full((len(ids), longest), pad, dtype=np.int64)
    mask = np.zeros((len(ids), longest), dtype=np.int64)
    for number, one in enumerate(ids):
        table[number, : len(one)] = one
        mask[number, : len(one)] = 1
    return table, mask


def label_loss(logits: Any, possible: Any, offered: Any, weights: Any, smoothing: float) -> Any:
    """Weighted mean of -log(probability of the labels a row may have), over the labels its source gives; smoothed."""
    import torch

    blocked = logits.masked_fill(~offered, -1e4)
    chances = torch.log_softmax(blocked, dim=-1)
    wanted = torch.logsumexp(chances.masked_fill(~possible, -1e4), dim=-1)
    spread = (chances * offered).sum(dim=-1) / offered.sum(dim=-1).clamp(min=1)
    loss = -(1 - smoothing) * wanted - smoothing * spread
    return (loss * weights).sum() / weights.sum()


def fine_tune(
    classifier: Any,
    lessons: Sequence[Lesson],
    config: FineTuning,
    *,
    pad: int,
    mask: int | None,
    seed: int,
    report: Callable[[int, int], None] | None = None,
) -> list[float]:
    """Teach all lessons together; returns the loss of each step. The same seed gives the same weights on one machine.

    Raises TrainingFailed where the loss is no number.
    """
    import torch

    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    leans = {
        lesson.task: torch.zeros(int(lesson.sources.max()) + 1, lesson.targets.shape[1], requires_grad=True)
        for lesson in lessons
    }
    lengths = [np.array([len(one) for one in lesson.ids]) for lesson in lessons]
    plans: list[tuple[int, NDArray[np.int64]]] = []
    for epoch in range(int(np.ceil(config.epochs))):
        own = [(n, rows) for n, long in enumerate(lengths) for rows in plan_batches(long, config.batch_tokens, rng)]
        rng.shuffle(own)
        plans += own[: round(len(own) * min(1.0, config.epochs - epoch))]

    heads = [*classifier.heads.parameters()]
    groups = [
        {"params": [*classifier.trunk.parameters()], "lr": config.rate, "weight_decay": 0.01},
        {"params": heads, "lr": config.head_rate, "weight_decay": 0.01},
        {"params": list(leans.values()), "lr": config.head_rate, "weight_decay": 0.05},
    ]
    optimiser = torch.optim.AdamW(groups, eps=1e-6, fused=True)
    tops = [group["lr"] for group in optimiser.param_groups]
    classifier.train()
    losses = []
    for step, (number, rows) in enumerate(plans):
        progress = step / len(plans)
        for group, top in zip(optimiser.param_groups, tops, strict=True):
            group["lr"] = top * min((progress + 1e-3) / config.warm_up, (1 - progress) / (1 - config.warm_up), 1.0)
        lesson = lessons[number]
        table, seen = pad_rows([lesson.ids[row] for row in rows], pad)
        if mask is not None and config.masked:
            inner = (seen > 0) & (rng.random(table.shape) < config.masked)
            inner[:, 0] = False
            table = np.where(inner, mask, table)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = classifier.heads[lesson.task](
                classifier.dropout(classifier.views(torch.from_numpy(table), torch.from_numpy(seen)))
            )
        loss = config.shares.get(lesson.task, 1.0) * label_loss(
            logits.float() + leans[lesson.task][torch.from_numpy(lesson.sources[rows])],
            torch.from_numpy(lesson.possible[rows]),
            torch.from_numpy((lesson.targets[rows] != 0) | lesson.possible[rows]),
            torch.from_numpy(lesson.weights[rows]).float(),
            config.smoothing,
        )
        value = float(loss.detach())
        if not np.isfinite(value):
            raise TrainingFailed(f"Galat pelatihan menjadi {value} pada langkah {step}.", hint="Turunkan rate.")
        loss.backward()
        torch.nn.utils.clip_grad_norm_(classifier.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        losses.append(value)
        if report:
            report(step + 1, len(plans))
    classifier.eval()
    return losses


def read_logits(
    classifier: Any, ids: Sequence[NDArray[np.int32]], tasks: Sequence[Task], *, pad: int, tokens: int = 8192
) -> Logits:
    """Logits of every row for each task, in order; no gradients, bfloat16 matrices."""
    import torch

    lengths = np.array([len(one) for one in ids])
    found = {task: np.zeros((len(ids), classifier.heads[task].out_features), dtype=np.float32) for task in tasks}
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for rows in plan_batches(lengths, tokens, np.random.default_rng(0)):
            table, seen = pad_rows([ids[row] for row in rows], pad)
            views = classifier.views(torch.from_numpy(table), torch.from_numpy(seen))
            for task in tasks:
                found[task][rows] = classifier.heads[task](views).float().numpy()
    return found
