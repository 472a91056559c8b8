"""The benchmark of the wall, on a small scale: both sides count the same, and every promised figure is there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmarks import wall
from dashboard.wall.panels.sentiment import SentimentPanel


def test_every_promised_figure_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("QUICK_POSTS", 1_500), ("QUICK_COMPLAINTS", 100), ("QUICK_REFRESHES", 60), ("SESSION_ROUNDS", 2),
    ):  # fmt: skip
        monkeypatch.setattr(wall, name, value)
    # In a thread of its own: where the tests' browser is open, this one has an event loop that runs.
    with ThreadPoolExecutor(1) as apart:
        measured = apart.submit(lambda: list(wall.measure(quick=True))).result()
    figures = {one.figure: one for one in measured}
    assert list(figures) == [
        "cold page", "p95 of 20 sessions at once", "p95 of a refresh", "bytes for each refresh, usual / ours",
        "server CPU for each refresh, usual / ours", "memory for 1,000 refreshes",
    ]  # fmt: skip
    assert {one.benchmark for one in figures.values()} == {"wall"}
    assert figures["bytes for each refresh, usual / ours"].value > wall.MUST_BYTES


def test_a_wall_that_counts_otherwise_stops_the_benchmark(monkeypatch: pytest.MonkeyPatch) -> None:
    from collections import Counter
    from types import SimpleNamespace

    panel = SentimentPanel(posts=0, decided=0, shares=(), change=None, sure=False, hours=())
    desk = SimpleNamespace(wall=SimpleNamespace(states={"sentiment": SimpleNamespace(data=panel)}))
    told = wall.Rerun(rows=1, cpu_s=1.0, sent=1, sentiment=Counter({"negative": 1}))
    with pytest.raises(RuntimeError, match="the wall counts"):
        wall.check_same(desk, told)  # type: ignore[arg-type]


def test_memory_that_grows_is_seen_and_memory_that_does_not_is_flat() -> None:
    assert wall.slope([(number, 80.0) for number in range(100)]) == pytest.approx(0, abs=1e-6)
    assert wall.slope([(number, 80 + 0.002 * number) for number in range(100)]) == pytest.approx(2.0)
