"""The map and the table of districts say what was counted of each, and nothing where nothing can be said."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from browser import running_dashboard
from casework_fixtures import casework as casework
from casework_fixtures import casework_url as casework_url
from casework_fixtures import settings as settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import samples
from casework.complaint_regions import RegionComplaints, count_by_region
from casework.complaints.tables import ComplaintRow
from casework.db import Casework, open_casework
from dashboard.cards import FEW_POSTS
from dashboard.data import Tally
from dashboard.map_panel import MapValue, draw_boundaries, draw_tile_grid, with_point
from dashboard.region_desk import choose_regions, map_values, rank_lines, sum_regions
from dashboard.tile_places import assign, place_tiles
from dashboard.words import say
from kentongan.places import Gazetteer, load_gazetteer
from kentongan.regions import Region
from kentongan.schema import Annotation, Document, document_id, newest_revision
from kentongan.settings import Settings
from search.open import open_store

SAMPLES = Path(samples.__file__).parent
SVG = "{http://www.w3.org/2000/svg}"
MOMENT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer(SAMPLES / "regions.csv", boundaries=SAMPLES / "boundaries.geojson")


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def buttons(svg: ElementTree.Element) -> dict[str, ElementTree.Element]:
    return {g.attrib["data-key"]: g for g in svg.iter(f"{SVG}g") if "data-key" in g.attrib}


def faces(button: ElementTree.Element) -> list[str]:
    return [str(one.attrib.get("class")) for one in button if one.tag in (f"{SVG}rect", f"{SVG}path")]


def region(code: str, name: str, lat: float | None = None, lon: float | None = None) -> Region:
    return Region(
        code=code, level="kecamatan", parent=code.rpartition(".")[0], name=name, population=None, lat=lat, lon=lon
    )


# where tiles stand


@given(st.lists(st.tuples(st.floats(-8, -5), st.floats(105, 115)) | st.none(), min_size=1, max_size=30))
@hypothesis_settings(max_examples=40, deadline=None)
def test_every_region_has_a_square_of_its_own_whatever_order_they_come_in(
    points: list[tuple[float, float] | None],
) -> None:
    regions = [region(f"99.01.{n:02}", f"R{n}", *(point or (None, None))) for n, point in enumerate(points)]
    placed = place_tiles(regions)
    assert set(placed) == {one.code for one in regions}
    assert len(set(placed.values())) == len(regions)
    assert placed == place_tiles(regions[::-1])


def test_squares_lie_as_their_regions_do(gazetteer: Gazetteer) -> None:
    placed = place_tiles(gazetteer.children("99.01"))
    assert placed["99.01.14"][1] == 0, "Labuhan Maya is the northernmost"
    assert placed["99.01.15"][1] == max(row for _, row in placed.values()), "Girirasa is the southernmost"
    assert placed["99.01.06"][0] == 0, "Candirasa is the westernmost"
    assert placed["99.01.05"][0] > placed["99.01.02"][0] > placed["99.01.04"][0]


def test_without_points_squares_follow_the_codes() -> None:
    placed = place_tiles([region(f"99.01.{n:02}", "R") for n in (4, 2, 3, 1)])
    assert placed == {"99.01.01": (0, 0), "99.01.02": (1, 0), "99.01.03": (0, 1), "99.01.04": (1, 1)}


@given(st.integers(1, 5), st.integers(0, 2), st.integers(0, 10_000))
@hypothesis_settings(max_examples=40, deadline=None)
def test_no_other_assignment_costs_less(rows: int, more: int, seed: int) -> None:
    costs = np.random.default_rng(seed).integers(0, 30, (rows, rows + more)).astype(float)
    taken = assign(costs)
    assert len(set(taken)) == rows
    every = itertools.permutations(range(rows + more), rows)
    assert costs[range(rows), taken].sum() == min(costs[range(rows), list(one)].sum() for one in every)


# what is drawn


def test_a_tile_is_a_button_that_says_its_region_and_figures(gazetteer: Gazetteer) -> None:
    regions = gazetteer.children("99.01")
    values = {"99.01.02": MapValue(value=-0.6, text="65 %", words="27 unggahan")}
    drawn = buttons(parse(draw_tile_grid(values, regions, tone="sentiment", label="Peta", chosen="99.01.02")))
    assert len(drawn) == 15
    randu = drawn["99.01.02"]
    assert randu.attrib["aria-label"] == "Randu: 27 unggahan" and randu.attrib["tabindex"] == "0"
    assert {code for code, one in drawn.items() if one.attrib["aria-pressed"] == "true"} == {"99.01.02"}
    assert "65 %" in "".join(randu.itertext())
    assert faces(randu) == ["face neg"] and faces(drawn["99.01.03"]) == ["face none"]


def test_colour_is_by_meaning_and_red_only_for_what_is_overdue(gazetteer: Gazetteer) -> None:
    regions = gazetteer.children("99.01")[:1]
    shown = dict.fromkeys(("sentiment", "posts", "complaints", "late"), "")
    for tone in shown:
        svg = draw_tile_grid({regions[0].code: MapValue(value=0.5, text="1")}, regions, tone=tone, label="P")  # type: ignore[arg-type]
        shown[tone] = faces(buttons(parse(svg))[regions[0].code])[0]
    assert shown == {
        "sentiment": "face pos",
        "posts": "face posts",
        "complaints": "face complaints",
        "late": "face late",
    }


def test_what_says_little_is_hatched_and_what_is_old_is_grey(gazetteer: Gazetteer) -> None:
    regions = gazetteer.children("99.01")[:2]
    values = {
        regions[0].code: MapValue(value=None, text="–", style="few"),
        regions[1].code: MapValue(value=0.9, text="3", style="old"),
    }
    drawn = buttons(parse(draw_tile_grid(values, regions, tone="posts", label="P")))
    assert faces(drawn[regions[0].code]) == ["face none", "few"]
    assert faces(drawn[regions[1].code]) == ["face old"]


def test_names_from_a_table_cannot_break_out() -> None:
    hostile = region("99.01.01", "<script>\"'&")
    parse(draw_tile_grid({}, [hostile], tone="posts", label='"><b>'))


def test_a_map_with_boundaries_draws_each_region_once_and_its_words_on_top(gazetteer: Gazetteer) -> None:
    regions = gazetteer.children("99.01")
    assert gazetteer.boundaries is not None
    values = {one.code: MapValue(value=0.1 * n, text=str(n)) for n, one in enumerate(regions)}
    svg = parse(draw_boundaries(values, regions, gazetteer.boundaries, tone="late", label="P", chosen="99.01.02"))
    assert len(buttons(svg)) == 15
    labels = [n for n, g in enumerate(svg) if "label" in g.attrib.get("class", "")]
    land = [n for n, g in enumerate(svg) if "region" in g.attrib.get("class", "")]
    assert len(labels) == 15 and min(labels) > max(land)
    island = buttons(svg)["99.01.14"].find(f"{SVG}path")
    assert island is not None and island.attrib["d"].count("M") == 2
    width, height = map(float, svg.attrib["viewBox"].split()[2:])
    points = [tuple(map(float, pair)) for pair in re.findall(r"([\d.]+) ([\d.]+)", island.attrib["d"])]
    assert all(0 <= x <= width and 0 <= y <= height for x, y in points)


def test_a_province_without_a_point_stands_between_its_regencies(gazetteer: Gazetteer) -> None:
    java = gazetteer.get("33")
    assert java is not None and java.lat is None
    placed = with_point(java, gazetteer)
    assert placed.lat is not None and -8 < placed.lat < -6.5


# what is counted


def test_what_names_a_district_counts_for_its_regency_and_namesake_codes_do_not(gazetteer: Gazetteer) -> None:
    tallies = [
        Tally(key="33.74.01", name="", sentiment={"negative": 8, "positive": 2}, complaints=3),
        Tally(key="33.74", name="", sentiment={"negative": 2}, complaints=1),
        Tally(key="33.7", name="", sentiment={"negative": 100}, complaints=100),
    ]
    complaints = {"33.74.01": RegionComplaints(open=4, red=1), "33.74": RegionComplaints(open=1, red=1)}
    lines = sum_regions(gazetteer.children("33"), tallies, complaints)
    by_code = {line.region.code: line for line in lines}
    semarang = by_code["33.74"]
    assert (semarang.posts, semarang.complaints, semarang.open, semarang.red) == (12, 4, 5, 2)
    assert semarang.region.population is not None
    assert semarang.per_people(semarang.red) == pytest.approx(200_000 / semarang.region.population)
    assert by_code["33.22"].posts == 0


def test_a_share_of_too_few_posts_is_not_shown_and_ranks_last(gazetteer: Gazetteer) -> None:
    tallies = [
        Tally(key="99.01.02", name="", sentiment={"negative": FEW_POSTS}, complaints=0),
        Tally(key="99.01.03", name="", sentiment={"negative": FEW_POSTS - 1, "abstained": 50}, complaints=0),
        Tally(key="99.01.05", name="", sentiment={"negative": 2, "neutral": FEW_POSTS}, complaints=0),
    ]
    lines = sum_regions(gazetteer.children("99.01"), tallies, {})
    values = map_values(lines, "sentiment", "id")
    assert (values["99.01.02"].text, values["99.01.02"].style) == ("100 %", "plain")
    assert (values["99.01.03"].text, values["99.01.03"].style, values["99.01.03"].value) == ("–", "few", None)
    assert (values["99.01.04"].style, values["99.01.04"].value) == ("none", None)
    assert [line.region.code for line in rank_lines(lines, "sentiment")][:2] == ["99.01.02", "99.01.05"]


def test_overdue_complaints_are_coloured_by_inhabitants_where_all_are_known(gazetteer: Gazetteer) -> None:
    complaints = {"99.01.01": RegionComplaints(open=9, red=2), "99.01.14": RegionComplaints(open=9, red=2)}
    lines = sum_regions(gazetteer.children("99.01"), [], complaints)
    values = map_values(lines, "red", "id")
    small, large = values["99.01.14"].value, values["99.01.01"].value
    assert small == 1.0 and large is not None and large < 0.5
    assert values["99.01.01"].text == values["99.01.14"].text == "2"


@pytest.mark.parametrize(("outer", "count"), [(None, 39), ("33", 35), ("99.01", 15), ("99.01.02", 15)])
def test_a_map_shows_what_lies_inside_or_beside(gazetteer: Gazetteer, outer: str | None, count: int) -> None:
    assert len(choose_regions(gazetteer, outer)) == count


def complaint(number: int, region: str | None, due: timedelta | None, **more: Any) -> ComplaintRow:
    given: dict[str, Any] = {
        "stage": "diteruskan", "secret": False, "held": None, "merged_into": None, "title": f"Lampu padam {number}",
    }  # fmt: skip
    given.update(more)
    return ComplaintRow(
        number=f"ADU-2026-{number:06}", publisher="kentongan", ticket=str(number), channel="web", document=f"d{number}",
        text="Lampu jalan padam.", received_at=MOMENT - timedelta(days=9), kind="pengaduan", region=region,
        stage_since=MOMENT, clock="tindak_lanjut", due_at=None if due is None else MOMENT + due, sample=True,
        given={}, **given,
    )  # fmt: skip


def test_open_and_overdue_complaints_are_counted_by_region_and_hidden_ones_are_not(casework: Casework) -> None:
    late, soon = timedelta(days=-1), timedelta(days=1)
    with casework.begin() as session:
        first = complaint(1, "99.01.02", late)
        session.add_all(
            [
                first,
                complaint(2, "99.01.02", soon),
                complaint(3, "99.01.02", timedelta(0)),
                complaint(4, "99.01.02", late, secret=True),
                complaint(5, "99.01.02", late, held="coordinates"),
                complaint(6, "99.01.02", None, stage="selesai"),
                complaint(7, "99.01.03", None, stage="menunggu_pelapor"),
                complaint(8, None, late),
            ]
        )
        session.flush()
        session.add(complaint(9, "99.01.02", late, stage="digabung", merged_into=first.id))
    with casework.read() as session:
        counted = count_by_region(session, now=MOMENT)
    assert counted == {"99.01.02": RegionComplaints(open=3, red=2), "99.01.03": RegionComplaints(open=1, red=0)}


# the page


def put_posts(settings: Settings) -> None:
    """Posts of Randu, four in five of them negative, a few of Telaga, and an overdue complaint in Randu."""
    now = datetime.now(UTC)
    posts = [
        Document(
            id=document_id("guyub.example", str(n)), kind="post", publisher="guyub.example", platform="mastodon",
            native_key=str(n), source="guyub", text=f"Jalan rusak nomor {n}", published_at=now - timedelta(hours=n),
            collected_at=now, region="99.01.02" if n < 20 else "99.01.03", sample=True,
        )
        for n in range(24)
    ]  # fmt: skip
    with open_store(settings) as store:
        store.add(posts)
        store.annotate(
            [
                Annotation(
                    document=post.id, task="sentiment", value="negative" if n % 5 else "positive", probabilities=None,
                    by="linear", version="1", at=now, revision=newest_revision(post, ()).hash,
                )
                for n, post in enumerate(posts)
            ]
        )  # fmt: skip
        store.use_model("sentiment", "linear", "1")
        store.refresh()
    with open_casework(settings) as opened, opened.begin() as session:
        row = complaint(1, "99.01.02", None, title="<b>Jembatan</b> putus")
        row.due_at = now - timedelta(days=2)
        session.add(row)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, chromium: Any) -> Iterator[tuple[Any, str]]:
    """A browser's page and the address of a dashboard with a few posts."""
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("wilayah"),
        region="99.01",
        regions_file=SAMPLES / "regions.csv",
        boundaries_file=SAMPLES / "boundaries.geojson",
        sign_in="off",
    )
    put_posts(settings)
    with running_dashboard(settings) as address:
        opened = chromium.new_page(viewport={"width": 1366, "height": 768})
        yield opened, address
        opened.close()


def test_pressing_a_district_shows_its_figures_and_stays_in_the_address(page: tuple[Any, str]) -> None:
    browser, address = page
    browser.goto(f"{address}/wilayah")
    randu = browser.locator('.kt-map [data-key="99.01.02"]')
    randu.wait_for(timeout=60_000)
    assert "20 unggahan, 16 negatif" in randu.get_attribute("aria-label")
    assert browser.locator(".kt-map .region").count() == 15
    randu.focus()
    browser.keyboard.press("Enter")
    card = browser.locator('[class*="st-key-card-region"]')
    card.get_by_text("ADU-2026-000001").wait_for(timeout=20_000)
    assert "61.200 penduduk" in card.inner_text() and "<b>Jembatan</b> putus" in card.inner_text()
    assert "wilayah=99.01.02" in browser.url
    # The table is drawn anew beside the card: until it stands, its words have no columns.
    first = "document.querySelector('.places .kt-row[data-key]')?.innerText.split(/\\s+/).join(' ')"
    browser.wait_for_function(f"{first} === 'Randu 80 % 20 0 1 1,6'", timeout=20_000)


def test_the_measure_is_chosen_in_the_address_and_says_its_question(page: tuple[Any, str]) -> None:
    browser, address = page
    browser.goto(f"{address}/wilayah?ukuran=red")
    browser.get_by_text(say("region_map_red", "id")).first.wait_for(timeout=60_000)
    # The title stands before the map is drawn.
    browser.locator('.kt-map [data-key="99.01.02"] .face.late').wait_for(timeout=20_000)
    assert browser.locator(".kt-map .face.neg").count() == 0
