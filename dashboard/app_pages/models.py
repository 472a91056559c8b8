"""The page Model: the registry and its cards, switching, drift, and small trainings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from typing import Final

import streamlit as st

from casework.jobs import Job
from casework.labelling.records import TASKS, LabelTask
from dashboard.clickable import draw_clickable
from dashboard.frame import card_title, set_parameter, show_fault, show_state
from dashboard.model_cards import (
    comparison_line,
    drift_statement,
    figures_table,
    find_line,
    job_row,
    judged_block,
    limits_list,
    log_block,
    model_rows,
    serving_lines,
    switch_rows,
    task_words,
    week_rows,
)
from dashboard.model_desk import (
    ModelLine,
    Registry,
    go_back,
    load_comparison,
    load_drift,
    load_jobs,
    load_judged,
    load_log,
    load_recipes,
    load_refusals,
    load_registry,
    load_switches,
    name_of_training,
    start_rescoring,
    start_training,
    stop,
    suggest_name,
    training_folder,
    use,
)
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.schema import Task
from kentongan.settings import Settings
from kentongan.times import format_day
from models.card import Card

PARTS: Final = ("models", "drift", "train")
"""Value of ``bagian`` in the address."""
JOB_SECONDS: Final = 3
"""How often a running job is looked at."""


def show_models(settings: Settings, *, language: Language) -> None:
    """The whole page. The address keeps ``bagian``, ``model``, ``tugas`` and ``pekerjaan``."""
    now = datetime.now(UTC)
    st.html(
        f'<div class="kt-top"><h1>{say("models_title", language)}</h1><span>{say("mod_against", language)}</span></div>'
    )
    try:
        part = show_switch(language)
        if part == "models":
            show_registry(settings, language, now=now)
        elif part == "drift":
            show_drift(settings, language, now=now)
        else:
            show_training(settings, language, now=now)
    except KentonganError as error:
        show_fault(error, language)
        return
    with st.expander(say("mod_meaning", language)):
        st.markdown(say("mod_meaning_text", language))


def show_switch(language: Language) -> str:
    """Which part of the page; kept in the address."""
    asked = st.query_params.get("bagian", "")
    part = st.segmented_control(
        say("mod_part", language), PARTS, default=asked if asked in PARTS else PARTS[0], required=True,
        format_func=lambda one: say(f"mod_part_{one}", language), label_visibility="collapsed", key="model-part",
    )  # fmt: skip
    if part != asked and (asked or part != PARTS[0]):
        set_parameter("bagian", str(part))
    return str(part)


def show_registry(settings: Settings, language: Language, *, now: datetime) -> None:
    """The models on the left; the chosen one's figures, limits and switch on the right."""
    registry = load_registry()
    chosen = find_line(registry, st.query_params.get("model"))
    left, right = st.columns([1, 1.6], gap="small")
    with left:
        with st.container(key="card-models"):
            st.html(card_title(say("mod_list", language), say("mod_list_against", language)))
            st.html(serving_lines(registry, language, zone=settings.zone))
            rows = model_rows(registry, language, chosen=chosen.name if chosen else None)
            pressed = draw_clickable(rows, key="model-rows")
            if pressed:
                set_parameter("model", pressed)
                st.rerun()
        with st.container(key="card-model-history"), st.expander(say("mod_history", language)):
            st.html(switch_rows(load_switches(), language, zone=settings.zone))
            if registry.can_go_back:
                with st.form("model-back", border=False):
                    reason = st.text_input(say("mod_reason", language), key="model-back-reason", max_chars=300)
                    if st.form_submit_button(say("mod_back", language), key="model-back-do"):
                        act(lambda: go_back(reason=reason, now=now), language)
    if chosen is None:
        return
    with right:
        with st.container(key="card-model-card"):
            if chosen.card is None:
                show_state(say("mod_broken", language), chosen.fault)
                return
            show_card(chosen.card, settings, language)
        with st.container(key="card-model-use"):
            show_use(chosen, chosen.card, registry, language, now=now)


def show_card(card: Card, settings: Settings, language: Language) -> None:
    """How well it reads one of its tasks, by slice, and its limits."""
    made = datetime.fromisoformat(card.made_on).replace(hour=12, tzinfo=UTC)
    date = format_day(made, zone=settings.zone, language=language)
    title = say("mod_card", language, name=card.name, version=card.version)
    st.html(card_title(title, say("mod_card_against", language, date=date)))
    tasks = list(card.labels)
    task = tasks[0]
    if len(tasks) > 1:
        asked = st.query_params.get("tugas", "")
        task = st.segmented_control(
            say("mod_use_tasks", language), tasks, default=asked if asked in tasks else tasks[0], required=True,
            format_func=lambda one: task_words(one, language), label_visibility="collapsed",
            key=f"model-task-{card.name}",
        )  # fmt: skip
    st.html(figures_table(card, task, language))
    with st.expander(say("mod_limits", language)):
        st.html(limits_list(card))


def show_use(line: ModelLine, card: Card, registry: Registry, language: Language, *, now: datetime) -> None:
    """What the gate says of a model, how it compares, and the form that has it serve."""
    st.html(card_title(say("mod_use", language, name=line.name)))
    refusals = load_refusals(line.name, card.version)
    idle: list[Task] = [task for task in card.labels if registry.serving.get(task) != line.name]
    if refusals and line.own:
        show_state(say("mod_refused", language), " ".join(one.message for one in refusals))
    if not idle:
        served = ", ".join(task_words(task, language) for task in line.serves)
        st.html(f'<p class="kt-done">✓ {say("mod_serves", language, tasks=served)}</p>')
        return
    if st.button(say("mod_compare", language), key=f"model-compare-{line.name}"):
        for task in idle:
            other = registry.serving.get(task)
            if other is not None:
                with st.spinner(say("mod_compare", language)):
                    found = load_comparison(line.name, card.version, task, other)
                st.html(comparison_line(task, found, other, language))
    with st.form(f"model-use-{line.name}", border=False):
        tasks = st.multiselect(
            say("mod_use_tasks", language), idle, default=idle, format_func=lambda one: task_words(one, language),
            key=f"model-use-tasks-{line.name}",
        )  # fmt: skip
        reason = st.text_input(say("mod_reason", language), key=f"model-use-reason-{line.name}", max_chars=300)
        unmatched = st.checkbox(say("mod_unmatched", language), key=f"model-unmatched-{line.name}")
        st.html(f'<p class="kt-note">{say("mod_use_what", language)}</p>')
        if st.form_submit_button(say("mod_use_do", language), type="primary", key=f"model-use-do-{line.name}"):
            act(lambda: use(line.name, tasks, reason=reason, unmatched=unmatched, now=now), language)


def show_drift(settings: Settings, language: Language, *, now: datetime) -> None:
    """A task's weeks, what the tests say, and how people disagreed."""
    asked = st.query_params.get("tugas", "")
    task: LabelTask = st.segmented_control(
        say("mod_use_tasks", language), TASKS, default=asked if asked in TASKS else TASKS[0],
        required=True, format_func=lambda one: task_words(one, language), label_visibility="collapsed",
        key="model-drift-task",
    )  # fmt: skip
    if task != asked and (asked or task != TASKS[0]):
        set_parameter("tugas", task)
    view = load_drift(task, now.replace(minute=0, second=0, microsecond=0))
    with st.container(key="card-model-drift"):
        against = "" if view.model is None else say("mod_drift_against", language, model=view.model)
        st.html(card_title(say("mod_drift", language, task=task_words(task, language)), against))
        if view.model is None or not any(week.total for week in view.weeks):
            show_state(say("mod_drift_none", language), say("mod_drift_none_hint", language))
        else:
            st.html(drift_statement(view, language))
            st.html(week_rows(view, language))
    with st.container(key="card-model-judged"):
        st.html(card_title(say("mod_judged", language), say("mod_judged_against", language)))
        judged = {rule: one for rule, one in load_judged(task).items() if one.labels}
        if not judged:
            show_state(say("mod_judged_none", language), say("mod_judged_hint", language))
        st.html("".join(judged_block(one, rule, task, language) for rule, one in judged.items()) or "<span></span>")


def show_training(settings: Settings, language: Language, *, now: datetime) -> None:
    """Start a training on the left; jobs with their logs on the right."""
    left, right = st.columns([1, 1.4], gap="small")
    with left:
        with st.container(key="card-model-train"):
            st.html(card_title(say("mod_train", language), say("mod_train_against", language)))
            show_start(language, now=now)
        with st.container(key="card-model-rescore"):
            st.html(f'<p class="kt-note">{say("mod_rescore_hint", language)}</p>')
            if st.button(say("mod_rescore", language), key="model-rescore"):
                act(lambda: start_rescoring(now=now), language)
    with right, st.container(key="card-model-jobs"):
        st.html(card_title(say("mod_jobs", language), say("mod_jobs_against", language)))
        show_jobs(settings, language)


def show_start(language: Language, *, now: datetime) -> None:
    """The form of a training; says what is missing where it cannot be started."""
    recipes = {one.name: one for one in load_recipes()}
    if not recipes:
        show_state(say("mod_train_none", language), "")
        return
    name = st.selectbox(say("mod_recipe", language), list(recipes), key="model-recipe")
    recipe = recipes[name]
    st.html(f'<p class="kt-note">{escape(recipe.words)}</p>')
    if recipe.missing:
        show_state(say("mod_no", language), say("mod_train_missing", language, libraries=", ".join(recipe.missing)))
        return
    try:
        training_folder()
    except KentonganError as error:
        show_state(say("mod_no", language), str(error))
        return
    taken = [one.name for one in load_registry().models]
    with st.form("model-train", border=False):
        given = st.text_input(
            say("mod_name", language), value=suggest_name(recipe, taken=taken, now=now), key=f"model-name-{name}",
            max_chars=64,
        )  # fmt: skip
        can_learn: list[LabelTask] = ["sentiment", "topic"] if recipe.kind == "linear" else list(TASKS)
        own = st.multiselect(
            say("mod_own_labels", language), can_learn, format_func=lambda one: task_words(one, language),
            key="model-own", placeholder="–",
        )  # fmt: skip
        if st.form_submit_button(say("mod_train_do", language), type="primary", key="model-train-do"):
            act(lambda: start_training(recipe, given.strip(), own_labels=own, now=now), language)


@st.fragment(run_every=JOB_SECONDS)
def show_jobs(settings: Settings, language: Language) -> None:
    """Jobs, looked at anew while the page is open."""
    try:
        jobs = load_jobs(now=datetime.now(UTC))
    except KentonganError as error:
        show_fault(error, language)
        return
    if not jobs:
        show_state(say("mod_jobs_none", language), say("mod_jobs_none_hint", language))
        return
    for job in jobs:
        st.html(job_row(job, language, zone=settings.zone))
        show_job_ways(job, language)
    newest = jobs[0]
    with st.expander(say("mod_job_log", language, number=newest.id)):
        st.html(log_block(load_log(newest.id)))


def show_job_ways(job: Job, language: Language) -> None:
    """Cancel what runs; open what was trained."""
    name = name_of_training(job)
    if not job.finished:
        if st.button(say("mod_job_stop", language), type="tertiary", key=f"model-stop-{job.id}"):
            act(lambda: stop(job, now=datetime.now(UTC)), language)
    elif job.state == "done" and name is not None:
        words = say("mod_job_open", language, name=name)
        if st.button(words, type="tertiary", key=f"model-open-{job.id}"):
            load_registry.clear()
            st.query_params.from_dict({**st.query_params, "bagian": "models", "model": name})
            st.session_state.pop("model-part", None)
            st.rerun()


def act(do: Callable[[], object], language: Language) -> None:
    """Do it and draw the page anew; where it is refused, say why."""
    try:
        do()
    except KentonganError as error:
        show_state(say("mod_no", language), str(error))
        return
    st.toast(say("mod_done", language), icon="✅")
    st.rerun()
