"""Reads cases from their tables: as records, one or many, and locked for whoever changes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import audit
from casework.case_tables import CaseCaptureRow, CaseDocumentRow, CaseRow
from casework.roles import Actor
from casework.tip_intake import storable
from evidence.cases.custody import append_entry
from evidence.records import Act, Capture, CaptureFile, Case, CaseDocument, CaseState, ObjectRef
from kentongan.errors import Conflict, KentonganError, NotFound

HINT = "Daftarnya: `kentongan cases list`."
LEAST_REASON = 10
"""Shortest reason, in characters: as for closing a tip, "selesai" alone says nothing to who reads it years later."""
MOST_WORDS = 2000
"""Longest purpose, note or reason, in characters: a page."""


def find_row(session: Session, case_id: str) -> CaseRow:
    """The row of a case as it is now. Raises NotFound."""
    row = session.get(CaseRow, case_id, populate_existing=True)
    if row is None:
        raise NotFound(f"Kasus {case_id!r} tidak ada.", hint=HINT)
    return row


def lock_row(session: Session, case_id: str, *, state: CaseState | None, doing: str) -> CaseRow:
    """The row, held until the transaction ends; chains of one case are therefore written one after the other.

    ``doing`` completes "tidak dapat ...". Raises NotFound, and Conflict where the case is in another state than
    ``state`` (None: either will do).
    """
    chosen = select(CaseRow).where(CaseRow.id == case_id).with_for_update()
    row = session.scalar(chosen, execution_options={"populate_existing": True})
    if row is None:
        raise NotFound(f"Kasus {case_id!r} tidak ada.", hint=HINT)
    if state is not None and row.state != state:
        now_is = {"open": "masih terbuka", "closed": "sudah ditutup"}[row.state]
        again = f"Buka kembali dengan `kentongan cases reopen {case_id} --reason ALASAN --as NAMA`."
        hint = again if row.state == "closed" else ""
        raise Conflict(f"Kasus {case_id} {now_is}, jadi tidak dapat {doing}.", hint=hint)
    return row


def record_act(
    session: Session,
    case_id: str,
    *,
    act: Act,
    object: str,
    detail: audit.Detail,
    actor: Actor,
    now: datetime,
    via: str | None,
) -> None:
    """Note what a person did, in the case's chain and in the audit."""
    full = audit.with_way(detail, via)
    append_entry(session, case_id, act=act, object=object, detail=full, actor=actor, now=now)
    about = full if object == "case" else {**full, "benda": object}
    audit.record(session, actor, action=f"cases.{act}", object=f"case:{case_id}", detail=about, now=now)


def check_words(said: str, *, what: str, least: int, most: int = MOST_WORDS) -> str:
    """A person's words on one line, as both databases can keep them. Raises KentonganError where they are too short or
    too long; ``what`` names them in Indonesian."""
    kept = " ".join(storable(said).split())
    if not least <= len(kept) <= most:
        raise KentonganError(
            f"{what} harus {least} sampai {most} huruf; yang ini {len(kept)}.",
            hint="Tulis dengan kalimat yang dipahami pembaca bertahun-tahun lagi.",
        )
    return kept


def as_cases(session: Session, rows: Sequence[CaseRow]) -> list[Case]:
    """The rows as records with all they hold, in their order."""
    ids = [row.id for row in rows]
    documents: dict[str, list[CaseDocument]] = defaultdict(list)
    chosen = select(CaseDocumentRow).where(CaseDocumentRow.case_id.in_(ids)).order_by(CaseDocumentRow.id)
    for found in session.scalars(chosen):
        documents[found.case_id].append(as_document(found))
    captures: dict[str, list[Capture]] = defaultdict(list)
    for taken in session.scalars(
        select(CaseCaptureRow).where(CaseCaptureRow.case_id.in_(ids)).order_by(CaseCaptureRow.at, CaseCaptureRow.id)
    ):
        captures[taken.case_id].append(as_capture(taken))
    return [
        Case(
            id=row.id,
            title=row.title,
            purpose=row.purpose,
            state=cast(CaseState, row.state),
            held=row.held,
            sample=row.sample,
            opened_at=row.opened_at,
            opened_by=row.opened_by,
            chain_salt=row.chain_salt,
            documents=tuple(documents[row.id]),
            captures=tuple(captures[row.id]),
            version=row.version,
        )
        for row in rows
    ]


def as_document(row: CaseDocumentRow) -> CaseDocument:
    return CaseDocument(
        document=row.document,
        secured_at=row.secured_at,
        secured_by=row.secured_by,
        snapshot=ObjectRef(sha256=row.snapshot, size=row.snapshot_size),
        raw=None if row.raw is None else ObjectRef(sha256=row.raw, size=row.raw_size or 0),
        sample=row.sample,
    )


def as_capture(row: CaseCaptureRow) -> Capture:
    return Capture(
        id=row.capture,
        url=row.url,
        final_url=row.final_url,
        at=row.at,
        status=row.status,
        title=row.title,
        files=tuple(
            CaptureFile(name=one["name"], object=ObjectRef(sha256=one["sha256"], size=one["size"])) for one in row.files
        ),
        missing=tuple(row.missing),
        document=row.document,
    )
