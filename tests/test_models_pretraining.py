"""Vocabulary, vectors and pretraining on a small invented corpus: what is resumed is what would have been."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from invented_posts import write_corpus

pytest.importorskip("torch")
pytest.importorskip("transformers")

from models.blocks import Pretraining, TrainingFailed, mask_tokens, pack_blocks, positions_of
from models.pretrain import CHECKPOINT, pretrain
from models.reading import read_text, says_something
from models.vocabulary import load_tokens, prepare

SMALL = Pretraining(
    layers=1, width=32, inner=64, heads=2, block=48, batch=4, steps=6, negatives=0, save_every=1e9, threads=1
)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with tokenizer, tokens and vectors."""
    folder = tmp_path_factory.mktemp("encoder")
    corpus = write_corpus(folder / "corpus")
    prepare(corpus, folder / "work", size=400, dimensions=32, epochs=1, threads=1)
    return folder / "work"


@pytest.fixture
def work(prepared: Path, tmp_path: Path) -> Path:
    """A copy of it, to train in."""
    return Path(shutil.copytree(prepared, tmp_path / "work"))


def read_curve(work: Path) -> list[float]:
    return [float(line.split(",")[3]) for line in (work / "loss.csv").read_text().splitlines()[1:]]


def test_a_broken_line_of_the_corpus_is_skipped(prepared: Path) -> None:
    tokens = load_tokens(prepared / "corpus.npz")
    assert set(tokens) == {"warga", "berita"}
    assert len(tokens["warga"].ends) == 300


def test_stopped_and_resumed_gives_the_same_curve_and_weights(work: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(work, tmp_path / "other"))
    pretrain(work, SMALL)
    pretrain(other, SMALL, until=3)
    assert len(read_curve(other)) == 3
    pretrain(other, SMALL)
    assert read_curve(other) == read_curve(work)
    left, right = ((folder / "trunk" / "model.safetensors").read_bytes() for folder in (work, other))
    assert left == right


def test_the_loss_falls(work: Path) -> None:
    from msgspec.structs import replace

    pretrain(work, replace(SMALL, steps=60, rate=5e-3))
    curve = read_curve(work)
    assert np.mean(curve[-10:]) < np.mean(curve[:5]) - 0.5


def test_the_trunk_is_a_standard_one_in_half_precision(work: Path) -> None:
    import torch
    from transformers import AutoModel, AutoTokenizer

    trunk = AutoModel.from_pretrained(pretrain(work, SMALL), add_pooling_layer=False)
    tokenizer = AutoTokenizer.from_pretrained(work / "trunk")
    assert trunk.config.hidden_size == 32
    assert trunk.dtype == torch.float16
    assert tokenizer(read_text("Jalan desa RUSAK parah https://a.id @camat"))["input_ids"][-3:-1] == [5, 6]


def test_a_checkpoint_of_another_vocabulary_is_refused(work: Path) -> None:
    pretrain(work, SMALL, until=1)
    tokenizer = work / "tokenizer" / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text().replace('"jalan"', '"jalanx"'))
    with pytest.raises(TrainingFailed, match="kosakata"):
        pretrain(work, SMALL)


def test_a_truncated_checkpoint_is_named(work: Path) -> None:
    pretrain(work, SMALL, until=1)
    file = work / CHECKPOINT
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(TrainingFailed, match="tidak terbaca"):
        pretrain(work, SMALL)


def test_vectors_of_another_size_are_refused(work: Path) -> None:
    np.save(work / "vectors.npy", np.zeros((10, 32), dtype=np.float16))
    with pytest.raises(TrainingFailed, match="Vektor"):
        pretrain(work, SMALL)


def test_a_loss_that_is_no_number_stops_the_training(work: Path) -> None:
    vectors = np.load(work / "vectors.npy")
    vectors[:] = np.nan
    np.save(work / "vectors.npy", vectors)
    with pytest.raises(TrainingFailed, match="langkah 0"):
        pretrain(work, SMALL)


def test_documents_of_a_block_do_not_see_each_other(work: Path) -> None:
    import torch

    from models.pretrain import build_trunk, language_head, masked_loss

    torch.manual_seed(0)
    trunk, head = build_trunk(SMALL, None, 50).eval(), language_head(32, 50)
    owners = np.array([[1, 1, 1, 2, 2, 2]])
    chosen = torch.tensor([[False, True, False, False, False, False]])

    def loss(second: list[int]) -> float:
        ids = torch.tensor([[2, 9, 3, *second]])
        batch = {
            "ids": ids, "read": ids, "chosen": chosen, "owners": torch.from_numpy(owners),
            "positions": torch.from_numpy(positions_of(owners)),
        }  # fmt: skip
        return float(masked_loss(trunk, head, batch, None).detach())

    assert loss([2, 20, 3]) == loss([2, 30, 3])


def test_positions_begin_again_with_each_document() -> None:
    assert positions_of(np.array([[1, 1, 2, 2, 2, 0]])).tolist() == [[0, 1, 0, 1, 2, 0]]


def test_special_tokens_are_never_masked() -> None:
    ids = np.array([[2, 10, 11, 3, 0, 0]] * 50)
    read, chosen = mask_tokens(ids, share=0.3, mask=4, special=7, size=50, rng=np.random.default_rng(0))
    assert chosen[:, [1, 2]].any()
    assert not chosen[:, [0, 3, 4, 5]].any()
    assert (read[~chosen] == ids[~chosen]).all()


def test_every_token_of_a_corpus_is_packed_once(prepared: Path) -> None:
    tokens = load_tokens(prepared / "corpus.npz")
    ids, owners = pack_blocks({"warga": tokens["warga"]}, SMALL, first=2, last=3)
    inner = ids[(owners > 0) & (ids != 2) & (ids != 3)]
    assert np.array_equal(np.sort(inner), np.sort(tokens["warga"].ids))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Banjirrrr di https://a.id/x", "banjirr di  https://b.id/y"),
        ("@camat tolong", "@lurah TOLONG"),
    ],
)
def test_copies_read_the_same(left: str, right: str) -> None:
    assert read_text(left) == read_text(right)


@pytest.mark.parametrize("text", ["", "   ", "https://a.id", "@akun https://b.id", "\u200b"])
def test_nothing_but_links_says_nothing(text: str) -> None:
    assert not says_something(read_text(text))


@pytest.mark.parametrize("text", ["Harga 1000000 NAIKKKK @x https://y.id 😡😡😡😡", "[TAUTAN] dan [AKUN]", "a" * 5000])
def test_reading_is_idempotent(text: str) -> None:
    assert read_text(read_text(text)) == read_text(text)
