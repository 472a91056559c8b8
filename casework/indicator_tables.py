"""The tables of bridges' freshness, of indicators and their values, and of events in agencies' systems."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.tables import Base, Number


class IndicatorSeriesRow(Base):
    """What is measured: its unit, its target, and which way is better."""

    __tablename__ = "indicator_series"
    __table_args__ = (
        CheckConstraint("direction IN ('higher', 'lower', 'neither')", name="direction"),
        CheckConstraint("every_days > 0", name="every_days"),
    )

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(32))
    decimals: Mapped[int]
    target: Mapped[float | None]
    direction: Mapped[str] = mapped_column(String(16))
    agency: Mapped[str | None] = mapped_column(String(200))
    every_days: Mapped[int]
    family: Mapped[str | None] = mapped_column(String(100))
    lowest: Mapped[float | None]
    highest: Mapped[float | None]


class MeasurementRow(Base):
    """One value as it stands now; what stood there before is in ``measurement_history``."""

    __tablename__ = "measurement"
    __table_args__ = (
        UniqueConstraint("series", "region", "time", "source"),
        Index(None, "region", "series", "time"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    series: Mapped[str] = mapped_column(ForeignKey("indicator_series.code"))
    region: Mapped[str] = mapped_column(String(16))
    time: Mapped[datetime]
    value: Mapped[float]
    unit: Mapped[str] = mapped_column(String(32))
    source: Mapped[str] = mapped_column(String(200))
    bridge: Mapped[str | None] = mapped_column(String(64))
    recorded_at: Mapped[datetime]


class MeasurementHistoryRow(Base):
    """A value that was replaced. The database refuses to change or delete a row (triggers of revision 0009)."""

    __tablename__ = "measurement_history"
    __table_args__ = (Index(None, "measurement", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    measurement: Mapped[int] = mapped_column(ForeignKey("measurement.id"))
    value: Mapped[float]
    unit: Mapped[str] = mapped_column(String(32))
    bridge: Mapped[str | None] = mapped_column(String(64))
    recorded_at: Mapped[datetime]
    replaced_at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(16))
    actor_name: Mapped[str] = mapped_column(String(32))


class BridgeRow(Base):
    """How a bridge stands: what its last readings brought, and since when it fails."""

    __tablename__ = "bridge"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    every: Mapped[int]
    late_after: Mapped[int]
    last_run_at: Mapped[datetime]
    last_good_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    digest: Mapped[str | None] = mapped_column(String(64))
    rows: Mapped[int]
    failing_since: Mapped[datetime | None]
    failures: Mapped[int]
    clogged: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(String(64))
    message: Mapped[str | None] = mapped_column(String(500))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict here


class BridgeRunRow(Base):
    """One reading of a bridge."""

    __tablename__ = "bridge_run"
    __table_args__ = (
        CheckConstraint("state IN ('ok', 'late', 'clogged', 'refused')", name="state"),
        CheckConstraint("state IN ('ok', 'late') OR reason IS NOT NULL", name="reason"),
        Index(None, "bridge", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    bridge: Mapped[str] = mapped_column(ForeignKey("bridge.name"))
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(64))
    message: Mapped[str | None] = mapped_column(String(500))
    rows: Mapped[int]
    added: Mapped[int]
    changed: Mapped[int]
    refused: Mapped[int]


class AgencyEventRow(Base):
    """Something an agency's own system says happened."""

    __tablename__ = "agency_event"
    __table_args__ = (
        UniqueConstraint("bridge", "native_key"),
        Index(None, "at"),
        Index(None, "region", "at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    bridge: Mapped[str] = mapped_column(String(64))
    native_key: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]
    region: Mapped[str | None] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(300))
    text: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    changed_at: Mapped[datetime]
