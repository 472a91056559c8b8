"""The conformance bags of the Library of Congress are judged as they should be, and its own tool accepts our bags."""

from __future__ import annotations

from pathlib import Path

import bagit
import pytest
from evidence_made import CASE, make_files, make_office, write_folder, write_manifests
from programs import needs

from evidence.verifier.plain_bag import judge_bag

pytestmark = needs("openssl")

EXPECTED = {
    "valid": {"valid"}, "invalid": {"invalid"}, "warning": {"warning"},
    # Names that lead out of the bag on one system only: refused on every one.
    "linux-only": {"invalid"}, "windows-only": {"invalid"},
}  # fmt: skip

ODD = {("v0.97", "valid", "bag-with-leading-dot-slash-in-manifest"): {"valid", "warning"}}
"""The suite has the same spelling, "./data/...", once as valid and once as a warning."""


def suite(shared: Path) -> list[Path]:
    folder = shared / "fixtures" / "bagit"
    return sorted(bag for bag in folder.glob("v*/*/*") if bag.is_dir() and bag.parent.name in EXPECTED)


def test_every_bag_of_the_conformance_suite_is_judged_as_its_folder_says(shared: Path) -> None:
    bags = suite(shared)
    assert len(bags) >= 40
    wrong = {}
    for bag in bags:
        place = bag.parts[-3:]
        judged = judge_bag(bag)
        if judged.verdict not in ODD.get((place[0], place[1], place[2]), EXPECTED[place[1]]):
            wrong["/".join(place)] = judged
    assert wrong == {}


@pytest.mark.parametrize(
    ("bag", "words"),
    [
        ("v0.97/invalid/corrupt-data-file", "isinya tidak sama"),
        ("v0.97/invalid/missing-bagit.txt", "berkas tidak ada"),
        ("v0.97/invalid/extra-file-in-bag", "tidak tercatat"),
        ("v0.97/invalid/bom-in-bagit.txt", "BOM"),
        ("v0.97/linux-only/out-of-scope-file-paths-using-absolute-path", "alamat mutlak"),
        ("v0.97/windows-only/out-of-scope-file-paths-using-unc", "garis miring terbalik"),
        ("v1.0/invalid/notAllManifestsListAllFiles", "tidak tercatat"),
        ("v1.0/invalid/same-filename-listed-twice-with-the-same-hash", "dua kali"),
        ("v0.97/warning/made-with-md5sum-tools", "tanda bintang"),
    ],
)
def test_a_bag_is_refused_for_what_is_wrong_with_it(shared: Path, bag: str, words: str) -> None:
    judged = judge_bag(shared / "fixtures" / "bagit" / bag)
    assert any(words in sentence for sentence in judged.faults + judged.warnings), judged


def test_the_librarys_own_tool_and_ours_accept_our_bag_and_refuse_it_changed(tmp_path: Path) -> None:
    files = make_files(make_office(tmp_path / "kunci"))
    folder = write_folder(files, tmp_path / CASE)
    bagit.Bag(str(folder)).validate()
    assert judge_bag(folder).verdict == "valid"
    (folder / "data" / "klaim.json").write_bytes(b"[]\n")
    assert judge_bag(folder).verdict == "invalid"
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(folder)).validate()


def test_a_percent_sign_in_a_name_is_written_and_read_as_the_standard_says(tmp_path: Path) -> None:
    files = {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": b"Payload-Oxum: 0.0\n",
        "data/50% benar.txt": b"isi\n",
    }
    write_manifests(files)
    for name in ("manifest-sha256.txt", "manifest-sha512.txt"):
        files[name] = files[name].replace(b"50%", b"50%25")
    del files["tagmanifest-sha512.txt"]
    folder = write_folder(files, tmp_path / "bag")
    assert judge_bag(folder).verdict == "valid"
