"""The names of all regions, ready to be found in a text's tokens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kentongan.place_lists import load_lists
from kentongan.regions import Region
from kentongan.text import tokens

Name = tuple[str, ...]
"""A name in tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Who bears which name."""

    bearers: dict[Name, list[Region]]
    longest: dict[str, int]
    """Tokens of the longest name, by its first token."""
    firsts: frozenset[str]
    """First tokens of names, and names as hashtags: a text without any of them names no place."""
    hashtags: dict[str, Name]
    """Names of several words by the hashtag they are written as ("#jawatengah")."""

    seconds: dict[str, frozenset[str]]
    """Second tokens of names of several, by their first: most first tokens are everyday words before other words."""
    whole: frozenset[str]
    """Names of one token."""
    idle: frozenset[str]
    """Everyday words that only districts are called."""

    def match(self, words: Sequence[str], at: int) -> int:
        """How many tokens the longest name has that begins there; 0 for none. A hashtag is one token."""
        first = words[at]
        if first[0] == "#":
            if first in self.hashtags:
                return 1
            first = first[1:]
        if first in self.seconds and at + 1 < len(words) and words[at + 1] in self.seconds[first]:
            for length in range(min(self.longest[first], len(words) - at), 1, -1):
                if (first, *words[at + 1 : at + length]) in self.bearers:
                    return length
        return 1 if first in self.whole else 0

    def find_all(self, words: Sequence[str], *, lines: bool) -> list[tuple[int, int]]:
        """Where names begin, and of how many tokens; none lies in another.

        Nothing where all are everyday words that count nowhere: a district's, with no cue before it and no other name,
        in a text of one line; ``lines`` says that it has several, in one of which such a name may stand alone.
        """
        firsts = self.firsts
        # Most texts have no such word at all, and a set is asked faster than each word of a list.
        if firsts.isdisjoint(words):
            return []
        found: list[tuple[int, int]] = []
        end, idle = 0, True
        cues = load_lists().cues
        whole, seconds, last = self.whole, self.seconds, len(words) - 1
        for at in [at for at, word in enumerate(words) if word in firsts]:
            word = words[at]
            # Most are everyday words that only begin a name, and another word follows.
            if word not in whole and word[0] != "#" and (at == last or words[at + 1] not in seconds[word]):
                continue
            if at >= end and (length := self.match(words, at)):
                found.append((at, length))
                end = at + length
                idle = idle and words[at] in self.idle and length == 1 and not (at and words[at - 1] in cues)
        return [] if idle and not lines and len(words) > 1 else found


def index_names(regions: Iterable[Region]) -> Names:
    """The names of these regions, other names in use included."""
    bearers: dict[Name, list[Region]] = {}
    longest: dict[str, int] = {}
    for region in regions:
        for name in (region.bare_name, *region.aliases):
            plain = name.isascii() and name.replace(" ", "").isalpha()
            spelled = tuple(name.lower().split() if plain else tokens(name))
            bearing = bearers.setdefault(spelled, [])
            if region not in bearing:
                bearing.append(region)
            longest[spelled[0]] = max(longest.get(spelled[0], 0), len(spelled))
    # Everyday words run together make other words' hashtags; of one word the token itself is found.
    hashtags = {"#" + "".join(spelled): spelled for spelled in bearers if len(spelled) > 1}
    firsts = frozenset(longest) | frozenset("#" + first for first in longest) | frozenset(hashtags)
    seconds: dict[str, set[str]] = {}
    for spelled in bearers:
        if len(spelled) > 1:
            seconds.setdefault(spelled[0], set()).add(spelled[1])
    listed = load_lists().districts
    return Names(
        bearers=bearers,
        longest=longest,
        firsts=firsts,
        hashtags=hashtags,
        seconds={first: frozenset(after) for first, after in seconds.items()},
        whole=frozenset(spelled[0] for spelled in bearers if len(spelled) == 1),
        idle=frozenset(
            spelled[0]
            for spelled, bearing in bearers.items()
            if len(spelled) == 1 and spelled[0] in listed and all(each.level == "kecamatan" for each in bearing)
        ),
    )
