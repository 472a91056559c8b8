"""Reads the pages of a JSON interface into rows, until its list ends; a page that comes again stops the reading."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from crawlers.bridges.columns import require_bridge_columns
from crawlers.bridges.declaration import Bridge, Paging
from crawlers.bridges.download import download, headers_for
from crawlers.bridges.records import BridgeRow, Cell
from crawlers.complaints import MAX_DEPTH, MAX_FIELDS, NEXT, find_list
from crawlers.file_mappings import column_key
from crawlers.file_rows import RefusedRow, find_value
from crawlers.html_answers import HTML
from crawlers.json_answers import read_json, told_error
from crawlers.kinds import Answer
from kentongan.errors import Quarantine
from kentongan.settings import Settings

CURSORS = ("next_cursor", "cursor", "next_page_token", "nextPageToken", "next")
"""Names under which interfaces put the word for the next page, beside the list or under "meta"."""

LOOKED_AT_BODY = 2000
"""Bytes of an answer in which markup would begin."""


def read_json_pages(
    bridge: Bridge, *, settings: Settings, now: datetime, environ: Mapping[str, str] | None = None
) -> Iterator[tuple[int, BridgeRow | RefusedRow]]:
    """The rows of all pages with their places, from 1. Raises Quarantine also after pages were given
    ("repeated-page", "too-many-pages", "not-json", "html", "missing-column"), Retry where the server is away."""
    headers = {"Accept": "application/json", **headers_for(bridge, settings, environ=environ)}
    paging = bridge.paging
    url: str | None = first_address(bridge)
    asked: set[str] = set()
    seen: set[str] = set()
    place = 0
    for number in range(paging.max_pages if paging else 1):
        assert url is not None
        asked.add(url)
        body = download(bridge, url, headers=headers, settings=settings)
        found, items = read_items(bridge, Answer(url=url, status=200, headers=(), body=body, at=now))
        print_of_page = hashlib.sha256(repr(items).encode()).hexdigest()
        if items and print_of_page in seen:
            raise Quarantine(
                "repeated-page",
                f"Halaman {number + 1} dari {bridge.name} sama dengan halaman sebelumnya; pembacaan dihentikan.",
                hint="Sistem itu mungkin mengabaikan nomor halaman: periksa paging.",
            )
        seen.add(print_of_page)
        rows = [flatten(item) for item in items]
        there = {name for row in rows if isinstance(row, dict) for name in row}
        if rows:
            require_bridge_columns(bridge, there, place=f"Jawaban {bridge.name}")
        for row in rows:
            place += 1
            if row is None:
                yield place, RefusedRow(line=place, reason="not-json", message=f"Baris {place}: bukan objek JSON.")
            else:
                yield place, row
        url = next_address(bridge, paging, found, url=url, number=number, count=len(items)) if paging else None
        if url is None:
            return
        if url in asked:
            raise Quarantine("repeated-page", f"{bridge.name} menunjuk kembali ke halaman yang sudah dibaca.")
    if paging:
        raise Quarantine(
            "too-many-pages", f"{bridge.name} masih berlanjut setelah {paging.max_pages} halaman (paging.max_pages)."
        )


def read_items(bridge: Bridge, answer: Answer) -> tuple[Any, list[Any]]:
    """What an answer holds, and the list in it. Raises Quarantine ("html", "not-json", "no-list")."""
    head = answer.body[:LOOKED_AT_BODY].decode("utf-8", "replace").lstrip("\ufeff \r\n\t")
    if head.startswith("<") and HTML.search(head):
        raise Quarantine(
            "html",
            f"{bridge.name} menjawab dengan halaman HTML, bukan JSON.",
            hint="Biasanya halaman masuk atau halaman galat: buka alamatnya dan periksa tokennya.",
        )
    found = read_json(answer)
    if bridge.items:
        items = find_value(found, {}, bridge.items) if isinstance(found, dict) else None
        items = items if isinstance(items, list) else None
    else:
        items = find_list(found, depth=0)
    if items is None:
        where = f" di {bridge.items}" if bridge.items else ""
        raise Quarantine("no-list", f"Jawaban {bridge.name} tidak memuat daftar{where}{told_error(found)}.")
    return found, items


def flatten(item: Any) -> dict[str, Cell] | None:
    """The texts and numbers of an object by ``column_key`` of the path to each; None for what is no object."""
    if not isinstance(item, dict):
        return None
    row: dict[str, Cell] = {}
    _fill(item, (), row)
    return row


def _fill(value: dict[str, Any], path: tuple[str, ...], row: dict[str, Cell]) -> None:
    for name, inner in value.items():
        if len(row) >= MAX_FIELDS:
            return
        here = (*path, name)
        if isinstance(inner, dict) and len(here) < MAX_DEPTH:
            _fill(inner, here, row)
        elif isinstance(inner, str | int | float) and not isinstance(inner, bool):
            row.setdefault(column_key("_".join(here)), inner)
        elif inner is None:
            # The column is there; this row holds nothing in it.
            row.setdefault(column_key("_".join(here)), "")


def first_address(bridge: Bridge) -> str:
    """The address of the first page."""
    paging = bridge.paging
    if paging is None or paging.by in ("next", "cursor"):
        return _with_size(bridge.address, paging)
    first = paging.first if paging.first is not None else (0 if paging.by == "offset" else 1)
    return _with_size(with_parameter(bridge.address, paging.parameter or paging.by, str(first)), paging)


def next_address(bridge: Bridge, paging: Paging, found: Any, *, url: str, number: int, count: int) -> str | None:
    """The address of the next page; None at the end. Raises Quarantine ("redirects") for one on another host."""
    if count == 0 or (paging.size is not None and count < paging.size):
        return None
    if paging.by in ("page", "offset"):
        first = paging.first if paging.first is not None else (0 if paging.by == "offset" else 1)
        step = paging.size if paging.by == "offset" and paging.size else 1
        return with_parameter(url, paging.parameter or paging.by, str(first + (number + 1) * step))
    if paging.by == "cursor":
        word = _find_word(found, (paging.place,) if paging.place else CURSORS)
        return None if word is None else with_parameter(url, paging.parameter or "cursor", word)
    named = _find_word(found, (paging.place,) if paging.place else NEXT)
    if named is None:
        return None
    target = urljoin(url, named)
    one, other = urlsplit(target), urlsplit(url)
    if (one.scheme, one.netloc) != (other.scheme, other.netloc):
        raise Quarantine("redirects", f"Halaman berikut dari {bridge.name} ada di server lain; tidak dibaca.")
    return target


def _find_word(found: Any, places: tuple[str, ...]) -> str | None:
    """The first text or number at one of these places, beside the list or under "meta" and "links"."""
    if not isinstance(found, dict):
        return None
    for inside in ("", "meta.", "links.", "pagination.", "data."):
        for place in places:
            value = find_value(found, {}, inside + place)
            if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
                return str(value).strip()
    return None


def with_parameter(url: str, name: str, value: str) -> str:
    """An address with one parameter set."""
    parts = urlsplit(url)
    pairs = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != name]
    return urlunsplit((*parts[:3], urlencode([*pairs, (name, value)]), ""))


def _with_size(url: str, paging: Paging | None) -> str:
    if paging is None or not paging.size_parameter or paging.size is None:
        return url
    return with_parameter(url, paging.size_parameter, str(paging.size))
