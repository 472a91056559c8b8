"""Stances: denials and questions around a quoted message are told from passing it on, planted and invented ones."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stance_frames import (
    LATER_QUESTIONS,
    LATER_REBUTTALS,
    LATER_SPREADING,
    MESSAGES,
    OPEN,
    QUESTIONS,
    REBUTTALS,
    SPREADING,
)

from analysis.quotations import cut_quotation, read_sentences
from analysis.stance import MAX_CHARACTERS, judge_stance
from samples.simulate import Plan, plan_truth, simulate

MESSAGE = MESSAGES[0]


def values(frames: tuple[str, ...], *, known: bool) -> Counter[str]:
    """How often each stance comes out of the frames around every message."""
    return Counter(
        judge_stance(frame.replace("{}", message), message if known else None).value
        for frame in frames
        for message in MESSAGES
    )


def share(found: Counter[str], value: str) -> float:
    return found[value] / found.total()


def test_a_denial_around_a_quoted_message_is_never_passing_it_on() -> None:
    found = values(REBUTTALS + LATER_REBUTTALS, known=True)
    assert found.total() > 280
    assert found["spreads"] == 0
    assert share(found, "rebuts") > 0.97


def test_without_the_message_hardly_a_denial_is_taken_for_passing_on() -> None:
    assert share(values(REBUTTALS + LATER_REBUTTALS, known=False), "spreads") < 0.07


def test_questions_are_asked_and_seldom_taken_for_passing_on() -> None:
    assert share(values(QUESTIONS + LATER_QUESTIONS, known=True), "asks") > 0.97
    assert share(values(QUESTIONS + LATER_QUESTIONS, known=False), "spreads") < 0.07


@pytest.mark.parametrize("known", [True, False])
def test_assurances_hearsay_and_calls_to_share_go_on_spreading(known: bool) -> None:
    assert values(SPREADING + LATER_SPREADING, known=known).keys() == {"spreads"}


def test_doubt_amusement_and_hearsay_are_unclear_and_never_denials() -> None:
    assert share(values(OPEN, known=True), "unclear") > 0.9
    assert values(OPEN, known=True)["rebuts"] == values(OPEN, known=False)["rebuts"] == 0


@pytest.mark.parametrize("known", [True, False])
def test_planted_debunks_come_out_as_spreading_at_most_once_in_a_hundred(known: bool) -> None:
    plan = Plan(seed=4711, posts=9_000, days=10, story_share=0.3)
    claims = {story.id: story.text for story in plan_truth(plan).stories}
    found: dict[str, Counter[str]] = {}
    for one in simulate(plan):
        if one.truth.story is not None and one.truth.stance is not None:
            claim = claims[one.truth.story] if known else None
            found.setdefault(one.truth.stance, Counter())[judge_stance(one.document.text, claim).value] += 1
    assert found["rebuts"].total() > 120
    assert share(found["rebuts"], "spreads") <= 0.01
    assert share(found["spreads"], "spreads") >= 0.98
    assert share(found["asks"], "spreads") <= (0.02 if known else 0.05)
    if known:
        assert share(found["unclear"], "spreads") <= 0.05


def test_cues_inside_the_quoted_message_do_not_count() -> None:
    claim = (
        "Vaksin di balai desa ternyata palsu, jangan percaya petugas, ini bukan hoaks, sudah terbukti di desa sebelah."
    )
    assert judge_stance(f"Sebarkan ke semua warga ya. {claim}", claim).value == "spreads"
    assert judge_stance(f"Hoaks. {claim}", claim).value == "rebuts"


def test_a_changed_word_inside_the_quotation_is_no_remark_about_it() -> None:
    changed = MESSAGE.replace("tercemar", "bohong")
    assert judge_stance(changed, MESSAGE).value == "spreads"


def test_a_copy_of_a_denial_denies_also_where_the_denial_is_the_known_message() -> None:
    denial = f"HOAKS! Pesan berikut tidak benar, sudah dibantah PDAM. {MESSAGE}"
    assert judge_stance(denial, denial).value == "rebuts"
    assert judge_stance(MESSAGE, denial).value == "spreads"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Ini hoaks.", "rebuts"),
        ("Ini bukan hoaks.", "spreads"),
        ("Ini hoaks bukan?", "asks"),
        ("Katanya ini hoaks", "unclear"),
        ("Katanya ini hoaks, padahal benar", "spreads"),
        ("Mungkin ini hoaks", "unclear"),
        ("Kata polres ini hoaks", "rebuts"),
        ("Kabar itu tidak benar", "rebuts"),
        ("Kabar itu belum tentu benar", "unclear"),
        ("Kabar itu benar tidak?", "asks"),
        ("Penyebar hoaks ditangkap polisi di Randu kemarin sore", "spreads"),
        ("Ijazahnya ternyata palsu menurut warga sekitar", "spreads"),
        ("Jangan percaya sama calon yang suka bagi uang", "spreads"),
    ],
)
def test_negation_hearsay_and_who_is_spoken_of_decide(text: str, value: str) -> None:
    assert judge_stance(text).value == value


def test_the_words_that_decided_are_named() -> None:
    assert judge_stance(f"Ora bener iki lur. {MESSAGE}", MESSAGE).reasons == ("ora benar",)
    assert judge_stance(MESSAGE, MESSAGE).reasons == ()


@pytest.mark.parametrize("text", ["", "   ", "https://a.example/b", "🙏🙏", "@admin"])
def test_a_text_without_words_is_unclear(text: str) -> None:
    assert judge_stance(text).value == "unclear"
    assert judge_stance(text, MESSAGE).value == "unclear"


@pytest.mark.parametrize(
    "text", ["banjir", "hoaks", "benarkah", "?", "\ud800", "x" * 100_000, "hoaks " * 20_000, "? " * 50_000]
)
def test_odd_texts_are_judged_alone_and_against_each_other(text: str) -> None:
    assert judge_stance(text).value in {"spreads", "rebuts", "asks", "unclear"}
    assert judge_stance(text, text).value in {"spreads", "rebuts", "asks", "unclear"}
    assert judge_stance(MESSAGE, text).value in {"spreads", "unclear"}


def test_a_frame_is_found_at_either_end_of_a_long_text_and_what_is_read_is_bounded() -> None:
    story = " ".join(f"Warga ke {number} menceritakan kejadian di pasar." for number in range(3_000))
    assert len(story) > MAX_CHARACTERS
    assert judge_stance(f"Pesan ini hoaks. {story}").value == "rebuts"
    assert judge_stance(f"{story} Pesan di atas tidak benar.").value == "rebuts"
    assert judge_stance(story).value == "spreads"


@given(st.text(max_size=300), st.text(max_size=300))
def test_what_is_left_of_a_quotation_is_never_more_than_the_text(text: str, message: str) -> None:
    sentences = read_sentences(text)
    words = [word for one in sentences for word in one.words]
    left = [word for one in cut_quotation(sentences, message) for word in one.words]
    assert not Counter(left) - Counter(words)
    assert judge_stance(text, message).value in {"spreads", "rebuts", "asks", "unclear"}
