"""Removes what an installation no longer keeps, for either store."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from kentongan.schema import Query, Record
from search.store import Store

BATCH = 1_000
"""Documents dropped at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What ``prune`` did."""

    dropped: int
    judged: int
    """Documents that match but stay, because a person has said something about them."""
    held: int = 0
    """Documents that match but stay, because the caller keeps them: they are evidence in a case."""


def prune(
    store: Store,
    query: Query,
    *,
    even_judged: bool = False,
    held: Collection[str] = frozenset(),
    report: Callable[[int, int | None, str], None] | None = None,
) -> Pruned:
    """Drop every document that matches, with all that was learned about it, except those that a person has judged
    and those in ``held`` (ids), which stay whatever ``even_judged`` says.

    It may be stopped at any moment and run again. Nothing brings a dropped document back but a backup.
    """
    total = store.count(query)[0].count
    dropped = judged = kept = 0
    batch: list[str] = []

    def flush() -> None:
        nonlocal dropped
        dropped += store.drop(batch)
        batch.clear()
        if report:
            report(dropped + judged + kept, total, "menghapus")

    for record in store.stream(query):
        if record.document.id in held:
            kept += 1
            continue
        if not even_judged and is_judged(record):
            judged += 1
            continue
        batch.append(record.document.id)
        if len(batch) == BATCH:
            flush()
    flush()
    store.refresh()
    return Pruned(dropped=dropped, judged=judged, held=kept)


def weigh(store: Store, query: Query, *, even_judged: bool = False, held: Collection[str] = frozenset()) -> Pruned:
    """What ``prune`` would do with the same arguments, having dropped nothing. Reads every document that matches."""
    would = judged = kept = 0
    for record in store.stream(query):
        if record.document.id in held:
            kept += 1
        elif not even_judged and is_judged(record):
            judged += 1
        else:
            would += 1
    return Pruned(dropped=would, judged=judged, held=kept)


def is_judged(record: Record) -> bool:
    """Whether a person has said anything about a document."""
    return any(said.by_person for said in record.annotations)
