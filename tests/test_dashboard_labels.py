"""The page Label: labelling with its keys, settling, the queues, and what hostile text and addresses do to it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from casework_fixtures import actor, add, migrated_file
from page_world import draw_at, pages_over, told
from streamlit.testing.v1 import AppTest

from casework.db import open_casework
from casework.labelling.giving import give_label, next_text, read_progress
from casework.labelling.queue import Wish, draw_batch
from casework.people import first_admin
from casework.roles import Actor
from dashboard.data import shared_casework, shared_store
from dashboard.label_cards import apart_card, text_card
from dashboard.label_desk import load_apart, load_batches, load_progress
from kentongan.schema import Document, Query, document_id
from kentongan.settings import Settings
from search.open import open_store

NOW = datetime.now(UTC).replace(microsecond=0)
HOSTILE = "<script>alert(1)</script> <img src=x> \u202ekanan ke kiri " + "panjang" * 2_000 + " 😀" * 500
PEOPLE: dict[str, Actor] = {}


def draw_page() -> None:
    from dashboard.app_pages.labels import show_labels
    from dashboard.data import read_settings

    show_labels(read_settings(), language="id")


def post(number: int, text: str, *, source: str = "satu") -> Document:
    return Document(
        id=document_id("contoh.example", str(number)), kind="post", publisher="contoh.example", platform="web",
        native_key=str(number), source=source, text=text, published_at=NOW, collected_at=NOW, author="@rahasia",
        sample=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """An installation whose pages act for a researcher, with a queue of ten texts and one of a hostile text."""
    folder = tmp_path_factory.mktemp("label") / "var"
    folder.mkdir()
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    settings = Settings(data_dir=folder, sign_in="off", dashboard_person="eka")
    with open_store(settings) as store, open_casework(settings) as casework:
        store.add([*(post(number, f"Kabar nomor {number} {'abcdefghij'[number] * 4}") for number in range(10))])
        store.add([post(99, HOSTILE, source="jahat")])
        store.refresh()
        with casework.begin() as session:
            first_admin(session, "ratna", name="Ratna", now=NOW)
        for name, role in (("eka", "peneliti"), ("ani", "analis"), ("sari", "peneliti")):
            PEOPLE[name] = actor(add(casework, name, role))  # type: ignore[arg-type]
        with casework.begin() as session:
            for source, size in (("jahat", 1), ("satu", 10)):
                wish = Wish(task="sentiment", size=size, query=Query(sources=(source,)), name=source)
                draw_batch(session, store, wish, settings=settings, actor=PEOPLE["eka"], now=NOW)
    with pages_over(settings):
        yield settings


draw = partial(draw_at, draw_page)


def button(page: AppTest, key: str) -> Any:
    return next(one for one in page.button if one.key == key)


def batch_named(name: str) -> str:
    return str(next(one.id for one in load_batches() if one.name == name))


def mine(batch: str) -> int:
    with shared_casework().read() as session:
        return read_progress(session, int(batch), person=PEOPLE["eka"].id).mine


def test_a_key_labels_and_goes_on_another_takes_back_and_nothing_is_lost(office: Settings) -> None:
    batch = batch_named("satu")
    page = draw(antrean=batch)
    first = told(page)
    assert "DATA CONTOH" in first and "@rahasia" not in first and "Bagaimana perasaan" in first
    note = next(one for one in page.text_input if one.key and one.key.startswith("label-note-"))
    note.input("sindiran")
    button(page, "label-give-negative").click().run()
    assert mine(batch) == 1 and told(page) != first
    # Loaded anew it goes on where it was.
    page = draw(antrean=batch)
    button(page, "label-undo").click().run()
    assert mine(batch) == 0
    skipped = told(page)
    button(page, "label-skip").click().run()
    assert told(page) != skipped and mine(batch) == 0
    button(page, "label-unsure").click().run()
    assert mine(batch) == 1
    button(page, "label-undo").click().run()


def test_a_researcher_labels_sees_agreement_and_settles(office: Settings) -> None:
    batch = batch_named("satu")
    page = draw(antrean=batch)
    for number in range(10):
        button(page, f"label-give-{'negative' if number % 2 else 'positive'}").click().run()
    assert "Tidak ada lagi yang perlu Anda labeli" in told(page)
    store = shared_store()
    with shared_casework().begin() as session:
        for number in range(10):
            text = next_text(session, store, int(batch), person=PEOPLE["ani"].id)
            assert text is not None
            value = "neutral" if number == 0 else ("negative" if text.place % 2 == 0 else "positive")
            give_label(session, text.id, value=value, actor=PEOPLE["ani"], now=NOW)
    agreed = told(draw(antrean=batch, bagian="agree"))
    assert "alpha Krippendorff" in agreed and "Pelabel A" in agreed and "10 teks dilabeli dua orang" in agreed
    assert PEOPLE["ani"].username not in agreed.replace("antara", "")
    page = draw(antrean=batch, bagian="settle")
    far = load_progress(int(batch))
    assert f"{far.ready} teks dilabeli sama" in told(page) and far.apart >= 1
    button(page, "label-settle-equal").click().run()
    (first, *_) = load_apart(int(batch))
    next(one for one in page.selectbox if one.key == f"label-value-{first.text.id}").set_value("neutral")
    button(page, f"label-do-{first.text.id}").click().run()
    after = load_progress(int(batch))
    assert (after.settled, after.ready) == (far.ready + 1, 0)
    page = draw(antrean=batch, bagian="queue")
    button(page, "label-export").click().run()
    assert not page.exception
    from dashboard.label_desk import export_file

    rows = [json.loads(line) for line in export_file("sentiment", now=NOW).splitlines()]
    assert len(rows) == after.settled and all("rahasia" not in json.dumps(row) for row in rows)


def test_a_queue_is_drawn_from_the_page_and_refused_in_words(office: Settings) -> None:
    page = draw(bagian="queue")
    next(one for one in page.selectbox if one.key == "label-new-task").set_value("language")
    next(one for one in page.text_input if one.key == "label-new-name").input("Bahasa kampung")
    button(page, "label-new-do").click().run()
    assert "Bahasa kampung" in told(page)
    page = draw(bagian="queue")
    next(one for one in page.text_input if one.key == "label-new-source").input("tidak-ada")
    button(page, "label-new-do").click().run()
    assert "Tidak ada teks yang dapat ditarik." in told(page)


def test_hostile_text_is_words_and_nonsense_addresses_count_as_no_choice(office: Settings) -> None:
    with shared_casework().read() as session:
        text = next_text(session, shared_store(), int(batch_named("jahat")), person=PEOPLE["sari"].id)
        far = read_progress(session, int(batch_named("jahat")), person=None)
    assert text is not None
    drawn = text_card(text, far, "id", task="sentiment")
    assert "<script" not in drawn and "<img" not in drawn and "&lt;script&gt;" in drawn and len(drawn) < 4_000
    assert "<script" not in apart_card(make_apart(text), "id", task="sentiment")
    for address in ({"antrean": "x'--"}, {"antrean": "999999", "bagian": "<b>"}, {"bagian": "agree", "antrean": "-1"}):
        assert "<h1>Label</h1>" in told(draw(**address))


def make_apart(text: Any) -> Any:
    from casework.labelling.records import Disagreement

    return Disagreement(text=text, said=(("p1", "negative", "<script>x</script>"), ("p2", None, None)))


def test_whoever_is_nobody_reads_and_cannot_label(office: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboard import data, visitor

    def nobody() -> Settings:
        return Settings(data_dir=office.data_dir, sign_in="off")

    for module in (data, visitor):
        monkeypatch.setattr(module, "read_settings", nobody)
    page = draw(antrean=batch_named("jahat"))
    assert "Halaman ini hanya untuk dibaca." in told(page)
    assert not [one for one in page.button if one.key and one.key.startswith("label-give")]
