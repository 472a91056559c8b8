"""The contract of a store, second half: searching, counting, streaming; asked of both stores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from search_documents import FIRST_DAY, make_document, make_label
from search_stores import all_pages, counted, found, ids_of
from search_stores import store as store

import search.aggregate
from kentongan.errors import BadQuery
from kentongan.schema import (
    Query,
)
from search.store import DIMENSIONS, Store

WIB_MIDNIGHT = datetime(2026, 11, 11, 17, tzinfo=UTC)
"""The first moment of 12 November in WIB."""


# Searching


def test_pages_hold_everything_once_newest_first_and_ties_by_id(store: Store) -> None:
    same = FIRST_DAY + timedelta(days=1)
    documents = [make_document(n, published_at=same + timedelta(microseconds=n % 3)) for n in range(30)]
    documents += [make_document(n) for n in range(30, 47)]
    store.add(documents)
    store.refresh()
    expected = sorted(documents, key=lambda d: (int(d.published_at.timestamp() * 1000), d.id), reverse=True)
    for limit in (1, 7, 46, 47, 100):
        assert all_pages(store, Query(), limit=limit) == [d.id for d in expected]
    page = store.search(Query(), limit=7)
    assert page.total == 47


def test_documents_of_one_millisecond_and_nearly_one_id_are_all_on_some_page(store: Store) -> None:
    alike = [replace(make_document(n), id="abcde" + f"{n:027x}") for n in range(9)]
    store.add(alike := [replace(d, published_at=FIRST_DAY) for d in alike])
    store.refresh()
    for limit in (1, 2, 4):
        assert all_pages(store, Query(), limit=limit) == sorted((d.id for d in alike), reverse=True)


def test_a_page_of_nothing_still_says_how_many_match(store: Store) -> None:
    store.add([make_document(1), make_document(2)])
    store.refresh()
    page = store.search(Query(), limit=0)
    assert (page.records, page.total) == ((), 2)


def test_times_beyond_any_calendar_are_kept_sorted_and_counted(store: Store) -> None:
    years = (1, 1500, 1969, 2026, 2600, 9999)
    documents = [make_document(n, published_at=datetime(n, 1, 2, tzinfo=UTC)) for n in years]
    store.add(documents)
    store.refresh()
    assert {r.document.published_at.year for r in store.search(Query()).records} == set(years)
    assert [r.document.native_key for r in store.search(Query()).records][2:4] == ["2026", "1969"]
    assert sum(counted(store, "day").values()) == 6
    assert found(store, since=datetime(1960, 1, 1, tzinfo=UTC), until=datetime(2100, 1, 1, tzinfo=UTC)) == {
        "1969",
        "2026",
    }


def test_best_first_finds_the_same_documents_and_puts_the_plainest_match_first(store: Store) -> None:
    store.add(
        [
            make_document(1, text="banjir banjir banjir"),
            make_document(2, text="banjir " + "lain " * 60),
            make_document(3, text="kering"),
        ]
    )
    store.refresh()
    page = store.search(Query(text="banjir"), order="best")
    assert [record.document.native_key for record in page.records] == ["1", "2"]
    assert (page.total, page.after) == (2, None)
    assert ids_of(store.search(Query(), order="best", limit=2))
    assert store.search(Query(), order="best", limit=2).after is None


def test_a_phrase_keeps_its_order_and_never_runs_from_the_title_into_the_text(store: Store) -> None:
    store.add(
        [
            make_document(1, text="beras mahal"),
            make_document(2, text="mahal beras"),
            make_document(3, title="harga beras", text="mahal sekali", kind="article"),
            make_document(4, text="beras beras mahal"),
        ]
    )
    store.refresh()
    assert found(store, '"beras mahal"') == {"1", "4"}
    assert found(store, '"beras beras"') == {"4"}
    assert found(store, '"beras beras beras"') == set()


def test_words_with_marks_numbers_and_pictures_are_found_as_they_are_written(store: Store) -> None:
    texts = ["salat Jum'at di masjid", "warga 1.284 orang", "panas 🔥🔥", "#BanjirRandu lagi", "anak2 main", "Jumat"]
    store.add(make_document(n, text=text) for n, text in enumerate(texts))
    store.refresh()
    assert found(store, '"jum\'at"') == {"0"}
    assert found(store, "1.284") == {"1"}
    assert found(store, "🔥") == {"2"}
    assert found(store, '"🔥 🔥"') == {"2"}
    assert found(store, "#banjirrandu") == {"3"}
    assert found(store, hashtags=("BanjirRandu",)) == {"3"}
    assert found(store, "jum*") == {"0", "5"}
    assert found(store, '"anak2"') == {"4"}


def test_not_alone_finds_everything_else(store: Store) -> None:
    store.add(make_document(n, text=text) for n, text in enumerate(["banjir", "kering", "banjir kering"]))
    store.refresh()
    assert found(store, "-banjir") == {"1"}
    assert found(store, "NOT banjir") == {"1"}
    assert found(store, "NOT (banjir OR kering)") == set()
    assert found(store, "banjir OR NOT kering") == {"0", "2"}
    assert found(store, "kering BUKAN banjir") == {"1"}


def test_a_region_filter_takes_in_the_regions_inside_it_and_no_other_that_begins_alike(store: Store) -> None:
    codes = ["99", "99.01", "99.01.01", "99.01.12", "99.02", "9.01", "990.1", None]
    store.add(make_document(n, region=code) for n, code in enumerate(codes))
    labelled, unsure = make_document(50), make_document(51)
    store.add([labelled, unsure])
    store.annotate([make_label(labelled, "region", "99.01.03"), make_label(unsure, "region", None, abstained=True)])
    store.refresh()
    assert found(store, regions=("99.01",)) == {"1", "2", "3", "50"}
    assert found(store, regions=("99.01.1",)) == set()
    assert found(store, regions=("99",)) == {"0", "1", "2", "3", "4", "50"}
    assert found(store, regions=("none",)) == {"7"}
    assert found(store, regions=("abstained",)) == {"51"}
    assert found(store, "wilayah:99.01.01") == {"2"}


def test_a_person_corrects_the_district_a_source_gave_and_a_model_does_not(store: Store) -> None:
    corrected, guessed = make_document(0, region="99.01.01"), make_document(1, region="99.01.01")
    store.add([corrected, guessed])
    store.annotate(
        [make_label(corrected, "region", "99.01.02", by="p1", version=None), make_label(guessed, "region", "99.01.02")]
    )
    store.refresh()
    assert found(store, regions=("99.01.02",)) == {"0"}
    assert found(store, regions=("99.01.01",)) == {"1"}


def test_a_time_range_takes_its_first_moment_and_leaves_its_last(store: Store) -> None:
    moments = [FIRST_DAY + timedelta(milliseconds=n) for n in range(4)]
    store.add(make_document(n, published_at=at) for n, at in enumerate(moments))
    store.refresh()
    assert found(store, since=moments[1], until=moments[3]) == {"1", "2"}
    assert found(store, since=moments[2]) == {"2", "3"}
    assert found(store, until=moments[0]) == set()
    assert found(store, since=moments[1], until=moments[1]) == set()


@pytest.mark.parametrize(
    "query",
    [
        Query(text='"tak tertutup'),
        Query(text="(banjir"),
        Query(text="*"),
        Query(text="sentimen:entah"),
        Query(text="x" * 100_000),
        Query(text="(" * 10_000),
        Query(since=FIRST_DAY + timedelta(days=1), until=FIRST_DAY),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_by_every_method(store: Store, query: Query) -> None:
    asked: list[Callable[[], object]] = [
        lambda: store.search(query),
        lambda: store.search(query, order="best"),
        lambda: store.count(query),
        lambda: store.count(query, by=["topic", "day"]),
        lambda: store.facets(query, fields=["source"]),
        lambda: list(store.stream(query)),
    ]
    for ask in asked:
        with pytest.raises(BadQuery):
            ask()


def test_a_count_or_a_page_that_cannot_be_is_refused(store: Store) -> None:
    store.add([make_document(n) for n in range(3)])
    store.refresh()
    asked: list[Callable[[], object]] = [
        lambda: store.count(Query(), by=["day"], zone="GMT"),
        lambda: store.count(Query(), by=["warna"]),  # type: ignore[list-item]
        lambda: store.count(Query(), by=["day", "topic", "source"]),
        lambda: store.facets(Query(), fields=["warna"]),  # type: ignore[list-item]
        lambda: store.search(Query(), after="bukan penanda"),
        lambda: store.search(Query(), after="9" * 40),
        lambda: store.search(Query(), after=f"{1 << 64}:{make_document(1).id}"),
        lambda: store.search(Query(), after=f"1:{'x' * 32}"),
        lambda: store.search(Query(), order="best", after=f"1:{make_document(1).id}"),
    ]
    for ask in asked:
        with pytest.raises(BadQuery):
            ask()


# Counting


def test_a_day_begins_at_midnight_of_the_zone_asked_for(store: Store) -> None:
    minute = timedelta(minutes=1)
    moments = [WIB_MIDNIGHT - minute, WIB_MIDNIGHT, WIB_MIDNIGHT - timedelta(hours=1), WIB_MIDNIGHT + timedelta(days=1)]
    store.add(make_document(n, published_at=at) for n, at in enumerate(moments))
    store.refresh()
    assert [(b.key, b.count) for b in store.count(Query(), by=["day"])] == [
        (("2026-11-11T00:00:00+07:00",), 2),
        (("2026-11-12T00:00:00+07:00",), 1),
        (("2026-11-13T00:00:00+07:00",), 1),
    ]
    assert counted(store, "day", zone="WITA") == {
        ("2026-11-12T00:00:00+08:00",): 3,
        ("2026-11-13T00:00:00+08:00",): 1,
    }
    assert counted(store, "hour", zone="WIT")[("2026-11-12T01:00:00+09:00",)] == 2


def test_counts_are_ordered_by_size_then_by_key_and_time_by_itself(store: Store) -> None:
    sources = ["b", "b", "a", "c", "c", "d"]
    store.add(make_document(n, source=s, published_at=FIRST_DAY + timedelta(days=6 - n)) for n, s in enumerate(sources))
    store.refresh()
    assert [(*b.key, b.count) for b in store.count(Query(), by=["source"])] == [("b", 2), ("c", 2), ("a", 1), ("d", 1)]
    pairs = [b.key for b in store.count(Query(), by=["source", "day"])]
    assert [pair[0] for pair in pairs] == ["b", "b", "c", "c", "a", "d"]
    assert pairs[0][1] < pairs[1][1]
    days = [b.key[0] for b in store.count(Query(), by=["day", "source"])]
    assert days == sorted(days)
    top = store.facets(Query(), fields=["source"], top=3)["source"]
    assert [b.key[0] for b in top] == ["b", "c", "a"]


def test_every_document_has_one_bucket_but_for_hashtags_and_authors(store: Store) -> None:
    store.add([make_document(1, hashtags=("a", "b", "A")), make_document(2, author="sari"), make_document(3)])
    store.refresh()
    for dimension in DIMENSIONS:
        total = sum(counted(store, dimension).values())
        assert total == {"hashtag": 2, "author": 1}.get(dimension, 3), dimension
    assert counted(store, "sample") == {("false",): 3}


def test_a_count_by_more_values_than_promised_is_refused_not_cut(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.add(make_document(n, author=f"akun {n}") for n in range(8))
    store.refresh()
    monkeypatch.setattr(search.aggregate, "MAX_TERMS", 7)
    for by in (["author"], ["day", "author"], ["author", "day"]):
        with pytest.raises(BadQuery, match="7"):
            store.count(Query(), by=by)  # type: ignore[arg-type]
    assert len(store.facets(Query(), fields=["author"], top=3)["author"]) == 3


# Streaming


def test_slices_share_everything_out_and_overlap_nowhere(store: Store) -> None:
    documents = [make_document(n) for n in range(60)]
    store.add(documents)
    store.refresh()
    for parts in (1, 3, 8, 1024):
        numbers = range(parts) if parts < 1024 else sorted({int(d.id, 16) % 1024 for d in documents})
        seen = [r.document.id for number in numbers for r in store.stream(Query(), slice_of=(number, parts))]
        assert sorted(seen) == sorted(d.id for d in documents)
    for impossible in ((1, 1), (-1, 2), (0, 0), (0, 2_000)):
        with pytest.raises(ValueError, match="slice"):
            list(store.stream(Query(), slice_of=impossible))


def test_a_stream_may_be_left_in_the_middle_and_its_documents_labelled_on_the_way(store: Store) -> None:
    documents = [make_document(n) for n in range(40)]
    store.add(documents)
    store.refresh()
    half = store.stream(Query(unscored_by="topic|linear|1"))
    store.annotate([make_label(next(half).document, "topic", "health") for _ in range(15)])
    half.close()  # type: ignore[attr-defined]
    store.refresh()
    rest = [r.document.id for r in store.stream(Query(unscored_by="topic|linear|1"))]
    assert len(rest) == len(set(rest)) == 25
    for record in store.stream(Query(unscored_by="topic|linear|1")):
        store.annotate([make_label(record.document, "topic", "other")])
    store.refresh()
    assert counted(store, "topic") == {("other",): 25, ("health",): 15}
