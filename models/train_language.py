"""Train, measure, calibrate and write the language model: `python -m models.train_language --data DATA --out FOLDER`.

Read it from ``train_language`` downwards. Every collection is left out of training in turn, so what is measured is
whether a language is known, not whether a collection is. Needs the [train] extra; see ``models.language_data``.
"""

from __future__ import annotations

import argparse
import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.calibrate import (
    Calibration,
    Flags,
    Scores,
    choose_threshold,
    expected_calibration_error,
    fit_calibration,
    risk_coverage,
    soften_scores,
)
from models.card import Card, Protocol, SetUse, Trust, hash_files, read_manifest, save_card
from models.data import check_leak, without_leak
from models.features import HashShape, count_buckets, learn_idf, read_words, weigh_features
from models.holdout import Corpus, TrainConfig, fit_rows
from models.language_data import LANGUAGES, OTHER_TEXT, ROUNDS, SHORT, Texts, load_examples, load_languages
from models.linear import CONFIG_FILE, WEIGHTS_FILE, Head, LinearConfig, load_linear, pack_weights, save_linear
from models.measure import measure_slice, measure_speed
from models.predictions import Predictions, hash_text, save_predictions

log = logging.getLogger(__name__)

LIMITS = (
    "Malay is not covered: there is no labelled Malay text to learn from or to measure with. It mostly reads as "
    "Indonesian.",
    '"other" was learned from docstrings of the Python standard library (English), spaCy\'s example sentences and bags '
    "of frequent words from jusText's lists, not from posts: English slang and mixed talk are the weak side.",
    "Balinese, Acehnese, Bugis, Batak, Makassar and other regional languages have no label of their own and no text "
    "here: they come out as some other label, or are kept silent about.",
    "Banjar is 600 reviews of one collection: its figures are of other reviews of that same collection.",
    "Betawi and colloquial Jakarta Indonesian shade into each other; where the line runs is the collections' choice.",
    "A post in two languages gets one label. Fewer than eight words often do not tell: see those slices.",
    "Collections are told apart by their place in a file; a few rows at a seam may stand in the wrong one.",
)

SPLITS = (
    "Five rounds, each without whole collections: NusaTranslation with its Indonesian originals; NusaX in halves by "
    "row, translations of a sentence together, with SmSA, whose reviews it translates (Banjar, which has no other "
    "collection, is trained on the other half); NusaParagraph with news; Javanese tweets with posts on public matters. "
    'Of "other", languages and modules are left out by name; in one round English is left out whole. Near-duplicates '
    "(MinHash, estimated Jaccard similarity 0.6), texts that read the same and cuts of a text never part."
)


class LanguageConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every choice of the training. An unknown key in a file is an error."""

    name: str = "linear-language"
    version: str = "1.0.0"
    seed: int = 20261122
    shape: HashShape = HashShape(word_bits=14, char_bits=15, word_ngrams=1, char_max=4, reading="surface")
    cost: float = 0.3
    """C of the support vector machines."""
    balance: float = 0.5
    """Power of (rows / rows with the label) in a row's weight."""
    most: int = 1000
    """Most texts of one language and collection; of one set of posts, a quarter of it."""
    resamples: int = 200
    """Bootstrap samples behind an interval."""
    indonesian_share: float = 0.8
    """Of the texts that calibration is for; the other labels share the rest equally. An assumption: what a command
    centre collects is mostly Indonesian, and a flood of false regional labels would drown the true ones."""
    cost_of_silence: float = 0.2
    """Of an abstention, where a wrong label costs 1: a text counted as unsure can be looked at, one counted as a
    language it is not misleads."""


def train_language(data: Path, out: Path, config: LanguageConfig, *, today: date) -> Card:
    """Train from ``data`` and write weights, config, held-out predictions and card to ``out``. Returns the card."""
    began = time.perf_counter()
    texts = load_languages(data, most=config.most, seed=config.seed)
    corpus, idf = build_corpus(texts, config)
    scores, kept_out = score_rounds(corpus, texts, config)
    trust = fit_trust(corpus, texts, scores, config)
    protocols = measure_language(corpus, texts, scores, trust.calibration, config)

    coefficients, intercepts = fit_rows(corpus, np.ones(len(corpus.rows), dtype=bool), as_train_config(config))
    head = Head(labels=LANGUAGES, calibration=trust.calibration)
    model = LinearConfig(name=config.name, version=config.version, shape=config.shape, heads={"language": head})
    save_linear(out, model, pack_weights(coefficients, intercepts, idf))
    save_predictions(out, [keep_predictions(corpus, texts, scores, kept_out, trust.calibration)])
    posts = [row.text for row in corpus.rows if row.form == "post"]
    card = Card(
        name=config.name,
        version=config.version,
        made_on=today.isoformat(),
        labels={"language": LANGUAGES},
        sets=tuple(describe_sets(data, corpus)),
        splits=SPLITS,
        seeds=(config.seed,),
        config=msgspec.to_builtins(config),
        protocols=tuple(protocols),
        trust={"language": trust},
        speed=measure_speed(out, posts[:: max(1, len(posts) // 4000)], began=began, tasks=["language"]),
        limits=(*LIMITS, *describe_malay(out)),
        sha256=hash_files(out, (WEIGHTS_FILE, CONFIG_FILE)),
    )
    save_card(out, card)
    return card


def as_train_config(config: LanguageConfig) -> TrainConfig:
    """The part of the choices that fitting and measuring share with the other linear model."""
    return TrainConfig(
        name=config.name, version=config.version, seed=config.seed, shape=config.shape, cost=config.cost,
        balance=config.balance, resamples=config.resamples,
    )  # fmt: skip


def build_corpus(texts: Texts, config: LanguageConfig) -> tuple[Corpus, NDArray[np.float32]]:
    """Features of every row, and the inverse document frequencies, which are counted over all texts without labels."""
    shape = config.shape
    counted = count_buckets([read_words(row.text, shape.max_chars, shape.reading) for row in texts.rows], shape)
    idf = learn_idf(counted, shape.size).astype(np.float16).astype(np.float32)
    targets = np.full((len(texts.rows), len(LANGUAGES)), -1, dtype=np.int8)
    for number, row in enumerate(texts.rows):
        targets[number, LANGUAGES.index(next(iter(row.labels)))] = 1
    corpus = Corpus(
        task="language",
        labels=LANGUAGES,
        rows=texts.rows,
        matrix=weigh_features(counted, idf, shape).matrix(shape.size),
        targets=targets,
        groups=texts.groups,
        test_only=np.zeros(len(texts.rows), dtype=bool),
    )
    log.info("%d rows, %d groups of near-duplicates", len(texts.rows), len(np.unique(texts.groups)))
    return corpus, idf


def score_rounds(corpus: Corpus, texts: Texts, config: LanguageConfig) -> tuple[Scores, Flags]:
    """Decision values of every tested row by a model without its collection (NaN for cuts and bags), and what each
    round did not train on (rounds by rows)."""
    scores = np.full(corpus.targets.shape, np.nan)
    kept_out = np.ones(texts.barred.shape, dtype=bool)
    for number, barred in enumerate(texts.barred):
        test = texts.rounds == number
        train = without_leak(corpus.groups, ~barred & ~test, test)
        check_leak(corpus.groups, train, test)
        coefficients, intercepts = fit_rows(corpus, train, as_train_config(config))
        scores[test] = np.asarray(corpus.matrix[np.flatnonzero(test)] @ coefficients + intercepts, dtype=np.float64)
        kept_out[number] = ~train
        log.info("without %s: %d rows trained on, %d tested", ROUNDS[number], int(train.sum()), int(test.sum()))
    return scores, kept_out


def weigh_stream(corpus: Corpus, rows: NDArray[np.int64], config: LanguageConfig) -> Scores:
    """Weights under which Indonesian has its assumed share, the other labels equal ones, and within a label each
    collection the square root of its rows."""
    sources = [corpus.rows[row].source for row in rows]
    counts = Counter(sources)
    weights = np.array([counts[source] ** -0.5 for source in sources])
    truth = corpus.truth[rows]
    totals = np.bincount(truth, weights=weights, minlength=len(LANGUAGES))
    shares = np.full(len(LANGUAGES), (1 - config.indonesian_share) / (len(LANGUAGES) - 1))
    shares[LANGUAGES.index("id")] = config.indonesian_share
    return np.asarray(weights * (shares / np.maximum(totals, 1e-12))[truth])


def fit_trust(corpus: Corpus, texts: Texts, scores: Scores, config: LanguageConfig) -> Trust:
    """Calibration and threshold from rows of collections that the scoring model never saw."""
    rows = np.flatnonzero(~np.isnan(scores[:, 0]))
    weights, truth = weigh_stream(corpus, rows, config), corpus.truth[rows]
    offered = np.ones((len(rows), len(LANGUAGES)), dtype=bool)
    scale, offsets = fit_calibration(scores[rows], truth, offered, weights)
    # Honest figures: half of the rounds is read with the calibration of the other half. Both know every label.
    side = texts.rounds[rows] % 2
    chances = soften_scores(scores[rows], scale, offsets)
    for half in (0, 1):
        other = side != half
        fitted = fit_calibration(scores[rows][other], truth[other], offered[other], weights[other])
        chances[~other] = soften_scores(scores[rows][~other], *fitted)
    sure, right = chances.max(axis=1), chances.argmax(axis=1) == truth
    plain = soften_scores(scores[rows], 1.0, np.zeros(len(LANGUAGES)))
    threshold = choose_threshold(sure, right, weights, cost=config.cost_of_silence)
    answered = sure >= threshold
    return Trust(
        calibration=Calibration(scale=scale, offsets=tuple(float(one) for one in offsets), threshold=threshold),
        fitted_on=f"{len(rows):,} rows of collections left out of training in turn, weighted as a stream that is "
        f"{config.indonesian_share:.0%} Indonesian (an assumption)",
        error_before=expected_calibration_error(plain.max(axis=1), plain.argmax(axis=1) == truth, weights),
        error_after=expected_calibration_error(sure, right, weights),
        cost_of_silence=config.cost_of_silence,
        coverage=float(weights[answered].sum() / weights.sum()),
        error_when_sure=float(weights[answered & ~right].sum() / max(weights[answered].sum(), 1e-12)),
        risk_coverage=tuple(risk_coverage(sure, right, weights, coverages=(0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0))),
    )


def measure_language(
    corpus: Corpus, texts: Texts, scores: Scores, calibration: Calibration, config: LanguageConfig
) -> list[Protocol]:
    """Figures by round (several languages in each), of short posts, and by language and collection."""
    tested = ~np.isnan(scores[:, 0])
    short = np.array([len(row.text.split()) < SHORT for row in corpus.rows])
    sources = np.array([row.source for row in corpus.rows])
    rounds = {f"{name} left out": tested & (texts.rounds == number) for number, name in enumerate(ROUNDS)}
    brief = {f"{name} (under {SHORT} words)": mask & short for name, mask in rounds.items()}
    each = {str(name): tested & (sources == name) for name in np.unique(sources[tested])}
    plain = "The labels in a slice are those whose collections the round leaves out."
    single = "A slice has one language, so its figure is the accuracy: how many of its texts get that label."
    made = []
    for name, how, slices in (
        ("language: collections never seen in training", plain, rounds),
        (f"language: posts of under {SHORT} words of those", plain, brief),
        ("language: each language in each collection", single, each),
    ):
        figures = [
            measure_slice(
                corpus, scores, np.flatnonzero(mask), calibration, name=slice_name, config=as_train_config(config)
            )
            for slice_name, mask in slices.items()
            if mask.any()
        ]
        mean = float(np.mean([figure.macro_f1 for figure in figures])) if figures else 0.0
        made.append(Protocol(task="language", name=name, how=how, figures=tuple(figures), macro_f1=mean))
    return made


def keep_predictions(
    corpus: Corpus, texts: Texts, scores: Scores, kept_out: Flags, calibration: Calibration
) -> Predictions:
    """The held-out scores as they are stored beside the weights."""
    return Predictions(
        task="language",
        protocol="unseen",
        labels=LANGUAGES,
        rows=np.array([hash_text(row.text) for row in corpus.rows], dtype=np.uint64),
        groups=corpus.groups,
        slices=np.array([row.source for row in corpus.rows]),
        truth=np.where(corpus.judged, corpus.truth, -1).astype(np.int8),
        tested=texts.rounds,
        kept_out=kept_out,
        chances=soften_scores(scores, calibration.scale, calibration.offsets).astype(np.float16)[None],
    )


def describe_malay(out: Path) -> Iterator[str]:
    """What the written model says of spaCy's Malay examples, which it never saw; nothing where spaCy is missing."""
    examples = [piece.text for piece in load_examples(["ms"])]
    if examples:
        said = load_linear(out).classify(examples, ["language"])
        found = Counter("silent" if one["language"].abstained else str(one["language"].value) for one in said)
        counts = ", ".join(f"{label} {count}" for label, count in found.most_common())
        yield f"Of spaCy's {len(examples)} Malay example sentences, never trained on, it says: {counts}."


def describe_sets(data: Path, corpus: Corpus) -> Iterator[SetUse]:
    """Every file or package, with how many of its rows were learned from, cuts among them."""
    manifest = read_manifest(data)
    for file, rows in sorted(Counter(row.held_with for row in corpus.rows).items()):
        entry = manifest.get(file, {})
        source, licence = OTHER_TEXT.get(file) or (
            str(entry.get("source", "none stated")),
            str(entry.get("licence", "none stated")),
        )
        remark = 'read at training time as "other"; nothing of it is kept' if file in OTHER_TEXT else ""
        yield SetUse(file=file, task="language", rows=rows, source=source, licence=licence, remark=remark)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m models.train_language", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with corpus/, sentiment/, manifest.json")
    parser.add_argument("--out", type=Path, required=True, help="folder to write weights, config and card to")
    parser.add_argument("--config", type=Path, help="TOML file with values of LanguageConfig")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    config = msgspec.toml.decode(chosen.config.read_bytes(), type=LanguageConfig) if chosen.config else LanguageConfig()
    card = train_language(chosen.data, chosen.out, config, today=datetime.now(UTC).date())
    for protocol in card.protocols:
        log.info("%s: mean macro-F1 %.3f over %d slices", protocol.name, protocol.macro_f1, len(protocol.figures))


if __name__ == "__main__":
    main()
