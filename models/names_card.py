"""The card of the names pipeline: what it learned from, how good it is, what it costs, what it cannot do."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from models.card import CARD_FILE, PAGE_FILE, hash_files, read_manifest, table
from models.names import CONFIG_FILE, WEIGHTS_FILE, Names
from models.names_data import MEASURED, TAGS, Splits, VectorShape
from models.names_measure import NamesFigure

LIMITS = (
    "Only exact spans count as right in the figures: half a name is a wrong one.",
    "The two sets disagree. NERGrit (encyclopaedia sentences) tags schools, airports and buildings as places and bands "
    "as organisations or people; NERP (news, all in small letters) has no organisations, only products, brands, clubs "
    "and companies under one tag, so organisations are learned from NERGrit's and judged on NERGrit's few alone.",
    "NERGrit's validation file has few organisations: read the interval, not the figure.",
    "Both sets are news and encyclopaedia. No set of posts with names exists here: on posts it is unmeasured, and the "
    "figures in small letters are the nearest thing. Slang names, nicknames and accounts are missed.",
    "Where a name ends is least sure for long organisations, titles and addresses.",
    "A region is given only where the gazetteer is sure of one; none does not mean that the place lies abroad.",
    "A name found is not a person identified: namesakes are not told apart. Never count or rank private persons by it.",
)

SPLITS = (
    "Training files are split by near-duplicate group (MinHash over word pairs, estimated Jaccard similarity 0.6): a "
    "part says when to stop. Nothing is trained or chosen on the validation files; training sentences near to "
    "one of theirs are dropped, and so are documents that share six words in a row with one from the text that the "
    "word vectors learn from. Tokens are joined to running text first, so the tokeniser's mistakes are in the figures."
)


class Corpus(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the word vectors learned from."""

    tokens: int
    documents_left_out: int
    """Because they share ``names_data.NGRAM`` words in a row with a judged sentence."""
    minutes: float
    """That learning them took."""
    shape: VectorShape
    origins: dict[str, str] = {}
    """Source and licence of each file."""


class NamesSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One labelled set."""

    file: str
    use: str
    """"train" or "judge"."""
    sentences: int
    """Read, after dropping."""
    dropped: int
    """Near-duplicates of judged sentences that were left out."""
    kinds: tuple[str, ...]
    source: str
    licence: str


class NamesSpeed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the pipeline costs."""

    words_per_second: float
    """Of one core, regions included."""
    weight_bytes: int
    hardware: str


class NamesCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything a person must know before believing the pipeline. Only the limits are typed by hand."""

    kind: str = "names"
    name: str
    version: str
    made_on: str
    """ISO date."""
    sets: tuple[NamesSet, ...]
    corpus: Corpus
    splits: str
    seeds: tuple[int, ...]
    config: dict[str, Any]
    figures: tuple[NamesFigure, ...]
    stopped: dict[str, float]
    """F1 on the sentences that said when to stop; they chose the epoch, so they flatter."""
    epoch: int | None = None
    """Whose weights ship."""
    by_hand: bool = False
    """Whether a person ended the training: the same command without that gives other weights."""
    speed: NamesSpeed
    minutes: float
    """Training both networks and measuring; the word vectors' are in ``corpus``."""
    limits: tuple[str, ...]
    sha256: dict[str, str]
    """Hash of each file of the pipeline."""


def describe_training(
    data: Path,
    out: Path,
    splits: Splits,
    *,
    config: dict[str, Any],
    seeds: tuple[int, ...],
    figures: tuple[NamesFigure, ...],
    stopped: dict[str, float],
    epoch: int,
    by_hand: bool,
    corpus: Corpus,
    speed: NamesSpeed,
    minutes: float,
    today: date,
) -> NamesCard:
    """The card of the files in ``out``."""
    manifest = read_manifest(data)
    read = [f"corpus/{name}.txt.xz" for name in corpus.shape.chars]
    origins = {file: describe_origin(manifest.get(file, {})) for file in read}
    return NamesCard(
        name=config["network"]["name"],
        version=config["network"]["version"],
        made_on=today.isoformat(),
        sets=tuple(describe_sets(manifest, splits)),
        corpus=msgspec.structs.replace(corpus, origins=origins),
        splits=SPLITS,
        seeds=seeds,
        config=config,
        figures=figures,
        stopped=stopped,
        epoch=epoch,
        by_hand=by_hand,
        speed=speed,
        minutes=round(minutes, 1),
        limits=LIMITS,
        sha256=hash_files(out, (CONFIG_FILE, WEIGHTS_FILE)),
    )


def describe_origin(entry: Mapping[str, object]) -> str:
    """Source and licence of a corpus file as the manifest states them."""
    return f"{entry.get('source', 'source not stated')}; licence: {entry.get('licence', 'not stated')}"


def describe_sets(manifest: Mapping[str, Mapping[str, object]], splits: Splits) -> list[NamesSet]:
    """The training and the judged file of every set."""
    found = []
    for name in TAGS:
        for use, part in (("train", "train"), ("judge", "valid")):
            file = f"ner/{name}_{part}.txt.gz"
            entry = manifest.get(file, {})
            own = [one for one in (*splits.train, *splits.stop) if one.source == name]
            found.append(
                NamesSet(
                    file=file,
                    use=use,
                    sentences=len(own) if use == "train" else len(splits.judge[name]),
                    dropped=splits.dropped[name] if use == "train" else 0,
                    kinds=MEASURED[name],
                    source=str(entry.get("source", "")),
                    licence=str(entry.get("licence", "none stated")),
                )
            )
    return found


def measure_speed(folder: Path, nlp: Any, texts: Sequence[str]) -> NamesSpeed:
    """Words a second of processor time through ``Names.find``, after a round to warm up, and the size of the files."""
    from kentongan.places import load_gazetteer

    names = Names(nlp, load_gazetteer())
    names.find(texts[:50])
    begun = time.process_time()
    names.find(texts)
    seconds = time.process_time() - begun
    return NamesSpeed(
        words_per_second=round(sum(len(text.split()) for text in texts) / max(seconds, 1e-9)),
        weight_bytes=sum((folder / name).stat().st_size for name in (CONFIG_FILE, WEIGHTS_FILE)),
        hardware=f"{platform.machine()}, {len(os.sched_getaffinity(0))} cores, Python {platform.python_version()}",
    )


def describe_card(card: NamesCard) -> str:
    """The card as a Markdown page."""
    figures = [
        (
            one.set, one.case, one.kind, f"{one.labelled:,}", f"{100 * one.precision:.1f}", f"{100 * one.recall:.1f}",
            f"{100 * one.f1:.1f} ({100 * one.low:.1f} to {100 * one.high:.1f})",
        )
        for one in card.figures
    ]  # fmt: skip
    sets = [
        (one.file, one.use, f"{one.sentences:,}", f"{one.dropped:,}", ", ".join(one.kinds), one.licence, one.source)
        for one in card.sets
    ]
    origins = [f"- {file}: {origin}" for file, origin in card.corpus.origins.items()]
    parts = [
        f"# Model card: {card.name} {card.version}",
        f"Written by the training script on {card.made_on}; nothing in it is typed by hand but the limits.",
        "## What it does\n\nFinds people (PER), organisations (ORG) and places (LOC) in Indonesian text, and the "
        "region code of a place where the gazetteer is sure of it. Hashed embeddings and word vectors, convolutions, a "
        "transition network (spaCy). It holds no word of any text it learned from.",
        "## How good it is\n\nF1 in %, 95 % bootstrap intervals over sentences.\n\n"
        + table(("set", "case", "kind", "labelled", "precision", "recall", "F1 (95 %)"), figures),
        "## What it learned from\n\n"
        + table(("file", "use", "sentences", "near copies dropped", "kinds", "licence", "source"), sets)
        + f"\n\nWord vectors: {card.corpus.tokens:,} tokens, {card.corpus.documents_left_out:,} documents left "
        "out for sharing words with judged sentences, "
        f"{card.corpus.minutes} minutes.\n\n" + "\n".join(origins),
        f"## Splits and seeds\n\n{card.splits}\n\nSeeds: {', '.join(map(str, card.seeds))}. F1 on the sentences that "
        f"said when to stop: {', '.join(f'{name} {100 * value:.1f}' for name, value in card.stopped.items())}. "
        f"The weights are those of epoch {card.epoch}"
        + (
            ", after which the training was ended by hand: the same command unattended trains longer."
            if card.by_hand
            else "."
        ),
        f"## Speed\n\n{card.speed.words_per_second:,.0f} words a second of one core, "
        f"{card.speed.weight_bytes / 1e6:.1f} MB of weights ({card.speed.hardware}). Training and measuring "
        f"took {card.minutes:.1f} minutes there, beside other work.",
        "## Limits\n\n" + "\n".join(f"- {limit}" for limit in card.limits),
        "## Hyper-parameters\n\n```json\n" + json.dumps(card.config, indent=1) + "\n```",
        "## Files\n\n" + table(("file", "SHA-256"), card.sha256.items()),
    ]
    return "\n\n".join(parts) + "\n"


def save_names_card(folder: Path, card: NamesCard) -> None:
    """Write ``card.json`` and ``card.md``."""
    (folder / CARD_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(card), indent=1) + b"\n")
    (folder / PAGE_FILE).write_text(describe_card(card), encoding="utf-8")


def read_names_card(folder: Path) -> NamesCard:
    """The card in a folder."""
    return msgspec.json.decode((folder / CARD_FILE).read_bytes(), type=NamesCard)
