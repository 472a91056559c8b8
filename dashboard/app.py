"""The entry Streamlit runs: frame, look and sidebar, then the page."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import streamlit as st

from dashboard.alert_bell import show_alert_bell
from dashboard.app_pages.add_post import show_add_post
from dashboard.app_pages.alerts import show_alerts
from dashboard.app_pages.briefings import show_briefings
from dashboard.app_pages.cases import show_cases
from dashboard.app_pages.clippings import show_clippings
from dashboard.app_pages.complaints import show_complaints
from dashboard.app_pages.decisions import show_decisions
from dashboard.app_pages.followups import show_followups
from dashboard.app_pages.incidents import show_incidents
from dashboard.app_pages.issues import show_issues
from dashboard.app_pages.regions import show_regions
from dashboard.app_pages.tips import show_tips
from dashboard.app_pages.trends import show_trends
from dashboard.data import load_takeover, read_settings
from dashboard.frame import (
    read_language,
    show_brand,
    show_language_switch,
    show_page_links,
    show_state,
    show_takeover_banner,
    show_visitor,
)
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
question_place = st.sidebar.container()
trends = st.Page(
    partial(show_trends, settings, language=language, sidebar=question_place),
    title=say("title", language),
    url_path="beranda",
    default=True,
)
# The first page answers at "/" alone; links from other pages, papers and mails say "tren".
trends_by_name = st.Page(
    partial(show_trends, settings, language=language, sidebar=question_place), title=say("title", language),
    url_path="tren",
)  # fmt: skip
add_post = st.Page(
    partial(show_add_post, settings, language=language), title=say("add_title", language), url_path="tambah"
)
tips = st.Page(partial(show_tips, settings, language=language), title=say("tips_title", language), url_path="laporan")
cases = st.Page(partial(show_cases, settings, language=language), title=say("cases_title", language), url_path="kasus")
complaints = st.Page(
    partial(show_complaints, settings, language=language), title=say("adu_title", language), url_path="aduan"
)
regions = st.Page(
    partial(show_regions, settings, language=language), title=say("regions_title", language), url_path="wilayah"
)
incidents = st.Page(
    partial(show_incidents, settings, language=language), title=say("incidents_title", language), url_path="insiden"
)
followups = st.Page(
    partial(show_followups, settings, language=language), title=say("followups_title", language),
    url_path="tindak-lanjut",
)  # fmt: skip
decisions = st.Page(
    partial(show_decisions, settings, language=language), title=say("decisions_title", language), url_path="keputusan"
)
issues = st.Page(partial(show_issues, settings, language=language), title=say("issues_title", language), url_path="isu")
briefings = st.Page(
    partial(show_briefings, settings, language=language), title=say("briefings_title", language), url_path="ringkasan"
)
clippings = st.Page(
    partial(show_clippings, settings, language=language), title=say("clip_title", language), url_path="kliping"
)
alerts = st.Page(
    partial(show_alerts, settings, language=language), title=say("alerts_title", language), url_path="peringatan"
)
# The links are drawn below the brand, by the frame: so they keep the language.
watch = [trends, briefings, issues, alerts, regions, decisions]
act = [clippings, complaints, incidents, followups, tips, cases, add_post]
chosen = st.navigation([*watch, *act, trends_by_name], position="hidden")
if chosen == trends_by_name:
    watch[0] = trends_by_name  # so that its link is marked as the open one
with question_place:
    show_brand(settings.organisation)
    show_alert_bell(language)
    show_page_links({"watch": watch, "act": act}, language)
with st.sidebar:
    footer = st.container()
show_takeover_banner(load_takeover, language, zone=settings.zone)
chosen.run()
with footer:
    if visitor is not None:
        show_visitor(visitor, language)
    show_language_switch(language)
