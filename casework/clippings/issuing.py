"""Issues an edition: freezes what it prints, and says what changed since the revision before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from casework.access import authorise
from casework.clippings.counting import make_figures
from casework.clippings.reading import (
    encode_edition,
    issued_revisions,
    lock_clipping,
    read_clipping,
    read_issued,
    read_items,
    record_act,
)
from casework.clippings.records import FIELD_WORDS, NO_AGENCY, Change, ClippingItem, Edition, as_clipping
from casework.clippings.tables import ClippingRevisionRow
from casework.figures import Sources
from casework.people import get_person
from casework.roles import Actor
from kentongan.errors import Conflict
from kentongan.settings import Settings
from search.store import Store

MARK_WORDS: Final = {True: "ya", False: "tidak", None: "belum diputuskan"}


def read_edition(
    store: Store, session: Session, clipping: int, *, settings: Settings, now: datetime, revision: int | None = None
) -> Edition:
    """An edition with its counts: as revision ``revision`` was issued, else, while it is a draft, as it stands.

    Raises NotFound, Retry.
    """
    found = read_clipping(session, clipping)
    issued = issued_revisions(session, clipping)
    if revision is not None or (found.state == "issued" and issued):
        return read_issued(session, clipping, revision=revision)
    items = read_items(session, clipping)
    sources = Sources(store=store, session=session, settings=settings, now=now)
    changes = compare_items(read_issued(session, clipping).items, items) if issued else ()
    return Edition(clipping=found, items=items, figures=make_figures(found, items, sources=sources), changes=changes)


def issue_clipping(
    store: Store, session: Session, clipping: int, *, settings: Settings, actor: Actor, now: datetime,
    version: int | None = None, via: str | None = None,
) -> Edition:  # fmt: skip
    """Close the edition: what it prints is frozen as a revision.

    Raises NotAllowed, NotFound, Conflict where it changed since ``version``, is issued already, or a new revision
    changes nothing.
    """
    actor = authorise(session, actor, action="clippings.issue", now=now)
    row = lock_clipping(session, clipping, version=version)
    number = as_clipping(row).number
    if row.state == "issued":
        raise Conflict(f"Kliping {number} sudah terbit.", hint="Perbaikan berikutnya memulai revisi baru.")
    if now < row.until:
        raise Conflict(
            f"Kliping {number} belum dapat terbit: jendelanya belum tutup.", hint="Tunggu sampai jam tutup edisinya."
        )
    row.state, row.issued_at, row.issued_name = "issued", now, get_person(session, actor.id).name
    session.flush()
    found, items = as_clipping(row), read_items(session, clipping)
    sources = Sources(store=store, session=session, settings=settings, now=now)
    issued = issued_revisions(session, clipping)
    changes = compare_items(read_issued(session, clipping).items, items) if issued else ()
    if issued and not changes:
        raise Conflict(
            f"Revisi {row.revision} kliping {number} sama dengan yang sudah terbit.", hint="Betulkan dulu yang perlu."
        )
    edition = Edition(clipping=found, items=items, figures=make_figures(found, items, sources=sources), changes=changes)
    session.add(
        ClippingRevisionRow(
            clipping=row.id, revision=row.revision, content=encode_edition(edition), at=now, actor=actor.id,
            actor_name=actor.username,
        )
    )  # fmt: skip
    record_act(
        session, row, act="issued", actor=actor, now=now, via=via,
        after={"berita": len(edition.printed), "perubahan": len(changes)},
    )  # fmt: skip
    return edition


def compare_items(before: Iterable[ClippingItem], after: Iterable[ClippingItem]) -> tuple[Change, ...]:
    """What differs between two states of a clipping's items, in words, in the order of the newer one."""
    old = {item.id: item for item in before}
    changes: list[Change] = []
    for item in after:
        known = old.get(item.id)
        if known is None:
            if not item.left_out:
                changes.append(Change(title=item.title, what="berita", before="tidak ada", after="ditambahkan"))
            continue
        if known.left_out != item.left_out:
            out = ("ada", f"dikeluarkan: {item.left_reason}") if item.left_out else ("dikeluarkan", "ada")
            changes.append(Change(title=item.title, what="berita", before=out[0], after=out[1]))
        if item.left_out:
            continue
        there, here = shown_fields(known), shown_fields(item)
        changes += [
            Change(title=item.title, what=FIELD_WORDS[name], before=there[name], after=value)
            for name, value in here.items()
            if there[name] != value
        ]
    return tuple(changes)


def shown_fields(item: ClippingItem) -> dict[str, str]:
    """An item's fields as a reader sees them."""
    return {
        "tone": item.tone_words,
        "topic": item.topic_words,
        "issue": item.issue,
        "agency": item.agency_name or NO_AGENCY,
        "clarify": MARK_WORDS[item.clarify],
        "note": item.note or "-",
        "outlets": ", ".join(dict.fromkeys(outlet.publisher for outlet in item.outlets)),
    }
