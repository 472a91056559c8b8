"""The entry Streamlit runs: frame, look and sidebar, then the page."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard.app_pages.trends import show_trends
from dashboard.data import read_settings
from dashboard.frame import read_language, show_brand, show_language_switch

settings = read_settings()
st.set_page_config(page_title=f"Kentongan · {settings.organisation}", page_icon="🪘", layout="wide")
style = (Path(__file__).parent / "static" / "style.css").read_text(encoding="utf-8")
dark = '<span class="kt-dark" hidden></span>' if st.context.theme.type == "dark" else ""
st.html(f"<style>{style}</style>{dark}")

language = read_language(settings.language)
with st.sidebar:
    show_brand(settings.organisation)
    question_place = st.container()
    show_language_switch(language)
show_trends(settings, language=language, sidebar=question_place)
