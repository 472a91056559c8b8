"""The model card: what a model learned from, how good and how sure it is, what it cannot do. Written by the trainer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from kentongan.schema import Task
from models.calibrate import Calibration
from models.evaluate import Figure
from models.predictions import Comparison

DOES = {
    "linear": "Hashed word and character n-grams, one linear separator a label. It holds no word of any text it "
    "learned from.",
    "encoder": "A small transformer over subwords with one linear head a task, read through 8-bit ONNX. Its vocabulary "
    "holds frequent pieces of words, no text.",
    "cascade": "Two tiers: the linear model answers what it is sure of; of the rest, both it and the encoder are asked "
    "and their opinions averaged. It has no weights of its own.",
}
"""What kind of model a card is about, in a sentence."""

CARD_FILE = "card.json"
PAGE_FILE = "card.md"


class SetUse(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One labelled file: how many of its rows trained the shipped weights, and under what terms."""

    file: str
    task: Task
    rows: int
    """Rows that the shipped weights learned from; cuts of one article count each. 0 for a set left out."""
    source: str
    licence: str
    """As the file's publisher states it."""
    remark: str = ""
    """Why it is left out or trusted less."""


class Trust(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How far a task's probabilities can be trusted, on the rows its calibration was fitted on."""

    calibration: Calibration
    fitted_on: str
    error_before: float
    """Expected calibration error of the plain scores (scale 1, no offsets); 0 to 1."""
    error_after: float
    """The same with the calibration, measured by fitting on one half of the sources and reading the other."""
    cost_of_silence: float
    """What keeping silent costs, where a wrong label costs 1; the threshold follows from it."""
    coverage: float
    """Share of those rows on which the model commits itself."""
    error_when_sure: float
    """Share of wrong labels among them."""
    risk_coverage: tuple[tuple[float, float], ...]
    """Coverage and the error rate at it."""


class Protocol(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One way of holding rows out, and the figures of each slice under it."""

    task: Task
    name: str
    how: str
    figures: tuple[Figure, ...]
    macro_f1: float
    """Unweighted mean over the slices."""


class Speed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the model costs on the machine it was trained on."""

    texts_per_second: float
    """Posts of the training sets in a second of one core, both tasks, normalisation included."""
    cold_start_seconds: float
    """Processor time of a new process: interpreter, imports, weights, one text."""
    weight_bytes: int
    hardware: str
    training_minutes: float
    """Measurement of every slice included."""


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything a person must know before believing the model. Nothing here is typed by hand but the limits."""

    name: str
    version: str
    made_on: str
    """ISO date."""
    labels: dict[Task, tuple[str, ...]]
    sets: tuple[SetUse, ...]
    splits: str
    seeds: tuple[int, ...]
    config: dict[str, object]
    """Hyper-parameters."""
    protocols: tuple[Protocol, ...]
    trust: dict[Task, Trust]
    speed: Speed
    limits: tuple[str, ...]
    sha256: dict[str, str]
    """Hash of each file of the model."""
    kind: str = "linear"
    """"linear", "encoder" or "cascade"."""
    comparisons: tuple[Comparison, ...] = ()
    """This model beside others, on the very same held-out rows and trained on the very same others."""
    origin: dict[str, object] = {}
    """Where the weights come from: the pretraining of an encoder, the two tiers of a cascade, what 8 bits cost."""


def hash_files(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """SHA-256 of each named file, in hex."""
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def describe_protocol(protocol: Protocol) -> str:
    """One protocol as a heading, its explanation and its table."""
    rows = [
        (
            figure.slice,
            f"{figure.rows:,}",
            f"{100 * figure.macro_f1:.1f} ({100 * figure.low:.1f} to {100 * figure.high:.1f})",
            f"{100 * figure.accuracy:.1f}",
            f"{figure.calibration_error:.3f}",
            f"{100 * figure.coverage:.0f}",
            "" if figure.error_when_sure is None else f"{100 * figure.error_when_sure:.0f}",
        )
        for figure in protocol.figures
    ]
    head = ("slice", "rows", "macro-F1 (95 %)", "accuracy", "calibration error", "answers %", "wrong when it does %")
    mean = f"Mean macro-F1 over the slices: **{100 * protocol.macro_f1:.1f}**."
    return f"### {protocol.name}\n\n{protocol.how}\n\n{table(head, rows)}\n\n{mean}"


def describe_comparisons(comparisons: Sequence[Comparison]) -> str:
    """Two models side by side, slice by slice, with the interval of their difference."""

    def span(value: float, low: float, high: float) -> str:
        return f"{100 * value:.1f} ({100 * low:.1f} to {100 * high:.1f})"

    rows = [
        (
            one.task,
            one.protocol,
            f"**{one.slice}**" if one.slice == "mean" else one.slice,
            f"{one.rows:,}",
            str(one.seeds),
            span(one.macro_f1, one.low, one.high),
            one.other,
            span(one.other_macro_f1, one.other_low, one.other_high),
            f"{100 * one.difference:+.1f} ({100 * one.difference_low:+.1f} to {100 * one.difference_high:+.1f})",
        )
        for one in comparisons
    ]
    head = ("task", "held out", "slice", "rows", "seeds", "this model", "beside", "macro-F1 of that", "difference")
    return (
        "## Beside other models\n\nMacro-F1 on the same held-out rows, both trained on the same others; intervals at "
        f"95 % from a paired bootstrap over near-duplicate groups.\n\n{table(head, rows)}"
    )


def describe_trust(task: str, labels: Sequence[str], trust: Trust) -> str:
    """Calibration and abstention of one task, in words and a table."""
    offsets = ", ".join(f"{label} {value:+.2f}" for label, value in zip(labels, trust.calibration.offsets, strict=True))
    curve = table(
        ("share of texts answered", "wrong among them %"),
        [(f"{100 * share:.0f} %", f"{100 * risk:.1f}") for share, risk in trust.risk_coverage],
    )
    return (
        f"### {task}\n\nFitted on {trust.fitted_on}. Scale {trust.calibration.scale:.2f} (temperature "
        f"{1 / trust.calibration.scale:.2f}), offsets: {offsets}. Expected calibration error {trust.error_before:.3f} "
        f"before, {trust.error_after:.3f} after.\n\nThe model keeps silent where its best probability is under "
        f"**{trust.calibration.threshold:.2f}**: the threshold of least cost on those rows where a wrong label costs 1 "
        f"and silence {trust.cost_of_silence:g}. It then answers {100 * trust.coverage:.0f} % and is wrong on "
        f"{100 * trust.error_when_sure:.1f} % of what it answers.\n\n{curve}"
    )


def describe_card(card: Card) -> str:
    """The card as a Markdown page."""
    used = [(one.file, one.task, f"{one.rows:,}", one.licence, one.source, one.remark) for one in card.sets if one.rows]
    unused = [(one.file, one.task, one.licence, one.remark) for one in card.sets if not one.rows]
    labels = "\n".join(f"- {task}: {', '.join(names)}" for task, names in card.labels.items())
    parts = [
        f"# Model card: {card.name} {card.version}",
        f"Written by the training script on {card.made_on}; nothing in it is typed by hand but the limits.",
        "## What it does\n\nLabels Indonesian posts, comments, complaints and articles with calibrated probabilities:\n"
        f"\n{labels}\n\n{DOES.get(card.kind, '')}",
        "## What it learned from\n\n"
        + table(("file", "task", "rows", "licence", "source", "remark"), used)
        + "\n\nNot learned from:\n\n"
        + table(("file", "task", "licence", "why"), unused),
        f"## Splits and seeds\n\n{card.splits}\n\nSeeds: {', '.join(map(str, card.seeds))}.",
        "## How good it is\n\n" + "\n\n".join(describe_protocol(protocol) for protocol in card.protocols),
        *([describe_comparisons(card.comparisons)] if card.comparisons else []),
        *(
            ["## Where it comes from\n\n" + table(("what", ""), [(k, str(v)) for k, v in card.origin.items()])]
            if card.origin
            else []
        ),
        "## How sure it is\n\n"
        + "\n\n".join(describe_trust(task, card.labels[task], trust) for task, trust in card.trust.items()),
        f"## Speed\n\n{card.speed.texts_per_second:,.0f} posts a second of one core, cold start "
        f"{card.speed.cold_start_seconds:.2f} s, {card.speed.weight_bytes / 1e6:.1f} MB of weights "
        f"({card.speed.hardware}). Training and measuring took {card.speed.training_minutes:.1f} minutes there.",
        "## Limits\n\n" + "\n".join(f"- {limit}" for limit in card.limits),
        "## Hyper-parameters\n\n```json\n" + json.dumps(card.config, indent=1) + "\n```",
        "## Files\n\n" + table(("file", "SHA-256"), card.sha256.items()),
    ]
    return "\n\n".join(parts) + "\n"


def save_card(folder: Path, card: Card) -> None:
    """Write ``card.json`` and ``card.md``."""
    (folder / CARD_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(card), indent=1) + b"\n")
    (folder / PAGE_FILE).write_text(describe_card(card), encoding="utf-8")


def read_manifest(data: Path) -> Mapping[str, Mapping[str, object]]:
    """The entries of ``manifest.json`` in a data folder, by file."""
    return {entry["file"]: entry for entry in json.loads((data / "manifest.json").read_text(encoding="utf-8"))}
