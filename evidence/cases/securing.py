"""Secures documents (Amankan): what is in the store now is kept for a case, whatever becomes of store and page.

One act and no verdict: the record with everything learned about it, and the archived answers it was read from, are
written as objects at once. What of the archive cannot be read is said in the chain of custody; the rest is secured.
"""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.case_tables import CaseDocumentRow, CaseRow
from casework.db import take_turn
from casework.roles import Actor
from casework.story_tables import StoryItemRow, StoryMessageRow
from evidence.cases.archive_copy import add_picture, copy_records, raw_pointers
from evidence.cases.opening import TURN, insert_case
from evidence.cases.rows import as_document, check_words, lock_row, record_act
from evidence.objects import Objects
from evidence.records import CaseDocument, ObjectRef
from kentongan.errors import Conflict
from kentongan.schema import Annotation, Record

PURPOSE: Final = "Diamankan dari pantauan; tujuan belum diisi"
"""Purpose of a case that securing opened: the build asks for a real one."""
TITLE_LENGTH: Final = 80
"""Longest title made of a document's words, in characters: one line of a list."""
IN_MEMORY: Final = 4_000_000
"""Bytes of a raw copy that are kept in memory before it goes to a temporary file; most answers are far smaller."""


def secure_document(
    session: Session,
    record: Record,
    *,
    objects: Objects,
    archive_dir: Path,
    case: str | None = None,
    actor: Actor,
    now: datetime,
    pictures_dir: Path | None = None,
    zone: str = "WIB",
    via: str | None = None,
) -> CaseDocument:
    """Keep a document for a case; returns what is kept. Secured in that case before: that, and nothing is added.

    Without ``case`` it goes to the open case that holds it already, else to one that holds another of its story, else
    to a new one named after its words. ``pictures_dir`` is the folder of pictures that people handed in; ``zone`` the
    one a new case's year is counted in. Raises NotAllowed, NotFound (no such case), and Conflict where the case is
    closed or holds real data and this is invented, or the other way round.
    """
    actor = authorise(session, actor, action="cases.secure", now=now)
    document = record.document
    if case is None:
        take_turn(session, TURN)
        case = find_case(session, document.id, sample=document.sample)
    if case is None:
        case = insert_case(
            session, title=title_of(record), purpose=PURPOSE, actor=actor, now=now, sample=document.sample, zone=zone,
            via=via,
        ).id  # fmt: skip
    row = lock_row(session, case, state="open", doing="menerima dokumen")
    if row.sample != document.sample:
        kinds = ("data contoh", "data nyata")
        this, that = kinds if document.sample else kinds[::-1]
        raise Conflict(
            f"Dokumen {document.id} adalah {this}, sedangkan kasus {case} berisi {that}; keduanya tidak boleh campur.",
            hint="Buka kasus lain untuknya, atau amankan tanpa menyebut kasus.",
        )
    chosen = select(CaseDocumentRow).where(CaseDocumentRow.case_id == case, CaseDocumentRow.document == document.id)
    known = session.scalar(chosen)
    if known is not None:
        return as_document(known)
    snapshot = objects.put(msgspec.json.encode(record))
    raw, missing = copy_raw(record, objects=objects, archive_dir=archive_dir, pictures_dir=pictures_dir)
    kept = CaseDocumentRow(
        case_id=case, document=document.id, secured_at=now, secured_by=actor.username, snapshot=snapshot.sha256,
        snapshot_size=snapshot.size, raw=raw and raw.sha256, raw_size=raw and raw.size, sample=document.sample,
    )  # fmt: skip
    session.add(kept)
    session.flush()
    about = f"document:{document.id}"
    came = {
        "waktu": document.collected_at.isoformat(),
        "sumber": document.source,
        "penerbit": document.publisher,
        "alamat": document.url,
        "terbit": document.published_at.isoformat(),
        "arsip": [f"{pointer.file}@{pointer.offset}" for pointer in raw_pointers(record)],
    }
    record_act(session, case, act="collected", object=about, detail=came, actor=actor, now=now, via=via)
    if record.labels:
        said = {"label": [describe_label(label) for _, label in sorted(record.labels.items())]}
        record_act(session, case, act="scored", object=about, detail=said, actor=actor, now=now, via=via)
    done = {
        "salinan": snapshot.sha256,
        "arsip": None if raw is None else raw.sha256,
        "pengamatan": len(record.observations),
        "tidak_terarsip": list(missing),
    }
    record_act(session, case, act="secured", object=about, detail=done, actor=actor, now=now, via=via)
    return as_document(kept)


def find_case(session: Session, document: str, *, sample: bool) -> str | None:
    """Id of the open case that a document is or belongs in: the newest that holds it, else the newest that holds
    another of its story; None where there is none. ``sample`` keeps invented and real data apart."""
    opened = (
        select(CaseRow.id)
        .join(CaseDocumentRow, CaseDocumentRow.case_id == CaseRow.id)
        .where(CaseRow.state == "open", CaseRow.sample == sample)
        .order_by(CaseRow.year.desc(), CaseRow.number.desc())
        .limit(1)
    )
    found = session.scalar(opened.where(CaseDocumentRow.document == document))
    if found is not None:
        return found
    from casework.stories import find_story  # brings numpy

    story = find_story(session, document)
    if story is None:
        return None
    others = (
        select(StoryItemRow.document)
        .join(StoryMessageRow, StoryMessageRow.message == StoryItemRow.message)
        .where(StoryMessageRow.story == story)
    )
    return session.scalar(opened.where(CaseDocumentRow.document.in_(others)))


def title_of(record: Record) -> str:
    """The document's title, else its words, cut at a space where they are longer than TITLE_LENGTH."""
    said = " ".join((record.newest.title or record.newest.text).split())
    if len(said) > TITLE_LENGTH:
        said = said[: TITLE_LENGTH - 1]
        said = (said.rpartition(" ")[0] or said) + "…"
    return check_words(said, what="Judul kasus", least=1)


def copy_raw(
    record: Record, *, objects: Objects, archive_dir: Path, pictures_dir: Path | None
) -> tuple[ObjectRef | None, tuple[str, ...]]:
    """The copy of a document's archived answers and handed-in picture, None where there are none; and what is
    missing, each a sentence."""
    document = record.document
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as copy:
        copied = copy_records(archive_dir, raw_pointers(record), to=copy)
        kept, missing = copied.records, list(copied.missing)
        picture = document.facts.get("bukti")
        if picture is not None and pictures_dir is not None:
            try:
                url = document.url or f"urn:kentongan:{document.id}"
                add_picture(pictures_dir / Path(picture).name, url=url, at=document.collected_at, to=copy)
                kept += 1
            except OSError as error:
                missing.append(f"Gambar {picture} tidak terbaca: {error.strerror}.")
        if not kept:
            return None, tuple(missing)
        copy.seek(0)
        return objects.put(copy), tuple(missing)


def describe_label(label: Annotation) -> str:
    """One label that counts as a line: task, value, who says so, how sure."""
    by = f"orang {label.by}" if label.by_person else f"model {label.by} {label.version}"
    if label.abstained:
        return f"{label.task}: tidak memutuskan ({by})"
    sure = (label.probabilities or {}).get(label.value or "")
    return f"{label.task}: {label.value} ({by}{'' if sure is None else f', {sure:.3f}'})"
