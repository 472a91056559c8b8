"""The bell in the sidebar: how many alerts are open, on every page, with the way to them."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import streamlit as st

from dashboard.alert_desk import Bell, ring_bell
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.numbers import format_number

BELL_SECONDS = 15
"""How often an open page looks for new alerts, in seconds."""


@st.fragment(run_every=BELL_SECONDS)
def show_alert_bell(language: Language) -> None:
    """Draw the bell where it is called. A database that is away shows on the pages themselves, not here."""
    try:
        bell = ring_bell(now=datetime.now(UTC))
    except KentonganError:
        return
    st.html(bell_words(bell, language))


def bell_words(bell: Bell, language: Language) -> str:
    """The bell as HTML: solid with open alerts, quiet without."""
    if bell.open:
        words = say("alert_bell", language, count=format_number(bell.open, language=language))
    else:
        words = say("alert_bell_none", language)
    faults = "".join(f"<small>{escape(fault)}</small>" for fault in bell.faults[:2])
    style = "kt-bell ringing" if bell.open else "kt-bell"
    return f'<a class="{style}" href="peringatan" target="_self"><i></i><b>{escape(words)}</b></a>{faults}'
