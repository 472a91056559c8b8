"""The tables of verdicts: reviews, decisions of persons, and clarifications."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.tables import Base, Json, Number


class ReviewRow(Base):
    """Where the review of one story stands. The only table of verdicts whose rows change; none is ever deleted."""

    __tablename__ = "verdict_review"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'disagreement', 'decided', 'withdrawn', 'closed')", name="state"),
        Index(None, "state"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    anchor: Mapped[str] = mapped_column(String(32), unique=True)
    words: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))
    round: Mapped[int]
    opened_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    version: Mapped[int]


class DecisionRow(Base):
    """What one person decided in one round. Never changed (triggers of revision 0003).

    A person has one seat in a round and a round has two seats: the database itself refuses a third decision, a second
    one of the same person, and one of anybody who is not in ``person``, such as a machine.
    """

    __tablename__ = "verdict_decision"
    __table_args__ = (
        UniqueConstraint("review", "round", "person"),
        UniqueConstraint("review", "round", "seat"),
        CheckConstraint("seat IN (1, 2)", name="seat"),
        CheckConstraint(
            "status IN ('false', 'misleading', 'true', 'satire_or_opinion', 'not_enough_evidence')", name="status"
        ),
        CheckConstraint(
            "kind IN ('scam', 'impostor', 'fabricated', 'manipulated', 'false_context', 'false_connection', "
            "'misleading', 'satire')",
            name="kind",
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    review: Mapped[int] = mapped_column(ForeignKey("verdict_review.id"))
    round: Mapped[int]
    seat: Mapped[int]
    person: Mapped[str] = mapped_column(ForeignKey("person.id"))
    username: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    words: Mapped[str] = mapped_column(String(32))
    status: Mapped[str] = mapped_column(String(24))
    kind: Mapped[str | None] = mapped_column(String(24))
    reasons: Mapped[str] = mapped_column(Text)
    # "references" is a word of SQL.
    cited: Mapped[list[str]] = mapped_column(Json)
    decided_at: Mapped[datetime]


class ClarificationRow(Base):
    """A clarification that was published. Never changed; that it was retracted is an event."""

    __tablename__ = "verdict_clarification"
    __table_args__ = (
        Index(None, "review"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    review: Mapped[int] = mapped_column(ForeignKey("verdict_review.id"))
    round: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(String(2000))
    channels: Mapped[list[str]] = mapped_column(Json)
    published_at: Mapped[datetime]


class EventRow(Base):
    """One step in the life of a review. Never changed: together they are its history."""

    __tablename__ = "verdict_event"
    __table_args__ = (
        UniqueConstraint("act", "clarification"),
        CheckConstraint(
            "act IN ('opened', 'decided', 'taken_back', 'agreed', 'disagreed', 'withdrawn', 'closed', 'reopened', "
            "'published', 'retracted')",
            name="act",
        ),
        CheckConstraint("(act IN ('published', 'retracted')) = (clarification IS NOT NULL)", name="clarification"),
        Index(None, "review", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    review: Mapped[int] = mapped_column(ForeignKey("verdict_review.id"))
    round: Mapped[int]
    at: Mapped[datetime]
    person: Mapped[str] = mapped_column(ForeignKey("person.id"))
    username: Mapped[str] = mapped_column(String(32))
    act: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(Text)
    clarification: Mapped[int | None] = mapped_column(ForeignKey("verdict_clarification.id"))
