"""Tells from its words whether a post passes a claim on, denies it, asks about it, or leaves that open.

A rebuttal often quotes the whole claim, so the words around it decide. Where the claim is known they are found exactly;
otherwise the beginning and the end of the text are read, and more carefully, since claims speak of lies too. Amusement
and hearsay are "unclear", never "rebuts". Text without any cue spreads what it says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, get_args

from analysis.quotations import Sentence, cut_quotation, message_length, read_sentences
from analysis.stance_marks import Mark, mark_sentences, trigger_words
from kentongan.text import is_word, normalised_tokens

StanceValue = Literal["spreads", "rebuts", "asks", "unclear"]

STANCES: Final[tuple[StanceValue, ...]] = get_args(StanceValue)

MODEL: Final = ("pendirian", "1")
"""Name and version under which stances stand in the store. Other words or rules are another version."""

FRAME_CHARACTERS: Final = 700
"""Characters read at each end of a text whose claim is not known: a frame is a sentence or three."""

FRAME_WORDS: Final = 40
"""Words from either end within which a sentence must begin or end to count there."""

MAX_CHARACTERS: Final = 65_536
"""Characters read at all where the claim is known, as in ``analysis.shingles``."""

CLOSE_WORDS: Final = 60
"""Most words around a quotation that are read as a remark about it; more are a text of their own."""

LITTLE: Final = 0.25
"""Share of the claim's words below which a text that says other things does not pass the claim on. A cut-off copy that
joins a story by itself has at least as much (``analysis.duplicates.JOIN``)."""

OWN: Final = 0.3
"""Share of a text's words, not quoted, from which it says other things."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """What a text does with the claim it carries."""

    value: StanceValue
    reasons: tuple[str, ...] = ()
    """The normalised words that decided, in the order of the text; empty where nothing but the claim was said."""


def judge_stance(text: str, message: str | None = None) -> Stance:
    """The stance of a text to the claim it carries; ``message`` is that claim in its most usual words, where known.

    Text without words (empty, only links or emoji) is "unclear". Time is linear in the characters, of which at most
    MAX_CHARACTERS are read.
    """
    if message is None:
        return judge_alone(text)
    sentences, message = read_sentences(text[:MAX_CHARACTERS]), message[:MAX_CHARACTERS]
    around = cut_quotation(sentences, message)
    own, whole = count_words(around), count_words(sentences)
    foreign = whole - own < LITTLE * message_length(message) and own > OWN * whole
    if own <= CLOSE_WORDS:
        marks = drop_quoted(mark_sentences(around, close=True), sentences, message_cues(message))
        if marks:
            return weigh(marks)
        if foreign and 2 * whole < message_length(message):
            alone = judge_alone(text)
            return alone if alone.value != "spreads" else Stance(value="unclear")
    return judge_alone(text)


def count_words(sentences: Sequence[Sentence]) -> int:
    return sum(len(one.words) for one in sentences)


def judge_alone(text: str) -> Stance:
    """The stance of a text whose claim is not known in other words."""
    if len(text) > 2 * FRAME_CHARACTERS:
        text = f"{text[:FRAME_CHARACTERS]}\n{text[-FRAME_CHARACTERS:]}"
    found = normalised_tokens(text)
    if trigger_words().isdisjoint(found):
        return PASSED_ON if any(is_word(word) or word[0] == "#" for word in found) else Stance(value="unclear")
    sentences = read_sentences(text)
    total, at, framing = count_words(sentences), 0, []
    for one in sentences:
        if at < FRAME_WORDS or at + len(one.words) > total - FRAME_WORDS:
            framing.append(one)
        at += len(one.words)
    marks = mark_sentences(framing, close=False)
    return weigh(marks) if marks else PASSED_ON


PASSED_ON: Final = Stance(value="spreads")


def weigh(marks: Sequence[tuple[Mark, str]]) -> Stance:
    """The stance that the marks of all sentences amount to: a denial counts before a question, and that before the
    assurance that it is true, and that before doubt."""
    for mark, value in WEIGHT:
        reasons = tuple(dict.fromkeys(words for one, words in marks if one == mark))
        if reasons:
            return Stance(value=value, reasons=reasons)
    raise ValueError("no marks")


WEIGHT: Final[tuple[tuple[Mark, StanceValue], ...]] = (
    ("denies", "rebuts"), ("asks", "asks"), ("affirms", "spreads"), ("doubts", "unclear"),
)  # fmt: skip


@lru_cache(maxsize=256)
def message_cues(message: str) -> Counter[str]:
    """How often the message itself has each word that could be a cue."""
    triggers = trigger_words()
    return Counter(word for one in read_sentences(message) for word in one.words if word in triggers)


def drop_quoted(
    marks: Sequence[tuple[Mark, str]], sentences: Sequence[Sentence], known: Counter[str]
) -> list[tuple[Mark, str]]:
    """The marks whose words the text does not merely repeat from the message."""
    if not known:
        return list(marks)
    counted = Counter(word for one in sentences for word in one.words)
    triggers = trigger_words()
    kept = []
    for mark, reason in marks:
        cues = [word for word in reason.split() if word in triggers]
        if not cues or any(counted[word] > known[word] for word in cues):
            kept.append((mark, reason))
    return kept
