"""The tables of follow-ups, of drafted clarifications and of recorded decisions.

Events, publications and decisions only grow; the database refuses the rest (revision 0011).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from casework import agency_tables, verdict_tables  # noqa: F401 - rows here refer to their tables
from casework.tables import Base, Json, Number

PERSON = String(16)
USERNAME = String(32)
OBJECT = String(64)
"""What a row is about: a complaint's number, a story, a case, an incident's number, a topic."""


class FollowUpRow(Base):
    """One task given to an agency. Never deleted."""

    __tablename__ = "followup"
    __table_args__ = (
        CheckConstraint("state IN ('assigned', 'answered', 'closed', 'cancelled')", name="state"),
        CheckConstraint("object_kind IN ('complaint', 'story', 'case', 'incident', 'topic')", name="object_kind"),
        CheckConstraint("reminded IN ('soon', 'late')", name="reminded"),
        CheckConstraint("(state IN ('closed', 'cancelled')) = (ended_at IS NOT NULL)", name="ended_at"),
        Index(None, "state", "due_at"),
        Index(None, "agency", "state"),
        Index(None, "object_kind", "object"),
        Index(None, "topic"),
        Index(None, "region"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    object_kind: Mapped[str] = mapped_column(String(16))
    object: Mapped[str] = mapped_column(OBJECT)
    topic: Mapped[str | None] = mapped_column(String(32))
    region: Mapped[str | None] = mapped_column(String(16))
    agency: Mapped[str] = mapped_column(String(32), ForeignKey("agency.code"))
    title: Mapped[str] = mapped_column(String(200))
    task: Mapped[str] = mapped_column(Text)
    basis: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    grounds: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """What opened the way to the police; only for them."""
    due_at: Mapped[datetime]
    """The midnight that ends the due day."""
    state: Mapped[str] = mapped_column(String(16))
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
    result: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None]
    reminded: Mapped[str | None] = mapped_column(String(8))
    assigned_at: Mapped[datetime]
    assigned_by: Mapped[str] = mapped_column(PERSON)
    assigned_name: Mapped[str] = mapped_column(USERNAME)
    sample: Mapped[bool]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict here


class FollowUpEventRow(Base):
    """One thing that happened to a follow-up. Append-only."""

    __tablename__ = "followup_event"
    __table_args__ = (Index(None, "followup", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    followup: Mapped[int] = mapped_column(Number, ForeignKey("followup.id"))
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    """The state after it."""
    note: Mapped[str | None] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(PERSON)
    actor_name: Mapped[str] = mapped_column(USERNAME)
    detail: Mapped[dict[str, Any]] = mapped_column(Json)


class DraftRow(Base):
    """One clarification on its way to the public. Never deleted."""

    __tablename__ = "clarification_draft"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'approved', 'published', 'retracted')", name="state"),
        CheckConstraint("object_kind IN ('story', 'complaint', 'incident', 'topic')", name="object_kind"),
        CheckConstraint(
            "state NOT IN ('approved', 'published') OR (approved_by IS NOT NULL AND approved_words IS NOT NULL)",
            name="approved",
        ),
        CheckConstraint("approved_by <> drafted_by AND approved_by <> edited_by", name="two_persons"),
        Index(None, "state", "id"),
        Index(None, "object_kind", "object"),
        Index(None, "topic"),
        Index(None, "region"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    object_kind: Mapped[str] = mapped_column(String(16))
    object: Mapped[str] = mapped_column(OBJECT)
    review: Mapped[int | None] = mapped_column(Number, ForeignKey("verdict_review.id"))
    review_round: Mapped[int | None]
    """The round whose verdict the approval rests on."""
    topic: Mapped[str | None] = mapped_column(String(32))
    region: Mapped[str | None] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    drafted_at: Mapped[datetime]
    drafted_by: Mapped[str] = mapped_column(PERSON)
    drafted_name: Mapped[str] = mapped_column(USERNAME)
    edited_by: Mapped[str] = mapped_column(PERSON)
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = mapped_column(PERSON)
    approved_name: Mapped[str | None] = mapped_column(USERNAME)
    approved_words: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of title and text as they were approved."""
    published_at: Mapped[datetime | None]
    retracted_at: Mapped[datetime | None]
    verdict_clarification: Mapped[int | None] = mapped_column(Number, ForeignKey("verdict_clarification.id"))
    """What was recorded on the verdict when it was first published."""
    sample: Mapped[bool]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict here


class PublicationRow(Base):
    """That a clarification went out on one channel. Append-only."""

    __tablename__ = "clarification_publication"
    __table_args__ = (Index(None, "draft", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    draft: Mapped[int] = mapped_column(Number, ForeignKey("clarification_draft.id"))
    channel: Mapped[str] = mapped_column(String(16))
    address: Mapped[str | None] = mapped_column(String(2000))
    """Where it can be read; None for radio and the like."""
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(PERSON)
    actor_name: Mapped[str] = mapped_column(USERNAME)


class DraftEventRow(Base):
    """One thing that happened to a clarification. Append-only; the words of each version stay here."""

    __tablename__ = "clarification_event"
    __table_args__ = (Index(None, "draft", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    draft: Mapped[int] = mapped_column(Number, ForeignKey("clarification_draft.id"))
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    """The state after it."""
    note: Mapped[str | None] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(PERSON)
    actor_name: Mapped[str] = mapped_column(USERNAME)
    detail: Mapped[dict[str, Any]] = mapped_column(Json)


class DecisionRow(Base):
    """One decision with the figures that were on the page. Append-only: a correction is another decision."""

    __tablename__ = "decision"
    __table_args__ = (Index(None, "topic"), Index(None, "region"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    question: Mapped[str] = mapped_column(String(300))
    topic: Mapped[str | None] = mapped_column(String(32))
    region: Mapped[str | None] = mapped_column(String(16))
    words: Mapped[str | None] = mapped_column(String(2000))
    """The query that narrowed the figures."""
    since: Mapped[datetime]
    until: Mapped[datetime]
    options: Mapped[list[str]] = mapped_column(Json)
    chosen: Mapped[int]
    """Position in ``options``, from 0."""
    reason: Mapped[str] = mapped_column(Text)
    figures: Mapped[dict[str, Any]] = mapped_column(Json)
    replaces: Mapped[int | None] = mapped_column(Number, ForeignKey("decision.id"))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(PERSON)
    actor_name: Mapped[str] = mapped_column(USERNAME)
    name: Mapped[str] = mapped_column(String(200))
    """Their name then."""
    sample: Mapped[bool]
