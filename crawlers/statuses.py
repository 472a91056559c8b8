"""What the statuses of HTTP say of a page: gone, closed, elsewhere, or nothing because the server is busy or broken."""

from __future__ import annotations

GONE = frozenset({404, 410, 451})
"""A page will not come back."""

CLOSED = frozenset({401, 403})
"""A page is not for everybody."""

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
"""Redirects that say the new address is the right one from now on."""

RETRY = frozenset({408, 429, 500, 502, 503, 504, 522, 524})
"""The same request may be answered soon."""


def is_passing(status: int) -> bool:
    """Whether a status speaks of the server's state now, not of the page."""
    return status in RETRY or status >= 500
