"""Edits of claims that matching is judged on: paraphrase, slang and translation. What they say stays readable.

None of this takes part in training, which uses ``samples.simulate_edits``, formal and informal sentences, the other
half of the parallel sentences and the titles of fact-checks. The synonyms (``claim_synonyms.tsv``, written for this
project) serve the benchmark alone, and the dictionary is drawn from parallel sentences that training does not see
(``benchmarks.claim_dictionary``).
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

SYNONYMS_FILE: Final = Path(__file__).with_name("claim_synonyms.tsv")

VOWELS: Final = frozenset("aeiou")
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
MARKS: Final = ".,!?\"'()[]:;“”‘’…"
PHONETIC: Final = (
    ("oe", "u"), ("ai", "e"), ("au", "o"), ("sy", "sh"), ("kh", "h"), ("ng", "nk"), ("u", "oe"), ("c", "tj"),
    ("j", "dj"), ("y", "j"), ("f", "v"), ("p", "f"), ("s", "z"), ("k", "q"), ("i", "ie"),
)  # fmt: skip
"""Spellings of the same sound: old ones, and those of young people's slang."""
DIGITS: Final = str.maketrans("aeiosg", "431059")
FRAMES: Final = (
    "katanya {}", "emang bener ya {}", "barusan baca di grup, {}", "tetangga cerita kalau {}", "eh {} masa sih",
    "denger-denger {}", "ada yang kirim begini: {}",
)  # fmt: skip
PREFIXES: Final = (
    ("meng", "nge"), ("meny", "ny"), ("mem", "m"), ("men", "n"), ("me", "nge"), ("ber", ""), ("ter", "ke"),
)  # fmt: skip
ENDINGS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "jv": (("nya", "e"), ("kan", "ake"), ("lah", ""), ("i", "eni")),
    "su": (("nya", "na"), ("kan", "keun"), ("lah", ""), ("if", "ip"), ("i", "an")),
    "min": (
        ("nya", "nyo"), ("at", "aik"), ("as", "eh"), ("us", "uih"), ("ap", "ok"), ("ung", "uang"), ("ing", "iang"),
        ("ut", "uik"), ("al", "a"), ("ar", "a"), ("ir", "ia"), ("ur", "ua"), ("a", "o"),
    ),
}  # fmt: skip
"""Endings of words the dictionary lacks, and what each language makes of them."""
LANGUAGES: Final = ("jv", "su", "min")
EDITED: Final = ("paraphrase", "slang", "translation")
"""Kinds of edit."""

Dictionary = Mapping[str, Mapping[str, str]]
"""For each language the word by its Indonesian one."""


@cache
def load_synonyms() -> Mapping[str, str]:
    """Another Indonesian word by an Indonesian one."""
    rows = [line.split("\t") for line in SYNONYMS_FILE.read_text(encoding="utf-8").splitlines()[1:]]
    return {word: other for word, other in rows if word != other}


def paraphrase(text: str, rng: random.Random, strength: float) -> str:
    """Other words, another voice of the verb, a few words gone, clauses in another order, told by somebody."""
    kept = []
    for word in text.split():
        bare = word.lower().strip(MARKS)
        if bare in load_synonyms():
            kept.append(load_synonyms()[bare])
        elif rng.random() >= 0.4 * strength:
            kept.append(change_voice(bare, rng) if rng.random() < strength else bare)
    pieces = cut_pieces(kept, rng)
    rng.shuffle(pieces)
    return rng.choice(FRAMES).format(" ".join(word for piece in pieces for word in piece))


def change_voice(word: str, rng: random.Random) -> str:
    """Active for passive and the other way, or another ending; short words stay."""
    if len(word) < 6:
        return word
    if word.startswith("di"):
        return ("nge" if rng.random() < 0.5 else "ke") + word[2:]
    for prefix, other in PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) > 3:
            return other + word[len(prefix) :]
    for end, new in (("nya", ""), ("kan", "in"), ("an", "")):
        if word.endswith(end):
            return word[: -len(end)] + new
    return word


def cut_pieces(words: list[str], rng: random.Random) -> list[list[str]]:
    """Words in runs of three to six."""
    pieces = []
    while words:
        size = rng.randint(3, 6)
        pieces.append(words[:size])
        words = words[size:]
    return pieces


def write_slang(text: str, rng: random.Random, strength: float) -> str:
    """Vowels lost, sounds spelled otherwise, letters as digits, words cut short; a few words gone."""
    kept = [word for word in text.lower().split() if rng.random() >= 0.2 * strength]
    return " ".join(
        WORD.sub(lambda found: respell(found.group(), rng), word) if rng.random() < strength else word for word in kept
    )


def respell(word: str, rng: random.Random) -> str:
    """One word as somebody in a hurry, or somebody young, writes it; the first letter of a long word stays."""
    if len(word) < 3:
        return word
    which = rng.random()
    if which < 0.4:
        return word[0] + "".join(sign for sign in word[1:-1] if sign not in VOWELS or rng.random() < 0.2) + word[-1]
    if which < 0.7:
        fitting = [pair for pair in PHONETIC if pair[0] in word[1:]]
        for sound, spelling in rng.sample(fitting, min(2, len(fitting))):
            word = word[0] + word[1:].replace(sound, spelling, 1)
        return word
    if which < 0.8:
        return word[0] + word[1:].translate(DIGITS)
    if which < 0.9 and len(word) > 5:
        return word[: rng.randint(3, 4)]
    return word + word[-1]


def translate(text: str, rng: random.Random, strength: float, dictionary: Dictionary) -> str:
    """Word by word into Javanese, Sundanese or Minang; other words but names take the language's endings; a few go."""
    language = rng.choice(LANGUAGES)
    words = dictionary[language]
    kept = []
    for word in text.split():
        bare = word.lower().strip(MARKS)
        named = word[:1].isupper() and not word.isupper() and rng.random() >= strength
        if bare in words:
            kept.append(words[bare])
        elif named:
            kept.append(bare)
        elif rng.random() >= 0.3 * strength:
            kept.append(bend(bare, language))
    return " ".join(kept)


def bend(word: str, language: str) -> str:
    """A word with the ending that the language gives it."""
    if len(word) < 4:
        return word
    return next((word[: -len(end)] + new for end, new in ENDINGS[language] if word.endswith(end)), word)


def edit_claim(
    text: str,
    kind: str,
    rng: random.Random,
    *,
    strength: float,
    words: int,
    casual: float = 0.0,
    dictionary: Dictionary | None = None,
) -> str:
    """A stretch of at most ``words`` words of a claim, edited: "paraphrase", "slang", or "translation", which needs the
    dictionary. ``casual`` of its words are misspelt besides. Never empty where the claim is not. Raises ValueError for
    another kind."""
    said = text.split()
    start = rng.randrange(max(1, len(said) - words + 1))
    piece = " ".join(said[start : start + words])
    if kind == "paraphrase":
        edited = paraphrase(piece, rng, strength)
    elif kind == "slang":
        edited = write_slang(piece, rng, strength)
    elif kind == "translation" and dictionary is not None:
        edited = translate(piece, rng, strength, dictionary)
    else:
        raise ValueError(f"no edit {kind!r}")
    spoken = [respell(word, rng) if rng.random() < casual else word for word in edited.split()]
    return " ".join(spoken) or piece
