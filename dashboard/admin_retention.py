"""What is kept on the page Kelola: documents by age and their removal, citizens' personal data, the store, backups."""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import Final

import streamlit as st

from casework.accounts.sessions import KEPT
from dashboard.admin_acts import finish, insist, refusals
from dashboard.admin_cards import age_table
from dashboard.admin_retention_desk import (
    MOST_HERE,
    PERSONAL,
    blank_personal,
    check_may_prune,
    count_ages,
    count_matches,
    load_health,
    old_documents,
    remove_documents,
    weigh_documents,
    weigh_personal,
)
from dashboard.frame import card_title, show_state
from dashboard.words import Language, say
from kentongan.numbers import format_number
from kentongan.schema import KINDS, Kind
from kentongan.settings import Settings
from kentongan.times import format_day, start_of_day

USUAL_DAYS: Final = 365
"""Age that the form of removal begins with, in days."""
WEIGHED, DUE, DONE = "admin-weighed", "admin-due", "admin-kept-done"
"""Keys of this visit's memory: what was counted before a removal, what is due to be blanked, what was done last."""


def show_retention(settings: Settings, language: Language, *, now: datetime) -> None:
    """Documents on the left, personal data on the right."""
    check_may_prune(now=now)
    if done := st.session_state.pop(DONE, None):
        with st.container(key="card-kept-done"):
            st.html(f'<p class="kt-done">✓ {escape(done)}</p>')
    left, right = st.columns([1.25, 1], gap="small")
    with left:
        with st.container(key="card-kept"):
            st.html(card_title(say("admin_kept", language), say("admin_kept_against", language)))
            ages = count_ages(start_of_day(now, settings.zone))
            if any(any(age.values()) for age in ages):
                st.html(age_table(ages, language))
            else:
                show_state(say("admin_kept_none", language), say("admin_kept_none_hint", language))
        with st.container(key="card-prune"):
            show_prune(settings, language, now=now)
    with right, st.container(key="card-personal"):
        show_personal(settings, language, now=now)
    with st.expander(say("admin_about", language)):
        st.markdown(say("admin_about_retention", language))


def show_prune(settings: Settings, language: Language, *, now: datetime) -> None:
    """Count first, then remove with a reason: the numbers stand on the button."""
    st.html(card_title(say("admin_prune", language), say("admin_prune_against", language)))
    first, second = st.columns([1, 1.6], gap="small")
    with first:
        days = st.number_input(say("admin_prune_days", language), 1, 36_500, USUAL_DAYS, key="admin-prune-days")
    with second:
        kinds: list[Kind] = st.multiselect(
            say("admin_prune_kinds", language), KINDS, key="admin-prune-kinds",
            placeholder=say("admin_prune_every", language),
            format_func=lambda kind: say(f"admin_kind_{kind}", language),
        )  # fmt: skip
    query = old_documents(int(days), tuple(kinds), now=now)
    if st.button(say("admin_prune_weigh", language), key="admin-prune-weigh"):
        found = count_matches(query)
        st.session_state.pop(WEIGHED, None)
        if not found:
            st.html(f'<p class="kt-note">{say("admin_prune_none", language)}</p>')
        elif found > MOST_HERE:
            asked = "".join(f" --kind {kind}" for kind in kinds)
            command = f"kentongan store prune --days {days}{asked}"
            count = format_number(found, language=language)
            st.markdown(say("admin_prune_many", language, count=count, command=f"`{command}`"))
        else:
            with st.spinner(say("admin_prune_busy", language)):
                st.session_state[WEIGHED] = (query, weigh_documents(query, now=now))
    weighed_query, weighed = st.session_state.get(WEIGHED, (None, None))
    # Numbers of another question are no numbers of this one.
    if weighed is None or weighed_query != query:
        return
    assert query.until is not None
    count, judged, held = (
        format_number(number, language=language) for number in (weighed.dropped, weighed.judged, weighed.held)
    )
    day = format_day(query.until, zone=settings.zone, language=language)
    st.markdown(say("admin_prune_would", language, day=day, count=count, judged=judged, held=held))
    if not weighed.dropped:
        return
    reason = st.text_input(say("admin_reason", language), key="admin-prune-reason", max_chars=500)
    sure = st.checkbox(say("admin_prune_sure", language), key="admin-prune-sure")
    if st.button(say("admin_prune_do", language, count=count), key="admin-prune-do"):
        with refusals(language):
            insist(sure, language)
            with st.spinner(say("admin_prune_busy", language)):
                pruned = remove_documents(query, reason=reason, now=now)
            del st.session_state[WEIGHED]
            count, judged, held = (
                format_number(number, language=language) for number in (pruned.dropped, pruned.judged, pruned.held)
            )
            st.session_state[DONE] = say("admin_pruned", language, count=count, judged=judged, held=held)
            finish(language)


def show_personal(settings: Settings, language: Language, *, now: datetime) -> None:
    """How long each kind of personal data is kept, what is past that, and the act that blanks it."""
    st.html(card_title(say("admin_personal", language), say("admin_personal_against", language)))
    due = st.session_state.get(DUE)
    rows = []
    for kind, keeping in PERSONAL.items():
        days = format_number(keeping.days(settings), language=language)
        known = say("admin_personal_unknown", language)
        if due is not None:
            known = say("admin_personal_due", language, count=format_number(due[kind], language=language))
        rows.append(
            f'<tr><th scope="row">{say(f"admin_personal_{kind}", language)}<br><small>'
            f"{say('admin_personal_setting', language, name=keeping.setting)}</small></th>"
            f"<td>{say('admin_personal_after', language, days=days)}</td><td>{known}</td></tr>"
        )
    for name, after in (
        ("admin_sessions_kept", say("admin_sessions_kept_after", language, days=KEPT.days)),
        ("admin_audit_kept", say("admin_audit_kept_after", language)),
    ):
        rows.append(f'<tr><th scope="row">{say(name, language)}</th><td colspan="2">{after}</td></tr>')
    st.html(f'<table class="kt-ledger"><tbody>{"".join(rows)}</tbody></table>')
    if st.button(say("admin_personal_weigh", language), key="admin-personal-weigh"):
        with refusals(language):
            st.session_state[DUE] = weigh_personal(now=now)
            st.rerun()
    if due is None:
        return
    total = sum(due.values())
    if not total:
        st.html(f'<p class="kt-note">{say("admin_personal_nothing", language)}</p>')
        return
    reason = st.text_input(say("admin_reason", language), key="admin-personal-reason", max_chars=500)
    sure = st.checkbox(say("admin_personal_sure", language), key="admin-personal-sure")
    count = format_number(total, language=language)
    if st.button(say("admin_personal_do", language, count=count), key="admin-personal-do"):
        with refusals(language):
            insist(sure, language)
            blanked = blank_personal(reason=reason, now=now)
            del st.session_state[DUE]
            count = format_number(blanked, language=language)
            st.session_state[DONE] = say("admin_personal_done", language, count=count)
            finish(language)


def show_store(settings: Settings, language: Language, *, now: datetime) -> None:
    """Size and health of the store, and how to back up what there is."""
    check_may_prune(now=now)
    left, right = st.columns([1, 1.25], gap="small")
    with left, st.container(key="card-store"):
        health, kinds = load_health()
        st.html(card_title(say("admin_store", language), say(f"admin_store_{health.name}", language)))
        each = round(health.size_bytes / health.documents) if health.documents else None
        facts = [
            (format_number(health.documents, language=language), "admin_store_documents"),
            (size_words(health.size_bytes, language), "admin_store_size"),
            ("–" if each is None else format_number(each, language=language), "admin_store_each"),
            (format_number(health.behind, language=language), "admin_store_behind"),
        ]
        drawn = "".join(f"<small>{say(word, language)}</small><b>{value}</b>" for value, word in facts)
        st.html(f'<div class="kt-sizes">{drawn}</div>')
        rows = "".join(
            f'<tr><th scope="row">{say(f"admin_kind_{kind}", language)}</th>'
            f"<td>{format_number(kinds[kind], language=language)}</td></tr>"
            for kind in KINDS
            if kind in kinds
        )
        st.html(f'<table class="kt-ledger"><tbody>{rows}</tbody></table>')
        if health.problems:
            show_state(say("admin_store_ill", language), " ".join(health.problems))
        else:
            st.html(f'<p class="kt-done">✓ {say("admin_store_well", language)}</p>')
    with right, st.container(key="card-backup"):
        st.html(card_title(say("admin_backup", language), say("admin_backup_against", language)))
        for words, command in backup_steps(settings, now=now):
            st.html(f'<p class="kt-note">{say(words, language)}</p>')
            st.code(command, language=None, wrap_lines=True)
    with st.expander(say("admin_about", language)):
        st.markdown(say("admin_about_store", language))


def backup_steps(settings: Settings, *, now: datetime) -> list[tuple[str, str]]:
    """Words and command of each step of a backup of this installation."""
    day = f"{now:%Y-%m-%d}"
    if settings.elasticsearch_url:
        documents = ("admin_backup_elastic", f"kentongan store copy --to cadangan-{day}")
    else:
        documents = ("admin_backup_store", f"kentongan store backup cadangan-{day}.sqlite")
    if settings.casework_url.startswith("sqlite"):
        casework = f"sqlite3 casework.sqlite \".backup 'keputusan-{day}.sqlite'\""
    else:
        casework = f"pg_dump --format=custom --file=keputusan-{day}.dump kentongan"
    return [
        documents,
        ("admin_backup_casework", casework),
        ("admin_backup_files", f"rsync -a {settings.archive_dir.name}/ {settings.evidence_dir.name}/ CADANGAN/"),
        ("admin_backup_check", "kentongan store check"),
    ]


def size_words(size: int, language: Language) -> str:
    """A size in the unit that leaves few digits (decimal, as disks are sold)."""
    for unit, bytes_each in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= bytes_each:
            return f"{format_number(size / bytes_each, language=language, decimals=1)} {unit}"
    return f"{format_number(size, language=language)} B"
