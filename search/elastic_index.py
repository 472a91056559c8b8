"""The indices behind the aliases: their mappings, their versions, and their creation by whoever comes first."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from kentongan.errors import BadSettings, NotConfigured
from kentongan.settings import variable_of
from search.elastic_connection import Server

MAPPING_VERSION = 1
"""Raised with every change of a mapping; an index of another version is rebuilt under a new name and flipped to."""

SHARDS = 1
"""Primary shards of an index: with one, the counts of the largest terms are exact, and one carries tens of millions
of posts. A region that outgrows it rebuilds with more."""

SETTINGS: dict[str, Any] = {
    "number_of_shards": SHARDS,
    "auto_expand_replicas": "0-1",
    "refresh_interval": "1s",
}
"""A copy on a second node where there is one; searches see a write within a second."""

KEYWORD = {"type": "keyword"}
LONG = {"type": "long"}
TOKENS = {"type": "text", "analyzer": "whitespace"}
"""Tokens that Kentongan made, split at the space between them and nothing else."""
KEPT = {"type": "keyword", "index": False, "doc_values": False}
"""Carried, never searched: the parts of the record, as JSON text, byte for byte."""

PROPERTIES: dict[str, Any] = {
    "id": KEYWORD,
    "bucket": {"type": "short"},
    "published_ms": LONG,
    "newest": LONG,
    "text": TOKENS,
    "norm": TOKENS,
    "kind": KEYWORD,
    "source": KEYWORD,
    "publisher": KEYWORD,
    "platform": KEYWORD,
    "author": KEYWORD,
    "author_key": KEYWORD,
    "language": KEYWORD,
    "region": KEYWORD,
    "regions": KEYWORD,
    "hashtags": KEYWORD,
    "sample": KEYWORD,
    "sentiment": KEYWORD,
    "tone": KEYWORD,
    "topic": KEYWORD,
    "hoax": KEYWORD,
    "scored": KEYWORD,
    "labelled": KEYWORD,
    "epoch": LONG,
    "document": KEPT,
    "observations": KEPT,
    "annotations": KEPT,
}
"""The mapping of documents: ``search.fields.IndexFields``, then what only this store needs. ``labelled``: tasks some
machine has spoken about. ``epoch``: the choice of models under which the labels were computed."""


def mapping_of(properties: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping that refuses fields it does not know, stamped with its version."""
    return {"dynamic": "strict", "_meta": {"mapping_version": MAPPING_VERSION}, "properties": dict(properties)}


def open_index(server: Server, alias: str, properties: Mapping[str, Any]) -> str:
    """The name of the index behind ``alias``, made empty where there is none.

    Index and alias appear in one step, so of two processes that start at once one creates and both find it. Raises
    BadSettings where the alias leads to something that is not ours, NotConfigured where it has another version.
    """
    found = index_behind(server, alias)
    if found is None:
        first = f"{alias}-v{MAPPING_VERSION}-1"
        body = {"settings": SETTINGS, "mappings": mapping_of(properties), "aliases": {alias: {"is_write_index": True}}}
        answer = server.ask("PUT", f"/{first}", body, accept=(400,))
        if answer.get("status") == 400:
            check_creation(alias, first, answer)
        found = wait_for_alias(server, alias)
    if found is None:
        raise BadSettings(
            f"Indeks {alias}-v{MAPPING_VERSION}-1 ada, tetapi alias {alias} tidak menunjuk ke sana.",
            hint="Arahkan alias itu ke indeks yang benar di Elasticsearch, lalu ulangi.",
        )
    check_version(server, alias, found)
    return found


def index_behind(server: Server, alias: str) -> str | None:
    """The one index that the alias names, or None where there is no such alias."""
    answer = server.ask("GET", f"/_alias/{alias}", accept=(404,))
    names = sorted(name for name, said in answer.items() if isinstance(said, dict) and alias in said.get("aliases", {}))
    if len(names) > 1:
        raise BadSettings(
            f"Alias {alias} menunjuk ke beberapa indeks: {', '.join(names)}.", hint="Sisakan satu saja, lalu ulangi."
        )
    return names[0] if names else None


def check_creation(alias: str, index: str, answer: Mapping[str, Any]) -> None:
    """Pass where another process was first; raise BadSettings where the name cannot be had."""
    error = answer.get("error", {})
    if error.get("type") != "resource_already_exists_exception":
        raise BadSettings(
            f"Elasticsearch menolak membuat indeks {index}: {error.get('reason', answer)}.",
            hint=f"Pilih nama lain di {variable_of('elasticsearch_index')} (alias sekarang {alias}).",
        )


def wait_for_alias(server: Server, alias: str) -> str | None:
    """The index behind an alias that was made a moment ago, perhaps through another node."""
    for _ in range(20):
        found = index_behind(server, alias)
        if found is not None:
            return found
        time.sleep(0.1)
    return None


def check_version(server: Server, alias: str, index: str) -> None:
    """Raise where the index was not made by this version's mapping."""
    answer = server.ask("GET", f"/{index}/_mapping")
    version = answer[index]["mappings"].get("_meta", {}).get("mapping_version")
    if version is None:
        raise BadSettings(
            f"Indeks {index} di balik alias {alias} bukan buatan Kentongan.",
            hint=f"Pilih nama lain di {variable_of('elasticsearch_index')}.",
        )
    if version != MAPPING_VERSION:
        raise NotConfigured(
            variable_of("elasticsearch_index"),
            f"Indeks {index} dibuat dengan pemetaan versi {version}; program ini memakai versi {MAPPING_VERSION}.",
            hint=f"Pakai program yang sesuai, atau isi ulang di alias baru lewat {variable_of('elasticsearch_index')}.",
        )
