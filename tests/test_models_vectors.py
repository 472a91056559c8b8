"""The vectors of claims: unit rows that do not depend on company, and weights that fit their encoder or are refused."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models.linear import CONFIG_FILE, BadModel
from models.vectors import FOLDER, WEIGHTS_FILE, load_vectors

TEXTS = ["air ledeng mengandung racun", "banyu ledeng ngandhut racun", "gol kedua timnas cantik", ""]


def test_vectors_are_unit_rows_alike_for_translations_and_zero_for_silence() -> None:
    embed = load_vectors()
    found = embed(TEXTS)
    assert found.dtype == np.float32
    assert np.linalg.norm(found, axis=1) == pytest.approx([1, 1, 1, 0], abs=1e-5)
    assert found[0] @ found[1] > found[0] @ found[2] + 0.2
    for text, row in zip(TEXTS, found, strict=True):
        assert embed([text])[0] == pytest.approx(row, abs=1e-6)
    assert embed([]).shape == (0, found.shape[1])


def test_the_shipped_weights_are_small() -> None:
    assert (FOLDER / WEIGHTS_FILE).stat().st_size < 500_000


def test_missing_damaged_or_foreign_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadModel):
        load_vectors(tmp_path)
    folder = tmp_path / "klaim"
    shutil.copytree(FOLDER, folder)
    (folder / WEIGHTS_FILE).write_bytes((FOLDER / WEIGHTS_FILE).read_bytes()[:-10])
    with pytest.raises(BadModel):
        load_vectors(folder)
    shutil.copy(FOLDER / WEIGHTS_FILE, folder)
    config = (FOLDER / CONFIG_FILE).read_text(encoding="utf-8").replace('"table_sha256": "', '"table_sha256": "0')
    (folder / CONFIG_FILE).write_text(config, encoding="utf-8")
    with pytest.raises(BadModel, match="tidak cocok"):
        load_vectors(folder)


def test_making_vectors_needs_neither_torch_nor_scikit_learn() -> None:
    code = (
        "import sys\nfrom models.vectors import load_vectors\nload_vectors()(['jalan rusak'])\n"
        "print(sorted({'sklearn', 'scipy', 'torch', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
