"""Complaints: how many are open, due and overdue, and which agencies are late (kode merah)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from casework.deadlines.board import board
from casework.deadlines.clock import days_late
from dashboard.wall.sources import WallSources

MOST: Final = 8


class AgencyLine(msgspec.Struct, frozen=True, kw_only=True):
    """One agency's open complaints."""

    name: str
    open: int
    soon: int
    red: int
    days_late: int | None
    """Working days since the earliest deadline passed; None where none has."""


class ComplaintsPanel(msgspec.Struct, frozen=True, kw_only=True):
    """All agencies together, and those with something open, the most overdue first."""

    open: int
    soon: int
    red: int
    lines: tuple[AgencyLine, ...]


def read_complaints(sources: WallSources, now: datetime) -> ComplaintsPanel:
    """Raises Retry."""
    deadlines = sources.deadlines()
    with sources.casework().read() as session:
        lines = [line for line in board(session, now=now, deadlines=deadlines) if line.open]
    return ComplaintsPanel(
        open=sum(line.open for line in lines),
        soon=sum(line.due_soon for line in lines),
        red=sum(line.red for line in lines),
        lines=tuple(
            AgencyLine(
                name=line.name,
                open=line.open,
                soon=line.due_soon,
                red=line.red,
                days_late=None
                if not line.red or line.oldest_due is None
                else days_late(line.oldest_due, now=now, calendar=deadlines.calendar, zone=deadlines.zone),
            )
            for line in lines[:MOST]
        ),
    )
