"""Tampering with the zip file itself: nothing may hide in it, mislead about it, or escape from it."""

from __future__ import annotations

import io
import struct
import unicodedata
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from evidence_judged import Made, make_package, verify, verify_bytes
from evidence_made import CAPTURE, CASE, ZIP_DATE, write_folder, zip_entries
from evidence_made import zip_files as zip_whole
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from programs import needs

pytestmark = needs("openssl")

Zip = Callable[[Made], bytes]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The package that every kind changes: untouched, it passes."""
    folder = tmp_path_factory.mktemp("paket")
    made = make_package(folder)
    assert verify_bytes(zip_whole(made.files), folder, made).code == 0
    return made


def with_member(name: str, data: bytes = b"x", *, mode: int = 0o100644, deflated: bool = False) -> Zip:
    """The package with one more member, written last."""

    def build(made: Made) -> bytes:
        entries = [(f"{CASE}/{path}", made.files[path]) for path in sorted(made.files)]
        out = io.BytesIO(zip_entries(entries))
        with zipfile.ZipFile(out, "a") as archive:
            entry = zipfile.ZipInfo("x" * len(name.encode()) if "\\" in name else name, ZIP_DATE)
            entry.create_system = 3
            entry.external_attr = mode << 16
            entry.compress_type = zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # zipfile warns of a name that is there already
                archive.writestr(entry, data)
        made_bytes = out.getvalue()
        return made_bytes.replace(b"x" * len(name.encode()), name.encode()) if "\\" in name else made_bytes

    return build


def whole(edit: Callable[[bytes], bytes]) -> Zip:
    return lambda made: edit(zip_whole(made.files))


def central(data: bytes) -> int:
    """Offset of the central directory."""
    return int(struct.unpack("<L", data[-6:-2])[0])


def patched(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


def with_gap(data: bytes) -> bytes:
    """Bytes between the last member and the directory, with the end record put right."""
    at = central(data)
    return data[:at] + b"tersembunyi" + data[at:-6] + struct.pack("<L", at + 11) + data[-2:]


def with_prefix(data: bytes) -> bytes:
    """Bytes before the first member, with every offset put right, as a self-unpacking archive has them."""
    prefix = b"#!/bin/sh\n"
    out = prefix + data[: central(data)]
    at, end = central(data), len(data) - 22
    while at < end:
        fields = struct.unpack("<3H", data[at + 28 : at + 34])
        length = 46 + sum(fields)
        offset = struct.unpack("<L", data[at + 42 : at + 46])[0] + len(prefix)
        out += data[at : at + 42] + struct.pack("<L", offset) + data[at + 46 : at + length]
        at += length
    return out + data[end:-6] + struct.pack("<L", central(data) + len(prefix)) + data[-2:]


def with_comment(data: bytes) -> bytes:
    return data[:-2] + struct.pack("<H", 5) + b"halo!"


def rewritten(**changes: object) -> Zip:
    """The package written by zipfile with something changed about its first member."""

    def build(made: Made) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for n, path in enumerate(sorted(made.files)):
                entry = zipfile.ZipInfo(f"{CASE}/{path}", ZIP_DATE)
                entry.create_system = 3
                entry.external_attr = 0o100644 << 16
                for name, value in changes.items() if n == 0 else ():
                    setattr(entry, name, value)
                archive.writestr(entry, made.files[path])
        return out.getvalue()

    return build


LIED = 1_234_567
"""Bytes of the member that says it has 100."""


def lying_size(made: Made) -> bytes:
    """A member that unpacks to more than both its headers say."""
    name = f"{CASE}/data/tangkapan/{CAPTURE}/teks.txt"
    data = with_member(name, b"\0" * LIED, deflated=True)(replace_files(made, "teks.txt"))
    real, said = struct.pack("<L", LIED), struct.pack("<L", 100)
    assert data.count(real) == 2
    return data.replace(real, said)


def replace_files(made: Made, without: str) -> Made:
    files = {path: data for path, data in made.files.items() if not path.endswith(without)}
    return Made(made.office, made.other, files)


def lowered(made: Made) -> bytes:
    return zip_entries([(f"{CASE}/{path}", data) for path, data in sorted(made.files.items())] + [(CASE, b"x")])


KINDS: dict[str, tuple[Zip, str]] = {
    "duplicate_member": (with_member(f"{CASE}/data/kasus.json"), "dua kali"),
    "extra_top_folder": (with_member("LAIN/berkas.txt"), "tepat satu folder"),
    "file_beside_top": (with_member("berkas.txt"), "tepat satu folder"),
    "top_is_a_file_too": (lowered, "tepat satu folder"),
    "escaping_member": (with_member(f"{CASE}/../keluar.txt"), "keluar dari paket"),
    "absolute_member": (with_member("/etc/passwd"), "alamat mutlak"),
    "backslash_member": (with_member(f"{CASE}\\data\\kasus.json"), "garis miring terbalik"),
    "drive_letter_member": (with_member("C:/Windows/x"), "huruf kandar"),
    "home_member": (with_member("~/x"), "folder pribadi"),
    "empty_part_member": (with_member(f"{CASE}//x"), "bagian kosong"),
    "device_member": (with_member(f"{CASE}/data/NUL.txt"), "perangkat Windows"),
    "stream_member": (with_member(f"{CASE}/data/kasus.json:x"), "tidak sah di Windows"),
    "trailing_dot_member": (with_member(f"{CASE}/data/kasus.json."), "titik atau spasi"),
    "invisible_member": (with_member(f"{CASE}/data/kasus\u200b.json"), "tidak terlihat"),
    "right_to_left_member": (with_member(f"{CASE}/data/\u202enosj.exe"), "tidak terlihat"),
    "case_twin": (with_member(f"{CASE}/data/KASUS.json"), "kembar"),
    "width_twin": (with_member(f"{CASE}/data/ｋasus.json"), "kembar"),
    "decomposed_name": (with_member(f"{CASE}/data/{unicodedata.normalize('NFD', 'é')}.txt"), "NFC"),
    "symlink_member": (with_member(f"{CASE}/data/tautan", b"/etc/passwd", mode=0o120777), "tautan simbolik"),
    "device_file_member": (with_member(f"{CASE}/data/alat", mode=0o020666), "bukan berkas biasa"),
    "folder_member": (with_member(f"{CASE}/data/kosong/", b""), "bukan berkas biasa"),
    "comment": (whole(with_comment), "tidak berakhir tepat"),
    "appended": (whole(lambda data: data + b"\0"), "tidak berakhir tepat"),
    "second_zip_appended": (whole(lambda data: data + data), "daftar isi zip"),
    "prefixed": (whole(with_prefix), "data asing sebelum"),
    "shifted": (whole(lambda data: b"x" + data), "daftar isi zip"),
    "gap": (whole(with_gap), "di antara anggota terakhir"),
    "member_comment": (rewritten(comment=b"halo"), "berkomentar"),
    "member_extra_field": (rewritten(extra=b"\x99\x99\x04\x00abcd"), "kolom tambahan"),
    "member_other_date": (rewritten(date_time=(1999, 1, 1, 0, 0, 0)), "tidak seragam"),
    "member_other_rights": (rewritten(external_attr=0o100755 << 16), "tidak seragam"),
    "encrypted_flag": (whole(lambda data: patched(patched(data, 6, b"\1"), central(data) + 8, b"\1")), "terenkripsi"),
    "other_method": (whole(lambda data: patched(patched(data, 8, b"\x0c"), central(data) + 10, b"\x0c")), "pemampatan"),
    "two_names": (whole(lambda data: patched(data, 30, b"KASUS-2026-0002")), "nama di kepala"),
    "two_checksums": (whole(lambda data: patched(data, 14, b"\0\0\0\0")), "CRC di kepala"),
    "two_flags": (whole(lambda data: patched(data, 6, b"\0\x08")), "kepala anggota zip berbeda"),
    "wrong_checksum": (
        whole(lambda data: patched(patched(data, 14, b"\0\0\0\0"), central(data) + 16, b"\0\0\0\0")), "CRC zip",
    ),
    "count_wrong": (whole(lambda data: patched(data, len(data) - 14, b"\1\0\1\0")), "jumlah anggota"),
    "last_name_too_long": (
        whole(lambda data: patched(data, data.rindex(b"PK\1\2") + 28, b"\xff")), "daftar isi zip rusak",
    ),
    "bomb": (with_member(f"{CASE}/data/bom", b"\0" * (20 << 20), deflated=True), "bom zip"),
    "lying_bomb": (lying_size, "bom zip"),
    "half": (whole(lambda data: data[: len(data) // 2]), "tidak berakhir tepat"),
    "only_the_end": (whole(lambda data: data[-22:]), "daftar isi zip"),
    "empty": (whole(lambda data: b""), "bukan berkas zip"),
    "empty_zip": (whole(lambda data: b"PK\5\6" + b"\0" * 18), "zip kosong"),
    "other_top": (lambda made: zip_whole(made.files, top="KASUS-2026-0002"), "folder teratas"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_tamper_with_the_zip_is_rejected_for_what_it_is(kind: str, made: Made, tmp_path: Path) -> None:
    build, words = KINDS[kind]
    found = verify_bytes(build(made), tmp_path, made)
    assert found.code == 1
    assert found.names("", words), found.reasons


def test_tamper_with_links_in_a_folder_is_rejected(made: Made, tmp_path: Path) -> None:
    folder = write_folder(made.files, tmp_path / CASE)
    assert verify(folder, made).code == 0
    (folder / "batasan.md").unlink()
    (folder / "batasan.md").symlink_to(tmp_path / "paket.zip")
    assert verify(folder, made).names("batasan.md", "tautan simbolik")


def test_tamper_nothing_but_deflate_the_members_and_the_package_is_still_whole(made: Made, tmp_path: Path) -> None:
    assert verify_bytes(zip_whole(made.files, deflated=True), tmp_path, made).code == 0


def test_tamper_any_single_byte_is_rejected(made: Made, tmp_path: Path, trials: Callable[[int, int], int]) -> None:
    good = zip_whole(made.files)

    @given(at=st.integers(0, len(good) - 1), change=st.integers(1, 255))
    @example(at=central(good) + 4, change=1)
    @example(at=central(good) + 5, change=3)
    @example(at=central(good) + 38, change=1)
    @hypothesis_settings(max_examples=trials(40, 4000), deadline=None, suppress_health_check=list(HealthCheck))
    def check(at: int, change: int) -> None:
        assert verify_bytes(patched(good, at, bytes([good[at] ^ change])), tmp_path, made).code == 1

    check()


def test_tamper_any_truncation_is_rejected(made: Made, tmp_path: Path, trials: Callable[[int, int], int]) -> None:
    good = zip_whole(made.files)

    @given(length=st.integers(0, len(good) - 1))
    @hypothesis_settings(max_examples=trials(15, 1000), deadline=None, suppress_health_check=list(HealthCheck))
    def check(length: int) -> None:
        assert verify_bytes(good[:length], tmp_path, made).code == 1

    check()


def test_tamper_any_byte_of_seal_or_token_is_rejected_though_no_manifest_covers_them(
    made: Made, tmp_path: Path, trials: Callable[[int, int], int]
) -> None:
    places = [(path, at) for path in made.files if path.startswith("segel/") for at in range(len(made.files[path]))]

    @given(place=st.sampled_from(places), change=st.integers(1, 255))
    @hypothesis_settings(max_examples=trials(40, 4000), deadline=None, suppress_health_check=list(HealthCheck))
    def check(place: tuple[str, int], change: int) -> None:
        path, at = place
        data = made.files[path]
        files = {**made.files, path: patched(data, at, bytes([data[at] ^ change]))}
        assert verify_bytes(zip_whole(files), tmp_path, made).code == 1

    check()
