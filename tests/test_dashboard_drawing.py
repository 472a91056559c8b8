"""What is drawn says what was counted, what was not collected, and never more."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest

from analysis.series import Stretch
from dashboard.cards import headline, label_chip, post_card, region_rows, share, share_range, topic_rows
from dashboard.charts import draw_trend, nice_ceiling
from dashboard.data import Overview, Tally
from dashboard.links import safe_address
from dashboard.words import WORDS, say
from kentongan.schema import SENTIMENTS, TOPICS, Annotation, Document, Record, document_id, newest_revision
from kentongan.times import ZONES

DAY = datetime(2026, 11, 12, tzinfo=ZONES["WIB"])
SVG = "{http://www.w3.org/2000/svg}"


def stretch(day: int, coverage: float = 1.0, **counts: int) -> Stretch:
    return Stretch(start=DAY + timedelta(days=day), counts=counts, coverage=coverage)


def draw(posts: list[Stretch], complaints: list[Stretch], **more: object) -> ElementTree.Element:
    svg = draw_trend(posts, complaints, step="day", zone="WIB", language="id", **more)
    return ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def columns(svg: ElementTree.Element) -> list[ElementTree.Element]:
    return [g for g in svg.iter(f"{SVG}g") if "data-key" in g.attrib]


def heights(column: ElementTree.Element, style: str) -> list[float]:
    return [float(r.attrib["height"]) for r in column.iter(f"{SVG}rect") if r.attrib["class"] == style]


def test_pieces_are_as_tall_as_their_counts() -> None:
    svg = draw([stretch(0, negative=30, positive=10)], [stretch(0, complaint=4)])
    (column,) = columns(svg)
    assert heights(column, "neg")[0] == pytest.approx(3 * heights(column, "pos")[0], rel=0.01)
    assert heights(column, "neu") == [] and heights(column, "missing") == []


def test_the_missing_share_is_a_cap_and_a_lost_day_is_hatched_whole() -> None:
    svg = draw([stretch(0, 0.5, negative=10), stretch(1, 0.0)], [stretch(0, complaint=0), stretch(1, complaint=0)])
    half, lost = columns(svg)
    assert heights(half, "missing")[0] == pytest.approx(heights(half, "neg")[0], rel=0.01)
    assert heights(lost, "missing")[0] > 100
    assert "tidak terkumpul" in "".join(svg.itertext())


def test_every_column_is_a_button_that_says_what_it_shows() -> None:
    posts = [stretch(day, negative=1284, neutral=2) for day in range(3)]
    svg = draw(posts, [stretch(day, complaint=5) for day in range(3)], chosen=posts[1].start.isoformat())
    assert [c.attrib["data-key"] for c in columns(svg)] == [p.start.isoformat() for p in posts]
    assert [c.attrib["aria-pressed"] for c in columns(svg)] == ["false", "true", "false"]
    words = columns(svg)[0].attrib["aria-label"]
    assert "12 November 2026" in words and "1.284 negatif" in words and "5 aduan" in words
    assert all(c.attrib["tabindex"] == "0" and c.attrib["role"] == "button" for c in columns(svg))


def test_a_year_of_columns_and_an_empty_range_are_drawn() -> None:
    year = [stretch(day, negative=day % 7) for day in range(365)]
    assert len(columns(draw(year, [stretch(day, complaint=1) for day in range(365)]))) == 365
    assert columns(draw([], [])) == []


@pytest.mark.parametrize(("value", "ceiling"), [(0, 2), (2, 2), (3, 4), (41, 50), (76, 80), (1001, 2000)])
def test_the_axis_ends_at_a_round_number_above_the_tallest_bar(value: float, ceiling: int) -> None:
    assert nice_ceiling(value) == ceiling


def test_shares_are_of_what_was_decided_and_the_range_counts_the_unsure() -> None:
    counts = {"negative": 30, "neutral": 20, "positive": 10, "abstained": 40, "none": 5}
    assert share(counts, "negative") == 0.5
    assert share_range(counts, "negative") == (30, 70)
    assert share({"abstained": 9}, "negative") is None


def make_overview(**changes: object) -> Overview:
    values: dict[str, object] = {
        "posts": [], "complaints": [], "sentiment": {}, "kinds": {}, "topics": [], "regions": [], "unplaced": 0,
        "gaps": [], "coverage": 1.0, "sample": False, "model": None,
    }  # fmt: skip
    return Overview(**{**values, **changes})  # type: ignore[arg-type]


def test_nothing_decided_is_a_dash_and_not_zero() -> None:
    drawn = headline(make_overview(sentiment={"abstained": 3}), "id")
    assert "<b>–</b>" in drawn and "0<small>%" not in drawn


def test_a_gap_is_never_rounded_away() -> None:
    from kentongan.schema import Gap

    gap = Gap(source="s", since=DAY, until=DAY + timedelta(minutes=5), reason="x")
    assert "<b>99 %</b>" in headline(make_overview(coverage=0.9999, gaps=[gap]), "id")


def test_a_district_with_too_few_posts_has_no_percentage() -> None:
    few = Tally(key="1", name="Randu", sentiment={"negative": 9}, complaints=3)
    enough = Tally(key="2", name="Telaga", sentiment={"negative": 5, "neutral": 5}, complaints=0)
    rows = region_rows([few, enough], 7, "id", chosen="2")
    assert "90 %" not in rows and "100 %" not in rows and "50 %" in rows
    assert 'class="kt-bar few"' in rows and "7 unggahan" in rows


def make_record(text: str, **changes: object) -> Record:
    values: dict[str, object] = {
        "id": document_id("x.example", "1"), "kind": "post", "publisher": "x.example", "platform": "mastodon",
        "native_key": "1", "source": "s", "text": text, "published_at": DAY, "collected_at": DAY,
        "url": "https://x.example/1", "author": "@seseorang",
    }  # fmt: skip
    document = Document(**{**values, **changes})  # type: ignore[arg-type]
    return Record(document=document, newest=newest_revision(document, []))


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> \"'&"


def test_hostile_text_stays_text() -> None:
    record = make_record(
        HOSTILE,
        title=HOSTILE,
        publisher=HOSTILE,
        kind="complaint",
        url="javascript:alert(1)",
        facts={"status": HOSTILE},
    )
    drawn = post_card(record, zone="WIB", language="id", place=HOSTILE)
    drawn += topic_rows([Tally(key="health", name="x", sentiment={}, complaints=0)], "id", chosen=None)
    drawn += region_rows([Tally(key='"><b', name=HOSTILE, sentiment={}, complaints=0)], 0, "id", chosen=None)
    assert not re.search(r"<(script|img)|javascript:", drawn)


def test_a_post_shows_no_account_and_invented_posts_link_nowhere() -> None:
    assert "seseorang" not in post_card(make_record("halo"), zone="WIB", language="id", place=None)
    assert "href" in post_card(make_record("halo"), zone="WIB", language="id", place=None)
    assert "href" not in post_card(make_record("halo", sample=True), zone="WIB", language="id", place=None)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "", None, "//x"])
def test_only_web_addresses_are_links(url: str | None) -> None:
    assert safe_address(url) is None


def test_a_machine_suspects_and_a_person_decides_in_other_shapes() -> None:
    at = datetime(2026, 11, 12, tzinfo=UTC)
    machine = Annotation(
        document="d",
        task="sentiment",
        value="negative",
        by="linear",
        version="1",
        at=at,
        probabilities={"negative": 0.87},
    )
    person = Annotation(document="d", task="sentiment", value="negative", by="p1", at=at)
    unsure = Annotation(
        document="d", task="sentiment", value="negative", by="linear", version="1", at=at, abstained=True
    )
    assert "machine" in label_chip(machine, "id") and "0,87" in label_chip(machine, "id")
    assert "decided" in label_chip(person, "id") and "0," not in label_chip(person, "id")
    assert "ragu" in label_chip(unsure, "id")


def test_every_word_is_there_in_both_languages() -> None:
    assert all(len(pair) == 2 and all(pair) for pair in WORDS.values())
    assert {*SENTIMENTS, *TOPICS} <= WORDS.keys()
    for indonesian, english in WORDS.values():
        assert set(re.findall(r"{(\w+)}", indonesian)) == set(re.findall(r"{(\w+)}", english))
    with pytest.raises(KeyError):
        say("no such word", "id")
