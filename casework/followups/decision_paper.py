"""The decision sheet (lembar keputusan): what was known, what the options were, what was decided, by whom and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from casework.followups.decisions import Decision
from casework.papers import make_pdf
from kentongan.times import format_day, format_time

TEMPLATE: Final = "lembar-keputusan"

Facts = Sequence[tuple[str, str]]
"""Name and value, as a person reads them."""


def make_decision_paper(
    decision: Decision, *, about: Facts, organisation: str, zone: str, now: datetime
) -> bytes:  # fmt: skip
    """The sheet as PDF/A-2b. ``about`` says on which topic and district, in words."""
    last = format_day(decision.until - timedelta(seconds=1), zone=zone)
    values = {
        "title": f"Lembar keputusan {decision.number}",
        "number": decision.number,
        "organisation": organisation,
        "sample": decision.sample,
        "question": decision.question,
        "about": [*about, ("Masa", f"{format_day(decision.since, zone=zone)} sampai {last}")],
        "figures": [list(pair) for pair in figure_pairs(decision.figures)],
        "past": past_rows(decision.figures),
        "options": list(decision.options),
        "chosen": decision.chosen,
        "choice": decision.choice,
        "reason": decision.reason.split("\n"),
        "name": decision.name,
        "username": decision.actor_name,
        "at": format_time(decision.at, zone=zone),
        "date": format_day(decision.at, zone=zone),
        "replaces": None if decision.replaces is None else f"KP-{decision.replaces:06d}",
        "printed": format_time(now, zone=zone),
    }
    return make_pdf(TEMPLATE, values, now=now)


def figure_pairs(figures: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The figures that stood on the page, as they were worded there."""
    return [(str(name), str(value)) for name, value in figures.get("angka", [])]


def past_rows(figures: Mapping[str, Any]) -> list[list[str]]:
    """What had been done before, as it was worded on the page: number, what, by whom, how long, what followed."""
    return [[str(cell) for cell in row] for row in figures.get("sebelumnya", [])]
