"""An encoder fine-tuned on invented posts, from a checkpoint made here: any Hugging Face folder will do."""

from __future__ import annotations

from dataclasses import replace as replace_row
from datetime import date
from pathlib import Path

import msgspec
import numpy as np
import pytest
from invented_posts import make_posts, write_rows

pytest.importorskip("torch")
pytest.importorskip("transformers")

from models.blocks import TrainingFailed
from models.data import BadData, LeakFound, Row
from models.finetune import FineTuning, fine_tune, label_loss, make_lesson, pad_rows, plan_batches
from models.gate import check_model
from models.linear import BadModel
from models.predictions import check_predictions, compare, load_predictions, save_predictions
from models.rounds import KNOWN, UNSEEN, blocks_of, plan_rounds
from models.serve import load_classifier
from models.train import EncoderTraining, make_plans, train_encoder
from models.training_rows import RowChoice, load_rows

TODAY = date(2026, 11, 22)
LABELS_OF = {"sentiment": ("positive", "neutral", "negative"), "topic": ("health", "other")}


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small BERT with random weights and a vocabulary of the invented words: what a hub would give, in small."""
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("checkpoint")
    words = sorted({word for row in make_posts(60, seed=5) for word in row["text"].split()})
    entries = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnopqrstuvwxyz", *words]
    entries += [f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz0123456789"]
    (folder / "vocab.txt").write_text("\n".join(dict.fromkeys(entries)), encoding="utf-8")
    tokenizer = BertTokenizerFast(vocab=str(folder / "vocab.txt"))
    tokenizer.save_pretrained(folder)
    shape = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=64,
    )  # fmt: skip
    BertModel(shape).save_pretrained(folder)
    return folder


@pytest.fixture
def config(checkpoint: Path, tmp_path: Path) -> EncoderTraining:
    """Sentiment from two files of invented posts."""
    first = write_rows(tmp_path / "pertama.jsonl", make_posts(210, seed=1))
    second = write_rows(tmp_path / "kedua.jsonl", make_posts(210, seed=2))
    choice = RowChoice(tasks=("sentiment",), declared=False, files={"sentiment": (str(first), str(second))})
    tuning = FineTuning(epochs=4, rate=2e-3, head_rate=1e-2, batch_tokens=512)
    return EncoderTraining(
        name="coba", encoder=str(checkpoint), reading="raw", choice=choice, tuning=tuning, rounds=2, known_share=0.1,
        max_tokens=48, resamples=20, threads=1,
    )  # fmt: skip


@pytest.fixture
def empty_data(tmp_path: Path) -> Path:
    """A data folder without anything in it."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def test_a_checkpoint_becomes_a_model_that_serves_without_a_leak(
    config: EncoderTraining, empty_data: Path, tmp_path: Path
) -> None:
    from transformers import AutoModel

    out = tmp_path / "models" / "coba"
    card = train_encoder(config, data=empty_data, out=out, today=TODAY, work=tmp_path / "work")

    left_out = next(one for one in card.protocols if one.name == f"sentiment: {UNSEEN}")
    assert left_out.macro_f1 > 0.8, "words that say the label were not learned"
    assert {one.slice for one in left_out.figures} == {"pertama", "kedua"}
    assert {one.protocol for one in card.comparisons} == {UNSEEN}
    assert card.kind == "encoder"
    assert check_model(out) == []
    for block in load_predictions(out):
        check_predictions(block)

    classifier = load_classifier("coba", root=tmp_path / "models")
    said = classifier.classify(
        ["jalan desa rusak parah, kecewa", "puskesmas bagus sekali, terima kasih", ""], ["sentiment"]
    )
    assert [one["sentiment"].value for one in said] == ["negative", "positive", None]
    assert AutoModel.from_pretrained(out / "trunk").config.hidden_size == 32


def test_finished_rounds_are_not_trained_again(config: EncoderTraining, empty_data: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    first = train_encoder(config, data=empty_data, out=tmp_path / "a", today=TODAY, work=work)
    kept = {path: path.stat().st_mtime_ns for path in work.glob("*.npz")}
    again = train_encoder(config, data=empty_data, out=tmp_path / "b", today=TODAY, work=work)
    assert len(kept) == 3
    assert kept == {path: path.stat().st_mtime_ns for path in work.glob("*.npz")}
    assert first.protocols == again.protocols


def test_a_planted_copy_across_a_split_is_refused(config: EncoderTraining, tmp_path: Path, empty_data: Path) -> None:
    plans = make_plans(config, load_rows(empty_data, config.choice))
    chances = np.full((1, len(plans[0].rows), 3), 1 / 3, dtype=np.float16)
    block = blocks_of(plans[0], dict.fromkeys(plans[0].tested, chances))[0]
    tested = int(np.flatnonzero(block.tested == 0)[0])
    trained = int(np.flatnonzero(~block.kept_out[0])[0])
    block.rows[trained] = block.rows[tested]
    with pytest.raises(LeakFound, match="putaran 1"):
        check_predictions(block)


def test_near_copies_of_a_held_out_row_do_not_train_any_task() -> None:
    posts = make_posts(90, seed=3)
    rows = [
        Row(
            task="sentiment",
            text=row["text"],
            labels=frozenset({row["label"]}),
            source=f"set{n % 3}",
            held_with=f"set{n % 3}",
        )
        for n, row in enumerate(posts)
    ]
    copies = [
        replace_row(row, task="topic", labels=frozenset({"health"}), source="lain", held_with="lain") for row in rows
    ]
    plans = plan_rounds(
        {"sentiment": rows, "topic": copies}, LABELS_OF,
        rounds=2, known_share=0.0, seed=1,
    )  # fmt: skip
    for number in range(2):
        held = {plans[0].rows[row].text for row in plans[0].test_rows(number)}
        trained = {plans[1].rows[row].text for row in plans[1].train_rows(number)}
        assert held
        assert not held & trained


def test_rounds_leave_each_matter_out_once(config: EncoderTraining, empty_data: Path) -> None:
    plan = make_plans(config, load_rows(empty_data, config.choice))[0]
    unseen = plan.tested[UNSEEN]
    for source in ("pertama", "kedua"):
        own = {int(unseen[n]) for n, row in enumerate(plan.rows) if row.source == source}
        assert len(own) == 1
        assert own <= {0, 1}
    beside = plan.tested[KNOWN]
    assert (beside >= 0).any()
    assert not ((beside == unseen) & (beside >= 0)).any()


def test_predictions_come_back_as_they_were_stored(config: EncoderTraining, empty_data: Path, tmp_path: Path) -> None:
    plan = make_plans(config, load_rows(empty_data, config.choice))[0]
    chances = np.random.default_rng(0).dirichlet(np.ones(3), (1, len(plan.rows))).astype(np.float16)
    blocks = blocks_of(plan, dict.fromkeys(plan.tested, chances))
    save_predictions(tmp_path, blocks)
    found = {one.protocol: one for one in load_predictions(tmp_path)}
    for block in blocks:
        same = found[block.protocol]
        assert same.labels == block.labels
        for name in ("rows", "groups", "slices", "truth", "tested", "kept_out", "guesses"):
            assert np.array_equal(getattr(same, name), getattr(block, name)), name
        # Half a step of log-odds is 1/128 at one half; the most probable label may go a whole step further.
        assert np.allclose(same.chances, block.chances, atol=0.024, equal_nan=True)


def test_a_better_model_is_told_from_a_worse_one(config: EncoderTraining, empty_data: Path) -> None:
    plan = make_plans(config, load_rows(empty_data, config.choice))[0]
    rng = np.random.default_rng(0)

    def guess(right: float) -> np.ndarray:
        labels = np.where(rng.random(len(plan.rows)) < right, plan.truth, (plan.truth + 1) % 3)
        return np.eye(3, dtype=np.float16)[labels][None]

    left, right = (blocks_of(plan, dict.fromkeys(plan.tested, guess(share)))[0] for share in (0.9, 0.7))
    whole = next(one for one in compare(left, right, other_name="lain") if one.slice == "mean")
    assert whole.difference_low > 0
    assert whole.low < whole.macro_f1 < whole.high
    back = next(one for one in compare(right, left, other_name="lain") if one.slice == "mean")
    assert back.difference_high < 0


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"text": "bagus", "label": "gembira"}], "gembira"),
        ([{"text": "bagus"}], "baris 1"),
        ([], "Tidak ada baris"),
    ],
)
def test_an_unusable_file_is_named(rows: list[dict[str, str]], words: str, tmp_path: Path) -> None:
    file = write_rows(tmp_path / "buruk.jsonl", rows)
    choice = RowChoice(tasks=("sentiment",), declared=False, files={"sentiment": (str(file),)})
    with pytest.raises(BadData, match=words):
        load_rows(tmp_path, choice)


def test_one_label_only_is_refused(config: EncoderTraining, empty_data: Path, tmp_path: Path) -> None:
    rows = [row | {"label": "positive"} for row in make_posts(40)]
    files = tuple(str(write_rows(tmp_path / f"{name}.jsonl", rows[part::2])) for part, name in enumerate("ab"))
    choice = msgspec.structs.replace(config.choice, files={"sentiment": files})
    with pytest.raises(TrainingFailed, match="satu label"):
        train_encoder(msgspec.structs.replace(config, choice=choice), data=empty_data, out=tmp_path / "m", today=TODAY)


def test_a_loss_that_is_no_number_stops_the_training(config: EncoderTraining, empty_data: Path, tmp_path: Path) -> None:
    tuning = msgspec.structs.replace(config.tuning, head_rate=float("inf"))
    with pytest.raises(TrainingFailed, match="langkah"):
        train_encoder(msgspec.structs.replace(config, tuning=tuning), data=empty_data, out=tmp_path / "m", today=TODAY)


def test_a_folder_that_is_no_checkpoint_is_named(config: EncoderTraining, empty_data: Path, tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="tidak dapat dimuat"):
        train_encoder(
            msgspec.structs.replace(config, encoder=str(tmp_path / "kosong")),
            data=empty_data,
            out=tmp_path / "m",
            today=TODAY,
        )


def test_a_label_that_a_source_never_gives_costs_nothing() -> None:
    import torch

    logits = torch.tensor([[2.0, 0.0, 9.0]])
    possible, weights = torch.tensor([[True, False, False]]), torch.ones(1)
    among_two = label_loss(logits, possible, torch.tensor([[True, True, False]]), weights, 0.0)
    assert float(among_two) == pytest.approx(float(np.log(1 + np.exp(-2.0))), abs=1e-5)


def test_either_of_two_possible_labels_will_do() -> None:
    import torch

    offered, weights = torch.tensor([[True, True, True]]), torch.ones(1)
    either = torch.tensor([[True, True, False]])
    for logits in ([[9.0, 0.0, 0.0]], [[0.0, 9.0, 0.0]]):
        assert float(label_loss(torch.tensor(logits), either, offered, weights, 0.0)) < 0.01


def test_every_row_is_in_one_batch() -> None:
    lengths = np.random.default_rng(0).integers(2, 70, 500)
    batches = plan_batches(lengths, 512, np.random.default_rng(1))
    assert sorted(int(row) for batch in batches for row in batch) == list(range(500))
    assert all(len(batch) * (-(-lengths[batch].max() // 8) * 8) <= 512 for batch in batches)
    table, seen = pad_rows([np.arange(3, dtype=np.int32), np.arange(9, dtype=np.int32)], 0)
    assert table.shape == (2, 16)
    assert seen.sum() == 12


def test_the_same_seed_gives_the_same_losses(checkpoint: Path) -> None:
    import torch

    from models.encoder import build_classifier, load_trunk
    from models.finetune import encode_texts

    posts = make_posts(60, seed=4)
    rows = [
        Row(task="sentiment", text=row["text"], labels=frozenset({row["label"]}), source="a", held_with="a")
        for row in posts
    ]
    labels = ("positive", "neutral", "negative")
    losses = []
    for _ in range(2):
        torch.manual_seed(3)
        trunk, tokenizer = load_trunk(str(checkpoint), dropout=0.0)
        classifier = build_classifier(trunk, {"sentiment": labels})
        ids = encode_texts(tokenizer, [row.text for row in rows], most=32)
        lesson = make_lesson("sentiment", rows, labels, ids, balance=0.5)
        losses.append(fine_tune(classifier, [lesson], FineTuning(epochs=1), pad=0, mask=4, seed=3))
    assert losses[0] == losses[1]
