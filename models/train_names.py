"""Train, measure and write the names pipeline: `python -m models.train_names --data DATA --out FOLDER`.

Read it from ``train_names`` downwards. Everything random follows from one seed. Needs the [names] and [train] extras.

NERP does not say what an organisation is, so the network first learns from NERGrit alone and reads NERP's sentences:
what it takes for an organisation there is left open. Then it learns from both.
"""

from __future__ import annotations

import argparse
import logging
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.names import NamesConfig, build_pipeline, parameters, save_pipeline
from models.names_card import Corpus, NamesCard, describe_training, measure_speed, save_names_card
from models.names_data import (
    KINDS,
    MEASURED,
    OPEN,
    ORG,
    Sentence,
    Span,
    Splits,
    VectorShape,
    in_lower_case,
    learn_vectors,
    load_splits,
    write_corpus,
)
from models.names_measure import count_matches, f1_of, measure_names

log = logging.getLogger(__name__)


class NamesTraining(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every choice of the training. An unknown key in a file is an error."""

    network: NamesConfig = NamesConfig()
    seed: int = 20261122
    stop_share: float = 0.08
    """Part of the training sentences that says when to stop."""
    lower: float = 0.4
    """Part of the sentences with capitals that is read in small letters too, in every epoch a new draw."""
    nerp: float = 0.3
    """Part of the NERP sentences that an epoch reads: there are four for one of NERGrit."""
    first_epochs: int = 3
    """Epochs on NERGrit alone."""
    epochs: int = 16
    """Of both kinds together."""
    patience: int = 3
    """Epochs without a better figure on the stopping sentences before training ends."""
    batch_words: int = 600
    dropout: float = 0.25
    rate: float = 0.001
    """Learning rate (Adam)."""
    resamples: int = 1000
    """Bootstrap samples behind an interval."""


def train_names(data: Path, out: Path, config: NamesTraining, *, work: Path, today: date) -> NamesCard:
    """Train from ``data/ner`` and ``data/corpus``, write the pipeline and its card to ``out``, return the card.

    Word vectors are kept in ``work`` for the next time.

    Raises BadData where a file is missing or unreadable, LeakFound where a split leaks.
    """
    splits = load_splits(data / "ner", share=config.stop_share, seed=config.seed)
    vectors, about = make_vectors(data / "corpus", splits, config.network.vectors, work)
    began = time.perf_counter()
    nlp, best = fit(splits.train, splits.stop, vectors, config)
    round_weights(nlp)
    save_pipeline(out, nlp, config.network)
    card = describe_training(
        data, out, splits,
        config=msgspec.json.decode(msgspec.json.encode(config)),
        seeds=(config.seed,),
        figures=measure_names(nlp, splits.judge, resamples=config.resamples, seed=config.seed),
        stopped=best.by_set,
        epoch=best.epoch,
        by_hand=best.by_hand,
        corpus=about,
        speed=measure_speed(out, nlp, [one.text for one in splits.stop]),
        minutes=(time.perf_counter() - began) / 60,
        today=today,
    )  # fmt: skip
    save_names_card(out, card)
    return card


def make_vectors(corpus: Path, splits: Splits, shape: VectorShape, work: Path) -> tuple[NDArray[np.float32], Corpus]:
    """Word vectors, rows by width, and what they come from: those in ``work`` where they are of this shape, else new.

    New ones are written there."""
    note = work / "vectors.json"
    if note.exists() and (about := msgspec.json.decode(note.read_bytes(), type=Corpus)).shape == shape:
        log.info("word vectors: those of %s", work)
        return np.load(work / "vectors.npy", allow_pickle=False).astype(np.float32), about
    began = time.perf_counter()
    judged = [one for sentences in splits.judge.values() for one in sentences]
    work.mkdir(parents=True, exist_ok=True)
    tokens, overlapping = write_corpus(corpus, work / "tokens.txt", chars=shape.chars, judged=judged, seed=shape.seed)
    log.info("corpus: %d tokens, %d documents share words with judged sentences", tokens, overlapping)
    table = learn_vectors(work / "tokens.txt", shape, out=work / "table.floret")
    np.save(work / "vectors.npy", table)
    minutes = (time.perf_counter() - began) / 60
    about = Corpus(tokens=tokens, documents_left_out=overlapping, minutes=round(minutes, 1), shape=shape)
    note.write_bytes(msgspec.json.encode(about))
    return table.astype(np.float32), about


def open_organisations(nlp: Any, sentences: Sequence[Sentence]) -> list[Sentence]:
    """The sentences, where those of sets that tag no organisations leave open what the pipeline takes for one."""
    texts = [one.text for one in sentences if ORG not in MEASURED[one.source]]
    read = iter(list(nlp.pipe(texts, batch_size=64)))
    opened = []
    for one in sentences:
        if ORG in MEASURED[one.source]:
            opened.append(one)
            continue
        doubts = [Span(ent.start_char, ent.end_char, OPEN) for ent in next(read).ents if ent.label_ == ORG]
        fresh = [span for span in doubts if not any(overlap(span, known) for known in one.spans)]
        opened.append(replace(one, spans=(*one.spans, *fresh)))
    return opened


def overlap(one: Span, other: Span) -> bool:
    """Whether two spans share a character."""
    return one.start < other.end and other.start < one.end


def make_example(nlp: Any, sentence: Sentence) -> Any:
    """A spaCy ``Example``: tags by token, where the tokens of an open span, or of one that ends inside a token, count
    as unknown."""
    from spacy.training import Example

    doc = nlp.make_doc(sentence.text)
    tags = ["O"] * len(doc)
    for span in sentence.spans:
        inside = doc.char_span(span.start, span.end, alignment_mode="expand")
        places = range(inside.start, inside.end) if inside is not None else range(0)
        if not places or any(tags[at] not in ("O", "-") for at in places):
            continue
        exact = (inside.start_char, inside.end_char) == (span.start, span.end)
        if span.kind not in KINDS or not exact or any(tags[at] == "-" for at in places):
            marks = ["-"] * len(places)
        elif len(places) == 1:
            marks = [f"U-{span.kind}"]
        else:
            marks = [f"B-{span.kind}", *[f"I-{span.kind}"] * (len(places) - 2), f"L-{span.kind}"]
        for at, mark in zip(places, marks, strict=True):
            tags[at] = mark
    return Example.from_dict(doc, {"entities": tags})


@dataclass(slots=True)
class Best:
    """The best weights so far."""

    score: float
    epoch: int
    by_set: dict[str, float]
    """F1 on the stopping sentences."""
    weights: dict[str, NDArray[np.float32]]
    by_hand: bool = False
    """Whether a person ended the training."""


def fit(
    train: Sequence[Sentence], stop: Sequence[Sentence], vectors: NDArray[np.float32], config: NamesTraining
) -> tuple[Any, Best]:
    """Train a pipeline until the stopping sentences, as they are and in small letters, are read no better.

    The first epochs read only sets that tag organisations. Returns it and its figures. Adam, averaged weights.
    An interrupt ends the training and keeps the best. Raises FloatingPointError where the loss is no number.
    """
    from thinc.api import Adam, fix_random_seed

    fix_random_seed(config.seed % 2**32)
    draw = random.Random(config.seed)
    nlp = build_pipeline(config.network, vectors)
    optimizer = Adam(config.rate, L2=0.01, grad_clip=1.0, L2_is_weight_decay=True, use_averages=True)
    best = Best(-1.0, 0, {}, {})
    examples: dict[Sentence, Any] = {}
    lesson = [one for one in train if ORG in MEASURED[one.source]]
    try:
        for epoch in range(1, config.epochs + 1):
            if epoch == config.first_epochs + 1:
                with nlp.use_params(optimizer.averages):
                    lesson = open_organisations(nlp, train)
            losses: dict[str, float] = {}
            for batch in draw_batches(lesson, config, draw):
                for one in batch:
                    if one not in examples:
                        examples[one] = make_example(nlp, one)
                nlp.update([examples[one] for one in batch], drop=config.dropout, sgd=optimizer, losses=losses)
            if not np.isfinite(losses["ner"]):
                raise FloatingPointError(f"loss {losses['ner']} in epoch {epoch}")
            with nlp.use_params(optimizer.averages):
                best = keep_better(best, nlp, judge_stop(nlp, stop), epoch)
            log.info("epoch %d: loss %.0f; best: epoch %d, F1 %s", epoch, losses["ner"], best.epoch, best.by_set)
            if epoch - max(best.epoch, config.first_epochs) >= config.patience:
                break
    except KeyboardInterrupt:
        if not best.weights:
            raise
        best.by_hand = True
        log.warning("stopped by hand: the weights of epoch %d are kept", best.epoch)
    for key, node, name in parameters(nlp):
        node.set_param(name, best.weights[key])
    return nlp, best


def keep_better(best: Best, nlp: Any, by_set: dict[str, float], epoch: int) -> Best:
    """The better of what was best and what the pipeline has now."""
    score = float(np.mean(list(by_set.values())))
    if score <= best.score:
        return best
    return Best(score, epoch, by_set, {key: np.array(node.get_param(name)) for key, node, name in parameters(nlp)})


def draw_batches(train: Sequence[Sentence], config: NamesTraining, draw: random.Random) -> Iterator[list[Sentence]]:
    """The batches of one epoch: NERGrit, a part of it in small letters, and a part of NERP."""
    drawn = [one for one in train if one.source != "nerp" or draw.random() < config.nerp]
    drawn = [in_lower_case(one) if draw.random() < config.lower else one for one in drawn]
    draw.shuffle(drawn)
    batch: list[Sentence] = []
    words = 0
    for one in drawn:
        batch.append(one)
        words += one.text.count(" ") + 1
        if words >= config.batch_words:
            yield batch
            batch, words = [], 0
    if batch:
        yield batch


def judge_stop(nlp: Any, stop: Sequence[Sentence]) -> dict[str, float]:
    """F1 by set, and NERGrit's in small letters."""
    found = {}
    for name, case in (("nergrit", False), ("nergrit", True), ("nerp", False)):
        own = [in_lower_case(one) if case else one for one in stop if one.source == name]
        if own:
            f1 = f1_of(count_matches(nlp, own).sum(axis=(0, 1)))
            found[f"{name} in small letters" if case else name] = round(f1, 4)
    return found


def round_weights(nlp: Any) -> None:
    """Give the weights the digits that are stored, so that what is measured is what ships."""
    for _, node, name in parameters(nlp):
        node.set_param(name, node.get_param(name).astype(np.float16).astype(np.float32))


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m models.train_names", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with ner/, corpus/, manifest.json")
    parser.add_argument("--out", type=Path, required=True, help="folder to write weights, config and card to")
    parser.add_argument("--work", type=Path, default=Path("var/names"), help="folder that keeps the word vectors")
    parser.add_argument("--config", type=Path, help="TOML file with values of NamesTraining")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    config = msgspec.toml.decode(chosen.config.read_bytes(), type=NamesTraining) if chosen.config else NamesTraining()
    card = train_names(chosen.data, chosen.out, config, work=chosen.work, today=datetime.now(UTC).date())
    for figure in card.figures:
        log.info("%s, %s, %s: F1 %.3f", figure.set, figure.case, figure.kind, figure.f1)


if __name__ == "__main__":
    main()
