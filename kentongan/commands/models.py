"""Model yang terpasang: daftarnya, kartunya, yang mana dipakai untuk tugas apa, dan seberapa tepat.

"use" memakai sebuah model setelah memeriksanya: yang bocor, yang kartunya tidak lengkap, atau yang lebih buruk daripada
yang sekarang ditolak beserta alasannya. "back" mengembalikan pilihan sebelumnya; dapat diulang.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kentongan.commands.output import say, wants_json, write_lines, write_rows, write_table
from kentongan.errors import KentonganError
from kentongan.schema import TASKS, Task
from kentongan.settings import Settings

if TYPE_CHECKING:
    from models.assess import Assessment, LabelledSet
    from models.card import Card
    from models.classifier import Classifier

DATA = Path("../shared/data")
BASELINE = "linear"
"""The shipped model that every other one is shown beside."""


class Mean(msgspec.Struct, frozen=True):
    """A figure with its 95 % interval, if there is one."""

    mean: float
    low: float | None = None
    high: float | None = None


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="TINDAKAN")
    words = {
        "list": "model yang terpasang, dan yang mana mengerjakan apa",
        "use": "pakai sebuah model, kalau lolos pemeriksaan",
        "back": "kembali ke pilihan sebelumnya",
        "card": "kartu sebuah model",
        "evaluate": "ukur pada data uji, atau pada berkas Anda sendiri",
    }
    for name, line in words.items():
        action = actions.add_parser(name, prog=f"{parser.prog} {name}", help=line, description=line)
        action.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
        if name in ("use", "card"):
            action.add_argument("name", metavar="NAMA")
        if name == "evaluate":
            action.add_argument("name", metavar="NAMA", nargs="?", help="tanpa nama: model-model yang dipakai")
            add_data(action)
        if name == "use":
            action.add_argument(
                "--task", action="append", choices=TASKS, help="hanya untuk tugas ini; boleh diulang (bawaan: semuanya)"
            )
            words_of_flag = "pakai juga kalau tidak ada baris uji yang sama dengan model sekarang"
            action.add_argument("--unmatched", action="store_true", help=words_of_flag)


def add_data(action: argparse.ArgumentParser) -> None:
    """Options of ``evaluate``."""
    action.add_argument(
        "--data",
        type=Path,
        nargs="+",
        default=[DATA],
        metavar="FOLDER|BERKAS.jsonl",
        help=f'folder data, atau berkas berisi baris {{"text", "label"}} (bawaan: {DATA})',
    )
    action.add_argument("--task", choices=TASKS, default=None, help="tugas yang diukur")


def run(options: argparse.Namespace, settings: Settings) -> int:
    if options.action == "list":
        return show_models(settings, as_json=options.json)
    if options.action == "card":
        return show_card(options.name, settings, as_json=options.json)
    if options.action == "evaluate":
        return evaluate(options, settings)
    if options.action == "use":
        from models.gate import use_model

        serving = use_model(
            options.name, options.task, local=settings.models_dir, now=datetime.now(UTC), unmatched=options.unmatched
        )
    else:
        from models.registry import roll_back

        serving = roll_back(local=settings.models_dir)
    write_rows([{"task": task, "model": name} for task, name in serving.items()], as_json=options.json, empty="")
    say("Dokumen yang sudah ada dibaca ulang oleh `kentongan score`.")
    return 0


def show_models(settings: Settings, *, as_json: bool) -> int:
    """Every model, damaged ones too; status 1 where one is."""
    from models.registry import find_model, list_models, serving_models, verify_model

    local = settings.models_dir
    serving = serving_models(local=local)
    rows: list[dict[str, object]] = []
    broken = False
    for name in list_models(local=local):
        try:
            card = verify_model(name, local=local)
            folder = find_model(name, local=local)
        except KentonganError as fault:
            say(str(fault))
            broken = True
            continue
        rows.append(
            {
                "name": name,
                "version": card.version,
                "tasks": list(card.labels),
                "serves": [task for task, model in serving.items() if model == name],
                "bytes": sum((folder / file).stat().st_size for file in card.sha256),
                "macro_f1": {task: mean_figure(card, task) for task in card.labels},
                "from": "sendiri" if folder.parent == local else "bawaan",
            }
        )
    if wants_json(as_json):
        write_lines(rows)
    else:
        write_table(list(rows[0]) if rows else ["name"], [[as_cell(cell) for cell in row.values()] for row in rows])
    return 1 if broken else 0


def as_cell(value: object) -> str:
    """A value of a listing in a table."""
    if isinstance(value, dict):
        return "\n".join(f"{key} {as_cell(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, Mean):
        bounds = (
            "" if value.low is None or value.high is None else f" ({100 * value.low:.1f} sampai {100 * value.high:.1f})"
        )
        return f"{100 * value.mean:.1f}{bounds}"
    return str(value)


def mean_figure(card: Card, task: Task) -> Mean | None:
    """Mean macro-F1 over the slices, of matters and outlets left out in rounds where the card has that, with its
    interval where it has one."""
    from models.gate import DECIDING

    compared = [one for one in card.comparisons if one.task == task and one.slice == "mean"]
    for one in sorted(compared, key=lambda one: one.protocol not in DECIDING):
        return Mean(mean=one.macro_f1, low=one.low, high=one.high)
    plain = [one for one in card.protocols if one.task == task]
    plain.sort(key=lambda one: not one.name.endswith(DECIDING))
    return Mean(mean=plain[0].macro_f1) if plain else None


def show_card(name: str, settings: Settings, *, as_json: bool) -> int:
    """The card, as JSON or as a page."""
    from models.card import PAGE_FILE
    from models.registry import find_model, read_card

    card = read_card(name, local=settings.models_dir)
    if wants_json(as_json):
        write_lines([card])
    else:
        from rich.console import Console
        from rich.markdown import Markdown

        page = find_model(name, local=settings.models_dir) / PAGE_FILE
        Console().print(Markdown(page.read_text(encoding="utf-8")))
    return 0


def evaluate(options: argparse.Namespace, settings: Settings) -> int:
    """The figures of a model on labelled rows, and those of the linear model on the same rows."""
    from models.assess import find_tests
    from models.serve import load_classifier

    model = load_classifier(options.name, local=settings.models_dir)
    tests: list[LabelledSet] = []
    for path in options.data:
        tests += find_tests(path, model.labels, options.task)
    baseline = load_classifier(BASELINE, local=settings.models_dir)
    rows: list[Assessment] = []
    for test in tests:
        rows += assess_one(test, model, baseline, settings)
    if wants_json(options.json):
        write_lines(rows)
    else:
        write_figures(rows)
    return 0


def assess_one(test: LabelledSet, model: Classifier, baseline: Classifier, settings: Settings) -> list[Assessment]:
    """The figures on one set; a warning where the model was trained on some of its rows."""
    from models.assess import assess, trained_rows
    from models.registry import find_model

    name = model.model_of(test.task)[0]
    beside = baseline if name != BASELINE and test.task in baseline.labels else None
    trained = trained_rows(find_model(name, local=settings.models_dir), test.task)
    found = assess(model, test, baseline=beside, trained=trained)
    if trained is None:
        say(f"{test.name}: {name} tidak menyimpan baris latihnya; mungkin sebagian baris ini pernah dilihatnya.")
    elif found[0].seen:
        say(f"Awas, {test.name}: {found[0].seen} dari {found[0].rows} baris ikut melatih {name}: angkanya ketinggian.")
    return found


def write_figures(rows: Sequence[Assessment]) -> None:
    """The figures as a table; shares in hundredths."""
    head = ("tugas", "data", "model", "baris", "macro-F1 (95 %)", "tepat", "salah kalibrasi", "menjawab %",
            "salah bila menjawab %", "selisih (95 %)")  # fmt: skip
    lines = []
    for one in rows:
        wrong = "" if one.error_when_sure is None else f"{100 * one.error_when_sure:.0f}"
        apart = ""
        if one.difference is not None and one.difference_low is not None and one.difference_high is not None:
            bounds = f"{100 * one.difference_low:+.1f} sampai {100 * one.difference_high:+.1f}"
            apart = f"{100 * one.difference:+.1f} ({bounds})"
        lines.append(
            (one.task, one.slice, f"{one.model} {one.version}", f"{one.rows}",
             f"{100 * one.macro_f1:.1f} ({100 * one.low:.1f} sampai {100 * one.high:.1f})", f"{100 * one.accuracy:.1f}",
             f"{one.calibration_error:.3f}", f"{100 * one.coverage:.0f}", wrong, apart)
        )  # fmt: skip
    write_table(head, lines)
