"""Indikator per wilayah: list, show, enter, import.

Indikator bawaan (penduduk, kunjungan puskesmas, penyakit, obat, harga, serapan anggaran, kemajuan pembangunan) dapat
ditambah atau diubah targetnya dengan indicators_file. Nilai datang lewat jembatan atau dimasukkan di sini; nilai yang
diganti tetap tercatat. Berkas memuat kolom indikator, wilayah, waktu, nilai, dan bila ada satuan dan sumber.
Contoh: kentongan indicators enter harga-beras-medium 99.01 2026-11-21 14500 --source "Dinas Perdagangan" --as siti
"""

from __future__ import annotations

import argparse
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kentongan.commands.acting import VIA, actor_named, add_person
from kentongan.commands.output import say, wants_json, write_rows
from kentongan.errors import NotConfigured, NotFound, Quarantine
from kentongan.settings import Settings
from kentongan.times import format_day, to_zone

if TYPE_CHECKING:
    from casework.db import Casework
    from casework.indicators import IndicatorState, RefusedValue
    from crawlers.file_rows import RefusedRow
    from kentongan.schema import Measurement

SAID_ROWS = 20
"""Refused rows named on the terminal; all of them are in the JSON answer."""


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="TINDAKAN")

    def action(name: str, words: str) -> argparse.ArgumentParser:
        made = actions.add_parser(name, prog=f"{parser.prog} {name}", help=words, description=words)
        made.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
        return made

    action("list", "indikator yang dikenal: satuan, target, arah yang baik")
    show = action("show", "nilai terbaru sebuah wilayah dan umurnya, atau satu indikator dari waktu ke waktu")
    show.add_argument("region", nargs="?", default="", metavar="WILAYAH", help="kode atau nama; bawaan: wilayah ini")
    show.add_argument("--series", default="", metavar="INDIKATOR", help="semua nilai indikator ini")
    enter = action("enter", "masukkan satu nilai")
    enter.add_argument("series", metavar="INDIKATOR")
    enter.add_argument("region", metavar="WILAYAH", help="kode atau nama")
    enter.add_argument("time", metavar="WAKTU", help="2026-11-21, 2026-11, November 2026, Triwulan III 2026, 2026")
    enter.add_argument("value", metavar="NILAI")
    enter.add_argument("--source", required=True, metavar="SUMBER", help="siapa yang menyatakannya")
    taking = action("import", "masukkan berkas CSV atau XLSX")
    taking.add_argument("file", type=Path, metavar="BERKAS")
    taking.add_argument("--source", default="", metavar="SUMBER", help="sumber bagi baris yang tidak menyebutnya")
    taking.add_argument("--sheet", default=None, metavar="LEMBAR", help="lembar XLSX; bawaan: yang pertama")
    taking.add_argument("--dry-run", action="store_true", help="periksa saja, jangan simpan")
    for made in (enter, taking):
        made.add_argument("--decimal", choices=(",", "."), default="", help="tanda desimal pada angka yang ditulis")
        add_person(made, required=True, words="siapa yang memasukkan")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework
    from casework.indicator_series import load_series, save_series

    now = datetime.now(UTC)
    with open_casework(settings) as casework:
        with casework.begin() as session:
            save_series(session, load_series(settings.indicators_file))
        if options.action == "list":
            return run_list(options, casework)
        if options.action == "show":
            return run_show(options, settings, casework, now)
        return run_put(options, settings, casework, now)


def run_list(options: argparse.Namespace, casework: Casework) -> int:
    from casework.indicator_series import read_series_list

    with casework.read() as session:
        found = read_series_list(session).values()
    rows = [
        {
            "series": one.code,
            "name": one.name,
            "unit": one.unit,
            "target": one.target,
            "direction": one.direction,
            "agency": one.agency,
            "every_days": one.every_days,
            "family": one.family,
        }
        for one in found
    ]
    write_rows(rows, as_json=options.json, empty="Belum ada indikator.")
    return 0


def run_show(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.indicators import latest_indicators, read_series

    region = region_code(options.region, settings)
    with casework.read() as session:
        if options.series:
            values = read_series(session, options.series, region=region)
            rows: list[dict[str, object]] = [row_of(one, settings) for one in values]
        else:
            states = latest_indicators(session, region=region, now=now)
            json = wants_json(options.json)
            rows = [state_row(one) if json else state_line(one, settings) for one in states]
    write_rows(rows, as_json=options.json, empty=f"Belum ada nilai untuk wilayah {region}.")
    return 0


def region_code(given: str, settings: Settings) -> str:
    """The region's code. Raises NotFound, and NotConfigured where none is named and the installation has none."""
    from crawlers.bridges.values import RegionFinder
    from kentongan.places import load_gazetteer

    named = given or settings.region
    if not named:
        raise NotConfigured("region", "Wilayahnya belum disebut.", hint="Sebut kodenya, atau isi pengaturan region.")
    try:
        return RegionFinder(load_gazetteer(settings.regions_file), within=settings.region).find(named)
    except Quarantine as error:
        raise NotFound(error.message, hint="Pakai kode wilayah, misalnya 33.74.") from error


def run_put(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.indicators import put_measurements

    values, refused, place = (
        entered_value(options, settings, now) if options.action == "enter" else file_values(options, settings, now)
    )
    outcome = None
    with casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        point = session.begin_nested()
        outcome = put_measurements(session, values, actor=actor, now=now, via=VIA)
        if getattr(options, "dry_run", False):
            point.rollback()
        else:
            point.commit()
    turned_away: list[RefusedRow | RefusedValue] = [*refused, *outcome.refused]
    messages = [{"reason": row.reason, "message": row.message} for row in turned_away]
    for message in messages[:SAID_ROWS]:
        say(f"Ditolak ({message['reason']}): {message['message']}")
    row = {
        "file": place,
        "added": outcome.added,
        "changed": outcome.changed,
        "known": outcome.known,
        "refused": dict(Counter(message["reason"] for message in messages)),
    }
    if wants_json(options.json):
        row["refusals"] = messages
    write_rows([row], as_json=options.json, empty="")
    return 1 if messages else 0


def entered_value(
    options: argparse.Namespace, settings: Settings, now: datetime
) -> tuple[list[Measurement], tuple[RefusedRow, ...], str]:
    """The value on the command line. Raises NotFound and Quarantine."""
    from casework.indicator_series import load_series
    from crawlers.bridges.values import read_number, read_period
    from kentongan.schema import Measurement

    known = load_series(settings.indicators_file).get(options.series)
    value = Measurement(
        series=options.series,
        region=region_code(options.region, settings),
        time=read_period(options.time, zone=settings.zone),
        value=read_number(options.value, decimal=options.decimal),
        unit=known.unit if known else "",
        source=options.source,
    )
    return [value], (), "-"


def file_values(
    options: argparse.Namespace, settings: Settings, now: datetime
) -> tuple[list[Measurement], tuple[RefusedRow, ...], str]:
    """The values of a file, and its refused rows. Raises Quarantine for a file that cannot be taken in at all."""
    from casework.indicator_series import load_series
    from crawlers.bridges.indicator_files import read_indicator_file
    from kentongan.places import load_gazetteer

    series = load_series(settings.indicators_file)
    values, refused = read_indicator_file(
        options.file, units={code: one.unit for code, one in series.items()}, source=options.source,
        decimal=options.decimal, sheet=options.sheet, gazetteer=load_gazetteer(settings.regions_file),
        settings=settings, now=now,
    )  # fmt: skip
    return values, refused, options.file.name


def row_of(value: Measurement, settings: Settings) -> dict[str, object]:
    """One value of a series."""
    return {
        "time": to_zone(value.time, settings.zone).isoformat(),
        "value": value.value,
        "unit": value.unit,
        "source": value.source,
        "bridge": value.bridge,
        "recorded_at": value.recorded_at,
    }


def state_row(state: IndicatorState) -> dict[str, object]:
    """The newest value of a series for a program."""
    return {
        "series": state.series,
        "name": state.name,
        "value": state.value,
        "unit": state.unit,
        "target": state.target,
        "direction": state.direction,
        "on_target": state.on_target,
        "previous": state.previous,
        "time": state.time,
        "every_days": state.every_days,
        "age_days": state.age.days,
        "old": state.old,
        "old_reason": state.old_reason,
        "source": state.source,
        "bridge": state.bridge,
    }


def state_line(state: IndicatorState, settings: Settings) -> dict[str, object]:
    """The same for a person."""
    from kentongan.numbers import format_number

    shown = format_number(state.value, decimals=state.decimals)
    return {
        "indikator": state.name,
        "nilai": f"{shown} {state.unit}",
        "target": "-" if state.target is None else format_number(state.target, decimals=state.decimals),
        "tentang": format_day(state.time, zone=settings.zone),
        "umur": f"{state.age.days} hari{' (LAMA)' if state.old else ''}",
        "sumber": state.source,
    }
