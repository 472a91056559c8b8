"""Writes complaints as SP4N-LAPOR! exports them, CSV or XLSX, so that other systems, and this one, can read them again.

The first columns are SP4N's; those behind them keep what SP4N's do not (region code, coordinates, since when). Words
are masked, secret and held complaints are left out, and cells that a spreadsheet would compute are defused. No reporter
is in it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.agency_tables import AgencyRow
from casework.complaints.preparing import status_word
from casework.complaints.projection import agency_name
from casework.complaints.records import CHANNEL_WORDS, ComplaintChannel, ComplaintKind, Stage
from casework.complaints.source_words import SourceWords, load_source_words
from casework.complaints.tables import ComplaintRow
from casework.roles import Actor
from kentongan.errors import BadSettings
from kentongan.times import to_zone
from search.export_formats import DELIMITER, harmless
from search.export_place import explained, put_in_place, unfinished

COLUMNS = (
    "Tracking ID", "Tanggal Masuk", "Judul", "Isi Laporan", "Klasifikasi", "Kategori", "Kecamatan", "Sumber Laporan",
    "Kanal", "Instansi Induk", "Dinas Tujuan", "Status", "Status Sejak", "Tanggal Selesai", "Alasan Tunda",
    "Penilaian", "Penerbit", "Kode Wilayah", "Lintang", "Bujur", "Catatan",
)  # fmt: skip
SAMPLE_MARK = "DATA CONTOH"
FIXED = datetime(2000, 1, 1)  # noqa: DTZ001 - what XLSX files are dated with, so that the same rows give the same bytes
EPOCH_ZIP = (2000, 1, 1, 0, 0, 0)


def export_complaints(
    session: Session,
    target: Path,
    *,
    zone: str,
    actor: Actor,
    now: datetime,
    agency: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    via: str | None = None,
) -> int:
    """Write the complaints received in the range to ``target`` (.csv or .xlsx); returns how many.

    The same complaints give the same bytes. Merged ones are left out: they are counted where they were merged into.
    Raises NotAllowed, BadSettings for another ending, and Retry where the file cannot be written.
    """
    actor = authorise(session, actor, action="complaints.export", now=now)
    write = {".csv": write_csv, ".xlsx": write_xlsx}.get(target.suffix.lower())
    if write is None:
        raise BadSettings(
            f"Ekspor aduan ke {target.suffix or 'berkas tanpa akhiran'} tidak ada.", hint="Pakai .csv atau .xlsx."
        )
    rows = read_rows(session, zone=zone, agency=agency, since=since, until=until)
    with explained(target), unfinished(target) as file:
        count = write(file, rows)
        put_in_place((file, target))
    detail = audit.with_way({"jumlah": count, "berkas": target.name[:100], "instansi": agency}, via)
    audit.record(session, actor, action="complaints.export", object="complaints", detail=detail, now=now)
    return count


def read_rows(
    session: Session, *, zone: str, agency: str | None, since: datetime | None, until: datetime | None
) -> Iterator[list[str]]:
    """The rows, oldest complaint first."""
    wanted: list[ColumnElement[bool]] = [
        ComplaintRow.secret.is_(False),
        ComplaintRow.held.is_(None),
        ComplaintRow.merged_into.is_(None),
    ]
    if agency is not None:
        wanted.append(ComplaintRow.agency == agency)
    if since is not None:
        wanted.append(ComplaintRow.received_at >= since)
    if until is not None:
        wanted.append(ComplaintRow.received_at < until)
    names = dict(session.execute(select(AgencyRow.code, AgencyRow.name)).all())
    table = load_source_words()
    order = (ComplaintRow.received_at, ComplaintRow.publisher, ComplaintRow.ticket)
    chosen = select(ComplaintRow).where(*wanted).order_by(*order).execution_options(yield_per=1_000)
    for row in session.scalars(chosen):
        yield row_of(row, names=names, table=table, zone=zone)


def row_of(row: ComplaintRow, *, names: Mapping[str, str], table: SourceWords, zone: str) -> list[str]:
    """One complaint by ``COLUMNS``."""
    stage = cast(Stage, row.stage)
    channel = CHANNEL_WORDS[cast(ComplaintChannel, row.channel)]
    given = row.given.get("klasifikasi")
    kind = cast(ComplaintKind, row.kind)
    classification = given if given and table.kind_of(given) == kind else table.written_kind[kind]
    return [
        row.ticket,
        spell(row.received_at, zone),
        row.title or "",
        row.text,
        classification,
        row.category_given or row.category or "",
        row.place or "",
        row.given.get("kanal") or channel,
        channel,
        row.given.get("instansi_induk", ""),
        agency_name(row, names),
        status_word(table, stage, row.given.get("status")),
        spell(row.stage_since, zone) if stage != "menunggu_verifikasi" else "",
        spell(row.finished_at, zone),
        row.given.get("alasan_tunda", ""),
        "" if row.rating is None else str(row.rating),
        row.publisher,
        row.region or "",
        "" if row.lat is None else f"{row.lat:.6f}",
        "" if row.lon is None else f"{row.lon:.6f}",
        SAMPLE_MARK if row.sample else "",
    ]


def spell(time: datetime | None, zone: str) -> str:
    """A time on the clock of the installation, with its zone; ISO, as far as spreadsheets go along."""
    return "" if time is None else f"{to_zone(time, zone):%Y-%m-%d %H:%M:%S} {zone}"


def write_csv(file: BinaryIO, rows: Iterator[list[str]]) -> int:
    """UTF-8 with a byte order mark and semicolons, as Excel in Indonesia reads it."""
    out = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(out, delimiter=DELIMITER, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007
        writer.writerow([harmless(cell) for cell in row])
    out.flush()
    out.detach()
    return count


def write_xlsx(file: BinaryIO, rows: Iterator[list[str]]) -> int:
    """One sheet of texts; the same rows give the same bytes."""
    import openpyxl
    from openpyxl.cell import WriteOnlyCell

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Aduan")
    sheet.freeze_panes = "A2"
    sheet.append(list(COLUMNS))
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=harmless(value) or None)
            if value:
                cell.data_type = "s"  # never a formula, whatever it begins with
            cells.append(cell)
        sheet.append(cells)
    book.properties.created = book.properties.modified = FIXED
    held = io.BytesIO()
    book.save(held)
    file.write(with_fixed_times(held.getvalue()))
    return count


def with_fixed_times(content: bytes) -> bytes:
    """The same archive with every part dated alike."""
    import re
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in made.namelist():
            part = made.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:\w+[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", part)
            fixed.writestr(zipfile.ZipInfo(name, EPOCH_ZIP), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()
