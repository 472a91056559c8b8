"""The words in which a rumour and a complaint are compared: stems, words of one meaning, and what says nothing.

The words of one meaning (``rumour_words.tsv``) were written for this project from what complaints are about, before the
planted pairs of ``benchmarks.rumours_planted`` that the linking is judged on. Regional words come from
``analysis.claim_text``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from analysis.claim_text import STOP, canonical_terms, load_translations, read_words, strip_affixes
from kentongan.text import normalised_tokens

WORDS_FILE: Final = Path(__file__).with_name("rumour_words.tsv")

EVERYWHERE: Final = frozenset((
    "mohon", "tolong", "segera", "warga", "bapak", "ibu", "pak", "bu", "min", "admin", "pemerintah", "pemkab", "pemkot",
    "pemda", "dinas", "petugas", "bupati", "wali", "walikota", "camat", "kabupaten", "kota", "kecamatan", "daerah",
    "wilayah", "lapor", "aduan", "laporan", "keluhan", "tindak", "tindaklanjut", "perhatian", "terima", "kasih", "hari",
    "minggu", "pekan", "bulan", "jam", "pukul", "malam", "pagi", "siang", "sore", "kemarin", "besok", "rumah",
    "keluarga", "anak", "orang", "banyak", "sangat", "sebar", "sebarkan", "bagikan", "share", "viral", "awas", "hati",
    "waspada", "info", "kabar", "berita", "resmi", "katanya", "jarene", "konon", "beredar", "grup", "teman", "saudara",
    "tetangga", "benar", "bohong", "asli", "gara", "akibat", "sengaja", "diam", "tutup", "lama", "baru", "besar",
    "kecil", "depan", "belakang", "dekat", "sekitar", "sana", "sini", "terus", "cuma", "kapan", "mana", "siapa",
    "mengapa", "kenapa", "bagaimana", "gimana", "tau", "tahu", "lihat", "dengar", "bilang", "minta", "kasih", "mau",
    "ingin", "perlu", "wong", "kabeh", "durung", "wes", "uwis", "piye", "opo", "iso", "nggo", "mung",
))  # fmt: skip
"""Words of complaints and of chain messages alike that do not say what they are about."""

OWNERS: Final = ("ne", "na", "e")
"""What Javanese and Sundanese put behind a word that is somebody's; longer ones first."""

ECHO: Final = re.compile(
    r"\b(?:beredar(?:nya)?|tersebar|viral|hoaks|hoax|rumor|desas[- ]desus|berantai|broadcast|sumebar|kabar burung)\b",
    re.IGNORECASE,
)
"""A complaint that speaks of a message going round answers a rumour; it is not what the rumour grew from."""


@cache
def load_concepts() -> Mapping[str, str]:
    """Concept by stem. A word in two groups belongs to the first."""
    found: dict[str, str] = {}
    for line in WORDS_FILE.read_text(encoding="utf-8").splitlines()[1:]:
        concept, *words = line.split("\t")
        for word in words:
            found.setdefault(strip_affixes(word), concept)
            found.setdefault(word, concept)
    return found


@cache
def concept_names() -> frozenset[str]:
    """What complaints are about, by the names of the groups of words."""
    return frozenset(load_concepts().values())


@cache
def silent_stems() -> frozenset[str]:
    """Stems of the words that are in every text or say nothing of what it is about."""
    return frozenset({strip_affixes(word) for word in (*STOP, *EVERYWHERE)} | STOP | EVERYWHERE)


@lru_cache(maxsize=65_536)
def root_terms(word: str) -> tuple[str, ...]:
    """What a word is compared by: its concept, else the stem of its Indonesian form; () where it says nothing."""
    concepts, silent = load_concepts(), silent_stems()
    found = []
    for form in canonical_terms(drop_owner(word)):
        stem = strip_affixes(form)
        if form in silent or (stem in silent and form not in concepts):
            return ()
        found.append(concepts.get(form) or concepts.get(stem) or stem)
    # A regional word is looked for as its Indonesian one; itself it may mean something else.
    return (found[-1],) if len(found[-1]) > 2 and not found[-1].isdigit() else ()


def drop_owner(word: str) -> str:
    """A word without the ending that Javanese ("listrike", "banyune") and Sundanese ("dokterna") put behind what is
    somebody's, where what is left is a word we know; else the word."""
    concepts, regional = load_concepts(), load_translations()
    if word in concepts or word in regional:
        return word
    for ending in OWNERS:
        rest = word.removesuffix(ending)
        if rest != word and (rest in concepts or rest in regional):
            return rest
    return word


def read_terms(text: str, *, places: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    """The words of a text that say what it is about, each with its term, in their order; names of ``places`` (lower
    case, one word each) are left out, since where a text speaks of is compared by itself."""
    found = []
    for word in read_words(text):
        if word in places:
            continue
        found += [(word, term) for term in root_terms(word)]
    return found


def is_echo(text: str) -> bool:
    """Whether a complaint speaks of a message that goes round."""
    return ECHO.search(text) is not None


def place_tokens(names: tuple[str, ...]) -> frozenset[str]:
    """The single words of these names of regions, lower case."""
    return frozenset(token for name in names for token in normalised_tokens(name))
