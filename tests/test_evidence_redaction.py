"""What is handed out beside a package: the working copy with personal data masked, and the bundle for aduankonten."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it
from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from casework_fixtures import NOW
from command_line import run_command
from evidence_law import BOOK, CLARIFY, LawDesk, record
from hypothesis import given
from hypothesis import strategies as st
from test_crawlers_by_hand import PNG
from test_evidence_questions import quick  # noqa: F401

from evidence.cases.captures import add_capture
from evidence.cases.custody import append_entry, read_chain
from evidence.handout.aduankonten import ContentReport, make_content_report
from evidence.handout.redaction import MASK_KINDS, Masker
from evidence.handout.working_copy import WorkingCopy, make_working_copy
from evidence.records import Capture, CaptureFile
from kentongan.errors import Conflict, KentonganError, NotAllowed, NotFound
from kentongan.schema import Record
from kentongan.settings import Settings

PERSONAL = {
    "surel": ["siti.aminah88@surat.example", "ADUAN@warga.tirtamaya.go.id"],
    "telepon": ["0812-3456-7890", "+62 812 3456 7890", "62 21 5551234", "812 3456 7890", "０８１２３４５６７８９０"],
    "NIK": ["3374010101900001", "3374 0101 0190 0001", "33.74.01.010190.0001"],
    "NPWP": ["09.254.294.3-407.000"],
    "rekening": ["rek BCA 1234567", "norek 123-456-7890", "Mandiri a.n. Tono 1400012345678"],
    "akun": ["@siti_aminah", "@siti@mastodon.example", "ig: siti.aminah", "＠siti_a"],
    "tautan": ["https://wa.me/6281234567890", "bit.ly/siti-aminah", "www.siti-aminah.example/profil?id=7"],
    "alamat": [
        "Jl. Kenanga Dalam No. 12A", "jalan kenanga dalam no 7", "Gang Mawar", "RT 03/RW 05", "RT.3", "rw 11",
        "RT/RW 003/005", "Blok C3 No 5", "Perumahan Bukit Asri", "kode pos 50123",
    ],
    "kendaraan": ["B 1234 XYZ", "H 17 AN", "AB-4321-CD", "b1234xyz"],
    "koordinat": ["-6.20876, 106.84559"],
    "tanggal lahir": ["lahir di Purwamaya, 12 Mei 1990", "TTL: Purwamaya 12-05-1990"],
    "nomor": ["1234 5678 9012", "998877665544332211"],
}  # fmt: skip
"""Each kind as people write it."""

HARMLESS = [
    "bantuan Rp2.400.000 cair Senin 23/11/2026 pukul 07.30",
    "jalan rusak parah, jalan-jalan ke pasar",
    "sudah 12.500 orang mendaftar, naik 4,5 persen",
    "RT banyak orang, tolong viralkan",
    "dana desa 1.200.000.000 dikorupsi",
    "UU 1 tahun 2024 pasal 28 ayat 3",
    "gempa M 5,6 di laut 120 km",
]


@pytest.mark.parametrize("kind", PERSONAL)
def test_personal_data_go_however_they_are_written(kind: str) -> None:
    for written in PERSONAL[kind]:
        masker = Masker()
        assert masker.mask(f"Kirim ke {written} ya, segera!") == f"Kirim ke [{kind} 1] ya, segera!", written
        assert masker.counts == {one: int(one == kind) for one in MASK_KINDS}


def test_sums_times_and_roads_stay() -> None:
    assert [Masker().mask(text) for text in HARMLESS] == HARMLESS


def test_the_same_value_has_the_same_mask_in_every_text() -> None:
    masker = Masker(names=["Siti Aminah"])
    first = masker.mask("siti  aminah 0812-3456-7890, a@b.example, Siti_Aminah88")
    assert first == "[nama 1] [telepon 1], [surel 1], [nama 1]88"
    assert masker.mask("c@d.example lalu A@B.example, 6281234567890") == "[surel 2] lalu [surel 1], [telepon 1]"


def test_invisible_characters_and_fancy_letters_hide_nothing() -> None:
    masker = Masker(names=["Siti Aminah"])
    assert masker.mask("0812\u200b3456\u20607890 𝗦𝗶𝘁𝗶 𝗔𝗺𝗶𝗻𝗮𝗵") == "[telepon 1] [nama 1]"


def test_a_name_is_masked_as_a_word_and_not_inside_others() -> None:
    assert Masker(names=["Budi", "Al"]).mask("budi dan budidaya, Al dan alami") == "[nama 1] dan budidaya, Al dan alami"


@given(
    st.integers(10**15, 10**16 - 1).map(str),
    st.integers(10**8, 10**10 - 1).map(lambda number: f"08{number}"),
    st.sampled_from(["", "-", " ", "."]),
    st.text(max_size=30),
)
def test_no_identity_or_phone_number_survives_wherever_it_stands(nik: str, phone: str, gap: str, around: str) -> None:
    # A digit before it would make it another number.
    around = "".join(one for one in around if not one.isdecimal())
    spaced = gap.join(nik[at : at + 4] for at in range(0, 16, 4))
    masked = Masker().mask(f"{around} {spaced} {around}; {phone} {around}")
    digits = "".join(one for one in masked if one.isdecimal())
    assert nik not in digits and phone not in digits


def bundle(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def working_copy(
    desk: LawDesk, case: str, *, names: Sequence[str] = (), pictures: Sequence[Path] = ()
) -> WorkingCopy:  # fmt: skip
    with desk.casework.begin() as session:
        return make_working_copy(
            session, case, objects=desk.objects, out=desk.folder / "keluar", names=names, pictures=pictures,
            actor=desk.staff["hukum"], now=NOW,
        )  # fmt: skip


SECRET = "Hubungi Siti Aminah 0812-3456-7890 di Jl. Kenanga No. 12, rek BCA 1234567890, lihat https://x.example/siti"
SECRETS = ["Siti Aminah", "0812-3456", "Kenanga", "1234567890", "x.example", "warga_kota", "sosial.example"]


def test_a_working_copy_has_the_words_without_personal_data_addresses_or_authors(quick: LawDesk) -> None:
    one = record(0, text=SECRET, author="warga_kota", url="https://sosial.example/@warga_kota/1")
    other = record(1, text="Kata warga_kota, bantuan Rp2.400.000 sudah cair.", author="Info Kota")
    case = quick.case_with(one, other, title=SECRET)
    picture = quick.folder / "sunting.png"
    picture.write_bytes(PNG)
    made = working_copy(quick, case, names=["Siti Aminah"], pictures=[picture])
    files = bundle(made.handout.path)
    assert sorted(files) == [
        "BACA-SAYA.txt", "daftar.json", "dokumen/0001.txt", "dokumen/0002.txt", "gambar/0001.png", "penyamaran.json",
    ]  # fmt: skip
    words = "\n".join(files[name].decode() for name in files if not name.endswith(".png"))
    assert [secret for secret in SECRETS if secret.casefold() in words.casefold()] == []
    assert "Kata [akun 1], bantuan Rp2.400.000 sudah cair." in words
    counts = {kind: count for kind, count in json.loads(files["penyamaran.json"]).items() if count}
    assert counts == {"nama": 1, "telepon": 1, "alamat": 1, "rekening": 1, "tautan": 1, "akun": 1}
    read_me = files["BACA-SAYA.txt"].decode()
    assert "Ini bukan bukti." in read_me and "bukan data anonim" in read_me and "belum dibuat" in read_me
    snapshots = {row["sidik_salinan_tersegel"] for row in json.loads(files["daftar.json"])}
    with quick.casework.read() as session:
        last = read_chain(session, case)[-1]
    assert len(snapshots) == 2
    assert (last.act, last.detail["sha256"], last.detail["disamarkan"]) == ("redacted", made.handout.sha256, 6)


def test_a_working_copy_names_the_sealed_package_and_says_that_invented_data_are(quick: LawDesk) -> None:
    case = quick.case_with(record(0, sample=True))
    digest = "ab" * 64
    with quick.casework.begin() as session:
        append_entry(
            session, case, act="exported", object="case", detail={"tagmanifest_sha512": digest},
            actor=quick.staff["hukum"], now=NOW,
        )  # fmt: skip
    made = working_copy(quick, case)
    assert made.sealed == digest and "DATA-CONTOH" in made.handout.path.name
    files = bundle(made.handout.path)
    assert digest in files["BACA-SAYA.txt"].decode()
    assert all(b"DATA CONTOH" in files[name] for name in ("BACA-SAYA.txt", "dokumen/0001.txt"))


def test_a_working_copy_that_cannot_be_written_leaves_nothing_and_no_entry(quick: LawDesk, tmp_path: Path) -> None:
    case = quick.case_with(record())
    before = quick.acts(case)
    bad = tmp_path / "bukan-gambar.png"
    bad.write_bytes(b"<svg/>")
    with pytest.raises(KentonganError, match="bukan gambar"):
        working_copy(quick, case, pictures=[bad])
    (tmp_path / "keluar").write_text("berkas, bukan folder")
    with pytest.raises(KentonganError, match="tidak dapat ditulis"):
        working_copy(quick, case)
    (tmp_path / "keluar").unlink()
    for snapshot in (tmp_path / "objects").rglob("*"):
        if snapshot.is_file():
            snapshot.chmod(0o600)
            snapshot.write_bytes(b"rusak")
    with pytest.raises(KentonganError, match="rusak"):
        working_copy(quick, case)
    assert list((tmp_path / "keluar").glob("*")) == [] and quick.acts(case) == before


def test_only_legal_staff_hands_out(quick: LawDesk) -> None:
    case = quick.case_with(record())
    with quick.casework.begin() as session, pytest.raises(NotAllowed):
        make_working_copy(
            session, case, objects=quick.objects, out=quick.folder, actor=quick.staff["analis"], now=NOW
        )  # fmt: skip
    with quick.casework.begin() as session, pytest.raises(NotAllowed):
        make_content_report(
            session, case, rulebook=BOOK, objects=quick.objects, out=quick.folder, organisation="Kota",
            actor=quick.staff["analis"], now=NOW,
        )  # fmt: skip


def capture_page(desk: LawDesk, case: str, one: Record, number: int) -> None:
    picture = desk.objects.put(PNG + bytes([number]))
    url = one.document.url or ""
    capture = Capture(
        id=f"{number:020x}", url=url, final_url=url, at=NOW + timedelta(minutes=number), status=200, title=None,
        files=(CaptureFile(name="layar.png", object=picture),),
    )  # fmt: skip
    with desk.casework.begin() as session:
        add_capture(session, case, capture, document=one.document.id, actor=desk.staff["hukum"], now=NOW)


def report(desk: LawDesk, case: str, category: str | None = None) -> ContentReport:
    with desk.casework.begin() as session:
        return make_content_report(
            session, case, rulebook=BOOK, objects=desk.objects, out=desk.folder / "keluar", category=category,
            organisation="Kota Tirtamaya", actor=desk.staff["hukum"], now=NOW,
        )  # fmt: skip


def posted(number: int, *, sample: bool = False) -> Record:
    one = record(number, sample=sample)
    return replace(one, document=replace(one.document, url=f"https://sosial.example/post/{number}"))


def test_a_content_report_needs_its_route_and_a_screenshot_of_every_address(quick: LawDesk) -> None:
    first, second, beside = posted(0), posted(1), posted(2)
    case = quick.case_with(first, second, beside, record(3))
    for one in (first, second, record(3)):
        quick.judge(one)
    quick.answer_all(case, CLARIFY)
    quick.choose(case, "clarify")
    with pytest.raises(Conflict, match='bukan "Aduankonten"'):
        report(quick, case)
    quick.choose(case, "aduankonten")
    capture_page(quick, case, first, 1)
    with pytest.raises(Conflict) as refused:
        report(quick, case)
    assert "post/1" in str(refused.value) and "post/0" not in str(refused.value) and "post/2" not in str(refused.value)
    assert not (quick.folder / "keluar").exists()
    capture_page(quick, case, second, 2)
    capture_page(quick, case, first, 3)
    with pytest.raises(NotFound, match="penipuan, hoaks"):
        report(quick, case, "gosip")
    made = report(quick, case)
    assert made.without_address == (record(3).document.id,)
    files = bundle(made.handout.path)
    assert files["daftar.csv"].startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(files["daftar.csv"].decode("utf-8-sig"))))
    assert [(row["url"], row["kategori"]) for row in rows] == [
        ("https://sosial.example/post/0", "Penipuan"),
        ("https://sosial.example/post/1", "Penipuan"),
    ]
    assert [files[row["gambar"]] for row in rows] == [PNG + b"\x03", PNG + b"\x02"]
    text = files["teks-aduan.txt"].decode()
    assert "Kota Tirtamaya mengadukan 2 alamat" in text and "Diputuskan salah (penipuan) oleh dua pemeriksa" in text
    assert "si-hukum" not in text.casefold()
    with quick.casework.read() as session:
        last = read_chain(session, case)[-1]
    assert (last.act, last.object, last.detail["sha256"]) == ("exported", "aduankonten", made.handout.sha256)


def test_invented_addresses_are_marked_not_to_be_sent(quick: LawDesk) -> None:
    one = posted(0, sample=True)
    case = quick.case_with(one)
    quick.judge(one, status="misleading", kind="false_context")
    quick.answer_all(case, CLARIFY)
    quick.choose(case, "aduankonten")
    capture_page(quick, case, one, 1)
    made = report(quick, case)
    assert made.pages[0].category.key == "hoaks" and "DATA-CONTOH" in made.handout.path.name
    assert bundle(made.handout.path)["teks-aduan.txt"].decode().startswith("DATA CONTOH: rekaan, jangan dikirim.")


def test_the_command_line_makes_a_working_copy(quick: LawDesk, tmp_path: Path) -> None:
    case = quick.case_with(record(0, text=SECRET))
    (tmp_path / "evidence").mkdir()
    (tmp_path / "objects").rename(tmp_path / "evidence" / "objects")
    names = tmp_path / "nama.txt"
    names.write_text("Siti Aminah\n", "utf-8")
    words = ("evidence", "redact", case, "--out", str(tmp_path / "keluar"), "--names", str(names), "--as", "si-hukum")
    done = run_command(Settings(data_dir=tmp_path), *words)
    made = json.loads(done.stdout)
    assert made["masked"]["nama"] == 1 and "bukan data anonim" in done.stderr
    assert b"Siti" not in bundle(Path(made["file"]))["dokumen/0001.txt"]
