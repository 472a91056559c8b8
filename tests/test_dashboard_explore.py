"""The page Jelajah: what an address shows, what is refused, what survives nonsense, what is kept."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from casework_fixtures import actor, add, migrated_file
from page_world import clear_caches, pages_over
from streamlit.testing.v1 import AppTest

from analysis.series import Stretch
from casework.audit import read_audit
from casework.db import open_casework
from casework.people import first_admin
from casework.roles import SYSTEM
from casework.searches import list_searches
from dashboard.data import shared_casework, shared_store
from dashboard.explore_cards import compare_rows, facet_rows
from dashboard.explore_compare_chart import draw_compare
from dashboard.explore_desk import Compared, alter_search, fold_copies, keep_search, put_away, take_back
from dashboard.explore_query_line import fault_html
from dashboard.explore_saved import words_of_search
from dashboard.explore_view import FACETS, behind_of, filters_of, in_words, query_of, read_view
from kentongan.errors import BadQuery
from kentongan.schema import Annotation, Document, Query, document_id, revision_hash
from kentongan.settings import Settings
from search.open import open_store
from search.query import parse_query

REGIONS = Path(__file__).resolve().parent.parent / "samples" / "regions.csv"
NOW = datetime.now(UTC)
HOSTILE = "<script>alert(1)</script> banjir \u202e\u2066 " + "😀" * 500 + " " + "a" * 100_000


def make(number: int, text: str, *, kind: str = "post", author: str | None = "@bagus_pratama") -> Document:
    return Document(
        id=document_id("guyub.example", f"{kind}-{number}"), kind=kind, publisher="guyub.example",  # type: ignore[arg-type]
        platform="mastodon", native_key=f"{kind}-{number}", source="guyub", text=text, author=author,
        published_at=NOW - timedelta(hours=1 + number), collected_at=NOW, region="99.01.02", sample=True,
    )  # fmt: skip


def draw_page() -> None:
    from dashboard.app_pages.explore import show_explore
    from dashboard.data import read_settings

    show_explore(read_settings(), language="id")


def draw_trends() -> None:
    import streamlit as st

    from dashboard.app_pages.trends import show_trends
    from dashboard.data import read_settings

    show_trends(read_settings(), language="id", sidebar=st.sidebar)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Posts about floods, one of them hostile, and two complaints; the pages act for the analyst ani."""
    folder = tmp_path_factory.mktemp("jelajah") / "var"
    folder.mkdir()
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    settings = Settings(data_dir=folder, regions_file=REGIONS, region="99.01", sign_in="off", dashboard_person="ani")
    posts = [make(0, HOSTILE), *(make(n, f"Jalan banjir nomor {n}") for n in range(1, 6)), make(7, "panen raya meriah")]
    complaints = [make(n, f"Lampu mati sesudah banjir {n}", kind="complaint", author=None) for n in range(2)]
    with open_store(settings) as store:
        store.add([*posts, *complaints])
        store.annotate(
            Annotation(
                document=one.id, task="sentiment", value="negative" if "banjir" in one.text else "positive", by="uji",
                version="1", at=NOW, revision=revision_hash(None, one.text), probabilities={"negative": 0.9},
            )
            for one in posts
        )  # fmt: skip
    with open_casework(settings) as casework:
        with casework.begin() as session:
            actor(first_admin(session, "ratna", name="Ratna", now=NOW))
        add(casework, "ani", "analis")
        add(casework, "citra", "petugas")
    with pages_over(settings):
        yield settings


def draw(page_of: object = draw_page, **address: str) -> AppTest:
    page = AppTest.from_function(page_of, default_timeout=60)  # type: ignore[arg-type]
    for name, value in address.items():
        page.query_params[name] = value
    return page.run()


def told(page: AppTest) -> str:
    assert not page.exception, page.exception
    drawn = [str(one.proto) for one in page.get("bidi_component")]  # type: ignore[union-attr]
    return " ".join([element.body for element in page.get("html")] + drawn)  # type: ignore[union-attr]


def audited(settings: Settings, action: str) -> list[dict[str, object]]:
    with open_casework(settings) as casework, casework.read() as session:
        return [dict(one.detail) for one in read_audit(session, actor=SYSTEM, now=NOW) if one.action == action]


def test_an_address_shows_the_question_its_size_and_how_it_was_read(office: Settings) -> None:
    said = told(draw(kueri="gak banjir ATAU banjir", hari="7"))
    assert "8 dokumen" in said and "dibaca" in said and "gak → tidak" in said
    assert "DATA CONTOH" in said and "2 aduan" in said


def test_a_fault_in_the_query_points_at_its_character_and_says_what_was_expected(office: Settings) -> None:
    said = told(draw(kueri="banjir DAN (jalan"))
    assert "<mark>(</mark>" in said and "diharapkan kurung tutup" in said
    assert "Traceback" not in said
    hostile = fault_html("<b>(", BadQuery("x", position=3))
    assert "<b>" not in hostile and "&lt;b&gt;" in hostile


def test_nonsense_in_the_address_counts_as_no_choice(office: Settings) -> None:
    nonsense = {
        "hari": "99999999999", "langkah": "abad", "mulai": "9999-12-31T23:59:59", "bagian": "../etc", "topik": "<x>",
        "wilayah": "00.00", "sentimen": "marah", "jenis": "surat", "kueri2": " ", "hoaks": "",
    }  # fmt: skip
    view = read_view(nonsense, zone="WIB")
    assert (view.days, view.step, view.start, view.part, view.chosen, view.others) == (14, "day", None, "isi", {}, ())
    assert "9 dokumen" in told(draw(**nonsense))


def test_what_is_chosen_narrows_and_is_written_back_as_a_query_that_means_the_same(office: Settings) -> None:
    view = read_view({"kueri": "banjir ATAU rob", "sentimen": "negative", "wilayah": "99.01.02"}, zone="WIB")
    query = query_of(view, now=NOW, zone="WIB")
    store = shared_store()
    assert store.count(query)[0].count == 6 == store.count(in_words(query))[0].count
    start = NOW.replace(minute=0, second=0, microsecond=0)
    hour = read_view({"hari": "1", "mulai": start.isoformat()}, zone="WIB")
    assert behind_of(hour, query).until == start + timedelta(hours=1)
    assert set(FACETS) == {"topik", "sentimen", "hoaks", "jenis", "wilayah", "sumber", "tagar"}


def test_a_hostile_post_is_shown_as_words_and_its_account_is_masked(office: Settings) -> None:
    said = told(draw(kueri="banjir"))
    assert ">@ba" in said.replace("\\", "") and "bagus_pratama" not in said
    assert "<script>" not in said and "a" * 500 not in said


def test_searching_by_account_shows_nothing_before_the_reason_stands_in_the_audit(office: Settings) -> None:
    for page_of in (draw_page, draw_trends):
        before = len(audited(office, "authors.search"))
        page = draw(page_of, kueri="penulis:bagus_pratama")
        said = told(page)
        assert "mencari menurut akun" in said and "Jalan banjir" not in said and "dokumen, " not in said
        page.text_input(key="author-reason-words").input("singkat")
        page = page.button(key="author-reason-do").click().run()
        assert "Alasannya harus" in told(page) and len(audited(office, "authors.search")) == before
        page.text_input(key="author-reason-words").input("kasus BKT-2026-0001")
        page = page.button(key="author-reason-do").click().run()
        assert "Jalan banjir" in told(page)
        newest = audited(office, "authors.search")[0]
        assert newest["accounts"] == ["bagus_pratama"] and newest["reason"] == "kasus BKT-2026-0001"


def test_searching_by_account_is_refused_in_words_without_the_right(
    office: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KENTONGAN_DASHBOARD_PERSON", "citra")
    clear_caches()
    try:
        said = told(draw(kueri="penulis:bagus_pratama"))
        assert "tidak berhak mencari menurut akun" in said and "Jalan banjir" not in said
    finally:
        monkeypatch.undo()
        shared_casework().close()
        clear_caches()


def test_a_comparison_draws_one_axis_and_says_which_question_has_no_answer(office: Settings) -> None:
    said = told(draw(kueri="banjir", kueri2="panen", kueri3="zzz", bagian="banding"))
    assert "Tidak ada yang cocok dalam rentang ini." in said and "DATA CONTOH" in said
    for letter in "ABC":
        assert f"{letter}</text>" in said
    assert told(draw(kueri="banjir", kueri2="(rob", bagian="banding")).count("tidak ditutup") == 1


def test_lines_break_where_nothing_was_collected_and_every_word_is_escaped() -> None:
    start = datetime(2026, 11, 1, tzinfo=UTC)
    days = [
        Stretch(start=start + timedelta(days=n), counts={"negative": n}, coverage=0.0 if n == 2 else 1.0, collected=9)
        for n in range(5)
    ]
    drawn = draw_compare([days, days], step="day", zone="WIB", language="id")
    assert drawn.count('class="lost"') == 1
    assert drawn.split('<g class="kt-cmp cmp-1"><path d="')[1].partition('"')[0].count("M") == 2
    one = Compared(query=Query(), posts=days, sentiment={"negative": 3, "abstained": 1}, kinds={"post": 4})
    rows = compare_rows([one], ["<img src=x>"], "id")
    assert "<img" not in rows and "75–100 %" in rows
    facets = facet_rows({"sumber": [('"><script>', 3)]}, {}, None, "id", top=5)  # type: ignore[arg-type]
    assert "<script" not in facets


def test_a_search_is_kept_changed_put_away_and_brought_back(office: Settings) -> None:
    question = in_words(filters_of(read_view({"kueri": "banjir ATAU rob", "topik": "health"}, zone="WIB")))
    kept = keep_search("Banjir sehat", question, note="rapat pagi", now=NOW)
    assert words_of_search(kept) == question.text
    assert parse_query(question.text) == parse_query("(banjir ATAU rob) DAN topik:kesehatan")
    changed = alter_search(kept, name="Banjir", note=None, query=Query(text="banjir"), now=NOW)
    assert changed.note == "rapat pagi" and words_of_search(changed) == "banjir"
    away = put_away(changed, now=NOW)
    page = draw(bagian="simpanan")
    assert "Belum ada pencarian tersimpan." in told(page)
    take_back(away, now=NOW)
    page = draw(bagian="simpanan")
    assert "Banjir" in told(page) and "rapat pagi" in told(page)
    with open_casework(office) as casework, casework.read() as session:
        assert [one.name for one in list_searches(session)] == ["Banjir"]
    # Opening it puts its words into the address instead of the filters.
    page = draw(bagian="simpanan", topik="health")
    page.button(key=f"saved-open-{kept.id}").click().run()
    assert page.query_params["kueri"] == "banjir" and "topik" not in page.query_params


def test_the_form_writes_the_query_into_the_address(office: Settings) -> None:
    page = draw(kueri="banjir")
    box = next(one for one in page.text_input if one.label == "Tanpa kata ini")
    box.input("jakarta")
    next(one for one in page.button if one.label == "Tulis dan cari").click().run()
    assert page.query_params["kueri"] == "banjir -jakarta"
    assert not page.exception


def test_posts_that_are_in_no_story_stay_as_they_are(office: Settings) -> None:
    records = list(shared_store().search(Query(text="banjir"), limit=5).records)
    assert [one.record for one in fold_copies(records)] == records
    assert all(one.story is None and one.folded == 0 for one in fold_copies(records))
