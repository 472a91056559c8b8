"""The morning briefing: the days, the paper with every number linked, and who writes, checks and signs it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from html import escape

import streamlit as st

from casework.briefings.content import words_of
from casework.briefings.editing import HEAD_WORDS
from casework.briefings.html import STYLE
from casework.briefings.records import Briefing
from dashboard.briefing_cards import day_rows, difference_rows, history_rows, who_words
from dashboard.briefing_desk import (
    BriefingView,
    check_figures,
    draw_paper,
    html_of,
    keep_head,
    keep_line,
    keep_note,
    load_briefings,
    pdf_of,
    sign_shown,
    write_today,
)
from dashboard.clickable import draw_clickable
from dashboard.frame import card_title, set_parameter, show_fault, show_state
from dashboard.words import Language, say
from kentongan.errors import KentonganError, NotFound
from kentongan.settings import Settings


def show_briefings(settings: Settings, *, language: Language) -> None:
    """The whole page. The address keeps ``nota``, the number of the paper that is open."""
    now = datetime.now(UTC)
    asked = st.query_params.get("nota", "")
    chosen = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 18 else None
    try:
        try:
            view = load_briefings(chosen, now=now)
        except NotFound:
            set_parameter("nota", None)
            view = load_briefings(None, now=now)
    except KentonganError as error:
        show_fault(error, language)
        return
    mark = ""
    if view.chosen is not None and view.chosen.sample:
        mark = f'<span class="kt-sample">{say("sample", language)}</span>'
    st.html(
        f'<div class="kt-top"><h1>{say("briefings_title", language)}</h1>{mark}'
        f"<span>{say('briefings_against', language)}</span></div>"
    )
    left, middle, right = st.columns([0.95, 2.6, 1.25], gap="small")
    with left:
        show_days(view, settings, language, now=now)
    with middle, st.container(key="card-briefing"):
        if view.chosen is None:
            show_state(say("briefings_none", language), say("briefings_none_hint", language))
        else:
            st.html(f"<style>{STYLE.read_text(encoding='utf-8')}</style>{draw_paper(view.chosen)}")
    if view.chosen is not None:
        with right:
            show_acts(view.chosen, view, settings, language, now=now)


def show_days(view: BriefingView, settings: Settings, language: Language, *, now: datetime) -> None:
    """The papers, and the button that writes today's where there is none."""
    with st.container(key="card-briefing-days"):
        st.html(card_title(say("briefings_days", language), say("briefings_days_against", language)))
        if not view.has_today and st.button(
            say("briefings_make", language), key="briefing-make", type="primary", width="stretch"
        ):
            write(again=False, language=language, now=now)
        chosen = None if view.chosen is None else view.chosen.id
        rows = day_rows(view.days, language, chosen=chosen, zone=settings.zone)
        if view.days and (pressed := draw_clickable(rows, key="briefings")):
            set_parameter("nota", pressed)
            st.rerun()


def write(*, again: bool, language: Language, now: datetime) -> None:
    """Write today's paper and open it."""
    try:
        made = write_today(again=again, now=now)
    except KentonganError as error:
        show_state(say("briefings_refused", language), str(error))
        return
    set_parameter("nota", str(made.id))
    st.toast(say("briefings_made", language, number=made.number), icon="✅")
    st.rerun()


def show_acts(
    shown: Briefing, view: BriefingView, settings: Settings, language: Language, *, now: datetime
) -> None:  # fmt: skip
    """Sign, download, check, edit."""
    show_signature(shown, view, settings, language, now=now)
    with st.container(key="card-briefing-check"):
        against = say("briefings_check_against", language, count=len(shown.content.figures))
        st.html(card_title(say("briefings_check_title", language), against))
        if st.button(say("briefings_check", language), key="briefing-check", width="stretch"):
            try:
                st.html(difference_rows(check_figures(shown.id, now=now), language))
            except KentonganError as error:
                show_state(say("briefings_refused", language), str(error))
    if shown.state == "draft" and view.viewer is not None and view.viewer.edits:
        show_editing(shown, language, now=now)
    with st.container(key="card-briefing-history"), st.expander(say("briefings_history", language)):
        st.html(history_rows(view.history, language, zone=settings.zone))


def show_signature(
    shown: Briefing, view: BriefingView, settings: Settings, language: Language, *, now: datetime
) -> None:  # fmt: skip
    """The state, the one act that ends it, and the files."""
    with st.container(key="card-briefing-sign"):
        st.html(card_title(say("briefings_sign_title", language), say("briefings_sign_against", language)))
        style = "decided" if shown.state == "signed" else "state"
        edited = f'<span class="chip">{say("briefings_edited", language)}</span>' if shown.edited else ""
        st.html(
            f'<div class="kt-chips"><span class="chip {style}">{say(f"briefings_state_{shown.state}", language)}</span>'
            f"<span>{shown.number}</span>{edited}</div>"
            f'<p class="kt-note">{escape(who_words(shown, language, zone=settings.zone))}</p>'
        )
        if shown.state == "draft":
            show_signing(shown, view, language, now=now)
        elif shown.digest is not None:
            digest = f'<code style="overflow-wrap:anywhere">{escape(shown.digest[:16])}…</code>'
            st.html(f'<p class="kt-note">{say("briefings_digest", language)}: {digest}</p>')
        name = f"nota-dinas-{shown.day.isoformat()}-{shown.revision}"
        first, second = st.columns(2, gap="small")
        first.download_button(
            f"{say('briefings_files', language)} {say('briefings_pdf', language)}", lambda: pdf_of(shown),
            file_name=f"{name}.pdf", mime="application/pdf", key="briefing-pdf", on_click="ignore", width="stretch",
        )  # fmt: skip
        second.download_button(
            say("briefings_html", language), lambda: html_of(shown), file_name=f"{name}.html", mime="text/html",
            key="briefing-html", on_click="ignore", width="stretch",
        )  # fmt: skip
        if view.has_today and view.days[0].id == shown.id and view.viewer is not None and view.viewer.edits:
            word = "briefings_revise" if shown.state == "signed" else "briefings_remake"
            lost = say("briefings_remake_lost", language) if shown.edited and shown.state == "draft" else None
            if st.button(say(word, language), key="briefing-remake", type="tertiary", help=lost):
                write(again=True, language=language, now=now)


def show_signing(shown: Briefing, view: BriefingView, language: Language, *, now: datetime) -> None:
    """The button that signs, for who may; else who does."""
    if view.viewer is None:
        st.html(f'<p class="kt-note">{say("briefings_nobody", language)}</p>')
        return
    if not view.viewer.signs:
        words = say("briefings_sign_who", language, name=view.viewer.name, role=view.viewer.role)
        st.html(f'<p class="kt-note">{escape(words)}</p>')
        st.html(f'<p class="kt-note">{say("briefings_sign_command", language, id=shown.id)}</p>')
        return
    if st.button(say("briefings_sign", language), key="briefing-sign", type="primary", width="stretch"):
        try:
            signed = sign_shown(shown, now=now)
        except KentonganError as error:
            show_state(say("briefings_refused", language), str(error))
            return
        st.toast(say("briefings_signed", language, number=signed.number), icon="✅")
        st.rerun()


def show_editing(shown: Briefing, language: Language, *, now: datetime) -> None:
    """One line, the note, and the head, each with its own button."""
    version = shown.version  # part of each key: after a change the fields show what is kept now
    with st.container(key="card-briefing-edit"):
        st.html(card_title(say("briefings_edit_title", language), say("briefings_edit_against", language)))
        places = [(part.key, at) for part in shown.content.parts for at in range(len(part.lines))]
        lines = {(part.key, at): words_of(line) for part in shown.content.parts for at, line in enumerate(part.lines)}
        titles = {part.key: part.title for part in shown.content.parts}
        place = st.selectbox(
            say("briefings_line", language), places, key=f"briefing-line-{version}",
            format_func=lambda one: f"{titles[one[0]]}, {one[1] + 1}",
        )  # fmt: skip
        if place is not None:
            with st.form(f"briefing-words-{version}-{place}", border=False, enter_to_submit=False):
                words = st.text_area(
                    say("briefings_words", language), lines[place], key=f"briefing-words-{version}-{place}-text",
                    height=110, help=say("briefings_words_help", language),
                )  # fmt: skip
                if st.form_submit_button(say("briefings_keep_line", language), key=f"briefing-keep-line-{version}"):
                    keep(lambda: keep_line(shown, part=place[0], line=place[1], words=words, now=now), language)
        with st.form(f"briefing-note-{version}", border=False, enter_to_submit=False):
            note = st.text_area(
                say("briefings_note", language), words_of(shown.content.note), key=f"briefing-note-{version}-text",
                height=90, help=say("briefings_note_help", language),
            )  # fmt: skip
            if st.form_submit_button(say("briefings_keep_note", language), key=f"briefing-keep-note-{version}"):
                keep(lambda: keep_note(shown, words=note, now=now), language)
        with st.expander(say("briefings_head", language)):
            show_head(shown, language, now=now)


def show_head(shown: Briefing, language: Language, *, now: datetime) -> None:
    """The lines of the head; those that were changed are kept."""
    with st.form(f"briefing-head-{shown.version}", border=False, enter_to_submit=False):
        said = {
            name: st.text_input(words, getattr(shown.head, name) or "", key=f"briefing-head-{shown.version}-{name}")
            for name, words in HEAD_WORDS.items()
        }
        if st.form_submit_button(say("briefings_keep_head", language), key=f"briefing-keep-head-{shown.version}"):
            changed = {
                name: words for name, words in said.items() if words and words != (getattr(shown.head, name) or "")
            }
            keep(lambda: keep_head(shown, changed, now=now), language)


def keep(act: Callable[[], None], language: Language) -> None:
    """Do it, and draw the page anew; a refusal stands below the button."""
    try:
        act()
    except KentonganError as error:
        show_state(say("briefings_refused", language), str(error))
        return
    st.toast(say("briefings_kept", language), icon="✅")
    st.rerun()
