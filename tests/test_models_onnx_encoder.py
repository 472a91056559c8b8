"""The encoder as it is served: equal readings run once, odd text does no harm, a broken file is named."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_encoder import LABELS, VOCABULARY, build_encoder, write_graph, write_tokenizer

from kentongan.schema import Task
from models.linear import BadModel
from models.onnx_encoder import BATCH_TEXTS, BATCH_TOKENS, OnnxEncoder, cut_batches, load_encoder

TASKS: tuple[Task, ...] = tuple(LABELS)
TEXTS = (
    "Jalan rusak di depan pasar, mohon segera diperbaiki",
    "banjir!",
    "terima kasih petugas puskesmas, bagus sekali " * 5,
    "harga beras naik",
    "kabar hoaks",
)


class Counting(OnnxEncoder):
    """An encoder that notes which token numbers it ran."""

    ran: list[Sequence[int]]

    def run(self, batch: Sequence[Sequence[int]]) -> np.ndarray:  # type: ignore[type-arg]
        self.__dict__.setdefault("ran", []).extend(batch)
        return super().run(batch)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("model") / "kecil"
    build_encoder(place)
    return place


@pytest.fixture
def encoder(folder: Path) -> OnnxEncoder:
    return load_encoder(folder)


def count_runs(folder: Path, *, remembered: int = 100) -> Counting:
    """The encoder in a folder, noting what it runs from now on."""
    plain = load_encoder(folder)
    counting = Counting(plain.config, plain.session, plain.tokenizer, remembered=remembered)
    counting.ran = []
    return counting


def test_all_heads_answer_with_calibrated_probabilities_of_the_graph(encoder: OnnxEncoder) -> None:
    (answer,) = encoder.classify([TEXTS[0]], TASKS)
    ids = encoder.tokenizer.encode("jalan rusak di depan pasar, mohon segera diperbaiki").ids
    feed = {"input_ids": np.array([ids]), "attention_mask": np.ones((1, len(ids)), np.int64)}
    assert set(answer) == set(TASKS)
    for task in TASKS:
        (logits,) = encoder.session.run([task], feed)
        expected = np.exp(logits[0] - logits[0].max())
        assert list(answer[task].probabilities) == list(LABELS[task])
        assert list(answer[task].probabilities.values()) == pytest.approx(
            (expected / expected.sum()).tolist(), abs=1e-5
        )
        assert answer[task].value == LABELS[task][int(logits[0].argmax())]
    assert encoder.model_of("hoax") == ("kecil", "1.0.0")


def test_scale_offsets_and_threshold_of_each_head_are_used(folder: Path, encoder: OnnxEncoder, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "lain")
    config = tmp_path / "lain" / "config.json"
    raw = msgspec.json.decode(config.read_bytes())
    raw["heads"]["hoax"]["calibration"] = {"scale": 0.5, "offsets": [9.0, -9.0], "threshold": 1.0}
    config.write_bytes(msgspec.json.encode(raw))
    before, after = encoder.classify(TEXTS, TASKS), load_encoder(tmp_path / "lain").classify(TEXTS, TASKS)
    for old, new in zip(before, after, strict=True):
        p, q = old["hoax"].probabilities, new["hoax"].probabilities
        assert np.log(q["hoax"] / q["lain"]) == pytest.approx(0.5 * np.log(p["hoax"] / p["lain"]) + 18, abs=1e-6)
        assert new["hoax"].abstained
        assert old["language"] == new["language"]


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(st.one_of(st.sampled_from(TEXTS), st.text(st.characters(codec=None), max_size=60)), max_size=8))
def test_any_text_gets_an_answer_that_its_company_does_not_change(folder: Path, texts: list[str]) -> None:
    encoder = load_encoder(folder, remembered=0)
    together = encoder.classify(texts, TASKS)
    for text, answer in zip(texts, together, strict=True):
        (alone,) = encoder.classify([text], TASKS)
        for task in TASKS:
            assert sum(answer[task].probabilities.values()) == pytest.approx(1)
            assert list(answer[task].probabilities.values()) == pytest.approx(
                list(alone[task].probabilities.values()), abs=1e-4
            )


@pytest.mark.parametrize(
    "text",
    [
        "jalan rusak " * 87_000,
        "a" * 1_000_000,
        "😀🇮🇩👨‍👩‍👧‍👦" * 500,
        "राजनीति 政治 политика كتاب jalan",
        "\ud800 jalan \udfff rusak",
        "\0\x01\x02 jalan\0rusak",
        "a\u0301" * 3000,
        "[CLS] [PAD] [MASK] jalan",
    ],
    ids=["a megabyte", "one word of a megabyte", "emoji", "scripts", "surrogates", "controls", "marks", "specials"],
)
@pytest.mark.parametrize("reading", ["posts", "raw"])
def test_odd_text_gets_an_answer_or_an_abstention(tmp_path: Path, text: str, reading: str) -> None:
    build_encoder(tmp_path / "kecil", reading=reading)
    (answers,) = load_encoder(tmp_path / "kecil").classify([text], TASKS)
    for answer in answers.values():
        assert sum(answer.probabilities.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    "text", ["", " \n\t", "https://contoh.id/berita/1", "@a @b https://x.id", "\u200b\ufeff", "...", "?!", "政治 政治"]
)
def test_a_text_that_says_nothing_the_vocabulary_has_gets_no_label(encoder: OnnxEncoder, text: str) -> None:
    for _ in range(2):
        for answer in encoder.classify([text], TASKS)[0].values():
            assert answer.value is None
            assert answer.abstained
            assert len(set(answer.probabilities.values())) == 1


def test_one_emoji_is_something_said(encoder: OnnxEncoder) -> None:
    assert encoder.classify(["😀"], ["sentiment"])[0]["sentiment"].value is not None


def test_copies_that_differ_in_link_mention_case_and_drawn_out_letters_run_once(folder: Path) -> None:
    encoder = count_runs(folder)
    copies = ["@budi Jalan rusaaaak https://a.id/1", "@siti JALAN rusaak https://b.id/2?x=3", "jalan rusak"]
    answers = encoder.classify(copies, TASKS)
    assert answers[0] == answers[1] != answers[2]
    assert len(encoder.ran) == 2
    assert encoder.classify(copies[:2], ["hoax"]) == [{"hoax": answer["hoax"]} for answer in answers[:2]]
    assert len(encoder.ran) == 2, "another task of a text seen before is in the cache"


def test_the_cache_is_bounded_and_forgets_the_least_lately_asked(folder: Path) -> None:
    encoder = count_runs(folder, remembered=2)
    for text in ("jalan", "banjir", "jalan", "beras", "jalan"):
        encoder.classify([text], ["topic"])
    assert len(encoder.ran) == 3
    assert len(encoder.cache.rows) == 2
    encoder.classify(["banjir"], ["topic"])
    assert len(encoder.ran) == 4


def test_with_nothing_remembered_every_copy_is_run(folder: Path) -> None:
    encoder = count_runs(folder, remembered=0)
    encoder.classify(["jalan rusak"] * 3, ["topic"])
    assert len(encoder.ran) == 3


def test_a_long_list_keeps_its_order_and_a_long_text_is_cut(folder: Path) -> None:
    encoder = count_runs(folder, remembered=10_000)
    texts = [f"{TEXTS[number % len(TEXTS)]} {number}" for number in range(5000)] + ["jalan " * 1000]
    answers = encoder.classify(texts, ["topic"])
    for number in (0, 1, 2047, 2048, 4999, 5000):
        alone = load_encoder(folder).classify([texts[number]], ["topic"])[0]["topic"].probabilities
        assert answers[number]["topic"].probabilities == pytest.approx(alone, abs=1e-4)
    assert max(map(len, encoder.ran)) == encoder.config.max_tokens


@given(lengths=st.lists(st.integers(1, 600), max_size=300))
def test_batches_hold_every_text_once_within_their_bounds(lengths: list[int]) -> None:
    tokens = {number: [1] * length for number, length in enumerate(lengths)}
    cut = list(cut_batches(tokens))
    assert sorted(number for batch in cut for number in batch) == list(tokens)
    for batch in cut:
        longest = max(len(tokens[number]) for number in batch)
        assert len(batch) == 1 or (len(batch) <= BATCH_TEXTS and longest * len(batch) <= BATCH_TOKENS)


def test_eight_threads_at_once_get_the_answers_of_one(folder: Path) -> None:
    shared, alone = load_encoder(folder, remembered=50), load_encoder(folder)
    texts = [f"{TEXTS[number % len(TEXTS)]} {number % 70}" for number in range(400)]
    expected = [answer["topic"].value for answer in alone.classify(texts, ["topic"])]
    with ThreadPoolExecutor(8) as pool:
        parts = pool.map(lambda start: shared.classify(texts[start::8], ["topic"]), range(8))
        for start, part in enumerate(parts):
            assert [answer["topic"].value for answer in part] == expected[start::8]
    assert len(shared.cache.rows) == 50


def test_a_task_it_does_not_have_is_refused(encoder: OnnxEncoder) -> None:
    with pytest.raises(ValueError, match="tone"):
        encoder.classify(["jalan rusak"], ["tone"])


def cut_file(name: str) -> Callable[[Path], None]:
    """Cuts a file in half."""
    return lambda folder: (
        (folder / name).write_bytes((folder / name).read_bytes()[: (folder / name).stat().st_size // 2]) and None
    )


def change_config(**changed: object) -> Callable[[Path], None]:
    """Replaces keys of the config."""

    def change(folder: Path) -> None:
        raw = msgspec.json.decode((folder / "config.json").read_bytes())
        (folder / "config.json").write_bytes(msgspec.json.encode(raw | changed))

    return change


def widths(**changed: int) -> dict[Task, int]:
    """Columns of each output, some of them wrong."""
    return {task: changed.get(task, len(names)) for task, names in LABELS.items()}


BROKEN: dict[str, Callable[[Path], None]] = {
    "no graph": lambda folder: (folder / "model.onnx").unlink(),
    "graph cut short": cut_file("model.onnx"),
    "empty graph": lambda folder: (folder / "model.onnx").write_bytes(b"") and None,
    "graph is text": lambda folder: (folder / "model.onnx").write_bytes(b"jalan rusak" * 100) and None,
    "no tokenizer": lambda folder: (folder / "tokenizer.json").unlink(),
    "tokenizer cut short": cut_file("tokenizer.json"),
    "tokenizer is another thing": lambda folder: (folder / "tokenizer.json").write_text("[1, 2]") and None,
    "no config": lambda folder: (folder / "config.json").unlink(),
    "config cut short": cut_file("config.json"),
    "unknown key": change_config(layers=3),
    "a linear model's kind": change_config(kind="linear"),
    "a head is wider": lambda folder: write_graph(folder / "model.onnx", widths(hoax=3), 0, 1.0),
    "a head is missing": lambda folder: write_graph(folder / "model.onnx", {"topic": 11}, 0, 1.0),
    "two heads swap a column": lambda folder: write_graph(folder / "model.onnx", widths(hoax=3, sentiment=2), 0, 1.0),
    "NaN in the weights": lambda folder: write_graph(folder / "model.onnx", widths(), 0, 1.0, spoil=float("nan")),
    "tokenizer has more words": lambda folder: write_tokenizer(
        folder / "tokenizer.json", (*VOCABULARY, "lebih", "kata")
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_folder_is_refused_with_what_is_wrong(folder: Path, tmp_path: Path, broken: str) -> None:
    place = tmp_path / "rusak"
    shutil.copytree(folder, place)
    load_encoder(place)
    BROKEN[broken](place)
    with pytest.raises(BadModel) as refused:
        load_encoder(place)
    assert refused.value.hint
    assert "rusak" in refused.value.message or "kecil" in refused.value.message
