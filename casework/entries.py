"""Saves what a person enters by hand, and takes it back: the picture, the document, and the line in the audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from casework.access import authorise
from casework.audit import record
from casework.case_tables import CaseDocumentRow
from casework.db import Casework
from casework.roles import Actor
from crawlers.by_hand import PICTURES, Entry, drop_entry, keep_picture, make_entry
from kentongan.errors import Conflict
from kentongan.schema import Document
from kentongan.settings import Settings
from search.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What became of an entry."""

    document: Document
    """As it is in the store: where it was known, as it was first entered."""
    new: bool
    """False where the same was entered before: nothing was added."""


def save_entry(
    entry: Entry, *, settings: Settings, store: Store, casework: Casework, actor: Actor, now: datetime
) -> Saved:
    """Keep an entry. Raises NotAllowed, Quarantine for one that cannot be kept, Retry where it should be tried again.

    ``actor`` is who the audit names; the name that was typed stands in the detail. The audit's line and the document
    come together: without the one there is not the other.
    """
    with casework.read() as session:
        actor = authorise(session, actor, action="posts.enter", now=now)
    document = make_entry(entry, now=now, zone=settings.zone)
    known = store.get([document.id])[0]
    if known is not None:
        return Saved(document=known.document, new=False)
    if entry.picture is not None:
        keep_picture(settings.data_dir / PICTURES, entry.picture)
    with casework.begin() as session:
        record(
            session,
            actor,
            action="posts.add_by_hand",
            object=f"document:{document.id}",
            detail={"dimasukkan_oleh": document.facts["dimasukkan_oleh"], "platform": document.platform},
            now=now,
        )
        new = bool(store.add([document]).new)
        store.refresh()
    return Saved(document=document, new=new)


def take_back(
    document: Document, *, settings: Settings, store: Store, casework: Casework, actor: Actor, now: datetime
) -> bool:
    """Drop an entry that was just saved; returns whether it was there. The audit keeps both acts.

    Raises NotAllowed, and Conflict for one that was secured in a case since.
    """
    with casework.begin() as session:
        actor = authorise(session, actor, action="posts.enter", now=now)
        held = select(CaseDocumentRow.case_id).where(CaseDocumentRow.document == document.id).limit(1)
        case = session.scalar(held)
        if case is not None:
            raise Conflict(f"Unggahan ini sudah menjadi bukti dalam {case}, jadi tidak dapat dibatalkan.")
        record(
            session,
            actor,
            action="posts.undo_by_hand",
            object=f"document:{document.id}",
            detail={"dimasukkan_oleh": document.facts.get("dimasukkan_oleh")},
            now=now,
        )
        return drop_entry(store, document, settings.data_dir / PICTURES)
