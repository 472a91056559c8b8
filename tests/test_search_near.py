"""NEAR: two words within a distance of each other, in either order, on both stores; and what cannot be asked so."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from reference_search import expected_ids, tokenise
from search_documents import make_document
from search_stores import found, ids_of
from search_stores import store as store

from kentongan.errors import BadQuery
from kentongan.schema import Query
from search.aliases import NO_ALIASES
from search.fields import MAX_NEAR
from search.near import MAX_PAIRS
from search.query import parse_query
from search.query_tree import And, Near, Not, Prefix, Tree, Word
from search.store import Store

KAPAL, KARAM, AIR = Word("kapal"), Word("karam"), Word("air")

TREES: list[tuple[str, Tree]] = [
    ("kapal NEAR/5 karam", Near((KAPAL,), (KARAM,), 5)),
    ("kapal DEKAT/0 karam", Near((KAPAL,), (KARAM,), 0)),
    ("kapal NEAR/50 (karam ATAU tenggel*)", Near((KAPAL,), (KARAM, Prefix("tenggel")), 50)),
    ("(Kapal OR (kapal OR air)) NEAR/1 ((karam))", Near((KAPAL, AIR), (KARAM,), 1)),
    ("gak NEAR/1 yg", Near((Word("tidak"),), (Word("yang"),), 1)),
    ("#banjir NEAR/2 @pemkab", Near((Word("#banjir"),), (Word("@pemkab"),), 2)),
    ("air kapal NEAR/5 karam air", And((AIR, Near((KAPAL,), (KARAM,), 5), AIR))),
    ("-kapal NEAR/5 karam", Not(Near((KAPAL,), (KARAM,), 5))),
    ("NOT kapal NEAR/5 karam air", And((Not(Near((KAPAL,), (KARAM,), 5)), AIR))),
    ("NEAR kapal dekat", And((Word("near"), KAPAL, Word("dekat")))),
]


@pytest.mark.parametrize(("text", "tree"), TREES, ids=[text for text, _ in TREES])
def test_near_binds_two_words_or_groups_closer_than_anything_else(text: str, tree: Tree) -> None:
    assert parse_query(text) == tree


FAULTS = [
    ("kapal NEAR/5", 12, "Setelah NEAR/5 pada huruf ke-13 diharapkan kata atau kurung buka."),
    ("NEAR/5 kapal", 0, "Pada huruf ke-1 diharapkan kata"),
    ("kapal near/5 karam", 6, "near/5 pada huruf ke-7 ditulis dengan huruf besar: NEAR/5."),
    ("kapal NEAR/ karam", 11, "Setelah NEAR/ pada huruf ke-12 diharapkan bilangan dari 0 sampai 50"),
    ("kapal DEKAT/dua karam", 12, "Setelah DEKAT/ pada huruf ke-13 diharapkan bilangan"),
    ("kapal NEAR/51 karam", 11, "diharapkan bilangan dari 0 sampai 50"),
    ("kapal NEAR/-1 karam", 11, "diharapkan bilangan dari 0 sampai 50"),
    ("kapal NEAR/٣ karam", 11, "diharapkan bilangan dari 0 sampai 50"),
    ('air "kapal api" NEAR/5 karam', 4, "Di sisi NEAR pada huruf ke-5 diharapkan kata, kata*, atau (kata ATAU kata), "
     "bukan frasa dalam tanda kutip."),
    ('kapal NEAR/5 (karam ATAU "karam")', 25, "bukan frasa dalam tanda kutip"),
    ("kapal NEAR/5 (karam air)", 14, "bukan AND (DAN)"),
    ("kapal NEAR/5 (karam ATAU -air)", 25, "bukan NOT (BUKAN, -)"),
    ("kapal NEAR/5 -air", 13, "Setelah NEAR/5 pada huruf ke-14 diharapkan kata atau kurung buka, bukan -."),
    ("kapal NEAR/5 sumber:air", 13, "bukan bidang seperti sumber:"),
    ("kapal NEAR/5 (air NEAR/5 karam)", 14, "bukan NEAR di dalam NEAR"),
    ("kapal NEAR/5 air NEAR/5 karam", 17, "NEAR hanya menghubungkan dua sisi. Gabungkan dengan DAN"),
    ("kapal NEAR/5 kapal", 13, "kapal dan kapal di kedua sisi NEAR (huruf ke-14) dapat berarti kata yang sama"),
    ("gak NEAR/5 tidak", 11, "tidak dan tidak di kedua sisi"),
    ("(air ATAU kapal) NEAR/5 (karam ATAU kapal)", 25, "kapal dan kapal di kedua sisi"),
    ("kapal NEAR/5 kap*", 13, "kapal dan kap* di kedua sisi"),
    ("kapa* NEAR/5 kapal*", 13, "kapa* dan kapal* di kedua sisi"),
    ("kapal NEAR/5 ka*", 15, "Sebelum tanda * pada huruf ke-16 diharapkan paling sedikit 3 huruf."),
    ("kapal NEAR/5 jawa-bali", 13, "jawa-bali pada huruf ke-14 dibaca sebagai beberapa kata (jawa bali)"),
    ("kapal NEAR/5 !!!", 13, "Tidak ada kata dalam !!!"),
    (f"({' OR '.join(f'a{n}' for n in range(11))}) NEAR/5 ({' OR '.join(f'b{n}' for n in range(10))})", 74,
     "membentuk 110 pasangan kata; paling banyak 100."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "position", "said"), FAULTS, ids=[text for text, _, _ in FAULTS])
def test_what_has_no_one_place_in_a_text_is_refused_beside_near(text: str, position: int, said: str) -> None:
    with pytest.raises(BadQuery) as caught:
        parse_query(text)
    assert said in str(caught.value)
    assert caught.value.position == position


def test_near_counts_the_words_between_in_either_order(store: Store) -> None:
    store.add(
        make_document(between, text=" ".join(("kapal", *["laut"] * between, "karam"))) for between in (0, 1, 2, 50, 51)
    )
    store.add([make_document(100, text="karam di kapal"), make_document(101, text="kapal saja")])
    store.refresh()
    assert found(store, "kapal NEAR/0 karam") == {"0"}
    assert found(store, "kapal NEAR/1 karam") == {"0", "1", "100"}
    assert found(store, "karam DEKAT/2 kapal") == {"0", "1", "2", "100"}
    assert found(store, "kapal NEAR/50 karam") == {"0", "1", "2", "50", "100"}
    assert found(store, "kapal -kapal NEAR/50 karam") == {"51", "101"}


def test_near_never_reaches_from_a_title_into_its_text(store: Store) -> None:
    far = " ".join(["laut"] * MAX_NEAR)
    store.add(
        [
            make_document(1, title="Berita kapal", text="Karam di laut"),
            make_document(2, title="Kapal karam", text="Isi"),
            make_document(3, title="Isi", text="Karam sebuah kapal"),
            make_document(4, title="Kapal", text=f"{far} karam"),
        ]
    )
    store.refresh()
    assert found(store, f"kapal NEAR/{MAX_NEAR} karam") == {"2", "3"}
    assert found(store, f"kap* NEAR/{MAX_NEAR} kara*") == {"2", "3"}
    assert found(store, '"kapal karam"') == {"2"}
    assert found(store, "kapal karam") == {"1", "2", "3", "4"}


def test_beside_near_words_and_wildcards_are_asked_as_texts_are_normalised(store: Store) -> None:
    store.add(
        [
            make_document(1, text="kapalnya gak jadi tenggelam"),
            make_document(2, text="perahu tidak ditenggelamkan, tenggelamnya nanti"),
            make_document(3, text="kapal a.b*c karam"),
            make_document(4, text="kapalXY tidak ada kabar"),
            make_document(5, text="tenggelam gak"),
            make_document(6, text="hari jum'at kapal"),
        ]
    )
    store.refresh()
    assert found(store, "gak NEAR/1 tenggel*") == {"1", "2", "5"}
    assert found(store, "(kapal* ATAU perahu) NEAR/1 (gak ATAU jumat)") == {"1", "2", "4", "6"}
    assert found(store, "kapal NEAR/1 jum'at") == {"6"}
    assert found(store, "kapal NEAR/1 jum*") == {"6"}
    assert found(store, "kapal NEAR/1 jum'*") == set()


def test_a_wildcard_beside_near_is_taken_letter_for_letter(store: Store) -> None:
    stems = {
        "https://a.example/b?c=d&e": "https://a.example/b?c*",
        "1.284": "1.28*",
        "#banjir": "#ban*",
        "covid-19": "covid-*",
    }
    store.add(make_document(number, text=f"kapal {token} x") for number, token in enumerate(stems))
    store.add([make_document(50, text="kapal https://aXexample/c 12284 banjir kapal covid")])
    store.refresh()
    for number, stem in enumerate(stems.values()):
        assert found(store, f"kapal NEAR/0 {stem}") == {str(number)}, stem


FEW = ("kapal", "karam", "kapalnya", "tenggelam", "tenggelamkan", "laut", "gak", "tidak", "yg", "#laut", "😀")
STEMS = ("kap*", "kapa*", "tenggel*", "lau*", "#la*", "kara*", "tida*")


def make_words(chance: random.Random) -> str:
    """A text in which the few words stand among others, at every distance."""
    return " ".join(
        chance.choice(FEW) if chance.random() < 0.3 else f"x{chance.randint(0, 99)}"
        for _ in range(chance.randint(1, 70 if chance.random() < 0.1 else 12))
    )


def make_side(chance: random.Random) -> str:
    words = chance.sample((*FEW, *STEMS), chance.choice((1, 1, 1, 2, 3)))
    return words[0] if len(words) == 1 else f"({' ATAU '.join(words)})"


def make_near(chance: random.Random) -> str:
    near = f"{make_side(chance)} NEAR/{chance.choice((0, 1, 2, 3, 4, 9, 30, 50))} {make_side(chance)}"
    return chance.choice((near, near, f"-{near}", f"{near} laut", f"{near} ATAU {make_side(chance)}"))


def test_near_finds_what_plain_python_finds(store: Store, trials: Callable[[int, int], int]) -> None:
    chance = random.Random(5)
    documents = [
        make_document(n, text=make_words(chance), title=make_words(chance) if n % 2 else None) for n in range(200)
    ]
    store.add(documents)
    store.refresh()
    known = [tokenise(record) for record in store.get([document.id for document in documents]) if record]
    assert len(known) == len(documents)
    answered = sizes = 0
    for _ in range(trials(150, 3_000)):
        query = Query(text=make_near(chance))
        try:
            expected = expected_ids(known, query, NO_ALIASES)
        except BadQuery:
            continue
        assert ids_of(store.search(query, limit=len(documents))) == expected, query.text
        answered += 1
        sizes += 0 < len(expected) < len(documents)
    assert sizes > answered / 2, "most must find some and not all, or this says little"


def test_the_largest_near_is_answered(store: Store) -> None:
    store.add([make_document(1, text="a9 laut b9")])
    store.refresh()
    left, right = (" OR ".join(f"{letter}{n}" for n in range(MAX_PAIRS // 10)) for letter in "ab")
    assert found(store, f"({left}) NEAR/1 ({right})") == {"1"}
    assert found(store, f"({left}) NEAR/0 ({right})") == set()


def test_a_wildcard_beside_near_that_begins_too_many_words_is_refused_in_words(store: Store) -> None:
    """An engine compares each word that a wildcard stands for: 40,000 are beyond both."""
    thousands = (" ".join(f"kata{n * 1_000 + i}x" for i in range(1_000)) for n in range(40))
    store.add(make_document(n, text=f"kapal {words}") for n, words in enumerate(thousands))
    store.refresh()
    with pytest.raises(BadQuery, match=r"Terlalu banyak kata berbeda|terlalu luas"):
        found(store, "kapal NEAR/1 kata*")
    assert found(store, "kapal NEAR/1 kata39000*") == {"39"}
