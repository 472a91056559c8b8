"""Writes an evaluation as a workbook of one sheet a table, and as a paper."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Final

from casework.followups.evaluation import definition_table, period_words
from casework.followups.evaluation_tables import Cell, CellKind, Evaluation, FigureTable
from casework.papers import make_pdf
from kentongan.numbers import format_number
from kentongan.times import format_time

TEMPLATE: Final = "laporan-evaluasi"
FORMATS: Final[dict[CellKind, str]] = {
    "text": "General",
    "count": "#,##0",
    "days": "0.0",
    "hours": "#,##0.0",
    "share": "0.0%",
    "mean": "0.00",
}
"""Number formats of the workbook; Excel shows them with the marks of the reader's own language."""
UNITS: Final[dict[CellKind, str]] = {
    "text": "", "count": "", "days": " hari", "hours": " jam", "share": " %", "mean": "",
}  # fmt: skip
WIDEST: Final = 60
"""Widest column of the workbook, in characters."""


def make_workbook(evaluation: Evaluation, *, organisation: str, zone: str) -> bytes:
    """The evaluation as XLSX: a cover, one sheet a table, the definitions."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    cover = book.active
    assert cover is not None
    cover.title = "Keterangan"
    facts = [
        ("Laporan evaluasi", organisation),
        ("Masa", period_words(evaluation, zone=zone)),
        ("Dibuat", format_time(evaluation.made_at, zone=zone)),
        *(("Catatan", note) for note in evaluation.notes),
    ]
    for fact in facts:
        cover.append(fact)
    cover.column_dimensions["A"].width, cover.column_dimensions["B"].width = 20, WIDEST
    for table in (*evaluation.tables, definition_table(evaluation)):
        sheet = book.create_sheet(table.key[:31])
        sheet.append([column.name for column in table.columns])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
        for number, row in enumerate(table.rows, 2):
            for at, (column, value) in enumerate(zip(table.columns, row, strict=True), 1):
                cell = sheet.cell(row=number, column=at, value=value)
                cell.number_format = FORMATS[column.kind]
                if isinstance(value, str):
                    cell.data_type = "s"  # a name that begins with "=" is no formula
        for at, column in enumerate(table.columns, 1):
            longest = max([len(column.name), *(len(str(row[at - 1])) for row in table.rows if column.kind == "text")])
            sheet.column_dimensions[sheet.cell(row=1, column=at).column_letter].width = min(WIDEST, longest + 3)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def make_paper(evaluation: Evaluation, *, organisation: str, zone: str, now: datetime) -> bytes:
    """The evaluation as PDF/A-2b."""
    # Tables that share a column share its definition: the paper says it once.
    shared = {
        (str(column), str(words)): str(table) for table, column, words in reversed(definition_table(evaluation).rows)
    }
    definitions = [
        {"table": table, "column": column, "words": words} for (column, words), table in reversed(shared.items())
    ]
    values = {
        "title": f"Laporan evaluasi {period_words(evaluation, zone=zone)}",
        "number": "Laporan evaluasi",
        "organisation": organisation,
        "sample": evaluation.sample,
        "period": period_words(evaluation, zone=zone),
        "made": format_time(now, zone=zone),
        "notes": list(evaluation.notes),
        "tables": [table_values(table) for table in evaluation.tables],
        "definitions": definitions,
    }
    return make_pdf(TEMPLATE, values, now=now)


def table_values(table: FigureTable) -> dict[str, object]:
    """A table as its template takes it: every cell as the words a person reads."""
    return {
        "title": table.title,
        "header": [column.name for column in table.columns],
        "numbers": [column.kind != "text" for column in table.columns],
        "rows": [
            [cell_words(cell, column.kind) for cell, column in zip(row, table.columns, strict=True)]
            for row in table.rows
        ],
    }


def cell_words(cell: Cell, kind: CellKind) -> str:
    """A cell as a person reads it; "-" where there is nothing to say."""
    if cell is None:
        return "-"
    if isinstance(cell, str):
        return cell
    if kind == "share":
        return f"{format_number(100 * cell, decimals=1)}{UNITS[kind]}"
    decimals = {"count": 0, "days": 1, "hours": 1, "mean": 2}[kind]
    return f"{format_number(cell, decimals=decimals)}{UNITS[kind]}"
