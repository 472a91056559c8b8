"""The gazetteer of provinces, regencies, cities and districts, and which of them a text surely speaks of.

Precision comes first: in doubt the answer is None. Codes, names and figures stand in ``kentongan/data/regions.csv``,
the word lists in ``places.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from kentongan.regions import DATA, Level, Region, read_regions, shipped_regions
from kentongan.text import clean, token_spans, tokens

__all__ = ["Gazetteer", "Level", "Region", "load_gazetteer"]

Case = Literal["proper", "initial", "lower", "unknown"]
"""How a name is written: with a capital inside a sentence, at its start, small, or in a text without either."""

SHORTEST_BARE = 6
"""Behind "di" and the like, a district's name of one word counts without its surroundings named only from this many
letters: shorter ones are too often an abbreviation or a word of another language."""

NAME_GAP = re.compile(r"[\s-]*")
CUE_GAP = re.compile(r"[\s.:\"'“(]*")
SENTENCE_START = re.compile(r"(?:^|[.!?\n:•\"“-])[\s\"'“(]*$")
DATELINE = re.compile(
    r"^[ \t]*(?:(?P<outlet>[A-Z][\w' ]{2,30}?)\s*(?:,\s*[^\n–—-]{2,40}?|\([^\n()]{2,40}\)(?:\s*,?\s*[^\n–—-]{2,30}?)?)"
    r"\s*[–—-]{1,2}\s|(?P<capitals>[A-Z][A-Z' ]{2,30})\s*[–—-]{1,2}\s)",
    re.MULTILINE,
)
"""The place a news report was filed from: "Jakarta (ANTARA) - ", "SEMARANG, KOMPAS.com - ", "JAKARTA - "."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """The word lists of places.toml."""

    cues: dict[str, str]
    """Kind of region, or "place", by the word before the name."""
    before: frozenset[str]
    between: frozenset[str]
    ordinary: frozenset[str]
    things: frozenset[str]
    firm: frozenset[str]
    cued: frozenset[str]
    districts: frozenset[str]
    """Names of districts, in tokens joined by a space."""


@cache
def load_lists() -> Lists:
    """Read the word lists, once a process."""
    import tomllib

    table = tomllib.loads((DATA / "places.toml").read_text(encoding="utf-8"))
    names = table["names"]
    return Lists(
        cues={word: kind for kind, words in table["cues"].items() for word in words.split()},
        before=frozenset(table["blocks"]["before"].split()),
        between=frozenset(table["blocks"]["between"].split()),
        ordinary=frozenset(names["ordinary"].split()),
        things=frozenset(names["things"].split()),
        firm=frozenset(names["firm"].split()),
        cued=frozenset(names["cued"].split()),
        districts=frozenset(names["districts"].split()) | frozenset(names["phrases"].split("|")),
    )


@dataclass(slots=True, kw_only=True)
class Mention:
    """One name in a text and which regions it may mean there; ``find`` narrows the candidates down to one."""

    candidates: list[Region]
    sure: bool
    """Whether it counts by itself; otherwise only where the text or the installation names its surroundings."""
    dateline: bool = False
    """Whether it only says where a report was filed."""
    region: Region | None = field(default=None)

    def narrow(self, candidates: list[Region]) -> None:
        """Settle on the one candidate left, if it is one."""
        if len(candidates) == 1:
            self.region = candidates[0]


class Gazetteer:
    """All regions, by code and by name."""

    def __init__(self, regions: Iterable[Region]) -> None:
        self._by_code = {region.code: region for region in regions}

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
    def _names(self) -> tuple[dict[tuple[str, ...], list[Region]], dict[str, int]]:
        """Bearers by the tokens of a name, and the length of the longest name by first token."""
        bearers: dict[tuple[str, ...], list[Region]] = {}
        longest: dict[str, int] = {}
        for region in self._by_code.values():
            for name in (region.bare_name, *region.aliases):
                plain = name.isascii() and name.replace(" ", "").isalpha()
                spelled = tuple(name.lower().split() if plain else tokens(name))
                bearing = bearers.setdefault(spelled, [])
                if region not in bearing:
                    bearing.append(region)
                longest[spelled[0]] = max(longest.get(spelled[0], 0), len(spelled))
        return bearers, longest

    def find(self, text: str, *, within: str | None = None) -> Region | None:
        """The one region a text surely speaks of, else None; of a region and one inside it, the inner.

        A name that several regions bear ("Kediri", "Banjar") counts with a cue before it ("Kecamatan", "Pemkot"), with
        a region around it named in the same text, where it names a region and its own parts ("Gorontalo"), or where
        one bearer alone lies in ``within``, the code of the region the installation serves. Names that are everyday
        words ("Baru", "Batu") need a cue. Two regions that do not lie in each other give None, but for the place a
        report was filed from.
        """
        mentions = self._mentions(clean(text))
        for narrowing in ("alone", "around", "home", "around", "umbrella", "around"):
            named = {mention.region.code for mention in mentions if mention.region}
            for mention in mentions:
                if mention.region is None:
                    self._narrow(mention, narrowing, named, within)
        if any(mention.region and not mention.dateline for mention in mentions):
            mentions = [mention for mention in mentions if not mention.dateline]
        found = {mention.region.code: mention.region for mention in mentions if mention.region}
        for mention in mentions:
            # A name left open makes the text unsure, unless it only repeats in small what is already named.
            if mention.sure and not mention.region and not any(around(each, found) for each in mention.candidates):
                return None
        inner = [region for region in found.values() if not any(code.startswith(region.code + ".") for code in found)]
        return inner[0] if len(inner) == 1 else None

    def _narrow(self, mention: Mention, narrowing: str, named: set[str], within: str | None) -> None:
        """Try one way of telling the bearers of a name apart."""
        candidates = mention.candidates
        if narrowing == "alone":
            mention.narrow(candidates if mention.sure else [])
        elif narrowing == "around":
            mention.narrow([region for region in candidates if around(region, named)])
        elif narrowing == "home" and within:
            mention.narrow([region for region in candidates if region.is_in(within)])
        elif narrowing == "umbrella" and mention.sure:
            mention.narrow([region for region in candidates if all(each.is_in(region.code) for each in candidates)])

    def _mentions(self, text: str) -> list[Mention]:
        """The names in a cleaned text, longest first, each with what it may mean."""
        bearers, longest = self._names
        spans = token_spans(text)
        words = [token.removeprefix("#") for token, _, _ in spans]
        filed = [found.span() for found in DATELINE.finditer(text)]
        cased = not (text.islower() or text.isupper())
        lists = load_lists()
        mentions: list[Mention] = []
        at = 0
        while at < len(words):
            length = min(longest.get(words[at], 0), len(words) - at)
            while length and not (
                tuple(words[at : at + length]) in bearers
                and all(joined(text, spans, each, NAME_GAP) for each in range(at, at + length - 1))
            ):
                length -= 1
            if not length:
                at += 1
                continue
            name = tuple(words[at : at + length])
            start = spans[at][1]
            before = words[at - 1] if at and joined(text, spans, at - 1, CUE_GAP) else ""
            town = name == ("kota",) or (name[0] == "kota" and is_town(bearers.get(name[1:], ())))
            if town and lists.cues.get(before) != "kecamatan":
                # Districts are called "Kota", "Kota Padang" and "Kota Kudus" too; without "Kecamatan" it is the town.
                at += 1
                continue
            further = words[at - 2] if at > 1 and before in lists.between else ""
            if not lists.before.intersection((before, further)):
                whole = stands_alone(text, start, spans[at + length - 1][2])
                case = case_of(text, start, cased=cased)
                mention = admit(bearers[name], " ".join(name), before, case, whole=whole)
                if mention:
                    mention.dateline = any(first <= start < last for first, last in filed)
                    mentions.append(mention)
            at += length
        return mentions


def around(region: Region, codes: Iterable[str]) -> bool:
    """Whether one of these codes names the region, something around it or something inside it."""
    return any(region.is_in(code) or code.startswith(region.code + ".") for code in codes)


def is_town(bearers: Iterable[Region]) -> bool:
    """Whether a name is that of a regency or a city."""
    return any(region.level == "kabkota" for region in bearers)


def joined(text: str, spans: list[tuple[str, int, int]], at: int, gap: re.Pattern[str]) -> bool:
    """Whether nothing but this gap lies between a token and the next one. Parts of one compound always join."""
    end, start = spans[at][2], spans[at + 1][1]
    return start < end or gap.fullmatch(text, end, start) is not None


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether nothing else stands in a name's line."""
    return text[:start].rpartition("\n")[2].strip() == "" and text[end:].partition("\n")[0].strip(" .,") == ""


def case_of(text: str, start: int, *, cased: bool) -> Case:
    """How the word at ``start`` is written; ``cased`` says whether the text uses both capitals and small letters."""
    if not cased:
        return "unknown"
    if not text[start].isupper():
        return "lower"
    return "initial" if SENTENCE_START.search(text[max(0, start - 8) : start]) else "proper"


def admit(bearers: list[Region], name: str, before: str, case: Case, *, whole: bool) -> Mention | None:
    """What a name may mean behind this word and in this case; None where it is no place at all.

    ``whole`` says that nothing else stands in its line, as in the place field of a complaint.
    """
    lists = load_lists()
    cue = lists.cues.get(before)
    if cue == "provinsi" and all(region.level != "provinsi" for region in bearers):
        cue = None  # "Polda Metro Jaya", "Gubernur Bank ..."
    if cue and cue != "place":
        kin = [region for region in bearers if region.kind == cue]
        # "Kota Klaten" is said of a regency's town; a district the table does not know is left alone.
        kin = kin or ([] if cue == "kecamatan" else [region for region in bearers if region.level != "kecamatan"])
        return Mention(candidates=kin, sure=True) if kin else None
    told = bool(cue) or whole
    capital = case in ("proper", "initial")
    known = [region for region in bearers if region.level != "kecamatan"]
    if known:
        doubtful = (
            (name in lists.ordinary and not (told or case == "proper"))
            or (name in lists.cued and not told)
            or (name in lists.things and not (case == "proper" or (told and capital)))
            or (name in lists.firm and not (told and capital))
        )
        return None if doubtful else Mention(candidates=known, sure=True)
    if name in lists.districts:
        return Mention(candidates=bearers, sure=False) if told and capital else None
    if case == "lower" and not told:
        return None
    # A bare name of one word is as often a person's; of several, a capital tells it from plain words.
    alone = len(bearers) == 1 and (told and len(name) >= SHORTEST_BARE if " " not in name else told or capital)
    return Mention(candidates=bearers, sure=alone)


def load_gazetteer(extra: Path | None = None) -> Gazetteer:
    """The country's regions and those of one more table in the same form; names are indexed at the first ``find``.

    Raises BadSettings where a table cannot be read. A code in both tables is the extra table's.
    """
    return Gazetteer([*shipped_regions(), *(read_regions(extra) if extra else ())])
