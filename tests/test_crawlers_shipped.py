"""The list of sources that ships: enough of them, each said where it is, whom it covers and on what terms."""

from __future__ import annotations

from collections import Counter

from crawlers.kinds import KINDS
from crawlers.sources import SHIPPED, load_sources
from kentongan.regions import DATA, read_regions

REGIONS_ASKED_FOR = {"33": "Jawa Tengah", "32": "Jawa Barat", "36": "Banten", "61": "Kalimantan Barat",
                     "34": "Yogyakarta", "35": "Jawa Timur", "31": "Jakarta", "13": "Sumatera Barat",
                     "63": "Kalimantan Selatan"}  # fmt: skip
LEAST_SOURCES = 60
LEAST_A_REGION = 4


def test_there_are_enough_sources_each_once() -> None:
    sources = load_sources()
    assert sum(source.enabled for source in sources) >= LEAST_SOURCES
    assert len({source.name for source in sources}) == len({source.url for source in sources}) == len(sources)


def test_each_says_whom_it_covers_on_what_terms_and_when_it_was_last_checked() -> None:
    known = {region.code for region in read_regions(DATA / "regions.csv")}
    for source in load_sources():
        assert source.title and source.legal.endswith("."), source.name
        assert source.region is None or source.region in known, source.name
        assert source.checked is None, f"{source.name}: nobody has asked it from here"
        assert source.url.startswith("https://"), source.name
        assert not source.allow_private and not source.sample, source.name
        assert (source.document_kind == "post") == (source.platform != "web"), source.name
    declared = SHIPPED.read_text(encoding="utf-8")
    assert declared.count("\n  checked: ") == len(load_sources())


def test_the_regions_fact_checkers_and_governments_a_command_centre_names_are_there() -> None:
    sources = load_sources()
    per_province = Counter((source.region or "")[:2] for source in sources)
    assert {code: name for code, name in REGIONS_ASKED_FOR.items() if per_province[code] < LEAST_A_REGION} == {}
    assert per_province[""] >= 20
    assert sum(source.document_kind == "factcheck" for source in sources) >= 10
    assert sum(".go.id" in source.url for source in sources) >= 10


def test_what_needs_a_key_is_off_and_its_note_names_the_setting() -> None:
    closed = [source for source in load_sources() if KINDS[source.kind].credentials]
    assert closed
    for source in closed:
        assert not source.enabled, source.name
        assert "Isi setelan " in source.legal, source.name


def test_places_outside_western_time_read_their_clocks_so() -> None:
    for source in load_sources():
        province = (source.region or "")[:2]
        zone = "WITA" if province in {"51", "52", "53", "63", "64", "65"} or province.startswith("7") else "WIB"
        assert source.zone == ("WIT" if province.startswith(("8", "9")) else zone), source.name
