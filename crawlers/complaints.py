"""Reads complaints from JSON interfaces, by a declared mapping of their fields (``crawlers/mappings.yml``).

An answer is a list of objects, or an object with such a list under one of the names in ``LISTS``. Fields inside fields
are named by the path to them ("status.nama" is status_nama). Only mapped fields are read: who complained never
enters, and what names a person in the words is masked. Complaints whose answer is owed come in by a bridge instead.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from crawlers.addresses import host_of, normalise_url
from crawlers.file_mappings import FileMapping, column_key, find_mapping, load_mappings
from crawlers.files import read_document
from crawlers.json_answers import name_of, object_of, read_json, told_error
from crawlers.kinds import Answer, Posts
from crawlers.posts import Reading, gather_posts
from kentongan.complaint_masking import mask_complaint
from kentongan.errors import BadSettings, Quarantine

if TYPE_CHECKING:
    from crawlers.sources import Source

LISTS = ("data", "results", "items", "records", "laporan", "aduan", "rows", "result")
"""Names under which interfaces put their list, looked for in this order, one inside another at most three deep."""

NEXT = ("next", "next_page_url", "next_url")
"""Names under which interfaces put the address of the next page; beside the list, or under "links" or "meta"."""

MAX_DEPTH = 4
"""How deep fields inside fields are read."""

MAX_FIELDS = 500
"""Most fields read of one complaint."""


def start_address(source: Source, cursor: str | None) -> str:
    """The source's address: these interfaces share no way of asking for what is new."""
    return source.url


def parse_complaints(answer: Answer, source: Source) -> Posts:
    """The complaints on one page. Raises Quarantine ("not-json", "no-mapping")."""
    try:
        mapping = find_mapping(source.mapping, _shipped_mappings())
    except BadSettings as error:
        raise Quarantine("no-mapping", f"Sumber {source.name}: {error.message}", hint=error.hint) from error
    found = read_json(answer)
    items = find_list(found, depth=0)
    if items is None:
        raise Quarantine("not-json", f"{answer.url} tidak memuat daftar aduan{told_error(found)}.")
    posts = gather_posts(
        items,
        lambda item: _read_complaint(item, answer, source, mapping=mapping),
        answer=answer,
        name=lambda item: "",
    )
    return replace(posts, newest=None, next_url=_next_page(found, answer.url) if items else None)


@cache
def _shipped_mappings() -> dict[str, FileMapping]:
    return load_mappings()


def find_list(found: object, *, depth: int) -> list[Any] | None:
    """The list an answer holds, itself or under one of ``LISTS``; None where there is none."""
    if isinstance(found, list):
        return found
    if isinstance(found, dict) and depth < 3:
        for name in LISTS:
            items = find_list(found.get(name), depth=depth + 1)
            if items is not None:
                return items
    return None


def _next_page(found: object, url: str) -> str | None:
    """The next page's address, where the answer names one on the same host."""
    whole = object_of(found)
    for place in (whole, object_of(whole.get("links")), object_of(whole.get("meta")), object_of(whole.get("data"))):
        for name in NEXT:
            try:
                named = normalise_url(urljoin(url, name_of(place.get(name)) or ""))
            except ValueError:
                continue
            if place.get(name) and host_of(named) == host_of(url) and named != normalise_url(url):
                return named
    return None


def _read_complaint(item: object, answer: Answer, source: Source, *, mapping: FileMapping) -> Reading:
    """One complaint as its mapping says. Raises Quarantine, also for what lacks key, text or time."""
    if not isinstance(item, dict):
        raise Quarantine("bad-post", f"Sebuah aduan di {answer.url} bukan objek JSON.")
    row: dict[str, str] = {}
    _flatten(item, (), row)
    try:
        document = read_document(row, mapping, now=answer.at)
    except Quarantine as error:
        raise Quarantine(error.reason, f"Sebuah aduan di {answer.url}: {error.message}") from error
    return Reading(
        documents=(
            replace(
                document,
                text=mask_complaint(document.text),
                title=None if document.title is None else mask_complaint(document.title),
                source=source.name,
                raw=answer.raw,
                sample=source.sample or mapping.sample,
            ),
        )
    )


def _flatten(value: dict[str, Any], path: tuple[str, ...], row: dict[str, str]) -> None:
    """Fill ``row`` with the texts and numbers of an object, by the path to each."""
    for name, inner in value.items():
        here = (*path, name)
        if len(row) >= MAX_FIELDS:
            return
        if isinstance(inner, dict) and len(here) < MAX_DEPTH:
            _flatten(inner, here, row)
        elif isinstance(inner, str | int | float) and not isinstance(inner, bool):
            row.setdefault(column_key("_".join(here)), str(inner))
