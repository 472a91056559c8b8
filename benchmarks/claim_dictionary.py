"""A dictionary of Indonesian, Javanese, Sundanese and Minang words drawn from parallel sentences, in memory only.

The sets have the same sentences in several regional languages and none in Indonesian; Betawi, Banjar and Minang share
most words with it, so a word of theirs that claims use stands for the Indonesian one. Odd rows make the dictionary
that matching is judged with; even rows train the vectors (``models.vector_pairs``) and make the one it is fitted with.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from models.vector_pairs import align_rows

WORD = re.compile(r"[a-zé']{3,}")
MIN_ROWS: Final = 4
"""Rows a word must stand in."""
MIN_DICE: Final = 0.45
"""Least Dice coefficient of two words' rows: read by eye, fewer than one pair in ten is wrong above it."""

Rows = list[tuple[set[str], dict[str, set[str]]]]


def read_texts(file: Path) -> list[str]:
    """The texts of a set."""
    with gzip.open(file) as lines:
        return [msgspec.json.decode(line, type=dict[str, object])["text"] for line in lines]  # type: ignore[misc]


def split_words(text: str) -> set[str]:
    """The words of a text, lower-cased."""
    return set(WORD.findall(text.lower()))


def parallel_rows(sentiment: Path, *, odd: bool) -> Iterator[tuple[set[str], dict[str, set[str]]]]:
    """The odd or the even rows: words of the languages near Indonesian, and of each language translated into."""
    nusax = {name: read_texts(sentiment / f"nusax_{name}.jsonl.gz") for name in ("jv", "su", "min", "bjn")}
    for row in range(int(odd), len(nusax["jv"]), 2):
        near = split_words(nusax["bjn"][row]) | split_words(nusax["min"][row])
        yield near, {name: split_words(nusax[name][row]) for name in ("jv", "su", "min")}
    for row, texts in align_rows(sentiment):
        if row % 2 == odd:
            named = {"jav": "jv", "sun": "su", "min": "min"}
            theirs = {named[name]: split_words(text) for name, text in texts.items() if name in named}
            yield split_words(texts["bew"]) | theirs.get("min", set()), theirs


def draw_dictionary(sentiment: Path, claims: Iterable[str], *, odd: bool = True) -> dict[str, dict[str, str]]:
    """For each language the word by its Indonesian one; ``claims`` say which words are Indonesian. ``odd`` rows judge,
    even ones fit."""
    rows = list(parallel_rows(sentiment, odd=odd))
    used = Counter(word for claim in claims for word in split_words(claim))
    found: dict[str, dict[str, str]] = {}
    for language in ("jv", "su", "min"):
        pairs = [(near, theirs[language]) for near, theirs in rows if language in theirs]
        ours = Counter(word for near, _ in pairs for word in near)
        others = Counter(word for _, words in pairs for word in words)
        together: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for near, words in pairs:
            for word in near:
                if used[word] >= 3 and ours[word] >= MIN_ROWS:
                    together[word].update(words)
        found[language] = {}
        for word, counts in sorted(together.items()):
            dice, other = max((2 * many / (ours[word] + others[other]), other) for other, many in counts.items())
            if dice > MIN_DICE:
                found[language][word] = other
    return found
