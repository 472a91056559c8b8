"""The page of trends in a real browser: what a person sees, presses, types and gets back."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from browser import running_dashboard

from casework.db import open_casework
from casework.people import add_person
from casework.roles import SYSTEM
from evidence.cases.custody import read_chain
from kentongan.schema import Annotation, Document, Gap, document_id, revision_hash
from kentongan.settings import Settings
from kentongan.times import start_of_day
from search.open import open_store

REGIONS = Path(__file__).resolve().parent.parent / "samples" / "regions.csv"
HOSTILE = "<script>document.title='kena'</script><img src=x onerror=\"document.title='kena'\"> banjir " + "a" * 3000


def noon(days_ago: int) -> datetime:
    """Noon in WIB, some days ago; always in the past for days_ago >= 1."""
    return start_of_day(datetime.now(UTC), "WIB") - timedelta(days=days_ago) + timedelta(hours=12)


def make(number: int, text: str, *, days_ago: int, kind: str = "post", region: str | None = None) -> Document:
    publisher = "guyub.example" if kind == "post" else "aduan.example"
    return Document(
        id=document_id(publisher, f"{kind}-{number}"),
        kind=kind,  # type: ignore[arg-type]
        publisher=publisher,
        platform="mastodon",
        native_key=f"{kind}-{number}",
        source="guyub",
        text=text,
        published_at=noon(days_ago) + timedelta(minutes=number),
        collected_at=noon(days_ago) + timedelta(hours=1),
        region=region,
        facts={"status": "diproses"} if kind == "complaint" else {},
        sample=True,
    )


def fill(settings: Settings) -> None:
    """60 posts and 12 complaints over ten days, one gap, labels of a model and one of a person."""
    posts = [
        make(n, f"Jalan banjir lagi nomor {n}" if n % 3 == 0 else f"Festival meriah nomor {n}", days_ago=1 + n % 10)
        for n in range(60)
    ]
    posts.append(make(60, HOSTILE, days_ago=2))
    complaints = [
        make(n, f"Lampu jalan mati di titik {n}", days_ago=1 + n % 6, kind="complaint", region="99.01.02")
        for n in range(12)
    ]
    labels = []
    for document in posts:
        negative = "banjir" in document.text
        for task, value in (
            ("sentiment", "negative" if negative else "positive"),
            ("topic", "environment_disaster" if negative else "culture_sport"),
            ("region", "99.01.02"),
        ):
            labels.append(
                Annotation(
                    document=document.id,
                    task=task,  # type: ignore[arg-type]
                    value=value,
                    by="uji",
                    version="1",
                    at=noon(0),
                    revision=revision_hash(None, document.text),
                    probabilities={value: 0.9},
                )
            )
    labels.append(Annotation(document=posts[0].id, task="sentiment", value="neutral", by="p1", at=noon(0)))
    with open_store(settings) as store:
        store.add([*posts, *complaints])
        store.annotate(labels)
        store.use_model("sentiment", "uji", "1")
        store.add_gaps([Gap(source="guyub", since=noon(4), until=noon(4) + timedelta(hours=6), reason="server 503")])
        store.refresh()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("page") / "var",
        organisation="Command Center Uji",
        regions_file=REGIONS,
        region="99.01",
        sign_in="off",
        dashboard_person="ani",
    )
    fill(settings)
    with open_casework(settings) as casework, casework.begin() as session:
        add_person(session, "ani", name="Ani", role="analis", actor=SYSTEM, now=noon(0))
    return settings


@pytest.fixture(scope="module")
def address(installation: Settings) -> Iterator[str]:
    with running_dashboard(installation) as url:
        yield url


@pytest.fixture(scope="module")
def context(chromium: Any) -> Iterator[Any]:
    """One visitor's browser, which keeps the scripts it has loaded."""
    opened = chromium.new_context()
    yield opened
    opened.close()


@pytest.fixture
def visit(context: Any, address: str) -> Iterator[Any]:
    """Opens a path at a size and theme; afterwards no request may have left the installation, and no script failed."""
    pages: list[Any] = []
    faults: list[str] = []
    asked: list[str] = []

    def open_page(path: str = "/tren", *, width: int = 1366, height: int = 768, theme: str = "light") -> Any:
        page = context.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme)
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address + path)
        page.wait_for_selector(".kt-post, .kt-state")
        for drawn in ("svg.trend", ".topics", ".regions"):
            page.wait_for_selector(drawn)
        return page

    yield open_page
    for page in pages:
        page.close()
    assert faults == []
    assert [url for url in asked if not re.match(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:", url)] == []


def shown_count(page: Any) -> int:
    """How many documents the list says match."""
    found = re.search(r"dari ([\d.]+),", page.inner_text("[class*=st-key-card-behind]"))
    assert found
    return int(found[1].replace(".", ""))


def test_the_page_shows_sentiment_topics_districts_complaints_and_the_gap(visit: Any) -> None:
    page = visit()
    text = page.inner_text("body")
    for words in ("Tren dan aduan", "DATA CONTOH", "61 unggahan", "12 aduan", "Randu", "Lingkungan, bencana"):
        assert words in text, words
    assert page.locator("svg.trend .missing").count() == 1
    assert page.locator("svg.trend .complaint").count() == 14
    assert "Traceback" not in text


def test_a_pressed_bar_shows_what_is_behind_it_and_stands_in_the_address(visit: Any) -> None:
    page = visit()
    assert shown_count(page) == 61
    key = start_of_day(noon(3), "WIB").isoformat()
    page.locator(f'svg.trend [data-key="{key}"]').click()
    page.wait_for_selector(f'svg.trend [data-key="{key}"][aria-pressed="true"]')
    page.wait_for_function("document.body.innerText.includes('dari 6,')")
    assert "mulai=" in page.url
    again = visit(page.url.partition("8501")[2] or "/" + page.url.split("/", 3)[3])
    assert shown_count(again) == 6
    again.locator(f'svg.trend [data-key="{key}"]').focus()
    again.keyboard.press("Enter")
    again.wait_for_function("document.body.innerText.includes('dari 61,')")


def test_topic_and_district_narrow_everything_and_can_be_let_go(visit: Any) -> None:
    page = visit()
    page.locator('[data-key="environment_disaster"]').click()
    page.wait_for_function("document.body.innerText.includes('dari 21,')")
    assert "topik=environment_disaster" in page.url
    page.get_by_role("button", name="Lingkungan, bencana ✕").click()
    page.wait_for_function("document.body.innerText.includes('dari 61,')")
    page.get_by_text("Aduan", exact=True).last.click()
    page.wait_for_function("document.body.innerText.includes('dari 12,')")
    assert "status: diproses" in page.inner_text("body")


def test_words_are_searched_and_a_faulty_query_says_what_is_wrong(visit: Any) -> None:
    page = visit()
    box = page.get_by_role("textbox", name="Kata atau kueri")
    box.fill("festival")
    box.press("Enter")
    page.wait_for_function("document.body.innerText.includes('dari 40,')")
    box.fill('banjir DAN ("jalan')
    box.press("Enter")
    page.wait_for_function("document.body.innerText.includes('Kuerinya belum terbaca')")
    assert box.input_value() == 'banjir DAN ("jalan', "what was typed is still there"
    page.get_by_role("button", name="Hapus semua saringan").click()
    page.wait_for_function("document.body.innerText.includes('dari 61,')")


def test_english_is_one_click_away(visit: Any) -> None:
    page = visit()
    page.get_by_role("button", name="English").click()
    page.wait_for_function("document.body.innerText.includes('Trends and complaints')")
    assert "SAMPLE DATA" in page.inner_text("body")
    assert "bahasa=en" in page.url


def test_a_hostile_post_does_nothing_and_breaks_nothing(visit: Any) -> None:
    page = visit("/tren?kueri=banjir")
    page.wait_for_function("document.body.innerText.includes('<script>')")
    assert page.title() != "kena"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(
    "path", ["/tren?hari=abc&mulai=kemarin&topik=%00&wilayah=%3Cb%3E", "/tren?mulai=2026-13-99", "/tren?hari=14&hari=9"]
)
def test_nonsense_in_the_address_is_no_trace(visit: Any, path: str) -> None:
    text = visit(path).inner_text("body")
    assert "Traceback" not in text and "Tren dan aduan" in text


@pytest.mark.parametrize(
    ("width", "height", "theme"),
    [(1366, 768, "light"), (1920, 1080, "dark"), (3840, 2160, "light"), (1024, 768, "dark")],
)
def test_nothing_overflows_at_any_size(visit: Any, width: int, height: int, theme: str) -> None:
    page = visit(width=width, height=height, theme=theme)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    cut = page.evaluate(
        """() => [...document.querySelectorAll('.kt-head, .kt-facts, .kt-card, .kt-row')]
              .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.className)"""
    )
    assert cut == []
    background = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", background)[:3])) < 200) == (theme == "dark")


def test_more_posts_come_when_asked_for(visit: Any) -> None:
    page = visit()
    assert page.locator(".kt-post").count() == 10
    page.get_by_role("button", name="Muat 10 lagi").click()
    page.wait_for_function("document.querySelectorAll('.kt-post').length === 20")


def test_one_click_secures_a_post_and_its_case_shows_who_held_it(visit: Any, installation: Settings) -> None:
    page = visit("/tren?kueri=%22nomor+57%22")
    button = page.locator(".kt-act")
    button.focus()
    page.keyboard.press("Enter")
    kept = page.locator(".kt-kept")
    kept.wait_for()
    assert "KASUS-" in kept.inner_text() and button.count() == 0
    kept.click()
    page.wait_for_selector(".kt-chain")
    text = page.inner_text("[data-testid=stMain]")
    for words in ("Jalan banjir lagi nomor 57", "Sebelum ekspor", "Laporan polisi", "diamankan", "dilihat", "sha256"):
        assert words in text, words
    case = page.url.rpartition("kasus=")[2]
    with open_casework(installation) as casework, casework.read() as session:
        chain = read_chain(session, case)
    assert [(entry.act, entry.actor) for entry in chain[-2:]] == [("secured", "ani"), ("viewed", "ani")]
    page.goto(page.url.replace(case, "KASUS-1999-0001"))
    page.wait_for_selector(".kt-state")
    assert "KASUS-1999-0001" in page.inner_text("[class*=st-key-card-case]:has(.kt-state)")


def test_the_health_route_answers(address: str) -> None:
    with urllib.request.urlopen(f"{address}/sehat", timeout=10) as answer:
        said = json.load(answer)
    assert said["status"] == "sehat" and said["documents"] == 73


def test_an_empty_store_says_what_to_do(chromium: Any, tmp_path: Path) -> None:
    with running_dashboard(Settings(data_dir=tmp_path / "var", sign_in="off")) as url:
        page = chromium.new_page()
        page.goto(f"{url}/tren")
        page.wait_for_selector(".kt-state")
        text = page.inner_text("body")
        page.close()
    assert "Belum ada apa pun" in text and "kentongan demo" in text and "DATA CONTOH" not in text


def test_a_store_that_is_away_is_said_and_health_is_503(chromium: Any, tmp_path: Path) -> None:
    away = Settings(data_dir=tmp_path / "var", elasticsearch_url="http://127.0.0.1:9", sign_in="off")
    with running_dashboard(away) as url:
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{url}/sehat", timeout=60)
        assert refused.value.code == 503
        refused.value.close()
        page = chromium.new_page()
        page.goto(f"{url}/tren")
        page.wait_for_selector(".kt-state", timeout=60_000)
        text = page.inner_text("body")
        page.close()
    assert "Penyimpanan tidak dapat dibaca" in text and "Traceback" not in text
