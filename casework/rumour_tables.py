"""The tables of rumours and the complaints that may feed them: links, what people judged, what was looked at."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from casework.tables import Base, Json, Number


class RumourLinkRow(Base):
    """One story beside a cluster of complaints. Never deleted (triggers of revision 0017)."""

    __tablename__ = "rumour_link"
    __table_args__ = (
        CheckConstraint("finding IN ('waiting', 'answered')", name="finding"),
        CheckConstraint("state IN ('suspected', 'confirmed', 'refused')", name="state"),
        CheckConstraint("score BETWEEN 0 AND 1", name="score"),
        Index(None, "story"),
        Index(None, "state", "at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    story: Mapped[str] = mapped_column(String(32))
    finding: Mapped[str] = mapped_column(String(16))
    began_at: Mapped[datetime]
    """When the first item of the story was published, as it was known then."""
    title: Mapped[str] = mapped_column(String(200))
    cluster: Mapped[list[int]] = mapped_column(Json)
    topic: Mapped[str | None] = mapped_column(String(32))
    region: Mapped[str | None] = mapped_column(String(16))
    score: Mapped[float] = mapped_column(Float(53))
    parts: Mapped[dict[str, float]] = mapped_column(Json)
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    """When it was first found."""
    lost_at: Mapped[datetime | None]
    """Since when a suspicion is found no more; None while it is."""
    sample: Mapped[bool]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict here


class RumourMemberRow(Base):
    """A complaint of a link's cluster: what a complaint's own links are found by."""

    __tablename__ = "rumour_member"
    __table_args__ = (Index(None, "complaint"),)

    link: Mapped[int] = mapped_column(Number, ForeignKey("rumour_link.id"), primary_key=True)
    complaint: Mapped[int] = mapped_column(Number, ForeignKey("complaint.id"), primary_key=True)


class RumourJudgementRow(Base):
    """What a person said of a link. The database refuses to change or delete a row (triggers of revision 0017)."""

    __tablename__ = "rumour_judgement"
    __table_args__ = (
        CheckConstraint("state IN ('suspected', 'confirmed', 'refused')", name="state"),
        Index(None, "link", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    link: Mapped[int] = mapped_column(Number, ForeignKey("rumour_link.id"))
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    cluster: Mapped[list[int]] = mapped_column(Json)
    """What was judged."""
    score: Mapped[float] = mapped_column(Float(53))
    actor: Mapped[str] = mapped_column(String(16))
    actor_name: Mapped[str] = mapped_column(String(32))


class RumourLookRow(Base):
    """What a story was looked at with: while that is the same, nothing new can be found for it."""

    __tablename__ = "rumour_look"

    story: Mapped[str] = mapped_column(String(32), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
