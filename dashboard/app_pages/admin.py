"""The page Kelola: people and their accounts, what is kept how long, the audit, the store and its backups."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from dashboard.admin_audit import show_audit
from dashboard.admin_people import show_people
from dashboard.admin_retention import show_retention, show_store
from dashboard.frame import set_parameter, show_fault, show_state
from dashboard.words import Language, say
from kentongan.errors import KentonganError, NotAllowed, NotConfigured
from kentongan.settings import Settings

PARTS = {"orang": show_people, "simpan": show_retention, "audit": show_audit, "penyimpanan": show_store}
"""Value of ``bagian`` in the address: what is drawn."""


def show_admin(settings: Settings, *, language: Language) -> None:
    """The whole page. The address keeps ``bagian`` and what each part keeps."""
    now = datetime.now(UTC)
    against = say("admin_against", language)
    st.html(f'<div class="kt-top"><h1>{say("admin_title", language)}</h1><span>{against}</span></div>')
    asked = st.query_params.get("bagian", "")

    def keep() -> None:
        chosen = st.session_state["admin-part"]
        set_parameter("bagian", None if chosen == "orang" else chosen)

    part = st.segmented_control(
        say("admin_part", language), list(PARTS), default=asked if asked in PARTS else "orang", required=True,
        format_func=lambda one: say(f"admin_part_{one}", language), key="admin-part", on_change=keep,
        label_visibility="collapsed",
    )  # fmt: skip
    try:
        PARTS[part](settings, language, now=now)
    except (NotAllowed, NotConfigured) as error:
        show_state(say("admin_refused", language), str(error))
    except KentonganError as error:
        show_fault(error, language)
