"""Both stores, filled with one awkward world, give the same answers to the same questions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import get_args

import pytest
from search_documents import FIRST_DAY, SOURCES, World, build_world, fill
from search_stores import all_pages, elastic_store, embedded_store, ids_of
from search_stores import store as store

from kentongan.schema import (
    KINDS,
    Annotation,
    Document,
    Query,
    Task,
)
from search.store import DIMENSIONS, Dimension, Store


@pytest.fixture(scope="module")
def world() -> World:
    return build_world()


@pytest.fixture(scope="module")
def both(
    world: World, elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, Store]]:
    """The same documents, and what was learned about them, in both stores."""
    with embedded_store(tmp_path_factory.mktemp("both")) as embedded, elastic_store(elasticsearch_url) as elastic:
        fill(embedded, world)
        fill(elastic, world)
        yield embedded, elastic


TEXTS = (
    "", "banjir", "banjir rusak", "banjir ATAU beras", "banjir NEAR/3 jalan",
    "(banjir ATAU air) DEKAT/9 (jal* ATAU harga)", "banjir -jalan -(beras NEAR/20 har*)", "NOT banjir",
    "BUKAN (banjir ATAU harga)",
    '"jalan rusak"', '"banjir banjir"', '"jum\'at"', "jum'at", "jum*", "1.284", '"1.284"', "1.2*", "🔥", "😭",
    '"😭 😭"',
    "#BanjirTirtamaya", "#bansos", "tagar:bansos", "@pemkab_tirtamaya", "bangetttt", "banget", "yg", "yang",
    "gak", "tidak", "anak2", '"anak2"', "anak*", "covid-19", "covid*", "ke-2", "c++", "air* -bersih", "naïve", "nai*",
    "istanbul", "full", "sembunyi", "é", "rp12.500", '"rp 12.500"', "https://contoh.example/berita?id=7&a=b", "dan",
    '"not"', "pagi/malam", '"pagi malam"', "tidakadakataitu", "sumber:linimasa banjir", "sumber:kabar.example",
    "topik:kesehatan ATAU topik:ragu", "-topik:belum", "sentimen:negatif", "hoaks:hoax", "wilayah:99.01",
    "jenis:aduan -air", 'penulis:"Budi Wibowo"', "penulis:@sari", 'penulis:"sari 🌸"',
    "(banjir ATAU air) -(jalan harga)",
    "-banjir -jalan", "ra* -ran*", "jenis:artikel ATAU (jenis:unggahan -sentimen:ragu)", "🇮🇩", "50%",
)  # fmt: skip

FILTERS = (
    Query(kinds=("post", "comment"), sentiments=("negative",)),
    Query(regions=("99.01",)),
    Query(regions=("99", "none")),
    Query(regions=("9", "99.01.0")),
    Query(hashtags=("#Bansos", "jum'at"), platforms=("web", "mastodon")),
    Query(authors=("sari", "Ñandú")),
    Query(publishers=("kabar.example",), topics=("abstained", "none")),
    Query(hoax=("hoax", "none-found"), languages=("id", "none", "jv")),
    Query(tones=("none",), sources=("lapor", "linimasa")),
    Query(sources=("tidak ada",)),
    Query(without_sources=("lapor",), text="banjir ATAU air"),
    Query(without_sources=("lapor", "linimasa", "tidak ada"), kinds=("post",)),
    Query(since=FIRST_DAY + timedelta(days=3), until=FIRST_DAY + timedelta(days=5)),
    Query(since=FIRST_DAY + timedelta(days=3, hours=4), until=FIRST_DAY + timedelta(days=3, hours=4, milliseconds=1)),
    Query(unscored_by="sentiment|linear|1"),
    Query(unscored_by="topic|linear|2", text="-banjir", kinds=("post",)),
    Query(unscored_by="region|gazetteer|1", regions=("none",)),
)

QUESTIONS = (*(Query(text=text) for text in TEXTS), *FILTERS)


@pytest.mark.parametrize("query", QUESTIONS, ids=lambda q: q.text or "filter")
def test_both_stores_find_the_same_documents_in_the_same_order(both: tuple[Store, Store], query: Query) -> None:
    ours, theirs = (all_pages(store, query, limit=101) for store in both)
    assert ours == theirs
    streamed = [sorted(record.document.id for record in store.stream(query)) for store in both]
    assert streamed[0] == streamed[1] == sorted(ours)
    totals = [store.search(query, limit=1).total for store in both]
    assert totals == [len(ours)] * 2
    assert [store.count(query)[0].count for store in both] == totals
    best = [ids_of(store.search(query, order="best", limit=500)) for store in both]
    assert sorted(best[0]) == sorted(best[1]) == sorted(ours)


@pytest.mark.parametrize("query", [Query(), Query(text="banjir ATAU air"), FILTERS[0], FILTERS[10]], ids=repr)
@pytest.mark.parametrize("zone", ["WIB", "WITA", "WIT"])
def test_both_stores_count_the_same_by_one_and_two_dimensions(
    both: tuple[Store, Store], query: Query, zone: str
) -> None:
    embedded, elastic = both
    whole = query == Query() and zone == "WIB"
    for first in DIMENSIONS:
        assert embedded.count(query, by=[first], zone=zone) == elastic.count(query, by=[first], zone=zone), first
        if whole or first in ("day", "topic"):
            for second in DIMENSIONS if whole else DIMENSIONS[::3]:
                by: list[Dimension] = [first, second]
                assert embedded.count(query, by=by, zone=zone) == elastic.count(query, by=by, zone=zone), by


@pytest.mark.parametrize("query", QUESTIONS[::4], ids=lambda q: q.text or "filter")
def test_both_stores_give_the_same_facets(both: tuple[Store, Store], query: Query) -> None:
    embedded, elastic = both
    for top in (1, 3, 1_000):
        assert embedded.facets(query, fields=DIMENSIONS, top=top) == elastic.facets(query, fields=DIMENSIONS, top=top)


def test_both_stores_keep_the_same_records_gaps_and_models(both: tuple[Store, Store], world: World) -> None:
    embedded, elastic = both
    ids = [document.id for document in world.documents]
    assert embedded.get(ids) == elastic.get(ids)
    assert embedded.gaps() == elastic.gaps()
    assert embedded.gaps(sources=SOURCES[:2]) == elastic.gaps(sources=SOURCES[:2])
    assert embedded.current_models() == elastic.current_models()
    assert (embedded.health().documents, embedded.check().problems) == (300, ())
    assert (elastic.health().documents, elastic.check().problems) == (300, ())


def test_the_compared_world_is_as_awkward_as_it_claims(both: tuple[Store, Store], world: World) -> None:
    """Guards the comparisons above against a world in which they all find nothing."""
    elastic = both[1]
    assert {d.kind for d in world.documents} == set(KINDS)
    tasks: set[Task] = {said.task for said in world.annotations}
    assert {"sentiment", "topic", "hoax", "region", "language"} <= tasks
    hits = {query.text: elastic.search(query).total for query in QUESTIONS if query.text}
    empty = [text for text, total in hits.items() if total == 0]
    assert len(empty) <= len(hits) // 5, empty
    for dimension in get_args(Dimension):
        assert len(elastic.count(Query(), by=[dimension])) >= 1 + (dimension not in ("tone",)), dimension
    assert any(isinstance(said, Annotation) and said.abstained for said in world.annotations)
    assert all(isinstance(document, Document) for document in world.documents)
