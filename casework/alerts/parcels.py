"""What goes out at once to one address, and how its delivery went: the words the outbox and its channels share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from casework.alerts.records import ChannelKind
from casework.alerts.wording import Notice

MAX_FAULT = 300
"""Characters kept of what went wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One message: a notice, or a digest of several to the same address."""

    key: str
    """The same at every try: by it the receiver knows a repeat."""
    kind: ChannelKind
    address: str
    target: str
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one try went."""

    fault: str | None = None
    """What went wrong, in Indonesian; None where the receiver took it."""
    final: bool = False
    """The receiver will never take it: no further try."""
    away: bool = False
    """Others to the same target would fare the same now."""
    after: float | None = None
    """Seconds the receiver asked to wait."""


Send = Callable[[Parcel], Outcome]
"""Sends a parcel once; never raises for what a receiver does."""

TAKEN = Outcome()
"""The receiver took it."""


def refused(fault: str, *, final: bool = False, away: bool = False, after: float | None = None) -> Outcome:
    """A try that went wrong, its words cut and on one line."""
    return Outcome(fault=" ".join(fault.split())[:MAX_FAULT], final=final, away=away, after=after)
