"""What the content files may say: one strict declaration for each kind of line, so that a misspelt key is an error."""

from __future__ import annotations

from typing import Literal

import msgspec

Sentiment = Literal["negative", "neutral", "positive"]
Stance = Literal["support", "deny", "query", "comment"]
"""How a post stands to its story's claim, in the words of rumour research (RumourEval 2017)."""


class NewsItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One article of an outlet."""

    slug: str
    outlet: Literal["kabar", "suara"]
    at: str
    """Day of the fortnight and local time: "9 05:50"."""
    author: str
    section: str
    title: str
    text: str
    """Paragraphs, with a blank line between. {d0} is the item's own day ("Kamis (12/11)"), {d-1} the day before, {h0}
    the weekday alone."""
    topic: str
    tone: Sentiment
    tags: tuple[str, ...]
    region: str | None = None
    """Name of the district it is about."""
    story: str | None = None


class FactCheckItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One fact-check."""

    slug: str
    at: str
    author: str
    title: str
    claim: str
    claimed_at: str
    """When the claim was first seen, as ``at``."""
    claimed_by: str
    verdict: Literal["Salah", "Menyesatkan", "Sebagian benar", "Satire", "Benar"]
    rating: Literal[1, 2, 3, 4, 5]
    """The verdict's place on the ClaimReview scale: 1 is false, 5 is true."""
    story: str
    """The story whose claim is checked."""
    topic: str
    tags: tuple[str, ...]
    text: str


class AccountItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One account of the timeline."""

    username: str
    name: str
    age_days: int | None = None
    """How many days before the end of the fortnight it was opened; absent for accounts that are years old."""


class PostItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One post of the timeline with its planted truth."""

    at: str
    by: str
    text: str
    sentiment: Sentiment
    topic: str
    region: str | None = None
    """Name of the district it speaks of, where it surely does."""
    story: str | None = None
    stance: Stance | None = None
    language: Literal["id", "jv", "su"] = "id"
    key: str | None = None
    """A name by which replies and boosts find this post."""
    reply_to: str | None = None
    """Key of the post it answers."""


class BoostItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One account passing on a post."""

    at: str
    by: str
    of: str
    """Key of the post passed on."""


class ComplaintItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One complaint, as it stands at the end of the fortnight."""

    at: str
    channel: Literal["Aplikasi", "WhatsApp", "Loket", "Media sosial", "Telepon"]
    category: str
    title: str
    text: str
    district: str
    agency: str
    status: Literal["menunggu verifikasi", "belum ditindaklanjuti", "diproses", "selesai", "bukan kewenangan"]
    finished: str | None = None
    """When it was closed, as ``at``; present exactly when the status is "selesai"."""
