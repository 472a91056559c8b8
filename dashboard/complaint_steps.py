"""The steps an officer may take with a complaint, each with what happens then, its fields and its one button."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import streamlit as st

from casework.complaints.changing import MAX_WORDS
from casework.complaints.records import KINDS, STAGES, Complaint
from casework.complaints.transitions import Act
from casework.roles import ROLE_WORDS
from dashboard.complaint_acts import Decision, as_kind, decide
from dashboard.complaint_desk import ComplaintView, DeskView, as_stage
from dashboard.frame import card_title
from dashboard.words import WORDS, Language, say
from kentongan.complaint_categories import CATEGORIES
from kentongan.errors import KentonganError

NONE = ""
"""In a list of choices: nothing chosen."""


def show_steps(view: ComplaintView, desk: DeskView, places: dict[str, str], language: Language) -> None:
    """The panel: which steps there are, and the form of the chosen one."""
    actor = desk.viewer.actor
    name = "" if actor is None else say("adu_by", language, name=actor.username)
    st.html(card_title(say("adu_next", language), name))
    said = st.session_state.pop("adu_said", None)
    if said is not None:
        style = "kt-fault" if said[0] == "refused" else "kt-done"
        st.html(f'<p class="{style}" role="status">{escape(said[1])}</p>')
    if actor is None:
        why = str(desk.viewer.why) if desk.viewer.why is not None else ""
        st.html(f'<p class="kt-note"><b>{say("adu_nobody", language)}</b> {escape(why)}</p>')
        return
    if not view.acts:
        words = say("adu_no_acts", language, name=actor.username, role=ROLE_WORDS[actor.role])
        st.html(f'<p class="kt-note">{escape(words)}</p>')
        return
    one = view.complaint
    act = st.pills(
        say("adu_acts", language),
        view.acts,
        default=first_act(view),
        format_func=lambda act: say(f"adu_act_{act}", language),
        key=f"adu-act-{one.id}-{one.version}",
        label_visibility="collapsed",
    )
    if act is None:
        return
    st.html(f'<p class="kt-note">{escape(say(f"adu_what_{act}", language))}</p>')
    with st.form(f"adu-{act}-{one.id}-{one.version}", border=False, enter_to_submit=False):
        decision = ask(act, view, desk, places, language)
        button = "adu_do_open" if act == "secret" and one.secret else f"adu_do_{act}"
        if st.form_submit_button(say(button, language), type="primary", key=f"adu-do-{act}-{one.id}-{one.version}"):
            take_step(one, act, decision, language)


def first_act(view: ComplaintView) -> Act:
    """The step that is most likely next: what is verified goes on, what is answered is finished."""
    one, acts = view.complaint, view.acts
    if one.stage in ("menunggu_verifikasi", "dikembalikan") and one.category is not None and "forwarded" in acts:
        return "forwarded"
    if one.stage == "diteruskan" and "followed_up" in acts:
        return "followed_up"
    if one.stage == "diproses" and "finished" in acts:
        return "finished"
    return acts[0]


def ask(act: Act, view: ComplaintView, desk: DeskView, places: dict[str, str], language: Language) -> Decision:
    """The fields of one step, filled with what is known or suggested."""
    one = view.complaint
    key = f"{act}-{one.id}-{one.version}"
    words = ""
    stage = None
    if act == "verified":
        return ask_verified(one, key, places, language)
    if act == "merged":
        return Decision(into=ask_other(view, key, language))
    agency = ask_agency(one, desk, key, language) if act == "forwarded" else None
    if act == "released" and one.held == "status":
        chosen = st.selectbox(
            say("adu_stage", language),
            [stage for stage in STAGES if stage != "digabung"],
            format_func=lambda stage: say(f"adu_stage_{stage}", language),
            key=f"adu-stage-{key}",
        )
        stage = as_stage(chosen)
    if f"adu_words_{act}" in WORDS:
        words = st.text_area(say(f"adu_words_{act}", language), key=f"adu-words-{key}", max_chars=MAX_WORDS, height=96)
    return Decision(words=words, agency=agency, stage=stage, secret=not one.secret)


def ask_verified(one: Complaint, key: str, places: dict[str, str], language: Language) -> Decision:
    """Kind, category and district; a category that only the model names is marked as such."""
    suggested = ((one.suggestion or {}).get("category") or {}).get("value")
    left, middle, right = st.columns(3, gap="small")

    def name_category(code: str) -> str:
        if code == NONE:
            return say("adu_no_category", language)
        name = CATEGORIES[code]
        return say("adu_suggested", language, name=name) if code == suggested and one.category is None else name

    with left:
        kind = st.selectbox(
            say("adu_kind", language), KINDS, index=KINDS.index(one.kind), key=f"adu-kind-{key}",
            format_func=lambda kind: say(f"adu_kind_{kind}", language),
        )  # fmt: skip
    with middle:
        codes = [NONE, *CATEGORIES]
        known = one.category or suggested
        at = codes.index(known) if known in codes else 0
        category = st.selectbox(
            say("adu_category", language), codes, index=at, key=f"adu-category-{key}", format_func=name_category
        )
    with right:
        regions = [NONE, *places]
        region = st.selectbox(
            say("adu_region", language), regions, key=f"adu-region-{key}",
            index=regions.index(one.region) if one.region in regions else 0,
            format_func=lambda code: places.get(code, say("adu_no_region", language)),
        )  # fmt: skip
    return Decision(kind=as_kind(kind), category=category or None, region=region or None)


def ask_agency(one: Complaint, desk: DeskView, key: str, language: Language) -> str | None:
    """The agency it goes to; the one with the suggested field is on top and marked."""
    suggested = (one.suggestion or {}).get("agency")
    codes = sorted((code for code in desk.active if code != one.agency), key=lambda code: code != suggested)

    def name_agency(code: str) -> str:
        name = desk.names[code]
        return say("adu_suggested", language, name=name) if code == suggested else name

    chosen = st.selectbox(
        say("adu_forward_to", language), codes, index=0 if suggested in codes else None,
        format_func=name_agency, key=f"adu-agency-{key}",
    )  # fmt: skip
    return chosen or None


def ask_other(view: ComplaintView, key: str, language: Language) -> str:
    """The number of the complaint that this one is joined to: one of the likely ones, or any other."""
    likely = {one.complaint.number: one.complaint.title or one.complaint.text[:60] for one in view.duplicates}
    chosen = NONE
    if likely:
        chosen = st.selectbox(
            say("adu_into", language), [*likely, NONE], key=f"adu-into-{key}",
            format_func=lambda number: f"{number} · {likely[number]}" if number else say("adu_into_other", language),
        )  # fmt: skip
    other = st.text_input(say("adu_into_number", language), key=f"adu-other-{key}", max_chars=40)
    return other.strip() or chosen


def take_step(one: Complaint, act: Act, decision: Decision, language: Language) -> None:
    """Do it, keep what is to be said about it for the next drawing, and draw anew."""
    try:
        decide(one.id, act, decision, version=one.version, now=datetime.now(UTC))
    except KentonganError as error:
        st.session_state["adu_said"] = ("refused", say("adu_refused", language, why=error))
    else:
        done = say("adu_done", language, number=one.number, act=say(f"adu_did_{act}", language))
        st.session_state["adu_said"] = ("done", done)
    st.rerun()
