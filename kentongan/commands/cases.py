"""Kasus: open, list, show, describe, note, hold, release, close, reopen, custody.

Yang bertindak disebut dengan --as; namanya masuk ke rantai penjagaan kasus, juga siapa yang melihatnya (show). Unggahan
dimasukkan dengan `kentongan evidence secure DOKUMEN --as NAMA`. custody menulis rantainya baris demi baris seperti di
dalam paket; custody --check menghitungnya kembali dan membandingkannya dengan kepala harian.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kentongan.commands.acting import VIA, actor_named, add_person
from kentongan.commands.output import wants_json, write_lines, write_rows, write_table
from kentongan.settings import Settings
from kentongan.times import format_time

if TYPE_CHECKING:
    from casework.db import Casework
    from evidence.records import Case

REASONED = {
    "hold": "tahan (penahanan hukum): kasus tidak dapat ditutup selama itu",
    "release": "lepaskan penahanan hukum",
    "close": "tutup; tidak ada lagi yang dapat dimasukkan",
    "reopen": "buka kembali yang ditutup",
}
"""Acts that take a case and a reason."""
STATE_WORDS = {"open": "terbuka", "closed": "ditutup"}


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="TINDAKAN")

    def action(name: str, words: str, *, case: bool = True, person: bool = True) -> argparse.ArgumentParser:
        made = actions.add_parser(name, prog=f"{parser.prog} {name}", help=words, description=words)
        if case:
            made.add_argument("case", metavar="KASUS", help="nomor kasus, misalnya KASUS-2026-0001")
        if person:
            add_person(made, required=True, words="siapa yang bertindak")
        return made

    opening = action("open", "buka kasus", case=False)
    opening.add_argument("--title", required=True, metavar="JUDUL")
    opening.add_argument("--purpose", required=True, metavar="TUJUAN", help="untuk apa data pribadi di dalamnya perlu")
    opening.add_argument("--sample", action="store_true", help="kasus untuk data contoh")
    listing = action("list", "kasus, yang terakhir dibuka di atas", case=False, person=False)
    listing.add_argument("--all", action="store_true", help="juga yang ditutup")
    listing.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    action("show", "satu kasus dan isinya; siapa yang melihat ikut tercatat")
    describe = action("describe", "ganti judul atau tujuan kasus; yang lama tetap di rantainya")
    describe.add_argument("--title", default=None, metavar="JUDUL")
    describe.add_argument("--purpose", default=None, metavar="TUJUAN", help="untuk apa data pribadi di dalamnya perlu")
    note = action("note", "tambahkan catatan; catatan tidak dapat dihapus")
    note.add_argument("text", metavar="CATATAN")
    for name, words in REASONED.items():
        action(name, words).add_argument("--reason", required=True, metavar="ALASAN", help="mengapa")
    custody = action("custody", "rantai penjagaan satu kasus", person=False)
    custody.add_argument("--check", action="store_true", help="hitung kembali dan bandingkan dengan kepala harian")
    custody.add_argument("--json", action="store_true", help="baris JSON juga di terminal")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework

    actions: dict[str, Callable[[argparse.Namespace, Settings, Casework], int]] = {
        "open": run_open, "list": run_list, "show": run_show, "note": run_note, "custody": run_custody,
        "describe": run_describe,
    }  # fmt: skip
    with open_casework(settings) as casework:
        return actions.get(options.action, run_reasoned)(options, settings, casework)


def run_open(options: argparse.Namespace, settings: Settings, casework: Casework) -> int:
    from evidence.cases import open_case

    now = datetime.now(UTC)
    with casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        case = open_case(
            session, title=options.title, purpose=options.purpose, sample=options.sample, actor=actor, now=now,
            zone=settings.zone, via=VIA,
        )  # fmt: skip
    write_lines([row_of(case)])
    return 0


def run_list(options: argparse.Namespace, settings: Settings, casework: Casework) -> int:
    from evidence.cases import list_cases

    with casework.read() as session:
        cases = list_cases(session, states=("open", "closed") if options.all else ("open",))
    if wants_json(options.json):
        write_lines(row_of(case) for case in cases)
        return 0
    rows = [
        {
            "kasus": case.id,
            "judul": case.title,
            "keadaan": STATE_WORDS[case.state] + (", ditahan" if case.held else ""),
            "dokumen": len(case.documents),
            "tangkapan": len(case.captures),
            "dibuka": format_time(case.opened_at, zone=settings.zone),
            "oleh": case.opened_by,
            "data": "CONTOH" if case.sample else "nyata",
        }
        for case in cases
    ]
    write_rows(rows, as_json=False, empty="Tidak ada kasus.")
    return 0


def run_show(options: argparse.Namespace, settings: Settings, casework: Casework) -> int:
    from evidence.cases import view_case

    now = datetime.now(UTC)
    with casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        case = view_case(session, options.case, actor=actor, now=now, zone=settings.zone, via=VIA)
    write_lines([{**row_of(case), "documents": case.documents, "captures": case.captures}])
    return 0


def run_describe(options: argparse.Namespace, settings: Settings, casework: Casework) -> int:
    from evidence.cases import describe_case

    now = datetime.now(UTC)
    with casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        case = describe_case(
            session, options.case, title=options.title, purpose=options.purpose, actor=actor, now=now, via=VIA
        )
    write_lines([row_of(case)])
    return 0


def run_note(options: argparse.Namespace, settings: Settings, casework: Casework) -> int:
    from evidence.cases import note_case

    now = datetime.now(UTC)
    with casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        case = note_case(session, options.case, text=options.text, actor=actor, now=now, via=VIA)
    write_lines([row_of(case)])
    return 0


def run_reasoned(options: argparse.Namespace, settings: Settings, casework: Casework) -> int:
    """The acts that change a case's state: hold, release, close, reopen."""
    from evidence.cases import close_case, hold_case, release_case, reopen_case

    act = {"hold": hold_case, "release": release_case, "close": close_case, "reopen": reopen_case}[options.action]
    now = datetime.now(UTC)
    with casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        case = act(session, options.case, reason=options.reason, actor=actor, now=now, via=VIA)
    write_lines([row_of(case)])
    return 0


def run_custody(options: argparse.Namespace, settings: Settings, casework: Casework) -> int:
    """The chain as it stands in a package, one canonical line an entry; or with --check whether it is whole."""
    from evidence.cases import read_case
    from evidence.cases.custody import read_chain, read_lines
    from evidence.cases.custody_heads import check_chain
    from evidence.objects import Objects

    with casework.read() as session:
        case = read_case(session, options.case)
        if options.check:
            entries, heads = check_chain(session, case.id, objects=Objects(settings.objects_dir))
            row = {"case": case.id, "whole": True, "entries": entries, "heads": heads}
            write_rows([row], as_json=options.json, empty="")
            return 0
        if wants_json(options.json):
            # As they are kept: whoever pipes them into sha256sum gets the hashes that the next lines name.
            for line in read_lines(session, case.id):
                sys.stdout.write(f"{line}\n")
            return 0
        chain = read_chain(session, case.id)
    rows = [
        (str(one.n), format_time(one.at, zone=settings.zone), one.act, one.actor, one.object, one.hash[:12])
        for one in chain
    ]
    write_table(["no", "waktu", "tindakan", "oleh", "benda", "sidik"], rows, title=case.id)
    return 0


def row_of(case: Case) -> dict[str, object]:
    """A case as a row: what it is, and how much is in it."""
    return {
        "case": case.id,
        "title": case.title,
        "purpose": case.purpose,
        "state": case.state,
        "held": case.held,
        "sample": case.sample,
        "opened_at": case.opened_at,
        "opened_by": case.opened_by,
        "documents": len(case.documents),
        "captures": len(case.captures),
        "version": case.version,
    }
