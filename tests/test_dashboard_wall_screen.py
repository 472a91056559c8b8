"""The wall in a real browser: it fits, turns, says how old it is, outlives its server, gives way to an emergency."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from wall_screen import CHECK, SIZES, make_desk, serving
from wall_world import NOW, World, open_world

from casework.incidents.room import close_incident, open_incident
from casework.roles import SYSTEM
from casework.wall.announcements import MAX_TEXT, announce
from casework.wall.devices import add_device
from dashboard.wall.playlist import DEFAULT, Playlist, Scene
from dashboard.wall.routes import WallDesk
from kentongan.errors import Retry
from search.store import Store

STEP_S = 12
"""Seconds that pass at once: more than a screen's pause between two questions, less than it waits for an answer."""
QUICK = Playlist(
    scene=tuple(msgspec.structs.replace(one, seconds=20) for one in DEFAULT.scene), refresh_seconds=10, stale_seconds=60
)
LONG = "Rapat koordinasi pengendalian harga dan banjir di ruang utama bersama semua dinas terkait " * 3


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with open_world(tmp_path_factory.mktemp("layar"), hostile=True) as made:
        yield made


@dataclass
class Room:
    """A wall, its server, one screen, and the time that passes for all of them."""

    world: World
    browser: Any
    playlist: Playlist = QUICK
    now: datetime = NOW
    away: bool = False
    port: int = 0
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server: ExitStack | None = None
        self.desk: WallDesk = self.new_desk()
        self.page: Any = None

    def new_desk(self) -> WallDesk:
        return make_desk(
            self.world.settings, self.store, lambda: self.world.casework, clock=lambda: self.now, playlist=self.playlist
        )

    def store(self) -> Store:
        if self.away:
            raise Retry("Penyimpanan tidak menjawab.")
        return self.world.store

    def start(self) -> None:
        self.desk = self.new_desk()
        self.server = ExitStack()
        self.port = self.server.enter_context(serving(self.desk, port=self.port))

    def stop(self) -> None:
        if self.server is not None:
            self.server.close()
        self.server = None

    def show(self, size: tuple[int, int] = (1920, 1080), theme: str = "gelap") -> Any:
        self.desk.wall.run(self.now)
        self.page = self.browser.new_page(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.clock.install(time=self.now)
        self.page.goto(f"http://127.0.0.1:{self.port}/dinding?tema={theme}")
        self.page.wait_for_selector(".p h2, .takeover")
        return self.page

    def after(self, seconds: float) -> None:
        """Let time pass for server and screen, in steps in which the screen's questions are answered."""
        end = self.now + timedelta(seconds=seconds)
        while self.now < end:
            self.now = min(self.now + timedelta(seconds=STEP_S), end)
            self.desk.wall.settle()
            self.page.clock.run_for(STEP_S * 1000)
            self.page.evaluate("fetch('dinding/data').catch(() => null).then(() => 1)")

    def until(self, selector: str, *, most: int = 20) -> bool:
        """Let time pass until the screen shows this."""
        for _ in range(most):
            if self.page.query_selector(selector):
                return True
            self.after(STEP_S)
        return False

    def text(self, selector: str = "body") -> str:
        return str(self.page.inner_text(selector))

    def close(self) -> None:
        if self.page is not None:
            self.page.close()
        self.stop()
        self.desk.wall.close()


@pytest.fixture
def room(world: World, chromium: Any) -> Iterator[Room]:
    made = Room(world=world, browser=chromium)
    made.start()
    yield made
    made.close()
    assert made.errors == []


@pytest.mark.parametrize(("size", "theme"), [*zip(SIZES, ("gelap", "terang", "gelap"), strict=True)])
def test_every_scene_fits_the_screen_in_letters_that_are_read_from_three_metres(
    room: Room, size: tuple[int, int], theme: str
) -> None:
    with room.world.casework.begin() as session:
        announce(session, LONG[:MAX_TEXT].strip(), ends_at=NOW + timedelta(hours=9), actor=room.world.lead, now=NOW)
    page = room.show(size, theme)
    seen = []
    for _ in room.playlist.scene:
        shown = [one.get_attribute("data-panel") for one in page.query_selector_all(".p")]
        assert page.evaluate(CHECK) == [], f"{size} {theme} {shown}"
        seen.append(shown)
        page.clock.run_for(21_000)
    assert seen == [list(scene.panels) for scene in room.playlist.scene]


def test_a_check_of_a_screen_finds_what_is_wrong(room: Room) -> None:
    page = room.show((1366, 768))
    page.evaluate("document.querySelector('.delta').style.fontSize = '12px'")
    page.evaluate("document.querySelectorAll('.p')[1].style.margin = '0 0 0 -300px'")
    page.evaluate("document.querySelector('.big').style.cssText = 'height:20px;overflow:hidden'")
    faults = " ".join(page.evaluate(CHECK))
    assert "text of" in faults and "lies over" in faults and "cut off" in faults


def soak(room: Room, *, minutes: int) -> None:
    """A wall over a stretch of time: it turns, the store goes, the server goes and comes back, an emergency comes."""
    page, world = room.show(), room.world
    first = page.get_attribute(".p", "data-panel")
    assert "data contoh" in room.text("#title") and "Belum mencakup Facebook" in room.text("#status")
    assert room.until(f".p:first-child:not([data-panel={first}])"), "the scene never turned"
    nodes = page.evaluate("document.getElementsByTagName('*').length")

    room.away = True
    assert room.until(".p.stale .age"), "panels never went grey while the store was away"
    assert "Data " in room.text(".p.stale .age") and "lalu" in room.text(".p.stale .age")
    assert page.query_selector(".p.stale h2, .p.stale .empty"), "the last data are gone"
    room.away = False
    room.after(90)
    assert not page.query_selector(".p.stale"), "panels stayed grey after the store came back"

    room.stop()
    assert room.until("body.gone"), "nobody said that the server is gone"
    assert "Server tidak menjawab sejak" in room.text("#status")
    assert page.query_selector(".p h2"), "the last good data are not kept"
    room.start()
    assert room.until("body:not(.gone)", most=40), "the screen did not come back by itself"
    room.after(60)
    assert "Diperbarui" in room.text("#status")

    with world.casework.begin() as session:
        incident = open_incident(
            session, title="Banjir Waduk Lama", kind="banjir", level="darurat", place="Waduk Lama",
            region="99.01.02", actor=world.lead, now=room.now,
        )  # fmt: skip
    assert room.until(".takeover"), "an emergency did not take over"
    said = room.text(".takeover")
    assert "DARURAT" in said and "Waduk Lama, Kec. Randu" in said and "Sejak" in said and "112" in said
    assert page.evaluate(CHECK) == []
    room.after(90)
    assert page.query_selector(".takeover"), "the rotation went on during an emergency"
    with world.casework.begin() as session:
        close_incident(session, incident.id, outcome="Surut.", version=incident.version, actor=world.lead, now=room.now)
    assert room.until(".p h2"), "the wall did not come back after the emergency"

    left = timedelta(minutes=minutes) - (room.now - NOW)
    room.after(max(0.0, left.total_seconds()))
    assert page.query_selector(".p h2") and not page.query_selector(".p.stale")
    assert page.evaluate("document.getElementsByTagName('*').length") < 2 * nodes + 200, "the page grows"


def test_a_wall_turns_goes_grey_comes_back_and_gives_way_to_an_emergency(room: Room) -> None:
    soak(room, minutes=15)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_day_of_a_wall_with_a_restart_in_it(room: Room) -> None:
    begun = time.monotonic()
    soak(room, minutes=24 * 60)
    assert room.now - NOW >= timedelta(hours=24)
    assert time.monotonic() - begun < 1700


def test_a_revoked_or_unknown_screen_is_told_how_to_be_let_in(world: World, chromium: Any) -> None:
    guarded = World(
        settings=msgspec.structs.replace(world.settings, sign_in="required"), store=world.store,
        casework=world.casework, lead=world.lead,
    )  # fmt: skip
    desk = make_desk(
        guarded.settings, lambda: world.store, lambda: world.casework, clock=lambda: NOW,
        playlist=Playlist(scene=(Scene(name="A", panels=("complaints",)),)),
    )  # fmt: skip
    with world.casework.begin() as session:
        code = add_device(session, "Lobi", actor=SYSTEM, now=NOW).code
    with serving(desk) as port:
        page = chromium.new_page()
        page.goto(f"http://127.0.0.1:{port}/dinding")
        assert "Layar ini belum terpasang" in page.inner_text("h1")
        page.fill("#kode", "SALAH-KODE")
        page.click("button")
        assert "Kode tidak cocok" in page.inner_text("[role=alert]")
        page.goto(f"http://127.0.0.1:{port}/dinding?kode={code}")
        page.wait_for_selector(".p h2", timeout=60_000)
        assert "Aduan" in page.inner_text("main") and "kode" not in page.url
        page.close()
