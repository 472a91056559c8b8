"""Tenggat: board, red, digest, letter, letters, print, sign, drop, escalate, recount, holidays, days.

Papan dan surat menghitung hari kerja; tahun yang liburnya belum diisi disebut. Aduan rahasia tidak pernah ikut.
Contoh: kentongan deadlines letter dinas-pu --number 500.12/17/2026 --as siti
"""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kentongan.commands.acting import VIA, actor_named, add_person
from kentongan.commands.agencies import acting
from kentongan.commands.output import say, write_lines, write_rows
from kentongan.errors import KentonganError
from kentongan.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.deadlines import Deadlines
    from casework.deadlines.letters import Letter


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="TINDAKAN")

    def action(name: str, words: str) -> argparse.ArgumentParser:
        return actions.add_parser(name, prog=f"{parser.prog} {name}", help=words, description=words)

    board = action("board", "papan tenggat per instansi, yang paling banyak kode merah di atas")
    board.add_argument("--region", default=None, metavar="KODE", help="hanya wilayah ini dan bagiannya")
    red = action("red", "aduan kode merah sebuah instansi, yang paling lama di atas")
    red.add_argument("agency", nargs="?", default=None, metavar="INSTANSI", help="tanpa ini yang menunggu verifikasi")
    digest = action("digest", "ringkasan untuk dikirim kepada sebuah instansi, tanpa isi aduan")
    digest.add_argument("agency", metavar="INSTANSI")
    letter = action("letter", "buat draf surat teguran kepada sebuah instansi")
    letter.add_argument("agency", metavar="INSTANSI", help="kode atau nama")
    letter.add_argument("--number", required=True, metavar="NOMOR", help="nomor suratnya")
    letters = action("letters", "surat teguran, yang terbaru di atas")
    letters.add_argument("--agency", default=None, metavar="INSTANSI", help="hanya kepada instansi ini")
    for listing in (board, red, letters):
        listing.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    printing = action("print", "cetak surat teguran sebagai PDF/A")
    for made in (printing, action("sign", "setujui surat teguran"), action("drop", "batalkan draf surat teguran")):
        made.add_argument("number", metavar="NOMOR", help="nomor surat")
        if made is not printing:
            add_person(made, required=True, words="siapa yang bertindak")
    add_person(letter, required=True, words="siapa yang bertindak")
    for made in (letter, printing):
        made.add_argument("--to", type=Path, default=None, metavar="BERKAS", help="tulis PDF-nya ke sini")
    escalate = action("escalate", "naikkan aduan yang lewat tenggat ke tingkat berikutnya, sekali setiap tingkat")
    add_person(escalate, required=False, words="siapa yang bertindak; tanpa ini sistem")
    recount = action("recount", "hitung ulang tenggat aduan terbuka, sesudah hari libur atau aturan berubah")
    add_person(recount, required=False, words="siapa yang bertindak; tanpa ini sistem")
    holidays = action("holidays", "hari libur dan cuti bersama yang diketahui, dengan sumbernya")
    holidays.add_argument("year", nargs="?", type=int, default=None, metavar="TAHUN")
    days = action("days", "hitung hari kerja: tanggal tenggat N hari kerja sesudah sebuah tanggal")
    days.add_argument("date", metavar="TANGGAL", help="misalnya 2026-03-12")
    days.add_argument("days", type=int, metavar="N", help="berapa hari kerja")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.deadlines import load_deadlines

    now = datetime.now(UTC)
    deadlines = load_deadlines(settings)
    if options.action in ("holidays", "days"):
        return (run_holidays if options.action == "holidays" else run_days)(options, deadlines)
    return {"board": run_board, "red": run_red, "digest": run_digest, "letters": run_letters, "print": run_print}.get(
        options.action, run_act
    )(options, settings, deadlines, now)


def run_board(options: argparse.Namespace, settings: Settings, deadlines: Deadlines, now: datetime) -> int:
    from casework.db import open_casework
    from casework.deadlines.board import ANSWERED_DAYS, board, warn_of
    from casework.deadlines.clock import due_day

    with open_casework(settings) as casework, casework.read() as session:
        lines = board(session, now=now, deadlines=deadlines, region=options.region)
    rows = [
        {
            "agency": line.agency,
            "name": line.name,
            "open": line.open,
            "due_soon": line.due_soon,
            "red": line.red,
            "oldest_due": None if line.oldest_due is None else due_day(line.oldest_due, deadlines.zone).isoformat(),
            "answered": line.answered,
            "median_days": line.median_days,
            "response_rate": None if line.response_rate is None else round(line.response_rate, 3),
            "rating": None if line.rating is None else round(line.rating, 2),
        }
        for line in lines
    ]
    write_rows(rows, as_json=options.json, empty="Belum ada aduan.")
    if rows:
        warnings = warn_of(lines, now=now, deadlines=deadlines)
        say(" ".join([f"Jawaban dihitung {ANSWERED_DAYS} hari ke belakang.", *warnings]))
    return 0


def run_red(options: argparse.Namespace, settings: Settings, deadlines: Deadlines, now: datetime) -> int:
    from casework.agencies import get_agency
    from casework.db import open_casework
    from casework.deadlines.board import red_complaints, warn_of
    from casework.deadlines.clock import due_day

    with open_casework(settings) as casework, casework.read() as session:
        agency = None if options.agency is None else get_agency(session, options.agency).code
        late = red_complaints(session, agency, now=now, deadlines=deadlines)
    rows = [
        {
            "number": one.number,
            "received_at": one.received_at.isoformat(),
            "kind": one.kind,
            "stage": one.stage,
            "clock": one.clock,
            "due": due_day(one.due_at, deadlines.zone).isoformat(),
            "days_late": one.days_late,
        }
        for one in late
    ]
    write_rows(rows, as_json=options.json, empty="Tidak ada yang lewat tenggat.")
    for warning in warn_of(late, now=now, deadlines=deadlines):
        say(warning)
    return 0


def run_digest(options: argparse.Namespace, settings: Settings, deadlines: Deadlines, now: datetime) -> int:
    from casework.db import open_casework
    from casework.deadlines.digest import write_digest

    with open_casework(settings) as casework, casework.read() as session:
        text = write_digest(session, options.agency, deadlines=deadlines, organisation=settings.organisation, now=now)
    print(text)
    return 0


def run_letters(options: argparse.Namespace, settings: Settings, deadlines: Deadlines, now: datetime) -> int:
    from casework.agencies import get_agency
    from casework.db import open_casework
    from casework.deadlines.letters import list_letters

    with open_casework(settings) as casework, casework.read() as session:
        agency = None if options.agency is None else get_agency(session, options.agency).code
        rows = [letter_row(one) for one in list_letters(session, agency=agency)]
    write_rows(rows, as_json=options.json, empty="Belum ada surat.")
    return 0


def run_print(options: argparse.Namespace, settings: Settings, deadlines: Deadlines, now: datetime) -> int:
    from casework.db import open_casework
    from casework.deadlines.letters import get_letter

    with open_casework(settings) as casework, casework.read() as session:
        letter = get_letter(session, options.number)
    write_lines([{**letter_row(letter), "file": write_pdf(letter, options.to)}])
    return 0


def run_act(options: argparse.Namespace, settings: Settings, deadlines: Deadlines, now: datetime) -> int:
    """The acts that write: letter, sign, drop, escalate, recount."""
    from casework.db import open_casework

    with open_casework(settings) as casework, casework.begin() as session:
        if options.action == "escalate":
            rows = escalate(session, options.username, deadlines=deadlines, now=now)
            letter = None
        else:
            letter = act_on_letter(session, options, settings, deadlines=deadlines, now=now)
            rows = [letter_row(letter)]
    if letter is not None and options.action == "letter":
        rows[0]["file"] = write_pdf(letter, options.to)
    write_lines(rows)
    if options.action == "escalate":
        say(f"{len(rows)} aduan dinaikkan. Memberi tahu yang disebut adalah tugas orang.")
    elif options.action == "recount":
        say(f"Tenggat {len(rows)} aduan berubah.")
    return 0


def act_on_letter(
    session: Session, options: argparse.Namespace, settings: Settings, *, deadlines: Deadlines, now: datetime
) -> Letter:
    """Draft, sign or drop a letter."""
    from casework.deadlines.letters import draft_letter, drop_letter, get_letter, sign_letter

    actor = actor_named(session, options.username, now=now)
    if options.action == "letter":
        return draft_letter(
            session,
            options.agency,
            number=options.number,
            organisation=settings.organisation,
            deadlines=deadlines,
            actor=actor,
            now=now,
            via=VIA,
        )
    letter = get_letter(session, options.number)
    if options.action == "sign":
        return sign_letter(
            session, letter.id, deadlines=deadlines, actor=actor, version=letter.version, now=now, via=VIA
        )
    return drop_letter(session, letter.id, actor=actor, version=letter.version, now=now, via=VIA)


def escalate(session: Session, username: str | None, *, deadlines: Deadlines, now: datetime) -> list[dict[str, object]]:
    """Escalate what is late, as lines."""
    from casework.deadlines.escalation import escalate_overdue

    actor = acting(session, username, now=now)
    return [
        {
            "number": one.number,
            "agency": one.agency,
            "level": one.level,
            "to": one.told,
            "clock": one.clock,
            "days_late": one.days_late,
        }
        for one in escalate_overdue(session, deadlines=deadlines, actor=actor, now=now, via=VIA)
    ]


def recount(session: Session, username: str | None, *, deadlines: Deadlines, now: datetime) -> list[dict[str, object]]:
    """Count the deadlines of open complaints anew; those that moved, as lines."""
    from casework.deadlines.recounting import recount_deadlines

    actor = acting(session, username, now=now)
    return [
        {"number": number} for number in recount_deadlines(session, deadlines=deadlines, actor=actor, now=now, via=VIA)
    ]


def run_holidays(options: argparse.Namespace, deadlines: Deadlines) -> int:
    calendar = deadlines.calendar
    wanted = sorted(calendar.years) if options.year is None else [options.year]
    days = [day for day in sorted(calendar.days_off.values(), key=lambda day: day.date) if day.date.year in wanted]
    write_lines({"date": day.date, "kind": day.kind, "name": day.name} for day in days)
    for year in wanted:
        known = calendar.years.get(year)
        warning = " ".join(calendar.warn([date(year, 1, 1)]))
        say(f"{year}: {known.source}. {warning}".strip() if known else warning)
    return 0


def run_days(options: argparse.Namespace, deadlines: Deadlines) -> int:
    try:
        first = date.fromisoformat(options.date)
        due = deadlines.calendar.add_working_days(first, options.days)
    except (ValueError, OverflowError) as error:
        raise KentonganError(
            f"{options.days} hari kerja sesudah {options.date!r} tidak dapat dihitung.",
            hint="Tulis tanggal seperti 2026-03-12 dan jumlah yang tidak negatif.",
        ) from error
    off = [day for day in deadlines.calendar.days_off.values() if first < day.date <= due and day.date.weekday() < 5]
    row = {
        "from": first,
        "days": options.days,
        "due": due,
        "off": [f"{day.date} {day.name}" for day in sorted(off, key=lambda day: day.date)],
    }
    write_lines([row])
    years = [date(year, 1, 1) for year in range(first.year, due.year + 1)]
    for warning in deadlines.calendar.warn(years):
        say(warning)
    return 0


def letter_row(letter: Letter) -> dict[str, object]:
    """A letter as a line."""
    return {
        "number": letter.number,
        "agency": letter.agency,
        "state": letter.state,
        "complaints": letter.matter["total"],
        "made_at": letter.made_at.isoformat(),
        "made_by": letter.made_name,
        "signed_by": letter.signed_name,
    }


def write_pdf(letter: Letter, to: Path | None) -> str:
    """Print a letter into a file, by its number where none is named; its path. Raises KentonganError."""
    from casework.deadlines.letters import print_letter

    name = "".join(c if c.isascii() and c.isalnum() else "-" for c in letter.number)
    file = to or Path(f"surat-teguran-{name}.pdf")
    try:
        file.write_bytes(print_letter(letter))
    except OSError as error:
        raise KentonganError(
            f"{file} tidak dapat ditulis: {error.strerror}.", hint="Sebut tempat lain: --to."
        ) from error
    return str(file)
