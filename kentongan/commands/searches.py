"""Pencarian tersimpan: pertanyaan bernama yang dipakai aturan peringatan, kliping, dan nota dinas.

save menyimpan sebuah pertanyaan (tanpa rentang waktu) di bawah sebuah nama, list mendaftarnya, show menampilkannya,
change mengganti nama atau pertanyaannya, archive menyisihkannya. Yang bertindak disebut dengan --as.
Contoh: kentongan searches save "Banjir" 'banjir ATAU rob' --kind post --as ani
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kentongan.commands.acting import VIA, actor_named, add_person
from kentongan.commands.output import wants_json, write_lines, write_rows
from kentongan.commands.question import configure_filters, read_question
from kentongan.errors import BadQuery
from kentongan.schema import Query
from kentongan.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.searches import SavedSearch


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="TINDAKAN")

    def action(name: str, words: str) -> argparse.ArgumentParser:
        return actions.add_parser(name, prog=f"{parser.prog} {name}", help=words, description=words)

    save = action("save", "simpan sebuah pertanyaan di bawah sebuah nama")
    save.add_argument("name", metavar="NAMA", help="nama yang belum dipakai")
    configure_filters(save)
    listing = action("list", "pencarian tersimpan, menurut nama")
    listing.add_argument("--all", action="store_true", help="juga yang diarsipkan")
    listing.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    show = action("show", "satu pencarian, dan apakah masih dapat ditanyakan")
    change = action("change", "ganti nama atau pertanyaannya")
    archive = action("archive", "sisihkan; namanya bebas lagi")
    for one in (show, change, archive):
        one.add_argument("search", metavar="PENCARIAN", help="nomor atau namanya")
    configure_filters(change)
    change.add_argument("--name", default=None, metavar="NAMA", help="nama yang baru")
    for one in (save, change):
        words = "untuk apa; wajib, sebagai alasan, bila mencari menurut akun (penulis:)"
        one.add_argument("--note", default=None, metavar="CATATAN", help=words)
    show.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    for one in (save, change, archive):
        add_person(one, required=True, words="siapa yang bertindak")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework
    from casework.searches import list_searches

    now = datetime.now(UTC)
    with open_casework(settings) as casework:
        if options.action == "list":
            with casework.read() as session:
                rows = [row_of(search) for search in list_searches(session, archived=options.all)]
            write_rows(
                rows,
                as_json=options.json,
                empty="Belum ada pencarian tersimpan. Simpan: `kentongan searches save NAMA KUERI --as NAMA`.",
            )
            return 0
        if options.action == "show":
            with casework.read() as session:
                return show_search(session, options, settings)
        with casework.begin() as session:
            done = act(session, options, settings, now=now)
    write_rows([row_of(done)], as_json=False, empty="")
    return 0


def act(session: Session, options: argparse.Namespace, settings: Settings, *, now: datetime) -> SavedSearch:
    """Save, change or archive, in the name of the person that was named."""
    from casework.searches import archive_search, change_search, get_search, save_search
    from search.aliases import AliasFile

    actor = actor_named(session, options.username, now=now)
    aliases = AliasFile(settings.aliases_path)
    if options.action == "save":
        query = read_saved(options, settings)
        return save_search(
            session, name=options.name, query=query, actor=actor, now=now, aliases=aliases, note=options.note, via=VIA
        )
    found = get_search(session, options.search)
    if options.action == "archive":
        return archive_search(session, found.id, actor=actor, version=found.version, now=now, via=VIA)
    query = read_saved(options, settings)
    asked = None if query == Query() else query
    if asked is None and options.name is None and options.note is None:
        raise BadQuery("Tidak ada yang diubah.", hint="Sebut pertanyaan baru, saringan, --name, atau --note.")
    return change_search(
        session, found.id, actor=actor, version=found.version, now=now, name=options.name, query=asked,
        aliases=aliases, note=options.note, via=VIA,
    )  # fmt: skip


def read_saved(options: argparse.Namespace, settings: Settings) -> Query:
    """The question of the options; a saved one has no end of time either."""
    options.until = None
    return read_question(options, settings)


def show_search(session: Session, options: argparse.Namespace, settings: Settings) -> int:
    """One search; status 1 where it cannot be asked any more."""
    from casework.searches import check_aliases, check_query, decode_query, get_search
    from search.aliases import AliasFile

    search = get_search(session, options.search)
    fault = None
    try:
        aliases = AliasFile(settings.aliases_path)
        check_aliases(search, aliases)
        check_query(decode_query(search.query), aliases)
    except BadQuery as error:
        fault = str(error)
    row = {**row_of(search), "fault": fault}
    if wants_json(options.json):
        write_lines([row])
    else:
        write_rows([row], as_json=False, empty="")
    return 0 if fault is None else 1


def row_of(search: SavedSearch) -> dict[str, object]:
    """A search as a line of JSON or a row of a table."""
    return {
        "id": search.id,
        "name": search.name,
        "query": dict(search.query),
        "note": search.note,
        "owner": search.owner_name,
        "created_at": search.created_at,
        "archived_at": search.archived_at,
    }
