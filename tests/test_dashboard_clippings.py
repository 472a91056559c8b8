"""The page of clippings: what it shows, what its form changes, what is refused, what goes out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import clipping_articles as world
import pytest
from casework_fixtures import actor, add, migrated_file
from page_world import clear_caches, told
from streamlit.testing.v1 import AppTest

from casework.clippings.message import clipping_text
from casework.clippings.records import ClippingItem
from casework.db import open_casework
from casework.people import first_admin
from dashboard.clipping_cards import item_body, item_rows, tone_chip
from dashboard.clipping_desk import correct, load_clipping, make_edition, write_pdf, write_text
from dashboard.data import shared_casework, shared_store
from kentongan.errors import Conflict
from kentongan.settings import Settings, as_variables
from search.open import open_store

HOSTILE = world.article(
    "jahat", "<script>alert(1)</script> Bupati Tirtamaya", "Bupati Tirtamaya <img src=x> hadir.", at=world.hour(10.5),
    url="javascript:alert(1)",
)  # fmt: skip


def draw_page() -> None:
    from dashboard.app_pages.clippings import show_clippings
    from dashboard.data import read_settings

    show_clippings(read_settings(), language="id")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """An installation of Tirtamaya whose pages act for an analyst; its noon edition is made."""
    folder = tmp_path_factory.mktemp("kliping") / "var"
    folder.mkdir()
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    regions = folder / "regions.csv"
    regions.write_text(
        "code,level,parent,name,population,lat,lon,aliases\n99,provinsi,,Provinsi Contoh,,,,\n"
        "99.01,kabkota,99,Kabupaten Tirtamaya,,,,\n99.01.02,kecamatan,99.01,Randu,,,,\n",
        encoding="utf-8",
    )
    settings = Settings(data_dir=folder, region="99.01", regions_file=regions, sign_in="off", dashboard_person="ani")
    with open_store(settings) as store:
        store.add([*world.day_of_news(), HOSTILE])
        store.annotate(world.labels(world.day_of_news()))
    with open_casework(settings) as casework:
        with casework.begin() as session:
            admin = actor(first_admin(session, "ratna", name="Ratna Dewi", now=world.NOW))
            world.add_agencies(session, actor=admin, now=world.NOW)
        add(casework, "ani", "analis")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in as_variables(settings).items():
            patch.setenv(name, value)
        clear_caches()
        make_edition(world.DAY, "siang", now=world.NOW)
        yield settings
        shared_store().close()
        shared_casework().close()
        clear_caches()


def draw(**address: str) -> AppTest:
    page = AppTest.from_function(draw_page, default_timeout=60)
    for name, value in {"hari": world.DAY.isoformat(), "edisi": "siang", **address}.items():
        page.query_params[name] = value
    return page.run()


def item_named(words: str) -> ClippingItem:
    view = load_clipping(world.DAY, "siang", now=world.NOW)
    assert view is not None
    return next(item for item in view.edition.items if words in item.title)


def test_the_page_shows_counts_and_the_chosen_item_with_why_it_is_there(office: Settings) -> None:
    drug = item_named("Obat")
    page = draw(berita=str(drug.id))
    said = told(page)
    assert "terindikasi negatif 0,91" in said and "menyebut Dinas Kesehatan" in said
    assert "Diusulkan: perlu klarifikasi" in said and "DATA CONTOH" in said
    assert drug.quote in said
    assert told(draw(edisi="pagi")).count("Edisi ini belum disusun.") == 1


def test_the_form_saves_what_changed_and_an_old_look_is_refused(office: Settings) -> None:
    seen = item_named("Harga Beras")
    key = f"{seen.id}-{seen.version}"
    page = draw(berita=str(seen.id))
    next(one for one in page.text_input if one.key == f"clip-note-{key}").input("Sudah dibalas.")
    next(one for one in page.button if one.key == f"clip-save-{key}").click().run()
    now = item_named("Harga Beras")
    assert now.note == "Sudah dibalas." and now.decided == seen.decided == ()
    page = draw(berita=str(now.id))
    key = f"{now.id}-{now.version}"
    next(one for one in page.button if one.key == f"clip-confirm-{key}").click().run()
    confirmed = item_named("Harga Beras")
    assert confirmed.decided == ("topic",), "the topic was confirmed; a tone nobody knows was not"
    with pytest.raises(Conflict):
        correct(seen, {"note": "Terlambat."}, now=world.NOW)


def test_foreign_words_are_shown_as_words_and_only_web_addresses_are_links(office: Settings) -> None:
    hostile = item_named("Bupati")
    drawn = item_body(hostile, "id", zone="WIB") + item_rows([hostile], "id", chosen=None, zone="WIB")
    assert "<script" not in drawn and "<img" not in drawn and "javascript:" not in drawn
    assert "&lt;script&gt;" in drawn


def test_a_machine_suspects_in_dashes_and_a_person_decides_in_a_solid_line(office: Settings) -> None:
    suspected = item_named("Obat")
    assert "machine" in tone_chip(suspected, "id") and "terindikasi" in tone_chip(suspected, "id")
    decided = correct(suspected, {"tone": "negative"}, now=world.NOW)
    assert "machine" not in tone_chip(decided, "id") and "terindikasi" not in tone_chip(decided, "id")


def test_the_page_writes_what_the_command_writes(office: Settings, tmp_path: Path) -> None:
    view = load_clipping(world.DAY, "siang", now=world.NOW)
    assert view is not None
    assert write_text(view.edition) == clipping_text(view.edition)
    assert write_pdf(view.edition, now=world.NOW) == write_pdf(view.edition, now=world.NOW)
    page = draw()
    assert clipping_text(view.edition) in [one.value for one in page.code]
