"""What surrounds an act on the page Kelola: its refusal in words, what is shown once after it, the way back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Literal, NoReturn

import streamlit as st

from casework.accounts.signing_in import ONE_TIME_HOLDS
from casework.people import Person
from dashboard.admin_people_desk import PersonLine, change_end, change_role, close_account, reopen_account
from dashboard.frame import show_state
from dashboard.words import Language, say
from kentongan.errors import KentonganError

Undoable = Literal["role", "end", "close", "reopen"]
"""Acts with a way back."""

ONCE, LAST = "admin-once", "admin-last"
"""Keys of this visit's memory: a password shown once, the last act with a way back. A reload forgets both."""


@contextmanager
def refusals(language: Language) -> Iterator[None]:
    """An act: where it is refused the page says why, and what was typed stays."""
    try:
        yield
    except KentonganError as error:
        show_state(say("admin_not_done", language), str(error))


def insist(sure: bool, language: Language) -> None:
    """Raise KentonganError where a statement before what cannot be undone is not ticked."""
    if not sure:
        raise KentonganError(say("admin_sure_first", language))


def finish(language: Language) -> NoReturn:
    """Say that it is done and draw the page anew."""
    st.toast(say("admin_done", language), icon="✅")
    st.rerun()
    raise AssertionError("a rerun ends the script")


def keep_once(name: str, password: str) -> None:
    """Show this password of this person in the next drawing, until somebody says they have noted it."""
    st.session_state[ONCE] = (name, password)


def show_once(language: Language) -> None:
    """The one-time password that was just given."""
    if ONCE not in st.session_state:
        return
    name, password = st.session_state[ONCE]
    with st.container(key="card-once"):
        hint = say("admin_given_hint", language, days=ONE_TIME_HOLDS // timedelta(days=1))
        st.html(f'<div class="kt-once"><b>{escape(say("admin_given", language, name=name))}</b>{escape(hint)}</div>')
        st.code(password, language=None)
        if st.button(say("admin_given_seen", language), key="admin-once-seen"):
            del st.session_state[ONCE]
            st.rerun()


def remember(kind: Undoable, before: Person, **words: str) -> None:
    """Offer the way back from an act; ``before`` is the person as they were."""
    st.session_state[LAST] = (kind, before, words)


def show_undo(lines: Sequence[PersonLine], language: Language) -> None:
    """The last act with a button that takes it back."""
    if LAST not in st.session_state:
        return
    kind, before, words = st.session_state[LAST]
    person = next((line.person for line in lines if line.person.id == before.id), None)
    if person is None:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="card-undo"):
        said = say(f"admin_undo_{kind}", language, name=before.name, **words)
        st.html(f'<p class="kt-done">✓ {escape(said)}</p>')
        if st.button(say("admin_undo", language), key="admin-undo"):
            with refusals(language):
                take_back(kind, person, before, now=datetime.now(UTC))
                del st.session_state[LAST]
                finish(language)


def take_back(kind: Undoable, person: Person, before: Person, *, now: datetime) -> None:
    """Make the person's account what it was. Raises KentonganError where that is no longer possible."""
    if kind == "role":
        change_role(person, role=before.role, agency=before.agency, now=now)
    elif kind == "end":
        change_end(person, expires_at=before.expires_at, now=now)
    elif kind == "close":
        reopen_account(person, now=now)
    else:
        close_account(person, now=now)
