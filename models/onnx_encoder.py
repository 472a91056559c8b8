"""Serves an encoder with ONNX Runtime: one run gives every task, the same reading is never run twice. No torch.

A text's reading is what the encoder sees of it (``models.reading``). Readings that are equal get equal answers: a batch
runs each once, and a bounded cache remembers the logits of the latest ones, so a copy costs no second inference. What
has to run is sorted by length and cut into batches of about equal numbers of tokens, so little of it is padding.
"""

from __future__ import annotations

import hashlib
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from kentongan.schema import Task
from kentongan.text import clean
from models.calibrate import soften_scores
from models.classifier import Label
from models.linear import CONFIG_FILE, BadModel, Head, make_label, unread_label
from models.reading import ACCOUNT_WORD, LINK_WORD, MAX_CHARS, read_text

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
INPUTS = ("input_ids", "attention_mask")

THREADS = 2
"""Threads of one inference."""
REMEMBERED = 50_000
"""Readings whose logits are kept: about 20 MB for 30 labels."""
BATCH_TOKENS = 2048
"""Most tokens, padding included, of one run: enough to keep two cores busy, few enough to stay in their caches."""
BATCH_TEXTS = 64
"""Most texts of one run."""
CHUNK = 2048
"""Texts read at a time, so that memory does not grow with the number of texts asked for."""
PROBE = "jalan rusak di depan pasar, mohon segera diperbaiki"
"""Read once when a model is loaded: one that cannot answer this can answer nothing."""

Floats = NDArray[np.float32]
Tokens = Sequence[int]


class EncoderConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything beside graph and tokenizer that inference needs."""

    kind: Literal["encoder"] = "encoder"
    name: str
    version: str
    heads: dict[Task, Head]
    """Each task's labels and calibration. The graph has one output of that name, [batch, labels], raw logits."""
    max_tokens: int
    """A text is read up to here, special tokens included."""
    reading: Literal["posts", "raw"] = "posts"
    """"posts": ``models.reading.read_text``; "raw": only cleaned, for checkpoints trained on plain text."""


class LogitCache:
    """The logits of the readings asked for latest, at most ``size`` of them. Any thread may call."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.rows: OrderedDict[bytes, Floats | None] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, keys: Sequence[bytes]) -> dict[bytes, Floats | None]:
        """What is remembered of these; None is a reading that says nothing to the model."""
        found = {}
        with self.lock:
            for key in keys:
                if key in self.rows:
                    self.rows.move_to_end(key)
                    found[key] = self.rows[key]
        return found

    def put(self, rows: Iterable[tuple[bytes, Floats | None]]) -> None:
        """Remember these, and forget the least lately asked for where there is no more room."""
        with self.lock:
            for key, row in rows:
                self.rows[key] = row
                self.rows.move_to_end(key)
            while len(self.rows) > self.size:
                self.rows.popitem(last=False)

    def forget(self) -> None:
        """Empty it."""
        with self.lock:
            self.rows.clear()


class OnnxEncoder:
    """A ``Classifier`` over an ONNX graph. Only its cache changes, under a lock, so any thread may call it.

    ``remembered=0`` turns off the cache and the merging of equal readings: every text is run. For measurements.
    Raises BadModel where graph, tokenizer and config do not fit together.
    """

    def __init__(
        self,
        config: EncoderConfig,
        session: InferenceSession,
        tokenizer: Tokenizer,
        *,
        remembered: int = REMEMBERED,
        folder: Path | None = None,
    ) -> None:
        self.config = config
        self.name = config.name
        self.version = config.version
        self.labels: Mapping[Task, tuple[str, ...]] = {task: head.labels for task, head in config.heads.items()}
        self.folder = folder
        self.session = session
        self.tokenizer = tokenizer
        tokenizer.no_padding()
        tokenizer.enable_truncation(config.max_tokens)
        self.pad = tokenizer.token_to_id("[PAD]") or 0
        self.blank = {
            number
            for word in ("[UNK]", "<unk>", "[CLS]", "[SEP]", "<s>", "</s>", LINK_WORD, ACCOUNT_WORD)
            if (number := tokenizer.token_to_id(word)) is not None
        }
        ends = np.cumsum([len(head.labels) for head in config.heads.values()]).tolist()
        self.columns = {
            task: slice(end - len(head.labels), end)
            for (task, head), end in zip(config.heads.items(), ends, strict=True)
        }
        self.cache = LogitCache(remembered)
        self.check()

    def model_of(self, task: Task) -> tuple[str, str]:
        """See ``Classifier.model_of``."""
        return self.name, self.version

    def classify(self, texts: Sequence[str], tasks: Sequence[Task]) -> list[dict[Task, Label]]:
        """See ``Classifier.classify``. A text without a letter, digit or symbol that the vocabulary has is unread."""
        for task in tasks:
            if task not in self.labels:
                raise ValueError(f"model {self.name} has no task {task!r}")
        answers: list[dict[Task, Label]] = []
        for start in range(0, len(texts), CHUNK):
            answers += self.classify_chunk(texts[start : start + CHUNK], tasks)
        return answers

    def classify_chunk(self, texts: Sequence[str], tasks: Sequence[Task]) -> list[dict[Task, Label]]:
        """``classify`` for as many texts as are read at once."""
        rows = self.read_logits([self.read(text) for text in texts])
        answers: list[dict[Task, Label]] = [{} for _ in texts]
        read = [number for number, row in enumerate(rows) if row is not None]
        logits = np.array([row for row in rows if row is not None], dtype=np.float64)
        for task in tasks:
            head = self.config.heads[task]
            for number in range(len(texts)):
                if rows[number] is None:
                    answers[number][task] = unread_label(head)
            if read:
                scores = logits[:, self.columns[task]]
                chances = soften_scores(scores, head.calibration.scale, head.calibration.offsets)
                for number, row in zip(read, chances.tolist(), strict=True):
                    answers[number][task] = make_label(head, row)
        return answers

    def read(self, text: str) -> str:
        """What the encoder sees of a text; empty where that has neither letter, digit nor symbol."""
        reading = read_text(text) if self.config.reading == "posts" else clean(text[:MAX_CHARS])
        return reading if has_content(reading) else ""

    def read_logits(self, readings: Sequence[str]) -> list[Floats | None]:
        """All heads' logits of each reading, head after head; None where it says nothing to the model."""
        if not self.cache.size:
            return self.run_readings(readings)
        keys = [hashlib.blake2b(reading.encode(), digest_size=16).digest() for reading in readings]
        known = self.cache.get(keys)
        missing = {key: reading for key, reading in zip(keys, readings, strict=True) if key not in known}
        found = dict(zip(missing, self.run_readings(list(missing.values())), strict=True))
        self.cache.put(found.items())
        known |= found
        return [known[key] for key in keys]

    def run_readings(self, readings: Sequence[str]) -> list[Floats | None]:
        """``read_logits`` by inference."""
        rows: list[Floats | None] = [None] * len(readings)
        spoken = [number for number, reading in enumerate(readings) if reading]
        encoded = self.tokenizer.encode_batch_fast([readings[number] for number in spoken])
        tokens = {number: one.ids for number, one in zip(spoken, encoded, strict=True)}
        tokens = {number: ids for number, ids in tokens.items() if not self.blank.issuperset(ids)}
        for batch in cut_batches(tokens):
            logits = self.run([tokens[number] for number in batch])
            for number, row in zip(batch, logits, strict=True):
                rows[number] = row if np.isfinite(row).all() else None
        return rows

    def run(self, batch: Sequence[Tokens]) -> Floats:
        """Logits, texts by columns, of one batch of token numbers."""
        longest = max(map(len, batch))
        ids = np.full((len(batch), longest), self.pad, dtype=np.int64)
        mask = np.zeros((len(batch), longest), dtype=np.int64)
        for row, one in enumerate(batch):
            ids[row, : len(one)] = one
            mask[row, : len(one)] = 1
        outputs = self.session.run(list(self.columns), dict(zip(INPUTS, (ids, mask), strict=True)))
        logits = [np.asarray(one, dtype=np.float32) for one in outputs]
        for (task, names), columns in zip(self.labels.items(), logits, strict=True):
            if columns.shape != (len(batch), len(names)):
                raise ValueError(f"{task}: {columns.shape[1:]} angka untuk {len(names)} label")
        return np.concatenate(logits, axis=1)

    def check(self) -> None:
        """Run one sentence and the vocabulary's last entry. Raises BadModel where the parts do not fit together."""
        inputs = {one.name for one in self.session.get_inputs()}
        outputs = {one.name for one in self.session.get_outputs()}
        if inputs != set(INPUTS) or not outputs.issuperset(self.columns):
            raise self.misfit(f"{MODEL_FILE} punya masukan {sorted(inputs)} dan keluaran {sorted(outputs)}")
        last = self.tokenizer.get_vocab_size() - 1
        ids = self.tokenizer.encode(PROBE).ids
        if len(ids) < 3:
            raise self.misfit(f"{TOKENIZER_FILE} tidak mengenal kata")
        batch = [[*ids[: self.config.max_tokens - 1], last], [last] * self.config.max_tokens]
        try:
            logits = self.run(batch)
        except Exception as error:  # the runtime's exceptions have no common base
            raise self.misfit(str(error)) from error
        if not np.isfinite(logits).all():
            raise self.misfit(f"{MODEL_FILE} memberi angka yang bukan bilangan (NaN)")

    def misfit(self, why: str) -> BadModel:
        """The error that says the parts do not fit."""
        return BadModel(
            f"Bagian model {self.name} tidak cocok satu sama lain: {why}.",
            hint="Pasang ulang model itu, atau ekspor lagi dari pelatihannya.",
        )


def has_content(reading: str) -> bool:
    """Whether a reading has a letter, a digit or a symbol (emoji are symbols) outside links and mentions."""
    said = reading.replace(LINK_WORD, "").replace(ACCOUNT_WORD, "")
    return any(sign.isalnum() or unicodedata.category(sign) == "So" for sign in said)


def cut_batches(tokens: Mapping[int, Tokens]) -> Iterator[list[int]]:
    """The texts' numbers, longest first, in batches within ``BATCH_TOKENS`` (padding included) and ``BATCH_TEXTS``.

    One text may exceed ``BATCH_TOKENS`` alone.
    """
    order = sorted(tokens, key=lambda number: len(tokens[number]), reverse=True)
    start = 0
    while start < len(order):
        room = min(BATCH_TEXTS, max(1, BATCH_TOKENS // len(tokens[order[start]])))
        yield order[start : start + room]
        start += room


def open_session(file: Path, *, threads: int = THREADS) -> InferenceSession:
    """The graph in a file, ready to run on the processor with so many threads."""
    import onnxruntime

    options: Any = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    # Waiting threads sleep: they would otherwise take the cores from the tokenizer and the linear tier.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(file.read_bytes(), options, providers=["CPUExecutionProvider"])


def load_encoder(folder: Path, *, threads: int = THREADS, remembered: int = REMEMBERED) -> OnnxEncoder:
    """The encoder in a folder. Raises BadModel where a file is missing, cut short or does not fit the others."""
    from tokenizers import Tokenizer

    try:
        config = msgspec.json.decode((folder / CONFIG_FILE).read_bytes(), type=EncoderConfig)
        tokenizer = Tokenizer.from_str((folder / TOKENIZER_FILE).read_text(encoding="utf-8"))
        session = open_session(folder / MODEL_FILE, threads=threads)
    except Exception as error:  # the runtime's and the tokenizer's exceptions have no common base
        raise BadModel(
            f"Model di {folder} tidak terbaca: {error}.",
            hint="Berkasnya hilang atau terpotong; pasang ulang model itu.",
        ) from error
    return OnnxEncoder(config, session, tokenizer, remembered=remembered, folder=folder)


def save_encoder_config(folder: Path, config: EncoderConfig) -> None:
    """Write ``config.json``."""
    text = msgspec.json.format(msgspec.json.encode(config), indent=1)
    (folder / CONFIG_FILE).write_bytes(text + b"\n")
