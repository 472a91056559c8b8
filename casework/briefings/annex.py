"""The annex of a briefing: every figure with what it counts, its value and its time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from casework.briefings.content import Content
from casework.figure_words import say_question, say_time, time_of
from casework.figures import PERCENT, Figure

WHOLE: Final = "masa nota ini"
MOMENT: Final = "saat akhirnya"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexRow:
    """One figure as the annex shows it."""

    place: int
    """Its number in the annex, from 1."""
    key: str
    question: str
    value: str
    time: str


def annex_rows(content: Content, *, zone: str) -> list[AnnexRow]:
    """A row for each figure, in the order they stand in the paper."""
    return [
        AnnexRow(
            place=place,
            key=figure.key,
            question=say_question(figure),
            value=value_words(figure),
            time=short_time(figure, content, zone=zone),
        )
        for place, figure in enumerate(content.figures, 1)
    ]


def short_time(figure: Figure, content: Content, *, zone: str) -> str:
    """The time a figure is of; in a word where it is the paper's own."""
    since, until = time_of(figure)
    if until == content.until and since in (None, content.since):
        return WHOLE if since is not None else MOMENT
    return say_time(figure, zone=zone)


def value_words(figure: Figure) -> str:
    """The value with its unit."""
    bare = figure.value is None or figure.unit in ("", PERCENT)
    return figure.words if bare else f"{figure.words} {figure.unit}"
