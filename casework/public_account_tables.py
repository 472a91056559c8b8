"""The table of accounts that are shown by name: public figures and institutions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.tables import Base, Number


class PublicAccountRow(Base):
    """What one person said about one account: whose it is, or that the mark is taken back. The newest row counts; none
    is ever changed (triggers of revision 0021)."""

    __tablename__ = "public_account"
    __table_args__ = (
        CheckConstraint("kind IN ('figure', 'institution', 'none')", name="kind"),
        Index(None, "platform", "account", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    platform: Mapped[str] = mapped_column(String(32))
    account: Mapped[str] = mapped_column(String(200))
    shown: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(500))
    actor: Mapped[str] = mapped_column(String(16))
    actor_name: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
