"""Takes the first sentences of an article as a quotation: its own words, none added, with a bound."""

from __future__ import annotations

import re
from typing import Final

QUOTE_MOST: Final = 320
"""Most characters quoted of one article: two or three sentences. Law 28/2014 on copyright, article 44, lets parts be
quoted with their source; it names no length, this one is ours and stays well below a news item's usual 3,000."""
SENTENCE_END: Final = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+(?=[\"'“‘(]?[A-Z0-9])|\n+")
"""Where a sentence ends: not inside numbers ("Rp13.800") or hours ("10.15 WIB")."""
TITLES: Final = re.compile(r"(?:\b[A-Z]|\b(?:[Dd]r|[Dd]rs|[Hh]j|Ir|No|Jl|Jln|Kec|Kab|Prof|St|Sdr|dkk))\.$")
"""What ends in a dot without ending a sentence: initials, titles, "No.", "Jl."."""
CUT: Final = " …"


def quote_lead(text: str, *, most: int = QUOTE_MOST) -> str:
    """The first whole sentences of a text that fit into ``most`` characters; of a longer first sentence its first
    words, with an ellipsis. Blanks are folded, nothing else is changed."""
    if len(text) > 50 * most:
        text = text[: 50 * most]
    quoted = ""
    for sentence in split_sentences(text):
        longer = f"{quoted} {sentence}".strip()
        if len(longer) > most:
            break
        quoted = longer
    if quoted:
        return quoted
    words = " ".join(text.split())
    if len(words) <= most:
        return words
    cut = words[: most - len(CUT) + 1]
    return (cut.rpartition(" ")[0] or cut[:-1]).rstrip(" ,;:–-") + CUT


def split_sentences(text: str) -> list[str]:
    """The sentences of a text, blanks folded."""
    found: list[str] = []
    held = ""
    at = 0
    for end in [*SENTENCE_END.finditer(text), None]:
        piece = " ".join(text[at : end.end() if end else None].split())
        at = end.end() if end else len(text)
        held = f"{held} {piece}".strip()
        if held and not (end and "\n" not in end[0] and TITLES.search(held)):
            found.append(held)
            held = ""
    return [*found, held] if held else found
