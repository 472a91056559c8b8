"""Bridges into casework on SQLite and on PostgreSQL: what is kept, how fresh it is, and who is told."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it
from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from bridge_server import BridgeServer, say_html, say_json, serve_bridge
from casework_fixtures import NOW, admin, casework, casework_url, settings, staff  # noqa: F401
from postgres_server import new_database

from casework.agency_events import read_events
from casework.audit import read_audit
from casework.bridge_freshness import CLOGGED_AFTER, MISSED_TURNS, BridgeState, read_bridge_states
from casework.bridge_runs import BridgeRun, due_bridges, read_runs, take_answer
from casework.complaints.tables import ComplaintRow
from casework.db import Casework
from casework.indicator_series import load_series, save_series
from casework.indicators import latest_indicators, read_series
from casework.roles import SYSTEM, Actor, Role
from crawlers.bridges.declaration import Bridge, Paging
from crawlers.bridges.reading import read_bridge
from kentongan.commands.bridge_complaints import complaint_taker
from kentongan.commands.bridges import run as run_bridges
from kentongan.errors import NotAllowed
from kentongan.places import Gazetteer, load_gazetteer
from kentongan.settings import Settings

ON_SQLITE = pytest.mark.parametrize("casework_url", ["sqlite"], indirect=True)
REGIONS = Path(__file__).resolve().parent.parent / "samples" / "regions.csv"
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer(REGIONS)


@pytest.fixture(scope="module")
def server() -> Iterator[BridgeServer]:
    with serve_bridge() as serving:
        yield serving


@pytest.fixture(autouse=True)
def known_series(casework: Casework) -> None:
    with casework.begin() as session:
        save_series(session, load_series())


@pytest.fixture
def here(settings: Settings) -> Settings:
    """The settings of an installation in the invented regency."""
    return msgspec.structs.replace(settings, regions_file=REGIONS, region="99.01")


def api(server: BridgeServer, **more: Any) -> Bridge:
    given: dict[str, Any] = {
        "name": "disdag", "title": "Harga pasar", "agency": "Dinas Perdagangan", "kind": "json", "into": "indicators",
        "every": 60, "late_after": 180, "address": server.url, "allow_private": True, "series": "harga-telur",
        "columns": {"region": "kode", "time": "tanggal", "value": "harga"}, "timeout": 5,
    }  # fmt: skip
    return Bridge(**{**given, **more})


def price(day: str, rupiah: Any) -> dict[str, Any]:
    return {"kode": "99.01", "tanggal": day, "harga": rupiah}


class Reading:
    """Reads bridges into a casework, as the command does."""

    def __init__(self, casework: Casework, settings: Settings, gazetteer: Gazetteer) -> None:
        self.casework, self.settings, self.gazetteer = casework, settings, gazetteer

    def __call__(self, bridge: Bridge, *, now: datetime = NOW, by: Actor = SYSTEM, **environ: str) -> BridgeRun:
        units = {code: one.unit for code, one in load_series().items()}
        answer = read_bridge(
            bridge, gazetteer=self.gazetteer, units=units, settings=self.settings, now=now, environ=environ
        )
        with self.casework.begin() as session:
            return take_answer(
                session, bridge, answer, take_complaints=complaint_taker(self.settings, by, now), actor=by, now=now
            )

    def state(self, bridge: Bridge, *, now: datetime) -> BridgeState:
        with self.casework.read() as session:
            return read_bridge_states(session, now=now)[bridge.name]


@pytest.fixture
def reading(casework: Casework, here: Settings, gazetteer: Gazetteer) -> Reading:
    return Reading(casework, here, gazetteer)


def test_an_interface_that_repeats_yesterday_is_late_and_its_values_are_marked_old(
    casework: Casework, reading: Reading, server: BridgeServer
) -> None:
    bridge = api(server)
    server.answering = lambda query, headers: say_json([price("2026-11-21", 28_400)])
    assert reading(bridge).state == "ok"
    # It answers on, always the same: fresh until late_after is over, and late from then on.
    assert reading(bridge, now=NOW + 2 * HOUR).state == "ok"
    run = reading(bridge, now=NOW + 3 * HOUR)
    state = reading.state(bridge, now=NOW + 3 * HOUR)
    assert (run.state, state.freshness, state.since) == ("late", "terlambat", NOW + 3 * HOUR)
    with casework.read() as session:
        (value,) = latest_indicators(session, region="99.01", now=NOW + 3 * HOUR)
    assert (value.value, value.old, value.old_reason) == (28_400, True, "jembatan")
    server.answering = lambda query, headers: say_json([price("2026-11-21", 28_600)])
    assert reading(bridge, now=NOW + 4 * HOUR).changed == 1
    assert reading.state(bridge, now=NOW + 4 * HOUR).fresh


@ON_SQLITE
def test_an_interface_that_fails_again_and_again_is_clogged_and_keeps_its_last_good_data(
    casework: Casework, reading: Reading, server: BridgeServer
) -> None:
    bridge = api(server, late_after=6_000)
    server.answering = lambda query, headers: say_json([price("2026-11-21", 28_400)])
    reading(bridge)
    server.answering = lambda query, headers: say_html()
    for number in range(1, CLOGGED_AFTER + 1):
        assert reading.state(bridge, now=NOW + number * HOUR).fresh
        run = reading(bridge, now=NOW + number * HOUR)
        assert (run.state, run.reason, run.added) == ("refused", "html", 0)
    state = reading.state(bridge, now=NOW + 4 * HOUR)
    assert (state.freshness, state.since, state.failures) == ("macet", NOW + HOUR, CLOGGED_AFTER)
    assert state.last_good_at == NOW and state.rows == 1 and "HTML" in (state.message or "")
    with casework.read() as session:
        assert [one.value for one in read_series(session, "harga-telur", region="99.01")] == [28_400]
        assert [one.state for one in read_runs(session, "disdag")] == ["refused"] * 3 + ["ok"]
    server.answering = lambda query, headers: say_json([price("2026-11-21", 28_400)])
    assert reading(bridge, now=NOW + 4 * HOUR).state == "ok"
    assert reading.state(bridge, now=NOW + 4 * HOUR).fresh


@ON_SQLITE
def test_a_page_that_repeats_for_ever_clogs_at_once_and_its_rows_are_kept(
    casework: Casework, reading: Reading, server: BridgeServer
) -> None:
    bridge = api(server, paging=Paging(by="page"))
    server.answering = lambda query, headers: say_json([price("2026-11-20", 28_000)])
    run = reading(bridge)
    assert (run.state, run.reason, run.added) == ("clogged", "repeated-page", 1)
    assert reading.state(bridge, now=NOW).freshness == "macet"


@ON_SQLITE
def test_a_bridge_that_nobody_reads_any_more_is_late_by_that_alone(reading: Reading, server: BridgeServer) -> None:
    bridge = api(server, late_after=60_000)
    server.answering = lambda query, headers: say_json([price("2026-11-20", 28_000)])
    reading(bridge)
    unread = NOW + MISSED_TURNS * HOUR
    assert reading.state(bridge, now=unread - timedelta(seconds=1)).fresh
    state = reading.state(bridge, now=unread)
    assert (state.freshness, state.since) == ("terlambat", unread)


@ON_SQLITE
def test_a_bridge_that_never_brought_anything_is_not_fresh(reading: Reading, server: BridgeServer) -> None:
    bridge = api(server)
    server.answering = lambda query, headers: say_html()
    reading(bridge)
    assert reading.state(bridge, now=NOW).freshness == "terlambat"


@ON_SQLITE
def test_values_that_none_can_be_kept_are_a_fault_not_a_good_reading(reading: Reading, server: BridgeServer) -> None:
    server.answering = lambda query, headers: say_json([price("2026-11-20", -5), price("2026-11-19", -6)])
    run = reading(api(server))
    assert (run.state, run.reason, run.refused) == ("refused", "too-low", 2)


def test_a_real_postgresql_view_brings_its_values_and_its_age_shows(
    casework: Casework, reading: Reading, postgres_url: str
) -> None:
    import psycopg

    bridge = Bridge(
        name="dinkes", agency="Dinas Kesehatan", kind="database", into="indicators", every=60, late_after=120,
        address_from="JEMBATAN_DINKES", view="v_kunjungan", series="kunjungan-puskesmas",
        columns={"region": "kecamatan", "time": "bulan", "value": "jumlah"},
    )  # fmt: skip
    with new_database(postgres_url) as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kunjungan (kecamatan text, bulan date, jumlah int)")
        connection.execute("INSERT INTO kunjungan VALUES ('Randu', '2026-10-01', 1284), ('Telaga', '2026-10-01', 9)")
        connection.execute("CREATE VIEW v_kunjungan AS SELECT * FROM kunjungan")
        run = reading(bridge, JEMBATAN_DINKES=url)
        assert (run.state, run.added) == ("ok", 2)
        connection.execute("UPDATE kunjungan SET jumlah = 1300 WHERE kecamatan = 'Randu'")
        assert reading(bridge, now=NOW + HOUR, JEMBATAN_DINKES=url).changed == 1
    # The database is gone now.
    assert reading(bridge, now=NOW + 2 * HOUR, JEMBATAN_DINKES=url).state == "clogged"
    assert reading.state(bridge, now=NOW + 3 * HOUR).freshness == "terlambat"
    with casework.read() as session:
        (value,) = latest_indicators(session, region="99.01.02", now=NOW + 3 * HOUR)
    assert (value.value, value.old_reason) == (1300, "jembatan")


def test_complaints_go_through_the_one_intake_and_twice_adds_none(
    casework: Casework, reading: Reading, server: BridgeServer
) -> None:
    bridge = api(
        server, name="dpu", into="complaints", series="", agency="Dinas Pekerjaan Umum",
        columns={"ticket": "id", "text": "isi", "time": "masuk", "region": "kec", "name": "pelapor"},
    )  # fmt: skip
    rows = [
        {"id": n, "isi": f"Jalan di depan SD {n} berlubang dalam.", "masuk": "2026-11-20 08:15", "kec": "Randu",
         "pelapor": "Warsini"} for n in (1, 2)
    ]  # fmt: skip
    server.answering = lambda query, headers: say_json(rows)
    assert reading(bridge).added == 2
    assert reading(bridge, now=NOW + HOUR).added == 0
    with casework.read() as session:
        found = list(session.scalars(sa.select(ComplaintRow)))
        assert {(one.channel, one.publisher, one.ticket, one.region) for one in found} == {
            ("jembatan", "dpu", "1", "99.01.02"), ("jembatan", "dpu", "2", "99.01.02"),
        }  # fmt: skip
        assert not any("Warsini" in one.text for one in found)


@ON_SQLITE
def test_events_are_kept_by_their_key_and_take_newer_words(
    casework: Casework, reading: Reading, server: BridgeServer
) -> None:
    bridge = api(server, name="bpbd", into="events", series="",
                 columns={"key": "no", "time": "waktu", "title": "kejadian", "region": "kec"})  # fmt: skip
    event = {"no": "K-7", "waktu": "2026-11-20T22:10:00Z", "kejadian": "Pohon tumbang", "kec": "Randu"}
    server.answering = lambda query, headers: say_json([event])
    assert reading(bridge).added == 1
    event["kejadian"] = "Pohon tumbang, jalan sudah dibuka"
    assert reading(bridge, now=NOW + HOUR).changed == 1
    with casework.read() as session:
        (kept,) = read_events(session, since=NOW - timedelta(days=2), until=NOW, region="99.01")
        assert kept.title.endswith("dibuka") and kept.at == datetime(2026, 11, 20, 22, 10, tzinfo=UTC)
        assert read_events(session, since=NOW - timedelta(days=2), until=NOW, region="99.01.03") == []


@ON_SQLITE
def test_bridges_are_read_when_their_turn_has_come(casework: Casework, reading: Reading, server: BridgeServer) -> None:
    bridge = api(server)
    with casework.read() as session:
        assert due_bridges(session, [bridge], now=NOW) == [bridge]
    reading(bridge)
    with casework.read() as session:
        assert due_bridges(session, [bridge], now=NOW + HOUR - timedelta(seconds=1)) == []
        assert due_bridges(session, [bridge], now=NOW + HOUR) == [bridge]


@ON_SQLITE
def test_only_admin_and_the_system_read_bridges_and_a_person_is_on_record(
    casework: Casework, reading: Reading, server: BridgeServer, staff: dict[Role, Actor]
) -> None:
    bridge = api(server)
    for role in ("analis", "petugas", "pimpinan"):
        with pytest.raises(NotAllowed):
            reading(bridge, by=staff[role])
    reading(bridge, by=staff["admin"])
    with casework.read() as session:
        assert any(
            one.object == "bridge:disdag" and one.action == "bridges.run"
            for one in read_audit(session, actor=SYSTEM, now=NOW)
        )


@ON_SQLITE
def test_the_command_reads_what_is_due_keeps_refusals_and_shows_who_is_late(
    casework: Casework, here: Settings, server: BridgeServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from crawlers.state import CollectionState

    (tmp_path / "bridges.yml").write_text(
        f"""
- name: disdag
  agency: Dinas Perdagangan
  kind: json
  into: indicators
  address: {server.url}
  allow_private: true
  every: 60
  late_after: 180
  series: harga-telur
  columns: {{region: kode, time: tanggal, value: harga}}
""",
        encoding="utf-8",
    )
    settings = msgspec.structs.replace(here, bridges_file=tmp_path / "bridges.yml")
    server.answering = lambda query, headers: say_json([price("2026-11-20", 28_000), price("2026-11-19", "?")])

    def say_rows(**more: Any) -> list[dict[str, Any]]:
        given = {"names": [], "due": False, "username": None, "stale": False, "json": True, **more}
        run_bridges(Namespace(**given), settings)
        return [msgspec.json.decode(line) for line in capsys.readouterr().out.splitlines()]

    assert say_rows(action="check")[0]["rows"] == 1
    assert say_rows(action="status")[0]["freshness"] == "belum"
    (row,) = say_rows(action="run", due=True)
    assert (row["state"], row["added"], row["refused"]) == ("ok", 1, 1)
    assert say_rows(action="run", due=True) == []
    assert say_rows(action="status", stale=True) == []
    with CollectionState(settings.collection_file) as state:
        assert [one.reason for one in state.quarantined(source="bridge:disdag")] == ["not-a-number"]
    server.answering = lambda query, headers: say_html()
    for _ in range(CLOGGED_AFTER):
        assert say_rows(action="run")[0]["reason"] == "html"
    (stale,) = say_rows(action="status", stale=True)
    assert (stale["freshness"], stale["failures"]) == ("macet", CLOGGED_AFTER) and stale["since"]
