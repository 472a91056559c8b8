"""Reads long answers page after page: of the moment, or of one frozen view of the index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

from kentongan.errors import KentonganError, Retry
from search.elastic_connection import Server, index_gone

KEEP_ALIVE = "10m"
"""How long the server keeps a frozen view for a reader between two pages: a slow model reads a page in less."""


def read_pages(
    server: Server, path: str, body: Mapping[str, Any], *, params: Mapping[str, str] | None = None
) -> Iterator[dict[str, Any]]:
    """The hits of a search, all of them. Its sort must be unique, or hits at a page's edge are lost."""
    asked = dict(body)
    while True:
        answer = server.ask("POST", path, asked, params=params)
        hits = answer["hits"]["hits"]
        yield from hits
        if len(hits) < asked["size"]:
            return
        asked["search_after"] = hits[-1]["sort"]
        if "pit" in asked:
            asked["pit"] = {**asked["pit"], "id": answer["pit_id"]}


def read_now(server: Server, alias: str, docs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The server's answer for each document asked for, as it is now (not as searches see it).

    Raises Retry where a shard cannot be read: a document on it is not absent.
    """
    for attempt in count():
        answers: list[dict[str, Any]] = server.ask("POST", f"/{alias}/_mget", {"docs": docs})["docs"]
        fault = next((said["error"] for said in answers if "error" in said), None)
        if fault is None:
            return answers
        if fault["type"] == "index_not_found_exception":
            raise index_gone()
        if not server.pause(attempt, f"tidak dapat membaca sebagian indeks ({fault['type']})"):
            raise Retry("Sebagian indeks Elasticsearch tidak dapat dibaca.", hint="Periksa simpul yang mati.")
    raise AssertionError("the last attempt returns or raises")


@contextmanager
def frozen_view(server: Server, alias: str) -> Iterator[dict[str, Any]]:
    """A point in time of the index, as the "pit" of a search; what is written meanwhile does not show in it."""
    opened = server.ask("POST", f"/{alias}/_pit", params={"keep_alive": KEEP_ALIVE})
    try:
        yield {"id": opened["id"], "keep_alive": KEEP_ALIVE}
    finally:
        forget_view(server, opened["id"])


def forget_view(server: Server, view: str) -> None:
    """Give the server's memory back; a server that is away forgets by itself after KEEP_ALIVE."""
    try:
        server.ask("DELETE", "/_pit", {"id": view}, accept=(404,))
    except KentonganError:
        return
