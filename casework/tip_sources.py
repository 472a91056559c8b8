"""What a tip can be answered from: the published clarification of its story, else a fact-check of the same claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from casework.tips import Tip
from kentongan.errors import KentonganError
from kentongan.times import format_day
from search.store import Store

SourceKind = Literal["clarification", "factcheck", "withdrawn"]

RATING_WORDS = {
    "false": "salah",
    "misleading": "menyesatkan",
    "true": "benar",
    "satire": "satire",
    "unproven": "belum terbukti",
}
"""A fact-checker's rating as the answer says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Something published that a reporter can be answered from."""

    kind: SourceKind
    text: str
    """The answer it gives."""
    document: str | None
    version: str | None
    """Number of the clarification, or hash of the fact-check's words: what the answer stands on."""
    url: str | None


def find_source(session: Session, store: Store, tip: Tip) -> Source:
    """What this tip can be answered from now. Raises KentonganError, saying what to do, where there is nothing."""
    return clarification_source(session, tip) or factcheck_source(store, tip) or refuse(tip)


def clarification_source(session: Session, tip: Tip) -> Source | None:
    """The published clarification of the story the tip belongs to; a story that is only suggested gives none."""
    from casework.verdicts import published_clarification

    if tip.story_document is None or tip.story_joined not in ("auto", "person"):
        return None
    found = published_clarification(session, tip.story_document)
    if found is None or found.state != "published":
        return None
    return Source(
        kind="clarification",
        text=f"{found.text}\n\nSelengkapnya: {found.url}",
        document=tip.story_document,
        version=str(found.id),
        url=found.url,
    )


def factcheck_source(store: Store, tip: Tip) -> Source | None:
    """The nearest fact-check of the same claim that still stands as it was found."""
    from casework.claim_matching import is_withdrawn

    for claim in tip.claims or ():
        if claim.band != "same":
            continue
        record = store.get([claim.id])[0]
        if record is None or is_withdrawn(record):
            continue
        publisher = record.document.publisher
        title = " ".join((record.newest.title or claim.title).split())
        rating = RATING_WORDS.get(claim.verdict or "")
        said = f"klaim ini {rating}" if rating else "klaim ini sudah diperiksa"
        day = format_day(record.document.published_at)
        address = f"\n\nSelengkapnya: {record.document.url}" if record.document.url else ""
        return Source(
            kind="factcheck",
            text=f"Menurut cek fakta {publisher} ({day}), {said}: “{title}”.{address}",
            document=claim.id,
            version=record.newest.hash,
            url=record.document.url,
        )
    return None


def source_holds(
    session: Session, store: Store | None, kind: SourceKind, *, document: str | None, version: str | None
) -> bool:
    """Whether what an answer was made from still stands. Without a store a fact-check is taken to stand."""
    if kind == "withdrawn" or document is None:
        return True
    if kind == "clarification":
        from casework.verdict_clarifications import get_clarification
        from casework.verdicts import published_clarification

        # A newer clarification beside it does not undo it; one whose story was split away from the tip does.
        out = get_clarification(session, int(version or 0)).state == "published"
        return out and published_clarification(session, document) is not None
    if store is None:
        return True
    from casework.claim_matching import is_withdrawn

    record = store.get([document])[0]
    return record is not None and not is_withdrawn(record)


def refuse(tip: Tip) -> Source:
    """Raise KentonganError with the next step for a tip that nothing published answers."""
    if tip.story is not None and tip.story_joined == "suggested":
        hint = f"Ceritanya baru disarankan: pastikan dengan `kentongan tips attach {tip.id} {tip.story_document}`."
    elif tip.story is not None:
        hint = f"Terbitkan klarifikasi atas cerita {tip.story} setelah dua orang menetapkan putusannya."
    elif tip.state == "new":
        hint = f"Cocokkan dahulu: `kentongan tips match {tip.id}`."
    else:
        hint = "Buka pemeriksaan atas pesannya, atau tutup laporan ini dengan alasan."
    raise KentonganError(
        f"Belum ada klarifikasi atau cek fakta yang terbit untuk {tip.number}, jadi belum dapat dijawab.", hint=hint
    )
