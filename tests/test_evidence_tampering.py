"""Tampering with what a package holds: every kind is rejected for what it is, by our verifier and by stock tools.

Each kind changes a good package and says which file the verifier must name, in which words, and which stock tools must
reject it too. Those of ``INSIDE`` are done by somebody who holds the institution's keys: manifests and seal are right.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from evidence_judged import Made, make_package, verify, verify_bytes
from evidence_made import (
    CAPTURE,
    CASE,
    DOCUMENT,
    HEAD_FILE,
    SEAL_FILE,
    TOKEN_FILE,
    Files,
    Signer,
    add_head,
    canonical,
    declaration,
    seal_bytes,
    seal_files,
    sign_pdf,
    stamp_bytes,
    write_folder,
    write_manifests,
    write_tagmanifest,
    zip_files,
)
from evidence_stock_tools import STOCK
from programs import needs

pytestmark = needs("openssl")

Tamper = Callable[[Files, Made], None]
PAGE = f"data/tangkapan/{CAPTURE}/dom.html"
PICTURE = f"data/tangkapan/{CAPTURE}/layar.png"
ACCOUNT = f"data/tangkapan/{CAPTURE}/perolehan.json"
ARCHIVE = f"data/arsip/{DOCUMENT}.warc.gz"
CUSTODY = "data/custody.jsonl"
REPORT = "data/berita-acara.pdf"
all_manifests_anew: Tamper = lambda files, made: write_manifests(files)  # noqa: E731
CHANGED, LISTED, ELSEWHERE = "isi berkas berubah", "tercatat di", "atas isi yang lain"
BAG = ("sha256sum", "bagit")
TAGS = ("sha512sum", "bagit")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The package that every kind changes: untouched, it passes."""
    folder = tmp_path_factory.mktemp("paket")
    made = make_package(folder)
    assert verify_bytes(zip_files(made.files), folder, made).code == 0
    return made


def flip(path: str, at: int = 40) -> Tamper:
    def tamper(files: Files, made: Made) -> None:
        data = bytearray(files[path])
        data[at] ^= 0x01
        files[path] = bytes(data)

    return tamper


def drop(*paths: str) -> Tamper:
    def tamper(files: Files, made: Made) -> None:
        for path in paths:
            del files[path]

    return tamper


def add(path: str, data: bytes = b"tambahan\n") -> Tamper:
    def tamper(files: Files, made: Made) -> None:
        files[path] = data

    return tamper


def rename(old: str, new: str) -> Tamper:
    def tamper(files: Files, made: Made) -> None:
        files[new] = files.pop(old)

    return tamper


def swap(one: str, two: str) -> Tamper:
    def tamper(files: Files, made: Made) -> None:
        files[one], files[two] = files[two], files[one]

    return tamper


def cut(path: str, rest: int = -7) -> Tamper:
    def tamper(files: Files, made: Made) -> None:
        files[path] = files[path][:rest]

    return tamper


def replace_text(path: str, old: bytes, new: bytes) -> Tamper:
    def tamper(files: Files, made: Made) -> None:
        assert old in files[path]
        files[path] = files[path].replace(old, new)

    return tamper


def edit_log(edit: Callable[[list[bytes]], list[bytes]]) -> Tamper:
    def tamper(files: Files, made: Made) -> None:
        files[CUSTODY] = b"".join(line + b"\n" for line in edit(files[CUSTODY].splitlines()))

    return tamper


def then(*steps: Tamper) -> Tamper:
    def tamper(files: Files, made: Made) -> None:
        for step in steps:
            step(files, made)

    return tamper


def manifest_anew(files: Files, made: Made) -> None:
    """Bring the payload's manifests in line, but not the tag manifest, whose digest is on the cover letter."""
    before = files["tagmanifest-sha512.txt"]
    write_manifests(files)
    files["tagmanifest-sha512.txt"] = before


def token_over_other_data(files: Files, made: Made) -> None:
    files[TOKEN_FILE] = stamp_bytes(b"lain", made.office)


def token_of_other_authority(files: Files, made: Made) -> None:
    files[TOKEN_FILE] = stamp_bytes(files["tagmanifest-sha512.txt"], made.other)


def token_declared_of_other_authority(files: Files, made: Made) -> None:
    said = declaration(made.office)
    said["timestamps"] = declaration(made.other)["timestamps"]
    files[f"{HEAD_FILE}.lain.tsr"] = files.pop(f"{HEAD_FILE}.contoh.tsr")
    files["segel.json"] = json.dumps(said).encode()
    write_manifests(files)
    files[SEAL_FILE] = seal_bytes(files["tagmanifest-sha512.txt"], made.office.seal)
    token_of_other_authority(files, made)


def seal_of_other_package(files: Files, made: Made) -> None:
    files[SEAL_FILE] = seal_bytes(files["tagmanifest-sha512.txt"].replace(b"a", b"b"), made.office.seal)


def seal_by_other_key(files: Files, made: Made) -> None:
    files[SEAL_FILE] = seal_bytes(files["tagmanifest-sha512.txt"], made.other.seal)


def seal_with_weak_digest(files: Files, made: Made) -> None:
    files[SEAL_FILE] = seal_bytes(files["tagmanifest-sha512.txt"], made.office.seal, "-md", "sha1")


def seal_with_spare_certificate(files: Files, made: Made) -> None:
    spare = str(made.other.ca.certificate_file)
    files[SEAL_FILE] = seal_bytes(files["tagmanifest-sha512.txt"], made.office.seal, "-certfile", spare)


def root_renamed(path: str, root: Callable[[Made], Signer]) -> Tamper:
    """The issuer's name changed in the root that a seal or token carries above its anchor: no signature covers it."""

    def tamper(files: Files, made: Made) -> None:
        der = root(made).certificate.public_bytes(Encoding.DER)
        at = files[path].index(der) + der.index(b"CA")
        files[path] = files[path][:at] + b"XX" + files[path][at + 2 :]

    return tamper


def token_with_weak_imprint(files: Files, made: Made) -> None:
    files[TOKEN_FILE] = stamp_bytes(files["tagmanifest-sha512.txt"], made.office, digest="sha1")


OUTSIDE: dict[str, tuple[Tamper, str, str, tuple[str, ...]]] = {
    "flip_page": (flip(PAGE), PAGE, CHANGED, BAG),
    "flip_screenshot": (flip(PICTURE), PICTURE, CHANGED, BAG),
    "flip_archive": (flip(ARCHIVE, 200), ARCHIVE, CHANGED, (*BAG, "warcio")),
    "flip_report": (flip(REPORT), REPORT, CHANGED, BAG),
    "flip_custody": (flip(CUSTODY), CUSTODY, CHANGED, BAG),
    "flip_manifest": (flip("manifest-sha256.txt"), "manifest-sha256.txt", CHANGED, TAGS),
    "flip_tagmanifest": (flip("tagmanifest-sha512.txt"), SEAL_FILE, ELSEWHERE, ("cms", "ts")),
    "flip_segel_json": (flip("segel.json"), "segel.json", CHANGED, TAGS),
    "flip_bagit_txt": (flip("bagit.txt", 16), "bagit.txt", "bukan deklarasi", TAGS),
    "flip_bag_info": (flip("bag-info.txt"), "bag-info.txt", CHANGED, TAGS),
    "flip_verifier": (flip("verifikasi.py"), "verifikasi.py", CHANGED, TAGS),
    "flip_page_verifier": (flip("verifikasi.html", 3), "verifikasi.html", CHANGED, TAGS),
    "flip_token": (flip(TOKEN_FILE, 300), TOKEN_FILE, "", ("ts",)),
    "flip_token_status": (flip(TOKEN_FILE, 8), TOKEN_FILE, "tidak memberi cap waktu", ()),
    "flip_seal_signature": (flip(SEAL_FILE, -20), SEAL_FILE, "tidak sah", ("cms",)),
    "flip_head": (flip(HEAD_FILE), HEAD_FILE, CHANGED, BAG),
    "drop_page": (drop(PAGE), PAGE, LISTED, BAG),
    "drop_limits": (drop("batasan.md"), "batasan.md", "berkas wajib tidak ada", TAGS),
    "drop_token": (drop(TOKEN_FILE), TOKEN_FILE, "disebut di segel.json", ()),
    "drop_seal": (drop(SEAL_FILE), SEAL_FILE, "disebut di segel.json", ()),
    "drop_seal_and_token": (drop(SEAL_FILE, TOKEN_FILE), SEAL_FILE, "disebut di segel.json", ()),
    "drop_tagmanifest": (drop("tagmanifest-sha512.txt"), "tagmanifest-sha512.txt", "berkas wajib", ("sha512sum",)),
    "drop_log": (drop(CUSTODY), CUSTODY, "berkas tidak ada", BAG),
    "drop_log_line": (edit_log(lambda lines: lines[:2] + lines[3:]), CUSTODY, "bernomor 4", BAG),
    "drop_last_log_line": (edit_log(lambda lines: lines[:-1]), CUSTODY, CHANGED, BAG),
    "add_capture": (add("data/tangkapan/ffff/teks.txt"), "data/tangkapan/ffff/teks.txt", "tidak tercatat", ("bagit",)),
    "add_unknown": (add("data/.DS_Store"), "data/.DS_Store", "tidak ada dalam susunan", ("bagit",)),
    "add_tag_file": (add("CATATAN.md"), "CATATAN.md", "tidak ada dalam susunan", ()),
    "add_tag_manifest": (add("tagmanifest-sha256.txt"), "tagmanifest-sha256.txt", "tidak ada dalam susunan", ()),
    "add_seal": (add("segel/tagmanifest-sha512.txt.lain.tsr"), "lain.tsr", "tidak disebut di segel.json", ()),
    "add_fetch": (add("fetch.txt", b"https://a.test/x - data/x\n"), "fetch.txt", "tidak ada dalam susunan", ()),
    "rename": (rename(PAGE, f"data/tangkapan/{CAPTURE}/sertifikat.pem"), PAGE, LISTED, BAG),
    "swap": (swap(PAGE, PICTURE), PICTURE, CHANGED, BAG),
    "swap_manifests": (swap("manifest-sha256.txt", "manifest-sha512.txt"), "manifest-sha256.txt", "baris 1", TAGS),
    "reorder_log": (edit_log(lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]]), CUSTODY, "tertukar", BAG),
    "cut_log": (cut(CUSTODY), CUSTODY, "terpotong", BAG),
    "cut_manifest": (cut("manifest-sha256.txt"), "manifest-sha256.txt", "terpotong", TAGS),
    "cut_manifest_line": (cut("manifest-sha512.txt", -200), "manifest-sha512.txt", "", TAGS),
    "cut_report": (cut(REPORT), REPORT, CHANGED, BAG),
    "cut_token": (cut(TOKEN_FILE), TOKEN_FILE, "terpotong", ("ts",)),
    "longer_token": (lambda f, m: f.update({TOKEN_FILE: f[TOKEN_FILE] + b"\0"}), TOKEN_FILE, "sesudah akhir", ()),
    "empty_seal": (add(SEAL_FILE, b""), SEAL_FILE, "terpotong", ("cms",)),
    "token_over_other_data": (token_over_other_data, TOKEN_FILE, "berkas yang lain", ("ts",)),
    "token_of_other_authority": (token_of_other_authority, TOKEN_FILE, "tidak berantai", ("ts",)),
    "token_declared_of_other": (token_declared_of_other_authority, TOKEN_FILE, "sidik yang diberikan", ("ts",)),
    "token_with_weak_imprint": (token_with_weak_imprint, TOKEN_FILE, "SHA-1", ()),
    "seal_of_other_package": (seal_of_other_package, SEAL_FILE, ELSEWHERE, ("cms",)),
    "seal_by_other_key": (seal_by_other_key, SEAL_FILE, "tidak berantai", ("cms",)),
    "seal_with_weak_digest": (seal_with_weak_digest, SEAL_FILE, "SHA-1", ()),
    "seal_root_renamed": (root_renamed(SEAL_FILE, lambda made: made.office.ca), SEAL_FILE, "tidak dijamin", ()),
    "token_root_renamed": (
        root_renamed(TOKEN_FILE, lambda made: made.office.authority_ca), TOKEN_FILE, "tidak dijamin", (),
    ),
    "seal_with_spare_certificate": (seal_with_spare_certificate, SEAL_FILE, "tidak dipakai", ()),
    "file_and_manifest": (then(flip(PAGE), manifest_anew), "manifest-sha256.txt", CHANGED, TAGS),
    "file_and_all_manifests": (then(flip(PAGE), all_manifests_anew), SEAL_FILE, ELSEWHERE, ("cms", "ts")),
    "verifier_and_manifest": (then(flip("verifikasi.py"), all_manifests_anew), SEAL_FILE, ELSEWHERE, ("cms", "ts")),
    "log_and_all_manifests": (
        then(edit_log(lambda lines: lines[:-1]), all_manifests_anew), SEAL_FILE, ELSEWHERE, ("cms", "ts"),
    ),
}  # fmt: skip
"""Kinds that somebody without the institution's keys can do: what, the file and words of the reason, stock tools."""


@pytest.mark.parametrize("kind", OUTSIDE)
def test_tamper_from_outside_is_rejected_by_us_and_by_stock_tools(kind: str, made: Made, tmp_path: Path) -> None:
    tamper, file, words, tools = OUTSIDE[kind]
    files = made.copy()
    tamper(files, made)
    found = verify_bytes(zip_files(files), tmp_path, made)
    assert found.code == 1
    assert found.names(file, words), found.reasons
    assert verify_bytes(zip_files(files), tmp_path).code == (3 if kind == "token_declared_of_other" else 1)
    folder = write_folder(files, tmp_path / CASE)
    assert verify(folder, made).code == 1
    for tool in tools:
        assert not STOCK[tool](folder, made.office), f"{tool} accepts {kind}"


def test_tamper_nothing_and_every_stock_tool_accepts(made: Made, tmp_path: Path) -> None:
    folder = write_folder(made.files, tmp_path / CASE)
    assert verify(folder, made).code == 0
    assert [name for name, accepts in STOCK.items() if not accepts(folder, made.office)] == []


def rechain(lines: list[bytes]) -> list[bytes]:
    """The log written anew with fitting numbers and hashes."""
    made: list[bytes] = []
    for n, line in enumerate(lines, 1):
        previous = hashlib.sha256(made[-1]).hexdigest() if made else "0" * 64
        made.append(canonical({**json.loads(line), "n": n, "previous": previous}))
    return made


def with_entry(n: int, /, **changes: object) -> Callable[[list[bytes]], list[bytes]]:
    def edit(lines: list[bytes]) -> list[bytes]:
        lines[n - 1] = canonical({**json.loads(lines[n - 1]), **changes})
        return lines

    return edit


def drop_head_row(files: Files, made: Made) -> None:
    own = hashlib.sha256(bytes.fromhex("5f" * 16) + CASE.encode()).hexdigest().encode()
    rows = [line for line in files[HEAD_FILE].splitlines(keepends=True) if not line.startswith(own)]
    files[HEAD_FILE] = b"".join(rows)
    files[f"{HEAD_FILE}.contoh.tsr"] = stamp_bytes(files[HEAD_FILE], made.office)


def head_beyond_log(files: Files, made: Made) -> None:
    lines = files[CUSTODY].splitlines()
    add_head(files, lines, made.office, 6)
    files[CUSTODY] = b"".join(line + b"\n" for line in lines[:5])


def declare(**changes: object) -> Tamper:
    def tamper(files: Files, made: Made) -> None:
        files["segel.json"] = json.dumps({**declaration(made.office), **changes}).encode()

    return tamper


def all_marks(old: bytes, new: bytes, word: bytes) -> Tamper:
    """The mark of sample data turned over in all three places."""
    return then(
        replace_text("segel.json", b'"sample": ' + old, b'"sample": ' + new),
        replace_text("data/kasus.json", b'"sample": ' + old, b'"sample": ' + new),
        replace_text("bag-info.txt", b"Data-Contoh: ya", b"Data-Contoh: " + word),
    )


def sign_once_more(files: Files, made: Made) -> None:
    files[REPORT] = sign_pdf(files[REPORT], made.other.people[0])


def other_person(files: Files, made: Made) -> None:
    unsigned = files[REPORT][: files[REPORT].index(b"\n9 0 obj")]
    files[REPORT] = sign_pdf(sign_pdf(unsigned, made.office.people[0]), made.other.people[1])


INSIDE: dict[str, tuple[Tamper, str, str]] = {
    "log_forged_previous": (edit_log(with_entry(5, previous="0" * 64)), CUSTODY, "tidak bersambung"),
    "log_entry_changed": (edit_log(with_entry(5, actor="budi")), CUSTODY, "ke-6 tidak bersambung"),
    "log_number_twice": (edit_log(with_entry(5, n=4)), CUSTODY, "bernomor 4"),
    "log_line_twice": (edit_log(lambda lines: [*lines, lines[-1]]), CUSTODY, "berulang"),
    "log_unknown_act": (edit_log(with_entry(6, act="deleted")), CUSTODY, "perbuatan tidak dikenal"),
    "log_extra_field": (edit_log(with_entry(6, catatan="x")), CUSTODY, "susunan format 1"),
    "log_back_in_time": (edit_log(with_entry(6, at="2020-01-01T00:00:00.000000Z")), CUSTODY, "lebih tua"),
    "log_other_spelling": (edit_log(lambda x: [*x[:5], x[5].replace(b":", b": ", 1)]), CUSTODY, "bentuk bakunya"),
    "log_empty": (edit_log(lambda lines: []), CUSTODY, "kosong"),
    "log_rewritten_after_head": (
        edit_log(lambda lines: rechain(with_entry(3, actor="budi")(lines))), HEAD_FILE, "ditulis ulang",
    ),
    "log_shorter_than_head": (head_beyond_log, HEAD_FILE, "lebih pendek"),
    "head_row_removed": (drop_head_row, HEAD_FILE, "tidak tertulis"),
    "head_row_changed": (replace_text(HEAD_FILE, b"1b1b", b"2b2b"), HEAD_FILE + ".contoh.tsr", "berkas yang lain"),
    "head_without_token": (drop(f"{HEAD_FILE}.contoh.tsr"), HEAD_FILE, "tanpa cap waktu"),
    "capture_not_as_taken": (flip(PAGE), PAGE, "perolehan.json"),
    "capture_not_as_logged": (
        then(
            add(f"data/tangkapan/{CAPTURE}/teks.txt", b"lain"),
            lambda f, m: f.update({ACCOUNT: f[ACCOUNT].replace(
                hashlib.sha256(m.files[f"data/tangkapan/{CAPTURE}/teks.txt"]).hexdigest().encode(),
                hashlib.sha256(b"lain").hexdigest().encode(),
            )}),
        ),
        f"data/tangkapan/{CAPTURE}", "custody.jsonl",
    ),
    "archive_not_as_logged": (flip(ARCHIVE), ARCHIVE, "custody.jsonl"),
    "document_without_archive": (replace_text("data/dokumen.jsonl", b'arsip/5f', b'arsip/6f'), "dokumen", "arsip yang"),
    "report_extended": (lambda f, m: f.update({REPORT: f[REPORT] + b"\n%%EOF\n"}), REPORT, "ditambahi sesudah"),
    "report_words_changed": (replace_text(REPORT, b"/Catalog", b"/catalog"), REPORT, "isi yang lain"),
    "report_signed_once_more": (sign_once_more, REPORT, "3 tanda tangan"),
    "report_other_person": (other_person, REPORT, "tidak disebut di segel.json"),
    "report_signer_not_declared": (declare(report_signers=[]), REPORT, "2 tanda tangan"),
    "bag_info_oxum": (replace_text("bag-info.txt", b"Payload-Oxum: ", b"Payload-Oxum: 1"), "bag-info.txt", "Oxum"),
    "bag_info_other_case": (replace_text("bag-info.txt", b"2026-0001", b"2026-0002"), "bag-info.txt", "External"),
    "case_renumbered": (replace_text("data/kasus.json", b"2026-0001", b"2026-0002"), "data/kasus.json", "folder"),
    "sample_mark_in_one_place": (replace_text("data/kasus.json", b'"sample": true', b'"sample": false'),
                                 "data/kasus.json", "data contoh"),
    "sample_mark_everywhere": (all_marks(b"true", b"false", b"tidak"), SEAL_FILE, "kunci uji"),
    "no_seal_declared": (then(declare(seal=None), drop(SEAL_FILE)), "segel.json", "tidak bersegel"),
    "no_token_declared": (then(declare(timestamps=[]), drop(TOKEN_FILE)), "segel.json", "tidak bercap waktu"),
    "segel_json_key_twice": (replace_text("segel.json", b'"format": 1', b'"format": 1, "format": 1'), "segel.json",
                             "dua kali"),
    "unknown_file_in_manifest": (add("data/alat.exe"), "data/alat.exe", "tidak ada dalam susunan"),
    "manifest_line_twice": (lambda f, m: f.update({"manifest-sha256.txt": f["manifest-sha256.txt"] * 2}),
                            "manifest-sha256.txt", "dua kali"),
    "manifest_escapes": (lambda f, m: f.update({"manifest-sha256.txt": f["manifest-sha256.txt"]
                         + b"0" * 64 + b"  ../../etc/passwd\n"}), "manifest-sha256.txt", "keluar dari paket"),
}  # fmt: skip
"""Kinds that even the institution's own keys cannot cover: what, the file and words of the reason."""


@pytest.mark.parametrize("kind", INSIDE)
def test_tamper_with_the_keys_at_hand_is_rejected_by_what_the_files_say(kind: str, made: Made, tmp_path: Path) -> None:
    tamper, file, words = INSIDE[kind]
    files = made.copy()
    tamper(files, made)
    if kind.startswith(("manifest", "bag_info")):
        write_tagmanifest(files)
    else:
        write_manifests(files)
    sealed, stamped = SEAL_FILE in files, TOKEN_FILE in files
    seal_files(files, made.office)
    for path, wanted in ((SEAL_FILE, sealed), (TOKEN_FILE, stamped)):
        if not wanted:
            del files[path]
    found = verify_bytes(zip_files(files), tmp_path, made)
    assert found.code == 1
    assert found.names(file, words), found.reasons
