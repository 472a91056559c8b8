"""What the page of models does: reads the registry and the cards, switches, starts trainings, looks at their jobs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import streamlit as st
from sqlalchemy.orm import Session

from casework.jobs import Job, cancel_job, list_jobs, read_log, reap_jobs, start_job
from casework.labelling.export import export_labels, write_labels
from casework.labelling.judging import Judged, judge_model
from casework.labelling.records import LabelTask
from casework.model_choices import Switch, list_switches, switch_back, switch_model
from casework.roles import Actor
from dashboard.data import FRESH_SECONDS, read_settings, shared_casework, shared_store
from dashboard.model_drift import DriftView, read_drift
from dashboard.visitor import VIA, page_actor
from kentongan.errors import KentonganError, NotConfigured
from kentongan.schema import Task
from models.card import Card
from models.gate import Refusal, check_model, compare_models
from models.predictions import Comparison
from models.recipe_files import Recipe, list_recipes
from models.registry import (
    NAME,
    check_name,
    find_model,
    list_models,
    read_choices,
    serving_models,
    verify_model,
)

Done = TypeVar("Done")
SLOW_SECONDS = 600
"""How old what takes seconds to work out may be: comparisons on test rows, weeks with a sample of documents."""
TRAININGS = 8
"""Trainings listed, the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLine:
    """A model of the registry."""

    name: str
    card: Card | None
    """None where its files are not what its card says; ``fault`` says why."""
    fault: str
    own: bool
    """Trained or put here, not shipped."""
    serves: tuple[Task, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """All models, and who serves what since when."""

    models: tuple[ModelLine, ...]
    serving: Mapping[Task, str]
    since: Mapping[Task, str]
    """ISO time of the choice that made a task's model serve; absent where it is the shipped one."""
    can_go_back: bool


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_registry() -> Registry:
    """The registry as it is now. Raises BadModel where a list is broken."""
    local = read_settings().models_dir
    serving = serving_models(local=local)
    lines = []
    for name in list_models(local=local):
        card, fault = None, ""
        try:
            card = verify_model(name, local=local)
        except KentonganError as error:
            fault = str(error)
        own = (local / name).exists()
        serves = tuple(task for task, model in serving.items() if model == name)
        lines.append(ModelLine(name=name, card=card, fault=fault, own=own, serves=serves))
    lines.sort(key=lambda one: (not one.serves, one.name))
    choices = read_choices(local)
    since: dict[Task, str] = {}
    before: Mapping[Task, str] = {}
    for choice in choices:
        for task, model in choice.models.items():
            if before.get(task) != model:
                since[task] = choice.at
        before = choice.models
    return Registry(models=tuple(lines), serving=serving, since=since, can_go_back=bool(choices))


@st.cache_data(ttl=SLOW_SECONDS, show_spinner=False)
def load_refusals(name: str, version: str) -> list[Refusal]:
    """Why the gate would refuse a model by itself; empty where it would not. Raises BadModel."""
    return check_model(find_model(name, local=read_settings().models_dir))


@st.cache_data(ttl=SLOW_SECONDS, show_spinner=False)
def load_comparison(name: str, version: str, task: Task, other: str) -> list[Comparison]:
    """A model beside another on the test rows both have; takes seconds. Raises BadModel."""
    local = read_settings().models_dir
    return compare_models(find_model(name, local=local), find_model(other, local=local), task)


@st.cache_data(ttl=SLOW_SECONDS, show_spinner=False)
def load_drift(task: LabelTask, moment: datetime) -> DriftView:
    """The weeks of a task as of a moment (cut it, or every session reads anew). Raises Retry."""
    return read_drift(shared_store(), task, now=moment, zone=read_settings().zone)


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_judged(task: LabelTask) -> dict[str, Judged]:
    """How people disagreed with the current model, by how the texts were drawn. Raises Retry."""
    model = shared_store().current_models().get(task)
    if model is None:
        return {}
    with shared_casework().read() as session:
        return judge_model(session, shared_store(), task=task, model=model)


def load_switches() -> list[Switch]:
    """Choices that were made, newest first. Raises Retry."""
    with shared_casework().read() as session:
        return list_switches(session)


def use(name: str, tasks: Sequence[Task], *, reason: str, unmatched: bool, now: datetime) -> Mapping[Task, str]:
    """Have a model serve tasks. Raises KentonganError with every reason against it."""
    done = as_page(
        lambda session, actor: switch_model(
            session, name, tasks, reason=reason, settings=read_settings(), actor=actor, now=now, unmatched=unmatched,
            via=VIA,
        ),
        now=now,
    )  # fmt: skip
    load_registry.clear()
    return done


def go_back(*, reason: str, now: datetime) -> Mapping[Task, str]:
    """Take the last choice back. Raises KentonganError."""
    done = as_page(
        lambda session, actor: switch_back(
            session, reason=reason, settings=read_settings(), actor=actor, now=now, via=VIA
        ),
        now=now,
    )
    load_registry.clear()
    return done


def load_recipes() -> list[Recipe]:
    """Trainings that can be started."""
    return list_recipes(read_settings().data_dir)


def training_folder() -> Path:
    """Where labelled sets lie. Raises NotConfigured where nobody said, or no sets are there."""
    folder = read_settings().training_data_dir
    if folder is None or not (folder / "manifest.json").is_file():
        raise NotConfigured(
            "training_data_dir",
            "Folder data latih belum ada." if folder is None else f"Tidak ada manifest.json di {folder}.",
            hint="Isi pengaturan training_data_dir dengan folder kumpulan berlabel; lihat docs/labelling.md.",
        )
    return folder


def start_training(recipe: Recipe, name: str, *, own_labels: Sequence[LabelTask], now: datetime) -> Job:
    """Start `kentongan train` as a job. ``own_labels``: tasks whose settled labels and corrections it learns from too.

    Raises KentonganError: not installed, no data, a name that cannot be, not allowed.
    """
    settings = read_settings()
    if recipe.missing:
        raise NotConfigured(
            "train", f"Melatih model {recipe.kind} membutuhkan {', '.join(recipe.missing)}.",
            hint="Pasang dengan: pip install 'kentongan[train]'",
        )  # fmt: skip
    if not NAME.fullmatch(name):
        raise KentonganError(f"{name!r} bukan nama model.", hint="Huruf kecil, angka, titik, garis; misalnya saya-1.")
    check_name(name, local=settings.models_dir)
    words = ["train", str(recipe.path), "--data", str(training_folder()), "--name", name]
    with shared_casework().begin() as session:
        actor = page_actor(session, now=now)
        for task in own_labels:
            lines = export_labels(session, shared_store(), task=task, settings=settings, actor=actor, now=now, via=VIA)
            if lines:
                file = settings.data_dir / "labels" / f"{task}-{now:%Y%m%d-%H%M%S}.jsonl"
                write_labels(file, lines)
                words += ["--own", f"{task}={file.resolve()}"]
    return start_job(shared_casework(), words, actor=actor, now=now, settings=settings)


def start_rescoring(*, now: datetime) -> Job:
    """Have everything read again by the models that serve now. Raises KentonganError."""
    with shared_casework().read() as session:
        actor = page_actor(session, now=now)
    return start_job(shared_casework(), ["score"], actor=actor, now=now, settings=read_settings())


def load_jobs(*, now: datetime) -> list[Job]:
    """The newest trainings and readings. Raises Retry."""
    reap_jobs(shared_casework(), now=now)
    with shared_casework().read() as session:
        return [job for job in list_jobs(session, limit=200) if job.arguments[:1] in (("train",), ("score",))][
            :TRAININGS
        ]


def load_log(job: int) -> str:
    """The end of a job's log; empty where there is none on this machine."""
    return read_log(read_settings(), job, tail=60) or ""


def stop(job: Job, *, now: datetime) -> None:
    """Cancel a job. Raises KentonganError."""
    with shared_casework().read() as session:
        actor = page_actor(session, now=now)
    cancel_job(shared_casework(), job.id, actor=actor, version=job.version, now=now)


def name_of_training(job: Job) -> str | None:
    """The name a training gives its model."""
    words = job.arguments
    return words[words.index("--name") + 1] if words[:1] == ("train",) and "--name" in words else None


def suggest_name(recipe: Recipe, *, taken: Sequence[str], now: datetime) -> str:
    """A free name for a training of today."""
    base = re.sub(r"[^a-z0-9._-]", "-", f"{recipe.name}-{now:%Y%m%d}".lower())[:56]
    number = 1
    while (name := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return name


def as_page(do: Callable[[Session, Actor], Done], *, now: datetime) -> Done:
    """Do an act in one transaction, in the name of the page's person."""
    with shared_casework().begin() as session:
        return do(session, page_actor(session, now=now))
