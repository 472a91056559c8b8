"""Cuts a text into sentences and takes out of them what is quoted from a known message.

A quotation is found by runs of words that both have, so its edits and its place do not matter. Time is linear.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from kentongan.text import normalised_tokens

RUN: Final = 3
"""Words in a row that the text must have in common with the message to count as quoted."""

MENDED: Final = 3
"""Most words between two quoted stretches that are taken for an edit of the quotation."""

SENTENCE_END: Final = re.compile(r"([.!?…:;,]+)(?=\s|$|[\"'”’)\]*_])|[\n\"“”()\[\]|*_]+|\s[-–—]+\s|([!?]+)")
"""Where a sentence or clause ends. A dot inside a number or an address is none."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of a text that is judged by itself."""

    words: tuple[str, ...]
    asks: bool
    """Whether a question mark follows."""


def read_sentences(text: str) -> list[Sentence]:
    """The sentences and clauses of a text in their order, those without words left out."""
    found: list[Sentence] = []
    at = 0
    for end in SENTENCE_END.finditer(text):
        add_sentence(found, text[at : end.start()], asks="?" in end[0])
        at = end.end()
    add_sentence(found, text[at:], asks=False)
    return found


def add_sentence(found: list[Sentence], piece: str, *, asks: bool) -> None:
    words = tuple(normalised_tokens(piece))
    if words:
        found.append(Sentence(words, asks))
    elif asks and found:
        found[-1] = Sentence(found[-1].words, True)


def cut_quotation(sentences: Sequence[Sentence], message: str) -> list[Sentence]:
    """What of a text is not quoted from the message."""
    shared = message_runs(message)
    flat = [word for one in sentences for word in one.words]
    quoted = bytearray(len(flat))
    for at in range(len(flat) - RUN + 1):
        if tuple(flat[at : at + RUN]) in shared:
            quoted[at : at + RUN] = b"\1" * RUN
    mend(quoted)
    left: list[Sentence] = []
    at = 0
    for one in sentences:
        kept: list[str] = []
        for word in one.words:
            if quoted[at]:
                if kept:
                    left.append(Sentence(tuple(kept), False))
                kept = []
            else:
                kept.append(word)
            at += 1
        if kept:
            left.append(Sentence(tuple(kept), one.asks))
    return left


def mend(quoted: bytearray) -> None:
    """Count short stretches between quoted ones as quoted: somebody changed a word."""
    last = -1
    for at, now in enumerate(quoted):
        if now:
            if last >= 0 and 1 < at - last <= MENDED + 1:
                quoted[last + 1 : at] = b"\1" * (at - last - 1)
            last = at


@lru_cache(maxsize=256)
def message_length(message: str) -> int:
    """Words of a message."""
    return sum(len(one.words) for one in read_sentences(message))


@lru_cache(maxsize=256)
def message_runs(message: str) -> frozenset[tuple[str, ...]]:
    """Every RUN words in a row of a message. Copies of one story come one after the other."""
    words = [word for one in read_sentences(message) for word in one.words]
    return frozenset(tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))
