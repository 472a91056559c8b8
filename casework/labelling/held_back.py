"""Texts that are never labelled for training: what measures the models must not teach them.

Held back are the monthly samples of ``kentongan drift`` (they say whether a model still reads well) and whatever reads
the same as a row that a model of the registry was tested on.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from kentongan.errors import NotFound
from kentongan.settings import Settings
from models.linear import BadModel
from models.predictions import PREDICTIONS_FILE, load_predictions
from models.registry import find_model, list_models


class Drawn(msgspec.Struct, frozen=True):
    """One text of a month's sample, as far as it matters here."""

    id: str


def drift_documents(settings: Settings) -> frozenset[str]:
    """Ids of all documents ever drawn to measure drift. Raises NotFound for a ledger that cannot be read."""
    found: set[str] = set()
    for path in sorted((settings.data_dir / "drift").glob("*.jsonl")):
        try:
            found |= {msgspec.json.decode(line, type=Drawn).id for line in path.read_bytes().splitlines() if line}
        except (OSError, msgspec.MsgspecError) as error:
            raise NotFound(f"Catatan contoh {path} tidak terbaca: {error}.", hint="Pulihkan dari cadangan.") from error
    return frozenset(found)


def tested_readings(task: str, *, local: Path) -> frozenset[int]:
    """Hashes (``models.predictions.hash_text``) of the texts that any model here was tested on for a task.

    A model whose predictions cannot be read holds nothing back: the registry says so where it is shown.
    """
    found: set[int] = set()
    for name in list_models(local=local):
        try:
            folder = find_model(name, local=local)
            file = folder / PREDICTIONS_FILE
            if file.exists():
                found |= _tested_in(folder, task, file.stat().st_mtime_ns)
        except (BadModel, OSError, ValueError, KeyError):
            continue
    return frozenset(found)


@lru_cache(maxsize=32)
def _tested_in(folder: Path, task: str, written: int) -> frozenset[int]:
    """The tested rows of one model's predictions; read once for each state of the file."""
    return frozenset(
        int(row) for block in load_predictions(folder) if block.task == task for row in block.rows[block.tested >= 0]
    )
