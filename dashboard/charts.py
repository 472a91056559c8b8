"""Charts as SVG text, drawn to the design's rules: labels on the shape, gaps hatched, one column one button.

Every function is pure: data in, a string out. All text that comes from outside is escaped here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from html import escape

from analysis.series import Step, Stretch
from dashboard.data import SENTIMENT_ORDER
from dashboard.words import Language, say
from kentongan.numbers import format_number
from kentongan.times import MONTHS_EN, MONTHS_ID, format_day

WIDTH = 720
LEFT, RIGHT = 34, 78
TOP, BARS, GAP, STRIP, LOW = 10, 168, 32, 11, 54
"""Heights in drawing units: margin, the sentiment bars, between panels, the coverage strip, the complaint bars."""

CLASS_OF = {"negative": "neg", "neutral": "neu", "positive": "pos", "abstained": "abs", "none": "non"}
"""Style class of each label; the colours live in tokens.css."""

HATCH = (
    '<defs><pattern id="gap" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="2.5" height="7" class="hatch"/></pattern>'
    '<pattern id="unsure" width="5" height="5" patternUnits="userSpaceOnUse">'
    '<circle cx="1.5" cy="1.5" r="1" class="dot"/></pattern></defs>'
)


def nice_ceiling(value: float) -> int:
    """The next of 2, 4, 5, 10, 20, 40, 50, ... at or above the value, so that half of it is a round number too."""
    if value <= 2:
        return 2
    power = 10 ** math.floor(math.log10(value))
    return next(int(step * power) for step in (1, 2, 4, 5, 6, 8, 10, 20) if step * power >= value and step * power >= 2)


def short_day(start: datetime, language: Language) -> str:
    """A day under a column: "12 Nov"."""
    return f"{start.day} {(MONTHS_ID if language == 'id' else MONTHS_EN)[start.month - 1][:3]}"


def short_hour(start: datetime, language: Language) -> str:
    """An hour under a column: "07.00"."""
    return f"{start.hour:02d}{'.' if language == 'id' else ':'}00"


def bar(x: float, y: float, width: float, height: float, style: str) -> str:
    return f'<rect class="{style}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{max(height, 0):.1f}"/>'


def axis(top: float, height: float, ceiling: int, language: Language) -> str:
    """Three lines with their numbers: zero, half, all."""
    parts = []
    for value in (0, ceiling / 2, ceiling):
        y = top + height * (1 - value / ceiling)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        if value == int(value):
            number = format_number(int(value), language=language)
            parts.append(f'<text class="tick" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{number}</text>')
    return "".join(parts)


def time_ticks(posts: Sequence[Stretch], slot: float, y: float, *, step: Step, today: bool, language: Language) -> str:
    """Names of days, or of every few hours, under the columns; the day that is not over is called today."""
    parts = []
    every = max(1, math.ceil(len(posts) / 8))
    for number, stretch in enumerate(posts):
        midnight = step == "hour" and stretch.start.hour == 0
        words = short_day(stretch.start, language)
        if step == "hour" and not midnight:
            words = short_hour(stretch.start, language)
        shown = number % every == 0 if step == "day" else stretch.start.hour % 3 == 0
        if step == "day" and stretch is posts[-1] and today:
            words, shown = say("today", language), True
        elif step == "day" and number >= len(posts) - every and today:
            shown = False
        if shown:
            x = LEFT + (number + 0.5) * slot
            parts.append(f'<text class="tick" x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{escape(words)}</text>')
    return "".join(parts)


def series_labels(last: Stretch, ceiling: int, language: Language) -> str:
    """The labels' words beside the last column's pieces, kept apart where pieces are thin."""
    wanted = []
    below = 0
    for label in SENTIMENT_ORDER[:4]:
        count = last.counts.get(label, 0)
        wanted.append((label, TOP + BARS * (1 - (below + count / 2) / ceiling)))
        below += count
    parts, floor = [], TOP + BARS - 2.0
    for label, y in wanted:
        floor = min(y, floor)
        x = WIDTH - RIGHT + 8
        parts.append(
            f'<text class="name {CLASS_OF[label]}-t" x="{x}" y="{floor + 4:.1f}">{say(label, language)}</text>'
        )
        floor -= 15
    return "".join(parts)


def column_words(stretch: Stretch, complaints: int, *, step: Step, zone: str, language: Language) -> str:
    """What a screen reader and the pointer are told about one column."""
    when = format_day(stretch.start, zone=zone, language=language)
    if step == "hour":
        when = f"{when} {short_hour(stretch.start, language)} {zone}"
    counts = {label: format_number(stretch.counts.get(label, 0), language=language) for label in SENTIMENT_ORDER}
    return say(
        "bar_label",
        language,
        when=when,
        total=format_number(stretch.total, language=language),
        complaints=format_number(complaints, language=language),
        coverage=round(100 * stretch.coverage),
        **{label: counts[label] for label in SENTIMENT_ORDER[:4]},
    )


def draw_trend(
    posts: Sequence[Stretch],
    complaints: Sequence[Stretch],
    *,
    step: Step,
    zone: str,
    language: Language,
    chosen: str | None = None,
    today: bool = False,
) -> str:
    """Sentiment over time with its missing share, the coverage strip, and complaints on the same axis.

    Every column is a button that carries the ISO start of its stretch in ``data-key``; ``chosen`` is the pressed one.
    ``today`` says that the last day is not over yet.
    """
    slot = (WIDTH - LEFT - RIGHT) / max(1, len(posts))
    width = max(1.0, slot * (0.78 if len(posts) > 40 else 0.72))
    known = [s.total + (0 if math.isnan(s.missing) else s.missing) for s in posts]
    ceiling = nice_ceiling(max(known, default=0))
    low_ceiling = nice_ceiling(max((s.total for s in complaints), default=0))
    strip_top = TOP + BARS + GAP + 12
    low_top = strip_top + STRIP + GAP + 6
    height = low_top + LOW + 24
    parts = [
        f'<svg class="trend" viewBox="0 0 {WIDTH} {height}" role="group" '
        f'aria-label="{escape(say(f"chart_{step}", language))}">{HATCH}',
        axis(TOP, BARS, ceiling, language),
        axis(low_top, LOW, low_ceiling, language),
        f'<text class="row" x="{LEFT}" y="{strip_top - 6}">{say("coverage_row", language)}</text>',
        f'<text class="row" x="{LEFT}" y="{low_top - 8}">{say(f"complaints_{step}", language)}</text>',
    ]
    for number, stretch in enumerate(posts):
        x = LEFT + number * slot + (slot - width) / 2
        key = stretch.start.isoformat()
        pressed = "true" if key == chosen else "false"
        words = escape(
            column_words(stretch, complaints[number].total, step=step, zone=zone, language=language), quote=True
        )
        parts.append(
            f'<g class="col" data-key="{key}" tabindex="0" role="button" aria-pressed="{pressed}" aria-label="{words}">'
            f"<title>{words}</title>"
        )
        parts.append(bar(LEFT + number * slot, TOP - 4, slot, height - TOP - 16, "back"))
        y = float(TOP + BARS)
        for label in SENTIMENT_ORDER:
            piece = BARS * stretch.counts.get(label, 0) / ceiling
            if piece:
                y -= piece
                parts.append(bar(x, y, width, piece, CLASS_OF[label]))
        if stretch.coverage <= 0:
            parts.append(bar(x, TOP, width, BARS, "missing"))
        elif stretch.missing > 0:
            cap = BARS * stretch.missing / ceiling
            parts.append(bar(x, y - cap, width, cap, "missing"))
        parts.append(bar(x, strip_top, width, STRIP, "strip-missing" if stretch.coverage < 0.995 else "strip"))
        if 0 < stretch.coverage < 0.995:
            parts.append(bar(x, strip_top + STRIP * (1 - stretch.coverage), width, STRIP * stretch.coverage, "strip"))
        low = LOW * complaints[number].total / low_ceiling
        parts.append(bar(x, low_top + LOW - low, width, low, "complaint"))
        parts.append("</g>")
    if posts:
        parts.append(series_labels(posts[-1], ceiling, language))
        parts.append(time_ticks(posts, slot, TOP + BARS + 16, step=step, today=today, language=language))
        parts.append(time_ticks(posts, slot, low_top + LOW + 16, step=step, today=today, language=language))
        if any(s.coverage < 0.995 for s in posts):
            first = next(n for n, s in enumerate(posts) if s.coverage < 0.995)
            x = min(LEFT + (first + 0.5) * slot, WIDTH - RIGHT - 60)
            words = say("not_collected", language)
            parts.append(f'<text class="row" x="{x:.1f}" y="{strip_top - 6}" text-anchor="middle">{words}</text>')
    parts.append("</svg>")
    return "".join(parts)
