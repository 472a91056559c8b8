"""How often people disagreed with a model: settled labels against what the model had said of the same words.

Only of batches drawn by chance is the share an estimate of the model's errors; where people corrected what they came
across, or the model was unsure, it is no more than a count.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.series import share_interval
from casework.labelling.records import check_task
from casework.labelling.tables import LabelBatchRow, LabelSettledRow, LabelTextRow
from kentongan.schema import Record, Task
from search.store import Store

NEWEST: Final = 2_000
"""Settled labels looked at, the newest ones."""
LEAST: Final = 30
"""Fewer labels give no share: its interval would be wider than 35 points at one half (Wilson)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """People's labels of one kind of batch against a model."""

    labels: int
    """Texts that people labelled and on which the model had committed itself."""
    disagreed: int
    silent: int
    """Texts people labelled on which the model had kept silent."""
    share: float | None
    """Share of ``labels`` on which people disagreed, with its 95 % interval; None with fewer than LEAST."""
    low: float | None
    high: float | None
    pairs: Mapping[tuple[str, str], int]
    """How often the model said the first and people the second, where they differ."""


def judge_model(session: Session, store: Store, *, task: str, model: str) -> dict[str, Judged]:
    """By rule ("random", "doubt"): how people disagreed with a model ("name|version"). Raises Retry."""
    wanted: Task = check_task(task)
    chosen = (
        select(LabelTextRow.document, LabelTextRow.revision, LabelSettledRow.value, LabelBatchRow.rule)
        .join(LabelSettledRow, LabelSettledRow.text == LabelTextRow.id)
        .join(LabelBatchRow, LabelBatchRow.id == LabelTextRow.batch)
        .where(LabelBatchRow.task == wanted, LabelSettledRow.value.is_not(None))
        .order_by(LabelSettledRow.id.desc())
        .limit(NEWEST)
    )
    rows = session.execute(chosen).all()
    counts: dict[str, Counter[str]] = {"random": Counter(), "doubt": Counter()}
    pairs: dict[str, Counter[tuple[str, str]]] = {"random": Counter(), "doubt": Counter()}
    for (_, revision, value, rule), record in zip(rows, store.get([row[0] for row in rows]), strict=True):
        said = None if record is None else said_by(record, wanted, model, revision)
        if said is None:
            continue
        if said == "":
            counts[rule]["silent"] += 1
            continue
        counts[rule]["labels"] += 1
        if said != value:
            counts[rule]["disagreed"] += 1
            pairs[rule][said, str(value)] += 1
    return {rule: as_judged(counts[rule], pairs[rule]) for rule in counts}


def said_by(record: Record, task: Task, model: str, revision: str) -> str | None:
    """What a model said of a revision: a label, "" for silence, None where it never read it."""
    for one in record.annotations:
        same = one.task == task and not one.by_person and f"{one.by}|{one.version}" == model
        if same and one.revision in (None, revision):
            return "" if one.abstained or one.value is None else one.value
    return None


def as_judged(counts: Counter[str], pairs: Counter[tuple[str, str]]) -> Judged:
    share, low, high = share_interval(counts["disagreed"], counts["labels"])
    enough = counts["labels"] >= LEAST and not math.isnan(share)
    return Judged(
        labels=counts["labels"],
        disagreed=counts["disagreed"],
        silent=counts["silent"],
        share=share if enough else None,
        low=low if enough else None,
        high=high if enough else None,
        pairs=dict(pairs.most_common(8)),
    )
