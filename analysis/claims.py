"""Matches posts to fact-checks: finds candidates by words, letters and vectors, and judges each pair.

Pure: the fact-checks and the function that makes vectors are arguments. ``casework.claim_matching`` puts them together
with a store. A matcher is built once (some seconds for 10,000 fact-checks) and may be asked from one thread at a time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.claim_index import Floats, TermIndex
from analysis.claim_scores import FEATURES, MOST, Agreement, Band, choose_band, judge_pairs
from analysis.claim_text import (
    STOP,
    canonical_terms,
    consonant_terms,
    letter_terms,
    place_words,
    read_numbers,
    read_words,
    stem_terms,
    strip_affixes,
)

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to vectors: one row of length 1 each (a row of zeros for a text that says nothing)."""

POOL: Final = 50
"""Candidates that are judged for each post."""
LEAD_PLACE: Final = 9
"""The tenth candidate, over which the lead is measured."""
COUNTS: Final = {"words": 0.5, "stems": 1.0, "letters": 2.0, "consonants": 1.0, "cosine": 1.0}
"""What each kind of likeness counts towards the whole; chosen among a dozen on edited claims of 2021 and 2022 (misses
at 10 between 0.56 and 0.72 times BM25's)."""
MAX_SHARED: Final = 12
"""Most shared words that are listed."""
MAX_EMBEDDED: Final = 1_000
"""Characters of a text that its vector is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactCheck:
    """What matching needs of one fact-check."""

    id: str
    """Document id."""
    title: str
    """As its publisher wrote it."""
    claim: str
    """What is compared: headline without its verdict, and the claim in its own words where stated."""
    verdict: str | None = None
    """"false", "misleading", "true", "satire" or "unproven"; None where it is not known."""
    verdict_raw: str | None = None
    """The checker's own word."""
    url: str | None = None
    published_at: datetime | None = None
    withdrawn: bool = False
    """Whether its publisher took it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimMatch:
    """A fact-check beside a post."""

    id: str
    """Document id of the fact-check."""
    score: float
    """Probability that both are about the same claim, 0 to 1."""
    band: Band
    title: str
    verdict: str | None
    verdict_raw: str | None
    url: str | None
    published_at: datetime | None
    shared: tuple[str, ...]
    """Normalised words that both have, numbers and places included, most telling first."""
    withdrawn: bool


class ClaimMatcher:
    """An index of fact-checks. Without ``embed`` it matches by words and letters alone."""

    def __init__(self, checks: Sequence[FactCheck], *, embed: Embed | None = None) -> None:
        """Raises ValueError for an id twice."""
        if len({check.id for check in checks}) != len(checks):
            raise ValueError("an id came twice")
        self.checks = sorted(checks, key=lambda check: check.id)
        self.embed = embed
        texts = [read_words(check.claim) for check in self.checks]
        self.words = TermIndex(texts, canonical_terms, common=STOP)
        self.stems = TermIndex(texts, stem_terms, common=frozenset(map(strip_affixes, STOP)))
        self.letters = TermIndex(texts, letter_terms, common=frozenset(f"_{word}_" for word in STOP))
        self.consonants = TermIndex(texts, consonant_terms)
        self.said = [frozenset(words) for words in texts]
        self.numbers = [read_numbers(words) for words in texts]
        self.mass = np.array([sum(map(self.words.weight_of, words)) for words in self.said])
        self.vectors = embed([check.claim[:MAX_EMBEDDED] for check in self.checks]) if embed and self.checks else None

    def __len__(self) -> int:
        return len(self.checks)

    @property
    def semantic(self) -> bool:
        """Whether vectors take part."""
        return self.embed is not None

    def match(self, texts: Sequence[str], *, top: int = 10) -> list[tuple[ClaimMatch, ...]]:
        """For each text its ``top`` likeliest fact-checks, best first (ties by id). A text without a word has none.

        Raises ValueError where ``top`` is under 1.
        """
        if top < 1:
            raise ValueError(f"top must be at least 1, got {top}")
        vectors = self.embed([text[:MAX_EMBEDDED] for text in texts]) if self.embed and texts else None
        return [
            self.match_words(read_words(text), None if vectors is None else vectors[place], top=top)
            for place, text in enumerate(texts)
        ]

    def match_words(self, words: list[str], vector: Floats | None, *, top: int) -> tuple[ClaimMatch, ...]:
        """``match`` for the words and the vector of one text."""
        if not words or not self.checks:
            return ()
        places, columns = self.compare(words, vector)
        scores = judge_pairs(columns, semantic=self.semantic)
        best = sorted(range(len(places)), key=lambda row: (-scores[row], places[row]))[:top]
        said = len(telling(words))
        return tuple(self.make_match(int(places[row]), float(scores[row]), words, said) for row in best)

    def compare(self, words: list[str], vector: Floats | None) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The places of the candidates in ``checks``, and a row of ``FEATURES`` for each."""
        found, mass = self.words.score(words)
        by_words = found / max(mass, 1e-9)
        overall = COUNTS["words"] * by_words
        for name, index in (("stems", self.stems), ("letters", self.letters), ("consonants", self.consonants)):
            overall = overall + COUNTS[name] * score_share(index, words)
        cosine = np.zeros(len(self.checks), np.float32)
        if vector is not None and self.vectors is not None:
            cosine = self.vectors @ vector
            overall = overall + COUNTS["cosine"] * cosine
        count = min(POOL, len(overall))
        places = np.argpartition(-overall, count - 1)[:count]
        places = places[np.lexsort((places, -overall[places]))]
        rival = overall[places[min(LEAD_PLACE, count - 1)]] if count > 1 else 0.0
        said, numbers, named = telling(words), read_numbers(words), place_words().intersection(words)
        ours = frozenset(words)
        columns = np.zeros((count, len(FEATURES)))
        for row, place in enumerate(places.tolist()):
            theirs = self.said[place]
            both = sum(map(self.words.weight_of, ours & theirs))
            columns[row] = (
                float(overall[place]),
                min(MOST, float(by_words[place])),
                float(cosine[place]),
                both / max(float(self.mass[place]), 1e-9),
                float(Agreement(ours=numbers, theirs=self.numbers[place])),
                float(Agreement(ours=named, theirs=place_words() & theirs)),
                math.log1p(len(said)),
                float(overall[place] - rival),
            )
        return places.astype(np.int64), columns

    def make_match(self, place: int, score: float, words: list[str], said: int) -> ClaimMatch:
        check = self.checks[place]
        return ClaimMatch(
            id=check.id,
            score=score,
            band=choose_band(score, said=said, withdrawn=check.withdrawn),
            title=check.title,
            verdict=check.verdict,
            verdict_raw=check.verdict_raw,
            url=check.url,
            published_at=check.published_at,
            shared=self.list_shared(words, place),
            withdrawn=check.withdrawn,
        )

    def list_shared(self, words: list[str], place: int) -> tuple[str, ...]:
        """The telling words that the text and a fact-check both have, rarest first."""
        both = telling(words) & self.said[place]
        return tuple(sorted(both, key=lambda word: (-self.words.weight_of(word), word))[:MAX_SHARED])


def telling(words: Sequence[str]) -> frozenset[str]:
    """The words that are not words of every text."""
    return frozenset(words) - STOP


def score_share(index: TermIndex, words: list[str]) -> Floats:
    """BM25 scores as shares of what a text of usual length that holds everything would get."""
    found, mass = index.score(words)
    return found / np.float32(max(mass, 1e-9))
