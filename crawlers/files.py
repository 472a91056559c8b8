"""Takes in files: complaints as CSV, posts as JSON lines, by a declared mapping of columns to a document's fields.

Who filed a complaint never enters: a mapping names the columns that are read, and nothing else of a row is looked at.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from kentongan import text as words
from kentongan.errors import BadSettings, Quarantine
from kentongan.schema import Document, Kind, document_id
from kentongan.times import parse_time

SHIPPED = Path(__file__).with_name("mappings.yml")

MAX_AHEAD = timedelta(hours=24)
"""How far ahead of the clock a row's time may lie: a wrong zone, no more."""

MAX_FIELD = 1_000_000
"""Longest field of a CSV row, in characters."""

DELIMITERS = (";", ",", "\t")
"""Excel in Indonesia writes semicolons, everything else commas; the one that yields the columns is right."""

REGION_CODE = re.compile(r"\d{2}(?:\.\d{2}(?:\.\d{2}(?:\.\d{4})?)?)?")


class FileMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the rows of one kind of file become documents. Fields whose names end in a document's field name a column."""

    name: str
    """What ``kentongan import --as`` calls it."""
    format: Literal["csv", "jsonl"]
    kind: Kind
    publisher: str
    """Stands in ``Document.publisher`` and, with the key, in the id."""
    platform: str
    key: str
    """Column of the publisher's own key: a ticket number, a post's id."""
    text: str
    published_at: str
    required: tuple[str, ...] = ()
    """Columns that must be there beside key, text and time."""
    published_by: str | None = None
    """Column of each row's own publisher (the server of a post); rows without one carry ``publisher``."""
    platform_from: str | None = None
    """Column of each row's own platform, likewise."""
    title: str | None = None
    url: str | None = None
    author: str | None = None
    """Column of the byline. Never declared for complaints."""
    language: str | None = None
    place: str | None = None
    region: str | None = None
    """Column of a region code; a value that is no such code is left out."""
    facts: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Name of a fact -> its column."""
    zone: Literal["WIB", "WITA", "WIT"] = "WIB"
    """Zone of times written without one."""
    sample: bool = False
    about: str = ""
    """Where such files come from, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that cannot become a document."""

    line: int
    """Line of the file on which the row begins; the first is 1."""
    reason: str
    message: str


def load_mappings(path: Path | None = None) -> dict[str, FileMapping]:
    """The mappings declared in a file, or those that ship with Kentongan, by name. Raises BadSettings."""
    import yaml

    file = path or SHIPPED
    try:
        declared = yaml.safe_load(file.read_text(encoding="utf-8"))
        mappings = msgspec.convert(declared, list[FileMapping])
    except OSError as error:
        raise BadSettings(f"Daftar pemetaan {file} tidak terbaca: {error.strerror}.") from error
    except (yaml.YAMLError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise BadSettings(f"Daftar pemetaan {file} salah: {error}.", hint="Bandingkan dengan yang bawaan.") from error
    by_name: dict[str, FileMapping] = {}
    for mapping in mappings:
        if mapping.name in by_name:
            raise BadSettings(f"Pemetaan {mapping.name} dinyatakan dua kali di {file}.")
        if mapping.kind == "complaint" and mapping.author is not None:
            raise BadSettings(
                f"Pemetaan {mapping.name}: aduan tidak boleh memuat author.", hint="Nama pelapor tidak ikut disimpan."
            )
        by_name[mapping.name] = mapping
    return by_name


def find_mapping(name: str, mappings: Mapping[str, FileMapping]) -> FileMapping:
    """The mapping of this name. Raises BadSettings with the nearest known one."""
    if name in mappings:
        return mappings[name]
    near = difflib.get_close_matches(name, list(mappings), n=1)
    hint = f"Mungkin maksudnya {near[0]}?" if near else f"Yang ada: {', '.join(sorted(mappings))}."
    raise BadSettings(f"Pemetaan {name} tidak dikenal.", hint=hint)


def import_file(path: Path, *, mapping: FileMapping, now: datetime) -> Iterator[Document | RefusedRow]:
    """Each row of a file, as a document or with the reason why it is refused, in the file's order.

    Before the first row: Quarantine ("no-file", "bad-charset", "missing-column", "empty-file") for a file that cannot
    be taken in at all. Nothing is stored here; the caller adds the documents and counts the rest.
    """
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise Quarantine("no-file", f"Berkas {path} tidak terbaca: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise Quarantine(
            "bad-charset", f"Berkas {path} bukan UTF-8 (baris {line}).", hint="Simpan ulang sebagai CSV UTF-8."
        ) from error
    rows = _read_csv(content, path, mapping) if mapping.format == "csv" else _read_json_lines(content)
    return _read_rows(rows, mapping, now=now)


Row = dict[str, str] | RefusedRow


def _read_rows(
    rows: Iterator[tuple[int, Row]], mapping: FileMapping, *, now: datetime
) -> Iterator[Document | RefusedRow]:
    for line, row in rows:
        if isinstance(row, RefusedRow):
            yield row
            continue
        try:
            yield _read_document(row, mapping, now=now)
        except Quarantine as error:
            yield RefusedRow(line=line, reason=error.reason, message=f"Baris {line}: {error.message}")


def column_key(name: str) -> str:
    """A column's name for comparing: lower case, "_" for whatever stands between its words ("Tracking ID")."""
    return re.sub(r"[\W_]+", "_", name.strip().lower()).strip("_")


def _read_csv(content: str, path: Path, mapping: FileMapping) -> Iterator[tuple[int, Row]]:
    """Rows with the line each begins on. The header is checked at once, before any row is asked for."""
    if not content.strip():
        raise Quarantine("empty-file", f"Berkas {path} kosong.")
    needed = [column_key(name) for name in (mapping.key, mapping.text, mapping.published_at, *mapping.required)]
    headers = {mark: _header(content, mark) for mark in DELIMITERS}
    mark = max(DELIMITERS, key=lambda one: sum(name in headers[one] for name in needed))
    missing = [name for name in needed if name not in headers[mark]]
    if missing:
        raise Quarantine(
            "missing-column",
            f"Berkas {path} tidak memiliki kolom {', '.join(missing)}.",
            hint=f"Kolom yang ada: {', '.join(name for name in headers[mark] if name) or 'tidak terbaca'}.",
        )
    return _csv_rows(content, mark, headers[mark])


def _header(content: str, mark: str) -> list[str]:
    try:
        return [column_key(name) for name in next(csv.reader(io.StringIO(content, newline=""), delimiter=mark), [])]
    except csv.Error:
        return []


def _csv_rows(content: str, mark: str, header: list[str]) -> Iterator[tuple[int, Row]]:
    csv.field_size_limit(MAX_FIELD)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=mark)
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


def _read_json_lines(content: str) -> Iterator[tuple[int, Row]]:
    """Objects, one a line; numbers and lists become text."""
    for line, text in enumerate(content.split("\n"), start=1):
        if not text.strip():
            continue
        try:
            found = msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError) as error:
            yield line, RefusedRow(line=line, reason="not-json", message=f"Baris {line}: bukan JSON: {error}.")
            continue
        if not isinstance(found, dict):
            yield line, RefusedRow(line=line, reason="not-json", message=f"Baris {line}: bukan objek JSON.")
            continue
        yield (
            line,
            {
                column_key(name): value if isinstance(value, str) else str(value)
                for name, value in found.items()
                if isinstance(value, str | int | float) and not isinstance(value, bool)
            },
        )


def _read_document(row: dict[str, str], mapping: FileMapping, *, now: datetime) -> Document:
    """One row as a document. Raises Quarantine."""

    def cell(column: str | None) -> str | None:
        value = words.clean(row.get(column_key(column), "")).strip() if column else ""
        return value or None

    text = cell(mapping.text)
    if text is None:
        raise Quarantine("no-text", f"kolom {mapping.text} kosong.")
    key = cell(mapping.key)
    if key is None:
        raise Quarantine("no-key", f"kolom {mapping.key} kosong.")
    raw = cell(mapping.published_at)
    if raw is None:
        raise Quarantine("no-time", f"kolom {mapping.published_at} kosong.")
    try:
        published = parse_time(raw, zone=mapping.zone).astimezone(UTC)
    except ValueError as error:
        raise Quarantine("no-time", f"kolom {mapping.published_at} bukan waktu: {raw[:60]}.") from error
    if published > now + MAX_AHEAD:
        raise Quarantine("future-time", f"kolom {mapping.published_at} bertanggal di masa depan: {raw[:60]}.")
    publisher = cell(mapping.published_by) or mapping.publisher
    region = cell(mapping.region)
    facts = {name: value for name, column in mapping.facts.items() if (value := cell(column))}
    return Document(
        id=document_id(publisher, key),
        kind=mapping.kind,
        publisher=publisher,
        platform=cell(mapping.platform_from) or mapping.platform,
        native_key=key,
        source=mapping.name,
        text=text,
        published_at=published,
        published_raw=raw,
        collected_at=now.astimezone(UTC),
        title=cell(mapping.title),
        url=cell(mapping.url),
        author=cell(mapping.author),
        language=cell(mapping.language),
        links=words.links(text),
        hashtags=tuple(dict.fromkeys(tag.lower() for tag in words.hashtags(text))),
        place=cell(mapping.place),
        region=region if region and REGION_CODE.fullmatch(region) else None,
        facts=facts,
        sample=mapping.sample,
    )
