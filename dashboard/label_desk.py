"""What the page of labels does: reads a queue's state, keeps labels, settles them, draws and exports."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec
import streamlit as st
from sqlalchemy.orm import Session

from analysis.agreement import Agreement
from casework.labelling.export import export_labels
from casework.labelling.giving import give_label, next_text, read_progress, undo_label
from casework.labelling.queue import Wish, close_batch, draw_batch, list_batches
from casework.labelling.records import Batch, Disagreement, LabelTask, Progress, Rule, TextToLabel
from casework.labelling.settling import agreement_of, list_disagreements, settle_agreed, settle_text
from casework.roles import Actor
from casework.searches import SavedSearch, decode_query, get_search, list_searches
from dashboard.data import FRESH_SECONDS, read_settings, shared_casework, shared_store
from dashboard.visitor import VIA, page_actor
from kentongan.errors import KentonganError
from kentongan.schema import Query

Done = TypeVar("Done")
MOST_APART = 20
"""Disagreements shown at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelBench:
    """A queue in front of one person."""

    progress: Progress
    text: TextToLabel | None
    may_act: bool
    """Whether there is a person in whose name labels are kept."""


def load_batches() -> list[Batch]:
    """All queues, newest first. Raises Retry."""
    with shared_casework().read() as session:
        return list_batches(session)


def load_bench(batch: Batch, *, skipped: Collection[int], now: datetime) -> LabelBench:
    """The next text for the page's person, and how far the queue is. Raises KentonganError."""
    with shared_casework().read() as session:
        person = find_person(session, now=now)
        return LabelBench(
            progress=read_progress(session, batch.id, person=person),
            text=None
            if person is None
            else next_text(session, shared_store(), batch.id, person=person, skipped=skipped),
            may_act=person is not None,
        )


def load_progress(batch: int) -> Progress:
    """How far a queue is. Raises KentonganError."""
    with shared_casework().read() as session:
        return read_progress(session, batch, person=None)


def find_person(session: Session, *, now: datetime) -> str | None:
    """Id of the page's person; None where pages act for nobody."""
    try:
        return page_actor(session, now=now).id
    except KentonganError:
        return None


def load_apart(batch: int) -> list[Disagreement]:
    """The first texts people disagree on. Raises KentonganError."""
    with shared_casework().read() as session:
        return list_disagreements(session, shared_store(), batch, limit=MOST_APART)


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_agreement(task: LabelTask, batch: int | None, *, labels: int) -> Agreement:
    """Agreement in one queue or all of a task; ``labels`` tells one state from the next. Raises KentonganError."""
    with shared_casework().read() as session:
        return agreement_of(session, task=task, batch=batch)


def load_searches() -> list[SavedSearch]:
    """Saved searches a queue can be drawn from. Raises Retry."""
    with shared_casework().read() as session:
        return list_searches(session)


def keep_label(text: TextToLabel, value: str | None, *, note: str, now: datetime) -> None:
    """Keep the page's person's label. Raises KentonganError."""
    as_page(lambda session, actor: give_label(session, text.id, value=value, note=note, actor=actor, now=now), now=now)


def take_back(batch: Batch, *, now: datetime) -> int:
    """Take the person's last label back. Raises KentonganError."""
    return as_page(lambda session, actor: undo_label(session, batch.id, actor=actor, now=now), now=now)


def settle_equal(batch: Batch, *, now: datetime) -> int:
    """Settle what all said. Raises KentonganError."""
    return as_page(
        lambda session, actor: settle_agreed(session, shared_store(), batch.id, actor=actor, now=now, via=VIA), now=now
    )


def settle_one(text: TextToLabel, value: str | None, *, note: str, now: datetime) -> str:
    """Settle one disagreement. Raises KentonganError."""
    return as_page(
        lambda session, actor: settle_text(
            session, shared_store(), text.id, value=value, note=note, actor=actor, now=now, via=VIA
        ),
        now=now,
    )


def draw_queue(
    task: LabelTask, *, size: int, rule: Rule, search: int | None, source: str, days: int, overlap: float, name: str,
    now: datetime,
) -> Batch:  # fmt: skip
    """Draw a queue from the store. Raises KentonganError."""

    def do(session: Session, actor: Actor) -> Batch:
        query = Query() if search is None else decode_query(get_search(session, search).query)
        sources = (source.strip(),) if source.strip() else query.sources
        query = replace(query, sources=sources, since=now - timedelta(days=days), until=now)
        wish = Wish(task=task, size=size, rule=rule, query=query, overlap=overlap, name=name)
        return draw_batch(session, shared_store(), wish, settings=read_settings(), actor=actor, now=now, via=VIA)

    return as_page(do, now=now)


def shut(batch: Batch, *, now: datetime) -> Batch:
    """Close a queue. Raises KentonganError."""
    return as_page(lambda session, actor: close_batch(session, batch.id, actor=actor, now=now, via=VIA), now=now)


def export_file(task: LabelTask, *, now: datetime) -> bytes:
    """The training data of a task as JSON lines. Raises KentonganError."""
    lines = as_page(
        lambda session, actor: export_labels(
            session, shared_store(), task=task, settings=read_settings(), actor=actor, now=now, via=VIA
        ),
        now=now,
    )
    return b"".join(msgspec.json.encode(line) + b"\n" for line in lines)


def as_page(do: Callable[[Session, Actor], Done], *, now: datetime) -> Done:
    """Do an act in one transaction, in the name of the page's person."""
    with shared_casework().begin() as session:
        return do(session, page_actor(session, now=now))
