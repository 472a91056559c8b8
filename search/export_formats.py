"""Writes records in the three forms an export can have: CSV for Excel, JSON lines, Parquet.

CSV is what Excel in Indonesian opens with a double click: UTF-8 with a byte order mark, semicolons between cells and a
comma before decimals (its list separator and decimal mark), rows ended by CR LF, line breaks inside a cell kept.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from kentongan.schema import EPOCH, Record
from kentongan.times import ZONES
from search.export_rows import ColumnKind, as_row, table_columns, table_row

if TYPE_CHECKING:
    import pyarrow as pa

Batches = Iterable[Sequence[Record]]

DELIMITER = ";"
DECIMAL = ","

FORMULA = frozenset("=+-@＝＋－＠")
"""What a cell begins with that a spreadsheet computes, after any white space; the wide forms where East Asian."""

NUMBER = re.compile(r"(?:Rp\.?)?[\s\d.,:/%()$+-][\s\d.,:/%()$eE+-]*")
"""What may be a number, a date or a time of day. A spreadsheet would read the district 12.10.05 as a quarter past
noon, and the tail of a long number as zeros."""

DIGIT = re.compile(r"\d")


def harmless(words: str) -> str:
    """Words as a cell that a spreadsheet shows as they are: with an apostrophe before them where it would compute or
    convert them. Words that begin with an apostrophe get one too, so taking one away always gives the words back."""
    begins = words.lstrip()[:1]
    if begins in FORMULA or words[:1] in ("'", "\t", "\r") or (NUMBER.fullmatch(words) and DIGIT.search(words)):
        return f"'{words}" if words else words
    return words


def utc_cell(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def local_cell(time: datetime) -> str:
    """A time as Excel reads it, on the clock it is given in."""
    return time.replace(tzinfo=None).isoformat(" ", "seconds")


def number_cell(number: float) -> str:
    return f"{number:.6f}".replace(".", DECIMAL)


def flag_cell(flag: bool) -> str:
    return "true" if flag else "false"


def facts_cell(facts: Mapping[str, str]) -> str:
    return msgspec.json.encode(facts).decode() if facts else ""


CELLS: dict[ColumnKind, Callable[[Any], str]] = {
    "word": harmless,
    "text": harmless,
    "time": utc_cell,
    "local time": local_cell,
    "number": number_cell,
    "whole number": str,
    "flag": flag_cell,
    "facts": facts_cell,
}
"""How CSV writes what a column holds; what is absent is an empty cell."""


def table_cells(record: Record, zone: str) -> list[str]:
    """A record as the cells of one row, in the order of ``table_columns``."""
    row = table_row(record, zone)
    return ["" if row[name] is None else CELLS[kind](row[name]) for name, kind in table_columns(zone).items()]


def write_csv(file: BinaryIO, batches: Batches, zone: str) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        rows = csv.writer(text, delimiter=DELIMITER, lineterminator="\r\n")
        rows.writerow(table_columns(zone))
        for batch in batches:
            rows.writerows(table_cells(record, zone) for record in batch)
    finally:
        text.detach()


def write_jsonl(file: BinaryIO, batches: Batches, zone: str) -> None:
    """The lines of ``kentongan search --json``; their times are in UTC."""
    for batch in batches:
        file.write(b"".join(msgspec.json.encode(as_row(record)) + b"\n" for record in batch))


def write_parquet(file: BinaryIO, batches: Batches, zone: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = parquet_schema(zone)
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_table(pa.Table.from_pylist([table_row(record, zone) for record in batch], schema=schema))


def parquet_schema(zone: str) -> pa.Schema:
    """The types of a table's columns: times in microseconds with their zone, words as a dictionary."""
    import pyarrow as pa

    kinds = {
        "word": pa.dictionary(pa.int32(), pa.string()),
        "text": pa.string(),
        "time": pa.timestamp("us", tz="UTC"),
        "local time": pa.timestamp("us", tz=EPOCH.astimezone(ZONES[zone]).isoformat()[-6:]),
        "number": pa.float64(),
        "whole number": pa.int64(),
        "flag": pa.bool_(),
        "facts": pa.map_(pa.string(), pa.string()),
    }
    return pa.schema([(name, kinds[kind]) for name, kind in table_columns(zone).items()])


FORMATS: dict[str, Callable[[BinaryIO, Batches, str], None]] = {
    ".csv": write_csv,
    ".jsonl": write_jsonl,
    ".parquet": write_parquet,
}
"""Ending of a file's name: who writes it. Each takes a file open for bytes, the records in batches, and the zone."""
