"""Periksa sebuah kueri sebelum dipakai: bagaimana ia dibaca dan berapa dokumen yang ditemukannya; daftar aliasnya.

Contoh: kentongan query check 'kapal DEKAT/5 (karam ATAU tenggelam)' --from 2026-11-01
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from kentongan.commands.output import wants_json, write_lines, write_rows
from kentongan.commands.question import configure_question, read_question
from kentongan.errors import BadQuery
from kentongan.numbers import format_number
from kentongan.schema import Query
from kentongan.settings import Settings

if TYPE_CHECKING:
    from search.aliases import AliasFile
    from search.query_tree import Tree
    from search.store import Store

COMMON = 0.25
"""Share of the documents from which on a word hardly narrows a search."""

COUNTED_WORDS = 30
"""Words of a query that are counted one by one."""


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="TINDAKAN")
    words = "bagaimana sebuah kueri dibaca, apa yang mencurigakan, dan berapa dokumen yang ditemukannya"
    check = actions.add_parser("check", prog=f"{parser.prog} check", help=words, description=words)
    configure_question(check)
    words = "daftar alias (@nama) dan apakah isinya dapat dibaca"
    aliases = actions.add_parser("aliases", prog=f"{parser.prog} aliases", help=words, description=words)
    aliases.add_argument("--json", action="store_true", help="baris JSON juga di terminal")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from search.aliases import AliasFile

    aliases = AliasFile(settings.aliases_path)
    if options.action == "aliases":
        return list_aliases(aliases, as_json=options.json)
    return check_query(read_question(options, settings), aliases, settings, as_json=options.json)


def list_aliases(aliases: AliasFile, *, as_json: bool) -> int:
    """Each alias, how it is read, or what is wrong with it; status 1 where any cannot be read."""
    from search.query import parse_query
    from search.query_wording import write_tree

    rows: list[dict[str, object]] = []
    for alias in aliases.lists().values():
        row: dict[str, object] = {"alias": f"@{alias.name}", "title": alias.title, "read": None, "fault": None}
        try:
            row["read"] = write_tree(parse_query(f"@{alias.name}", aliases))
        except BadQuery as fault:
            row["fault"] = str(fault)
        rows.append(row)
    write_rows(rows, as_json=as_json, empty=f"Belum ada alias. Tulis di {aliases.path}; contohnya di docs/query.md.")
    return 1 if any(row["fault"] for row in rows) else 0


def check_query(question: Query, aliases: AliasFile, settings: Settings, *, as_json: bool) -> int:
    """How the query is read, what is doubtful about it, and what it would find."""
    from search.open import open_store
    from search.query import read_query
    from search.query_wording import find_doubts, write_tree

    reading = read_query(question.text, aliases)
    doubts = find_doubts(question.text, reading.tree)
    with open_store(settings) as store:
        days = store.count(question, by=["day"], zone=settings.zone)
        found = sum(day.count for day in days)
        doubts += doubtful_words(store, question, reading.tree)
    understood = write_tree(reading.tree)
    changed = {typed: " ".join(asked) for typed, asked in reading.changed.items()}
    first, last = (days[0].key[0][:10], days[-1].key[0][:10]) if days else (None, None)
    if wants_json(as_json):
        row = {
            "query": question.text,
            "read": understood,
            "normalised": changed,
            "aliases": reading.aliases,
            "warnings": doubts,
            "documents": found,
            "first_day": first,
            "last_day": last,
        }
        write_lines([row])
        return 0
    print(f"Dibaca      {understood or 'semua dokumen'}")
    if changed:
        print(f"Dinormalkan {', '.join(f'{typed} → {asked}' for typed, asked in changed.items())}")
    if reading.aliases:
        print(f"Alias       {', '.join(f'@{name}' for name in reading.aliases)}")
    span = f", {first} sampai {last} ({settings.zone})" if days else ""
    print(f"Menemukan   {format_number(found)} dokumen{span}")
    for doubt in doubts:
        print(f"Perhatikan  {doubt}")
    return 0


def doubtful_words(store: Store, question: Query, tree: Tree) -> list[str]:
    """Which words of a query nearly every document holds, and which none, within the question's filters."""
    from search.query_wording import wanted_words

    every = store.count(replace(question, text=""))[0].count
    doubts: list[str] = []
    words = list(dict.fromkeys(wanted_words(tree)))[:COUNTED_WORDS] if every else []
    for word in words:
        held = store.count(replace(question, text=word))[0].count
        if not held:
            doubts.append(f"{word} tidak ada di satu dokumen pun; periksa ejaan dan saringannya.")
        elif held > COMMON * every:
            share = format_number(100 * held / every)
            doubts.append(f"{word} ada di {share} % dokumen, jadi hampir tidak menyaring.")
    return doubts
