"""The pieces of the page of issues as HTML: rows with sparklines, timeline, reasons. Pure; foreign text is escaped."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Final

import numpy as np

from analysis.rhythm import Floats
from analysis.trends import Band
from casework.trends.records import Issue, IssueReason, ReasonWhat
from dashboard.charts import HATCH, bar, nice_ceiling, short_day, short_hour
from dashboard.words import Language, say
from kentongan.numbers import format_number
from kentongan.times import to_zone

SPARK_BARS: Final = 84
"""Columns of a sparkline: two hours each for a week. The largest hour of a column is drawn."""
SPARK_WIDTH, SPARK_HEIGHT = 336, 26
WIDTH, LEFT, RIGHT, TOP, HEIGHT, BELOW = 760, 34, 74, 14, 150, 22
"""Sizes of the timeline in drawing units."""
HOURS_A_YEAR: Final = 8_766
MOST_YEARS: Final = 1_000
"""Beyond this a probability is said to be beyond counting: the noise's tail is not known that far out."""


def issue_rows(
    lines: Sequence[tuple[Issue, str | None, Floats]], names: Mapping[str, str], language: Language, *,
    chosen: int | None, since: datetime, zone: str,
) -> str:  # fmt: skip
    """Issues as buttons, one below the other: (issue, its agency, its hours from ``since`` on).

    ``names`` maps region codes to names.
    """
    rows = []
    for issue, agency, hours in lines:
        place = names.get(issue.region or "")
        below = " · ".join(
            escape(words)
            for words in (
                since_words(issue, language, zone=zone),
                say(issue.topic, language) if issue.topic else "",
                place or "",
                agency or "",
            )
            if words
        )
        counted = say("issue_voices", language, voices=count_words(issue.voices, language),
                      expected=count_words(issue.expected, language))  # fmt: skip
        rows.append(
            f'<div class="kt-case kt-issue" data-key="{issue.id}" role="button" tabindex="0" '
            f'aria-pressed="{"true" if issue.id == chosen else "false"}"><div class="kt-chips"><b>{issue.number}</b>'
            f'{state_chip(issue, language)}<span class="kt-clock">{escape(counted)}</span></div>'
            f'<p dir="auto">{escape(issue.title)}</p>{draw_spark(hours, issue, since=since)}'
            f"<small>{below}</small></div>"
        )
    return f'<div class="kt-cases">{"".join(rows)}</div>'


def state_chip(issue: Issue, language: Language) -> str:
    """Whether it still rises, as a word with a sign."""
    if issue.state == "rising":
        return f'<span class="chip rising">▲ {say("issue_rising", language)}</span>'
    return f'<span class="chip state">▽ {say("issue_ended", language)}</span>'


def since_words(issue: Issue, language: Language, *, zone: str) -> str:
    """When it began, and when it ended where it has."""
    start = hour_words(issue.opened_at, language, zone=zone)
    if issue.state == "rising":
        return say("issue_since", language, time=start)
    first, last = to_zone(issue.opened_at, zone), to_zone(issue.last_at, zone)
    end = hour_words(issue.last_at, language, zone=zone)
    if first.date() == last.date():
        return f"{start}–{short_hour(last, language)}"
    return say("issue_until", language, start=start, end=end)


def hour_words(moment: datetime, language: Language, *, zone: str) -> str:
    """An hour in a row: "18 Nov 07.00"."""
    local = to_zone(moment, zone)
    return f"{short_day(local, language)} {short_hour(local, language)}"


def count_words(value: float, language: Language) -> str:
    """A count; what was expected with one decimal where it is small."""
    small = value < 10 and value != int(value)
    return format_number(value, language=language, decimals=1 if small else 0)


def surprise_words(p: float, language: Language) -> str:
    """How often chance alone makes such an hour of such a series, in words."""
    hours = math.inf if p <= 0 else 1 / p
    if hours >= MOST_YEARS * HOURS_A_YEAR:
        return say("issue_by_chance_never", language)
    if hours >= 2 * HOURS_A_YEAR:
        return say("issue_by_chance_years", language, count=format_number(hours / HOURS_A_YEAR, language=language))
    return say("issue_by_chance_hours", language, count=format_number(hours, language=language))


def draw_spark(hours: Floats, issue: Issue, *, since: datetime) -> str:
    """The hours of a series as small columns, dark while the issue lasted, hatched where nothing was collected."""
    if not len(hours) or bool(np.isnan(hours).all()):
        return ""
    each = math.ceil(len(hours) / SPARK_BARS)
    columns = [hours[at : at + each] for at in range(0, len(hours), each)]
    tops = [math.nan if np.isnan(column).all() else float(np.nanmax(column)) for column in columns]
    largest = max((top for top in tops if not math.isnan(top)), default=0.0) or 1.0
    slot = SPARK_WIDTH / len(columns)
    first, last = (issue.opened_at - since) / timedelta(hours=each), (issue.last_at - since) / timedelta(hours=each)
    parts = []
    for number, top in enumerate(tops):
        x, width = number * slot, max(slot - 0.8, 0.6)
        if math.isnan(top):
            parts.append(bar(x, 0, slot, SPARK_HEIGHT, "lost"))
            continue
        height = max(SPARK_HEIGHT * top / largest, 0.6)
        inside = first - 1 < number < last
        parts.append(bar(x, SPARK_HEIGHT - height, width, height, "inside" if inside else "usual"))
    return (
        f'<svg class="kt-spark" viewBox="0 0 {SPARK_WIDTH} {SPARK_HEIGHT}" preserveAspectRatio="none" '
        f'aria-hidden="true">{HATCH}{"".join(parts)}</svg>'
    )


def draw_timeline(band: Band, issue: Issue, *, start: datetime, language: Language) -> str:
    """Voices by hour with the band they were expected in; ``start`` is the local start of the first hour."""
    hours = len(band.counts)
    slot = (WIDTH - LEFT - RIGHT) / max(1, hours)
    known = [float(value) for value in (*band.counts, *band.high) if not math.isnan(value)]
    ceiling = nice_ceiling(max(known, default=0.0))
    scale = HEIGHT / ceiling
    floor = TOP + HEIGHT
    moments = [start + timedelta(hours=number) for number in range(hours)]
    parts = [
        f'<svg class="trend" viewBox="0 0 {WIDTH} {floor + BELOW}" role="img" '
        f'aria-label="{escape(say("issue_time", language), quote=True)}">{HATCH}'
    ]
    for value in (0, ceiling / 2, ceiling):
        y = floor - value * scale
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        if value == int(value):
            mark = format_number(int(value), language=language)
            parts.append(f'<text class="tick" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{mark}</text>')
    parts += band_shapes(band, slot, scale, floor)
    for number, moment in enumerate(moments):
        count = band.counts[number]
        x, width = LEFT + number * slot, max(slot * 0.78, 0.7)
        words = escape(hour_label(band, number, moment, language), quote=True)
        parts.append(f"<g><title>{words}</title>{bar(x, TOP, slot, HEIGHT, 'back')}")
        if math.isnan(count):
            parts.append(bar(x, TOP, slot, HEIGHT, "missing"))
        else:
            inside = issue.opened_at <= moment < issue.last_at
            parts.append(bar(x, floor - count * scale, width, count * scale, "issue-in" if inside else "issue-out"))
        parts.append("</g>")
    parts += marks(band, moments, issue, slot, scale, floor, language)
    parts.append("</svg>")
    return "".join(parts)


def band_shapes(band: Band, slot: float, scale: float, floor: float) -> list[str]:
    """The expected band as one shape for each run of hours that have one, with its middle as a dashed line."""
    parts, run = [], []
    for number in range(len(band.expected) + 1):
        if number < len(band.expected) and not math.isnan(band.expected[number]):
            run.append(number)
            continue
        if run:
            upper = [step(n, band.high[n], slot, scale, floor) for n in run]
            lower = [step(n, band.low[n], slot, scale, floor, back=True) for n in reversed(run)]
            middle = " L".join(step(n, band.expected[n], slot, scale, floor) for n in run)
            parts.append(f'<path class="band" d="M{" L".join((*upper, *lower))} Z"/><path class="target" d="M{middle}"'
                         ' fill="none"/>')  # fmt: skip
        run = []
    return parts


def step(number: int, value: float, slot: float, scale: float, floor: float, *, back: bool = False) -> str:
    """Both ends of an hour's level, from left to right or back."""
    y = floor - value * scale
    ends = [f"{LEFT + number * slot:.1f},{y:.1f}", f"{LEFT + (number + 1) * slot:.1f},{y:.1f}"]
    return " L".join(reversed(ends) if back else ends)


def marks(
    band: Band, moments: Sequence[datetime], issue: Issue, slot: float, scale: float, floor: float, language: Language
) -> list[str]:
    """Days below the hours, the peak's count at its top, and the band's name beside its end."""
    parts = []
    midnights = [number for number, moment in enumerate(moments) if moment.hour == 0]
    every = max(1, math.ceil(len(midnights) / 8))
    for number in midnights[::every]:
        x = LEFT + number * slot
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{floor:.1f}" y2="{floor + 5:.1f}"/>')
        words = short_day(moments[number], language)
        parts.append(f'<text class="tick" x="{x + 3:.1f}" y="{floor + 16:.1f}">{words}</text>')
    inside = [
        n for n, m in enumerate(moments) if issue.opened_at <= m < issue.last_at and not math.isnan(band.counts[n])
    ]
    if inside:
        peak = max(inside, key=lambda n: band.counts[n])
        x = min(max(LEFT + (peak + 0.5) * slot, LEFT + 24), WIDTH - RIGHT - 10)
        words = say("issue_peak", language, count=count_words(float(band.counts[peak]), language))
        y = max(floor - band.counts[peak] * scale - 4, TOP - 3)
        parts.append(f'<text class="row ink-t" x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{words}</text>')
    ends = [n for n in range(len(moments)) if not math.isnan(band.expected[n])]
    if ends:
        y = min(floor - band.expected[ends[-1]] * scale + 4, floor - 2)
        words = say("issue_band_label", language)
        parts.append(f'<text class="row" x="{WIDTH - RIGHT + 6}" y="{y:.1f}">{words}</text>')
    return parts


def hour_label(band: Band, number: int, moment: datetime, language: Language) -> str:
    """What the pointer is told about one hour."""
    when = f"{short_day(moment, language)} {short_hour(moment, language)}"
    count = float(band.counts[number])
    if math.isnan(count):
        return say("issue_hour_lost", language, when=when)
    said = count_words(count, language)
    if math.isnan(band.expected[number]):
        return say("issue_hour_unknown", language, when=when, count=said)
    low, high = (format_number(round(float(edge[number])), language=language) for edge in (band.low, band.high))
    return say("issue_hour", language, when=when, count=said, low=low, high=high)


def reason_parts(
    reasons: Mapping[ReasonWhat, Sequence[IssueReason]], name_of: Callable[[IssueReason], str], language: Language, *,
    chosen: str | None,
) -> str:  # fmt: skip
    """The reasons by kind: value, voices in the issue, usual. A row with an example is a button that opens it."""
    parts = []
    for what, found in reasons.items():
        rows = []
        largest = max(reason.inside for reason in found) or 1
        for number, reason in enumerate(found):
            value = reason_value(reason, number, name_of, language)
            usual = count_words(round(reason.usual, 1), language)
            words = say("issue_reason_label", language, value=value, inside=reason.inside, usual=usual)
            key = f"{what}:{number}"
            act = (
                f'data-key="{key}" tabindex="0" role="button" aria-pressed="{"true" if key == chosen else "false"}"'
                if reason.example
                else ""
            )
            fill = f'<i class="kt-fill" style="width:{100 * reason.inside / largest:.0f}%"></i>'
            rows.append(
                f'<div class="kt-row" {act} aria-label="{escape(words, quote=True)}"><span class="kt-name" dir="auto">'
                f"{escape(value)}</span><b>{format_number(reason.inside, language=language)}</b><small>{usual}</small>"
                f"{fill}</div>"
            )
        parts.append(f'<div><div class="kt-family">{say(f"issue_what_{what}", language)}</div>{"".join(rows)}</div>')
    return f'<div class="kt-why kt-rows">{"".join(parts)}</div>'


def reason_value(reason: IssueReason, number: int, name_of: Callable[[IssueReason], str], language: Language) -> str:
    """What a reason is called on screen; accounts only by a letter."""
    if reason.what == "account":
        return say("issue_account", language, letter=chr(ord("A") + number % 26))
    if reason.what == "story":
        return say("issue_story_copies", language)
    return name_of(reason)
