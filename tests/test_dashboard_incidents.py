"""Calls for help over a real HTTP server, and the page of incidents with its banner."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
import uvicorn
from casework_fixtures import count_rows
from incident_desk import put_agencies
from page_world import told
from starlette.applications import Starlette
from streamlit import cache_data, cache_resource
from streamlit.testing.v1 import AppTest

from analysis.claims import ClaimMatcher
from casework.db import Casework, open_casework
from casework.incidents.danger_acts import raise_danger
from casework.incidents.reading import current_takeover, list_held, list_incidents, read_room
from casework.incidents.room import open_incident
from casework.incidents.tables import IncidentCallerRow, IncidentCallRow, IncidentRow
from casework.people import add_person
from casework.roles import SYSTEM
from casework.webhook_signature import MAX_BODY, SIGNATURE_HEADER, WINDOW_S, sign
from dashboard.data import shared_casework, shared_store
from dashboard.incident_webhook import incident_routes
from dashboard.tip_desk import TipDesk
from kentongan.errors import Retry
from kentongan.places import load_gazetteer
from kentongan.settings import Settings, as_variables
from search.store import Store

SECRET = "rahasia-darurat"


@dataclass(slots=True)
class Gateway:
    """A panic button that calls a served command centre."""

    casework: Casework
    http: httpx.Client

    def ring(
        self,
        body: bytes | None = None,
        *,
        header: str | None = None,
        at: int | None = None,
        secret: str = SECRET,
        **said: Any,
    ) -> httpx.Response:
        """Send a call, signed now unless said otherwise."""
        sent = json.dumps(said).encode() if body is None else body
        signed = sign(sent, secret=secret, at=at or int(time.time())) if header is None else header
        return self.http.post("/api/darurat", content=sent, headers={SIGNATURE_HEADER: signed})


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    import samples

    settings = Settings(data_dir=tmp_path_factory.mktemp("darurat"), region="99.01", emergency_webhook_secret=SECRET)

    def away() -> Store:
        raise Retry("Penyimpanan sedang tidak ada.")

    def no_claims() -> ClaimMatcher:
        raise Retry("Penyimpanan sedang tidak ada.")

    gazetteer = load_gazetteer(Path(samples.__file__).parent / "regions.csv")
    with open_casework(settings) as casework:
        desk = TipDesk(settings=settings, casework=lambda: casework, store=away, claims=no_claims)
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            app = Starlette(routes=incident_routes(lambda: desk, lambda: gazetteer))
            server = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none", lifespan="off"))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()
            try:
                while not server.started:
                    time.sleep(0.01)
                address = f"http://127.0.0.1:{listener.getsockname()[1]}"
                with httpx.Client(base_url=address, timeout=30, trust_env=False) as http:
                    yield Gateway(casework=casework, http=http)
            finally:
                server.should_exit = True
                thread.join(timeout=10)


@pytest.fixture
def gateway(served: Gateway) -> Gateway:
    """The same server; what earlier tests opened is closed, so that nothing joins it."""
    with served.casework.engine.begin() as connection:
        connection.execute(sa.text("UPDATE incident SET state = 'closed', closed_at = opened_at, outcome = 'uji'"))
    return served


def test_an_emergency_through_the_signed_webhook_opens_an_incident_with_its_room_and_log(gateway: Gateway) -> None:
    answer = gateway.ring(
        id="panik-1", kind="kebakaran", place="Pasar Randu", text="Api! Hubungi 081234567890", lat=None, lon=None,
        name="Bu Sri", contact="081234567890",
    )  # fmt: skip
    assert answer.status_code == 202
    said = answer.json()
    assert said["membuka"] and said["baru"] and said["status"] == "taken"
    with gateway.casework.read() as session:
        (incident,) = list_incidents(session)
        assert incident.number == said["insiden"] and incident.title == "Kebakaran: Pasar Randu"
        assert current_takeover(session) == incident
        room = read_room(session, incident.id)
        assert [entry.act for entry in room.log] == ["opened", "called"] and room.log[0].actor_name == "sistem"
        assert room.incident.region is not None and room.incident.region.startswith("99.01")
    second = gateway.ring(id="panik-2", kind="kebakaran", place="pasar randu", text="Api membesar").json()
    assert second["insiden"] == said["insiden"] and not second["membuka"]
    with gateway.casework.read() as session:
        assert len(read_room(session, incident.id).calls) == 2


def test_a_wrong_signature_and_a_replay_are_refused_and_change_nothing(gateway: Gateway) -> None:
    body = json.dumps({"id": "panik-9", "kind": "medis", "place": "Telaga"}).encode()
    before = count_rows(gateway.casework, IncidentCallRow)
    for given in (
        {"header": ""},
        {"header": "t=1,v1=00"},
        {"secret": "lain"},
        {"at": int(time.time()) - WINDOW_S - 5},
        {"at": int(time.time()) + WINDOW_S + 5},
    ):
        assert gateway.ring(body, **given).status_code == 401, given
    assert count_rows(gateway.casework, IncidentCallRow) == before
    at = int(time.time())
    header = sign(body, secret=SECRET, at=at)
    assert gateway.ring(body, header=header).status_code == 202
    assert gateway.ring(body, header=header).status_code == 409, "the same signed bytes"
    again = gateway.ring(body, at=at - 1)
    assert again.status_code == 200 and not again.json()["baru"], "the sender asks whether it arrived"
    other = json.dumps({"id": "panik-9", "kind": "medis", "place": "Randu"}).encode()
    assert gateway.ring(other).status_code == 409, "another call under a used id"
    assert count_rows(gateway.casework, IncidentCallRow) == before + 1


@pytest.mark.parametrize(
    "body",
    [b"{rusak", b"[]", b'{"kind": "medis"}', b'{"id": " ", "kind": "medis"}', b'{"id": "kosong"}',
     b'{"id": "x", "lat": "tujuh"}', b"\xff\xfe", b'{"id": "y", "kind": ' + b"[" * 5000],
)  # fmt: skip
def test_what_cannot_be_read_is_kept_and_held_with_its_reason(gateway: Gateway, body: bytes) -> None:
    answer = gateway.ring(body)
    assert answer.status_code == 202 and answer.json()["status"] == "held" and answer.json()["alasan"]
    with gateway.casework.read() as session:
        held = list_held(session)[-1]
        assert held.id == answer.json()["panggilan"] and held.incident is None
        kept = session.get_one(IncidentCallerRow, held.id)
        assert kept.raw == body.decode("utf-8", "replace")


def test_coordinates_in_the_sea_do_not_keep_help_away(gateway: Gateway) -> None:
    answer = gateway.ring(id="laut", kind="medis", text="tolong", lat=-20.0, lon=100.0)
    assert answer.status_code == 202 and answer.json()["membuka"] and "tidak masuk akal" in answer.json()["alasan"]


def test_a_body_without_end_and_a_closed_address_are_refused(gateway: Gateway, tmp_path: Path) -> None:
    assert gateway.ring(b"x" * (MAX_BODY + 1)).status_code == 413


# The page.


def draw_page() -> None:
    from dashboard.app_pages.incidents import show_incidents
    from dashboard.data import load_takeover, read_settings
    from dashboard.frame import show_takeover_banner

    show_takeover_banner(load_takeover, "id", zone="WIB")
    show_incidents(read_settings(), language="id")


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The page in an installation whose pages act for a petugas of the command centre."""
    settings = Settings(data_dir=tmp_path / "var", sign_in="off", dashboard_person="joko")
    for name, value in as_variables(settings).items():
        monkeypatch.setenv(name, value)
    for cache in (cache_data, cache_resource):
        cache.clear()
    now = datetime.now(UTC)
    with open_casework(settings) as casework:
        put_agencies(casework)
        with casework.begin() as session:
            add_person(session, "joko", name="Joko", role="petugas", agency="Command Center Tirtamaya", actor=SYSTEM,
                       now=now)  # fmt: skip
    yield AppTest.from_function(draw_page, default_timeout=60)
    shared_store().close()
    shared_casework().close()
    for cache in (cache_data, cache_resource):
        cache.clear()


def test_an_incident_is_opened_worked_and_closed_on_the_page(page: AppTest) -> None:
    page.run()
    assert "Tidak ada insiden terbuka" in told(page) and "kt-banner" not in told(page)
    page.text_input(key="incident_place").set_value("Pasar <b>Kalimanis</b>").run()
    page.button(key="incident_open").click().run()
    shown = told(page)
    assert "Kebakaran: Pasar &lt;b&gt;Kalimanis" in shown and "<b>Kalimanis" not in shown
    assert "kt-banner" in shown, "the emergency takes over every page"
    page.text_input(key="task_what").set_value("Padamkan api")
    page.selectbox(key="task_who").set_value("instansi:bpbd")
    page.button(key="task_give").click().run()
    assert "BPBD Tirtamaya" in told(page)
    page.text_input(key="task_note").set_value("Api padam")
    page.button(key="task_done").click().run()
    page.text_input(key="incident_note").set_value("Posko ditutup")
    page.button(key="incident_note_save").click().run()
    assert "Posko ditutup" in told(page) and page.text_input(key="incident_note").value == ""
    page.text_area(key="room_outcome").set_value("Padam, tanpa korban")
    page.button(key="room_end").click().run()
    cache_data.clear()
    assert "kt-banner" not in told(page.run()) and "Padam, tanpa korban" in told(page)
    with shared_casework().read() as session:
        assert [entry.act for entry in read_room(session, 1).log] == [
            "opened", "called", "assigned", "task", "noted", "closed",
        ]  # fmt: skip


def test_a_danger_is_answered_on_the_page_and_opens_its_incident(page: AppTest) -> None:
    now = datetime.now(UTC)
    with shared_casework().begin() as session:
        raise_danger(session, "a" * 32, danger="banjir", words="Air naik di <i>Randu</i>", reasons=["air naik"],
                     region=None, actor=SYSTEM, now=now - timedelta(minutes=20))  # fmt: skip
    page.query_params["bahaya"] = "1"
    page.run()
    shown = told(page)
    assert "belum dijawab" in shown and "pimpinan ikut ditanya" in shown and "<i>Randu" not in shown
    page.button(key="danger_give").click().run()
    assert "Tidak dapat dilakukan" in told(page), "an answer without words is none"
    page.button_group(key="danger_answer").set_value("confirmed")
    page.text_area(key="danger_text").set_value("Air 40 cm, warga diungsikan")
    page.text_input(key="danger_source").set_value("posko Randu")
    page.button(key="danger_give").click().run()
    with shared_casework().read() as session:
        assert [one.kind for one in list_incidents(session)] == ["banjir"]
    assert "Banjir" in told(page)


def test_the_page_says_why_where_its_person_may_not_act(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.now(UTC)
    with shared_casework().begin() as session:
        open_incident(session, title="Uji", kind="lain", level="siaga", actor=SYSTEM, now=now)
        session.execute(sa.text("UPDATE person SET active = :no WHERE username = 'joko'"), {"no": False})
    page.query_params["insiden"] = "1"
    page.run()
    page.text_input(key="incident_note").set_value("x")
    page.button(key="incident_note_save").click().run()
    assert "tidak aktif" in told(page) and page.text_input(key="incident_note").value == "x"
    assert count_rows(shared_casework(), IncidentRow) == 1
