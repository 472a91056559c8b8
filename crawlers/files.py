"""Takes in files: complaints and posts as CSV, XLSX or JSON lines, by a declared mapping of columns to a document.

Who filed a complaint never enters: a mapping names the columns that are read, and nothing else of a row is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from crawlers.file_mappings import PLACEHOLDER, FileMapping, choose_mapping, column_key, has_columns, places_of
from crawlers.file_rows import (
    RefusedRow,
    Rows,
    check_text,
    csv_headers,
    has_places,
    look_at_form,
    looked_at_objects,
    read_csv,
    read_json_lines,
)
from crawlers.file_sheets import read_sheet, sheet_header_rows
from crawlers.json_answers import MAX_COUNT
from crawlers.plausibility import MAX_AHEAD
from kentongan import text as words
from kentongan.errors import Quarantine
from kentongan.schema import Document, Engagement, Observation, document_id
from kentongan.times import parse_time

REGION_CODE = re.compile(r"\d{2}(?:\.\d{2}(?:\.\d{2}(?:\.\d{4})?)?)?")

UNIX_SECONDS = re.compile(r"[0-9]{9,10}(?:\.[0-9]{1,9})?")
"""Seconds since 1970, from 1973 to 2286; in milliseconds three digits more."""

UNIX_MILLISECONDS = re.compile(r"[0-9]{12,13}")


def recognise_file(path: Path, mappings: Mapping[str, FileMapping]) -> FileMapping:
    """The mapping a file was made for, known by its columns.

    Raises Quarantine for a file that cannot be read at all, BadSettings where no mapping fits, or two equally well.
    """
    form = look_at_form(path)
    known = [mapping for mapping in mappings.values() if mapping.recognise]
    if form == "jsonl":
        check_text(path)
        objects = looked_at_objects(path)
        fitting = [m for m in known if m.format == "jsonl" and any(has_places(o, m.recognise) for o in objects)]
    else:
        if form == "csv":
            check_text(path)
            headers = [set(header) for header in csv_headers(path).values()]
        else:
            headers = sheet_header_rows(path)
        fitting = [m for m in known if m.format != "jsonl" and any(has_columns(m.recognise, h) for h in headers)]
    return choose_mapping(fitting, mappings, file=path.name)


def import_file(path: Path, *, mapping: FileMapping, now: datetime) -> Iterator[Document | Observation | RefusedRow]:
    """Each row of a file, as a document or with the reason why it is refused, in the file's order. What a row says of
    a post's likes and the like follows its document as an observation.

    Before the first row: Quarantine ("no-file", "bad-charset", "missing-column", "empty-file", "wrong-format" and those
    of ``file_sheets.read_sheet``) for a file that cannot be taken in at all. Nothing is stored here; the caller adds
    the documents, then the observations, and counts the rest.
    """
    rows = open_rows(path, mapping)
    written = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
    return _read_rows(rows, mapping, now=now, seen=min(written, now))


def open_rows(path: Path, mapping: FileMapping) -> Rows:
    """The rows of a file as text by column. Raises Quarantine as ``import_file`` says."""
    if look_at_form(path) == "xlsx":
        if mapping.format == "jsonl":
            raise Quarantine(
                "wrong-format", f"Berkas {path} adalah XLSX, padahal pemetaan {mapping.name} membaca JSON lines."
            )
        return read_sheet(path, needed=mapping.needed(), sheet=mapping.sheet)
    if mapping.format == "jsonl":
        return read_json_lines(path, columns=mapping.columns())
    return read_csv(path, needed=mapping.needed())


def _read_rows(
    rows: Rows, mapping: FileMapping, *, now: datetime, seen: datetime
) -> Iterator[Document | Observation | RefusedRow]:
    for line, row in rows:
        if isinstance(row, RefusedRow):
            yield row
            continue
        try:
            document = read_document(row, mapping, now=now)
        except Quarantine as error:
            yield RefusedRow(line=line, reason=error.reason, message=f"Baris {line}: {error.message}")
            continue
        yield document
        observation = read_observation(row, mapping, document, seen=seen)
        if observation is not None:
            yield observation


def read_cell(row: Mapping[str, str], columns: str | None) -> str | None:
    """What a row holds in a column, cleaned; of several places the first that holds something. None for nothing."""
    for key in keys_of(columns or ""):
        written = row.get(key)
        if written and (value := words.clean(written).strip()):
            return value
    return None


@lru_cache(maxsize=10_000)
def keys_of(columns: str) -> tuple[str, ...]:
    """The places a value may stand at, as rows name them."""
    return tuple(column_key(place) for place in places_of(columns))


def fill_template(row: Mapping[str, str], template: str | None) -> str | None:
    """A template with a row's values; None where one of them is missing."""
    values = {name: read_cell(row, name) for name in PLACEHOLDER.findall(template or "")}
    if template is None or None in values.values():
        return None

    def fill(found: re.Match[str]) -> str:
        value = values[found[1]] or ""
        return value.lower() if found[0].endswith(":lower}") else value

    return PLACEHOLDER.sub(fill, template)


def read_moment(raw: str, zone: str) -> datetime:
    """A row's time in UTC: Unix seconds or milliseconds, or what ``parse_time`` reads. Raises ValueError."""
    if UNIX_SECONDS.fullmatch(raw) or UNIX_MILLISECONDS.fullmatch(raw):
        seconds = float(raw) if UNIX_SECONDS.fullmatch(raw) else int(raw) / 1000
        return parse_time(datetime.fromtimestamp(seconds, UTC).isoformat())
    if zone != "UTC":
        return parse_time(raw, zone=zone)
    # parse_time knows the zones of Indonesia; exports that speak UTC write ISO.
    try:
        moment = datetime.fromisoformat(raw)
    except ValueError:
        return parse_time(raw)
    return parse_time(moment.replace(tzinfo=UTC).isoformat() if moment.tzinfo is None else raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Essentials:
    """What no row can do without."""

    text: str
    key: str
    published: datetime
    raw: str
    """The source's own spelling of that time."""


def read_essentials(row: Mapping[str, str], mapping: FileMapping, *, now: datetime) -> Essentials:
    """Text, key and time of a row. Raises Quarantine ("no-text", "no-key", "no-time", "future-time")."""

    def cell(columns: str | None) -> str | None:
        return read_cell(row, columns)

    text = cell(mapping.text)
    if text is None:
        raise Quarantine("no-text", f"kolom {mapping.text} kosong.")
    key = fill_template(row, mapping.key_from) if mapping.key_from else cell(mapping.key)
    if key is None:
        raise Quarantine("no-key", f"kolom {mapping.key} kosong.")
    raw = cell(mapping.published_at)
    if raw is None:
        raise Quarantine("no-time", f"kolom {mapping.published_at} kosong.")
    try:
        published = read_moment(raw, mapping.zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Quarantine("no-time", f"kolom {mapping.published_at} bukan waktu: {raw[:60]}.") from error
    if published > now + MAX_AHEAD:
        raise Quarantine("future-time", f"kolom {mapping.published_at} bertanggal di masa depan: {raw[:60]}.")
    return Essentials(text=text, key=key, published=published, raw=raw)


def read_document(row: Mapping[str, str], mapping: FileMapping, *, now: datetime) -> Document:
    """One row (text by ``column_key``) as a document. Raises Quarantine as ``read_essentials``."""

    def cell(columns: str | None) -> str | None:
        return read_cell(row, columns)

    found = read_essentials(row, mapping, now=now)
    text, key, published, raw = found.text, found.key, found.published, found.raw
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
        url=cell(mapping.url) or fill_template(row, mapping.url_from),
        author=cell(mapping.author),
        language=cell(mapping.language),
        links=words.links(text),
        hashtags=tuple(dict.fromkeys(tag.lower() for tag in words.hashtags(text))),
        place=cell(mapping.place),
        region=region if region and REGION_CODE.fullmatch(region) else None,
        facts=facts,
        sample=mapping.sample,
    )


def read_observation(
    row: Mapping[str, str], mapping: FileMapping, document: Document, *, seen: datetime
) -> Observation | None:
    """The counts a row tells, as a visit at its own time, else at ``seen``; None where it tells none."""
    counts = {name: read_count(read_cell(row, column)) for name, column in mapping.engagement.items()}
    if all(count is None for count in counts.values()):
        return None
    try:
        at = read_moment(read_cell(row, mapping.observed_at) or "", mapping.zone)
    except (ValueError, OverflowError):
        at = seen
    return Observation(document=document.id, at=at, state="unchanged", engagement=Engagement(**counts))


def read_count(text: str | None) -> int | None:
    """A whole number of at least 0; None for anything else (platforms write -1 for what they hide)."""
    found = re.fullmatch(r"(\d{1,13})(?:\.0+)?", text or "")
    return int(found[1]) if found and int(found[1]) <= MAX_COUNT else None
