"""The gazetteer: the country's regions, and which of them a text surely speaks of."""

from __future__ import annotations

from pathlib import Path

import pytest

import samples
from kentongan.errors import BadSettings
from kentongan.places import Gazetteer, load_gazetteer
from kentongan.regions import COLUMNS

DEMO = Path(samples.__file__).parent / "regions.csv"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer(DEMO)


def found(gazetteer: Gazetteer, text: str, within: str | None = None) -> str | None:
    region = gazetteer.find(text, within=within)
    return region.code if region else None


def test_the_whole_country_is_in_the_table_and_hangs_together() -> None:
    gazetteer = load_gazetteer()
    provinces = gazetteer.children(None)
    regencies = [region for province in provinces for region in gazetteer.children(province.code)]
    districts = [region for regency in regencies for region in gazetteer.children(regency.code)]
    assert (len(provinces), len(regencies), len(districts)) == (38, 514, 7285)
    assert len(gazetteer) == 38 + 514 + 7285
    assert {region.level for region in districts} == {"kecamatan"}
    assert all(region.code.startswith(f"{region.parent}.") for region in (*regencies, *districts))
    assert all(region.population for region in regencies)


def test_a_region_says_what_it_is() -> None:
    gazetteer = load_gazetteer()
    solo = gazetteer.get("33.72")
    assert solo is not None
    assert (solo.name, solo.bare_name, solo.kind, solo.parent) == ("Kota Surakarta", "Surakarta", "kota", "33")
    assert "Solo" in solo.aliases
    assert gazetteer.get("00") is None
    pusat = gazetteer.get("31.71")
    assert pusat is not None
    assert pusat.bare_name == "Jakarta Pusat"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Banjir di Kecamatan Banyumanik", "33.74.11"),
        ("Kec. Banyumanik, Kota Semarang, Jawa Tengah", "33.74.11"),
        ("Pemkot Semarang menutup jalan", "33.74"),
        ("warga Kab. Semarang", "33.22"),
        ("Bupati Kediri meninjau pasar", "35.06"),
        ("Wali Kota Kediri", "35.71"),
        ("di Surabaya, Jatim", "35.78"),
        ("#Surabaya hujan", "35.78"),
        ("macet di SBY", "35.78"),
        ("Wonosari, Gunungkidul", "34.03.01"),
        ("Kecamatan Banjarsari, Solo", "33.72.05"),
        ("Bandung Barat longsor", "32.17"),
        ("Jaksel macet", "31.74"),
        ("Listrik padam di Gorontalo", "75"),
        ("Jogja ramai", "34"),
        ("wisata di Kota Batu", "35.79"),
        ("Kota Kudus", "33.19"),
        ("Kecamatan Kota Kudus", "33.19.02"),
        ("Sukamaju", "73.22.06"),
        ("Jakarta (ANTARA) - Bupati Kudus meninjau pasar", "33.19"),
        ("Harga cabai di Kediri naik, kata Dinas Perdagangan Jawa Timur", "35"),
        ("Warga Kecamatan Randu, Tirtamaya", "99.01.02"),
    ],
)
def test_a_text_that_surely_speaks_of_one_region_gets_it(gazetteer: Gazetteer, text: str, code: str) -> None:
    assert found(gazetteer, text) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Kediri banjir",
        "Dari Banjar ke mana",
        "Kecamatan Wonosari",
        "Kecamatan Tidakada",
        "Surabaya dan Medan",
        "Bali dan Lombok Timur",
        "nasib malang, hidup baru, harapan damai",
        "lempar batu di batu bata dekat gunung",
        "Malang benar nasibnya",
        "simpang empat macet, tujuh belas orang luka",
        "SBY bertemu presiden",
        "Jalan Raya Bogor rusak",
        "Jl. Surabaya nomor 5",
        "Pak Bima dan Bu Pati",
        "Desa Banyumanik",
        "solo karir",
        "Ini Kota. Baru saja hujan",
        "kamu dan ibu dan ayah makan tempe",
        "a" * 100_000,
    ],
)
def test_in_doubt_there_is_no_region(gazetteer: Gazetteer, text: str) -> None:
    assert found(gazetteer, text) is None


@pytest.mark.parametrize(
    ("text", "within", "code"),
    [
        ("Kediri banjir", "35.71", "35.71"),
        ("Kediri banjir", "35.06", "35.06"),
        ("Kediri banjir", "35", None),
        ("Wonosari macet", "34.03", "34.03.01"),
        ("Kecamatan Wonosari", "34.03", "34.03.01"),
        ("lampu mati di banyumanik", "33.74", "33.74.11"),
        ("banjir di Telaga", "99.01", "99.01.03"),
        ("pemandangan telaga", "99.01", None),
        ("Kota Surabaya", "33.74", "35.78"),
    ],
)
def test_the_served_region_tells_namesakes_apart(
    gazetteer: Gazetteer, text: str, within: str, code: str | None
) -> None:
    assert found(gazetteer, text, within) == code


def test_every_regency_and_city_is_found_by_its_full_name() -> None:
    gazetteer = load_gazetteer()
    for province in gazetteer.children(None):
        for region in gazetteer.children(province.code):
            plain = region.name.replace(" Administrasi", "")
            assert gazetteer.find(f"Kantor di {plain}, {province.name}") == region, plain


def test_every_district_is_found_by_its_address() -> None:
    gazetteer = load_gazetteer()
    missed = []
    for code in ("33.74", "32.73", "35.78", "61.71", "99", "94.01"):
        regency = gazetteer.get(code)
        for region in gazetteer.children(code) if regency else []:
            assert regency is not None
            if gazetteer.find(f"Kecamatan {region.name}, {regency.name}") != region:
                missed.append(region.name)
    assert missed == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("code,name\n", "Baris pertama"),
        (",".join(COLUMNS) + "\n99,negara,,X,,,,\n", "baris 2"),
        (",".join(COLUMNS) + "\n99,provinsi,,X,,,,\n98.01,kabkota,99,Y,,,,\n", "baris 3"),
        (",".join(COLUMNS) + "\n99,provinsi,,X,banyak,,,\n", "baris 2"),
        (",".join(COLUMNS) + "\n99,provinsi,,X\n", "baris 2"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_its_line(tmp_path: Path, row: str, said: str) -> None:
    table = tmp_path / "wilayah.csv"
    table.write_text(row, encoding="utf-8")
    with pytest.raises(BadSettings, match=said):
        load_gazetteer(table)


def test_a_missing_table_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r"tiada\.csv"):
        load_gazetteer(tmp_path / "tiada.csv")
