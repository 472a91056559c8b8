"""XLSX files taken in: what a spreadsheet program writes is read as it was meant, what an enemy writes is refused."""

from __future__ import annotations

import io
import random
import tracemalloc
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from crawlers.file_mappings import FileMapping, load_mappings
from crawlers.file_rows import RefusedRow
from crawlers.file_sheets import MAX_PART, MAX_STRINGS, MAX_UNPACKED, check_sizes, read_sheet
from crawlers.files import import_file, recognise_file
from kentongan.errors import Quarantine
from kentongan.schema import Document

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
HEADER = ("Tracking ID", "Tanggal Masuk", "Isi Laporan", "Status")
# As a sheet holds it: without a zone.
MASUK = datetime.fromisoformat("2026-11-12T10:15")
ROW: tuple[object, ...] = ("LP-1", MASUK, "Lampu jalan mati", "Selesai")
SP4N = load_mappings()["sp4n"]


def write(folder: Path, rows: Iterable[Sequence[object]], *, sheet: str = "Lembar1", form: str = "") -> Path:
    """A workbook of one sheet; ``form`` is the number format of its first column."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(row)
    if form:
        for cells in page.iter_rows(max_col=1):
            cells[0].number_format = form
    file = folder / "aduan.xlsx"
    book.save(file)
    return file


def take(file: Path, mapping: FileMapping = SP4N) -> tuple[list[Document], list[RefusedRow]]:
    found = list(import_file(file, mapping=mapping, now=NOW))
    return [row for row in found if isinstance(row, Document)], [row for row in found if isinstance(row, RefusedRow)]


def repack(file: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The same workbook with its parts changed; None takes one away."""
    packed = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    file.write_bytes(packed.getvalue())
    return file


def test_a_complaint_in_a_sheet_is_the_complaint_in_a_csv(tmp_path: Path) -> None:
    (document,), refused = take(write(tmp_path, [HEADER, ROW]))
    other = tmp_path / "aduan.csv"
    other.write_text(
        "Tracking ID,Tanggal Masuk,Isi Laporan,Status\nLP-1,2026-11-12 10:15:00,Lampu jalan mati,Selesai\n",
        encoding="utf-8",
    )
    assert refused == []
    assert document == take(other)[0][0]
    assert document.published_at.isoformat() == "2026-11-12T03:15:00+00:00", "a sheet's time is the mapping's zone's"


def test_titles_above_the_header_are_passed_over_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.append(["REKAP ADUAN KABUPATEN TIRTAMAYA"])
    page.merge_cells("A1:D1")
    page.append(["Dicetak 20 November 2026"])
    page.append([])
    page.append(HEADER)
    page.append(ROW)
    page.append([])
    page.append(["LP-2", "kemarin", "Tanpa tanggal", "Baru"])
    file = tmp_path / "rekap.xlsx"
    book.save(file)
    documents, refused = take(file)
    assert [document.native_key for document in documents] == ["LP-1"]
    assert [(row.line, row.reason) for row in refused] == [(7, "no-time")]


def test_numbers_that_are_ids_keep_their_digits(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        [HEADER, (77, *ROW[1:]), (123456789012345, *ROW[1:]), ("3374000000000000017", *ROW[1:]), (5.0, *ROW[1:])],
    )
    assert [d.native_key for d in take(file)[0]] == ["77", "123456789012345", "3374000000000000017", "5"]
    zeros = write(tmp_path, [HEADER, (42, *ROW[1:])], form="00000000")
    assert [d.native_key for d in take(zeros)[0]] == ["00000042"]


def test_a_number_whose_digits_excel_has_rounded_is_refused(tmp_path: Path) -> None:
    documents, (refused,) = take(write(tmp_path, [HEADER, (1859500000000000001, *ROW[1:]), ("LP-2", *ROW[1:])]))
    assert [d.native_key for d in documents] == ["LP-2"]
    assert (refused.line, refused.reason) == (2, "rounded-number") and "tracking_id" in refused.message


def test_dates_without_a_time_and_dates_as_text_are_read(tmp_path: Path) -> None:
    rows = [("LP-1", date(2026, 11, 12), "a", ""), ("LP-2", "Kamis, 12/11/2026 10:15 WITA", "b", "")]
    documents, _ = take(write(tmp_path, [HEADER, *rows]))
    assert [d.published_at.isoformat() for d in documents] == ["2026-11-11T17:00:00+00:00", "2026-11-12T02:15:00+00:00"]


def test_a_formula_counts_by_its_cached_value_and_an_error_is_nothing(tmp_path: Path) -> None:
    file = write(tmp_path, [HEADER, ("LP-1", ROW[1], "=A1", "#N/A"), ("LP-2", ROW[1], "ada", "#REF!")])

    def cache(name: str, content: bytes) -> bytes:
        return content.replace(b"<f>A1</f><v/>", b"<f>A1</f><v>7</v>").replace(
            b"<f>A1</f><v></v>", b"<f>A1</f><v>7</v>"
        )

    documents, refused = take(repack(file, cache))
    assert [(d.text, d.facts) for d in documents] == [("7", {"tiket": "LP-1"}), ("ada", {"tiket": "LP-2"})]
    assert refused == []


def test_the_sheet_that_a_mapping_names_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Petunjuk"])
    page = book.create_sheet("Data")
    page.append(HEADER)
    page.append(ROW)
    file = tmp_path / "dua.xlsx"
    book.save(file)
    named = FileMapping(
        name="uji", format="xlsx", kind="complaint", publisher="uji", platform="complaints", key="tracking_id",
        text="isi_laporan", published_at="tanggal_masuk", sheet="Data",
    )  # fmt: skip
    assert len(take(file, named)[0]) == 1
    with pytest.raises(Quarantine, match="tidak memiliki kolom"):
        take(file)
    with pytest.raises(Quarantine, match="Lembar yang ada: Sheet, Data"):
        list(read_sheet(file, needed=("a",), sheet="Rekap"))


def test_a_sheet_is_recognised_by_its_header_even_below_titles(tmp_path: Path) -> None:
    file = write(tmp_path, [["Rekap"], HEADER, ROW])
    assert recognise_file(file, load_mappings()).name == "sp4n"


def test_a_workbook_for_a_mapping_of_json_lines_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Quarantine) as refused:
        take(write(tmp_path, [HEADER, ROW]), load_mappings()["jsonl"])
    assert refused.value.reason == "wrong-format"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04 bukan zip", "bad-zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old-format"),
    ],
)
def test_a_broken_zip_and_an_old_workbook_are_refused_in_words(tmp_path: Path, content: bytes, reason: str) -> None:
    file = tmp_path / "aduan.xlsx"
    file.write_bytes(content)
    with pytest.raises(Quarantine) as refused:
        take(file)
    assert refused.value.reason == reason


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "aduan.xlsx"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("halo.txt", "halo")
    with pytest.raises(Quarantine) as refused:
        take(file)
    assert refused.value.reason == "bad-sheet"


def test_a_bomb_is_refused_by_its_directory_before_anything_is_unpacked(tmp_path: Path) -> None:
    file = write(tmp_path, [HEADER, ROW])
    bomb = repack(file, lambda name, content: bytes(MAX_PART + 1) if name.endswith("styles.xml") else content)
    assert bomb.stat().st_size < 100_000
    tracemalloc.start()
    with pytest.raises(Quarantine) as refused:
        take(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.reason == "too-large"
    assert peak < 5_000_000


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("xl/sharedStrings.xml", MAX_STRINGS + 1),
        ("xl/worksheets/sheet1.xml", MAX_UNPACKED + 1),
        ("a.xml", MAX_PART + 1),
    ],
)
def test_each_part_has_its_limit(tmp_path: Path, name: str, size: int) -> None:
    part = zipfile.ZipInfo(name)
    part.file_size = size
    with pytest.raises(Quarantine, match="terlalu besar"):
        check_sizes(tmp_path, [part])


def test_a_directory_that_lies_about_a_size_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path, [HEADER, ROW])
    big = repack(file, lambda name, content: bytes(3_000_000) if name.endswith("styles.xml") else content)
    content = big.read_bytes()
    # The declared size of the part, in both headers, is now a thousandth of what is in it.
    big.write_bytes(content.replace((3_000_000).to_bytes(4, "little"), (3_000).to_bytes(4, "little")))
    with pytest.raises(Quarantine) as refused:
        take(big)
    assert refused.value.reason in ("bad-zip", "bad-sheet")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_in_whatever_encoding(tmp_path: Path, encoding: str) -> None:
    def poison(name: str, content: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return content
        text = content.decode().partition("?>")[2] or content.decode()
        laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
        dtd = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE worksheet [<!ENTITY a0 "ha">{laughs}]>'
        return (dtd + text.replace("LP-1", "&a8;")).encode(encoding)

    with pytest.raises(Quarantine) as refused:
        take(repack(write(tmp_path, [HEADER, ROW]), poison))
    assert refused.value.reason == "xml-entities"


def test_rows_and_columns_that_no_sheet_has_do_not_hold_anything_up(tmp_path: Path) -> None:
    def stretch(name: str, content: bytes) -> bytes:
        far = b'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row></sheetData>'
        wide = b'<row r="3"><c r="ZZZ3"><v>1</v></c></row>'
        return content.replace(b"</sheetData>", wide + far) if name.endswith("sheet1.xml") else content

    documents, refused = take(repack(write(tmp_path, [HEADER, ROW]), stretch))
    assert (len(documents), refused) == (1, [])


def test_a_fault_further_down_is_said_and_what_stands_above_it_stays(tmp_path: Path) -> None:
    file = write(tmp_path, [HEADER, *([f"LP-{n}", *ROW[1:]] for n in range(60))])

    def tear(name: str, content: bytes) -> bytes:
        return content[: content.index(b'<row r="50"')] + b"<row r=" if name.endswith("sheet1.xml") else content

    documents, refused = take(repack(file, tear))
    assert len(documents) > 20
    assert [row.reason for row in refused] == ["bad-sheet"]


def mutate(chance: random.Random, content: bytes) -> bytes:
    """The bytes with some of them changed, taken out, doubled or cut off."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) or 1)
        match chance.randrange(4):
            case 0:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del data[at : at + chance.randint(1, 40)]
            case 2:
                data[at:at] = data[at : at + chance.randint(1, 40)] or b"\0"
            case _ if chance.random() < 0.2:
                del data[at:]
    return bytes(data)


def test_no_bytes_make_a_sheet_fail_in_any_other_way(tmp_path: Path, trials: Callable[[int, int], int]) -> None:
    whole = write(tmp_path, [["Rekap"], HEADER, ROW, (5, "12/11/2026", "b", True)]).read_bytes()
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        names = archive.namelist()
    chance = random.Random(11)
    met: dict[str, int] = {}
    for number in range(trials(100, 2_000)):
        file = tmp_path / "acak.xlsx"
        if number % 3:
            # Inside a part, so that the zip itself is whole and its XML is reached.
            file.write_bytes(whole)
            chosen = chance.choice([name for name in names if "sheet1" in name or chance.random() < 0.4] or names)
            repack(file, lambda name, content, chosen=chosen: mutate(chance, content) if name == chosen else content)  # type: ignore[misc]
        else:
            file.write_bytes(b"PK\x03\x04" + mutate(chance, whole)[4:])
        try:
            read: list[Any] = list(import_file(file, mapping=SP4N, now=NOW))
            met["read"] = met.get("read", 0) + bool(read)
        except Quarantine as error:
            met[error.reason] = met.get(error.reason, 0) + 1
    assert met.keys() <= {
        "read", "bad-zip", "bad-sheet", "missing-column", "empty-file", "too-large", "xml-entities", "no-sheet"
    }  # fmt: skip
    assert met["read"] and met["bad-zip"] and met["bad-sheet"], met
