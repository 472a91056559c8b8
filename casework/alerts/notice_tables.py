"""The table of notices of alerts: an outbox that ``casework.alerts.outbox`` empties."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from casework.alerts import tables  # noqa: F401 - alert_notice.alert refers to its table
from casework.tables import Base, Json, Number


class AlertNoticeRow(Base):
    """One notice of one alert to one address."""

    __tablename__ = "alert_notice"
    __table_args__ = (
        CheckConstraint("kind IN ('email', 'webhook', 'telegram', 'screen')", name="kind"),
        CheckConstraint("why IN ('opened', 'repeat', 'reopened', 'given_up')", name="why"),
        CheckConstraint("state IN ('waiting', 'sent', 'screen', 'given_up', 'dropped')", name="state"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at"),
        Index(None, "state", "next_at"),
        Index(None, "alert", "id"),
        Index(None, "digest"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    """By which a receiver knows a repeat."""
    alert: Mapped[int] = mapped_column(Number, ForeignKey("alert.id"))
    kind: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(500))
    target: Mapped[str] = mapped_column(String(300))
    """What is away together: "email", "telegram", or the origin of a webhook."""
    why: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    """The alert as it was when the notice was written; the body of a webhook."""
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))
    digest: Mapped[str | None] = mapped_column(String(32))
    """Key of the one message that several notices to the same address go out in."""
    tries: Mapped[int]
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    fault: Mapped[str | None] = mapped_column(String(500))
