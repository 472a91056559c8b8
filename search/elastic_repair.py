"""Makes what is searched agree again with what is kept: after a change of models, and when asked to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import msgspec

from kentongan.errors import Conflict
from kentongan.schema import Task
from search.elastic_bulk import write_lines
from search.elastic_connection import Server
from search.elastic_pages import frozen_view, read_pages
from search.elastic_records import READ_AT_ONCE, ROUNDS, decode_source, encode_change, encode_source, read_kept
from search.elastic_state import read_models


def project_again(
    server: Server, alias: str, state: str, wanted: Mapping[str, Any], *, same_words: bool = False
) -> int:
    """Write the fields of every matching document anew under the models in force; returns how many.

    ``same_words``: only the labels, without reading the words again.

    May be cut short and run again. Documents that others write meanwhile are theirs to write right (see ``learn``).
    """
    with frozen_view(server, alias) as view:
        body = {"query": wanted, "pit": view, "sort": ["_shard_doc"], "size": READ_AT_ONCE, "_source": False}
        ids = (str(hit["_id"]) for hit in read_pages(server, "/_search", {**body, "track_total_hits": False}))
        batches = take(ids, READ_AT_ONCE)
        return sum(project_batch(server, alias, state, batch, same_words=same_words) for batch in batches)


def take(ids: Iterator[str], size: int) -> Iterator[list[str]]:
    while batch := list(islice(ids, size)):
        yield batch


def project_batch(server: Server, alias: str, state: str, ids: list[str], *, same_words: bool) -> int:
    """``project_again`` for these documents; those dropped meanwhile stay dropped."""
    pending = ids
    done = 0
    for _ in range(ROUNDS):
        models = read_models(server, state)
        kept = read_kept(server, alias, pending, models)
        lines = [encode_change(found.record, models, found.seen, same_words=same_words) for found in kept.values()]
        outcomes = list(write_lines(server, alias, lines))
        pending = [outcome.id for outcome in outcomes if outcome.status == 409]
        done += len(outcomes) - len(pending)
        if not pending:
            return done
    raise Conflict("Dokumen yang sama terus diubah proses lain.", hint="Ulangi sebentar lagi.")


def find_stale(server: Server, alias: str, models: Mapping[Task, str]) -> int:
    """How many documents are indexed otherwise than what is kept of them says."""
    stale = 0
    with frozen_view(server, alias) as view:
        body = {"query": {"match_all": {}}, "pit": view, "sort": ["_shard_doc"], "size": READ_AT_ONCE}
        for hit in read_pages(server, "/_search", {**body, "track_total_hits": False}):
            source = hit["_source"]
            right = encode_source(decode_source(source, models), source["epoch"])
            stale += msgspec.json.decode(msgspec.json.encode(right)) != source or hit["_id"] != source["id"]
    return stale
