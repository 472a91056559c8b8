"""The benchmark of the whole way: its file is what both sides read, and a difference between them stops it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import pipeline
from benchmarks.pipeline import Ran, compare_answers, write_posts
from benchmarks.pipeline_worker import Answer, normalise


def test_the_file_has_the_mix_that_is_promised(tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    write_posts(file, 100)
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert Counter(row["kind"] for row in rows) == {"post": 60, "comment": 30, "article": 10}
    assert len({row["id"] for row in rows}) == 100 and len({row["published_at"][:10] for row in rows}) > 20


def test_the_other_side_normalises_as_a_team_would() -> None:
    assert normalise("Jalan  RUSAAAK https://x.id/1 @dinas") == "jalan rusaak"


def test_sides_that_count_differently_are_no_comparison(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "posts.jsonl"
    write_posts(file, 10)
    theirs = Answer(seconds=1, classify=1, days={"2026-05-01": 10}, hits=3, groups=10, peak_mib=1)
    ours = Ran(seconds=1, cpu=1, peak_mib=1, steps={}, days={"2026-05-01": 10}, hits=3, stories={"a": "a"})
    monkeypatch.setattr(pipeline, "run_ours", lambda *_: ours)
    assert compare_answers(file, 10, tmp_path, theirs)["documents"] == 10
    with pytest.raises(RuntimeError, match="differ"):
        compare_answers(file, 10, tmp_path, Answer(seconds=1, classify=1, days={}, hits=3, groups=10, peak_mib=1))
