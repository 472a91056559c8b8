"""The series of indicators: what is measured, in what unit, with which target, and what no value may be.

The common ones ship in ``indicator_series.toml``; ``indicators_file`` adds an installation's own, or other targets for
shipped ones. They are written into the database whenever values are taken in, so that queries can join them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.indicator_tables import IndicatorSeriesRow
from kentongan.errors import BadSettings

SHIPPED = Path(__file__).with_name("indicator_series.toml")

Direction = Literal["higher", "lower", "neither"]
"""Whether a higher or a lower value is better, or neither is."""


class Series(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One series of an indicator."""

    code: str
    """Stable short name ("kunjungan-puskesmas")."""
    name: str
    """For people ("Kunjungan puskesmas")."""
    unit: str
    """As printed beside the value ("kunjungan/bulan")."""
    every_days: int
    """How often a new value is expected, in days: 1, 7, 31, 92, 366."""
    decimals: int = 0
    """Digits behind the mark when shown."""
    target: float | None = None
    direction: Direction = "neither"
    agency: str | None = None
    """Code or name of the agency that answers for it; only its own officers enter values by hand."""
    family: str | None = None
    """Name of a ranked list it stands in ("Penyakit terbanyak"); None where it stands alone."""
    lowest: float | None = None
    """Smallest value that can be; less is refused."""
    highest: float | None = None


class SeriesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of series."""

    series: tuple[Series, ...]


def load_series(path: Path | None = None) -> dict[str, Series]:
    """The shipped series with those of a file over them, by code. Raises BadSettings that names the file."""
    found = _read_file(SHIPPED)
    return found if path is None else {**found, **_read_file(path)}


def _read_file(path: Path) -> dict[str, Series]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        declared = msgspec.convert(table, SeriesFile).series
    except OSError as error:
        raise BadSettings(
            f"Daftar indikator {path} tidak terbaca: {error.strerror}.", hint="Periksa indicators_file."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise BadSettings(
            f"Daftar indikator {path} salah: {error}.", hint=f"Kuncinya: {', '.join(Series.__struct_fields__)}."
        ) from error
    by_code: dict[str, Series] = {}
    for one in declared:
        if one.code in by_code:
            raise BadSettings(f"Indikator {one.code} dinyatakan dua kali di {path}.")
        if one.every_days < 1 or not one.code or not 0 <= one.decimals <= 6:
            raise BadSettings(
                f"Indikator {one.code!r} di {path}: every_days paling sedikit 1 dan decimals antara 0 dan 6."
            )
        by_code[one.code] = one
    return by_code


def save_series(session: Session, declared: Mapping[str, Series]) -> None:
    """Write the declared series; those that are there take the declaration's values. None is ever deleted."""
    there = {row.code: row for row in session.scalars(select(IndicatorSeriesRow))}
    for one in declared.values():
        values = msgspec.structs.asdict(one)
        if (row := there.get(one.code)) is None:
            session.add(IndicatorSeriesRow(**values))
        else:
            for name, value in values.items():
                if getattr(row, name) != value:
                    setattr(row, name, value)
    session.flush()


def read_series_list(session: Session) -> dict[str, Series]:
    """The series in the database, by code."""
    rows = session.scalars(select(IndicatorSeriesRow).order_by(IndicatorSeriesRow.code))
    return {row.code: as_series(row) for row in rows}


def as_series(row: IndicatorSeriesRow) -> Series:
    return Series(
        code=row.code,
        name=row.name,
        unit=row.unit,
        decimals=row.decimals,
        target=row.target,
        direction=row.direction,  # type: ignore[arg-type]  # a constraint of the table holds it to these
        agency=row.agency,
        every_days=row.every_days,
        family=row.family,
        lowest=row.lowest,
        highest=row.highest,
    )
