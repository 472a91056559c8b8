"""One side of a comparison in its own process: our served classifier, or transformers.pipeline on a BERT-base shape.

    python -m benchmarks.classify_worker served|pipeline [ROOT] [NAME]

reads requests as JSON lines on standard input and answers each with one line. Neither side's libraries are in the
other's process, and only one of them works at a time.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

import msgspec

THREADS = 2
LOAD = 256
"""Texts our side gets at a time, as `kentongan predict` and `kentongan score` hand them over."""
BATCH = 32
MAX_TOKENS = 512
VOCABULARY = 8000
"""Entries of the baseline's vocabulary, learned from the stream itself: it cuts those texts into as few pieces as can
be, which is in its favour."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Texts to label and how."""

    texts: tuple[str, ...]
    remembered: int = 0
    """Our side: readings its cache may hold, empty at the start; 0 also stops equal texts of a batch being merged."""
    by_length: bool = False
    """The pipeline: sort the texts by length first, which it does not do by itself."""
    want_labels: bool = False


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a side did."""

    seconds: float
    peak_mib: int
    """Greatest resident memory of the process so far."""
    about: dict[str, object] = {}
    labels: dict[str, list[str | None]] = {}


def peak_memory() -> int:
    """Greatest resident memory of this process since it began, in MiB. ``ru_maxrss`` would count its parent's, too."""
    with Path("/proc/self/status").open(encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) // 1024


def prepare_served(root: Path | None, name: str | None) -> Callable[[Request], Answer]:
    """Our side: the classifier as an installation loads it, all its tasks."""
    from models.registry import WEIGHTS
    from models.serve import find_encoders, load_classifier

    served = load_classifier(name, root=root or WEIGHTS, threads=THREADS)
    tasks = tuple(served.labels)

    def run(request: Request) -> Answer:
        for encoder in find_encoders(served):
            encoder.cache.forget()
            encoder.cache.size = request.remembered
        found = []
        begun = time.perf_counter()
        for start in range(0, len(request.texts), LOAD):
            found += served.classify(request.texts[start : start + LOAD], tasks)
        seconds = time.perf_counter() - begun
        if "torch" in sys.modules or "transformers" in sys.modules:
            raise RuntimeError("our side imported torch")
        labels = {str(task): [answer[task].value for answer in found] for task in tasks} if request.want_labels else {}
        models = {str(task): " ".join(served.model_of(task)) for task in tasks}
        return Answer(seconds=seconds, peak_mib=peak_memory(), about={"models": models}, labels=labels)

    return run


def prepare_pipeline(vocabulary_texts: Sequence[str]) -> Callable[[Request], Answer]:
    """The usual side: random weights (speed does not depend on them), one head of three labels, all scores returned."""
    import torch
    import transformers
    from tokenizers import BertWordPieceTokenizer

    hf: Any = transformers
    hf.logging.set_verbosity_error()
    logging.getLogger("transformers").setLevel(logging.ERROR)
    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    made = BertWordPieceTokenizer()
    made.train_from_iterator(vocabulary_texts, vocab_size=VOCABULARY, show_progress=False)
    tokenizer = hf.PreTrainedTokenizerFast(
        tokenizer_object=made._tokenizer, model_max_length=MAX_TOKENS, pad_token="[PAD]", unk_token="[UNK]",
        cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]",
    )  # fmt: skip
    shape = hf.BertConfig(vocab_size=len(tokenizer), num_labels=3)
    model = hf.BertForSequenceClassification(shape).eval()
    pipe: Any = hf.pipeline("text-classification", model=model, tokenizer=tokenizer, top_k=None, device=-1)
    size = sum(weights.numel() for weights in model.parameters())

    def run(request: Request) -> Answer:
        texts = sorted(request.texts, key=len) if request.by_length else list(request.texts)
        begun = time.perf_counter()
        found = pipe(texts, batch_size=BATCH, truncation=True, max_length=MAX_TOKENS)
        seconds = time.perf_counter() - begun
        if len(found) != len(texts) or any(len(scores) != 3 for scores in found):
            raise RuntimeError("the pipeline did not score every text")
        return Answer(seconds=seconds, peak_mib=peak_memory(), about={"parameters": size})

    return run


class Side:
    """The other end: starts a worker, asks it, ends it."""

    def __init__(self, side: str, *more: str, vocabulary_texts: Sequence[str] = ()) -> None:
        environment = {**os.environ, "OMP_NUM_THREADS": str(THREADS), "RAYON_NUM_THREADS": str(THREADS)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.classify_worker", side, *more],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        if vocabulary_texts:
            self.send(list(vocabulary_texts))

    def send(self, what: object) -> None:
        """One line to the worker."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()

    def ask(self, request: Request) -> Answer:
        """Have texts labelled. Raises RuntimeError where the worker died."""
        assert self.process.stdout is not None
        self.send(msgspec.to_builtins(request))
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the worker ended with {self.process.wait()}")
        return msgspec.json.decode(line, type=Answer)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def main(words: Sequence[str]) -> None:
    """Answer requests until standard input ends."""
    side, *more = words
    if side == "pipeline":
        run = prepare_pipeline(json.loads(sys.stdin.readline()))
    else:
        run = prepare_served(Path(more[0]) if more else None, more[1] if more[1:] else None)
    for line in sys.stdin:
        answer = run(msgspec.json.decode(line, type=Request))
        print(msgspec.json.encode(answer).decode(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
