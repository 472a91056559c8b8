"""Saved searches: questions to the store that a person gave a name, for rules, papers and pages to ask again.

A search is kept as plain data. Reading it back checks every field against the question of today: where a field or an
alias it names is there no more, that is BadQuery with the reason, never a question that asks for something else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.author_search import allow_author_search, authors_asked
from casework.db import expect_version, take_turn
from casework.roles import Actor
from casework.search_tables import SavedSearchRow
from kentongan.errors import BadQuery, Conflict, KentonganError, NotFound
from kentongan.schema import Query
from search.aliases import NO_ALIASES, AliasFile
from search.query import read_query

MAX_NAME = 100
"""Longest name, in characters."""
MAX_NOTE = 500
"""Longest note, in characters."""
MAX_SEARCHES = 1000
"""Most searches one call lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """One saved search."""

    id: int
    name: str
    query: Mapping[str, Any]
    """As ``encode_query`` wrote it; ``decode_query`` reads it."""
    words_checked: bool
    """Whether its words were parsed when it was saved."""
    aliases: tuple[str, ...]
    """Names of the alias lists in its words."""
    owner: str
    """Id of the person who saved it."""
    owner_name: str
    note: str | None
    """What it is for; None where nobody said."""
    created_at: datetime
    archived_at: datetime | None
    version: int


def encode_query(query: Query) -> dict[str, Any]:
    """A question as plain data; what does not filter is left out."""
    plain = msgspec.to_builtins(query)
    # Lists instead of tuples: as the database gives it back.
    return {name: list(value) if isinstance(value, tuple) else value for name, value in plain.items() if value}


def decode_query(kept: Mapping[str, Any]) -> Query:
    """The question behind plain data. Raises BadQuery, naming the field, where there is no such question today."""
    known = {field.name for field in fields(Query)}
    strange = sorted(set(kept) - known)
    if strange:
        raise BadQuery(
            f"Pencarian ini memakai bidang {', '.join(strange)} yang tidak dikenal lagi.",
            hint="Ubah pencariannya dengan `kentongan searches change PENCARIAN --as NAMA`, "
            "lalu nyalakan lagi aturannya.",
        )
    try:
        return msgspec.convert(dict(kept), Query)
    except (msgspec.ValidationError, ValueError) as error:
        raise BadQuery(
            f"Pencarian ini tidak dapat dibaca lagi: {error}.",
            hint="Ubah pencariannya dengan `kentongan searches change PENCARIAN --as NAMA`.",
        ) from error


def check_aliases(search: SavedSearch, aliases: AliasFile) -> None:
    """Raise BadQuery where an alias list that the search was saved with is there no more: its name would then be asked
    as a mention. Raises BadSettings for a file of aliases that cannot be read."""
    gone = sorted(set(search.aliases) - set(aliases.lists()))
    if gone:
        raise BadQuery(
            f"Pencarian {search.name} memakai daftar alias @{', @'.join(gone)} yang tidak ada lagi.",
            hint="Kembalikan daftar itu, atau ubah: `kentongan searches change PENCARIAN --as NAMA`.",
        )


def check_query(query: Query, aliases: AliasFile = NO_ALIASES) -> tuple[str, ...]:
    """The alias lists in the words of a question that can be kept.

    Raises BadQuery for words that do not parse, and for a range of time: a saved search is asked of the time of its
    asking.
    """
    if query.since is not None or query.until is not None:
        raise BadQuery(
            "Pencarian tersimpan tidak memuat rentang waktu.",
            hint="Buang --since dan --until; aturan dan halaman menetapkan waktunya sendiri.",
        )
    if query.unscored_by is not None:
        raise BadQuery("Pencarian tersimpan tidak dapat menanyakan yang belum dinilai sebuah model.")
    return read_query(query.text, aliases).aliases


def save_search(
    session: Session,
    *,
    name: str,
    query: Query,
    actor: Actor,
    now: datetime,
    aliases: AliasFile = NO_ALIASES,
    note: str | None = None,
    via: str | None = None,
) -> SavedSearch:
    """Keep a question under a name, with a note on what it is for. Raises NotAllowed, BadQuery, and Conflict where the
    name is taken.

    One that searches for accounts takes the right to do that and its reason, which is the note.
    """
    actor = authorise(session, actor, action="searches.save", now=now)
    used = check_query(query, aliases)
    ask_for_authors(session, query, aliases=aliases, note=note, actor=actor, now=now, via=via)
    name = check_name(name)
    take_turn(session, "searches")
    refuse_taken(session, name, other_than=None)
    row = SavedSearchRow(
        name=name, query=encode_query(query), words_checked=True, aliases=list(used), owner=actor.id,
        owner_name=actor.username, note=check_note(note), created_at=now, archived_at=None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    write_act(session, row, act="saved", actor=actor, now=now, via=via)
    return as_search(row)


def change_search(
    session: Session,
    search: int,
    *,
    actor: Actor,
    version: int,
    now: datetime,
    name: str | None = None,
    query: Query | None = None,
    aliases: AliasFile = NO_ALIASES,
    note: str | None = None,
    via: str | None = None,
) -> SavedSearch:
    """Give a search another name, question or note (None leaves each, an empty note takes it away).

    Raises as ``save_search``, NotFound, Conflict for another version.
    """
    actor = authorise(session, actor, action="searches.save", now=now)
    take_turn(session, "searches")
    row = find_row(session, search)
    expect_version(f"Pencarian {row.name}", read=version, stored=row.version)
    if name is not None:
        row.name = check_name(name)
        refuse_taken(session, row.name, other_than=row.id)
    if note is not None:
        row.note = check_note(note)
    if query is not None:
        row.aliases = list(check_query(query, aliases))
        ask_for_authors(session, query, aliases=aliases, note=row.note, actor=actor, now=now, via=via)
        row.query, row.words_checked = encode_query(query), True
    session.flush()
    write_act(session, row, act="changed", actor=actor, now=now, via=via)
    return as_search(row)


def archive_search(
    session: Session, search: int, *, actor: Actor, version: int, now: datetime, via: str | None = None
) -> SavedSearch:
    """Take a search off the lists; its name is free again. Raises Conflict while a rule that is not off watches it."""
    from casework.alerts.tables import AlertRuleRow

    actor = authorise(session, actor, action="searches.save", now=now)
    take_turn(session, "searches")
    row = find_row(session, search)
    expect_version(f"Pencarian {row.name}", read=version, stored=row.version)
    watching = select(AlertRuleRow.name).where(AlertRuleRow.search == row.id, AlertRuleRow.state != "off").limit(1)
    rule = session.scalar(watching)
    if rule is not None:
        raise Conflict(
            f"Pencarian {row.name} dipakai aturan {rule}.",
            hint="Matikan dahulu aturannya: `kentongan alerts off ATURAN --as NAMA`.",
        )
    row.archived_at = now
    session.flush()
    write_act(session, row, act="archived", actor=actor, now=now, via=via)
    return as_search(row)


def restore_search(
    session: Session, search: int, *, actor: Actor, version: int, now: datetime, via: str | None = None
) -> SavedSearch:
    """Put an archived search back on the lists. Raises as ``archive_search``, Conflict where its name was taken."""
    actor = authorise(session, actor, action="searches.save", now=now)
    take_turn(session, "searches")
    row = find_row(session, search, archived=True)
    expect_version(f"Pencarian {row.name}", read=version, stored=row.version)
    refuse_taken(session, row.name, other_than=row.id)
    row.archived_at = None
    session.flush()
    write_act(session, row, act="restored", actor=actor, now=now, via=via)
    return as_search(row)


def ask_for_authors(
    session: Session,
    query: Query,
    *,
    aliases: AliasFile,
    note: str | None,
    actor: Actor,
    now: datetime,
    via: str | None,
) -> None:
    """Write down why a question that searches for accounts is kept: its note. Raises NotAllowed and KentonganError."""
    if authors := authors_asked(query, aliases):
        allow_author_search(session, authors, query=query, reason=note or "", actor=actor, now=now, via=via)


def check_note(note: str | None) -> str | None:
    """The note without blanks around it; None where it is empty. Raises KentonganError for one that is too long."""
    kept = (note or "").strip()
    if len(kept) > MAX_NOTE:
        raise KentonganError(f"Catatan pencarian paling banyak {MAX_NOTE} huruf, ini {len(kept)}.")
    return kept or None


def get_search(session: Session, search: int | str) -> SavedSearch:
    """The search of this id, or the open one of this name. Raises NotFound."""
    return as_search(find_row(session, search, archived=True))


def list_searches(session: Session, *, archived: bool = False) -> list[SavedSearch]:
    """Searches by name; the archived ones too where asked."""
    chosen = select(SavedSearchRow).order_by(SavedSearchRow.name, SavedSearchRow.id).limit(MAX_SEARCHES)
    if not archived:
        chosen = chosen.where(SavedSearchRow.archived_at.is_(None))
    return [as_search(row) for row in session.scalars(chosen)]


def find_row(session: Session, search: int | str, *, archived: bool = False) -> SavedSearchRow:
    """The row of an id or a name; archived ones only by id and where asked. Raises NotFound."""
    number = search if isinstance(search, int) else int(search) if search.isascii() and search.isdigit() else None
    wanted: ColumnElement[bool] = SavedSearchRow.id == number
    if number is None:
        wanted = (SavedSearchRow.name == str(search).strip()) & SavedSearchRow.archived_at.is_(None)
    row = session.scalar(select(SavedSearchRow).where(wanted))
    if row is None or (row.archived_at is not None and not archived):
        raise NotFound(
            f"Pencarian tersimpan {str(search)[:60]!r} tidak ada.", hint="Daftarnya: `kentongan searches list`."
        )
    return row


def check_name(name: str) -> str:
    """The name without blanks around it. Raises KentonganError for none, one too long, or one that is a number."""
    kept = " ".join(name.split())
    if not kept or len(kept) > MAX_NAME or kept.isdigit():
        raise KentonganError(
            f"Nama pencarian harus 1 sampai {MAX_NAME} huruf, bukan hanya angka.",
            hint='Misalnya "Banjir Tirtamaya".',
        )
    return kept


def refuse_taken(session: Session, name: str, *, other_than: int | None) -> None:
    with session.no_autoflush:
        same = select(SavedSearchRow.id).where(SavedSearchRow.name == name, SavedSearchRow.archived_at.is_(None))
        taken = session.scalar(same if other_than is None else same.where(SavedSearchRow.id != other_than))
    if taken is not None:
        raise Conflict(f"Nama {name} sudah dipakai pencarian lain.", hint="Pilih nama lain, atau ubah pencarian itu.")


def write_act(session: Session, row: SavedSearchRow, *, act: str, actor: Actor, now: datetime, via: str | None) -> None:
    detail: audit.Detail = {"act": act, "name": row.name, "query": msgspec.json.encode(row.query).decode()}
    audit.record(
        session, actor, action="searches.save", object=f"search:{row.id}", detail=audit.with_way(detail, via), now=now
    )


def as_search(row: SavedSearchRow) -> SavedSearch:
    """The row as a record."""
    return SavedSearch(
        id=row.id,
        name=row.name,
        query=row.query,
        words_checked=row.words_checked,
        aliases=tuple(row.aliases),
        owner=row.owner,
        owner_name=row.owner_name,
        note=row.note,
        created_at=row.created_at,
        archived_at=row.archived_at,
        version=row.version,
    )
