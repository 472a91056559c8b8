"""What of a post or a fact-check is compared: its words, and the forms in which a word is looked for.

A word is looked for as it is, as its Indonesian word where it is Javanese, Sundanese or Minang (``claim_words.tsv``,
written for this project), by its runs of letters, and by its consonants, which survive most abbreviations.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from kentongan.text import normalised_tokens

WORDS_FILE: Final = Path(__file__).with_name("claim_words.tsv")

MAX_CHARACTERS: Final = 4_000
"""A text is compared up to here: a claim is said by then."""
MAX_WORDS: Final = 400
"""Most words compared of one text."""
MAX_WORD: Final = 40
"""Letters of a word that are compared."""
GRAMS: Final = (3, 5)
"""Shortest and longest run of letters; McNamee and Mayfield (2004) found 4 and 5 best for most languages."""
MIN_CONSONANTS: Final = 3
"""Fewer consonants say nothing about a word."""

VERDICTS: Final = frozenset(
    {"hoaks", "hoax", "hoaxs", "disinformasi", "misinformasi", "cekfakta", "turnbackhoax", "factcheck"}
)
"""Words of a checker that say nothing about what is claimed."""

STOP: Final = frozenset((
    "ada", "adalah", "agar", "akan", "aku", "anda", "apa", "atau", "bagi", "bahwa", "banyak", "beberapa", "begitu",
    "belum", "bisa", "bukan", "dalam", "dan", "dapat", "dari", "dengan", "di", "dia", "dua", "hal", "hanya", "harus",
    "hingga", "ia", "ini", "itu", "jadi", "jangan", "jika", "juga", "ke", "kalau", "kami", "karena", "kata", "kepada",
    "kita", "lagi", "lalu", "lebih", "masih", "melalui", "mereka", "namun", "nya", "oleh", "orang", "pada", "para",
    "pun", "saat", "saja", "sama", "sampai", "sangat", "satu", "saya", "sebagai", "sebuah", "sedang", "sejak",
    "sekarang", "semua", "seperti", "sudah", "tahun", "tanpa", "telah", "tentang", "tersebut", "tetapi", "tidak",
    "untuk", "waktu", "yaitu", "yang", "ya", "yuk", "nih", "sih", "kok", "deh", "dong", "the", "of", "and", "to",
    "in", "is", "a", "ora", "iki", "kuwi", "sing", "kanggo", "saka", "ing", "lan", "karo", "wis", "isih", "iku",
    "henteu", "teu", "ieu", "eta", "nu", "ti", "ka", "jeung", "sareng", "keur", "pikeun", "tos", "indak", "iko",
    "nan", "jo", "alah", "untuak", "ko",
))  # fmt: skip
"""Words of every text, in Indonesian, English, Javanese, Sundanese and Minang: they count little and are no reason."""

PREFIXES: Final = (
    "meng", "meny", "mem", "men", "peng", "peny", "pem", "pen", "nge", "ber", "ter", "per",
    "di", "ke", "se", "me", "pe",
)  # fmt: skip
ENDINGS: Final = ("kannya", "annya", "nya", "kan", "lah", "kah", "an", "in", "i")
"""Affixes of Indonesian and of its colloquial form, longer ones first."""
MIN_STEM: Final = 4
"""Letters a stem must keep."""

CONSONANTS = re.compile(r"[^bcdfgjklmnpqrstvwxyz]")
TWICE = re.compile(r"(.)\1+")
NUMBER = re.compile(r"\d")


def read_words(text: str) -> list[str]:
    """The normalised words that are compared, in their order; links, mentions, emoji and verdicts are left out."""
    if "cek fakta" in text[:200].lower():
        text = re.sub(r"(?i)\bcek fakta\b", " ", text)
    found = []
    for token in normalised_tokens(text[:MAX_CHARACTERS])[:MAX_WORDS]:
        word = token.removeprefix("#")
        if word not in VERDICTS and word[:1].isalnum() and not is_address(word):
            found.append(word[:MAX_WORD])
    return found


def is_address(token: str) -> bool:
    """Whether a token is an address of the web or a mail address; "1.284" and "07.42" are numbers."""
    return "://" in token or "@" in token or ("." in token and not token[0].isdigit())


@cache
def load_translations() -> Mapping[str, str]:
    """Indonesian word by a regional one. Regional words that are everyday Indonesian words too are not in the list
    ("bali", "capek"), or are passed over where the list itself has them as Indonesian."""
    rows = [line.split("\t") for line in WORDS_FILE.read_text(encoding="utf-8").splitlines()[1:]]
    ours = {row[0] for row in rows}
    found: dict[str, str] = {}
    for indonesian, *theirs in rows:
        for word in theirs:
            if word and " " not in word and word not in ours:
                found.setdefault(word, indonesian)
    return found


@lru_cache(maxsize=65_536)
def canonical_terms(word: str) -> tuple[str, ...]:
    """The word, and its Indonesian one where it is a regional word of the list."""
    indonesian = load_translations().get(word)
    return (word,) if indonesian is None else (word, indonesian)


@lru_cache(maxsize=65_536)
def stem_terms(word: str) -> tuple[str, ...]:
    """What is left of a word, and of its Indonesian one, without one prefix and one ending ("mengunggah", "diunggah"
    and "unggahan" are "unggah"). Wrong stems do no harm as long as they are wrong alike."""
    return tuple(dict.fromkeys(strip_affixes(form) for form in canonical_terms(word)))


def strip_affixes(word: str) -> str:
    """A word without the first prefix and the first ending that leave at least four letters."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= MIN_STEM:
            word = word[: -len(ending)]
            break
    for prefix in PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= MIN_STEM:
            return word[len(prefix) :]
    return word


@lru_cache(maxsize=65_536)
def letter_terms(word: str) -> tuple[str, ...]:
    """The runs of letters of a word and of its Indonesian one, ends marked; numbers are whole."""
    found: list[str] = []
    for form in canonical_terms(word):
        marked = f"_{form}_"
        if len(marked) <= GRAMS[0] or NUMBER.search(form):
            found.append(marked)
            continue
        for size in range(GRAMS[0], GRAMS[1] + 1):
            found += [marked[at : at + size] for at in range(len(marked) - size + 1)]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=65_536)
def consonant_terms(word: str) -> tuple[str, ...]:
    """First letter and consonants of a word ("dgn" is "dengan"), no letter twice in a row; () where they are few."""
    if NUMBER.search(word):
        return ()
    found = TWICE.sub(r"\1", word[0] + CONSONANTS.sub("", word[1:]).replace("h", ""))
    return (found,) if len(found) >= MIN_CONSONANTS else ()


def read_numbers(words: list[str]) -> frozenset[str]:
    """The numbers among the words, without marks: "2.400" and "2400" are one."""
    return frozenset(re.sub(r"[.,](?=\d{3}(?:\D|$))", "", word) for word in words if NUMBER.search(word))


@cache
def place_words() -> frozenset[str]:
    """Names of provinces, regencies and cities that are one word."""
    from kentongan.regions import shipped_regions

    return frozenset(
        name for region in shipped_regions() if region.level in ("provinsi", "kabkota")
        for name in [region.bare_name.lower()] if " " not in name and len(name) > 3
    )  # fmt: skip
