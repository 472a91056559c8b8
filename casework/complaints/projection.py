"""Shows complaints to the store: what changed since the last time, pseudonymised, never a secret or a held one.

A document keeps its id, its words, its labels and the time it was first collected; what changes is what its source
says of it (status, agency), so it is taken out and put back with everything that was learned about it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, bindparam, case, null, or_, select, update
from sqlalchemy.orm import Session

from casework.agency_tables import AgencyRow
from casework.complaints.preparing import status_word
from casework.complaints.records import CHANNEL_WORDS, OWN_PUBLISHER, ComplaintChannel, Stage
from casework.complaints.source_words import SourceWords, load_source_words
from casework.complaints.tables import ComplaintRow
from casework.db import Casework
from kentongan import text as words
from kentongan.schema import Document, Record
from kentongan.times import to_zone
from search.store import Store

BATCH = 1_000
"""Complaints shown to the store at a time."""
OWN_SOURCE = "aduan"
"""Source of complaints that were filed with us."""
GIVEN_FACTS = ("klasifikasi", "instansi_induk", "alasan_tunda", "unggahan")
"""What else a source said that its document shows."""
MAY_LINK = re.compile(r"\w\.\w|://")
"""What every link has; looking for it is much cheaper than looking for links."""
NOTED = (
    update(ComplaintRow.__table__)  # type: ignore[arg-type]
    .where(ComplaintRow.id == bindparam("shown"))
    .values(indexed_version=case((ComplaintRow.version == bindparam("at"), bindparam("at")), else_=null()))
)
"""That the store was shown this version. A complaint that changed meanwhile is to be shown again, even where somebody
else has shown its newest state in between: ours came after and may have put back what must not be there."""

READ = tuple(
    getattr(ComplaintRow, name)
    for name in (
        "id", "version", "document", "secret", "held", "publisher", "ticket", "channel", "title", "text",
        "received_at", "category", "category_given", "agency", "region", "place", "stage", "finished_at", "sample",
        "given",
    )
)  # fmt: skip
"""The columns a document is made of: reading all of them takes half as long again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A complaint for the store."""

    complaint: int
    version: int
    document: str
    made: Document | None
    """None: it must not be there."""


def index_complaints(casework: Casework, store: Store, *, now: datetime, zone: str = "WIB") -> int:
    """Bring the store up to date with the complaints that changed; returns how many were looked at.

    May be killed and run again: what was not noted as done is done anew, and doing it twice changes nothing.
    """
    done, after = 0, 0
    while True:
        with casework.read() as session:
            batch = read_changed(session, after=after, now=now, zone=zone)
        if not batch and after == 0:
            return done
        if not batch:
            after = 0  # once more from the start: some may have changed meanwhile
            continue
        show(store, batch)
        note_shown(casework, [(one.complaint, one.version) for one in batch])
        done, after = done + len(batch), batch[-1].complaint


def note_shown(casework: Casework, shown: Sequence[tuple[int, int]]) -> None:
    """Note which versions of which complaints the store was shown."""
    with casework.begin() as session:
        # Straight in the table: noting it is no change of the complaint.
        session.connection().execute(NOTED, [{"shown": number, "at": version} for number, version in shown])


def read_changed(session: Session, *, after: int, now: datetime, zone: str) -> list[Shown]:
    """The next complaints past an id whose newest state the store was not shown."""
    changed = or_(ComplaintRow.indexed_version.is_(None), ComplaintRow.indexed_version != ComplaintRow.version)
    # Plain rows: nothing is changed here, and making objects of them takes longer than all the rest.
    chosen = select(*READ).where(changed, ComplaintRow.id > after).order_by(ComplaintRow.id).limit(BATCH)
    rows = session.execute(chosen).all()
    names: dict[str, str] = {}
    if rows:
        names = dict(session.execute(select(AgencyRow.code, AgencyRow.name)).all())
    table = load_source_words()
    return [
        Shown(
            complaint=row.id,
            version=row.version,
            document=row.document,
            made=make_document(row, names=names, table=table, now=now, zone=zone) if is_shown(row) else None,
        )
        for row in rows
    ]


def is_shown(row: Row[Any]) -> bool:
    """Whether the store may have it. Merged ones stay: somebody wrote them, and searches count posts of people."""
    return not row.secret and row.held is None


def show(store: Store, batch: Sequence[Shown]) -> None:
    """Add what is new, replace what changed, drop what must not be there."""
    there = {record.document.id: record for record in store.get([one.document for one in batch]) if record is not None}
    store.drop([one.document for one in batch if one.made is None and one.document in there])
    new = [one.made for one in batch if one.made is not None and one.document not in there]
    if new:
        store.add(new)
    for one in batch:
        if one.made is not None and one.document in there:
            replace(store, there[one.document], one.made)


def replace(store: Store, known: Record, made: Document) -> None:
    """Put a document in the place of the one that is there, with its labels and everything seen of it since."""
    from dataclasses import replace as with_fields

    made = with_fields(made, collected_at=known.document.collected_at)
    if made == known.document:
        return
    store.drop([known.document.id])
    store.add([made])
    if known.observations:
        store.observe(known.observations)
    if known.annotations:
        store.annotate(known.annotations)


def make_document(row: Row[Any], *, names: Mapping[str, str], table: SourceWords, now: datetime, zone: str) -> Document:
    """The complaint as a document: masked words, no reporter, and what its source says as facts."""
    own = row.publisher == OWN_PUBLISHER
    facts = {
        "tiket": row.ticket,
        "kategori": row.category_given or row.category or "",
        "kanal": row.given.get("kanal") or CHANNEL_WORDS[cast(ComplaintChannel, row.channel)],
        "instansi": agency_name(row, names),
        "status": status_word(table, cast(Stage, row.stage), row.given.get("status")),
        "selesai": f"{to_zone(row.finished_at, zone):%Y-%m-%d %H:%M}" if row.finished_at else "",
        **{name: row.given.get(name, "") for name in GIVEN_FACTS},
    }
    return Document(
        id=row.document,
        kind="complaint",
        publisher=row.publisher,
        platform="complaints",
        native_key=row.ticket,
        source=row.given.get("pemetaan") or (OWN_SOURCE if own else row.publisher),
        text=row.text,
        published_at=row.received_at,
        published_raw=row.given.get("tanggal"),
        collected_at=now,
        title=row.title,
        links=words.links(row.text) if MAY_LINK.search(row.text) else (),
        hashtags=tuple(dict.fromkeys(tag.lower() for tag in words.hashtags(row.text))) if "#" in row.text else (),
        place=row.place,
        region=row.region,
        facts={name: value for name, value in facts.items() if value},
        sample=row.sample,
    )


def agency_name(row: Row[Any] | ComplaintRow, names: Mapping[str, str]) -> str:
    """The agency that has it, by its name; where nobody has it, the one its source named."""
    return row.given.get("instansi", "") if row.agency is None else names.get(row.agency, row.agency)
