"""The page Label: texts labelled by two people each, how far they agree, what is settled, and the queues."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Final

import streamlit as st

from analysis.agreement import LEAST_UNITS
from casework.labelling.records import LABELS, RULES, SAID_IN_STORE, TASKS, Batch, TextToLabel
from dashboard.frame import card_title, set_parameter, show_fault, show_state
from dashboard.label_cards import (
    agreement_head,
    apart_card,
    batch_lines,
    by_label_table,
    confusion_table,
    pair_rows,
    plain,
    progress_bar,
    text_card,
    value_words,
)
from dashboard.label_desk import (
    LabelBench,
    draw_queue,
    export_file,
    keep_label,
    load_agreement,
    load_apart,
    load_batches,
    load_bench,
    load_progress,
    load_searches,
    settle_equal,
    settle_one,
    shut,
    take_back,
)
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.settings import Settings

PARTS: Final = ("label", "agree", "settle", "queue")
"""Value of ``bagian`` in the address."""
KEYS: Final = (*"123456789", "A", "B")
"""Key of each label in its order; the eleven topics need two letters (C and R belong to the browser's page)."""
SKIPPED: Final = "label-skipped"
LISTED: Final = 12
"""Queues in the list, the newest."""


def show_labels(settings: Settings, *, language: Language) -> None:
    """The whole page. The address keeps ``bagian`` and ``antrean``."""
    now = datetime.now(UTC)
    try:
        batches = load_batches()
        chosen = choose_batch(batches)
        show_top(chosen, language)
        part = show_switch(batches, chosen, language)
        if part == "queue":
            show_queues(batches, chosen, settings, language, now=now)
        elif chosen is None:
            show_state(say("lab_none", language), say("lab_none_hint", language))
        elif part == "label":
            show_bench(chosen, language, now=now)
        elif part == "agree":
            show_agreement(chosen, language)
        else:
            show_settling(chosen, language, now=now)
    except KentonganError as error:
        show_fault(error, language)
        return
    with st.expander(say("lab_meaning", language)):
        st.markdown(say("lab_meaning_text", language, least=LEAST_UNITS))


def choose_batch(batches: list[Batch]) -> Batch | None:
    """The queue the address names, else the newest open one, else the newest."""
    asked = st.query_params.get("antrean", "")
    named = next((one for one in batches if str(one.id) == asked), None)
    opened = next((one for one in batches if one.closed_at is None), None)
    return named or opened or next(iter(batches), None)


def show_top(chosen: Batch | None, language: Language) -> None:
    mark = f'<span class="kt-sample">{say("sample", language)}</span>' if chosen and chosen.sample else ""
    st.html(
        f'<div class="kt-top"><h1>{say("labels_title", language)}</h1>{mark}<span>{say("lab_against", language)}</span>'
        "</div>"
    )


def show_switch(batches: list[Batch], chosen: Batch | None, language: Language) -> str:
    """Which part of the page, and which queue; both kept in the address."""
    asked = st.query_params.get("bagian", "")
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="label-switch"):
        part = st.segmented_control(
            say("lab_part", language), PARTS, default=asked if asked in PARTS else PARTS[0], required=True,
            format_func=lambda one: say(f"lab_part_{one}", language), label_visibility="collapsed", key="label-part",
        )  # fmt: skip
        if part != asked:
            set_parameter("bagian", part if part != PARTS[0] or asked else None)
        if chosen is not None:
            numbers = [one.id for one in batches]
            by_number = {one.id: one for one in batches}
            picked = st.selectbox(
                say("lab_batch", language), numbers, index=numbers.index(chosen.id), label_visibility="collapsed",
                format_func=lambda one: say(
                    "lab_batch_line", language, name=by_number[one].name,
                    task=say(f"lab_task_{by_number[one].task}", language),
                ),
                key="label-batch", width=420,
            )  # fmt: skip
            if picked is not None and picked != chosen.id:
                set_parameter("antrean", str(picked))
                st.rerun()
    return str(part)


def show_bench(batch: Batch, language: Language, *, now: datetime) -> None:
    """The text, its labels under keys, and the guideline beside it."""
    skipped: list[int] = st.session_state.setdefault(SKIPPED, [])
    bench = load_bench(batch, skipped=skipped, now=now)
    left, right = st.columns([1.9, 1], gap="small")
    with left, st.container(key="card-label"):
        st.html(progress_bar(bench.progress, language))
        if not bench.may_act:
            show_state(say("lab_nobody", language), say("signed_out_hint", language))
        elif bench.text is None:
            show_done(batch, bench, language, now=now)
        else:
            show_text(batch, bench, bench.text, language, now=now)
    with right, st.container(key="card-label-guide"):
        st.html(card_title(say("lab_guide", language), say(f"lab_task_{batch.task}", language)))
        st.markdown(say(f"lab_guide_{batch.task}", language))


def show_done(batch: Batch, bench: LabelBench, language: Language, *, now: datetime) -> None:
    """Nothing left: what next, and the way back to the last label."""
    title = say("lab_closed" if batch.closed_at else "lab_done", language)
    show_state(title, say("lab_done_hint", language, mine=plain(bench.progress.mine, language)))
    if bench.progress.mine and batch.closed_at is None:
        show_undo(batch, language, now=now)


def show_text(batch: Batch, bench: LabelBench, text: TextToLabel, language: Language, *, now: datetime) -> None:
    """One text with its keys. Every label is kept at once, and the next text comes."""
    st.html(text_card(text, bench.progress, language, task=batch.task))
    given: list[str | None] = []
    with st.container(horizontal=True, gap="small", key="label-keys"):
        for key, value in zip(KEYS, LABELS[batch.task], strict=False):
            if st.button(value_words(value, batch.task, language), shortcut=key, key=f"label-give-{value}"):
                given.append(value)
        if st.button(say("lab_unsure", language), shortcut="0", type="tertiary", key="label-unsure"):
            given.append(None)
    note = st.text_input(say("lab_note", language), key=f"label-note-{text.id}", max_chars=500)
    with st.container(horizontal=True, gap="small", key="label-ways"):
        if st.button(say("lab_skip", language), shortcut="Enter", type="tertiary", key="label-skip"):
            st.session_state[SKIPPED] = [*st.session_state[SKIPPED], text.id][-2_000:]
            st.rerun()
        show_undo(batch, language, now=now)
    st.html(f'<p class="kt-note">{say("lab_keys", language)}</p>')
    if given:
        said = say("lab_kept", language, label=value_words(given[0], batch.task, language))
        act(lambda: keep_label(text, given[0], note=note, now=now), said, language)


def show_undo(batch: Batch, language: Language, *, now: datetime) -> None:
    if st.button(say("lab_undo", language), shortcut="Backspace", type="tertiary", key="label-undo"):
        act(lambda: take_back(batch, now=now), say("lab_undone", language), language)


def show_agreement(batch: Batch, language: Language) -> None:
    """How far people agree, in this queue or all of its task."""
    everything = st.toggle(say("lab_agree_all", language), key="label-all")
    far = load_progress(batch.id)
    found = load_agreement(batch.task, None if everything else batch.id, labels=far.labels)
    left, right = st.columns([1, 1], gap="small")
    with left, st.container(key="card-label-alpha"):
        against = say("lab_agree_against", language, units=plain(found.alpha.units, language))
        st.html(card_title(say("lab_agree", language), against))
        st.html(agreement_head(found, language))
        pairs = pair_rows(found, language)
        if pairs:
            st.html(card_title(say("lab_pairs", language)) + pairs)
    with right, st.container(key="card-label-table"):
        st.html(card_title(say("lab_by_label", language)) + by_label_table(found, language, task=batch.task))
        confusion = confusion_table(found, language, task=batch.task)
        if confusion:
            heading = card_title(say("lab_confusion", language), say("lab_confusion_against", language))
            st.html(heading + confusion)


def show_settling(batch: Batch, language: Language, *, now: datetime) -> None:
    """Equal labels in one act; the others one by one."""
    far = load_progress(batch.id)
    with st.container(key="card-label-ready"):
        counts = say("lab_settled_count", language, settled=far.settled, texts=far.texts)
        st.html(card_title(say("lab_settle_ready", language, count=far.ready), counts))
        hint = say("lab_settle_hint" if batch.task in SAID_IN_STORE else "lab_settle_hint_hoax", language)
        st.html(f'<p class="kt-note">{hint}</p>')
        words = say("lab_settle_ready_do", language, count=far.ready)
        if not far.ready:
            st.html(f'<p class="kt-note">{say("lab_settle_ready_none", language)}</p>')
        elif st.button(words, type="primary", key="label-settle-equal"):
            act(lambda: settle_equal(batch, now=now), words, language)
    with st.container(key="card-label-apart"):
        st.html(card_title(say("lab_apart", language, count=far.apart), say("lab_apart_against", language)))
        apart = load_apart(batch.id)
        if not apart:
            show_state(say("lab_apart_none", language), say("lab_apart_none_hint", language))
        labels: list[str | None] = [*LABELS[batch.task], None]
        for one in apart:
            with st.container(key=f"label-apart-{one.text.id}"):
                st.html(apart_card(one, language, task=batch.task))
                with st.form(f"label-settle-{one.text.id}", border=False):
                    first, second, third = st.columns([1.2, 2, 0.8], gap="small", vertical_alignment="bottom")
                    value = first.selectbox(
                        say("lab_settle_value", language), labels, index=None, placeholder="–",
                        format_func=lambda one: say("lab_settle_none", language)
                        if one is None
                        else value_words(one, batch.task, language),
                        key=f"label-value-{one.text.id}",
                    )  # fmt: skip
                    note = second.text_input(say("lab_note", language), key=f"label-why-{one.text.id}", max_chars=500)
                    if third.form_submit_button(say("lab_settle_do", language), key=f"label-do-{one.text.id}"):
                        do = partial(settle_one, one.text, value, note=note, now=now)
                        act(do, say("lab_settle_do", language), language)


def show_queues(
    batches: list[Batch], chosen: Batch | None, settings: Settings, language: Language, *, now: datetime
) -> None:
    """The queues on the left; a new one, and the export, on the right."""
    left, right = st.columns([1.4, 1], gap="small")
    with left, st.container(key="card-label-queues"):
        st.html(card_title(say("lab_queues", language), say("lab_queues_against", language)))
        if not batches:
            show_state(say("lab_none", language), say("lab_none_hint", language))
        rows = [(one, load_progress(one.id)) for one in batches[:LISTED]]
        st.html(batch_lines(rows, language, zone=settings.zone))
        if chosen is not None and chosen.closed_at is None:
            words = f"{say('lab_close', language)}: {chosen.name}"
            if st.button(words, type="tertiary", key="label-close"):
                act(lambda: shut(chosen, now=now), words, language)
    with right, st.container(key="card-label-new"):
        st.html(card_title(say("lab_new", language)))
        show_new(language, now=now)
        if chosen is not None:
            show_export(chosen, language, now=now)


def show_new(language: Language, *, now: datetime) -> None:
    """The form of a new queue."""
    searches = load_searches()
    names = {one.id: one.name for one in searches}
    with st.form("label-new", border=False):
        first, second = st.columns(2, gap="small")
        task = first.selectbox(
            say("lab_task", language), TASKS, format_func=lambda one: say(f"lab_task_{one}", language),
            key="label-new-task",
        )  # fmt: skip
        rule = second.selectbox(
            say("lab_new_rule", language), RULES, format_func=lambda one: say(f"lab_rule_{one}", language),
            key="label-new-rule",
        )  # fmt: skip
        size = int(first.number_input(say("lab_new_size", language), 1, 2_000, 100, key="label-new-size"))
        overlap = second.number_input(say("lab_new_overlap", language), 0, 100, 100, key="label-new-overlap")
        days = int(first.number_input(say("lab_new_days", language), 1, 3_650, 90, key="label-new-days"))
        source = second.text_input(say("lab_new_source", language), key="label-new-source", max_chars=200)
        search = first.selectbox(
            say("lab_new_search", language), [None, *names], key="label-new-search",
            format_func=lambda one: say("lab_new_any", language) if one is None else names[one],
        )  # fmt: skip
        name = second.text_input(say("lab_new_name", language), key="label-new-name", max_chars=100)
        if st.form_submit_button(say("lab_new_do", language), type="primary", key="label-new-do"):
            try:
                made = draw_queue(
                    task, size=size, rule=rule, search=search, source=source, days=days, overlap=overlap / 100,
                    name=name, now=now,
                )  # fmt: skip
            except KentonganError as error:
                show_state(say("lab_refused", language), str(error))
                return
            set_parameter("antrean", str(made.id))
            texts = plain(load_progress(made.id).texts, language)
            st.toast(say("lab_made", language, name=made.name, texts=texts), icon="✅")
            st.rerun()


def show_export(batch: Batch, language: Language, *, now: datetime) -> None:
    """Training data of the chosen queue's task: prepared when asked for, since it reads the whole store."""
    task = say(f"lab_task_{batch.task}", language)
    st.html(f'<p class="kt-note">{say("lab_export_hint", language)}</p>')
    if not st.button(say("lab_export_make", language, task=task), key="label-export"):
        return
    try:
        content = export_file(batch.task, now=now)
    except KentonganError as error:
        show_state(say("lab_refused", language), str(error))
        return
    st.download_button(
        say("lab_export", language, task=task), content, file_name=f"label-{batch.task}-{now:%Y%m%d}.jsonl",
        mime="application/jsonl", key="label-download", type="primary",
    )  # fmt: skip


def act(do: Callable[[], object], said: str, language: Language) -> None:
    """Do it and draw the page anew; where it is refused, say why."""
    try:
        do()
    except KentonganError as error:
        show_state(say("lab_refused", language), str(error))
        return
    st.toast(said, icon="✅")
    st.rerun()
