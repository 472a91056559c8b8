"""Indicators on SQLite and on PostgreSQL: values, their history, their age, who may enter them, and files by hand."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it
from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from casework_fixtures import NOW, admin, casework, casework_url, settings, staff  # noqa: F401
from sqlalchemy.exc import DBAPIError

from casework.audit import read_audit
from casework.db import Casework
from casework.indicator_series import load_series, save_series
from casework.indicator_tables import MeasurementHistoryRow
from casework.indicators import Put, latest_indicators, put_measurements, read_family, read_series
from casework.roles import SYSTEM, Actor, Role
from kentongan.commands.indicators import run
from kentongan.errors import BadSettings, NotAllowed
from kentongan.schema import Measurement
from kentongan.settings import Settings

ON_SQLITE = pytest.mark.parametrize("casework_url", ["sqlite"], indirect=True)
REGIONS = Path(__file__).resolve().parent.parent / "samples" / "regions.csv"
OCTOBER = datetime(2026, 9, 30, 17, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def known_series(casework: Casework) -> None:
    with casework.begin() as session:
        save_series(session, load_series())


def value(number: float, *, time: datetime = OCTOBER, source: str = "Dinas Kesehatan", **more: Any) -> Measurement:
    given: dict[str, Any] = {"series": "penyakit-dbd", "region": "99.01", "unit": "kasus/bulan", **more}
    return Measurement(time=time, value=number, source=source, **given)


def put(casework: Casework, *rows: Measurement, now: datetime = NOW, by: Actor = SYSTEM) -> Put:
    with casework.begin() as session:
        return put_measurements(session, rows, actor=by, now=now)


def test_another_value_for_the_same_moment_replaces_it_and_the_old_one_is_kept(casework: Casework) -> None:
    assert put(casework, value(5)).added == 1
    assert put(casework, value(5), now=NOW + timedelta(hours=1)).known == 1
    assert put(casework, value(7), now=NOW + timedelta(hours=2)).changed == 1
    with casework.read() as session:
        (now_there,) = read_series(session, "penyakit-dbd", region="99.01")
        (old,) = session.scalars(sa.select(MeasurementHistoryRow))
        assert now_there.value == 7 and now_there.recorded_at == NOW + timedelta(hours=2)
        assert (old.value, old.recorded_at, old.replaced_at, old.actor_name) == (
            5, NOW, NOW + timedelta(hours=2), SYSTEM.username,
        )  # fmt: skip


def test_the_history_cannot_be_changed_or_deleted(casework: Casework) -> None:
    put(casework, value(5))
    put(casework, value(7))
    for statement in ("UPDATE measurement_history SET value = 1", "DELETE FROM measurement_history"):
        with pytest.raises(DBAPIError, match="append-only"), casework.engine.begin() as connection:
            connection.execute(sa.text(statement))


@ON_SQLITE
def test_two_values_in_one_delivery_end_with_the_later_and_lose_neither(casework: Casework) -> None:
    outcome = put(casework, value(5), value(9))
    assert (outcome.added, outcome.changed) == (1, 1)
    with casework.read() as session:
        assert [one.value for one in read_series(session, "penyakit-dbd", region="99.01")] == [9]
        assert [one.value for one in session.scalars(sa.select(MeasurementHistoryRow))] == [5]


@ON_SQLITE
def test_of_two_sources_the_value_recorded_last_counts(casework: Casework) -> None:
    put(casework, value(5))
    put(casework, value(6, source="BPS"), now=NOW + timedelta(hours=1))
    # The first source says again what it said: that is no newer word.
    put(casework, value(5), now=NOW + timedelta(hours=2))
    with casework.read() as session:
        assert [one.value for one in read_series(session, "penyakit-dbd", region="99.01")] == [6]
        assert [one.source for one in latest_indicators(session, region="99.01", now=NOW)] == ["BPS"]


def test_the_newest_value_of_each_series_comes_with_the_one_before_and_only_of_its_region(casework: Casework) -> None:
    september = OCTOBER - timedelta(days=30)
    put(
        casework, value(9, time=september), value(4), value(99, region="99.01.02"),
        value(14_500, series="harga-beras-medium", unit="Rp/kg", time=NOW - timedelta(hours=5)),
    )  # fmt: skip
    with casework.read() as session:
        dengue, rice = latest_indicators(session, region="99.01", now=NOW)
    assert (dengue.series, dengue.value, dengue.previous, dengue.on_target) == ("penyakit-dbd", 4, 9, None)
    assert (rice.value, rice.previous, rice.age, rice.old) == (14_500, None, timedelta(0), False)


@ON_SQLITE
@pytest.mark.parametrize(("days_after_end", "old"), [(30, False), (31, True)])
def test_a_value_is_old_once_its_successor_should_be_here(casework: Casework, days_after_end: int, old: bool) -> None:
    put(casework, value(4))
    later = OCTOBER + timedelta(days=31 + days_after_end)
    with casework.read() as session:
        (state,) = latest_indicators(session, region="99.01", now=later)
    assert (state.age, state.old, state.old_reason) == (timedelta(days=days_after_end), old, "umur" if old else None)


@ON_SQLITE
def test_a_ranked_list_begins_with_the_greatest(casework: Casework) -> None:
    put(casework, value(4), value(900, series="penyakit-ispa"), value(77, series="penyakit-diare"))
    with casework.read() as session:
        ranked = read_family(session, "Penyakit terbanyak", region="99.01", now=NOW)
    assert [one.name for one in ranked] == ["ISPA", "Diare", "Demam berdarah"]


@ON_SQLITE
@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (value(float("nan")), "not-a-number"),
        (value(float("inf")), "not-a-number"),
        (value(-812_400, series="penduduk", unit="jiwa"), "too-low"),
        (value(101, series="serapan-anggaran", unit="%"), "too-high"),
        (value(3, series="penyakit-dbb"), "unknown-series"),
        (value(3, unit="orang"), "other-unit"),
        (value(3, time=NOW + timedelta(days=2)), "future-time"),
    ],
)
def test_a_value_that_cannot_be_is_refused_and_the_others_go_in(
    casework: Casework, row: Measurement, reason: str
) -> None:
    outcome = put(casework, value(5), row)
    assert outcome.added == 1
    assert [(one.row, one.reason) for one in outcome.refused] == [(1, reason)]


@ON_SQLITE
def test_only_those_who_may_enter_values_and_each_act_is_on_record(
    casework: Casework, staff: dict[Role, Actor]
) -> None:
    for role in ("analis", "pimpinan", "hukum", "peneliti"):
        with pytest.raises(NotAllowed):
            put(casework, value(5), by=staff[role])
    put(casework, value(5), by=staff["petugas"])
    with casework.read() as session:
        entry = next(one for one in read_audit(session, actor=SYSTEM, now=NOW) if one.action == "indicators.enter")
    assert (entry.actor_name, entry.detail["added"]) == ("si-petugas", 1)


@ON_SQLITE
def test_an_officer_enters_values_of_their_own_agency_only(
    casework: Casework, staff: dict[Role, Actor], tmp_path: Path
) -> None:
    from casework.agencies import take_agencies

    declared = load_series()
    save_as = {"penyakit-dbd": declared["penyakit-dbd"].__class__(**{
        **{name: getattr(declared["penyakit-dbd"], name) for name in declared["penyakit-dbd"].__struct_fields__},
        "agency": "Dinas Kesehatan",
    })}  # fmt: skip
    with casework.begin() as session:
        take_agencies(session, ["Dinas Kesehatan", "Dinas PUPR Tirtamaya"], now=NOW)
        save_series(session, save_as)
    with pytest.raises(NotAllowed):
        put(casework, value(5), by=staff["petugas"])
    put(casework, value(5), by=staff["admin"])


@ON_SQLITE
def test_a_file_of_series_changes_a_shipped_target_and_a_wrong_one_is_named(casework: Casework, tmp_path: Path) -> None:
    file = tmp_path / "indikator.toml"
    text = '[[series]]\ncode = "serapan-anggaran"\nname = "Serapan"\nunit = "%"\nevery_days = 31\ntarget = 85\n'
    file.write_text(text + 'direction = "higher"\n', encoding="utf-8")
    with casework.begin() as session:
        save_series(session, load_series(file))
        put_measurements(
            session, [value(80, series="serapan-anggaran", unit="%")], actor=SYSTEM, now=NOW
        )  # fmt: skip
        (state,) = latest_indicators(session, region="99.01", now=NOW)
    assert (state.target, state.on_target) == (85, False)
    file.write_text(text + 'direksi = "higher"\n', encoding="utf-8")
    with pytest.raises(BadSettings, match="direksi"):
        load_series(file)


def take_file(settings: Settings, path: Path, **more: Any) -> int:
    given = {"action": "import", "file": path, "source": "", "sheet": None, "decimal": "", "dry_run": False,
             "username": "si-petugas", "json": True, **more}  # fmt: skip
    return run(Namespace(**given), settings)


@ON_SQLITE
def test_a_file_by_hand_says_of_every_row_why_it_is_refused_and_twice_adds_nothing(
    casework: Casework, settings: Settings, staff: dict[Role, Actor], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import msgspec

    settings = msgspec.structs.replace(settings, regions_file=REGIONS, region="99.01")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["indikator", "wilayah", "bulan", "nilai", "sumber"],
        ["penyakit-dbd", "Randu", "2026-09", 4, "Dinas Kesehatan"],
        ["penyakit-dbd", "Randu", "2026-10", -4, "Dinas Kesehatan"],
        ["penyakit-dbd", "Kota Atlantis", "2026-10", 4, "Dinas Kesehatan"],
        ["penyakit-dbd", "Telaga", "2026-10", "banyak", "Dinas Kesehatan"],
        ["penyakit-dbd", "Total", "2026-10", 8, None],
    ):
        sheet.append(row)
    book.save(tmp_path / "isi.xlsx")
    assert take_file(settings, tmp_path / "isi.xlsx", dry_run=True) == 1
    assert take_file(settings, tmp_path / "isi.xlsx") == 1
    assert take_file(settings, tmp_path / "isi.xlsx") == 1
    rehearsed, first, second = (msgspec.json.decode(line) for line in capsys.readouterr().out.splitlines())
    assert (rehearsed["added"], first["added"], second["added"], second["known"]) == (1, 1, 0, 1)
    assert first["refused"] == {"unknown-region": 1, "not-a-number": 1, "total-row": 1, "too-low": 1}
    assert any("Baris 4" in one["message"] and "Atlantis" in one["message"] for one in first["refusals"])


@ON_SQLITE
def test_one_value_is_entered_in_the_name_of_a_person(
    casework: Casework, settings: Settings, staff: dict[Role, Actor], capsys: pytest.CaptureFixture[str]
) -> None:
    import msgspec

    settings = msgspec.structs.replace(settings, regions_file=REGIONS, region="99.01")
    entered = Namespace(
        action="enter", series="harga-telur", region="Randu", time="2026-11-20", value="28.400,50", decimal=",",
        source="Dinas Perdagangan", username="si-petugas", json=True,
    )  # fmt: skip
    assert run(entered, settings) == 0
    capsys.readouterr()
    assert run(Namespace(action="show", region="99.01.02", series="harga-telur", json=True), settings) == 0
    shown = msgspec.json.decode(capsys.readouterr().out)
    assert (shown["value"], shown["source"], shown["time"]) == (
        28_400.5, "Dinas Perdagangan", "2026-11-20T00:00:00+07:00",
    )  # fmt: skip
