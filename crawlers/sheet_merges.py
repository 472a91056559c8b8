"""Finds the merged cells of an XLSX sheet: a row inside one holds no value of its own, and nobody knows whose it means.

The list stands behind the rows in the sheet's XML, where the reader that streams rows never looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

CHUNK = 1 << 20
TAIL = 64
"""Bytes kept from one chunk to the next: longer than any reference to two cells."""
MOST = 100_000
"""Most merged ranges that are read; a sheet with more is no table."""

MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """One merged range. Rows and columns are counted from 1."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int
    ref: str
    """As a spreadsheet writes it ("B5:B9")."""


def read_merges(sheet: IO[bytes]) -> list[Merge]:
    """The merged ranges in a sheet's XML."""
    found: list[Merge] = []
    rest = b""
    while chunk := sheet.read(CHUNK):
        text = rest + chunk
        end = 0
        for match in MERGED.finditer(text):
            left, top, right, bottom = (part.decode() for part in match.groups())
            found.append(
                Merge(
                    first_row=int(top),
                    last_row=int(bottom),
                    first_column=column_number(left),
                    last_column=column_number(right),
                    ref=f"{left}{top}:{right}{bottom}",
                )
            )
            end = match.end()
            if len(found) >= MOST:
                return found
        rest = text[max(end, len(text) - TAIL) :]
    return found


def column_number(letters: str) -> int:
    """1 for "A", 27 for "AA"."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def merged_rows(merges: Iterable[Merge], *, last_column: int) -> dict[int, Merge]:
    """The rows whose value another row holds: those under the first of a range over several rows, within the table."""
    rows: dict[int, Merge] = {}
    for merge in merges:
        if merge.first_column <= last_column:
            for row in range(merge.first_row + 1, min(merge.last_row, merge.first_row + MOST) + 1):
                rows.setdefault(row, merge)
    return rows
