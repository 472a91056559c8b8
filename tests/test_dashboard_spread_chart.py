"""The drawing of a spread: pieces as tall as their counts, gaps hatched where they are, fact-checks dashed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

from analysis.spread import Spread, trace_spread
from analysis.spread_items import PlacedFactCheck, SpreadItem
from dashboard.spread_chart import LEFT, NAMES, RIGHT, WIDTH, WORDS, draw_spread
from kentongan.schema import Gap

START = datetime(2026, 11, 17, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SVG = "{http://www.w3.org/2000/svg}"
VOLUMES = {"x": {"sx": 1.0}, "telegram": {"st": 1.0}, "web": {"sw": 1.0}}


def copies(platform: str, hour: float, count: int) -> list[SpreadItem]:
    return [
        SpreadItem(
            document=f"{platform}-{hour}-{number}",
            stance="spreads",
            source="s",
            platform=platform,
            published_at=START + HOUR * hour,
            collected_at=START + HOUR * hour,
        )
        for number in range(count)
    ]


def trace(items: list[SpreadItem], **more: Any) -> Spread:
    return trace_spread(items, **{"until": START + timedelta(days=3), "volumes": VOLUMES, **more})


def draw(spread: Spread, **more: Any) -> ElementTree.Element:
    svg = draw_spread(spread, **{"language": "id", **more})
    return ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def heights(svg: ElementTree.Element, style: str) -> list[float]:
    return [float(one.attrib["height"]) for one in svg.iter(f"{SVG}rect") if one.attrib["class"] == style]


def spans(svg: ElementTree.Element, style: str) -> list[tuple[float, float]]:
    found = (one.attrib for one in svg.iter(f"{SVG}rect") if one.attrib["class"] == style)
    return [(float(one["x"]), float(one["width"])) for one in found]


def texts(svg: ElementTree.Element, style: str) -> list[str]:
    return ["".join(one.itertext()) for one in svg.iter(f"{SVG}text") if style in one.attrib["class"].split()]


def place(hours: float, bins: int) -> float:
    return LEFT + hours * (WIDTH - LEFT - RIGHT) / bins


def test_pieces_are_as_tall_as_their_counts_and_the_largest_platform_lies_lowest() -> None:
    svg = draw(trace([*copies("x", 0, 30), *copies("telegram", 0, 10), *copies("x", 1, 15)]))
    assert heights(svg, "s1") == pytest.approx([3 * heights(svg, "s2")[0], 1.5 * heights(svg, "s2")[0]], rel=0.01)
    groups = [one for one in svg.iter(f"{SVG}g") if "data-key" in one.attrib]
    assert [one.attrib["data-key"] for one in groups] == ["2026-11-17T09:00:00+07:00", "2026-11-17T10:00:00+07:00"]
    assert groups[0].findtext(f"{SVG}title") == (
        "17 November 2026 09.00 WIB: 40 salinan (X 30, Telegram 10); cakupan 100 %"
    )


def test_every_platform_is_named_once_on_its_shape_or_beside_it() -> None:
    svg = draw(trace([*copies("x", 0, 90), *copies("telegram", 0, 1), *copies("web", 0, 80)]))
    assert texts(svg, "in") == ["X", "Web"]
    assert texts(svg, "name") == ["X", "Web", "Telegram"] or set(texts(svg, "name")) == {"X", "Web", "Telegram"}


def test_a_stretch_without_collection_is_hatched_where_it_lay_and_a_single_platforms_only_in_its_strip() -> None:
    gaps = [
        *(Gap(source=source, since=START + 2 * HOUR, until=START + 4 * HOUR, reason="x") for source in ("sx", "st")),
        Gap(source="st", since=START + 6 * HOUR, until=START + 7 * HOUR, reason="x"),
    ]
    items = [*copies("x", 0, 5), *copies("x", 9, 3), *copies("telegram", 1, 4)]
    volumes = {"x": {"sx": 9.0}, "telegram": {"st": 1.0}}
    svg = draw(trace(items, gaps=gaps, volumes=volumes))
    tall, *strips = spans(svg, "missing")
    width = 2 * (WIDTH - LEFT - RIGHT) / 10
    assert tall == pytest.approx((place(2, 10), width), abs=0.02)
    lost = [(place(2, 10), width), (place(2, 10), width), (place(6, 10), width / 2)]
    assert len(strips) == len(lost)
    assert all(strip == pytest.approx(wanted, abs=0.02) for strip, wanted in zip(strips, lost, strict=True))
    assert texts(svg, "over") == ["tidak terkumpul"]
    assert "Tidak terkumpul sebagian atau seluruhnya: 3 jam." in (svg.findtext(f"{SVG}desc") or "")


def test_without_gaps_nothing_is_hatched_and_no_strip_is_drawn() -> None:
    svg = draw(trace([*copies("x", 0, 5), *copies("x", 3, 3)]))
    assert spans(svg, "missing") == spans(svg, "strip") == [] and "tidak terkumpul" not in "".join(svg.itertext())


def test_a_fact_check_is_a_dashed_line_at_its_moment_and_one_outside_the_picture_is_left_out() -> None:
    checks = [
        PlacedFactCheck(id="a", title="Cek <b>air</b>", published_at=START + 2.5 * HOUR),
        PlacedFactCheck(id="b", title="Lama", published_at=START - timedelta(days=90)),
    ]
    svg = draw(trace([*copies("x", 0, 5), *copies("x", 4.2, 3)], factchecks=checks))
    (line,) = [one for one in svg.iter(f"{SVG}line") if one.attrib["class"] == "check"]
    assert float(line.attrib["x1"]) == pytest.approx(place(2.5, 5), abs=0.1)
    assert texts(svg, "said") == ["cek fakta terbit"]
    assert "Cek <b>air</b>, 17 November 2026 11.30 WIB" in [one.text for one in svg.iter(f"{SVG}title")]


def test_names_from_outside_are_escaped_and_many_small_platforms_are_drawn_together() -> None:
    items = [one for number in range(8) for one in copies(f"<p{number}>", 0, 20 - number)]
    svg = draw(trace(items, volumes={}))
    assert heights(svg, "s6") == pytest.approx([3 * 14 / 20 * heights(svg, "s1")[0]], rel=0.01)
    assert "lainnya" in texts(svg, "name")


@pytest.mark.parametrize("language", ["id", "en"])
def test_an_empty_spread_says_so_and_a_year_of_days_is_drawn(language: Any) -> None:
    assert texts(draw(trace([]), language=language), "tick") == [WORDS["empty"][language == "en"]]
    year = draw(trace([*copies("x", 0, 1), *copies("x", 24 * 364, 2)]), language=language)
    assert len([one for one in year.iter(f"{SVG}g") if "data-key" in one.attrib]) == 365
    assert len(texts(year, "tick")) < 20


def test_everything_is_said_for_who_cannot_see_it() -> None:
    check = PlacedFactCheck(id="a", title="Cek", published_at=START + HOUR)
    svg = draw(trace([*copies("x", 0, 1284), *copies("web", 2, 3)], factchecks=[check]))
    assert svg.attrib["role"] == "img" and svg.attrib["aria-labelledby"] == "spread-t spread-d"
    assert svg.findtext(f"{SVG}title") == "Salinan per jam menurut platform"
    assert svg.findtext(f"{SVG}desc") == (
        "17 November 2026 09.00 WIB sampai 17 November 2026 11.59 WIB. 1.287 salinan: X 1.284, Web 3. "
        "Terbanyak 1.284 pada 17 November 2026 09.00 WIB. Cek fakta terbit 17 November 2026 10.00 WIB."
    )
    assert set(NAMES) >= {"x", "telegram", "whatsapp"}
