"""The law's questions on the page of cases: choose a way, answer what it asks, and see what still stands in its way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from html import escape

import streamlit as st

from casework.roles import ACTIONS
from dashboard.case_acts import answer_question, choose_way
from dashboard.case_desk import CaseView
from dashboard.frame import card_title, set_parameter, show_state
from dashboard.words import Language, say
from evidence.law.grounds import missing_verdict
from evidence.law.questions import Answer, name_articles, newest_answers
from evidence.law.rulebook import REVIEW_WORDS, review_state
from evidence.law.rulebook_check import ROUTE_QUESTION
from evidence.law.rulebook_form import Question, Route
from kentongan.errors import KentonganError
from kentongan.times import format_time, to_zone

MOST_REASON = 2000
"""Longest reason that is typed, in characters."""


def act(do: Callable[[], object], language: Language, *, said: str = "cases_done") -> None:
    """Do it and draw the page anew; where it is refused, say why and keep what was typed."""
    try:
        do()
    except KentonganError as error:
        show_state(say("cases_not_done", language), str(error))
        return
    st.toast(say(said, language), icon="✅")
    st.rerun()


def chosen_way(view: CaseView) -> Answer | None:
    """The choice of a way that counts."""
    return newest_answers(view.answers).get(ROUTE_QUESTION)


def missing_words(view: CaseView, route: Route, language: Language) -> list[str]:
    """All that stands in the way of building for a route, each a sentence; empty where it can be built."""
    book, stands = view.rulebook, view.standing.routes[route]
    said = []
    if view.case.state != "open":
        said.append(say("cases_miss_closed", language))
    if not view.case.documents:
        said.append(say("cases_miss_documents", language))
    elif view.facts.conflicts or view.facts.exportable:
        said += missing_verdict(view.facts)
    else:
        said.append(say("cases_miss_verdict", language))
    said += [f"{one.text} ({name_articles(book, one.entries)})" for one in stands.blocked]
    chosen = chosen_way(view)
    if chosen is None:
        said.append(say("cases_miss_route", language))
    elif chosen.value != route:
        label = book.routes[chosen.value].label if chosen.value in book.routes else chosen.value
        said.append(say("cases_miss_other", language, label=label))
    said += [say("cases_miss_answer", language, question=book.questions[key].text) for key in stands.unanswered]
    said += [say("cases_miss_again", language, question=book.questions[key].text) for key in stands.unconfirmed]
    return said + [f"{one.text} ({name_articles(book, one.entries)})" for one in stands.needs]


def pick_route(view: CaseView, language: Language) -> Route:
    """The way whose questions are shown: the address's ``jalur``, else the one chosen for the case, else the first."""
    routes: list[Route] = [one.key for one in view.rulebook.file.route]
    chosen = chosen_way(view)
    asked = st.query_params.get("jalur", "" if chosen is None else chosen.value)
    first = next((route for route in routes if route == asked), routes[0])
    key = f"case-way-{view.case.id}"
    return st.selectbox(
        say("cases_way", language), routes, index=routes.index(first), key=key,
        format_func=lambda route: view.rulebook.routes[route].label, help=view.rulebook.routes[first].means,
        on_change=lambda: set_parameter("jalur", st.session_state[key]),
    )  # fmt: skip


def show_way(view: CaseView, route: Route, language: Language, *, zone: str) -> None:
    """What the way means, and its choice."""
    declared, chosen = view.rulebook.routes[route], chosen_way(view)
    st.html(f'<p class="kt-note">{escape(declared.means)}</p>')
    if chosen is not None and chosen.value == route:
        time = format_time(chosen.at, zone=zone, language=language)
        words = say("cases_way_chosen", language, time=time, name=chosen.name)
        reason = f" {chosen.reason}" if chosen.reason else ""
        st.html(f'<p class="kt-note"><b>{escape(words)}</b>{escape(reason)}</p>')
        return
    if not may_answer(view):
        return
    with st.form(f"case-way-form-{view.case.id}-{route}", border=False):
        reason = st.text_input(say("cases_way_reason", language), key=f"case-way-reason-{route}", max_chars=500)
        if st.form_submit_button(say("cases_way_choose", language), key=f"case-way-do-{route}"):
            act(lambda: choose_way(view.case.id, route, reason, now=datetime.now(UTC)), language)


def may_answer(view: CaseView) -> bool:
    """Whether forms are shown; the act itself refuses everybody else."""
    return view.viewer.role in ACTIONS["evidence.answer"] and view.case.state == "open"


def show_questions(view: CaseView, language: Language, *, zone: str) -> Route:
    """The card of the way and its questions; returns the way that is looked at."""
    route = pick_route(view, language)
    stands = view.standing.routes[route]
    left = [*stands.unanswered, *stands.unconfirmed]
    counted = say("cases_questions_against", language, left=len(left), total=len(stands.questions))
    show_way(view, route, language, zone=zone)
    st.html(card_title(say("cases_questions", language), counted))
    note = "cases_questions_note" if view.viewer.role in ACTIONS["evidence.answer"] else "cases_questions_reader"
    st.html(f'<p class="kt-note">{escape(say(note, language))}</p>')
    waiting = next((key for key in stands.questions if key in left), None)
    for number, key in enumerate(stands.questions, 1):
        show_question(view, key, number, language, zone=zone, first=key == waiting, again=key in stands.unconfirmed)
    return route


def show_question(
    view: CaseView, key: str, number: int, language: Language, *, zone: str, first: bool, again: bool
) -> None:
    """One question: what it rests on, the answers it had, and the form for another."""
    question = view.rulebook.questions[key]
    given = [one for one in view.answers if one.question == key]
    state = "cases_question_again" if again else "cases_question_open"
    short = label_of(question, given[-1].value) if given and not again else say(state, language)
    with st.expander(f"{number}. {question.text} — {short}", expanded=first and may_answer(view)):
        articles = reviewed_articles(view, key)
        st.html(
            f'<p class="kt-note">{escape(question.why)}</p>'
            f'<p class="kt-note">{escape(say("cases_articles", language, articles=articles))}</p>'
        )
        if again:
            st.html(f'<p class="kt-note"><b>{escape(say("cases_question_again_note", language))}</b></p>')
        if given:
            st.html(answer_rows(question, given, language, zone=zone))
        if may_answer(view):
            show_answer_form(view, question, given[-1] if given else None, language, zone=zone)


def reviewed_articles(view: CaseView, question: str) -> str:
    """The provisions of a question by how far a lawyer reviewed them."""
    said = []
    for state, words in REVIEW_WORDS.items():
        entries = [one for one in view.rulebook.entries_of(question) if review_state(one, on=view.standing.on) == state]
        if entries:
            said.append(f"{', '.join(one.article for one in entries)} ({words})")
    return "; ".join(said)


def label_of(question: Question, value: str) -> str:
    """An answer as a person reads it."""
    return next((one.label for one in question.value if one.key == value), value)


def answer_rows(question: Question, given: list[Answer], language: Language, *, zone: str) -> str:
    """The answer that counts, and below it those that came before, newest first."""

    def row(one: Answer) -> str:
        time = format_time(one.at, zone=zone, language=language)
        said = say("cases_answer_said", language, name=one.name, time=time, reason=one.reason)
        return f"<li><b>{escape(label_of(question, one.value))}</b><br>{escape(said)}</li>"

    newest, *earlier = reversed(given)
    before = ""
    if earlier:
        rows = "".join(map(row, earlier))
        before = f'<p class="kt-note">{say("cases_answer_before", language)}</p><ul class="kt-list">{rows}</ul>'
    return f'<ul class="kt-list">{row(newest)}</ul>{before}'


def show_answer_form(
    view: CaseView, question: Question, last: Answer | None, language: Language, *, zone: str
) -> None:  # fmt: skip
    """Answer, reason, one button."""
    name = f"{view.case.id}-{question.key}"
    with st.form(f"case-answer-{name}", border=False):
        value: str | None
        if question.kind == "date":
            today = to_zone(datetime.now(UTC), zone).date()
            day: date | None = st.date_input(
                say("cases_answer_date", language), value=None, max_value=today, format="DD/MM/YYYY",
                key=f"case-value-{name}",
            )  # fmt: skip
            value = None if day is None else day.isoformat()
        else:
            keys = [one.key for one in question.value]
            value = st.radio(
                question.text, keys, index=keys.index(last.value) if last and last.value in keys else None,
                format_func=lambda key: label_of(question, key), captions=[one.means for one in question.value],
                key=f"case-value-{name}", label_visibility="collapsed",
            )  # fmt: skip
        reason = st.text_area(
            say("cases_answer_reason", language), key=f"case-reason-{name}", max_chars=MOST_REASON, height=80
        )
        if st.form_submit_button(say("cases_answer_save", language), type="primary", key=f"case-save-{name}"):
            if value is None:
                show_state(say("cases_not_done", language), say("cases_answer_choose", language))
                return
            act(
                lambda: answer_question(view.case.id, question.key, value or "", reason, now=datetime.now(UTC)),
                language,
            )
