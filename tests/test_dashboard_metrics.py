"""`/metrik`: who may read the figures, and that they are the installation's own."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from casework_fixtures import migrated_file
from search_documents import make_document
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from casework.accounts.sessions import IDLE, end_session, open_session
from casework.db import Casework, open_casework
from casework.people import add_person
from casework.roles import SYSTEM
from dashboard.metrics import CountRequests, RequestCounts, collect, may_read, route_name
from kentongan.errors import Retry
from kentongan.settings import Settings
from search.open import open_store
from search.store import Store

NOW = datetime.now(UTC)
Value = Callable[[str], float | None]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("metrik")
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    return Settings(data_dir=folder)


@pytest.fixture(scope="module")
def store(settings: Settings) -> Iterator[Store]:
    with open_store(settings) as opened:
        opened.add([make_document(number) for number in range(3)])
        opened.refresh()
        yield opened


@pytest.fixture(scope="module")
def casework(settings: Settings) -> Iterator[Casework]:
    with open_casework(settings) as opened:
        with opened.begin() as session:
            person = add_person(session, "ani", name="Ani Lestari", role="analis", actor=SYSTEM, now=NOW)
            for _ in range(2):
                open_session(session, person.id, browser="Firefox", now=NOW)
            open_session(session, person.id, browser="lama", now=NOW - IDLE)
            end_session(session, open_session(session, person.id, browser="keluar", now=NOW).token, now=NOW)
        yield opened


def value_of(text: str, name: str) -> float | None:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return None if found is None else float(found[1])


def test_figures_are_the_installations_own_and_name_nobody(
    settings: Settings, store: Store, casework: Casework
) -> None:
    counts = RequestCounts()
    counts.add("/tren", 200)
    counts.add("/tren", 200)
    text = collect(settings, store=lambda: store, casework=lambda: casework, counts=counts, now=NOW)
    assert value_of(text, "kentongan_documents") == 3 and value_of(text, "kentongan_store_behind") == 0
    assert value_of(text, "kentongan_sessions_open") == 2, "neither the one that ran out nor the one signed out of"
    assert value_of(text, "kentongan_alerts_open") == 0
    assert value_of(text, 'kentongan_requests_total{route="/tren",status="200"}') == 2
    assert (value_of(text, "kentongan_memory_bytes") or 0) > 1e7
    assert "Ani" not in text and "ani" not in re.findall(r'"([^"]*)"', text)
    names = re.findall(r"^# TYPE (\S+) (gauge|counter)$", text, re.MULTILINE)
    assert len(names) == len(set(names)) >= 7


def test_a_part_that_is_away_is_said_and_the_rest_still_answers(settings: Settings, casework: Casework) -> None:
    def away() -> Store:
        raise Retry("Penyimpanan tidak menjawab.")

    text = collect(settings, store=away, casework=lambda: casework, counts=RequestCounts(), now=NOW)
    assert value_of(text, 'kentongan_up{part="store"}') == 0 and value_of(text, 'kentongan_up{part="casework"}') == 1
    assert value_of(text, "kentongan_documents") is None and value_of(text, "kentongan_sessions_open") == 2


def test_the_age_of_the_last_crawl_is_told(settings: Settings, casework: Casework, store: Store) -> None:
    from crawlers.state import CollectionState

    with CollectionState(settings.collection_file) as state:
        run = state.start_run(NOW - timedelta(hours=2))
        state.finish_run(run, at=NOW - timedelta(hours=1), report=b"")
    text = collect(settings, store=lambda: store, casework=lambda: casework, counts=RequestCounts(), now=NOW)
    assert value_of(text, "kentongan_last_crawl_age_seconds") == pytest.approx(3600, abs=1)


def asked(settings: Settings, *, client: str = "127.0.0.1", **headers: str) -> bool:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return may_read(Request({"type": "http", "headers": named, "client": (client, 1)}), settings)


def test_only_this_machine_reads_them_without_a_token(settings: Settings) -> None:
    assert asked(settings) and asked(settings, client="::1")
    assert not asked(settings, client="10.0.0.7") and not asked(settings, client="testclient")
    assert not asked(settings, x_forwarded_for="203.0.113.9"), "what a proxy passes on comes from elsewhere"
    for more in ({"public_url": "https://kentongan.contoh.go.id"}, {"dashboard_path": "/kentongan"}):
        assert not asked(msgspec.structs.replace(settings, **more)), "a proxy on this machine looks like this machine"


def test_with_a_token_whoever_sends_it_reads_them_and_nobody_else(settings: Settings) -> None:
    guarded = msgspec.structs.replace(settings, metrics_token="panjang sekali dan acak")
    assert asked(guarded, client="10.0.0.7", authorization="Bearer panjang sekali dan acak")
    for sent in ("", "Bearer ", "Bearer salah", "panjang sekali dan acak", "Bearer panjang sekali dan acak\u00e9"):
        assert not asked(guarded, authorization=sent)
    assert not asked(guarded)


def test_answers_are_counted_by_route_never_by_what_was_asked() -> None:
    async def answer(request: Request) -> Response:
        return PlainTextResponse("", status_code=404 if "nol" in request.url.path else 200)

    counts = RequestCounts()
    app = Starlette(
        routes=[Route("/{rest:path}", answer)], middleware=[Middleware(CountRequests, counts=counts)]
    )  # fmt: skip
    client = TestClient(app)
    for path in ("/aduan", "/adu/status?nomor=ADU-2026-000001", "/bukti/KASUS-2026-0001.zip", "/nol/a", "/nol/b"):
        client.get(path)
    labels = {(one["route"], one["status"]): value for one, value in counts.samples()}
    assert labels == {
        ("/aduan", "200"): 1, ("/adu/status", "200"): 1, ("/bukti/{package}", "200"): 1, ("lain", "404"): 2,
    }  # fmt: skip
    assert route_name("/_stcore/stream") == "streamlit" and route_name("/aset/style.css") == "/aset/*"
