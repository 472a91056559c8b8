"""Up to four questions as lines on one axis, as SVG text: told apart by dash, mark and letter, never by colour.

Pure: data in, a string out; all text from outside is escaped here. What was not collected is hatched, and no line is
drawn across it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape
from typing import Final

from analysis.series import Step, Stretch
from dashboard.charts import HATCH, bar, nice_ceiling, short_day, short_hour
from dashboard.words import Language, say
from kentongan.numbers import format_number
from kentongan.times import format_day

WIDTH, LEFT, RIGHT = 900, 40, 46
TOP, TALL, FOOT = 12, 210, 22
"""Heights in drawing units: above the lines, the lines, the names of days."""
LETTERS: Final = "ABCD"
Place = Callable[[float], float]
"""Where a column or a count stands, in drawing units."""
LABEL_APART = 15.0
"""Least distance between two letters at the lines' ends."""
LOST = 0.005
"""Share of the usual collection above which a column counts as collected at all."""


def draw_compare(series: Sequence[Sequence[Stretch]], *, step: Step, zone: str, language: Language) -> str:
    """One line for each question, in their order; all have the same stretches. A column tells all its counts."""
    stretches = series[0]
    slot = (WIDTH - LEFT - RIGHT) / max(1, len(stretches))
    ceiling = nice_ceiling(max((one.total for line in series for one in line), default=0))
    height = TOP + TALL + FOOT

    def x(at: float) -> float:
        return LEFT + (at + 0.5) * slot

    def y(count: float) -> float:
        return TOP + TALL * (1 - count / ceiling)

    label = escape(say("explore_compare_label", language), quote=True)
    parts = [f'<svg class="trend kt-compare" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{label}">{HATCH}']
    for value in (0, ceiling / 2, ceiling):
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}"/>')
        if value == int(value):
            tick = format_number(int(value), language=language)
            parts.append(f'<text class="tick" x="{LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{tick}</text>')
    for at in range(len(stretches)):
        # The least collected of the questions says what is missing: they are held against each other.
        coverage = min(line[at].coverage for line in series)
        if coverage < 0.995:
            parts.append(bar(LEFT + at * slot, TOP, slot, TALL, "lost"))
    for number, line in enumerate(series):
        parts.append(draw_line([None if one.coverage <= LOST else one.total for one in line], number, x, y))
    parts += end_labels(series, y)
    every = max(1, math.ceil(len(stretches) / 9))
    for at, one in enumerate(stretches):
        words = short_day(one.start, language)
        if step == "hour" and one.start.hour:
            words = short_hour(one.start, language)
        if at % every == 0:
            parts.append(
                f'<text class="tick" x="{x(at):.1f}" y="{TOP + TALL + 16}" text-anchor="middle">{escape(words)}</text>'
            )
        when = format_day(one.start, zone=zone, language=language)
        if step == "hour":
            when = f"{when} {short_hour(one.start, language)} {zone}"
        counts = ", ".join(
            f"{LETTERS[number]} {format_number(line[at].total, language=language)}"
            for number, line in enumerate(series)
        )
        coverage = round(100 * min(line[at].coverage for line in series))
        if coverage < 100:
            counts += f"; {say('coverage', language)} {coverage} %"
        title = escape(f"{when}: {counts}")
        parts.append(f"<g><title>{title}</title>{bar(LEFT + at * slot, TOP, slot, TALL, 'back')}</g>")
    parts.append("</svg>")
    return "".join(parts)


def draw_line(counts: Sequence[int | None], number: int, x: Place, y: Place) -> str:
    """A line with a mark at every value, broken where nothing was collected."""
    path, moved = "", False
    for at, count in enumerate(counts):
        if count is None:
            moved = False
            continue
        path += f"{'L' if moved else 'M'}{x(at):.1f} {y(count):.1f}"
        moved = True
    marks = ""
    if len(counts) <= 45:
        marks = "".join(mark(number, x(at), y(count)) for at, count in enumerate(counts) if count is not None)
    return f'<g class="kt-cmp cmp-{number + 1}"><path d="{path}"/>{marks}</g>'


def draw_sample(number: int) -> str:
    """A piece of a line as it looks in the chart, to stand before its words."""
    line = draw_line([1, 1], number, sample_x, sample_y)
    return f'<svg class="kt-compare" viewBox="0 0 30 10" aria-hidden="true">{line}</svg>'


def sample_x(at: float) -> float:
    return 2 + 26 * at


def sample_y(count: float) -> float:
    return 5 * count


def mark(number: int, x: float, y: float) -> str:
    """The mark of a line's values: filled circle, open circle, square, triangle."""
    if number == 0:
        return f'<circle class="full" cx="{x:.1f}" cy="{y:.1f}" r="2.6"/>'
    if number == 1:
        return f'<circle class="open" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
    if number == 2:
        return f'<rect class="full" x="{x - 2.5:.1f}" y="{y - 2.5:.1f}" width="5" height="5"/>'
    return f'<path class="open" d="M{x - 3.2:.1f} {y + 2.6:.1f}L{x + 3.2:.1f} {y + 2.6:.1f}L{x:.1f} {y - 3.4:.1f}Z"/>'


def end_labels(series: Sequence[Sequence[Stretch]], y: Place) -> list[str]:
    """The letters at the lines' ends, kept apart."""
    wanted = sorted(((y(line[-1].total), number) for number, line in enumerate(series) if line), reverse=True)
    parts, floor = [], TOP + TALL + LABEL_APART
    for height, line in wanted:
        floor = min(height, floor - LABEL_APART)
        parts.append(f'<text class="name ink-t" x="{WIDTH - RIGHT + 8}" y="{floor + 4:.1f}">{LETTERS[line]}</text>')
    return parts
