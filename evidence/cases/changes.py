"""What people decide about a case: hold it, release it, close it, open it again, note something.

A legal hold (penahanan hukum) says that nothing of the case may go: it cannot be closed while it lasts. Only legal
staff hold and release. Each act has its reason, in the chain of custody and in the audit.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework.access import authorise
from casework.case_tables import CaseRow
from casework.db import expect_version
from casework.roles import Actor
from evidence.cases.rows import LEAST_REASON, as_cases, check_words, lock_row, record_act
from evidence.records import Act, Case, CaseState
from kentongan.errors import Conflict, KentonganError

LEAST_NOTE = 3
"""Shortest note, in characters."""


def hold_case(
    session: Session,
    case_id: str,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    via: str | None = None,
) -> Case:
    """Put an open case under legal hold. ``version`` is the one the person saw; None takes it as it is.

    Raises NotAllowed, NotFound, Conflict (held already, closed, changed since), KentonganError without a reason.
    """
    actor = authorise(session, actor, action="cases.hold", now=now)
    row = lock_for_change(session, case_id, state="open", doing="ditahan", version=version)
    if row.held:
        raise Conflict(f"Kasus {case_id} memang sudah ditahan.", hint=history_hint(case_id))
    row.held = True
    return finish(session, row, act="held", reason=reason, actor=actor, now=now, via=via)


def release_case(
    session: Session,
    case_id: str,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    via: str | None = None,
) -> Case:
    """End a legal hold. Raises as ``hold_case`` does."""
    actor = authorise(session, actor, action="cases.hold", now=now)
    row = lock_for_change(session, case_id, state="open", doing="dilepaskan", version=version)
    if not row.held:
        raise Conflict(f"Kasus {case_id} tidak sedang ditahan.", hint=history_hint(case_id))
    row.held = False
    return finish(session, row, act="released", reason=reason, actor=actor, now=now, via=via)


def close_case(
    session: Session,
    case_id: str,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    via: str | None = None,
) -> Case:
    """Close an open case: nothing comes into it any more. Raises as ``hold_case`` does, Conflict also while it is
    held."""
    actor = authorise(session, actor, action="cases.change", now=now)
    row = lock_for_change(session, case_id, state="open", doing="ditutup", version=version)
    if row.held:
        raise Conflict(
            f"Kasus {case_id} sedang ditahan (penahanan hukum), jadi tidak dapat ditutup.",
            hint=f"Staf hukum melepaskannya dengan `kentongan cases release {case_id} --reason ALASAN --as NAMA`.",
        )
    row.state = "closed"
    return finish(session, row, act="closed", reason=reason, actor=actor, now=now, via=via)


def reopen_case(
    session: Session,
    case_id: str,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    via: str | None = None,
) -> Case:
    """Open a closed case again. Raises as ``hold_case`` does."""
    actor = authorise(session, actor, action="cases.change", now=now)
    row = lock_for_change(session, case_id, state="closed", doing="dibuka kembali", version=version)
    row.state = "open"
    return finish(session, row, act="reopened", reason=reason, actor=actor, now=now, via=via)


def note_case(
    session: Session, case_id: str, *, text: str, actor: Actor, now: datetime, via: str | None = None
) -> Case:
    """Write a note into the case's chain, open or closed. Notes stay: a correction is another note. Raises
    NotAllowed, NotFound, KentonganError."""
    actor = authorise(session, actor, action="cases.change", now=now)
    row = lock_row(session, case_id, state=None, doing="diberi catatan")
    detail = {"catatan": check_words(text, what="Catatan", least=LEAST_NOTE)}
    record_act(session, case_id, act="noted", object="case", detail=detail, actor=actor, now=now, via=via)
    return as_cases(session, [row])[0]


def describe_case(
    session: Session,
    case_id: str,
    *,
    title: str | None = None,
    purpose: str | None = None,
    actor: Actor,
    now: datetime,
    via: str | None = None,
) -> Case:
    """Give an open case another title or purpose; None leaves it. What it was stands in the chain. Raises NotAllowed,
    NotFound, Conflict (closed), KentonganError."""
    actor = authorise(session, actor, action="cases.change", now=now)
    row = lock_row(session, case_id, state="open", doing="diberi keterangan")
    detail: dict[str, str] = {}
    if title is not None:
        detail |= {"judul": check_words(title, what="Judul kasus", least=LEAST_NOTE), "judul_sebelumnya": row.title}
        row.title = detail["judul"]
    if purpose is not None:
        detail |= {"tujuan": check_words(purpose, what="Tujuan", least=LEAST_REASON), "tujuan_sebelumnya": row.purpose}
        row.purpose = detail["tujuan"]
    if not detail:
        raise KentonganError("Tidak ada yang diubah.", hint="Sebut judul atau tujuannya.")
    session.flush()
    record_act(session, case_id, act="noted", object="case", detail=detail, actor=actor, now=now, via=via)
    return as_cases(session, [row])[0]


def lock_for_change(session: Session, case_id: str, *, state: CaseState, doing: str, version: int | None) -> CaseRow:
    """The row, locked, in this state, and as the person saw it."""
    row = lock_row(session, case_id, state=state, doing=doing)
    if version is not None:
        expect_version(f"Kasus {case_id}", read=version, stored=row.version)
    return row


def finish(
    session: Session, row: CaseRow, *, act: Act, reason: str, actor: Actor, now: datetime, via: str | None
) -> Case:
    """Write the change with its reason."""
    detail = {"alasan": check_words(reason, what="Alasan", least=LEAST_REASON)}
    session.flush()
    record_act(session, row.id, act=act, object="case", detail=detail, actor=actor, now=now, via=via)
    return as_cases(session, [row])[0]


def history_hint(case_id: str) -> str:
    return f"Lihat riwayatnya: `kentongan cases custody {case_id}`."
