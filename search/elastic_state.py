"""What a store remembers beside its documents: the gaps in collection, and which model is current for each task."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from kentongan.errors import Conflict
from kentongan.schema import EPOCH, Gap, Task
from search.elastic_bulk import Line, Seen, encode_line, seen_of, write_lines
from search.elastic_connection import Server
from search.elastic_index import KEPT, KEYWORD, LONG, Index
from search.elastic_pages import read_now, read_pages
from search.elastic_query import either
from search.fields import encode_stored, stored_decoder, word

PROPERTIES: dict[str, Any] = {
    "id": KEYWORD,
    "source": KEYWORD,
    "since_us": LONG,
    "until_us": LONG,
    "record": KEPT,
}
"""Mapping of the index of gaps and models; times are microseconds since 1970."""

STATE_VERSION = 1
"""Of that mapping. It only ever gains fields: this index is not rebuilt."""

MODELS_ID = "models"
GAPS_A_REQUEST = 1_000


@dataclass(frozen=True, slots=True)
class Models:
    """The choice of models in force."""

    epoch: int = 0
    """Grows by one with each change; a document remembers the one its labels were computed under."""
    current: dict[Task, str] = field(default_factory=dict)
    """"model|version" of each task that has one."""


def microseconds(time: datetime) -> int:
    """Whole microseconds since 1970: exact, where a float of seconds is not."""
    since = time - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def read_models(server: Server, alias: str) -> Models:
    """The models in force now: read from the primary, never from an older view."""
    return read_models_seen(server, alias)[0]


def read_models_seen(server: Server, alias: str) -> tuple[Models, Seen | None]:
    """The models in force, with the write they were read from (None where nobody has chosen any)."""
    (answer,) = read_now(server, alias, [{"_id": MODELS_ID}])
    if not answer.get("found"):
        return Models(), None
    models = msgspec.json.decode(answer["_source"]["record"], type=Models)
    return models, seen_of(answer)


def choose_model(state: Index, task: Task, model: str) -> Models:
    """Make ``model`` ("model|version") current for the task; returns the models then in force.

    Of two choices at once one is repeated on top of the other, so neither is lost.
    """
    for _ in range(50):
        models, seen = read_models_seen(state.server, state.alias)
        if models.current.get(task) == model:
            return models
        chosen = Models(models.epoch + 1, {**models.current, task: model})
        source = {"record": msgspec.json.encode(chosen).decode()}
        line = encode_line("index" if seen else "create", MODELS_ID, source, seen=seen)
        (outcome,) = write_lines(state, [line])
        if outcome.status != 409:
            return chosen
    raise Conflict("Pilihan model terus diubah proses lain.", hint="Ulangi sebentar lagi.")


def gap_id(gap: Gap) -> str:
    """The same gap told twice has the same id."""
    said = f"{gap.source}\0{microseconds(gap.since)}\0{microseconds(gap.until)}\0{gap.reason}"
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def write_gaps(state: Index, gaps: Iterable[Gap]) -> int:
    """Record gaps, at once visible; returns how many were new."""

    def lines() -> Iterator[Line]:
        for gap in gaps:
            source = {
                "id": gap_id(gap),
                "source": word(gap.source),
                "since_us": microseconds(gap.since),
                "until_us": microseconds(gap.until),
                "record": encode_stored(gap).decode(),
            }
            yield encode_line("create", gap_id(gap), source)

    return sum(outcome.status == 201 for outcome in write_lines(state, lines(), refresh=True))


def read_gaps(
    server: Server, alias: str, *, since: datetime | None, until: datetime | None, sources: Sequence[str]
) -> list[Gap]:
    """Gaps that overlap [since, until), oldest first. A gap of no length lies in the range that holds its moment."""
    conditions: list[dict[str, Any]] = [{"exists": {"field": "source"}}]
    if since is not None:
        begin = microseconds(since)
        moment = {"bool": {"filter": [{"term": {"since_us": begin}}, {"term": {"until_us": begin}}]}}
        conditions.append(either([{"range": {"until_us": {"gt": begin}}}, moment]))
    if until is not None:
        conditions.append({"range": {"since_us": {"lt": microseconds(until)}}})
    if sources:
        conditions.append({"terms": {"source": [word(source) for source in sources]}})
    body: dict[str, Any] = {
        "query": {"bool": {"filter": conditions}},
        "sort": ["since_us", "id"],
        "size": GAPS_A_REQUEST,
        "_source": ["record"],
        "track_total_hits": False,
    }
    hits = read_pages(server, f"/{alias}/_search", body)
    gaps = [stored_decoder(Gap).decode(hit["_source"]["record"]) for hit in hits]
    return sorted(gaps, key=lambda gap: (gap.since, gap.until, gap.source, gap.reason))
