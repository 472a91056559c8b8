"""What stands around a name tells which place it is, or that it is none; coordinates tell theirs."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import samples
from kentongan.place_mentions import Spans, read_parts
from kentongan.places import Gazetteer, is_slip, load_gazetteer
from kentongan.text import clean, token_spans, tokens

DEMO = Path(samples.__file__).parent / "regions.csv"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer(DEMO)


@pytest.mark.parametrize(
    ("text", "within", "code"),
    [
        # two names, each with several bearers, settle each other
        ("Kediri: banjir di Pare", None, "35.06.17"),
        ("Madiun: air PDAM keruh di Kartoharjo", None, "35.77.01"),
        ("Bau limbah di Tasikmalaya, tepatnya Kecamatan Bungursari", None, "32.78.09"),
        ("Bencana di Sukabumi, Lengkong terparah", "32.02", "32.02.07"),
        # Kota Baru the district, Kotabaru the regency
        ("banjir di Kecamatan Kota Baru, Kota Jambi", None, "15.71.07"),
        ("Jalan rusak di Kabupaten Kotabaru", None, "63.02"),
        # everyday words beside the region around them
        ("jalan berlubang, garut, jabar", None, "32.05"),
        ("Air keruh, Batang, Jateng", None, "33.25"),
        # a place that one only comes from
        ("Saya asli Blora, sekarang tinggal di Rembang. Jalan rusak", None, "33.17"),
        ("Truk dari Banyumas terguling di Samarinda", None, "64.72"),
        ("Perantau asal Medan mengeluh", None, "12.71"),
        # a name that is no place beside one that is
        ("Warung soto Lamongan di Kudus tutup", None, "33.19"),
        ("PSM Makassar main tandang ke Sanggau", None, "61.03"),
        # hashtags have no blanks
        ("#JawaTengah hujan", None, "33"),
        ("#semarangbarat banjir", "33.74", "33.74.13"),
        # at home people mean what is near
        ("macet arah karanganyar", "33.21", "33.21.09"),
        ("macet arah karanganyar", None, "33.13"),
        ("Garut hari ini cerah", "32.05", "32.05"),
        # one slip behind "Kecamatan"
        ("Kecamatan Banyumnaik, Kota Semarang", None, "33.74.11"),
        ("Puskesmas Gunungpti di Kota Semarang antre", None, "33.74.12"),
    ],
)
def test_what_stands_around_a_name_tells_its_place(
    gazetteer: Gazetteer, text: str, within: str | None, code: str
) -> None:
    region = gazetteer.find(text, within=within)
    assert region is not None and region.code == code, region


@pytest.mark.parametrize(
    "text",
    [
        "ngidam sate Padang",
        "Persebaya Surabaya menang 2-0",
        "Semen Padang FC kalah",
        "batik Solo motifnya bagus",
        "bahasa Banjar itu susah",
        "Kudus dan Semarang Barat sama-sama banjir",
        "Kereta Metro-Lamongan terlambat",
        "polsek kota kita buka layanan",
        "Kediri: banjir di Tidakada",
        "Perjalanan dari Surabaya ke Medan",
        "membangun kota baru di pinggir hutan",
    ],
)
def test_what_is_no_place_or_two_places_is_none(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.find(text) is None


def test_a_place_field_of_a_line_of_its_own_counts_for_an_everyday_word(gazetteer: Gazetteer) -> None:
    region = gazetteer.find("Randu\nSampah menumpuk di pasar", within="99.01")
    assert region is not None and region.code == "99.01.02"
    assert gazetteer.find("Telaga\nSampah menumpuk di pasar", within="99.01") == gazetteer.get("99.01.03")


@pytest.mark.parametrize("slip", ["banyumnaik", "banyumank", "banyumaniik", "banyumanok", "anyumanik"])
def test_one_slip_of_a_letter_is_a_slip(slip: str) -> None:
    assert is_slip(slip, "banyumanik")


@pytest.mark.parametrize("other", ["banyumanik", "banyumas", "banyumanikan", "nyumanik", ""])
def test_the_name_itself_and_two_slips_are_none(other: str) -> None:
    assert not is_slip(other, "banyumanik")


PIECES = st.sampled_from(
    [
        "Kota",
        " ",
        "  ",
        "\n",
        "-",
        "Semarang",
        "Jawa-Bali",
        "\u200b",
        "\xad",
        "—",
        "’",
        "a\u0301",
        "😀",
        "1.284",
        "@a",
        "#B",
        ".",
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join))
@settings(max_examples=200, deadline=None)
def test_tokens_read_when_asked_for_are_those_of_the_whole_text(text: str) -> None:
    cleaned = clean(text)
    words = tokens(text)
    chunks = cleaned.split()
    spans = Spans(cleaned, chunks, read_parts(chunks), words)
    assert [spans[at] for at in range(len(words))] == token_spans(cleaned)


def test_a_coordinate_near_a_known_point_is_in_its_region(gazetteer: Gazetteer) -> None:
    for code in ("99.01.02", "99.01.14", "33.74.11", "53.02"):
        region = gazetteer.get(code)
        assert region is not None and region.lat is not None and region.lon is not None
        assert gazetteer.locate(region.lat + 0.001, region.lon - 0.001) == region


def test_between_two_points_nothing_is_told(gazetteer: Gazetteer) -> None:
    one, other = gazetteer.get("99.01.02"), gazetteer.get("99.01.03")
    assert one and other and one.lat and one.lon and other.lat and other.lon
    assert gazetteer.locate((one.lat + other.lat) / 2, (one.lon + other.lon) / 2) is None


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        (0.0, 0.0),  # never filled in
        (110.42, -6.99),  # the wrong way round
        (6.99, 110.42),  # without its sign
        (-9.9, 96.0),  # the Indian Ocean
        (52.37, 4.9),
        (math.nan, 110.0),
        (math.inf, 110.0),
    ],
)
def test_a_coordinate_at_sea_or_abroad_is_not_plausible_and_nowhere(
    gazetteer: Gazetteer, lat: float, lon: float
) -> None:
    assert not gazetteer.is_plausible(lat, lon)
    assert gazetteer.locate(lat, lon) is None


def test_every_known_point_is_plausible(gazetteer: Gazetteer) -> None:
    points = [
        region
        for province in gazetteer.children(None)
        for region in gazetteer.children(province.code)
        if region.lat is not None and region.lon is not None
    ]
    assert len(points) > 500
    assert all(gazetteer.is_plausible(one.lat, one.lon) for one in points if one.lat and one.lon)
