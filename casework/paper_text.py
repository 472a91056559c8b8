"""Makes any text printable on a paper: what its fonts cannot show, or a reader cannot see, is written as a note.

PDF/A forbids a character without a glyph, and a paper for a court must not show a text in another order than it was
written in. So a character outside ``GLYPHS`` becomes its code point in brackets ("[U+1F602]"), marks of writing
direction and other invisible ones included. The text itself stays whole in the data beside the paper.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

GLYPHS: Final = (
    (0x0020, 0x007E), (0x00A0, 0x00AC), (0x00AE, 0x01C3), (0x01CD, 0x01E3), (0x01E6, 0x01F0), (0x01F8, 0x021F),
    (0x0384, 0x038A), (0x038C, 0x038C), (0x038E, 0x03A1), (0x03A3, 0x03CE), (0x1E00, 0x1E99), (0x1EA0, 0x1EF9),
    (0x2010, 0x2023), (0x2026, 0x2026), (0x202F, 0x2037), (0x2039, 0x203A), (0x203C, 0x203F), (0x2070, 0x2071),
    (0x2074, 0x208E), (0x20A0, 0x20B5), (0x20B8, 0x20BA), (0x20BD, 0x20BD), (0x2105, 0x2105), (0x2116, 0x2116),
    (0x2122, 0x2122), (0x2153, 0x215E), (0x2190, 0x2213), (0x2260, 0x2265), (0x2500, 0x2600), (0x2605, 0x2605),
    (0x2639, 0x263B), (0x2660, 0x2667),
)  # fmt: skip
"""Code points, first to last, that "Libertinus Serif" or "DejaVu Sans Mono" as built into typst 0.15 show upright, bold
and italic; found by trying each one, and tried again by a test."""

UNPRINTABLE: Final = re.compile(
    "[^\n" + "".join(f"{re.escape(chr(first))}-{re.escape(chr(last))}" for first, last in GLYPHS) + "]+"
)
"""A run of characters that are not in GLYPHS; the line end is let be."""

LONG_WORD: Final = 24
"""Characters without a blank that fit into the narrowest column of text (4.5 cm at 10 points); a longer word may be
broken anywhere."""
PIECE: Final = 12
"""Characters between two places where such a word may be broken."""
BREAK: Final = "\u200b"
"""ZERO WIDTH SPACE: a place where a line may end, without a mark."""
DIGEST: Final = re.compile(r"[0-9a-f]{64}")
"""A digest stays in one piece, so that it can be copied; the places for one are wide enough."""


def make_printable(text: str) -> str:
    """The text as a paper can show it: composed (NFC), tabs and line ends unified, the rest as notes, long words with
    places to break."""
    unified = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return re.sub(rf"[^\s]{{{LONG_WORD + 1},}}", break_word, UNPRINTABLE.sub(note_characters, unified))


def note_characters(run: re.Match[str]) -> str:
    """The code points of the characters, in brackets."""
    return "[" + " ".join(f"U+{ord(character):04X}" for character in run[0]) + "]"


def break_word(word: re.Match[str]) -> str:
    """The word with places to break it; a digest unchanged."""
    if DIGEST.fullmatch(word[0]):
        return word[0]
    return BREAK.join(word[0][at : at + PIECE] for at in range(0, len(word[0]), PIECE))


def print_values(value: object) -> object:
    """The same tree of mappings, sequences and plain values with each text made printable; keys stay as they are."""
    if isinstance(value, str):
        return make_printable(value)
    if isinstance(value, Mapping):
        return {key: print_values(inner) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [print_values(inner) for inner in value]
    return value


def cut_text(text: str, *, most: int, rest: str) -> str:
    """At most so many characters of a text, then ``rest``, which says where the whole is; all of it if it fits."""
    return text if len(text) <= most else f"{text[:most].rstrip()} … {rest}"


UNITS: Final = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")


def spell_number(number: int) -> str:
    """A number in Indonesian words, from 0 to 9,999: 2026 is "dua ribu dua puluh enam". Raises ValueError beyond."""
    if not 0 <= number < 10_000:
        raise ValueError(f"{number} is not between 0 and 9,999")
    if number < 10:
        return UNITS[number]
    if number in (10, 11):
        return ("sepuluh", "sebelas")[number - 10]
    if number < 20:
        return f"{UNITS[number - 10]} belas"
    for value, word, one in ((1000, "ribu", "seribu"), (100, "ratus", "seratus"), (10, "puluh", "")):
        if number >= value:
            count, rest = divmod(number, value)
            head = one if count == 1 else f"{UNITS[count]} {word}"
            return f"{head} {spell_number(rest)}" if rest else head
    raise AssertionError(number)
