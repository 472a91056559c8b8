"""Sentimen, topik, dugaan hoaks, dan bahasa setiap teks di berkas JSONL ({"id", "text"} per baris; "-": masukan baku).

Hasilnya {"id", "sentiment": {"label", "p", "abstain"}, "topic": {...}, ...} per baris, satu isi setiap tugas.
--task memilih sebagian saja. --reasons menambahkan pada dugaan hoaks kata dan tanda yang
mendasarinya. Baris yang rusak disebut dengan nomornya dan dilewati.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kentongan.batches import batched
from kentongan.commands.input_lines import Line, open_input, read_lines, require_input
from kentongan.commands.output import write_lines
from kentongan.errors import BadSettings
from kentongan.schema import Task
from kentongan.settings import Settings

if TYPE_CHECKING:
    from models.classifier import Classifier, Label

BATCH = 256
"""Texts classified at a time."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="BERKAS.jsonl", help='"-" membaca masukan baku')
    parser.add_argument(
        "--task", action="append", metavar="TUGAS", help="hanya tugas ini, misalnya hoax; boleh diulang"
    )
    parser.add_argument(
        "--reasons", action="store_true", help="kata dan tanda di balik setiap dugaan hoaks (lebih lambat)"
    )


def choose_tasks(asked: Sequence[str] | None, served: Sequence[Task]) -> tuple[Task, ...]:
    """The tasks to print, in the order they are served. Raises BadSettings for one that no model serves."""
    for name in asked or ():
        if name not in served:
            raise BadSettings(
                f"--task {name!r} tidak dikerjakan model mana pun.", hint=f"Yang ada: {', '.join(served)}."
            )
    return tuple(task for task in served if not asked or task in asked)


def run(options: argparse.Namespace, settings: Settings) -> int:
    from models.serve import load_classifier

    refused: list[int] = []
    require_input(options.file)
    classifier = load_classifier(local=settings.models_dir)
    tasks = choose_tasks(options.task, tuple(classifier.labels))
    with open_input(options.file) as source:
        for batch in batched(read_lines(source, refused), BATCH):
            found = classifier.classify([line.text for line in batch], tasks)
            rows = [as_row(line, labels) for line, labels in zip(batch, found, strict=True)]
            if options.reasons and "hoax" in tasks:
                add_reasons(rows, batch, classifier)
            write_lines(rows)
    return 1 if refused else 0


def as_row(line: Line, labels: Mapping[Task, Label]) -> dict[str, object]:
    """One output line."""
    row: dict[str, object] = {"id": line.id}
    for task, label in labels.items():
        row[task] = {
            "label": label.value,
            "p": {name: round(p, 6) for name, p in label.probabilities.items()},
            "abstain": label.abstained,
        }
    return row


def add_reasons(rows: Sequence[dict[str, object]], lines: Sequence[Line], classifier: Classifier) -> None:
    """Put the words that moved each hoax probability, and the signs found beside it, into the rows."""
    from models.hoax_reasons import explain

    for row, line in zip(rows, lines, strict=True):
        hoax = row["hoax"]
        assert isinstance(hoax, dict)
        hoax["reasons"] = [] if hoax["label"] is None else explain(line.text, classifier)
