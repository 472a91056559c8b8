"""Counts how often an address asks within a sliding window, in this process's memory alone: nothing is written down."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict, deque
from threading import Lock

MOST_ADDRESSES = 20_000
"""Most addresses remembered at once; beyond that the one not seen for longest is forgotten."""


class RateLimit:
    """At most ``each`` acts of one address and ``together`` acts of all, within ``window_s`` seconds."""

    def __init__(self, *, each: int, together: int, window_s: float) -> None:
        self.each = each
        self.together = together
        self.window_s = window_s
        self._by_address: OrderedDict[str, deque[float]] = OrderedDict()
        self._all: deque[float] = deque()
        self._lock = Lock()

    def wait_for(self, address: str, *, now: float) -> float:
        """Count an act and return 0.0; where there were too many, count nothing and return the seconds to wait.

        ``now`` is a monotonic time in seconds.
        """
        address = network_of(address)
        with self._lock:
            own = self._by_address.setdefault(address, deque())
            self._by_address.move_to_end(address)
            for times in (own, self._all):
                while times and times[0] <= now - self.window_s:
                    times.popleft()
            full = [times for times, most in ((own, self.each), (self._all, self.together)) if len(times) >= most]
            if full:
                return max(times[0] + self.window_s - now for times in full)
            own.append(now)
            self._all.append(now)
            if len(self._by_address) > MOST_ADDRESSES:
                self._by_address.popitem(last=False)
            return 0.0


def network_of(address: str) -> str:
    """The address, or for IPv6 its /64 network: one subscriber has 2 to the power of 64 addresses."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    return address if known.version == 4 else str(ipaddress.ip_network((known, 64), strict=False))
