"""Reads long answers page after page: of the moment, or of one frozen view of the index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kentongan.errors import KentonganError
from search.elastic_connection import Server

KEEP_ALIVE = "10m"
"""How long the server keeps a frozen view for a reader between two pages: a slow model reads a page in less."""


def read_pages(server: Server, path: str, body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The hits of a search, all of them. Its sort must be unique, or hits at a page's edge are lost."""
    asked = dict(body)
    while True:
        answer = server.ask("POST", path, asked)
        hits = answer["hits"]["hits"]
        yield from hits
        if len(hits) < asked["size"]:
            return
        asked["search_after"] = hits[-1]["sort"]
        if "pit" in asked:
            asked["pit"] = {**asked["pit"], "id": answer["pit_id"]}


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
