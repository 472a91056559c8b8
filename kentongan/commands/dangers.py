"""Kabar bahaya: cari di unggahan baru, tanyakan kepada instansi, jawab dalam 15 menit.

Selama belum dijawab, ceritanya tidak masuk daftar dugaan hoaks mana pun dan tidak dapat diperiksa. Yang lewat 15 menit
tetap menunggu dan menjadi urusan pimpinan. Yang dipastikan benar dapat langsung membuka insiden (--open-incident).
Contoh: kentongan dangers answer 7 denied --text "Tanggul utuh" --source "petugas pintu air" --as joko
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from kentongan.commands.acting import VIA, actor_named, adding_actions
from kentongan.commands.output import say, wants_json, write_lines, write_rows
from kentongan.errors import BadSettings, NotFound
from kentongan.settings import Settings

if TYPE_CHECKING:
    from casework.db import Casework
    from casework.incidents.dangers import Danger

SHOWN = 70
"""Letters of a danger's words in a table."""
MOST_HOURS = 24 * 31
"""Longest time a scan looks back, in hours: a month."""


def configure(parser: argparse.ArgumentParser) -> None:
    from analysis.danger import DANGERS
    from casework.incidents.danger_acts import ANSWERS

    action = adding_actions(parser, number="nomor kabar bahaya, misalnya KB-000007 atau 7")

    scan = action("scan", "baca yang terbit beberapa jam terakhir dan tanyakan yang baru", number=False, person=False)
    scan.add_argument("--hours", type=float, default=None, metavar="N", help="mundur berapa jam (bawaan: 6)")
    listing = action("list", "yang menunggu jawaban, yang paling mendesak di atas", number=False, person=False)
    listing.add_argument("--all", action="store_true", help="juga yang sudah dijawab")
    listing.add_argument("--agency", default=None, metavar="INSTANSI", help="hanya untuk instansi ini: kode atau nama")
    listing.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    action("show", "satu kabar bahaya, dokumennya, dan riwayatnya", person=False)
    raised = action("raise", "tanyakan sebuah dokumen kepada instansi", number=False)
    raised.add_argument("document", metavar="DOKUMEN", help="id dokumen yang menyebutnya")
    raised.add_argument("--danger", choices=DANGERS, required=True, help="bahaya apa")
    raised.add_argument("--region", default=None, metavar="KODE", help="kode wilayah")
    raised.add_argument("--agency", default=None, metavar="INSTANSI", help="instansi yang ditanya: kode atau nama")
    raised.add_argument("--reason", required=True, metavar="ALASAN", help="mengapa perlu dipastikan")
    answer = action("answer", "jawab: confirmed (benar), denied (tidak benar), unclear (belum pasti)")
    answer.add_argument("answer", choices=ANSWERS)
    answer.add_argument("--text", required=True, metavar="JAWABAN", help="keadaan sebenarnya")
    answer.add_argument("--source", required=True, metavar="SUMBER", help="dari siapa atau apa jawabannya")
    answer.add_argument("--open-incident", action="store_true", help="bila benar: buka insiden darurat sekaligus")
    move = action("move", "alihkan ke instansi lain; batas waktunya tetap")
    move.add_argument("agency", metavar="INSTANSI", help="kode atau nama")
    move.add_argument("--reason", required=True, metavar="ALASAN", help="mengapa")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework

    now = datetime.now(UTC)
    with open_casework(settings) as casework:
        chosen = {"scan": run_scan, "list": run_list, "show": run_show, "raise": run_raise}
        return chosen.get(options.action, run_act)(options, settings, casework, now)


def run_scan(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.incidents.danger_scan import HOURS, scan_dangers
    from kentongan.places import load_gazetteer
    from search.open import open_store

    hours = HOURS if options.hours is None else options.hours
    if not 0 < hours <= MOST_HOURS:
        raise BadSettings(f"--hours {hours:g} tidak masuk akal.", hint=f"Lebih dari 0, paling banyak {MOST_HOURS}.")
    gazetteer = load_gazetteer(settings.regions_file)
    with open_store(settings) as store:
        done = scan_dangers(store, casework, gazetteer=gazetteer, within=settings.region or None, now=now, hours=hours)
    write_lines(
        [
            {
                "read": done.read,
                "raised": [one.number for one in done.raised],
                "joined": done.joined,
                "expired": [one.number for one in done.expired],
            }
        ]
    )
    without = [one.number for one in done.raised if one.agency is None]
    if without:
        say(
            f"Belum ada instansi yang menangani {', '.join(without)}: pimpinan yang ditanya. Tambahkan bahayanya pada "
            "instansi di `kentongan agencies list`."
        )
    return 0


def run_list(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.agencies import get_agency
    from casework.incidents.dangers import MOST_LISTED, STATE_WORDS, UNANSWERED, list_dangers

    with casework.read() as session:
        agency = get_agency(session, options.agency).code if options.agency else None
        states = tuple(STATE_WORDS) if options.all else UNANSWERED
        found = list_dangers(session, now=now, states=states, agency=agency, limit=MOST_LISTED)
    json = wants_json(options.json)
    rows = [danger_row(one, now) if json else danger_line(one, now) for one in found]
    write_rows(rows, as_json=json, empty="Tidak ada kabar bahaya yang menunggu jawaban.")
    return 0


def run_show(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.incidents.dangers import danger_documents, danger_history, parse_danger, read_danger

    number = parse_danger(options.number)
    with casework.read() as session:
        row = danger_row(read_danger(session, number, now=now), now)
        row["documents"] = danger_documents(session, number)
        row["history"] = [
            {"at": event.at, "act": event.act, "by": event.actor_name, **event.detail}
            for event in danger_history(session, number)
        ]
    write_lines([row])
    return 0


def run_raise(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.incidents.danger_acts import raise_danger
    from search.open import open_store

    with open_store(settings) as store:
        (record,) = store.get([options.document])
    if record is None:
        raise NotFound(f"Dokumen {options.document!r} tidak ada di penyimpanan.")
    with casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        danger = raise_danger(
            session, record.document.id, danger=options.danger, words=record.newest.words, reasons=[options.reason],
            region=options.region or record.document.region, agency=options.agency, actor=actor, now=now,
            sample=record.document.sample, via=VIA,
        )  # fmt: skip
    write_lines([danger_row(danger, now)])
    return 0


def run_act(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    """Answer or move."""
    from casework.incidents.danger_acts import answer_danger, move_danger, open_on_danger
    from casework.incidents.dangers import parse_danger, read_danger
    from kentongan.places import load_gazetteer

    number = parse_danger(options.number)
    with casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        known = read_danger(session, number, now=now)
        if options.action == "move":
            danger = move_danger(
                session, number, agency=options.agency, reason=options.reason, version=known.version, actor=actor,
                now=now, via=VIA,
            )  # fmt: skip
        else:
            if options.open_incident and options.answer != "confirmed":
                raise BadSettings("--open-incident hanya untuk yang dipastikan benar (confirmed).")
            danger = answer_danger(
                session, number, answer=options.answer, text=options.text, source=options.source,
                version=known.version, actor=actor, now=now, via=VIA,
            )  # fmt: skip
            if options.open_incident:
                region = load_gazetteer(settings.regions_file).get(danger.region) if danger.region else None
                open_on_danger(session, number, place=region.name if region else None, actor=actor, now=now, via=VIA)
                session.flush()
                danger = read_danger(session, number, now=now)
    write_lines([danger_row(danger, now)])
    return 0


def danger_row(one: Danger, now: datetime) -> dict[str, object]:
    """A danger for a program; times in UTC. Its words are masked."""
    left = one.remaining(now)
    return {
        "number": one.number,
        "danger": one.danger,
        "state": one.state,
        "agency": one.agency,
        "region": one.region,
        "raised_at": one.raised_at,
        "due_at": one.due_at,
        "minutes_left": None if left is None else int(left / timedelta(minutes=1)),
        "document": one.document,
        "story": one.story,
        "text": one.words,
        "reasons": one.reasons,
        "answer": one.answer,
        "answer_source": one.answer_source,
        "answered_at": one.answered_at,
        "answered_by": one.answered_name,
        "incident": None if one.incident is None else f"INS-{one.incident:06d}",
        "sample": one.sample,
    }


def danger_line(one: Danger, now: datetime) -> dict[str, object]:
    """A danger for a person's table."""
    from casework.incidents.dangers import STATE_WORDS
    from kentongan.commands.tip_rows import remaining_words

    said = " ".join(one.words.split())
    return {
        "nomor": one.number,
        "keadaan": STATE_WORDS[one.state],
        "sisa": remaining_words(one.remaining(now)),
        "bahaya": one.danger,
        "instansi": one.agency or "pimpinan",
        "wilayah": one.region or "-",
        "isi": said if len(said) <= SHOWN else said[: SHOWN - 1] + "…",
    }
