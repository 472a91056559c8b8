"""Figures that papers print: a number with the question it answers, so that anybody can ask it again.

A figure's value is always the answer to its stored question: ``make_figure`` asks it once, ``recompute`` asks it anew.
A question names its moment (``until`` or ``as_of``), so the answer changes only with what came to light later.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, cast

import msgspec
from sqlalchemy.orm import Session

from analysis.series import coverage_of, share_interval, share_lost
from casework.figure_links import join_address, link_of
from casework.figure_questions import DESK_QUESTIONS
from casework.figure_records import (
    ABSENT,
    PERCENT,
    DeskQuestion,
    Figure,
    Question,
    StoreQuestion,
    decode_figure,
    encode_figure,
)
from casework.figure_sources import Sources
from kentongan.errors import BadQuery
from kentongan.schema import ABSTAINED, UNLABELLED, Query
from kentongan.settings import Settings
from models.share_error import read_share_error
from search.series import origin_of, volume_of
from search.store import Bucket, Dimension, Store

__all__ = [
    "ABSENT", "PERCENT", "DeskQuestion", "Figure", "Question", "Sources", "StoreQuestion", "answer", "count_once",
    "decode_figure", "encode_figure", "join_address", "link_of", "make_figure", "recompute", "same_value",
]  # fmt: skip

NO_LABELS: Final = frozenset({ABSTAINED, UNLABELLED})
EQUAL: Final = 1e-9
"""How far two computations of one value may lie apart and still be the same: rounding of floats."""


def make_figure(
    key: str, question: Question, *, unit: str, sources: Sources, decimals: int = 0
) -> Figure:  # fmt: skip
    """The figure that answers a question now. Raises BadQuery and Retry as the store does."""
    return Figure(key=key, value=answer(question, sources), unit=unit, question=question, decimals=decimals)


def recompute(figure: Figure, *, store: Store, session: Session, settings: Settings, now: datetime) -> float | None:
    """What the figure's question answers now. For many figures ``answer`` with one ``Sources`` is quicker."""
    return answer(figure.question, Sources(store=store, session=session, settings=settings, now=now))


def same_value(one: float | None, other: float | None) -> bool:
    """Whether two answers are the same; an absent one equals only an absent one."""
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=EQUAL, abs_tol=EQUAL)


def answer(question: Question, sources: Sources) -> float | None:
    """The answer as of the question's own moment; None where there is nothing to say (a share of nothing)."""
    if isinstance(question, DeskQuestion):
        return DESK_QUESTIONS[question.name](question.arguments, sources)
    query = volume_of(question.query)
    match question.measure:
        case "count" if question.by is None:
            return float(sum(cell.count for cell in count_once(query, None, sources)))
        case "count":
            return float(counts_by(question, query, sources).get(question.label or "", 0))
        case "share" | "share_low" | "share_high":
            return read_share(question, counts_by(question, query, sources), sources)
        case "distinct":
            return float(len(counts_by(question, query, sources).keys() - NO_LABELS))
        case "distinct_authors":
            return float(count_authors(query, sources))
        case "coverage":
            return read_coverage(query, sources)
        case "gap_hours":
            return read_gap_hours(query, question.label, sources)


def counts_by(question: StoreQuestion, query: Query, sources: Sources) -> dict[str, int]:
    """Documents by the question's dimension. Raises ValueError for a question that names none."""
    if question.by is None:
        raise ValueError(f"the measure {question.measure} needs a dimension")
    return {cell.key[0]: cell.count for cell in count_once(query, question.by, sources)}


def read_share(question: StoreQuestion, counts: Mapping[str, int], sources: Sources) -> float | None:
    """A share of what has a label, or an end of its range."""
    counted = {key: count for key, count in counts.items() if key not in NO_LABELS}
    value, low, high = share_interval(counted.get(question.label or "", 0), sum(counted.values()))
    if math.isnan(value):
        return None
    if question.measure == "share":
        return value
    if question.by == "sentiment":
        # A model errs on all posts alike, however many there are: chance alone would give far too narrow a range.
        measured = read_share_error(sources.store.current_models().get("sentiment"), local=sources.settings.models_dir)
        off = None if measured is None else measured.error.get(question.label or "")
        if off is None:
            return None
        low, high = max(0.0, value - off), min(1.0, value + off)
    return low if question.measure == "share_low" else high


def count_once(query: Query, by: Dimension | None, sources: Sources) -> list[Bucket]:
    """``Store.count``, asked once for one paper."""
    known = (msgspec.json.encode(query), by)
    if known not in sources.memo:
        sources.memo[known] = sources.store.count(query, by=() if by is None else (by,), zone=sources.settings.zone)
    return cast(list[Bucket], sources.memo[known])


def count_authors(query: Query, sources: Sources) -> int:
    """How many accounts wrote what matches; counted one by one where they are too many for one count."""
    try:
        return len(count_once(query, "author", sources))
    except BadQuery:
        return len({record.document.author for record in sources.store.stream(query)} - {None})


def read_coverage(query: Query, sources: Sources) -> float | None:
    """Share of the usual collection that ran in the query's time, each source weighed by what it brought in all."""
    if query.since is None or query.until is None or query.until - query.since <= timedelta(0):
        raise ValueError("coverage is of a time with both ends")
    always = replace(origin_of(query), since=None, until=None)
    volumes = {cell.key[0]: float(cell.count) for cell in count_once(always, "source", sources)}
    if not volumes:
        return None
    return coverage_of(query.since, query.until, sources.store.gaps(since=query.since, until=query.until), volumes)


def read_gap_hours(query: Query, source: str | None, sources: Sources) -> float:
    """Hours of the query's time in which a source, or any source, was not collected."""
    assert query.since is not None and query.until is not None
    named = () if source is None else (source,)
    gaps = sources.store.gaps(since=query.since, until=query.until, sources=named)
    return share_lost(gaps, query.since, query.until) * ((query.until - query.since) / timedelta(hours=1))
