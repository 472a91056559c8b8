"""What a hoax model must beat: models that see cue words and marks only, length only, or only which data set it is.

A hoax figure means nothing without them: data sets of refuted claims differ from ordinary posts in form, length and
matter, and a model can score well on that alone. All learn from the same rows as the model they are compared with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.calibrate import soften_scores
from models.data import Row
from models.fit import fit_heads
from models.splits import Mask

Guesses = NDArray[np.int64]

BASELINES = ("cues", "length", "data set", "majority")

CUE_WORDS = (
    "viral", "viralkan", "sebarkan", "sebar", "bagikan", "share", "waspada", "awas", "hati-hati", "bahaya",
    "berbahaya", "geger", "heboh", "terbongkar", "ternyata", "akhirnya", "resmi", "gratis", "hadiah",
    "pemenang", "undian", "klik", "link", "daftar", "bantuan", "terbaru", "terkini", "breaking", "news", "info",
    "mohon", "segera", "astaghfirullah", "innalillahi", "subhanallah", "allah", "jangan", "detik-detik",
    "mengejutkan", "mengerikan", "rahasia", "konspirasi", "cina", "china", "pki", "komunis", "yahudi", "asing",
    "video", "foto", "tangkap", "ditangkap", "meninggal", "tewas", "sembuh", "obat", "penyakit", "dokter",
    "grup", "sumber", "katanya", "gempa", "tsunami", "polisi", "tni", "lowongan",
)  # fmt: skip
"""Words of alarm, spreading, prizes and authority that hoaxes are known by."""
MARKS = ("!", "?", ",", ".", ":", ";", "%", "(", "/")
PAIRS_OF_LABELS = 2
SOURCE_SCALE = 3.0
"""Factor from a separator's decision values to log-odds of a source; only their order within a text matters much."""


def cue_features(texts: Sequence[str]) -> NDArray[np.float64]:
    """Texts by cues: which cue words occur, how often each mark does, capitals and digits. No other word."""
    rows = []
    for text in texts:
        words = set(re.findall(r"[\w-]+", text.lower()))
        letters = max(1, sum(c.isalpha() for c in text))
        marks = [min(text.count(mark), 5) / 5 for mark in MARKS]
        share = sum(c.isupper() for c in text) / letters
        shouted = sum(word.isupper() and len(word) > 3 for word in text.split()) / max(1, len(text.split()))
        digits = sum(c.isdigit() for c in text) / max(1, len(text))
        rows.append([*(float(cue in words) for cue in CUE_WORDS), *marks, share, shouted, digits, float("!!" in text)])
    return np.array(rows)


def length_features(texts: Sequence[str]) -> NDArray[np.float64]:
    """Texts by lengths: characters and words, their logarithms, and the mean length of a word."""
    chars = np.array([len(text) for text in texts], dtype=float)
    words = np.array([len(text.split()) for text in texts], dtype=float)
    return np.column_stack([chars, words, np.log1p(chars), np.log1p(words), chars / np.maximum(words, 1)])


def fit_plain(features: NDArray[np.float64], truth: Guesses, train: Mask, test: Mask) -> Guesses:
    """Label numbers of the test rows by boosted trees over a few plain features."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(max_iter=150, max_leaf_nodes=15, random_state=0, class_weight="balanced")
    return np.asarray(model.fit(features[train], truth[train]).predict(features[test]), dtype=np.int64)


def guess_by_source(matrix: Any, rows: Sequence[Row], truth: Guesses, train: Mask, test: Mask, *, seed: int) -> Guesses:
    """Label numbers of the test rows from the data set each resembles most.

    A model with the same features as the hoax model, but taught only the names of the training sets; its probabilities
    of the sets are weighed by each set's share of each label. It never sees a label of a row.
    """
    picked = np.flatnonzero(train).tolist()
    sources = np.array([rows[number].source for number in picked])
    names = np.unique(sources)
    targets = np.where(sources[:, None] == names[None, :], 1, -1).astype(np.int8)
    weights = np.array([len(sources) / (len(names) * (sources == source).sum()) for source in sources]) ** 0.5
    coefficients, intercepts = fit_heads(matrix[picked], targets, weights / weights.mean(), cost=0.3, seed=seed)
    scores = np.asarray(matrix[np.flatnonzero(test)] @ coefficients + intercepts, dtype=np.float64)
    priors = np.array([np.bincount(truth[picked][sources == name], minlength=PAIRS_OF_LABELS) for name in names])
    shares = priors / priors.sum(axis=1, keepdims=True)
    return np.asarray(
        (soften_scores(scores, SOURCE_SCALE, np.zeros(len(names))) @ shares).argmax(axis=1), dtype=np.int64
    )


def guess_baselines(
    matrix: Any, rows: Sequence[Row], truth: Guesses, train: Mask, test: Mask, *, seed: int
) -> Mapping[str, Guesses]:
    """What each of ``BASELINES`` says of the test rows, learned from the training rows."""
    texts = [row.text for row in rows]
    most = int(np.bincount(truth[train], minlength=PAIRS_OF_LABELS).argmax())
    return {
        "cues": fit_plain(cue_features(texts), truth, train, test),
        "length": fit_plain(length_features(texts), truth, train, test),
        "data set": guess_by_source(matrix, rows, truth, train, test, seed=seed),
        "majority": np.full(int(test.sum()), most, dtype=np.int64),
    }
