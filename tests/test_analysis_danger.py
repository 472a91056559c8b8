"""Which texts are a rumour of danger: measured on both sets of frames, and what sets the rules apart."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from danger_frames import SET_ASIDE, TUNED
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.danger import DANGERS, ORDER, find_danger
from analysis.danger_words import EVENTS, PAIRS
from casework.incidents.records import KINDS

PRECISION, RECALL = 0.95, 0.9
"""What both sets must keep; what was reached stands in docs/incidents.md."""


def measure(frames: Sequence[tuple[str, str | None]]) -> tuple[float, float, float]:
    """Precision and recall of being a danger at all, and the share of dangers told rightly."""
    found = [(find_danger(text), wanted) for text, wanted in frames]
    raised = [(claim, wanted) for claim, wanted in found if claim is not None]
    right = [(claim, wanted) for claim, wanted in raised if wanted is not None]
    dangers = sum(wanted is not None for _, wanted in found)
    told = sum(claim.danger == wanted for claim, wanted in right)
    return len(right) / len(raised), len(right) / dangers, told / len(right)


@pytest.mark.parametrize("frames", [TUNED, SET_ASIDE], ids=["tuned", "set-aside"])
def test_rumours_of_danger_are_found_and_told_from_what_only_sounds_like_one(
    frames: Sequence[tuple[str, str | None]],
) -> None:
    precision, recall, told = measure(frames)
    assert precision >= PRECISION and recall >= RECALL and told >= RECALL


@pytest.mark.parametrize(
    ("danger", "nothing"),
    [
        ("Tanggul Randu jebol, warga mengungsi", "Tanggul Randu tidak jebol, warga tenang"),
        ("Banjir di pasar sejak tadi pagi", "Banjir diskon di pasar sejak tadi pagi"),
        ("Gempa barusan di Randu, lari keluar", "Simulasi gempa barusan di Randu, lari keluar"),
        ("Gempa barusan merobohkan rumah di Randu", "Gempa barusan merobohkan rumah di Jepang"),
        ("Kebakaran di pasar Randu, api membesar", "Tahun 2012 kebakaran di pasar Randu, api membesar"),
        ("Longsor menutup jalan ke Telaga", "Semoga longsor tidak menutup jalan ke Telaga"),
        ("Banjir masuk rumah malam ini di Kapuk", "Setiap hujan banjir masuk rumah malam hari di Kapuk"),
    ],
)
def test_the_same_words_claim_nothing_where_they_are_denied_rehearsed_past_wished_away_or_elsewhere(
    danger: str, nothing: str
) -> None:
    assert find_danger(danger) is not None
    assert find_danger(nothing) is None


def test_a_question_whether_it_is_true_is_a_rumour_and_marked_as_one() -> None:
    asked = find_danger("Benarkah tanggul Waduk Lama jebol? Ramai sekali di grup RT")
    assert asked is not None and asked.danger == "bendungan" and asked.asks
    said = find_danger("Tanggul Waduk Lama jebol, kampung kami kebanjiran, tolong!")
    assert said is not None and not said.asks and said.local and said.urgent
    assert said.reasons == ("waduk", "jebol")


def test_every_danger_has_words_an_order_and_a_kind_of_incident() -> None:
    assert set(DANGERS) == set(EVENTS) == set(PAIRS) == set(ORDER)
    assert set(DANGERS) <= set(KINDS)


@settings(max_examples=60)
@given(st.text(max_size=300))
def test_any_text_is_judged_without_failing_and_the_same_twice(text: str) -> None:
    assert find_danger(text) == find_danger(text)
    assert find_danger(text + " " * 5000) == find_danger(text.rstrip() if len(text) > 4000 else text)
