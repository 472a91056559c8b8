"""Keeps what leadership decided on a topic or a district: the options, the choice, the reason, the figures behind it.

A decision is never changed: a later one says which it takes the place of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.followups.objects import check_topic
from casework.followups.tables import DecisionRow
from casework.roles import Actor
from casework.said_numbers import read_said_number
from casework.tables import PersonRow
from casework.verdict_rules import check_reasons, check_text
from kentongan.errors import KentonganError, NotFound
from kentongan.schema import require_aware

MIN_OPTIONS: Final = 2
"""Fewest options of a decision: with one there was nothing to decide. "Tidak bertindak dulu" is an option too."""
MAX_OPTIONS: Final = 6
MAX_OPTION: Final = 500
"""Longest option, in characters."""
MAX_QUESTION: Final = 300
MOST_LISTED: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision as it was recorded."""

    id: int
    question: str
    topic: str | None
    region: str | None
    words: str | None
    """The query that narrowed the figures."""
    since: datetime
    until: datetime
    options: tuple[str, ...]
    chosen: int
    """Position in ``options``, from 0."""
    reason: str
    figures: Mapping[str, Any]
    """What stood on the page, by name: numbers and texts."""
    replaces: int | None
    at: datetime
    actor_name: str
    name: str
    """Name of who decided, then."""
    sample: bool

    @property
    def number(self) -> str:
        """The number people use: "KP-000012"."""
        return f"KP-{self.id:06d}"

    @property
    def choice(self) -> str:
        return self.options[self.chosen]


def record_decision(
    session: Session,
    *,
    question: str,
    options: Sequence[str],
    chosen: int,
    reason: str,
    since: datetime,
    until: datetime,
    figures: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    topic: str | None = None,
    region: str | None = None,
    words: str | None = None,
    replaces: int | None = None,
    sample: bool = False,
    via: str | None = None,
) -> Decision:
    """Keep a decision on a topic, a district or both. Raises NotAllowed, NotFound, KentonganError for what is not
    complete: fewer than two different options, a reason that says too little, no topic, district or words."""
    actor = authorise(session, actor, action="decisions.record", now=now)
    require_aware("since", since)
    require_aware("until", until)
    asked = check_text("Pertanyaan", question)
    if len(asked) > MAX_QUESTION:
        raise KentonganError(f"Pertanyaan terlalu panjang: {len(asked)} karakter, paling banyak {MAX_QUESTION}.")
    given = [check_option(option) for option in options if option.strip()]
    if not MIN_OPTIONS <= len(given) <= MAX_OPTIONS or len(set(given)) != len(given):
        raise KentonganError(
            f"Pilihannya harus {MIN_OPTIONS} sampai {MAX_OPTIONS} dan berbeda.",
            hint='"Tidak bertindak dulu" juga sebuah pilihan.',
        )
    if not 0 <= chosen < len(given):
        raise KentonganError("Pilihan yang diambil belum disebut.", hint=f"Sebut 1 sampai {len(given)}.")
    if topic is None and region is None and not words:
        raise KentonganError("Keputusan tentang apa?", hint="Pilih topik, wilayah, atau kata yang dicari.")
    if since >= until:
        raise KentonganError("Rentang waktunya kosong.", hint="Akhirnya harus sesudah awalnya.")
    if replaces is not None:
        read_decision(session, replaces)
    person = session.get(PersonRow, actor.id)
    row = DecisionRow(
        question=asked,
        topic=None if topic is None else check_topic(topic),
        region=region,
        words=words or None,
        since=since,
        until=until,
        options=given,
        chosen=chosen,
        reason=check_reasons(reason),
        figures=dict(figures),
        replaces=replaces,
        at=now,
        actor=actor.id,
        actor_name=actor.username,
        name=person.name if person is not None else actor.username,
        sample=sample,
    )
    session.add(row)
    session.flush()
    detail = audit.with_way({"topik": topic, "wilayah": region, "menggantikan": replaces}, via)
    audit.record(session, actor, action="decisions.record", object=f"decision:{row.id}", detail=detail, now=now)
    return as_decision(row)


def read_decision(session: Session, decision: int) -> Decision:
    """The decision of this id. Raises NotFound."""
    row = session.get(DecisionRow, decision)
    if row is None:
        raise NotFound(f"Keputusan KP-{decision:06d} tidak ada.", hint="Daftarnya: `kentongan reports decisions`.")
    return as_decision(row)


def list_decisions(
    session: Session, *, topic: str | None = None, region: str | None = None, limit: int = 100
) -> list[Decision]:
    """Decisions, newest first; on a topic, or on a region and those inside it."""
    chosen = select(DecisionRow).order_by(DecisionRow.id.desc())
    if topic is not None:
        chosen = chosen.where(DecisionRow.topic == topic)
    if region is not None:
        chosen = chosen.where(or_(DecisionRow.region == region, DecisionRow.region.startswith(f"{region}.")))
    return [as_decision(row) for row in session.scalars(chosen.limit(max(1, min(limit, MOST_LISTED))))]


def parse_decision_number(said: str) -> int:
    """The id behind "KP-000012", "kp 12" or "12". Raises NotFound for anything else."""
    return read_said_number(said, example="KP-000012", what="keputusan")


def check_option(option: str) -> str:
    """An option on one line. Raises KentonganError where it is too long."""
    folded = " ".join(check_text("Pilihan", option).split())
    if len(folded) > MAX_OPTION:
        raise KentonganError(f"Sebuah pilihan terlalu panjang: {len(folded)} karakter, paling banyak {MAX_OPTION}.")
    return folded


def as_decision(row: DecisionRow) -> Decision:
    """The row as a record."""
    return Decision(
        id=row.id, question=row.question, topic=row.topic, region=row.region, words=row.words, since=row.since,
        until=row.until, options=tuple(row.options), chosen=row.chosen, reason=row.reason, figures=row.figures,
        replaces=row.replaces, at=row.at, actor_name=row.actor_name, name=row.name, sample=row.sample,
    )  # fmt: skip
