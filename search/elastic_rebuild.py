"""Makes the next index from the one in use while others read and write it, and flips the alias to it.

The copy goes in passes: everything first, then what changed since the pass before, by the sequence numbers the server
gives each write, until little is left. Only then is the old index closed for writing, for a last short pass; who writes
meanwhile waits and finds the new index. Nothing is asked of writers before, so they pay nothing.

It may be killed anywhere. Until the flip the old index stays in use; what a killed rebuild left stands under the alias
SPARE and is removed by the next one. An index is taken from SPARE, in one step of the server's, before it is put to
use and before it is removed: of two rebuilds, or of a flip whose answer was lost and its undoing, one finds it gone.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kentongan.errors import Conflict, Retry
from search.elastic_bulk import Line, encode_line, write_lines
from search.elastic_connection import Server, index_gone
from search.elastic_index import (
    PROPERTIES,
    Index,
    check_creation,
    index_behind,
    index_body,
    indices_behind,
    write_alias,
)
from search.elastic_pages import read_pages
from search.elastic_records import PARTS, READ_AT_ONCE, decode_source, encode_source
from search.elastic_state import read_models
from search.store import BUCKETS

LEVEL = 1_000
"""A pass that found no more changes than this is followed by the last one: writers then wait about a second."""

READERS_LEAVE = 600
"""Seconds that a replaced index is kept for those who still read a frozen view of it."""

COPIES_LEVEL = 60
"""Seconds that the copies of a closed index may take to agree; it is a matter of milliseconds."""

log = logging.getLogger(__name__)

Checkpoints = dict[int, int]
"""By shard, the sequence number up to which every write is on all copies: none of these is ever taken back."""


def rebuild_index(index: Index, state: Index, *, shards: int) -> None:
    """Replace the documents' index by a new one of this version's mapping with so many shards.

    Raises Conflict where another rebuild took over, Retry where the server stayed away; then the old index is still in
    use, and the rebuild is begun anew by calling this again.
    """
    server = index.server
    old = index_behind(server, index.alias)
    if old is None:
        raise index_gone()
    new = create_next(server, index.alias, shards=shards, version=index.version)
    with undone_on_failure(server, index.alias, old, new):
        remove_spare(server, index.alias, but=new.name)
        allow_writes(server, old)
        copied, since = copy_changes(old, new, state, {})
        remove_dropped(server, old, new)
        while copied > LEVEL:
            before = copied
            copied, since = copy_changes(old, new, state, since)
            remove_dropped(server, old, new)
            if copied > before // 2:
                break  # writers are about as fast as we are: another pass would not come closer
        server.ask("PUT", f"/{old}/_block/write")  # answered once every write under way has ended
        wait_for_copies(server, old)
        copy_changes(old, new, state, since)
        remove_dropped(server, old, new)
        flip(server, index.alias, old, new)
    index.name = new.name
    wait_for_readers(server, old)
    remove_index(server, index.alias, old)


def spare_alias(alias: str) -> str:
    """The alias of indices that are not yet, or no longer, the one in use."""
    return f"{alias}-spare"


def doomed_alias(alias: str) -> str:
    """The alias of indices that are about to be removed, and never put to use again."""
    return f"{alias}-doomed"


def remove_spare(server: Server, alias: str, *, but: str) -> None:
    """Remove what earlier rebuilds left behind, and what another one is building now."""
    for name in sorted(indices_behind(server, doomed_alias(alias))):
        server.ask("DELETE", f"/{name}", accept=(404,))
    for name in sorted(indices_behind(server, spare_alias(alias)) - {but}):
        log.warning("Indeks %s peninggalan penyusunan yang belum selesai dihapus.", name)
        remove_index(server, alias, name)


def remove_index(server: Server, alias: str, name: str) -> bool:
    """Remove an index that is spare; False where it is not, or no longer."""
    actions: list[dict[str, Any]] = [
        {"remove": {"index": name, "alias": spare_alias(alias), "must_exist": True}},
        {"add": {"index": name, "alias": doomed_alias(alias)}},
    ]
    answer = server.ask("POST", "/_aliases", {"actions": actions}, accept=(404,))
    if "status" in answer and name not in indices_behind(server, doomed_alias(alias)):
        return False  # where it is doomed, the answer to the first asking was lost
    server.ask("DELETE", f"/{name}", accept=(404,))
    return True


def create_next(server: Server, alias: str, *, shards: int, version: int) -> Index:
    """A new empty index, which nobody reads yet, under the next free number. Its name is never used again, so that a
    rebuild that was overtaken can neither write nor remove another's index."""
    named = re.compile(rf"{re.escape(alias)}-v\d+-(\d+)(-[0-9a-f]+)?")
    names = server.ask("GET", f"/{alias}-v*/_alias")
    numbers = [int(found[1]) for name in names if (found := named.fullmatch(name))]
    name = f"{alias}-v{version}-{max(numbers, default=0) + 1}-{secrets.token_hex(4)}"
    body = index_body(PROPERTIES, version=version, shards=shards)
    body["aliases"] = {write_alias(name): {}, spare_alias(alias): {}}
    answer = server.ask("PUT", f"/{name}", body, accept=(400,))
    if "status" in answer:
        check_creation(alias, name, answer)
    return Index(server, write_alias(name), name=name, version=version)


@contextmanager
def undone_on_failure(server: Server, alias: str, old: str, new: Index) -> Iterator[None]:
    """Remove the new index where it was not put to use, then let the old one be written again.

    Says Conflict where another rebuild removed the new one: whether the old one may be written is then for that one to
    say.
    """
    try:
        yield
    except BaseException as error:
        if remove_index(server, alias, new.name):
            allow_writes(server, old)
        elif index_behind(server, alias) != new.name:
            raise Conflict(
                "Penyusunan ulang indeks diambil alih oleh penyusunan lain.", hint="Biarkan yang lain selesai."
            ) from error
        raise


def count_shards(server: Server, name: str) -> int:
    """Primary shards of an index."""
    return int(server.ask("GET", f"/{name}/_settings")[name]["settings"]["index"]["number_of_shards"])


def read_sequences(server: Server, name: str) -> dict[int, dict[str, int]]:
    """The sequence numbers of each shard's primary. Raises Retry where a shard has none."""
    answer = server.ask("GET", f"/{name}/_stats", params={"level": "shards"})
    copies: Mapping[str, list[dict[str, Any]]] = answer["indices"].get(name, {}).get("shards", {})
    found = {
        int(number): copy["seq_no"]
        for number, of_shard in copies.items()
        for copy in of_shard
        if copy["routing"]["primary"] and "seq_no" in copy
    }
    if len(found) < count_shards(server, name):
        raise Retry("Sebagian indeks Elasticsearch tidak dapat dibaca.", hint="Periksa simpul yang mati, lalu ulangi.")
    return found


def wait_for_copies(server: Server, name: str) -> None:
    """Wait until all copies of an index that nobody writes have every write. Raises Retry where they do not get it."""
    for _ in range(COPIES_LEVEL):
        if all(s["global_checkpoint"] == s["max_seq_no"] for s in read_sequences(server, name).values()):
            return
        server.sleep(1.0)
    raise Retry("Salinan indeks Elasticsearch belum lengkap.", hint="Periksa simpul yang mati, lalu ulangi.")


def copy_changes(old: str, new: Index, state: Index, since: Checkpoints) -> tuple[int, Checkpoints]:
    """Copy every document written after ``since`` (empty: all); returns how many, and how far the copy now reaches.

    No frozen view is needed: a document that is written while the copy runs gets a number above ``reached`` and is
    the next pass's.
    """
    server = new.server
    reached = {shard: seen["global_checkpoint"] for shard, seen in read_sequences(server, old).items()}
    server.ask("POST", f"/{old}/_refresh")
    models = read_models(state.server, state.alias)

    def lines(shard: int) -> Iterator[Line]:
        body = {
            "query": {"range": {"_seq_no": {"gt": since.get(shard, -1), "lte": reached[shard]}}},
            "sort": ["_seq_no"], "size": READ_AT_ONCE, "_source": PARTS, "track_total_hits": False,
        }  # fmt: skip
        for hit in read_pages(server, f"/{old}/_search", body, params={"preference": f"_shards:{shard}"}):
            record = decode_source(hit["_source"], models.current)
            yield encode_line("index", record.document.id, encode_source(record, models.epoch))

    return sum(1 for shard in reached for _ in write_lines(new, lines(shard))), reached


def remove_dropped(server: Server, old: str, new: Index) -> None:
    """Remove from the new index what the old one no longer has: as the new one holds at least what the old one does,
    buckets of equal size are equal."""
    server.ask("POST", f"/{old},{new.name}/_refresh")
    kept, copied = count_buckets(server, old), count_buckets(server, new.name)
    for bucket in (number for number, size in copied.items() if size > kept.get(number, 0)):
        gone = read_bucket(server, new.name, bucket) - read_bucket(server, old, bucket)
        for _ in write_lines(new, (encode_line("delete", name) for name in gone)):
            pass


def count_buckets(server: Server, name: str) -> dict[int, int]:
    """How many documents each bucket of an index has; exact, since the server returns every bucket."""
    body = {"size": 0, "aggs": {"buckets": {"terms": {"field": "bucket", "size": BUCKETS}}}}
    answer = server.ask("POST", f"/{name}/_search", body)
    return {cell["key"]: cell["doc_count"] for cell in answer["aggregations"]["buckets"]["buckets"]}


def read_bucket(server: Server, name: str, bucket: int) -> set[str]:
    """The ids of a bucket's documents."""
    body = {
        "query": {"term": {"bucket": bucket}},
        "sort": ["id"], "size": READ_AT_ONCE, "_source": False, "track_total_hits": False,
    }  # fmt: skip
    return {str(hit["_id"]) for hit in read_pages(server, f"/{name}/_search", body)}


def allow_writes(server: Server, name: str) -> None:
    """Lift the block that a rebuild, killed in its last second, left on the index in use."""
    server.ask("PUT", f"/{name}/_settings", {"index.blocks.write": None})


def flip(server: Server, alias: str, old: str, new: Index) -> None:
    """Let the alias lead to the new index, in one step. Raises Retry where the two do not hold the same documents."""
    server.ask("POST", f"/{old},{new.name}/_refresh")
    if count_buckets(server, old) != count_buckets(server, new.name):
        raise Retry("Indeks baru belum memuat isi yang sama dengan yang lama.", hint="Ulangi penyusunannya.")
    spare = spare_alias(alias)
    actions: list[dict[str, Any]] = [
        {"add": {"index": new.name, "alias": alias, "is_write_index": True}},
        {"remove": {"index": new.name, "alias": spare, "must_exist": True}},
        {"remove": {"index": old, "alias": alias, "must_exist": True}},
        {"remove": {"index": old, "alias": write_alias(old), "must_exist": False}},
        {"add": {"index": old, "alias": spare}},
    ]
    answer = server.ask("POST", "/_aliases", {"actions": actions}, accept=(404,))
    if "status" in answer and index_behind(server, alias) != new.name:  # else the answer to the first asking was lost
        raise Conflict("Indeks yang dipakai sudah diganti oleh penyusunan lain.")


def wait_for_readers(server: Server, name: str) -> None:
    """Wait until nobody reads a frozen view of the index any more, at most READERS_LEAVE seconds."""
    for _ in range(READERS_LEAVE):
        stats = server.ask("GET", f"/{name}/_stats/search", accept=(404,))
        if "status" in stats or not stats["_all"]["total"]["search"]["open_contexts"]:
            return
        server.sleep(1.0)
