"""Reads the declaration of sources: each is a name, a kind, an address and what a reader must know about it."""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from crawlers.addresses import host_of, names_private_place, normalise_url, publisher_of
from crawlers.file_mappings import find_mapping, load_mappings
from crawlers.kinds import KINDS
from kentongan.errors import BadSettings, NotConfigured, NotFound

SHIPPED = Path(__file__).with_name("sources.yml")


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One place that is read again and again."""

    name: str
    """Short stable name ("antara-terkini"): stands in ``Document.source`` and in gaps."""
    kind: str
    """How its answer is read: a key of ``crawlers.kinds.KINDS``."""
    url: str
    """Address of the feed, sitemap or timeline, with its query."""
    title: str = ""
    """Name for people."""
    publisher: str = ""
    """Publisher of the pages on this source's own site; empty takes the site's name ("antaranews.com"). Pages that
    lie elsewhere, and posts, always carry their own site's or server's."""
    platform: str = "web"
    """Stands in ``Document.platform``."""
    document_kind: Literal["article", "factcheck", "post"] = "article"
    """What its documents are. A page that carries a ClaimReview is a fact-check whatever is declared."""
    region: str | None = None
    """Code of the region the source is about; says what is covered, never where a document's event took place."""
    language: str | None = None
    """BCP 47 code, where it is known better than the pages say it (several outlets mark Indonesian as English)."""
    zone: Literal["WIB", "WITA", "WIT"] = "WIB"
    """Zone of times that its pages print without one."""
    enabled: bool = True
    allow_private: bool = False
    """Whether its own host may be a loopback or private address. Other private addresses stay closed to it."""
    crawl_delay: float | None = None
    """Least pause between two requests to its host, in seconds. It can lengthen the settings' pause, as robots.txt
    can; only where ``allow_private`` is set may it also shorten it."""
    max_items: int = 100
    """Most entries taken from one answer, newest first; of a timeline, most posts in one run."""
    match: str = ""
    """Of kind listing: a regular expression that the path of an article's address contains ("^/berita/[0-9]+"); empty
    takes what looks like an article's address."""
    mapping: str = ""
    """Of kind complaints-json: name of the mapping of fields (``crawlers/mappings.yml``)."""
    sample: bool = False
    """True for invented data."""
    legal: str = ""
    """What its terms say about reading it by machine, as far as known."""
    checked: datetime.date | None = None
    """Day somebody last saw it answer; absent: never checked."""


def load_sources(path: Path | None = None) -> list[Source]:
    """The sources declared in a file, or those that ship with Kentongan, in their order. Disabled ones too.

    Raises BadSettings that names the source and the key at fault.
    """
    import yaml

    file = path or SHIPPED
    try:
        declared = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadSettings(
            f"Daftar sumber {file} tidak terbaca: {error.strerror}.", hint="Periksa sources_file."
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadSettings(f"Daftar sumber {file} bukan YAML yang benar: {error}.") from error
    if not isinstance(declared, list):
        raise BadSettings(
            f"Daftar sumber {file} harus berupa daftar.", hint="Setiap sumber diawali dengan '- name: ...'."
        )
    sources = [_read_source(entry, number, file) for number, entry in enumerate(declared, start=1)]
    names: set[str] = set()
    publishers: dict[str, Source] = {}
    for source in sources:
        if source.name in names:
            raise BadSettings(
                f"Sumber {source.name} dinyatakan dua kali di {file}.", hint="Beri nama lain (kunci name)."
            )
        names.add(source.name)
        if source.document_kind == "post" or names_private_place(host_of(source.url)):
            continue
        other = publishers.setdefault(publisher_of(source.url), source)
        if other.publisher != source.publisher:
            # Two publishers for one page would make two documents of it.
            raise BadSettings(
                f"Sumber {source.name} dan {other.name} ada di situs yang sama tetapi kunci publisher berbeda.",
                hint="Samakan publisher keduanya.",
            )
    return sources


def _read_source(entry: object, number: int, file: Path) -> Source:
    """One declared source, checked. ``number`` counts from 1, for what has no name."""
    if not isinstance(entry, dict):
        raise BadSettings(f"Sumber ke-{number} di {file} bukan pasangan kunci dan nilai.")
    name = str(entry.get("name") or f"ke-{number}")
    known = list(Source.__struct_fields__)
    for key in entry:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1)
            hint = f"Mungkin maksudnya {near[0]}?" if near else f"Kunci yang dikenal: {', '.join(known)}."
            raise BadSettings(f"Sumber {name}: kunci {key} tidak dikenal.", hint=hint)
    try:
        source = msgspec.convert(entry, Source)
    except msgspec.ValidationError as error:
        raise BadSettings(f"Sumber {name}: {error}.", hint=f"Perbaiki {file}.") from error
    _check_source(source)
    return source


def _check_source(source: Source) -> None:
    """Raise BadSettings for a value that has the right type but cannot be used."""
    if not source.name or not all(letter.isalnum() or letter in "-_." for letter in source.name):
        raise BadSettings(f"Sumber {source.name!r}: kunci name hanya boleh berisi huruf, angka, '-', '_' dan '.'.")
    if source.kind not in KINDS:
        raise BadSettings(
            f"Sumber {source.name}: kind {source.kind} tidak dikenal.", hint=f"Yang ada: {', '.join(sorted(KINDS))}."
        )
    try:
        normalise_url(source.url)
    except ValueError as error:
        raise BadSettings(
            f"Sumber {source.name}: url {source.url!r} bukan alamat http atau https.", hint="Tulis alamat lengkapnya."
        ) from error
    if urlsplit(source.url).username is not None:
        raise BadSettings(f"Sumber {source.name}: url memuat nama pengguna atau sandi.", hint="Hapus dari alamatnya.")
    try:
        re.compile(source.match)
    except re.error as error:
        raise BadSettings(f"Sumber {source.name}: match bukan ekspresi reguler yang benar: {error}.") from error
    if source.mapping:
        find_mapping(source.mapping, load_mappings())
    elif KINDS[source.kind].needs_mapping:
        raise BadSettings(
            f"Sumber {source.name}: kind {source.kind} memerlukan kunci mapping.",
            hint=f"Yang ada: {', '.join(sorted(load_mappings()))}.",
        )
    if source.max_items < 1:
        raise BadSettings(f"Sumber {source.name}: max_items paling sedikit 1.")
    if source.crawl_delay is not None and not 0 <= source.crawl_delay <= 3600:
        raise BadSettings(f"Sumber {source.name}: crawl_delay antara 0 dan 3600 detik.")


def publisher_for(source: Source, *, page: str, canonical: str) -> str:
    """Who published a page found through a source: the declared publisher where the page was read on the source's own
    site, else the site of the page's canonical address."""
    own = host_of(source.url) == host_of(page) or publisher_of(source.url) == publisher_of(page)
    return source.publisher if source.publisher and own else publisher_of(canonical)


def choose_sources(declared: Sequence[Source], names: Sequence[str]) -> list[Source]:
    """The sources of these names, in their order; without names all that are on. Raises NotFound for a name nobody
    declared and NotConfigured for a source that is off."""
    by_name = {source.name: source for source in declared}
    for name in names:
        if name not in by_name:
            raise NotFound(f"Sumber {name!r} tidak ada.", hint="Daftarnya: `kentongan sources list`.")
        if not by_name[name].enabled:
            raise NotConfigured(name, f"Sumber {name!r} dimatikan (enabled: false).", hint="Hidupkan di sources.yml.")
    return [by_name[name] for name in names] or [source for source in declared if source.enabled]
