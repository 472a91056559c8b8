"""Pekerjaan panjang: list, start, log, cancel. Sebuah pekerjaan adalah perintah kentongan dengan baris keadaannya."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from kentongan.commands.output import say, write_rows
from kentongan.settings import Settings


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="TINDAKAN")
    words = "pekerjaan, terbaru di atas"
    listing = actions.add_parser("list", prog=f"{parser.prog} list", help=words, description=words)
    listing.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    words = "mulai di latar belakang"
    start = actions.add_parser("start", prog=f"{parser.prog} start", help=words, description=words)
    start.add_argument("words", nargs=argparse.REMAINDER, metavar="PERINTAH", help="misalnya: crawl antara-terkini")
    for name, words in (("log", "catatan sebuah pekerjaan"), ("cancel", "batalkan")):
        action = actions.add_parser(name, prog=f"{parser.prog} {name}", help=words, description=words)
        action.add_argument("job", type=int, metavar="NOMOR")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework import jobs
    from casework.db import open_casework
    from casework.roles import SYSTEM

    now = datetime.now(UTC)
    with open_casework(settings) as casework:
        jobs.reap_jobs(casework, now=now)
        if options.action == "list":
            with casework.read() as session:
                rows = [
                    {
                        "id": job.id,
                        "state": job.state,
                        "command": " ".join(job.arguments),
                        "by": job.actor_name,
                        "created_at": job.created_at,
                        "done": job.done,
                        "total": job.total,
                        "note": job.error or job.note,
                    }
                    for job in jobs.list_jobs(session)
                ]
            write_rows(rows, as_json=options.json, empty="Belum ada pekerjaan.")
        elif options.action == "start":
            job = jobs.start_job(casework, options.words, actor=SYSTEM, now=now, settings=settings)
            say(f"Pekerjaan {job.id} dimulai. Lihat: kentongan jobs log {job.id}")
        elif options.action == "log":
            with casework.read() as session:
                job = jobs.get_job(session, options.job)
            written = jobs.read_log(settings, job.id)
            if written is None:
                say(f"Tidak ada log pekerjaan {job.id} di mesin ini; ia dijalankan di {job.host}.")
            print(written or "", end="")
        else:
            with casework.read() as session:
                job = jobs.get_job(session, options.job)
            jobs.cancel_job(casework, job.id, actor=SYSTEM, version=job.version, now=now)
            say(f"Pekerjaan {job.id} dibatalkan.")
    return 0
