"""Compares the versions of a message word by word, as HTML: what one adds is marked, what it leaves out is struck.

Pure; all foreign text is escaped.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from html import escape
from typing import Final

WORDS_COMPARED: Final = 90
"""Words of a version that are compared and shown; a claim is said at the beginning."""
WORD_LENGTH: Final = 60
"""Characters of one word that are shown: some are a hundred thousand long."""
LEFT_OUT: Final = 8
"""Words in a row that are struck at the most; more are a count of their own."""
EDGES: Final = re.compile(r"^\W+|\W+$")


def read_words(text: str) -> tuple[list[str], bool]:
    """The first words of a text as they are shown, and whether there are more."""
    words = text.split(maxsplit=WORDS_COMPARED)
    more = len(words) > WORDS_COMPARED
    return [word if len(word) <= WORD_LENGTH else f"{word[:WORD_LENGTH]}…" for word in words[:WORDS_COMPARED]], more


def plain(word: str) -> str:
    """A word as it is compared: without case and the marks around it; only marks compare as they are."""
    return EDGES.sub("", word).lower() or word


def draw_version(text: str, base: str | None = None) -> str:
    """The words of a version beside those of the base; without a base they stand unmarked."""
    words, more = read_words(text)
    rest = " …" if more else ""
    if base is None:
        return escape(" ".join(words)) + rest
    theirs, _ = read_words(base)
    compared = SequenceMatcher(a=[plain(one) for one in theirs], b=[plain(one) for one in words], autojunk=False)
    parts = []
    for what, start, end, begin, stop in compared.get_opcodes():
        if what in ("delete", "replace"):
            parts.append(f"<del>{left_out(theirs[start:end])}</del>")
        if what in ("insert", "replace"):
            parts.append(f"<mark>{escape(' '.join(words[begin:stop]))}</mark>")
        if what == "equal":
            parts.append(escape(" ".join(words[begin:stop])))
    return " ".join(parts) + rest


def left_out(words: list[str]) -> str:
    """What a version lacks, cut."""
    shown = escape(" ".join(words[:LEFT_OUT]))
    return f"{shown} (+{len(words) - LEFT_OUT})" if len(words) > LEFT_OUT else shown
