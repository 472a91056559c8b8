"""Deciding at the hoax desk: two persons apart, what others did meanwhile is told, nothing typed is lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hoax_page import REASONS, REFERENCE, id_of, make_office, open_page, told
from streamlit import cache_data, cache_resource
from streamlit.testing.v1 import AppTest

from casework.incidents.danger_acts import raise_danger
from casework.people import actor_of, find_person
from casework.roles import Actor
from casework.stories import find_story
from casework.verdict_records import Review
from casework.verdicts import list_reviews, read_standing
from dashboard.data import read_settings, shared_casework, shared_store
from dashboard.hoax_acts import give_decision, name_story, take_decision_back
from kentongan.errors import NotAllowed, NotFound
from kentongan.settings import Settings, as_variables

ActAs = Callable[[str], None]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An office that no test changes: each works with a copy."""
    return make_office(tmp_path_factory.mktemp("putus"))


@pytest.fixture
def act_as(office: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ActAs]:
    """An office of its own; what is yielded makes the pages act for somebody else."""
    shutil.copytree(office.data_dir, tmp_path / "kantor")
    settings = msgspec.structs.replace(office, data_dir=tmp_path / "kantor")
    # Which fact-check matches is not asked here: words alone are quicker to load than vectors.
    monkeypatch.setattr("casework.claim_matching.open_vectors", lambda: None)
    for name, value in as_variables(settings).items():
        monkeypatch.setenv(name, value)
    for cache in (cache_data, cache_resource):
        cache.clear()

    def become(person: str) -> None:
        variables = as_variables(Settings(dashboard_person=person))
        monkeypatch.setenv("KENTONGAN_DASHBOARD_PERSON", variables["KENTONGAN_DASHBOARD_PERSON"])
        read_settings.clear()

    yield become
    shared_store().close()
    shared_casework().close()
    for cache in (cache_data, cache_resource):
        cache.clear()


def press(page: AppTest, key: str) -> AppTest:
    """Press the button whose key begins so."""
    return next(one for one in page.button if (one.key or "").startswith(key)).click().run()


def fill(page: AppTest, *, status: str = "false", kind: str | None = "scam", reasons: str = REASONS) -> AppTest:
    """Fill the form of a decision in."""
    chosen = next(one for one in page.selectbox if (one.key or "").startswith("hoax-status-"))
    if chosen.value != status:
        chosen.select(status).run()
    if kind is not None:
        next(one for one in page.selectbox if (one.key or "").startswith("hoax-kind-")).select(kind)
    next(one for one in page.text_area if (one.key or "").startswith("hoax-reasons-")).input(reasons)
    next(one for one in page.text_area if (one.key or "").startswith("hoax-references-")).input(REFERENCE)
    return page


def keys(page: AppTest) -> set[str]:
    return {one.key.rpartition("-")[0] for one in page.button if one.key}


def only_review(person: str) -> Review:
    with shared_casework().read() as session:
        (review,) = list_reviews(session, states=("open", "disagreement", "decided"), actor=actor(person))
        return review


def actor(person: str) -> Actor:
    with shared_casework().read() as session:
        return actor_of(session, find_person(session, person).id, now=datetime.now(UTC))


def status_of(number: int) -> str:
    with shared_casework().read() as session:
        return read_standing(session, id_of(number)).status


def test_an_analyst_finds_the_hoax_and_decides_it_with_a_second_person(act_as: ActAs) -> None:
    page = press(open_page(cari="bansos.example/daftar"), "hoax-open-")
    assert "Pemeriksaan dibuka" in told(page)
    page = press(fill(page), "hoax-do-")
    said = told(page)
    assert "Orang kedua belum melihat pilihan Anda" in said and "Menunggu orang kedua" in said
    assert "hoax-do" not in keys(page) and "hoax-back" in keys(page), "the same person cannot decide twice"
    assert status_of(1) == "under_review"
    act_as("budi")
    page = open_page(keadaan="diperiksa")
    said = told(page)
    assert "tunggu orang kedua" in said and "pilihannya tersembunyi" in said and REASONS not in said
    page = press(fill(page), "hoax-do-")
    said = told(page)
    assert id_of(1) in page.query_params["cerita"], "the story stays open though it left the filter"
    assert "putusan ditetapkan" in said and "✕ salah · penipuan" in said and said.count(REASONS) == 2
    assert status_of(1) == "false"
    assert "tindak-lanjut?bagian=klarifikasi&amp;tentang=story:" in said
    assert "1 ditetapkan" in told(open_page(keadaan="ditetapkan"))


def test_different_decisions_are_both_shown_and_begin_a_new_round(act_as: ActAs) -> None:
    press(fill(press(open_page(cerita=id_of(1)), "hoax-open-")), "hoax-do-")
    act_as("budi")
    page = press(fill(open_page(cerita=id_of(1)), status="true", kind=None), "hoax-do-")
    said = told(page)
    assert "Belum sepakat" in said and "✕ salah" in said and "✓ benar" in said
    act_as("eko")
    page = press(fill(open_page(cerita=id_of(1))), "hoax-do-")
    assert only_review("ani").next_round == 2 and "Menunggu orang kedua" in told(page)


def test_what_two_others_decided_meanwhile_is_told_and_nothing_typed_is_lost(act_as: ActAs) -> None:
    page = fill(press(open_page(cerita=id_of(1)), "hoax-open-"), reasons=f"{REASONS} Menurut saya sendiri.")
    review, now = only_review("ani"), datetime.now(UTC)
    for person in ("budi", "eko"):
        act_as(person)
        give_decision(
            review.id, round=1, words=review.words, status="false", kind="scam", reasons=REASONS,
            references=[REFERENCE], now=now,
        )  # fmt: skip
    act_as("ani")
    page = press(page, "hoax-do-")
    said = told(page)
    assert "sudah ditetapkan" in said and "Sementara itu" in said
    assert "budi memberi keputusan" in said and "eko memberi keputusan" in said
    kept = next(one for one in page.text_area if one.key == "hoax-kept-words")
    assert "Menurut saya sendiri." in kept.value and REFERENCE in kept.value


def test_a_decision_that_is_not_complete_says_what_is_missing_and_stays_typed(act_as: ActAs) -> None:
    page = press(open_page(cerita=id_of(1)), "hoax-open-")
    page = press(fill(page, reasons="Sudah jelas"), "hoax-do-")
    assert "Alasan terlalu pendek" in told(page)
    typed = {(one.key or "").rpartition("-")[0]: one.value for one in page.text_area}
    assert typed["hoax-reasons"] == "Sudah jelas" and typed["hoax-references"] == REFERENCE
    page = press(fill(page), "hoax-do-")
    assert "Keputusan Anda tersimpan" in told(page) and "Alasan terlalu pendek" not in told(page)


def test_a_decision_is_taken_back_a_verdict_withdrawn_and_opened_again(act_as: ActAs) -> None:
    page = press(press(fill(press(open_page(cerita=id_of(1)), "hoax-open-")), "hoax-do-"), "hoax-back-")
    assert "Keputusan Anda ditarik" in told(page)
    page = press(fill(page), "hoax-do-")
    act_as("budi")
    page = press(fill(open_page(cerita=id_of(1))), "hoax-do-")
    assert "Alasan belum diisi" in told(press(page, "hoax-withdraw-do-"))
    reason = next(one for one in page.text_input if (one.key or "").startswith("hoax-withdraw-reason-"))
    reason.input("Dinas membetulkan keterangannya.")
    page = press(page, "hoax-withdraw-do-")
    assert "Putusan dicabut" in told(page) and status_of(1) == "unchecked"
    next(one for one in page.text_input if (one.key or "").startswith("hoax-reopen-reason-")).input("Ada bukti baru.")
    page = press(page, "hoax-reopen-do-")
    assert "dibuka kembali" in told(page) and status_of(1) == "under_review"


def test_leaders_read_and_are_refused_where_the_act_is_done(act_as: ActAs) -> None:
    press(open_page(cerita=id_of(1)), "hoax-open-")
    review = only_review("ani")
    act_as("dewi")
    page = open_page(cerita=id_of(1))
    assert "Peran Anda membaca halaman ini" in told(page) and "Amankan" not in told(page)
    assert not {"hoax-open", "hoax-do", "hoax-close-do", "hoax-case", "hoax-join-do"} & keys(page)
    with pytest.raises(NotAllowed):
        give_decision(review.id, round=1, words=review.words, status="true", kind=None, reasons=REASONS,
                      references=[REFERENCE], now=datetime.now(UTC))  # fmt: skip
    with pytest.raises(NotAllowed):
        take_decision_back(review.id, now=datetime.now(UTC))


def test_stories_are_joined_and_taken_apart_again_with_reasons(act_as: ActAs) -> None:
    page = open_page(cerita=id_of(1))
    next(one for one in page.text_input if (one.key or "").startswith("hoax-join-other-")).input(
        f"http://meja.example/hoaks?cerita={id_of(6)}&bahasa=en"
    )
    assert "harus beralasan" in told(press(page, "hoax-join-do-"))
    next(one for one in page.text_input if (one.key or "").startswith("hoax-join-reason-")).input("Pelakunya sama.")
    page = press(page, "hoax-join-do-")
    assert "Kedua cerita digabung" in told(page)
    with shared_casework().read() as session:
        assert find_story(session, id_of(6)) == find_story(session, id_of(1))
    next(one for one in page.text_input if (one.key or "").startswith("hoax-undo-reason-")).input("Ternyata bukan.")
    page = press(page, "hoax-undo-do-")
    assert "Perubahan dibatalkan" in told(page)
    with shared_casework().read() as session:
        assert find_story(session, id_of(6)) == id_of(6)
    with pytest.raises(NotFound):
        name_story("https://lain.example/bukan-cerita")


def test_complaints_are_tied_to_the_story_and_its_case_is_opened_from_here(act_as: ActAs) -> None:
    page = open_page(cerita=id_of(1))
    next(one for one in page.text_input if (one.key or "").startswith("hoax-link-reason-")).input(
        "Warga menunggu bantuan yang sama."
    )
    page = press(page, "hoax-link-yes-")
    assert "✓" in told(page) and "Warga menunggu bantuan yang sama." in told(page)
    assert "hoax-link-yes" not in keys(page)
    page = next(one for one in page.button if one.key == "hoax-case").click().run()
    assert "Diamankan di KASUS-" in told(page) and "kasus?kasus=KASUS-" in told(page)


def test_a_rumour_of_danger_leaves_the_queue_and_is_asked_of_an_agency_first(act_as: ActAs) -> None:
    with shared_casework().begin() as session:
        asker = actor_of(session, find_person(session, "ani").id, now=datetime.now(UTC))
        raise_danger(
            session, id_of(6), danger="banjir", words="air naik", reasons=["air naik"], region=None, actor=asker,
            now=datetime.now(UTC),
        )  # fmt: skip
    said = told(open_page(cerita=id_of(6)))
    assert "1 kabar bahaya menunggu instansi" in said and "2 terindikasi" in said
    assert "baru dapat diperiksa sesudah dijawab" in said and "insiden?bahaya=" in said
