"""Exporting at the command line: the answer of ``search``, all of it, in a file or on standard output."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import environment, rows_of, run_command
from kentongan_documents import FIRST, make_document

from casework.post_exports import describe_model
from kentongan import __version__
from kentongan.commands.export import read_targets
from kentongan.errors import BadSettings
from kentongan.schema import Annotation, revision_hash
from kentongan.settings import Settings
from models.registry import read_card
from search.open import open_store


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """300 posts and 20 articles; the shipped sentiment model has read some of them."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("ekspor") / "var", zone="WIT")
    posts = [make_document(number, sample=number == 7) for number in range(300)]
    with open_store(settings) as store:
        store.add([*posts, *(make_document(number, kind="article") for number in range(20))])
        store.use_model("sentiment", "gabungan", read_card("gabungan").version)
        store.use_model("region", "gazetteer", "1")
        store.annotate(
            Annotation(
                document=document.id, task="sentiment", value="negative", by="gabungan",
                version=read_card("gabungan").version, at=FIRST, revision=revision_hash(None, document.text),
                probabilities={"negative": 0.75, "neutral": 0.125, "positive": 0.125},
            )
            for document in posts[:60]
        )  # fmt: skip
        store.refresh()
    yield settings


def sidecar(file: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(file.with_name(f"{file.name}.meta.json").read_bytes())
    return told


def test_a_file_of_lines_is_what_search_shows_and_all_of_it(stocked: Settings, tmp_path: Path) -> None:
    file = tmp_path / "banjir.jsonl"
    filters = ("banjir ATAU lampu", "--from", "2026-11-12", "--kind", "post", "--sentiment", "none")
    (row,) = rows_of(stocked, "export", *filters, "--to", "2026-11-12T14:00", "--to", str(file))
    shown = rows_of(stocked, "search", *filters, "--to", "2026-11-12T14:00", "--limit", "1000")
    assert [json.loads(line) for line in file.read_bytes().splitlines()] == shown
    told = sidecar(file)
    assert row == {"file": "banjir.jsonl", "rows": len(shown), "sha256": told["sha256"]}
    assert 20 < len(shown) == told["rows"] < rows_of(stocked, "count", filters[0])[0]["count"]
    assert told["filters"] == {"kinds": ["post"], "sentiments": ["none"]}
    assert (told["since"], told["until"]) == ("2026-11-11T15:00:00Z", "2026-11-12T05:00:00Z")
    assert (told["query"], told["zone"], told["software"]) == (filters[0], "WIT", f"kentongan {__version__}")
    assert told["understood"] == "(banjir ATAU lampu)"


def test_the_sidecar_names_the_models_and_what_they_learned_from(stocked: Settings, tmp_path: Path) -> None:
    file = tmp_path / "semua.csv"
    done = run_command(stocked, "export", "--to", str(file))
    assert "DATA CONTOH: 1 dokumen" in done.stderr
    models = sidecar(file)["models"]
    assert sidecar(file)["understood"] == "semua dokumen"
    card = read_card("gabungan")
    assert set(models) == {"sentiment", "region"}
    assert (models["sentiment"]["model"], models["sentiment"]["version"]) == (card.name, card.version)
    assert models["sentiment"]["made_on"] == card.made_on and models["sentiment"]["sha256"] == card.sha256
    assert {used["file"] for used in models["sentiment"]["data"]} == {s.file for s in card.sets if s.rows}
    assert models["region"] == {"model": "gazetteer", "version": "1", "made_on": None, "data": None}


def test_of_a_model_of_another_version_than_the_one_here_nothing_is_said_about_its_data(settings: Settings) -> None:
    assert describe_model("gabungan|0.0.1", settings)["data"] is None


def test_standard_output_gets_the_lines_and_nothing_else(stocked: Settings, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kentongan", "export", "banjir", "--to", "-"],
        env=environment(stocked), cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    shown = rows_of(stocked, "search", "banjir", "--limit", "1000")
    assert [json.loads(line) for line in done.stdout.splitlines()] == shown and len(shown) > 20
    assert done.stderr == "" and list(tmp_path.iterdir()) == []


def test_a_reader_that_stops_early_is_no_fault(stocked: Settings) -> None:
    command = [sys.executable, "-m", "kentongan", "export", "--to", "-"]
    with subprocess.Popen(command, env=environment(stocked), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(60) == 0 and process.stderr.read() == b""


def test_a_file_and_an_end_share_the_option_and_are_told_apart() -> None:
    assert read_targets(["a.csv"]) == ("a.csv", None)
    assert read_targets(["2026-11-12", "-"]) == ("-", "2026-11-12")
    assert read_targets(["laporan 2026-11-12.parquet", "2026-11-12T07:00"])[1] == "2026-11-12T07:00"


@pytest.mark.parametrize("given", [[], ["2026-11-12"], ["a.csv", "b.csv"], ["a.csv", "2026-11-12", "2026-11-13"]])
def test_without_one_file_and_at_most_one_end_it_is_refused(given: list[str]) -> None:
    with pytest.raises(BadSettings, match="Sebut satu berkas"):
        read_targets(given)


REFUSED = {
    "banjir": "Sebut satu berkas",
    "--to {folder}/a.xlsx": "Akhiri namanya dengan .csv, .jsonl, .parquet",
    "--to {folder}/tiada/a.csv": "tiada tidak ada",
    "--to {folder}/ada.csv": "--overwrite",
    "(banjir --to {folder}/a.csv": "tidak ditutup",
    "--from 2026-11-13 --to 2026-11-12 --to {folder}/a.csv": "terbalik",
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_cannot_be_exported_is_refused_in_words_and_leaves_nothing(
    stocked: Settings, tmp_path: Path, words: str
) -> None:
    (tmp_path / "ada.csv").write_text("sudah ada", encoding="utf-8")
    done = run_command(stocked, "export", *words.format(folder=tmp_path).split(), status=2)
    assert REFUSED[words] in done.stderr and done.stdout == ""
    assert [file.name for file in tmp_path.iterdir()] == ["ada.csv"]
    assert (tmp_path / "ada.csv").read_text(encoding="utf-8") == "sudah ada"


def hear_interrupts() -> None:
    """A suite that was started in the background of a shell ignores them, and so would its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_an_export_that_a_person_interrupts_leaves_nothing(settings: Settings, tmp_path: Path) -> None:
    with open_store(settings) as store:
        store.add(make_document(number, text="penyela " + "kata " * 400) for number in range(1_000, 7_000))
        store.refresh()
    folder = tmp_path / "keluar"
    folder.mkdir()
    command = [sys.executable, "-m", "kentongan", "export", "penyela", "--to", str(folder / "penyela.csv")]
    with subprocess.Popen(
        command, env=environment(settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=hear_interrupts
    ) as process:
        while process.poll() is None and not any(folder.iterdir()):
            time.sleep(0.001)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
    assert process.returncode == 130 and "dihentikan" in said.decode(), "it was over before it was interrupted"
    assert list(folder.iterdir()) == []
