"""The decision on a story: two persons, each without seeing the other's choice, on the screen that shows what it rests
on. A press acts on what was shown; where it is refused, what others did is told and what was typed stays."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import Any, Final

import streamlit as st

from casework.incidents.dangers import UNANSWERED
from casework.verdict_records import Event, Review
from casework.verdict_rules import FALSEHOOD_KINDS, KINDS_OF, MAX_REASONS, OUTCOMES, Outcome
from dashboard.frame import card_title
from dashboard.hoax_acts import (
    Ending,
    begin_review,
    end_or_reopen,
    events_since,
    give_decision,
    take_decision_back,
)
from dashboard.hoax_cards import SIGNS, event_rows, signature_rows
from dashboard.hoax_desk import StoryView
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.numbers import format_number
from kentongan.times import format_hour

SAID: Final = "hoax_said"
"""In the session: what is to be told once about the last act, as ("done" | "refused", words)."""
KEPT: Final = "hoax_kept"
"""In the session: what was typed for a decision that was refused, by story."""
FIELDS: Final = ("status", "kind", "reasons", "references")


def show_decision(view: StoryView, language: Language, *, zone: str) -> None:
    """The panel: who signed, what can be done now, what happens then."""
    key = "hoax_decision_waits" if view.standing.waiting else "hoax_decision_against"
    st.html(card_title(say("hoax_decision", language), say(key, language)))
    show_said()
    show_kept(view, language, zone=zone)
    if view.standing.conflict_reason:
        st.html(f'<p class="kt-fault" role="alert">{escape(view.standing.conflict_reason)}</p>')
    review = view.review
    if review is None:
        show_opening(view, language)
    elif review.state in ("open", "disagreement"):
        show_round(view, review, language, zone=zone)
    elif review.state == "decided":
        show_decided(view, review, language, zone=zone)
    else:
        st.html(f'<p class="kt-note">{escape(say(f"hoax_{review.state}_note", language))}</p>')
        if view.reader.may("verdicts.review"):
            show_ending("reopen", view, review, language, primary=True)
    if not view.reader.may("verdicts.decide"):
        why = str(view.reader.why) if view.reader.why is not None else say("hoax_read_only", language)
        st.html(f'<p class="kt-note">{escape(why)}</p>')


def show_said() -> None:
    """What the last act came to, once."""
    if SAID in st.session_state:
        kind, words = st.session_state.pop(SAID)
        style = "kt-fault" if kind == "refused" else "kt-done"
        st.html(f'<p class="{style}" role="{"alert" if kind == "refused" else "status"}">{escape(words)}</p>')


def show_kept(view: StoryView, language: Language, *, zone: str) -> None:
    """A decision that was not entered: why, what others did meanwhile, and the words, to copy or to send again."""
    kept = st.session_state.get(KEPT)
    if kept is None or kept["story"] != view.id:
        return
    others = "".join(
        f"<li>{escape(format_hour(one.at, zone=zone))} · {escape(one.username)} "
        f"{escape(say(f'hoax_act_{one.act}', language))}</li>"
        for one in kept["others"]
    )
    told = f'<p class="kt-note">{escape(say("hoax_meanwhile", language))}</p><ul class="kt-plain">{others}</ul>'
    st.html(f'<p class="kt-fault" role="alert">{escape(kept["why"])}</p>{told if others else ""}')
    review = view.review
    if review is None or not may_decide(view, review):
        st.text_area(
            say("hoax_kept", language), "\n\n".join(part for part in (kept["reasons"], kept["references"]) if part),
            height=110, key="hoax-kept-words",
        )  # fmt: skip


def show_opening(view: StoryView, language: Language) -> None:
    """The button that begins, with what it does."""
    if view.danger is not None and view.danger.state in UNANSWERED:
        st.html(f'<p class="kt-note">{escape(say("hoax_danger_first", language, number=view.danger.number))}</p>')
        return
    if view.anchor is None:
        st.html(f'<p class="kt-note">{escape(say("hoax_no_anchor", language))}</p>')
        return
    st.html(f'<p class="kt-note">{escape(say("hoax_open_note", language))}</p>')
    if view.reader.may("verdicts.review"):
        st.button(
            say("hoax_open", language), type="primary", key=f"hoax-open-{view.id}", on_click=open_pressed,
            args=(view.anchor.document.id, view.anchor.newest.hash, language),
        )  # fmt: skip


def show_round(view: StoryView, review: Review, language: Language, *, zone: str) -> None:
    """A round that waits: who signed, the form for who has not, and the ways back."""
    shown = [one for one in review.decisions if one.round == review.round]
    if review.state == "disagreement":
        st.html(f'<p class="kt-note"><b>{escape(say("hoax_disagreement_note", language))}</b></p>')
        st.html(signature_rows(shown, language, zone=zone))
    elif shown:
        st.html(signature_rows(shown, language, zone=zone))
    if view.words != review.words:
        st.html(f'<p class="kt-fault" role="alert">{escape(say("hoax_words_changed", language))}</p>')
    if may_decide(view, review):
        show_form(view, review, language)
    elif view.reader.may("verdicts.decide"):
        st.html(f'<p class="kt-note">{escape(say("hoax_mine_note", language))}</p>')
        st.button(
            say("hoax_take_back", language), key=f"hoax-back-{review.id}", on_click=act_pressed,
            args=("take_back", review, language),
        )  # fmt: skip
    if view.reader.may("verdicts.withdraw"):
        show_ending("close", view, review, language)


def may_decide(view: StoryView, review: Review) -> bool:
    """Whether the reader's decision is still wanted: each person has one seat in a round."""
    actor = view.reader.actor
    if actor is None or not view.reader.may("verdicts.decide") or review.state not in ("open", "disagreement"):
        return False
    given = review.state == "open" and any(
        one.person == actor.id and one.round == review.round for one in review.decisions
    )
    return not given


def show_form(view: StoryView, review: Review, language: Language) -> None:
    """Verdict, kind, reasons, references, and the one button. What was refused before stands in it again."""
    kept = st.session_state.get(KEPT)
    if kept is not None and kept["story"] == view.id:
        for field in FIELDS:
            st.session_state.setdefault(key_of(field, review), kept[field])
    left, right = st.columns(2, gap="small")
    with left:
        status: Outcome | None = st.selectbox(
            say("hoax_status", language), OUTCOMES, index=None, key=key_of("status", review),
            placeholder=say("hoax_choose_status", language), label_visibility="collapsed",
            format_func=lambda one: f"{SIGNS[one]} {say(f'hoax_status_{one}', language)}",
        )  # fmt: skip
    offered = [kind for kind in FALSEHOOD_KINDS if status is not None and kind in KINDS_OF[status]]
    if st.session_state.get(key_of("kind", review)) not in offered:
        st.session_state[key_of("kind", review)] = None
    with right:
        st.selectbox(
            say("hoax_kind", language), offered, key=key_of("kind", review), disabled=not offered,
            placeholder=say("hoax_choose_kind" if offered or status is None else "hoax_no_kind", language),
            label_visibility="collapsed",
            format_func=lambda one: say(f"hoax_kind_{one}", language),
        )  # fmt: skip
    with st.form(f"hoax-decide-{review.id}", border=False, enter_to_submit=False):
        left, right = st.columns([1.4, 1], gap="small")
        left.text_area(
            say("hoax_reasons", language), key=key_of("reasons", review), height=84, max_chars=MAX_REASONS,
            placeholder=say("hoax_reasons_example", language), label_visibility="collapsed",
        )  # fmt: skip
        right.text_area(
            say("hoax_references", language), key=key_of("references", review), height=84,
            placeholder=say("hoax_references_example", language), label_visibility="collapsed",
        )  # fmt: skip
        st.form_submit_button(
            say("hoax_decide", language), type="primary", key=f"hoax-do-{review.id}", on_click=decide_pressed,
            args=(view.id, review, view.words or "", len(view.events), language),
        )  # fmt: skip
    given = any(one.round == review.round for one in review.decisions) and review.state == "open"
    words = say("hoax_then_second" if given else "hoax_then_first", language)
    st.html(f'<p class="kt-note">{escape(words)}</p>')


def show_decided(view: StoryView, review: Review, language: Language, *, zone: str) -> None:
    """What two persons signed, what it reaches, what may follow, and how it is withdrawn."""
    verdict = view.standing.verdict
    st.html(signature_rows([one for one in review.decisions if one.round == review.round], language, zone=zone))
    if verdict is not None and verdict.outdated:
        st.html(f'<p class="kt-fault" role="alert">{escape(verdict.outdated_reason or "")}</p>')
    if verdict is not None:
        copies = format_number(sum(one.stance == "spreads" for one in view.story.items), language=language)
        kept = "&amp;bahasa=en" if language == "en" else ""
        links = (
            (
                "hoax_do_clarify",
                f"tindak-lanjut?bagian=klarifikasi&amp;tentang=story:{view.id}&amp;putusan={review.id}",
            ),
            ("hoax_do_assign", f"tindak-lanjut?tentang=story:{view.id}"),
        )
        drawn = "".join(
            f'<a class="kt-go" href="{address}{kept}" target="_self">{escape(say(key, language))}</a>'
            for key, address in links
        )
        st.html(
            f'<p class="kt-note">{escape(say("hoax_reach", language, copies=copies))}</p>'
            f'<div class="kt-gos">{drawn}</div>'
        )
    if view.reader.may("verdicts.withdraw"):
        show_ending("withdraw", view, review, language)


def show_ending(act: Ending, view: StoryView, review: Review, language: Language, *, primary: bool = False) -> None:
    """What undoes or begins again, behind a fold: it needs a reason."""
    with (
        st.expander(say(f"hoax_{act}", language), expanded=primary),
        st.form(f"hoax-{act}-{review.id}", border=False, enter_to_submit=False),
    ):
        st.html(f'<p class="kt-note">{escape(say(f"hoax_{act}_note", language))}</p>')
        st.text_input(say("hoax_reason", language), key=f"hoax-{act}-reason-{review.id}", max_chars=1000)
        st.form_submit_button(
            say(f"hoax_{act}", language), type="primary" if primary else "secondary", on_click=act_pressed,
            key=f"hoax-{act}-do-{review.id}", args=(act, review, language),
        )  # fmt: skip


def show_history(view: StoryView, language: Language, *, zone: str) -> None:
    """What happened to the reviews of this story."""
    with st.expander(say("hoax_history", language, count=len(view.events))):
        st.html(event_rows(view.events, language, zone=zone))


def key_of(field: str, review: Review) -> str:
    return f"hoax-{field}-{review.id}"


def open_pressed(document: str, words: str, language: Language) -> None:
    try:
        begin_review(document, words=words, now=datetime.now(UTC))
    except KentonganError as error:
        st.session_state[SAID] = ("refused", str(error))
    else:
        st.session_state[SAID] = ("done", say("hoax_opened", language))


def decide_pressed(story: str, review: Review, words: str, seen: int, language: Language) -> None:
    """Enter the decision on what was shown; a refusal keeps what was typed and tells what others did since."""
    typed: dict[str, Any] = {field: st.session_state.get(key_of(field, review)) for field in FIELDS}
    reasons, references = str(typed["reasons"] or ""), str(typed["references"] or "")
    try:
        if typed["status"] is None:
            raise KentonganError(say("hoax_status_missing", language))
        done = give_decision(
            review.id, round=review.next_round, words=words, status=typed["status"], kind=typed["kind"],
            reasons=reasons, references=references.split(), now=datetime.now(UTC),
        )  # fmt: skip
    except KentonganError as error:
        st.session_state[KEPT] = {
            **typed, "reasons": reasons, "references": references, "story": story, "why": str(error),
            "others": meanwhile(review, seen),
        }  # fmt: skip
        return
    st.session_state.pop(KEPT, None)
    for field in FIELDS:
        st.session_state.pop(key_of(field, review), None)
    after = "hoax_after_first" if done.state == "open" else f"hoax_after_{done.state}"
    st.session_state[SAID] = ("done", say(after, language))


def meanwhile(review: Review, seen: int) -> list[Event]:
    """What others did since the page was drawn; nothing where that cannot be read."""
    try:
        return events_since(review.anchor, seen=seen)
    except KentonganError:
        return []


def act_pressed(act: str, review: Review, language: Language) -> None:
    """Take one's decision back, or withdraw, close or reopen with the reason that was typed."""
    now = datetime.now(UTC)
    try:
        if act == "take_back":
            take_decision_back(review.id, now=now)
        else:
            reason = str(st.session_state.get(f"hoax-{act}-reason-{review.id}") or "")
            end_or_reopen(act, review, reason=reason, now=now)  # type: ignore[arg-type]
    except KentonganError as error:
        st.session_state[SAID] = ("refused", str(error))
    else:
        st.session_state[SAID] = ("done", say(f"hoax_did_{act}", language))
