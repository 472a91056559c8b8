"""Puts a captured page into a case, with its entry in the chain of custody."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.audit import Detail
from casework.case_tables import CaseCaptureRow, CaseDocumentRow
from casework.roles import Actor
from casework.tip_intake import storable
from evidence.cases.rows import as_capture, lock_row, record_act
from evidence.records import Capture
from kentongan.errors import Conflict


def add_capture(
    session: Session,
    case_id: str,
    capture: Capture,
    *,
    document: str | None,
    actor: Actor,
    now: datetime,
    via: str | None = None,
) -> Capture:
    """Add a capture, whose files are kept already, to an open case; returns it as it stands there.

    ``document`` is the id of the secured document that the page belongs to, or None. The same capture twice adds
    nothing. Raises NotAllowed, NotFound, and Conflict where the case is closed, the document is not in it, or the
    capture is in another case.
    """
    actor = authorise(session, actor, action="cases.secure", now=now)
    lock_row(session, case_id, state="open", doing="menerima tangkapan")
    known = session.scalar(select(CaseCaptureRow).where(CaseCaptureRow.capture == capture.id))
    if known is not None:
        if known.case_id != case_id:
            raise Conflict(
                f"Tangkapan {capture.id} sudah ada di kasus {known.case_id}.", hint="Tangkap halamannya lagi."
            )
        return as_capture(known)
    if document is not None:
        held = select(CaseDocumentRow.id).where(
            CaseDocumentRow.case_id == case_id, CaseDocumentRow.document == document
        )
        if session.scalar(held) is None:
            raise Conflict(
                f"Dokumen {document} belum diamankan di kasus {case_id}.",
                hint=f"Amankan dulu: `kentongan evidence secure {document} --case {case_id} --as NAMA`.",
            )
    capture = replace(
        capture,
        url=storable(capture.url),
        final_url=storable(capture.final_url),
        title=None if capture.title is None else storable(capture.title),
        missing=tuple(map(storable, capture.missing)),
        document=document,
    )
    files = [{"name": file.name, "sha256": file.object.sha256, "size": file.object.size} for file in capture.files]
    session.add(
        CaseCaptureRow(
            case_id=case_id, capture=capture.id, document=document, url=capture.url, final_url=capture.final_url,
            at=capture.at, status=capture.status, title=capture.title, files=files, missing=list(capture.missing),
            added_at=now, added_by=actor.username,
        )
    )  # fmt: skip
    session.flush()
    detail: Detail = {
        "alamat": capture.url,
        "alamat_akhir": capture.final_url,
        "waktu": capture.at.isoformat(),
        "status": capture.status,
        "berkas": [f"{file.name} {file.object.sha256}" for file in capture.files],
        "tidak_tertangkap": list(capture.missing),
        "dokumen": document,
    }
    about = f"capture:{capture.id}"
    record_act(session, case_id, act="captured", object=about, detail=detail, actor=actor, now=now, via=via)
    return capture
