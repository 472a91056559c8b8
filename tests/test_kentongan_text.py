"""Indonesian text: what becomes a token, what informal words mean, and the laws both stores rely on."""

from __future__ import annotations

import random
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import kentongan.text
from kentongan.slang import is_reduplication, load_vocabulary
from kentongan.text import (
    clean,
    fingerprint,
    hashtags,
    links,
    mentions,
    normalise,
    normalised_tokens,
    token_spans,
    tokens,
)

TABLE = Path(kentongan.text.__file__).parent / "data" / "slang.tsv"

AWKWARD = [
    "https://", "www.", "@", "#", "_", "-", "'", "’", ".", ",", "/", ":", "rp", "Rp5", "2", "2nya", "\ufe0f", "\u200d",
    "\u20e3", "😀", "👩", "❤", "🅰", "🅱", "🇮", "🇩", "👍", "🏽", "\u0301", "İ", "ß", "Σ", "ﬁ", "𝗕", "Ａ", "²", "½",
    "\ud83d", "\ude00", "\0", "\r\n", "\u2028", " ", "\xa0", "com", "bit.ly/a", "x.id", "ha", "wk", "a", "n", "g", "kk",
    "é", "\u0643\u064b", "ꦲ꧀", "中", "\u1100\u1161", "न\u093f", "…", "ⅷ", "①", "Ⓐ", "ᴀ", "ʼ", "‐",
]  # fmt: skip

awkward_text = st.lists(
    st.one_of(st.sampled_from(AWKWARD), st.sampled_from(sorted(load_vocabulary().forms)), st.characters()), max_size=12
).map("".join)


def assert_laws(text: str) -> None:
    cleaned, found, normal = clean(text), tokens(text), normalise(text)
    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    cleaned.encode("utf-8")
    assert tokens(" ".join(found)) == found
    assert all(token.split() == [token] and len(token) <= 100 and token == token.lower() for token in found)
    assert normalise(normal) == normal
    assert tokens(normal) == normal.split()
    assert normalised_tokens(text) == normal.split()
    assert [token for token, _, _ in token_spans(text)] == found
    assert fingerprint(normal) == fingerprint(text)


@settings(deadline=None, max_examples=200)
@given(awkward_text)
@example("\U0001f170\u200b\U0001f171")
@example("İstanbul @İ bit.ly/İ")
def test_the_laws_hold_for_any_text(text: str) -> None:
    assert_laws(text)


def test_the_laws_hold_for_every_form_of_the_table_however_it_is_bent() -> None:
    forms = sorted(load_vocabulary().forms)
    for form in random.Random(3).sample(forms, 150):
        for bent in (form, f"{form}nya", f"{form}2", f"{form}2nya", f"{form}-{form}an", form + form[-1] * 3):
            assert_laws(bent)


@pytest.mark.long
def test_the_laws_hold_for_every_character_and_every_form() -> None:
    for form in load_vocabulary().known:
        for bent in (form, f"{form}nya", f"{form}lah", f"{form}2", f"{form}2nya", f"{form}-{form}an", f"{form}xxx"):
            assert_laws(bent)
    for code in range(0x110000):
        if unicodedata.category(chr(code)) != "Cn":
            assert_laws(f"{chr(code)} a{chr(code)}b {chr(code)}{chr(code)}2")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jum'at, jum’at JUM`AT!", ["jum'at"] * 3),
        ("Harga naik 1.284 jadi Rp50.000,- (10,5%)", ["harga", "naik", "1.284", "jadi", "rp", "50.000", "10,5"]),
        ("pukul 07.42 WIB, 12/11/2026", ["pukul", "07.42", "wib", "12/11/2026"]),
        (
            "anak2 undang-undang sayur-mayur tolong-menolong",
            ["anak2", "undang-undang", "sayur-mayur", "tolong-menolong"],
        ),
        ("covid-19, Jawa-Bali se-Indonesia", ["covid-19", "jawa", "bali", "se", "indonesia"]),
        ("jalan² 2x 5G H2O RT 03/05", ["jalan2", "2x", "5g", "h2o", "rt", "03/05"]),
        ("_miring_ *tebal* ~coret~", ["miring", "tebal", "coret"]),
        ("lihat https://x.go.id/A?b=1, (www.tes.com).", ["lihat", "https://x.go.id/a?b=1", "www.tes.com"]),
        ("daftar di bit.ly/Bansos atau kominfo.go.id", ["daftar", "di", "bit.ly/bansos", "atau", "kominfo.go.id"]),
        ("kemarin.Warga lapor", ["kemarin", "warga", "lapor"]),
        ("@pemkot.smg @user@mastodon.social nama@dinas", ["@pemkot.smg", "@user@mastodon.social", "nama", "dinas"]),
        ("#Banjir#Semarang_2026 #1", ["#banjir", "#semarang_2026", "1"]),
        ("👍🏽👩‍❤️‍👨 ❤️1️⃣🇮🇩", ["👍🏽", "👩\u200d❤\u200d👨", "❤", "1\u20e3", "🇮🇩"]),
        ("𝗕𝗮𝗻𝘀𝗼𝘀 ＢＡＮＳＯＳ 🅱🅰🅽🆂🅾🆂 ⓑⓐⓝⓢⓞⓢ ʙᴀɴꜱᴏꜱ", ["bansos"] * 5),
        ("ban\u200bjir ban\u00adjir ban\0jir", ["banjir"] * 3),
        ("ꦲꦏ꧀ꦱꦫ", ["ꦲꦏ꧀ꦱꦫ"]),
        ("", []),
        ("?!… — \ud83d", []),
    ],
)
def test_text_is_cut_into_the_tokens_a_reader_sees(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bangetttt bangett siiiiap iyaaa sihh", "banget banget siap ya sih"),
        ("saaat maaaf tinggggi minggu keenam masalla perayaaan", "saat maaf tinggi minggu keenam masalla perayaan"),
        ("whatsapp Swiss Johann coffee PMII PPPK XXIII", "whatsapp swiss johann coffee pmii pppk xxiii"),
        ("1000000 aaa111 hmmmmm", "1000000 aaa111 hmm"),
        ("hahahaha wkwkwkwk awkwkwk hehehe", "haha wkwk wkwk hehe"),
        ("anak2 temen2nya jalan² mudah2an", "anak-anak teman-temannya jalan-jalan mudah-mudahan"),
        ("berhari2 mencari2 memanggil2 berita2", "berhari-hari mencari-cari memanggil-manggil berita-berita"),
        ("tergesa2 sehari2 sebaik2nya dimana2", "tergesa-gesa sehari-hari sebaik-baiknya di mana-mana"),
        ("temen-temennya nanya-nanya kos-kosan", "teman-temannya bertanya-tanya kos-kosan"),
        ("ke2 ke-3 2x 5G h2o co2 km2 covid19", "kedua ketiga 2x 5g h2o co2 km2 covid-19"),
        ("yg gak ga gk nggak kagak tdk dgn utk krn", "yang tidak tidak tidak tidak tidak tidak dengan untuk karena"),
        (
            "sdh udh udah blm jgn bsk kmrn skrg tlg trs",
            "sudah sudah sudah belum jangan besok kemarin sekarang tolong terus",
        ),
        ("tp klo kalo gmn knp dmn org bpk", "tapi kalau kalau bagaimana kenapa di mana orang bapak"),
        ("jl. Melati kec. X kab. Y rt 1 rw 2", "jalan melati kecamatan x kabupaten y rt 1 rw 2"),
        ("mksh makasih thx dll yth mhn hp", "terima kasih " * 3 + "dan lain-lain yang terhormat mohon ponsel"),
        ("duit gede kayak emang emangnya", "uang besar seperti memang memangnya"),
        ("ngerjain nyari nungguin dibenerin", "mengerjakan mencari menunggu diperbaiki"),
        ("nggak papa, gpp, tiba tiba", "tidak apa-apa tidak apa-apa tiba-tiba"),
        ("jum'at ma'af do'a Qur’an", "jumat maaf doa quran"),
        ("pemkot pemprov pemkab PUPR BPBD", "pemkot pemprov pemkab pupr bpbd"),
        ("dia sama ama ora kanggo teu indak PNS PCR 5 km", "dia sama ama ora kanggo teu indak pns pcr 5 km"),
        ("@gak #gak https://gak.id 😀", "@gak #gak https://gak.id 😀"),
    ],
)
def test_informal_words_get_their_normal_form(text: str, expected: str) -> None:
    assert normalise(text) == expected.strip()


def test_the_slang_table_is_sorted_unique_and_never_chains() -> None:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "form\tnormal"
    rows = [line.split("\t") for line in lines[1:]]
    forms = [form for form, _ in rows]
    assert len(forms) >= 900
    assert forms == sorted(set(forms))
    known = set(forms)
    for form, normal in rows:
        assert form == form.lower().strip()
        assert tokens(normal) == normal.split(), form
        assert form != normal
        assert not known.intersection(normal.split()), f"{form} leads to {normal}, which leads on"
        assert normalise(form) == normal
        assert normalise(normal) == normal


def test_joining_a_pair_never_makes_another_pair() -> None:
    pairs = load_vocabulary().pairs
    ends = {second for _, second in pairs}
    assert not {normal[0] for (first, _), normal in pairs.items() if normal[0] != first} & ends


@pytest.mark.parametrize(
    ("first", "second", "one_word"),
    [
        ("undang", "undang", True),
        ("anak", "anaknya", True),
        ("bolak", "balik", True),
        ("lauk", "pauk", True),
        ("karang", "mengarang", True),
        ("berlari", "larian", True),
        ("covid", "19", True),
        ("semarang", "magelang", False),
        ("anti", "korupsi", False),
        ("tarik", "ulur", False),
    ],
)
def test_a_hyphen_joins_only_doubled_words(first: str, second: str, one_word: bool) -> None:
    assert is_reduplication(first, second) is one_word


def test_clean_keeps_paragraphs_and_folds_blanks() -> None:
    assert clean(" satu\t\xa0 dua \r\n\r\n\u2028 tiga\x07 ") == "satu dua\ntiga"
    assert clean("a\ufeff\u202eb e\u0301 \ud83d\ude00 \ud800") == "ab é 😀 \ufffd"
    assert clean("❤️ 👨‍👩‍👧") == "❤️ 👨‍👩‍👧"


def test_highlights_point_at_the_cleaned_text() -> None:
    text = "  Jum’at\u200b banjir DI\tJawa-Bali 👍🏽"
    cleaned = clean(text)
    assert [(token, cleaned[start:end]) for token, start, end in token_spans(text)] == [
        ("jum'at", "Jum’at"),
        ("banjir", "banjir"),
        ("di", "DI"),
        ("jawa", "Jawa-Bali"),
        ("bali", "Jawa-Bali"),
        ("👍🏽", "👍🏽"),
    ]


def test_hashtags_mentions_and_links_come_once_and_in_order() -> None:
    text = "#Banjir di #SMG @Pemkot @user@mastodon.social #banjir https://t.co/AbC bit.ly/X https://t.co/AbC #️⃣"
    assert hashtags(text) == ("banjir", "smg")
    assert mentions(text) == ("pemkot", "user@mastodon.social")
    assert links(text) == ("https://t.co/AbC", "bit.ly/X")


def test_copies_that_differ_in_links_mentions_emoji_or_spelling_share_a_fingerprint() -> None:
    one = fingerprint("Bansos cair, yg mau daftar 👉 https://a.id/1 @budi")
    assert len(one) == 16
    assert one == fingerprint("😱😱 BANSOS CAIR yang mauuu daftar!!! bit.ly/zz @ani @joko")
    assert one != fingerprint("Bansos belum cair, yg mau daftar")
    assert fingerprint("#banjir") != ""


@pytest.mark.parametrize("text", ["", "😀😀", "https://a.id", "@budi", "?!", "#️⃣"])
def test_a_text_without_a_word_has_no_fingerprint(text: str) -> None:
    assert fingerprint(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "a.b" * 300_000,
        "-'" * 500_000,
        "https://" * 120_000,
        "@" * 500_000 + "#" * 500_000,
        "1.2:3/4," * 120_000,
        "a" + "\u0316\u0301" * 300_000,
        "😀\u200d" * 300_000,
        "anak2 " * 150_000,
        "ha" * 400_000,
        "🅰\ufe0f" * 200_000,
    ],
    ids=lambda text: ascii(text[:6]),
)
@pytest.mark.timeout(60)
def test_a_hostile_megabyte_is_read_to_its_end(text: str) -> None:
    found = tokens(text)
    assert all(len(token) <= 100 for token in found)
    assert normalise(" ".join(found[:2000])) == normalise(normalise(" ".join(found[:2000])))
