"""A point is in the region whose boundary holds it, whatever way the file was drawn; a bad file says what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import samples
from kentongan.boundaries import SHORE_KM, Boundaries, read_boundaries
from kentongan.errors import BadSettings
from kentongan.places import Gazetteer, load_gazetteer
from kentongan.regions import Region, shipped_regions

SAMPLES = Path(samples.__file__).parent
REGIONS = {region.code: region for region in shipped_regions()}
SQUARE = [[110.0, -7.0], [111.0, -7.0], [111.0, -6.0], [110.0, -6.0], [110.0, -7.0]]
HOLE = [[110.4, -6.6], [110.6, -6.6], [110.6, -6.4], [110.4, -6.4], [110.4, -6.6]]


def feature(rings: Any, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": rings}}


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Boundaries]:
    def write_and_read(*features: Any) -> Boundaries:
        file = tmp_path / "batas.geojson"
        file.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")
        return read_boundaries(file, REGIONS)

    return write_and_read


@pytest.mark.parametrize("turned", [False, True])
def test_a_hole_is_outside_whichever_way_the_rings_wind(read: Callable[..., Boundaries], turned: bool) -> None:
    rings = [ring[::-1] if turned else ring for ring in (SQUARE, HOLE)]
    boundaries = read(feature(rings, kode="33.74"))
    assert boundaries.locate(-6.2, 110.2) == "33.74"
    assert boundaries.locate(-6.5, 110.5) is None
    assert boundaries.locate(-6.5, 111.5) is None


def test_islands_are_one_region_as_multipolygon_or_as_several_features(read: Callable[..., Boundaries]) -> None:
    island = [[112.0, -7.0], [112.5, -7.0], [112.5, -6.5], [112.0, -7.0]]
    for boundaries in (
        read(feature([[SQUARE], [island]], "MultiPolygon", kode="33.74")),
        read(feature([SQUARE], kode="33.74"), feature([island], kode="33.74")),
    ):
        assert len(boundaries) == 1
        assert boundaries.locate(-6.5, 110.5) == boundaries.locate(-6.8, 112.4) == "33.74"
        assert boundaries.locate(-6.5, 111.5) is None


def test_of_a_district_and_its_regency_the_district_is_told(read: Callable[..., Boundaries]) -> None:
    boundaries = read(feature([SQUARE], kode="33.74"), feature([HOLE], kode="33.74.11"))
    assert boundaries.locate(-6.5, 110.5) == "33.74.11"
    assert boundaries.locate(-6.2, 110.2) == "33.74"


def test_just_off_the_shore_belongs_to_the_nearest_land_and_farther_out_to_none(
    read: Callable[..., Boundaries],
) -> None:
    boundaries = read(feature([SQUARE], kode="33.74"))
    degree = SHORE_KM / 111.2
    assert boundaries.locate(-6.0 + 0.9 * degree, 110.5) == "33.74"
    assert boundaries.locate(-6.0 + 1.1 * degree, 110.5) is None


@pytest.mark.parametrize(
    "properties",
    [
        {"kode": "33.74"},
        {"KODE_KAB": "3374"},
        {"kdpkab": 3374},
        {"KDPKAB": 3374.0},
        {"id": "x", "code": "33.74", "nama": "KOTA SEMARANG"},
    ],
)
def test_codes_are_found_under_the_names_files_use(read: Callable[..., Boundaries], properties: dict[str, Any]) -> None:
    assert read(feature([SQUARE], **properties)).get("33.74") is not None


def test_features_without_a_known_code_or_without_land_are_left_out(read: Callable[..., Boundaries]) -> None:
    empty = {"type": "Feature", "properties": {"kode": "33.72"}, "geometry": None}
    boundaries = read(feature([SQUARE], kode="33.74"), feature([SQUARE], kode="00.00"), empty)
    assert len(boundaries) == 1


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("", "tidak terbaca"),
        ("{", "tidak terbaca"),
        ("[]", "bukan FeatureCollection"),
        ('{"type": "Topology", "arcs": []}', "TopoJSON"),
        ('{"type": "FeatureCollection", "features": []}', "tidak berisi satu pun"),
        ('{"type": "FeatureCollection", "features": [7]}', "unsur ke-1"),
        (feature([SQUARE], kode="00.01"), "tidak memuat satu pun kode"),
        (feature([SQUARE], nama="Kota Semarang"), "tidak memuat satu pun kode"),
        (feature([[[y, x] for x, y in SQUARE]], kode="33.74"), "lintang di depan bujur"),
        (feature([[[x * 4000, y * 90000] for x, y in SQUARE]], kode="33.74"), "bukan derajat"),
        (feature([[[110.0, None], *SQUARE]], kode="33.74"), "feature ke-1"),
        (feature([SQUARE[:2]], kode="33.74"), "kurang dari tiga titik"),
        (feature([], kode="33.74"), "tidak memuat garis batas"),
        (feature(None, "MultiPolygon", kode="33.74"), "feature ke-1"),
        (feature([110.0, -7.0], "Point", kode="33.74"), "Point"),
        (feature([SQUARE], kode="33.74", nama="Kabupaten Boyolali"), "bukan kode Kemendagri"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, made: str | dict[str, Any], said: str) -> None:
    file = tmp_path / "batas.geojson"
    text = made if isinstance(made, str) else json.dumps({"type": "FeatureCollection", "features": [made]})
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadSettings, match=said) as refused:
        read_boundaries(file, REGIONS)
    assert "batas.geojson" in str(refused.value)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    gazetteer = load_gazetteer(boundaries=tmp_path / "tiada.geojson")
    with pytest.raises(BadSettings, match=r"tiada\.geojson"):
        gazetteer.locate(-7.0, 110.0)


@pytest.fixture(scope="module")
def tirtamaya() -> Gazetteer:
    return load_gazetteer(SAMPLES / "regions.csv", boundaries=SAMPLES / "boundaries.geojson")


def test_the_invented_districts_have_boundaries_that_hold_their_points(tirtamaya: Gazetteer) -> None:
    districts: list[Region] = tirtamaya.children("99.01")
    assert len(districts) == 15
    for region in districts:
        assert region.lat is not None and region.lon is not None
        assert tirtamaya.locate(region.lat, region.lon) == region


def test_off_a_coast_with_boundaries_a_coordinate_is_not_plausible(tirtamaya: Gazetteer) -> None:
    assert tirtamaya.is_plausible(-5.068, 111.531)
    assert not tirtamaya.is_plausible(-4.98, 111.4)
    assert tirtamaya.is_plausible(-7.05, 110.43), "where there are no boundaries, points still tell"


@cache
def tirtamaya_boundaries() -> Boundaries:
    regions = {region.code: region for region in load_gazetteer(SAMPLES / "regions.csv").children("99.01")}
    return read_boundaries(SAMPLES / "boundaries.geojson", regions)


@given(st.floats(-5.35, -5.03), st.floats(111.29, 111.62))
@hypothesis_settings(max_examples=150, deadline=None)
def test_no_point_lies_in_two_districts(lat: float, lon: float) -> None:
    boundaries = tirtamaya_boundaries()
    codes = [f"99.01.{number:02}" for number in range(1, 16)]
    holding = [code for code in codes if (one := boundaries.get(code)) and one.contains(lat, lon)]
    assert len(holding) <= 1
    if holding:
        assert boundaries.locate(lat, lon) == holding[0]
