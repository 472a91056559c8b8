"""Pairs of texts that mean the same, from which the vectors of ``models.vectors`` learn. In memory only.

Claims and titles of fact-checks before a given year, edits of those claims, formal and informal sentences, and even
rows of parallel sentences in regional languages (the odd ones make the dictionary that matching is judged with).
"""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from samples.simulate_edits import edit_copy

WINDOW: Final = (6, 12)
"""Rows before and after that may hold a row's translation: the parallel files lost a few rows each."""
MIN_ALIKE: Final = 0.12
"""Least share of runs of four letters in common (Jaccard) of two sentences taken for translations."""
MAX_ALIKE: Final = 0.8
"""A title more like its claim than this teaches nothing."""
TOLD = re.compile(r"(?:=\s*){3,}.*|\[?\s*(?:PENJELASAN|KATEGORI|SUMBER|HASIL CEK|PENELUSURAN)\b.*", re.DOTALL)
"""Where the checker's words begin in a claim."""

Pair = tuple[str, str]


class Row(msgspec.Struct):
    """One row of a set."""

    text: str = ""
    title: str = ""
    claim: str = ""
    date: str | None = None

    @property
    def year(self) -> int | None:
        return int(self.date[:4]) if self.date else None


def read_rows(file: Path) -> list[Row]:
    """The rows of a ``.jsonl.gz`` file."""
    decoder = msgspec.json.Decoder(Row)
    with gzip.open(file) as lines:
        return [decoder.decode(line) for line in lines]


def claim_words(claim: str) -> str:
    """A claim without what the checker says of it."""
    return TOLD.sub("", claim).strip()


def letter_runs(text: str) -> frozenset[str]:
    """Runs of four letters of a text."""
    low = text.lower()
    return frozenset(low[at : at + 4] for at in range(len(low) - 3))


def alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard similarity."""
    return len(one & other) / max(1, len(one | other))


def align_rows(sentiment: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """For each row of the Betawi file its number, its text and those of other languages found to be its translation."""
    texts = {
        name: [row.text for row in read_rows(sentiment / f"nusatranslation_{name}.jsonl.gz")]
        for name in ("bew", "jav", "sun", "min")
    }
    runs = {name: [letter_runs(text) for text in ones] for name, ones in texts.items()}
    before, after = WINDOW
    for row, text in enumerate(texts["bew"]):
        found = {"bew": text}
        for name in ("jav", "sun", "min"):
            near = range(max(0, row - before), min(len(texts[name]), row + after + 1))
            best = max(((alike(runs["bew"][row], runs[name][other]), -other) for other in near), default=(0.0, 0))
            if best[0] >= MIN_ALIKE:
                found[name] = texts[name][-best[1]]
        yield row, found


def parallel_pairs(sentiment: Path) -> list[Pair]:
    """Every two translations of one sentence, even rows only."""
    nusax = {
        name: [row.text for row in read_rows(sentiment / f"nusax_{name}.jsonl.gz")]
        for name in ("jv", "su", "min", "bjn")
    }
    groups = [[texts[row] for texts in nusax.values()] for row in range(0, len(nusax["jv"]), 2)]
    groups += [[found[name] for name in sorted(found)] for row, found in align_rows(sentiment) if row % 2 == 0]
    return [(one, other) for group in groups for place, one in enumerate(group) for other in group[:place]]


def informal_pairs(lexicons: Path) -> list[Pair]:
    """Formal and informal spellings of one sentence (STIF, training part)."""
    labelled = lexicons / "stif" / "data" / "labelled"
    formal, informal = ((labelled / f"train.{end}").read_text(encoding="utf-8").splitlines() for end in ("for", "inf"))
    return list(zip(formal, informal, strict=True))


def claim_pairs(factchecks: Path, *, before: int) -> list[Pair]:
    """Claim and title of each fact-check of an earlier year, where they differ."""
    pairs = []
    for row in read_rows(factchecks):
        claim = claim_words(row.claim)
        early = row.year is not None and row.year < before
        if early and len(claim.split()) >= 3 and alike(letter_runs(claim), letter_runs(row.title)) < MAX_ALIKE:
            pairs.append((claim[:400], row.title))
    return pairs


def edited_pairs(factchecks: Path, *, before: int, rng: random.Random) -> list[Pair]:
    """Stretches of earlier claims as people change them in passing on, each beside the claim; two of each."""
    pairs = []
    for row in read_rows(factchecks):
        if row.year is None or row.year >= before:
            continue
        whole = f"{row.title} {claim_words(row.claim)}"[:400]
        for _ in range(2):
            words = edit_copy(whole, rng)[0].split()
            many = rng.randint(4, 16)
            start = rng.randrange(max(1, len(words) - many))
            kept = [word for word in words[start : start + many] if rng.random() < 0.8]
            if kept:
                pairs.append((" ".join(kept), whole))
    return pairs
