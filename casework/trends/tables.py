"""The tables of trends: voices by hour, what each hour was made from, the terms that are followed, and issues.

All of it is a projection of the store and of the stories, which ``casework.trends.keeping`` and
``casework.trends.rising`` can make anew. Only an issue's number is its own.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import CheckConstraint, Float, Index, Integer, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.tables import Base, Json, Number

SERIES = String(96)
"""A series' name: "semua", "topik:economy_prices", "wilayah:33.99.01", "tagar:banjir" ..."""


class TrendHourRow(Base):
    """One series in one hour. What nobody said has no row."""

    __tablename__ = "trend_hour"
    __table_args__ = (
        CheckConstraint(
            "posts >= voices AND voices >= decided AND decided >= negative AND negative >= 0", name="counts"
        ),
        Index(None, "hour"),
    )

    series: Mapped[str] = mapped_column(SERIES, primary_key=True)
    hour: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    """Hours since 1970, UTC."""
    posts: Mapped[int]
    voices: Mapped[int]
    negative: Mapped[int]
    decided: Mapped[int]


HOUR_TABLE: Final = cast(Table, TrendHourRow.__table__)
"""The table without its class: thousands of rows an hour are written, and need no objects."""


class TrendSpanRow(Base):
    """What one hour was made from: where the store says otherwise now, the hour is made again."""

    __tablename__ = "trend_span"

    hour: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    documents: Mapped[int]
    marks: Mapped[str] = mapped_column(String(32))
    """Hash of the hour's counts by topic, region, sentiment and source, and of its gaps."""
    items: Mapped[int]
    """Documents of the hour that were in a story's table."""
    stories: Mapped[int]
    """Stories they were in."""
    coverage: Mapped[float] = mapped_column(Float(53))
    """Share of the usual collection that ran, 0 to 1."""
    missing: Mapped[list[str]] = mapped_column(Json)
    """Sources that were not collected for at least half of the hour."""
    made_at: Mapped[datetime]


class TrendTermRow(Base):
    """A term that was said by many in one hour."""

    __tablename__ = "trend_term"

    term: Mapped[str] = mapped_column(String(80), primary_key=True)
    since: Mapped[int | None]
    """Hour from which its voices are counted; before it the series holds posts. None: an everyday word."""
    last: Mapped[int]
    """The last hour in which it was said by many; of an everyday word, the hour in which it was looked at."""
    rate: Mapped[float] = mapped_column(Float(53))
    """Posts an hour that had it in the days before."""


class TrendStateRow(Base):
    """Up to which hour issues were looked for. One row."""

    __tablename__ = "trend_state"
    __table_args__ = (CheckConstraint("id = 1", name="id"),)

    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    judged_until: Mapped[int]
    """The first hour that was not judged yet."""


class IssueRow(Base):
    """Something that rises, or rose: one flood of posts, however many series it raised."""

    __tablename__ = "issue"
    __table_args__ = (
        CheckConstraint("state IN ('rising', 'ended')", name="state"),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_at"),
        UniqueConstraint("key", "opened_at"),
        Index(None, "state"),
        Index(None, "last_at"),
        Index(None, "reach"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    opened_at: Mapped[datetime]
    last_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(SERIES)
    series: Mapped[list[str]] = mapped_column(Json)
    members: Mapped[dict[str, Any]] = mapped_column(Json)
    """Series: first hour, hour after the last, hours looked at together when it was raised."""
    reach: Mapped[int]
    """Hour after the last one of any of these: until it is past, their bursts are this issue's."""
    topic: Mapped[str | None] = mapped_column(String(32))
    region: Mapped[str | None] = mapped_column(String(16))
    story: Mapped[str | None] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(200))
    voices: Mapped[int]
    posts: Mapped[int]
    expected: Mapped[float] = mapped_column(Float(53))
    p: Mapped[float] = mapped_column(Float(53))
    peak_at: Mapped[datetime]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    documents: Mapped[list[str]] = mapped_column(Json)
    sample: Mapped[bool]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict here
