"""Splits by time, source and group, and planted leaks that the gate must refuse by name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.data import LeakFound, Row
from models.splits import check_split, group_texts, split_by_group, split_by_source, split_by_time

NOUNS = ["pasar", "jembatan", "puskesmas", "sekolah", "pelabuhan", "terminal", "lapangan", "kelurahan"]
VERBS = ["dibuka", "ditutup", "dipindah", "dibersihkan", "diperbaiki", "diresmikan"]


def made_rows(count: int = 48) -> list[Row]:
    """Different sentences: even ones refuted claims, odd ones talk, a year after another, two sources a label."""
    rows = []
    for number in range(count):
        label = "lain" if number % 2 else "hoax"
        place = f"tempat{number} desa{number} warga{number} kabar{number}"
        text = f"{NOUNS[number % 8]} {place} {VERBS[number % 6]} mulai minggu{number} oleh panitia{number}"
        source = f"{label}{number % 4}"
        rows.append(
            Row(
                task="hoax",
                text=text,
                labels=frozenset({label}),
                source=source,
                held_with=source,
                date=f"{2019 + number // 12}-03-04",
            )
        )
    return rows


def halves(rows: list[Row]) -> tuple[np.ndarray, np.ndarray]:
    train = np.arange(len(rows)) < len(rows) // 2
    return train, ~train


def test_a_split_by_time_trains_on_older_rows_only_and_passes_the_gate() -> None:
    rows = made_rows()
    train, test = split_by_time(rows, group_texts(rows), cut="2021-01-01", until="2022-01-01")
    assert {rows[n].date[:4] for n in np.flatnonzero(train)} == {"2019", "2020"}
    assert {rows[n].date[:4] for n in np.flatnonzero(test)} == {"2021"}
    check_split(rows, train, test, later=True, claims=True)


def test_a_row_without_a_date_is_on_neither_side_of_time() -> None:
    rows = made_rows()
    rows[0] = replace(rows[0], date="")
    train, test = split_by_time(rows, group_texts(rows), cut="2021-01-01")
    assert not train[0] and not test[0]


def test_a_split_by_source_parts_the_sources_and_passes_the_gate() -> None:
    rows = made_rows()
    train, test = split_by_source(rows, group_texts(rows), held={"hoax0", "lain1"})
    assert {rows[n].source for n in np.flatnonzero(test)} == {"hoax0", "lain1"}
    check_split(rows, train, test, unseen=True, claims=True)


def test_folds_by_group_never_part_near_duplicates() -> None:
    rows = made_rows()
    rows[5] = replace(rows[4], text="info " + rows[4].text)
    groups = group_texts(rows)
    assert groups[4] == groups[5]
    tested = np.zeros(len(rows), dtype=int)
    for train, test in split_by_group(rows, groups, folds=3, seed=1):
        check_split(rows, train, test, groups=groups)
        assert test[4] == test[5]
        tested += test
    assert (tested == 1).all()


def test_a_row_on_both_sides_is_refused() -> None:
    rows = made_rows()
    train, test = halves(rows)
    test[0] = True
    with pytest.raises(LeakFound, match="sekaligus"):
        check_split(rows, train, test)


def test_the_same_text_in_capitals_and_with_a_link_is_refused() -> None:
    rows = made_rows()
    rows[-1] = replace(rows[-1], text=f"{rows[0].text.upper()} https://contoh.id/a")
    with pytest.raises(LeakFound, match="dibaca sama"):
        check_split(rows, *halves(rows))


def test_a_near_copy_is_refused_even_where_the_reading_differs() -> None:
    rows = made_rows()
    rows[-1] = replace(rows[-1], text="info " + rows[0].text)
    with pytest.raises(LeakFound, match="hampir sama"):
        check_split(rows, *halves(rows))


def test_training_on_the_test_period_is_refused_with_both_dates() -> None:
    rows = made_rows()
    train, test = halves(rows)
    rows[0] = replace(rows[0], date="2022-05-01")
    with pytest.raises(LeakFound, match=r"2022-05-01.*2021-03-04"):
        check_split(rows, train, test, later=True)
    rows[0] = replace(rows[0], date="")
    with pytest.raises(LeakFound, match="tanpa tanggal"):
        check_split(rows, train, test, later=True)


def test_a_source_on_both_sides_is_refused_by_name() -> None:
    rows = made_rows()
    with pytest.raises(LeakFound, match="hoax0"):
        check_split(rows, *halves(rows), unseen=True)


@pytest.mark.parametrize(
    ("planted", "reason"),
    [
        ("[SALAH] jembatan baru itu runtuh semalam kata panitia", "cap putusan"),
        ("jembatan baru runtuh semalam (HOAX) kata panitia", "cap putusan"),
        ("setelah ditelusuri ternyata kabar jembatan runtuh keliru", "kata pemeriksa fakta"),
        ("cek fakta jembatan baru runtuh semalam kata panitia", "kata pemeriksa fakta"),
        ("Telah tersebar di grup kabar jembatan baru runtuh semalam", "pengantar"),
    ],
)
def test_a_checkers_words_left_in_a_claim_are_refused(planted: str, reason: str) -> None:
    rows = made_rows()
    rows[2] = replace(rows[2], text=planted)
    train, test = halves(rows)
    check_split(rows, train, test)
    with pytest.raises(LeakFound, match=reason):
        check_split(rows, train, test, claims=True)
