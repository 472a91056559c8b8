"""The table of saved searches."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from casework.tables import Base, Json, Number


class SavedSearchRow(Base):
    """One question to the store that a person gave a name. Archived, never deleted."""

    __tablename__ = "saved_search"
    __table_args__ = (
        Index(
            "uq_saved_search_name", "name", unique=True,
            sqlite_where=text("archived_at IS NULL"), postgresql_where=text("archived_at IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    query: Mapped[dict[str, Any]] = mapped_column(Json)
    words_checked: Mapped[bool]
    """Whether its words were parsed when it was saved; False for one that came from elsewhere."""
    aliases: Mapped[list[str]] = mapped_column(Json)
    """Names of the alias lists in its words: without its list a name would ask for something else."""
    owner: Mapped[str] = mapped_column(String(16), ForeignKey("person.id"))
    owner_name: Mapped[str] = mapped_column(String(32))
    note: Mapped[str | None] = mapped_column(String(500))
    """What it is for; None where nobody said."""
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict here
