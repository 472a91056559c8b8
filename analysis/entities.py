"""Organisations that texts name: those the installation knows, and names that begin with a word for an organisation.

No model is asked and no person is found: a capital alone does not make a name, and who is talked about in public is for
people to decide (the alias lists of queries). ``models.names`` finds more and needs spaCy, which pages do not load.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

HEADS: Final = frozenset(
    {
        "badan", "bank", "cv", "dinas", "institut", "kejaksaan", "kementerian", "kodim", "komisi", "komite",
        "koperasi", "koramil", "lembaga", "pengadilan", "perum", "perumda", "polda", "politeknik", "polres", "polsek",
        "pt", "puskesmas", "rumah", "universitas", "yayasan",
    }
)  # fmt: skip
"""Words that an organisation's name begins with; they need a capital and a name behind them. Chosen by hand: kinds of
authorities, schools, banks and companies."""
ALONE: Final = frozenset(
    {
        "basarnas", "bawaslu", "bmkg", "bnn", "bnpb", "bpbd", "bpjs", "bpom", "bps", "bulog", "bumdes", "damkar",
        "dpr", "dprd", "kpk", "kpu", "mui", "pdam", "pemkab", "pemkot", "pemprov", "pertamina", "pln", "pmi", "rsud",
        "samsat", "satpol", "telkom",
    }
)  # fmt: skip
"""Abbreviations that are an organisation by themselves, however they are written. Chosen by hand: public bodies that
every regency has or knows."""
LOCAL: Final = frozenset({"bpbd", "dprd", "kpu", "pdam", "pemkab", "pemkot", "pemprov", "rsud", "satpol"})
"""Of these, the ones that take the name of their place or branch with them ("Pemkab Tirtamaya")."""
LONGEST: Final = 4
"""Words behind the first one that a name takes at the most."""
JOINERS: Final = frozenset({"dan", "&"})
"""Small words inside a name ("Dinas Pekerjaan Umum dan Penataan Ruang")."""
WORD: Final = re.compile(r"[^\W_][\w&'-]*|[.,;:!?()\"\n]|&")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One text and whose it is."""

    document: str
    text: str
    account: str | None = None


def find_organisations(text: str, known: Mapping[str, str]) -> set[str]:
    """The organisations that a text names, each as it is shown.

    ``known`` maps a lower-case name or other name to what it is shown as; the longest one counts where several fit.
    """
    words = WORD.findall(text)
    lowered = [word.lower() for word in words]
    longest = max((name.count(" ") + 1 for name in known), default=0)
    shouted = sum(word.isupper() for word in words) > len(words) / 2
    found: set[str] = set()
    at = 0
    while at < len(words):
        for length in range(min(longest, len(words) - at), 0, -1):
            name = known.get(" ".join(lowered[at : at + length]))
            if name is not None:
                found.add(name)
                at += length
                break
        else:
            end = at + 1 if shouted else name_end(words, lowered, at)
            if end > at + 1 or lowered[at] in ALONE:
                found.add(show_name(words[at:end]))
            at = max(end, at + 1)
    return found


def name_end(words: list[str], lowered: list[str], at: int) -> int:
    """Where the name that begins at a word ends (the next index); ``at`` + 1 where none begins."""
    head = lowered[at] in HEADS and words[at][0].isupper()
    if lowered[at] == "rumah":
        # Every family has one; only with "Sakit" behind it is it an organisation.
        head = head and lowered[at + 1 : at + 2] == ["sakit"]
    if not head and lowered[at] not in LOCAL:
        return at + 1
    end = at + 1
    while end < len(words) and end - at <= LONGEST:
        if words[end][0].isupper():
            end += 1
        elif lowered[end] in JOINERS and end > at + 1 and end + 1 < len(words) and words[end + 1][0].isupper():
            end += 2
        else:
            break
    return min(end, at + 1 + LONGEST)


def show_name(words: list[str]) -> str:
    """A name as it is shown: abbreviations in capitals, everything else as it was written."""
    if words[-1].lower() in JOINERS:
        words = words[:-1]
    first = words[0].upper() if words[0].lower() in ALONE and len(words[0]) <= 5 else words[0]
    if words[0].lower() in ALONE and len(words[0]) > 5:
        first = words[0].capitalize()
    return " ".join((first, *words[1:]))


def count_organisations(told: Iterable[Told], known: Mapping[str, str]) -> tuple[dict[str, int], int]:
    """(accounts that name each organisation, accounts in all); a text without an account is its own."""
    counted: Counter[str] = Counter()
    seen: set[tuple[str, str]] = set()
    heard: set[str] = set()
    for one in told:
        who = one.account or one.document
        heard.add(who)
        for name in find_organisations(one.text, known):
            if (who, name) not in seen:
                seen.add((who, name))
                counted[name] += 1
    return dict(counted), len(heard)
