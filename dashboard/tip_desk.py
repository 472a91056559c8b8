"""What the public routes of tips work with: casework, the searches once they are needed, and the bounds."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.types import Message, Receive

from casework.db import Casework
from casework.tip_matching import match_tip
from dashboard.rate_limit import RateLimit
from kentongan.errors import KentonganError
from kentongan.settings import Settings
from search.store import Store

if TYPE_CHECKING:
    from analysis.claims import ClaimMatcher

log = logging.getLogger(__name__)

WINDOW_S = 600.0
"""Window of every bound here, in seconds."""
TIPS_EACH = 10
"""Tips one address may send within the window: mobile networks put many people behind one address."""
TIPS_TOGETHER = 600
"""Tips all addresses may send within the window: one a second, more than a desk could ever read."""
LOOKUPS_EACH = 30
"""Lookups of an answer within the window: enough to mistype, far too few to guess a code."""
LOOKUPS_TOGETHER = 3_000


class TooLarge(Exception):
    """A body that is larger than the route takes."""


@dataclass(slots=True, kw_only=True)
class TipDesk:
    """What the routes need; one a process."""

    settings: Settings
    casework: Callable[[], Casework]
    store: Callable[[], Store]
    claims: Callable[[], ClaimMatcher]
    tips: RateLimit = field(
        default_factory=lambda: RateLimit(each=TIPS_EACH, together=TIPS_TOGETHER, window_s=WINDOW_S)
    )
    lookups: RateLimit = field(
        default_factory=lambda: RateLimit(each=LOOKUPS_EACH, together=LOOKUPS_TOGETHER, window_s=WINDOW_S)
    )
    refused: int = 0
    """Deliveries whose signature was not right, since this process began."""

    def match(self, tip: int) -> None:
        """Match a tip that was just taken in, after its sender was answered. Never raises what it can explain."""
        try:
            match_tip(self.casework(), self.store(), tip, claims=self.claims, now=datetime.now(UTC))
        except KentonganError as error:
            log.warning("tip %d waits for `kentongan tips match`: %s", tip, error)

    def count_refused(self, path: str) -> None:
        """Count a delivery that was refused, and log it at 1, 2, 4, 8 ...: never its content, never a flood."""
        self.refused += 1
        if self.refused & (self.refused - 1) == 0:
            log.warning("%s: tanda tangan kiriman salah, sejauh ini %d kali", path, self.refused)


def address_of(request: Request) -> str:
    """Address the bounds count by: the client's, as the server beneath us (and the proxy it trusts) says it."""
    return request.client.host if request.client else "tidak diketahui"


def bounded(receive: Receive, most: int) -> Receive:
    """The same stream, which raises TooLarge once more than ``most`` bytes of body came."""
    seen = 0

    async def receive_some() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise TooLarge
        return message

    return receive_some
