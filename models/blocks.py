"""Documents packed into training sequences, the order they are read in, and what is masked in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from kentongan.errors import KentonganError
from models.vocabulary import Tokens

STEP = 256
"""Masked positions and candidates come in multiples of this."""
REPEATS = {"social": 2, "complaints": 3, "lang_bjn": 8}
"""How often an epoch reads a file, where that is not once."""


class TrainingFailed(KentonganError):
    """A training that cannot go on: a loss that is no number, a checkpoint of something else."""


class Pretraining(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every choice of the pretraining. An unknown key in a file is an error."""

    layers: int = 3
    width: int = 256
    inner: int = 1024
    heads: int = 4
    block: int = 160
    """Tokens of one training sequence, and the longest text the trunk reads."""
    batch: int = 48
    """Blocks in one step."""
    rate: float = 1e-3
    """Highest learning rate."""
    warm_up: float = 0.04
    """Share of the budget in which the rate rises."""
    masked_first: float = 0.3
    masked_last: float = 0.15
    negatives: int = 1500
    """Random entries of the vocabulary beside the batch's own; 0 for the whole vocabulary."""
    average: float = 0.998
    """Share of the old average that each step keeps."""
    minutes: float = 45.0
    """Budget of computing time, over all starts together. Ignored where ``steps`` is given."""
    steps: int = 0
    """Budget of steps; the same curve comes out wherever the run was interrupted."""
    save_every: float = 4.0
    """Minutes between checkpoints."""
    seed: int = 20261122
    threads: int = 2


def pack_blocks(corpus: dict[str, Tokens], config: Pretraining, *, first: int, last: int) -> tuple[Any, Any]:
    """Blocks of token numbers (uint16, blocks by length) and, for each token, the number of its document in the block.

    0 is padding in both. Each document, or piece of a long one, stands between the tokens ``first`` and ``last``.
    """
    ids: list[NDArray[np.uint16]] = []
    owners: list[NDArray[np.uint8]] = []
    room = config.block - 2
    for name, tokens in corpus.items():
        order = np.random.default_rng(config.seed).permutation(len(tokens.ends))
        block: NDArray[np.uint16] = np.zeros(config.block, np.uint16)
        owner: NDArray[np.uint8] = np.zeros(config.block, np.uint8)
        used, number = 0, 0
        own_ids, own_owners = [], []
        for item in order:
            document = tokens.document(int(item))
            for start in range(0, len(document), room):
                piece = document[start : start + room]
                if len(piece) < 3:
                    continue
                if used + len(piece) + 2 > config.block or number == 255:
                    own_ids.append(block)
                    own_owners.append(owner)
                    block, owner, used, number = np.zeros_like(block), np.zeros_like(owner), 0, 0
                number += 1
                block[used] = first
                block[used + 1 : used + 1 + len(piece)] = piece
                block[used + 1 + len(piece)] = last
                owner[used : used + len(piece) + 2] = number
                used += len(piece) + 2
        if used:
            own_ids.append(block)
            own_owners.append(owner)
        ids += own_ids * REPEATS.get(name, 1)
        owners += own_owners * REPEATS.get(name, 1)
    if not ids:
        raise TrainingFailed("Korpus tidak berisi dokumen.", hint="Periksa --corpus pada models.vocabulary.")
    return np.stack(ids), np.stack(owners)


def read_order(blocks: int, config: Pretraining, done: int) -> Iterator[NDArray[np.int64]]:
    """Block numbers of each step from step ``done`` on, for ever: every epoch has its own order, drawn by the seed."""
    steps = max(1, blocks // config.batch)
    while True:
        epoch, step = divmod(done, steps)
        order = np.random.default_rng((config.seed, epoch)).permutation(blocks)
        for number in range(step, steps):
            yield order[number * config.batch : (number + 1) * config.batch]
            done += 1


def mask_tokens(
    ids: NDArray[np.int64], *, share: float, mask: int, special: int, size: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """What the model reads, and which positions it has to name: of these 80 % are masked, 10 % replaced, 10 % kept
    (Devlin et al. 2019). Tokens below ``special`` are never chosen."""
    places = np.flatnonzero(ids >= special)
    # A round number: a new shape at every step would cost more to prepare than to compute.
    many = max(1, int(share * len(places)) // STEP * STEP) if len(places) > STEP else max(1, int(share * len(places)))
    flat = np.zeros(ids.size, dtype=bool)
    flat[rng.choice(places, size=many, replace=False)] = True
    chosen = flat.reshape(ids.shape)
    dice = rng.random(ids.shape)
    read = np.where(chosen & (dice < 0.8), mask, ids)
    read = np.where(chosen & (dice >= 0.9), rng.integers(special, size, ids.shape), read)
    return read, chosen


def positions_of(owners: NDArray[np.int64]) -> NDArray[np.int64]:
    """Place of each token within its own document: 0, 1, 2 ... and again from 0 where a new one begins."""
    fresh = np.ones(owners.shape, dtype=bool)
    fresh[:, 1:] = owners[:, 1:] != owners[:, :-1]
    places = np.arange(owners.shape[1])
    return np.asarray(places - np.maximum.accumulate(np.where(fresh, places, 0), axis=1), dtype=np.int64)
