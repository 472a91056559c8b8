"""The entry Streamlit runs: frame, look and sidebar, then the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from dashboard.alert_bell import show_alert_bell
from dashboard.data import load_takeover, read_settings
from dashboard.frame import (
    read_language,
    show_brand,
    show_language_switch,
    show_not_for,
    show_page_links,
    show_state,
    show_takeover_banner,
    show_visitor,
)
from dashboard.pages import GROUPS, PAGES, Page, draw, may_see
from dashboard.visitor import signed_in
from dashboard.words import say

settings = read_settings()
st.set_page_config(page_title=f"Kentongan · {settings.organisation}", page_icon="🪘", layout="wide")
style = (Path(__file__).parent / "static" / "style.css").read_text(encoding="utf-8")
dark = '<span class="kt-dark" hidden></span>' if st.context.theme.type == "dark" else ""
st.html(f"<style>{style}</style>{dark}")

language = read_language(settings.language)
visitor = signed_in(now=datetime.now(UTC))
if settings.sign_in == "required" and visitor is None:
    # The gate lets nobody open a page without a session; this is a page that stayed open longer than its session.
    show_state(say("signed_out", language), say("signed_out_hint", language))
    st.html(f'<p><a class="kt-button" href="masuk" target="_self">{say("sign_in", language)}</a></p>')
    st.stop()
role = visitor.person.role if visitor is not None else None
question_place = st.sidebar.container()


def drawn(page: Page) -> Callable[[], None]:
    """What Streamlit calls for a page: the page, or why this role does not see it."""

    def show() -> None:
        if not may_see(page, role):
            show_not_for(page.roles, language)
            return
        # The page of trends asks its question in the sidebar.
        more = {"sidebar": question_place} if page.path == "tren" else {}
        draw(page, settings, language=language, **more)

    return show


listed = {
    page.path: st.Page(
        drawn(page), title=say(page.title, language), url_path=page.path, default=page is PAGES[0]
    )
    for page in PAGES
}  # fmt: skip
# The links are drawn below the brand, by the frame: so they keep the language.
chosen = st.navigation(list(listed.values()), position="hidden")
with question_place:
    show_brand(settings.organisation)
    show_alert_bell(language)
    show_page_links(
        {
            group: [listed[page.path] for page in PAGES if page.group == group and may_see(page, role)]
            for group in GROUPS
        },
        language,
    )
with st.sidebar:
    footer = st.container()
show_takeover_banner(load_takeover, language, zone=settings.zone)
chosen.run()
with footer:
    if visitor is not None:
        show_visitor(visitor, language)
    show_language_switch(language)
