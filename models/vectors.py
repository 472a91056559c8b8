"""Texts to vectors in which the same claim lies close, whatever its wording: for matching claims. No torch.

A vector is the encoder's own subword vectors (less their mean), each times a learned weight, added up, projected and
brought to length 1: the weighted mean of Arora, Liang and Ma (2017) with weights and projection learned from pairs
(``models.train_vectors``). No forward pass: 10,000 claims take about two seconds of one core.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.linear import CONFIG_FILE, BadModel
from models.reading import read_text

WEIGHTS: Final = Path(__file__).parent / "weights"
FOLDER: Final = WEIGHTS / "klaim"
TRUNK: Final = WEIGHTS / "kecil" / "trunk"
"""The encoder whose subwords are used."""
TRUNK_FILE: Final = "model.safetensors"
TOKENIZER_FILE: Final = "tokenizer.json"
TABLE: Final = "embeddings.word_embeddings.weight"
WEIGHTS_FILE: Final = "projection.safetensors"
MAX_TOKENS: Final = 128
"""Subwords of a text that are read."""
BATCH: Final = 512

Floats = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Floats]


class VectorConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the projection was trained for."""

    kind: Literal["vectors"] = "vectors"
    name: str
    version: str
    dimensions: int
    table_sha256: str
    """Hash of the subword vectors it was trained on: with another encoder it means nothing."""
    sha256: str
    """Hash of ``projection.safetensors``."""


def load_vectors(folder: Path = FOLDER, *, trunk: Path = TRUNK) -> Embed:
    """A function from texts to float32 vectors [texts, dimensions] of length 1; zeros for a text that says nothing.

    Raises BadModel where a file is missing, damaged, or of another encoder than the projection was trained on.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    try:
        config = msgspec.json.decode((folder / CONFIG_FILE).read_bytes(), type=VectorConfig)
        own = load_file(folder / WEIGHTS_FILE)
        found = hashlib.sha256((folder / WEIGHTS_FILE).read_bytes()).hexdigest()
        table, digest = read_table(trunk)
        tokenizer = Tokenizer.from_str((trunk / TOKENIZER_FILE).read_text(encoding="utf-8"))
        projection = own["projection"].astype(np.float32)
        weights = own["weights"].astype(np.float32)
    except (OSError, KeyError, ValueError, SafetensorError, msgspec.MsgspecError) as error:
        raise BadModel(f"Vektor klaim di {folder} tidak terbaca: {error}.", hint="Pasang ulang Kentongan.") from error
    if digest != config.table_sha256 or found != config.sha256 or len(weights) != len(table):
        raise BadModel(
            f"Vektor klaim {config.name} {config.version} tidak cocok dengan encoder di {trunk}.",
            hint="Latih ulang: python -m models.train_vectors.",
        )
    words: Floats = ((table * weights[:, None]) @ projection).astype(np.float32)
    return make_embed(words, tokenizer)


def read_table(trunk: Path) -> tuple[Floats, str]:
    """An encoder's subword vectors less their mean, and the hash of the plain ones as they are stored."""
    from safetensors import safe_open

    with safe_open(trunk / TRUNK_FILE, framework="numpy") as file:
        stored = file.get_tensor(TABLE)
    table = stored.astype(np.float32)
    return table - table.mean(axis=0), hashlib.sha256(np.ascontiguousarray(stored).tobytes()).hexdigest()


def make_embed(words: Floats, tokenizer: Any) -> Embed:
    """The function from texts to vectors, given the projected, weighted subword vectors."""

    def embed(texts: Sequence[str]) -> Floats:
        rows = np.zeros((len(texts), words.shape[1]), np.float32)
        for start in range(0, len(texts), BATCH):
            for place, ids in enumerate(read_subwords(tokenizer, texts[start : start + BATCH]), start=start):
                if ids:
                    rows[place] = words[ids].sum(axis=0)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        rows /= np.where(lengths > 0, lengths, 1)
        return rows

    return embed


def read_subwords(tokenizer: Any, texts: Sequence[str]) -> list[list[int]]:
    """The numbers of each text's subwords as the encoder reads it, without the marks of beginning and end."""
    tokenizer.no_padding()
    tokenizer.no_truncation()
    found = tokenizer.encode_batch_fast([read_text(text) for text in texts], add_special_tokens=False)
    return [one.ids[:MAX_TOKENS] for one in found]
