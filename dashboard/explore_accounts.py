"""The part of Jelajah for accounts that are shown by name: who they are, why, and how one is added or taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from html import escape
from urllib.parse import parse_qs, urlsplit

import streamlit as st

from casework.public_accounts import (
    MAX_ACCOUNT,
    MAX_REASON,
    PUBLIC_KINDS,
    PublicKind,
    PublicMark,
    account_history,
    import_institutions,
    list_public,
    mark_account,
    unmark_account,
)
from crawlers.by_hand import PLATFORMS
from crawlers.sources import Source, load_sources
from dashboard.data import read_settings, shared_casework
from dashboard.explore_desk import load_public
from dashboard.frame import card_title, show_state
from dashboard.visitor import VIA, page_actor
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.schema import BY_HAND
from kentongan.times import format_time
from search.fields import author_key

MORE_PLATFORMS = ("mastodon", "bluesky")
"""Platforms that are collected, beside those a person enters by hand."""
SHOWN = 12
"""Acts of the history that are shown."""


def show_accounts(*, language: Language, zone: str, now: datetime) -> None:
    """The marked accounts, the form for another, the starting list, the history. Raises Retry."""
    with shared_casework().read() as session:
        marked, history = list_public(session), account_history(session, limit=SHOWN)
    left, right = st.columns([1.4, 1], gap="medium")
    with left:
        st.html(card_title(say("accounts_list", language), say("accounts_list_against", language)))
        if not marked:
            show_state(say("accounts_none", language), say("accounts_none_hint", language))
        else:
            st.html(f'<div class="kt-list-plain">{"".join(mark_row(one, language, zone=zone) for one in marked)}</div>')
        if history:
            past = st.expander(say("accounts_history", language, count=len(history)))
            past.html("".join(mark_row(one, language, zone=zone) for one in history))
    with right:
        show_marking(language, now=now)
        if marked:
            show_unmarking(marked, language, now=now)
        proposed = propose(marked)
        if proposed:
            show_proposals(proposed, language, now=now)


def mark_row(mark: PublicMark, language: Language, *, zone: str) -> str:
    """One mark: account, what it is, why, who and when."""
    kind = say(f"account_{mark.kind or 'none'}", language)
    when = format_time(mark.at, zone=zone, language=language)
    style = "chip decided" if mark.kind else "chip state"
    return (
        f'<div class="kt-saved"><b><bdi>{escape(mark.shown)}</bdi>, {escape(mark.platform)}</b> '
        f'<span class="{style}">{"✓ " if mark.kind else ""}{kind}</span><p>{escape(mark.reason)}</p>'
        f"<small>{escape(mark.by)} · {escape(when)}</small></div>"
    )


def show_marking(language: Language, *, now: datetime) -> None:
    st.html(card_title(say("accounts_mark", language)))
    platforms = [*(name for name in PLATFORMS if name != "whatsapp"), *MORE_PLATFORMS]
    with st.form("account-mark", border=False):
        first, second = st.columns(2, gap="small")
        with first:
            account = st.text_input(say("accounts_account", language), key="account-name", max_chars=MAX_ACCOUNT)
        with second:
            platform = st.selectbox(
                say("add_platform", language), platforms, key="account-platform",
                format_func=lambda name: PLATFORMS.get(name, (name.capitalize(), ""))[0],
            )  # fmt: skip
        kind: PublicKind = st.radio(
            say("accounts_kind", language), PUBLIC_KINDS, horizontal=True, key="account-kind",
            format_func=lambda one: say(f"account_{one}", language),
        )  # fmt: skip
        reason = st.text_input(say("accounts_reason", language), key="account-reason", max_chars=MAX_REASON)
        sent = st.form_submit_button(say("accounts_do", language), type="primary", key="account-do")
    if sent:

        def mark() -> None:
            with shared_casework().begin() as session:
                mark_account(
                    session, platform=platform, account=account, kind=kind, reason=reason,
                    actor=page_actor(session, now=now), now=now, via=VIA,
                )  # fmt: skip

        act(mark, language)


def show_unmarking(marked: list[PublicMark], language: Language, *, now: datetime) -> None:
    with st.form("account-unmark", border=False):
        chosen = st.selectbox(
            say("accounts_unmark", language), marked, key="account-old",
            format_func=lambda one: f"{one.shown}, {one.platform}",
        )  # fmt: skip
        reason = st.text_input(say("accounts_reason", language), key="account-old-reason", max_chars=MAX_REASON)
        sent = st.form_submit_button(say("accounts_unmark_do", language), key="account-unmark-do")
    if sent:

        def unmark() -> None:
            with shared_casework().begin() as session:
                unmark_account(
                    session, chosen.id, reason=reason, actor=page_actor(session, now=now), now=now, via=VIA
                )  # fmt: skip

        act(unmark, language)


def show_proposals(proposed: list[tuple[str, str]], language: Language, *, now: datetime) -> None:
    """The starting list: channels that are declared as sources. A person says which are an institution's."""
    with st.form("account-import-form", border=False):
        chosen = st.multiselect(
            say("accounts_import", language), proposed, key="account-import",
            format_func=lambda one: f"{one[1]}, {one[0]}", placeholder=say("accounts_import_choose", language),
        )  # fmt: skip
        reason = st.text_input(
            say("accounts_reason", language), key="account-import-reason", max_chars=MAX_REASON,
            value=say("accounts_import_reason", language),
        )  # fmt: skip
        sent = st.form_submit_button(say("accounts_import_do", language), key="account-import-do")
    if sent:

        def take_in() -> None:
            with shared_casework().begin() as session:
                import_institutions(
                    session, chosen, reason=reason, actor=page_actor(session, now=now), now=now, via=VIA
                )  # fmt: skip

        act(take_in, language)


def propose(marked: Iterable[PublicMark]) -> list[tuple[str, str]]:
    """(platform, account) of the declared channels that nobody has marked. Raises BadSettings."""
    known = {(one.platform, one.account) for one in marked}
    found = declared_channels(load_sources(read_settings().sources_file))
    return [one for one in found if (one[0], author_key(one[1])) not in known]


def declared_channels(sources: Iterable[Source]) -> list[tuple[str, str]]:
    """(platform, account) of the sources that are one account: a Telegram channel, a Bluesky author."""
    found = []
    for source in sources:
        address = urlsplit(source.url)
        if source.kind == "telegram":
            found.append((source.platform, address.path.rstrip("/").rpartition("/")[2]))
        elif source.kind == "bluesky-author":
            found += [(source.platform, actor) for actor in parse_qs(address.query).get("actor", [])]
    return [(platform, account) for platform, account in dict.fromkeys(found) if account and account != BY_HAND]


def act(do: Callable[[], object], language: Language) -> None:
    """Do it, and let every page ask anew who may be named; where it is refused, say why."""
    try:
        do()
    except KentonganError as error:
        show_state(say("explore_refused", language), str(error))
        return
    load_public.clear()
    st.toast(say("accounts_done", language), icon="✅")
    st.rerun()
