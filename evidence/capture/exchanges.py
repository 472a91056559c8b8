"""What went over the network during a capture, as records: each request with its answer, each failure, each session.

Also the counting: how many answers and bytes a capture may still take.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

Cut = Literal["length", "time", "disconnect"]
"""Why a body ends early, in the words of WARC 1.1 (WARC-Truncated): beyond a limit, out of time, connection lost."""

Fault = Literal[
    "address", "unresolved", "refused", "certificate", "secure", "silent", "broken", "beyond-limits", "type"
]
"""Why no answer came: a private address, a name nobody knows, a connection refused, a certificate that does not hold,
no secure connection, no answer in time, a broken answer, beyond the capture's limits, not http."""

Headers = tuple[tuple[str, str], ...]


def asks_as_page(headers: Headers) -> bool:
    """Whether a browser asks with these headers for something to show, as a page or in a frame: it tells so itself."""
    return any(name.lower() == "upgrade-insecure-requests" for name, _ in headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one capture takes. Beyond it a capture ends, and says what it left."""

    total_bytes: int = 100 * 1024 * 1024
    """Of all answers together, as they come over the wire: ten times the median page with its resources and more."""
    resource_bytes: int = 25 * 1024 * 1024
    """Of one answer; longer ones are mostly films, and a part of a film proves little."""
    resources: int = 2_000
    """Answers."""
    load_seconds: float = 60.0
    """How long the page may load before it is taken as it stands."""
    total_seconds: float = 90.0
    """How long the whole visit may take before the browser is ended."""
    answer_seconds: float = 20.0
    """How long a server may stay silent, connecting and between two pieces of an answer."""
    height: int = 20_000
    """Height of the picture in pixels: as far down as Chromium 156 was seen to paint without a fault."""
    document_bytes: int = 20 * 1024 * 1024
    """Of the serialised document and of its words, each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsSession:
    """A secure connection as it was made."""

    version: str
    """"TLSv1.3"."""
    cipher: str
    chain: tuple[bytes, ...]
    """The certificates as the server sent them, in DER, its own first."""
    problem: str | None
    """Why its certificate does not hold, in Indonesian, where it was accepted nevertheless; None where it holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and the answer to it."""

    url: str
    method: str
    sent_headers: Headers
    """As they went to the server."""
    sent_body: bytes
    status: int
    reason: str
    headers: Headers
    """As they came, repeated ones too."""
    at: datetime
    """When the answer's head came. Aware, in UTC."""
    ip: str | None
    """The address that answered; None behind a proxy."""
    tls: TlsSession | None
    body: Path
    """File of the body: de-chunked, still compressed where the server compressed it."""
    size: int
    """Of that file, in bytes."""
    cut: Cut | None

    @property
    def asked_as_page(self) -> bool:
        """Whether the browser asked for it to show it, as a page or in a frame, and not as a part of one."""
        return asks_as_page(self.sent_headers)

    def header(self, name: str) -> str | None:
        """The value of an answer's header, whatever its case; of repeated ones the last; None where absent."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return values[-1] if values else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A request that no answer came to."""

    url: str
    fault: Fault
    why: str
    """In Indonesian, without the address, to stand after it: "nama servernya tidak ditemukan"."""


class Recorder:
    """Collects what happens on several threads, and counts it against the limits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.trouble: OSError | None = None
        """Why bytes that came could not be kept on this machine; a capture with trouble is none."""
        self._lock = threading.Lock()
        self._exchanges: list[Exchange] = []
        self._failures: dict[tuple[str, Fault], Failure] = {}
        self._begun = 0
        self._taken = 0
        self._busy = 0

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """In the order in which the answers began."""
        with self._lock:
            return tuple(sorted(self._exchanges, key=lambda exchange: exchange.at))

    @property
    def failures(self) -> tuple[Failure, ...]:
        """In the order they came; a browser that asks again for the same adds nothing."""
        with self._lock:
            return tuple(self._failures.values())

    @property
    def busy(self) -> int:
        """Requests under way."""
        return self._busy

    @contextmanager
    def counted(self) -> Iterator[bool]:
        """Around one request; yields whether it may still be sent."""
        with self._lock:
            self._begun += 1
            self._busy += 1
            allowed = self._begun <= self.limits.resources and self._taken < self.limits.total_bytes
        try:
            yield allowed
        finally:
            with self._lock:
                self._busy -= 1

    def take(self, size: int) -> bool:
        """Count bytes that came; whether they still fit into what all answers together may have."""
        with self._lock:
            self._taken += size
            return self._taken <= self.limits.total_bytes

    def add(self, what: Exchange | Failure) -> None:
        with self._lock:
            if isinstance(what, Exchange):
                self._exchanges.append(what)
            else:
                self._failures.setdefault((what.url, what.fault), what)

    def failure_of(self, url: str) -> Failure | None:
        """The latest failure of this address, fragment aside; None where there was none."""
        wanted = url.partition("#")[0]
        return next((failure for failure in reversed(self.failures) if failure.url == wanted), None)

    def answer_of(self, url: str) -> Exchange | None:
        """The latest answer of this address, fragment aside; None where there was none."""
        wanted = url.partition("#")[0]
        return next((exchange for exchange in reversed(self.exchanges) if exchange.url == wanted), None)
