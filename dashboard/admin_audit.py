"""The audit on the page Kelola: filters that a link keeps, pages from newest to oldest, and a file."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

import streamlit as st

from casework.audit import SAME_VIEW
from casework.roles import SYSTEM
from dashboard.admin_audit_desk import MOST_EXPORTED, AuditQuestion, load_acts, load_audit, write_audit_csv
from dashboard.admin_cards import audit_table, family_words
from dashboard.admin_people_desk import end_of, load_people
from dashboard.frame import card_title, set_parameter, show_state
from dashboard.words import Language, say
from kentongan.numbers import format_number
from kentongan.settings import Settings

SHOWN: Final = 50
"""Entries on one page."""


def show_audit(settings: Settings, language: Language, *, now: datetime) -> None:
    """The address keeps ``siapa``, ``tindakan``, ``benda``, ``dari``, ``sampai`` and ``sebelum`` (the page)."""
    names = {SYSTEM.id: SYSTEM.username, **{line.person.id: line.person.username for line in load_people(now=now)}}
    with st.container(key="card-audit"):
        st.html(card_title(say("admin_audit", language), say("admin_audit_against", language)))
        asked = show_audit_filters(names, load_acts(now=now), language)
        before = read_number(st.query_params.get("sebelum", ""))
        entries, more = load_audit(asked, limit=SHOWN, before=before, now=now)
        with st.container(horizontal=True, gap="small"):
            if before is not None and st.button(say("admin_audit_newest", language), key="admin-audit-newest"):
                set_parameter("sebelum", None)
                st.rerun()
            if more and st.button(say("admin_audit_older", language), key="admin-audit-older"):
                set_parameter("sebelum", str(entries[-1].id))
                st.rerun()
            if entries:
                st.download_button(
                    say("admin_audit_csv", language), lambda: write_audit_csv(asked, now=datetime.now(UTC)),
                    file_name=f"audit-{now:%Y%m%d}.csv", mime="text/csv", key="admin-audit-csv",
                    help=say("admin_audit_csv_hint", language, count=format_number(MOST_EXPORTED, language=language)),
                )  # fmt: skip
        if entries:
            st.html(audit_table(entries, names, language, zone=settings.zone))
        else:
            show_state(say("admin_audit_none", language), say("admin_audit_none_hint", language))
    with st.expander(say("admin_about", language)):
        st.markdown(say("admin_about_audit", language, minutes=SAME_VIEW // timedelta(minutes=1)))


def show_audit_filters(names: dict[str, str], acts: list[str], language: Language) -> AuditQuestion:
    """Who, which act, which thing, from when to when; nonsense in the address counts as no choice."""
    address = st.query_params

    def keep(name: str, key: str) -> None:
        value = st.session_state[key]
        set_parameter(name, str(value) if value not in (None, "") else None)
        set_parameter("sebelum", None)

    usernames = sorted(names.values())
    families = sorted({act.partition(".")[0] for act in acts})
    choices = sorted({*families, *acts})
    by, act = address.get("siapa"), address.get("tindakan")
    thing = address.get("benda", "")[:200]
    columns = st.columns([1, 1.2, 1.2, 0.8, 0.8], gap="small", vertical_alignment="bottom")
    with columns[0]:
        by = st.selectbox(
            say("admin_audit_by", language), [None, *usernames],
            index=1 + usernames.index(by) if by in usernames else 0, key="admin-audit-by", on_change=keep,
            format_func=lambda one: say("admin_audit_by_all", language) if one is None else one,
            args=("siapa", "admin-audit-by"),
        )  # fmt: skip
    with columns[1]:
        act = st.selectbox(
            say("admin_audit_act", language), [None, *choices],
            index=1 + choices.index(act) if act in choices else 0, key="admin-audit-act", on_change=keep,
            format_func=lambda one: act_words(one, families, language), args=("tindakan", "admin-audit-act"),
        )  # fmt: skip
    with columns[2]:
        thing = st.text_input(
            say("admin_audit_object", language), value=thing, key="admin-audit-object", max_chars=200, on_change=keep,
            args=("benda", "admin-audit-object"),
        )  # fmt: skip
    days = {}
    for column, name, words in ((columns[3], "dari", "admin_audit_from"), (columns[4], "sampai", "admin_audit_to")):
        with column:
            days[name] = st.date_input(
                say(words, language), value=read_day(address.get(name, "")), format="DD/MM/YYYY",
                key=f"admin-audit-{name}", on_change=keep, args=(name, f"admin-audit-{name}"),
            )  # fmt: skip
    since, until = (days[name] if isinstance(days[name], date) else None for name in ("dari", "sampai"))
    begins = end_of(since)
    return AuditQuestion(
        by=next((id for id, name in names.items() if name == by), None),
        action=act,
        object=thing.strip() or None,
        since=begins - timedelta(days=1) if begins is not None else None,
        until=end_of(until),
    )


def act_words(act: str | None, families: list[str], language: Language) -> str:
    """An act or a family of them, as the filter offers it."""
    if act is None:
        return say("admin_audit_act_all", language)
    return f"{family_words(act, language)} …" if act in families else act


def read_day(said: str) -> date | None:
    """A day of the address; None where it is none that a calendar here shows."""
    try:
        day = date.fromisoformat(said)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def read_number(said: str) -> int | None:
    """The id of an entry from the address; None where it is none."""
    return int(said) if said.isascii() and said.isdigit() and len(said) <= 15 else None
