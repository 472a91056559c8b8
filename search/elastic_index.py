"""The indices behind the aliases: their mappings, their versions, and their creation by whoever comes first.

An index is read through the store's alias and written through one of its own. A rebuild that flips the store's alias
takes the old index's own alias away, so a write that was meant for it fails and is thought over, instead of reaching
its successor unread.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from kentongan.errors import BadSettings, NotConfigured
from kentongan.settings import variable_of
from search.elastic_connection import Server, index_gone

MAPPING_VERSION = 3
"""Raised with every change of a mapping; an index of another version is rebuilt under a new name and flipped to."""

SETTINGS: dict[str, Any] = {"auto_expand_replicas": "0-1", "refresh_interval": "1s"}
"""A copy on a second node where there is one; searches see a write within a second. A write is answered once every
copy in step has it on disk, so the death of one node loses nothing that was acknowledged."""

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
    "hour": {"type": "keyword", "index": False},
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


class Index:
    """What lies behind one alias, as those who write know it. Any thread may use it."""

    def __init__(self, server: Server, alias: str, *, name: str, version: int) -> None:
        self.server = server.patient
        self.alias = alias
        self.name = name
        """The index that the alias led to when it was last looked up."""
        self.version = version

    def find_again(self) -> bool:
        """Look up where the alias leads now; whether that is elsewhere than before. Raises NotConfigured where nothing
        is there any more, or an index of another version."""
        found = index_behind(self.server, self.alias)
        if found is None:
            raise index_gone()
        check_version(self.server, self.alias, found, self.version)
        moved, self.name = found != self.name, found
        return moved


def write_alias(index: str) -> str:
    """The alias of an index through which it is written."""
    return f"{index}-write"


def index_body(properties: Mapping[str, Any], *, version: int, shards: int) -> dict[str, Any]:
    """Settings and mapping of a new index: it refuses fields it does not know, and remembers its version."""
    return {
        "settings": {**SETTINGS, "number_of_shards": shards},
        "mappings": {"dynamic": "strict", "_meta": {"mapping_version": version}, "properties": dict(properties)},
    }


def open_index(
    server: Server, alias: str, properties: Mapping[str, Any], *, version: int, shards: int = 1, outdated: bool = False
) -> Index:
    """The index behind ``alias``, made empty where there is none.

    Index and alias appear in one step, so of two processes that start at once one creates and both find it. Raises
    BadSettings where the alias leads to something that is not ours, NotConfigured where it has another version
    (``outdated``: an older one will do).
    """
    found = index_behind(server, alias)
    if found is None:
        first = f"{alias}-v{version}-1"
        body = index_body(properties, version=version, shards=shards)
        body["aliases"] = {alias: {"is_write_index": True}, write_alias(first): {}}
        answer = server.ask("PUT", f"/{first}", body, accept=(400,))
        if answer.get("status") == 400:
            check_creation(alias, first, answer)
        found = wait_for_alias(server, alias)
    if found is None:
        raise BadSettings(
            f"Indeks {alias}-v{version}-1 ada, tetapi alias {alias} tidak menunjuk ke sana.",
            hint="Arahkan alias itu ke indeks yang benar di Elasticsearch, lalu ulangi.",
        )
    check_version(server, alias, found, version, outdated=outdated)
    return Index(server, alias, name=found, version=version)


def index_behind(server: Server, alias: str) -> str | None:
    """The one index that the alias names, or None where there is no such alias."""
    names = sorted(indices_behind(server, alias))
    if len(names) > 1:
        raise BadSettings(
            f"Alias {alias} menunjuk ke beberapa indeks: {', '.join(names)}.", hint="Sisakan satu saja, lalu ulangi."
        )
    return names[0] if names else None


def indices_behind(server: Server, alias: str) -> set[str]:
    """All indices that an alias names."""
    answer = server.ask("GET", f"/_alias/{alias}", accept=(404,))
    return {name for name, said in answer.items() if isinstance(said, dict) and alias in said.get("aliases", {})}


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


def check_version(server: Server, alias: str, index: str, version: int, *, outdated: bool = False) -> None:
    """Raise where the index was not made by a mapping of this version (``outdated``: or an older one)."""
    answer = server.ask("GET", f"/{index}/_mapping")
    found = answer[index]["mappings"].get("_meta", {}).get("mapping_version")
    if found is None:
        raise BadSettings(
            f"Indeks {index} di balik alias {alias} bukan buatan Kentongan.",
            hint=f"Pilih nama lain di {variable_of('elasticsearch_index')}.",
        )
    if found == version or (outdated and found < version):
        return
    raise NotConfigured(
        variable_of("elasticsearch_index"),
        f"Indeks {index} dibuat dengan pemetaan versi {found}; program ini memakai versi {version}.",
        hint="Jalankan: kentongan store rebuild." if found < version else "Perbarui program ini.",
    )
