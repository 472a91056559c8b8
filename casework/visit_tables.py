"""The table of visits: when each person last looked at the pages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.tables import Base


class VisitRow(Base):
    """The visit that a person is on, or was last on. One row a person, whatever number of browsers they use."""

    __tablename__ = "visit"
    __table_args__ = (CheckConstraint("began_at <= seen_at", name="seen_at"),)

    person: Mapped[str] = mapped_column(String(16), ForeignKey("person.id"), primary_key=True)
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """When they last opened or changed a page."""
    before_at: Mapped[datetime | None]
    """When the visit before ended; None on the first one."""
    welcomed_at: Mapped[datetime | None]
    """When they put the first steps away; None while these are shown."""
