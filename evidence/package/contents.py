"""Lays a case's own files into its package: the case, its documents as secured, their raw answers, captures, custody.

Everything comes from what was kept when it was secured, never from the store of today: a page that has vanished since,
or a document that retention dropped, is in the package all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from casework.paper_text import cut_text
from evidence.cases.custody_heads import Head
from evidence.objects import Objects
from evidence.package.bag import Bag, Member
from evidence.records import Case, CaseDocument, CustodyEntry
from kentongan.errors import Quarantine
from kentongan.schema import Annotation, Document, Kind, Revision, Task

FORMAT = 1
"""Version of the package's form, which a verifier asks for."""
MOST_TEXT = 2_000
"""Characters of a document's words that are held for the report and the claim; the whole stands in dokumen.jsonl."""
CUT_NOTE = "[dipotong; seluruhnya di data/dokumen.jsonl]"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecuredFacts:
    """What the report and the findings need of a secured document, and no more, so that hundreds of them fit."""

    document: str
    kind: Kind
    publisher: str
    platform: str
    author: str | None
    url: str | None
    title: str | None
    text: str
    """Newest words when it was secured, at most MOST_TEXT characters."""
    words: str
    """``revision_hash`` of the whole of them."""
    published_at: datetime
    collected_at: datetime
    secured_at: datetime
    secured_by: str
    labels: Mapping[Task, Annotation]
    files: tuple[Member, ...]
    """Its raw answers, and the files of its captures, as they lie in the package."""


class Snapshot(msgspec.Struct, frozen=True):
    """The parts of a kept ``Record`` that are read here."""

    document: Document
    newest: Revision
    labels: dict[Task, Annotation] = {}


def write_case(bag: Bag, case: Case, *, organisation: str) -> None:
    """Write ``data/kasus.json``."""
    said = {
        "format": FORMAT,
        "id": case.id,
        "title": case.title,
        "purpose": case.purpose,
        "opened_at": case.opened_at.astimezone(UTC),
        "opened_by": case.opened_by,
        "organisation": organisation,
        "sample": case.sample,
        "chain_salt": case.chain_salt,
    }
    bag.add("data/kasus.json", pretty(said))


def write_documents(
    bag: Bag, case: Case, *, objects: Objects, progress: Callable[[int, int, str], None]
) -> list[SecuredFacts]:
    """Write ``data/dokumen.jsonl`` with the raw answers and captures it names; returns what the rest needs of each.

    Raises NotFound or Quarantine where a kept file is missing or damaged.
    """
    captured: dict[str, tuple[Member, ...]] = {}
    steps = len(case.captures) + len(case.documents)
    for at, capture in enumerate(case.captures):
        progress(at, steps, "membaca tangkapan")
        captured[capture.id] = tuple(
            bag.add_object(f"data/tangkapan/{capture.id}/{file.name}", file.object) for file in capture.files
        )
    facts = []
    with bag.create("data/dokumen.jsonl") as out:
        for at, secured in enumerate(case.documents, len(case.captures)):
            progress(at, steps, "membaca dokumen")
            data = objects.read(secured.snapshot.sha256)
            raw = None
            if secured.raw is not None:
                raw = bag.add_object(f"data/arsip/{secured.document}.warc.gz", secured.raw)
            own = [capture.id for capture in case.captures if capture.document == secured.document]
            out.write(document_line(secured, data, raw=raw, captures=own))
            files = ([raw] if raw else []) + [file for capture in own for file in captured[capture]]
            facts.append(read_facts(secured, data, files=files))
    return facts


def document_line(secured: CaseDocument, data: bytes, *, raw: Member | None, captures: Sequence[str]) -> bytes:
    """The line of one document: its record as it was kept, and where in the package its files are."""
    try:
        record = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    except msgspec.MsgspecError as error:
        raise unreadable(secured, error) from error
    line = {
        **record,
        "secured_at": secured.secured_at.astimezone(UTC),
        "secured_by": secured.secured_by,
        "snapshot_sha256": secured.snapshot.sha256,
        "arsip": None if raw is None else raw.path,
        "tangkapan": list(captures),
    }
    return msgspec.json.encode(line) + b"\n"


def read_facts(secured: CaseDocument, data: bytes, *, files: Sequence[Member]) -> SecuredFacts:
    try:
        snapshot = msgspec.json.decode(data, type=Snapshot)
    except msgspec.MsgspecError as error:
        raise unreadable(secured, error) from error
    document = snapshot.document
    return SecuredFacts(
        document=secured.document,
        kind=document.kind,
        publisher=document.publisher,
        platform=document.platform,
        author=document.author,
        url=document.url,
        title=snapshot.newest.title,
        text=cut_text(snapshot.newest.text, most=MOST_TEXT, rest=CUT_NOTE),
        words=snapshot.newest.hash,
        published_at=document.published_at,
        collected_at=document.collected_at,
        secured_at=secured.secured_at,
        secured_by=secured.secured_by,
        labels=snapshot.labels,
        files=tuple(files),
    )


def unreadable(secured: CaseDocument, error: Exception) -> Quarantine:
    return Quarantine(
        "object-unreadable",
        f"Catatan dokumen {secured.document} ({secured.snapshot.sha256}) tidak terbaca: {error}.",
        hint="Pulihkan berkas itu dari cadangan.",
    )


def write_custody(bag: Bag, chain: Sequence[CustodyEntry]) -> None:
    """Write ``data/custody.jsonl``: the lines as they are kept."""
    with bag.create("data/custody.jsonl") as out:
        for entry in chain:
            out.write(entry.line.encode() + b"\n")


def pretty(value: object) -> bytes:
    """JSON for machines that a person can read too."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def write_heads(bag: Bag, heads: Sequence[Head]) -> None:
    """Write the daily heads that hold the case's chain, each with its tokens. Raises as the documents do."""
    for head in heads:
        path = f"data/kepala/{head.day.isoformat()}.txt"
        bag.add_object(path, head.file)
        for token in head.tokens:
            bag.add_object(f"{path}.{token.authority}.tsr", token.response)
