"""One snapshot of the wall for all screens: computed in a worker, each panel at its own pace, last good data kept.

Nothing runs while no screen asks. A request never waits for a panel but the first: it gets what there is, with the
moment each panel was computed, and starts a run where something is due.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

import msgspec

from dashboard.wall.panels.complaints import read_complaints
from dashboard.wall.panels.coverage import read_coverage
from dashboard.wall.panels.hoaxes import read_hoaxes
from dashboard.wall.panels.incident import read_incident
from dashboard.wall.panels.indicators import read_indicators
from dashboard.wall.panels.issues import read_issues
from dashboard.wall.panels.notices import read_alerts, read_announcements
from dashboard.wall.panels.region_map import read_region_map
from dashboard.wall.panels.sentiment import read_sentiment
from dashboard.wall.sources import WallSources
from kentongan.errors import KentonganError

LOG = logging.getLogger(__name__)
FIRST_WAIT_S: Final = 8.0
"""How long the very first request waits for data, in seconds; later ones never wait."""
FAULT: Final = "Sumber data tidak menjawab"
"""What a screen says of any fault; the reason is in the log."""

Read = Callable[[WallSources, datetime], msgspec.Struct]
PANELS: Final[Mapping[str, tuple[Read, float]]] = {
    "incident": (read_incident, 5),
    "announcements": (read_announcements, 10),
    "alerts": (read_alerts, 15),
    "cameras": (lambda sources, now: sources.cameras.read(now), 5),
    "sentiment": (read_sentiment, 20),
    "map": (read_region_map, 20),
    "issues": (read_issues, 30),
    "hoaxes": (read_hoaxes, 60),
    "complaints": (read_complaints, 60),
    "coverage": (read_coverage, 60),
    "indicators": (read_indicators, 120),
}
"""Panel: what reads it, and after how many seconds it is read again. An emergency first, what changes daily last."""
ALWAYS: Final = ("incident", "coverage")


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelState:
    """One panel as it was last read."""

    data: msgspec.Struct | None
    """The last good data; None where it was never read."""
    computed_at: datetime | None
    """When these data were read."""
    tried_at: datetime
    took_s: float
    fault: bool
    """Whether the last try failed: then the data are older than the try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What every screen gets."""

    body: bytes
    """JSON: {"panels": {name: {"data", "fault"}}}."""
    tag: str
    """Digest of the body: the same where nothing changed."""
    computed: Mapping[str, int]
    """When each panel's data were read, in milliseconds since 1970."""


class Wall:
    """The panels of one playlist and their last data. May be shared between threads; one a process."""

    def __init__(self, sources: WallSources) -> None:
        self.sources = sources
        shown = {panel for scene in sources.playlist.scene for panel in scene.panels}
        self.names = tuple(name for name in PANELS if name in ALWAYS or name in shown)
        self.states: dict[str, PanelState] = {}
        self._lock = Lock()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="dinding")
        self._running: Future[None] | None = None
        self._made: Snapshot | None = None

    def look(self, now: datetime) -> Snapshot:
        """The snapshot as it is; starts a run where a panel is due."""
        with self._lock:
            if (self._running is None or self._running.done()) and self.due(now):
                self._running = self._worker.submit(self.run, now)
            running, made = self._running, self._made
        if made is None and running is not None:
            wait([running], timeout=FIRST_WAIT_S)
        with self._lock:
            return self._made or encode({})

    def due(self, now: datetime) -> list[str]:
        """Panels that are to be read again. A clock that was set back makes all of them due."""
        return [
            name
            for name in self.names
            if (state := self.states.get(name)) is None
            or not timedelta(0) <= now - state.tried_at < timedelta(seconds=PANELS[name][1])
        ]

    def run(self, now: datetime) -> None:
        """Read what is due, one panel after the other; a panel that fails keeps its last data."""
        for name in self.due(now):
            begun = time.perf_counter()
            before = self.states.get(name)
            data: msgspec.Struct | None = None
            try:
                data = PANELS[name][0](self.sources, now)
            except KentonganError as error:
                LOG.warning("Panel %s: %s", name, error)
            except Exception:  # a fault in one panel must not take the others off a wall nobody touches
                LOG.exception("Panel %s", name)
            known = before if data is None else None
            state = PanelState(
                data=known.data if known else data,
                computed_at=known.computed_at if known else (None if data is None else now),
                tried_at=now,
                took_s=time.perf_counter() - begun,
                fault=data is None,
            )
            with self._lock:
                self.states[name] = state
                self._made = encode(self.states)

    def settle(self) -> None:
        """Wait for the run in progress, if there is one."""
        with self._lock:
            running = self._running
        if running is not None:
            wait([running])

    def close(self) -> None:
        """Stop the worker; a panel that is being read is let finish."""
        self._worker.shutdown(wait=True, cancel_futures=True)
        self.sources.cameras.close()


def encode(states: Mapping[str, PanelState]) -> Snapshot:
    """The panels as JSON; their moments stand apart, so that unchanged figures are the same bytes."""
    body = msgspec.json.encode(
        {
            "panels": {
                name: {"data": state.data, "fault": FAULT if state.fault else None} for name, state in states.items()
            }
        }
    )
    return Snapshot(
        body=body,
        tag=hashlib.sha256(body).hexdigest()[:20],
        computed={
            name: int(state.computed_at.timestamp() * 1000)
            for name, state in states.items()
            if state.computed_at is not None
        },
    )
