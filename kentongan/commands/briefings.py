"""Nota dinas harian: susun, lihat, betulkan kata-katanya, periksa angkanya, tanda tangani, ekspor ke PDF atau HTML.

Contoh: kentongan briefings make --as ani; kentongan briefings recompute 12; kentongan briefings sign 12 --as dewi
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kentongan.commands.acting import VIA, actor_named, add_person, adding_actions
from kentongan.commands.output import say, wants_json, write_rows
from kentongan.commands.paper_files import write_paper
from kentongan.errors import KentonganError
from kentongan.numbers import format_number
from kentongan.settings import Settings
from kentongan.times import format_day, format_time, to_zone

if TYPE_CHECKING:
    from casework.briefings.records import Briefing
    from casework.db import Casework

NUMBER = "nomor nota dinas, misalnya ND-000012 atau 12"
HEAD = (
    ("to", "to", "Kepada"), ("from", "sender", "Dari"), ("paper-number", "number", "Nomor"),
    ("nature", "nature", "Sifat"), ("subject", "subject", "Hal"),
)  # fmt: skip


def configure(parser: argparse.ArgumentParser) -> None:
    action = adding_actions(parser, number=NUMBER)
    make = action("make", "susun nota dinas sebuah hari sebagai draf", number=False, person=False)
    make.add_argument("--day", type=date.fromisoformat, metavar="TANGGAL", help="hari dibacanya (bawaan: hari ini)")
    make.add_argument("--again", action="store_true", help="susun ulang; perubahan kata pada draf hilang")
    make.add_argument("--missing", action="store_true", help="hanya bila hari itu belum punya (untuk jadwal)")
    add_person(make, required=False, words="siapa yang menyusun; tanpa ini sistem")
    listed = action("list", "daftar nota dinas, hari terbaru di atas", number=False, person=False)
    listed.add_argument("--limit", type=int, default=31, metavar="N", help="paling banyak sekian (bawaan: 31)")
    listed.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    show = action("show", "isi sebuah nota dinas, dengan nama bagian dan nomor barisnya", person=False)
    show.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    edit = action("edit", "betulkan kata-kata draf; angkanya tidak dapat diubah")
    edit.add_argument("--line", metavar="BAGIAN:BARIS", help='baris yang ditulis ulang, misalnya "ringkas:1"')
    edit.add_argument("--words", metavar="KATA", help="bunyi barunya; kosong menghapus baris itu")
    edit.add_argument("--note", metavar="KATA", help="catatan di bawah isi; kosong menghapusnya")
    for flag, _, words in HEAD:
        edit.add_argument(f"--{flag}", metavar="KATA", help=f"{words} pada kepala surat")
    recompute = action("recompute", "hitung ulang setiap angka dan sebut yang berbeda", person=False)
    recompute.add_argument("--all", action="store_true", help="tampilkan juga yang sama")
    recompute.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    action("sign", "tanda tangani draf; sesudah itu tidak berubah lagi")
    export = action("export", "tulis ke berkas", person=False)
    export.add_argument("--pdf", type=Path, metavar="BERKAS", help="ke PDF")
    export.add_argument("--html", type=Path, metavar="BERKAS", help="ke HTML yang berdiri sendiri")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework

    acts: dict[str, Callable[[argparse.Namespace, Settings, Casework, datetime], int]] = {
        "make": run_make, "list": run_list, "show": run_show, "edit": run_edit, "recompute": run_recompute,
        "sign": run_sign, "export": run_export,
    }  # fmt: skip
    with open_casework(settings) as casework:
        return acts[options.action](options, settings, casework, datetime.now(UTC))


def run_make(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.briefings.making import make_briefing
    from casework.briefings.records import find_briefing
    from casework.roles import SYSTEM
    from kentongan.places import load_gazetteer
    from search.open import open_store

    gazetteer = load_gazetteer(settings.regions_file)

    def name_region(code: str) -> str:
        found = gazetteer.get(code)
        return code if found is None else found.name

    if options.missing:
        day = options.day or to_zone(now, settings.zone).date()
        with casework.read() as session:
            there = find_briefing(session, day)
        if there is not None:
            say(f"Nota dinas hari itu sudah ada: {there.number}.")
            return 0
    with open_store(settings) as store, casework.begin() as session:
        actor = SYSTEM if options.username is None else actor_named(session, options.username, now=now)
        made = make_briefing(
            store, session, day=options.day, settings=settings, name_region=name_region, actor=actor, now=now,
            again=options.again, via=VIA,
        )  # fmt: skip
    write_rows([row_of(made)], as_json=wants_json(False), empty="")
    say(f"Nota dinas {made.number} tersusun sebagai draf. Baca dengan `kentongan briefings show {made.id}`.")
    return 0


def run_list(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.briefings.records import STATE_WORDS, list_briefings

    del now
    with casework.read() as session:
        found = list_briefings(session, limit=options.limit)
    as_json = wants_json(options.json)
    rows: list[dict[str, object]] = [
        {
            "number": one.number, "day": one.day, "revision": one.revision, "state": one.state, "edited": one.edited,
            "made_at": one.made_at, "made_by": one.made_name, "signed_at": one.signed_at, "signed_by": one.signed_name,
        }
        if as_json
        else {
            "nomor": one.number, "hari": one.day, "revisi": one.revision, "keadaan": STATE_WORDS[one.state],
            "disusun": format_time(one.made_at, zone=settings.zone), "oleh": one.made_name,
            "penanda tangan": one.signed_name,
        }
        for one in found
    ]  # fmt: skip
    write_rows(rows, as_json=as_json, empty="Belum ada nota dinas. Susun dengan `kentongan briefings make`.")
    return 0


def run_show(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.briefings.content import words_of

    del now
    found = read_one(casework, options.number)
    rows: list[dict[str, object]] = []
    for part in found.content.parts:
        for at, line in enumerate(part.lines, 1):
            rows.append({"bagian": part.key, "baris": at, "bunyi": words_of(line)})
        cells = part.table.rows if part.table is not None else ()
        others = [*(" | ".join(words_of(cell) for cell in row) for row in cells), *map(words_of, part.absent)]
        rows += [{"bagian": part.key, "baris": None, "bunyi": words} for words in others]
    if found.content.note:
        rows.append({"bagian": "catatan", "baris": None, "bunyi": words_of(found.content.note)})
    write_rows(rows, as_json=options.json, empty="Nota dinas ini kosong.")
    state = f"ditandatangani {found.signed_name}" if found.signed_name else "draf, belum ditandatangani"
    last = format_time(found.content.until, zone=settings.zone)
    say(f"{found.number} revisi {found.revision}, {format_day(found.content.until, zone=settings.zone)}: {state}.")
    say(f"Keadaan sampai {last}; {len(found.content.figures)} angka, semuanya dengan pertanyaannya.")
    return 0


def run_edit(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.briefings.editing import edit_head, edit_line, edit_note
    from casework.briefings.records import get_briefing, parse_briefing

    del settings
    head = {name: getattr(options, flag.replace("-", "_")) for flag, name, _ in HEAD}
    if (options.line is None) != (options.words is None):
        raise KentonganError("Sebut --line dan --words bersama-sama.")
    if options.line is None and options.note is None and all(said is None for said in head.values()):
        raise KentonganError(
            "Tidak ada yang diubah.", hint="Sebut --line dengan --words, --note, atau kepala suratnya."
        )
    number = parse_briefing(options.number)
    with casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        found = get_briefing(session, number)
        if options.line is not None:
            part, line = parse_line(options.line)
            found = edit_line(
                session, number, part=part, line=line, words=options.words, actor=actor, version=found.version, now=now,
                via=VIA,
            )  # fmt: skip
        if options.note is not None:
            found = edit_note(session, number, words=options.note, actor=actor, version=found.version, now=now, via=VIA)
        if any(said is not None for said in head.values()):
            found = edit_head(session, number, actor=actor, version=found.version, now=now, via=VIA, **head)
    say(f"{found.number} diubah.")
    return 0


def parse_line(said: str) -> tuple[str, int]:
    """The part and the line (from 0) of "ringkas:1". Raises KentonganError for anything else."""
    part, _, line = said.partition(":")
    if not (line.isascii() and line.isdigit() and len(line) < 4 and int(line) > 0):
        raise KentonganError(f"Baris {said[:40]!r} tidak terbaca.", hint='Tulis seperti "ringkas:1".')
    return part, int(line) - 1


def run_recompute(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.briefings.making import recompute_briefing
    from casework.briefings.records import parse_briefing
    from casework.figure_words import say_question
    from casework.figures import ABSENT
    from search.open import open_store

    with open_store(settings) as store, casework.read() as session:
        found = recompute_briefing(
            store, session, parse_briefing(options.number), settings=settings, now=now
        )  # fmt: skip
    as_json = wants_json(options.json)
    rows: list[dict[str, object]] = []
    for one in found:
        if one.same and not options.all:
            continue
        if as_json:
            rows.append(
                {
                    "key": one.figure.key, "question": say_question(one.figure), "then": one.figure.value,
                    "now": one.now, "change": one.change, "same": one.same,
                }
            )  # fmt: skip
        else:
            shown = ABSENT if one.now is None else format_number(one.now, decimals=2 if one.now % 1 else 0)
            rows.append({"angka": say_question(one.figure), "dulu": one.figure.words, "sekarang": shown})
    differ = sum(not one.same for one in found)
    write_rows(rows, as_json=as_json, empty="Semua angka masih sama.")
    say(f"{len(found)} angka dihitung ulang, {differ} berbeda (data yang datang kemudian).")
    return 1 if differ else 0


def run_sign(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.briefings.making import sign_briefing
    from casework.briefings.records import get_briefing, parse_briefing

    del settings
    number = parse_briefing(options.number)
    with casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        version = get_briefing(session, number).version
        signed = sign_briefing(session, number, actor=actor, version=version, now=now, via=VIA)
    write_rows([row_of(signed)], as_json=wants_json(False), empty="")
    say(f"{signed.number} ditandatangani {signed.signed_name}.")
    return 0


def run_export(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.briefings.html import make_page
    from casework.briefings.paper import make_paper

    del now
    if options.pdf is None and options.html is None:
        raise KentonganError("Ke mana nota dinas ditulis?", hint="Sebut --pdf BERKAS atau --html BERKAS.")
    found = read_one(casework, options.number)
    if options.pdf is not None:
        paper = make_paper(found, organisation=settings.organisation, zone=settings.zone, base=settings.public_url)
        write_paper(options.pdf, paper)
    if options.html is not None:
        page = make_page(found, organisation=settings.organisation, zone=settings.zone, base=settings.public_url)
        write_paper(options.html, page.encode("utf-8"))
    return 0


def read_one(casework: Casework, said: str) -> Briefing:
    """The briefing a person named. Raises NotFound."""
    from casework.briefings.records import get_briefing, parse_briefing

    with casework.read() as session:
        return get_briefing(session, parse_briefing(said))


def row_of(one: Briefing) -> dict[str, object]:
    """A briefing for a program; times in UTC."""
    return {
        "number": one.number, "day": one.day, "revision": one.revision, "state": one.state,
        "figures": len(one.content.figures), "since": one.content.since, "until": one.content.until,
        "signed_by": one.signed_name, "signed_at": one.signed_at, "digest": one.digest, "sample": one.sample,
    }  # fmt: skip
