"""Says why an article is news of the installation's region, by rules that are shown beside it.

An article is ours where its region was read as ours, where it names the head's office ("Bupati Tirtamaya", "Pemkab
Tirtamaya", "DPRD Tirtamaya"), where its dateline is ours, where it names a district of ours with its kind before it, or
two of them, or where it names an agency of ours. What was read as another region's is ours only where it names the
head's office: every regency has a Dinas Kesehatan.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from casework.agencies import Agency
from kentongan.places import Gazetteer
from kentongan.regions import Level, Region

HEADS: Final[dict[str, tuple[str, ...]]] = {
    "kabupaten": (
        "Bupati", "Wakil Bupati", "Wabup", "Pemkab", "Pemerintah Kabupaten", "Pemda", "DPRD", "DPRD Kabupaten", "Sekda",
    ),
    "kota": (
        "Wali Kota", "Walikota", "Wakil Wali Kota", "Wawali", "Pemkot", "Pemerintah Kota", "Pemda", "DPRD", "DPRD Kota",
        "Sekda",
    ),
    "provinsi": (
        "Gubernur", "Wakil Gubernur", "Wagub", "Pemprov", "Pemerintah Provinsi", "Pemda", "DPRD", "DPRD Provinsi",
        "Sekda",
    ),
    "kecamatan": ("Camat", "Kantor Kecamatan"),
}  # fmt: skip
"""Words before a region's name that make it its government, by the region's kind; as newsrooms write them."""
DISTRICT_CUES: Final[dict[Level, tuple[str, ...]]] = {
    "kecamatan": ("Kecamatan", "Kec.", "Camat"),
    "kabkota": ("Kabupaten", "Kab.", "Kota"),
    "provinsi": ("Provinsi",),
}
"""Words before the name of a region, by its level, that make it surely that region."""
TWO_PLACES: Final = 2
"""Districts of ours that an article without a cue must name: one name alone may be a person's or a thing's."""
SHORT_NAME: Final = 5
"""Names of agencies up to so many letters ("DLH", "PDAM") count only as they are written: "dlh" may be anything."""
OTHER_REGION: Final = re.compile(r"\s+(?:Kota|Kabupaten|Kab\.|Provinsi|Prov\.|Kecamatan)\s+([A-Z]\w*(?:\s[A-Z]\w*)?)")
"""A region named right behind an agency, with its kind before it."""
WHOLE_COUNTRY: Final = "seluruh Indonesia (wilayah pemasangan tidak diatur)"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedAgency:
    """An agency of ours in a text."""

    agency: Agency
    at: int
    """Character of the text where it stands first."""
    times: int


@dataclass(frozen=True, kw_only=True)
class Locality:
    """Whose news it is: the region with what lies in it, and its agencies. Patterns are made once."""

    region: Region | None
    """None for the whole country."""
    inside: tuple[Region, ...]
    """The regions directly inside it."""
    agencies: tuple[Agency, ...]

    @property
    def words(self) -> str:
        """The region for a person."""
        return self.region.name if self.region else WHOLE_COUNTRY

    @cached_property
    def heads(self) -> re.Pattern[str]:
        """The region's government; group 1 is what was found."""
        assert self.region is not None
        offices = HEADS[self.region.kind]
        return re.compile(rf"\b((?:{any_of(offices)})\s+(?:{any_of(self.names)}))\b", re.IGNORECASE)

    @cached_property
    def names(self) -> tuple[str, ...]:
        assert self.region is not None
        return tuple(dict.fromkeys((self.region.bare_name, *self.region.aliases)))

    @cached_property
    def dateline(self) -> re.Pattern[str]:
        """The region, or one inside it, in capitals before a dash or a comma at the start of a text."""
        places = [name.upper() for name in (*self.names, *(one.bare_name for one in self.inside))]
        return re.compile(rf"\s*(?:[\w.]+\s*[,|]\s*)?({any_of(places)})(?:\s*,[^-–—]{{0,30}})?\s*[-–—]")

    @cached_property
    def surely(self) -> re.Pattern[str]:
        """The region or one inside it with its kind before it."""
        assert self.region is not None
        cued = [(DISTRICT_CUES[self.region.level], self.names)]
        cued += [(DISTRICT_CUES[one.level], (one.bare_name,)) for one in self.inside]
        parts = [rf"(?:{any_of(cues)})\s*(?:{any_of(names)})" for cues, names in cued]
        return re.compile(rf"\b({'|'.join(parts)})\b")

    def belongs_elsewhere(self, text: str, end: int) -> bool:
        """Whether another region's name follows at a character, as in "Dinas Kesehatan Kota Semarang"."""
        said = OTHER_REGION.match(text, end)
        if said is None or self.region is None:
            return False
        return not any(said[1].startswith(name) for name in (*self.names, *(one.bare_name for one in self.inside)))

    @cached_property
    def districts(self) -> re.Pattern[str] | None:
        """Names of regions inside it, as written."""
        names = [one.bare_name for one in self.inside]
        return re.compile(rf"\b({any_of(names)})\b") if names else None

    @cached_property
    def agency_names(self) -> tuple[tuple[Agency, re.Pattern[str]], ...]:
        """Each agency with what its names look like in a text. A district office is meant only where its office or its
        head is named: its own name is a place's."""
        return tuple((agency, agency_pattern(agency)) for agency in self.agencies)


def read_locality(gazetteer: Gazetteer, agencies: Iterable[Agency], *, region: str) -> Locality:
    """The region of this code ("" for the whole country) and its agencies."""
    home = gazetteer.get(region) if region else None
    inside = tuple(gazetteer.children(home.code)) if home else ()
    return Locality(region=home, inside=inside, agencies=tuple(agencies))


def explain_relevance(locality: Locality, *, title: str, text: str, region: str | None) -> tuple[str, ...]:
    """Why an article is ours, in words; empty where it is not. ``region`` is the code that was read of it, or None."""
    home = locality.region
    if home is None:
        return (WHOLE_COUNTRY,)
    words = f"{title}\n{text}"
    found: list[str] = []
    elsewhere = region is not None and not is_near(region, home.code)
    if region is not None and (region == home.code or region.startswith(f"{home.code}.")):
        name = next((one.name for one in locality.inside if region.startswith(one.code)), home.name)
        found.append(f"wilayah terbaca: {name}")
    if head := locality.heads.search(words):
        found.append(f"menyebut {' '.join(head[1].split())}")
    if elsewhere:
        return tuple(found)
    if dateline := locality.dateline.match(text):
        found.append(f"ditulis dari {dateline[1].title()}")
    if sure := locality.surely.search(words):
        found.append(f"menyebut {' '.join(sure[1].split())}")
    elif locality.districts is not None:
        named = list(dict.fromkeys(locality.districts.findall(words)))
        if len(named) >= TWO_PLACES:
            found.append(f"menyebut {', '.join(named[:3])}")
    found += [f"menyebut {one.agency.name}" for one in find_agencies(locality, words)[:2]]
    return tuple(dict.fromkeys(found))


def find_agencies(locality: Locality, text: str) -> list[NamedAgency]:
    """Agencies of ours that a text names, in the order they come."""
    named = []
    for agency, pattern in locality.agency_names:
        places = [
            found.start() for found in pattern.finditer(text) if not locality.belongs_elsewhere(text, found.end())
        ]
        if places:
            named.append(NamedAgency(agency=agency, at=places[0], times=len(places)))
    return sorted(named, key=lambda one: (one.at, one.agency.code))


def choose_named_agency(named: Sequence[NamedAgency], *, title_ends: int) -> Agency | None:
    """The agency an article is about: the only one in its title, else the only one, else the one named more often than
    any other. None where that leaves several."""
    in_title = [one for one in named if one.at < title_ends]
    if len(in_title) == 1:
        return in_title[0].agency
    chosen = in_title or named
    if not chosen:
        return None
    most = max(one.times for one in chosen)
    often = [one for one in chosen if one.times == most]
    return often[0].agency if len(often) == 1 else None


def agency_pattern(agency: Agency) -> re.Pattern[str]:
    """What an agency's names look like in a text."""
    names = (agency.name, *agency.aliases)
    if agency.kind == "kecamatan":
        bare = [re.sub(r"^(?:Kantor\s+)?(?:Kecamatan|Camat)\s+", "", name, flags=re.IGNORECASE) for name in names]
        return re.compile(rf"\b(?:Camat|Kantor\s+Kecamatan)\s+(?:{any_of(bare)})\b")
    short = [name for name in names if len(name) <= SHORT_NAME]
    long = [name for name in names if len(name) > SHORT_NAME]
    parts = [rf"(?i:{any_of(long)})"] if long else []
    parts += [any_of(short)] if short else []
    return re.compile(rf"\b(?:{'|'.join(parts)})\b")


def any_of(names: Iterable[str]) -> str:
    """A pattern of names, the longest first, blanks of any width."""
    ordered = sorted(dict.fromkeys(names), key=lambda name: (-len(name), name))
    return "|".join(r"\s+".join(re.escape(word) for word in name.split()) for name in ordered)


def is_near(region: str, home: str) -> bool:
    """Whether a region is ours, in ours, or around ours."""
    return f"{region}.".startswith(f"{home}.") or f"{home}.".startswith(f"{region}.")
