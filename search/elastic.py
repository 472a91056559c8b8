"""The store in Elasticsearch: one versioned index behind an alias, for a province or a cluster of machines."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from types import TracebackType
from typing import Any, Literal, Self

from kentongan.errors import BadQuery, BadSettings
from kentongan.schema import Annotation, Document, Gap, Observation, Query, Record, Task
from kentongan.settings import Settings, variable_of
from search.aggregate import facet_request, read_facets
from search.aliases import NO_ALIASES, AliasFile
from search.elastic_bulk import encode_line, write_lines
from search.elastic_connection import Server
from search.elastic_index import MAPPING_VERSION, PROPERTIES, Index, open_index
from search.elastic_query import count_with, translate_query
from search.elastic_rebuild import rebuild_index
from search.elastic_records import PARTS, decode_source, encode_source, group_news, is_id, learn, read_records
from search.elastic_repair import find_stale, project_again
from search.elastic_state import PROPERTIES as STATE_PROPERTIES
from search.elastic_state import STATE_VERSION, choose_model, read_gaps, read_models, write_gaps
from search.elastic_view import HITS_A_REQUEST, NEWEST_FIRST, freeze
from search.fields import assemble_record, require_document_id
from search.store import Added, Bucket, Dimension, Health, Page, View

BEST_FIRST: list[dict[str, str]] = [{"_score": "desc"}, *NEWEST_FIRST]

ALIAS = re.compile(r"[a-z0-9][a-z0-9._-]{0,150}")
"""Names that Elasticsearch takes for an index, with room for our endings."""


class ElasticStore:
    """A ``search.store.Store`` on an Elasticsearch 8 or 9. Open it with ``connect``; any thread may use it.

    Documents and everything learned about them lie in the index itself, so there is nothing to catch up: it is the
    truth. Every write is durable when it returns, and is repeated safely.
    """

    def __init__(self, server: Server, documents: Index, state: Index, *, shards: int, aliases: AliasFile) -> None:
        self._server = server
        self._documents = documents
        self._memory = state
        self._alias = documents.alias
        self._state = state.alias
        self._shards = shards
        self._aliases = aliases

    @classmethod
    def connect(
        cls,
        settings: Settings,
        *,
        aliases: AliasFile = NO_ALIASES,
        outdated: bool = False,
        pause: Callable[[float], None] = time.sleep,
    ) -> ElasticStore:
        """The store the settings name; its indices are made where they are missing.

        ``aliases``: the lists that queries may name. ``outdated``: an index that an older version made will do; ask
        such a store for nothing but ``rebuild``.
        Raises NotConfigured and BadSettings where the settings do not fit, Retry where the server is away.
        """
        alias = settings.elasticsearch_index
        if not ALIAS.fullmatch(alias):
            raise BadSettings(
                f"{alias!r} bukan nama alias Elasticsearch.",
                hint=f"Isi {variable_of('elasticsearch_index')} dengan huruf kecil, angka, dan tanda hubung.",
            )
        server = Server.open(settings, pause=pause)
        shards = settings.elasticsearch_shards
        try:
            documents = open_index(server, alias, PROPERTIES, version=MAPPING_VERSION, shards=shards, outdated=outdated)
            state = open_index(server, f"{alias}-state", STATE_PROPERTIES, version=STATE_VERSION)
        except BaseException:
            server.close()
            raise
        return cls(server, documents, state, shards=shards, aliases=aliases)

    def add(self, documents: Iterable[Document]) -> Added:
        lines = (
            encode_line("create", document.id, encode_source(assemble_record(document, (), (), {}), 0))
            for document in documents
        )
        outcomes = [outcome.status for outcome in write_lines(self._documents, lines)]
        known = outcomes.count(409)
        return Added(new=len(outcomes) - known, known=known)

    def observe(self, observations: Iterable[Observation]) -> int:
        return learn(self._documents, self._memory, group_news(observations=observations))

    def annotate(self, annotations: Iterable[Annotation]) -> int:
        return learn(self._documents, self._memory, group_news(annotations=annotations))

    def drop(self, ids: Iterable[str]) -> int:
        lines = (encode_line("delete", name) for name in ids if is_id(name))
        return sum(outcome.status == 200 for outcome in write_lines(self._documents, lines))

    def choose_model(self, task: Task, model: str) -> int:
        """Name "model|version" as current for the task; returns the number of this choice. Labels follow with
        ``use_model``."""
        return choose_model(self._memory, task, model).epoch

    def use_model(self, task: Task, model: str, version: str) -> None:
        epoch = self.choose_model(task, f"{model}|{version}")
        self.refresh()
        spoken = [{"term": {"labelled": task}}, {"bool": {"must_not": [{"term": {"epoch": epoch}}]}}]
        project_again(self._documents, self._memory, {"bool": {"filter": spoken}})

    def current_models(self) -> dict[Task, str]:
        return dict(read_models(self._server, self._state).current)

    def add_gaps(self, gaps: Iterable[Gap]) -> int:
        return write_gaps(self._memory, gaps)

    def gaps(
        self, *, since: datetime | None = None, until: datetime | None = None, sources: Sequence[str] = ()
    ) -> list[Gap]:
        return read_gaps(self._server, self._state, since=since, until=until, sources=sources)

    def get(self, ids: Sequence[str]) -> list[Record | None]:
        found = read_records(self._server, self._alias, ids, self.current_models())
        return [found.get(name) for name in ids]

    def search(
        self, query: Query, *, limit: int = 20, after: str | None = None, order: Literal["newest", "best"] = "newest"
    ) -> Page:
        if limit < 0:
            raise ValueError("a page has no negative length")
        if order == "best" and after is not None:
            raise BadQuery("Urutan terbaik tidak punya halaman berikutnya.", hint="Pakai urutan terbaru.")
        body: dict[str, Any] = {
            "query": translate_query(query, self._aliases),
            "sort": NEWEST_FIRST if order == "newest" else BEST_FIRST,
            "_source": PARTS,
            "track_total_hits": True,
        }
        if after is not None:
            body["search_after"] = read_cursor(after)
        hits, total = self._read_hits(body, limit + 1)
        models = self.current_models()
        records = tuple(decode_source(hit["_source"], models) for hit in hits[:limit])
        more = order == "newest" and len(hits) > limit
        return Page(records=records, total=total, after=write_cursor(hits[limit - 1]) if more and limit else None)

    def _read_hits(self, body: dict[str, Any], wanted: int) -> tuple[list[dict[str, Any]], int]:
        """The first ``wanted`` hits, in as many requests as the server's window asks for, and how many match."""
        hits: list[dict[str, Any]] = []
        total: int | None = None
        while True:
            size = min(HITS_A_REQUEST, wanted - len(hits))
            answer = self._ask_search({**body, "size": size})
            total = answer["hits"]["total"]["value"] if total is None else total
            hits += answer["hits"]["hits"]
            if len(hits) >= wanted or len(answer["hits"]["hits"]) < size:
                assert total is not None
                return hits, total
            body = {**body, "search_after": hits[-1]["sort"], "track_total_hits": False}

    def _ask_search(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._server.ask("POST", f"/{self._alias}/_search", body)

    def count(self, query: Query, *, by: Sequence[Dimension] = (), zone: str = "WIB") -> list[Bucket]:
        return count_with(self._ask_search, query, self._aliases, by=by, zone=zone)

    def facets(self, query: Query, *, fields: Sequence[Dimension], top: int = 10) -> dict[Dimension, list[Bucket]]:
        asked = translate_query(query, self._aliases)
        body = {"query": asked, "size": 0, "track_total_hits": False, "aggs": facet_request(fields)}
        answer = self._ask_search(body)
        return read_facets(answer.get("aggregations", {}), fields, top=top)

    def stream(self, query: Query, *, slice_of: tuple[int, int] = (0, 1)) -> Iterator[Record]:
        with self.freeze() as view:
            yield from view.stream(query, slice_of=slice_of)

    def freeze(self) -> AbstractContextManager[View]:
        return freeze(self._documents.server, self._alias, self._state, self._aliases)

    def refresh(self) -> None:
        self._server.ask("POST", f"/{self._alias},{self._state}/_refresh")

    def health(self) -> Health:
        status = self._server.ask("GET", f"/_cluster/health/{self._alias}")["status"]
        stats = self._server.ask("GET", f"/{self._alias}/_stats/docs,store")["_all"]["primaries"]
        problems: list[str] = []
        if status == "red":
            problems.append("Sebagian indeks Elasticsearch tidak dapat dibaca. Periksa simpul yang mati.")
        return Health(
            name="elasticsearch",
            documents=stats["docs"]["count"],
            behind=0,
            size_bytes=stats["store"]["size_in_bytes"],
            problems=tuple(problems),
        )

    def check(self) -> Health:
        self.refresh()
        found = self.health()
        stale = find_stale(self._documents.server, self._alias, self.current_models())
        if not stale:
            return found
        said = f"{stale} dokumen diindeks tidak sesuai isinya. Jalankan: kentongan store rebuild."
        return Health(
            name=found.name,
            documents=found.documents,
            behind=stale,
            size_bytes=found.size_bytes,
            problems=(*found.problems, said),
        )

    def rebuild(self) -> None:
        rebuild_index(self._documents, self._memory, shards=self._shards)

    def close(self) -> None:
        self._server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def write_cursor(hit: dict[str, Any]) -> str:
    """Where the next page begins: behind this hit."""
    newest, name = hit["sort"]
    return f"{newest}:{name}"


def read_cursor(after: str) -> list[int | str]:
    """The sort values a cursor stands for. Raises BadQuery for what ``search`` never gave out."""
    key, _, name = after.partition(":")
    try:
        require_document_id(name)
        newest = int(key)
    except ValueError:
        newest = 1 << 63
    if not -(1 << 63) <= newest < 1 << 63:
        raise BadQuery("Penanda halaman tidak dikenal.", hint="Mulai lagi dari halaman pertama.")
    return [newest, name]
