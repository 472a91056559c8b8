"""How well a pipeline finds names: exact spans, by kind, with bootstrap intervals over sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.names_data import KINDS, MEASURED, Sentence, in_lower_case

Counts = NDArray[np.int64]
"""Right, found, and labelled spans along the last axis."""


class NamesFigure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Precision, recall and F1 of one kind on one set. A span counts when both ends and the kind are right."""

    set: str
    case: str
    """"as written" or "small letters"."""
    kind: str
    """PER, ORG, LOC, or "all" of those the set has."""
    sentences: int
    labelled: int
    precision: float
    recall: float
    f1: float
    low: float
    """Lower end of the 95 % interval of F1 (percentile bootstrap over sentences)."""
    high: float


def count_matches(nlp: Any, sentences: Sequence[Sentence]) -> Counts:
    """Right, found and labelled spans: sentences by ``KINDS`` by those three. Kinds a set lacks stay 0."""
    counts = np.zeros((len(sentences), len(KINDS), 3), dtype=np.int64)
    for number, doc in enumerate(nlp.pipe([one.text for one in sentences], batch_size=64)):
        one = sentences[number]
        for place, kind in enumerate(KINDS):
            if kind in MEASURED[one.source]:
                truth = {(span.start, span.end) for span in one.spans if span.kind == kind}
                found = {(ent.start_char, ent.end_char) for ent in doc.ents if ent.label_ == kind}
                counts[number, place] = len(truth & found), len(found), len(truth)
    return counts


def f1_of(total: NDArray[Any]) -> float:
    """F1 from right, found and labelled; 0 where there is neither."""
    return float(2 * total[0] / max(1, total[1] + total[2]))


def measure_names(
    nlp: Any, judge: Mapping[str, Sequence[Sentence]], *, resamples: int, seed: int
) -> tuple[NamesFigure, ...]:
    """Figures for every judged set, as written and in small letters, by kind and for all of them."""
    figures = []
    for name, sentences in judge.items():
        written_small = sum(one.text == one.text.lower() for one in sentences) > 0.9 * len(sentences)
        for case in ("small letters",) if written_small else ("as written", "small letters"):
            read = [in_lower_case(one) for one in sentences] if case == "small letters" else sentences
            counts = count_matches(nlp, read)
            for kind in ("all", *MEASURED[name]):
                own = counts.sum(axis=1) if kind == "all" else counts[:, KINDS.index(kind)]
                figures.append(describe(own, set_name=name, case=case, kind=kind, resamples=resamples, seed=seed))
    return tuple(figures)


def describe(counts: Counts, *, set_name: str, case: str, kind: str, resamples: int, seed: int) -> NamesFigure:
    """One figure from counts a sentence."""
    right, found, labelled = (int(value) for value in counts.sum(axis=0))
    draws = np.random.default_rng(seed).integers(0, len(counts), (resamples, len(counts)))
    drawn = [f1_of(counts[draw].sum(axis=0)) for draw in draws]
    low, high = np.percentile(drawn, (2.5, 97.5))
    return NamesFigure(
        set=set_name,
        case=case,
        kind=kind,
        sentences=len(counts),
        labelled=labelled,
        precision=right / max(1, found),
        recall=right / max(1, labelled),
        f1=f1_of(counts.sum(axis=0)),
        low=float(low),
        high=float(high),
    )
