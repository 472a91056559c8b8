"""What keeps a model out: a card that lacks something or lies, a leak, or being worse than the model that serves now.

``check_model`` says why; ``admit_model`` and ``use_model`` are how a model gets into the registry and into service.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args
from zipfile import BadZipFile

import msgspec
import numpy as np

from kentongan.errors import KentonganError
from kentongan.schema import Task
from models.card import CARD_FILE, PAGE_FILE, Card, Protocol
from models.data import LeakFound
from models.evaluate import macro_f1
from models.linear import BadModel
from models.predictions import (
    PREDICTIONS_FILE,
    Comparison,
    Predictions,
    check_predictions,
    compare,
    load_predictions,
)
from models.registry import (
    WEIGHTS,
    check_name,
    choose_model,
    decode_card,
    find_model,
    place_model,
    read_default,
    serving_models,
    verify_files,
)

Reason = Literal["incomplete", "files", "predictions", "leak", "misstated", "incomparable", "worse"]
REASONS: tuple[Reason, ...] = get_args(Reason)

UNSEEN = "unseen"
"""The protocol that decides where both models have it: a matter, outlet or set never trained on."""
DECIDING = (UNSEEN, "left-out")
"""Protocols that leave a matter, outlet or set out whole, one at a time or several in a round."""
PROTOCOL_WORDS = {UNSEEN: ("unseen", "never seen"), "known": ("known", "same sources")}
"""What a card calls a stored protocol; another one stands there under its own word."""
TOLERANCE = 0.005
"""How far a card's macro-F1 may lie from what the stored predictions give: they are rounded."""
SUM_TOLERANCE = 0.05
"""How far a row's stored probabilities may be from adding up to 1: three of one third, each half a step off."""
TIE = 0.002
"""Two probabilities this close may have changed places when they were rounded."""
PICKLED = frozenset({".bin", ".pt", ".pth", ".pkl", ".pickle", ".joblib", ".ckpt"})
"""Weights that run code when they are read."""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """One reason why a model is refused."""

    reason: Reason
    task: Task | None = None
    message: str
    """A sentence for the person."""


class ModelRefused(KentonganError):
    """The gate's answer. ``refusals`` has every reason."""

    def __init__(self, name: str, refusals: Sequence[Refusal], *, hint: str = "") -> None:
        lines = "".join(f"\n- {one.message}" for one in refusals)
        super().__init__(f"Model {name} ditolak:{lines}", hint=f"\n{hint}" if hint else "")
        self.refusals = tuple(refusals)


def check_model(folder: Path, current: Path | None = None, *, tasks: Sequence[Task] | None = None) -> list[Refusal]:
    """Every reason to refuse the model in a folder; empty where there is none.

    With ``current``, the model that serves now, also whether it is worse in any of ``tasks`` (default: all it has).
    """
    try:
        card = decode_card(folder)
    except BadModel as error:
        return [Refusal(reason="incomplete", message=error.message)]
    refusals = [*check_card(card), *check_files(folder, card)]
    try:
        stored = load_predictions(folder)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        missing = not (folder / PREDICTIONS_FILE).exists()
        words = "tidak ada: kebocoran dan angkanya tidak dapat diperiksa" if missing else f"tidak terbaca ({error})"
        return [*refusals, Refusal(reason="predictions", message=f"{PREDICTIONS_FILE} {words}.")]
    refusals += check_stored(card, stored)
    if not any(one.reason == "predictions" for one in refusals):
        refusals += [*check_leaks(stored), *check_figures(card, stored)]
    if current is not None and not refusals:
        for task in tasks or tuple(card.labels):
            refusals += judge_comparisons(task, compare_models(folder, current, task), current.name)
    return refusals


def check_card(card: Card) -> Iterator[Refusal]:
    """What a card must say and does not."""
    trained = [one for one in card.sets if one.rows]
    lacks = {
        "nama atau versi": not (card.name and card.version),
        "tanggal pembuatan": not card.made_on,
        "tugas dan labelnya": not card.labels or not all(card.labels.values()),
        "kumpulan data latih": not trained,
        "lisensi " + ", ".join(one.file for one in card.sets if not one.licence.strip()): any(
            not one.licence.strip() for one in card.sets
        ),
        "cara pembagian data (splits)": not card.splits.strip(),
        "benih acak (seeds)": not card.seeds,
        "hiperparameter (config)": not card.config,
        "kecepatan": card.speed.texts_per_second <= 0 or card.speed.weight_bytes <= 0,
        "perangkat keras": not card.speed.hardware.strip(),
        "menit pelatihan": not card.speed.training_minutes >= 0,
        "batas-batas (limits)": not any(one.strip() for one in card.limits),
        "hash berkas": not card.sha256,
    }
    for words, lacking in lacks.items():
        if lacking:
            yield Refusal(reason="incomplete", message=f"Kartu tidak menyebut {words}.")
    for task, labels in card.labels.items():
        if task not in {one.task for one in trained}:
            yield Refusal(reason="incomplete", task=task, message=f"Kartu tidak menyebut data latih {task}.")
        trust = card.trust.get(task)
        if trust is None or len(trust.calibration.offsets) != len(labels) or not trust.risk_coverage:
            yield Refusal(reason="incomplete", task=task, message=f"Kartu tidak menyebut kalibrasi {task}.")
        figures = [one for protocol in card.protocols if protocol.task == task for one in protocol.figures]
        if not figures:
            yield Refusal(reason="incomplete", task=task, message=f"Kartu tidak menyebut angka {task}.")
        for one in figures:
            if not (0 <= one.low <= one.high <= 1 and one.rows > 0):
                yield Refusal(reason="incomplete", task=task, message=f"{task}, {one.slice}: angka tanpa selang.")


def check_files(folder: Path, card: Card) -> Iterator[Refusal]:
    """Files without a hash, with another one, or that would run code when read."""
    free = {CARD_FILE, PAGE_FILE, PREDICTIONS_FILE}
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    for file in files:
        if Path(file).suffix in PICKLED:
            yield Refusal(reason="files", message=f"{file}: bobot harus safetensors atau ONNX, bukan pickle.")
    unnamed = [file for file in files if file not in card.sha256 and file not in free]
    if unnamed:
        yield Refusal(reason="files", message=f"Kartu tidak menyebut hash {', '.join(unnamed)}.")
    try:
        verify_files(folder, card)
    except BadModel as error:
        if card.sha256:
            yield Refusal(reason="files", message=error.message)


def check_stored(card: Card, stored: Sequence[Predictions]) -> Iterator[Refusal]:
    """Whether the held-out predictions are there, whole, for every task and every label of it."""
    for task, labels in card.labels.items():
        own = [one for one in stored if one.task == task]
        words = ""
        if not any(one.judged.any() for one in own):
            words = "tidak ada satu pun prediksi atas baris uji"
        elif any(one.labels != labels for one in own):
            words = "label prediksi yang disimpan bukan label kartu"
        elif any(not is_whole(one) for one in own):
            words = "prediksi yang disimpan tidak utuh"
        if words:
            yield Refusal(reason="predictions", task=task, message=f"{task}: {words}.")
            continue
        met = {labels[number] for one in own for number in np.unique(one.truth[one.judged])}
        never = [label for label in labels if label not in met]
        if never:
            yield Refusal(
                reason="incomplete",
                task=task,
                message=f"{task}: tidak ada baris uji berlabel {', '.join(never)}, jadi label itu tidak pernah diukur.",
            )


def is_whole(one: Predictions) -> bool:
    """Whether the arrays of one block fit together and its probabilities are probabilities."""
    count, labels = len(one.rows), len(one.labels)
    fits = one.kept_out.shape[1:] == (count,) and one.chances.shape[1:] == (count, labels) and len(one.chances) > 0
    same = all(len(array) == count for array in (one.groups, one.slices, one.truth, one.tested))
    if not (fits and same) or one.tested.max(initial=-1) >= len(one.kept_out) or one.truth.max(initial=-1) >= labels:
        return False
    sums = one.chances[:, one.judged].astype(np.float32).sum(axis=2)
    return bool((np.abs(sums - 1) < SUM_TOLERANCE).all())


def check_leaks(stored: Sequence[Predictions]) -> Iterator[Refusal]:
    """Rows that were tested by a model that had trained on them, or on near copies."""
    for one in stored:
        try:
            check_predictions(one)
        except LeakFound as error:
            yield Refusal(reason="leak", task=one.task, message=f"Kebocoran: {error}")


def check_figures(card: Card, stored: Sequence[Predictions]) -> Iterator[Refusal]:
    """Figures on the card that its stored predictions do not give again, and predictions no figure stands for.

    A protocol whose slices are not the stored ones (drawn together, or of other rows) cannot be checked and is not.
    """
    for one in stored:
        words = {
            protocol: PROTOCOL_WORDS.get(protocol, (protocol,)) for protocol in {other.protocol for other in stored}
        }
        others = {word for name, own in (PROTOCOL_WORDS | words).items() if name != one.protocol for word in own}
        slices = set(np.unique(one.slices[one.judged]).tolist())
        claims = [
            protocol
            for protocol in card.protocols
            if protocol.task == one.task
            and {figure.slice for figure in protocol.figures} <= slices
            and (has_word(protocol.name, words[one.protocol]) or not has_word(protocol.name, others))
        ]
        if not claims:
            message = (
                f"{one.task}, {one.protocol}: kartu tidak menyebut angka yang cocok dengan prediksi yang disimpan."
            )
            yield Refusal(reason="misstated", task=one.task, message=message)
        for protocol in claims:
            yield from check_protocol(protocol, one)


def has_word(name: str, words: Iterable[str]) -> bool:
    """Whether one of the words stands in a protocol's name."""
    return any(re.search(rf"\b{re.escape(word)}\b", name) for word in words)


def check_protocol(protocol: Protocol, one: Predictions) -> Iterator[Refusal]:
    """One protocol of a card against the predictions it is about."""
    for figure in protocol.figures:
        rows = np.flatnonzero(one.judged & (one.slices == figure.slice))
        low, high = bound_f1(one, rows)
        if len(rows) != figure.rows or not low - TOLERANCE <= figure.macro_f1 <= high + TOLERANCE:
            yield Refusal(
                reason="misstated",
                task=one.task,
                message=f"{protocol.name}, {figure.slice}: kartu menyebut macro-F1 {figure.macro_f1:.3f} atas "
                f"{figure.rows} baris, prediksi yang disimpan memberi {low:.3f} atas {len(rows)}.",
            )
    mean = float(np.mean([figure.macro_f1 for figure in protocol.figures])) if protocol.figures else 0.0
    if abs(mean - protocol.macro_f1) > TOLERANCE:
        words = f"{protocol.name}: rata-rata di kartu {protocol.macro_f1:.3f}, padahal {mean:.3f}."
        yield Refusal(reason="misstated", task=one.task, message=words)


def bound_f1(one: Predictions, rows: np.typing.NDArray[np.int64]) -> tuple[float, float]:
    """Least and greatest macro-F1, mean over the seeds, that some rows can have had before they were rounded."""
    truth = one.truth[rows].astype(np.int64)
    ends = []
    for chances in one.chances[:, rows].astype(np.float32):
        best = chances.max(axis=1, keepdims=True)
        near = chances >= best - TIE
        right = near[np.arange(len(rows)), truth]
        # Where several are near, the true one for the upper end, another one for the lower.
        wrong = np.where(np.arange(len(one.labels)) == truth[:, None], -1, np.where(near, chances, -1)).argmax(axis=1)
        plain = chances.argmax(axis=1)
        lower = np.where(near.sum(axis=1) > 1, wrong, plain)
        ends.append((macro_f1(truth, lower), macro_f1(truth, np.where(right, truth, plain))))
    low, high = np.mean(ends, axis=0)
    return float(low), float(high)


def compare_models(folder: Path, other: Path, task: Task) -> list[Comparison]:
    """The mean over slices of both models under each protocol that both have, the deciding one first.

    Empty where they were never tested on a common row, or the other one stored no predictions.
    """
    try:
        theirs = {one.protocol: one for one in load_predictions(other) if one.task == task}
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return []
    found = []
    for one in sorted(load_predictions(folder), key=lambda one: one.protocol not in DECIDING):
        if one.task == task and one.protocol in theirs and one.labels == theirs[one.protocol].labels:
            common = np.isin(one.rows[one.judged], theirs[one.protocol].rows[theirs[one.protocol].judged])
            if common.any():
                compared = compare(one, theirs[one.protocol], other_name=other.name)
                found += [row for row in compared if row.slice == "mean"]
    return found


def judge_comparisons(task: Task, found: Sequence[Comparison], other: str) -> Iterator[Refusal]:
    """Refusals where the whole interval of a difference lies below zero, or there is no difference to look at."""
    if not found:
        words = f"{task}: tidak ada baris uji yang sama dengan {other}, jadi tidak dapat dibandingkan."
        yield Refusal(reason="incomparable", task=task, message=words)
    for one in found:
        if one.difference_high < 0:
            yield Refusal(
                reason="worse",
                task=task,
                message=f"{task} ({one.protocol}): lebih buruk daripada {other}, macro-F1 {one.macro_f1:.3f} lawan "
                f"{one.other_macro_f1:.3f} atas {one.rows} baris uji yang sama (selisih {one.difference_low:+.3f} "
                f"sampai {one.difference_high:+.3f}).",
            )


def is_better(found: Sequence[Comparison]) -> bool:
    """Whether a model should serve: the deciding difference's lower bound is above zero, and none is below it."""
    return bool(found) and found[0].difference_low > 0 and all(one.difference_high >= 0 for one in found)


def admit_model(folder: Path, *, local: Path, root: Path = WEIGHTS) -> Path:
    """Put a finished model into the registry. Returns its place there.

    Raises ModelRefused where it leaks or its card lacks something or lies, BadModel where its name is taken. It may be
    worse than others: that matters when it is to serve.
    """
    refusals = check_model(folder)
    if refusals:
        raise ModelRefused(folder.name, refusals)
    check_name(decode_card(folder).name, local=local, root=root)
    return place_model(folder, local=local, root=root)


def use_model(
    name: str,
    tasks: Sequence[Task] | None,
    *,
    local: Path,
    now: datetime,
    root: Path = WEIGHTS,
    unmatched: bool = False,
) -> dict[Task, str]:
    """Have a model serve tasks (default: all it has), each compared with the one that serves it now.

    ``unmatched`` lets one through that shares no held-out row with it; that stands in the history. Raises ModelRefused.
    """
    folder = find_model(name, root=root, local=local)
    wanted = tuple(tasks or decode_card(folder).labels)
    serving, shipped = serving_models(root=root, local=local), read_default(root)
    # Back to what ships is no question of figures: somebody who doubts a model of their own must be able to.
    judged = [task for task in wanted if shipped.get(task) != name]
    refusals = [one for one in check_model(folder) if one.task in (None, *wanted)] if judged else []
    notes = []
    for task in judged if not refusals else ():
        current = serving.get(task)
        if current is None or current == name:
            continue
        found = compare_models(folder, find_model(current, root=root, local=local), task)
        for one in judge_comparisons(task, found, current):
            if one.reason == "incomparable" and unmatched:
                notes.append(one.message)
            else:
                refusals.append(one)
    if refusals:
        hint = "Pakailah untuk tugas lain dengan --task, atau ukur dengan `kentongan models evaluate`."
        if any(one.reason == "incomparable" for one in refusals):
            hint = "Kalau Anda tetap mau memakainya tanpa perbandingan: --unmatched."
        raise ModelRefused(name, refusals, hint=hint)
    return choose_model(name, wanted, local=local, now=now, root=root, note=" ".join(notes))
