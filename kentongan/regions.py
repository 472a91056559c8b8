"""The country's regions: provinces, regencies and cities, districts, and the table they are read from."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from kentongan.errors import BadSettings

Level = Literal["provinsi", "kabkota", "kecamatan"]
"""Province; regency or city; district."""

LEVELS: tuple[Level, ...] = get_args(Level)
COLUMNS = ("code", "level", "parent", "name", "population", "lat", "lon", "aliases")
"""Columns of a table of regions. Aliases are separated by "|"; empty means unknown."""

DATA = Path(__file__).parent / "data"
KM_A_DEGREE = 111.2
"""Kilometres of one degree of latitude on a sphere of the Earth's mean radius (6,371 km)."""
INDONESIA = (-11.5, 94.5, 6.5, 141.1)
"""Smallest latitude and longitude, then largest, that hold the country: Rote to Weh, Weh to Merauke."""
KIND_WORDS = re.compile(r"(?:Kabupaten|Kota)(?: Administrasi)? ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """One region of the country's register."""

    code: str
    """Code of the Ministry of Home Affairs: "33", "33.74", "33.74.01". A region's code begins with its parent's."""
    level: Level
    parent: str | None
    """Code of the region it lies in; None for a province."""
    name: str
    """Full name: "Jawa Tengah", "Kota Semarang", "Banyumanik"."""
    population: int | None
    """People; None where the table has no figure (districts)."""
    lat: float | None
    """Latitude in degrees of a point inside it; None where unknown."""
    lon: float | None
    aliases: tuple[str, ...] = ()
    """Other names in use ("Solo", "Jateng")."""

    @property
    def kind(self) -> str:
        """The word a text would put before the name: kecamatan, kabupaten, kota or provinsi."""
        if self.level == "kabkota":
            return "kota" if self.name.startswith("Kota ") else "kabupaten"
        return self.level

    @property
    def bare_name(self) -> str:
        """The name without "Kabupaten" or "Kota" before it."""
        return KIND_WORDS.sub("", self.name, count=1) if self.level == "kabkota" else self.name

    def is_in(self, code: str) -> bool:
        """Whether this is the region of that code or lies inside it."""
        return self.code == code or self.code.startswith(code + ".")


def read_regions(file: Path) -> list[Region]:
    """The regions of a table with the columns ``COLUMNS``. Raises BadSettings that names the file and the line."""
    regions: list[Region] = []
    hint = f"Kolomnya: {', '.join(COLUMNS)}; tingkatnya: {', '.join(LEVELS)}."
    try:
        lines = csv.reader(file.read_text(encoding="utf-8-sig").splitlines())
        if next(lines, None) != list(COLUMNS):
            raise BadSettings(f"Baris pertama tabel wilayah {file} bukan nama kolomnya.", hint=hint)
        for number, row in enumerate(lines, start=2):
            try:
                code, level, parent, name, population, lat, lon, aliases = row
                if level not in LEVELS or not (code and name) or (parent and not code.startswith(parent + ".")):
                    raise ValueError(f"{code!r}, {level!r}, {parent!r}, {name!r}")
                regions.append(
                    Region(
                        code=code,
                        level=level,
                        parent=parent or None,
                        name=name,
                        population=int(population) if population else None,
                        lat=float(lat) if lat else None,
                        lon=float(lon) if lon else None,
                        aliases=tuple(aliases.split("|")) if aliases else (),
                    )
                )
            except ValueError as error:
                raise BadSettings(f"Tabel wilayah {file} baris {number} tidak terbaca: {error}.", hint=hint) from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadSettings(f"Tabel wilayah {file} tidak terbaca: {error}.", hint=hint) from error
    return regions


@cache
def shipped_regions() -> tuple[Region, ...]:
    """The country's own table, read once a process."""
    return tuple(read_regions(DATA / "regions.csv"))
