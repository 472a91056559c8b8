"""Asks for a reason before a page searches by account: no answer is drawn until it stands in the audit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import streamlit as st

from casework.access import authorise
from casework.author_search import allow_author_search, authors_asked
from casework.public_accounts import MAX_REASON
from dashboard.data import read_settings, shared_casework
from dashboard.frame import show_state
from dashboard.visitor import VIA, page_actor
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.schema import Query
from search.aliases import AliasFile

GIVEN: Final = "author-reasons"
"""In this visit's state: the person and the accounts for which a reason was given. A new visit gives it again."""


def was_reasoned(query: Query, aliases: AliasFile) -> bool:
    """Whether a question searches for no account, or a reason was given for each in this visit. Raises BadQuery."""
    given = {author for _, author in st.session_state.get(GIVEN, ())}
    return set(authors_asked(query, aliases)) <= given


def may_ask_for_authors(*queries: Query, language: Language) -> bool:
    """Whether these questions may be asked now; where not, the page shows why, or asks for the reason.

    Raises BadQuery for words that do not parse, BadSettings and Retry.
    """
    aliases = AliasFile(read_settings().aliases_path)
    authors = tuple(sorted({author for query in queries for author in authors_asked(query, aliases)}))
    if not authors:
        return True
    now = datetime.now(UTC)
    try:
        with shared_casework().read() as session:
            actor = authorise(session, page_actor(session, now=now), action="authors.search", now=now)
    except KentonganError as error:
        show_state(say("authors_refused", language), str(error))
        return False
    given: set[tuple[str, str]] = st.session_state.setdefault(GIVEN, set())
    if {(actor.id, author) for author in authors} <= given:
        return True
    with st.container(key="card-author-reason"):
        show_state(say("authors_why", language), say("authors_why_hint", language))
        with st.form("author-reason", border=False):
            reason = st.text_input(say("authors_reason", language), key="author-reason-words", max_chars=MAX_REASON)
            sent = st.form_submit_button(say("authors_do", language), type="primary", key="author-reason-do")
        if not sent:
            return False
        asked = next(query for query in queries if authors_asked(query, aliases))
        try:
            with shared_casework().begin() as session:
                actor = page_actor(session, now=now)
                allow_author_search(session, authors, query=asked, reason=reason, actor=actor, now=now, via=VIA)
        except KentonganError as error:
            show_state(say("authors_refused", language), str(error))
            return False
    given.update((actor.id, author) for author in authors)
    st.rerun()
    return False
