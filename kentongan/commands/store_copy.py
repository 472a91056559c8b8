"""``kentongan store copy``: takes a store into another one, from a folder into Elasticsearch or back."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kentongan.commands.output import say, show_progress, write_rows
from kentongan.errors import BadSettings, NotFound
from kentongan.numbers import format_number
from kentongan.settings import Settings

if TYPE_CHECKING:
    from search.store import Store

TRUTH = "truth.sqlite"
"""The file by which an embedded store's folder is known."""


def configure_copy(parser: argparse.ArgumentParser) -> None:
    """Add what ``copy`` is asked with."""
    place = "map penyimpanan, atau alamat Elasticsearch"
    parser.add_argument("--from", dest="origin", metavar="ASAL", help=f"{place} (bawaan: yang dipakai sekarang)")
    parser.add_argument("--to", dest="target", required=True, metavar="TUJUAN", help=place)


def run_copy(options: argparse.Namespace, settings: Settings) -> int:
    """Copy one store into another, compare them, and say what differs. Interrupted, it is simply run again."""
    from search.copy import copy_store

    origin = options.origin or settings.elasticsearch_url or str(settings.store_dir)
    if place_of(origin) == place_of(options.target):
        raise BadSettings("Asal dan tujuan adalah penyimpanan yang sama.", hint="Sebut tujuan lain dengan --to.")
    if not is_address(origin) and not (Path(origin) / TRUTH).is_file():
        raise NotFound(
            f"Tidak ada penyimpanan di {origin}.", hint=f"Sebut map yang memuat {TRUTH}, misalnya var/store."
        )
    if is_other_folder(options.target):
        raise BadSettings(f"Map {options.target} berisi hal lain.", hint="Sebut map baru, atau map penyimpanan.")
    with (
        open_place(origin, settings) as source,
        open_place(options.target, settings) as target,
        show_progress(settings, "menyalin") as progress,
    ):
        copied = copy_store(source, target, report=progress)
    for difference in copied.differences:
        say(difference)
    if not copied.differences:
        say(f"Salinan lengkap: {format_number(copied.documents)} dokumen sama di kedua tempat.")
    row = {"documents": copied.documents, "written": copied.written, "differences": len(copied.differences)}
    write_rows([row], as_json=options.json, empty="")
    return 1 if copied.differences else 0


def is_address(place: str) -> bool:
    return "://" in place


def place_of(place: str) -> str:
    """One spelling of a place."""
    return place.rstrip("/") if is_address(place) else str(Path(place).resolve())


def is_other_folder(place: str) -> bool:
    """Whether this is a folder with something in it that is no store."""
    folder = Path(place)
    return not is_address(place) and folder.is_dir() and any(folder.iterdir()) and not (folder / TRUTH).is_file()


def open_place(place: str, settings: Settings) -> Store:
    """The store in a folder, or behind an address with the index name and credentials of the settings."""
    from search.embedded import EmbeddedStore
    from search.open import open_store

    if is_address(place):
        return open_store(msgspec.structs.replace(settings, elasticsearch_url=place))
    return EmbeddedStore(Path(place))
