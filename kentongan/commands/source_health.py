"""``kentongan sources health``: whether each source brings what it usually does, and what was discarded of it."""

from __future__ import annotations

import argparse
from collections import Counter
from datetime import UTC, datetime

from kentongan.settings import Settings

STATES = {"ok": "wajar", "silent": "diam", "flooding": "membanjir", "new": "belum dapat dinilai"}
"""What a person reads for ``crawlers.health.State``."""


def list_health(options: argparse.Namespace, settings: Settings) -> list[dict[str, object]]:
    """Each source that is on, those in trouble first."""
    from crawlers.health import PAST, measure_volumes
    from crawlers.schedule import Schedule
    from crawlers.sources import choose_sources, load_sources
    from crawlers.state import CollectionState
    from search.open import open_store

    now = datetime.now(UTC)
    names = [source.name for source in choose_sources(load_sources(settings.sources_file), ())]
    if options.source:
        names = [name for name in names if name == options.source]
    with open_store(settings) as store:
        volumes = measure_volumes(store, names, now=now)
        gaps = Counter(gap.source for gap in store.gaps(since=now - PAST, sources=names))
    with CollectionState(settings.collection_file) as state:
        refused = state.count_refused(since=now - PAST)
        succeeded = {name: state.last_success(name) for name in names}
    with Schedule(settings.collection_file) as schedule:
        turns = schedule.turns()
    rows: list[dict[str, object]] = []
    for volume in volumes:
        turn = turns.get(volume.source)
        rows.append(
            {
                "source": volume.source,
                "state": volume.state,
                "words": STATES[volume.state],
                "hours": volume.hours,
                "found": volume.found,
                "expected": round(volume.expected, 1),
                "low": round(volume.low, 1),
                "high": round(volume.high, 1),
                "failures": turn.failures if turn else 0,
                "gaps": gaps[volume.source],
                "refused": refused.get(volume.source, {}),
                "last_success": succeeded[volume.source],
                "due": turn.due if turn else None,
            }
        )
    return sorted(rows, key=lambda row: (not row["failures"], row["state"] not in ("silent", "flooding")))
