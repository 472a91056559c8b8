"""The glue: documents in, labels on, and the pieces that a command or a page sets going.

Each step may be killed and run again: documents have deterministic ids, annotations deterministic keys, and a step
takes up only what the store says is still missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from kentongan.batches import batched
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

PLACES_MODEL = ("gazetteer", "2")
"""Name and version under which the gazetteer's finding of a district is recorded."""

Report = Callable[[int, int | None, str], None]
Opinion = tuple[str | None, Mapping[str, float] | None, bool]
"""Value, probabilities where there are any, and whether the model abstained."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What one run of ``score`` did."""

    task: Task
    model: str
    documents: int
    """Documents labelled in this run."""
    abstained: int
    """Of these, how many the model would not decide."""


def score_task(
    store: Store,
    task: Task,
    read: Callable[[Sequence[Record]], Sequence[Opinion]],
    *,
    model: tuple[str, str],
    now: datetime,
    slice_of: tuple[int, int] = (0, 1),
    report: Report | None = None,
) -> Scored:
    """Label, for one task, every document of a slice whose newest words this model has not read yet."""

    def read_one(records: Sequence[Record], tasks: Sequence[Task]) -> list[dict[Task, Opinion]]:
        return [{task: opinion} for opinion in read(records)]

    return score_model(store, [task], read_one, model=model, now=now, slice_of=slice_of, report=report)[0]


def score_model(
    store: Store,
    tasks: Sequence[Task],
    read: Callable[[Sequence[Record], Sequence[Task]], Sequence[Mapping[Task, Opinion]]],
    *,
    model: tuple[str, str],
    now: datetime,
    slice_of: tuple[int, int] = (0, 1),
    report: Report | None = None,
) -> list[Scored]:
    """Label, for all tasks of one model, every document of a slice whose newest words it has not read yet.

    A document found for one task is labelled for all that are missing, so a model with many tasks reads it once.
    """
    name, version = model
    serving = store.current_models()
    for task in tasks:
        # A first model counts from its first label on; a new one takes over once it has read everything.
        if task not in serving:
            store.use_model(task, name, version)
    done, abstained = Counter[Task](), Counter[Task]()
    for task in tasks:
        query = Query(kinds=KINDS_OF.get(task, ()), unscored_by=f"{task}|{name}|{version}")
        total = store.count(query)[0].count if slice_of == (0, 1) else None
        read_now = 0
        for batch in batched(store.stream(query, slice_of=slice_of), SCORE_BATCH):
            missing = [missing_tasks(record, tasks, model) for record in batch]
            opinions = read(batch, [t for t in tasks if any(t in wanted for wanted in missing)])
            said = [
                annotate(record, lacking, opinion[lacking], model=model, now=now)
                for record, wanted, opinion in zip(batch, missing, opinions, strict=True)
                for lacking in wanted
            ]
            store.annotate(said)
            done.update(one.task for one in said)
            abstained.update(one.task for one in said if one.abstained)
            read_now += len(batch)
            if report:
                report(read_now, total, f"{task}: {name} {version}")
        store.refresh()
        if slice_of == (0, 1) or not store.count(query)[0].count:
            # Of several slices the last one to finish hands over.
            store.use_model(task, name, version)
    return [Scored(task=t, model=f"{name} {version}", documents=done[t], abstained=abstained[t]) for t in tasks]


def missing_tasks(record: Record, tasks: Sequence[Task], model: tuple[str, str]) -> list[Task]:
    """The tasks that the document's kind allows and for which this model has not labelled its newest words."""
    known = {
        said.task
        for said in record.annotations
        if (said.by, said.version, said.revision) == (*model, record.newest.hash)
    }
    return [t for t in tasks if t not in known and (not KINDS_OF.get(t) or record.document.kind in KINDS_OF[t])]


def annotate(record: Record, task: Task, opinion: Opinion, *, model: tuple[str, str], now: datetime) -> Annotation:
    """A model's opinion of a document's newest words as it is stored."""
    value, probabilities, abstained = opinion
    return Annotation(
        document=record.document.id,
        task=task,
        value=value,
        by=model[0],
        version=model[1],
        at=now,
        probabilities=None if probabilities is None else dict(probabilities),
        abstained=abstained,
        revision=record.newest.hash,
    )


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

    def classify(records: Sequence[Record], tasks: Sequence[Task]) -> list[dict[Task, Opinion]]:
        found = classifier.classify([r.newest.words for r in records], tasks)
        return [{t: (f.value, f.probabilities, f.abstained) for t, f in labels.items()} for labels in found]

    tasks_of: dict[tuple[str, str], list[Task]] = {}
    for task in classifier.labels:
        tasks_of.setdefault(classifier.model_of(task), []).append(task)
    done = []
    for model, tasks in tasks_of.items():
        done += score_model(store, tasks, classify, model=model, now=now, slice_of=slice_of, report=report)

    def locate(records: Sequence[Record]) -> list[Opinion]:
        within = settings.region or None
        regions = [gazetteer.find(f"{r.document.place or ''}\n{r.newest.words}", within=within) for r in records]
        return [(region.code if region else None, None, region is None) for region in regions]

    done.append(score_task(store, "region", locate, model=PLACES_MODEL, now=now, slice_of=slice_of, report=report))
    store.refresh()
    return done
