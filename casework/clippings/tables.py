"""The tables of clippings: an edition of a day, its items, what happened to it, and its issued revisions.

Events and issued revisions only grow; the database refuses the rest (revision 0015).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework import agency_tables  # noqa: F401 - rows here refer to its table
from casework.tables import Base, Json, Number

PERSON = String(16)
USERNAME = String(32)
TONES = "tone IN ('negative', 'neutral', 'positive')"


class ClippingRow(Base):
    """One edition of one day. Never deleted."""

    __tablename__ = "clipping"
    __table_args__ = (
        UniqueConstraint("day", "edition"),
        CheckConstraint("edition IN ('pagi', 'siang', 'sore')", name="edition"),
        CheckConstraint("state IN ('draft', 'issued')", name="state"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    day: Mapped[date]
    """The day in the installation's zone."""
    edition: Mapped[str] = mapped_column(String(8))
    zone: Mapped[str] = mapped_column(String(8))
    since: Mapped[datetime]
    until: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(8))
    revision: Mapped[int]
    """From 1; the one that is worked on, or was issued last."""
    scope: Mapped[str] = mapped_column(String(300))
    """Whose news it is, as it was named when it was made."""
    gaps: Mapped[list[str]] = mapped_column(Json)
    """What was not collected in its window, in words."""
    read: Mapped[int]
    """Articles looked at when it was made last."""
    made_at: Mapped[datetime]
    """When articles were gathered last."""
    made_by: Mapped[str] = mapped_column(PERSON)
    made_name: Mapped[str] = mapped_column(USERNAME)
    issued_at: Mapped[datetime | None]
    """When the newest issued revision was."""
    issued_name: Mapped[str | None] = mapped_column(String(200))
    sample: Mapped[bool]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict here


class ClippingItemRow(Base):
    """One story of the news, with every outlet that ran it. Left out, never deleted."""

    __tablename__ = "clipping_item"
    __table_args__ = (
        CheckConstraint(TONES, name="tone"),
        CheckConstraint("agency_from IN ('name', 'field')", name="agency_from"),
        CheckConstraint("left_out OR left_reason IS NULL", name="left_reason"),
        Index(None, "clipping", "place"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    clipping: Mapped[int] = mapped_column(Number, ForeignKey("clipping.id"))
    place: Mapped[int]
    """Order within the edition, from 1."""
    outlets: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    title: Mapped[str] = mapped_column(String(500))
    quote: Mapped[str] = mapped_column(Text)
    quoted: Mapped[str] = mapped_column(String(200))
    """The outlet whose words ``quote`` is."""
    why: Mapped[list[str]] = mapped_column(Json)
    topic: Mapped[str | None] = mapped_column(String(32))
    topic_p: Mapped[float | None]
    topic_abstained: Mapped[bool]
    tone: Mapped[str | None] = mapped_column(String(16))
    tone_p: Mapped[float | None]
    tone_abstained: Mapped[bool]
    issue: Mapped[str] = mapped_column(String(200))
    issue_number: Mapped[int | None] = mapped_column(Number)
    agency: Mapped[str | None] = mapped_column(String(32), ForeignKey("agency.code"))
    agency_from: Mapped[str | None] = mapped_column(String(8))
    clarify: Mapped[bool | None]
    """A person's word; None while nobody decided."""
    story_reasons: Mapped[list[str]] = mapped_column(Json)
    """Fact-checks and suspected stories that it is like, in words."""
    ours: Mapped[str | None] = mapped_column(String(200))
    """Name of an agency of the regional government that the text names."""
    note: Mapped[str | None] = mapped_column(Text)
    left_out: Mapped[bool]
    left_reason: Mapped[str | None] = mapped_column(String(300))
    late: Mapped[bool]
    decided: Mapped[list[str]] = mapped_column(Json)
    """Names of the fields that a person set."""
    added_by: Mapped[str | None] = mapped_column(USERNAME)
    sample: Mapped[bool]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict here


class ClippingEventRow(Base):
    """One thing that happened to a clipping. Append-only."""

    __tablename__ = "clipping_event"
    __table_args__ = (Index(None, "clipping", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    clipping: Mapped[int] = mapped_column(Number, ForeignKey("clipping.id"))
    revision: Mapped[int]
    item: Mapped[int | None] = mapped_column(Number, ForeignKey("clipping_item.id"))
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(16))
    before: Mapped[dict[str, Any]] = mapped_column(Json)
    """The item's fields that the act changed, as they were."""
    after: Mapped[dict[str, Any]] = mapped_column(Json)
    undoes: Mapped[int | None] = mapped_column(Number, ForeignKey("clipping_event.id"), unique=True)
    """The event that is undone; each at most once."""
    actor: Mapped[str] = mapped_column(PERSON)
    actor_name: Mapped[str] = mapped_column(USERNAME)


class ClippingRevisionRow(Base):
    """One issued revision, frozen as it went out. Append-only."""

    __tablename__ = "clipping_revision"
    __table_args__ = (UniqueConstraint("clipping", "revision"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    clipping: Mapped[int] = mapped_column(Number, ForeignKey("clipping.id"))
    revision: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    """The whole edition (``records.Edition``) as plain JSON."""
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(PERSON)
    actor_name: Mapped[str] = mapped_column(USERNAME)
