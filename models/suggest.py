"""Suggests what a complaint is about and whose field it is, with calibrated probabilities. Numpy only.

A suggestion is a machine's and forwards nothing: a person does. See ``models.train_suggest`` for how it is made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import msgspec
import numpy as np

from models.calibrate import Calibration, Scores, soften_scores
from models.features import HashShape, count_buckets, read_words, weigh_features
from models.linear import CONFIG_FILE, WEIGHTS_FILE, BadModel, LinearWeights, unpack_weights
from models.suggest_words import KEYWORDS, count_keywords, keywords_digest, weigh_keywords

FOLDER: Final = Path(__file__).parent / "weights" / "aduan"
"""The model that ships."""
BEST: Final = 3
"""Guesses that are shown beside a suggestion."""
CHUNK: Final = 128
"""Texts hashed at once: large enough that numpy's own cost vanishes, small enough to stay in the cache."""

Guess = tuple[str, float]
"""A category or field and its probability."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """What the model says of one complaint."""

    category: str | None
    """Code of ``kentongan.complaint_categories.CATEGORIES``; None where the model keeps silent."""
    categories: tuple[Guess, ...]
    """The most probable, best first; at most ``BEST``, none for a text without a word."""
    field: str | None
    """Code of ``kentongan.agency_fields.FIELDS``; None where the model keeps silent."""
    fields: tuple[Guess, ...]


class SuggestHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One question, category or field. Its labels own consecutive columns of the weights."""

    labels: tuple[str, ...]
    calibration: Calibration


class SuggestConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything beside the weights that suggesting needs."""

    kind: Literal["suggest"] = "suggest"
    name: str
    version: str
    shape: HashShape
    category: SuggestHead
    field: SuggestHead
    keywords_sha256: str
    """``models.suggest_words.keywords_digest`` of the words that its last rows of weights belong to."""
    sha256: str
    """Hash of ``weights.safetensors``."""


class Suggester:
    """The model at work. Read-only once made, so any thread may call it."""

    def __init__(self, config: SuggestConfig, weights: LinearWeights) -> None:
        self.config = config
        self.model = f"{config.name} {config.version}"
        """As it stands beside a stored suggestion."""
        self.idf = weights.idf.astype(np.float32)
        table = unpack_weights(weights)
        cut = len(config.category.labels)
        fits = table.shape == (config.shape.size + len(KEYWORDS), cut + len(config.field.labels))
        if not fits or len(self.idf) != config.shape.size or config.keywords_sha256 != keywords_digest():
            raise BadModel(f"Bobot model {config.name} tidak cocok dengan {CONFIG_FILE}-nya.", hint="Pasang ulang.")
        self.table = np.ascontiguousarray(table)
        self.intercepts = weights.intercepts

    def suggest(self, texts: Sequence[str]) -> list[Suggested]:
        """A suggestion for each text; title and text joined by a line break is what it was trained on."""
        found: list[Suggested] = []
        for start in range(0, len(texts), CHUNK):
            found += self.suggest_chunk(texts[start : start + CHUNK])
        return found

    def suggest_chunk(self, texts: Sequence[str]) -> list[Suggested]:
        """``suggest`` for as many texts as are hashed at once."""
        scores, read = self.score_chunk(texts)
        cut = len(self.config.category.labels)
        categories = answer_head(self.config.category, scores[:, :cut])
        fields = answer_head(self.config.field, scores[:, cut:])
        silent = Suggested(category=None, categories=(), field=None, fields=())
        return [
            Suggested(category=category, categories=guesses, field=field, fields=field_guesses) if words else silent
            for words, (category, guesses), (field, field_guesses) in zip(read, categories, fields, strict=True)
        ]

    def score_chunk(self, texts: Sequence[str]) -> tuple[Scores, list[bool]]:
        """Plain scores, texts by columns (categories, then fields), and which texts had a word to read."""
        shape = self.config.shape
        words = [read_words(text, shape.max_chars, shape.reading) for text in texts]
        features = weigh_features(count_buckets(words, shape), self.idf, shape)
        # With a table this small one dense product takes half the time of adding up each text's own rows.
        dense = np.zeros((len(texts), shape.size + len(KEYWORDS)), dtype=np.float32)
        dense[:, shape.size :] = weigh_keywords(count_keywords(words))
        dense[np.repeat(np.arange(len(texts)), np.diff(features.indptr)), features.indices] = features.values
        return (dense @ self.table + self.intercepts).astype(np.float64), [bool(one) for one in words]


def answer_head(head: SuggestHead, scores: Scores) -> list[tuple[str | None, tuple[Guess, ...]]]:
    """For each row of scores what the head commits itself to, if anything, and its best guesses."""
    chances = soften_scores(scores, head.calibration.scale, head.calibration.offsets)
    order = np.argsort(-chances, axis=1, kind="stable")[:, :BEST]
    best = np.take_along_axis(chances, order, axis=1)
    found: list[tuple[str | None, tuple[Guess, ...]]] = []
    for places, values in zip(order.tolist(), best.tolist(), strict=True):
        guesses = tuple((head.labels[place], value) for place, value in zip(places, values, strict=True))
        sure = guesses[0][1] >= head.calibration.threshold
        found.append((guesses[0][0] if sure else None, guesses))
    return found


def load_suggester(folder: Path = FOLDER) -> Suggester:
    """The suggester in a folder; loading takes a moment. Raises BadModel where a file is missing or damaged."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        config = msgspec.json.decode((folder / CONFIG_FILE).read_bytes(), type=SuggestConfig)
        stored = (folder / WEIGHTS_FILE).read_bytes()
        arrays = load(stored)
        weights = LinearWeights(arrays["codes"], arrays["scale"], arrays["intercepts"], arrays["idf"])
    except (OSError, msgspec.MsgspecError, SafetensorError, KeyError) as error:
        raise BadModel(
            f"Model saran aduan di {folder} tidak terbaca: {error}.",
            hint="Berkasnya hilang atau terpotong; pasang ulang Kentongan.",
        ) from error
    if hashlib.sha256(stored).hexdigest() != config.sha256:
        raise BadModel(f"Bobot saran aduan di {folder} tidak cocok dengan {CONFIG_FILE}-nya.", hint="Pasang ulang.")
    return Suggester(config, weights)
