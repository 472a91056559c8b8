"""Two tiers as one classifier: who is asked about what, and what comes of two opinions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from tiny_encoder import LABELS, build_cascade, build_encoder, build_linear, plain_heads

from kentongan.schema import Task
from models.calibrate import Calibration
from models.cascade import LEAST, Cascade, CascadeConfig, Tier, load_cascade
from models.classifier import Classifier, Label
from models.linear import BadModel, load_linear
from models.onnx_encoder import load_encoder

TASKS: tuple[Task, ...] = tuple(LABELS)
TEXTS = [f"jalan rusak {word} nomor {n}" for n in range(20) for word in ("banjir", "bagus", "beras")]
ODD = ["", "...", "https://a.id/1", "@a", "\ud800", "😀", "政治", "\0"]


class Listening:
    """A classifier that notes the texts and tasks it is asked about."""

    def __init__(self, inner: Classifier) -> None:
        self.inner = inner
        self.name, self.version, self.labels = inner.name, inner.version, inner.labels
        self.asked: list[tuple[list[str], tuple[Task, ...]]] = []

    def model_of(self, task: Task) -> tuple[str, str]:
        return self.inner.model_of(task)

    def classify(self, texts: Sequence[str], tasks: Sequence[Task]) -> list[dict[Task, Label]]:
        self.asked.append((list(texts), tuple(tasks)))
        return self.inner.classify(texts, tasks)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("models")
    build_encoder(place / "kecil")
    build_linear(place / "garis")
    return place


@pytest.fixture
def linear(root: Path) -> Listening:
    return Listening(load_linear(root / "garis"))


@pytest.fixture
def encoder(root: Path) -> Listening:
    return Listening(load_encoder(root / "kecil"))


def make_config(
    sure: Mapping[Task, float], *, share: float = 0.5, scale: float = 1.0, threshold: float = 0.3
) -> CascadeConfig:
    tasks = {
        task: Tier(
            sure=bound,
            share=share,
            calibration=Calibration(scale=scale, offsets=(0.1,) * len(LABELS[task]), threshold=threshold),
        )
        for task, bound in sure.items()
    }
    return CascadeConfig(name="gabungan", version="2.1", linear="garis", encoder="kecil", tasks=tasks)


def same(left: Label, right: Label) -> bool:
    """Equal but for the runtime's rounding."""
    return left.value == right.value and list(left.probabilities.values()) == pytest.approx(
        list(right.probabilities.values()), abs=1e-4
    )


def test_the_encoder_is_asked_only_about_texts_of_which_the_linear_model_is_unsure(
    linear: Listening, encoder: Listening
) -> None:
    cascade = Cascade(make_config({"sentiment": 0.8, "language": 0.7}), linear, encoder)
    answers = cascade.classify(TEXTS, ["sentiment", "language"])
    first = linear.inner.classify(TEXTS, ["sentiment", "language"])
    second = encoder.inner.classify(TEXTS, ["sentiment", "language"])
    bounds: dict[Task, float] = {"sentiment": 0.8, "language": 0.7}
    unsure = [
        text
        for text, answer in zip(TEXTS, first, strict=True)
        if any(max(answer[task].probabilities.values()) < bound for task, bound in bounds.items())
    ]
    assert 0 < len(unsure) < len(TEXTS)
    assert encoder.asked == [(unsure, ("sentiment", "language"))]
    for task, bound in bounds.items():
        kept = 0
        for answer, one, two in zip(answers, first, second, strict=True):
            if max(one[task].probabilities.values()) >= bound:
                assert answer[task] == one[task]
                kept += 1
                continue
            opinions = [np.maximum(list(said[task].probabilities.values()), LEAST) for said in (one, two)]
            logs = 0.5 * np.log(opinions[0]) + 0.5 * np.log(opinions[1])
            powers = np.exp(logs)
            assert list(answer[task].probabilities.values()) == pytest.approx(
                (powers / powers.sum()).tolist(), abs=1e-4
            )
            assert answer[task].abstained == (max(answer[task].probabilities.values()) < 0.3)
        assert 0 < kept < len(TEXTS)


def test_above_one_both_are_always_asked_and_at_zero_only_the_linear_model(
    linear: Listening, encoder: Listening
) -> None:
    Cascade(make_config({"topic": 1.01}), linear, encoder).classify(TEXTS, ["topic"])
    assert encoder.asked == [(TEXTS, ("topic",))]
    encoder.asked.clear()
    answers = Cascade(make_config({"topic": 0.0}), linear, encoder).classify(TEXTS, ["topic"])
    assert encoder.asked == []
    assert answers == linear.inner.classify(TEXTS, ["topic"])


@pytest.mark.parametrize(("share", "who"), [(0.0, "linear"), (1.0, "encoder")])
def test_the_share_says_whose_opinion_it_is(linear: Listening, encoder: Listening, share: float, who: str) -> None:
    cascade = Cascade(make_config({"language": 2.0}, share=share), linear, encoder)
    alone = (linear if who == "linear" else encoder).inner.classify(TEXTS, ["language"])
    for mixed, plain in zip(cascade.classify(TEXTS, ["language"]), alone, strict=True):
        assert same(mixed["language"], plain["language"])


def test_each_task_has_its_own_bound(linear: Listening, encoder: Listening) -> None:
    cascade = Cascade(make_config({"topic": 0.0, "hoax": 2.0}), linear, encoder)
    answers = cascade.classify(TEXTS, ["topic", "hoax"])
    assert encoder.asked == [(TEXTS, ("hoax",))], "the encoder need not answer what is answered"
    first = linear.inner.classify(TEXTS, ["topic"])
    assert [answer["topic"] for answer in answers] == [answer["topic"] for answer in first]


def test_odd_text_gets_an_answer_and_what_neither_reads_is_an_abstention(linear: Listening, encoder: Listening) -> None:
    cascade = Cascade(make_config(dict.fromkeys(TASKS, 0.9)), linear, encoder)
    answers = cascade.classify(ODD, TASKS)
    for text, answer in zip(ODD, answers, strict=True):
        for task, label in answer.items():
            assert sum(label.probabilities.values()) == pytest.approx(1)
            if text in ("", "...", "https://a.id/1", "@a"):
                assert (label.value, label.abstained) == (None, True), (text, task)
    assert cascade.classify([], TASKS) == []


def test_it_names_itself_and_refuses_a_task_it_has_not(linear: Listening, encoder: Listening) -> None:
    cascade = Cascade(make_config({"topic": 0.9}), linear, encoder)
    assert cascade.model_of("topic") == ("gabungan", "2.1")
    assert cascade.labels == {"topic": LABELS["topic"]}
    with pytest.raises(ValueError, match="hoax"):
        cascade.classify(["jalan"], ["hoax"])


def test_two_models_that_disagree_about_the_labels_make_no_cascade(root: Path, tmp_path: Path) -> None:
    build_encoder(tmp_path / "lain", labels={**LABELS, "hoax": ("lain", "hoax")})
    other = load_encoder(tmp_path / "lain")
    linear = load_linear(root / "garis")
    Cascade(make_config({"topic": 0.9}), linear, other)
    with pytest.raises(BadModel, match="hoax"):
        Cascade(make_config({"hoax": 0.9}), linear, other)
    build_encoder(tmp_path / "tanpa", labels={"topic": LABELS["topic"]})
    with pytest.raises(BadModel, match="hoax"):
        Cascade(make_config({"hoax": 0.9}), linear, load_encoder(tmp_path / "tanpa"))
    short = Tier(sure=1, share=1, calibration=plain_heads({"hoax": ("a", "b", "c")})["hoax"].calibration)
    config = CascadeConfig(name="g", version="1", linear="garis", encoder="kecil", tasks={"hoax": short})
    with pytest.raises(BadModel, match="hoax"):
        Cascade(config, linear, load_encoder(root / "kecil"))


def test_a_folder_is_read_back_and_a_broken_one_is_refused(root: Path, tmp_path: Path) -> None:
    config = build_cascade(tmp_path / "gabungan", linear="garis", encoder="kecil")
    models: dict[str, Classifier] = {"garis": load_linear(root / "garis"), "kecil": load_encoder(root / "kecil")}
    assert load_cascade(tmp_path / "gabungan", models.__getitem__).config == config
    file = tmp_path / "gabungan" / "config.json"
    for spoiled in (b"", file.read_bytes()[:60], file.read_bytes().replace(b'"sure"', b'"yakin"')):
        file.write_bytes(spoiled)
        with pytest.raises(BadModel, match="gabungan"):
            load_cascade(tmp_path / "gabungan", models.__getitem__)
