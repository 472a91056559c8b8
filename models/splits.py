"""Splits by time, by source and by near-duplicate group, and the check that refuses one that leaks.

``check_split`` is the gate: whoever made the two masks, it compares texts, near copies, dates and sources, and looks
for words that only a fact-checker writes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from models.data import Groups, LeakFound, Row, check_leak, group_rows, split_rows, without_leak
from models.features import read_words
from models.hoax_text import CHECKER_WORDS, LEAD_IN, VERDICT_TAG

Mask = NDArray[np.bool_]
Split = tuple[Mask, Mask]
"""Training rows and test rows."""

MAX_CHARS = 2000


def group_texts(rows: Sequence[Row]) -> Groups:
    """A near-duplicate group for each row, from its words."""
    return group_rows([read_words(row.text, MAX_CHARS) for row in rows])


def split_by_time(rows: Sequence[Row], groups: Groups, *, cut: str, until: str = "9999") -> Split:
    """Train on rows dated before ``cut`` (ISO date), test on those from it to before ``until``.

    Rows without a date are on neither side; a training row that is a near-duplicate of a test row is dropped.
    """
    dates = np.array([row.date for row in rows])
    test = (dates >= cut) & (dates < until)
    return without_leak(groups, (dates != "") & (dates < cut), test), test


def split_by_source(rows: Sequence[Row], groups: Groups, *, held: Collection[str]) -> Split:
    """Test on the rows held with one of the names, train on all others but near-duplicates of them."""
    test = np.isin([row.held_with for row in rows], sorted(held))
    return without_leak(groups, ~test, test), test


def split_by_group(rows: Sequence[Row], groups: Groups, *, folds: int, seed: int) -> list[Split]:
    """Folds over near-duplicate groups; rows with one ``same_as`` word share a fold."""
    numbers = split_rows(groups, [row.same_as for row in rows], folds, seed=seed)
    tests = [numbers == fold for fold in range(folds)]
    return [(without_leak(groups, ~test, test), test) for test in tests]


def check_split(
    rows: Sequence[Row],
    train: Mask,
    test: Mask,
    *,
    groups: Groups | None = None,
    later: bool = False,
    unseen: bool = False,
    claims: bool = False,
) -> None:
    """Raise LeakFound, saying which leak, where a split lets a model know what it is tested on.

    ``later``: every test row must be dated after every training row. ``unseen``: no source may be on both sides.
    ``claims``: no verdict and no fact-checker's phrase may stand in any text.
    """
    if (train & test).any():
        raise LeakFound(f"{int((train & test).sum())} baris ada di data latih dan data uji sekaligus.")
    check_same_text(rows, train, test)
    check_leak(group_texts(rows) if groups is None else groups, train, test)
    if later:
        check_time(rows, train, test)
    if unseen:
        check_sources(rows, train, test)
    if claims:
        check_words(rows, train | test)


def check_same_text(rows: Sequence[Row], train: Mask, test: Mask) -> None:
    """Raise LeakFound where a text that reads the same is on both sides."""
    readings = [tuple(read_words(row.text, MAX_CHARS)) for row in rows]
    known = {readings[number] for number in np.flatnonzero(train).tolist()}
    same = [number for number in np.flatnonzero(test).tolist() if readings[number] and readings[number] in known]
    if same:
        raise LeakFound(
            f"{len(same)} teks uji dibaca sama dengan teks latih (yang pertama baris {same[0] + 1}).",
            hint="Buang teks kembar sebelum membagi data.",
        )


def check_time(rows: Sequence[Row], train: Mask, test: Mask) -> None:
    """Raise LeakFound where a training row is undated, or not older than every test row."""
    before = [rows[number].date for number in np.flatnonzero(train).tolist()]
    after = [rows[number].date for number in np.flatnonzero(test).tolist()]
    if not all(before) or not all(after):
        raise LeakFound("Ada baris tanpa tanggal dalam pembagian menurut waktu.", hint="Keluarkan baris itu.")
    if before and after and max(before) >= min(after):
        raise LeakFound(
            f"Data latih berlanjut sampai {max(before)}, padahal data uji mulai {min(after)}.",
            hint="Latih hanya dengan teks sebelum masa uji (split_by_time).",
        )


def check_sources(rows: Sequence[Row], train: Mask, test: Mask) -> None:
    """Raise LeakFound where a source, or what it is held with, is on both sides."""
    sides = [
        {name for n in np.flatnonzero(side).tolist() for name in (rows[n].source, rows[n].held_with)}
        for side in (train, test)
    ]
    shared = sorted(sides[0] & sides[1])
    if shared:
        raise LeakFound(
            f"Sumber yang sama ada di data latih dan data uji: {', '.join(shared)}.",
            hint="Bagi data menurut sumber (split_by_source).",
        )


def check_words(rows: Sequence[Row], used: Mask) -> None:
    """Raise LeakFound where a verdict tag, a fact-checker's word or lead-in is left in a text.

    The message names the row by number and the word, never the text.
    """
    for kind, pattern in (("cap putusan", VERDICT_TAG), ("kata pemeriksa fakta", CHECKER_WORDS)):
        hits = [(n, found[0]) for n in np.flatnonzero(used).tolist() if (found := pattern.search(rows[n].text))]
        if hits:
            raise LeakFound(
                f"{len(hits)} teks masih memuat {kind}, misalnya {hits[0][1].strip()!r} di baris {hits[0][0] + 1}.",
                hint="Bersihkan teks dengan models.hoax_text.strip_checker, atau buang barisnya.",
            )
    led = [n for n in np.flatnonzero(used).tolist() if LEAD_IN.match(rows[n].text)]
    if led:
        raise LeakFound(
            f"{len(led)} teks masih diawali kalimat pengantar pemeriksa fakta (yang pertama baris {led[0] + 1}).",
            hint="Bersihkan teks dengan models.hoax_text.strip_checker, atau buang barisnya.",
        )
