"""Addresses from outside, before they become links."""

from __future__ import annotations

from urllib.parse import urlsplit


def safe_address(url: str | None) -> str | None:
    """The address if a browser may follow it: http and https only."""
    return url if url and urlsplit(url).scheme in ("http", "https") else None
