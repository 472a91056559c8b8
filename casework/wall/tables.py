"""The tables of the wall: which screens may show it, and announcements."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.tables import Base, Number


class WallDeviceRow(Base):
    """One screen. Never deleted: that it was revoked stays known."""

    __tablename__ = "wall_device"
    __table_args__ = (
        CheckConstraint("(token IS NULL) = (paired_at IS NULL)", name="token"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    code: Mapped[str | None] = mapped_column(String(64), unique=True)
    """SHA-256 of the pairing code; None once it was used."""
    code_until: Mapped[datetime]
    token: Mapped[str | None] = mapped_column(String(64), unique=True)
    """SHA-256 of what the screen's cookie holds: whoever reads the table cannot be a screen with it."""
    added_at: Mapped[datetime]
    paired_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class WallAnnouncementRow(Base):
    """What a person put on the wall, and until when."""

    __tablename__ = "wall_announcement"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_at"),
        Index(None, "ends_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    text: Mapped[str] = mapped_column(String(400))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(16), ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
