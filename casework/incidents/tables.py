"""The tables of incidents and of rumours of danger: the room, calls apart from who called, what agencies say."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from casework.tables import Base, Json, Number


class IncidentRow(Base):
    """One emergency with its room. Nothing here says who called."""

    __tablename__ = "incident"
    __table_args__ = (
        CheckConstraint("level IN ('pantau', 'siaga', 'darurat')", name="level"),
        CheckConstraint("state IN ('open', 'closed', 'merged')", name="state"),
        CheckConstraint("(state = 'merged') = (merged_into IS NOT NULL)", name="merged_into"),
        CheckConstraint("state != 'closed' OR (closed_at IS NOT NULL AND outcome IS NOT NULL)", name="closed"),
        Index(None, "state", "level"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(24))
    level: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    region: Mapped[str | None] = mapped_column(String(16))
    place: Mapped[str | None] = mapped_column(String(300))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(String(16))
    opened_name: Mapped[str] = mapped_column(String(32))
    closed_at: Mapped[datetime | None]
    closed_name: Mapped[str | None] = mapped_column(String(32))
    outcome: Mapped[str | None] = mapped_column(Text)
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("incident.id"))
    sample: Mapped[bool]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict here


class IncidentCallRow(Base):
    """One call for help as the room shows it; held where nobody can act on it as it came."""

    __tablename__ = "incident_call"
    __table_args__ = (
        CheckConstraint("state IN ('taken', 'held', 'dismissed')", name="state"),
        CheckConstraint("(state = 'taken') = (incident IS NOT NULL)", name="incident"),
        CheckConstraint("state = 'taken' OR reason IS NOT NULL", name="reason"),
        Index(None, "incident"),
        Index(None, "state"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    incident: Mapped[int | None] = mapped_column(ForeignKey("incident.id"))
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(500))
    received_at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(24))
    said_kind: Mapped[str | None] = mapped_column(String(64))
    words: Mapped[str | None] = mapped_column(Text)
    place: Mapped[str | None] = mapped_column(String(300))
    region: Mapped[str | None] = mapped_column(String(16))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict here


class IncidentCallerRow(Base):
    """Who called, and the words as they came. Read by ``casework.incidents.callers`` alone; blanked in time."""

    __tablename__ = "incident_caller"

    call: Mapped[int] = mapped_column(ForeignKey("incident_call.id"), primary_key=True)
    name: Mapped[str | None] = mapped_column(String(200))
    contact: Mapped[str | None] = mapped_column(String(200))
    text: Mapped[str | None] = mapped_column(Text)
    raw: Mapped[str | None] = mapped_column(Text)
    forgotten_at: Mapped[datetime | None]


class IncidentTaskRow(Base):
    """Who does what by when."""

    __tablename__ = "incident_task"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'blocked', 'done', 'cancelled')", name="state"),
        CheckConstraint("person IS NOT NULL OR agency IS NOT NULL", name="holder"),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_at"),
        Index(None, "incident", "state", "due_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    incident: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    what: Mapped[str] = mapped_column(String(500))
    person: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    person_name: Mapped[str | None] = mapped_column(String(200))
    agency: Mapped[str | None] = mapped_column(ForeignKey("agency.code"))
    agency_name: Mapped[str | None] = mapped_column(String(200))
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))
    note: Mapped[str | None] = mapped_column(String(500))
    given_at: Mapped[datetime]
    given_name: Mapped[str] = mapped_column(String(32))
    done_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict here


class IncidentEntryRow(Base):
    """One line of an incident's log. The database refuses to change or delete a row (triggers of revision 0010)."""

    __tablename__ = "incident_entry"
    __table_args__ = (Index(None, "incident", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    incident: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(24))
    text: Mapped[str | None] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(16))
    actor_name: Mapped[str] = mapped_column(String(32))
    detail: Mapped[dict[str, Any]] = mapped_column(Json)


class IncidentLinkRow(Base):
    """What belongs to an incident: a document, a complaint, a story, a danger."""

    __tablename__ = "incident_link"
    __table_args__ = (
        CheckConstraint("kind IN ('dokumen', 'aduan', 'cerita', 'bahaya')", name="kind"),
        Index(None, "kind", "object"),
    )

    incident: Mapped[int] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    object: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]
    actor_name: Mapped[str] = mapped_column(String(32))


class IncidentDeliveryRow(Base):
    """A delivery that was taken in, by its sender's id or its signature: the same one again adds nothing."""

    __tablename__ = "incident_delivery"

    way: Mapped[str] = mapped_column(String(16), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    call: Mapped[int] = mapped_column(ForeignKey("incident_call.id"))
    at: Mapped[datetime]


class DangerRow(Base):
    """One rumour or report of danger that an agency has to answer before anybody lists it as a suspected hoax."""

    __tablename__ = "danger"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'expired', 'confirmed', 'denied', 'unclear')", name="state"),
        CheckConstraint(
            "(state IN ('confirmed', 'denied', 'unclear')) = (answer IS NOT NULL AND answered_at IS NOT NULL)",
            name="answer",
        ),
        Index(None, "state", "due_at"),
        Index(None, "document"),
        Index(None, "agency", "state"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    danger: Mapped[str] = mapped_column(String(16))
    document: Mapped[str] = mapped_column(String(64))
    story: Mapped[str | None] = mapped_column(String(64))
    region: Mapped[str | None] = mapped_column(String(16))
    agency: Mapped[str | None] = mapped_column(ForeignKey("agency.code"))
    words: Mapped[str] = mapped_column(Text)
    reasons: Mapped[list[str]] = mapped_column(Json)
    raised_at: Mapped[datetime]
    raised_name: Mapped[str] = mapped_column(String(32))
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))
    answer: Mapped[str | None] = mapped_column(Text)
    answer_source: Mapped[str | None] = mapped_column(String(500))
    answered_at: Mapped[datetime | None]
    answered_name: Mapped[str | None] = mapped_column(String(32))
    incident: Mapped[int | None] = mapped_column(ForeignKey("incident.id"))
    sample: Mapped[bool]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict here


class DangerDocumentRow(Base):
    """A document that says it, beside the one that the danger was raised on."""

    __tablename__ = "danger_document"
    __table_args__ = (Index(None, "document"),)

    danger: Mapped[int] = mapped_column(ForeignKey("danger.id"), primary_key=True)
    document: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]


class DangerEventRow(Base):
    """One thing that happened to a danger. Append-only, as the log of incidents."""

    __tablename__ = "danger_event"
    __table_args__ = (Index(None, "danger", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    danger: Mapped[int] = mapped_column(ForeignKey("danger.id"))
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(24))
    actor: Mapped[str] = mapped_column(String(16))
    actor_name: Mapped[str] = mapped_column(String(32))
    detail: Mapped[dict[str, Any]] = mapped_column(Json)
