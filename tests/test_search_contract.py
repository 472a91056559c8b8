"""The contract of a store, first half: what goes in, what is learned, what is kept; asked of both stores."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from search_documents import FIRST_DAY, build_world, fill, make_change, make_document, make_label
from search_stores import counted, found
from search_stores import store as store

from kentongan.errors import NotFound
from kentongan.schema import (
    BY_HAND,
    Engagement,
    Gap,
    Observation,
    Query,
    RawPointer,
    Record,
    document_id,
    revision_hash,
)
from search.store import DIMENSIONS, Store

# Taking in


def test_an_empty_store_answers_every_question_with_nothing(store: Store) -> None:
    page = store.search(Query(text="banjir"))
    assert (page.records, page.total, page.after) == ((), 0, None)
    assert [(b.key, b.count) for b in store.count(Query())] == [((), 0)]
    for dimension in DIMENSIONS:
        assert store.count(Query(), by=[dimension]) == []
        assert store.facets(Query(), fields=[dimension]) == {dimension: []}
    assert list(store.stream(Query())) == []
    assert store.gaps() == []
    assert store.current_models() == {}
    assert store.get(["0" * 32]) == [None]
    assert store.drop(["0" * 32]) == 0


def test_calls_with_nothing_in_them_do_nothing(store: Store) -> None:
    assert (store.add([]).new, store.observe([]), store.annotate([]), store.drop([]), store.add_gaps([])) == (0,) * 5
    assert store.get([]) == []
    assert store.facets(Query(), fields=[]) == {}


def test_a_document_added_twice_is_there_once_as_it_came_first(store: Store) -> None:
    first, second = make_document(1), make_document(2)
    assert store.add([first, second]).new == 2
    added = store.add([replace(first, text="lain sama sekali"), make_document(3)])
    assert (added.new, added.known) == (1, 1)
    assert store.get([first.id])[0] == Record(
        document=first, newest=store.get([first.id])[0].newest, observations=(), annotations=(), labels={}
    )  # type: ignore[union-attr]
    store.refresh()
    assert store.search(Query()).total == 3


def test_the_same_document_twice_in_one_call_is_there_once(store: Store) -> None:
    added = store.add([make_document(1), make_document(2), make_document(1)])
    assert (added.new, added.known) == (2, 1)


def test_a_record_comes_back_exactly_as_it_was_given(store: Store) -> None:
    document = make_document(
        1,
        kind="complaint",
        title="Jum'at & “kutip” \\ garis",
        text="baris satu\nbaris dua 🌊🇮🇩 1.284 \u2028 akhir",
        published_at=datetime(2026, 11, 12, 3, 15, 7, 123457, tzinfo=UTC),
        published_raw="Kamis, 12/11/2026 10:15 WIB",
        facts={"nomor.tiket": "A/1", "": "kosong", "dinas": "Perhubungan"},
        links=("https://contoh.example/?a=1&b=2",),
        media=("https://contoh.example/a.jpg",),
        raw=RawPointer(file="2026/11/12.warc.gz", offset=2**40),
        reply_to=document_id("sosial.example", "2"),
        sample=True,
    )
    seen = Observation(
        document=document.id, at=FIRST_DAY, state="gone", engagement=Engagement(likes=0, shares=None, views=10**12)
    )
    said = make_label(document, "topic", "health", probabilities={"health": 0.1 + 0.2, "other": 1 - (0.1 + 0.2)})
    store.add([document])
    assert store.observe([seen]) == 1
    assert store.annotate([said]) == 1
    (record,) = store.get([document.id])
    assert record is not None
    assert record.document == document
    assert record.observations == (seen,)
    assert record.annotations == (said,)
    assert record.labels == {"topic": said}
    assert record.newest.hash == revision_hash(document.title, document.text)
    store.refresh()
    assert store.search(Query()).records == (record,)
    assert list(store.stream(Query())) == [record]


def test_get_keeps_the_order_asked_for_and_says_none_for_what_is_not_there(store: Store) -> None:
    documents = [make_document(number) for number in range(5)]
    store.add(documents)
    asked = [documents[3].id, "f" * 32, "", documents[0].id, documents[3].id, "bukan id", "é" * 600]
    got = store.get(asked)
    assert [record and record.document.native_key for record in got] == ["3", None, None, "0", "3", None, None]


def test_what_one_opening_wrote_is_there_for_reading_at_once(store: Store) -> None:
    store.add([make_document(1)])
    assert store.get([make_document(1).id])[0] is not None


def test_hostile_words_and_names_are_kept_and_harm_nothing(store: Store) -> None:
    documents = [
        make_document(1, author="x" * 5_000, source="s" * 40_000, hashtags=("t" * 40_000,)),
        make_document(2, text="kata" * 10_000, title="\ud800 sisa \udfff", author="\udc00", facts={"\ud800": "\ud801"}),
        make_document(3, text="\x00\x01 nol \x7f", author=" ", publisher="", platform=""),
        make_document(4, text="!!! ... ???"),
    ]
    assert store.add(documents).new == 4
    assert store.add(documents).known == 4
    store.refresh()
    assert store.search(Query()).total == 4
    assert store.search(Query(sources=("s" * 40_000,))).total == 1
    assert store.search(Query(authors=("x" * 5_000,))).total == 1
    assert found(store, "sisa") == {"2"}
    assert found(store, "nol") == {"3"}
    assert len(list(store.stream(Query()))) == 4


# Learning


def test_a_changed_post_is_found_by_its_new_words_only(store: Store) -> None:
    document = make_document(1, text="banjir di randu")
    store.add([document])
    change = make_change(document, "sudah surut")
    assert store.observe([change]) == 1
    assert store.observe([change, change]) == 0
    store.refresh()
    assert found(store, "banjir") == set()
    assert found(store, "surut") == {"1"}
    (record,) = store.get([document.id])
    assert record is not None
    assert record.newest == change.revision
    assert record.document.text == "banjir di randu"


def test_a_change_that_arrives_late_does_not_replace_a_newer_one(store: Store) -> None:
    document = make_document(1)
    store.add([document])
    newer = make_change(document, "baru", at=FIRST_DAY + timedelta(days=2))
    older = make_change(document, "lama", at=FIRST_DAY + timedelta(days=1))
    store.observe([newer])
    store.observe([older])
    store.refresh()
    assert found(store, "baru") == {"1"}
    assert found(store, "lama") == set()
    (record,) = store.get([document.id])
    assert record is not None
    assert record.observations == (older, newer), "oldest first"


def test_labels_count_once_and_repeating_one_changes_nothing(store: Store) -> None:
    document = make_document(1)
    store.add([document])
    said = make_label(document, "sentiment", "negative")
    assert store.annotate([said, said]) == 1
    assert store.annotate([replace(said, value="positive")]) == 0, "a model says one thing about one revision"
    store.refresh()
    assert counted(store, "sentiment") == {("negative",): 1}


def test_a_persons_newest_word_counts_before_any_machines(store: Store) -> None:
    document = make_document(1)
    store.add([document])
    store.use_model("sentiment", "linear", "1")
    first = make_label(document, "sentiment", "neutral", by="ani", version=None, at=FIRST_DAY + timedelta(days=1))
    second = make_label(document, "sentiment", "positive", by="budi", version=None, at=FIRST_DAY + timedelta(days=2))
    machine = make_label(document, "sentiment", "negative", at=FIRST_DAY + timedelta(days=9))
    assert store.annotate([second, machine, first]) == 3
    store.refresh()
    assert counted(store, "sentiment") == {("positive",): 1}


def test_a_machines_label_of_older_words_does_not_count_any_more(store: Store) -> None:
    document = make_document(1)
    store.add([document])
    store.annotate([make_label(document, "sentiment", "negative")])
    change = make_change(document, "kata baru")
    store.observe([change])
    store.refresh()
    assert counted(store, "sentiment") == {("none",): 1}
    assert found(store, unscored_by="sentiment|linear|1") == {"1"}
    assert change.revision is not None
    store.annotate([make_label(document, "sentiment", "positive", revision=change.revision.hash)])
    store.refresh()
    assert counted(store, "sentiment") == {("positive",): 1}
    assert found(store, unscored_by="sentiment|linear|1") == set()
    assert found(store, unscored_by="sentiment|linear|2") == {"1"}
    assert found(store, unscored_by="topic|linear|1") == {"1"}


def test_an_abstention_and_a_document_nobody_labelled_have_buckets_of_their_own(store: Store) -> None:
    documents = [make_document(number) for number in range(3)]
    store.add(documents)
    store.annotate(
        [
            make_label(documents[0], "topic", "health", abstained=True),
            make_label(documents[1], "topic", None, abstained=True),
        ]
    )
    store.refresh()
    assert counted(store, "topic") == {("abstained",): 2, ("none",): 1}
    assert found(store, topics=("abstained",)) == {"0", "1"}
    assert found(store, topics=("none", "health")) == {"2"}


def test_a_source_can_be_left_out_whatever_else_is_asked(store: Store) -> None:
    store.add(make_document(n, source=("linimasa", "lapor", BY_HAND)[n % 3], text="banjir") for n in range(6))
    store.refresh()
    assert found(store, without_sources=(BY_HAND,)) == {"0", "1", "3", "4"}
    assert found(store, text="banjir", without_sources=(BY_HAND, "lapor")) == {"0", "3"}
    assert found(store, text="-sumber:lapor", without_sources=(BY_HAND,)) == {"0", "3"}
    assert found(store, sources=("lapor",), without_sources=("lapor",)) == set()
    assert found(store, without_sources=("tidak ada",)) == {str(n) for n in range(6)}


def test_choosing_a_model_changes_what_counts_and_choosing_back_changes_it_back(store: Store) -> None:
    documents = [make_document(number) for number in range(4)]
    store.add(documents)
    for version, value in (("1", "negative"), ("2", "positive")):
        store.annotate(make_label(d, "sentiment", value, version=version) for d in documents)
    store.annotate([make_label(documents[0], "sentiment", "neutral", by="ani", version=None)])
    store.annotate([make_label(documents[1], "topic", "health")])
    for version, value in (("1", "negative"), ("2", "positive"), ("1", "negative"), ("1", "negative")):
        store.use_model("sentiment", "linear", version)
        store.refresh()
        assert counted(store, "sentiment") == {("neutral",): 1, (value,): 3}
        assert store.current_models() == {"sentiment": f"linear|{version}"}
        (record,) = store.get([documents[2].id])
        assert record is not None
        assert record.labels["sentiment"].value == value
    store.use_model("sentiment", "lain", "9")
    store.refresh()
    assert counted(store, "sentiment") == {("none",): 3, ("neutral",): 1}
    assert counted(store, "topic") == {("health",): 1, ("none",): 3}


@pytest.mark.parametrize("known_first", [True, False])
def test_learning_about_a_document_the_store_lacks_is_refused_and_writes_nothing(
    store: Store, known_first: bool
) -> None:
    known, stranger = make_document(1), make_document(2)
    store.add([known])
    pair = [known, stranger] if known_first else [stranger, known]
    with pytest.raises(NotFound):
        store.annotate([make_label(d, "topic", "health") for d in pair])
    with pytest.raises(NotFound):
        store.observe([make_change(d, "lain") for d in pair])
    (record,) = store.get([known.id])
    assert record is not None
    assert (record.annotations, record.observations) == ((), ())


def test_a_dropped_document_is_gone_with_all_that_was_learned_and_may_come_again(store: Store) -> None:
    first, second = make_document(1), make_document(2)
    store.add([first, second])
    store.annotate([make_label(first, "topic", "health")])
    store.refresh()
    assert store.drop([first.id, "0" * 32, first.id, "", "aneh"]) == 1
    assert store.drop([first.id]) == 0
    store.refresh()
    assert store.get([first.id]) == [None]
    assert found(store) == {"2"}
    assert counted(store, "topic") == {("none",): 1}
    with pytest.raises(NotFound):
        store.annotate([make_label(first, "topic", "health")])
    assert store.add([first]).new == 1
    store.refresh()
    (record,) = store.get([first.id])
    assert record is not None
    assert record.annotations == ()


# Gaps


def test_gaps_are_kept_once_and_found_where_they_overlap(store: Store) -> None:
    def gap(source: str, since: int, until: int, reason: str = "server menjawab 503") -> Gap:
        hours = (FIRST_DAY + timedelta(hours=since), FIRST_DAY + timedelta(hours=until))
        return Gap(source=source, since=hours[0], until=hours[1], reason=reason)

    gaps = [gap("b", 10, 20), gap("a", 10, 12), gap("a", 1, 5), gap("a", 10, 12, "lain"), gap("c", 30, 30)]
    assert store.add_gaps([*gaps, gaps[0]]) == 5
    assert store.add_gaps(gaps) == 0
    assert set(store.gaps()) == set(gaps)
    assert [g.since for g in store.gaps()] == sorted(g.since for g in gaps)
    assert store.gaps(sources=["a"], since=FIRST_DAY + timedelta(hours=5))[0].since == gaps[1].since

    def between(since: int, until: int) -> set[Gap]:
        return set(store.gaps(since=FIRST_DAY + timedelta(hours=since), until=FIRST_DAY + timedelta(hours=until)))

    assert between(12, 14) == {gaps[0]}
    assert between(5, 10) == set(), "a gap ends before its last moment, a range before its own"
    assert between(0, 2) == {gaps[2]}
    assert store.gaps(sources=["tidak ada"]) == []


# Keeping well


def test_a_healthy_store_says_so_and_how_much_it_holds(store: Store) -> None:
    store.add([make_document(n) for n in range(5)])
    store.annotate([make_label(make_document(1), "topic", "health")])
    store.drop([make_document(4).id])
    store.refresh()
    health = store.health()
    assert (health.documents, health.behind, health.problems) == (4, 0, ())
    assert health.size_bytes > 0
    assert store.check().problems == ()


def test_rebuilding_changes_no_answer(store: Store) -> None:
    world = build_world(60, seed=3)
    fill(store, world)
    before = [store.count(Query(), by=[dimension]) for dimension in DIMENSIONS]
    store.rebuild()
    store.refresh()
    assert [store.count(Query(), by=[dimension]) for dimension in DIMENSIONS] == before
    assert store.check().problems == ()
