"""Trains the weights and the projection of ``models.vectors`` on pairs of texts that mean the same. Needs torch.

    python -m models.train_vectors --data FOLDER --lexicons FOLDER [--before 2021] [--out FOLDER]

In-batch softmax (InfoNCE; van den Oord, Li and Vinyals 2018): of a batch's texts each must find its own partner. The
encoder's subword vectors stay as they are. About three minutes of one core.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from models.linear import CONFIG_FILE
from models.vector_pairs import Pair, claim_pairs, edited_pairs, informal_pairs, parallel_pairs
from models.vectors import (
    FOLDER,
    TOKENIZER_FILE,
    TRUNK,
    WEIGHTS_FILE,
    VectorConfig,
    read_subwords,
    read_table,
)

VERSION: Final = "1"
DIMENSIONS: Final = 192
EPOCHS: Final = 6
BATCH: Final = 512
LEARNING_RATE: Final = 1e-3
WEIGHT_RATE: Final = 1e-2
"""Learning rate of the subwords' weights, which begin at those of Arora and others (a = 0.001)."""
SMOOTH: Final = 1e-3
SHARPNESS: Final = 20.0
"""What cosines are multiplied by at the start."""
BEFORE: Final = 2021
"""Claims of this year and later are not learned from."""

Texts = list[list[int]]


def train(pairs: dict[str, list[Pair]], *, seed: int = 1, trunk: Path = TRUNK) -> tuple[Any, Any]:
    """Projection [width, dimensions] and weights [subwords] (torch tensors). A batch is of one kind of pair."""
    import torch
    from tokenizers import Tokenizer
    from torch.nn import functional

    torch.manual_seed(seed)
    table = torch.tensor(read_table(trunk)[0])
    tokenizer = Tokenizer.from_file(str(trunk / TOKENIZER_FILE))
    sides: dict[str, tuple[Texts, Texts]] = {
        kind: (
            read_subwords(tokenizer, [one for one, _ in ones]),
            read_subwords(tokenizer, [other for _, other in ones]),
        )
        for kind, ones in pairs.items()
    }
    every = [number for two in sides.values() for side in two for ids in side for number in ids]
    seen = torch.tensor(np.bincount(every, minlength=len(table)) + 0.5).float() / len(every)
    weights = torch.log(SMOOTH / (SMOOTH + seen)).requires_grad_()
    projection = torch.nn.init.orthogonal_(torch.empty(table.shape[1], DIMENSIONS)).requires_grad_()
    sharpness = torch.tensor(math.log(SHARPNESS), requires_grad=True)
    optimiser = torch.optim.Adam(
        [{"params": [projection, sharpness], "lr": LEARNING_RATE}, {"params": [weights], "lr": WEIGHT_RATE}]
    )

    def embed(rows: Sequence[list[int]]) -> Any:
        ids = torch.tensor([number for row in rows for number in row])
        places = torch.tensor([place for place, row in enumerate(rows) for _ in row])
        weighted = table[ids] * torch.exp(weights[ids])[:, None]
        return functional.normalize(torch.zeros(len(rows), table.shape[1]).index_add(0, places, weighted) @ projection)

    draw = np.random.default_rng(seed)
    for epoch in range(EPOCHS):
        batches = []
        for kind, (ones, others) in sides.items():
            full = [place for place in draw.permutation(len(ones)) if ones[place] and others[place]]
            batches += [(kind, full[at : at + BATCH]) for at in range(0, len(full), BATCH)]
        draw.shuffle(batches)
        losses = []
        for kind, places in batches:
            ones, others = sides[kind]
            left, right = embed([ones[place] for place in places]), embed([others[place] for place in places])
            alike = left @ right.T * torch.exp(sharpness)
            own = torch.arange(len(places))
            loss = (functional.cross_entropy(alike, own) + functional.cross_entropy(alike.T, own)) / 2
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            losses.append(loss.item())
        sys.stderr.write(f"putaran {epoch + 1}: {sum(losses) / len(losses):.3f}\n")
    return projection.detach(), torch.exp(weights.detach())


def save(projection: Any, weights: Any, folder: Path, *, trunk: Path = TRUNK) -> None:
    """Write ``projection.safetensors`` (half precision) and ``config.json``."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    arrays = {"projection": projection.numpy().astype(np.float16), "weights": weights.numpy().astype(np.float16)}
    save_file(arrays, folder / WEIGHTS_FILE)
    config = VectorConfig(
        name=folder.name,
        version=VERSION,
        dimensions=projection.shape[1],
        table_sha256=read_table(trunk)[1],
        sha256=hashlib.sha256((folder / WEIGHTS_FILE).read_bytes()).hexdigest(),
    )
    (folder / CONFIG_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(config), indent=1) + b"\n")


def main() -> int:
    """Read the pairs, train, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with hoax/ and sentiment/")
    parser.add_argument("--lexicons", type=Path, required=True, help="folder with stif/")
    parser.add_argument("--before", type=int, default=BEFORE, help="learn from claims before this year")
    parser.add_argument("--out", type=Path, default=FOLDER)
    options = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    started = time.process_time()
    checks = options.data / "hoax" / "factchecks_2015_2024.jsonl.gz"
    pairs = {
        "claims": claim_pairs(checks, before=options.before),
        "edits": edited_pairs(checks, before=options.before, rng=random.Random(1)),
        "parallel": parallel_pairs(options.data / "sentiment"),
        "informal": informal_pairs(options.lexicons),
    }
    for kind, ones in pairs.items():
        sys.stderr.write(f"{kind}: {len(ones)} pasang\n")
    save(*train(pairs), options.out)
    sys.stderr.write(f"{time.process_time() - started:.0f} detik prosesor\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
