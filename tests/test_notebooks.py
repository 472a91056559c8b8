"""The notebooks run from top to bottom on few rows, show their figures, and are kept without outputs."""

from __future__ import annotations

import ast
import gzip
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

from models import plots

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LONGEST = 240
"""Seconds that one cell may take; a whole notebook on a quiet core takes well under a minute."""
EXECUTE = """
import sys
import nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=int(sys.argv[3]), kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[2])
"""
"""Run in a process of its own: the warnings of its libraries about kernels and sockets are not this project's."""
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|Users|root|tmp|work|mnt|var/folders)/|[A-Z]:\\\\")


@pytest.fixture
def kernel_variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shared: Path) -> None:
    """A kernel with an empty home of its own, few rows, one thread, and none of another installation's settings."""
    for name in list(os.environ):
        if name.startswith(("KENTONGAN_", "ELASTICSEARCH_", "DATABASE_", "JUPYTER_")):
            monkeypatch.delenv(name)
    for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("KENTONGAN_QUICK", "1")
    monkeypatch.setenv("KENTONGAN_SHARED", str(shared))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    # The kernel chooses the inline backend, which draws without a screen.
    monkeypatch.delenv("MPLBACKEND", raising=False)


def code_of(notebook: Any) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def find_posts(written: str, shared: Path) -> int:
    """How many posts of the sets about the economy and the government of 2020 begin somewhere in a notebook."""
    found = 0
    for name in ("ekonomi_prabowo_gibran", "gov_covid_2020"):
        with gzip.open(shared / "data" / "sentiment" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            starts = {json.dumps(json.loads(line)["text"][:40], ensure_ascii=False)[1:-1] for line in lines}
        found += sum(len(start) >= 40 and start in written for start in starts)
    return found


def test_the_five_notebooks_are_numbered_in_reading_order() -> None:
    assert [path.name[:3] for path in NOTEBOOKS] == ["01-", "02-", "03-", "04-", "05-"]
    listed = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(path.name in listed for path in NOTEBOOKS)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs_and_without_a_machines_paths(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
        assert not cell.get("attachments")
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    assert not MACHINE_PATH.search(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_checks_what_it_shows(path: Path) -> None:
    code = code_of(nbformat.read(path, as_version=4))
    trees = [ast.parse(source) for source in code]
    asserts = sum(isinstance(node, ast.Assert) for tree in trees for node in ast.walk(tree))
    assert asserts >= 3
    assert max(len(source.splitlines()) for source in code) <= 40, "a cell is too long to read at a glance"


@pytest.mark.timeout(930)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(path: Path, kernel_variables: None, shared: Path, tmp_path: Path) -> None:
    done = tmp_path / path.name
    words = [sys.executable, "-c", EXECUTE, str(path), str(done), str(LONGEST)]
    run = subprocess.run(words, cwd=FOLDER, capture_output=True, text=True, timeout=900, check=False)
    assert run.returncode == 0, run.stderr[-4000:]
    notebook = nbformat.read(done, as_version=4)
    assert not find_posts(nbformat.writes(notebook), shared), "texts that people wrote stand in the outputs"
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output.ename for output in shown if output.output_type == "error"]
    pictures = [output for output in shown if "image/png" in output.get("data", {})]
    drawn = sum(source.count("= plots.plot_") for source in code_of(notebook))
    assert len(pictures) == drawn >= 2


def test_bins_of_a_reliability_plot_hold_every_row_once() -> None:
    confidence = np.array([0.05, 0.5, 0.52, 0.99, 1.0])
    found = plots.reliability_bins(confidence, np.array([True, False, True, True, True]), bins=10)
    assert found[:, 2].tolist() == [1, 2, 2]
    assert found[:, 1].tolist() == [1.0, 0.5, 1.0]
    assert found[1, 0] == pytest.approx(0.51)


def test_every_label_of_sentiment_and_topic_has_an_indonesian_name() -> None:
    from kentongan.schema import SENTIMENTS, TOPICS

    assert set(plots.INDONESIAN) == {*SENTIMENTS, *TOPICS}
    assert plots.label_words("negative") == "negative (negatif)"
    assert plots.label_words("hoax") == "hoax"
