"""WARC files: what goes in comes out, half-written records are refused, runs do not disturb each other."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.archive import Archive, read_raw
from crawlers.kinds import Answer
from kentongan.errors import Quarantine
from kentongan.schema import RawPointer

NOW = datetime(2026, 11, 21, 3, 4, 5, 678901, tzinfo=UTC)
ANSWER = Answer(
    url="https://kabar.test/berita/1",
    status=200,
    headers=(
        ("Content-Type", "text/html"),
        ("Transfer-Encoding", "chunked"),
        ("Content-Encoding", "gzip"),
        ("Content-Length", "17"),
    ),
    body="<p>Banjir – Randu</p>\r\n\r\nWARC/1.1\r\n".encode() + bytes(range(256)) * 40,
    at=NOW,
)


def write(folder: Path, *answers: Answer) -> list[RawPointer]:
    with Archive(folder, run="Kabar Randu", now=NOW) as archive:
        return [archive.write_response(answer) for answer in answers]


def test_an_answer_is_read_back_from_its_offset_alone(tmp_path: Path) -> None:
    others = [replace(ANSWER, url=f"https://kabar.test/{n}", body=bytes([n]) * n * 100) for n in range(5)]
    pointers = write(tmp_path, *others, ANSWER)
    read = read_raw(tmp_path, pointers[-1])
    assert (read.url, read.status, read.body, read.at) == (ANSWER.url, 200, ANSWER.body, NOW)
    assert read.raw == pointers[-1]
    assert [read_raw(tmp_path, pointer).body for pointer in pointers[:-1]] == [other.body for other in others]


def test_headers_speak_of_the_bytes_kept_not_of_the_wire(tmp_path: Path) -> None:
    read = read_raw(tmp_path, write(tmp_path, ANSWER)[0])
    assert read.header("content-length") == str(len(ANSWER.body))
    assert read.header("transfer-encoding") is None and read.header("content-encoding") is None
    assert read.header("x-archive-orig-content-encoding") == "gzip"


def test_warcio_finds_every_digest_right(tmp_path: Path) -> None:
    pointer = write(tmp_path, ANSWER, replace(ANSWER, body=b""))[0]
    code = f"from warcio.cli import main; main(['check', '-v', {str(tmp_path / pointer.file)!r}])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert found.returncode == 0 and found.stdout.count("digest pass") == 3, found


def test_a_validator_nobody_here_wrote_accepts_the_file(tmp_path: Path, shared: Path) -> None:
    java = shutil.which("java")
    if java is None:
        pytest.skip("no java: jwarc cannot run")
    pointer = write(tmp_path, ANSWER, replace(ANSWER, body=b"", status=404))[0]
    jar = shared / "tools" / "jwarc.jar"
    found = subprocess.run(
        [java, "-jar", str(jar), "validate", "-v", str(tmp_path / pointer.file)], capture_output=True, text=True
    )
    assert found.returncode == 0, found


@pytest.mark.parametrize("kept", [1, 20, 200, -1])
def test_a_half_written_record_is_refused_and_those_before_it_are_not(tmp_path: Path, kept: int) -> None:
    first, last = write(tmp_path, ANSWER, replace(ANSWER, url="https://kabar.test/berita/2"))
    file = tmp_path / last.file
    whole = file.read_bytes()
    file.write_bytes(whole[: last.offset + kept] if kept > 0 else whole[:kept])
    with pytest.raises(Quarantine) as refused:
        read_raw(tmp_path, last)
    assert refused.value.reason == "truncated-warc"
    assert read_raw(tmp_path, first).body == ANSWER.body


def test_changed_bytes_are_refused(tmp_path: Path) -> None:
    pointer = write(tmp_path, ANSWER)[0]
    file = tmp_path / pointer.file
    whole = bytearray(file.read_bytes())
    whole[pointer.offset + 300] ^= 1
    file.write_bytes(whole)
    with pytest.raises(Quarantine) as refused:
        read_raw(tmp_path, pointer)
    assert refused.value.reason in ("bad-warc", "truncated-warc")


@pytest.mark.parametrize("file", ["2026/11/tidak-ada.warc.gz", "../rahasia.warc.gz", "/etc/passwd"])
def test_a_pointer_leads_nowhere_but_into_the_archive(tmp_path: Path, file: str) -> None:
    (tmp_path / "rahasia.warc.gz").write_bytes(b"rahasia")
    with pytest.raises(Quarantine) as refused:
        read_raw(tmp_path / "archive", RawPointer(file=file, offset=0))
    assert refused.value.reason == "no-warc"


def test_two_runs_at_the_same_moment_write_two_files(tmp_path: Path) -> None:
    with Archive(tmp_path, run="a", now=NOW) as one, Archive(tmp_path, run="a", now=NOW) as other:
        pointers = [archive.write_response(ANSWER) for archive in (one, other, one)]
    assert len({pointer.file for pointer in pointers}) == 2
    assert all(read_raw(tmp_path, pointer).body == ANSWER.body for pointer in pointers)


def test_a_run_without_answers_leaves_no_file(tmp_path: Path) -> None:
    with Archive(tmp_path, run="sepi", now=NOW) as archive:
        archive.sync()
    assert list(tmp_path.rglob("*")) == []


def test_reading_the_archive_imports_neither_scrapy_nor_twisted() -> None:
    code = "import crawlers.archive, crawlers.kinds, sys; print(sorted({'scrapy', 'twisted'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert found.stdout.strip() == "[]"
