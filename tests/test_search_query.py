"""The query language, the projection that both stores index, and the reading of counts."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kentongan.errors import BadQuery
from kentongan.schema import Annotation, Document, Query, document_id, revision_hash
from search.aggregate import count_request, facets_settled, read_count, read_facets
from search.fields import (
    BOUNDARY,
    MAX_NEAR,
    MS_LIMIT,
    assemble_record,
    bare_decoder,
    encode_stored,
    epoch_ms,
    index_fields,
    index_first,
    query_filters,
    query_range,
    slice_bounds,
    stored_decoder,
)
from search.query import MAX_HEIGHT, parse_query
from search.query_grammar import MAX_DEPTH, MAX_LENGTH, load_grammar
from search.query_reader import MAX_WILDCARDS, MAX_WORDS
from search.query_tree import And, Everything, Not, OneOf, Or, Phrase, Prefix, Tree, Word, height
from search.store import BUCKETS, Bucket

NOON = datetime(2026, 11, 12, 5, tzinfo=UTC)

A, B, C = Word("air"), Word("banjir"), Word("cuaca")

TREES: list[tuple[str, Tree]] = [
    ("", Everything()),
    (" \n\t ", Everything()),
    ("Banjir", B),
    ("air banjir", And((A, B))),
    ("air AND banjir DAN cuaca", And((A, B, C))),
    ("air OR banjir ATAU cuaca", Or((A, B, C))),
    ("air OR banjir cuaca", Or((A, And((B, C))))),
    ("(air OR banjir) cuaca", And((Or((A, B)), C))),
    ("air -banjir", And((A, Not(B)))),
    ("air NOT banjir BUKAN cuaca", And((A, Not(B), Not(C)))),
    ("NOT air OR banjir", Or((Not(A), B))),
    ("-(air OR banjir)", Not(Or((A, B)))),
    ("NOT NOT air", A),
    ("dan atau", And((Word("dan"), Word("atau")))),
    ("gak", Word("tidak")),
    ('"gak"', Phrase("text", ("gak",))),
    ('"Beras Mahal"', Phrase("text", ("beras", "mahal"))),
    ("“beras mahal”", Phrase("text", ("beras", "mahal"))),
    ('"air AND (banjir"', Phrase("text", ("air", "and", "banjir"))),
    ("jawa-bali", Phrase("norm", ("jawa", "bali"))),
    ("banjir*", Prefix("banjir")),
    ("Jum'*", Prefix("jum'")),
    ("1.2*", Prefix("1.2")),
    ("#Banjir", OneOf(("hashtags",), "banjir")),
    ("@Pemkab", Word("@pemkab")),
    ("https://contoh.example/a", Word("https://contoh.example/a")),
    ("jam 10:30", And((Word("jam"), Word("10:30")))),
    ("sumber:antaranews.com", OneOf(("source", "publisher"), "antaranews.com")),
    ("sumber: antaranews.com", OneOf(("source", "publisher"), "antaranews.com")),
    ("SUMBER:a:b", OneOf(("source", "publisher"), "a:b")),
    ("topik:kesehatan", OneOf(("topic",), "health")),
    ("topik:health", OneOf(("topic",), "health")),
    ("topik:belum", OneOf(("topic",), "none")),
    ("sentimen:negatif", OneOf(("sentiment",), "negative")),
    ("hoaks:ragu", OneOf(("hoax",), "abstained")),
    ("wilayah:33.74", OneOf(("regions",), "33.74")),
    ("jenis:aduan", OneOf(("kind",), "complaint")),
    ("tagar:#Banjir", OneOf(("hashtags",), "banjir")),
    ('penulis:"@Budi S"', OneOf(("author_key",), "budi s")),
    ("-jenis:berita air", And((Not(OneOf(("kind",), "article")), A))),
    ("peringatan: air", And((Word("peringatan"), A))),
]


@pytest.mark.parametrize(("text", "tree"), TREES, ids=[text for text, _ in TREES])
def test_a_query_becomes_the_tree_a_person_means(text: str, tree: Tree) -> None:
    assert parse_query(text) == tree


def deep_query(levels: int) -> str:
    """A query whose tree is so high: a NOT at each third level, which takes the most room in Elasticsearch."""
    text = "air"
    for level in range(levels):
        text = (f"(banjir {text})", f"(sumber:x OR {text})", f"(NOT {text})")[level % 3]
    return text


FAULTS = [
    ("banjir AND", 10, "Setelah AND pada huruf ke-11 diharapkan kata, frasa dalam tanda kutip, atau kurung buka."),
    ("banjir AND AND air", 11, "Setelah AND pada huruf ke-12 diharapkan kata"),
    ("ATAU banjir", 0, "Pada huruf ke-1 diharapkan kata, frasa dalam tanda kutip, atau kurung buka, bukan ATAU."),
    ("air NOT", 7, "Setelah NOT pada huruf ke-8 diharapkan kata"),
    ("()", 1, "Setelah ( pada huruf ke-2 diharapkan"),
    ("(air", 0, "Kurung buka pada huruf ke-1 tidak ditutup; diharapkan kurung tutup."),
    ("air )", 4, "Kurung tutup pada huruf ke-5 tidak punya kurung buka."),
    ('air "banjir', 4, "Tanda kutip pada huruf ke-5 tidak ditutup"),
    ('air ""', 4, "Tidak ada kata"),
    ("air !!!", 4, "Tidak ada kata dalam !!! pada huruf ke-5; diharapkan kata."),
    ("air - banjir", 4, "Tidak ada kata dalam - pada huruf ke-5"),
    ("*", 0, "Sebelum tanda * pada huruf ke-1 diharapkan paling sedikit 2 huruf."),
    ("air b*", 5, "paling sedikit 2 huruf"),
    ("ban*jir", 3, "Tanda * pada huruf ke-4 hanya boleh di akhir kata."),
    ("#.*|.*", 2, "hanya boleh di akhir kata"),
    ("banjir/rob*", 0, "bukan satu kata"),
    ("sumber:", 7, "Setelah sumber: pada huruf ke-8 diharapkan kata atau frasa dalam tanda kutip."),
    ("topik:cuaca", 6, "Nilai cuaca pada huruf ke-7 tidak ada pada topik:; diharapkan salah satu dari "),
    (
        "air warna:merah",
        4,
        "Bidang warna: sebelum huruf ke-11 tidak dikenal; diharapkan salah satu dari sumber:, topik:",
    ),
    ("wilayah:Semarang", 8, "diharapkan kode wilayah"),
    ("sumber:antara*", 7, "Tanda * tidak berlaku dalam sumber:"),
    ("tagar:#", 6, "diharapkan sebuah nilai"),
    ("\x00\x01", 0, "Tidak ada kata"),
]


@pytest.mark.parametrize(("text", "position", "said"), FAULTS, ids=[text for text, _, _ in FAULTS])
def test_a_fault_is_named_with_its_place_and_what_was_expected(text: str, position: int, said: str) -> None:
    with pytest.raises(BadQuery) as caught:
        parse_query(text)
    assert said in str(caught.value)
    assert caught.value.position == position


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("(" * 10_000 + "air" + ")" * 10_000, "terlalu panjang"),
        ("air " * 250_000, "terlalu panjang"),
        ("(" * 900 + "air" + ")" * 900, "lebih dari 50"),
        ("NOT " * 400 + "air", "lebih dari 50"),
        (" ".join(["air*"] * (MAX_WILDCARDS + 1)), "lebih dari 20 tanda *"),
        ("a " * (MAX_WORDS + 1), "lebih dari 500 kata"),
        ('"' + "a " * (MAX_WORDS + 1) + '"', "lebih dari 500 kata"),
        ("NOT (air OR " * 40 + "air" + ")" * 40, "bertingkat lebih dari 20"),
        ("(" * 1_000, "lebih dari 50"),
        ("AND " * 500, "diharapkan"),
        ('"' * 1_999, "tidak ditutup"),
        ("topik:" * 300, "tidak ada pada topik:"),
    ],
)
def test_a_query_beyond_the_bounds_is_refused_in_a_short_message(text: str, said: str) -> None:
    with pytest.raises(BadQuery) as caught:
        parse_query(text)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 700


def test_a_query_at_the_bounds_is_answered() -> None:
    assert parse_query("(" * MAX_DEPTH + "air" + ")" * MAX_DEPTH) == A
    assert parse_query("air " * MAX_WORDS) == And((A,) * MAX_WORDS)
    assert len("air " * MAX_WORDS) == MAX_LENGTH
    assert parse_query(" OR ".join(["ai*"] * MAX_WILDCARDS)) == Or((Prefix("ai"),) * MAX_WILDCARDS)
    assert height(parse_query(deep_query(MAX_HEIGHT))) == MAX_HEIGHT
    assert parse_query("(-" * MAX_DEPTH + "air" + ")" * MAX_DEPTH) == A


PIECES = st.sampled_from(
    ["air", "gak", "(", ")", '"', "“", "AND", "ATAU", "NOT", "-", "--", "*", "ban*", "sumber:", "topik:", "x:y", "#",
     "@", "#a", ":", "/", "\\", "NEAR/2", "DEKAT/", "near/3", "jum'at", "1.284", "😀", "\u200b", "\ud800", "\x00", "¶",
     " ", "  ", "\n", "DAN", "jawa-bali"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.lists(PIECES, max_size=14).map(" ".join), st.lists(PIECES, max_size=10).map("".join), st.text()))
def test_any_text_parses_or_is_refused_in_words_at_a_place_within_it(text: str) -> None:
    try:
        parse_query(text)
    except BadQuery as error:
        assert error.position is not None
        assert 0 <= error.position <= len(text)
        assert error.message.endswith(".")
        assert error.message.isprintable()


BAD_INPUT = {
    "ten thousand parentheses": "(" * 10_000 + "air" + ")" * 10_000,
    "a megabyte": "air banjir " * 100_000,
    "a megabyte without a blank": "a" * 1_000_000,
    "a quotation mark left open": 'air "banjir',
    "only quotation marks": '"' * 1_999,
    "a star": "*",
    "stars": "*" * 2_000,
    "control characters": "".join(map(chr, range(32))) * 60,
    "a bomb for regular expressions": "(a+)+$" * 300,
    "a bomb with stars": "(.*.*)*x" * 250,
    "one letter": "a" * 2_000,
    "laughter": "ha" * 1_000,
    "laughter that ends otherwise": "wk" * 999 + "z",
    "doubled words": "anak-" * 400,
    "hyphens": "-" * 2_000,
    "spaced hyphens": "- " * 1_000,
    "colons": "a:" * 1_000,
    "addresses": "https://a.b/" * 166,
    "dots": "a." * 1_000,
    "digits": "1." * 1_000,
    "mentions": "@a" * 1_000,
    "hashtags": "#a" * 1_000,
    "stacked marks": "e" + "\u0301" * 1_999,
    "joined emoji": "👨\u200d" * 1_000,
    "lone surrogates": "\ud800" * 2_000,
    "surrogates the wrong way round": "\udc00\ud800" * 1_000,
    "five hundred words": "air " * 500,
    "NOT upon NOT": "NOT " * 499 + "air",
    "NOT within parentheses": "NOT (" * 45 + "air" + ")" * 45,
    "NEAR upon NEAR": "a NEAR/5 " * 200 + "b",
    "too many pairs": f"({' OR '.join(f'a{n}' for n in range(50))}) NEAR/5 ({' OR '.join(f'b{n}' for n in range(50))})",
    "NEAR without end": "a NEAR/" + "9" * 1_900 + " b",
    "fields upon fields": "topik:" * 333,
    "an unknown field": "warna:merah",
    "operators": "AND " * 500,
}


@pytest.mark.parametrize("text", BAD_INPUT.values(), ids=BAD_INPUT)
def test_bad_input_is_read_or_refused_in_a_tenth_of_a_second(text: str) -> None:
    load_grammar()

    def cpu_seconds() -> float:
        start = time.process_time()
        try:
            parse_query(text)
        except BadQuery as error:
            assert error.position is not None and len(str(error)) < 700
        return time.process_time() - start

    assert min(cpu_seconds() for _ in range(3)) < 0.1


# The projection


def make(**changes: object) -> Document:
    plain = Document(
        id=document_id("a", "1"), kind="post", publisher="a", platform="web", native_key="1", source="s",
        text="kata", published_at=NOON, collected_at=NOON,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_no_phrase_and_no_near_can_run_from_the_title_into_the_text() -> None:
    fields = index_fields(assemble_record(make(title="Beras", text="Mahal gak?"), (), (), {}))
    between = " ".join([BOUNDARY] * (MAX_NEAR + 1))
    assert fields.text == f"beras {between} mahal gak"
    assert fields.norm == f"beras {between} mahal tidak"
    with pytest.raises(BadQuery):
        parse_query(BOUNDARY)


@given(st.lists(st.tuples(st.integers(-(10**12), 10**12), st.integers(0, 999)), min_size=2))
def test_the_newest_key_orders_like_time_and_then_id(moments: list[tuple[int, int]]) -> None:
    fields = []
    for seconds, number in moments:
        when = NOON + timedelta(seconds=seconds // 200, microseconds=seconds % 7000)
        document = make(id=document_id("a", str(number)), published_at=when)
        fields.append(index_fields(assemble_record(document, (), (), {})))
    assert [f.published_ms for f in sorted(fields, key=lambda f: f.newest)] == sorted(f.published_ms for f in fields)
    assert all(-(2**63) <= f.newest < 2**63 for f in fields)
    assert sorted(fields, key=lambda f: (f.newest, f.id)) == sorted(fields, key=lambda f: (f.published_ms, f.id))


def test_times_beyond_the_key_are_indexed_as_its_limit_and_still_make_a_date() -> None:
    for when in (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)):
        ms = epoch_ms(when)
        assert abs(ms) <= MS_LIMIT
        answer = {"by": {"buckets": [{"key": str(ms // 3_600_000), "doc_count": 1}]}}
        assert len(read_count(answer, ["hour"], zone="WIT")) == 1
    assert epoch_ms(NOON + timedelta(microseconds=999)) == epoch_ms(NOON)
    assert epoch_ms(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1


def test_a_region_is_found_by_every_region_around_it_and_the_sources_own_word_counts_first() -> None:
    said = Annotation(
        document=make().id, task="region", value="33.74.01", by="m", version="1", at=NOON,
        revision=revision_hash(None, "kata"),
    )  # fmt: skip
    labelled = index_fields(assemble_record(make(), (), [said], {}))
    assert (labelled.region, labelled.regions) == ("33.74.01", ("33", "33.74", "33.74.01"))
    given_by_source = index_fields(assemble_record(make(region="99.01"), (), [said], {}))
    assert (given_by_source.region, given_by_source.regions) == ("99.01", ("99", "99.01"))
    unsure = replace(said, abstained=True)
    assert index_fields(assemble_record(make(), (), [unsure], {})).regions == ("abstained",)
    assert index_fields(assemble_record(make(), (), (), {})).regions == ("none",)


def test_only_machines_labels_of_the_newest_words_count_as_scored() -> None:
    now = revision_hash(None, "kata")
    said = [
        Annotation(document=make().id, task="topic", value="health", by=by, version=version, at=NOON, revision=words)
        for by, version, words in (("m", "2", now), ("m", "1", "0" * 32), ("ani", None, now), ("n", "1", None))
    ]
    assert index_fields(assemble_record(make(), (), said, {})).scored == ("topic|m|2", "topic|n|1")


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"title": "Harga #Beras", "text": "gak papa \ud800", "hashtags": ("#Rob",), "author": "@Budi"},
        {"region": "99.01", "language": "jv", "sample": True},
    ],
    ids=["bare", "words", "said by the source"],
)
def test_what_just_came_in_is_indexed_from_its_stored_bytes_as_its_record_would_be(said: dict[str, object]) -> None:
    stored = encode_stored(make(**said))
    record = assemble_record(stored_decoder(Document).decode(stored), (), (), {})
    assert index_first(bare_decoder(Document).decode(stored)) == index_fields(record)


def test_hashtags_come_from_the_source_and_from_the_words() -> None:
    fields = index_fields(assemble_record(make(text="awas #Banjir #banjir", hashtags=("#Rob", "banjir")), (), (), {}))
    assert fields.hashtags == ("banjir", "rob")


def test_filters_are_cut_and_cleaned_like_the_words_they_are_compared_with() -> None:
    asked = Query(sources=("s" * 999,), hashtags=("#Rob",), authors=("\ud800",))
    assert dict(query_filters(asked)) == {"source": ("s" * 256,), "author": ("\ufffd",), "hashtags": ("rob",)}
    with pytest.raises(BadQuery, match="terbalik"):
        query_range(Query(since=NOON, until=NOON - timedelta(hours=1)))


def test_slices_share_no_bucket_and_leave_none_out() -> None:
    for parts in (1, 3, 8, BUCKETS):
        bounds = [slice_bounds((number, parts)) for number in range(parts)]
        assert [bucket for first, past in bounds for bucket in range(first, past)] == list(range(BUCKETS))
    for wrong in ((1, 1), (-1, 2), (0, 0), (0, BUCKETS + 1)):
        with pytest.raises(ValueError, match="slice"):
            slice_bounds(wrong)


def test_what_cannot_be_read_again_is_not_stored() -> None:
    with pytest.raises(ValueError, match="cannot be stored"):
        encode_stored(make(author=5))
    kept = stored_decoder(Document).decode(encode_stored(make(author="\ud800a", facts={"k": "\udfff"})))
    assert (kept.author, kept.facts) == ("\ufffda", {"k": "\ufffd"})


# Counts


def test_a_count_comes_in_time_order_or_largest_first_and_then_by_key() -> None:
    def terms(*buckets: tuple[str, int]) -> dict[str, object]:
        return {"buckets": [{"key": key, "doc_count": n} for key, n in buckets], "sum_other_doc_count": 0}

    words = read_count({"by": terms(("b", 2), ("c", 5), ("a", 2))}, ["source"], zone="WIB")
    assert words == [Bucket(key=("c",), count=5), Bucket(key=("a",), count=2), Bucket(key=("b",), count=2)]
    day = 86_400_000.0
    buckets = [{"key": n * day - 25_200_000.0, "doc_count": 3, "by": terms(("x", 1), ("y", 2))} for n in (2, 1)]
    cells = read_count({"by": {"buckets": buckets}}, ["day", "topic"], zone="WIB")
    assert [cell.key for cell in cells] == [
        ("1970-01-02T00:00:00+07:00", "y"),
        ("1970-01-02T00:00:00+07:00", "x"),
        ("1970-01-03T00:00:00+07:00", "y"),
        ("1970-01-03T00:00:00+07:00", "x"),
    ]


def test_a_day_begins_at_local_midnight() -> None:
    offsets = {zone: count_request(["day"], zone=zone)["by"]["histogram"]["offset"] for zone in ("WIB", "WITA", "WIT")}
    assert offsets == {"WIB": 17 * 3_600_000, "WITA": 16 * 3_600_000, "WIT": 15 * 3_600_000}


def test_a_count_that_cannot_be_answered_whole_is_refused_in_words() -> None:
    with pytest.raises(BadQuery, match="lebih dari 10000 nilai"):
        read_count({"by": {"buckets": [], "sum_other_doc_count": 3}}, ["author"], zone="WIB")
    with pytest.raises(BadQuery, match="tidak dikenal"):
        count_request(["colour"], zone="WIB")  # type: ignore[list-item]
    with pytest.raises(BadQuery, match="dua dimensi"):
        count_request(["day", "topic", "kind"], zone="WIB")
    with pytest.raises(BadQuery, match="Zona waktu"):
        count_request(["day"], zone="UTC")


def test_a_facet_is_asked_again_where_a_left_out_bucket_could_tie() -> None:
    def answer(*counts: int, left_out: int) -> dict[str, object]:
        buckets = [{"key": str(n), "doc_count": count} for n, count in enumerate(counts)]
        return {"author": {"buckets": buckets, "sum_other_doc_count": left_out}}

    assert facets_settled(answer(5, 3, 1, left_out=9), ["author"], top=2)
    assert not facets_settled(answer(5, 3, 3, left_out=9), ["author"], top=2)
    assert facets_settled(answer(5, 3, 3, left_out=0), ["author"], top=2)
    assert [b.key for b in read_facets(answer(5, 3, 3, left_out=0), ["author"], top=2)["author"]] == [("0",), ("1",)]
