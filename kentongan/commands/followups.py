"""Tindak lanjut: tugas kepada instansi atau polisi, dasar hukumnya, tenggatnya, jawabannya.

Yang bertindak disebut dengan --as; namanya tercatat. Polisi hanya dapat ditugasi dari sebuah kasus yang pertanyaan
hukumnya sudah dijawab; karya pers tidak diserahkan kepada polisi.
Contoh: kentongan followups assign topic environment_disaster --to "Dinas PUPR" --title "Periksa tanggul" \\
  --task "Periksa tanggul RT 04 dan laporkan." --basis uu-pelayanan-publik-36 --days 3 --as ani
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
from kentongan.times import format_time, to_zone

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.db import Casework
    from casework.followups.assigning import Due
    from casework.followups.records import FollowUp
    from casework.roles import Actor


def configure(parser: argparse.ArgumentParser) -> None:
    from casework.followups.records import OBJECT_KINDS

    action = adding_actions(parser, number="nomor tindak lanjut, misalnya TL-000012 atau 12")

    def add_due(made: argparse.ArgumentParser) -> None:
        due = made.add_mutually_exclusive_group(required=True)
        due.add_argument("--days", type=int, metavar="N", help="berapa hari kerja sesudah hari ini")
        due.add_argument("--due", type=date.fromisoformat, metavar="TANGGAL", help="hari terakhirnya (TTTT-BB-HH)")

    listing = action("list", "yang masih berjalan, yang paling mendesak di atas", number=False, person=False)
    listing.add_argument("--agency", metavar="INSTANSI", help="hanya instansi ini")
    listing.add_argument("--topic", metavar="TOPIK", help="hanya topik ini")
    listing.add_argument("--region", metavar="KODE", help="hanya wilayah ini dan yang di dalamnya")
    listing.add_argument("--late", action="store_true", help="hanya yang lewat tenggat")
    listing.add_argument("--all", action="store_true", help="juga yang selesai dan dibatalkan")
    listing.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    bases = action("bases", "dasar hukum yang dapat disebut", number=False, person=False)
    bases.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    action("show", "satu tindak lanjut dengan riwayatnya", person=False)
    assign = action("assign", "tugaskan sebuah instansi", number=False)
    assign.add_argument("kind", choices=OBJECT_KINDS, help="tentang apa: aduan, cerita, kasus, insiden, topik")
    assign.add_argument("object", metavar="TENTANG", help="nomor aduan atau insiden, id cerita atau kasus, kode topik")
    assign.add_argument("--to", dest="agency", required=True, metavar="INSTANSI", help="kode, nama, atau nama lainnya")
    assign.add_argument("--title", required=True, metavar="JUDUL", help="apa yang diminta, satu baris")
    assign.add_argument("--task", required=True, metavar="TUGAS", help="apa yang harus dikerjakan")
    assign.add_argument(
        "--basis", action="append", default=[], metavar="KUNCI", help="dasar hukum; boleh diulang (lihat bases)"
    )
    assign.add_argument("--topic", metavar="TOPIK", help="topik yang bersangkutan")
    assign.add_argument("--region", metavar="KODE", help="wilayah yang bersangkutan")
    add_due(assign)
    for name, flag, words in (
        ("answer", "answer", "catat jawaban instansi"),
        ("return", "reason", "kembalikan jawaban yang belum cukup"),
        ("close", "result", "tutup dengan hasilnya"),
        ("cancel", "reason", "batalkan"),
    ):
        action(name, words).add_argument(f"--{flag}", dest="words", required=True, metavar="KATA", help=words)
    for name, words in (("reopen", "buka kembali"), ("extend", "undurkan tenggatnya")):
        made = action(name, words)
        made.add_argument("--reason", dest="words", required=True, metavar="ALASAN", help="mengapa")
        add_due(made)
    # Reminders may run on a schedule, in nobody's name.
    words = "ingatkan instansi yang tugasnya hampir atau sudah lewat tenggat"
    remind = action("remind", words, number=False, person=False)
    add_person(remind, required=False, words="siapa yang mengingatkan; tanpa ini sistem")
    remind.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    letter = action("letter", "surat tugas (PDF)", person=False)
    letter.add_argument("--to-file", type=Path, required=True, metavar="BERKAS", help="ke mana PDF ditulis")
    letter.add_argument("--number", dest="letter", default="", metavar="NOMOR_SURAT", help="nomor suratnya")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework

    now = datetime.now(UTC)
    if options.action == "bases":
        return run_bases(options, settings, now)
    with open_casework(settings) as casework:
        reading = {"list": run_list, "show": run_show, "remind": run_remind, "letter": run_letter}
        return reading.get(options.action, run_act)(options, settings, casework, now)


def run_bases(options: argparse.Namespace, settings: Settings, now: datetime) -> int:
    from casework.followups.legal_basis import is_in_force, load_bases, review_warning

    today = to_zone(now, settings.zone).date()
    rows = [
        {
            "key": basis.key,
            "article": basis.article,
            "says": basis.says,
            "agencies": ", ".join(basis.agencies) or "semua",
            "in_force": is_in_force(basis, on=today),
            "warning": review_warning(basis, on=today),
        }
        for basis in load_bases(settings.legal_bases_file).basis
    ]
    write_rows(rows, as_json=options.json, empty="Tidak ada dasar hukum dalam berkasnya.")
    return 0


def run_list(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.agencies import get_agency
    from casework.followups.history import MOST_LISTED, list_followups
    from casework.followups.records import FOLLOWUP_STATES, OPEN_STATES

    with casework.read() as session:
        agency = get_agency(session, options.agency).code if options.agency else None
        found = list_followups(
            session, states=FOLLOWUP_STATES if options.all else OPEN_STATES, agency=agency, topic=options.topic,
            region=options.region, due_before=now if options.late else None, limit=MOST_LISTED,
        )  # fmt: skip
        if options.late:
            found = [one for one in found if one.is_overdue(now)]
    as_json = wants_json(options.json)
    rows = [row_of(one, now) if as_json else line_of(one, now, zone=settings.zone) for one in found]
    write_rows(rows, as_json=as_json, empty="Tidak ada tindak lanjut seperti itu.")
    return 0


def run_show(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.followups.history import followup_history, parse_number, read_followup

    number = parse_number(options.number)
    with casework.read() as session:
        row = row_of(read_followup(session, number), now)
        row["history"] = [
            {"at": one.at, "by": one.actor_name, "act": one.act, "state": one.state, "note": one.note}
            for one in followup_history(session, number)
        ]
    write_lines([row])
    return 0


def run_remind(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.followups.handling import remind_agencies
    from casework.roles import SYSTEM

    with casework.begin() as session:
        actor = SYSTEM if options.username is None else actor_named(session, options.username, now=now)
        found = remind_agencies(session, actor=actor, now=now, via=VIA)
    rows = [row_of(one, now) for one in found]
    write_rows(rows, as_json=options.json, empty="Tidak ada yang perlu diingatkan.")
    return 0


def run_letter(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.agencies import get_agency
    from casework.followups.history import parse_number, read_followup
    from casework.followups.letter import make_assignment_letter
    from dashboard.words import say as say_word
    from kentongan.commands.paper_files import write_paper

    with casework.read() as session:
        followup = read_followup(session, parse_number(options.number))
        agency = get_agency(session, followup.agency)
    paper = make_assignment_letter(
        followup, agency=agency.name, organisation=settings.organisation, number=options.letter, zone=settings.zone,
        now=now, topic_words=say_word(followup.object, "id") if followup.object_kind == "topic" else None,
    )  # fmt: skip
    write_paper(options.to_file, paper)
    for warning in followup.warnings:
        say(f"Perhatian. {warning}")
    return 0


def run_act(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.followups.handling import (
        answer_followup,
        cancel_followup,
        close_followup,
        extend_followup,
        reopen_followup,
        return_followup,
    )
    from casework.followups.history import parse_number
    from kentongan.working_days import load_calendar

    with casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        if options.action == "assign":
            done = assign(options, settings, session, actor, now)
        else:
            number = parse_number(options.number)
            if options.action in ("reopen", "extend"):
                act = reopen_followup if options.action == "reopen" else extend_followup
                done = act(
                    session, number, reason=options.words, due=due_of(options), zone=settings.zone,
                    calendar=load_calendar(settings.holidays_file), actor=actor, now=now, via=VIA,
                )  # fmt: skip
            elif options.action == "answer":
                done = answer_followup(session, number, answer=options.words, actor=actor, now=now, via=VIA)
            elif options.action == "close":
                done = close_followup(session, number, result=options.words, actor=actor, now=now, via=VIA)
            else:
                end = return_followup if options.action == "return" else cancel_followup
                done = end(session, number, reason=options.words, actor=actor, now=now, via=VIA)
    if options.action == "assign":
        for warning in done.warnings:
            say(f"Perhatian. {warning}")
    write_lines([row_of(done, now)])
    return 0


def assign(
    options: argparse.Namespace, settings: Settings, session: Session, actor: Actor, now: datetime
) -> FollowUp:  # fmt: skip
    """Through the law questions where the agency is a police unit, else directly."""
    from casework.agencies import find_agency
    from casework.followups.assigning import assign_followup, is_police
    from casework.followups.legal_basis import load_bases
    from evidence.followups import assign_to_police
    from evidence.law.rulebook import read_rulebook
    from evidence.objects import Objects
    from kentongan.working_days import load_calendar

    agency = find_agency(session, options.agency)
    book, calendar = load_bases(settings.legal_bases_file), load_calendar(settings.holidays_file)
    if agency is not None and is_police(agency) and options.kind == "case":
        return assign_to_police(
            session, options.object, agency=agency.code, title=options.title, task=options.task, bases=options.basis,
            book=book, due=due_of(options), calendar=calendar, rulebook=read_rulebook(settings.rulebook_file),
            objects=Objects(settings.objects_dir), zone=settings.zone, actor=actor, now=now, via=VIA,
        )  # fmt: skip
    return assign_followup(
        session, kind=options.kind, object=options.object, agency=options.agency, title=options.title,
        task=options.task, bases=options.basis, book=book, due=due_of(options), calendar=calendar, zone=settings.zone,
        actor=actor, now=now, topic=options.topic, region=options.region, via=VIA,
    )  # fmt: skip


def due_of(options: argparse.Namespace) -> Due:
    from casework.followups.assigning import Due

    if options.days is not None and options.days < 1:
        raise KentonganError("Tenggat paling sedikit satu hari kerja.")
    return Due(on=options.due, working_days=options.days)


def row_of(one: FollowUp, now: datetime) -> dict[str, object]:
    """A follow-up for a program; times in UTC."""
    return {
        "number": one.number,
        "state": one.state,
        "overdue": one.is_overdue(now),
        "about": f"{one.object_kind}:{one.object}",
        "agency": one.agency,
        "title": one.title,
        "task": one.task,
        "topic": one.topic,
        "region": one.region,
        "due_at": one.due_at,
        "bases": [basis.key for basis in one.bases],
        "warnings": one.warnings,
        "answer": one.answer,
        "result": one.result,
        "reminded": one.reminded,
        "assigned_at": one.assigned_at,
        "assigned_by": one.assigned_name,
        "version": one.version,
    }


def line_of(one: FollowUp, now: datetime, *, zone: str) -> dict[str, object]:
    """A follow-up for a person's table."""
    from casework.followups.records import OBJECT_WORDS, STATE_WORDS

    late = "LEWAT TENGGAT" if one.is_overdue(now) else STATE_WORDS[one.state]
    return {
        "nomor": one.number,
        "status": late,
        "tenggat": format_time(one.due_at, zone=zone),
        "instansi": one.agency,
        "tentang": f"{OBJECT_WORDS[one.object_kind]} {one.object}",
        "judul": one.title,
    }
