"""The entry Streamlit runs: frame, look and sidebar, then the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from casework.accounts.sessions import LeftOpen, SignedIn
from dashboard.alert_bell import show_alert_bell
from dashboard.data import load_takeover, read_settings
from dashboard.frame import (
    read_language,
    show_brand,
    show_language_switch,
    show_not_for,
    show_page_links,
    show_signed_out,
    show_takeover_banner,
    show_visitor,
)
from dashboard.home_visit import keep_visit
from dashboard.left_open import remember_place, return_to_place, standing_of, watch_session
from dashboard.pages import GROUPS, PAGES, Page, draw, may_see
from dashboard.visitor import page_visitor
from dashboard.words import say

settings = read_settings()
st.set_page_config(page_title=f"Kentongan · {settings.organisation}", page_icon="🪘", layout="wide")
style = (Path(__file__).parent / "static" / "style.css").read_text(encoding="utf-8")
dark = '<span class="kt-dark" hidden></span>' if st.context.theme.type == "dark" else ""
st.html(f"<style>{style}</style>{dark}")

language = read_language(settings.language)
visitor = page_visitor(now=datetime.now(UTC))
# The gate lets nobody open a page without a session; this may be a page that stayed open longer than its session.
standing = standing_of(visitor)
kept = return_to_place(visitor) if isinstance(visitor, LeftOpen) else None
if settings.sign_in == "required":
    with st.container(key="session"):
        watch_session(standing, language)
    if standing == "out" or (standing == "left" and kept is None):
        show_signed_out(language)
        st.stop()
role = visitor.person.role if visitor is not None else None
question_place = st.sidebar.container()


def drawn(page: Page) -> Callable[[], None]:
    """What Streamlit calls for a page: the page, or why this role does not see it."""

    def show() -> None:
        if isinstance(visitor, LeftOpen) and page.path != kept:
            show_signed_out(language)
            return
        if isinstance(visitor, SignedIn):
            remember_place(visitor, page.path)
            keep_visit(visitor.person.id, now=datetime.now(UTC))
        if not may_see(page, role):
            show_not_for(page.roles, language)
            return
        # The page of trends asks its question in the sidebar.
        more = {"sidebar": question_place} if page.path == "tren" else {}
        draw(page, settings, language=language, **more)

    return show


listed = {
    page.path: st.Page(
        drawn(page),
        title=say(page.title, language),
        # The first page opens at the bare address, where Streamlit serves no other: by its own it is found beside it.
        url_path="awal" if page is PAGES[0] else page.path,
        default=page is PAGES[0],
    )
    for page in PAGES
}  # fmt: skip
home = st.Page(drawn(PAGES[0]), title=say(PAGES[0].title, language), url_path=PAGES[0].path)
# The links are drawn below the brand, by the frame: so they keep the language.
chosen = st.navigation([*listed.values(), home], position="hidden")
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
    if isinstance(visitor, SignedIn):
        show_visitor(visitor, language)
    show_language_switch(language)
