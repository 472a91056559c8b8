"""The interface of a store, which the embedded one and Elasticsearch both keep, and the small types it answers with.

Both stores give the same answers to the same questions (tests/test_search_contract.py). Open one with
``search.open.open_store(settings)``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Literal, Protocol, Self, get_args

import msgspec

from kentongan.schema import Annotation, Document, Gap, Observation, Query, Record, Task

Dimension = Literal[
    "hour", "day", "sentiment", "tone", "topic", "hoax", "language", "source", "publisher", "platform", "region",
    "kind", "author", "hashtag", "sample",
]  # fmt: skip
"""What documents can be counted by. Every document falls into exactly one bucket of each dimension but ``hashtag``
(as many as it has) and ``author`` (none where absent); label dimensions have "abstained" and "none" buckets."""

DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)

BUCKETS = 1024
"""A document's ``bucket`` is its id (as a number) modulo this: how several scorers share one store."""

MAX_TERMS = 10_000
"""Most buckets a count over words (source, author, hashtag ...) returns; more raises BadQuery."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What ``add`` did."""

    new: int
    """Documents the store did not have."""
    known: int
    """Documents it already had, left as they were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of documents."""

    records: tuple[Record, ...]
    total: int
    """How many documents match in all. Exact."""
    after: str | None
    """Pass to ``search`` for the next page; None at the end."""


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """One cell of a count."""

    key: tuple[str, ...]
    """One value a dimension. Hours and days are the ISO start in the zone asked for ("2026-11-12T00:00:00+07:00")."""
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Whether a store is whole, for ``kentongan doctor`` and the health route."""

    name: str
    """"embedded" or "elasticsearch"."""
    documents: int
    behind: int
    """Changes the index has not caught up with yet."""
    size_bytes: int
    problems: tuple[str, ...]
    """In Indonesian, each with what to do; empty when all is well."""


class View(Protocol):
    """One frozen moment of a store: whatever is written meanwhile, every answer is of that moment. For one thread."""

    def count(self, query: Query, *, by: Sequence[Dimension] = (), zone: str = "WIB") -> list[Bucket]:
        """As ``Store.count``."""
        ...

    def newest(self, query: Query) -> Iterator[Record]:
        """All matching records in the order of ``Store.search``: newest first, ties by id, descending."""
        ...

    def stream(self, query: Query, *, slice_of: tuple[int, int] = (0, 1)) -> Iterator[Record]:
        """As ``Store.stream``, but each record is as it was at the frozen moment."""
        ...

    def gaps(
        self, *, since: datetime | None = None, until: datetime | None = None, sources: Sequence[str] = ()
    ) -> list[Gap]:
        """As ``Store.gaps``."""
        ...

    def current_models(self) -> dict[Task, str]:
        """As ``Store.current_models``."""
        ...


class Store(Protocol):
    """Documents and what was learned about them. Every write is idempotent: repeating it changes nothing.

    Writes return when they are durable; searches see them within 2 s, or after ``refresh``. Failures of the engine
    raise Retry (away, locked, full: the same call may succeed later).
    """

    def add(self, documents: Iterable[Document]) -> Added:
        """Take in documents. One whose id is there already is left as it was."""
        ...

    def observe(self, observations: Iterable[Observation]) -> int:
        """Record later visits; returns how many were new. Raises NotFound for a document the store lacks."""
        ...

    def annotate(self, annotations: Iterable[Annotation]) -> int:
        """Record labels; returns how many were new (see ``Annotation.key``). Raises NotFound likewise."""
        ...

    def drop(self, ids: Iterable[str]) -> int:
        """Remove documents with all that was learned about them; returns how many were there."""
        ...

    def use_model(self, task: Task, model: str, version: str) -> None:
        """Make this model's labels the ones that count for the task (a person's still come first)."""
        ...

    def current_models(self) -> dict[Task, str]:
        """The current model of each task that has one, as "model|version"."""
        ...

    def add_gaps(self, gaps: Iterable[Gap]) -> int:
        """Record stretches that were not collected; returns how many were new."""
        ...

    def gaps(
        self, *, since: datetime | None = None, until: datetime | None = None, sources: Sequence[str] = ()
    ) -> list[Gap]:
        """Gaps that overlap the range, oldest first."""
        ...

    def get(self, ids: Sequence[str]) -> list[Record | None]:
        """The records of these ids, in their order; None where the store has none."""
        ...

    def search(
        self, query: Query, *, limit: int = 20, after: str | None = None, order: Literal["newest", "best"] = "newest"
    ) -> Page:
        """Matching documents, newest first (ties by id, descending), or best match first (no ``after`` then).

        Raises BadQuery where the text does not parse.
        """
        ...

    def count(self, query: Query, *, by: Sequence[Dimension] = (), zone: str = "WIB") -> list[Bucket]:
        """How many documents match, by up to two dimensions; without any, one bucket with the empty key.

        Buckets without documents are left out. Time comes in its order, everything else by count (largest first),
        then by key; with two dimensions the first one leads.
        """
        ...

    def facets(self, query: Query, *, fields: Sequence[Dimension], top: int = 10) -> dict[Dimension, list[Bucket]]:
        """The ``top`` largest buckets of each field, from one pass over the index."""
        ...

    def stream(self, query: Query, *, slice_of: tuple[int, int] = (0, 1)) -> Iterator[Record]:
        """All matching records of one slice (number from 0, of how many), by bucket, in no promised order.

        Documents added while it runs may be left out; none comes twice. For scoring and export.
        """
        ...

    def freeze(self) -> AbstractContextManager[View]:
        """A view of this moment, everything written before included. For export and copies; it holds the engine's
        resources until it is left, so leave it soon (minutes, not days)."""
        ...

    def refresh(self) -> None:
        """Wait until searches see everything written before this call."""
        ...

    def health(self) -> Health:
        """A quick look: counts, size, whether the engine answers."""
        ...

    def check(self) -> Health:
        """A full look: every document of the truth is in the index, once and in its newest state, and no other."""
        ...

    def rebuild(self) -> None:
        """Make the index anew from the truth. Interrupted, it may be run again; searches go on meanwhile."""
        ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
