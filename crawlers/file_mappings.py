"""How files become documents: the declared mappings, finding one by name, and recognising the one a file was made for.

A mapping's values name columns. In JSON lines a column may lie deeper ("data.author.uniqueId", lists by number); where
a value stands at different places in different versions of an export, the places are separated by "|" and the first
that holds something counts.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from kentongan.errors import BadSettings
from kentongan.schema import Kind

SHIPPED = Path(__file__).with_name("mappings.yml")

PLACEHOLDER = re.compile(r"\{([^{}:]+)(?::lower)?\}")
"""A column's name in a template; with ":lower" its value goes in in lower case."""

Count = Literal["likes", "shares", "replies", "views"]
"""The counts of a post that a file may tell."""


class ComplaintColumns(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What only the intake of complaints reads of a row, none of it ever in a document. Each field names a column."""

    channel: str = "lain"
    """Not a column: the channel of ``casework.complaints.records`` that rows came through where none is named."""
    channel_from: str | None = None
    classification: str | None = None
    """Column of SP4N's classification; it tells the kind, and whistle-blowing."""
    category: str | None = None
    agency: str | None = None
    status: str | None = None
    status_at: str | None = None
    """Column of the time since when it has this status."""
    finished_at: str | None = None
    lat: str | None = None
    lon: str | None = None
    rating: str | None = None
    name: str | None = None
    """Column of the reporter's name; kept apart from the complaint."""
    contact: str | None = None
    anonymous: str | None = None
    """Column that says "ya" where the reporter wants no name kept."""
    sample_from: str | None = None
    """Column that says DATA CONTOH beside invented rows."""

    def columns(self) -> Iterator[str]:
        """Every column that is read."""
        named = [getattr(self, name) for name in self.__struct_fields__ if name != "channel"]
        yield from (column for column in named if column)


class FileMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the rows of one kind of file become documents. Fields whose names end in a document's field name a column."""

    name: str
    """What ``kentongan import --as`` calls it."""
    format: Literal["csv", "xlsx", "jsonl"]
    """"csv" and "xlsx" are tables, and either is read from either kind of file; "jsonl" is one JSON object a line."""
    kind: Kind
    publisher: str
    """Stands in ``Document.publisher`` and, with the key, in the id."""
    platform: str
    key: str
    """Column of the publisher's own key: a ticket number, a post's id."""
    text: str
    published_at: str
    recognise: tuple[str, ...] = ()
    """Columns by which a file of this kind is known without ``--as``; empty: never."""
    required: tuple[str, ...] = ()
    """Columns that must be there beside key, text and time."""
    key_from: str | None = None
    """Template of the key ("{chat:lower}/{id}"), where one column is not enough."""
    published_by: str | None = None
    """Column of each row's own publisher (the server of a post); rows without one carry ``publisher``."""
    platform_from: str | None = None
    """Column of each row's own platform, likewise."""
    title: str | None = None
    url: str | None = None
    url_from: str | None = None
    """Template of the address ("https://www.tiktok.com/@{data.author.uniqueId}/video/{data.id}"), for rows without
    ``url``."""
    author: str | None = None
    """Column of the byline. Never declared for complaints."""
    language: str | None = None
    place: str | None = None
    region: str | None = None
    """Column of a region code; a value that is no such code is left out."""
    facts: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Name of a fact -> its column."""
    engagement: Mapping[Count, str] = msgspec.field(default_factory=dict)
    """Name of a count -> its column. What is no whole number of at least 0 is absent."""
    observed_at: str | None = None
    """Column that says when the counts were read; without it they are as old as the file."""
    complaint: ComplaintColumns | None = None
    """What else the intake of complaints reads; rows of such a file go through casework, then into the store."""
    zone: Literal["WIB", "WITA", "WIT", "UTC"] = "WIB"
    """Zone of times written without one."""
    sheet: str | None = None
    """Name of the sheet of an XLSX file; without it the first one."""
    sample: bool = False
    about: str = ""
    """Where such files come from, for people."""

    def columns(self) -> Iterator[str]:
        """Every column that is read of a row, each place apart; some may come twice."""
        named = [
            self.key, self.text, self.published_at, self.published_by, self.platform_from, self.title, self.url,
            self.author, self.language, self.place, self.region, self.observed_at,
            *self.required, *self.facts.values(), *self.engagement.values(),
            *(self.complaint.columns() if self.complaint else ()),
        ]  # fmt: skip
        for template in (self.key_from, self.url_from):
            named += PLACEHOLDER.findall(template or "")
        for columns in named:
            yield from places_of(columns or "")

    def needed(self) -> tuple[str, ...]:
        """The columns without which no row can become a document."""
        keys = PLACEHOLDER.findall(self.key_from) if self.key_from else [self.key]
        return (*keys, self.text, self.published_at, *self.required)


@lru_cache(maxsize=10_000)
def places_of(columns: str) -> tuple[str, ...]:
    """The places a value may stand at, the first coming first."""
    return tuple(place for place in columns.split("|") if place)


@lru_cache(maxsize=10_000)
def column_key(name: str) -> str:
    """A column's name for comparing: lower case, "_" for whatever stands between its words ("Tracking ID")."""
    return re.sub(r"[\W_]+", "_", name.strip().lower()).strip("_")


def has_columns(wanted: Iterable[str], there: set[str]) -> bool:
    """Whether each of these columns stands at one of its places. ``there`` holds ``column_key`` of what a file has."""
    return all(any(column_key(place) in there for place in places_of(columns)) for columns in wanted)


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
        if mapping.kind != "complaint" and mapping.complaint is not None:
            raise BadSettings(f"Pemetaan {mapping.name}: hanya aduan yang memuat bagian complaint.")
        by_name[mapping.name] = mapping
    return by_name


def find_mapping(name: str, mappings: Mapping[str, FileMapping]) -> FileMapping:
    """The mapping of this name. Raises BadSettings with the nearest known one."""
    if name in mappings:
        return mappings[name]
    near = difflib.get_close_matches(name, list(mappings), n=1)
    hint = f"Mungkin maksudnya {near[0]}?" if near else f"Yang ada: {', '.join(sorted(mappings))}."
    raise BadSettings(f"Pemetaan {name} tidak dikenal.", hint=hint)


def choose_mapping(fitting: Iterable[FileMapping], mappings: Mapping[str, FileMapping], *, file: str) -> FileMapping:
    """Of the mappings that fit a file the most specific: the one recognised by most columns.

    Raises BadSettings, naming what there is, where none fits or two fit equally well.
    """
    best = sorted(fitting, key=lambda mapping: -len(mapping.recognise))
    if best and (len(best) == 1 or len(best[0].recognise) > len(best[1].recognise)):
        return best[0]
    if best:
        alike = ", ".join(m.name for m in best if len(m.recognise) == len(best[0].recognise))
        raise BadSettings(f"Berkas {file} cocok dengan beberapa pemetaan.", hint=f"Sebut salah satu: --as {alike}.")
    raise BadSettings(
        f"Jenis berkas {file} tidak dikenali dari kolomnya.",
        hint=f"Sebut pemetaannya dengan --as: {', '.join(sorted(mappings))}.",
    )
