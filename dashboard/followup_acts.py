"""What the pages of follow-ups and of clarifications share: acting on a press, and the switch for what is over."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.frame import set_parameter, show_state
from dashboard.words import Language, say
from kentongan.errors import KentonganError


def show_ended_switch(ended: bool, language: Language, *, key: str) -> None:
    """Whether the lists show what is over too; kept in the address."""
    wanted = st.checkbox(say("followups_ended", language), value=ended, key=key)
    if wanted != ended:
        set_parameter("semua", "ya" if wanted else None)
        st.rerun()


def do_and_say(act: Callable[[], str], language: Language) -> None:
    """Do it and draw the page anew; where it is refused, say why beside the button. ``act`` returns the number."""
    try:
        number = act()
    except KentonganError as error:
        show_state(say("followup_refused", language), str(error))
        return
    st.toast(say("followup_done", language, number=number), icon="✅")
    st.rerun()
