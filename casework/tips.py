"""Tips of citizens (laporan dugaan hoaks) as they are read: states, numbers, lists and the clock in hours.

| state | in Indonesian | from | by |
|---|---|---|---|
| new | baru | - | intake; a completed held tip; an answer that was withdrawn |
| held | ditahan | - | intake, where nobody can judge it as it came; the reason is kept |
| matched | dicocokkan | new | the search for its story and fact-checks has run |
| answered | dijawab | new, matched | a person, from a published clarification or a fact-check of the same claim |
| closed | ditutup | new, matched, held | a person, with a reason |

The clock runs from receipt until the tip is answered or closed; a tip that is held is on the clock too. What a tip's
records show is masked; the words as they came, and who sent them, are behind ``casework.tip_reporters``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal, cast, get_args

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import audit
from casework.roles import Actor
from casework.said_numbers import read_said_number
from casework.tip_tables import TipEventRow, TipRow
from kentongan.errors import Conflict, NotFound
from kentongan.masking import mask_words

TipState = Literal["new", "matched", "answered", "closed", "held"]
STATE_WORDS: Mapping[TipState, str] = MappingProxyType(
    {"new": "baru", "matched": "dicocokkan", "answered": "dijawab", "closed": "ditutup", "held": "ditahan"}
)
OPEN_STATES: tuple[TipState, ...] = ("new", "matched", "held")
"""The states in which somebody still waits: these are on the clock."""

Channel = Literal["web", "whatsapp", "telegram", "sms", "email", "phone", "desk", "other"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
CHANNEL_WORDS: Mapping[Channel, str] = MappingProxyType(
    {
        "web": "formulir web",
        "whatsapp": "WhatsApp",
        "telegram": "Telegram",
        "sms": "SMS",
        "email": "surel",
        "phone": "telepon",
        "desk": "datang langsung",
        "other": "lainnya",
    }
)

Joined = Literal["auto", "suggested", "person"]
"""How a tip belongs to a story: by equal or near words, only suggested, or because a person said so."""

MOST_LISTED = 1000
"""Most tips one call lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TipClaim:
    """A fact-check that was found near a tip."""

    id: str
    """Document id of the fact-check."""
    score: float
    """Calibrated probability that it is about the same claim, 0 to 1."""
    band: str
    """"same", "related" or "none"."""
    title: str
    verdict: str | None
    url: str | None
    shared: tuple[str, ...] = ()
    """Words that both have."""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tip:
    """A tip as it was when read. Nothing in it says who sent it; phone numbers and the like are masked."""

    id: int
    channel: Channel
    state: TipState
    reason: str | None
    """Why it is held or was closed."""
    words: str | None
    """The text, cleaned and masked; None where only a link or a picture came."""
    link: str | None
    picture: str | None
    """File name of the picture: its SHA-256 and type."""
    message: str | None
    """Equal for tips with the same words (or the same link or picture)."""
    received_at: datetime
    due_at: datetime
    story: str | None
    """Story it was matched to."""
    story_document: str | None
    """The item of that story nearest to it."""
    story_score: float | None
    story_joined: Joined | None
    claims: tuple[TipClaim, ...] | None
    """Nearest fact-checks, best first; None where they were never looked for."""
    match_fault: str | None
    """Why matching has not run or failed."""
    ended_at: datetime | None
    """When it was answered or closed."""
    version: int

    @property
    def number(self) -> str:
        """The number a person is told: "LH-000123"."""
        return f"LH-{self.id:06d}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    def remaining(self, now: datetime) -> timedelta | None:
        """Time left on the clock, negative once overdue; None for a tip that is answered or closed."""
        return self.due_at - now if self.is_open else None

    def is_overdue(self, now: datetime) -> bool:
        return self.is_open and self.due_at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class TipEvent:
    """One thing that happened to a tip."""

    at: datetime
    actor_name: str
    act: str
    """"received", "matched", "attached", "completed", "answered", "sent", "reopened", "closed", "forgotten"."""
    detail: Mapping[str, object]


def parse_number(said: str) -> int:
    """The id behind "LH-000123", "lh 123" or "123". Raises NotFound for anything else."""
    return read_said_number(said, example="LH-000123", what="laporan")


def read_tip(session: Session, tip: int) -> Tip:
    """The tip of this id. Raises NotFound."""
    return as_tip(find_row(session, tip))


def list_tips(
    session: Session, *, states: Sequence[TipState] = OPEN_STATES, due_before: datetime | None = None, limit: int = 100
) -> list[Tip]:
    """Tips in these states, the soonest due first; ``due_before`` keeps those whose clock ends by then."""
    chosen = select(TipRow).where(TipRow.state.in_(states)).order_by(TipRow.due_at, TipRow.id)
    if due_before is not None:
        chosen = chosen.where(TipRow.due_at <= due_before)
    return [as_tip(row) for row in session.scalars(chosen.limit(max(1, min(limit, MOST_LISTED))))]


def overdue(session: Session, now: datetime) -> list[Tip]:
    """Open tips whose clock has run out, the longest overdue first."""
    return list_tips(session, due_before=now, limit=MOST_LISTED)


def count_tips(session: Session) -> dict[TipState, int]:
    """How many tips are in each state; a state without any is zero."""
    counted = dict.fromkeys(STATE_WORDS, 0)
    for state, count in session.execute(select(TipRow.state, func.count()).group_by(TipRow.state)):
        counted[cast(TipState, state)] = count
    return counted


def tips_alike(session: Session, tip: Tip) -> list[Tip]:
    """The tips that ask about the same: equal words, or joined to the same story. The tip itself is among them.

    A story that was only suggested brings nothing together.
    """
    same = TipRow.id == tip.id
    if tip.message is not None:
        same = same | (TipRow.message == tip.message)
    if tip.story is not None and tip.story_joined in ("auto", "person"):
        same = same | ((TipRow.story == tip.story) & TipRow.story_joined.in_(("auto", "person")))
    return [as_tip(row) for row in session.scalars(select(TipRow).where(same).order_by(TipRow.id))]


def tip_history(session: Session, tip: int) -> list[TipEvent]:
    """Everything that happened to a tip, oldest first. Raises NotFound."""
    find_row(session, tip)
    rows = session.scalars(select(TipEventRow).where(TipEventRow.tip == tip).order_by(TipEventRow.id))
    return [TipEvent(at=row.at, actor_name=row.actor_name, act=row.act, detail=row.detail) for row in rows]


def find_row(session: Session, tip: int) -> TipRow:
    """The row of a tip as it is now. Raises NotFound."""
    row = session.get(TipRow, tip, populate_existing=True)
    if row is None:
        raise NotFound(f"Laporan LH-{tip:06d} tidak ada.", hint="Daftarnya: `kentongan tips list`.")
    return row


def lock_row(session: Session, tip: int, *, states: Sequence[TipState], doing: str) -> TipRow:
    """The row, held until the transaction ends, so that two people cannot both act on it.

    ``doing`` completes "tidak dapat ...". Raises NotFound, and Conflict where the tip is in another state.
    """
    row = session.scalar(select(TipRow).where(TipRow.id == tip).with_for_update(), execution_options=FRESH)
    if row is None:
        raise NotFound(f"Laporan LH-{tip:06d} tidak ada.", hint="Daftarnya: `kentongan tips list`.")
    if row.state not in states:
        raise Conflict(
            f"Laporan LH-{tip:06d} sudah {STATE_WORDS[cast(TipState, row.state)]}, jadi tidak dapat {doing}.",
            hint=f"Lihat riwayatnya: `kentongan tips show {tip}`.",
        )
    return row


FRESH = {"populate_existing": True}
"""Read the row anew: another transaction may have changed it since."""


def add_event(
    session: Session, tip: int, *, act: str, actor: Actor, now: datetime, detail: Mapping[str, object] | None = None
) -> None:
    """Note what happened. ``detail`` names no reporter and holds none of the tip's words."""
    session.add(
        TipEventRow(tip=tip, at=now, actor=actor.id, actor_name=actor.username, act=act, detail=dict(detail or {}))
    )
    session.flush()


def record_act(
    session: Session, tip: int, *, act: str, actor: Actor, now: datetime, detail: audit.Detail, via: str | None
) -> None:
    """Note what a person did, in the tip's history and in the audit; ``via`` is how, where it was not on a page."""
    full = audit.with_way(detail, via)
    add_event(session, tip, act=act, actor=actor, now=now, detail=full)
    audit.record(session, actor, action=f"tips.{act}", object=f"tip:{tip}", detail=full, now=now)


def as_tip(row: TipRow) -> Tip:
    """The row as a record."""
    return Tip(
        id=row.id,
        channel=cast(Channel, row.channel),
        state=cast(TipState, row.state),
        reason=row.reason,
        words=mask_words(row.text) if row.text is not None else None,
        link=row.link,
        picture=row.picture,
        message=row.message,
        received_at=row.received_at,
        due_at=row.due_at,
        story=row.story,
        story_document=row.story_document,
        story_score=row.story_score,
        story_joined=cast("Joined | None", row.story_joined),
        claims=None if row.claims is None else msgspec.convert(row.claims, tuple[TipClaim, ...]),
        match_fault=row.match_fault,
        ended_at=row.ended_at,
        version=row.version,
    )
