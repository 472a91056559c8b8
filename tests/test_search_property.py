"""Generated documents, generated questions: both stores find what plain Python finds, in the same order and number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from reference_search import Tokenised, expected_ids, tokenise
from search_documents import FIRST_DAY, make_change, make_document, make_label
from search_stores import all_pages, elastic_store, embedded_store

from kentongan.errors import BadQuery
from kentongan.schema import KINDS, Annotation, Document, Observation, Query, document_id, newest_revision
from search.aliases import AliasFile
from search.query import MAX_HEIGHT
from search.query_reader import MAX_WILDCARDS, MAX_WORDS
from search.store import DIMENSIONS, Dimension, Store

VOCABULARY = (
    "banjir", "Banjir", "rob", "jalan", "jalan-jalan", "jalan2", "gak", "tidak", "yg", "yang", "bangetttt", "banget",
    "jum'at", "jumat", "1.284", "12.500", "rp12.500", "🔥", "👍🏽", "#banjir", "#Bansos", "@pemkab", "covid-19", "a",
    "dan", "https://a.example/b?c=d&e", "naïve", "İ", "ß", "ke-2", "ꦧꦱ",
)  # fmt: skip
"""Few words, so that generated questions meet generated documents; each kind of token the tokeniser knows."""

STEMS = ("ba", "ban", "jal", "jalan", "jum'", "1.2", "12.", "co", "cov", "#ba", "@pe", "https://a", "na", "gak", "rp12")
ALIASES = """
[air]
salah_satu = ["banjir", '"rob jalan"', "@jalur"]
kecuali = ["yang", "#bansos"]
[jalur]
salah_satu = ["jalan", "jalan-jalan", "jal*"]
[sangat]
salah_satu = ["banget", "gak"]
[ragu]
salah_satu = ["sentimen:ragu", "-banjir"]
"""

REGIONS = ("99", "99.01", "99.01.01", "99.02", "9.01")
LABELS = ("negative", "neutral", "positive")
MODELS = (("linear", "1"), ("linear", "2"), ("lain", "1"))

common = st.sampled_from(VOCABULARY[:6])
words = st.one_of(common, common, st.sampled_from(VOCABULARY), st.sampled_from(VOCABULARY), st.text(max_size=6))
texts = st.lists(words, min_size=1, max_size=9).map(" ".join).filter(str.strip)
times = st.one_of(
    st.sampled_from([0, 1, 3_600_000, 61_199_999, 61_200_000, 86_400_000]),
    st.integers(0, 3 * 86_400_000),
).map(lambda ms: FIRST_DAY + timedelta(milliseconds=ms))


@dataclass(frozen=True)
class Example:
    """Documents with what is learned about them."""

    documents: tuple[Document, ...]
    observations: tuple[Observation, ...]
    annotations: tuple[Annotation, ...]


@st.composite
def examples(draw: st.DrawFn) -> Example:
    documents, observations, annotations = [], [], []
    for number in range(draw(st.integers(2, 10))):
        document = make_document(
            number,
            kind=draw(st.sampled_from(KINDS)),
            source=draw(st.sampled_from(["s1", "s2", "S1"])),
            platform=draw(st.sampled_from(["web", "x"])),
            text=draw(texts),
            title=draw(st.none() | texts),
            published_at=draw(times),
            author=draw(st.sampled_from([None, "sari", "@Sari", "Budi W"])),
            region=draw(st.none() | st.sampled_from(REGIONS)),
            hashtags=tuple(draw(st.lists(st.sampled_from(["banjir", "Bansos", "x"]), max_size=2))),
            sample=draw(st.booleans()),
        )
        seen = [
            make_change(document, text, at=FIRST_DAY + timedelta(days=5, minutes=draw(st.integers(0, 3))))
            for text in draw(st.lists(texts, max_size=2))
        ]
        newest = newest_revision(document, seen).hash
        for task in draw(st.lists(st.sampled_from(["sentiment", "topic", "hoax", "region", "language"]), max_size=4)):
            model, version = draw(st.sampled_from(MODELS))
            person = draw(st.integers(0, 4)) == 0
            value = draw(st.sampled_from(REGIONS if task == "region" else LABELS))
            said = make_label(
                document, task, value, by="ani" if person else model, version=None if person else version,
                abstained=draw(st.integers(0, 3)) == 0,
                at=FIRST_DAY + timedelta(days=6, minutes=draw(st.integers(0, 3))),
            )  # fmt: skip
            annotations.append(replace(said, revision=newest) if draw(st.booleans()) else said)
        documents.append(document)
        observations += seen
    return Example(tuple(documents), tuple(observations), tuple(annotations))


def quoted(found: list[str]) -> str:
    return '"' + " ".join(found).replace('"', "") + '"'


atoms = st.one_of(
    common,
    common,
    st.sampled_from(VOCABULARY),
    st.lists(common, min_size=2, max_size=3).map(quoted),
    st.sampled_from(VOCABULARY).map(lambda word: quoted([word])),
    st.sampled_from(STEMS).map(lambda stem: f"{stem}*"),
    st.sampled_from(
        [
            "sumber:s1", "penulis:sari", 'penulis:"budi w"', "jenis:aduan", "sentimen:negatif", "topik:belum",
            "hoaks:ragu", "wilayah:99.01", "tagar:bansos",
        ]
    ),
)  # fmt: skip


operands = st.one_of(
    common,
    st.sampled_from(VOCABULARY),
    st.sampled_from(["ban*", "banj*", "jal*", "jalan*", "1.28*", "cov*", "#ban*", "https://a*", "naï*", "@sangat"]),
    st.lists(st.one_of(common, st.sampled_from(["rob", "gak", "yang", "jum'at", "#Bansos", "jala*", "tida*"])),
             min_size=2, max_size=3).map(lambda words: f"({' ATAU '.join(words)})"),
)  # fmt: skip
nears = st.builds(
    "{} {}/{} {}".format,
    operands,
    st.sampled_from(["NEAR", "DEKAT"]),
    st.one_of(st.integers(0, 4), st.sampled_from([9, 50])),
    operands,
)
aliased = st.sampled_from(["@air", "@jalur", "@sangat", "@ragu", "@pemkab"])
atoms = st.one_of(atoms, atoms, atoms, st.one_of(nears, aliased))


def combine(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    joined = st.tuples(inner, st.sampled_from([" ", " AND ", " DAN ", " OR ", " ATAU ", " -", " NOT "]), inner)
    return st.one_of(joined.map("".join), inner.map("({})".format), inner.map("NOT ({})".format))


questions = st.one_of(
    atoms, st.recursive(atoms, combine, max_leaves=4), st.recursive(atoms, combine, max_leaves=9), st.text(max_size=9)
)


FILTERS: dict[str, tuple[object, ...]] = {
    "kinds": (KINDS[:2], KINDS[2:]),
    "sentiments": (("negative", "none"), ("abstained",), ("neutral", "positive", "none")),
    "topics": (("none",), ("negative", "abstained")),
    "hoax": (("none", "positive"), ("abstained", "negative")),
    "languages": (("none",), ("neutral", "positive")),
    "sources": (("s1",), ("S1", "s2")),
    "without_sources": (("s1",), ("S1", "s2"), ("s1", "tiada")),
    "platforms": (("web",), ("web", "x")),
    "regions": (("99",), ("99.01", "none"), ("9",), ("abstained", "99.02")),
    "authors": (("sari",), ("@Sari", "Budi W")),
    "hashtags": (("banjir",), ("#BANSOS", "x")),
    "unscored_by": ("sentiment|linear|1", "topic|lain|1", "hoax|linear|2"),
    "since": tuple(FIRST_DAY + timedelta(milliseconds=ms) for ms in (0, 1, 61_200_000)),
    "until": tuple(FIRST_DAY + timedelta(milliseconds=ms) for ms in (86_400_000, 61_200_000, 1)),
}


@st.composite
def queries(draw: st.DrawFn) -> Query:
    """A text, often none, with at most two filters: more would leave nothing to compare."""
    text = draw(st.just("") | questions)
    names = draw(st.lists(st.sampled_from(sorted(FILTERS)), max_size=0 if len(text) > 30 else 2, unique=True))
    return Query(text=text, **{name: draw(st.sampled_from(FILTERS[name])) for name in names})  # type: ignore[arg-type]


dimensions = st.lists(st.sampled_from(DIMENSIONS), max_size=2)
zones = st.sampled_from(["WIB", "WITA", "WIT"])


@pytest.fixture(scope="module")
def aliases(tmp_path_factory: pytest.TempPathFactory) -> AliasFile:
    path: Path = tmp_path_factory.mktemp("lists") / "aliases.toml"
    path.write_text(ALIASES, encoding="utf-8")
    return AliasFile(path)


@pytest.fixture(scope="module")
def both(
    elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory, aliases: AliasFile
) -> Iterator[tuple[Store, Store]]:
    """Two stores for all examples: each example's documents carry a publisher of their own, which its queries ask."""
    with (
        embedded_store(tmp_path_factory.mktemp("property"), aliases=aliases) as embedded,
        elastic_store(elasticsearch_url, aliases=aliases) as elastic,
    ):
        for store in (embedded, elastic):
            store.use_model("sentiment", "linear", "1")
            store.use_model("region", "lain", "1")
        yield embedded, elastic


def answer_of(ask: Callable[[], object]) -> object:
    """An answer, or the refusal as a value to compare."""
    try:
        return ask()
    except BadQuery as refusal:
        return f"refused at {refusal.position}: {refusal.message}"


def work_out(documents: Sequence[Tokenised], query: Query, aliases: AliasFile) -> dict[str, object]:
    """What plain Python answers to the questions it can."""
    found = answer_of(lambda: expected_ids(documents, query, aliases))
    if not isinstance(found, list):
        return dict.fromkeys(("pages", "total", "best", "stream"), found)
    return {"pages": found, "total": len(found), "best": sorted(found), "stream": sorted(found)}


def ask_everything(store: Store, query: Query, by: list[Dimension], zone: str) -> dict[str, object]:
    return {
        "pages": answer_of(lambda: all_pages(store, query, limit=3)),
        "total": answer_of(lambda: store.search(query, limit=1).total),
        "best": answer_of(lambda: sorted(r.document.id for r in store.search(query, order="best", limit=50).records)),
        "count": answer_of(lambda: store.count(query, by=by, zone=zone)),
        "facets": answer_of(lambda: store.facets(query, fields=DIMENSIONS, top=3)),
        "stream": answer_of(lambda: sorted(r.document.id for r in store.stream(query))),
    }


@pytest.mark.timeout(3_600)
def test_both_stores_find_what_plain_python_finds_whatever_is_written_and_asked(
    both: tuple[Store, Store], aliases: AliasFile, trials: Callable[[int, int], int]
) -> None:
    numbers = count()
    few = trials(25, 400)
    met: list[object] = []

    @settings(
        max_examples=few,
        deadline=None,
        database=None,
        # Shrinking asks a server hundreds of times; what differs is named below, with its question and documents.
        phases=[Phase.explicit, Phase.generate],
        derandomize=few <= 25,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
    @given(examples(), st.lists(st.tuples(queries(), dimensions, zones), min_size=3, max_size=6))
    def agree(example: Example, asked: list[tuple[Query, list[Dimension], str]]) -> None:
        publisher = f"contoh-{next(numbers)}"
        named = {d.id: document_id(publisher, d.native_key) for d in example.documents}
        for store in both:
            store.add(replace(d, id=named[d.id], publisher=publisher) for d in example.documents)
            store.observe(replace(seen, document=named[seen.document]) for seen in example.observations)
            store.annotate(replace(said, document=named[said.document]) for said in example.annotations)
            store.refresh()
        ids = list(named.values())
        records = both[0].get(ids)
        assert records == both[1].get(ids)
        there = [tokenise(record) for record in records if record is not None]
        assert len(there) == len(ids)
        for query, by, zone in asked:
            query = replace(query, publishers=(publisher,))
            embedded, elastic = (ask_everything(store, query, by, zone) for store in both)
            met.append(elastic["total"])
            differing = {name: (embedded[name], elastic[name]) for name in embedded if embedded[name] != elastic[name]}
            assert not differing, (query, by, zone, records)
            for name, answer in work_out(there, query, aliases).items():
                assert embedded[name] == answer, (name, query, records)

    agree()
    found = [total for total in met if isinstance(total, int) and total > 0]
    assert len(found) > len(met) / 4, "many questions must find something, or this says little"


def deepest_query() -> str:
    """As many groups within each other as a query may have."""
    text = "air"
    for level in range(MAX_HEIGHT):
        text = (f"(banjir {text})", f"(sumber:x OR {text})", f"(NOT {text})")[level % 3]
    return text


@pytest.mark.parametrize(
    "text",
    [
        deepest_query(),
        "NOT (a OR NOT (b " * (MAX_HEIGHT // 4) + "sumber:x" + "))" * (MAX_HEIGHT // 4),
        "a " * MAX_WORDS,
        " OR ".join("a" for _ in range(400)),
        f'"{"banjir " * 280}"',
        " OR ".join(["ba*"] * MAX_WILDCARDS),
        " OR ".join(f"sumber:s{n}" for n in range(140)),
    ],
    ids=lambda text: text[:30],
)
def test_the_largest_queries_are_answered_by_both_stores(both: tuple[Store, Store], text: str) -> None:
    question = Query(text=text, regions=tuple(f"99.{n:02d}" for n in range(99)), sources=tuple(map(str, range(500))))
    for asked in (question, Query(text=text)):
        embedded, elastic = (store.count(asked) for store in both)
        assert embedded == elastic
