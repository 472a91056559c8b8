"""Claims without the checker, both sides in one form, drawn alike by period and length. All sentences are invented."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.data import BadData, Row
from models.hoax_data import (
    keep_usable,
    load_claims,
    load_headlines,
    make_row,
    mask_words,
    match_rows,
    period_of,
    set_keywords,
    word_bin,
)
from models.hoax_text import is_foreign, level_text, says_checker, strip_checker, strip_headline

CLAIM = "Air laut naik tiga meter dan menenggelamkan pasar Sukamaju malam ini"


@pytest.mark.parametrize(
    "reported",
    [
        f"[SALAH] {CLAIM}",
        f"(HOAKS) {CLAIM}",
        f"Akun Facebook Warga Contoh (https://contoh.id/x) mengunggah video dengan narasi: {CLAIM}",
        f"Beredar pesan berantai WhatsApp berisi peringatan. Berikut narasinya: {CLAIM}",
        f"Beredar sebuah video di TikTok yang bertuliskan “{CLAIM}”",
        f"NARASI: {CLAIM}",
        f"“{CLAIM}” ===== PENJELASAN: Setelah diperiksa, videonya diambil di tempat lain.",
        f"{CLAIM} Penjelasan : laut tidak naik.",
        f"“{CLAIM}” (di post)",
        f"{CLAIM} = = = = Referensi: contoh.id",
    ],
)
def test_the_claim_alone_is_left(reported: str) -> None:
    assert level_text(strip_checker(reported)) == CLAIM


def test_a_report_that_quotes_nothing_is_left_out() -> None:
    assert strip_checker("Beredar sebuah foto yang memperlihatkan banjir di kota Contoh.") == ""


def test_a_headline_is_cut_to_its_claim_or_left_out() -> None:
    assert strip_headline("Video Pasar Sukamaju Tenggelam Malam Ini") == "Pasar Sukamaju Tenggelam Malam Ini"
    assert strip_headline("BMKG Bantah Pasar Sukamaju Tenggelam") == ""
    assert strip_headline("Klarifikasi Wali Kota Terkait Pasar Sukamaju") == ""


def test_links_mentions_emoji_and_quotation_marks_do_not_tell_the_sides_apart() -> None:
    tweet = "@user RT jembatan   rusak &amp; gelap https://t.co/abc 😭 #tolong…"
    quote = "“jembatan rusak & gelap” tolong :sob: contoh-situs.biz.id @warga_contoh"
    assert level_text(tweet) == "jembatan rusak & gelap tolong"
    assert level_text(quote) == "jembatan rusak & gelap tolong"


@given(st.text(max_size=400))
def test_levelling_is_bounded_and_leaves_no_mention_or_line(text: str) -> None:
    levelled = level_text(text)
    assert len(levelled) <= 280
    assert "\n" not in levelled
    assert "“" not in levelled


def test_a_text_that_still_speaks_as_a_checker_is_found() -> None:
    assert says_checker("ternyata itu hoaks belaka")
    assert says_checker("faktanya jembatan itu utuh")
    assert not says_checker(CLAIM)


def test_english_claims_are_left_out() -> None:
    assert is_foreign("This is the bridge that was destroyed by the flood")
    assert not is_foreign(CLAIM)


def test_rows_that_are_short_old_or_foreign_are_not_used() -> None:
    rows = [
        make_row(CLAIM, "hoax", "claims/a", "2020-01-01"),
        make_row("Terlalu pendek ini", "hoax", "claims/a", "2020-01-01"),
        make_row(CLAIM, "hoax", "claims/a", "2014-01-01"),
        make_row(CLAIM, "hoax", "claims/a", ""),
        make_row("this is the end of the road for that bridge", "hoax", "claims/a", "2020-01-01"),
    ]
    assert keep_usable(rows) == rows[:1]


def write_claims(data: Path, lines: list[dict[str, object]]) -> None:
    (data / "hoax").mkdir()
    path = data / "hoax" / "factchecks_2015_2024.jsonl.gz"
    path.write_bytes(gzip.compress("".join(json.dumps(line) + "\n" for line in lines).encode()))


def test_clarifications_and_a_checkers_titles_are_not_claims(tmp_path: Path) -> None:
    common = {"date": "2023-02-03", "dataset": "a"}
    write_claims(
        tmp_path,
        [
            {**common, "title": "Laut Naik", "claim": CLAIM, "label": "SALAH"},
            {**common, "title": CLAIM, "claim": CLAIM, "label": "SALAH"},
            {**common, "title": "x", "claim": CLAIM, "label": "BUKAN_HOAX"},
        ],
    )
    rows = load_claims(tmp_path)
    assert [(row.text, row.date, row.source, row.labels) for row in rows] == [
        (CLAIM, "2023-02-03", "claims/a", frozenset({"hoax"}))
    ]


def test_an_unknown_verdict_is_refused_by_name(tmp_path: Path) -> None:
    write_claims(tmp_path, [{"title": "x", "claim": CLAIM, "label": "RAGU", "dataset": "a", "date": None}])
    with pytest.raises(BadData, match="RAGU"):
        load_claims(tmp_path)


def test_true_headlines_are_the_other_side(tmp_path: Path) -> None:
    (tmp_path / "hoax").mkdir()
    lines = [
        {"title": "Pasar Sukamaju Pindah ke Gedung Baru", "label": "BENAR", "date": "2018-05-01"},
        {"title": "Foto Pasar Sukamaju Tenggelam Malam Ini", "label": "SALAH", "date": "2018-05-02"},
        {"title": "Penjelasan Dinas soal Pasar Sukamaju", "label": "BENAR", "date": "2018-05-02"},
        {"title": "Pasar Sukamaju Siap Dipakai Warga Besok", "label": "KLARIFIKASI", "date": "2018-05-02"},
    ]
    path = tmp_path / "hoax" / "headlines_2015_2021.jsonl.gz"
    path.write_bytes(gzip.compress("".join(json.dumps(line) + "\n" for line in lines).encode()))
    assert [(sorted(row.labels), row.form) for row in load_headlines(tmp_path)] == [
        (["lain"], "short"),
        (["hoax"], "short"),
    ]


def made(label: str, source: str, date: str, number: int, words: int) -> Row:
    return make_row(" ".join(f"{label}{number}k{place}" for place in range(words)), label, source, date)


def test_both_sides_are_drawn_alike_by_period_and_length() -> None:
    rng = np.random.default_rng(1)
    claims = [made("hoax", "claims/a", f"2024-{1 + n % 12:02d}-05", n, 5 + n % 20) for n in range(120)]
    claims += [made("hoax", "claims/a", "2017-01-05", n, 8) for n in range(20)]
    posts = [made("lain", "posts/b", "2024-11-05", n, 5 + n % 20) for n in range(60)]
    drawn = match_rows(claims, posts, rng)
    counts: dict[tuple[str, int], list[int]] = {}
    for row in drawn:
        cell = counts.setdefault((period_of(row.date), word_bin(row.text)), [0, 0])
        cell["lain" in row.labels] += 1
    assert drawn and all(left == right for left, right in counts.values())
    assert not any(row.date.startswith("2017") for row in drawn)


def test_claims_of_the_posts_own_month_go_first() -> None:
    claims = [made("hoax", "claims/a", f"2024-{1 + n % 12:02d}-05", n, 8) for n in range(60)]
    posts = [made("lain", "posts/b", "2024-11-05", n, 8) for n in range(4)]
    drawn = match_rows(claims, posts, np.random.default_rng(1))
    assert {row.date[:7] for row in drawn} == {"2024-11"}


def test_a_collections_search_word_is_masked_on_both_sides() -> None:
    posts = [make_row(f"soal pajakbaru ini warga{n} bicara lagi", "lain", "posts/b", "2024-11-05") for n in range(40)]
    others = [make_row(f"warga{n} menunggu jembatan baru selesai", "lain", "posts/c", "2024-11-05") for n in range(40)]
    claim = make_row("pajakbaru membuat seratus toko tutup serentak", "hoax", "claims/a", "2024-11-05")
    words = set_keywords([*posts, *others, claim])
    assert "pajakbaru" in words
    assert mask_words([claim], words)[0].text == "membuat seratus toko tutup serentak"
