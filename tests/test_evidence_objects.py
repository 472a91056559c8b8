"""Files kept under their digest: whole or not at all, once, and never silently damaged."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from casework_fixtures import at_once
from hypothesis import given
from hypothesis import strategies as st

from evidence.objects import CHUNK_BYTES, Objects
from kentongan.errors import NotFound, Quarantine

FULL = """
import resource, sys
from pathlib import Path
from evidence.objects import Objects
from kentongan.errors import KentonganError
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
try:
    Objects(Path(sys.argv[1])).put(b"x" * 2_000_000)
except KentonganError as error:
    print(error)
"""


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@given(content=st.binary(max_size=200))
def test_what_is_put_is_read_back_under_its_own_digest(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        objects = Objects(Path(folder))
        kept = objects.put(content)
        assert kept.sha256 == hashlib.sha256(content).hexdigest() and kept.size == len(content)
        assert objects.read(kept.sha256) == content and objects.has(kept.sha256)


def test_the_same_content_twice_is_one_file_whether_from_memory_or_a_stream(tmp_path: Path) -> None:
    objects, content = Objects(tmp_path / "objects"), os.urandom(CHUNK_BYTES + 17)
    assert objects.put(content) == objects.put(io.BytesIO(content))
    [file] = files_in(tmp_path)
    assert file.read_bytes() == content and file.name == hashlib.sha256(content).hexdigest()
    with objects.open(file.name) as stream:
        assert stream.read(10) == content[:10]


def test_writers_at_the_same_moment_leave_one_whole_file(tmp_path: Path) -> None:
    content = os.urandom(300_000)
    assert at_once([lambda: Objects(tmp_path).put(content)] * 6) == ["done"] * 6
    assert [file.read_bytes() for file in files_in(tmp_path)] == [content]


def test_a_damaged_file_is_refused_when_read_and_mended_when_put_again(tmp_path: Path) -> None:
    objects = Objects(tmp_path)
    kept = objects.put(b"bukti")
    [file] = files_in(tmp_path)
    file.chmod(0o600)
    file.write_bytes(b"buktI")
    with pytest.raises(Quarantine, match="rusak") as refused:
        objects.read(kept.sha256)
    assert refused.value.reason == "object-damaged"
    objects.put(b"bukti")
    assert objects.read(kept.sha256) == b"bukti" and len(files_in(tmp_path)) == 1


def test_an_absent_file_is_said_to_be_absent_and_a_path_is_no_digest(tmp_path: Path) -> None:
    objects = Objects(tmp_path)
    for read in (objects.read, objects.open):
        with pytest.raises(NotFound, match="cadangan"):
            read("0" * 64)
    assert not objects.has("0" * 64)
    with pytest.raises(ValueError, match="SHA-256"):
        objects.open("../../etc/passwd")


def test_a_full_disk_in_the_middle_is_said_in_words_and_leaves_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "objects")], capture_output=True, text=True, check=True
    )
    assert "tidak dapat disimpan" in done.stdout and "ruang disk" in done.stdout
    assert files_in(tmp_path) == []
