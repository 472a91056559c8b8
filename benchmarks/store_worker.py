"""The processes of the store's benchmark: one fills a store, one goes on writing, one asks.

    python -m benchmarks.store_worker fill FOLDER DOCUMENTS
    python -m benchmarks.store_worker write FOLDER RATE
    python -m benchmarks.store_worker ask FOLDER ROUNDS ASKED

Each prints what it measured as one line of JSON.
"""

from __future__ import annotations

import resource
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from benchmarks.store_questions import pose_questions, write_plain_rows
from kentongan.batches import batched
from kentongan.schema import Annotation, Document, Task, document_id
from samples.simulate import Plan, Simulated, simulate
from search.embedded import EmbeddedStore
from search.truth import BATCH

DAYS = 30
SEED = 7
LABELLED = 5
"""One document in so many is labelled for sentiment and topic after it came in."""

ROWS_FILE = "rows.sqlite"


class Filled(msgspec.Struct, frozen=True):
    """What filling a store took."""

    documents: int
    cpu_seconds: float
    """Of all threads, from a list of documents to everything durable and searchable; making the documents is not in
    it."""
    wall_seconds: float
    labels: int
    label_cpu_seconds: float
    peak_mib: int
    bytes: int
    characters: float
    """Mean length of a text."""


class Asked(msgspec.Struct, frozen=True):
    """How long each question took, in seconds, the store's times and the scan's."""

    ours: dict[str, list[float]]
    scans: dict[str, list[float]]
    documents_before: int
    documents_after: int
    peak_mib: int
    found: dict[str, int]
    """Documents each question is about; one that finds nothing would measure nothing."""


def peak_mib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def make_documents(documents: int, *, seed: int = SEED) -> Iterator[Simulated]:
    return simulate(Plan(seed=seed, posts=documents, days=DAYS))


def fill(folder: Path, documents: int) -> Filled:
    """Fill a new store and label part of it, as a crawl and a scorer would."""
    stream = make_documents(documents)
    cpu = wall = label_cpu = 0.0
    labels = characters = added = 0
    with EmbeddedStore(folder) as store:
        store.use_model("sentiment", "planted", "1")
        store.use_model("topic", "planted", "1")
        for chunk in batched(stream, BATCH):
            incoming = [one.document for one in chunk]
            characters += sum(len(document.text) for document in incoming)
            begun, began = time.process_time(), time.perf_counter()
            added += store.add(incoming).new
            cpu, wall = cpu + time.process_time() - begun, wall + time.perf_counter() - began
        begun, began = time.process_time(), time.perf_counter()
        store.refresh()
        cpu, wall = cpu + time.process_time() - begun, wall + time.perf_counter() - began
        for chunk in batched(make_documents(documents), BATCH):
            said = [label for one in chunk[::LABELLED] for label in planted_labels(one)]
            begun = time.process_time()
            labels += store.annotate(said)
            label_cpu += time.process_time() - begun
        begun = time.process_time()
        store.refresh()
        label_cpu += time.process_time() - begun
        write_plain_rows(store, folder.parent / ROWS_FILE)
        assert store.check().problems == ()
        size = store.health().size_bytes
    return Filled(added, cpu, wall, labels, label_cpu, peak_mib(), size, characters / added)


def planted_labels(one: Simulated) -> Iterator[Annotation]:
    planted: dict[Task, str | None] = {"sentiment": one.truth.sentiment, "topic": one.truth.topic}
    for task, value in planted.items():
        if value:
            yield Annotation(
                document=one.document.id, task=task, value=value, by="planted", version="1",
                at=one.document.collected_at,
            )  # fmt: skip


def write(folder: Path, rate: int) -> None:
    """Add so many new documents a second, ten times a second, until the process is ended."""
    seed = SEED + 1
    with EmbeddedStore(folder) as store:
        print("writing", flush=True)
        due = time.monotonic()
        while True:
            seed += 1
            for chunk in batched(make_documents(10_000, seed=seed), rate // 10):
                store.add([as_newest(one.document) for one in chunk])
                due += 0.1
                time.sleep(max(0.0, due - time.monotonic()))


def as_newest(document: Document) -> Document:
    """The document as if published a year later, by a source of its own: beyond what the two sides agree on."""
    native_key = f"new-{document.native_key}"
    return replace(
        document, id=document_id(document.publisher, native_key), native_key=native_key, source="meanwhile",
        published_at=document.published_at + timedelta(days=365),
    )  # fmt: skip


def ask(folder: Path, rounds: int, asked: int) -> Asked:
    """Ask every question in turn, the store ``asked`` times a round and the plain rows once, after a warm-up."""
    ours: dict[str, list[float]] = {}
    scans: dict[str, list[float]] = {}
    matches: dict[str, int] = {}
    with (
        EmbeddedStore(folder) as store,
        closing(sqlite3.connect(folder.parent / ROWS_FILE)) as rows,
    ):
        latest = rows.execute("SELECT max(published_ms) FROM rows").fetchone()[0]
        questions = pose_questions(datetime.fromtimestamp(latest / 1000 + 1, UTC))
        for question in questions:
            ours[question.name], scans[question.name] = [], []
            found = question.ask(store)
            if found != question.scan(rows):
                raise AssertionError(f"the two sides disagree on: {question.name}")
            matches[question.name] = question.size(store)
        before = store.health().documents
        for _ in range(rounds):
            for question in questions:
                begun = time.perf_counter()
                question.scan(rows)
                scans[question.name].append(time.perf_counter() - begun)
            for _ in range(asked):
                for question in questions:
                    begun = time.perf_counter()
                    question.ask(store)
                    ours[question.name].append(time.perf_counter() - begun)
        after = store.health().documents
    return Asked(ours, scans, before, after, peak_mib(), matches)


def main() -> None:
    what, folder, *numbers = sys.argv[1:]
    if what == "fill":
        print(msgspec.json.encode(fill(Path(folder), *map(int, numbers))).decode(), flush=True)
    elif what == "ask":
        print(msgspec.json.encode(ask(Path(folder), *map(int, numbers))).decode(), flush=True)
    else:
        write(Path(folder), *map(int, numbers))


if __name__ == "__main__":
    main()
