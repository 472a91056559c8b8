"""The names of places in a text, each with the regions it may mean there and what it needs in order to count."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Literal

from kentongan.place_lists import load_lists
from kentongan.place_names import Names
from kentongan.regions import Region
from kentongan.text import known_chunks, token_spans

Span = tuple[str, int, int]
"""A token with its start and end in the text."""

Case = Literal["proper", "initial", "lower", "unknown"]
"""How a name is written: with a capital inside a sentence, at its start, small, or in a text without either."""

Need = Literal["nothing", "home", "named", "beside"]
"""What a name needs in order to count: nothing more; its surroundings named or served by the installation; named
somewhere in the text; named right beside it."""

SHORTEST_BARE = 6
"""Behind "di" and the like, a district's name of one word counts without its surroundings named only from this many
letters: shorter ones are too often an abbreviation or a word of another language."""

LONGEST_CHUNK = 60
"""Characters up to which what stands between two blanks is remembered with its tokens: names are shorter."""

SHORTEST_TAG = 4
"""Letters from which a hashtag is a name as a capital would make it."""

MAX_COUNTS = 100_000
"""Counts of tokens remembered at once: some 10 MB."""

NAME_GAP = re.compile(r"[\s-]*")
CUE_GAP = re.compile(r"[\s.:\"'“(]*")
BESIDE_GAP = re.compile(r"[\s,.(/]*")
LISTED_GAP = re.compile(r"\s*(?:[,/&–-]|\b(?:dan|atau|serta|dengan|juga)\b)\s*")
SENTENCE_START = re.compile(r"(?:^|[.!?\n:•\"“-])[\s\"'“(]*$")
DATELINE = re.compile(
    r"^[ \t]*(?:(?P<outlet>[A-Z][\w' ]{2,30}?)\s*(?:,\s*[^\n–—-]{2,40}?|\([^\n()]{2,40}\)(?:\s*,?\s*[^\n–—-]{2,30}?)?)"
    r"\s*[–—-]{1,2}\s|(?P<capitals>[A-Z][A-Z' ]{2,30})\s*[–—-]{1,2}\s)",
    re.MULTILINE,
)
"""The place a news report was filed from: "Jakarta (ANTARA) - ", "SEMARANG, KOMPAS.com - ", "JAKARTA - "."""
DASH = re.compile(r"[–—-]\s")


@dataclass(slots=True, kw_only=True)
class Mention:
    """One name in a text and which regions it may mean there; ``Gazetteer.find`` narrows the candidates down to one."""

    candidates: list[Region]
    need: Need
    start: int = 0
    """Where the name begins in the text, the word before it that tells its kind included."""
    end: int = 0
    cue: str = ""
    """The word before it, where that is a cue."""
    dateline: bool = False
    """Whether it only says where a report was filed."""
    region: Region | None = None

    @property
    def sure(self) -> bool:
        """Whether it counts by itself."""
        return self.need == "nothing"

    def narrow(self, candidates: list[Region]) -> None:
        """Settle on the one candidate left, if it is one."""
        if len(candidates) == 1:
            self.region = candidates[0]


@lru_cache(maxsize=32_768)
def chunk_spans(chunk: str) -> tuple[Span, ...]:
    """The tokens of what stands between two blanks: texts are made of few chunks that come again and again."""
    return tuple(token_spans(chunk))


def read_parts(chunks: Iterable[str]) -> list[str]:
    """The tokens of what stands between blanks, joined by a space for each; nothing for mere punctuation."""
    return list(map(known_chunks().__getitem__, chunks))


class Counts(dict[str, int]):
    """How many tokens there are in what stands between two blanks, by those tokens joined by a space."""

    def __missing__(self, part: str) -> int:
        self[part] = count = len(part.split())
        return count


class RememberedCounts:
    """The counts in use. They are replaced and never emptied: another thread may be reading with them."""

    counts = Counts()


def known_counts() -> Counts:
    """The counts in use, begun anew where there are too many."""
    if len(RememberedCounts.counts) > MAX_COUNTS:
        RememberedCounts.counts = Counts()
    return RememberedCounts.counts


class Spans:
    """``token_spans`` of a cleaned text, each read when it is asked for: no token reaches across a blank."""

    def __init__(self, text: str, chunks: list[str], parts: list[str], words: list[str]) -> None:
        """``chunks`` is what stands between the text's blanks, ``parts`` what ``read_parts`` gives for it, ``words``
        its tokens."""
        self.text = text
        self.words = words
        self.found: dict[int, Span] = {}
        self.chunks = chunks
        # One blank between all: where a chunk begins follows from the lengths before it.
        self.even = len(text) == sum(map(len, self.chunks)) + len(self.chunks) - 1
        self.counts: list[int] | None = None
        """Tokens before each chunk; None where each chunk is one token."""
        if len(words) != len(parts) or "" in parts:
            self.counts = list(accumulate(map(known_counts().__getitem__, parts), initial=0))

    def __getitem__(self, at: int) -> Span:
        found = self.found.get(at)
        if found is None:
            found = self.found[at] = self._read(at)
        return found

    def _read(self, at: int) -> Span:
        place, within, counts = at, 0, self.counts
        if counts is not None:
            place = bisect_right(counts, at) - 1
            within = at - counts[place]
        chunk = self.chunks[place]
        if self.even:
            begin = len("".join(self.chunks[:place])) + place
        else:
            begin = 0
            for before in self.chunks[:place]:
                begin = self.text.index(before, begin) + len(before)
            begin = self.text.index(chunk, begin)
        spans = chunk_spans(chunk) if len(chunk) <= LONGEST_CHUNK else token_spans(chunk)
        token, start, end = spans[within]
        return token, begin + start, begin + end


def read_mentions(spans: Spans, hits: list[tuple[int, int]], names: Names, *, within: str | None) -> list[Mention]:
    """The names in a cleaned text, at the places where they begin, each with what it may mean."""
    text, words = spans.text, spans.words
    # A name alone in its text counts wherever the report was filed from.
    filed = [found.span() for found in DATELINE.finditer(text)] if len(hits) > 1 and DASH.search(text) else []
    cased = not (text.islower() or text.isupper())
    lists = load_lists()
    mentions: list[Mention] = []
    waiting = hits[::-1]
    while waiting:
        at, length = waiting.pop()
        first = words[at]
        tagged = first[0] == "#"
        name: tuple[str, ...] = (first,)
        if tagged or length > 1:
            whole_tag = names.hashtags.get(first) if tagged else None
            first = first.removeprefix("#")
            while (
                length
                and whole_tag is None
                and not (
                    (first, *words[at + 1 : at + length]) in names.bearers
                    and all(joined(text, spans, each, NAME_GAP) for each in range(at, at + length - 1))
                )
            ):
                length -= 1
            name = whole_tag or (first, *words[at + 1 : at + length])
        # Where the word before tells nothing, how it is joined need not be known.
        before = words[at - 1] if at else ""
        if before and (before not in lists.telling or not joined(text, spans, at - 1, CUE_GAP)):
            before = ""
        town = length and name[0] == "kota" and (len(name) == 1 or is_town(names.bearers.get(name[1:], ())))
        if not length or (town and lists.cues.get(before) != "kecamatan"):
            # Districts are called "Kota", "Kota Padang" and "Kota Kudus" too; without "Kecamatan" it is the town.
            following = waiting[-1][0] if waiting else len(words)
            inside = next((each for each in range(at + 1, following) if words[each] in names.firsts), None)
            if inside is not None and (longer := names.match(words, inside)):
                waiting.append((inside, longer))
            continue
        _, start, end = spans[at]
        if length > 1:
            end = spans[at + length - 1][2]
        further = words[at - 2] if at > 1 and before in lists.between else ""
        follows = words[at + length] if at + length < len(words) and text[end : end + 1] == " " else ""
        if lists.before.isdisjoint((before, further)) and follows not in lists.after:
            mention = admit(
                names.bearers[name],
                " ".join(name),
                before,
                "proper" if tagged and len(first) >= SHORTEST_TAG else case_of(text, start, cased=cased),
                whole=stands_alone(text, start, end),
                within=within,
            )
            if mention:
                mention.cue = before if before in lists.cues else ""
                mention.start, mention.end = spans[at - 1][1] if mention.cue else start, end
                mention.dateline = any(early <= start < late for early, late in filed)
                mentions.append(mention)
    return mentions


def is_town(bearers: Iterable[Region]) -> bool:
    """Whether a name is that of a regency or a city."""
    return any(region.level == "kabkota" for region in bearers)


def joined(text: str, spans: Spans, at: int, gap: re.Pattern[str]) -> bool:
    """Whether nothing but this gap lies between a token and the next one. Parts of one compound always join."""
    end, start = spans[at][2], spans[at + 1][1]
    return start < end or text[end:start] == " " or gap.fullmatch(text, end, start) is not None


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether nothing else stands in a name's line."""
    if start > 1 and text[start - 1] == " " and text[start - 2].isalnum():
        return False
    return (
        text[text.rfind("\n", 0, start) + 1 : start].strip() == "" and text[end:].partition("\n")[0].strip(" .,") == ""
    )


def case_of(text: str, start: int, *, cased: bool) -> Case:
    """How the word at ``start`` is written; ``cased`` says whether the text uses both capitals and small letters."""
    if not cased:
        return "unknown"
    if not text[start].isupper():
        return "lower"
    if start > 1 and text[start - 1] == " " and text[start - 2].isalnum():
        return "proper"
    return "initial" if SENTENCE_START.search(text[max(0, start - 8) : start]) else "proper"


def admit(
    bearers: list[Region], name: str, before: str, case: Case, *, whole: bool, within: str | None
) -> Mention | None:
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
        # "Polsek kota" is as often that of the town one speaks of.
        return Mention(candidates=kin, need="home" if name == "kota" else "nothing") if kin else None
    told = bool(cue) or whole
    capital = case in ("proper", "initial")
    known = [region for region in bearers if region.level != "kecamatan"]
    if known:
        return Mention(candidates=at_home(bearers, known, within), need=need_of_known(name, told=told, case=case))
    if name in lists.districts:
        if told and capital:
            return Mention(candidates=bearers, need="home")
        return Mention(candidates=bearers, need="named" if told and case == "unknown" else "beside")
    if case == "lower" and not told:
        return Mention(candidates=bearers, need="beside")
    # A bare name of one word is as often a person's; of several, a capital tells it from plain words.
    alone = len(bearers) == 1 and (told and len(name) >= SHORTEST_BARE if " " not in name else told or capital)
    return Mention(candidates=bearers, need="nothing" if alone else "home")


def need_of_known(name: str, *, told: bool, case: Case) -> Need:
    """What the name of a regency, a city or a province needs, by the list of everyday words it is in."""
    lists = load_lists()
    capital = case in ("proper", "initial")
    if name in lists.ordinary and not (told or case == "proper"):
        return "home" if case == "initial" else "beside"
    if name in lists.cued and not told:
        return "beside"
    if name in lists.things and not (case == "proper" or (told and capital)):
        return "beside"
    if name in lists.firm and not (told and capital):
        return "beside"
    return "nothing"


def at_home(bearers: list[Region], known: list[Region], within: str | None) -> list[Region]:
    """The regencies and provinces of a name; where the installation serves a regency that has a district of that name,
    and none of them lies around it, the district: at home people mean what is near."""
    if within is None or "." not in within or any(one.is_in(within) or within.startswith(one.code) for one in known):
        return known
    near = [region for region in bearers if region.level == "kecamatan" and region.is_in(within)]
    return near if len(near) == 1 else known


def drop_origins(mentions: list[Mention]) -> list[Mention]:
    """The mentions without those that only say where somebody or something comes from, where others are left."""
    if len(mentions) < 2:
        return mentions
    lists = load_lists()
    others = [one for one in mentions if one.cue not in lists.origin]
    if others and len(others) < len(mentions):
        mentions = others
    if any(one.cue in lists.there for one in mentions):
        mentions = [one for one in mentions if one.cue not in lists.whence]
    return mentions
