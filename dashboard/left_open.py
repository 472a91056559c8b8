"""A page that stays open longer than its session: it says so, keeps what was typed, does nothing, and goes on.

While its session is over it is drawn as it stood, for the same person and role, at the same address, so that it shows
nothing that was not on the screen; every act is refused (``dashboard.visitor.page_actor``). It looks by itself whether
the session is there, and never keeps one alive by looking.
"""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import Literal

import streamlit as st

from casework.accounts.sessions import LeftOpen, SignedIn
from dashboard.visitor import page_visitor
from dashboard.words import Language, say

WATCH_SECONDS = 30
"""How often an open page looks whether its session still is, in seconds."""
WAIT_SECONDS = 3
"""How often a page whose session ran out looks whether its person is back, in seconds."""
PLACE = "left-open"
"""Key under which a page keeps whose it is, and where it stood."""

Standing = Literal["in", "left", "out"]
"""Signed in; left open; to show nothing."""


def standing_of(found: SignedIn | LeftOpen | None) -> Standing:
    if found is None or (isinstance(found, SignedIn) and found.must_change):
        return "out"
    return "in" if isinstance(found, SignedIn) else "left"


def remember_place(visitor: SignedIn, path: str) -> None:
    """Keep whose page this is and where it stands, as of a run with an open session."""
    place = (visitor.person.id, visitor.person.role, path, st.query_params.to_dict())
    st.session_state[PLACE] = place


def return_to_place(left: LeftOpen) -> str | None:
    """Put the address back to what it was when the session ran out, and return its page; None where this page is not
    that person's in that role."""
    kept = st.session_state.get(PLACE)
    if kept is None or kept[:2] != (left.person.id, left.person.role):
        return None
    path: str = kept[2]
    if st.query_params.to_dict() != kept[3]:
        st.query_params.from_dict(kept[3])
    return path


def watch_session(drawn: Standing, language: Language) -> None:
    """Draw the notice, where there is one, and draw the whole page anew as soon as the session ended or is back."""

    def look() -> None:
        # Looking is no use of the session: an open page alone does not keep it.
        if standing_of(page_visitor(now=datetime.now(UTC), using=False)) != drawn:
            st.rerun()
        if drawn == "left":
            st.html(
                f'<div class="kt-left-open" role="alert"><b>{escape(say("signed_out", language))}</b>'
                f"<span>{escape(say('left_open_hint', language))}</span>"
                f'<a class="kt-button" href="masuk?ke=sudah-masuk" target="_blank" rel="opener">'
                f"{escape(say('left_open_sign_in', language))}</a></div>"
            )

    st.fragment(look, run_every=WAIT_SECONDS if drawn == "left" else WATCH_SECONDS)()
