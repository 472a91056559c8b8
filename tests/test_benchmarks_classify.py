"""The parts of the classifier benchmark that can be wrong without being slow: stream, sides, arithmetic."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from tiny_encoder import LABELS, build_root

from benchmarks.classify import f1_drop, mean_interval
from benchmarks.classify_stream import make_stream, share_of_copies
from benchmarks.classify_worker import Request, Side
from benchmarks.figure import ratio_interval
from models.onnx_encoder import OnnxEncoder
from models.serve import load_classifier


def test_every_ten_texts_of_the_stream_have_the_mix_and_the_same_ones_come_again() -> None:
    stream = make_stream(200)
    for start in range(0, 200, 10):
        kinds = Counter(one.kind for one in stream[start : start + 10])
        assert kinds == {"post": 6, "comment": 3, "article": 1}
    assert stream == make_stream(200)
    assert [one.text for one in stream] != [one.text for one in make_stream(200, seed=8)]
    words = [len(one.text.split()) for one in stream if one.kind == "article"]
    assert 200 < sum(words) / len(words) < 500
    assert {task for one in stream for task in one.truth} == {"topic", "sentiment"}


def test_copies_are_counted_as_the_cache_sees_them() -> None:
    assert share_of_copies(["Jalan rusaaak https://a.id/1", "jalan RUSAAK https://b.id/2", "banjir", "surut"]) == 0.25


def test_our_side_labels_every_task_without_torch_and_says_what_it_used(tmp_path: Path) -> None:
    texts = tuple(one.text for one in make_stream(20))
    with Side("served", str(build_root(tmp_path))) as us:
        answer = us.ask(Request(texts=texts, want_labels=True))
        again = us.ask(Request(texts=texts, want_labels=True, remembered=100))
    assert set(answer.labels) == set(LABELS)
    assert all(len(labels) == 20 for labels in answer.labels.values())
    assert answer.labels == again.labels
    assert answer.seconds > 0
    assert 20 < answer.peak_mib < 2000
    served = {"sentiment": "gabungan", "topic": "gabungan", "hoax": "kecil", "language": "kecil"}
    assert answer.about == {"models": {task: f"{name} 1.0.0" for task, name in served.items()}}


def test_the_ratio_is_of_medians_and_its_interval_holds_it() -> None:
    value, low, high = ratio_interval([90, 100, 400, 110, 95], [2, 2.5, 1.9, 2, 2.1])
    assert value == 50
    assert low < value < high


def test_a_share_of_all_is_not_certain() -> None:
    value, low, high = mean_interval([True] * 100)
    assert (value, round(low, 3), round(high, 6)) == (1.0, 0.963, 1.0)


def test_lost_macro_f1_is_positive_where_the_first_side_is_worse(tmp_path: Path) -> None:
    encoder = load_classifier("kecil", root=build_root(tmp_path))
    assert isinstance(encoder, OnnxEncoder)
    truth = [0, 1] * 50
    right = ["hoax", "lain"] * 50
    assert f1_drop("hoax", encoder, truth, [right, right]) == (0, 0, 0)
    value, low, _ = f1_drop("hoax", encoder, truth, [["hoax", None] * 50, right])
    assert value == pytest.approx(0.5)
    assert low > 0.3
