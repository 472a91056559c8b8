"""Fact-checks: verdict and claim apart from the words, as the newsrooms of CekFakta and MAFINDO write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.factchecks import add_review, map_verdict, split_factcheck, split_title

TURNBACKHOAX = """Hasil periksa fakta Ani Wulandari (Relawan Randu).
Akun itu mencatut nama dinas sosial.
=====
[KATEGORI]: Konten Tiruan
=====
[SUMBER]: WhatsApp
=====
[NARASI]: “Klik tautan ini untuk bansos Rp900 ribu”
=====
[PENJELASAN]:
Dinas sosial menyalurkan bantuan lewat kantor pos.
=====
Referensi:
https://dinsos.test/bantuan"""


@pytest.mark.parametrize(
    ("title", "rest", "verdict", "rating"),
    [
        ("[SALAH] Bansos lewat tautan", "Bansos lewat tautan", "SALAH", "false"),
        ("[HOAKS] Bansos lewat tautan", "Bansos lewat tautan", "HOAKS", "false"),
        ("(HOAX) Bansos lewat tautan", "Bansos lewat tautan", "HOAX", "false"),
        ("[BERITA/HOAX]: Bansos", "Bansos", "BERITA/HOAX", "false"),
        ("[PENIPUAN] Lowongan kerja PDAM", "Lowongan kerja PDAM", "PENIPUAN", "false"),
        ("[DISINFORMASI] Foto banjir Randu", "Foto banjir Randu", "DISINFORMASI", "false"),
        ("[KLARIFIKASI] Jadwal pemadaman", "Jadwal pemadaman", "KLARIFIKASI", None),
        ("[BENAR] Sekolah libur Senin", "Sekolah libur Senin", "BENAR", "true"),
        ("[SATIRE] Wali kota jadi astronot", "Wali kota jadi astronot", "SATIRE", "satire"),
        ("Cek Fakta: Tidak Benar Warga Randu Mengungsi", "Warga Randu Mengungsi", "Tidak Benar", "false"),
        ("Cek Fakta: Hoaks Bansos Rp900 Ribu", "Bansos Rp900 Ribu", "Hoaks", "false"),
        ("CEK FAKTA: [HOAKS] Bansos", "Bansos", "HOAKS", "false"),
        ("Hoaks! Gempa susulan magnitudo 9", "Gempa susulan magnitudo 9", "Hoaks", "false"),
        ("Keliru, Klaim tentang vaksin", "Klaim tentang vaksin", "Keliru", "false"),
        ("Sebagian Benar, Klaim kenaikan pajak", "Klaim kenaikan pajak", "Sebagian Benar", "misleading"),
        ("Menyesatkan, Video banjir lama", "Video banjir lama", "Menyesatkan", "misleading"),
        ("Belum Terbukti: Air sumur beracun", "Air sumur beracun", "Belum Terbukti", "unproven"),
        ("[Fakta atau Hoaks] Benarkah air sumur beracun?", "Benarkah air sumur beracun?", None, None),
        ("Cek Fakta: Benarkah air sumur beracun?", "Benarkah air sumur beracun?", None, None),
        ("Salah Satu Warga Randu Mengungsi", "Salah Satu Warga Randu Mengungsi", None, None),
        ("Benar-benar Terjadi di Randu", "Benar-benar Terjadi di Randu", None, None),
        ("Fakta Baru Jembatan Randu", "Fakta Baru Jembatan Randu", None, None),
        ("Hoaks Meningkat Jelang Pilkada", "Hoaks Meningkat Jelang Pilkada", None, None),
        ("", None, None, None),
        (None, None, None, None),
    ],
)
def test_the_verdict_before_a_headline_is_parted_from_it(
    title: str | None, rest: str | None, verdict: str | None, rating: str | None
) -> None:
    assert split_title(title) == (rest, verdict)
    facts = split_factcheck(title, "Penjelasan dari dinas terkait.")[1]
    assert (facts.get("verdict"), facts.get("rating")) == (verdict, rating)
    assert facts.get("claim") == (rest if verdict else None)


def test_a_turnbackhoax_page_gives_claim_category_and_verdict_and_its_words_without_them() -> None:
    text, facts = split_factcheck("[SALAH] Bansos Rp900 Ribu Lewat Tautan", TURNBACKHOAX)
    assert facts == {
        "claim": "Klik tautan ini untuk bansos Rp900 ribu", "category": "Konten Tiruan", "verdict": "SALAH",
        "rating": "false",
    }  # fmt: skip
    assert text.split("\n") == [
        "Akun itu mencatut nama dinas sosial.",
        "WhatsApp",
        "“Klik tautan ini untuk bansos Rp900 ribu”",
        "Dinas sosial menyalurkan bantuan lewat kantor pos.",
        "https://dinsos.test/bantuan",
    ]


def test_a_conclusion_judges_where_the_headline_does_not() -> None:
    text, facts = split_factcheck(
        "Cek Fakta: Benarkah Warga Randu Mengungsi?",
        "Klaim:\nSeluruh warga Randu mengungsi.\nPenelusuran Fakta\nHanya dua RT yang mengungsi.\n"
        "Kesimpulan\nKabar seluruh warga Randu mengungsi adalah informasi yang menyesatkan.",
    )
    assert (facts["verdict"], facts["rating"]) == ("menyesatkan", "misleading")
    assert facts["claim"] == "Seluruh warga Randu mengungsi."
    assert text == "Seluruh warga Randu mengungsi.\nHanya dua RT yang mengungsi."


def test_a_verdict_in_the_text_alone_is_found_and_taken_out() -> None:
    text, facts = split_factcheck(None, "[HOAKS] Air sumur Randu beracun.\nStatus: Salah\nDinas kesehatan menguji air.")
    assert text == "Air sumur Randu beracun.\nDinas kesehatan menguji air."
    assert (facts["verdict"], facts["rating"]) == ("Salah", "false")


def test_a_check_that_is_only_its_verdict_keeps_its_words() -> None:
    text, facts = split_factcheck(None, "Kesimpulan: kabar itu adalah hoaks.")
    assert text == "Kesimpulan: kabar itu adalah hoaks." and facts["rating"] == "false"


def test_a_claim_review_counts_before_the_words_and_keeps_the_checkers_own_word() -> None:
    review = {"claim": "Bansos lewat tautan", "verdict": "Sebagian salah", "claimant": "Akun anonim"}
    facts = add_review(split_factcheck("[SALAH] Bansos", "Dinas sosial membantah.")[1], review)
    assert facts == {**review, "rating": "misleading"}


def test_a_verdict_nobody_knows_is_kept_without_a_rating() -> None:
    assert add_review(split_factcheck(None, "Teks.")[1], {"verdict": "3"}) == {"verdict": "3"}


@pytest.mark.parametrize(
    ("word", "rating"),
    [
        ("SALAH", "false"), ("Tidak Benar", "false"), ("tidak sepenuhnya benar", "misleading"), ("Hoax!", "false"),
        ("Konteks yang salah", "misleading"), ("Missing context", "misleading"), ("Mostly Satire", "satire"),
        ("Benar", "true"), ("False", "false"), ("Unproven", "unproven"), ("Konten Palsu", "false"), ("3", None),
        ("Klarifikasi", None), ("", None), ("Salahudin", None),
    ],
)  # fmt: skip
def test_a_checkers_word_is_mapped_only_where_it_is_known(word: str, rating: str | None) -> None:
    assert map_verdict(word) == rating


@settings(max_examples=200, deadline=None)
@given(
    st.none() | st.text(max_size=80),
    st.lists(st.sampled_from(TURNBACKHOAX.split("\n")) | st.text(max_size=40), max_size=12),
)
def test_any_words_are_parted_and_none_are_lost_whole(title: str | None, lines: list[str]) -> None:
    text = "\n".join(lines)
    rest, facts = split_factcheck(title, text)
    assert bool(rest.strip()) == bool(text.strip()) and all(facts.values())
    assert set(facts) <= {"claim", "verdict", "rating", "category", "conclusion"}


def test_long_lines_of_blanks_and_brackets_are_read_at_once() -> None:
    for text in ("[" * 100_000, "[salah" + " " * 100_000, "[salah " * 20_000, "adalah yang " * 20_000, "* " * 50_000):
        split_factcheck(text, text)
