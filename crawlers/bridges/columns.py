"""Checks that what a bridge needs is still there; a column that changed its name is named with the nearest one."""

from __future__ import annotations

import difflib
from collections.abc import Collection

from crawlers.bridges.declaration import COLUMNS, Bridge
from crawlers.file_mappings import column_key, places_of
from kentongan.errors import Quarantine

MAX_NAMED = 20
"""Most present columns that a message names."""


def needed_columns(bridge: Bridge) -> list[str]:
    """The declared columns without which no row can be used."""
    required = COLUMNS[bridge.into][0]
    needed = [bridge.columns[name] for name in required]
    needed += [bridge.columns[name] for name in ("value", "series") if name in bridge.columns]
    if bridge.into == "indicators" and "region" in bridge.columns:
        needed.append(bridge.columns["region"])
    return [*needed, *bridge.values.values()]


def require_bridge_columns(bridge: Bridge, there: Collection[str], *, place: str) -> None:
    """Raise Quarantine ("missing-column") that names what is missing and what it may be called now. ``there`` holds
    ``column_key`` the columns that came."""
    for columns in needed_columns(bridge):
        names = places_of(columns)
        if any(column_key(name) in there for name in names):
            continue
        declared = [*bridge.columns.values(), *bridge.values.values()]
        wanted = {column_key(name) for one in declared for name in places_of(one)}
        free = sorted(set(there) - wanted)
        near = difflib.get_close_matches(column_key(names[0]), free, n=1, cutoff=0.5)
        guess = f" Yang paling mirip: {near[0]!r}." if near else ""
        raise Quarantine(
            "missing-column",
            f"{place} tidak lagi memuat kolom {' atau '.join(map(repr, names))}.{guess}",
            hint=f"Kolom yang ada: {', '.join(sorted(there)[:MAX_NAMED]) or 'tidak ada'}. Sesuaikan di bridges_file.",
        )
