"""Makes what is searched agree again with what is kept after a change of models, and finds where it does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from kentongan.batches import batched
from kentongan.errors import Conflict
from kentongan.schema import Task
from search.elastic_bulk import write_lines
from search.elastic_connection import Server
from search.elastic_index import Index
from search.elastic_pages import frozen_view, read_pages
from search.elastic_records import READ_AT_ONCE, ROUNDS, decode_source, encode_change, encode_source, read_kept
from search.elastic_state import read_models


def project_again(index: Index, state: Index, wanted: Mapping[str, Any]) -> int:
    """Write the labels of every matching document anew under the models in force; returns how many.

    May be cut short and run again. Documents that others write meanwhile are theirs to write right (see ``learn``).
    """
    with frozen_view(index.server, index.alias) as view:
        body = {"query": wanted, "pit": view, "sort": ["_shard_doc"], "size": READ_AT_ONCE, "_source": False}
        ids = (str(hit["_id"]) for hit in read_pages(index.server, "/_search", {**body, "track_total_hits": False}))
        return sum(project_batch(index, state, batch) for batch in batched(ids, READ_AT_ONCE))


def project_batch(index: Index, state: Index, ids: list[str]) -> int:
    """``project_again`` for these documents; those dropped meanwhile stay dropped."""
    pending = ids
    done = 0
    for _ in range(ROUNDS):
        models = read_models(state.server, state.alias)
        kept = read_kept(index, pending, models)
        lines = [encode_change(found.record, models, found.seen, same_words=True) for found in kept.values()]
        outcomes = list(write_lines(index, lines))
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
