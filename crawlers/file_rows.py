"""Reads the rows of CSV files and of JSON lines, each as text by column, one row in memory at a time.

A file's head is checked before its first row: that it is there, not empty, UTF-8 to its end, and has the columns.
"""

from __future__ import annotations

import codecs
import csv
import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal, TextIO

import msgspec

from crawlers.file_mappings import column_key, has_columns, places_of
from kentongan.errors import Quarantine

MAX_FIELD = 1_000_000
"""Longest field of a CSV row, in characters."""

MAX_LINE = 10_000_000
"""Longest line of a text file, in characters: a post with everything its platform says of it takes a hundredth."""

DELIMITERS = (";", ",", "\t")
"""Excel in Indonesia writes semicolons, everything else commas; the one that yields the columns is right."""

LOOKED_AT = 20
"""Rows that are looked at to find a header or to recognise an export."""

CHUNK = 1 << 20

FileForm = Literal["csv", "xlsx", "jsonl"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that cannot become a document."""

    line: int
    """Line of the file (of a sheet its row) on which the row begins; the first is 1."""
    reason: str
    message: str


Row = dict[str, str] | RefusedRow
"""Text by ``column_key`` of its column."""

Rows = Iterator[tuple[int, Row]]
"""Rows with the line each begins on."""


def look_at_form(path: Path) -> FileForm:
    """What a file is, by its first bytes. Raises Quarantine ("no-file", "old-format")."""
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except OSError as error:
        raise Quarantine("no-file", f"Berkas {path} tidak terbaca: {error.strerror}.") from error
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Quarantine(
            "old-format", f"Berkas {path} adalah Excel lama (.xls) atau berkata sandi.",
            hint="Buka dengan Excel, hapus kata sandinya, dan simpan sebagai .xlsx.",
        )  # fmt: skip
    return "jsonl" if head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{") else "csv"


def check_text(path: Path) -> None:
    """Raise Quarantine ("no-file", "empty-file", "bad-charset") for what is no text file in UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, first, blank = 1, True, True
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
                blank = blank and not (chunk.removeprefix(codecs.BOM_UTF8) if first else chunk).strip()
                first = False
                line += chunk.count(b"\n")
        decoder.decode(b"", final=True)
    except OSError as error:
        raise Quarantine("no-file", f"Berkas {path} tidak terbaca: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        line += error.object[: error.start].count(b"\n")
        raise Quarantine(
            "bad-charset", f"Berkas {path} bukan UTF-8 (baris {line}).", hint="Simpan ulang sebagai CSV UTF-8."
        ) from error
    if blank:
        raise Quarantine("empty-file", f"Berkas {path} kosong.")


def require_columns(path: Path, needed: Sequence[str], there: Collection[str]) -> None:
    """Raise Quarantine ("missing-column") where a file lacks columns; ``there`` are ``column_key`` of those it has."""
    missing = [column_key(columns) for columns in needed if not has_columns([columns], set(there))]
    if missing:
        raise Quarantine(
            "missing-column",
            f"Berkas {path} tidak memiliki kolom {', '.join(missing)}.",
            hint=f"Kolom yang ada: {', '.join(name for name in there if name) or 'tidak terbaca'}.",
        )


# CSV


def read_csv(path: Path, *, needed: Sequence[str]) -> Rows:
    """The rows of a CSV file. Raises Quarantine at once where the header lacks one of ``needed``."""
    check_text(path)
    headers = csv_headers(path)
    mark = max(DELIMITERS, key=lambda one: sum(has_columns([name], set(headers[one])) for name in needed))
    require_columns(path, needed, headers[mark])
    return csv_rows(path, mark, headers[mark])


def csv_headers(path: Path) -> dict[str, list[str]]:
    """The first row as column keys, by each delimiter it may have been written with."""
    csv.field_size_limit(MAX_FIELD)
    headers = {}
    for mark in DELIMITERS:
        with path.open(encoding="utf-8-sig", newline="") as file:
            try:
                headers[mark] = [column_key(name) for name in next(csv.reader(bounded_lines(file), delimiter=mark), [])]
            except csv.Error:
                headers[mark] = []
    return headers


def bounded_lines(file: TextIO) -> Iterator[str]:
    """The lines of a file; one longer than MAX_LINE comes in pieces."""
    return iter(lambda: file.readline(MAX_LINE), "")


def csv_rows(path: Path, mark: str, header: Sequence[str]) -> Rows:
    csv.field_size_limit(MAX_FIELD)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(bounded_lines(file), delimiter=mark)
        next(reader)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield line, RefusedRow(line=line, reason="bad-row", message=f"Baris {line}: {error}.")
                continue
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                message = f"Baris {line}: {len(cells)} kolom, seharusnya {len(header)}."
                yield line, RefusedRow(line=line, reason="bad-row", message=message)
                continue
            yield line, dict(zip(header, cells, strict=True))


# JSON lines


def read_json_lines(path: Path, *, columns: Iterable[str]) -> Rows:
    """The objects of a file, one a line, each as the text of these columns. Raises Quarantine as ``check_text``."""
    check_text(path)
    return json_rows(path, sorted({place for name in columns for place in places_of(name)}))


def json_rows(path: Path, places: Sequence[str]) -> Rows:
    for line, found in json_objects(path):
        if isinstance(found, RefusedRow):
            yield line, found
        else:
            flat = {column_key(name): value for name, value in found.items()}
            texts = {column_key(place): as_text(find_value(found, flat, place)) for place in places}
            yield line, {name: text for name, text in texts.items() if text is not None}


def json_objects(path: Path) -> Iterator[tuple[int, dict[str, Any] | RefusedRow]]:
    with path.open(encoding="utf-8-sig", newline="\n") as file:
        line = 0
        while text := file.readline(MAX_LINE):
            line += 1
            if len(text) == MAX_LINE and not text.endswith("\n"):
                while (rest := file.readline(MAX_LINE)) and not rest.endswith("\n"):
                    pass
                message = f"Baris {line}: lebih panjang dari {MAX_LINE} huruf."
                yield line, RefusedRow(line=line, reason="bad-row", message=message)
                continue
            if not text.strip():
                continue
            try:
                found = msgspec.json.decode(text)
            except (msgspec.DecodeError, RecursionError) as error:
                yield line, RefusedRow(line=line, reason="not-json", message=f"Baris {line}: bukan JSON: {error}.")
                continue
            if isinstance(found, dict):
                yield line, found
            else:
                yield line, RefusedRow(line=line, reason="not-json", message=f"Baris {line}: bukan objek JSON.")


def find_value(found: dict[str, Any], flat: dict[str, Any], place: str) -> Any:
    """What stands at a place ("data.edges.0.text") of an object; None where there is nothing.

    ``flat`` is the object itself by ``column_key``.
    """
    if column_key(place) in flat:
        return flat[column_key(place)]
    value: Any = found
    for step in place.split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and len(step) < 4 and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def as_text(value: Any) -> str | None:
    """A scalar as text; None for what is no text or number."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return number_text(value)


def number_text(value: float) -> str:
    """A number with all its digits: a whole one without a point."""
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        return str(int(value))
    return str(value)


def looked_at_objects(path: Path) -> list[dict[str, Any]]:
    """The first objects of a file of JSON lines, to recognise it by."""
    return [found for _, found in islice(json_objects(path), LOOKED_AT) if isinstance(found, dict)]


def has_places(found: dict[str, Any], wanted: Iterable[str]) -> bool:
    """Whether an object has something at one of the places of each of these columns."""
    flat = {column_key(name): value for name, value in found.items()}
    return all(any(find_value(found, flat, place) is not None for place in places_of(one)) for one in wanted)
