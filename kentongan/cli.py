"""The command line: names the commands cheaply and imports only the one that was chosen.

A command is a module in ``kentongan.commands`` with ``configure(parser)`` and ``run(options, settings) -> int``.
Errors that Kentongan knows end here: one Indonesian sentence on standard error and exit status 2 (1 where an input was
refused in part).
"""

from __future__ import annotations

import difflib
import importlib
import logging
import os
import sys
from collections.abc import Sequence

from kentongan import __version__
from kentongan.errors import KentonganError

COMMANDS: dict[str, tuple[str, str]] = {
    "crawl": ("crawl", "kumpulkan sekali dari semua sumber, atau dari sumber yang disebut"),
    "import": ("import_file", "masukkan sebuah berkas (aduan CSV, unggahan JSONL)"),
    "score": ("score", "klasifikasikan apa yang belum dibaca model yang berlaku"),
    "search": ("search", "cari dokumen, terbaru di atas"),
    "count": ("count", "hitung dokumen per jam, hari, sentimen, topik, wilayah, ..."),
    "predict": ("predict", "sentimen dan topik untuk teks di sebuah berkas JSONL"),
    "extract": ("extract", "ambil artikel dari sebuah halaman HTML yang disimpan"),
    "models": ("models", "daftar model dan kartunya"),
    "sources": ("sources", "daftar sumber, apa yang ditolak, dan berkas mentah"),
    "users": ("users", "tambah dan kelola orang yang boleh masuk"),
    "audit": ("audit", "baca catatan siapa melakukan apa"),
    "jobs": ("jobs", "pekerjaan panjang: keadaan, log, pembatalan"),
    "store": ("store", "periksa, ukur, atau bangun ulang indeks"),
    "doctor": ("doctor", "apa yang kurang di mesin ini dan cara mendapatkannya"),
    "dashboard": ("dashboard", "buka dasbor di peramban"),
    "demo": ("demo", "coba semuanya dengan data contoh Kabupaten Tirtamaya"),
}
"""Name of a command: its module under ``kentongan.commands`` and its line in ``--help``."""


def overview() -> str:
    """What ``kentongan --help`` says."""
    lines = [f"  {name:<10} {line}" for name, (_, line) in COMMANDS.items()]
    return "\n".join(
        [
            "pemakaian: kentongan PERINTAH ...",
            "",
            "Mendengarkan unggahan, berita, dan aduan warga, lalu menunjukkan apa yang sedang naik.",
            "",
            "perintah:",
            *lines,
            "",
            "`kentongan PERINTAH --help` menjelaskan satu perintah; `kentongan --version` menyebut versinya.",
            "Mulai dari: kentongan demo",
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 done in part, 2 refused, 130 interrupted."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] in ("-h", "--help"):
        print(overview())
        return 0
    if words[0] == "--version":
        print(f"kentongan {__version__}")
        return 0
    chosen = words[0]
    if chosen not in COMMANDS:
        near = difflib.get_close_matches(chosen, COMMANDS, n=1)
        hint = f" Mungkin maksudnya {near[0]}?" if near else " Daftarnya: `kentongan --help`."
        print(f"kentongan: perintah {chosen!r} tidak ada.{hint}", file=sys.stderr)
        return 2
    from kentongan.commands.parser import Parser

    module = importlib.import_module(f"kentongan.commands.{COMMANDS[chosen][0]}")
    parser = Parser(prog=f"kentongan {chosen}", description=module.__doc__)
    module.configure(parser)
    options = parser.parse_args(words[1:])
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        from kentongan.settings import load_settings

        settings = load_settings()
        status: int = module.run(options, settings)
        if job := os.environ.get("KENTONGAN_JOB"):
            from kentongan.commands.output import finish_job

            finish_job(settings, int(job), status)
    except KentonganError as error:
        print(f"kentongan {chosen}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"kentongan {chosen}: dihentikan.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status
