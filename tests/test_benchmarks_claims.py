"""The claims benchmark measures what it says: edits change words and keep letters, shares are counted right."""

from __future__ import annotations

import random
import statistics

import pytest

from analysis.claims import ClaimMatcher
from benchmarks.claim_edits import EDITED, edit_claim, load_synonyms
from benchmarks.claim_sets import Check, index_checks, split_parts
from benchmarks.claims import (
    ask_both,
    calibration_error,
    edit_questions,
    invented_checks,
    is_hit,
    is_paraphrase,
    measure_invented,
    misses_ratio,
    rank_plainly,
    ratio_figure,
    share_figure,
)
from kentongan.text import normalised_tokens
from samples.simulate_edits import EDITS

CLAIM = "Pemerintah memberikan bantuan uang kepada warga desa karena banjir besar melanda sungai Serayu di Jawa Tengah"
DICTIONARY = {"jv": {"banjir": "bena", "warga": "wong"}, "su": {"banjir": "caah"}, "min": {"banjir": "banjia"}}


@pytest.mark.parametrize("kind", EDITED)
def test_an_edit_is_the_same_each_time_changes_words_and_keeps_some_letters(kind: str) -> None:
    found = {
        edit_claim(CLAIM, kind, random.Random(seed), strength=0.8, words=8, dictionary=DICTIONARY) for seed in range(20)
    }
    again = {
        edit_claim(CLAIM, kind, random.Random(seed), strength=0.8, words=8, dictionary=DICTIONARY) for seed in range(20)
    }
    assert found == again
    assert len(found) > 10
    plain = set(normalised_tokens(CLAIM))
    kept = [len(set(normalised_tokens(text)) & plain) for text in found]
    assert statistics.mean(kept) < 6
    letters = {CLAIM.lower()[at : at + 3] for at in range(len(CLAIM) - 2)}
    for text in found:
        assert text.strip()
        assert letters & {text[at : at + 3] for at in range(len(text) - 2)}


def test_translation_uses_the_dictionary_and_an_unknown_edit_is_refused() -> None:
    text = edit_claim("banjir", "translation", random.Random(1), strength=0.0, words=5, dictionary=DICTIONARY)
    assert text in {"bena", "caah", "banjia"}
    for kind in ("translation", "terbalik"):
        with pytest.raises(ValueError, match=kind):
            edit_claim(CLAIM, kind, random.Random(1), strength=0.5, words=5)


def test_what_judges_is_not_what_trains() -> None:
    assert not set(EDITED) & set(EDITS)
    assert all(word != other for word, other in load_synonyms().items())


def test_a_ranking_counts_groups_once_and_in_the_first_ten_only() -> None:
    groups = {f"{place}{copy}": str(place) for place in range(12) for copy in "ab"}
    ranking = sorted(groups, key=lambda id: (int(id[:-1]), id))
    assert is_hit(ranking, groups, "9")
    assert not is_hit(ranking, groups, "10")
    assert not is_hit(ranking, groups, None)


def test_the_plain_side_is_bm25_over_the_same_words() -> None:
    index = index_checks(invented_checks())
    rank = rank_plainly(index)
    assert all(rank(check.claim)[0] == check.id for check in index)
    assert rank("xyzzy") == []


def test_ratio_share_and_calibration_are_what_they_say() -> None:
    ours, theirs = [True] * 90 + [False] * 10, [True] * 70 + [False] * 30
    value, low, high = misses_ratio(ours, theirs)
    assert value == pytest.approx(1 / 3)
    assert low < value < high
    assert ratio_figure("x", ours, theirs, must=0.7).holds
    assert not ratio_figure("x", theirs, theirs, must=0.7).holds
    easy = [True] * 90 + [False] * 10
    assert not ratio_figure("x", [True] * 100, easy, must=0.7).holds, "outside 60 to 75 % the comparison does not count"
    share = share_figure("x", [True, True, True, False], must="reported")
    assert (share.value, share.detail["of"]) == (0.75, 4)
    assert 0 < share.low < 0.75 < share.high < 1
    assert calibration_error([0.1] * 10, [True] + [False] * 9) == pytest.approx(0)
    assert calibration_error([0.9] * 10, [False] * 10) == pytest.approx(0.9)


def test_orphans_are_not_in_the_index_and_headlines_stand_without_their_claim() -> None:
    checks = [
        Check(id=f"{place:03d}", title=f"judul {place}", claim=f"klaim {place}", year=2023, group=f"{place // 2:03d}")
        for place in range(100)
    ]
    parts = split_parts(checks, random.Random(1))
    index = {check.id: check.claim for check in index_checks(checks, parts)}
    for check in checks:
        assert (check.id in index) == (check.group not in parts.orphans)
        if check.id in index:
            assert ("klaim" in index[check.id]) == (check.id not in parts.headlines)
    assert len(index_checks(checks)) == 100
    assert is_paraphrase(Check(id="a", title="harga beras naik", claim="bahan pangan mahal sekali", year=1, group="a"))


def test_invented_claims_are_missed_less_often_than_by_bm25() -> None:
    (figure,) = measure_invented()
    assert figure.value < 1
    checks = invented_checks()
    matcher = ClaimMatcher(index_checks(checks))
    questions = edit_questions(checks, range(2023, 2025), None, most=20)
    assert {question.kind for question in questions} == {"paraphrase", "slang"}
    ours, theirs = ask_both(matcher, {check.id: check.group for check in checks}, questions)
    assert len(ours) == len(theirs) == len(questions)
