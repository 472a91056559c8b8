"""Subword vocabulary, corpus as numbers, and word vectors: what an encoder needs before its first step.

    python -m models.vocabulary --corpus ../shared/data/corpus --out var/encoder

writes ``tokenizer/`` (a standard fast tokenizer), ``corpus.npz`` (each file's documents as token numbers) and
``vectors.npy`` (one row a token). Each is made once: what is there is kept. Needs the [train] extra.
"""

from __future__ import annotations

import argparse
import logging
import lzma
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.data import BadData
from models.reading import ACCOUNT_WORD, LINK_WORD, read_text

log = logging.getLogger(__name__)

SIZE = 20_000
"""Entries of the vocabulary: 5 million numbers of embeddings at 256 dimensions."""
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", LINK_WORD, ACCOUNT_WORD)
ALPHABET = 1500
"""Most characters that get an entry of their own: Latin with its accents, and the emoji that people use."""
SHARES = {"news": 0.5, "peraturan_uu_pp": 0.1, "quran_tafsir_kemenag": 0.3}
"""Share of a corpus file's documents that is read; files not named here are read whole. Law and scripture repeat
themselves and are nobody's post."""
DOCUMENT_CHARS = 6000
"""A longer document is cut here: the rest of an act of parliament teaches little that is new."""
DIMENSIONS = 256


@dataclass(frozen=True, slots=True)
class Tokens:
    """Documents as one long array of token numbers."""

    ids: NDArray[np.uint16]
    ends: NDArray[np.int64]
    """Where each document ends in ``ids``."""

    def document(self, number: int) -> NDArray[np.uint16]:
        """The tokens of one document."""
        return self.ids[self.ends[number - 1] if number else 0 : self.ends[number]]


def read_documents(
    folder: Path, *, files: Sequence[str] = (), most: int = 0, seed: int = 0
) -> Iterator[tuple[str, list[str]]]:
    """Name and readings of each ``.txt.xz`` file of a folder. A line that is not UTF-8 is skipped and counted.

    ``files``: only these names; ``most``: at most so many documents of each, from its beginning. Raises BadData where
    there is no such file or one is cut short.
    """
    paths = {path.name.removesuffix(".txt.xz"): path for path in sorted(folder.glob("*.txt.xz"))}
    missing = [name for name in files if name not in paths]
    if missing or not paths:
        raise BadData(
            f"Korpus {', '.join(missing) or '*.txt.xz'} tidak ada di {folder}.", hint="Periksa folder korpus."
        )
    for name in files or paths:
        path = paths[name]
        rng = np.random.default_rng(seed)
        share = SHARES.get(name, 1.0)
        found, broken = [], 0
        try:
            with lzma.open(path, "rb") as lines:
                for line in lines:
                    if share < 1 and rng.random() > share:
                        continue
                    try:
                        reading = read_text(line.decode("utf-8"), DOCUMENT_CHARS)
                    except UnicodeDecodeError:
                        broken += 1
                        continue
                    if reading:
                        found.append(reading)
                    if len(found) == most > 0:
                        break
        except (lzma.LZMAError, EOFError, OSError) as error:
            raise BadData(f"{path} tidak terbaca setelah {len(found)} dokumen: {error}.") from error
        if broken:
            log.warning("%s: %d lines are not UTF-8 and were skipped", path.name, broken)
        log.info("%s: %d documents", name, len(found))
        yield name, found


def train_tokenizer(documents: Iterator[str], *, size: int = SIZE) -> Any:
    """A WordPiece tokenizer (``transformers.PreTrainedTokenizerFast``) learned from readings."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=60))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=size, special_tokens=list(SPECIAL), limit_alphabet=ALPHABET, min_frequency=3, show_progress=False
    )
    tokenizer.train_from_iterator(documents, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(word, tokenizer.token_to_id(word)) for word in ("[CLS]", "[SEP]")],
    )
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        additional_special_tokens=[LINK_WORD, ACCOUNT_WORD],
        model_max_length=512,
    )


def number_documents(tokenizer: Any, documents: Sequence[str]) -> Tokens:
    """Readings as token numbers, without the special words at either end. A vocabulary has at most 65,536 entries."""
    parts, lengths = [], []
    for start in range(0, len(documents), 2000):
        batch = tokenizer.backend_tokenizer.encode_batch_fast(documents[start : start + 2000], add_special_tokens=False)
        parts += [np.array(one.ids, dtype=np.uint16) for one in batch]
        lengths += [len(one.ids) for one in batch]
    return Tokens(np.concatenate(parts) if parts else np.zeros(0, np.uint16), np.cumsum(lengths, dtype=np.int64))


def train_vectors(
    tokens: Sequence[Tokens], folder: Path, *, size: int, dimensions: int, epochs: int, threads: int
) -> NDArray[np.float32]:
    """One vector a token: skip-gram with negative sampling (Mikolov et al. 2013, by floret) over the tokens themselves.

    Rows of tokens that never occur are drawn small and at random. Returned with a mean length of 1.
    """
    import floret

    file = folder / "pieces.txt"
    with file.open("w", encoding="ascii") as out:
        for one in tokens:
            for number in range(len(one.ends)):
                out.write(" ".join(map(str, one.document(number).tolist())) + "\n")
    model = floret.train_unsupervised(
        str(file), model="skipgram", dim=dimensions, epoch=epochs, minn=0, maxn=0, ws=5, neg=5, minCount=5,
        lr=0.05, thread=threads, verbose=0,
    )  # fmt: skip
    file.unlink()
    vectors = np.random.default_rng(0).normal(0, 0.02, (size, dimensions)).astype(np.float32)
    known = [word for word in model.get_words() if word.isdigit()]
    own = np.stack([model.get_word_vector(word) for word in known])
    vectors[[int(word) for word in known]] = own / np.linalg.norm(own, axis=1).mean()
    return vectors


def save_tokens(path: Path, corpus: dict[str, Tokens]) -> None:
    """Write documents by file name."""
    arrays = {f"{name}/{part}": getattr(one, part) for name, one in corpus.items() for part in ("ids", "ends")}
    np.savez(path, **arrays)


def load_tokens(path: Path) -> dict[str, Tokens]:
    """Documents by file name."""
    with np.load(path) as arrays:
        names = sorted({key.rsplit("/", 1)[0] for key in arrays.files})
        return {name: Tokens(arrays[f"{name}/ids"], arrays[f"{name}/ends"]) for name in names}


def prepare(
    corpus: Path, out: Path, *, size: int, dimensions: int, epochs: int, threads: int, files: Sequence[str] = (),
    most: int = 0,
) -> None:  # fmt: skip
    """Make whatever of tokenizer, tokens and vectors is not in ``out`` yet. Raises BadData."""
    from transformers import AutoTokenizer

    out.mkdir(parents=True, exist_ok=True)
    if not (out / "corpus.npz").exists():
        documents = dict(read_documents(corpus, files=files, most=most))
        if not (out / "tokenizer" / "tokenizer.json").exists():
            made = train_tokenizer((text for texts in documents.values() for text in texts), size=size)
            made.save_pretrained(out / "tokenizer")
        tokenizer = AutoTokenizer.from_pretrained(out / "tokenizer")
        log.info("vocabulary: %d entries", len(tokenizer))
        save_tokens(out / "corpus.npz", {n: number_documents(tokenizer, texts) for n, texts in documents.items()})
    tokens = load_tokens(out / "corpus.npz")
    log.info("corpus: %d tokens", sum(len(one.ids) for one in tokens.values()))
    if not (out / "vectors.npy").exists():
        entries = len(AutoTokenizer.from_pretrained(out / "tokenizer"))
        vectors = train_vectors(
            list(tokens.values()), out, size=entries, dimensions=dimensions, epochs=epochs, threads=threads
        )
        np.save(out / "vectors.npy", vectors.astype(np.float16))
    log.info("ready: %s", out)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m models.vocabulary", description="Vocabulary and word vectors.")
    parser.add_argument("--corpus", type=Path, required=True, help="folder of .txt.xz files, one document a line")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--dimensions", type=int, default=DIMENSIONS)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    prepare(
        chosen.corpus, chosen.out,
        size=chosen.size, dimensions=chosen.dimensions, epochs=chosen.epochs, threads=chosen.threads,
    )  # fmt: skip


if __name__ == "__main__":
    main()
