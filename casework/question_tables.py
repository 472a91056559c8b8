"""The table of answers to the law's questions: one row an answer, the newest of a question counts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from casework.tables import Base, Number


class AnswerRow(Base):
    """What one person answered to one question about one case. Never changed (triggers of revision 0006)."""

    __tablename__ = "evidence_answer"
    __table_args__ = (
        Index(None, "case_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    case_id: Mapped[str] = mapped_column(String(20), ForeignKey("evidence_case.id"))
    question: Mapped[str] = mapped_column(String(64))
    value: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"))
    username: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    rulebook: Mapped[str] = mapped_column(String(64))
    meaning: Mapped[str] = mapped_column(String(64))
