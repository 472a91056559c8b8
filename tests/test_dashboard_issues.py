"""The page of issues: what rises, its hours with gaps, its why with an example, and where it goes from there."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import numpy as np
import pytest
from casework_fixtures import migrated_file
from complaint_courses import put_agencies
from page_world import pages_over
from search_documents import make_document, make_label
from streamlit.testing.v1 import AppTest

from analysis.trends import Band
from casework.db import open_casework
from casework.trends.hours import hour_of
from casework.trends.records import Issue
from casework.trends.tables import IssueRow, TrendHourRow, TrendSpanRow
from dashboard.app_pages.issues import find_reason
from dashboard.issue_cards import draw_spark, draw_timeline, surprise_words
from dashboard.issue_desk import address_of, load_issues, look_at_issue, question_of
from kentongan.schema import Query
from kentongan.settings import Settings
from search.open import open_store

NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
HOSTILE = "<script>alert(1)</script> harga naik"
KEY = "topik-wilayah:economy_prices@99.01.02"


def draw_issues() -> None:
    from dashboard.app_pages.issues import show_issues
    from dashboard.data import read_settings

    show_issues(read_settings(), language="id")


def draw_english() -> None:
    from dashboard.app_pages.issues import show_issues
    from dashboard.data import read_settings

    show_issues(read_settings(), language="en")


def issue_row(number: int, **changes: object) -> IssueRow:
    """An issue that began ten hours ago and goes on."""
    values: dict[str, object] = {
        "id": number, "opened_at": NOW - timedelta(hours=10), "last_at": NOW - timedelta(hours=2), "ended_at": None,
        "state": "rising", "key": KEY, "series": [KEY], "members": {}, "reach": hour_of(NOW), "topic": "economy_prices",
        "region": "99.01.02", "story": None, "title": HOSTILE, "voices": 41, "posts": 60, "expected": 6.2, "p": 1e-7,
        "peak_at": NOW - timedelta(hours=9), "documents": [], "sample": True, "version": 1,
        "reasons": [
            {"what": "term", "value": "harga <b>naik", "inside": 30, "usual": 1.5, "z": 5.0, "example": example()},
            {"what": "account", "value": "si_pencuri_nama", "inside": 9, "usual": 0.0, "z": 4.0, "example": "gone"},
            {"what": "place", "value": "99.01.02", "inside": 20, "usual": 2.0, "z": 4.0, "example": example()},
            {"what": "complaint", "value": "economy_prices", "inside": 4, "usual": 1.0, "z": 3.0, "example": ""},
        ],
    }  # fmt: skip
    return IssueRow(**{**values, **changes})


def example() -> str:
    return make_document(1).id


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Three issues, the hours of one of them over ten days with a gap, and the post of an example."""
    folder: Path = tmp_path_factory.mktemp("issues")
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    settings = Settings(data_dir=folder, region="99.01", regions_file=Path("samples/regions.csv").resolve())
    with open_store(settings) as store:
        post = make_document(
            1, text="beras mahal sekali", author="si_pencuri_nama", published_at=NOW, region="99.01.02"
        )
        store.add([post])
        store.annotate([make_label(post, "topic", "economy_prices")])
        store.refresh()
    last = hour_of(NOW)
    with open_casework(settings) as casework, casework.begin() as session:
        put_agencies(session)
        session.add(issue_row(1))
        session.add(
            issue_row(
                2, key="istilah:banjir", series=["istilah:banjir"], topic=None, region=None, title="Banjir", voices=9,
                state="ended", opened_at=NOW - timedelta(days=3), last_at=NOW - timedelta(days=2),
                ended_at=NOW - timedelta(days=2), reasons=[],
            )
        )  # fmt: skip
        session.add(issue_row(3, key="semua", topic="health", region=None, title="Lama", voices=5, state="ended",
                              opened_at=NOW - timedelta(days=20), last_at=NOW - timedelta(days=19),
                              ended_at=NOW - timedelta(days=19)))  # fmt: skip
        for hour in range(last - 240, last):
            lost = last - 60 <= hour < last - 50
            session.add(TrendSpanRow(hour=hour, documents=9, marks="", items=0, stories=0, missing=[], made_at=NOW,
                                     coverage=0.0 if lost else 1.0))  # fmt: skip
            count = 20 if hour >= last - 10 else 2
            session.add(TrendHourRow(series=KEY, hour=hour, posts=count, voices=count, negative=0, decided=0))
    yield settings


@pytest.fixture(scope="module", autouse=True)
def page(office: Settings) -> Iterator[None]:
    """Pages of this office. Nothing here writes, so that what is cached stays right from test to test."""
    with pages_over(office):
        yield


def draw(function: object = draw_issues, **address: str) -> AppTest:
    made = AppTest.from_function(function, default_timeout=60)  # type: ignore[arg-type]
    for name, value in address.items():
        made.query_params[name] = value
    return made.run()


def told(page: AppTest) -> str:
    """Everything the page says, what is drawn by the clickable component included."""
    assert not page.exception, page.exception
    drawn = [str(one.proto) for one in page.get("bidi_component")]
    return " ".join([*(str(element.proto.body) for element in page.get("html")), *drawn])


def links(said: str) -> dict[str, dict[str, list[str]]]:
    """Page: what its address asks."""
    found = [urlsplit(one.replace("&amp;", "&")) for one in re.findall(r'class="kt-go[^"]*" href="([^"]+)"', said)]
    return {one.path: parse_qs(one.query) for one in found}


def test_the_strongest_issue_is_open_whatever_nonsense_is_asked_and_nothing_of_it_runs() -> None:
    said = told(draw(hari="<b>", topik="<b>", wilayah="x", keadaan="?", isu="-4"))
    assert "ISU-1" in said and "41 suara (60 unggahan), biasanya 6,2" in said
    assert "<script>" not in said and "&lt;script&gt;" in said
    assert "Randu" in said and "DATA CONTOH" in said and "naik" in said
    assert "Lama" not in said, "three weeks ago lies outside the range"
    month = load_issues(since=NOW - timedelta(days=30), until=NOW, state=None, topic=None, region=None)
    assert [line.issue.title for line in month][-1] == "Lama"


def test_accounts_are_masked_and_examples_open() -> None:
    opened = told(draw(isu="ISU-1", contoh="term:0"))
    assert "beras mahal sekali" in opened and "si_pencuri_nama" not in opened
    assert "harga &lt;b&gt;naik" in opened and "akun A, nama disamarkan" in opened
    gone = told(draw(isu="1", contoh="account:0"))
    assert "sudah tidak ada di penyimpanan" in gone and "si_pencuri_nama" not in gone


def test_an_address_that_names_no_reason_opens_no_example() -> None:
    view = look_at_issue(1, now=NOW)
    assert find_reason(view, "term:0") is not None
    for nonsense in (None, "", "term", "term:9", "term:-1", "<b>:0", "term:0:0", "complaint:0"):
        assert find_reason(view, nonsense) is None


def test_filters_in_the_address_narrow_the_list_and_say_when_nothing_is_left() -> None:
    rising = told(draw(keadaan="naik", topik="economy_prices", wilayah="99.01.02"))
    assert "1 isu, 1 masih naik" in rising and "Banjir" not in rising
    nothing = told(draw(draw_english, topik="technology", isu="999"))
    assert "No issue matches these filters" in nothing and "ISU-999 tidak ada" in nothing


def test_an_issue_goes_on_to_agencies_alerts_and_posts_with_its_question(office: Settings) -> None:
    found = links(told(draw(isu="1")))
    assert found["tindak-lanjut"]["tentang"] == ["topic:economy_prices"]
    assert found["tindak-lanjut"]["wilayah"] == ["99.01.02"]
    assert found["peringatan"] == {"kueri": ["topik:economy_prices wilayah:99.01.02"], "isu": ["1"]}
    with open_store(office) as store:
        said = Query(text=found["peringatan"]["kueri"][0])
        assert store.count(said) == store.count(Query(topics=("economy_prices",), regions=("99.01.02",)))
        assert sum(bucket.count for bucket in store.count(said)) == 1
    assert found["tren"] == {"topik": ["economy_prices"], "wilayah": ["99.01.02"], "hari": ["7"]}
    other = links(told(draw(isu="2")))
    assert other["peringatan"]["kueri"] == ['"banjir"'] and "topik" not in other["tren"]


def as_issue(**changes: object) -> Issue:
    values = {name: getattr(issue_row(1), name) for name in Issue.__slots__ if hasattr(IssueRow, name)}
    return Issue(**{**values, "series": (KEY,), "reasons": (), "documents": (), **changes})


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def boxes(svg: str, style: str) -> int:
    return sum(one.attrib.get("class") == style for one in parse(svg).iter() if one.tag.endswith("rect"))


def test_gaps_are_hatched_and_never_a_dip() -> None:
    hours = np.array([1.0, 2.0, np.nan, np.nan, 5.0, 9.0, 1.0])
    start = NOW - timedelta(hours=7)
    issue = as_issue(opened_at=NOW - timedelta(hours=3), last_at=NOW - timedelta(hours=1))
    band = Band(counts=hours, expected=np.full(7, 1.5), low=np.zeros(7), high=np.full(7, 4.0))
    drawn = draw_timeline(band, issue, start=start, language="id")
    assert boxes(drawn, "missing") == 2 and boxes(drawn, "issue-in") == 2 and boxes(drawn, "issue-out") == 3
    assert drawn.count("tidak terkumpul") == 2 and "puncak 9" in drawn and "diharapkan 0–4" in drawn
    spark = draw_spark(hours, issue, since=start)
    assert boxes(spark, "lost") == 2 and boxes(spark, "inside") == 2
    assert draw_spark(np.full(5, np.nan), issue, since=start) == ""
    unknown = Band(counts=hours, expected=np.full(7, np.nan), low=np.full(7, np.nan), high=np.full(7, np.nan))
    said = draw_timeline(unknown, issue, start=start, language="id")
    assert "belum ada pembanding" in said and 'class="band"' not in said


@pytest.mark.parametrize(
    ("p", "words"),
    [(1e-3, "sekali dalam 1.000 jam"), (1e-6, "sekali dalam 114 tahun"), (1e-20, "1.000 tahun"), (0.0, "1.000 tahun")],
)
def test_a_probability_is_said_in_words_and_no_further_than_it_is_known(p: float, words: str) -> None:
    said = surprise_words(p, "id")
    assert words in said and ("kurang dari" in said) == (p < 1e-7)


def test_a_series_becomes_a_question_that_other_pages_understand() -> None:
    assert question_of(as_issue(key="tagar:randu")) == Query(text="#randu")
    assert question_of(as_issue(key="sumber:linimasa")) == Query(text="sumber:linimasa")
    assert question_of(as_issue(key="semua", topic=None, region=None)) == Query()
    assert address_of("tren", Query(text='"air & api"'), language="en") == "tren?kueri=%22air+%26+api%22&bahasa=en"
    assert address_of("aduan", Query()) == "aduan"
