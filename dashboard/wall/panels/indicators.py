"""Indicators of the installation's region: the newest value of each, against its target, and how old it is."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from casework.indicators import IndicatorState, latest_indicators
from dashboard.wall.sources import WallSources
from kentongan.numbers import format_number

MOST: Final = 8


class IndicatorLine(msgspec.Struct, frozen=True, kw_only=True):
    """One indicator."""

    name: str
    value: str
    unit: str
    change: str | None
    """Against the value before it, with its sign; None where there is none."""
    target: str | None
    on_target: bool | None
    age_days: int
    """Days since the period it is about ended."""
    old: bool


class IndicatorsPanel(msgspec.Struct, frozen=True, kw_only=True):
    """The newest values, those off their target first."""

    lines: tuple[IndicatorLine, ...]
    old: int
    """How many of all are past their time."""


def read_indicators(sources: WallSources, now: datetime) -> IndicatorsPanel:
    """Raises Retry."""
    with sources.casework().read() as session:
        found = latest_indicators(session, region=sources.settings.region, now=now)
    wanted = sources.playlist.indicators
    if wanted:
        found = sorted((one for one in found if one.series in wanted), key=lambda one: wanted.index(one.series))
    else:
        # Ranked lists (the most common diseases) would fill the screen alone.
        found = sorted((one for one in found if one.family is None), key=lambda one: one.on_target is not False)
    return IndicatorsPanel(lines=tuple(map(line_of, found[:MOST])), old=sum(one.old for one in found))


def line_of(one: IndicatorState) -> IndicatorLine:
    def words(value: float) -> str:
        return format_number(value, decimals=one.decimals)

    moved = None if one.previous is None else one.value - one.previous
    return IndicatorLine(
        name=one.name,
        value=words(one.value),
        unit=one.unit,
        change=None if moved is None else f"{'+' if moved > 0 else '−' if moved < 0 else '±'}{words(abs(moved))}",
        target=None if one.target is None else words(one.target),
        on_target=one.on_target,
        age_days=one.age.days,
        old=one.old,
    )
