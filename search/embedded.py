"""The embedded store: SQLite is the truth, tantivy the index, both in one folder, used by many processes at once.

A write is durable when it returns. It is searchable at the latest when a search comes that is 2 s younger: whoever
writes or searches brings the index level, and a search that finds it behind does so first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

from kentongan.batches import batched
from kentongan.errors import BadQuery
from kentongan.schema import Annotation, Document, Gap, Observation, Query, Record, Task
from search.aggregate import facet_request, facets_settled, read_facets
from search.aliases import NO_ALIASES, AliasFile
from search.backup import measure_parts
from search.embedded_view import READ, count_in, freeze, hits_in
from search.fields import DOCUMENT_ID, require_document_id
from search.index_keeper import IndexKeeper
from search.query import parse_query
from search.query_tree import Everything
from search.store import Added, Bucket, Dimension, Health, Page, View
from search.tantivy_hits import aggregate_hits, best_hits, count_hits, indexed_numbers, newest_hits
from search.tantivy_index import TantivyIndex
from search.tantivy_query import translate_query
from search.truth import BATCH, Truth

if TYPE_CHECKING:
    from tantivy import Searcher

CURSOR_KEY = re.compile(r"-?[0-9]{1,19}")
KEY_LIMIT = 2**63 - 1
"""``newest`` keys, and the one after, are signed 64-bit numbers."""

HOW_TO_REBUILD = "Jalankan: kentongan store rebuild."

TIED_BUCKETS = 90
"""Buckets asked for beyond the largest of a facet, to settle ties without fetching thousands."""


class EmbeddedStore:
    """A ``search.store.Store`` in a folder. Calls may come from any thread; several processes may share the folder."""

    def __init__(self, folder: Path, *, aliases: AliasFile = NO_ALIASES) -> None:
        """Open the store, creating it where there is none; its index is caught up, or built anew where it must be.
        ``aliases``: the lists that queries may name.

        Raises Retry where the folder cannot be used now.
        """
        self.folder = folder
        self.aliases = aliases
        self.truth = Truth(folder / "truth.sqlite")
        self.keeper = IndexKeeper(self.truth, folder / "index")
        try:
            self.keeper.open()
        except BaseException:
            self.close()
            raise

    def add(self, documents: Iterable[Document]) -> Added:
        """Take in documents; see ``Store.add``. Raises ValueError for an id that is no ``document_id``."""
        new = known = 0
        for batch in batched(documents, BATCH):
            for document in batch:
                require_document_id(document.id)
            added = self.truth.add(batch)
            new, known = new + added, known + len(batch) - added
            self.keeper.catch_up_if_due()
        return Added(new=new, known=known)

    def observe(self, observations: Iterable[Observation]) -> int:
        """Record later visits; see ``Store.observe``."""
        new = 0
        for batch in batched(observations, BATCH):
            new += self.truth.learn("observations", batch)
            self.keeper.catch_up_if_due()
        return new

    def annotate(self, annotations: Iterable[Annotation]) -> int:
        """Record labels; see ``Store.annotate``."""
        new = 0
        for batch in batched(annotations, BATCH):
            new += self.truth.learn("annotations", batch)
            self.keeper.catch_up_if_due()
        return new

    def drop(self, ids: Iterable[str]) -> int:
        """Remove documents; see ``Store.drop``."""
        there = 0
        for batch in batched(ids, BATCH):
            there += self.truth.drop(batch)
            self.keeper.catch_up_if_due()
        return there

    def use_model(self, task: Task, model: str, version: str) -> None:
        """Make this model's labels count; see ``Store.use_model``."""
        self.truth.use_model(task, f"{model}|{version}")
        self.keeper.catch_up_if_due()

    def current_models(self) -> dict[Task, str]:
        """The current model of each task; see ``Store.current_models``."""
        return self.truth.models()

    def add_gaps(self, gaps: Iterable[Gap]) -> int:
        """Record gaps; see ``Store.add_gaps``."""
        return sum(self.truth.add_gaps(batch) for batch in batched(gaps, BATCH))

    def gaps(
        self, *, since: datetime | None = None, until: datetime | None = None, sources: Sequence[str] = ()
    ) -> list[Gap]:
        """Gaps that overlap the range; see ``Store.gaps``."""
        return self.truth.gaps(since=since, until=until, sources=sources)

    def get(self, ids: Sequence[str]) -> list[Record | None]:
        """The records of these ids; see ``Store.get``."""
        found: list[Record | None] = []
        for batch in batched(ids, BATCH):
            records = self.truth.load(batch)
            found.extend(records.get(id) for id in batch)
        return found

    def search(
        self, query: Query, *, limit: int = 20, after: str | None = None, order: Literal["newest", "best"] = "newest"
    ) -> Page:
        """Matching documents; see ``Store.search``. Documents that match equally well come newest first only by
        chance."""
        if limit < 0:
            raise ValueError("a page has no negative length")
        if order == "best" and after is not None:
            raise BadQuery("Urutan menurut kecocokan tidak punya halaman berikutnya.", hint="Pakai urutan terbaru.")
        ranked = order == "best" and not isinstance(parse_query(query.text, self.aliases), Everything)
        cursor = None if after is None else read_cursor(after)

        def question(index: TantivyIndex, searcher: Searcher) -> tuple[list[str], int, str | None]:
            asked = translate_query(index.schema, query, self.aliases)
            if ranked:
                return *best_hits(searcher, asked, limit), None
            hits, total = newest_hits(searcher, index.schema, asked, limit=limit + 1, after=cursor)
            if cursor is not None:
                total = count_hits(searcher, asked)
            more = len(hits) > limit > 0 and order == "newest"
            following = f"{hits[limit - 1][0]}:{hits[limit - 1][1]}" if more else None
            return [id for _, id in hits[:limit]], total, following

        ids, total, following = self.keeper.ask(question)
        # A document dropped a moment ago may still be in the index.
        records = tuple(record for record in self.get(ids) if record is not None)
        return Page(records=records, total=total, after=following)

    def count(self, query: Query, *, by: Sequence[Dimension] = (), zone: str = "WIB") -> list[Bucket]:
        """How many documents match; see ``Store.count``."""
        return self.keeper.ask(
            lambda index, searcher: count_in(searcher, index.schema, query, self.aliases, by=by, zone=zone)
        )

    def facets(self, query: Query, *, fields: Sequence[Dimension], top: int = 10) -> dict[Dimension, list[Bucket]]:
        """The largest buckets of each field; see ``Store.facets``."""

        def question(index: TantivyIndex, searcher: Searcher) -> dict[str, Any]:
            asked = translate_query(index.schema, query, self.aliases)
            answer = aggregate_hits(searcher, asked, facet_request(fields, size=top + TIED_BUCKETS))
            if facets_settled(answer, fields, top=top):
                return answer
            return aggregate_hits(searcher, asked, facet_request(fields))

        return read_facets(self.keeper.ask(question), fields, top=top)

    def stream(self, query: Query, *, slice_of: tuple[int, int] = (0, 1)) -> Iterator[Record]:
        """All matching records of a slice; see ``Store.stream``. What matches is settled when the first is asked
        for; each record is as it is when its turn comes."""
        chunks = self.keeper.ask(
            lambda index, searcher: hits_in(searcher, index.schema, query, self.aliases, slice_of=slice_of)
        )
        for ids in chunks:
            for batch in batched(ids, READ):
                records = self.truth.load(batch)
                yield from (records[id] for id in batch if id in records)

    def freeze(self) -> AbstractContextManager[View]:
        """A view of this moment; see ``Store.freeze``."""
        return freeze(self.truth, self.keeper, self.aliases)

    def refresh(self) -> None:
        """Wait until searches see everything; see ``Store.refresh``."""
        self.keeper.refresh()

    def health(self) -> Health:
        """Whether the store is whole, by numbers alone; see ``Store.health``."""
        _, state = self.truth.head()
        documents, last, behind = self.truth.count(after=state.seq)
        problems = []
        indexed = self.keeper.ask(lambda index, searcher: searcher.num_docs)
        still = self.truth.count()[:2] == (documents, last)
        if still and not behind and indexed != documents:
            problems.append(f"Indeks memuat {indexed} dokumen, seharusnya {documents}. {HOW_TO_REBUILD}")
        return Health(
            name="embedded",
            documents=documents,
            behind=behind,
            size_bytes=sum(file.stat().st_size for file in self.folder.rglob("*") if file.is_file()),
            problems=tuple(problems),
        )

    def sizes(self) -> dict[str, int]:
        """Bytes on the disk by what they hold."""
        return measure_parts(self.truth, self.keeper.folder)

    def check(self) -> Health:
        """Read everything and compare index and truth, document by document; see ``Store.check``."""
        self.refresh()
        found = self.health()
        pairs = self.keeper.ask(lambda index, searcher: indexed_numbers(searcher, index.schema))
        # What was written since is not the index's fault.
        truth, level = self.truth.numbers(), max((seq for _, seq in pairs), default=0)
        indexed = dict(pairs)
        faults = {
            "tidak ada di indeks": sum(1 for id, seq in truth.items() if id not in indexed and seq <= level),
            "hanya ada di indeks": sum(1 for id in indexed if id not in truth),
            "ganda di indeks": len(pairs) - len(indexed),
            "usang di indeks": sum(1 for id, seq in indexed.items() if seq < truth.get(id, seq) <= level),
        }
        problems = [f"Berkas SQLite rusak ({damage}). Pulihkan dari cadangan." for damage in self.truth.find_damage()]
        broken = self.keeper.ask(lambda index, searcher: index.damaged_files())
        if broken:
            problems.append(f"{len(broken)} berkas indeks rusak ({broken[0]}). {HOW_TO_REBUILD}")
        problems += [f"{count} dokumen {what}. {HOW_TO_REBUILD}" for what, count in faults.items() if count]
        return replace(found, behind=found.behind + sum(faults.values()), problems=(*found.problems, *problems))

    def rebuild(self) -> None:
        """Build the index anew from the truth and wait for it; see ``Store.rebuild``."""
        self.keeper.rebuild()

    def close(self) -> None:
        self.truth.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_cursor(after: str) -> tuple[int, str]:
    """The place a page goes on from. Raises BadQuery for what no page has given out."""
    key, _, id = after.partition(":")
    if not CURSOR_KEY.fullmatch(key) or not DOCUMENT_ID.fullmatch(id) or abs(int(key)) >= KEY_LIMIT:
        raise BadQuery("Penanda halaman tidak dikenal.", hint="Mulai lagi dari halaman pertama.")
    return int(key), id
