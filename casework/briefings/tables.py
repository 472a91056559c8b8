"""The tables of briefings: each paper with its state, and what happened to it.

A signed paper does not change any more and none is deleted; the database refuses it (revision 0016).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.tables import Base, Json, Number


class BriefingRow(Base):
    """One briefing: the paper of a day, in one of its revisions."""

    __tablename__ = "briefing"
    __table_args__ = (
        UniqueConstraint("day", "revision"),
        CheckConstraint("state IN ('draft', 'signed')", name="state"),
        CheckConstraint(
            "(state = 'signed') = (signed_at IS NOT NULL AND signed_by IS NOT NULL AND digest IS NOT NULL)",
            name="signed",
        ),
        CheckConstraint("revision > 0", name="revision"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    day: Mapped[str] = mapped_column(String(10))
    """The day it is read on, as an ISO date in the installation's zone."""
    revision: Mapped[int]
    """From 1; a paper made after one was signed is the next."""
    state: Mapped[str] = mapped_column(String(16))
    head: Mapped[dict[str, Any]] = mapped_column(Json)
    """Kepada, Dari, Nomor, Sifat, Hal."""
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    """``casework.briefings.content.encode_content``."""
    edited: Mapped[bool]
    """Whether a person changed its words."""
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(16))
    made_name: Mapped[str] = mapped_column(String(32))
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    signed_name: Mapped[str | None] = mapped_column(String(200))
    digest: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of head and content as they were signed."""
    sample: Mapped[bool]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict here


class BriefingEventRow(Base):
    """One thing that happened to a briefing. Append-only."""

    __tablename__ = "briefing_event"
    __table_args__ = (Index(None, "briefing", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    briefing: Mapped[int] = mapped_column(Number, ForeignKey("briefing.id"))
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(16))
    note: Mapped[str | None] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(16))
    actor_name: Mapped[str] = mapped_column(String(32))
    detail: Mapped[dict[str, Any]] = mapped_column(Json)
