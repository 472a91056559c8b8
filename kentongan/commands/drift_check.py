"""The checks of ``kentongan drift check``: one month's posts against the model's card and against the month before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kentongan.errors import NotFound
from kentongan.schema import SENTIMENTS, Annotation, Record
from kentongan.settings import Settings
from kentongan.text import is_word, tokens
from kentongan.times import ZONES

if TYPE_CHECKING:
    from models.drift import Shift
    from search.store import Store

Days = dict[str, list[tuple[Record, Annotation]]]
"""Posts with the model's word on each, by ISO day."""
FEW_DAYS = "bulan sebelumnya atau bulan ini terlalu sedikit harinya"


def compare_months(
    store: Store,
    records: Sequence[Record],
    said: Sequence[Annotation],
    before: tuple[datetime, datetime],
    sample: tuple[Any, Any, Any],
    settings: Settings,
) -> list[dict[str, object]]:
    """One row a check: what was measured, against what, its p-value, whether it moved (None: cannot be said)."""
    import numpy as np

    from kentongan.commands.drift import read_posts
    from models.drift import count_new_words, judge_rise, judge_shift

    rows = [check_accuracy(said, sample, settings)]
    try:
        old_records, old_said = read_posts(store, *before)
    except NotFound:
        old_records, old_said = [], []
    days, old_days = by_day(records, said, settings), by_day(old_records, old_said, settings)
    for name, count, width, judge in (
        ("sebaran label", count_labels, len(SENTIMENTS) + 1, judge_shift),
        ("bagian abstain", count_silent, 2, judge_rise),
    ):
        old, new = (
            np.array([count(own) for own in one.values()], dtype=np.float64).reshape(-1, width)
            for one in (old_days, days)
        )
        rows.append(as_row(name, judge(old, new)))
    old_words, words = ([words_said(own) for own in one.values()] for one in (old_days, days))
    rows.append(as_row("bagian kata baru", judge_rise(*count_new_words(old_words, words))))
    return rows


def by_day(records: Sequence[Record], said: Sequence[Annotation], settings: Settings) -> Days:
    """Records with the model's word on each, by day in the installation's zone."""
    days: Days = {}
    for record, one in zip(records, said, strict=True):
        day = f"{record.document.published_at.astimezone(ZONES[settings.zone]):%Y-%m-%d}"
        days.setdefault(day, []).append((record, one))
    return dict(sorted(days.items()))


def count_labels(own: Sequence[tuple[Record, Annotation]]) -> list[int]:
    """How many texts of a day the model gave each label, and on how many it kept silent."""
    given = ["" if one.abstained else one.value for _, one in own]
    return [given.count(label) for label in (*SENTIMENTS, "")]


def count_silent(own: Sequence[tuple[Record, Annotation]]) -> list[int]:
    """On how many texts of a day the model kept silent, of how many."""
    return [sum(one.abstained for _, one in own), len(own)]


def words_said(own: Sequence[tuple[Record, Annotation]]) -> list[str]:
    """The words of a day, numbers and names of accounts aside, each once a text."""
    return [
        token
        for record, _ in own
        for token in sorted({t for t in tokens(record.newest.text) if is_word(t) and not any(c.isdigit() for c in t)})
    ]


def expected_accuracy(model: str, settings: Settings) -> tuple[float, float] | None:
    """Mean accuracy over the slices that a model's card calls never seen, and its standard error; None without a card.

    The error is that between slices: a new month is no more like a card's slices than these are like each other.
    """
    from models.linear import BadModel
    from models.registry import read_card

    try:
        card = read_card(model, local=settings.models_dir)
    except BadModel:
        return None
    own = [one for one in card.protocols if one.task == "sentiment"]
    chosen = next((one for one in own if "never seen" in one.name), own[0] if own else None)
    found = [figure.accuracy for figure in chosen.figures] if chosen else []
    if len(found) < 2:
        return None
    mean = sum(found) / len(found)
    spread = math.sqrt(sum((one - mean) ** 2 for one in found) / (len(found) - 1))
    return mean, spread / math.sqrt(len(found))


def check_accuracy(said: Sequence[Annotation], sample: tuple[Any, Any, Any], settings: Settings) -> dict[str, object]:
    """The month's accuracy, from its labelled sample, against the card's."""
    from kentongan.commands.drift import TOO_FEW, as_chances
    from models.drift import estimate_accuracy, judge_accuracy

    found = estimate_accuracy(as_chances(said), *sample)
    card = expected_accuracy(said[0].by, settings)
    row: dict[str, object] = {"check": "ketepatan", "value": rounded(found.value), "reference": None}
    row |= {"low": rounded(found.low), "high": rounded(found.high), "p": None, "moved": None, "note": None}
    if found.value is None:
        return row | {"note": f"{TOO_FEW} ({found.labels})"}
    if card is None:
        return row | {"note": f"model {said[0].by} tidak punya kartu untuk dibandingkan"}
    verdict = judge_accuracy(found, expected=card[0], expected_error=card[1])
    assert verdict is not None
    return row | {"reference": rounded(card[0]), "p": rounded(verdict[0]), "moved": verdict[1]}


def as_row(name: str, found: Shift | None) -> dict[str, object]:
    """A test of a shift as a row: the value is the stability index, or by how much a share rose."""
    row: dict[str, object] = {"check": name, "value": None, "reference": None, "low": None, "high": None}
    if found is None:
        return row | {"p": None, "moved": None, "note": FEW_DAYS}
    return row | {"value": rounded(found.index), "p": rounded(found.p), "moved": found.moved, "note": None}


def rounded(number: float | None) -> float | None:
    """Four digits are more than a sample holds."""
    return None if number is None else round(number, 4)
