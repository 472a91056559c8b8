"""Files taken in by a declared mapping: complaints as CSV, posts as JSON lines. Sheets and exports have their own."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawlers.file_mappings import FileMapping, find_mapping, load_mappings
from crawlers.file_rows import RefusedRow
from crawlers.files import import_file
from kentongan.errors import BadSettings, Quarantine
from kentongan.schema import Document, document_id

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
COLUMNS = (
    "nomor", "tanggal", "kanal", "kategori", "judul", "isi", "kecamatan", "kode_wilayah", "instansi", "status",
    "tanggal_selesai",
)  # fmt: skip
ROW = {
    "nomor": "TM-000123", "tanggal": "2026-11-12 08:15", "kanal": "web", "kategori": "Jalan",
    "judul": "Jalan berlubang", "isi": 'Jalan di depan pasar berlubang,\nsudah "dalam"; mohon #perbaikan',
    "kecamatan": "Randu", "kode_wilayah": "99.01.02", "instansi": "Dinas PU", "status": "diproses",
    "tanggal_selesai": "",
}  # fmt: skip


def write(
    folder: Path, *rows: dict[str, str], mark: str = ";", bom: bool = True, columns: tuple[str, ...] = COLUMNS
) -> Path:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=mark, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    file = folder / "aduan.csv"
    file.write_bytes(out.getvalue().encode("utf-8-sig" if bom else "utf-8"))
    return file


def take(file: Path, name: str = "tirtamaya") -> tuple[list[Document], list[RefusedRow]]:
    found = list(import_file(file, mapping=load_mappings()[name], now=NOW))
    return [row for row in found if isinstance(row, Document)], [row for row in found if isinstance(row, RefusedRow)]


@pytest.mark.parametrize("mark", [";", ",", "\t"])
@pytest.mark.parametrize("bom", [True, False])
def test_a_complaint_comes_in_with_all_that_its_row_says(tmp_path: Path, mark: str, bom: bool) -> None:
    (document,), refused = take(write(tmp_path, ROW, mark=mark, bom=bom))
    assert refused == []
    assert document.id == document_id("aduan-tirtamaya", "TM-000123")
    assert (document.kind, document.platform, document.sample) == ("complaint", "complaints", True)
    assert (document.title, document.place, document.region) == ("Jalan berlubang", "Randu", "99.01.02")
    assert document.text == ROW["isi"] and document.hashtags == ("perbaikan",)
    assert document.published_at.isoformat() == "2026-11-12T01:15:00+00:00"
    assert document.published_raw == "2026-11-12 08:15"
    assert document.facts == {
        "tiket": "TM-000123", "kanal": "web", "kategori": "Jalan", "instansi": "Dinas PU", "status": "diproses"
    }  # fmt: skip


def test_who_filed_a_complaint_never_enters(tmp_path: Path) -> None:
    row = {**ROW, "nama_pelapor": "Siti Rahasia", "author": "Siti Rahasia", "nik": "3374000000000001"}
    file = write(tmp_path, row, columns=(*COLUMNS, "nama_pelapor", "author", "nik"))
    (document,), _ = take(file)
    assert document.author is None
    assert "Rahasia" not in repr(document) and "3374" not in repr(document)


def test_a_mapping_that_would_take_the_reporters_name_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mappings.yml"
    file.write_text(
        "- {name: x, format: csv, kind: complaint, publisher: p, platform: complaints, key: a, text: b,"
        " published_at: c, author: nama_pelapor}",
        encoding="utf-8",
    )
    with pytest.raises(BadSettings, match="author"):
        load_mappings(file)


@pytest.mark.parametrize("column", ["isi", "tanggal", "nomor", "kecamatan"])
def test_a_file_without_a_needed_column_is_refused_by_the_columns_name(tmp_path: Path, column: str) -> None:
    file = write(tmp_path, ROW, columns=tuple(name for name in COLUMNS if name != column))
    with pytest.raises(Quarantine) as refused:
        take(file)
    assert refused.value.reason == "missing-column"
    assert f"kolom {column}" in refused.value.message


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"isi": " "}, "no-text"),
        ({"nomor": ""}, "no-key"),
        ({"tanggal": ""}, "no-time"),
        ({"tanggal": "kemarin sore"}, "no-time"),
        ({"tanggal": "2062-11-12 08:15"}, "future-time"),
    ],
)
def test_a_bad_row_is_refused_with_its_line_and_the_rest_goes_in(
    tmp_path: Path, changed: dict[str, str], reason: str
) -> None:
    documents, refused = take(write(tmp_path, ROW, {**ROW, "nomor": "TM-2", **changed}, {**ROW, "nomor": "TM-3"}))
    assert [document.native_key for document in documents] == ["TM-000123", "TM-3"]
    # The first row's text spans two lines of the file.
    assert [(row.line, row.reason) for row in refused] == [(4, reason)]
    assert "Baris 4" in refused[0].message


def test_a_row_with_too_few_or_too_many_cells_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path, ROW)
    with file.open("ab") as out:
        out.write(b"TM-9;2026-11-12\r\n\r\n" + b";".join([b"x"] * 20) + b"\r\n")
    documents, refused = take(file)
    assert len(documents) == 1
    assert [(row.line, row.reason) for row in refused] == [(4, "bad-row"), (6, "bad-row")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "empty-file"), (b"  \n", "empty-file"), ("nomor;isi\ncafé".encode("latin-1"), "bad-charset")],
)
def test_a_file_that_cannot_be_read_at_all_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    file = tmp_path / "aduan.csv"
    file.write_bytes(content)
    with pytest.raises(Quarantine) as refused:
        take(file)
    assert refused.value.reason == reason


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(Quarantine, match="tidak terbaca"):
        take(tmp_path / "tidak-ada.csv")


def test_column_names_are_compared_without_case_and_blanks(tmp_path: Path) -> None:
    file = tmp_path / "lapor.csv"
    file.write_text(
        "Tracking ID,Tanggal Masuk,Isi Laporan,Status,Nama Pelapor\n"
        "77,12/11/2026 10:15,Lampu jalan mati,Selesai,Siti\n",
        encoding="utf-8",
    )
    (document,), refused = take(file, "sp4n")
    assert refused == []
    assert (document.publisher, document.native_key, document.sample) == ("sp4n-lapor", "77", False)
    assert document.facts == {"tiket": "77", "status": "Selesai"}
    assert document.published_at.isoformat() == "2026-11-12T03:15:00+00:00"


def test_posts_come_in_as_json_lines_each_refused_on_its_own(tmp_path: Path) -> None:
    rows: list[object] = [
        {"id": 1, "text": "Banjir #randu", "published_at": "2026-11-20T08:00:00+07:00", "publisher": "x.test",
         "platform": "x", "author": "ayu"},
        {"id": "2", "text": "Tanpa penerbit", "published_at": "2026-11-20T08:00:00Z", "author": None},
        {"id": "3", "published_at": "2026-11-20T08:00:00Z"},
        ["bukan objek"],
    ]  # fmt: skip
    file = tmp_path / "kiriman.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows) + "\n{rusak\n\n", encoding="utf-8")
    documents, refused = take(file, "jsonl")
    assert [(d.publisher, d.platform, d.native_key, d.author) for d in documents] == [
        ("x.test", "x", "1", "ayu"), ("impor", "import", "2", None)
    ]  # fmt: skip
    assert [(row.line, row.reason) for row in refused] == [(3, "no-text"), (4, "not-json"), (5, "not-json")]


def test_importing_twice_gives_the_same_documents(tmp_path: Path) -> None:
    file = write(tmp_path, ROW)
    assert [d.id for d in take(file)[0]] == [d.id for d in take(file)[0]]


def test_an_unknown_mapping_is_named_with_the_nearest_known_one() -> None:
    with pytest.raises(BadSettings, match="Mungkin maksudnya tirtamaya"):
        find_mapping("tirtamya", load_mappings())
    assert find_mapping("sp4n", load_mappings()).kind == "complaint"


@pytest.mark.parametrize("key", ["kolom", "Text"])
def test_an_unknown_key_in_a_mapping_is_an_error(tmp_path: Path, key: str) -> None:
    declared = msgspec.to_builtins(load_mappings()["sp4n"])
    file = tmp_path / "mappings.yml"
    file.write_text(json.dumps([{**declared, key: "x"}]), encoding="utf-8")
    with pytest.raises(BadSettings, match=key):
        load_mappings(file)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_no_bytes_make_an_import_fail_in_any_other_way(tmp_path: Path, content: bytes) -> None:
    header = ";".join(COLUMNS).encode() + b"\n"
    mapping: FileMapping = load_mappings()["tirtamaya"]
    for body in (content, header + content):
        file = tmp_path / "acak.csv"
        file.write_bytes(body)
        try:
            list(import_file(file, mapping=mapping, now=NOW))
        except Quarantine as error:
            assert error.reason in ("empty-file", "bad-charset", "missing-column", "old-format", "bad-zip")
