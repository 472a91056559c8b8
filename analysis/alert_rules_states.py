"""Rules over the desk's own state: complaints past their deadline or close to it, and bridges that stand still."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from analysis.alert_firings import Firing, ceil_hour, hour_ends

MISSED_TURNS: Final = 3
"""Turns without a reading after which a bridge is late by that alone (as ``casework.bridge_freshness``)."""
CLOGGED_AFTER: Final = 3
"""Readings in a row that fail before a bridge is macet (as ``casework.bridge_freshness``)."""

BridgeWord = Literal["segar", "terlambat", "macet"]


class DeadlineParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Complaints pass their deadline, or will within one working day; a group is an agency."""

    what: Literal["red", "soon"] = "red"
    """"red": they become kode merah; "soon": today or the next working day is their last."""
    agency: str | None = None
    """Code of the only agency it watches."""
    least: Annotated[int, Meta(ge=1)] = 1
    """Fewest complaints of an agency in one hour."""


class BridgeStaleParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A bridge to an agency's system is late or clogged; a group is a bridge."""

    what: Literal["late", "clogged"] = "late"
    """"late" fires on both."""
    bridge: str | None = None
    """Name of the only bridge it watches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinePassed:
    """A complaint comes to a moment that counts."""

    at: datetime
    agency: str
    """Code; "" for what the command centre itself still has to verify."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineFacts:
    passed: tuple[DeadlinePassed, ...]
    what: Literal["red", "soon"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading of a bridge."""

    at: datetime
    state: Literal["ok", "late", "clogged", "refused"]
    endless: bool
    """Whether it repeats itself, so that another reading would end no better."""
    new: bool
    """Whether it brought anything new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeHistory:
    """The readings of a bridge, oldest first, and the last before those."""

    bridge: str
    every: timedelta
    late_after: timedelta
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeFacts:
    bridges: tuple[BridgeHistory, ...]


def judge_deadlines(
    parameters: DeadlineParameters, facts: DeadlineFacts, *, since: datetime, until: datetime
) -> list[Firing]:
    """The hour ends at which complaints of an agency came to the moment; the value is how many in that hour."""
    if facts.what != parameters.what:
        raise ValueError("these facts are of the other deadline")
    counted: dict[tuple[datetime, str], int] = defaultdict(int)
    for one in facts.passed:
        at = ceil_hour(one.at)
        if since < at <= until and parameters.agency in (None, one.agency):
            counted[at, one.agency] += 1
    words = "menjadi kode merah" if parameters.what == "red" else "jatuh tempo dalam satu hari kerja"
    return [
        Firing(at=at, group=agency, value=float(count), expected=None, why=f"{count} aduan {words}")
        for (at, agency), count in counted.items()
        if count >= parameters.least
    ]


def judge_bridges(
    parameters: BridgeStaleParameters, facts: BridgeFacts, *, since: datetime, until: datetime
) -> list[Firing]:  # fmt: skip
    """Every hour end at which a bridge stands still; the value is hours since its last reading that brought an answer,
    where that is known."""
    found = []
    wanted = ("macet",) if parameters.what == "clogged" else ("terlambat", "macet")
    for bridge in facts.bridges:
        if parameters.bridge not in (None, bridge.bridge):
            continue
        states = BridgeStates(bridge)
        for at in hour_ends(since, until):
            word = states.at(at)
            if word in wanted:
                found.append(Firing(at=at, group=bridge.bridge, value=None, expected=None, why=f"jembatan {word}"))
    return found


class BridgeStates:
    """How a bridge stood at any moment, told by its readings alone."""

    def __init__(self, bridge: BridgeHistory) -> None:
        self.bridge = bridge
        self.times = [reading.at for reading in bridge.readings]
        self.failures: list[int] = []
        """At each reading: how many in a row have failed."""
        self.changed: list[datetime | None] = []
        """At each reading: when the bridge last brought anything new, as far as the readings say."""
        failures, changed = 0, None
        for reading in bridge.readings:
            failures = 0 if reading.state in ("ok", "late") else failures + 1
            changed = reading.at if reading.new else changed
            self.failures.append(failures)
            self.changed.append(changed)

    def at(self, moment: datetime) -> BridgeWord | None:
        """The word for a moment; None before the first reading."""
        place = bisect_right(self.times, moment) - 1
        if place < 0:
            return None
        last, changed = self.bridge.readings[place], self.changed[place]
        if last.endless or self.failures[place] >= CLOGGED_AFTER:
            return "macet"
        if last.state == "late" or last.at + MISSED_TURNS * self.bridge.every <= moment:
            return "terlambat"
        # A reading that called itself ok was not late then, whatever brought it up to date.
        if changed is not None and last.at < changed + self.bridge.late_after <= moment:
            return "terlambat"
        return "segar"
