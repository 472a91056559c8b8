"""WARC files: what goes in comes out, half-written records are refused, runs do not disturb each other."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawlers.archive import Archive, Sent, read_raw
from crawlers.archive_index import find_captures, index_path, scan_file
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


SENT = Sent(
    url="https://kabar.test/berita/1?h=2",
    headers=(("User-Agent", "Kentongan"), ("Authorization", "Bearer rahasia"), ("X-Goog-Api-Key", "rahasia"),
             ("Cookie", "sid=rahasia")),
)  # fmt: skip


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


def test_a_request_stands_beside_its_answer_without_what_says_who_asked(tmp_path: Path) -> None:
    with Archive(tmp_path, run="a", now=NOW) as archive:
        pointer = archive.write_response(ANSWER, sent=SENT)
    with (tmp_path / pointer.file).open("rb") as file:
        records = [
            (record.rec_type, record.rec_headers, record.http_headers, record.content_stream().read())
            for record in ArchiveIterator(file, check_digests="raise")
        ]
    assert [kind for kind, *_ in records] == ["warcinfo", "response", "request"]
    _, (_, answered, _, body), (_, asked, request, _) = records
    assert body == ANSWER.body
    assert asked.get_header("WARC-Concurrent-To") == answered.get_header("WARC-Record-ID")
    assert asked.get_header("WARC-Target-URI") == SENT.url
    assert request.get_header("Host") == "kabar.test" and request.get_header("User-Agent") == "Kentongan"
    assert request.statusline == "/berita/1?h=2 HTTP/1.1" and request.protocol == "GET"
    for headers in (answered, asked):
        assert headers.get_header("WARC-Block-Digest").startswith("sha1:")
    assert answered.get_header("WARC-Payload-Digest").startswith("sha1:")
    assert "rahasia" not in str(request)


def test_warcio_finds_every_digest_right_in_requests_too(tmp_path: Path) -> None:
    with Archive(tmp_path, run="a", now=NOW) as archive:
        pointer = archive.write_response(ANSWER, sent=SENT)
    code = f"from warcio.cli import main; main(['check', {str(tmp_path / pointer.file)!r}])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (found.returncode, found.stdout) == (0, ""), found


def test_a_file_ends_when_it_is_large_or_the_day_is_over(tmp_path: Path) -> None:
    with Archive(tmp_path, run="a", now=NOW, max_bytes=6000) as archive:
        same_day = [archive.write_response(ANSWER) for _ in range(20)]
        next_day = archive.write_response(replace(ANSWER, at=NOW + timedelta(days=1)))
    sizes = {pointer.file: (tmp_path / pointer.file).stat().st_size for pointer in same_day}
    assert len(sizes) > 1 and max(sizes.values()) < 6000 + 3000
    assert next_day.file not in sizes and "20261122" in next_day.file
    assert all(read_raw(tmp_path, pointer).body == ANSWER.body for pointer in [*same_day, next_day])


def test_every_capture_of_an_address_is_found_in_whatever_file_it_lies(tmp_path: Path) -> None:
    spellings = ("https://kabar.test/berita/1", "http://www.kabar.test/berita/1#komentar")
    later = replace(ANSWER, url=spellings[1], at=NOW + timedelta(days=2), status=404)
    pointers = write(tmp_path, ANSWER, replace(ANSWER, url="https://kabar.test/berita/10")) + write(tmp_path, later)
    found = find_captures(tmp_path, spellings[0])
    assert [(one.url, one.status, one.at, one.raw) for one in found] == [
        (spellings[0], 200, NOW, pointers[0]), (spellings[1], 404, later.at, pointers[2])
    ]  # fmt: skip
    assert found[0].mime == "text/html" and found[0].digest.startswith("sha1:")
    assert find_captures(tmp_path, "https://kabar.test/berita/2") == []


def test_an_index_made_from_the_file_says_what_the_writers_own_said(tmp_path: Path) -> None:
    with Archive(tmp_path, run="a", now=NOW) as archive:
        for number in range(5):
            archive.write_response(replace(ANSWER, url=f"https://kabar.test/{number}", body=b"x" * number), sent=SENT)
    (index,) = tmp_path.rglob("*.cdxj")
    written = index.read_text()
    index.unlink()
    assert len(find_captures(tmp_path, "https://kabar.test/3")) == 1
    assert index.read_text() == written
    assert written.splitlines()[1].startswith("test,kabar)/0 20261121030405 {")


@pytest.mark.parametrize("kept", [1, 30, 200])
def test_a_torn_tail_is_left_out_of_the_index_and_said(
    tmp_path: Path, kept: int, caplog: pytest.LogCaptureFixture
) -> None:
    first, last = write(tmp_path, ANSWER, replace(ANSWER, at=NOW + timedelta(hours=1)))
    file = tmp_path / last.file
    index_path(file).unlink()
    file.write_bytes(file.read_bytes()[: last.offset + kept])
    assert [one.raw for one in find_captures(tmp_path, ANSWER.url)] == [first]
    assert "not written to its end" in caplog.text
    scan = scan_file(tmp_path, last.file)
    assert (scan.torn_at, scan.size) == (last.offset, last.offset + kept)


def test_an_index_that_covers_only_part_of_its_file_is_made_anew(tmp_path: Path) -> None:
    with Archive(tmp_path, run="a", now=NOW) as archive:
        archive.write_response(ANSWER)
        archive.sync()
        assert len(find_captures(tmp_path, ANSWER.url)) == 1  # while the file is being written
        archive.write_response(replace(ANSWER, at=NOW + timedelta(minutes=1)))
        archive.sync()
        assert len(find_captures(tmp_path, ANSWER.url)) == 2
    (index,) = tmp_path.rglob("*.cdxj")
    index.write_text("bukan indeks\n")
    assert len(find_captures(tmp_path, ANSWER.url)) == 2
