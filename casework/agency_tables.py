"""The tables of agencies, of letters to them, and of what was escalated."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.tables import Base, Json, Number


class AgencyRow(Base):
    """One agency that complaints, dangers and follow-ups go to."""

    __tablename__ = "agency"
    __table_args__ = (
        CheckConstraint("kind IN ('opd', 'kecamatan', 'bumd', 'vertikal', 'polisi', 'pusat')", name="kind"),
    )

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    aliases: Mapped[list[str]] = mapped_column(Json)
    kind: Mapped[str] = mapped_column(String(16))
    fields: Mapped[list[str]] = mapped_column(Json)
    dangers: Mapped[list[str]] = mapped_column(Json)
    region: Mapped[str | None] = mapped_column(String(16))
    contact: Mapped[str | None] = mapped_column(String(200))
    confirmed: Mapped[bool]
    active: Mapped[bool]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict here


class AgencyLetterRow(Base):
    """One letter of reprimand, with everything it prints. A signed one stays as it is (triggers of revision 0007)."""

    __tablename__ = "agency_letter"
    __table_args__ = (
        CheckConstraint("state IN ('draf', 'disetujui', 'dibatalkan')", name="state"),
        CheckConstraint("(state = 'disetujui') = (signed_at IS NOT NULL)", name="signed"),
        Index(None, "agency", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    number: Mapped[str] = mapped_column(String(100), unique=True)
    agency: Mapped[str] = mapped_column(ForeignKey("agency.code"))
    state: Mapped[str] = mapped_column(String(16))
    matter: Mapped[dict[str, Any]] = mapped_column(Json)
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(16))
    made_name: Mapped[str] = mapped_column(String(200))
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[str | None] = mapped_column(String(16))
    signed_name: Mapped[str | None] = mapped_column(String(200))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict here


class EscalationRow(Base):
    """A complaint was told of at a level, because of one deadline that passed. Append-only."""

    __tablename__ = "deadline_escalation"
    __table_args__ = (UniqueConstraint("complaint", "clock", "due_at", "level"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    complaint: Mapped[int] = mapped_column(Number)
    """Id of the complaint; its table is made by a later revision."""
    clock: Mapped[str] = mapped_column(String(16))
    due_at: Mapped[datetime]
    level: Mapped[int]
    told: Mapped[str] = mapped_column(String(100))
    agency: Mapped[str | None] = mapped_column(String(32))
    days_late: Mapped[int]
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(16))
    actor_name: Mapped[str] = mapped_column(String(32))
