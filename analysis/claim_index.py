"""An inverted index over the terms of words, scored by BM25 (Robertson and Zaragoza 2009)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

K1: Final = 1.2
B: Final = 0.75
"""Saturation and length normalisation, the usual values of Robertson and Zaragoza (2009)."""

PRIOR: Final = 1_000
"""Texts that are taken to have been seen before, so that in an index of a few fact-checks a rare word weighs as much as
in a large one."""
PRIOR_STOP: Final = 0.5
"""Share of those that hold a given word of every text."""


class TermIndex:
    """Which texts hold which terms. ``terms_of`` gives the terms of one word; a text's are those of all its words."""

    def __init__(
        self,
        texts: Sequence[Sequence[str]],
        terms_of: Callable[[str], tuple[str, ...]],
        *,
        common: frozenset[str] = frozenset(),
        prior: int = PRIOR,
    ) -> None:
        """``common``: terms that the texts seen before held in half of all cases; ``prior`` 0 is plain BM25."""
        self.terms_of = terms_of
        self.size = len(texts)
        words: dict[str, int] = {}
        rows = [np.array([words.setdefault(word, len(words)) for word in text], np.int64) for text in texts]
        self.terms: dict[str, int] = {}
        spelled = [[self.terms.setdefault(term, len(self.terms)) for term in terms_of(word)] for word in words]
        counts = np.array([len(ones) for ones in spelled], np.int64)
        ends = np.concatenate([[0], np.cumsum(counts)])
        every = np.array([term for ones in spelled for term in ones], np.int64)
        text, word = flatten(rows)
        many = counts[word]
        starts = np.repeat(ends[word], many)
        inside = np.arange(len(starts)) - np.repeat(np.cumsum(many) - many, many)
        codes, times = np.unique(every[starts + inside] * max(1, self.size) + np.repeat(text, many), return_counts=True)
        term, self.holders = codes // max(1, self.size), (codes % max(1, self.size)).astype(np.int32)
        self.ends = np.searchsorted(term, np.arange(len(self.terms) + 1))
        seen = np.diff(self.ends).astype(np.float64)
        for one in common & self.terms.keys():
            seen[self.terms[one]] += prior * PRIOR_STOP
        total = self.size + prior
        self.idf = np.log(1 + (total - seen + 0.5) / (seen + 0.5))
        self.most = float(np.log(1 + (total + 0.5) / 0.5))
        lengths = np.bincount(self.holders, weights=times, minlength=self.size)
        average = max(1.0, float(lengths.mean())) if self.size else 1.0
        bound = times + K1 * (1 - B + B * lengths[self.holders] / average)
        self.weights = (self.idf[term] * times * (K1 + 1) / bound).astype(np.float32)

    def score(self, words: Sequence[str]) -> tuple[Floats, float]:
        """For each text its BM25 score for the words, and the most a text of usual length that holds all of their terms
        once would get."""
        terms = dict.fromkeys(term for word in dict.fromkeys(words) for term in self.terms_of(word))
        known = [self.terms[term] for term in terms if term in self.terms]
        mass = float(self.idf[known].sum()) + self.most * (len(terms) - len(known))
        slices = [slice(self.ends[term], self.ends[term + 1]) for term in known]
        if not slices:
            return np.zeros(self.size, np.float32), mass
        holders = np.concatenate([self.holders[one] for one in slices])
        weights = np.concatenate([self.weights[one] for one in slices])
        return np.bincount(holders, weights=weights, minlength=self.size).astype(np.float32), mass

    def weight_of(self, term: str) -> float:
        """Inverse document frequency of a term; the highest for one that no text holds."""
        place = self.terms.get(term)
        return self.most if place is None else float(self.idf[place])


def flatten(rows: Sequence[NDArray[np.int64]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The row of each value, and the values, end to end."""
    if not rows:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return np.repeat(np.arange(len(rows)), [len(row) for row in rows]), np.concatenate(rows)
