"""Briefings as other modules get them, and how they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.briefings.content import Content, decode_content, digest_of
from casework.briefings.tables import BriefingEventRow, BriefingRow
from casework.said_numbers import read_said_number
from kentongan.errors import NotFound

BriefingState = Literal["draft", "signed"]
STATE_WORDS: Final[Mapping[BriefingState, str]] = {"draft": "DRAF, belum ditandatangani", "signed": "ditandatangani"}
MOST_LISTED: Final = 400
"""Most briefings one call lists: more than a year of mornings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a nota dinas."""

    to: str
    """Kepada."""
    sender: str
    """Dari."""
    number: str | None
    """Nomor, as the office numbers its papers; None until it has one."""
    nature: str
    """Sifat."""
    subject: str
    """Hal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """A briefing as it was when read."""

    id: int
    day: date
    """The day it is read on."""
    revision: int
    state: BriefingState
    head: Head
    content: Content
    edited: bool
    """Whether a person changed its words."""
    made_at: datetime
    made_name: str
    signed_at: datetime | None
    signed_name: str | None
    """Name of who signed."""
    digest: str | None
    """SHA-256 of what was signed."""
    sample: bool
    version: int

    @property
    def number(self) -> str:
        """The number people use: "ND-000012"."""
        return f"ND-{self.id:06d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefingLine:
    """A briefing in a list, without what it says."""

    id: int
    day: date
    revision: int
    state: BriefingState
    edited: bool
    made_at: datetime
    made_name: str
    signed_at: datetime | None
    signed_name: str | None
    sample: bool

    @property
    def number(self) -> str:
        return f"ND-{self.id:06d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefingEvent:
    """One thing that happened to a briefing."""

    at: datetime
    act: str
    """"made", "remade", "edited", "signed", "checked"."""
    note: str | None
    actor_name: str
    detail: Mapping[str, Any]


def parse_briefing(said: str) -> int:
    """The id behind "ND-000012", "nd 12" or "12". Raises NotFound for anything else."""
    return read_said_number(said, example="ND-000012", what="nota dinas")


def get_briefing(session: Session, briefing: int) -> Briefing:
    """The briefing of this id. Raises NotFound."""
    row = session.get(BriefingRow, briefing, populate_existing=True)
    if row is None:
        raise not_there(briefing)
    return as_briefing(row)


def find_briefing(session: Session, day: date) -> Briefing | None:
    """The newest revision of a day's briefing; None where there is none."""
    chosen = select(BriefingRow).where(BriefingRow.day == day.isoformat()).order_by(BriefingRow.revision.desc())
    row = session.scalar(chosen.limit(1))
    return None if row is None else as_briefing(row)


def list_briefings(session: Session, *, limit: int = 31) -> list[BriefingLine]:
    """Briefings, the newest day first, then the newest revision."""
    row = BriefingRow
    chosen = (
        select(
            row.id, row.day, row.revision, row.state, row.edited, row.made_at, row.made_name, row.signed_at,
            row.signed_name, row.sample,
        )
        .order_by(row.day.desc(), row.revision.desc())
        .limit(max(1, min(limit, MOST_LISTED)))
    )  # fmt: skip
    return [
        BriefingLine(**{**found._mapping, "day": date.fromisoformat(found.day)}) for found in session.execute(chosen)
    ]


def briefing_history(session: Session, briefing: int) -> list[BriefingEvent]:
    """What happened to a briefing, oldest first."""
    chosen = select(BriefingEventRow).where(BriefingEventRow.briefing == briefing).order_by(BriefingEventRow.id)
    return [
        BriefingEvent(at=row.at, act=row.act, note=row.note, actor_name=row.actor_name, detail=row.detail)
        for row in session.scalars(chosen)
    ]


def content_digest(row: BriefingRow) -> str:
    """SHA-256 of what a signature is of: the head and everything the paper says."""
    return digest_of(row.day, row.revision, row.head, row.content)


def not_there(briefing: int) -> NotFound:
    return NotFound(f"Nota dinas ND-{briefing:06d} tidak ada.", hint="Daftarnya: `kentongan briefings list`.")


def as_briefing(row: BriefingRow) -> Briefing:
    """The row as a record."""
    return Briefing(
        id=row.id,
        day=date.fromisoformat(row.day),
        revision=row.revision,
        state=cast(BriefingState, row.state),
        head=Head(**row.head),
        content=decode_content(row.content),
        edited=row.edited,
        made_at=row.made_at,
        made_name=row.made_name,
        signed_at=row.signed_at,
        signed_name=row.signed_name,
        digest=row.digest,
        sample=row.sample,
        version=row.version,
    )
