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

from kentongan import __version__
from kentongan.commands.hoax_hold import asks_for_hoaxes, say_held
from kentongan.commands.output import Progress, say, show_progress, write_lines, write_rows
from kentongan.commands.question import configure_filters, read_question
from kentongan.errors import BadSettings
from kentongan.schema import Query
from kentongan.settings import Settings

if TYPE_CHECKING:
    from search.export import About
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
    from search.export import export_file
    from search.open import open_store

    target, options.until = read_targets(options.to)
    question = read_question(options, settings)
    with (
        open_store(settings) as store,
        store.freeze() as view,
        show_progress(settings, "mengekspor") as progress,
    ):
        if target == "-":
            write_stream(view, question, progress)
            return 0
        about = tell_about(view, question, settings, now=datetime.now(UTC))
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


def tell_about(view: View, question: Query, settings: Settings, *, now: datetime) -> About:
    """What the sidecar tells beside the documents."""
    from search.aliases import AliasFile
    from search.export import About
    from search.query import parse_query
    from search.query_wording import write_tree

    models = {task: describe_model(named, settings) for task, named in view.current_models().items()}
    return About(
        understood=write_tree(parse_query(question.text, AliasFile(settings.aliases_path))) or "semua dokumen",
        zone=settings.zone,
        frozen_at=now,
        software=f"kentongan {__version__}",
        models=models,
    )


def describe_model(named: str, settings: Settings) -> Mapping[str, object]:
    """A model ("name|version") and the data it learned from, as its card says; None where no card is here."""
    from models.linear import BadModel
    from models.registry import read_card

    name, _, version = named.partition("|")
    told: dict[str, object] = {"model": name, "version": version, "made_on": None, "data": None}
    try:
        card = read_card(name, local=settings.models_dir)
    except BadModel:
        return told
    if card.version != version:
        return told
    data = [{"file": used.file, "task": used.task, "rows": used.rows} for used in card.sets if used.rows]
    return told | {"made_on": card.made_on, "data": data, "sha256": card.sha256}
