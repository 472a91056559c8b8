"""Reads what agencies drop or serve as CSV or XLSX: a file, every file of a folder, or the answer of an address."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from crawlers.bridges.columns import require_bridge_columns
from crawlers.bridges.declaration import Bridge
from crawlers.bridges.download import download, headers_for
from crawlers.bridges.records import BridgeRow
from crawlers.file_mappings import column_key, has_columns
from crawlers.file_rows import RefusedRow, check_text, csv_headers, look_at_form, read_csv
from crawlers.file_sheets import read_sheet, sheet_header_rows
from crawlers.html_answers import HTML
from kentongan.errors import Quarantine
from kentongan.settings import Settings

MAX_FILES = 400
"""Most files of a folder, the newest: a year of daily ones."""

LOOKED_AT_BODY = 2000
"""Bytes of an answer in which markup would begin."""


def find_files(bridge: Bridge) -> list[Path]:
    """The files of a bridge, oldest first; of a folder those of its kind, hidden and half-written ones left out.

    Raises Quarantine ("no-file").
    """
    path = Path(bridge.path)
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise Quarantine("no-file", f"{path} tidak ada.", hint="Periksa path jembatan itu dan hak membacanya.")
    names = [one for one in path.iterdir() if one.suffix.lower() == f".{bridge.kind}" and one.name[0] not in ".~"]
    files = sorted((one for one in names if one.is_file()), key=lambda one: (one.stat().st_mtime, one.name))
    if not files:
        raise Quarantine("no-file", f"Folder {path} tidak memuat berkas .{bridge.kind}.")
    return files[-MAX_FILES:]


def read_table_rows(bridge: Bridge, path: Path, *, place: str) -> Iterator[tuple[int, BridgeRow | RefusedRow]]:
    """The rows of one file with their lines. Raises Quarantine ("html", "missing-column", "too-large" and those of
    ``read_csv`` and ``read_sheet``). ``place`` names the file in messages."""
    if path.stat().st_size > bridge.max_bytes:
        raise Quarantine("too-large", f"{place} lebih besar dari {bridge.max_bytes} bita.")
    with path.open("rb") as file:
        head = file.read(LOOKED_AT_BODY).decode("utf-8", "replace").lstrip("\ufeff \r\n\t")
    if head.startswith("<") and HTML.search(head):
        raise Quarantine(
            "html", f"{place} berisi halaman HTML, bukan {bridge.kind.upper()}.",
            hint="Biasanya halaman masuk atau halaman galat.",
        )  # fmt: skip
    wanted = [*bridge.columns.values(), *bridge.values.values()]
    if look_at_form(path) == "xlsx":
        heads = sheet_header_rows(path, sheet=bridge.sheet)
        best = max(heads, key=lambda row: sum(has_columns([name], row) for name in wanted), default=set())
        require_bridge_columns(bridge, {name for name in best if name}, place=place)
        return read_sheet(path, needed=_required(bridge), sheet=bridge.sheet)
    check_text(path)
    headers = [set(header) for header in csv_headers(path).values()]
    best = max(headers, key=lambda row: (sum(has_columns([name], row) for name in wanted), len(row)))
    require_bridge_columns(bridge, {name for name in best if name}, place=place)
    return read_csv(path, needed=_required(bridge))


def _required(bridge: Bridge) -> list[str]:
    from crawlers.bridges.columns import needed_columns

    return [column_key(name) if "|" not in name else name for name in needed_columns(bridge)]


def read_served_table(
    bridge: Bridge, *, settings: Settings, environ: Mapping[str, str] | None = None
) -> Iterator[tuple[int, BridgeRow | RefusedRow]]:
    """The rows of the file an address serves. Raises Quarantine and Retry, as ``download`` and ``read_table_rows``."""
    body = download(bridge, bridge.address, headers=headers_for(bridge, settings, environ=environ), settings=settings)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"jawaban.{bridge.kind}"
        file.write_bytes(body)
        yield from read_table_rows(bridge, file, place=f"Jawaban {bridge.name}")
