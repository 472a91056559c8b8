"""The chart of a rule's trial: on which of the 90 days it would have told people. Pure SVG text."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from html import escape

from casework.alerts.backtest import Backtest
from dashboard.charts import HATCH, short_day
from dashboard.words import Language, say
from kentongan.numbers import format_number
from kentongan.times import format_day, start_of_day, to_zone, zone_of

WIDTH, TOP, HIGH = 720, 14, 60
"""Of the drawing, of its margin, of its bars, in drawing units."""


def draw_trial(trial: Backtest, *, language: Language, zone: str) -> str:
    """A column a day: how often people would have been told; days without data hatched."""
    first = to_zone(trial.since, zone).date()
    days = (to_zone(trial.until, zone).date() - first).days + 1
    told = Counter(to_zone(one.at, zone).date() for one in trial.told)
    missing, known = gap_days(trial, zone=zone), to_zone(known_since(trial), zone).date()
    slot, most = (WIDTH - 34) / days, max([*told.values(), 1])
    parts = [
        f'<text class="tick" x="28" y="{TOP + 4}" text-anchor="end">{most}</text>',
        f'<line class="grid" x1="34" x2="{WIDTH}" y1="{TOP + HIGH + 0.5}" y2="{TOP + HIGH + 0.5}"/>',
    ]
    for number in range(days):
        day, x = first + timedelta(days=number), 34 + number * slot
        if day in missing or day < known:
            parts.append(f'<rect class="missing" x="{x:.1f}" y="{TOP}" width="{slot * 0.8:.1f}" height="{HIGH}"/>')
        if count := told.get(day, 0):
            height = HIGH * count / most
            parts.append(
                f'<rect class="issue-in" x="{x:.1f}" y="{TOP + HIGH - height:.1f}" width="{max(2.0, slot * 0.8):.1f}" '
                f'height="{height:.1f}"><title>{escape(day_words(day, count, zone, language))}</title></rect>'
            )
        if number % 14 == 0 and number < days - 6:
            start = start_of_day(trial.since + timedelta(days=number), zone)
            parts.append(f'<text class="tick" x="{x:.1f}" y="{TOP + HIGH + 16}">{short_day(start, language)}</text>')
    label = say("rule_chart", language, days=format_number(trial.days, language=language), count=trial.alerts)
    return (
        f'<svg class="trend" viewBox="0 0 {WIDTH} {TOP + HIGH + 22}" role="img" '
        f'aria-label="{escape(label, quote=True)}">{HATCH}{"".join(parts)}</svg>'
    )


def known_since(trial: Backtest) -> datetime:
    """From when on there is a past to judge; the end of the trial where there is none."""
    return (trial.held_at or trial.until) - timedelta(days=trial.days)


def gap_days(trial: Backtest, *, zone: str) -> set[date]:
    """Local days on which some source was not collected for half of the day or longer."""
    lost: Counter[date] = Counter()
    for gap in trial.gaps:
        at, end = max(gap.since, trial.since), min(gap.until, trial.until)
        while at < end:
            midnight = start_of_day(at, zone) + timedelta(days=1)
            stretch = (min(end, midnight) - at) / timedelta(minutes=1)
            lost[to_zone(at, zone).date()] += round(stretch)
            at = midnight
    return {day for day, minutes in lost.items() if minutes >= 720}


def day_words(day: date, count: int, zone: str, language: Language) -> str:
    """A day and its count, for the pointer."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone_of(zone))
    return f"{format_day(noon, zone=zone, language=language)}: {format_number(count, language=language)}"


def trial_words(trial: Backtest, *, language: Language) -> str:
    """The estimate in a sentence: how many in how many days, how many a week with its range."""
    if not trial.days:
        return say("rule_trial_none", language)

    def rate(value: float) -> str:
        return format_number(value, language=language, decimals=1)

    said = say(
        "rule_trial", language, count=format_number(trial.alerts, language=language),
        firings=format_number(len(trial.firings), language=language),
        days=format_number(trial.days, language=language), rate=rate(trial.per_week), low=rate(trial.low),
        high=rate(trial.high),
    )  # fmt: skip
    if trial.held_at is not None:
        return f"{said} {say('rule_trial_held', language)}"
    return f"{said} {say('rule_trial_loud', language)}" if trial.too_loud else said
