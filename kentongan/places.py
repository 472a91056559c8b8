"""The gazetteer of provinces, regencies, cities and districts, and which of them a text surely speaks of.

Precision comes first: in doubt the answer is None. Codes, names and figures stand in ``kentongan/data/regions.csv``,
the word lists in ``places.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kentongan.place_lists import load_lists
from kentongan.place_mentions import BESIDE_GAP, LISTED_GAP, Mention, Spans, drop_origins, read_mentions, read_parts
from kentongan.place_names import Names, index_names
from kentongan.regions import INDONESIA, Level, Region, read_regions, shipped_regions
from kentongan.text import clean

if TYPE_CHECKING:
    from kentongan.boundaries import Boundaries
    from kentongan.place_points import Points

__all__ = ["Gazetteer", "Level", "Region", "load_gazetteer", "load_lists"]


class Gazetteer:
    """All regions, by code and by name."""

    def __init__(self, regions: Iterable[Region], *, boundaries: Path | None = None) -> None:
        self._by_code = {region.code: region for region in regions}
        self._boundaries_file = boundaries

    def __len__(self) -> int:
        return len(self._by_code)

    def get(self, code: str) -> Region | None:
        """The region with this code, or None."""
        return self._by_code.get(code)

    def children(self, code: str | None) -> list[Region]:
        """The regions directly inside this one, by code; of None, the provinces."""
        return list(self._children.get(code, ()))

    @cached_property
    def _children(self) -> dict[str | None, list[Region]]:
        inside: dict[str | None, list[Region]] = {}
        for region in sorted(self._by_code.values(), key=lambda region: region.code):
            inside.setdefault(region.parent, []).append(region)
        return inside

    @cached_property
    def boundaries(self) -> Boundaries | None:
        """The boundaries the installation has, read once; None without any. Raises BadSettings."""
        if self._boundaries_file is None:
            return None
        from kentongan.boundaries import read_boundaries

        return read_boundaries(self._boundaries_file, self._by_code)

    @cached_property
    def _points(self) -> Points:
        from kentongan.place_points import collect_points

        return collect_points(self._by_code.values())

    def locate(self, lat: float, lon: float) -> Region | None:
        """The innermost region a coordinate (degrees) lies in, by the boundaries where the installation has them.

        Without boundaries around it, the region whose own point is near and clearly the nearest
        (``kentongan.place_points``), which is a regency unless the table has points of districts; else None.
        Raises BadSettings where the file of boundaries cannot be read.
        """
        if not is_coordinate(lat, lon):
            return None
        code = self.boundaries.locate(lat, lon) if self.boundaries else None
        if code is not None:
            return self._by_code[code]
        found = self._points.locate(lat, lon)
        # What has a boundary that does not hold the point is surely not it.
        return None if found and self.boundaries and self.boundaries.get(found.code) else found

    def is_plausible(self, lat: float, lon: float) -> bool:
        """Whether a coordinate (degrees) can lie in a region of the table: False outside the country and far at sea.

        With boundaries around it that is exact to ``kentongan.boundaries.SHORE_KM``; without, only what lies far from
        every known point is refused. Raises BadSettings where the file of boundaries cannot be read.
        """
        if not is_coordinate(lat, lon):
            return False
        if self.boundaries and self.boundaries.locate(lat, lon) is not None:
            return True
        nearest = self._points.reaching(lat, lon)
        # Where the nearest region has a boundary, the point lies off its shore or across the border.
        return nearest is not None and not (self.boundaries and self.boundaries.get(nearest.code))

    @cached_property
    def _names(self) -> Names:
        return index_names(self._by_code.values())

    def find(self, text: str, *, within: str | None = None) -> Region | None:
        """The one region a text surely speaks of, else None; of a region and one inside it, the inner.

        A name that several regions bear ("Kediri", "Banjar") counts with a cue before it ("Kecamatan", "Pemkot"), with
        a region around it or inside it named in the same text, where it names a region and its own parts
        ("Gorontalo"), or where one bearer alone lies in ``within``, the code of the region the installation serves.
        Names that are everyday words ("Baru", "Batu") need a cue, or the region around them right beside them. Two
        regions that do not lie in each other give None, but for the place a report was filed from and where somebody
        comes from.
        """
        names = self._names
        chunks = text.split()
        parts = read_parts(chunks)
        words = " ".join(parts).split()
        hits = names.find_all(words, lines="\n" in text.strip())
        if not hits:
            return None
        # Plain text in one line, as most is, is clean as it stands.
        cleaned = text if is_tidy(text) else clean(text)
        if cleaned != text:
            chunks = cleaned.split()
            parts = read_parts(chunks)
        spans = Spans(cleaned, chunks, parts, words)
        mentions = drop_origins(read_mentions(spans, hits, names, within=within))
        if not mentions:
            return None
        settle(mentions, spans.text, within=within)
        region = mentions[0].region if len(mentions) == 1 else agree(mentions)
        if region and region.level == "kabkota" and not load_lists().district.isdisjoint(spans.words):
            return find_slip(spans.words, self.children(region.code)) or region
        return region


def is_tidy(text: str) -> bool:
    """Whether a text is ASCII in one line, with single blanks and none at its ends: ``clean`` leaves it as it is."""
    return text.isascii() and text.isprintable() and "  " not in text and text[:1] != " " != text[-1:]


def agree(mentions: list[Mention]) -> Region | None:
    """The innermost of the regions that settled mentions name, where they lie in each other; else None."""
    if any(mention.region and not mention.dateline for mention in mentions):
        mentions = [mention for mention in mentions if not mention.dateline]
    found = {mention.region.code: mention.region for mention in mentions if mention.region}
    for mention in mentions:
        # A name left open makes the text unsure, unless it only repeats in small what is already named.
        if mention.sure and not mention.region and not any(around(each, found) for each in mention.candidates):
            return None
    inner = [region for region in found.values() if not any(code.startswith(region.code + ".") for code in found)]
    return inner[0] if len(inner) == 1 else None


def find_slip(words: Sequence[str], districts: list[Region]) -> Region | None:
    """The one of these districts that is named behind "Kecamatan" and the like with one slip of a letter."""
    lists = load_lists()
    found = {
        region.code: region
        for at, word in enumerate(words)
        if word in lists.district
        for region in districts
        if is_slip(" ".join(words[at + 1 : at + 1 + len(region.name.split())]), region.name.lower())
    }
    return next(iter(found.values())) if len(found) == 1 else None


def settle(mentions: list[Mention], text: str, *, within: str | None) -> None:
    """Narrow every mention down to one region where the text or the region served tells which."""
    if len(mentions) == 1:
        only = mentions[0]
        if only.sure and len(only.candidates) == 1:
            only.region = only.candidates[0]
            return
        for narrowing in ("alone", "home", "umbrella"):
            if only.region is None:
                narrow(only, narrowing, set(), within)
        return
    unsettle_lists(mentions, text)
    for narrowing in ("alone", "around", "pair", "around", "home", "around", "umbrella", "around"):
        if narrowing == "pair":
            settle_pairs(mentions, text)
            continue
        if all(mention.region for mention in mentions):
            return
        named = {mention.region.code for mention in mentions if mention.region}
        for mention in mentions:
            if mention.region is None:
                narrow(mention, narrowing, named, within)
        if narrowing == "around":
            settle_beside(mentions, text)


def narrow(mention: Mention, narrowing: str, named: set[str], within: str | None) -> None:
    """Try one way of telling the bearers of a name apart."""
    candidates = mention.candidates
    if narrowing == "alone" and mention.sure:
        mention.narrow(candidates)
    elif narrowing == "around" and mention.need != "beside":
        mention.narrow([region for region in candidates if around(region, named)])
    elif narrowing == "home" and within and mention.need in ("nothing", "home"):
        mention.narrow([region for region in candidates if region.is_in(within)])
    elif narrowing == "umbrella" and mention.sure:
        mention.narrow([region for region in candidates if all(each.is_in(region.code) for each in candidates)])


def settle_pairs(mentions: list[Mention], text: str) -> None:
    """Settle two names that each several regions bear, where only one bearer of one lies in a bearer of the other:
    "Madiun: banjir di Kartoharjo"."""
    open_ones = [mention for mention in mentions if mention.region is None]
    for outer in open_ones:
        for inner in open_ones:
            if outer is inner or (
                "beside" in (outer.need, inner.need) and not stand_beside(outer, inner, text, BESIDE_GAP)
            ):
                continue
            pairs = [(a, b) for a in outer.candidates for b in inner.candidates if b.code.startswith(a.code + ".")]
            if len(pairs) == 1 and outer.region is None and inner.region is None:
                outer.region, inner.region = pairs[0]


def settle_beside(mentions: list[Mention], text: str) -> None:
    """Settle names that are everyday words where the region around them stands right beside them: "garut, jabar"."""
    for mention in mentions:
        if mention.region is not None or mention.need != "beside":
            continue
        sides = {
            other.region.code for other in mentions if other.region and stand_beside(mention, other, text, BESIDE_GAP)
        }
        mention.narrow([region for region in mention.candidates if around(region, sides)])


def unsettle_lists(mentions: list[Mention], text: str) -> None:
    """Let everyday words count that stand in one list with a place: "Kudus dan Semarang" speaks of two."""
    for mention in mentions:
        towns = [region for region in mention.candidates if region.level != "kecamatan"]
        if mention.sure or not towns:
            continue
        for other in mentions:
            if other.sure and stand_beside(mention, other, text, LISTED_GAP):
                near = {region.code for region in other.candidates}
                if not any(around(region, near) for region in towns):
                    mention.need = "nothing"


def stand_beside(one: Mention, other: Mention, text: str, gap: re.Pattern[str]) -> bool:
    """Whether nothing but this gap stands between two mentions."""
    first, second = (one, other) if one.start < other.start else (other, one)
    if second.start < first.end:
        return gap is LISTED_GAP  # parts of one compound: "Metro-Lamongan"
    return gap.fullmatch(text, first.end, second.start) is not None


def around(region: Region, codes: Iterable[str]) -> bool:
    """Whether one of these codes names the region, something around it or something inside it."""
    return any(region.is_in(code) or code.startswith(region.code + ".") for code in codes)


SHORTEST_SLIP = 6
"""Letters a district's name must have for a slip in it to be forgiven: of shorter ones a slip often makes another."""


def is_slip(word: str, name: str) -> bool:
    """Whether a word is a name with one letter left out, doubled, changed, or two neighbours exchanged
    (Damerau 1964, CACM 7), and not the name itself."""
    if len(name) < SHORTEST_SLIP or word == name or abs(len(word) - len(name)) > 1:
        return False
    same = 0
    while same < min(len(word), len(name)) and word[same] == name[same]:
        same += 1
    rest, wanted = word[same:], name[same:]
    if len(rest) == len(wanted):
        return rest[1:] == wanted[1:] or (rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:])
    return rest[1:] == wanted or rest == wanted[1:]


def is_coordinate(lat: float, lon: float) -> bool:
    """Whether these are finite degrees inside the rectangle that holds the country."""
    south, west, north, east = INDONESIA
    return south <= lat <= north and west <= lon <= east


def load_gazetteer(extra: Path | None = None, *, boundaries: Path | None = None) -> Gazetteer:
    """The country's regions and those of one more table in the same form; names are indexed at the first ``find``.

    ``boundaries``: the user's GeoJSON (setting ``boundaries_file``), read at the first coordinate.
    Raises BadSettings where a table cannot be read. A code in both tables is the extra table's.
    """
    return Gazetteer([*shipped_regions(), *(read_regions(extra) if extra else ())], boundaries=boundaries)
