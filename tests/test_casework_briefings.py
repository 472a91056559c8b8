"""The morning briefing: every number is a figure that can be asked again, on both stores; words from a person."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from briefing_world import BEFORE, COPIES, DAY, POSTS, SUSPECTS, Morning, bare_morning, morning, post, read_paper
from casework_fixtures import NOW, migrated_file, migrated_postgres  # noqa: F401
from postgres_server import new_database
from search_stores import elastic_store, embedded_store

from casework.briefings.content import compose, encode_content, quote, words_of
from casework.briefings.html import make_page
from casework.briefings.making import recompute_briefing
from casework.briefings.records import Briefing, find_briefing
from casework.briefings.writing import period_of
from casework.figures import ABSENT, Figure, decode_figure, encode_figure
from kentongan.errors import BadQuery, Conflict, KentonganError, NotAllowed
from kentongan.numbers import format_number
from kentongan.settings import Settings

BASE = "https://pantau.contoh.example"


@pytest.fixture(scope="module", params=["embedded", "elasticsearch"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Morning, Briefing]]:  # fmt: skip
    """The same morning on SQLite with the embedded store, and on PostgreSQL with Elasticsearch."""
    folder = tmp_path_factory.mktemp("pagi")
    if request.param == "embedded":
        shutil.copyfile(migrated_file(), folder / "casework.sqlite")
        settings = Settings(data_dir=folder, organisation="Command Center Tirtamaya", region="99.01")
        with embedded_store(folder) as store, morning(store, settings) as made:
            yield made, made.make()
    else:
        template = request.getfixturevalue("migrated_postgres")
        with new_database(request.getfixturevalue("postgres_url"), template=template) as url:
            settings = Settings(
                data_dir=folder, database_url=url, organisation="Command Center Tirtamaya", region="99.01"
            )
            server = request.getfixturevalue("elasticsearch_url")
            with elastic_store(server) as store, morning(store, settings) as made:
                yield made, made.make()


def page_of(made: Briefing) -> str:
    return make_page(made, organisation="Command Center Tirtamaya", zone="WIB", base=BASE)


def printed(figure: Figure, value: float | None) -> str:
    """By hand: how a value is printed."""
    if value is None:
        return ABSENT
    if figure.unit == "share":
        return f"{format_number(100 * value, decimals=figure.decimals)}%"
    return format_number(value, decimals=figure.decimals)


def test_every_number_in_the_text_is_a_figure_that_answers_the_same_when_asked_again(
    world: tuple[Morning, Briefing],
) -> None:
    made, briefing = world
    paper = read_paper(page_of(briefing))
    assert re.findall(r"\d+", paper.plain) == [], "a number without a figure"
    with made.casework.read() as session:
        again = recompute_briefing(made.store, session, briefing.id, settings=made.settings, now=NOW)
    now = {one.figure.key: printed(one.figure, one.now) for one in again}
    assert len(paper.figures) > 40
    for key, words in paper.figures:
        assert words == now[key], key
    assert {key for key, _ in paper.figures} == set(now), "no figure is kept that the text does not use"


def test_its_numbers_are_those_that_were_planted(world: tuple[Morning, Briefing]) -> None:
    _, briefing = world
    values = {figure.key: figure.value for figure in briefing.content.figures}
    link = next(key for key in values if key.startswith("RMR-"))
    story = next(key for key in values if re.fullmatch(r"cerita-[0-9a-f]{8}", key))
    issue = next(key for key in values if key.startswith("ISU-") and key.endswith("suara"))
    planted = PLANTED | {story: COPIES, link: 2, issue: 40, issue.replace("suara", "biasa"): 9.5}
    assert {key: values.get(key) for key in planted} == planted


PLANTED: dict[str, float] = {
    "unggahan": POSTS + COPIES, "unggahan-pekan-lalu": BEFORE, "negatif": 30 / 53, "positif": 10 / 53,
    "economy_prices-unggahan": 25, "health-unggahan": 20, "terindikasi-unggahan": SUSPECTS, "terindikasi-cerita": 1,
    "cerita-menyebar": 1, "cerita-belum-diperiksa": 1, "bahaya-masuk": 1, "bahaya-belum-dijawab": 2, "putusan": 1,
    "putusan-false": 1, "klarifikasi-terbit": 1, "laporan-masuk": 3, "laporan-menunggu": 3, "rumor-aduan": 1,
    "aduan-masuk": 2, "aduan-selesai": 1, "aduan-terbuka": 5, "kode-merah": 3, "kode-merah-dinas-pu": 2,
    "kode-merah-dlh": 1, "tindak-lanjut-lewat": 1, "tindak-lanjut-terbuka": 2, "insiden-terbuka": 1,
    "indikator-imunisasi": 80.5, "target-imunisasi": 95, "indikator-anggaran": 39.3, "celah-linimasa": 6, "sumber": 1,
    "cakupan": 0.75,
}  # fmt: skip
"""What ``briefing_world`` planted, by the figure that must say it."""


def test_every_figure_links_to_a_page_and_the_page_asks_the_web_for_nothing(world: tuple[Morning, Briefing]) -> None:
    _, briefing = world
    html = page_of(briefing)
    links = read_paper(html).links
    pages = {link.removeprefix(f"{BASE}/").partition("?")[0] for link in links}
    assert pages <= {"tren", "aduan", "tindak-lanjut", "insiden", "laporan", "wilayah", "isu"}
    assert f"{BASE}/aduan?tampil=merah&instansi=dinas-pu" in links
    assert not re.search(r'(?:src|@import|url\()\s*=?\s*["\']?https?:', html)
    bare = read_paper(make_page(briefing, organisation="X", zone="WIB", base="")).links
    assert all(link.startswith("#angka-") for link in bare)
    assert all(f'id="{link[1:]}"' in html for link in bare), "without an address each leads to its row of the annex"


def test_no_account_no_person_and_no_rumour_stands_in_it(world: tuple[Morning, Briefing]) -> None:
    _, briefing = world
    html = page_of(briefing)
    for word in ("@rahasia", "akun1", "limbah pabrik", "air ledeng", "Sari"):
        assert word not in html
    assert "terindikasi, belum diperiksa" in html
    assert "perlu dipastikan" in html


def test_what_comes_in_later_is_said_with_by_how_much(world: tuple[Morning, Briefing]) -> None:
    made, briefing = world
    late = [post(400 + number, hours=3, source="tiga") for number in range(3)]
    made.add(*late)
    with made.casework.read() as session:
        again = recompute_briefing(made.store, session, briefing.id, settings=made.settings, now=NOW + DAY)
    try:
        differ = {one.figure.key: one.change for one in again if not one.same}
        assert differ["unggahan"] == 3
        assert differ["sumber"] == 1
        assert "kode-merah" not in differ, "the desk of that moment is read as it was, a day later too"
    finally:
        made.store.drop([one.id for one in late])
        made.store.refresh()


def test_a_part_without_its_source_says_so_and_never_zero(tmp_path: Path) -> None:
    shutil.copyfile(migrated_file(), tmp_path / "casework.sqlite")
    settings = Settings(data_dir=tmp_path)
    with embedded_store(tmp_path) as store, bare_morning(store, settings) as made:
        content = made.make().content
    assert [words_of(line) for line in content.part("isu").absent] == [
        "Isu belum dihitung untuk masa ini, jadi tidak disebut."
    ]
    assert content.part("sentimen").absent
    assert content.part("indikator").absent
    assert content.part("celah").absent
    assert "Aduan warga belum dimasukkan" in words_of(content.part("waktu").absent[0])
    asked = {figure.key for figure in content.figures}
    assert not asked & {"aduan-masuk", "kode-merah", "unggahan", "negatif", "cakupan", "terindikasi-cerita"}
    talk, suspicion, late = (words_of(line) for line in content.part("ringkas").lines)
    assert talk == "Tidak ada unggahan yang terkumpul; keadaan percakapan warga tidak diketahui."
    assert "tidak ada kabar bahaya" in suspicion
    assert late == "Tidak ada yang lewat waktu (aduan belum dimasukkan ke sistem)."


def test_plain_words_cannot_hold_a_number() -> None:
    with pytest.raises(ValueError, match="hold a number"):
        compose("Ada 12 aduan.")
    assert words_of(compose("Isu {title} naik.", title=quote("LPG 3 kg"))) == "Isu LPG 3 kg naik."


def test_a_figure_is_stored_with_its_question_and_refused_where_the_question_is_not_known(
    world: tuple[Morning, Briefing],
) -> None:
    _, briefing = world
    for figure in briefing.content.figures:
        assert decode_figure(encode_figure(figure)) == figure
    plain = encode_figure(briefing.content.figure("unggahan"))
    plain["question"]["query"]["cuaca"] = ["hujan"]
    with pytest.raises(BadQuery, match="cuaca"):
        decode_figure(plain)
    plain = encode_figure(briefing.content.figure("kode-merah"))
    plain["question"]["desk"] = "complaints_purple"
    with pytest.raises(BadQuery, match="complaints_purple"):
        decode_figure(plain)


def test_a_day_is_written_once_unless_it_is_asked_for_again(world: tuple[Morning, Briefing]) -> None:
    made, briefing = world
    with pytest.raises(Conflict, match="sudah disusun"):
        made.make()
    with pytest.raises(NotAllowed):
        made.make(by="peni", again=True)
    again = made.make(again=True)
    assert (again.id, again.revision) == (briefing.id, 1)
    assert encode_content(again.content) == encode_content(briefing.content), "nothing changed, so it says the same"
    with made.casework.read() as session:
        assert find_briefing(session, date(2026, 11, 21)) == replace(again, version=again.version)


def test_the_period_is_the_last_24_hours_or_up_to_half_past_six() -> None:
    since, until = period_of(date(2026, 11, 21), now=NOW, zone="WIB")
    assert (since, until) == (NOW - DAY, NOW)
    since, until = period_of(date(2026, 11, 20), now=NOW, zone="WIB")
    assert until.isoformat() == "2026-11-20T06:30:00+07:00"
    assert until - since == timedelta(hours=24)
    with pytest.raises(KentonganError, match="belum tiba"):
        period_of(date(2026, 11, 22), now=NOW, zone="WIB")
