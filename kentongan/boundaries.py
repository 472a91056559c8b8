"""Boundaries of regions from the user's own GeoJSON (RFC 7946), and in which of them a point lies.

Nothing of the kind ships with Kentongan: whoever has boundaries names their file in the setting ``boundaries_file``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from kentongan.errors import BadSettings
from kentongan.regions import KM_A_DEGREE, Region

Ring = NDArray[np.float64]
"""A closed line of (longitude, latitude) pairs in degrees, the first again at the end: shape (points, 2)."""

CODE_NAMES = (
    "kode", "code", "kode_wilayah", "kode_kemendagri", "kode_kec", "kode_kecamatan", "kdkec", "kdepum", "kdcpum",
    "kode_kab", "kode_kabkota", "kdpkab", "kdkab", "kode_prov", "kdppum", "kdprov", "id",
)  # fmt: skip
"""Names of properties that hold a region's code in files met in practice, the more telling first; case is ignored."""

NAME_NAMES = ("nama", "name", "kecamatan", "wadmkc", "kabkot", "wadmkk", "provinsi", "wadmpr", "namobj")
"""The same for its name, by which codes of another register are noticed."""

SHORE_KM = 2.0
"""How far outside all boundaries a point still belongs to the nearest, in kilometres: published boundaries are
simplified by about a kilometre, and piers and river mouths lie outside them."""

LOCATED = 4096
"""Coordinates whose region is remembered."""

MAX_BYTES = 256 * 1024 * 1024
"""Largest file read, in bytes: the country's districts at full detail are smaller."""

HINT = (
    "Pengaturan boundaries_file: GeoJSON (FeatureCollection) berisi Polygon atau MultiPolygon dalam derajat bujur dan "
    f"lintang, dengan kode Kemendagri di salah satu kolom: {', '.join(CODE_NAMES)}."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """One region's land: polygons, each its outer ring and then its holes."""

    code: str
    polygons: tuple[tuple[Ring, ...], ...]
    box: tuple[float, float, float, float]
    """Smallest longitude and latitude, then largest."""

    def contains(self, lat: float, lon: float) -> bool:
        """Whether the point lies in one of the polygons and in none of its holes, whichever way the rings wind."""
        west, south, east, north = self.box
        if not (west <= lon <= east and south <= lat <= north):
            return False
        return any(sum(crossings(ring, lat, lon) for ring in polygon) % 2 for polygon in self.polygons)

    def distance(self, lat: float, lon: float) -> float:
        """Kilometres from a point to the nearest edge."""
        return min(edge_distance(ring, lat, lon) for polygon in self.polygons for ring in polygon)


def crossings(ring: Ring, lat: float, lon: float) -> int:
    """How many edges of a ring the ray from a point to the east crosses: odd inside (Shimrat 1962, ACM 112)."""
    x, y = ring[:, 0], ring[:, 1]
    above = y > lat
    edges = np.flatnonzero(above[1:] != above[:-1])
    if not len(edges):
        return 0
    x0, y0, x1, y1 = x[edges], y[edges], x[edges + 1], y[edges + 1]
    return int(np.count_nonzero(x0 + (lat - y0) * (x1 - x0) / (y1 - y0) > lon))


def edge_distance(ring: Ring, lat: float, lon: float) -> float:
    """Kilometres from a point to a ring, on a plane around the point: exact to a thousandth within 100 km."""
    scale = np.array([KM_A_DEGREE * np.cos(np.radians(lat)), KM_A_DEGREE])
    points = (ring - (lon, lat)) * scale
    start, step = points[:-1], np.diff(points, axis=0)
    length = (step**2).sum(axis=1)
    along = np.clip(-(start * step).sum(axis=1) / np.where(length > 0, length, 1.0), 0.0, 1.0)
    return float(np.sqrt(((start + along[:, None] * step) ** 2).sum(axis=1).min()))


class Boundaries:
    """All boundaries of a file, by code."""

    def __init__(self, boundaries: Iterable[Boundary]) -> None:
        self._by_code = {boundary.code: boundary for boundary in boundaries}
        # A complaint's coordinate is asked about twice: whether it can be, and where it is.
        self._located = lru_cache(maxsize=LOCATED)(self._locate)

    def __len__(self) -> int:
        return len(self._by_code)

    def get(self, code: str) -> Boundary | None:
        """The boundary of this region, or None."""
        return self._by_code.get(code)

    @cached_property
    def _boxes(self) -> tuple[list[Boundary], NDArray[np.float64]]:
        # The innermost first: of a district and its regency the district is told.
        ordered = sorted(self._by_code.values(), key=lambda one: (-one.code.count("."), one.code))
        return ordered, np.array([one.box for one in ordered], dtype=np.float64).reshape(-1, 4)

    def near(self, lat: float, lon: float, *, km: float = 0.0) -> Iterator[Boundary]:
        """The boundaries whose box lies within ``km`` kilometres of a point, innermost regions first."""
        ordered, boxes = self._boxes
        high = km / KM_A_DEGREE
        wide = high / max(0.1, float(np.cos(np.radians(lat))))
        inside = (boxes[:, 0] - wide <= lon) & (lon <= boxes[:, 2] + wide)
        inside &= (boxes[:, 1] - high <= lat) & (lat <= boxes[:, 3] + high)
        return (ordered[place] for place in np.flatnonzero(inside).tolist())

    def locate(self, lat: float, lon: float) -> str | None:
        """Code of the innermost region the point lies in, else of the nearest within ``SHORE_KM``, else None."""
        return self._located(lat, lon)

    def _locate(self, lat: float, lon: float) -> str | None:
        found = next((one.code for one in self.near(lat, lon) if one.contains(lat, lon)), None)
        if found is not None:
            return found
        measured = [
            (one.distance(lat, lon), -one.code.count("."), one.code) for one in self.near(lat, lon, km=SHORE_KM)
        ]
        distance, _, code = min(measured, default=(np.inf, 0, ""))
        return code if distance <= SHORE_KM else None


def read_boundaries(file: Path, regions: Mapping[str, Region]) -> Boundaries:
    """The boundaries in a GeoJSON file, of those regions that are known.

    Raises BadSettings, saying what is wrong and in which feature: not readable, not GeoJSON, not degrees, no code that
    is known, or codes that belong to other names (the statistics office numbers regions differently).
    """
    try:
        if file.stat().st_size > MAX_BYTES:
            raise bad(file, f"lebih besar dari {MAX_BYTES // 2**20} MiB")
        whole = msgspec.json.decode(file.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise bad(file, f"tidak terbaca: {error}") from error
    if isinstance(whole, dict) and whole.get("type") == "Topology":
        raise bad(file, "berupa TopoJSON; ubah dulu menjadi GeoJSON")
    if not isinstance(whole, dict) or whole.get("type") != "FeatureCollection":
        raise bad(file, "bukan FeatureCollection")
    features = whole.get("features")
    if not isinstance(features, list) or not features:
        raise bad(file, "tidak berisi satu pun feature")
    made: dict[str, Boundary] = {}
    other_names = named = 0
    for number, feature in enumerate(features, start=1):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise bad(file, f"unsur ke-{number} bukan Feature")
        properties = {str(key).casefold(): value for key, value in (feature.get("properties") or {}).items()}
        region = find_code(properties, regions)
        if region is None or feature.get("geometry") is None:
            continue
        polygons = read_geometry(feature["geometry"], partial(refuse_feature, file, number))
        name = next((properties[each] for each in NAME_NAMES if isinstance(properties.get(each), str)), None)
        if name is not None:
            named += 1
            other_names += not same_name(name, region)
        if region.code in made:
            # Some files hold one feature an island.
            polygons = (*made[region.code].polygons, *polygons)
        made[region.code] = Boundary(code=region.code, polygons=polygons, box=box_of(polygons))
    if not made:
        raise bad(file, "tidak memuat satu pun kode wilayah yang dikenal")
    if named and other_names > named / 2:
        raise bad(file, f"memakai kode yang bukan kode Kemendagri: {other_names} dari {named} nama tidak cocok")
    return Boundaries(made.values())


def bad(file: Path, why: str) -> BadSettings:
    return BadSettings(f"Berkas batas wilayah {file} {why}.", hint=HINT)


def refuse_feature(file: Path, number: int, why: str) -> BadSettings:
    return bad(file, f"feature ke-{number} {why}")


def find_code(properties: Mapping[str, Any], regions: Mapping[str, Region]) -> Region | None:
    """The region that one of the properties names: "33.01.01", "330101" and 330101 are one code. None: not known."""
    for name in CODE_NAMES:
        value = properties.get(name)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            continue
        digits = re.sub(r"\.0$", "", str(value)) if isinstance(value, float) else str(value)
        digits = re.sub(r"\D", "", digits)
        region = regions.get(".".join(filter(None, (digits[:2], digits[2:4], digits[4:6], digits[6:]))))
        if region is not None:
            return region
    return None


def same_name(name: str, region: Region) -> bool:
    """Whether a file means this region by the name, whatever it puts before it."""

    def bare(words: str) -> str:
        return re.sub(r"\W|^(?:kabupaten|kab|kota|kecamatan|kec|provinsi|adm|administrasi)\b", "", words.casefold())

    ours = {bare(region.name), bare(region.bare_name), *map(bare, region.aliases)}
    theirs = bare(name)
    return any(theirs == each or theirs.endswith(each) or each.endswith(theirs) for each in ours)


def read_geometry(geometry: Any, refuse: Callable[[str], BadSettings]) -> tuple[tuple[Ring, ...], ...]:
    """The polygons of a geometry, rings closed. Raises what ``refuse`` makes of the reason."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise refuse(f"berupa {kind or 'bukan geometri'}, bukan Polygon atau MultiPolygon")
    drawn = geometry.get("coordinates")
    polygons = []
    for polygon in [drawn] if kind == "Polygon" else (drawn if isinstance(drawn, list) else [None]):
        if not isinstance(polygon, list) or not polygon:
            raise refuse("tidak memuat garis batas")
        polygons.append(tuple(read_ring(line, refuse) for line in polygon))
    if not polygons:
        raise refuse("tidak memuat garis batas")
    return tuple(polygons)


def read_ring(line: Any, refuse: Callable[[str], BadSettings]) -> Ring:
    """One closed ring; heights are dropped, a ring left open is closed."""
    try:
        ring = np.array([(point[0], point[1]) for point in line], dtype=np.float64)
    except (TypeError, ValueError, IndexError, KeyError) as error:
        raise refuse("memuat titik yang bukan pasangan bujur dan lintang") from error
    if len(ring) and (ring[0] != ring[-1]).any():
        ring = np.concatenate([ring, ring[:1]])
    if len(ring) < 4:
        raise refuse("memuat garis batas dengan kurang dari tiga titik")
    if not np.isfinite(ring).all() or (np.abs(ring) > (180, 90)).any():
        if np.isfinite(ring).all() and (np.abs(ring) <= (90, 180)).all():
            raise refuse("menaruh lintang di depan bujur")
        raise refuse("memuat koordinat yang bukan derajat bujur dan lintang (mungkin meter, UTM)")
    return ring


def box_of(polygons: Iterable[tuple[Ring, ...]]) -> tuple[float, float, float, float]:
    """West, south, east and north of the outer rings."""
    points = np.concatenate([rings[0] for rings in polygons])
    (west, south), (east, north) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return west, south, east, north
