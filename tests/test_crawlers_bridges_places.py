"""Bridges to files and databases, their declaration, and the numbers, times and regions in them."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from postgres_server import new_database

from casework.indicator_series import load_series
from casework.indicators import find_fault
from crawlers.bridges.declaration import Bridge, choose_bridges, load_bridges
from crawlers.bridges.reading import read_bridge
from crawlers.bridges.records import BridgeAnswer
from crawlers.bridges.values import RegionFinder, read_number, read_period
from kentongan.errors import BadSettings, NotConfigured, NotFound, Quarantine
from kentongan.numbers import format_number
from kentongan.places import Gazetteer, load_gazetteer
from kentongan.schema import Measurement
from kentongan.settings import Settings
from kentongan.times import ZONES
from samples.indicators import write_indicators

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
REGIONS = Path(__file__).resolve().parent.parent / "samples" / "regions.csv"
COLUMNS = {"region": "kecamatan", "time": "bulan", "value": "jumlah"}


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer(REGIONS)


def bridge(**more: Any) -> Bridge:
    given: dict[str, Any] = {
        "name": "dinkes", "agency": "Dinas Kesehatan", "kind": "csv", "into": "indicators", "every": 60,
        "late_after": 1440, "series": "kunjungan-puskesmas", "columns": COLUMNS,
    }  # fmt: skip
    return Bridge(**{**given, **more})


def read(one: Bridge, gazetteer: Gazetteer, **environ: str) -> BridgeAnswer:
    return read_bridge(
        one, gazetteer=gazetteer, units={}, settings=Settings(region="99.01"), now=NOW, environ=environ
    )  # fmt: skip


def values_of(answer: BridgeAnswer) -> list[tuple[str, float]]:
    return [(row.region, row.value) for row in answer.rows if isinstance(row, Measurement)]


# Files


def test_every_file_of_a_drop_folder_is_read_and_a_spoilt_one_spoils_no_other(
    tmp_path: Path, gazetteer: Gazetteer
) -> None:
    (tmp_path / "a.csv").write_text("kecamatan;bulan;jumlah\nRandu;2026-09;4\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("kecamatan;periode;jumlah\nRandu;2026-09;9\n", encoding="utf-8")
    (tmp_path / "c.csv").write_text("kecamatan;bulan;jumlah\nTelaga;2026-10;5\n", encoding="utf-8")
    (tmp_path / ".d.csv").write_text("setengah jadi", encoding="utf-8")
    for number, name in enumerate(("a.csv", "b.csv", "c.csv")):
        os.utime(tmp_path / name, (number, number))
    answer = read(bridge(path=str(tmp_path)), gazetteer)
    assert values_of(answer) == [("99.01.02", 4.0), ("99.01.03", 5.0)]
    assert answer.fault is not None and answer.fault.reason == "missing-column"
    assert "b.csv" in answer.fault.message and "'bulan'" in answer.fault.message


def test_an_xlsx_with_a_title_merged_cells_and_a_totals_row_yields_its_plain_rows(
    tmp_path: Path, gazetteer: Gazetteer
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Laporan Dinas Kesehatan"])
    sheet.append(["Kecamatan", "Bulan", "Jumlah"])
    for row in (["Randu", "September 2026", 4], [None, "Oktober 2026", 6], ["Telaga", "Oktober 2026", 5]):
        sheet.append(row)
    sheet.append(["JUMLAH", "Oktober 2026", 15])
    sheet.merge_cells("A3:A4")
    book.save(tmp_path / "laporan.xlsx")
    answer = read(bridge(kind="xlsx", path=str(tmp_path)), gazetteer)
    assert values_of(answer) == [("99.01.02", 4.0), ("99.01.03", 5.0)]
    assert [(one.line, one.reason) for one in answer.refused] == [(4, "merged-cells"), (6, "total-row")]


def test_a_row_may_hold_several_series_and_an_empty_cell_is_no_zero(tmp_path: Path, gazetteer: Gazetteer) -> None:
    (tmp_path / "a.csv").write_text("kecamatan,bulan,ispa,diare\nRandu,2026-10,12,\n", encoding="utf-8")
    wide = bridge(
        path=str(tmp_path), series="", columns={"region": "kecamatan", "time": "bulan"},
        values={"penyakit-ispa": "ispa", "penyakit-diare": "diare"},
    )  # fmt: skip
    answer = read(wide, gazetteer)
    assert [row.series for row in answer.rows if isinstance(row, Measurement)] == ["penyakit-ispa"]
    assert answer.refused == ()


def test_an_empty_folder_says_so(tmp_path: Path, gazetteer: Gazetteer) -> None:
    answer = read(bridge(path=str(tmp_path)), gazetteer)
    assert answer.fault is not None and answer.fault.reason == "no-file"


# Databases


@pytest.fixture(scope="module")
def view_url(postgres_url: str) -> Iterator[str]:
    """A PostgreSQL database with a view, and an account that owns it: nothing but our own care keeps it unwritten."""
    import psycopg

    with new_database(postgres_url) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE SCHEMA publik")
            connection.execute("CREATE TABLE kunjungan (kec text, bulan date, jumlah numeric, pasien text)")
            connection.execute(
                "INSERT INTO kunjungan VALUES ('Randu', '2026-09-01', 1284, 'Sutinah'), "
                "('Telaga', '2026-10-01', 90.5, 'Warsini')"
            )
            connection.execute(
                "CREATE VIEW publik.v_kunjungan AS SELECT kec AS kecamatan, bulan, jumlah, pasien FROM kunjungan"
            )
            connection.execute(
                "CREATE VIEW publik.v_lambat AS SELECT kec AS kecamatan, bulan, jumlah, pg_sleep(30)::text AS lama "
                "FROM kunjungan"
            )
            connection.execute(
                "CREATE FUNCTION catat() RETURNS numeric LANGUAGE sql AS $$ INSERT INTO kunjungan VALUES "
                "('x', now(), 1, 'x') RETURNING jumlah $$"
            )
            connection.execute(
                "CREATE VIEW publik.v_jahat AS SELECT kec AS kecamatan, bulan, catat() AS jumlah FROM kunjungan"
            )
        yield url


def database(url: str, **more: Any) -> Bridge:
    return bridge(kind="database", address_from="JEMBATAN_DB", view="publik.v_kunjungan", timeout=5, **more)


def test_a_postgresql_view_is_read(view_url: str, gazetteer: Gazetteer) -> None:
    answer = read(database(view_url, newest_first="bulan"), gazetteer, JEMBATAN_DB=view_url)
    assert answer.fault is None
    assert values_of(answer) == [("99.01.03", 90.5), ("99.01.02", 1284.0)]


def test_a_view_that_writes_is_refused_by_the_transaction(view_url: str, gazetteer: Gazetteer) -> None:
    import psycopg

    answer = read(bridge(kind="database", address_from="D", view="publik.v_jahat", timeout=5), gazetteer, D=view_url)
    assert answer.fault is not None and "read-only" in answer.fault.message
    with psycopg.connect(view_url) as connection:
        assert connection.execute("SELECT count(*) FROM kunjungan").fetchone() == (2,)


def test_a_slow_view_is_left_after_its_time(view_url: str, gazetteer: Gazetteer) -> None:
    slow = bridge(
        kind="database", address_from="D", view="publik.v_lambat", timeout=1,
        columns={**COLUMNS, "unit": "lama"},
    )  # fmt: skip
    answer = read(slow, gazetteer, D=view_url)
    assert answer.fault is not None and (answer.fault.state, answer.fault.reason) == ("clogged", "away")


def test_too_many_rows_are_bounded_and_the_newest_are_kept(view_url: str, gazetteer: Gazetteer) -> None:
    answer = read(database(view_url, newest_first="bulan", max_rows=1), gazetteer, JEMBATAN_DB=view_url)
    assert answer.fault is not None and answer.fault.reason == "too-many-rows"
    assert values_of(answer) == [("99.01.03", 90.5)]


def test_a_changed_column_an_unknown_view_and_a_closed_door_say_what_to_do(view_url: str, gazetteer: Gazetteer) -> None:
    renamed = database(view_url, columns={**COLUMNS, "value": "jml"})
    answer = read(renamed, gazetteer, JEMBATAN_DB=view_url)
    assert answer.fault is not None and "'jumlah'" in answer.fault.message
    gone = bridge(kind="database", address_from="D", view="publik.v_hilang")
    answer = read(gone, gazetteer, D=view_url)
    assert answer.fault is not None and answer.fault.reason == "no-view"
    closed = view_url.replace("kentongan@", "orang:sandi-rahasia@")
    answer = read(gone, gazetteer, D=closed)
    assert answer.fault is not None and "sandi-rahasia" not in answer.fault.message
    answer = read(gone, gazetteer)
    assert answer.fault is not None and answer.fault.reason == "not-configured" and "'D'" not in answer.fault.message


def test_a_sqlite_view_is_read_and_its_file_is_never_made(tmp_path: Path, gazetteer: Gazetteer) -> None:
    file = tmp_path / "dinas.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE t (kecamatan TEXT, bulan TEXT, jumlah REAL)")
        connection.execute("INSERT INTO t VALUES ('Randu', '2026-10', 3)")
        connection.execute("CREATE VIEW v AS SELECT * FROM t")
    assert values_of(read(bridge(kind="database", address=f"sqlite:///{file}", view="v"), gazetteer)) == [
        ("99.01.02", 3.0)
    ]
    missing = tmp_path / "tidak-ada.sqlite"
    answer = read(bridge(kind="database", address=f"sqlite:///{missing}", view="v"), gazetteer)
    assert answer.fault is not None and answer.fault.reason == "bad-address" and not missing.exists()


# Declarations

GOOD = """
- name: dinkes
  agency: dinas-kesehatan
  kind: csv
  into: indicators
  path: masuk
  every: 60
  late_after: 1440
  series: kunjungan-puskesmas
  columns: {region: kecamatan, time: bulan, value: jumlah}
"""


def declare(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "bridges.yml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_declaration_is_read_and_paths_are_beside_it(tmp_path: Path) -> None:
    (one,) = load_bridges(declare(tmp_path, GOOD))
    assert one.path == str(tmp_path / "masuk") and load_bridges(None) == []
    assert choose_bridges([one], []) == [one]
    with pytest.raises(NotFound):
        choose_bridges([one], ["lain"])
    (off,) = load_bridges(declare(tmp_path, GOOD + "  enabled: false\n"))
    assert choose_bridges([off], []) == []
    with pytest.raises(NotConfigured):
        choose_bridges([off], ["dinkes"])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("every: 60", "evry: 60", "evry"),
        ("every: 60", "every: enam", "every"),
        ("kind: csv", "kind: ftp", "kind"),
        ("path: masuk", "path: masuk\n  address: https://dinas.example/a.csv", "tepat satu"),
        ("path: masuk", "address: ftp://dinas.example/a.csv", "http"),
        ("path: masuk", "address: https://a:b@dinas.example/a.csv", "sandi"),
        ("path: masuk", "address: http://dinas.example/a\n  token: {variable: TOKEN}", "https"),
        ("path: masuk", "address: https://dinas.example/a\n  token: {variable: KENTONGAN_TOKEN}", "KENTONGAN_"),
        ("kind: csv", "kind: database", "view"),
        ("value: jumlah", "nilai: jumlah", "nilai"),
        (", value: jumlah", "", "value"),
        ("late_after: 1440", "late_after: 10", "late_after"),
        ("  series: kunjungan-puskesmas\n", "", "series"),
    ],
)
def test_a_wrong_declaration_names_line_bridge_and_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(BadSettings) as caught:
        load_bridges(declare(tmp_path, GOOD.replace(old, new)))
    assert "baris 2" in caught.value.message and "dinkes" in caught.value.message
    assert said in str(caught.value)


def test_a_database_password_never_stands_in_a_declaration(tmp_path: Path) -> None:
    text = GOOD.replace("kind: csv", "kind: database\n  view: v").replace(
        "path: masuk", "address: postgresql://a:sandi@server/b"
    )
    with pytest.raises(BadSettings, match="address_from"):
        load_bridges(declare(tmp_path, text))


def test_two_bridges_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="dua kali"):
        load_bridges(declare(tmp_path, GOOD + GOOD))


# Values


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_a_number_in_indonesian_or_english_spelling_is_read_as_it_was_meant(whole: int, cents: int) -> None:
    value = whole + cents / 100
    assert read_number(format_number(value, decimals=2), decimal=",") == pytest.approx(value)
    assert read_number(format_number(value, decimals=2, language="en"), decimal=".") == pytest.approx(value)


@given(st.integers(1, 999), st.integers(0, 999))
def test_a_number_that_can_be_read_two_ways_is_refused(thousands: int, rest: int) -> None:
    for mark in ".,":
        with pytest.raises(Quarantine) as caught:
            read_number(f"{thousands}{mark}{rest:03d}")
        assert caught.value.reason == "ambiguous-number"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Rp14.500,-", None),
        ("12.345.678", 12345678.0),
        ("1.284,5", 1284.5),
        ("0,875", 0.875),
        ("87,5%", 87.5),
        ("-3", -3.0),
    ],
)
def test_other_spellings(text: str, value: float | None) -> None:
    if value is None:
        with pytest.raises(Quarantine):
            read_number(text)
        assert read_number(text, decimal=",") == 14500.0
    else:
        assert read_number(text) == value


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-10", 10), ("10/2026", 10), ("Oktober 2026", 10), ("Triwulan III 2026", 7), ("TW 4 2026", 10),
        ("Semester II 2026", 7), ("2026", 1), ("2026-10-01", 10), ("1 Oktober 2026", 10),
    ],
)  # fmt: skip
def test_a_period_is_its_first_moment(text: str, month: int) -> None:
    assert read_period(text, zone="WITA") == datetime(2026, month, 1, tzinfo=ZONES["WITA"])


def test_a_region_is_found_by_code_or_by_a_name_that_only_one_bears_here(gazetteer: Gazetteer) -> None:
    here = RegionFinder(gazetteer, within="99.01")
    assert [here.find(one) for one in ("99.01.02", "990102", "Randu", "Kec. Randu", "kecamatan RANDU")] == [
        "99.01.02"
    ] * 5
    country = RegionFinder(gazetteer, within="")
    with pytest.raises(Quarantine) as caught:
        country.find("Kediri")
    assert caught.value.reason == "ambiguous-region"


def test_the_documented_declarations_can_be_used(tmp_path: Path) -> None:
    page = (Path(__file__).resolve().parent.parent / "docs" / "bridges.md").read_text(encoding="utf-8")
    (declared,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert [one.into for one in load_bridges(declare(tmp_path, declared))] == ["indicators", "indicators", "complaints"]


def test_the_sample_bridges_bring_every_sample_value(tmp_path: Path, gazetteer: Gazetteer) -> None:
    count = write_indicators(tmp_path, NOW, now=NOW)
    series = load_series()
    here = Settings(region="99.01")
    units = {code: one.unit for code, one in series.items()}
    answers = [
        read_bridge(one, gazetteer=gazetteer, units=units, settings=here, now=NOW)
        for one in load_bridges(tmp_path / "bridges.yml")
    ]
    values = [row for answer in answers for row in answer.rows if isinstance(row, Measurement)]
    assert len(values) == count > 800 and not any(answer.refused or answer.fault for answer in answers)
    assert [fault for row in values if (fault := find_fault(row, series, now=NOW))] == []
