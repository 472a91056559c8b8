"""The store's benchmark measures what it says: both sides answer the same, and its percentiles are right."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.store import ingest_figures, percentile_interval, question_figures
from benchmarks.store_worker import ROWS_FILE, Asked, ask, fill
from kentongan.schema import Query
from search.embedded import EmbeddedStore


def test_every_question_finds_something_and_a_scan_finds_the_same(tmp_path: Path) -> None:
    filled = fill(tmp_path / "store", 3_000)
    assert (filled.documents, filled.labels > 0) == (3_000, True)
    answered = ask(tmp_path / "store", rounds=1, asked=2)
    assert min(answered.found.values()) > 0
    assert answered.documents_before == answered.documents_after == 3_000
    assert {len(seconds) for seconds in answered.ours.values()} == {2}
    figures = [*ingest_figures(filled), *question_figures(answered, documents=3_000)]
    assert len(figures) == 2 + 2 * len(answered.ours)
    assert all(figure.low <= figure.value <= figure.high for figure in figures)


def test_a_side_that_answers_otherwise_stops_the_benchmark(tmp_path: Path) -> None:
    fill(tmp_path / "store", 2_000)
    with EmbeddedStore(tmp_path / "store") as store:
        store.drop([record.document.id for record in store.search(Query(kinds=("post",)), limit=5).records])
        store.refresh()
    assert (tmp_path / ROWS_FILE).exists()
    with pytest.raises(AssertionError, match="disagree"):
        ask(tmp_path / "store", rounds=1, asked=1)


def test_a_question_that_finds_nothing_is_no_figure() -> None:
    answered = Asked({"a": [0.1]}, {"a": [1.0]}, 5, 5, 100, {"a": 0})
    with pytest.raises(RuntimeError, match="found nothing"):
        list(question_figures(answered, documents=5))


def test_a_percentile_and_its_interval_come_from_the_order_of_the_values() -> None:
    values = [float(number) for number in range(1, 1001)]
    assert percentile_interval(values, 0.95) == (951.0, 937.0, 965.0)
    assert percentile_interval([3.0], 0.95) == (3.0, 3.0, 3.0)
