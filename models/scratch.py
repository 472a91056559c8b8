"""A small encoder from nothing but a corpus, in minutes: vocabulary, vectors, a short pretraining."""

from __future__ import annotations

from pathlib import Path

import msgspec

from models.blocks import Pretraining
from models.pretrain import TRUNK, pretrain
from models.vocabulary import prepare


class Scratch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is made before the fine-tuning. An unknown key in a file is an error."""

    corpus: str = "corpus"
    """Folder of ``.txt.xz`` files, under the data folder."""
    files: tuple[str, ...] = ("social",)
    """Their names without the ending; none for all."""
    documents: int = 30_000
    """Most documents of one file."""
    size: int = 8_000
    """Entries of the vocabulary."""
    epochs: int = 1
    """Rounds of the word vectors over the corpus."""
    pretraining: Pretraining = Pretraining(layers=2, width=128, inner=512, heads=2, block=96, minutes=2.0)


def build_encoder(scratch: Scratch, data: Path, work: Path, *, threads: int) -> Path:
    """The folder of a trunk, made in ``work``; what is there already is kept. Raises BadData, TrainingFailed."""
    if not (work / TRUNK / "config.json").exists():
        prepare(
            data / scratch.corpus, work, size=scratch.size, dimensions=scratch.pretraining.width,
            epochs=scratch.epochs, threads=threads, files=scratch.files, most=scratch.documents,
        )  # fmt: skip
        pretrain(work, scratch.pretraining)
    return work / TRUNK
