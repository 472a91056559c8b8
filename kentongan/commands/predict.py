"""Sentimen, topik, dugaan hoaks, dan bahasa setiap teks di berkas JSONL ({"id", "text"} per baris; "-": masukan baku).

Hasilnya {"id", "sentiment": {"label", "p", "abstain"}, "topic": {...}, ...} per baris, satu isi setiap tugas.
--task memilih sebagian saja. --reasons menambahkan pada dugaan hoaks kata dan tanda yang
mendasarinya. Baris yang rusak disebut dengan nomornya dan dilewati.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kentongan.batches import batched
from kentongan.commands.output import say, write_lines
from kentongan.errors import BadSettings, NotFound
from kentongan.schema import Task
from kentongan.settings import Settings

if TYPE_CHECKING:
    from models.classifier import Classifier, Label

BATCH = 256
"""Texts classified at a time."""


class Line(msgspec.Struct):
    """One input line; other keys are ignored."""

    text: str
    id: str | int | None = None


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="BERKAS.jsonl", help='"-" membaca masukan baku')
    parser.add_argument(
        "--task", action="append", metavar="TUGAS", help="hanya tugas ini, misalnya hoax; boleh diulang"
    )
    parser.add_argument(
        "--reasons", action="store_true", help="kata dan tanda di balik setiap dugaan hoaks (lebih lambat)"
    )


def read_input(lines: Iterable[bytes], refused: list[int]) -> Iterator[Line]:
    """The readable lines; the numbers of the others are appended to ``refused``."""
    decoder = msgspec.json.Decoder(Line)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            read = decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            readable = isinstance(error, msgspec.ValidationError)
            fault = 'bukan objek dengan "text" berupa teks' if readable else "bukan JSON yang benar"
            say(f"baris {number} dilewati: {fault} ({error}).")
            refused.append(number)
            continue
        yield read if read.id is not None else Line(text=read.text, id=number)


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
    if options.file != "-" and not Path(options.file).is_file():
        raise NotFound(f"Berkas {options.file} tidak ada.")
    classifier = load_classifier(local=settings.models_dir)
    tasks = choose_tasks(options.task, tuple(classifier.labels))
    with ExitStack() as opened:
        source = sys.stdin.buffer if options.file == "-" else opened.enter_context(Path(options.file).open("rb"))
        lines = read_input(source, refused)
        for batch in batched(lines, BATCH):
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
