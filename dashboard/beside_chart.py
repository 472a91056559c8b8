"""Draws sentiment, complaints and one indicator below each other on the same time axis, as SVG text.

Pure: data in, a string out; all text from outside is escaped here. What was not collected and what was not measured is
hatched; an indicator past its time is grey and says how old it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from itertools import groupby, pairwise

from analysis.series import Stretch
from casework.indicators import IndicatorState
from dashboard.charts import HATCH, bar, nice_ceiling, short_day
from dashboard.indicator_words import age_words, period_words
from dashboard.words import Language, say
from kentongan.numbers import format_number
from kentongan.schema import Measurement
from kentongan.times import format_day

WIDTH, LEFT, RIGHT = 760, 52, 118
TOP, SHARES, LOW, VALUES, GAP, FOOT = 22, 92, 58, 112, 34, 22
"""Heights in drawing units: above the first panel, the three panels, between them, below the last."""

DECIDED = (("negative", "neg"), ("neutral", "neu"), ("positive", "pos"))
"""Labels from the bottom of a column to its top, with their style class."""

FEW_POSTS = 10
"""Below this many decided posts a column's shares say nothing and are faint: their 95 % interval spans 50 points."""

LATE_PERIODS = 1.5
"""Periods after its own moment until which the next value counts as the next one; later, a period is missing."""

MOST_COLUMNS = 120
"""Most columns before days become weeks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The time all panels share: [since, until), aware, in the zone shown."""

    since: datetime
    until: datetime

    def x(self, moment: datetime) -> float:
        """Where a moment stands, inside the panels."""
        part = (moment - self.since) / (self.until - self.since)
        return LEFT + (WIDTH - LEFT - RIGHT) * min(1.0, max(0.0, part))


def group_weeks(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Days as weeks of seven, from the first day on; the last week may be shorter."""
    weeks = []
    for at in range(0, len(stretches), 7):
        days = stretches[at : at + 7]
        labels = days[0].counts
        weeks.append(
            Stretch(
                start=days[0].start,
                counts={label: sum(day.counts.get(label, 0) for day in days) for label in labels},
                coverage=sum(day.coverage for day in days) / len(days),
                collected=None if days[0].collected is None else sum(day.collected or 0 for day in days),
            )
        )
    return weeks


def draw_beside(
    posts: Sequence[Stretch],
    complaints: Sequence[Stretch],
    values: Sequence[Measurement],
    *,
    state: IndicatorState,
    now: datetime,
    zone: str,
    language: Language,
) -> str:
    """Three panels: shares of sentiment among the decided, complaints, and the indicator.

    ``posts`` and ``complaints`` are days of the same range; beyond MOST_COLUMNS they become weeks. ``values`` are
    oldest first and may begin before the range.
    """
    every = timedelta(days=state.every_days)
    days = len(posts)
    span = Span(since=posts[0].start, until=posts[-1].start + timedelta(days=1))
    weekly = days > MOST_COLUMNS
    if weekly:
        posts, complaints = group_weeks(posts), group_weeks(complaints)
    low_top = TOP + SHARES + GAP
    values_top = low_top + LOW + GAP
    height = values_top + VALUES + FOOT
    label = say("ind_beside_label", language, name=state.name)
    parts = [
        f'<svg class="trend beside" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(label)}">{HATCH}',
        _title(TOP, say("ind_beside_sentiment", language)),
        draw_shares(posts, span, top=TOP, zone=zone, language=language),
        _title(low_top, say("ind_beside_complaints_week" if weekly else "ind_beside_complaints", language)),
        draw_complaints(complaints, span, top=low_top, zone=zone, language=language),
        _title(values_top, f"{state.name} ({state.unit})"),
        draw_values(values, span, top=values_top, state=state, every=every, now=now, zone=zone, language=language),
        draw_days(span, top=TOP, bottom=values_top + VALUES, language=language),
        "</svg>",
    ]
    return "".join(parts)


def _title(top: float, words: str) -> str:
    return f'<text class="row" x="{LEFT}" y="{top - 8}">{escape(words)}</text>'


def _ends(stretches: Sequence[Stretch], span: Span) -> list[datetime]:
    return [*(one.start for one in stretches[1:]), span.until]


def draw_shares(posts: Sequence[Stretch], span: Span, *, top: float, zone: str, language: Language) -> str:
    """Shares among the decided; a cap hatched as tall as the share that was not collected."""
    parts = [_line(top + SHARES), _tick(top + SHARES, "0 %"), _line(top), _tick(top + 4, "100 %")]
    for one, end in zip(posts, _ends(posts, span), strict=True):
        x, wide = span.x(one.start), max(0.6, (span.x(end) - span.x(one.start)) * 0.86)
        decided = sum(one.counts.get(label, 0) for label, _ in DECIDED)
        words = _share_words(one, decided, zone=zone, language=language)
        parts.append(f"<g><title>{escape(words)}</title>")
        # Where nothing at all was collected, no gap need be on record: collecting had not begun.
        coverage = 0.0 if one.collected == 0 else one.coverage
        whole = SHARES * coverage
        y = top + SHARES
        for label, style in DECIDED if decided else ():
            piece = whole * one.counts.get(label, 0) / decided
            y -= piece
            faint = " few" if decided < FEW_POSTS else ""
            parts.append(bar(x, y, wide, piece, style + faint))
        if 0 < coverage < 0.995:
            parts.append(bar(x, top, wide, SHARES - whole, "missing"))
        parts.append("</g>")
    lost = [one.collected == 0 or one.coverage <= 0 for one in posts]
    parts += _hatch(lost, posts, span, top=top, tall=SHARES, words=say("not_collected", language))
    parts += _share_labels(posts, top=top, language=language)
    return "".join(parts)


def _hatch(
    lost: Sequence[bool], stretches: Sequence[Stretch], span: Span, *, top: float, tall: float, words: str
) -> list[str]:
    """Stretches of which nothing is known, neighbours as one piece."""
    parts, ends = [], _ends(stretches, span)
    for gone, run in groupby(range(len(lost)), key=lambda at: lost[at]):
        if gone:
            places = list(run)
            x, x_end = span.x(stretches[places[0]].start), span.x(ends[places[-1]])
            parts.append(f"<g><title>{escape(words)}</title>{bar(x, top, x_end - x, tall, 'missing')}</g>")
    return parts


def _share_words(one: Stretch, decided: int, *, zone: str, language: Language) -> str:
    shares = ", ".join(
        f"{say(label, language)} {round(100 * one.counts.get(label, 0) / decided)} %" for label, _ in DECIDED
    ) if decided else say("ind_no_posts", language)  # fmt: skip
    return f"{format_day(one.start, zone=zone, language=language)}: {shares} ({decided})"


def _share_labels(posts: Sequence[Stretch], *, top: float, language: Language) -> list[str]:
    """The labels beside the panel, in their order from the bottom."""
    x = WIDTH - RIGHT + 10
    return [
        f'<text class="name {style}-t" x="{x}" y="{top + SHARES - 8 - 22 * at:.1f}">{say(label, language)}</text>'
        for at, (label, style) in enumerate(DECIDED)
    ]


def draw_complaints(complaints: Sequence[Stretch], span: Span, *, top: float, zone: str, language: Language) -> str:
    """Complaints as columns from zero; hatched before the first was ever taken in."""
    ceiling = nice_ceiling(max((one.total for one in complaints), default=0))
    parts = [_line(top + LOW), _tick(top + LOW, "0"), _line(top), _tick(top + 4, _number(ceiling, 0, language))]
    first = next((at for at, one in enumerate(complaints) if one.collected != 0), len(complaints))
    lost = [at < first for at in range(len(complaints))]
    parts += _hatch(lost, complaints, span, top=top, tall=LOW, words=say("not_collected", language))
    for one, end in zip(complaints, _ends(complaints, span), strict=True):
        x, wide = span.x(one.start), max(0.6, (span.x(end) - span.x(one.start)) * 0.86)
        tall = LOW * one.total / ceiling
        when = format_day(one.start, zone=zone, language=language)
        words = f"{when}: {_number(one.total, 0, language)} {say('complaints', language)}"
        parts.append(f"<g><title>{escape(words)}</title>{bar(x, top, wide, LOW, 'back')}")
        parts.append(bar(x, top + LOW - tall, wide, tall, "complaint") + "</g>")
    total = _number(sum(one.total for one in complaints), 0, language)
    parts.append(
        f'<text class="name cmp-f" x="{WIDTH - RIGHT + 10}" y="{top + LOW / 2 + 4:.1f}">'
        f"{say('ind_complaints', language, count=total)}</text>"
    )
    return "".join(parts)


def draw_values(
    values: Sequence[Measurement],
    span: Span,
    *,
    top: float,
    state: IndicatorState,
    every: timedelta,
    now: datetime,
    zone: str,
    language: Language,
) -> str:
    """The indicator: each value as long as it holds, its target dashed, stretches without a value hatched."""
    seen = [one for one in values if one.time < span.until and one.time + LATE_PERIODS * every > span.since]
    numbers = [one.value for one in seen] + ([state.target] if state.target is not None else [])
    low, high = value_range(numbers)

    def y(value: float) -> float:
        return top + VALUES * (1 - (value - low) / (high - low))

    digits = 0 if low == int(low) and high == int(high) else max(1, state.decimals)
    parts = [_line(top + VALUES), _line(top)]
    if numbers:
        parts.append(_tick(top + VALUES, _number(low, digits, language)))
        parts.append(_tick(top + 4, _number(high, digits, language)))
    for since, until in missing_stretches(seen, span, every=every, now=now):
        parts.append(f"<g><title>{escape(say('ind_not_measured', language))}</title>")
        parts.append(bar(span.x(since), top, span.x(until) - span.x(since), VALUES, "missing") + "</g>")
    style = "ind old" if state.old else "ind"
    for at, one in enumerate(seen):
        following = seen[at + 1].time if at + 1 < len(seen) else None
        joined = following is not None and following <= one.time + LATE_PERIODS * every
        end = following if joined and following is not None else min(one.time + every, max(now, one.time))
        end = min(end, span.until)
        x, x_end = span.x(max(one.time, span.since)), span.x(end)
        when = period_words(one.time, state.every_days, zone=zone, language=language)
        words = f"{when}: {_number(one.value, state.decimals, language)} {one.unit} ({one.source})"
        line = f"M{x:.1f} {y(one.value):.1f}H{max(x_end, x + 2):.1f}"
        if joined:
            line += f"V{y(seen[at + 1].value):.1f}"
        parts.append(f'<g><title>{escape(words)}</title><path class="{style}" d="{line}"/>')
        parts.append(f'<circle class="{style}" cx="{x:.1f}" cy="{y(one.value):.1f}" r="2.6"/></g>')
    parts += _value_labels(seen, y, top=top, state=state, language=language)
    return "".join(parts)


def value_range(numbers: Sequence[float]) -> tuple[float, float]:
    """The ends of a value's axis, round numbers: from zero, unless all lie close together far from it."""
    if not numbers:
        return 0.0, 1.0
    low, high = min(numbers), max(numbers)
    if low >= 0 and low < 0.6 * high:
        return 0.0, float(nice_ceiling(high))
    step = round_step((high - low) / 4 or abs(high) / 20 or 1.0)
    if low == high:
        low, high = low - step, high + step
    return step * math.floor(low / step), step * math.ceil(high / step)


def round_step(value: float) -> float:
    """The next of 1, 2, 5, 10, 20, ... (or their tenths) at or above a positive value."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value * 0.999999)


def missing_stretches(
    values: Sequence[Measurement], span: Span, *, every: timedelta, now: datetime
) -> list[tuple[datetime, datetime]]:
    """Where no value holds, up to now: before the first, between two that lie too far apart, after the last one once
    its successor should be here."""
    known_until = min(span.until, now)
    if not values:
        return [(span.since, known_until)] if known_until > span.since else []
    found = [(span.since, values[0].time)]
    for one, other in pairwise(values):
        if other.time > one.time + LATE_PERIODS * every:
            found.append((one.time + every, other.time))
    if known_until > values[-1].time + 2 * every:
        found.append((values[-1].time + every, known_until))
    return [(max(a, span.since), min(b, known_until)) for a, b in found if min(b, known_until) > max(a, span.since)]


def _value_labels(
    seen: Sequence[Measurement], y: object, *, top: float, state: IndicatorState, language: Language
) -> list[str]:
    """The newest value and the target beside the panel, kept apart."""
    assert callable(y)
    x = WIDTH - RIGHT + 10
    parts = []
    style = "old-t" if state.old else "ind-t"
    shown = _number(state.value, state.decimals, language)
    at = min(max(y(seen[-1].value) if seen else top + VALUES / 2, top + 10), top + VALUES - 22)
    parts.append(f'<text class="name {style}" x="{x}" y="{at:.1f}">{shown}</text>')
    note = say("ind_age", language, age=age_words(state.age, language)) if state.old else state.unit
    parts.append(f'<text class="tick" x="{x}" y="{at + 15:.1f}">{escape(note)}</text>')
    if state.target is not None:
        line = y(state.target)
        parts.append(f'<line class="target" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{line:.1f}" y2="{line:.1f}"/>')
        beside = line + 4
        if abs(beside - at) < 14 or abs(beside - at - 15) < 14:
            beside = at - 15 if beside <= at else at + 31
        words = say("ind_target", language, value=_number(state.target, state.decimals, language))
        parts.append(f'<text class="tick" x="{x}" y="{beside:.1f}">{escape(words)}</text>')
    return parts


def draw_days(span: Span, *, top: float, bottom: float, language: Language) -> str:
    """Days below the last panel, with a fine line through all three."""
    days = (span.until - span.since).days
    step = max(1, -(-days // 6))
    parts = []
    for at in range(0, days, step):
        day = span.since + timedelta(days=at)
        x = span.x(day)
        parts.append(f'<line class="grid down" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}"/>')
        words = escape(short_day(day, language))
        parts.append(f'<text class="tick" x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{words}</text>')
    return "".join(parts)


def _number(value: float, decimals: int, language: Language) -> str:
    return format_number(value, language=language, decimals=decimals)


def _line(y: float) -> str:
    return f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _tick(y: float, words: str) -> str:
    return f'<text class="tick" x="{LEFT - 6}" y="{y:.1f}" text-anchor="end">{words}</text>'
