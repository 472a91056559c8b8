"""Bridges over HTTP: what an agency's interface may answer, and that nothing it answers loses or invents data."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from bridge_server import BridgeServer, say_html, say_json, serve_bridge

from crawlers.bridges.declaration import Bridge, Paging, Token
from crawlers.bridges.reading import read_bridge
from crawlers.bridges.records import BridgeAnswer, BridgeComplaint, BridgeEvent
from kentongan.places import Gazetteer, load_gazetteer
from kentongan.schema import Measurement
from kentongan.settings import Settings

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
REGIONS = Path(__file__).resolve().parent.parent / "samples" / "regions.csv"
SETTINGS = Settings(region="99.01")
UNITS = {"kunjungan-puskesmas": "kunjungan/bulan", "harga-telur": "Rp/kg"}


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer(REGIONS)


@pytest.fixture(scope="module")
def server() -> Iterator[BridgeServer]:
    with serve_bridge() as serving:
        yield serving


@pytest.fixture(autouse=True)
def forget_requests(server: BridgeServer) -> None:
    server.asked.clear()


def visits(server: BridgeServer, **more: Any) -> Bridge:
    given: dict[str, Any] = {
        "name": "dinkes", "agency": "dinas-kesehatan", "kind": "json", "into": "indicators", "every": 60,
        "late_after": 1440, "address": server.url, "allow_private": True, "series": "kunjungan-puskesmas",
        "columns": {"region": "wilayah.kode", "time": "bulan", "value": "jumlah"}, "timeout": 5,
    }  # fmt: skip
    return Bridge(**{**given, **more})


def visit(month: str, count: Any, region: str = "99.01.02") -> dict[str, Any]:
    return {"wilayah": {"kode": region}, "bulan": month, "jumlah": count, "pasien": "Sutinah"}


def read(bridge: Bridge, gazetteer: Gazetteer, **environ: str) -> BridgeAnswer:
    return read_bridge(bridge, gazetteer=gazetteer, units=UNITS, settings=SETTINGS, now=NOW, environ=environ)


def test_a_json_list_becomes_values_and_nothing_else_of_a_row_is_kept(
    server: BridgeServer, gazetteer: Gazetteer
) -> None:
    server.answering = lambda query, headers: say_json({"data": [visit("2026-10", 1284), visit("2026-09", 901.5)]})
    answer = read(visits(server), gazetteer)
    assert answer.fault is None and answer.refused == ()
    assert [row.value for row in answer.rows if isinstance(row, Measurement)] == [1284.0, 901.5]
    first = answer.rows[0]
    assert isinstance(first, Measurement)
    assert (first.region, first.unit, first.bridge) == ("99.01.02", "kunjungan/bulan", "dinkes")
    assert first.time == datetime(2026, 9, 30, 17, 0, tzinfo=UTC)  # 1 October in WIB
    assert b"Sutinah" not in msgspec.json.encode(answer)


@pytest.mark.parametrize("by", ["page", "offset", "cursor", "next"])
def test_pages_are_read_to_their_end_whatever_the_way(server: BridgeServer, gazetteer: Gazetteer, by: str) -> None:
    rows = [visit(f"2025-{month:02d}", month) for month in range(1, 8)]

    def answer_page(query: dict[str, str], headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        at = {"page": (int(query.get("hal", 1)) - 1) * 3, "offset": int(query.get("mulai", 0))}.get(
            by, int(query.get("cursor", 0))
        )
        later = at + 3 if at + 3 < len(rows) else None
        meta: dict[str, Any] = {"next_cursor": later}
        if by == "next" and later is not None:
            meta = {"next": f"/api?cursor={later}"}
        return say_json({"data": rows[at : at + 3], "meta": meta})

    server.answering = answer_page
    paging = {
        "page": Paging(by="page", parameter="hal", size=3),
        "offset": Paging(by="offset", parameter="mulai", size=3),
        "cursor": Paging(by="cursor", place="meta.next_cursor"),
        "next": Paging(by="next"),
    }[by]
    answer = read(visits(server, paging=paging), gazetteer)
    assert answer.fault is None
    assert [row.value for row in answer.rows if isinstance(row, Measurement)] == [float(n) for n in range(1, 8)]
    assert len(server.asked) == 3


def test_a_page_repeated_for_ever_is_stopped_and_its_rows_are_kept_once(
    server: BridgeServer, gazetteer: Gazetteer
) -> None:
    server.answering = lambda query, headers: say_json([visit("2026-10", 5), visit("2026-09", 6)])
    answer = read(visits(server, paging=Paging(by="page")), gazetteer)
    assert answer.fault is not None and (answer.fault.state, answer.fault.reason) == ("clogged", "repeated-page")
    assert len(answer.rows) == 2 and len(server.asked) == 2


def test_pages_without_end_are_bounded(server: BridgeServer, gazetteer: Gazetteer) -> None:
    server.answering = lambda query, headers: say_json([visit("2026-10", int(query["page"]))])
    answer = read(visits(server, paging=Paging(by="page", max_pages=4)), gazetteer)
    assert answer.fault is not None and answer.fault.reason == "too-many-pages"
    assert len(server.asked) == 4


def test_a_login_page_with_status_200_is_not_data(server: BridgeServer, gazetteer: Gazetteer) -> None:
    server.answering = lambda query, headers: say_html()
    for kind in ("json", "csv"):
        answer = read(visits(server, kind=kind), gazetteer)
        assert answer.fault is not None and (answer.fault.state, answer.fault.reason) == ("refused", "html")
        assert answer.rows == ()


def test_a_column_that_changed_its_name_is_named_with_the_nearest_one(
    server: BridgeServer, gazetteer: Gazetteer
) -> None:
    renamed = {"wilayah": {"kode": "99.01.02"}, "bulan": "2026-10", "jumlah_kunjungan": 12}
    server.answering = lambda query, headers: say_json([renamed])
    answer = read(visits(server), gazetteer)
    assert answer.fault is not None and answer.fault.reason == "missing-column"
    assert "'jumlah'" in answer.fault.message and "'jumlah_kunjungan'" in answer.fault.message


def test_what_came_before_a_bad_page_is_kept(server: BridgeServer, gazetteer: Gazetteer) -> None:
    server.answering = lambda query, headers: (
        say_json([visit("2026-10", 5)]) if query["page"] == "1" else (503, {}, b"sibuk")
    )
    answer = read(visits(server, paging=Paging(by="page")), gazetteer)
    assert answer.fault is not None and (answer.fault.state, answer.fault.reason) == ("clogged", "away")
    assert len(answer.rows) == 1


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (visit("2026-10", "banyak"), "not-a-number"),
        (visit("2026-10", "NaN"), "not-a-number"),
        (visit("2026-10", "1.284"), "ambiguous-number"),
        (visit("kemarin", 5), "no-time"),
        (visit("2027-10", 5), "future-time"),
        (visit("2026-10", 5, "Total"), "total-row"),
        (visit("2026-10", 5, "Randuu"), "unknown-region"),
        (visit("2026-10", 5, ""), "no-region"),
        (visit("2026-10", None), "no-value"),
        ("bukan objek", "not-json"),
    ],
)
def test_a_wrong_row_is_refused_with_its_reason_and_the_others_stay(
    server: BridgeServer, gazetteer: Gazetteer, row: Any, reason: str
) -> None:
    server.answering = lambda query, headers: say_json([visit("2026-08", 7), row])
    answer = read(visits(server), gazetteer)
    assert answer.fault is None
    assert len(answer.rows) == 1 and [one.reason for one in answer.refused] == [reason]
    assert answer.refused[0].line == 2


def test_an_answer_without_one_usable_row_is_a_fault(server: BridgeServer, gazetteer: Gazetteer) -> None:
    server.answering = lambda query, headers: say_json([visit("2026-10", "?"), visit("2026-09", "?")])
    answer = read(visits(server), gazetteer)
    assert answer.fault is not None and answer.fault.reason == "no-rows"


def test_a_huge_answer_is_cut_off(server: BridgeServer, gazetteer: Gazetteer) -> None:
    server.answering = lambda query, headers: (200, {}, b"[" + b" " * 300_000 + b"]")
    answer = read(visits(server, max_bytes=100_000), gazetteer)
    assert answer.fault is not None and answer.fault.reason == "too-large"


def test_a_bomb_of_gzip_is_cut_off(server: BridgeServer, gazetteer: Gazetteer) -> None:
    packed = gzip.compress(b"[" + b" " * 5_000_000 + b"]")
    server.answering = lambda query, headers: (200, {"Content-Encoding": "gzip"}, packed)
    answer = read(visits(server, max_bytes=100_000), gazetteer)
    assert answer.fault is not None and answer.fault.reason == "too-large"


def test_a_server_that_drips_is_left_after_its_time(server: BridgeServer, gazetteer: Gazetteer) -> None:
    server.answering = lambda query, headers: (200, {"X-Drip": "0.05"}, b"[" + b" " * 400 + b"]")
    answer = read(visits(server, timeout=1), gazetteer)
    assert answer.fault is not None and (answer.fault.state, answer.fault.reason) == ("clogged", "away")


def test_a_cut_answer_is_not_taken_for_a_short_one(server: BridgeServer, gazetteer: Gazetteer) -> None:
    server.answering = lambda query, headers: (200, {"Content-Length": "500", "Connection": "close"}, b"[]")
    answer = read(visits(server, timeout=2), gazetteer)
    assert answer.fault is not None and answer.fault.reason == "away"


def test_a_redirect_elsewhere_is_not_followed_and_no_token_leaves(server: BridgeServer, gazetteer: Gazetteer) -> None:
    with serve_bridge() as other:
        server.answering = lambda query, headers: (302, {"Location": other.url}, b"")
        bridge = visits(server, token=Token(variable="JEMBATAN_TOKEN"))
        answer = read(bridge, gazetteer, JEMBATAN_TOKEN="rahasia-123")
        assert answer.fault is not None and answer.fault.reason == "redirects"
        assert other.asked == []
    assert server.asked[0][1]["authorization"] == "Bearer rahasia-123"
    assert "rahasia-123" not in answer.fault.message


def test_a_missing_token_names_its_variable(server: BridgeServer, gazetteer: Gazetteer) -> None:
    answer = read(visits(server, token=Token(variable="JEMBATAN_TOKEN")), gazetteer)
    assert answer.fault is not None and "JEMBATAN_TOKEN" in answer.fault.message
    assert server.asked == []


def test_a_private_address_is_asked_only_where_the_declaration_allows_it(
    server: BridgeServer, gazetteer: Gazetteer
) -> None:
    answer = read(visits(server, allow_private=False), gazetteer)
    assert answer.fault is not None and answer.fault.reason == "private-address"
    assert server.asked == []


def test_complaints_carry_their_reporter_apart_and_keep_a_place_that_is_no_region(
    server: BridgeServer, gazetteer: Gazetteer
) -> None:
    bridge = visits(
        server, into="complaints", series="",
        columns={
            "ticket": "id", "text": "isi", "time": "masuk", "region": "desa", "name": "pelapor", "lat": "lat",
            "lon": "lon",
        },
    )  # fmt: skip
    row = {"id": 41, "isi": "Lampu jalan mati di depan pasar.", "masuk": "2026-11-20 08:15", "desa": "Dusun Kapuk",
           "pelapor": "Warsini", "lat": "-5.2", "lon": 111.4}  # fmt: skip
    server.answering = lambda query, headers: say_json([row, {**row, "id": 42, "isi": "  "}])
    answer = read(bridge, gazetteer)
    (complaint,) = answer.rows
    assert isinstance(complaint, BridgeComplaint)
    assert (complaint.ticket, complaint.publisher, complaint.name) == ("41", "dinkes", "Warsini")
    assert (complaint.region, complaint.place, complaint.lat) == (None, "Dusun Kapuk", -5.2)
    assert complaint.received_at == datetime(2026, 11, 20, 1, 15, tzinfo=UTC)
    assert "Warsini" not in repr(answer)
    assert [one.reason for one in answer.refused] == ["no-text"]


def test_events_keep_their_key(server: BridgeServer, gazetteer: Gazetteer) -> None:
    bridge = visits(
        server, into="events", series="", columns={"key": "no", "time": "waktu", "title": "kejadian", "region": "kec"}
    )
    server.answering = lambda query, headers: say_json(
        [{"no": "K-7", "waktu": "2026-11-20T22:10:00Z", "kejadian": "Pohon tumbang", "kec": "Kec. Randu"}]
    )
    (event,) = read(bridge, gazetteer).rows
    assert event == BridgeEvent(
        key="K-7", at=datetime(2026, 11, 20, 22, 10, tzinfo=UTC), title="Pohon tumbang", region="99.01.02"
    )


def test_the_same_rows_in_another_order_are_nothing_new(server: BridgeServer, gazetteer: Gazetteer) -> None:
    rows = [visit("2026-10", 5), visit("2026-09", 6)]
    server.answering = lambda query, headers: say_json(rows)
    first = read(visits(server), gazetteer).digest
    rows.reverse()
    assert read(visits(server), gazetteer).digest == first
    rows[0] = visit("2026-10", 7)
    assert read(visits(server), gazetteer).digest != first
