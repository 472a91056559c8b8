"""The tables of tips of citizens: the message, apart from who sent it, and its answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.tables import Base, Json, Number


class TipRow(Base):
    """One message somebody asks about. Nothing here says who sent it."""

    __tablename__ = "tip"
    __table_args__ = (
        CheckConstraint("state IN ('new', 'matched', 'answered', 'closed', 'held')", name="state"),
        CheckConstraint("story_joined IN ('auto', 'suggested', 'person')", name="story_joined"),
        CheckConstraint("state NOT IN ('closed', 'held') OR reason IS NOT NULL", name="reason"),
        Index(None, "state", "due_at"),
        Index(None, "message"),
        Index(None, "story"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    code: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(500))
    text: Mapped[str | None] = mapped_column(Text)
    link: Mapped[str | None] = mapped_column(String(2000))
    picture: Mapped[str | None] = mapped_column(String(80))
    message: Mapped[str | None] = mapped_column(String(64))
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    story: Mapped[str | None] = mapped_column(String(64))
    story_document: Mapped[str | None] = mapped_column(String(64))
    story_score: Mapped[float | None]
    story_joined: Mapped[str | None] = mapped_column(String(16))
    claims: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    match_fault: Mapped[str | None] = mapped_column(String(500))
    matched_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict here


class TipReporterRow(Base):
    """Who sent a tip, and what arrived unread with it. Read by ``casework.tip_reporters`` alone; blanked in time."""

    __tablename__ = "tip_reporter"
    __table_args__ = (Index(None, "contact"),)

    tip: Mapped[int] = mapped_column(ForeignKey("tip.id"), primary_key=True)
    name: Mapped[str | None] = mapped_column(String(200))
    contact: Mapped[str | None] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(String(200))
    raw: Mapped[str | None] = mapped_column(Text)
    forgotten_at: Mapped[datetime | None]


class TipEventRow(Base):
    """One thing that happened to a tip. The database refuses to change or delete a row (triggers of revision 0004)."""

    __tablename__ = "tip_event"
    __table_args__ = (Index(None, "tip", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    tip: Mapped[int] = mapped_column(ForeignKey("tip.id"))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(16))
    actor_name: Mapped[str] = mapped_column(String(32))
    act: Mapped[str] = mapped_column(String(32))
    detail: Mapped[dict[str, Any]] = mapped_column(Json)


class TipAnswerRow(Base):
    """One answer as it was given. Append-only like the events: a correction is another answer."""

    __tablename__ = "tip_answer"
    __table_args__ = (
        UniqueConstraint("tip", "number"),
        CheckConstraint("source IN ('clarification', 'factcheck', 'withdrawn')", name="source"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    tip: Mapped[int] = mapped_column(ForeignKey("tip.id"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(16))
    source_document: Mapped[str | None] = mapped_column(String(64))
    source_version: Mapped[str | None] = mapped_column(String(100))
    url: Mapped[str | None] = mapped_column(String(2000))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(16))
    actor_name: Mapped[str] = mapped_column(String(32))


class TipDeliveryRow(Base):
    """A delivery that was taken in, by its sender's id or its signature: the same one again adds nothing."""

    __tablename__ = "tip_delivery"

    way: Mapped[str] = mapped_column(String(16), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    digest: Mapped[str | None] = mapped_column(String(64))
    tip: Mapped[int] = mapped_column(ForeignKey("tip.id"))
    at: Mapped[datetime]
