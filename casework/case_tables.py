"""The tables of evidence: cases, what was secured in them, their chain of custody, and the daily heads of the chains.

Everything but a case's title, purpose, state and hold only grows; the database refuses the rest (revision 0005).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.tables import Base, Json, Number

CASE = String(20)
"""Id of a case: "KASUS-2026-0001"."""
DIGEST = String(64)
"""SHA-256 as hex digits."""
USERNAME = String(32)


class CaseRow(Base):
    """One case. Never deleted."""

    __tablename__ = "evidence_case"
    __table_args__ = (
        UniqueConstraint("year", "number"),
        CheckConstraint("state IN ('open', 'closed')", name="state"),
        CheckConstraint("NOT held OR state = 'open'", name="held"),
        Index(None, "state", "opened_at"),
    )

    id: Mapped[str] = mapped_column(CASE, primary_key=True)
    year: Mapped[int]
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(String(2000))
    state: Mapped[str] = mapped_column(String(8))
    held: Mapped[bool]
    sample: Mapped[bool]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(USERNAME)
    chain_salt: Mapped[str] = mapped_column(String(32))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict here


class CaseDocumentRow(Base):
    """One document as it was when it was secured in a case."""

    __tablename__ = "evidence_document"
    __table_args__ = (UniqueConstraint("case_id", "document"), Index(None, "document"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    case_id: Mapped[str] = mapped_column(CASE, ForeignKey("evidence_case.id"))
    document: Mapped[str] = mapped_column(String(32))
    secured_at: Mapped[datetime]
    secured_by: Mapped[str] = mapped_column(USERNAME)
    snapshot: Mapped[str] = mapped_column(DIGEST)
    snapshot_size: Mapped[int] = mapped_column(Number)
    raw: Mapped[str | None] = mapped_column(DIGEST)
    raw_size: Mapped[int | None] = mapped_column(Number)
    sample: Mapped[bool]


class CaseCaptureRow(Base):
    """One page as it was captured for a case."""

    __tablename__ = "evidence_capture"
    __table_args__ = (UniqueConstraint("capture"), Index(None, "case_id", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    case_id: Mapped[str] = mapped_column(CASE, ForeignKey("evidence_case.id"))
    capture: Mapped[str] = mapped_column(String(20))
    document: Mapped[str | None] = mapped_column(String(32))
    url: Mapped[str] = mapped_column(Text)
    final_url: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    status: Mapped[int]
    title: Mapped[str | None] = mapped_column(Text)
    files: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    missing: Mapped[list[str]] = mapped_column(Json)
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(USERNAME)


class CustodyRow(Base):
    """One link of a case's chain of custody. ``line`` is the truth; the columns beside it are for finding it."""

    __tablename__ = "evidence_custody"
    __table_args__ = (
        UniqueConstraint("case_id", "n"),
        CheckConstraint("n > 0", name="n"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    case_id: Mapped[str] = mapped_column(CASE, ForeignKey("evidence_case.id"))
    n: Mapped[int]
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(16))
    actor: Mapped[str] = mapped_column(USERNAME)
    line: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(DIGEST)


class HeadsRow(Base):
    """One file with the head of every chain as it stood, and the tokens over it."""

    __tablename__ = "evidence_heads"
    __table_args__ = (UniqueConstraint("day", "sample", "number"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    day: Mapped[str] = mapped_column(String(10))
    sample: Mapped[bool]
    number: Mapped[int]
    """From 1 within a day."""
    file: Mapped[str] = mapped_column(DIGEST)
    file_size: Mapped[int] = mapped_column(Number)
    tokens: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    stamped_at: Mapped[datetime]
    stamped_by: Mapped[str] = mapped_column(USERNAME)


class HeadRow(Base):
    """Where one chain stood in a file of heads."""

    __tablename__ = "evidence_head"
    __table_args__ = (Index(None, "case_id", "heads"),)

    heads: Mapped[int] = mapped_column(Number, ForeignKey("evidence_heads.id"), primary_key=True)
    case_id: Mapped[str] = mapped_column(CASE, ForeignKey("evidence_case.id"), primary_key=True)
    n: Mapped[int]
    hash: Mapped[str] = mapped_column(DIGEST)
