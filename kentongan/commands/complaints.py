"""Aduan warga: list, show, add, submit, verify, forward, return, answer, wait, resume, finish, archive, merge, ...

Yang bertindak disebut dengan --as; namanya tercatat. Pengadu tersimpan terpisah dari isi aduannya: `show` menampilkan
isi yang disamarkan, `reporter` pengadu dan isi aslinya, dan itu ikut tercatat. Laporan rahasia hanya tampak bagi staf
hukum. Berkas LAPOR! masuk lewat `kentongan import BERKAS --as sp4n`.
Contoh: kentongan complaints add "Lampu jalan padam di Desa Mulyo" --channel telepon --contact 081200000000 --as siti
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kentongan.commands.acting import VIA, actor_named, add_person, adding_actions
from kentongan.commands.complaint_rows import candidate_row, event_row, line_of, reporter_row, row_of
from kentongan.commands.output import say, wants_json, write_lines, write_rows
from kentongan.settings import Settings

if TYPE_CHECKING:
    from casework.db import Casework

LISTED = 1_000
"""Most complaints one list shows."""


def configure(parser: argparse.ArgumentParser) -> None:
    from casework.complaints.records import KINDS, STAGES
    from casework.complaints.webhook import FROM_OUTSIDE

    action = adding_actions(parser, number="nomor aduan, misalnya ADU-2026-000123 atau 123")

    listing = action("list", "aduan yang masih terbuka, yang paling mendesak di atas", number=False, person=False)
    listing.add_argument("--agency", default=None, metavar="INSTANSI", help="kode atau nama instansi")
    listing.add_argument("--region", default=None, metavar="KODE", help="wilayah, beserta yang di dalamnya")
    listing.add_argument("--stage", choices=STAGES, action="append", default=None, help="tahap; boleh beberapa kali")
    which = listing.add_mutually_exclusive_group()
    which.add_argument("--red", action="store_true", help="hanya kode merah")
    which.add_argument("--held", action="store_true", help="yang ditahan, dengan alasannya")
    which.add_argument("--unassigned", action="store_true", help="yang belum ada instansinya")
    which.add_argument("--secret", action="store_true", help="laporan rahasia (staf hukum, dengan --as)")
    add_person(listing, required=False, words="siapa yang melihat (untuk --secret)")
    listing.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    show = action("show", "satu aduan, riwayatnya, dan kabar kepada pengadu", person=False)
    add_person(show, required=False, words="siapa yang melihat (untuk laporan rahasia)")
    action("reporter", "siapa yang mengadu dan isi aslinya; ikut tercatat")
    action("duplicates", "aduan terbuka yang mungkin tentang hal yang sama", person=False)
    add = action("add", "masukkan sebuah aduan, atau rancangan dari sebuah unggahan", number=False)
    add.add_argument("text", nargs="?", default="", metavar="TEKS", help='isinya; "-" membaca masukan standar')
    add.add_argument("--from-post", default=None, metavar="DOKUMEN", help="buat rancangan dari unggahan ini")
    add.add_argument("--title", default="", metavar="JUDUL")
    add.add_argument("--place", default="", metavar="TEMPAT")
    add.add_argument("--name", default="", metavar="NAMA", help="nama pengadu")
    add.add_argument("--contact", default="", metavar="KONTAK", help="nomor atau surel pengadu")
    add.add_argument("--anonymous", action="store_true", help="nama dan kontak tidak disimpan")
    add.add_argument("--secret", action="store_true", help="laporan rahasia (whistle-blowing)")
    add.add_argument("--channel", choices=FROM_OUTSIDE, default="tatap-muka", help="lewat apa aduannya datang")
    action("submit", "ajukan sebuah rancangan")
    verify = action("verify", "verifikasi: jenis, kategori, wilayah")
    verify.add_argument("--kind", choices=KINDS, default=None)
    verify.add_argument("--category", default=None, metavar="KODE", help="kode kategori, misalnya jalan")
    verify.add_argument("--region", default=None, metavar="KODE", help="kode wilayah, misalnya 33.74.01")
    forward = action("forward", "teruskan ke sebuah instansi")
    forward.add_argument("agency", metavar="INSTANSI", help="kode atau nama instansi")
    forward.add_argument("--note", default="", metavar="CATATAN")
    for name, words in (("return", "kembalikan: bukan wewenang"), ("archive", "arsipkan tanpa jawaban")):
        action(name, words).add_argument("--reason", required=True, metavar="ALASAN", help="pengadu membacanya")
    action("answer", "tindak lanjut: apa yang sedang dikerjakan").add_argument("note", metavar="TINDAK_LANJUT")
    wait = action("wait", "tanyakan sesuatu kepada pengadu; tenggatnya berhenti")
    wait.add_argument("--reason", required=True, metavar="PERTANYAAN", help="apa yang ditanyakan")
    action("resume", "lanjutkan yang ditunda").add_argument("--note", default="", metavar="CATATAN")
    action("finish", "selesaikan dengan jawaban").add_argument("answer", metavar="JAWABAN")
    action("merge", "gabungkan ke aduan yang sama").add_argument("--into", required=True, metavar="NOMOR")
    action("unmerge", "pisahkan kembali")
    reopen = action("reopen", "buka kembali yang sudah selesai")
    reopen.add_argument("--reason", required=True, metavar="ALASAN")
    action("rate", "catat nilai dari pengadu").add_argument("rating", type=int, choices=range(1, 6), metavar="1..5")
    secret = action("secret", "jadikan laporan rahasia")
    secret.add_argument("--reason", required=True, metavar="ALASAN")
    secret.add_argument("--lift", action="store_true", help="cabut kerahasiaannya (staf hukum)")
    release = action("release", "lepaskan aduan yang ditahan setelah diperiksa")
    release.add_argument("--reason", required=True, metavar="ALASAN")
    release.add_argument("--stage", choices=STAGES, default=None, help="tahapnya, bila kata statusnya tidak dikenal")
    export = action("export", "ekspor bergaya SP4N ke CSV atau XLSX", number=False)
    export.add_argument("--to", type=Path, required=True, metavar="BERKAS", help="berakhiran .csv atau .xlsx")
    export.add_argument("--agency", default=None, metavar="INSTANSI", help="hanya instansi ini")
    action("index", "perbarui penyimpanan pencarian dari aduan", number=False, person=False)
    action("send", "kirim kabar yang menunggu kepada pengadu", number=False, person=False)
    action("forget", "hapus data pengadu yang masa simpannya lewat", number=False, person=False)


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework
    from kentongan.commands.complaint_acts import run_act, run_add

    now = datetime.now(UTC)
    with open_casework(settings) as casework:
        return {
            "list": run_list,
            "show": run_show,
            "reporter": run_reporter,
            "duplicates": run_duplicates,
            "add": run_add,
            "export": run_export,
            "index": run_index,
            "send": run_send,
            "forget": run_forget,
        }.get(options.action, run_act)(options, settings, casework, now)


def run_list(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.agencies import get_agency
    from casework.complaints.listing import list_complaints, list_secret
    from kentongan.errors import KentonganError

    with casework.read() as session:
        if options.secret:
            if options.username is None:
                raise KentonganError("Melihat laporan rahasia memerlukan nama.", hint="Tambahkan --as NAMA_PENGGUNA.")
            actor = actor_named(session, options.username, now=now)
            found = list_secret(session, actor=actor, now=now, limit=LISTED)
        else:
            agency = get_agency(session, options.agency).code if options.agency else None
            found = list_complaints(
                session, agency=agency, unassigned=options.unassigned, region=options.region, stages=options.stage,
                red=options.red, held=options.held, now=now, limit=LISTED,
            )  # fmt: skip
    json = wants_json(options.json)
    rows = [row_of(one, now) if json else line_of(one, now, zone=settings.zone) for one in found]
    write_rows(rows, as_json=json, empty="Tidak ada aduan seperti itu.")
    return 0


def run_show(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.complaints.history import history
    from casework.complaints.listing import get_complaint, parse_number
    from casework.complaints.merging import merged_numbers
    from casework.complaints.outbox import read_messages

    with casework.read() as session:
        actor = actor_named(session, options.username, now=now) if options.username else None
        complaint = get_complaint(session, parse_number(options.number), actor=actor, now=now)
        row = row_of(complaint, now)
        row["given"] = complaint.given
        row["merged"] = merged_numbers(session, complaint.id)
        row["history"] = [event_row(event) for event in history(session, complaint.id)]
        told = read_messages(session, complaint.id)
        row["told"] = [
            {"at": one.at, "act": one.act, "sent_at": one.sent_at} if one.act == "received"
            else {"at": one.at, "act": one.act, "text": one.text, "sent_at": one.sent_at}
            for one in told
        ]  # fmt: skip
    write_lines([row])
    return 0


def run_reporter(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.complaints.listing import parse_number
    from casework.complaints.reporters import read_reporters

    with casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        found = read_reporters(session, parse_number(options.number), actor=actor, now=now, via=VIA)
    write_lines([reporter_row(one) for one in found])
    return 0


def run_duplicates(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.complaints.duplicates import find_duplicates
    from casework.complaints.listing import get_complaint, parse_number

    with casework.read() as session:
        found = find_duplicates(session, get_complaint(session, parse_number(options.number)))
    write_lines([candidate_row(one) for one in found])
    return 0


def run_export(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.agencies import get_agency
    from casework.complaints.sp4n_export import export_complaints

    with casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        agency = get_agency(session, options.agency).code if options.agency else None
        count = export_complaints(
            session, options.to, zone=settings.zone, actor=actor, now=now, agency=agency, via=VIA
        )  # fmt: skip
    say(f"{count} aduan ditulis ke {options.to}. Yang rahasia dan yang ditahan tidak ikut.")
    return 0


def run_index(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.complaints.projection import index_complaints
    from search.open import open_store

    with open_store(settings) as store:
        count = index_complaints(casework, store, now=now, zone=settings.zone)
        store.refresh()
    say(f"{count} aduan diperbarui di penyimpanan pencarian.")
    return 0


def run_send(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.complaints.outbox import deliver_messages
    from casework.roles import SYSTEM

    done = deliver_messages(casework, settings=settings, actor=SYSTEM, now=now)
    write_lines([{"sent": done.sent, "failed": done.failed, "waiting": done.waiting}])
    return 1 if done.failed else 0


def run_forget(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.complaints.reporters import forget_reporters
    from casework.roles import SYSTEM

    days = settings.complaint_reporter_days
    with casework.begin() as session:
        count = forget_reporters(session, days=days, actor=SYSTEM, now=now)
    say(f"Data {count} pengadu dihapus ({days} hari setelah aduannya selesai).")
    return 0
