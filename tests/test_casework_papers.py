"""Papers are PDF/A-2b, the same bytes for the same input, and print any text without changing what it says."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import needs

from casework.paper_text import BREAK, GLYPHS, LONG_WORD, cut_text, make_printable, print_values, spell_number
from casework.papers import make_pdf
from kentongan.errors import KentonganError

pytestmark = needs("pdftotext")

NOW = datetime(2026, 11, 22, 3, 4, tzinfo=UTC)
EVERY_GLYPH = [chr(code) for first, last in GLYPHS for code in range(first, last + 1)]


def letter(**more: object) -> dict[str, object]:
    """Values of the cover letter, which holds texts of every kind."""
    return {
        "title": "Surat", "number": "KASUS-2026-0001/1/SP", "organisation": "Dinas Kominfo Tirtamaya", "sample": False,
        "attached": "1 (satu) paket", "subject": "Penyampaian", "date": "22 November 2026", "recipient": "Kapolres",
        "case_id": "KASUS-2026-0001", "case_title": "Bansos", "contents": "3 dokumen", "digests": [], "anchors": [],
        "command": ["python3 verifikasi.py"], "after_command": "Selesai.", "warnings": [], "sign_head": "Atas nama",
        **more,
    }  # fmt: skip


def text_of(pdf: bytes, tmp_path: Path) -> str:
    """What pdftotext reads in a PDF, on one line."""
    file = tmp_path / "surat.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True)
    return " ".join(done.stdout.replace(BREAK, "").split())


def test_the_same_paper_is_the_same_bytes_and_another_day_is_not() -> None:
    one = make_pdf("surat-pengantar", letter(), now=NOW)
    assert one == make_pdf("surat-pengantar", letter(), now=NOW)
    assert one != make_pdf("surat-pengantar", letter(date="23 November 2026"), now=NOW)


def test_every_character_that_is_let_through_has_a_glyph_in_every_style() -> None:
    marked = letter(warnings=[" ".join(EVERY_GLYPH)], subject=" ".join(EVERY_GLYPH), case_id=" ".join(EVERY_GLYPH))
    assert make_printable("".join(EVERY_GLYPH)).replace(BREAK, "") == "".join(
        make_printable(character) for character in EVERY_GLYPH
    )
    assert make_pdf("surat-pengantar", marked, now=NOW).startswith(b"%PDF-1.7")


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("lucu 😂 sekali", "lucu [U+1F602] sekali"),
        ("السلام", "[U+0627 U+0644 U+0633 U+0644 U+0627 U+0645]"),
        ("ꦗꦮ", "[U+A997 U+A9AE]"),
        ("aman\u202etxt.exe", "aman[U+202E]txt.exe"),
        ("a\u200bb\x00c", "a[U+200B]b[U+0000]c"),
        ("e\u0301", "é"),
        ("baris\r\nlain\tkolom", "baris\nlain kolom"),
        ("\ud800", "[U+D800]"),
    ],
)
def test_what_has_no_glyph_or_is_not_seen_becomes_a_note(text: str, printed: str) -> None:
    assert make_printable(text).replace(BREAK, "") == printed


def test_words_of_a_post_are_words_whatever_they_look_like(tmp_path: Path) -> None:
    hostile = '<script>alert(1)</script> #eval("1") $x$ *tebal* \\ #import "/etc/passwd" [tautan](javascript:1)'
    read = text_of(make_pdf("surat-pengantar", letter(case_title=hostile), now=NOW), tmp_path)
    assert hostile in read


def test_a_word_of_100_000_letters_is_broken_and_nothing_of_it_is_lost(tmp_path: Path) -> None:
    read = text_of(make_pdf("surat-pengantar", letter(warnings=["w" * 100_000]), now=NOW), tmp_path)
    assert read.count("w") >= 100_000


def test_a_digest_can_be_copied_as_it_stands(tmp_path: Path) -> None:
    digest = "0123456789abcdef" * 4
    values = letter(digests=[{"what": "SHA-256", "parts": [digest]}])
    assert digest in text_of(make_pdf("surat-pengantar", values, now=NOW), tmp_path)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_printed_text_has_only_glyphs_and_no_long_unbroken_word(text: str) -> None:
    printed = make_printable(text)
    assert set(printed) <= {*EVERY_GLYPH, "\n", BREAK}
    assert max((len(word) for part in printed.split() for word in part.split(BREAK)), default=0) <= LONG_WORD


def test_sample_papers_are_marked_on_every_page(tmp_path: Path) -> None:
    values = letter(sample=True, warnings=["kata " * 3000])
    (tmp_path / "surat.pdf").write_bytes(make_pdf("surat-pengantar", values, now=NOW))
    pages = subprocess.run(
        ["pdftotext", str(tmp_path / "surat.pdf"), "-"], capture_output=True, text=True, check=True
    ).stdout.split("\f")[:-1]
    assert len(pages) > 1
    assert all("DATA CONTOH" in page for page in pages)
    assert "DATA CONTOH" not in text_of(make_pdf("surat-pengantar", letter(), now=NOW), tmp_path)


def test_unknown_templates_and_unreadable_pictures_are_refused() -> None:
    with pytest.raises(KentonganError, match="templat"):
        make_pdf("../papers", {}, now=NOW)
    with pytest.raises(ValueError, match="zone"):
        make_pdf("surat-pengantar", letter(), now=NOW.replace(tzinfo=None))


def test_values_are_printed_however_deep_they_lie() -> None:
    assert print_values({"a": [{"b": "😂"}], "c": 1, "d": None}) == {"a": [{"b": "[U+1F602]"}], "c": 1, "d": None}
    assert cut_text("abc", most=3, rest="[lanjut]") == "abc"
    assert cut_text("abcd", most=3, rest="[lanjut]") == "abc … [lanjut]"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "nol"), (9, "sembilan"), (10, "sepuluh"), (11, "sebelas"), (12, "dua belas"), (20, "dua puluh"),
        (31, "tiga puluh satu"), (100, "seratus"), (111, "seratus sebelas"),
        (999, "sembilan ratus sembilan puluh sembilan"),
        (1000, "seribu"), (1945, "seribu sembilan ratus empat puluh lima"), (2026, "dua ribu dua puluh enam"),
    ],
)  # fmt: skip
def test_numbers_are_spelled_as_official_records_spell_them(number: int, words: str) -> None:
    assert spell_number(number) == words
