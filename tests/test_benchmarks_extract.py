"""The parts of the extraction benchmark that can be wrong without being slow: score, figures, rounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.extract import SavedPage, f1_figure, load_pages, rate_sides, read_with_rules, score_pages, word_f1


def test_words_count_as_often_as_they_stand() -> None:
    assert word_f1("banjir di Randu", "Banjir di Randu.") == 1.0
    assert word_f1("banjir banjir", "banjir") == pytest.approx(2 / 3)
    assert word_f1("", "banjir") == 0.0


def test_every_gold_page_is_read_and_our_side_reads_them_all(shared: Path) -> None:
    pages = load_pages(shared)
    assert len(pages) == 19
    scores = score_pages(pages[:2], read_with_rules)
    assert list(scores) == [page.name for page in pages[:2]]
    assert min(scores.values()) >= 0.98


def test_a_figure_names_its_worst_page_and_fails_below_its_bound() -> None:
    figure = f1_figure("x", {"a": 1.0, "b": 0.5, "c": 0.9}, must=0.98)
    assert (figure.value, figure.holds, figure.detail["worst"]) == (0.8, False, "b")
    assert figure.low <= figure.value <= figure.high
    assert f1_figure("x", {"a": 1.0}, must=0.98).holds


def test_sides_are_measured_in_every_round_but_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.extract.MIN_ROUND_SECONDS", 0.001)
    asked: list[str] = []
    page = SavedPage(name="a", html=b"", url="https://a.test/", text="")

    def side(name: str) -> str:
        asked.append(name)
        return "".join(str(number) for number in range(2_000))

    rates = rate_sides([page], {"a": lambda *_: side("a"), "b": lambda *_: side("b")}, rounds=3)
    assert {name: len(values) for name, values in rates.items()} == {"a": 3, "b": 3}
    assert all(value > 0 for values in rates.values() for value in values)
    turns = [name for at, name in enumerate(asked) if at == 0 or asked[at - 1] != name]
    assert turns == ["a", "b"] * 4
