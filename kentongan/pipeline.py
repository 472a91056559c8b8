"""The glue: documents in, labels on, and the pieces that a command or a page sets going.

Each step may be killed and run again: documents have deterministic ids, annotations deterministic keys, and a step
takes up only what the store says is still missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from kentongan.schema import Annotation, Kind, Query, Record, Task
from kentongan.settings import Settings

if TYPE_CHECKING:
    from kentongan.places import Gazetteer
    from models.classifier import Classifier
    from search.store import Store

SCORE_BATCH = 256
"""Documents classified and written at a time: large enough to keep numpy busy, small enough to lose little."""

KINDS_OF: dict[Task, tuple[Kind, ...]] = {
    "sentiment": ("post", "comment"),
    "tone": ("article",),
    "topic": (),
    "hoax": ("post", "comment"),
    "language": (),
}
"""Which kinds each task reads; empty means all. Sentiment of posts and tone of news are two figures, never added up."""

PLACES_MODEL = ("gazetteer", "1")
"""Name and version under which the gazetteer's finding of a district is recorded."""

Report = Callable[[int, int | None, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What one run of ``score`` did."""

    task: Task
    model: str
    documents: int
    """Documents labelled in this run."""
    abstained: int
    """Of these, how many the model would not decide."""


def batches(records: Iterable[Record], size: int) -> Iterator[tuple[Record, ...]]:
    """Records in tuples of at most ``size``."""
    remaining = iter(records)
    while batch := tuple(islice(remaining, size)):
        yield batch


def words_of(record: Record) -> str:
    """What a model reads of a document: its title and its newest text."""
    return f"{record.newest.title}\n{record.newest.text}" if record.newest.title else record.newest.text


def score_task(
    store: Store,
    task: Task,
    read: Callable[[Sequence[Record]], list[tuple[str | None, dict[str, float] | None, bool]]],
    *,
    model: tuple[str, str],
    now: datetime,
    slice_of: tuple[int, int] = (0, 1),
    report: Report | None = None,
) -> Scored:
    """Label, for one task, every document of a slice whose newest words this model has not read yet."""
    name, version = model
    if task not in store.current_models():
        # A first model counts from its first label on; a new one takes over once it has read everything.
        store.use_model(task, name, version)
    query = Query(kinds=KINDS_OF.get(task, ()), unscored_by=f"{task}|{name}|{version}")
    total = store.count(query)[0].count if slice_of == (0, 1) else None
    done = abstained = 0
    for batch in batches(store.stream(query, slice_of=slice_of), SCORE_BATCH):
        labels = read(batch)
        store.annotate(
            [
                Annotation(
                    document=record.document.id,
                    task=task,
                    value=value,
                    by=name,
                    version=version,
                    at=now,
                    probabilities=probabilities,
                    abstained=unsure,
                    revision=record.newest.hash,
                )
                for record, (value, probabilities, unsure) in zip(batch, labels, strict=True)
            ]
        )
        done += len(batch)
        abstained += sum(unsure for _, _, unsure in labels)
        if report:
            report(done, total, f"{task}: {name} {version}")
    store.refresh()
    if slice_of == (0, 1) or not store.count(query)[0].count:
        # Of several slices the last one to finish hands over.
        store.use_model(task, name, version)
    return Scored(task=task, model=f"{name} {version}", documents=done, abstained=abstained)


def score(
    store: Store,
    classifier: Classifier,
    gazetteer: Gazetteer,
    *,
    settings: Settings,
    now: datetime,
    slice_of: tuple[int, int] = (0, 1),
    report: Report | None = None,
) -> list[Scored]:
    """Run the classifier's tasks and the gazetteer over whatever they have not read yet.

    ``slice_of`` is (number from 0, of how many): several processes or machines share one store by buckets.
    """
    store.refresh()
    done = []
    for task in classifier.labels:

        def classify(
            records: Sequence[Record], task: Task = task
        ) -> list[tuple[str | None, dict[str, float] | None, bool]]:
            found = classifier.classify([words_of(r) for r in records], [task])
            return [(f[task].value, dict(f[task].probabilities), f[task].abstained) for f in found]

        model = (classifier.name, classifier.version)
        done.append(score_task(store, task, classify, model=model, now=now, slice_of=slice_of, report=report))

    def locate(records: Sequence[Record]) -> list[tuple[str | None, dict[str, float] | None, bool]]:
        within = settings.region or None
        regions = [gazetteer.find(f"{r.document.place or ''}\n{words_of(r)}", within=within) for r in records]
        return [(region.code if region else None, None, region is None) for region in regions]

    done.append(score_task(store, "region", locate, model=PLACES_MODEL, now=now, slice_of=slice_of, report=report))
    store.refresh()
    return done
