"""Voices: how many accounts tell how many stories in an hour, series by series.

A voice is one account telling one story within one hour: what one account repeats, and what it posts of one story in a
row, is heard once. Where the account is unknown, or a post is in no story, the post stands for itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from analysis.claim_text import STOP

LONGEST_TERM: Final = 80
"""Characters of a term that is followed: longer ones are no words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What one post adds to the counts of its hour."""

    document: str
    hour: int
    """Hours since 1970, UTC."""
    account: str | None
    story: str | None
    keys: tuple[str, ...]
    """The series it counts in, each once."""
    sentiment: str | None
    """"negative", "neutral" or "positive"; None where nobody has said, or the model would not commit itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HourCount:
    """One series in one hour."""

    posts: int
    voices: int
    negative: int
    """Voices whose sentiment is negative, of those ``decided``."""
    decided: int
    """Voices whose sentiment is known."""


def count_voices(posts: Iterable[Voice]) -> dict[tuple[str, int], HourCount]:
    """Posts and voices by (series, hour), whatever the order of the posts; empty cells are left out.

    A voice with several posts has the sentiment of its first one by id that has any.
    """
    written: dict[int, Counter[str]] = {}
    heard: dict[tuple[int, str, str], list[Voice]] = {}
    for post in posts:
        written.setdefault(post.hour, Counter()).update(post.keys)
        heard.setdefault(name_voice(post), []).append(post)
    voices: dict[int, Counter[str]] = {hour: Counter() for hour in written}
    negative: dict[int, Counter[str]] = {hour: Counter() for hour in written}
    decided: dict[int, Counter[str]] = {hour: Counter() for hour in written}
    for (hour, _, _), said in heard.items():
        keys = said[0].keys if len(said) == 1 else set().union(*(post.keys for post in said))
        voices[hour].update(keys)
        known = min(((post.document, post.sentiment) for post in said if post.sentiment is not None), default=None)
        if known is not None:
            decided[hour].update(keys)
            if known[1] == "negative":
                negative[hour].update(keys)
    return {
        (key, hour): HourCount(
            posts=count, voices=voices[hour][key], negative=negative[hour][key], decided=decided[hour][key]
        )
        for hour, counts in written.items()
        for key, count in counts.items()
    }


def count_terms(posts: Iterable[tuple[Voice, frozenset[str]]]) -> Counter[str]:
    """How many voices of one hour said each term."""
    heard: dict[tuple[int, str, str], list[frozenset[str]]] = {}
    for post, terms in posts:
        heard.setdefault(name_voice(post), []).append(terms)
    counted: Counter[str] = Counter()
    for said in heard.values():
        counted.update(said[0] if len(said) == 1 else frozenset().union(*said))
    return counted


def name_voice(post: Voice) -> tuple[int, str, str]:
    """Hour, account and story, the post standing for itself where it has none."""
    return post.hour, post.account or post.document, post.story or post.document


def terms_in(words: list[str]) -> frozenset[str]:
    """The words and pairs of neighbours worth following among a text's tokens: letters, no everyday word in them."""
    kept = [is_followed(word) for word in words]
    found = {word for word, one in zip(words, kept, strict=True) if one}
    found.update(
        f"{words[at]} {words[at + 1]}"
        for at in range(len(words) - 1)
        if kept[at] and kept[at + 1] and len(words[at]) + len(words[at + 1]) < LONGEST_TERM
    )
    return frozenset(found)


@lru_cache(maxsize=65_536)
def is_followed(word: str) -> bool:
    """Whether a word may be followed by itself."""
    return 2 < len(word) <= LONGEST_TERM and word not in STOP and word.isalpha()
