"""Latih sebuah model dari berkas TOML, periksa, dan daftarkan: angkanya, dan apa kata pemeriksanya.

"kind" di dalam TOML memilih jenisnya: "linear" atau "encoder"; kunci lainnya milik jenis itu. Model yang bocor atau
kartunya kurang lengkap tidak didaftarkan. Dengan --use model itu langsung dipakai untuk tugas-tugas di mana ia terbukti
lebih baik daripada yang sekarang.
"""

from __future__ import annotations

import argparse
import difflib
import logging
import os
import re
import shutil
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from kentongan.commands.output import Progress, say, show_progress, write_rows
from kentongan.errors import BadSettings, NotConfigured
from kentongan.schema import TASKS, Task
from kentongan.settings import Settings, as_path

if TYPE_CHECKING:
    from models.card import Card

DATA = Path("../shared/data")
RESAMPLES = 200
"""Bootstrap samples behind the intervals shown; the gate's own comparison draws more."""

Train = Callable[[Path, Progress], "Card"]
"""Trains into a folder and returns the card."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("config", metavar="KONFIGURASI.toml")
    parser.add_argument("--data", type=Path, default=DATA, metavar="FOLDER", help=f"data latih (bawaan: {DATA})")
    parser.add_argument("--name", default=None, metavar="NAMA", help="nama model, menggantikan yang di berkas itu")
    parser.add_argument(
        "--own",
        action="append",
        default=[],
        metavar="TUGAS=BERKAS.jsonl",
        help="belajar juga dari label orang sendiri (lihat `kentongan labels --help`); boleh diulang",
    )
    parser.add_argument("--use", action="store_true", help="pakai untuk tugas yang dikerjakannya dengan lebih baik")
    parser.add_argument("--json", action="store_true", help="baris JSON juga di terminal")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from models.registry import check_name, read_card

    kind, values = read_config(Path(options.config))
    values = with_own_files(kind, values, options.own)
    check_installed(kind)
    name, train = prepare(kind, values, source=options.config, name=options.name, data=options.data)
    check_name(name, local=settings.models_dir)
    with show_progress(settings, f"melatih {name}") as progress, forward_log(progress):
        train_and_admit(name, lambda out: train(out, progress), settings=settings)
    rows, better = judge(name, tuple(read_card(name, local=settings.models_dir).labels), settings)
    write_rows(rows, as_json=options.json, empty="Tidak ada angka.")
    say(f"Model {name} terdaftar.")
    if options.use:
        put_in_use(name, better, settings)
    elif better:
        say(f"Lebih baik untuk {', '.join(better)}: `kentongan models use {name} --task {better[0]}`.")
    return 0


def read_config(path: Path) -> tuple[str, dict[str, Any]]:
    """The kind of model a file asks for, and its other keys. Raises BadSettings."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadSettings(f"Konfigurasi {path} tidak terbaca: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"{path} bukan TOML yang benar: {error}.") from error
    from models.recipe_files import NEEDED

    kind = values.pop("kind", None)
    if kind not in NEEDED:
        words = "tidak disebut" if kind is None else f"{kind!r} tidak dikenal"
        raise BadSettings(f"{path}: kind {words}.", hint=f"Pilih salah satu: {', '.join(NEEDED)}.")
    return kind, values


def with_own_files(kind: str, values: Mapping[str, Any], own: Sequence[str]) -> dict[str, Any]:
    """A config's keys with further files of labelled rows, "sentiment=label.jsonl". Raises BadSettings."""
    files: dict[str, list[str]] = {}
    for word in own:
        task, _, file = word.partition("=")
        if task not in TASKS or not Path(file).is_file():
            raise BadSettings(
                f"--own {word!r} tidak terbaca.", hint="Tulis seperti sentiment=label.jsonl; berkasnya ada."
            )
        files.setdefault(task, []).append(file)
    made = dict(values)
    if files:
        holder = made if kind == "linear" else dict(made.get("choice", {}))
        holder["files"] = {**holder.get("files", {}), **{task: tuple(more) for task, more in files.items()}}
        made |= {} if kind == "linear" else {"choice": holder}
    return made


def check_installed(kind: str) -> None:
    """Raise NotConfigured where a library that this training needs is not installed."""
    from models.recipe_files import missing_libraries

    missing = missing_libraries(kind)
    if missing:
        raise NotConfigured(
            "train",
            f"Melatih model {kind} membutuhkan {', '.join(missing)}.",
            hint="Pasang dengan: pip install 'kentongan[train]'",
        )


def prepare(kind: str, values: Mapping[str, Any], *, source: str, name: str | None, data: Path) -> tuple[str, Train]:
    """The model's name, and what trains it. Raises BadSettings for the config and BadData for the data."""
    today = datetime.now(UTC).date()
    if kind == "linear":
        from models.holdout import TrainConfig
        from models.train_linear import train_model

        linear = read_choices(values, TrainConfig, source=source, name=name)
        check_folder(data)
        check_classes(data, linear)
        return linear.name, lambda out, report: train_model(data, out, linear, today=today)
    from models.train import EncoderTraining, train_encoder

    encoder = read_choices(values, EncoderTraining, source=source, name=name)
    check_folder(data)

    def train(out: Path, report: Progress) -> Card:
        # Finished rounds wait here, so that a training that was stopped goes on; other choices or data begin anew.
        mark = blake2b(msgspec.json.encode(encoder) + (data / "manifest.json").read_bytes(), digest_size=6)
        work = out.parent / f".{encoder.name}.{mark.hexdigest()}"
        card: Card = train_encoder(encoder, data=data, out=out, today=today, work=work, report=report)
        shutil.rmtree(work, ignore_errors=True)
        return card

    return encoder.name, train


def read_choices(values: Mapping[str, Any], kind: Any, *, source: str, name: str | None) -> Any:
    """The keys of a config as the trainer's own type. Raises BadSettings naming a key nobody knows."""
    given = {**values, "name": name} if name else dict(values)
    try:
        return msgspec.convert(given, kind, dec_hook=as_path)
    except msgspec.ValidationError as error:
        unknown = re.search(r"unknown field `(\w+)`", str(error))
        near = difflib.get_close_matches(unknown[1], kind.__struct_fields__, n=1) if unknown else []
        hint = f"Mungkin maksudnya {near[0]}?" if near else f"Yang dikenal: {', '.join(kind.__struct_fields__)}."
        words = f"kunci {unknown[1]} tidak dikenal" if unknown else f"tidak cocok: {error}"
        raise BadSettings(f"{source}: {words}.", hint=hint) from error


def check_folder(data: Path) -> None:
    """Raise BadData where a folder is not one of training data: better now than after minutes of training."""
    from models.data import BadData

    if not (data / "manifest.json").is_file():
        raise BadData(
            f"{data} bukan folder data latih: tidak ada manifest.json di dalamnya.",
            hint="Sebut foldernya dengan --data; manifest.json menyebut asal dan lisensi setiap berkas.",
        )


def check_classes(data: Path, config: Any) -> None:
    """Raise BadData where a label has no row to learn it from: the model would never say it, in silence."""
    from kentongan.schema import SENTIMENTS, TOPICS
    from models.data import BadData, load_sentiment
    from models.holdout import is_test
    from models.train_linear import load_topic_rows

    sentiment = load_sentiment(data)
    for task, labels, rows in (
        ("sentiment", SENTIMENTS, sentiment),
        ("topic", TOPICS, load_topic_rows(data, sentiment, config)),
    ):
        met = {next(iter(row.labels)) for row in rows if len(row.labels) == 1 and not is_test(row)}
        lacking = [label for label in labels if label not in met]
        if lacking:
            raise BadData(
                f"Tidak ada satu pun baris latih {task} berlabel {', '.join(lacking)}.",
                hint="Tambahkan baris berlabel itu, atau periksa apakah sebuah berkas hilang dari foldernya.",
            )


@contextmanager
def forward_log(progress: Progress) -> Iterator[None]:
    """What a trainer logs, shown as what is being done."""

    class Forward(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            progress(0, None, record.getMessage())

    log, handler = logging.getLogger("models"), Forward()
    before = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    # The terminal's own lines stay for warnings.
    kept, log.propagate = log.propagate, False
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(before)
        log.propagate = kept


def train_and_admit(name: str, train: Callable[[Path], object], *, settings: Settings) -> None:
    """Train beside the models, let the gate see the result, move it in. What is refused is kept to look at."""
    from models.gate import ModelRefused, admit_model

    local = settings.models_dir
    made = local / f".{name}.{os.getpid()}"
    made.mkdir(parents=True)
    try:
        train(made)
        admit_model(made, local=local)
    except ModelRefused as refused:
        kept = local / f".{name}.ditolak"
        shutil.rmtree(kept, ignore_errors=True)
        made.rename(kept)
        raise ModelRefused(
            name, refused.refusals, hint=f"Tidak didaftarkan; hasilnya tersimpan di {kept}."
        ) from refused
    finally:
        shutil.rmtree(made, ignore_errors=True)


def judge(name: str, tasks: Sequence[Task], settings: Settings) -> tuple[list[dict[str, object]], list[Task]]:
    """The model's held-out figures beside those of the models that serve, and the tasks it should serve."""
    from models.gate import compare_models, is_better
    from models.predictions import compare, load_predictions
    from models.registry import find_model, serving_models

    local = settings.models_dir
    folder, serving = find_model(name, local=local), serving_models(local=local)
    stored = load_predictions(folder)
    rows: list[dict[str, object]] = []
    better: list[Task] = []
    for task in tasks:
        current = serving.get(task)
        found = compare_models(folder, find_model(current, local=local), task) if current else []
        if current is None or is_better(found):
            better.append(task)
        beside = {one.protocol: one for one in found}
        for own in stored:
            if own.task != task:
                continue
            # A model beside itself: the figure and its interval on all its rows.
            plain = [one for one in compare(own, own, other_name=name, resamples=RESAMPLES) if one.slice == "mean"]
            if plain:
                rows.append(describe(name, plain[0], beside.get(own.protocol)))
    return rows, better


def describe(name: str, plain: Any, beside: Any) -> dict[str, object]:
    """One line: a protocol's mean macro-F1 on all its rows, and the difference on those the other model shares."""
    row = {
        "model": name,
        "task": plain.task,
        "protocol": plain.protocol,
        "rows": plain.rows,
        "macro_f1": round(plain.macro_f1, 4),
        "low": round(plain.low, 4),
        "high": round(plain.high, 4),
        "other": None,
        "difference": None,
        "difference_low": None,
        "difference_high": None,
        "verdict": "tanpa pembanding",
    }
    if beside is not None:
        sides = ("lebih buruk", beside.difference_high < 0), ("lebih baik", beside.difference_low > 0)
        row |= {
            "other": beside.other,
            "difference": round(beside.difference, 4),
            "difference_low": round(beside.difference_low, 4),
            "difference_high": round(beside.difference_high, 4),
            "verdict": next((word for word, holds in sides if holds), "tidak terbedakan"),
        }
    return row


def put_in_use(name: str, better: Sequence[Task], settings: Settings) -> None:
    """Have the model serve the tasks it is better at, and say so."""
    from models.gate import use_model

    if not better:
        say(f"Tidak dipakai: {name} tidak terbukti lebih baik daripada model yang sekarang, untuk tugas mana pun.")
        return
    serving = use_model(name, better, local=settings.models_dir, now=datetime.now(UTC))
    used = [task for task, model in serving.items() if model == name]
    say(f"Sekarang dipakai untuk {', '.join(used)}. Kembali ke yang tadi: `kentongan models back`.")
