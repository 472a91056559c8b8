"""The wall's snapshot and door: small aggregates without personal data, last good data kept, devices alone let in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_type_hints

import msgspec
import pytest
from starlette.testclient import TestClient
from wall_screen import make_desk, wall_app
from wall_world import NOW, World, empty_casework, open_world

from casework.db import open_casework
from casework.incidents.room import open_incident
from casework.people import add_person, first_admin
from casework.roles import SYSTEM, Actor
from casework.wall.announcements import announce
from casework.wall.devices import add_device, revoke_device
from dashboard.wall import routes
from dashboard.wall.cameras import CamerasPanel
from dashboard.wall.panels.incident import IncidentPanel
from dashboard.wall.panels.issues import IssuesPanel
from dashboard.wall.panels.region_map import RegionMapPanel
from dashboard.wall.panels.sentiment import SentimentPanel
from dashboard.wall.playlist import DEFAULT, Playlist, Scene
from dashboard.wall.routes import COOKIE, WallDesk
from dashboard.wall.snapshot import PANELS, Wall
from kentongan.errors import Retry
from kentongan.schema import Query
from kentongan.settings import Settings
from search.open import open_store
from search.store import Store

SECOND = timedelta(seconds=1)
Guarded = tuple[TestClient, WallDesk, Callable[[], str]]
EVERYTHING = Playlist(scene=(*DEFAULT.scene, Scene(name="Semua", panels=("cameras", "alerts"))), issue_words=False)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with open_world(tmp_path_factory.mktemp("dinding"), hostile=True) as made:
        yield made


def desk_of(world: World, playlist: Playlist = DEFAULT, clock: Callable[[], datetime] = lambda: NOW) -> WallDesk:
    return make_desk(world.settings, lambda: world.store, lambda: world.casework, clock=clock, playlist=playlist)


def panels_of(desk: WallDesk, now: datetime = NOW) -> dict[str, Any]:
    """The snapshot once all panels have been read."""
    desk.wall.run(now)
    return json.loads(desk.wall.look(now).body)["panels"]  # type: ignore[no-any-return]


def test_every_panel_of_the_wall_is_read_and_all_of_it_is_small(world: World) -> None:
    desk = desk_of(world, EVERYTHING)
    panels = panels_of(desk)
    assert set(panels) == set(PANELS)
    assert [name for name, one in panels.items() if one["fault"]] == []
    assert len(desk.wall.look(NOW).body) < 30_000


def test_the_numbers_are_those_of_the_store(world: World) -> None:
    panels = panels_of(desk_of(world))
    sentiment = msgspec.convert(panels["sentiment"]["data"], SentimentPanel)
    assert len(sentiment.hours) == 24 and sentiment.posts == sum(
        one.negative + one.neutral + one.positive + one.unread for one in sentiment.hours
    )
    negative = sum(one.negative for one in sentiment.hours)
    assert sentiment.shares[0].percent == round(100 * negative / sentiment.decided)
    assert sentiment.change is not None and sentiment.change > 0
    issues = msgspec.convert(panels["issues"]["data"], IssuesPanel)
    assert issues.rising and issues.lines[0].title == "Lingkungan, bencana"
    assert any(line.place == "Kec. Randu" for line in issues.lines)
    assert panels["hoaxes"]["data"]["suspected"] == 1 and panels["hoaxes"]["data"]["lines"][0]["copies"] == 15
    districts = msgspec.convert(panels["map"]["data"], RegionMapPanel)
    assert districts.named[0].name == "Randu" and districts.few >= 1
    assert panels["coverage"]["data"]["sample"] and "Facebook" in panels["coverage"]["data"]["missing"]


def test_nothing_that_a_person_wrote_or_is_called_gets_onto_the_wall(world: World) -> None:
    """The posts carry names, numbers and markup, are many, and rise: none of it may be in what screens are sent."""
    body = json.dumps(panels_of(desk_of(world, EVERYTHING)), ensure_ascii=False)
    seen = 0
    for record in world.store.stream(Query()):
        seen += 1
        document = record.document
        assert document.id not in body and document.native_key not in body
        assert document.author is None or document.author not in body
        assert document.text not in body
        # Five words in a row of anybody's are nobody's summary.
        words = document.text[:2_000].split()
        for at in range(len(words) - 4):
            assert " ".join(words[at : at + 5]) not in body
    assert seen > 800
    for part in ("script", "Budi", "Santoso", "budisantoso", "3374010101800001", "081234567890", "surel", "\u202e"):
        assert part not in body, part


def test_words_of_issues_come_only_where_asked_for_and_are_masked(world: World) -> None:
    body = json.dumps(panels_of(desk_of(world, msgspec.structs.replace(DEFAULT, issue_words=True))), ensure_ascii=False)
    assert "banjir" in body
    for part in ("3374010101800001", "081234567890", "budi.santoso@surel.example", "<script"):
        assert part not in body, part


def fields_of(kind: Any) -> set[str]:
    """Every field's name in a panel's record and the records in it."""
    found: set[str] = set()
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        for field in msgspec.structs.fields(kind):
            found |= {field.name} | fields_of(field.type)
    for part in getattr(kind, "__args__", ()):
        found |= fields_of(part)
    return found


def test_no_record_of_the_wall_has_a_field_for_a_person_or_for_words_of_posts() -> None:
    kinds = [get_type_hints(read)["return"] for read, _ in PANELS.values() if "return" in read.__annotations__]
    assert len(kinds) == len(PANELS) - 1  # that of the cameras is made by their object
    fields = set().union(*(fields_of(kind) for kind in (*kinds, CamerasPanel)))
    assert "percent" in fields and "opened_ms" in fields
    forbidden = ("author", "account", "reporter", "caller", "text", "url", "document", "username", "person", "contact")
    assert {field for field in fields if any(part in field for part in forbidden)} == set()


def test_a_snapshot_is_computed_once_for_all_and_at_each_panels_pace(world: World) -> None:
    desk = desk_of(world)
    with ThreadPoolExecutor(20) as screens:
        bodies = {one.tag for one in screens.map(lambda _: desk.wall.look(NOW), range(40))}
    desk.wall.run(NOW)
    assert len(bodies) <= len(desk.wall.names)
    tried = {name: state.tried_at for name, state in desk.wall.states.items()}
    assert set(tried.values()) == {NOW}
    assert desk.wall.due(NOW + 4 * SECOND) == []
    assert desk.wall.due(NOW + 6 * SECOND) == ["incident"]
    assert set(desk.wall.due(NOW + 600 * SECOND)) == set(desk.wall.names)
    assert set(desk.wall.due(NOW - 60 * SECOND)) == set(desk.wall.names), "a clock that was set back stops nothing"


def test_while_the_store_is_away_the_last_good_data_stay_with_their_moment(world: World) -> None:
    away = False

    def store() -> Store:
        if away:
            raise Retry("Elasticsearch tidak menjawab.")
        return world.store

    desk = make_desk(world.settings, store, lambda: world.casework, clock=lambda: NOW)
    before = panels_of(desk)
    away, later = True, NOW + timedelta(minutes=10)
    after = panels_of(desk, later)
    made = desk.wall.look(later)
    assert after["sentiment"]["data"] == before["sentiment"]["data"]
    assert after["sentiment"]["fault"] == "Sumber data tidak menjawab"
    assert made.computed["sentiment"] == int(NOW.timestamp() * 1000)
    assert after["complaints"]["fault"] is None and made.computed["complaints"] == int(later.timestamp() * 1000)
    away = False
    assert panels_of(desk, later + timedelta(minutes=1))["sentiment"]["fault"] is None


def test_a_fault_nobody_foresaw_takes_no_other_panel_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(sources: object, now: datetime) -> msgspec.Struct:
        raise ZeroDivisionError

    monkeypatch.setattr("dashboard.wall.snapshot.PANELS", {**PANELS, "map": (broken, 20)})
    panels = panels_of(desk_of(world))
    assert panels["map"] == {"data": None, "fault": "Sumber data tidak menjawab"}
    assert panels["sentiment"]["fault"] is None


def test_an_emergency_shows_what_a_person_wrote_and_nothing_of_what_a_caller_said(tmp_path: Path) -> None:
    settings = empty_casework(tmp_path)
    with open_casework(settings) as casework, open_store(settings) as store:
        desk = make_desk(settings, lambda: store, lambda: casework, clock=lambda: NOW)

        def shown(now: datetime) -> IncidentPanel:
            return msgspec.convert(panels_of(desk, now)["incident"]["data"], IncidentPanel)

        assert shown(NOW).current is None
        with casework.begin() as session:
            open_incident(session, title="Kebakaran: Jalan Mawar 3, rumah Bu Sri", kind="kebakaran", level="darurat",
                          place="Jalan Mawar 3, rumah Bu Sri", region="33.74.01", actor=SYSTEM, now=NOW)  # fmt: skip
        called = shown(NOW + timedelta(minutes=1)).current
        assert called and (called.title, called.level) == ("Kebakaran", "darurat")
        assert "Sri" not in repr(called) and "Mawar" not in repr(called)
        with casework.begin() as session:
            person = first_admin(session, "ratna", name="Ratna", now=NOW)
        with casework.begin() as session:
            lead = add_person(session, "dewi", name="Dewi", role="pimpinan", agency=None, actor=SYSTEM, now=NOW)
            who = Actor(id=lead.id, username="dewi", role="pimpinan")
            open_incident(session, title="Banjir Waduk Lama, hubungi 081234567890", kind="banjir", level="darurat",
                          place="Waduk Lama", actor=who, now=NOW + timedelta(minutes=2))  # fmt: skip
            announce(session, "Pintu barat ditutup", ends_at=NOW + timedelta(hours=1), actor=who, now=NOW)
        named = shown(NOW + timedelta(minutes=3)).current
        assert person and named and named.title == "Banjir Waduk Lama, hubungi [nomor]"
        assert (named.place, named.announcement) == ("Waduk Lama", "Pintu barat ditutup")
        assert "112" in named.instruction


# The door


@pytest.fixture
def guarded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[TestClient, WallDesk, Callable[[], str]]]:
    """A wall that asks for a device, and what adds one."""
    monkeypatch.setattr(routes, "TRUST_S", 0.0)
    settings = msgspec.structs.replace(empty_casework(tmp_path), sign_in="required")
    with open_casework(settings) as casework, open_store(settings) as store:
        with casework.begin() as session:
            person = first_admin(session, "ratna", name="Ratna", now=NOW)
        admin = Actor(id=person.id, username="ratna", role="admin")
        desk = make_desk(settings, lambda: store, lambda: casework, clock=lambda: NOW)

        def code() -> str:
            with casework.begin() as session:
                return add_device(session, "Lobi", actor=admin, now=NOW).code

        with TestClient(wall_app(desk), follow_redirects=False, base_url="https://dinding.example") as client:
            yield client, desk, code


def test_without_a_device_there_is_the_door_and_nothing_else(
    guarded: Guarded,
) -> None:
    client, desk, _ = guarded
    door = client.get("/dinding")
    assert door.status_code == 200 and "Layar ini belum terpasang" in door.text and "data-wall" not in door.text
    for path in ("/dinding/data", "/dinding/kamera/0"):
        for cookies in ({}, {COOKIE: "x" * 43}):
            assert (
                client.get(path, headers={"Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())}).status_code
                == 401
            )
    assert desk.wall.states == {}, "nothing is computed for a stranger"
    echoed = client.get("/dinding", params={"kode": '"><script>x</script>'}).text
    assert "<script>x" not in echoed and "data-ready" in echoed


def test_a_code_pairs_a_screen_once_and_revoking_shuts_it_out_at_its_next_request(
    guarded: Guarded,
) -> None:
    client, desk, new_code = guarded
    code = new_code()
    done = client.post("/dinding", data={"kode": code.lower()})
    assert (done.status_code, done.headers["Location"]) == (303, "dinding")
    cookie = done.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "Secure" in cookie and "SameSite=lax" in cookie and "Path=/dinding" in cookie
    assert "data-wall" in client.get("/dinding").text
    assert client.get("/dinding/data").status_code == 200
    with TestClient(client.app, follow_redirects=False) as other:
        again = other.post("/dinding", data={"kode": code})
        assert again.status_code == 403 and "sudah dipakai" in again.text and "Set-Cookie" not in again.headers
    with desk.casework().begin() as session:
        revoke_device(session, 1, actor=SYSTEM, now=NOW)
    assert client.get("/dinding/data").status_code == 401
    assert "belum terpasang" in client.get("/dinding").text


def test_codes_cannot_be_tried_without_end_nor_sent_from_another_site(
    guarded: Guarded,
) -> None:
    client, _, new_code = guarded
    foreign = client.post("/dinding", data={"kode": new_code()}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403 and "Set-Cookie" not in foreign.headers
    tried = [client.post("/dinding", data={"kode": f"AAAA-AAAA-{at:04d}"}).status_code for at in range(22)]
    assert tried[:20] == [403] * 20 and set(tried[20:]) == {429}


def test_while_the_database_is_away_a_known_screen_keeps_its_wall_and_no_screen_is_sent_to_the_door(
    guarded: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, desk, new_code = guarded
    client.post("/dinding", data={"kode": new_code()})
    assert client.get("/dinding/data").status_code == 200

    def away() -> Any:
        raise Retry("Basis data tidak menjawab.")

    monkeypatch.setattr(desk, "casework", away)
    assert client.get("/dinding/data").status_code == 200
    desk.known.clear()  # as after a restart of the server
    assert client.get("/dinding/data").status_code == 503
    assert client.get("/dinding").status_code == 503


def test_unchanged_figures_cost_a_header_and_every_answer_is_closed_to_scripts(world: World) -> None:
    clock = [NOW]
    desk = desk_of(world, clock=lambda: clock[0])
    desk.wall.run(NOW)
    with TestClient(wall_app(desk)) as client:
        first = client.get("/dinding/data")
        clock[0] += 3 * SECOND
        second = client.get("/dinding/data", headers={"If-None-Match": first.headers["ETag"]})
        assert (second.status_code, second.content) == (304, b"")
        facts = json.loads(second.headers["X-Dinding"])
        assert (
            facts["now"] == int(clock[0].timestamp() * 1000) and facts["computed"]["sentiment"] == facts["now"] - 3000
        )
        page = client.get("/dinding")
        assert "script-src 'self'" in page.headers["Content-Security-Policy"] and "unsafe" not in str(page.headers)
        assert "<script>" not in page.text and " style=" not in page.text and " on" + "click" not in page.text
        for name in ("wall.js", "panels.js", "draw.js", "incident.js", "wall.css", "door.css", "door.js"):
            assert client.get(f"/dinding/aset/v/{name}").status_code == 200
            assert "http://" not in client.get(f"/dinding/aset/v/{name}").text.replace("http://www.w3.org/2000/svg", "")
        for name in ("routes.py", "..%2Froutes.py"):
            assert client.get(f"/dinding/aset/v/{name}").status_code == 404


def test_an_empty_installation_has_a_wall(tmp_path: Path) -> None:
    settings: Settings = empty_casework(tmp_path)
    with open_casework(settings) as casework, open_store(settings) as store:
        desk = make_desk(settings, lambda: store, lambda: casework, clock=lambda: datetime.now(UTC))
        assert isinstance(desk.wall, Wall)
        panels = panels_of(desk)
        assert [name for name, one in panels.items() if one["fault"]] == []
        assert panels["sentiment"]["data"]["shares"][0]["percent"] is None
