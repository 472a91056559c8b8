"""How a query is told back to its writer: the tree in words, what is doubtful, and ``kentongan query check``."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from command_line import rows_of, run_command
from hypothesis import given, settings
from hypothesis import strategies as st
from search_documents import FIRST_DAY, make_document

from kentongan.commands import query
from kentongan.commands.caret import WIDTH, point_at
from kentongan.errors import BadQuery
from kentongan.schema import Query
from kentongan.settings import Settings
from search.aliases import NO_ALIASES, read_aliases
from search.embedded import EmbeddedStore
from search.query import parse_query, read_query
from search.query_wording import find_doubts, wanted_words, write_tree

PIECES = st.sampled_from(
    ["air", "gak", "yg", "(", ")", '"', "AND", "ATAU", "NOT", "-", "ban*", "jum'*", "sumber:x", 'penulis:"Budi (S)"',
     "topik:kesehatan", "tagar:AND", "#banjir", "@pemkab", "https://a.b/c?d=e", "10:30", "jawa-bali", "NEAR/2",
     "(rob OR tengg*)", "DEKAT/50", "1.284", "😀", '"jalan rusak"', "¶", "dan"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.lists(PIECES, max_size=14).map(" ".join), st.text()))
def test_what_a_query_is_read_as_reads_the_same_again(text: str) -> None:
    try:
        tree = parse_query(text)
    except BadQuery:
        return
    written = write_tree(tree)
    if "<" not in written:
        assert parse_query(written) == tree
    for word in wanted_words(tree):
        assert write_tree(parse_query(word)) == word


def test_a_reading_names_every_word_as_it_is_asked() -> None:
    reading = read_query('gak (jawa-bali OR -"yg" kapal* sumber:"A b") #Banjir kapal NEAR/5 (karam OR tenggel*)')
    assert write_tree(reading.tree) == (
        '(tidak DAN (<jawa bali> ATAU (BUKAN "yg" DAN kapal* DAN sumber:"A b")) DAN tagar:banjir '
        "DAN (kapal DEKAT/5 (karam ATAU tenggel*)))"
    )
    assert reading.changed == {"gak": ("tidak",)}
    assert write_tree(parse_query("")) == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("jalan dan jembatan", '"dan" (huruf ke-7) dicari sebagai kata; sebagai penghubung tulis DAN.'),
        ("jalan NEAR jembatan", "NEAR (huruf ke-7) tanpa angka dicari sebagai kata"),
        ("-jalan", "hanya mengecualikan"),
        ("jalan OR (-air -banjir)", "hanya mengecualikan"),
        ('jalan "dan" DAN -air', None),
        ("dan jalan", None),
        ("jalan -(air OR banjir)", None),
        ("", None),
    ],
)
def test_what_its_writer_may_not_have_meant_is_said(text: str, said: str | None) -> None:
    doubts = find_doubts(text, parse_query(text))
    assert len(doubts) == (said is not None)
    assert said is None or said in doubts[0]


def test_every_query_and_alias_that_the_page_for_users_shows_can_be_read() -> None:
    page = (Path(__file__).resolve().parent.parent / "docs/query.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE)
    shown += re.findall(r"`(\w+:[^`]+)`", page)
    assert len(shown) > 15
    for text in shown:
        if not text.endswith(":"):
            parse_query(text)
    blocks = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    for block in blocks:
        lists = read_aliases(block.encode(), Path("docs/query.md"))
        for alias in lists.values():
            for text in (*alias.any_of, *alias.none_of):
                parse_query(text)
    assert blocks


@pytest.fixture
def filled(tmp_path: Path) -> Settings:
    """Ten posts: all have "kabar", half "banjir", one "gak"."""
    settings = Settings(data_dir=tmp_path / "var")
    with EmbeddedStore(settings.store_dir) as store:
        store.add(
            make_document(
                number,
                text=f"kabar {'banjir' if number % 2 else 'rob'}{' gak jelas' if number == 7 else ''}",
                published_at=FIRST_DAY + timedelta(days=number),
            )
            for number in range(10)
        )
    return settings


def test_a_check_says_how_a_query_is_read_what_is_doubtful_and_what_it_finds(filled: Settings) -> None:
    (row,) = rows_of(filled, "query", "check", "kabar gak banjri* ATAU banjir dan", "--json")
    assert row["read"] == "((kabar DAN tidak DAN banjri*) ATAU (banjir DAN dan))"
    assert row["normalised"] == {"gak": "tidak"}
    assert row["documents"] == 0
    assert row["first_day"] is None
    assert row["warnings"] == [
        "kabar ada di 100 % dokumen, jadi hampir tidak menyaring.",
        "banjri* tidak ada di satu dokumen pun; periksa ejaan dan saringannya.",
        "banjir ada di 50 % dokumen, jadi hampir tidak menyaring.",
        "dan tidak ada di satu dokumen pun; periksa ejaan dan saringannya.",
    ]


def test_a_check_counts_what_the_search_would_find_with_its_filters(filled: Settings) -> None:
    (row,) = rows_of(filled, "query", "check", "banjir", "--from", "2026-11-03")
    assert (row["documents"], row["first_day"], row["last_day"]) == (4, "2026-11-04", "2026-11-10")
    assert len(rows_of(filled, "search", "banjir", "--from", "2026-11-03")) == 4


def test_the_aliases_are_listed_as_they_are_read_and_a_faulty_one_is_named(settings: Settings) -> None:
    assert rows_of(settings, "query", "aliases") == []
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    settings.aliases_path.write_text(
        '[sby]\njudul = "SBY"\nsalah_satu = ["sby", \'"bapak sby"\']\nkecuali = ["surabaya"]\n'
        '[rusak]\nsalah_satu = ["air", "air ATAU"]\n',
        encoding="utf-8",
    )
    good, bad = rows_of(settings, "query", "aliases", status=1)
    assert good == {
        "alias": "@sby", "title": "SBY", "read": '((sby ATAU "bapak sby") DAN BUKAN surabaya)', "fault": None
    }  # fmt: skip
    assert bad["fault"].startswith("Dalam alias @rusak, salah_satu ke-2 (air ATAU): Setelah ATAU pada huruf ke-9 ")


@pytest.mark.parametrize("words", [("query", "check"), ("search",), ("count",)])
def test_a_fault_is_shown_with_a_caret_under_its_character(settings: Settings, words: tuple[str, ...]) -> None:
    done = run_command(settings, *words, "air 🔥 ban*jir", status=2)
    assert done.stdout == ""
    said, text, caret = done.stderr.splitlines()
    assert "Tanda * pada huruf ke-10" in said
    # The emoji is two columns wide.
    assert (text, caret) == ("  air 🔥 ban*jir", " " * 12 + "^")


def test_only_the_surroundings_of_a_fault_in_a_long_query_are_shown() -> None:
    for position in (0, 5, 900, 1_995, 2_000):
        text, caret = point_at("\n".join(["banjir"] * 300)[:2_000], position).splitlines()
        assert len(text) <= WIDTH + 8
        assert 2 <= caret.index("^") <= len(text)
    letters = "".join(chr(0x4E00 + n) for n in range(2_000))
    text, caret = point_at(letters, 1_000).splitlines()
    assert caret.index("^") - 2 == 3 + 2 * (text.index(letters[1_000]) - 5)


def test_a_check_writes_for_a_person_where_one_sits_at_the_terminal(
    filled: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert query.check_query(Query(text="gak jelas"), NO_ALIASES, filled, as_json=False) == 0
    said = capsys.readouterr().out
    assert "Dibaca      (tidak DAN jelas)" in said
    assert "Menemukan   1 dokumen, 2026-11-08 sampai 2026-11-08 (WIB)" in said
