"""Makes, checks and signs briefings.

| from | act | by | to |
|---|---|---|---|
| | ``make_briefing`` | briefings.make | draft, revision 1 |
| draft | ``make_briefing(again=True)`` | briefings.make | draft, its figures and words anew |
| draft | ``edit_briefing`` (``casework.briefings.editing``) | briefings.edit | draft |
| draft | ``sign_briefing`` | briefings.sign | signed |
| signed | ``make_briefing(again=True)`` | briefings.make | a new draft, the next revision |

What was signed never changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.briefings.content import encode_content
from casework.briefings.records import Briefing, Head, as_briefing, content_digest, get_briefing, not_there
from casework.briefings.tables import BriefingEventRow, BriefingRow
from casework.briefings.writing import period_of, write_content
from casework.db import expect_version, take_turn
from casework.figures import Figure, Sources, answer, same_value
from casework.roles import Actor
from casework.tables import PersonRow
from kentongan.errors import Conflict
from kentongan.settings import Settings
from kentongan.times import format_day, to_zone
from search.store import Store

RECIPIENT: Final = "Kepala Daerah"
NATURE: Final = "Segera"
"""The paper is of use on its own morning only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputed:
    """A figure of a paper and what its question answers now."""

    figure: Figure
    now: float | None

    @property
    def same(self) -> bool:
        return same_value(self.figure.value, self.now)

    @property
    def change(self) -> float | None:
        """By how much it moved; None where either is absent."""
        return None if self.now is None or self.figure.value is None else self.now - self.figure.value


def make_briefing(
    store: Store,
    session: Session,
    *,
    day: date | None,
    settings: Settings,
    name_region: Callable[[str], str],
    actor: Actor,
    now: datetime,
    again: bool = False,
    via: str | None = None,
) -> Briefing:
    """Write the briefing of a day (None: today) as a draft.

    Raises NotAllowed, KentonganError for a day to come, Conflict where the day has one already and ``again`` does not
    ask for it to be written anew: words that people changed are lost then, the head stays.
    """
    actor = authorise(session, actor, action="briefings.make", now=now)
    day = day or to_zone(now, settings.zone).date()
    since, until = period_of(day, now=now, zone=settings.zone)
    take_turn(session, f"briefing:{day.isoformat()}")
    newest = session.scalar(
        select(BriefingRow).where(BriefingRow.day == day.isoformat()).order_by(BriefingRow.revision.desc()).limit(1),
        execution_options={"populate_existing": True},
    )
    if newest is not None and not again:
        signed = newest.state == "signed"
        raise Conflict(
            f"Nota dinas hari itu sudah {'ditandatangani' if signed else 'disusun'} (ND-{newest.id:06d}).",
            hint="Susun ulang menjadi revisi baru: `kentongan briefings make --again`."
            if signed
            else "Susun ulang, dan perubahan kata-katanya hilang: `kentongan briefings make --again`.",
        )
    sources = Sources(store=store, session=session, settings=settings, now=now)
    content = write_content(sources, since=since, until=until, name_region=name_region)
    plain = encode_content(content)
    remade = newest is not None and newest.state == "draft"
    if newest is not None and remade:
        row = newest
        row.content, row.edited, row.sample = plain, False, content.sample
        row.made_at, row.made_by, row.made_name = now, actor.id, actor.username
    else:
        row = BriefingRow(
            day=day.isoformat(), revision=1 if newest is None else newest.revision + 1, state="draft",
            head=make_head(settings, since=since, until=until) if newest is None else newest.head, content=plain,
            edited=False, made_at=now, made_by=actor.id, made_name=actor.username, sample=content.sample,
        )  # fmt: skip
        session.add(row)
    session.flush()
    detail = {"hari": row.day, "revisi": row.revision, "angka": len(content.figures)}
    record_act(
        session, row, act="remade" if remade else "made", action="briefings.make", detail=detail, actor=actor, now=now,
        via=via,
    )  # fmt: skip
    return as_briefing(row)


def make_head(settings: Settings, *, since: datetime, until: datetime) -> dict[str, Any]:
    """The head as it is proposed; a person may change every line of it."""
    day = format_day(until, zone=settings.zone)
    head = Head(
        to=RECIPIENT, sender=settings.organisation, number=None, nature=NATURE,
        subject=f"Laporan pagi keadaan informasi publik dan aduan warga, {day}",
    )  # fmt: skip
    return dict(msgspec.to_builtins(head))


def sign_briefing(
    session: Session, briefing: int, *, actor: Actor, version: int, now: datetime, via: str | None = None
) -> Briefing:
    """Sign a draft as the person saw it: from then on it does not change. Raises NotAllowed, NotFound, Conflict."""
    actor = authorise(session, actor, action="briefings.sign", now=now)
    row = lock_briefing(session, briefing, version=version)
    person = session.get(PersonRow, actor.id)
    assert person is not None, "only a person may sign"
    row.digest = content_digest(row)
    row.state, row.signed_at, row.signed_by, row.signed_name = "signed", now, person.id, person.name
    session.flush()
    detail = {"hari": row.day, "revisi": row.revision, "sidik": row.digest}
    record_act(session, row, act="signed", action="briefings.sign", detail=detail, actor=actor, now=now, via=via)
    return as_briefing(row)


def lock_briefing(session: Session, briefing: int, *, version: int | None) -> BriefingRow:
    """The draft's row, held until the transaction ends. Raises NotFound, Conflict where it was changed or signed."""
    row = session.scalar(
        select(BriefingRow).where(BriefingRow.id == briefing).with_for_update(),
        execution_options={"populate_existing": True},
    )
    if row is None:
        raise not_there(briefing)
    if row.state == "signed":
        raise Conflict(
            f"Nota dinas ND-{briefing:06d} sudah ditandatangani dan tidak berubah lagi.",
            hint=f"Susun revisi baru: `kentongan briefings make --day {row.day} --again --as NAMA`.",
        )
    if version is not None:
        expect_version(f"Nota dinas ND-{briefing:06d}", read=version, stored=row.version)
    return row


def recompute_briefing(
    store: Store, session: Session, briefing: int, *, settings: Settings, now: datetime
) -> list[Recomputed]:
    """Every figure of a briefing with what its question answers now, in the order they stand. Raises NotFound, Retry,
    BadQuery where a question is no longer known."""
    content = get_briefing(session, briefing).content
    sources = Sources(store=store, session=session, settings=settings, now=now)
    return [Recomputed(figure=figure, now=answer(figure.question, sources)) for figure in content.figures]


def record_act(
    session: Session, row: BriefingRow, *, act: str, action: str, detail: dict[str, Any], actor: Actor, now: datetime,
    via: str | None, note: str | None = None,
) -> None:  # fmt: skip
    """Note what happened, in the briefing's history and in the audit."""
    full = dict(audit.with_way(detail, via))
    session.add(
        BriefingEventRow(
            briefing=row.id, at=now, act=act, note=note, actor=actor.id, actor_name=actor.username, detail=full
        )
    )
    session.flush()
    audit.record(session, actor, action=action, object=f"briefing:{row.id}", detail=full, now=now)
