"""Clarifications on their way to the public, as they are read: states, words, lists, history.

| from | act | by | to |
|---|---|---|---|
| | ``draft_clarification`` | clarifications.draft | draft |
| draft, approved | ``edit_clarification`` | clarifications.draft | draft |
| draft | ``approve_clarification``, who wrote none of it | clarifications.approve | approved |
| approved | ``publish_draft``, on one or more channels | clarifications.publish | published |
| published | ``publish_draft``, on further channels | clarifications.publish | published |
| draft, approved, published | ``retract_draft``, with a reason | clarifications.publish | retracted |

Everything else is refused. What is published is what was approved, word by word: a changed text needs a new approval.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, cast, get_args

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from casework import audit
from casework.complaints.tables import ComplaintRow
from casework.db import expect_version
from casework.followups.records import ObjectKind
from casework.followups.tables import DraftEventRow, DraftRow, PublicationRow
from casework.roles import Actor
from casework.said_numbers import read_said_number
from casework.verdict_tables import ReviewRow
from kentongan.errors import Conflict, NotFound

DraftState = Literal["draft", "approved", "published", "retracted"]
DRAFT_STATES: tuple[DraftState, ...] = get_args(DraftState)
DRAFT_WORDS: Mapping[DraftState, str] = MappingProxyType(
    {"draft": "draf", "approved": "disetujui", "published": "terbit", "retracted": "ditarik"}
)
OPEN_DRAFTS: tuple[DraftState, ...] = ("draft", "approved", "published")
DRAFT_EVENT_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "drafted": "disusun",
        "edited": "diubah",
        "approved": "disetujui",
        "published": "terbit",
        "retracted": "ditarik",
    }
)
MOST_LISTED = 1000
"""Most clarifications one call lists."""
FRESH = {"populate_existing": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """That a clarification went out on one channel."""

    channel: str
    """Of ``casework.verdict_rules.CHANNELS``."""
    address: str | None
    at: datetime
    """When it went out."""
    actor_name: str
    """Who recorded it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A clarification as it was when read."""

    id: int
    object_kind: ObjectKind
    object: str
    review: int | None
    """Number of the verdict review it rests on."""
    topic: str | None
    region: str | None
    title: str
    text: str
    state: DraftState
    drafted_at: datetime
    drafted_name: str
    approved_at: datetime | None
    approved_name: str | None
    published_at: datetime | None
    """When it first went out."""
    retracted_at: datetime | None
    verdict_clarification: int | None
    publications: tuple[Publication, ...]
    """Oldest first."""
    to_retract: bool
    """Whether it is out although its verdict no longer stands."""
    sample: bool
    version: int

    @property
    def number(self) -> str:
        """The number people use: "KL-000012"."""
        return f"KL-{self.id:06d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftEvent:
    """One thing that happened to a clarification."""

    at: datetime
    act: str
    """"drafted", "edited", "approved", "published", "retracted"."""
    state: DraftState
    note: str | None
    actor_name: str
    detail: Mapping[str, Any]


def parse_draft_number(said: str) -> int:
    """The id behind "KL-000012", "kl 12" or "12". Raises NotFound for anything else."""
    return read_said_number(said, example="KL-000012", what="klarifikasi")


def read_draft(session: Session, draft: int) -> Draft:
    """The clarification of this id. Raises NotFound."""
    row = session.get(DraftRow, draft, populate_existing=True)
    if row is None:
        raise not_there(draft)
    return as_drafts(session, [row])[0]


def list_drafts(
    session: Session,
    *,
    states: Sequence[DraftState] = OPEN_DRAFTS,
    about: tuple[ObjectKind, str] | None = None,
    topic: str | None = None,
    region: str | None = None,
    limit: int = 100,
) -> list[Draft]:
    """Clarifications in these states, newest first; ``region`` also takes the regions inside it."""
    chosen = select(DraftRow).where(is_visible_draft(), DraftRow.state.in_(states))
    if about is not None:
        chosen = chosen.where(DraftRow.object_kind == about[0], DraftRow.object == about[1])
    if topic is not None:
        chosen = chosen.where(DraftRow.topic == topic)
    if region is not None:
        chosen = chosen.where(or_(DraftRow.region == region, DraftRow.region.startswith(f"{region}.")))
    chosen = chosen.order_by(DraftRow.id.desc()).limit(max(1, min(limit, MOST_LISTED)))
    return as_drafts(session, list(session.scalars(chosen)))


def is_visible_draft() -> ColumnElement[bool]:
    """SQL: the clarification is not about a whistle-blowing complaint."""
    secret = select(ComplaintRow.number).where(ComplaintRow.secret.is_(True))
    return or_(DraftRow.object_kind != "complaint", DraftRow.object.not_in(secret))


def draft_history(session: Session, draft: int) -> tuple[DraftEvent, ...]:
    """Everything that happened to a clarification, oldest first. Raises NotFound."""
    read_draft(session, draft)
    rows = session.scalars(select(DraftEventRow).where(DraftEventRow.draft == draft).order_by(DraftEventRow.id))
    return tuple(
        DraftEvent(
            at=row.at, act=row.act, state=cast(DraftState, row.state), note=row.note, actor_name=row.actor_name,
            detail=row.detail,
        )
        for row in rows
    )  # fmt: skip


def lock_draft(
    session: Session, draft: int, *, states: Sequence[DraftState], doing: str, version: int | None
) -> DraftRow:
    """The row, held until the transaction ends, as the person saw it.

    ``doing`` completes "tidak dapat ...". Raises NotFound, Conflict where it is in another state or was changed.
    """
    chosen = select(DraftRow).where(DraftRow.id == draft).with_for_update()
    row = session.scalar(chosen, execution_options=FRESH)
    if row is None:
        raise not_there(draft)
    if version is not None:
        expect_version(f"Klarifikasi KL-{draft:06d}", read=version, stored=row.version)
    if row.state not in states:
        raise Conflict(
            f"Klarifikasi KL-{draft:06d} berstatus {DRAFT_WORDS[cast(DraftState, row.state)]}, jadi tidak dapat "
            f"{doing}.",
            hint=f"Lihat riwayatnya: `kentongan clarifications show {draft}`.",
        )
    return row


def record_draft_act(
    session: Session, row: DraftRow, *, act: str, note: str | None = None, detail: Mapping[str, Any], actor: Actor,
    now: datetime, via: str | None, kept: Mapping[str, str] | None = None,
) -> Draft:  # fmt: skip
    """Note what happened, in the clarification's history (there with the words ``kept``) and in the audit."""
    session.flush()
    full = audit.with_way(dict(detail), via)
    session.add(
        DraftEventRow(
            draft=row.id, at=now, act=act, state=row.state, note=note, actor=actor.id, actor_name=actor.username,
            detail={**full, **(kept or {})},
        )
    )  # fmt: skip
    session.flush()
    audit.record(
        session, actor, action=f"clarifications.{act}", object=f"clarification_draft:{row.id}", detail=full, now=now
    )
    return as_drafts(session, [row])[0]


def words_hash(title: str, text: str) -> str:
    """SHA-256 of the words that are approved, as 64 hex digits."""
    return hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()


def as_drafts(session: Session, rows: Sequence[DraftRow]) -> list[Draft]:
    """The rows as records, each with where it went out."""
    out: dict[int, list[Publication]] = {row.id: [] for row in rows}
    chosen = select(PublicationRow).where(PublicationRow.draft.in_(out)).order_by(PublicationRow.id)
    for found in session.scalars(chosen):
        out[found.draft].append(
            Publication(channel=found.channel, address=found.address, at=found.at, actor_name=found.actor_name)
        )
    reviews = select(ReviewRow).where(ReviewRow.id.in_({row.review for row in rows if row.review is not None}))
    standing = {(one.id, one.round) for one in session.scalars(reviews) if one.state == "decided"}
    return [
        Draft(
            id=row.id,
            object_kind=cast(ObjectKind, row.object_kind),
            object=row.object,
            review=row.review,
            topic=row.topic,
            region=row.region,
            title=row.title,
            text=row.text,
            state=cast(DraftState, row.state),
            drafted_at=row.drafted_at,
            drafted_name=row.drafted_name,
            approved_at=row.approved_at,
            approved_name=row.approved_name,
            published_at=row.published_at,
            retracted_at=row.retracted_at,
            verdict_clarification=row.verdict_clarification,
            publications=tuple(out[row.id]),
            to_retract=row.state == "published"
            and row.review is not None
            and (row.review, row.review_round) not in standing,
            sample=row.sample,
            version=row.version,
        )
        for row in rows
    ]


def not_there(draft: int) -> NotFound:
    return NotFound(f"Klarifikasi KL-{draft:06d} tidak ada.", hint="Daftarnya: `kentongan clarifications list`.")
