"""The tables of complaints: the complaint, apart from who filed it, its history, and what its reporters are told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework import agency_tables  # noqa: F401 - complaint.agency refers to its table
from casework.complaints.records import CHANNELS, KINDS, STAGES
from casework.tables import Base, Json, Number


def one_of(column: str, words: tuple[str, ...]) -> str:
    """The SQL condition that a column holds one of these words."""
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


class ComplaintRow(Base):
    """One complaint. Nothing here says who filed it."""

    __tablename__ = "complaint"
    __table_args__ = (
        UniqueConstraint("publisher", "ticket"),
        CheckConstraint(one_of("stage", STAGES), name="stage"),
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint(one_of("channel", CHANNELS), name="channel"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        CheckConstraint("(stage = 'digabung') = (merged_into IS NOT NULL)", name="merged_into"),
        Index(None, "agency", "stage", "due_at"),
        Index(None, "stage", "due_at"),
        Index(None, "region"),
        Index(None, "document"),
        Index(None, "received_at"),
        Index(None, "merged_into"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    publisher: Mapped[str] = mapped_column(String(100))
    ticket: Mapped[str] = mapped_column(String(100))
    channel: Mapped[str] = mapped_column(String(16))
    document: Mapped[str] = mapped_column(String(64))
    title: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(24))
    category: Mapped[str | None] = mapped_column(String(64))
    category_given: Mapped[str | None] = mapped_column(String(200))
    agency: Mapped[str | None] = mapped_column(ForeignKey("agency.code"))
    region: Mapped[str | None] = mapped_column(String(16))
    place: Mapped[str | None] = mapped_column(String(500))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    stage: Mapped[str] = mapped_column(String(24))
    stage_since: Mapped[datetime]
    clock: Mapped[str | None] = mapped_column(String(16))
    due_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    secret: Mapped[bool]
    sample: Mapped[bool]
    held: Mapped[str | None] = mapped_column(String(64))
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"))
    suggestion: Mapped[dict[str, Any] | None] = mapped_column(Json)
    rating: Mapped[int | None]
    given: Mapped[dict[str, str]] = mapped_column(Json)
    indexed_version: Mapped[int | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict here


class ComplaintReporterRow(Base):
    """Who filed a complaint, and its words as they came. Read by ``casework.complaints.reporters`` alone; blanked in
    time. A merged complaint keeps its own."""

    __tablename__ = "complaint_reporter"
    __table_args__ = (Index(None, "complaint"), Index(None, "contact"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    complaint: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    code: Mapped[str | None] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(16))
    ticket: Mapped[str | None] = mapped_column(String(100))
    name: Mapped[str | None] = mapped_column(String(200))
    contact: Mapped[str | None] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(String(200))
    text: Mapped[str | None] = mapped_column(Text)
    raw: Mapped[str | None] = mapped_column(Text)
    anonymous: Mapped[bool]
    at: Mapped[datetime]
    forgotten_at: Mapped[datetime | None]


class ComplaintEventRow(Base):
    """One thing that happened. The database refuses to change or delete a row (triggers of revision 0008)."""

    __tablename__ = "complaint_event"
    __table_args__ = (
        CheckConstraint(one_of("stage_to", STAGES), name="stage_to"),
        Index(None, "complaint", "at", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    complaint: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(32))
    stage_from: Mapped[str | None] = mapped_column(String(24))
    stage_to: Mapped[str | None] = mapped_column(String(24))
    agency: Mapped[str | None] = mapped_column(String(32))
    reason: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(16))
    actor_name: Mapped[str] = mapped_column(String(32))
    detail: Mapped[dict[str, Any]] = mapped_column(Json)


class ComplaintMessageRow(Base):
    """One thing a reporter is told: an outbox that ``casework.complaints.outbox`` empties."""

    __tablename__ = "complaint_message"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'kept')", name="state"),
        Index(None, "state", "next_at"),
        Index(None, "complaint", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    complaint: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    reporter: Mapped[int] = mapped_column(ForeignKey("complaint_reporter.id"))
    key: Mapped[str] = mapped_column(String(32), unique=True)
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    tries: Mapped[int]
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    fault: Mapped[str | None] = mapped_column(String(500))


class ComplaintDeliveryRow(Base):
    """A delivery that was taken in, by its sender's id or its signature: the same one again adds nothing."""

    __tablename__ = "complaint_delivery"

    way: Mapped[str] = mapped_column(String(16), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    digest: Mapped[str | None] = mapped_column(String(64))
    complaint: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    at: Mapped[datetime]
