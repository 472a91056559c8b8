"""Alias lists: ``@name`` in a query stands for any of a list and none of its exceptions, on both stores."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from search_documents import make_document
from search_stores import ENGINES, elastic_store, embedded_store, found

from kentongan.errors import BadQuery, BadSettings
from kentongan.schema import Query
from kentongan.settings import Settings
from search.aliases import AliasFile
from search.open import open_store
from search.query import MAX_HEIGHT, parse_query, read_query
from search.query_reader import MAX_WILDCARDS, MAX_WORDS
from search.query_tree import And, Near, Not, Or, Phrase, Prefix, Tree, Word
from search.store import Store

LISTS = """
[sby]
judul = "Susilo Bambang Yudhoyono"
salah_satu = ["sby", '"susilo bambang yudhoyono"']
kecuali = ["surabaya", "@klub"]

[klub]
salah_satu = ["persebaya", "bonek*"]

[kapal]
salah_satu = ["kapal", "(perahu ATAU feri*)", "@Cepat"]

[Cepat]
salah_satu = ["speedboat"]
"""

SBY = Or((Word("sby"), Phrase("text", ("susilo", "bambang", "yudhoyono"))))
CLUB = Or((Word("persebaya"), Prefix("bonek")))


@pytest.fixture
def aliases(tmp_path: Path) -> AliasFile:
    return alias_file(tmp_path, LISTS)


def alias_file(folder: Path, content: str) -> AliasFile:
    path = folder / "aliases.toml"
    path.write_text(content, encoding="utf-8")
    return AliasFile(path)


TREES: list[tuple[str, Tree]] = [
    ("@klub", CLUB),
    ("@KLUB, air", And((CLUB, Word("air")))),
    ("@sby", And((SBY, Not(Or((Word("surabaya"), *CLUB.parts)))))),
    ("-@klub", Not(CLUB)),
    ("air OR @klub", Or((Word("air"), *CLUB.parts))),
    ("@lain", Word("@lain")),
    ('"@klub"', Phrase("text", ("@klub",))),
    ("klub", Word("klub")),
    (
        "@kapal NEAR/3 karam",
        Near((Word("kapal"), Word("perahu"), Prefix("feri"), Word("speedboat")), (Word("karam"),), 3),
    ),
]


@pytest.mark.parametrize(("text", "tree"), TREES, ids=[text for text, _ in TREES])
def test_an_alias_means_any_of_its_list_and_none_of_its_exceptions(aliases: AliasFile, text: str, tree: Tree) -> None:
    assert parse_query(text, aliases) == tree


def test_a_reading_names_the_aliases_it_went_through(aliases: AliasFile) -> None:
    assert read_query("gak @sby @klub", aliases).aliases == ("sby", "klub")
    assert read_query("gak @sby", aliases).changed == {"gak": ("tidak",)}


FAULTS = [
    ('[a]\nsalah_satu = ["air", "@b"]\n[b]\nsalah_satu = ["@c"]\n[c]\nsalah_satu = ["x", "@a"]', "air @a", 4,
     "Alias @a merujuk dirinya sendiri: @a → @b → @c → @a."),
    ('[a]\nsalah_satu = ["air"]\nkecuali = ["@a"]', "@a", 0, "Alias @a merujuk dirinya sendiri: @a → @a."),
    ('[a]\nsalah_satu = ["air", "(banjir"]', "air OR @a", 7,
     "Dalam alias @a, salah_satu ke-2 ((banjir): Kurung buka pada huruf ke-1 tidak ditutup"),
    ('[a]\nsalah_satu = ["air"]\nkecuali = ["x", "topik:cuaca"]', "@a", 0,
     "Dalam alias @a, kecuali ke-2 (topik:cuaca): Nilai cuaca pada huruf ke-7 tidak ada pada topik:"),
    ('[a]\nsalah_satu = ["air", " "]', "@a", 0, "Dalam alias @a, salah_satu ke-2 ( ): Isiannya kosong."),
    (f'[a]\nsalah_satu = ["air", "{"air " * 600}"]', "@a", 0, "salah_satu ke-2"),
    (f'[a]\nsalah_satu = ["{"air " * (MAX_WORDS // 2)}"]', "x @a @a", 5, f"lebih dari {MAX_WORDS} kata"),
    (f'[a]\nsalah_satu = ["{"air* " * (MAX_WILDCARDS // 2)}"]', "@a @a xx*", 8, f"lebih dari {MAX_WILDCARDS} tanda *"),
    ("".join(f'[a{n}]\nsalah_satu = ["@a{n + 1}"]\n' for n in range(2_000)), "@a0", 0, "bertingkat terlalu dalam"),
    ('[a]\nsalah_satu = ["@b"]\n[b]\nsalah_satu = ["' + "(x OR (y " * 12 + "z" + "))" * 12 + '"]', "@a", 0,
     f"bertingkat lebih dari {MAX_HEIGHT}"),
    ('[a]\nsalah_satu = ["air"]\nkecuali = ["x"]', "y NEAR/3 @a", 9, "Alias @a punya pengecualian"),
    ('[a]\nsalah_satu = ["air", \'"air bah"\']', "y NEAR/3 @a", 9,
     'Dalam alias @a, salah_satu ke-2 ("air bah"): Di sisi NEAR pada huruf ke-1 diharapkan kata'),
    ('[a]\nsalah_satu = ["air", "@a"]', "y NEAR/3 @a", 9, "merujuk dirinya sendiri"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "text", "position", "said"), FAULTS, ids=[said for *_, said in FAULTS])
def test_a_fault_inside_an_alias_names_the_alias_the_entry_and_the_character(
    tmp_path: Path, content: str, text: str, position: int, said: str
) -> None:
    with pytest.raises(BadQuery) as caught:
        parse_query(text, alias_file(tmp_path, content))
    assert said in str(caught.value)
    assert caught.value.position == position
    assert len(str(caught.value)) < 2_000


BROKEN = [
    ("[a", "bukan TOML yang benar"),
    ("\udcff", "bukan TOML yang benar"),
    ("[a]\nsalah_satu = []", "Alias a di "),
    ("[a]\njudul = 'x'", "salah_satu"),
    ("[a]\nsalah_satu = ['x']\nkecualikan = ['y']", "kecualikan"),
    ("[a]\nsalah_satu = 'x'", "Alias a di "),
    ("a = 3", "Alias a di "),
    ("['a b']\nsalah_satu = ['x']", "Nama alias 'a b'"),
    ("['12']\nsalah_satu = ['x']", "Nama alias '12'"),
    ("[A]\nsalah_satu = ['x']\n[a]\nsalah_satu = ['x']", "dua kali"),
    ("# " + "x" * 1_000_001, "lebih besar dari 1 MB"),
    ("a = " + "[" * 5_000 + "]" * 5_000, "bukan TOML yang benar"),
]


@pytest.mark.parametrize(("content", "said"), BROKEN, ids=[said for _, said in BROKEN])
def test_a_file_that_cannot_be_understood_is_named_but_only_stops_queries_that_need_it(
    tmp_path: Path, content: str, said: str
) -> None:
    (tmp_path / "aliases.toml").write_bytes(content.encode("utf-8", "surrogateescape"))
    broken = AliasFile(tmp_path / "aliases.toml")
    with pytest.raises(BadSettings) as caught:
        parse_query("air @a", broken)
    assert said in str(caught.value)
    assert str(tmp_path) in str(caught.value)
    assert parse_query("air", broken) == Word("air")


def test_the_file_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    aliases = AliasFile(tmp_path / "aliases.toml")
    assert parse_query("@a", aliases) == Word("@a")
    alias_file(tmp_path, '[a]\nsalah_satu = ["air"]')
    assert parse_query("@a", aliases) == Word("air")
    alias_file(tmp_path, '[a]\nsalah_satu = ["rob"]')
    os.utime(tmp_path / "aliases.toml", ns=(1, 1))
    assert parse_query("@a", aliases) == Word("rob")
    (tmp_path / "aliases.toml").unlink()
    assert parse_query("@a", aliases) == Word("@a")


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path: Path, aliases: AliasFile) -> Iterator[Store]:
    """An empty store of either kind that knows the lists."""
    if request.param == "embedded":
        with embedded_store(tmp_path, aliases=aliases) as opened:
            yield opened
    else:
        with elastic_store(request.getfixturevalue("elasticsearch_url"), aliases=aliases) as opened:
            yield opened


def test_one_sby_is_not_the_other(store: Store) -> None:
    texts = {
        1: "SBY bertemu warga", 2: "Susilo Bambang Yudhoyono hadir", 3: "SBY alias Surabaya macet",
        4: "bonek memenuhi SBY", 5: "Surabaya", 6: "halo @sby", 7: "kapal cepat karam", 8: "feri itu karam",
    }  # fmt: skip
    store.add(make_document(number, text=text) for number, text in texts.items())
    store.refresh()
    assert found(store, "@sby") == {"1", "2"}
    assert found(store, '"@sby"') == {"6"}
    assert found(store, "@kapal NEAR/1 karam") == {"7", "8"}
    question = Query(text="@sby")
    assert store.count(question)[0].count == 2
    assert store.facets(question, fields=["kind"])["kind"][0].count == 2
    assert len(list(store.stream(question))) == 2
    assert store.search(question, order="best").total == 2
    with store.freeze() as view:
        assert view.count(question)[0].count == 2
        assert len(list(view.newest(question))) == len(list(view.stream(question))) == 2


def test_an_installation_keeps_its_lists_in_its_data_folder_or_where_it_says(
    settings: Settings, tmp_path: Path
) -> None:
    settings.data_dir.mkdir()
    alias_file(settings.data_dir, '[a]\nsalah_satu = ["air"]')
    elsewhere = tmp_path / "daftar.toml"
    elsewhere.write_text('[a]\nsalah_satu = ["rob"]', encoding="utf-8")
    with open_store(settings) as store:
        store.add([make_document(1, text="air"), make_document(2, text="rob")])
        store.refresh()
        assert found(store, "@a") == {"1"}
    with open_store(Settings(data_dir=settings.data_dir, aliases_file=elsewhere)) as store:
        assert found(store, "@a") == {"2"}
