"""Small models for tests of the registry: real weights, a card and stored predictions that belong together."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import numpy as np

from kentongan.schema import SENTIMENTS
from models.calibrate import Calibration, expected_calibration_error
from models.card import Card, Protocol, SetUse, Speed, Trust, hash_files, save_card
from models.evaluate import Figure, bootstrap_interval, macro_f1
from models.features import HashShape
from models.linear import CONFIG_FILE, WEIGHTS_FILE, Head, LinearConfig, pack_weights, save_linear
from models.predictions import Predictions, save_predictions

SHAPE = HashShape(word_bits=8, char_bits=8, char_max=3)
CALIBRATION = Calibration(scale=1.0, offsets=(0.0, 0.0, 0.0), threshold=0.4)
ROWS = 600
ROUNDS = 2


def make_predictions(*, right: float, seed: int = 0, leaked: int = 0) -> Predictions:
    """Predictions right on about a share of invented rows; the rows and their truth are always the same.

    ``leaked`` rows trained the very round that tested them.
    """
    fixed, rng = np.random.default_rng(7), np.random.default_rng(seed)
    truth = fixed.integers(0, 3, ROWS)
    tested = np.arange(ROWS) % ROUNDS
    kept_out = tested == np.arange(ROUNDS)[:, None]
    kept_out[tested[:leaked], np.arange(leaked)] = False
    guess = np.where(rng.random(ROWS) < right, truth, (truth + 1) % 3)
    chances = np.full((1, ROWS, 3), 0.1)
    chances[0, np.arange(ROWS), guess] = 0.8
    return Predictions(
        task="sentiment", protocol="unseen", labels=SENTIMENTS, rows=np.arange(1, ROWS + 1, dtype=np.uint64),
        groups=np.arange(ROWS), slices=np.where(np.arange(ROWS) < ROWS // 2, "satu", "dua"),
        truth=truth.astype(np.int8), tested=tested.astype(np.int8), kept_out=kept_out,
        chances=chances.astype(np.float16),
    )  # fmt: skip


def describe_slice(one: Predictions, name: str) -> Figure:
    rows = np.flatnonzero(one.slices == name)
    truth, guess, sure = one.truth[rows].astype(np.int64), one.guesses[0, rows], np.full(len(rows), 0.8)
    low, high = bootstrap_interval(truth, guess, one.groups[rows], seed=0, resamples=100)
    return Figure(
        slice=name, rows=len(rows), macro_f1=macro_f1(truth, guess), low=low, high=high,
        accuracy=float((truth == guess).mean()), coverage=1.0, error_when_sure=float((truth != guess).mean()),
        calibration_error=expected_calibration_error(sure, truth == guess, np.ones(len(rows))),
    )  # fmt: skip


def make_card(folder: Path, name: str, stored: Predictions) -> Card:
    figures = tuple(describe_slice(stored, one) for one in ("satu", "dua"))
    trust = Trust(
        calibration=CALIBRATION, fitted_on="invented rows", error_before=0.1, error_after=0.1, cost_of_silence=0.5,
        coverage=1.0, error_when_sure=0.2, risk_coverage=((1.0, 0.2),),
    )  # fmt: skip
    return Card(
        name=name,
        version="1.0.0",
        made_on="2026-11-22",
        labels={"sentiment": SENTIMENTS},
        sets=(SetUse(file="karangan.jsonl", task="sentiment", rows=ROWS, source="invented", licence="none needed"),),
        splits="Two rounds of invented rows.",
        seeds=(1,),
        config={"invented": True},
        protocols=(
            Protocol(
                task="sentiment",
                name="sentiment: never seen in training",
                how="Two rounds.",
                figures=figures,
                macro_f1=float(np.mean([figure.macro_f1 for figure in figures])),
            ),
        ),
        trust={"sentiment": trust},
        speed=Speed(
            texts_per_second=1000, cold_start_seconds=0.5, weight_bytes=1000, hardware="one core", training_minutes=0.1
        ),
        limits=("Invented.",),
        sha256=hash_files(folder, (WEIGHTS_FILE, CONFIG_FILE)),
    )


def make_model(root: Path, name: str, *, right: float = 0.8, seed: int = 0, leaked: int = 0) -> Path:
    """A complete model folder ``root/name`` for sentiment, in which everything agrees."""
    folder = root / name
    rng = np.random.default_rng(seed)
    weights = pack_weights(
        rng.normal(size=(SHAPE.size, 3)).astype(np.float32),
        np.zeros(3, dtype=np.float32),
        np.ones(SHAPE.size, dtype=np.float32),
    )
    head = Head(labels=SENTIMENTS, calibration=CALIBRATION)
    save_linear(folder, LinearConfig(name=name, version="1.0.0", shape=SHAPE, heads={"sentiment": head}), weights)
    stored = make_predictions(right=right, seed=seed, leaked=leaked)
    save_predictions(folder, [stored])
    save_card(folder, make_card(folder, name, stored))
    return folder


def change_card(folder: Path, **changes: object) -> None:
    """Write a card's other self."""
    from models.registry import decode_card

    save_card(folder, msgspec.structs.replace(decode_card(folder), **changes))


def make_shipped(root: Path, *, right: float = 0.8) -> Path:
    """A folder of shipped models in which "bawaan" serves sentiment."""
    shutil.rmtree(root, ignore_errors=True)
    make_model(root, "bawaan", right=right)
    (root / "default.json").write_text('{"sentiment": "bawaan"}')
    return root
