"""Claim matching: what is found, why, what odd input gives, and laws that hold for any text."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.claim_index import K1, B, TermIndex
from analysis.claim_scores import RELATED, SAME, choose_band
from analysis.claim_text import (
    canonical_terms,
    consonant_terms,
    letter_terms,
    read_numbers,
    read_words,
    strip_affixes,
)
from analysis.claims import ClaimMatcher, FactCheck
from kentongan.text import normalised_tokens
from models.vectors import load_vectors
from samples.simulate_claims import CLAIMS

CHECKS = (
    FactCheck(
        id="bansos", title="[SALAH] Tautan bansos", verdict="false", verdict_raw="SALAH",
        claim="Tautan bansos. Dana bansos Rp2,4 juta untuk warga Tirtamaya cair hari ini lewat tautan",
    ),
    FactCheck(id="tanggul", title="Tanggul", claim="Tanggul Waduk Lama retak 40 meter, akan jebol malam ini di Randu"),
    FactCheck(id="vaksin", title="Vaksin", claim="Vaksin polio di puskesmas Telaga membuat 12 anak lumpuh"),
    FactCheck(id="beras", title="Beras", claim="Beras plastik beredar di pasar Semarang, tidak basi setelah tiga hari"),
    FactCheck(id="air", title="Air", claim="Air ledeng mengandung racun tikus, ratusan warga dirawat di rumah sakit"),
)  # fmt: skip


@pytest.fixture(scope="module")
def matcher() -> ClaimMatcher:
    return ClaimMatcher(CHECKS, embed=load_vectors())


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("dana bansos rp2,4 juta buat warga tirtamaya cair hari ini, daftar lewat tautan", "bansos"),
        ("WASPADA!! tnggul wduk lma retak 40 mtr akn jbol mlm ini di rndu", "tanggul"),
        ("vaksin polio ning puskesmas telaga marai 12 bocah lumpuh", "vaksin"),
        ("bareh plastik tasebar di pasa semarang, indak basi sasudah tigo hari", "beras"),
        ("banyu ledeng ngemot racun tikus, atusan warga dirawat neng griya sakit", "air"),
    ],
    ids=["passed on", "vowels lost", "Javanese", "Minang", "Javanese synonyms"],
)
def test_an_edited_claim_finds_its_fact_check_first(matcher: ClaimMatcher, text: str, id: str) -> None:
    best, *rest = matcher.match([text])[0]
    assert best.id == id
    assert best.band != "none"
    assert all(one.score < best.score for one in rest)


def test_a_claim_in_its_own_words_is_the_same_claim_and_carries_the_verdict(matcher: ClaimMatcher) -> None:
    best = matcher.match([CHECKS[0].claim])[0][0]
    assert (best.band, best.verdict, best.verdict_raw, best.title) == (
        "same",
        "false",
        "SALAH",
        "[SALAH] Tautan bansos",
    )
    assert best.shared[0] in {"bansos", "tirtamaya", "2,4", "tautan", "dana", "cair", "juta", "rp"}


@pytest.mark.parametrize(
    "text",
    [
        "Selamat pagi, semoga hari ini menyenangkan untuk kita semua",
        "jadwal kereta ke bandung jam berapa ya min?",
        "gol kedua timnas cantik sekali, lanjutkan!",
    ],
)
def test_a_post_on_something_else_is_nothings_same_claim(matcher: ClaimMatcher, text: str) -> None:
    assert {one.band for one in matcher.match([text])[0]} == {"none"}


@pytest.mark.parametrize("text", ["", " \n", "https://contoh.id/berita/1", "@warga 🙏🙏", "HOAKS", "..."])
def test_a_text_without_a_word_to_compare_matches_nothing(matcher: ClaimMatcher, text: str) -> None:
    assert matcher.match([text]) == [()]


def test_one_word_is_never_the_same_claim(matcher: ClaimMatcher) -> None:
    for word in ("bansos", "tanggul", "vaksin polio"):
        assert all(one.band != "same" for one in matcher.match([word])[0])


def test_a_text_of_a_hundred_thousand_characters_is_matched_by_what_it_says_first(matcher: ClaimMatcher) -> None:
    best = matcher.match([CHECKS[1].claim + " lain" * 25_000])[0][0]
    assert best.id == "tanggul"
    assert matcher.match(["a" * 100_000])[0][0].band == "none"


def test_a_fact_check_without_words_is_no_obstacle() -> None:
    matcher = ClaimMatcher([*CHECKS, FactCheck(id="kosong", title="🙏", claim="🙏")])
    assert matcher.match([CHECKS[2].claim])[0][0].id == "vaksin"
    assert ClaimMatcher([]).match([CHECKS[2].claim]) == [()]
    assert ClaimMatcher([FactCheck(id="x", title="x", claim="")]).match(["apa saja"])[0][0].band == "none"


def test_a_withdrawn_fact_check_is_found_but_never_the_same_claim() -> None:
    gone = FactCheck(id="bansos", title="Bansos", claim=CHECKS[0].claim, withdrawn=True)
    best = ClaimMatcher([gone, *CHECKS[1:]]).match([CHECKS[0].claim])[0][0]
    assert (best.id, best.band, best.withdrawn) == ("bansos", "related", True)
    assert best.score >= SAME


def test_bands_follow_the_probability_and_the_words_said() -> None:
    bands = [
        choose_band(score, said=9, withdrawn=False) for score in (0.0, RELATED - 0.01, RELATED, SAME - 0.01, SAME, 1)
    ]
    assert bands == ["none", "none", "related", "related", "same", "same"]
    assert choose_band(1.0, said=2, withdrawn=False) == "related"
    assert choose_band(1.0, said=9, withdrawn=True) == "related"


def test_an_id_twice_or_no_match_asked_for_is_refused(matcher: ClaimMatcher) -> None:
    with pytest.raises(ValueError, match="twice"):
        ClaimMatcher([CHECKS[0], CHECKS[0]])
    with pytest.raises(ValueError, match="top"):
        matcher.match(["banjir"], top=0)


def test_shared_words_are_numbers_and_places_too_rarest_first(matcher: ClaimMatcher) -> None:
    shared = matcher.match(["tanggul waduk lama di randu retak 40 meter dan jebol"])[0][0].shared
    assert {"tanggul", "waduk", "randu", "40", "meter", "jebol"} <= set(shared)
    assert not {"di", "dan", "akan"} & set(shared)
    weights = [matcher.words.weight_of(word) for word in shared]
    assert weights == sorted(weights, reverse=True)


WORDS = sorted(
    {word for check in CHECKS for word in check.claim.split()} | {"yang", "hujan", "2,4", "https://a.id", "#viral"}
)


@settings(max_examples=40, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS), max_size=12), company=st.text(max_size=40), top=st.integers(1, 6))
def test_matches_are_ordered_probabilities_with_reasons_that_both_texts_show(
    matcher: ClaimMatcher, words: list[str], company: str, top: int
) -> None:
    text = " ".join(words)
    found, _ = matcher.match([text, company], top=top)
    assert len(found) <= top
    assert found == matcher.match([text], top=top)[0]
    assert all(0 <= one.score <= 1 for one in found)
    assert all(one.score >= other.score for one, other in pairwise(found))
    claims = {check.id: normalised_tokens(check.claim) for check in CHECKS}
    for one in found:
        assert set(one.shared) <= set(normalised_tokens(text)) & set(claims[one.id])


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=200))
def test_any_text_is_matched_without_a_crash(matcher: ClaimMatcher, text: str) -> None:
    for one in matcher.match([text])[0]:
        assert math.isfinite(one.score)


@settings(max_examples=40, deadline=None)
@given(
    texts=st.lists(st.lists(st.sampled_from("abcde"), max_size=8), min_size=1, max_size=6),
    asked=st.lists(st.sampled_from("abcdef"), max_size=4),
)
def test_scores_are_bm25_as_it_is_written(texts: list[list[str]], asked: list[str]) -> None:
    found, mass = TermIndex(texts, lambda word: (word,), prior=0).score(asked)
    average = max(1.0, sum(map(len, texts)) / len(texts))

    def weight(word: str) -> float:
        holders = sum(word in text for text in texts)
        return math.log(1 + (len(texts) - holders + 0.5) / (holders + 0.5))

    for text, score in zip(texts, found, strict=True):
        counts = Counter(text)
        norm = K1 * (1 - B + B * len(text) / average)
        wanted = sum(weight(word) * counts[word] * (K1 + 1) / (counts[word] + norm) for word in set(asked) & set(text))
        assert score == pytest.approx(wanted, rel=1e-5, abs=1e-6)
    assert mass == pytest.approx(sum(map(weight, set(asked))))


def test_a_word_is_looked_for_in_all_its_forms() -> None:
    assert canonical_terms("banyu") == ("banyu", "air")
    assert canonical_terms("air") == ("air",)
    assert {strip_affixes(word) for word in ("mengunggah", "diunggah", "unggahan", "ngeunggah")} == {"unggah"}
    assert consonant_terms("dengan") == consonant_terms("dngan") == ("dngn",)
    assert consonant_terms("air") == ()
    assert len(set(letter_terms("bendungan")) & set(letter_terms("bendngan"))) > 6
    assert letter_terms("2021") == ("_2021_",)


def test_links_accounts_and_verdicts_are_not_compared() -> None:
    assert read_words("HOAKS! Cek Fakta: banjir di https://a.id/x kata @warga #Semarang") == [
        "banjir", "di", "kata", "semarang",
    ]  # fmt: skip
    assert read_numbers(["2.400", "2400", "rp"]) == {"2400"}


def test_without_vectors_invented_claims_still_find_themselves() -> None:
    checks = [FactCheck(id=f"{place:02d}", title=one.subject, claim=one.sentence) for place, one in enumerate(CLAIMS)]
    matcher = ClaimMatcher(checks)
    assert not matcher.semantic
    found = matcher.match([one.sentence.lower().replace("warga", "wrga") for one in CLAIMS], top=1)
    assert np.mean([ones[0].id == check.id for ones, check in zip(found, checks, strict=True)]) == 1
