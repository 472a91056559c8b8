"""The stack a team would write, on the first lines of a file: transformers.pipeline, datasketch, row-by-row inserts,
pandas group-by.

    python -m benchmarks.pipeline_worker FILE LINES DATABASE WORD

answers with one line of JSON. Importing and loading the model are not charged. The model has random weights, since
speed does not depend on them, and does one task.
"""

from __future__ import annotations

import json
import re
import sqlite3
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.classify_worker import BATCH, MAX_TOKENS, THREADS, VOCABULARY, peak_memory

PERMUTATIONS = 128
"""datasketch's default."""
THRESHOLD = 0.7
SHINGLE = 5
"""Characters."""
ADDRESS = re.compile(r"https?://\S+|@\w+")
DRAWN_OUT = re.compile(r"(.)\1{2,}")
BLANKS = re.compile(r"\s+")


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the other side did."""

    seconds: float
    classify: float
    """Seconds of these in the model."""
    days: dict[str, int]
    hits: int
    groups: int
    """Groups of near-copies, single messages included."""
    peak_mib: int


def make_model(texts: Sequence[str]) -> Any:
    """A text-classification pipeline of a BERT-base shape, with a vocabulary learned from the texts themselves."""
    import torch
    import transformers
    from tokenizers import BertWordPieceTokenizer

    hf: Any = transformers
    hf.logging.set_verbosity_error()
    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    made = BertWordPieceTokenizer()
    made.train_from_iterator(texts, vocab_size=VOCABULARY, show_progress=False)
    tokenizer = hf.PreTrainedTokenizerFast(
        tokenizer_object=made._tokenizer, model_max_length=MAX_TOKENS, pad_token="[PAD]", unk_token="[UNK]",
        cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]",
    )  # fmt: skip
    model = hf.BertForSequenceClassification(hf.BertConfig(vocab_size=len(tokenizer), num_labels=3)).eval()
    return hf.pipeline("text-classification", model=model, tokenizer=tokenizer, top_k=None, device=-1)


def normalise(text: str) -> str:
    """Lower case, no addresses and mentions, drawn-out letters shortened, single blanks."""
    return BLANKS.sub(" ", DRAWN_OUT.sub(r"\1\1", ADDRESS.sub(" ", text.lower()))).strip()


def run(file: Path, lines: int, database: Path, word: str) -> Answer:
    """From the file to the last count."""
    import pandas
    from datasketch import MinHash, MinHashLSH

    every = [json.loads(line)["text"] for line in file.open(encoding="utf-8")]
    pipe = make_model(every)
    del every
    classify = 0.0
    begun = time.perf_counter()
    with file.open(encoding="utf-8") as source:
        rows = [json.loads(next(source)) for _ in range(lines)]
    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    group: dict[str, str] = {}
    texts = [normalise(row["text"]) for row in rows]
    for row, text in zip(rows, texts, strict=True):
        signature = MinHash(num_perm=PERMUTATIONS)
        for at in range(max(1, len(text) - SHINGLE + 1)):
            signature.update(text[at : at + SHINGLE].encode())
        near = index.query(signature)
        group[row["id"]] = group[near[0]] if near else row["id"]
        index.insert(row["id"], signature)
    connection = sqlite3.connect(database)
    connection.execute(
        "CREATE TABLE post (id TEXT PRIMARY KEY, text TEXT, at TEXT, author TEXT, kind TEXT, story TEXT, label TEXT)"
    )
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(text)")
    for start in range(0, lines, BATCH):
        before = time.perf_counter()
        scores = pipe(texts[start : start + BATCH], batch_size=BATCH, truncation=True, max_length=MAX_TOKENS)
        classify += time.perf_counter() - before
        for row, text, score in zip(rows[start : start + BATCH], texts[start : start + BATCH], scores, strict=True):
            label = max(score, key=lambda one: one["score"])["label"]
            connection.execute(
                "INSERT INTO post VALUES (?, ?, ?, ?, ?, ?, ?)",
                (row["id"], row["text"], row["published_at"], row["author"], row["kind"], group[row["id"]], label),
            )
            connection.execute("INSERT INTO words (text) VALUES (?)", (text,))
            connection.commit()
    frame = pandas.read_sql("SELECT * FROM post", connection)
    frame["day"] = pandas.to_datetime(frame["at"], utc=True).dt.tz_convert("Asia/Jakarta").dt.strftime("%Y-%m-%d")
    frame.groupby(["day", "label"]).size()
    days = {str(day): int(count) for day, count in frame.groupby("day").size().items()}
    hits = connection.execute("SELECT count(*) FROM words WHERE words MATCH ?", (word,)).fetchone()[0]
    seconds = time.perf_counter() - begun
    return Answer(
        seconds=seconds, classify=classify, days=days, hits=hits, groups=len(set(group.values())),
        peak_mib=peak_memory(),
    )  # fmt: skip


if __name__ == "__main__":
    print(msgspec.json.encode(run(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])).decode())
