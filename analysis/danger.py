"""Tells whether a text is a rumour or report of danger: a claim that one is happening or near.

What is told from it: history, drills, plans, figures of speech ("banjir diskon"), other countries, wishes, and denials
by those who should know. A question whether it is true is a rumour too. The rules read Indonesian, with Javanese and
Sundanese words where they are sure; they know nothing of what is really so, which is why an agency is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from analysis.danger_words import (
    AFTER,
    CONDITIONS,
    EVENTS,
    LIVE,
    LOCAL,
    NEGATIONS,
    NOT_NOW,
    PAIRS,
    PLACED,
    PLACED_ONLY,
    SHOUTED,
    URGENT,
)
from analysis.stance import judge_stance
from kentongan.text import normalised_tokens

DANGERS: Final[dict[str, str]] = {
    "bendungan": "bendungan atau tanggul jebol",
    "banjir": "banjir",
    "gempa": "gempa bumi",
    "tsunami": "tsunami",
    "longsor": "tanah longsor",
    "kebakaran": "kebakaran atau ledakan",
    "kerusuhan": "kerusuhan",
    "gunung-api": "letusan gunung api",
    "wabah": "wabah atau keracunan massal",
}
"""Danger: what it is, as a person reads it."""

ORDER: Final = (
    "bendungan", "tsunami", "gunung-api", "gempa", "longsor", "kebakaran", "kerusuhan", "wabah", "banjir",
)  # fmt: skip
"""Which danger a text is about that names several: the rarer before what follows from it."""

MAX_CHARACTERS: Final = 4_000
"""Characters read of a text; a rumour is short, and an article names its danger at the top."""
NEAR: Final = 9
"""Most words from what is befallen to what befalls it; tuned on ``tests/danger_frames.py``."""
DENIED: Final = 3
"""Most words from a negation to the event it denies; tuned likewise."""

PLACE_NEAR: Final = 3
"""Words behind an event within which a preposition says where it is."""
LIVE_NEAR: Final = 8
"""Words around an event within which it must show that it is now or harmful."""
SHOUT: Final = 3
"""Most words of a sentence that the next one explains."""
SHORT: Final = 14
"""Most words of a sentence that speaks of one thing only."""

SENTENCE: Final = re.compile(r"[.!?…]+(?=\s|$)|\n+")
YEAR: Final = re.compile(r"(?:19|20)\d\d")
DAY: Final = re.compile(r"[0-9]{1,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DangerClaim:
    """A danger that a text claims."""

    danger: str
    """One of DANGERS."""
    reasons: tuple[str, ...]
    """The normalised words that made it one, in the order of the text."""
    asks: bool
    """Whether the text asks if it is true, instead of saying so."""
    local: bool
    """Whether it points to a place that those who read it know ("kampung kami", "pasar")."""
    urgent: bool
    """Whether it calls on people to do something at once."""


@dataclass(frozen=True, slots=True)
class Named:
    """One way to name a danger."""

    danger: str
    pair: tuple[str, ...] | None
    """What may be befallen; None for an event that is named by itself."""
    said: tuple[str, ...]
    things: frozenset[str]
    fates: frozenset[str]
    """First words of the phrases: without one of each no text names it so."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Words of a sentence that name a danger."""

    danger: str
    first: int
    last: int
    words: tuple[str, ...]
    whole: bool
    """Whether they are a claim by themselves; else the sentence must show that it is now, here or harmful."""


def find_danger(text: str) -> DangerClaim | None:
    """The danger a text claims to be happening or near; None where it claims none.

    Linear in the characters, of which at most MAX_CHARACTERS are read.
    """
    text = text[:MAX_CHARACTERS]
    named = named_in(frozenset(normalised_tokens(text)))
    if not named:
        return None
    claims: dict[str, tuple[str, ...]] = {}
    sentences = [words for part in SENTENCE.split(text) if (words := tuple(normalised_tokens(part)))]
    for at, words in enumerate(sentences):
        # What is shouted in a word or two ("Gempa!!") is explained by the sentence behind it.
        around = words if len(words) > SHOUT else tuple(word for part in sentences[at : at + 2] for word in part)
        for hit in find_hits(words, named):
            if hit.danger not in claims and is_claim(words, hit, around=around):
                claims[hit.danger] = hit.words
    if not claims:
        return None
    stance = judge_stance(text)
    if stance.value == "rebuts" or any(find_phrases(words, NOT_NOW["elsewhere"]) for words in sentences):
        return None
    danger = min(claims, key=ORDER.index)
    return DangerClaim(
        danger=danger,
        reasons=claims[danger],
        asks=stance.value == "asks",
        local=any(find_phrases(words, LOCAL) for words in sentences),
        urgent=any(find_phrases(words, URGENT) for words in sentences),
    )


def named_in(words: frozenset[str]) -> tuple[Named, ...]:
    """What could name a danger in a text of these words: nothing, for most."""
    return tuple(one for one in all_named() if not one.fates.isdisjoint(words) and not one.things.isdisjoint(words))


@cache
def all_named() -> tuple[Named, ...]:
    """Everything that names a danger, with the first words of its phrases."""
    pairs = [
        Named(danger, things, fates, frozenset(phrase.split()[0] for phrase in things), first_words(fates))
        for danger, group in PAIRS.items()
        for things, fates in group
    ]
    events = [Named(danger, None, group, first_words(group), first_words(group)) for danger, group in EVENTS.items()]
    return (*pairs, *events)


def first_words(phrases: Sequence[str]) -> frozenset[str]:
    return frozenset(phrase.split()[0] for phrase in phrases)


def find_hits(words: Sequence[str], named: Sequence[Named]) -> Iterator[Hit]:
    """What names a danger in a sentence: pairs first, then single events."""
    for one in named:
        if one.pair is None:
            for first, last in find_phrases(words, one.said):
                yield Hit(one.danger, first, last, (" ".join(words[first : last + 1]),), False)
            continue
        befallen = find_phrases(words, one.pair)
        if not befallen:
            continue
        for first, last in find_phrases(words, one.said):
            near = [place for place in befallen if place[0] != first and gap(place, (first, last)) <= NEAR]
            if near:
                thing = min(near, key=lambda place: gap(place, (first, last)))
                said = (" ".join(words[thing[0] : thing[1] + 1]), " ".join(words[first : last + 1]))
                yield Hit(one.danger, first, last, said, True)


def gap(one: tuple[int, int], other: tuple[int, int]) -> int:
    """Words from one phrase to another."""
    return max(one[0] - other[1], other[0] - one[1])


def is_claim(words: Sequence[str], hit: Hit, *, around: Sequence[str]) -> bool:
    """Whether the sentence says that what the hit names is happening or near; ``around`` shows that it is now."""
    if find_phrases(words[max(0, hit.first - DENIED) : hit.first], NEGATIONS):
        return False
    if find_phrases(words[: hit.last + 1], CONDITIONS):
        return False
    for reason, phrases in NOT_NOW.items():
        if reason != "elsewhere" and find_phrases(words, phrases):
            return reason == "plan" and bool(find_phrases(words, SHOUTED))
    if is_dated(words) or words[0] == "dulu":
        return False
    if not hit.whole and hit.first and words[hit.first - 1] in AFTER:
        return False
    if hit.whole or find_phrases(words[hit.last + 1 : hit.last + 1 + PLACE_NEAR], PLACED):
        return True
    if hit.danger in PLACED_ONLY and len(words) > SHORT:
        return False
    near = around[max(0, hit.first - LIVE_NEAR) : hit.last + 1 + LIVE_NEAR]
    return any(hit.words[0] != " ".join(near[first : last + 1]) for first, last in find_phrases(near, LIVE))


def is_dated(words: Sequence[str]) -> bool:
    """Whether a sentence names a year without the day and month before it: it speaks of the past."""
    return any(YEAR.fullmatch(word) and not (at >= 2 and DAY.fullmatch(words[at - 2])) for at, word in enumerate(words))


def find_phrases(words: Sequence[str], phrases: Sequence[str]) -> list[tuple[int, int]]:
    """Where phrases stand: their first and last word, in the order of the sentence."""
    heads = heads_of(tuple(phrases))
    found = []
    for at, word in enumerate(words):
        longest = max(
            (len(phrase) for phrase in heads.get(word, ()) if tuple(words[at : at + len(phrase)]) == phrase), default=0
        )
        if longest:
            found.append((at, at + longest - 1))
    return found


@cache
def heads_of(phrases: tuple[str, ...]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Phrases, as words, by their first one."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        parts = tuple(phrase.split())
        found.setdefault(parts[0], []).append(parts)
    return {head: tuple(group) for head, group in found.items()}
