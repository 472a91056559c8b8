"""Reads the rows of an XLSX sheet as text by column, whatever a spreadsheet program or an enemy wrote into the file.

The zip's directory is checked before anything is unpacked, and no part is read past the size it declares (``zipfile``
stops there), so a bomb is refused by its directory or by its checksum. Formulas count by their cached values.
"""

from __future__ import annotations

import lzma
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from itertools import chain, islice
from pathlib import Path
from typing import Any

from crawlers.file_mappings import column_key, has_columns
from crawlers.file_rows import LOOKED_AT, RefusedRow, Rows, as_text, require_columns
from crawlers.sheet_merges import Merge, merged_rows, read_merges
from kentongan.errors import Quarantine

MAX_UNPACKED = 1_000_000_000
"""Largest sum of all parts unpacked, in bytes: a sheet of 100,000 complaints takes a tenth."""

MAX_STRINGS = 200_000_000
"""Largest table of shared texts unpacked, in bytes; it lies in memory while the rows are read."""

MAX_PART = 20_000_000
"""Largest other part unpacked, in bytes: styles and the like, read whole and unfolded some twenty times."""

MAX_PARTS = 5_000
"""Most parts in one file."""

MAX_ROWS = 1_048_576
"""Rows an Excel sheet can have."""

MAX_COLUMNS = 500
"""Columns that are read; wider rows are cut."""

HEAD = 65_536
"""Bytes of a part in which a document type would stand."""

EXACT_DIGITS = 15
"""Digits of a number that Excel keeps; the rest of a longer one are zeros of its own."""

ZIP_FAULTS = (OSError, NotImplementedError, RuntimeError, ValueError, EOFError, struct.error, IndexError, OverflowError)
"""What ``zipfile`` raises, beside its own, over directories that were tampered with."""

Cell = tuple[Any, str]
"""A cell's value and the format it is shown in."""


def read_sheet(path: Path, *, needed: Sequence[str], sheet: str | None = None) -> Rows:
    """The rows of a sheet below its header, which is looked for in the first rows: titles may stand above it.

    Before the first row Quarantine ("bad-zip", "too-large", "xml-entities", "bad-sheet", "no-sheet", "missing-column"):
    ``needed`` columns are not there, or the file cannot be read. A fault further down ends the file with a refused row.
    """
    rows = sheet_cells(path, sheet)
    head = list(islice(rows, LOOKED_AT))
    headers = [[column_key(shown_text(value, form) or "") for value, form in cells] for _, cells in head]
    if not headers:
        raise Quarantine("empty-file", f"Berkas {path} tidak memuat baris.")
    at = max(range(len(headers)), key=lambda n: sum(has_columns([name], set(headers[n])) for name in needed))
    require_columns(path, needed, headers[at])
    merged = merged_rows(sheet_merges(path, sheet), last_column=len(headers[at]))
    return sheet_rows(chain(head[at + 1 :], rows), headers[at], merged=merged)


def sheet_header_rows(path: Path, *, sheet: str | None = None) -> list[set[str]]:
    """The first rows as sets of column keys, to recognise a file by. Raises Quarantine as ``read_sheet``."""
    rows = islice(sheet_cells(path, sheet), LOOKED_AT)
    return [{column_key(shown_text(value, form) or "") for value, form in cells} for _, cells in rows]


def sheet_rows(rows: Iterator[tuple[int, list[Cell]]], header: Sequence[str], *, merged: Mapping[int, Merge]) -> Rows:
    try:
        for line, cells in rows:
            if line in merged:
                message = (
                    f"Baris {line}: berada di dalam sel gabungan {merged[line].ref}, jadi nilainya tidak pasti; "
                    "pisahkan sel itu (Unmerge Cells) dan isi setiap barisnya."
                )
                yield line, RefusedRow(line=line, reason="merged-cells", message=message)
                continue
            row: dict[str, str] = {}
            rounded = None
            for name, (value, form) in zip(header, cells, strict=False):
                text = shown_text(value, form)
                if not name or not text or name in row:
                    continue
                if isinstance(value, int | float) and abs(value) >= 10**EXACT_DIGITS:
                    rounded = rounded or name
                row[name] = text
            if rounded:
                message = (
                    f"Baris {line}: kolom {rounded} adalah bilangan lebih dari {EXACT_DIGITS} angka, yang dibulatkan "
                    "Excel; simpan kolom itu sebagai teks."
                )
                yield line, RefusedRow(line=line, reason="rounded-number", message=message)
            elif row:
                yield line, row
    except Quarantine as error:
        # What was read so far stands; that the rest is missing must be seen.
        yield 0, RefusedRow(line=0, reason=error.reason, message=error.message)


def sheet_merges(path: Path, sheet: str | None) -> list[Merge]:
    """The merged ranges of a sheet whose rows could be read. Raises Quarantine where it is no workbook after all."""
    book = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import openpyxl

            book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        part = choose_sheet(book, path, sheet)._worksheet_path
        with zipfile.ZipFile(path) as archive, archive.open(part) as read:
            return read_merges(read)
    except (KeyError, AttributeError, *ZIP_FAULTS, zlib.error) as error:
        raise Quarantine("bad-sheet", f"Berkas {path} tidak terbaca sebagai XLSX: {error}.") from error
    finally:
        if book is not None:
            book.close()


def sheet_cells(path: Path, sheet: str | None) -> Iterator[tuple[int, list[Cell]]]:
    """Row number and cells of each row that has any. Raises Quarantine, at the first row or at a later one."""
    check_zip(path)
    book = None
    try:
        with warnings.catch_warnings():
            # openpyxl warns of whatever it does not keep; nothing is written back here.
            warnings.simplefilter("ignore")
            import openpyxl

            book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
            found = choose_sheet(book, path, sheet)
            found.reset_dimensions()
            # Without a last column: rows that are not there cost nothing then.
            rows = enumerate(found.iter_rows(max_row=MAX_ROWS), start=1)
        while True:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                read = next((read for read in rows if read[1]), None)
                if read is None:
                    return
                cells = [read_value(cell) for cell in read[1][:MAX_COLUMNS]]
            if any(cell is not NOTHING for cell in cells):
                yield read[0], cells
    except (Quarantine, GeneratorExit):
        raise
    except MemoryError as error:
        raise Quarantine("too-large", f"Berkas {path} terlalu besar untuk dibaca.") from error
    except Exception as error:
        # openpyxl raises whatever its parsers raise (KeyError, TypeError, ParseError, zlib.error ...): any of them says
        # that this file is no workbook as a spreadsheet program writes it.
        said = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        raise Quarantine(
            "bad-sheet", f"Berkas {path} tidak terbaca sebagai XLSX ({said}).", hint="Simpan ulang dari Excel."
        ) from error
    finally:
        if book is not None:
            book.close()


NOTHING: Cell = (None, "")


def read_value(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return NOTHING
    # Only of a number the format is looked at, and looking is slow.
    return value, str(cell.number_format) if isinstance(value, int | float) else ""


def choose_sheet(book: Any, path: Path, name: str | None) -> Any:
    """The sheet of this name, or the first. Raises Quarantine ("no-sheet")."""
    sheets = {one.title: one for one in book.worksheets}
    if name is None and sheets:
        return next(iter(sheets.values()))
    if name is not None and name in sheets:
        return sheets[name]
    there = ", ".join(sheets) or "tidak ada"
    raise Quarantine(
        "no-sheet", f"Berkas {path} tidak memuat lembar {name or 'apa pun'}.", hint=f"Lembar yang ada: {there}."
    )


def check_zip(path: Path) -> None:
    """Raise Quarantine ("no-file", "bad-zip", "too-large", "xml-entities") for what must not be unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            check_sizes(path, parts)
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as file:
                        # Without the NULs, so that UTF-16 hides nothing.
                        head = file.read(HEAD).replace(b"\0", b"")
                    if re.search(rb"<!(?:DOCTYPE|ENTITY)", head, re.IGNORECASE):
                        raise Quarantine(
                            "xml-entities", f"Berkas {path} memuat deklarasi XML yang tidak pernah ditulis Excel."
                        )
    except (FileNotFoundError, PermissionError) as error:
        raise Quarantine("no-file", f"Berkas {path} tidak terbaca: {error.strerror}.") from error
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, *ZIP_FAULTS) as error:
        raise Quarantine(
            "bad-zip", f"Berkas {path} rusak atau berkata sandi: {error}.", hint="Simpan ulang dari Excel."
        ) from error


def check_sizes(path: Path, parts: Sequence[zipfile.ZipInfo]) -> None:
    """Raise Quarantine ("too-large") by what the zip's directory says."""
    sheets = ("xl/worksheets/", "xl/media/", "xl/drawings/", "xl/embeddings/")
    for part in parts:
        name = part.filename.lower().lstrip("/")
        limit = MAX_STRINGS if "sharedstrings" in name else MAX_UNPACKED if name.startswith(sheets) else MAX_PART
        if part.file_size > limit:
            raise Quarantine(
                "too-large", f"Bagian {part.filename[:80]} dari {path} terlalu besar: {part.file_size} bita."
            )
    total = sum(part.file_size for part in parts)
    if total > MAX_UNPACKED or len(parts) > MAX_PARTS:
        raise Quarantine(
            "too-large", f"Berkas {path} terlalu besar bila dibuka: {total} bita dalam {len(parts)} bagian."
        )


def shown_text(value: Any, form: str) -> str | None:
    """A cell as text, close to how it is shown: dates as ISO without a zone, whole numbers without a point, a number
    shown with leading zeros with these. None for nothing, for errors and for true or false."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, str):
        return None if re.fullmatch(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)", value) else value
    text = as_text(value)
    if text is not None and text.isdecimal() and re.fullmatch(r"0+", form):
        return text.zfill(min(len(form), 64))
    return text
