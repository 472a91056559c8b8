"""The report and the cover letter say what was secured and decided, in a PDF/A that any text can stand in."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from programs import needs

from casework.paper_text import BREAK
from casework.verdict_records import Decision, Verdict
from evidence.cases.custody import make_line, read_line
from evidence.cases.custody_heads import HeadToken
from evidence.objects import Objects
from evidence.package.bag import Bag
from evidence.package.contents import SecuredFacts
from evidence.package.cover_letter import LetterMatter, make_letter
from evidence.package.notes import read_limits
from evidence.package.report import (
    MOST_CUSTODY_LINES,
    MOST_PICTURES,
    LawAnswer,
    LawPart,
    ReportMatter,
    make_report,
    spell_day,
)
from evidence.package.seal import Closed
from evidence.package.thumbnails import WIDTH, make_thumbnail
from evidence.package.verdicts import CaseVerdict
from evidence.records import Act, Capture, CaptureFile, Case, CaseDocument, CustodyEntry, ObjectRef
from evidence.signing.local_signer import LocalSigner
from evidence.signing.report_signatures import ReportSignature, sign_report
from evidence.signing.seal import load_key
from evidence.signing.timestamps import Token
from evidence.signing.trial_keys import PERSON_FILES, TRIAL_PASSWORD, make_test_keys

pytestmark = needs("pdftotext")

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
HOSTILE = (
    '<script>alert(1)</script> #eval("1") $x$ 😂 السلام \u202etxt.exe ' + "w" * 100_000,
    "Bansos cair! ꦗꦮ https://sosial.example/" + "a" * 3_000,
)


def picture(color: str = "white", size: tuple[int, int] = (600, 2_000)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, color).save(out, "PNG")
    return out.getvalue()


@dataclass(frozen=True)
class Made:
    """What a report is made of, and the bag it lies in."""

    matter: ReportMatter
    bag: Bag

    def report(self) -> bytes:
        return make_report(self.matter, bag=self.bag, zone="WIB", now=NOW)


def make_matter(folder: Path, *, captures: int = 2, custody: int = 3, sample: bool = True) -> Made:
    """A report's matter with hostile texts, pictures of which the second is none, and a verdict."""
    objects = Objects(folder / "objects")
    (folder / "isi").mkdir(parents=True)
    bag = Bag(folder / "isi", objects=objects)
    shots = [capture(number, objects, bag) for number in range(captures)]
    facts = [secured(number, bag, shots) for number in range(2)]
    case = Case(
        id="KASUS-2026-0001", title="Bansos 😂 palsu", purpose="Melindungi warga", state="open", held=True,
        sample=sample, opened_at=NOW, opened_by="budi", chain_salt="00" * 16, captures=tuple(shots),
        documents=tuple(
            CaseDocument(
                document=one.document, secured_at=NOW, secured_by="ani", snapshot=ObjectRef(sha256="0" * 64, size=1),
                raw=None, sample=sample,
            )
            for one in facts
        ),
    )  # fmt: skip
    law = LawPart(
        intro="Jalur: polisi.", warnings=("Pasal 263 KUHP belum ditinjau.",),
        answers=(LawAnswer(question="Karya jurnalistik?", answer="Tidak", reason="Bukan pers", basis="UU 40/1999"),),
    )  # fmt: skip
    matter = ReportMatter(
        case=case, number="KASUS-2026-0001/1/BA", organisation="Dinas Kominfo Tirtamaya", facts=facts,
        verdicts=[verdict(facts[0].document)], law=law, chain=chain(custody), limits=read_limits(),
    )  # fmt: skip
    return Made(matter=matter, bag=bag)


def capture(number: int, objects: Objects, bag: Bag) -> Capture:
    data = picture() if number != 1 else b"bukan gambar"
    kept = objects.put(data)
    bag.add_object(f"data/tangkapan/{number:020x}/layar.png", kept)
    return Capture(
        id=f"{number:020x}", url=f"https://sosial.example/{number}", final_url=f"https://sosial.example/{number}",
        at=NOW, status=200, title=None, files=(CaptureFile(name="layar.png", object=kept),),
        missing=("Video tidak ditangkap.",), document=f"{number:032x}" if number < 2 else None,
    )  # fmt: skip


def secured(number: int, bag: Bag, shots: list[Capture]) -> SecuredFacts:
    raw = bag.add(f"data/arsip/{number:032x}.warc.gz", f"arsip {number}")
    shot = [bag.members[f"data/tangkapan/{one.id}/layar.png"] for one in shots if one.document == f"{number:032x}"]
    return SecuredFacts(
        document=f"{number:032x}", kind="post", publisher="sosial.example", platform="mastodon", author=HOSTILE[0][:60],
        url=f"https://sosial.example/{'a' * 900}", title=None, text=HOSTILE[number], words="0" * 32, published_at=NOW,
        collected_at=NOW, secured_at=NOW, secured_by="ani", labels={}, files=(raw, *shot),
    )  # fmt: skip


def verdict(document: str) -> CaseVerdict:
    decisions = tuple(
        Decision(
            person=name, username=name, name=f"{name.title()} Santoso", round=1, decided_at=NOW, shown=True,
            status="false", kind="scam", reasons=f"Alasan {name}: {HOSTILE[1]}", references=("https://dinsos.example/1",),
            words="0" * 32,
        )
        for name in ("ani", "budi")
    )  # fmt: skip
    decided = Verdict(
        review=1, anchor=document, words="0" * 32, round=1, status="false", kind="scam", decided_at=NOW,
        decisions=decisions, outdated=True, outdated_reason="Kata-katanya berubah.",
    )  # fmt: skip
    return CaseVerdict(verdict=decided, documents=(document,), clarification_url=None)


def chain(length: int) -> list[CustodyEntry]:
    entries: list[CustodyEntry] = []
    acts: tuple[Act, ...] = ("opened", "secured", "viewed")
    for n in range(1, length + 1):
        line = make_line(
            n=n, at=NOW + timedelta(seconds=n), act=acts[n % 3], actor="budi", role="hukum", object=f"document:{n}",
            detail={}, previous=entries[-1].hash if entries else "0" * 64,
        )  # fmt: skip
        entries.append(read_line(line))
    return entries


def read_pages(pdf: bytes, folder: Path) -> list[str]:
    """What pdftotext reads on each page, each on one line."""
    file = folder / "dibaca.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True)
    return [" ".join(page.replace(BREAK, "").split()) for page in done.stdout.split("\f")[:-1]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make_matter(tmp_path_factory.mktemp("laporan"))


@pytest.fixture(scope="module")
def report(made: Made) -> bytes:
    return made.report()


@pytest.fixture(scope="module")
def signed(report: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[bytes]:
    """The report signed by two test persons."""
    folder = tmp_path_factory.mktemp("kunci")
    now = datetime.now(UTC)
    make_test_keys(folder, now=now)
    signers = [
        LocalSigner(key=load_key(folder / name, TRIAL_PASSWORD), role="penanda tangan uji", reason="Uji", place="Uji")
        for name in PERSON_FILES
    ]
    yield sign_report(report, signers=signers, sample=True, now=now)


def letter(made: Made) -> bytes:
    token = Token(authority="uji", response=b"", certificate_sha256="b" * 64, time=NOW, test=True)
    matter = LetterMatter(
        case=made.matter.case, number="KASUS-2026-0001/1/SP", organisation="Dinas Kominfo Tirtamaya",
        package="KASUS-2026-0001.zip", zip_sha256="c" * 64, size=4_568_781, warnings=("Perhatikan ini.",),
        closed=Closed(tagmanifest_sha512="d" * 128, seal_sha256="a" * 64, seal_name="Segel Uji", tokens=(token,)),
        signatures=(ReportSignature(name="Ani", certificate_sha256="e" * 64, test=True, stamped=False),),
        heads=(
            HeadToken(
                authority="lama", response=ObjectRef(sha256="0" * 64, size=1), certificate_sha256="f" * 64, time=NOW
            ),
        ),
    )  # fmt: skip
    return make_letter(matter, zone="WIB", now=NOW)


def test_the_report_says_what_was_secured_decided_and_asked(made: Made, report: bytes, tmp_path: Path) -> None:
    text = " ".join(read_pages(report, tmp_path))
    for file in made.bag.members.values():
        assert file.sha256 in text, file.path
    for words in (
        "BERITA ACARA PENGAMANAN BUKTI ELEKTRONIK", "KASUS-2026-0001/1/BA", "pukul 10.04 WIB", "Kata-katanya berubah.",
        "dua puluh dua November dua ribu dua puluh enam", "Ani Santoso", "Budi Santoso", "salah (penipuan)",
        "Berlaku atas: C.1",
        "Karya jurnalistik?", "Bukan pers", "UU 40/1999", "Pasal 263 KUHP belum ditinjau.", "Video tidak ditangkap.",
        "gambar tidak terbaca", "Yang tidak ditunjukkannya", "Niat seseorang", made.matter.chain[-1].hash,
        "https://dinsos.example/1", "[dipotong; seluruhnya di data/dokumen.jsonl]",
    ):  # fmt: skip
        assert words in text, words


def test_a_script_in_a_post_is_its_text_and_what_cannot_be_shown_is_named(report: bytes, tmp_path: Path) -> None:
    text = " ".join(read_pages(report, tmp_path))
    assert '<script>alert(1)</script> #eval("1") $x$ [U+1F602]' in text
    assert "[U+202E]txt.exe" in text and "[U+A997 U+A9AE]" in text


def test_the_same_case_gives_the_same_report(made: Made, report: bytes) -> None:
    assert made.report() == report


def test_sample_reports_are_marked_on_every_page_and_real_ones_nowhere(report: bytes, tmp_path: Path) -> None:
    assert all("DATA CONTOH" in page for page in read_pages(report, tmp_path))
    real = make_matter(tmp_path / "nyata", sample=False).report()
    assert not any("DATA CONTOH" in page for page in read_pages(real, tmp_path))


def test_what_the_report_leaves_out_it_says(tmp_path: Path) -> None:
    lines, pictures = MOST_CUSTODY_LINES + 7, MOST_PICTURES + 3
    text = " ".join(read_pages(make_matter(tmp_path / "banyak", captures=pictures, custody=lines).report(), tmp_path))
    assert "7 baris pertama tidak dicetak di sini." in text
    assert "3 gambar layar lain tidak dicetak di sini; semuanya ada di paket." in text
    assert "Tangkapan tanpa dokumen" in text


def test_the_cover_letter_has_every_number_a_checker_needs(made: Made, tmp_path: Path) -> None:
    text = " ".join(read_pages(letter(made), tmp_path))
    for part in ("a" * 64, "b" * 64, "c" * 64, "d" * 64, "e" * 64, "4.568.781 byte", "terpisah dari paketnya"):
        assert part in text, part
    assert text.count("d" * 64) == 2
    assert f"--segel {'a' * 64} \\ --waktu {'b' * 64} \\ --waktu {'f' * 64} \\ --penanda-tangan {'e' * 64}" in text
    assert "Cap waktu harian lama" in text


@needs("java", "pdfsig")
def test_signed_report_and_letter_are_pdf_a_for_verapdf_and_the_signatures_hold_for_pdfsig(
    made: Made, report: bytes, signed: bytes, tmp_path: Path, shared: Path
) -> None:
    (tmp_path / "ditandatangani.pdf").write_bytes(signed)
    (tmp_path / "surat.pdf").write_bytes(letter(made))
    # Only the quick compiler and collector: two files are read before the thorough ones would pay.
    java = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", str(shared / "tools" / "verapdf.jar")]
    words = ["org.verapdf.apps.GreenfieldCliWrapper", "--flavour", "2b", "--format", "text", *tmp_path.glob("*.pdf")]
    judged = subprocess.run([*java, *words], capture_output=True, text=True, check=False)
    assert [line.split()[0] for line in judged.stdout.splitlines()] == ["PASS"] * 2, judged.stdout + judged.stderr
    told = subprocess.run(["pdfsig", str(tmp_path / "ditandatangani.pdf")], capture_output=True, text=True, check=False)
    assert told.stdout.count("Signature is Valid.") == 2
    assert signed.startswith(report)


def test_a_picture_is_cut_to_its_top_and_what_is_none_or_too_large_is_not_drawn() -> None:
    small = make_thumbnail(BytesIO(picture("red")))
    assert small is not None
    with Image.open(BytesIO(small)) as seen:
        assert seen.size == (WIDTH, round(WIDTH * 1.3)) and seen.format == "JPEG"
    assert make_thumbnail(BytesIO(b"GIF89a")) is None
    assert make_thumbnail(BytesIO(picture()[:200])) is None
    bomb = bytearray(picture(size=(1, 1)))
    bomb[16:24] = (50_000).to_bytes(4, "big") * 2
    assert make_thumbnail(BytesIO(bytes(bomb))) is None


def test_the_day_is_spelled_in_the_offices_zone() -> None:
    late = datetime(2026, 12, 31, 18, 0, tzinfo=UTC)
    assert spell_day(late, zone="WIB") == "satu Januari dua ribu dua puluh tujuh"
    assert spell_day(late - timedelta(hours=2), zone="WIB") == "tiga puluh satu Desember dua ribu dua puluh enam"
