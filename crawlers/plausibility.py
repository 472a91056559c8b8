"""Says whether a publication time can be true: a wrong clock or a hostile feed must not draw a peak in 2106."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from kentongan.errors import Quarantine
from kentongan.schema import Document

MAX_AHEAD = timedelta(days=1)
"""How far ahead of its collection a document may be dated: a wrong zone is off by half a day at most, a wrong year by
more."""

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
"""No Indonesian outlet published on the web before this year (Republika Online, August 1995, was the first)."""

YEAR = re.compile(r"(?<![0-9+])(?:1[0-9]|2[0-9])[0-9]{2}(?![0-9])")
"""A year written out; not the zone in "+1030"."""

REASON = "implausible-date"
"""Of quarantine and of the report."""


def is_plausible(published: datetime, *, collected: datetime) -> bool:
    """Whether something collected at ``collected`` may have been published at ``published``. Both aware."""
    return EARLIEST <= published <= collected + MAX_AHEAD


def is_plausible_claim(published: datetime | None, raw: str | None, *, collected: datetime) -> bool:
    """Whether what a listing says of a page's time can be true; where it says nothing readable, whether the year it
    names can (``kentongan.times`` reads no year after 2100)."""
    if published is not None:
        return is_plausible(published, collected=collected)
    years = [int(year) for year in YEAR.findall(raw or "")]
    return not years or any(EARLIEST.year <= year <= (collected + MAX_AHEAD).year for year in years)


def require_plausible(document: Document) -> None:
    """Raise Quarantine ("implausible-date") for a document that is dated too far ahead, or before the web."""
    if not is_plausible(document.published_at, collected=document.collected_at):
        name = document.url or document.native_key
        said = document.published_raw or document.published_at.isoformat()
        raise Quarantine(
            REASON,
            f"{name} bertanggal {said}: lebih dari sehari setelah diambil, atau sebelum tahun {EARLIEST.year}.",
        )
