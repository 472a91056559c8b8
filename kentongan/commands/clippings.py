"""Kliping berita pagi, siang, dan sore: susun, betulkan, terbitkan, keluarkan sebagai PDF, XLSX, dan teks WhatsApp.

Yang bertindak disebut dengan --as; namanya tercatat. Edisi yang sudah terbit tidak berubah: perbaikan sesudahnya
menjadi revisi berikutnya. Contoh: kentongan clippings make --day 2026-11-21 --edition pagi --as ani
"""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kentongan.commands.acting import VIA, actor_named, add_person, adding_actions
from kentongan.commands.output import say, wants_json, write_lines, write_rows
from kentongan.errors import KentonganError
from kentongan.settings import Settings
from kentongan.times import format_time

if TYPE_CHECKING:
    from casework.clippings.records import Clipping, ClippingItem, Edition, Field
    from casework.db import Casework
    from search.store import Store

EMPTY = "-"
"""What takes a field's value away."""


def configure(parser: argparse.ArgumentParser) -> None:
    from casework.clippings.editions import EDITIONS
    from casework.clippings.records import TONES
    from kentongan.schema import TOPICS

    action = adding_actions(parser, number="nomor kliping, misalnya KLIP-20261121-PAGI")

    make = action("make", "susun sebuah edisi, atau ambil berita yang masuk sejak itu", number=False, person=False)
    make.add_argument("--day", type=date.fromisoformat, metavar="TANGGAL", help="harinya (TTTT-BB-HH)")
    make.add_argument("--edition", choices=EDITIONS, help="edisinya; tanpa ini yang terakhir tutup")
    add_person(make, required=False, words="siapa yang menyusun; tanpa ini sistem")
    listing = action("list", "kliping yang ada, yang terbaru di atas", number=False, person=False)
    listing.add_argument("--since", type=date.fromisoformat, metavar="TANGGAL", help="hari pertama")
    listing.add_argument("--until", type=date.fromisoformat, metavar="TANGGAL", help="hari terakhir")
    listing.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    show = action("show", "satu kliping dengan beritanya", person=False)
    show.add_argument("--revision", type=int, metavar="N", help="sebagaimana diterbitkan pada revisi ini")
    show.add_argument("--history", action="store_true", help="riwayatnya, bukan beritanya")
    show.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    correct = action("correct", "betulkan sebuah berita", number=False)
    add_item_number(correct)
    correct.add_argument("--tone", choices=(*TONES, EMPTY), help=f"nadanya; {EMPTY} mengosongkan")
    correct.add_argument("--topic", choices=(*TOPICS, EMPTY), help="topiknya")
    correct.add_argument("--issue", metavar="ISU", help="isunya, dengan kata-kata sendiri")
    correct.add_argument("--agency", metavar="INSTANSI", help="kode, nama, atau nama lainnya")
    correct.add_argument("--clarify", choices=("ya", "tidak", EMPTY), help="perlu klarifikasi atau tidak")
    correct.add_argument("--note", metavar="CATATAN", help="catatan analis")
    correct.add_argument("--place", type=int, metavar="N", help="urutannya dalam kliping")
    leave = action("leave-out", "keluarkan sebuah berita", number=False)
    add_item_number(leave)
    leave.add_argument("--reason", required=True, metavar="ALASAN", help="mengapa")
    add_item_number(action("put-back", "masukkan kembali", number=False))
    add = action("add", "tambahkan sebuah artikel yang tidak terpilih")
    add.add_argument("document", metavar="DOKUMEN", help="id artikelnya")
    action("undo", "batalkan perbaikan terakhir")
    action("issue", "terbitkan: yang dimuat dibekukan")
    export = action("export", "tulis sebagai PDF, XLSX, atau teks", person=False)
    for kind, words in (("pdf", "kertas A4"), ("xlsx", "buku kerja"), ("text", "teks yang muat satu pesan WhatsApp")):
        export.add_argument(f"--{kind}", type=Path, metavar="BERKAS", help=words)
    export.add_argument("--revision", type=int, metavar="N", help="sebagaimana diterbitkan pada revisi ini")


def add_item_number(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("item", type=int, metavar="BERITA", help="nomor beritanya (kolom id dari show)")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework
    from search.open import open_store

    now = datetime.now(UTC)
    with open_casework(settings) as casework:
        if options.action == "list":
            return run_list(options, settings, casework)
        with open_store(settings) as store:
            reading = {"make": run_make, "show": run_show, "export": run_export}
            return reading.get(options.action, run_act)(options, settings, casework, store, now)


def run_list(options: argparse.Namespace, settings: Settings, casework: Casework) -> int:
    from casework.clippings.reading import list_clippings

    with casework.read() as session:
        found = list_clippings(session, since=options.since, until=options.until)
    as_json = wants_json(options.json)
    rows = [row_of(one) if as_json else line_of(one) for one in found]
    write_rows(rows, as_json=as_json, empty="Belum ada kliping.")
    return 0


def run_make(options: argparse.Namespace, settings: Settings, casework: Casework, store: Store, now: datetime) -> int:
    from casework.claim_matching import open_vectors
    from casework.clippings.claims import read_claims
    from casework.clippings.editions import newest_edition
    from casework.clippings.making import make_clipping
    from casework.roles import SYSTEM
    from kentongan.places import load_gazetteer

    if (options.day is None) != (options.edition is None):
        raise KentonganError("Sebutkan --day dan --edition bersama, atau tidak keduanya (edisi yang terakhir tutup).")
    newest = newest_edition(now, zone=settings.zone)
    day, edition = (options.day, options.edition) if options.day else newest
    gazetteer = load_gazetteer(settings.regions_file, boundaries=settings.boundaries_file)
    with casework.read() as session:
        claims = read_claims(store, session, open_embed=open_vectors)
    with casework.begin() as session:
        actor = SYSTEM if options.username is None else actor_named(session, options.username, now=now)
        made = make_clipping(
            store, session, day=day, edition=edition, settings=settings, gazetteer=gazetteer, actor=actor, now=now,
            claims=claims, via=VIA,
        )  # fmt: skip
    for gap in made.gaps:
        say(f"Tidak terkumpul: {gap}.")
    write_lines([row_of(made)])
    return 0


def run_show(options: argparse.Namespace, settings: Settings, casework: Casework, store: Store, now: datetime) -> int:
    from casework.clippings.reading import clipping_history, parse_clipping

    as_json = wants_json(options.json)
    if options.history:
        with casework.read() as session:
            events = clipping_history(session, parse_clipping(session, options.number))
        rows: list[dict[str, object]] = [
            {
                "at": one.at, "by": one.actor_name, "act": one.act, "revision": one.revision, "item": one.item,
                "before": one.before, "after": one.after,
            }
            for one in events
        ]  # fmt: skip
        write_rows(rows, as_json=as_json, empty="Belum ada riwayat.")
        return 0
    edition = edition_of(options, settings, casework, store, now)
    if as_json:
        figures = {one.key: one.value for one in edition.figures}
        write_lines([{**row_of(edition.clipping), "figures": figures, "items": [item_row(i) for i in edition.items]}])
        return 0
    say(f"{edition.clipping.number} revisi {edition.clipping.revision}, {edition.clipping.state}")
    write_rows([item_line(item) for item in edition.items], as_json=False, empty="Tidak ada berita di edisi ini.")
    return 0


def run_export(options: argparse.Namespace, settings: Settings, casework: Casework, store: Store, now: datetime) -> int:
    from casework.clippings.message import clipping_text
    from casework.clippings.paper import clipping_pdf
    from casework.clippings.workbook import clipping_xlsx
    from kentongan.commands.paper_files import write_paper

    if not (options.pdf or options.xlsx or options.text):
        raise KentonganError("Sebutkan ke mana: --pdf, --xlsx, atau --text dengan nama berkas.")
    edition = edition_of(options, settings, casework, store, now)
    # An issued edition is printed as of the day it was issued, so that every copy is the same.
    at = edition.clipping.issued_at if edition.clipping.state == "issued" else now
    assert at is not None
    if options.pdf:
        write_paper(options.pdf, clipping_pdf(edition, organisation=settings.organisation, now=at))
    if options.xlsx:
        write_paper(options.xlsx, clipping_xlsx(edition, organisation=settings.organisation, now=at))
    if options.text:
        write_paper(options.text, clipping_text(edition).encode())
    return 0


def edition_of(
    options: argparse.Namespace, settings: Settings, casework: Casework, store: Store, now: datetime
) -> Edition:
    from casework.clippings.issuing import read_edition
    from casework.clippings.reading import parse_clipping

    with casework.read() as session:
        clipping = parse_clipping(session, options.number)
        return read_edition(store, session, clipping, settings=settings, now=now, revision=options.revision)


def run_act(options: argparse.Namespace, settings: Settings, casework: Casework, store: Store, now: datetime) -> int:
    from casework.clippings.correcting import add_item, correct_item, leave_out, put_back, undo_last
    from casework.clippings.issuing import issue_clipping
    from casework.clippings.reading import parse_clipping
    from kentongan.places import load_gazetteer

    with casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        if options.action == "issue":
            clipping = parse_clipping(session, options.number)
            issued = issue_clipping(store, session, clipping, settings=settings, actor=actor, now=now, via=VIA)
            row = row_of(issued.clipping)
        elif options.action == "correct":
            item = correct_item(
                session, store, options.item, changes=changes_of(options), actor=actor, now=now, via=VIA
            )
            row = item_row(item)
        elif options.action == "leave-out":
            row = item_row(leave_out(session, options.item, reason=options.reason, actor=actor, now=now, via=VIA))
        elif options.action == "put-back":
            row = item_row(put_back(session, options.item, actor=actor, now=now, via=VIA))
        elif options.action == "undo":
            clipping = parse_clipping(session, options.number)
            row = item_row(undo_last(session, store, clipping, actor=actor, now=now, via=VIA))
        else:
            item = add_item(
                session, store, parse_clipping(session, options.number), document=options.document, settings=settings,
                gazetteer=load_gazetteer(settings.regions_file, boundaries=settings.boundaries_file), actor=actor,
                now=now, via=VIA,
            )  # fmt: skip
            row = item_row(item)
    write_lines([row])
    return 0


def changes_of(options: argparse.Namespace) -> dict[Field, str | int | bool | None]:
    """What the person named; EMPTY takes a value away."""
    changes: dict[Field, str | int | bool | None] = {}
    named: tuple[Field, ...] = ("tone", "topic", "issue", "agency", "note", "place")
    for field in named:
        value = getattr(options, field)
        if value is not None:
            changes[field] = None if value == EMPTY else value
    if options.clarify is not None:
        changes["clarify"] = {"ya": True, "tidak": False, EMPTY: None}[options.clarify]
    return changes


def row_of(one: Clipping) -> dict[str, object]:
    """A clipping for a program; times in UTC."""
    return {
        "number": one.number, "day": one.day, "edition": one.edition, "since": one.since, "until": one.until,
        "state": one.state, "revision": one.revision, "scope": one.scope, "read": one.read, "gaps": one.gaps,
        "made_at": one.made_at, "made_by": one.made_name, "issued_at": one.issued_at, "issued_by": one.issued_name,
        "sample": one.sample, "version": one.version,
    }  # fmt: skip


def line_of(one: Clipping) -> dict[str, object]:
    """A clipping for a person's table."""
    issued = "" if one.issued_at is None else format_time(one.issued_at, zone=one.zone)
    return {
        "nomor": one.number, "keadaan": "terbit" if one.state == "issued" else "konsep", "revisi": one.revision,
        "disusun": format_time(one.made_at, zone=one.zone), "terbit": issued,
    }  # fmt: skip


def item_row(item: ClippingItem) -> dict[str, object]:
    """An item for a program."""
    return {
        "id": item.id, "place": item.place, "title": item.title, "issue": item.issue, "topic": item.topic,
        "tone": item.tone, "tone_p": item.tone_p, "tone_abstained": item.tone_abstained, "agency": item.agency,
        "agency_from": item.agency_from, "clarify": item.clarify, "clarify_reasons": item.clarify_reasons,
        "note": item.note, "left_out": item.left_out, "left_reason": item.left_reason, "late": item.late,
        "decided": item.decided, "why": item.why, "quote": item.quote,
        "outlets": [{"document": o.document, "publisher": o.publisher, "url": o.url} for o in item.outlets],
        "version": item.version,
    }  # fmt: skip


def item_line(item: ClippingItem) -> dict[str, object]:
    """An item for a person's table."""
    mark = "PERLU KLARIFIKASI" if item.clarify else "diusulkan" if item.suggested else ""
    return {
        "id": item.id, "no": "dikeluarkan" if item.left_out else item.place, "judul": item.title, "isu": item.issue,
        "media": ", ".join(dict.fromkeys(one.publisher for one in item.outlets)), "nada": item.tone_words,
        "instansi": item.agency_name or "belum ditentukan", "klarifikasi": mark,
    }  # fmt: skip
