"""What the wall sees and does not see: sources at work, platforms it has nothing of, whether the data are invented."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec

from crawlers.sources import choose_sources, load_sources
from crawlers.state import CollectionState
from dashboard.wall.sources import WallSources
from kentongan.errors import KentonganError
from kentongan.schema import Query
from search.series import volume_of

PLATFORMS: Final[dict[str, str]] = {
    "facebook": "Facebook",
    "instagram": "Instagram",
    "telegram": "Telegram",
    "tiktok": "TikTok",
    "whatsapp": "WhatsApp",
    "x": "X",
    "youtube": "YouTube",
}
"""Where people in Indonesia talk and an installation may have nothing of, in the order of the alphabet."""
SEEN_DAYS: Final = 7
SILENT_AFTER: Final = timedelta(hours=12)
"""A source not read for so long is not at work: twice the longest pause of ``watch_most_minutes``."""


class CoveragePanel(msgspec.Struct, frozen=True, kw_only=True):
    """The line about what is and is not covered."""

    active: int | None
    """Sources read to their end lately; None where none is declared."""
    declared: int | None
    missing: tuple[str, ...]
    """Platforms of which nothing was collected in SEEN_DAYS."""
    sample: bool


def read_coverage(sources: WallSources, now: datetime) -> CoveragePanel:
    """Raises Retry."""
    store = sources.store()
    lately = volume_of(Query(since=now - timedelta(days=SEEN_DAYS), until=now))
    seen = {cell.key[0].lower() for cell in store.count(lately, by=("platform",))}
    active, declared = count_sources(sources, now)
    return CoveragePanel(
        active=active,
        declared=declared,
        missing=tuple(name for code, name in PLATFORMS.items() if code not in seen and name.lower() not in seen),
        sample=any(cell.key[0] == "true" for cell in store.count(lately, by=("sample",))),
    )


def count_sources(sources: WallSources, now: datetime) -> tuple[int | None, int | None]:
    """Sources at work and sources that are on; None twice where the list of sources cannot be read."""
    file = sources.settings.sources_file
    try:
        names = source_names(file, file.stat().st_mtime_ns if file is not None and file.exists() else 0)
    except KentonganError:
        return None, None
    if not sources.settings.collection_file.exists():
        return 0, len(names)
    with CollectionState(sources.settings.collection_file) as state:
        read = [state.last_success(name) for name in names]
    return sum(at is not None and now - at < SILENT_AFTER for at in read), len(names)


@lru_cache(maxsize=4)
def source_names(file: Path | None, changed: int) -> tuple[str, ...]:
    """Names of the sources that are on, read anew when the file changes: parsing takes a tenth of a second."""
    return tuple(one.name for one in choose_sources(load_sources(file), ()))
