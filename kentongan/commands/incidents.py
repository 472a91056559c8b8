"""Insiden: buka, catat, bagi tugas, kaitkan, gabungkan, tutup, dan cetak laporannya.

Yang bertindak disebut dengan --as; semuanya masuk log insiden yang tidak dapat diubah. Pemanggil tersimpan terpisah:
`show --caller` menampilkannya kepada petugas, dan itu ikut tercatat. Insiden tingkat darurat mengambil alih layar.
Contoh: kentongan incidents open "Kebakaran Pasar Kalimanis" --kind kebakaran --as sari
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kentongan.commands.acting import VIA, actor_named, add_person, adding_actions
from kentongan.commands.output import say, wants_json, write_lines, write_rows
from kentongan.errors import BadSettings, KentonganError
from kentongan.settings import Settings
from kentongan.times import format_time

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.db import Casework
    from casework.incidents.records import Call, Incident, Task
    from casework.roles import Actor

MOST_MINUTES = 60 * 24 * 30
"""Longest time for a task, in minutes: a month."""


def configure(parser: argparse.ArgumentParser) -> None:
    from casework.incidents.records import KINDS, LEVELS, LINK_KINDS

    action = adding_actions(parser, number="nomor insiden, misalnya INS-000012 atau 12")

    listing = action("list", "insiden yang terbuka, tingkat tertinggi di atas", number=False, person=False)
    listing.add_argument("--all", action="store_true", help="juga yang ditutup dan digabung")
    listing.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    show = action("show", "ruang insiden: tugas, panggilan, kaitan, log", person=False)
    add_person(show, required=False, words="siapa yang melihat")
    show.add_argument("--caller", action="store_true", help="juga pemanggil dan kata-kata aslinya (dengan --as)")
    opened = action("open", "buka insiden", number=False)
    opened.add_argument("title", metavar="JUDUL", help="judul insiden")
    opened.add_argument("--kind", choices=KINDS, required=True, help="jenisnya")
    opened.add_argument("--level", choices=LEVELS, default="darurat", help="tingkatnya (bawaan: darurat)")
    opened.add_argument("--place", default=None, metavar="TEMPAT", help="tempatnya, dengan kata-kata")
    opened.add_argument("--region", default=None, metavar="KODE", help="kode wilayah")
    note = action("note", "tulis catatan di log")
    note.add_argument("text", metavar="TEKS", help="isi catatannya")
    level = action("level", "naikkan atau turunkan tingkatnya")
    level.add_argument("level", choices=LEVELS)
    task = action("task", "beri tugas: siapa melakukan apa, sampai kapan")
    task.add_argument("what", metavar="TUGAS", help="apa yang harus dilakukan")
    task.add_argument(
        "--within", type=float, required=True, metavar="MENIT", help="batas waktunya, menit dari sekarang"
    )
    task.add_argument("--person", default=None, metavar="NAMA_PENGGUNA", help="orang yang mengerjakan")
    task.add_argument("--agency", default=None, metavar="INSTANSI", help="instansi yang mengerjakan: kode atau nama")
    for name, words in (("done", "nyatakan tugas selesai"), ("blocked", "nyatakan tugas terhambat")):
        change = action(name, words, number=False)
        change.add_argument("task", metavar="TUGAS", type=int, help="nomor tugas")
        change.add_argument("--note", required=True, metavar="KETERANGAN", help="apa yang dilakukan, atau hambatannya")
    link = action("link", "kaitkan dokumen, aduan, cerita, atau kabar bahaya")
    link.add_argument("kind", choices=LINK_KINDS)
    link.add_argument("object", metavar="ID")
    merge = action("merge", "gabungkan ke insiden lain")
    merge.add_argument("into", metavar="KE", help="nomor insiden yang menerima")
    close = action("close", "tutup insiden")
    close.add_argument("--outcome", required=True, metavar="HASIL", help="hasil akhirnya")
    reopen = action("reopen", "buka kembali insiden yang ditutup")
    for reasoned in (level, merge, reopen):
        reasoned.add_argument("--reason", required=True, metavar="ALASAN", help="mengapa")
    report = action("report", "cetak laporan insiden (PDF); draf selama belum ditutup", person=False)
    report.add_argument("--to", type=Path, required=True, metavar="BERKAS", help="berkas PDF tujuan")
    held = action("held", "panggilan yang ditahan karena tidak terbaca", number=False, person=False)
    held.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    accept = action("accept", "buka insiden atas panggilan yang ditahan", number=False)
    accept.add_argument("call", metavar="PANGGILAN", type=int, help="nomor panggilan")
    accept.add_argument("title", metavar="JUDUL", help="judul insiden")
    accept.add_argument("--kind", choices=KINDS, required=True, help="jenisnya")
    accept.add_argument("--level", choices=LEVELS, default="darurat", help="tingkatnya (bawaan: darurat)")
    dismiss = action("dismiss", "kesampingkan panggilan yang ditahan", number=False)
    dismiss.add_argument("call", metavar="PANGGILAN", type=int, help="nomor panggilan")
    dismiss.add_argument("--reason", required=True, metavar="ALASAN", help="mengapa")
    action("forget", "hapus data pemanggil yang masa simpannya lewat", number=False, person=False)


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework

    now = datetime.now(UTC)
    with open_casework(settings) as casework:
        chosen = {
            "list": run_list,
            "show": run_show,
            "held": run_held,
            "report": run_report,
            "forget": run_forget,
        }
        return chosen.get(options.action, run_act)(options, settings, casework, now)


def run_list(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.incidents.reading import list_held, list_incidents

    with casework.read() as session:
        found = list_incidents(session, states=("open", "closed", "merged") if options.all else ("open",))
        waiting = len(list_held(session))
    json = wants_json(options.json)
    rows = [incident_row(one) if json else incident_line(one, settings.zone) for one in found]
    write_rows(rows, as_json=json, empty="Tidak ada insiden yang terbuka.")
    if waiting:
        say(f"{waiting} panggilan ditahan dan perlu dilihat: `kentongan incidents held`.")
    return 0


def run_show(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.incidents.callers import read_caller
    from casework.incidents.reading import parse_incident, read_room

    number = parse_incident(options.number)
    with casework.begin() if options.caller else casework.read() as session:
        room = read_room(session, number)
        row: dict[str, object] = {
            **incident_row(room.incident),
            "tasks": [task_row(task, now) for task in room.tasks],
            "calls": [call_row(call) for call in room.calls],
            "links": [{"kind": link.kind, "object": link.object} for link in room.links],
            "merged": [f"INS-{one:06d}" for one in room.merged],
            "log": [
                {"at": entry.at, "act": entry.act, "by": entry.actor_name, "text": entry.text, **entry.detail}
                for entry in room.log
            ],
        }
        if options.caller:
            if options.username is None:
                raise KentonganError("Melihat pemanggil memerlukan nama.", hint="Tambahkan --as NAMA_PENGGUNA.")
            actor = actor_named(session, options.username, now=now)
            row["callers"] = [
                {"call": call.id, "name": caller.name, "contact": caller.contact, "text": caller.text,
                 "raw": caller.raw, "forgotten_at": caller.forgotten_at}
                for call in room.calls
                for caller in (read_caller(session, call.id, actor=actor, now=now, via=VIA),)
            ]  # fmt: skip
    write_lines([row])
    return 0


def run_held(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.incidents.reading import list_held

    with casework.read() as session:
        found = list_held(session)
    write_rows([call_row(call) for call in found], as_json=options.json, empty="Tidak ada panggilan yang ditahan.")
    return 0


def run_report(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.incidents.reading import parse_incident, read_room
    from casework.incidents.report import make_closing_report
    from kentongan.places import load_gazetteer

    with casework.read() as session:
        room = read_room(session, parse_incident(options.number))
    region = load_gazetteer(settings.regions_file).get(room.incident.region) if room.incident.region else None
    made = make_closing_report(
        room, organisation=settings.organisation, zone=settings.zone, now=now,
        regions={region.code: region.name} if region else {},
    )  # fmt: skip
    try:
        options.to.write_bytes(made)
    except OSError as error:
        raise KentonganError(f"Berkas {options.to} tidak dapat ditulis: {error.strerror}.") from error
    say(f"{room.incident.number}: laporan tersimpan di {options.to}.")
    return 0


def run_forget(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.incidents.callers import forget_callers
    from casework.roles import SYSTEM

    with casework.begin() as session:
        forgotten = forget_callers(session, days=settings.emergency_caller_days, actor=SYSTEM, now=now)
    say(f"Data {len(forgotten)} pemanggil dihapus ({settings.emergency_caller_days} hari sesudah insidennya ditutup).")
    return 0


def run_act(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    """The acts of one person; writes the incident or task as it is then."""
    with casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        if options.action in ("task", "done", "blocked"):
            row = act_on_task(session, options, actor=actor, now=now)
        elif options.action in ("accept", "dismiss"):
            row = act_on_call(session, options, actor=actor, now=now)
        else:
            row = incident_row(act_on_incident(session, options, actor=actor, now=now))
    write_lines([row])
    return 0


def act_on_incident(session: Session, options: argparse.Namespace, *, actor: Actor, now: datetime) -> Incident:
    """Open, note, level, link, merge, close, reopen."""
    from casework.incidents import room
    from casework.incidents.reading import get_incident, parse_incident

    if options.action == "open":
        return room.open_incident(
            session, title=options.title, kind=options.kind, level=options.level, place=options.place,
            region=options.region, actor=actor, now=now, via=VIA,
        )  # fmt: skip
    number = parse_incident(options.number)
    version = get_incident(session, number).version
    if options.action == "note":
        room.add_entry(session, number, text=options.text, actor=actor, now=now, via=VIA)
    elif options.action == "level":
        room.change_level(
            session, number, level=options.level, reason=options.reason, version=version, actor=actor, now=now, via=VIA
        )
    elif options.action == "link":
        room.link_object(session, number, kind=options.kind, object=options.object, actor=actor, now=now, via=VIA)
    elif options.action == "merge":
        number = parse_incident(options.into)
        room.merge_incidents(
            session, parse_incident(options.number), into=number, reason=options.reason, actor=actor, now=now, via=VIA
        )
    elif options.action == "close":
        room.close_incident(session, number, outcome=options.outcome, version=version, actor=actor, now=now, via=VIA)
    else:
        room.reopen_incident(session, number, reason=options.reason, version=version, actor=actor, now=now, via=VIA)
    session.flush()
    return get_incident(session, number)


def act_on_task(session: Session, options: argparse.Namespace, *, actor: Actor, now: datetime) -> dict[str, object]:
    """Give a task, or say how it goes."""
    from casework.agencies import get_agency
    from casework.incidents.reading import parse_incident
    from casework.incidents.tables import IncidentTaskRow
    from casework.incidents.tasks import assign_task, change_task
    from casework.people import find_person

    if options.action == "task":
        if not 0 < options.within <= MOST_MINUTES:
            raise BadSettings(f"--within {options.within:g} tidak masuk akal.", hint=f"1 sampai {MOST_MINUTES} menit.")
        task = assign_task(
            session, parse_incident(options.number), what=options.what, due_at=now + timedelta(minutes=options.within),
            person=find_person(session, options.person).id if options.person else None,
            agency=get_agency(session, options.agency).code if options.agency else None,
            actor=actor, now=now, via=VIA,
        )  # fmt: skip
    else:
        known = session.get(IncidentTaskRow, options.task)
        task = change_task(
            session, options.task, state=options.action, note=options.note, version=known.version if known else 0,
            actor=actor, now=now, via=VIA,
        )  # fmt: skip
    return task_row(task, now)


def act_on_call(session: Session, options: argparse.Namespace, *, actor: Actor, now: datetime) -> dict[str, object]:
    """Open an incident on a held call, or put the call aside."""
    from casework.incidents.intake import dismiss_held, open_held
    from casework.incidents.tables import IncidentCallRow

    known = session.get(IncidentCallRow, options.call)
    version = known.version if known else 0
    if options.action == "accept":
        incident = open_held(
            session, options.call, title=options.title, kind=options.kind, level=options.level, version=version,
            actor=actor, now=now, via=VIA,
        )  # fmt: skip
        return incident_row(incident)
    call = dismiss_held(session, options.call, reason=options.reason, version=version, actor=actor, now=now, via=VIA)
    return call_row(call)


def incident_row(one: Incident) -> dict[str, object]:
    """An incident for a program; times in UTC."""
    return {
        "number": one.number,
        "title": one.title,
        "kind": one.kind,
        "level": one.level,
        "state": one.state,
        "takes_over": one.takes_over,
        "region": one.region,
        "place": one.place,
        "lat": one.lat,
        "lon": one.lon,
        "opened_at": one.opened_at,
        "opened_by": one.opened_name,
        "closed_at": one.closed_at,
        "outcome": one.outcome,
        "merged_into": None if one.merged_into is None else f"INS-{one.merged_into:06d}",
        "sample": one.sample,
    }


def incident_line(one: Incident, zone: str) -> dict[str, object]:
    """An incident for a person's table."""
    from casework.incidents.records import KIND_WORDS, STATE_WORDS

    return {
        "nomor": one.number,
        "tingkat": one.level,
        "keadaan": STATE_WORDS[one.state],
        "jenis": KIND_WORDS[one.kind],
        "judul": one.title,
        "dibuka": format_time(one.opened_at, zone=zone),
    }


def task_row(task: Task, now: datetime) -> dict[str, object]:
    """A task for a program."""
    return {
        "task": task.id,
        "incident": f"INS-{task.incident:06d}",
        "what": task.what,
        "holder": task.holder,
        "due_at": task.due_at,
        "state": task.state,
        "overdue": task.is_overdue(now),
        "note": task.note,
        "done_at": task.done_at,
    }


def call_row(call: Call) -> dict[str, object]:
    """A call for a program; nothing of who called."""
    return {
        "call": call.id,
        "state": call.state,
        "received_at": call.received_at,
        "kind": call.kind,
        "place": call.place,
        "region": call.region,
        "words": call.words,
        "reason": call.reason,
    }
