"""Records as Elasticsearch keeps them: to and from a source, and learned about without losing another writer's word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kentongan.errors import Conflict, NotFound
from kentongan.schema import Annotation, Document, Observation, Record, Task
from search.elastic_bulk import Line, Seen, encode_line, seen_of, write_lines
from search.elastic_connection import Server
from search.elastic_index import Index
from search.elastic_pages import read_now
from search.elastic_state import Models, read_models
from search.fields import (
    IndexFields,
    assemble_record,
    encode_stored,
    index_fields,
    label_fields,
    observation_key,
    stored_decoder,
)

PARTS = ["document", "observations", "annotations"]
"""The fields of a source that a record is read from."""

READ_AT_ONCE = 500
"""Documents asked for in one request: with long articles still a few megabytes."""

ROUNDS = 100
"""Times a write is repeated on top of others' before it gives up; each round at least one writer gets through."""

INDEX_FIELDS = IndexFields.__struct_fields__


@dataclass(frozen=True, slots=True)
class Kept:
    """One document as it was read for a change."""

    record: Record
    seen: Seen
    """The write it was read from: a change goes through only on top of it."""
    epoch: int


@dataclass(frozen=True, slots=True)
class News:
    """What is to be added to one document."""

    observations: tuple[Observation, ...] = ()
    annotations: tuple[Annotation, ...] = ()


def encode_source(record: Record, epoch: int) -> dict[str, Any]:
    """The whole source of a record: what is searched, and the record's own parts."""
    indexed = index_fields(record)
    source = {name: value for name in INDEX_FIELDS if (value := getattr(indexed, name)) is not None}
    return {**source, **encode_learned(record, epoch), "document": encode_stored(record.document).decode()}


def encode_learned(record: Record, epoch: int) -> dict[str, Any]:
    """The part of a source that changes while the words stay."""
    source = label_fields(record)
    source["labelled"] = sorted({key.partition("|")[0] for key in source["scored"]})
    source["epoch"] = epoch
    source["observations"] = [encode_stored(seen).decode() for seen in record.observations]
    source["annotations"] = [encode_stored(said).decode() for said in record.annotations]
    return source


def encode_change(record: Record, models: Models, seen: Seen, *, same_words: bool) -> Line:
    """The write that brings a document up to its record, on top of the write it was read from."""
    if same_words:
        return encode_line("update", record.document.id, {"doc": encode_learned(record, models.epoch)}, seen=seen)
    return encode_line("index", record.document.id, encode_source(record, models.epoch), seen=seen)


def decode_source(source: Mapping[str, Any], models: Mapping[Task, str]) -> Record:
    """The record of a source; its labels are those that count under ``models``."""
    return assemble_record(
        stored_decoder(Document).decode(source["document"]),
        [stored_decoder(Observation).decode(text) for text in source["observations"]],
        [stored_decoder(Annotation).decode(text) for text in source["annotations"]],
        models,
    )


def is_id(name: str) -> bool:
    """Whether the server can be asked for this id at all; no document has any other."""
    return 0 < len(name.encode("utf-8", "replace")) <= 512


def read_sources(
    server: Server, alias: str, ids: Sequence[str], wanted: Sequence[str] | bool
) -> Iterator[dict[str, Any]]:
    """The server's answer for each id, as it is now (not as searches see it)."""
    for start in range(0, len(ids), READ_AT_ONCE):
        docs = [{"_id": name, "_source": wanted} for name in ids[start : start + READ_AT_ONCE]]
        yield from read_now(server, alias, docs)


def read_records(server: Server, alias: str, ids: Sequence[str], models: Mapping[Task, str]) -> dict[str, Record]:
    """The records of those ids that the store has."""
    asked = [name for name in dict.fromkeys(ids) if is_id(name)]
    answers = read_sources(server, alias, asked, PARTS)
    return {said["_id"]: decode_source(said["_source"], models) for said in answers if said.get("found")}


def require_all(server: Server, alias: str, ids: Sequence[str]) -> None:
    """Raise NotFound where the store lacks any of the ids."""
    absent = [name for name in ids if not is_id(name)]
    if not absent:
        absent = [said["_id"] for said in read_sources(server, alias, ids, False) if not said.get("found")]
    if absent:
        raise missing(absent)


def missing(ids: Sequence[str]) -> NotFound:
    shown = ", ".join(ids[:3])
    return NotFound(f"{len(ids)} dokumen tidak ada di penyimpanan ({shown}).", hint="Masukkan dokumennya lebih dahulu.")


def merge(record: Record, news: News, models: Mapping[Task, str]) -> tuple[Record, int]:
    """The record with the news in it, and how much of that was new."""
    observations = {observation_key(seen): seen for seen in record.observations}
    annotations = {said.key: said for said in record.annotations}
    before = len(observations) + len(annotations)
    for seen in news.observations:
        observations.setdefault(observation_key(seen), seen)
    for said in news.annotations:
        annotations.setdefault(said.key, said)
    merged = assemble_record(record.document, observations.values(), annotations.values(), models)
    return merged, len(observations) + len(annotations) - before


def learn(index: Index, state: Index, news: Mapping[str, News]) -> int:
    """Add the news to their documents; returns how many were new.

    Each document is read, changed and written back only if nobody wrote meanwhile, else read again. Labels are
    computed under the models in force; where those change while we write, our documents are written once more, so
    that ``project_again`` and we cannot both miss one. Raises NotFound before writing anything.
    """
    ids = list(news)
    if len(ids) > READ_AT_ONCE:
        require_all(index.server, index.alias, ids)
    new = 0
    for start in range(0, len(ids), READ_AT_ONCE):
        new += learn_batch(index, state, {name: news[name] for name in ids[start : start + READ_AT_ONCE]})
    return new


def learn_batch(index: Index, state: Index, news: Mapping[str, News]) -> int:
    """``learn`` for as many documents as are read at once."""
    pending = list(news)
    new = 0
    models = read_models(state.server, state.alias)
    for _ in range(ROUNDS):
        kept = read_kept(index, pending, models)
        absent = [name for name in pending if name not in kept]
        if absent:
            raise missing(absent)
        counts: dict[str, int] = {}
        lines: list[Line] = []
        for name, found in kept.items():
            merged, count = merge(found.record, news[name], models.current)
            if count or found.epoch != models.epoch:
                counts[name] = count
                same = merged.newest.hash == found.record.newest.hash
                lines.append(encode_change(merged, models, found.seen, same_words=same))
        pending = []
        for outcome in write_lines(index, lines):
            if outcome.status == 409:
                pending.append(outcome.id)
            else:
                new += counts[outcome.id]
        now = read_models(state.server, state.alias)
        if now.epoch != models.epoch:
            pending, models = list(news), now
        if not pending:
            return new
    raise Conflict("Dokumen yang sama terus diubah proses lain.", hint="Ulangi sebentar lagi.")


def read_kept(index: Index, ids: Sequence[str], models: Models) -> dict[str, Kept]:
    """Documents with the writes they were read from."""
    if any(not is_id(name) for name in ids):
        raise missing([name for name in ids if not is_id(name)])
    found: dict[str, Kept] = {}
    for said in read_sources(index.server, index.alias, ids, [*PARTS, "epoch"]):
        if said.get("found"):
            if said["_index"] != index.name:
                index.find_again()
            record = decode_source(said["_source"], models.current)
            found[said["_id"]] = Kept(record, seen_of(said), said["_source"]["epoch"])
    return found


def group_news(observations: Iterable[Observation] = (), annotations: Iterable[Annotation] = ()) -> dict[str, News]:
    """What is to be added, by document."""
    seen: dict[str, list[Observation]] = {}
    said: dict[str, list[Annotation]] = {}
    for observation in observations:
        seen.setdefault(observation.document, []).append(observation)
    for annotation in annotations:
        said.setdefault(annotation.document, []).append(annotation)
    return {name: News(tuple(seen.get(name, ())), tuple(said.get(name, ()))) for name in dict.fromkeys([*seen, *said])}
