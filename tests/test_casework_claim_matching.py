"""Claim matching over a store: what is read of a fact-check, withdrawn ones, vectors that are not there."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from search_documents import make_document
from search_stores import store  # noqa: F401

from casework import claim_matching
from casework.claim_matching import open_claims, open_vectors
from kentongan.schema import Document, Observation, Revision, revision_hash
from models.vectors import load_vectors
from search.store import Store

CLAIM = "Dana bansos Rp2,4 juta untuk warga Tirtamaya cair hari ini dan dapat diambil dengan mendaftar lewat tautan."
POST = "sebarkan!! dana bansos rp2,4 juta buat warga tirtamaya cair hari ini, daftar lewat tautan ini ya"
OTHERS = (
    "Tanggul Waduk Lama retak dan akan jebol malam ini sehingga seluruh warga Randu harus mengungsi.",
    "Perumda Air Tirta Jernih membuka 80 lowongan tanpa tes dengan biaya administrasi Rp250 ribu.",
    "Parkir di seluruh lokasi Sedekah Waduk gratis dua hari penuh.",
    "Vaksin polio di puskesmas Telaga membuat 12 anak lumpuh.",
)


def make_factcheck(number: int, claim: str | None, *, title: str, text: str = "Klaim itu kami periksa.") -> Document:
    facts = {"verdict": "SALAH", "rating": "false"} | ({} if claim is None else {"claim": claim})
    return make_document(number, kind="factcheck", title=title, text=text, facts=facts)


def fill(store: Store) -> Document:  # noqa: F811
    """Five fact-checks; the first is about the bansos claim."""
    first = make_factcheck(0, CLAIM, title="[SALAH] Tautan Pendaftaran Bansos Rp2,4 Juta")
    others = [make_factcheck(n, claim, title="[SALAH] " + claim[:40]) for n, claim in enumerate(OTHERS, start=1)]
    store.add([first, *others, make_document(9, kind="post", text=CLAIM)])
    store.refresh()
    return first


def test_a_post_is_matched_to_its_fact_check_with_verdict_and_the_words_both_have(store: Store) -> None:  # noqa: F811
    first = fill(store)
    matcher = open_claims(store)
    assert (len(matcher), matcher.semantic) == (5, True)
    best, *rest = matcher.match([POST])[0]
    assert (best.id, best.band, best.verdict, best.verdict_raw) == (first.id, "same", "false", "SALAH")
    assert best.title == first.title
    assert best.url == first.url
    assert {"bansos", "tirtamaya", "2,4", "tautan"} <= set(best.shared)
    assert {one.band for one in rest} == {"none"}


def test_a_fact_check_whose_page_is_gone_stays_visible_and_is_never_the_same_claim(store: Store) -> None:  # noqa: F811
    first = fill(store)
    later = first.collected_at + timedelta(days=1)
    store.observe([Observation(document=first.id, at=later, state="gone")])
    store.refresh()
    best = open_claims(store).match([POST])[0][0]
    assert (best.id, best.band, best.withdrawn) == (first.id, "related", True)
    store.observe([Observation(document=first.id, at=later + timedelta(days=1), state="unchanged")])
    store.refresh()
    best = open_claims(store).match([POST])[0][0]
    assert (best.band, best.withdrawn) == ("same", False)


@pytest.mark.parametrize("mark", ["[DITARIK]", "Ralat:", "Dicabut -"])
def test_a_fact_check_whose_headline_now_says_it_was_taken_back_is_never_the_same_claim(
    store: Store,  # noqa: F811
    mark: str,
) -> None:
    first = fill(store)
    title = f"{mark} Tautan Pendaftaran Bansos Rp2,4 Juta"
    revision = Revision(hash=revision_hash(title, first.text), title=title, text=first.text)
    later = first.collected_at + timedelta(days=1)
    store.observe([Observation(document=first.id, at=later, state="changed", revision=revision)])
    store.refresh()
    best = open_claims(store).match([POST])[0][0]
    assert (best.id, best.band, best.withdrawn) == (first.id, "related", True)


def test_a_claim_about_something_withdrawn_is_no_withdrawn_fact_check(store: Store) -> None:  # noqa: F811
    claim = "Uang kertas Rp10 ribu lama ditarik dari peredaran mulai Senin di seluruh pasar Tirtamaya"
    store.add([make_factcheck(0, claim, title=f"[SALAH] {claim}")])
    store.refresh()
    best = open_claims(store).match([claim])[0][0]
    assert (best.withdrawn, best.band) == (False, "same")


def test_a_fact_check_without_a_claim_is_compared_by_headline_and_the_start_of_its_text(store: Store) -> None:  # noqa: F811
    said = "Pesan berantai menyebut bendungan Randu retak 40 meter dan jebol Kamis malam."
    store.add([make_factcheck(0, None, title="[HOAKS] Bendungan Randu Jebol", text=said)])
    store.refresh()
    best = open_claims(store).match(["bendungan randu retak 40 meter katanya jebol kamis malam"])[0][0]
    assert best.band == "same"
    assert {"bendungan", "randu", "40"} <= set(best.shared)


def test_a_checkers_words_match_nothing(store: Store) -> None:  # noqa: F811
    fill(store)
    for text in ("[HOAKS] cek fakta: hoaks!", "HOAX HOAX HOAX"):
        assert all(one.band == "none" and not one.shared for one in open_claims(store).match([text])[0])


def test_an_empty_store_matches_nothing(store: Store) -> None:  # noqa: F811
    matcher = open_claims(store)
    assert len(matcher) == 0
    assert matcher.match([POST, ""]) == [(), ()]


def test_without_the_vectors_file_matching_goes_by_words_and_says_so(
    store: Store,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    first = fill(store)
    monkeypatch.setattr("models.vectors.load_vectors", lambda: load_vectors(tmp_path))
    with caplog.at_level(logging.WARNING, logger=claim_matching.__name__):
        assert open_vectors() is None
        matcher = open_claims(store)
    assert "kata dan huruf saja" in caplog.text
    assert not matcher.semantic
    best = matcher.match([POST])[0][0]
    assert (best.id, best.band) == (first.id, "same")
