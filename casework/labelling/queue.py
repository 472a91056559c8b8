"""Draws texts of the store into a batch to be labelled: by chance over its sources, or where the model is unsure."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.labelling.held_back import drift_documents, tested_readings
from casework.labelling.records import (
    KINDS,
    LABELS,
    RULES,
    TASK_WORDS,
    TASKS,
    Batch,
    LabelTask,
    Rule,
    as_batch,
    check_task,
    find_batch,
)
from casework.labelling.tables import LabelBatchRow, LabelTextRow
from casework.roles import Actor
from casework.searches import encode_query
from kentongan.errors import Conflict, KentonganError, NotFound
from kentongan.schema import Annotation, Query, Record
from kentongan.settings import Settings
from models.predictions import hash_text
from models.reading import read_text, says_something
from search.store import BUCKETS, Store

MOST_TEXTS: Final = 2_000
"""Largest batch: some days of work for two people."""
READ_FOR_ONE: Final = 40
"""Documents looked at for each text wanted, of a store that has so many: enough to choose from, and seconds at most."""
READ_LEAST: Final = 4_000
DOUBT_BAND: Final = 0.15
"""A model is unsure that keeps silent, or whose best probability leads the next by less than this."""
MAX_NAME: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What batch is wanted."""

    task: LabelTask
    size: int
    rule: Rule = "random"
    query: Query = field(default_factory=Query)
    """Words, source, time: which texts may be drawn. Kinds are the task's."""
    overlap: float = 1.0
    """Share of the texts that two people label, 0 to 1."""
    name: str = ""


def draw_batch(
    session: Session, store: Store, wish: Wish, *, settings: Settings, actor: Actor, now: datetime,
    via: str | None = None,
) -> Batch:  # fmt: skip
    """Draw a batch and keep it. Raises NotAllowed, BadQuery, KentonganError for a wish that cannot be, NotFound where
    no text is left."""
    actor = authorise(session, actor, action="labels.queue", now=now)
    task = check_task(wish.task)
    if not 1 <= wish.size <= MOST_TEXTS:
        raise KentonganError(f"Ukuran antrean {wish.size} di luar 1 sampai {MOST_TEXTS}.")
    if not 0 <= wish.overlap <= 1:
        raise KentonganError("Bagian yang dilabeli dua orang harus antara 0 dan 1.", hint="1 berarti semuanya.")
    if wish.rule not in RULES:
        raise KentonganError(f"Cara menarik {wish.rule!r} tidak dikenal.", hint=f"Pilih: {', '.join(RULES)}.")
    kinds = tuple(kind for kind in wish.query.kinds or KINDS[task] if kind in KINDS[task])
    if not kinds:
        raise KentonganError(
            "Jenis dokumen itu tidak dilabeli untuk tugas ini.", hint=f"Pilih: {', '.join(KINDS[task])}."
        )
    query = replace(wish.query, kinds=kinds)
    seed = f"{task}|{now.isoformat()}"
    found = candidates(session, store, task, query, size=wish.size, rule=wish.rule, settings=settings, seed=seed)
    if not found:
        raise NotFound(
            "Tidak ada teks yang dapat ditarik.",
            hint="Semua yang cocok sudah dilabeli, sudah diantrekan, atau disisihkan untuk mengukur model. "
            "Longgarkan saringannya, atau pilih cara lain.",
        )
    chosen = spread_over_sources(found, wish.size, seed=seed)
    row = LabelBatchRow(
        task=task, name=" ".join(wish.name.split())[:MAX_NAME] or f"{TASK_WORDS[task]} {now:%d-%m-%Y}", rule=wish.rule,
        query=encode_query(query), overlap=wish.overlap, candidates=len(found), made_at=now, made_by=actor.id,
        made_name=actor.username, closed_at=None, sample=any(one.document.sample for one in chosen),
    )  # fmt: skip
    session.add(row)
    session.flush()
    double = math.ceil(round(wish.overlap * len(chosen), 6))
    # Which texts two people label follows from chance as well, not from the order they are shown in.
    by_luck = sorted(chosen, key=lambda one: luck(f"{seed}|dua", one.document.id))
    twice = {one.document.id for one in by_luck[:double]}
    for place, record in enumerate(sorted(chosen, key=lambda one: luck(f"{seed}|urut", one.document.id)), 1):
        session.add(
            LabelTextRow(
                batch=row.id, place=place, document=record.document.id, revision=record.newest.hash,
                source=record.document.source[:200], wanted=2 if record.document.id in twice else 1,
            )
        )  # fmt: skip
    session.flush()
    detail: audit.Detail = {"task": task, "rule": wish.rule, "texts": len(chosen), "candidates": len(found)}
    audit.record(
        session, actor, action="labels.queue", object=f"label_batch:{row.id}", detail=audit.with_way(detail, via),
        now=now,
    )  # fmt: skip
    return as_batch(row)


def close_batch(session: Session, batch: int, *, actor: Actor, now: datetime, via: str | None = None) -> Batch:
    """Take no more labels into a batch; what was said stays. Raises NotAllowed, NotFound, Conflict."""
    actor = authorise(session, actor, action="labels.queue", now=now)
    row = find_batch(session, batch, lock=True)
    if row.closed_at is not None:
        raise Conflict(f"Antrean {row.name} sudah ditutup.")
    row.closed_at = now
    session.flush()
    detail: audit.Detail = {"act": "closed"}
    audit.record(
        session, actor, action="labels.queue", object=f"label_batch:{row.id}", detail=audit.with_way(detail, via),
        now=now,
    )  # fmt: skip
    return as_batch(row)


def list_batches(session: Session, *, task: str | None = None, open_only: bool = False) -> list[Batch]:
    """Batches, newest first."""
    chosen = select(LabelBatchRow).order_by(LabelBatchRow.id.desc()).limit(500)
    if task is not None:
        chosen = chosen.where(LabelBatchRow.task == check_task(task))
    if open_only:
        chosen = chosen.where(LabelBatchRow.closed_at.is_(None))
    return [as_batch(row) for row in session.scalars(chosen)]


def count_batches(session: Session) -> dict[LabelTask, int]:
    """How many batches there are for each task."""
    counted = {
        row[0]: row[1] for row in session.execute(select(LabelBatchRow.task, func.count()).group_by(LabelBatchRow.task))
    }
    return {task: counted.get(task, 0) for task in TASKS}


def candidates(
    session: Session, store: Store, task: LabelTask, query: Query, *, size: int, rule: Rule, settings: Settings,
    seed: str,
) -> list[Record]:  # fmt: skip
    """Texts that may be drawn, of a random part of the matching ones: none labelled, queued, held back or twice."""
    queued = set(
        session.scalars(
            select(LabelTextRow.document)
            .join(LabelBatchRow, LabelBatchRow.id == LabelTextRow.batch)
            .where(LabelBatchRow.task == task)
        )
    )
    queued |= drift_documents(settings)
    tested = tested_readings(task, local=settings.models_dir)
    seen: set[int] = set()
    stories: set[str] = set()
    found = []
    for record in read_part(store, query, most=max(READ_LEAST, READ_FOR_ONE * size), seed=seed):
        if record.document.id in queued or any(said.task == task and said.by_person for said in record.annotations):
            continue
        reading = hash_text(record.newest.words)
        story = record.labels.get("story")
        if reading in tested or reading in seen or not says_something(read_text(record.newest.words)):
            continue
        # Copies of one message teach nothing new and would part into training and test.
        if story is not None and story.value is not None:
            if story.value in stories:
                continue
            stories.add(story.value)
        seen.add(reading)
        if rule == "doubt" and not is_doubtful(record.labels.get(task), LABELS[task]):
            continue
        found.append(record)
    return found


def read_part(store: Store, query: Query, *, most: int, seed: str) -> Iterable[Record]:
    """All matching records, or a random part of about ``most`` where there are more: parts go by a hash of the id."""
    total = sum(bucket.count for bucket in store.count(query))
    parts = min(BUCKETS, max(1, total // most))
    chosen = int.from_bytes(hashlib.blake2b(seed.encode(), digest_size=4).digest(), "big") % parts
    return store.stream(query, slice_of=(chosen, parts))


def is_doubtful(said: Annotation | None, labels: Sequence[str]) -> bool:
    """Whether the model that serves was unsure of a text."""
    if said is None or said.by_person:
        return False
    chances = sorted((float((said.probabilities or {}).get(label, 0.0)) for label in labels), reverse=True)
    return said.abstained or (len(chances) > 1 and chances[0] > 0 and chances[0] - chances[1] < DOUBT_BAND)


def spread_over_sources(found: Sequence[Record], size: int, *, seed: str) -> list[Record]:
    """At most ``size`` records, each source with its share of them (largest remainders), drawn by chance within it."""
    if len(found) <= size:
        return list(found)
    by_source: dict[str, list[Record]] = {}
    for record in sorted(found, key=lambda one: luck(seed, one.document.id)):
        by_source.setdefault(record.document.source, []).append(record)
    shares = {source: size * len(own) / len(found) for source, own in by_source.items()}
    take = {source: int(share) for source, share in shares.items()}
    left = sorted(shares, key=lambda source: (take[source] - shares[source], luck(seed, source)))
    for source in left[: size - sum(take.values())]:
        take[source] += 1
    return [record for source, own in by_source.items() for record in own[: take[source]]]


def luck(seed: str, word: str) -> bytes:
    """A number by chance that follows from a seed and a word."""
    return hashlib.blake2b(f"{seed}\0{word}".encode(), digest_size=8).digest()
