"""Train, measure, calibrate and write the linear model: `python -m models.train_linear --data DATA --out FOLDER`.

Read it from ``train_model`` downwards. Everything random follows from one seed, so the same data give the same bytes
of weights. Needs the [train] extra.
"""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import numpy as np

from kentongan.schema import Task
from models.card import Card, Protocol, SetUse, Trust, hash_files, read_manifest, save_card
from models.data import BadData, Row, load_complaints, load_news, load_sentiment, posts_by_topic
from models.held_out import keep_predictions
from models.holdout import (
    Corpus,
    TrainConfig,
    build_corpora,
    fit_rows,
    fold_rounds,
    is_test,
    leave_out_rounds,
    score_folds,
    score_left_out,
)
from models.linear import CONFIG_FILE, WEIGHTS_FILE, Head, LinearConfig, pack_weights, save_linear
from models.measure import fit_trust, measure_speed, measure_task
from models.predictions import Predictions, save_predictions
from models.sets import SENTIMENT_SETS
from models.training_rows import read_own

log = logging.getLogger(__name__)

LIMITS = (
    "There is no labelled data for the tone of articles, so this model has no tone head: its sentiment is of posts and "
    "comments and must not be read as the tone of news.",
    "On a public matter it has never seen, sentiment is much weaker than on those it has: read both tables. "
    "Irony, quotations and news shared without comment are where it fails.",
    "Annotators of the sets disagree among themselves: two groups that labelled the same posts on one policy agree on "
    "70 %. No model can be measured above that.",
    "Sentiment is of the words, not towards a person or an agency.",
    "Regional languages: Javanese, Sundanese, Minangkabau, Banjar (600 sentences each) and Betawi; none of them on "
    "public matters.",
    "Topics of news are publishers' sections, of complaints the agencies' categories, of posts what their whole "
    "collection is about. Infrastructure and disasters are learned mostly from complaints of two regions; education, "
    "environment, religion and law from few outlets. Articles of mixed sections were labelled by words in their title.",
    "`other` is learned from reviews, lifestyle and cars only. Talk outside all topics in a way it has not seen is not "
    "recognised as such: it lands in some topic, or is kept silent about.",
    "Sentiment and topic of a person's post are an opinion of a machine: never evidence about that person.",
)

SPLITS = (
    "Near-duplicates (MinHash over word pairs, estimated Jaccard similarity 0.6) never stand on both sides of a split; "
    "translations of one sentence and cuts of one article share a fold. The inverse document frequencies are counted, "
    "without labels, over all training texts. The shipped weights learn from all rows but the sets marked test; the "
    "figures are of models trained in the same way without the rows in question."
)


def train_model(data: Path, out: Path, config: TrainConfig, *, today: date) -> Card:
    """Train from the sets in ``data`` and write weights, config and card to ``out``. Returns the card."""
    began = time.perf_counter()
    declared = load_sentiment(data)
    sentiment_rows = [*declared, *load_own_rows(config, "sentiment")]
    topic_rows = [*load_topic_rows(data, declared, config), *load_own_rows(config, "topic")]
    corpora, idf = build_corpora({"sentiment": sentiment_rows, "topic": topic_rows}, config)

    protocols: list[Protocol] = []
    trusts: dict[Task, Trust] = {}
    stored: list[Predictions] = []
    for corpus in corpora:
        unseen = score_left_out(corpus, leave_out_rounds(corpus, config), config)
        known = score_folds(corpus, config)
        trusts[corpus.task] = fit_trust(corpus, unseen, config)
        calibration = trusts[corpus.task].calibration
        protocols += measure_task(corpus, unseen, known, calibration, config)
        stored += [
            keep_predictions(corpus, leave_out_rounds(corpus, config), unseen, calibration, protocol="unseen"),
            keep_predictions(corpus, fold_rounds(corpus, config), known, calibration, protocol="known"),
        ]

    heads = [fit_rows(corpus, ~corpus.test_only, config) for corpus in corpora]
    weights = pack_weights(np.hstack([w for w, _ in heads]), np.concatenate([b for _, b in heads]), idf)
    model = LinearConfig(
        name=config.name,
        version=config.version,
        shape=config.shape,
        heads={one.task: Head(labels=one.labels, calibration=trusts[one.task].calibration) for one in corpora},
    )
    save_linear(out, model, weights)
    save_predictions(out, stored)
    posts = [row.text for row in sentiment_rows[:: max(1, len(sentiment_rows) // 4000)]]
    card = Card(
        name=config.name,
        version=config.version,
        made_on=today.isoformat(),
        labels={corpus.task: corpus.labels for corpus in corpora},
        sets=tuple(describe_sets(data, corpora, config)),
        splits=SPLITS,
        seeds=(config.seed,),
        config=msgspec.to_builtins(config),
        protocols=tuple(protocols),
        trust=trusts,
        speed=measure_speed(out, posts, began=began),
        limits=LIMITS,
        sha256=hash_files(out, (WEIGHTS_FILE, CONFIG_FILE)),
    )
    save_card(out, card)
    return card


def load_topic_rows(data: Path, sentiment_rows: Sequence[Row], config: TrainConfig) -> list[Row]:
    """News, complaints and posts as topic rows."""
    return [
        *load_news(data, most=config.articles, chars=config.article_chars, seed=config.seed),
        *load_complaints(data),
        *posts_by_topic(sentiment_rows, most=config.posts, weight=config.post_weight, seed=config.seed),
    ]


def load_own_rows(config: TrainConfig, task: Task) -> list[Row]:
    """The rows of one's own files of a task. Raises BadData for a task that this model has not, or an unusable line."""
    other = sorted(set(config.files) - {"sentiment", "topic"})
    if other:
        raise BadData(f"Model linear tidak belajar {', '.join(other)} dari berkas sendiri.", hint="sentiment, topic.")
    return [row for file in config.files.get(task, ()) for row in read_own(Path(file), task)]


def describe_sets(data: Path, corpora: Sequence[Corpus], config: TrainConfig) -> Iterator[SetUse]:
    """Every labelled file, with how many of its rows were learned from."""
    manifest = read_manifest(data)
    for corpus in corpora:
        files = [name for name in manifest if name.split("/")[0] in {"sentiment", "topic", "complaints"}]
        for file in files:
            stem = file.split("/")[-1].removesuffix(".jsonl.gz")
            own = [row for row in corpus.rows if row.file == file]
            how = SENTIMENT_SETS.get(stem) if corpus.task == "sentiment" else None
            if own:
                entry = manifest[file]
                learned = sum(not is_test(row) for row in own)
                why = how.why if how is not None else ""
                licence = str(entry.get("licence", "none stated"))
                if corpus.task == "topic" and file.startswith("sentiment/"):
                    why = "one topic for the whole set: little weight" if learned else SENTIMENT_SETS[stem].why
                remark = why or str(entry.get("note", ""))
                source = str(entry.get("source", ""))
                yield SetUse(file=file, task=corpus.task, rows=learned, source=source, licence=licence, remark=remark)
        for file in config.files.get(corpus.task, ()):
            rows = sum(row.source == Path(file).stem for row in corpus.rows)
            yield SetUse(
                file=Path(file).name, task=corpus.task, rows=rows, source="labelled by people of this installation",
                licence="own data",
            )  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m models.train_linear", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with sentiment/, topic/, complaints/, manifest.json"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder to write weights, config and card to")
    parser.add_argument("--config", type=Path, help="TOML file with values of TrainConfig")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    config = msgspec.toml.decode(chosen.config.read_bytes(), type=TrainConfig) if chosen.config else TrainConfig()
    card = train_model(chosen.data, chosen.out, config, today=datetime.now(UTC).date())
    for protocol in card.protocols:
        log.info("%s: mean macro-F1 %.3f over %d slices", protocol.name, protocol.macro_f1, len(protocol.figures))


if __name__ == "__main__":
    main()
