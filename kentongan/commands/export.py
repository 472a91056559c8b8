"""Simpan semua yang ditemukan sebuah kueri ke berkas, terbaru di atas, seperti yang ditampilkan search.

Contoh: kentongan export banjir --from 2026-11-01 --to 2026-11-12 --to banjir.csv
Bentuknya menurut akhiran: .csv (langsung terbuka di Excel), .jsonl, .parquet; "--to -" menulis baris JSON ke keluaran
baku. Di sebelahnya, BERKAS.meta.json mencatat kueri, saringan, waktu, jumlah, model, dan celah pengumpulan. Yang
ditulis proses lain selama ekspor tidak ikut; ekspor yang terputus tidak meninggalkan berkas setengah jadi.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kentongan.commands.hoax_hold import asks_for_hoaxes, say_held
from kentongan.commands.output import Progress, say, show_progress, write_lines, write_rows
from kentongan.commands.question import configure_filters, read_question
from kentongan.errors import BadSettings
from kentongan.schema import Query
from kentongan.settings import Settings

if TYPE_CHECKING:
    from search.store import View


PROGRESS_EVERY = 1_000
"""Lines between two reports."""


def configure(parser: argparse.ArgumentParser) -> None:
    configure_filters(parser)
    parser.add_argument(
        "--to",
        action="append",
        default=[],
        metavar="BERKAS|WAKTU",
        help="berkas tujuan, atau - untuk keluaran baku; sebuah waktu berarti batas akhir, seperti pada search "
        "(boleh keduanya, masing-masing dengan --to)",
    )
    words = "samarkan akun yang bukan tokoh publik atau lembaga, seperti ekspor dari halaman Jelajah"
    parser.add_argument("--mask-authors", action="store_true", help=words)
    parser.add_argument("--overwrite", action="store_true", help="ganti berkas yang sudah ada")


def is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def read_targets(given: Sequence[str]) -> tuple[str, str | None]:
    """The file and the end of the time range, which share an option. No moment has a file's ending."""
    files = [text for text in given if not is_moment(text)]
    moments = [text for text in given if is_moment(text)]
    if len(files) != 1 or len(moments) > 1:
        raise BadSettings(
            f"--to menyebut {len(files)} berkas dan {len(moments)} waktu.",
            hint="Sebut satu berkas, misalnya --to banjir.csv, dan paling banyak satu waktu.",
        )
    return files[0], moments[0] if moments else None


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.post_exports import tell_about
    from search.export import export_file
    from search.open import open_store

    target, options.until = read_targets(options.to)
    question = read_question(options, settings)
    with (
        open_store(settings) as store,
        store.freeze() as frozen,
        show_progress(settings, "mengekspor") as progress,
    ):
        view = mask_view(frozen, settings) if options.mask_authors else frozen
        if target == "-":
            write_stream(view, question, progress)
            return 0
        about = tell_about(view, question, settings, now=datetime.now(UTC), masked=options.mask_authors)
        told = export_file(view, question, Path(target), about=about, overwrite=options.overwrite, report=progress)
    if told["mark"]:
        say(f"{told['mark']}: {told['sample_documents']} dokumen dalam berkas ini rekaan.")
    if asks_for_hoaxes(question):
        say_held(settings)
    write_rows([{name: told[name] for name in ("file", "rows", "sha256")}], as_json=options.json, empty="")
    return 0


def write_stream(view: View, question: Query, progress: Progress) -> None:
    """Everything the query finds as JSON lines on standard output."""
    from search.export_rows import as_row

    total = view.count(question)[0].count

    def rows() -> Iterator[Mapping[str, object]]:
        for number, record in enumerate(view.newest(question), start=1):
            yield as_row(record)
            if number % PROGRESS_EVERY == 0 or number == total:
                progress(number, total, "keluaran baku")

    write_lines(rows())


def mask_view(view: View, settings: Settings) -> View:
    """The same view with masked accounts."""
    from casework.db import open_casework
    from casework.post_exports import MaskedView
    from casework.public_accounts import read_public

    with open_casework(settings) as casework, casework.read() as session:
        return MaskedView(view, read_public(session))
