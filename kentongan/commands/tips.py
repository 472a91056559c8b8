"""Laporan dugaan hoaks dari warga: list, show, add, match, attach, complete, answer, correct, sent, close, forget.

Yang bertindak disebut dengan --as; namanya tercatat. Pelapor tersimpan terpisah dari isi laporannya: `show` menampilkan
isi yang disamarkan, `show --reporter` pelapor dan isi aslinya, dan itu ikut tercatat.
Contoh: kentongan tips add "Bansos 2,4 juta, daftar di tautan" --channel phone --contact 081200000000 --as siti
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kentongan.commands.acting import VIA, actor_named, add_person, adding_actions
from kentongan.commands.output import say, wants_json, write_lines, write_rows
from kentongan.commands.tip_rows import answer_row, claims_of, line_of, read_file, read_words, row_of
from kentongan.errors import KentonganError
from kentongan.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from analysis.claims import ClaimMatcher
    from casework.db import Casework
    from casework.roles import Actor
    from casework.tip_answers import Answer
    from search.store import Store


def configure(parser: argparse.ArgumentParser) -> None:
    from casework.tips import CHANNELS

    action = adding_actions(parser, number="nomor laporan, misalnya LH-000123 atau 123")

    listing = action("list", "laporan yang menunggu, yang paling mendesak di atas", number=False, person=False)
    which = listing.add_mutually_exclusive_group()
    which.add_argument("--overdue", action="store_true", help="hanya yang lewat batas waktunya")
    which.add_argument("--all", action="store_true", help="juga yang dijawab dan ditutup")
    which.add_argument("--to-correct", action="store_true", help="jawaban yang sumbernya ditarik sejak itu")
    listing.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    show = action("show", "satu laporan, riwayatnya, dan jawabannya", person=False)
    add_person(show, required=False, words="siapa yang melihat")
    show.add_argument("--reporter", action="store_true", help="juga pelapor dan isi aslinya (dengan --as)")
    add = action("add", "masukkan sebuah laporan", number=False)
    add.add_argument("text", nargs="?", default="", metavar="TEKS", help='isi pesannya; "-" membaca masukan standar')
    add.add_argument("--file", type=Path, default=None, metavar="BERKAS", help="baca isi pesannya dari berkas")
    add.add_argument("--link", default="", metavar="ALAMAT", help="tautan yang ditanyakan")
    add.add_argument("--picture", type=Path, default=None, metavar="BERKAS", help="tangkapan layar: PNG, JPEG, WebP")
    add.add_argument("--name", default="", metavar="NAMA", help="nama pelapor")
    add.add_argument("--contact", default="", metavar="KONTAK", help="nomor atau surel pelapor")
    add.add_argument("--channel", choices=CHANNELS, default="desk", help="lewat apa laporannya datang")
    match = action("match", "cari cerita dan cek fakta untuk yang belum dicocokkan", number=False, person=False)
    match.add_argument("number", nargs="*", metavar="NOMOR", help="hanya laporan ini")
    attach = action("attach", "tetapkan cerita yang ditanyakan sebuah laporan")
    attach.add_argument("document", metavar="DOKUMEN", help="id sebuah dokumen dalam cerita itu")
    complete = action("complete", "lengkapi teks laporan yang ditahan")
    complete.add_argument("text", metavar="TEKS", help='teks lengkapnya; "-" membaca masukan standar')
    answer = action("answer", "jawab pelapor dari klarifikasi atau cek fakta yang terbit")
    answer.add_argument("--alike", action="store_true", help="juga semua laporan lain tentang hal yang sama")
    for chosen in (answer, action("correct", "ralat jawaban yang sumbernya ditarik")):
        chosen.add_argument("--note", default="", metavar="CATATAN", help="catatan petugas; ditandai sebagai catatan")
    sent = action("sent", "catat bahwa jawabannya sudah disampaikan")
    sent.add_argument("--how", required=True, metavar="CARA", help='misalnya "disalin petugas ke WhatsApp"')
    close = action("close", "tutup tanpa jawaban")
    close.add_argument("--reason", required=True, metavar="ALASAN", help="alasannya; pelapor dapat membacanya")
    action("forget", "hapus data pelapor yang masa simpannya lewat", number=False, person=False)


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework

    now = datetime.now(UTC)
    with open_casework(settings) as casework:
        return {
            "list": run_list,
            "show": run_show,
            "add": run_add,
            "match": run_match,
            "answer": run_answer,
            "correct": run_answer,
            "forget": run_forget,
        }.get(options.action, run_act)(options, settings, casework, now)


def run_list(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.incidents.dangers import dangers_beside
    from casework.tip_answers import answers_to_correct
    from casework.tips import MOST_LISTED, OPEN_STATES, STATE_WORDS, list_tips, overdue
    from search.open import open_store

    with casework.read() as session:
        if options.to_correct:
            with open_store(settings) as store:
                tips = [tip for tip, _ in answers_to_correct(session, store)]
        elif options.overdue:
            tips = overdue(session, now)
        else:
            states = tuple(STATE_WORDS) if options.all else OPEN_STATES
            tips = list_tips(session, states=states, limit=MOST_LISTED)
        dangers = dangers_beside(session, [tip.story for tip in tips if tip.story], now=now)
    json = wants_json(options.json)
    rows = [
        (row_of if json else line_of)(tip, now, danger=dangers.get(tip.story) if tip.story else None) for tip in tips
    ]
    write_rows(rows, as_json=json, empty="Tidak ada laporan seperti itu.")
    return 0


def run_show(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.tip_answers import list_answers
    from casework.tip_reporters import read_reporter
    from casework.tips import parse_number, read_tip, tip_history, tips_alike

    number = parse_number(options.number)
    with casework.begin() if options.reporter else casework.read() as session:
        tip = read_tip(session, number)
        row = row_of(tip, now)
        row["alike"] = [other.number for other in tips_alike(session, tip) if other.id != tip.id]
        row["history"] = [
            {"at": event.at, "by": event.actor_name, "act": event.act, **event.detail}
            for event in tip_history(session, number)
        ]
        row["answers"] = [answer_row(answer) for answer in list_answers(session, number)]
        if options.reporter:
            if options.username is None:
                raise KentonganError("Melihat pelapor memerlukan nama.", hint="Tambahkan --as NAMA_PENGGUNA.")
            actor = actor_named(session, options.username, now=now)
            reporter = read_reporter(session, number, actor=actor, now=now, via=VIA)
            row["reporter"] = {
                "name": reporter.name,
                "contact": reporter.contact,
                "address": reporter.address,
                "code": reporter.code,
                "forgotten_at": reporter.forgotten_at,
            }
            row["original"] = reporter.text
            row["delivery"] = reporter.raw
    write_lines([row])
    return 0


def run_add(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.tip_intake import TipIntake, take_tip
    from casework.tip_matching import match_tip
    from crawlers.by_hand import MAX_PICTURE
    from search.open import open_store

    text = read_words(options.text) if options.file is None else read_file(options.file).decode("utf-8", "replace")
    picture = None if options.picture is None else read_file(options.picture, most=MAX_PICTURE + 1)
    intake = TipIntake(
        channel=options.channel,
        text=text,
        link=options.link,
        name=options.name,
        contact=options.contact,
        picture=picture,
    )
    with casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        taken = take_tip(session, intake, settings=settings, actor=actor, now=now, via=VIA)
    tip = taken.tip
    if not taken.new:
        say("Sudah pernah dimasukkan; tidak ada yang ditambahkan.")
    try:
        with open_store(settings) as store:
            tip = match_tip(casework, store, tip.id, claims=lambda: claims_of(store), now=now)
    except KentonganError as error:
        say(f"{tip.number} tersimpan tetapi belum dicocokkan: {error}")
    write_lines([{**row_of(tip, now), "code": taken.code, "new": taken.new}])
    return 0


def run_match(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.tip_matching import match_tip, match_waiting
    from casework.tips import parse_number
    from search.open import open_store

    with open_store(settings) as store:
        opened: list[ClaimMatcher] = []

        def claims() -> ClaimMatcher:
            if not opened:
                opened.append(claims_of(store))
            return opened[0]

        if options.number:
            numbers = [parse_number(number) for number in options.number]
            tips = [match_tip(casework, store, number, claims=claims, now=now) for number in numbers]
        else:
            tips = match_waiting(casework, store, claims=claims, now=now)
    write_lines([row_of(tip, now) for tip in tips])
    left = sum(tip.state == "new" for tip in tips)
    if left:
        say(f"{left} laporan belum dapat dicocokkan; sebabnya di baris masing-masing.")
    return 1 if left else 0


def run_answer(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.tip_answers import answer_alike, correct_answer
    from casework.tips import parse_number
    from search.open import open_store

    number = parse_number(options.number)
    with open_store(settings) as store, casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        if options.action == "correct":
            answers = [
                correct_answer(
                    session, number, store=store, settings=settings, actor=actor, now=now, note=options.note, via=VIA
                )
            ]
        else:
            give = answer_alike if options.alike else answer_one
            answers = give(session, number, store=store, actor=actor, now=now, note=options.note, via=VIA)
    write_lines([answer_row(answer) for answer in answers])
    return 0


def answer_one(
    session: Session, tip: int, *, store: Store, actor: Actor, now: datetime, note: str, via: str
) -> list[Answer]:
    from casework.tip_answers import answer_tip

    return [answer_tip(session, tip, store=store, actor=actor, now=now, note=note, via=via)]


def run_act(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    """The acts that change one tip and answer nobody: attach, complete, sent, close."""
    from casework.tip_answers import record_sent
    from casework.tip_handling import close_tip, complete_tip
    from casework.tip_matching import attach_story
    from casework.tips import parse_number, read_tip

    number = parse_number(options.number)
    with casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        if options.action == "attach":
            attach_story(session, number, document=options.document, actor=actor, now=now, via=VIA)
        elif options.action == "complete":
            complete_tip(session, number, text=read_words(options.text), actor=actor, now=now, via=VIA)
        elif options.action == "sent":
            record_sent(session, number, how=options.how, actor=actor, now=now, via=VIA)
        else:
            close_tip(session, number, reason=options.reason, actor=actor, now=now, via=VIA)
        tip = read_tip(session, number)
    write_lines([row_of(tip, now)])
    return 0


def run_forget(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.roles import SYSTEM
    from casework.tip_reporters import forget_reporters

    with casework.begin() as session:
        forgotten = forget_reporters(session, days=settings.tip_reporter_days, actor=SYSTEM, now=now)
    say(f"Data {len(forgotten)} pelapor dihapus ({settings.tip_reporter_days} hari setelah laporannya selesai).")
    return 0
