"""Train, calibrate, measure and write the model that suggests a complaint's category and field.

    python -m models.train_suggest --data FOLDER [--out FOLDER]

Read it from ``train`` downwards. Every figure, and every probability's calibration, is of a model that learned only
from complaints of an earlier time; the weights that ship then learn from all. The same data give the same bytes of
weights. Under a minute of one core; needs the [train] extra.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from kentongan.complaint_categories import FIELD_OF
from models.calibrate import Calibration, soften_scores
from models.data import Groups, Row, check_leak, group_rows, without_leak
from models.features import Features, HashShape, count_buckets, learn_idf, read_words, weigh_features
from models.fit import fit_heads, target_rows, weigh_rows
from models.linear import CONFIG_FILE, WEIGHTS_FILE, LinearWeights, pack_weights
from models.splits import check_time
from models.suggest import CHUNK, FOLDER, SuggestConfig, Suggester, SuggestHead
from models.suggest_card import write_card
from models.suggest_data import LABELS, QUESTIONS, Question, SuggestRows, load_rows
from models.suggest_measure import HeadFigures, Tested, measure_head
from models.suggest_words import KEYWORDS, count_keywords, keywords_digest, weigh_keywords

log = logging.getLogger(__name__)

NAME: Final = "aduan"
VERSION: Final = "1.0.0"
SHAPE: Final = HashShape(word_bits=12, char_bits=13, char_min=4, char_max=4, max_chars=1000)
"""Small: 1,300 reports fill no more. Chosen, like COST and POWER, on the two half-years of 2022, never on the test."""
COST: Final = 0.3
"""liblinear's C."""
POWER: Final = 0.5
"""Rows weigh (rows / rows with the label) to this power, within their source."""
SEED: Final = 1
SILENCE: Final = 0.5
"""What keeping silent costs where a wrong suggestion costs 1, as for the other models. Calibrated
probabilities under 1 - SILENCE cost more said than unsaid; a threshold fitted on few reports follows their noise."""
PRIOR: Final = 0.6
"""Weight that each category's keywords have for it beyond what was learned: of rare categories little is learned, yet
what their words mean is known. Chosen on the two half-years too."""
HALF_YEARS: Final = (("2022-01-01", "2022-07-01"), ("2022-07-01", "2023-01-01"))
"""From and to: a model that learned before the first is asked about the complaints between; this calibrates."""
TEST: Final = ("2023-01-01", "2024-01-01")
"""The later period that judges; nothing of it is in the model or the calibration that it judges."""

Asked = dict[Question, Tested]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """The rows of each question over one list of texts, counted once."""

    rows: SuggestRows
    places: dict[Question, NDArray[np.int64]]
    """For each row of a question the number of its text."""
    dates: NDArray[np.str_]
    """Of each text; empty where unknown."""
    groups: Groups
    """Near-duplicate group of each text."""
    counted: Features
    keywords: NDArray[np.float32]
    """How many words of each category stand in each text."""


def train(data: Path, out: Path, *, today: date) -> dict[Question, HeadFigures]:
    """Measure on the later period, then fit on all rows and write weights, config and card to ``out``."""
    corpus = build_corpus(load_rows(data))
    earlier, later = ask_earlier(corpus), ask_between(corpus, *TEST)
    figures = judge(corpus, earlier, later)
    calibrations = {question: calibrate(question, [*earlier, later]) for question in QUESTIONS}
    save(out, fit_before(corpus, None), calibrations)
    write_card(out, corpus.rows, figures, calibrations, today=today)
    return figures


def measure_later(data: Path) -> dict[Question, HeadFigures]:
    """The figures of the later period, without writing a model."""
    corpus = build_corpus(load_rows(data))
    return judge(corpus, ask_earlier(corpus), ask_between(corpus, *TEST))


def build_corpus(rows: SuggestRows) -> Corpus:
    """Texts of both questions, each once, with their near-duplicate groups and counts."""
    dates = {row.text: row.date for row in (*rows.category, *rows.field)}
    number = {text: place for place, text in enumerate(dates)}
    words = [read_words(text, SHAPE.max_chars) for text in dates]
    return Corpus(
        rows=rows,
        places={one: np.array([number[row.text] for row in rows.of(one)], dtype=np.int64) for one in QUESTIONS},
        dates=np.array(list(dates.values())),
        groups=group_rows(words),
        counted=count_buckets(words, SHAPE),
        keywords=count_keywords(words),
    )


def ask_earlier(corpus: Corpus) -> list[Asked]:
    """What earlier models said of each half-year before the test."""
    return [ask_between(corpus, start, end) for start, end in HALF_YEARS]


def ask_between(corpus: Corpus, start: str, end: str) -> Asked:
    """What a model that learned before ``start`` says of the judged rows from then to before ``end``."""
    config = describe({question: plain(len(LABELS[question])) for question in QUESTIONS}, sha256="")
    model = Suggester(config, fit_before(corpus, start))
    cut = len(LABELS["category"])
    asked: Asked = {}
    for question in QUESTIONS:
        own, labels = corpus.rows.of(question), LABELS[question]
        picked = [place for place, row in enumerate(own) if row.judged and start <= row.date < end]
        texts = [own[place].text for place in picked]
        scores = np.vstack([model.score_chunk(texts[at : at + CHUNK])[0] for at in range(0, len(texts), CHUNK)])
        asked[question] = Tested(
            labels=labels,
            truth=np.array([labels.index(next(iter(own[place].labels))) for place in picked], dtype=np.int64),
            scores=scores[:, :cut] if question == "category" else scores[:, cut:],
            keywords=corpus.keywords[corpus.places[question][picked]],
            groups=corpus.groups[corpus.places[question][picked]],
        )
    return asked


def fit_before(corpus: Corpus, before: str | None) -> LinearWeights:
    """Weights learned from undated texts and those dated before ``before`` of which no later one is a copy.

    None: from all. Raises LeakFound where a copy is left.
    """
    from scipy.sparse import csr_matrix, hstack

    use = learnable(corpus, before)
    idf = learn_idf(pick_rows(corpus.counted, use), SHAPE.size)
    runs = weigh_features(corpus.counted, idf, SHAPE).matrix(SHAPE.size)
    matrix = hstack([runs, csr_matrix(weigh_keywords(corpus.keywords))]).tocsr()
    columns, intercepts = [], []
    for question in QUESTIONS:
        places = corpus.places[question]
        learned = [row for row, place in zip(corpus.rows.of(question), places, strict=True) if use[place]]
        weights, own = fit_heads(
            matrix[places[use[places]]],
            target_rows(learned, LABELS[question]),
            weigh_rows(learned, power=POWER, by_source=True),
            cost=COST,
            seed=SEED,
        )
        for row, code in enumerate(KEYWORDS, start=SHAPE.size):
            weights[row, LABELS[question].index(code if question == "category" else FIELD_OF[code])] += PRIOR
        columns.append(weights)
        intercepts.append(own)
    return pack_weights(np.hstack(columns), np.concatenate(intercepts), idf)


def learnable(corpus: Corpus, before: str | None) -> Mask:
    """The texts that a model may learn from, where it is to be asked about those dated ``before`` and later."""
    everything = np.ones(len(corpus.dates), dtype=bool)
    if before is None:
        return everything
    later = corpus.dates >= before
    use = without_leak(corpus.groups, ~later, later)
    check_leak(corpus.groups, use, later)
    dated = use & (corpus.dates != "")
    check_time([stamp(one) for one in corpus.dates.tolist()], dated, later)
    return use


def stamp(day: str) -> Row:
    """A row of nothing but its date, for the check of time."""
    return Row(task="topic", text="", labels=frozenset(), source="", held_with="", date=day)


def pick_rows(counted: Features, use: Mask) -> Features:
    """Some rows of counted features."""
    lengths = np.diff(counted.indptr)
    kept = np.repeat(use, lengths)
    indptr = np.concatenate(([0], np.cumsum(lengths[use]))).astype(np.int64)
    return Features(indptr, counted.indices[kept], counted.values[kept])


def judge(corpus: Corpus, earlier: Sequence[Asked], later: Asked) -> dict[Question, HeadFigures]:
    """The figures of each question on the test period, beside what always answers the same and what reads keywords."""
    figures: dict[Question, HeadFigures] = {}
    for question in QUESTIONS:
        known = [row for row in corpus.rows.of(question) if row.judged and row.date < TEST[0]]
        figures[question] = measure_head(
            question, later[question], calibrate(question, earlier), before=known, seed=SEED
        )
    return figures


def calibrate(question: Question, asked: Sequence[Asked]) -> Calibration:
    """One temperature, from what earlier models said of later complaints.

    No offset a label: what is complained about changes from one half-year to the next, and on the halves of 2022
    offsets fitted on one made the other no better.
    """
    from scipy.optimize import minimize_scalar

    truth = np.concatenate([one[question].truth for one in asked])
    scores = np.vstack([one[question].scores for one in asked])
    none = (0.0,) * scores.shape[1]

    def loss(power: float) -> float:
        chances = soften_scores(scores, float(np.exp(power)), none)[np.arange(len(truth)), truth]
        return -float(np.log(np.maximum(chances, 1e-12)).mean())

    found = minimize_scalar(loss, bounds=(-3, 3), method="bounded").x
    return Calibration(scale=float(np.exp(found)), offsets=none, threshold=1 - SILENCE)


def plain(labels: int) -> Calibration:
    """No calibration: softmax of the scores as they are."""
    return Calibration(scale=1.0, offsets=(0.0,) * labels, threshold=0.0)


def describe(calibrations: dict[Question, Calibration], *, sha256: str) -> SuggestConfig:
    """The config of a model with these calibrations."""
    heads = {one: SuggestHead(labels=LABELS[one], calibration=calibrations[one]) for one in QUESTIONS}
    return SuggestConfig(
        name=NAME,
        version=VERSION,
        shape=SHAPE,
        category=heads["category"],
        field=heads["field"],
        keywords_sha256=keywords_digest(),
        sha256=sha256,
    )


def save(out: Path, weights: LinearWeights, calibrations: dict[Question, Calibration]) -> None:
    """Write ``weights.safetensors`` and ``config.json``."""
    from safetensors.numpy import save_file

    out.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, NDArray[Any]] = {
        "codes": weights.codes,
        "scale": weights.scale,
        "intercepts": weights.intercepts,
        "idf": weights.idf,
    }
    save_file(arrays, out / WEIGHTS_FILE)
    (out / WEIGHTS_FILE).chmod(0o644)
    config = describe(calibrations, sha256=hashlib.sha256((out / WEIGHTS_FILE).read_bytes()).hexdigest())
    (out / CONFIG_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(config), indent=1) + b"\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m models.train_suggest", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with complaints/")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write weights, config and card to")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    for question, figures in train(chosen.data, chosen.out, today=datetime.now(UTC).date()).items():
        log.info("%s: accuracy %.3f on %d later complaints", question, figures.accuracy.value, figures.rows)


if __name__ == "__main__":
    main()
