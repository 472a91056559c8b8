"""What the panels of the wall are read from; opened once a process, when the first screen asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from casework.db import Casework
from casework.deadlines import Deadlines
from dashboard.wall.playlist import Playlist
from kentongan.places import Gazetteer
from kentongan.schema import Kind, Query
from kentongan.settings import Settings
from kentongan.times import to_zone
from search.series import volume_of
from search.store import Store

if TYPE_CHECKING:
    from dashboard.wall.cameras import Cameras

POSTS: Final[tuple[Kind, ...]] = ("post", "comment")
"""The kinds whose sentiment is shown: people's own words."""
HOUR: Final = timedelta(hours=1)
DAY_HOURS: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class WallSources:
    """Where the panels' figures come from."""

    settings: Settings
    playlist: Playlist
    store: Callable[[], Store]
    casework: Callable[[], Casework]
    gazetteer: Callable[[], Gazetteer]
    deadlines: Callable[[], Deadlines]
    cameras: Cameras
    places: dict[str, Mapping[str, tuple[int, int]]] = field(default_factory=dict)
    """Where the tiles of a region's districts stand, once it was computed."""

    @property
    def zone(self) -> str:
        return self.settings.zone

    def place_name(self, code: str | None) -> str | None:
        """A region's name for the wall ("Kec. Randu"); None where it is unknown."""
        region = None if code is None else self.gazetteer().get(code)
        if region is None:
            return None
        return f"Kec. {region.name}" if region.level == "kecamatan" else region.name


def last_hours(now: datetime, *, zone: str, hours: int = DAY_HOURS) -> tuple[datetime, datetime]:
    """The last so many hours of the clock up to now, the running one included, in the zone."""
    local = to_zone(now, zone)
    # On the stroke of an hour the one that has just ended is the running one.
    running = (local - timedelta(microseconds=1)).replace(minute=0, second=0, microsecond=0)
    return running - (hours - 1) * HOUR, local


def posts_of(since: datetime, until: datetime) -> Query:
    """All posts and comments of a time, as a volume."""
    return volume_of(Query(since=since, until=until, kinds=POSTS))
