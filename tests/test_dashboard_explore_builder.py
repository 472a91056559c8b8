"""The form for queries: what it writes can be asked, and what it reads is not lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dashboard.explore_builder import QueryParts, read_parts, write_query
from kentongan.errors import BadQuery
from search.aliases import AliasFile
from search.query import parse_query
from search.query_tree import And, Not, Or, Tree

WORDS = st.sampled_from(["banjir", "gak", "rob*", "#tagar", "jalan", '"beras mahal"', '"air bersih"', "@pemkab"])
FIELDS = st.sampled_from(["topik:kesehatan", "sentimen:ragu", 'penulis:"Budi W"', "wilayah:33.74", "jenis:aduan"])
NEARS = st.sampled_from(["kapal DEKAT/5 karam", "air DEKAT/2 (pam ATAU pdam)"])
QUERIES = st.recursive(
    WORDS | FIELDS | NEARS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: f"({' '.join(parts)})"),
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: f"({' ATAU '.join(parts)})"),
        inner.map(lambda part: f"BUKAN ({part})"),
    ),
    max_leaves=8,
)


def meaning(tree: Tree) -> object:
    """A tree without the order of its parts, and with none of several as several nones."""
    match tree:
        case And(parts):
            found: set[object] = set()
            for part in parts:
                one = meaning(part)
                found |= set(one[1]) if isinstance(one, tuple) and one[0] == "and" else {one}  # type: ignore[call-overload]
            return ("and", frozenset(found))
        case Or(parts):
            return ("or", frozenset(meaning(part) for part in parts))
        case Not(Or(parts)):
            return meaning(And(tuple(Not(part) for part in parts)))
        case Not(part):
            return ("not", meaning(part))
        case _:
            return tree


@given(QUERIES)
@hypothesis_settings(max_examples=150, deadline=None)
def test_a_query_means_the_same_after_the_form_took_it_apart(text: str) -> None:
    try:
        asked = parse_query(text)
    except BadQuery:
        return
    assert meaning(parse_query(write_query(read_parts(text)))) == meaning(asked)


@given(st.builds(QueryParts, all_of=st.text(max_size=30), phrase=st.text(max_size=20), none_of=st.text(max_size=20)))
@hypothesis_settings(max_examples=150, deadline=None)
def test_whatever_is_typed_is_searched_for_and_never_an_operator(parts: QueryParts) -> None:
    written = write_query(parts)
    try:
        parse_query(written)
    except BadQuery as error:
        # Signs that are no word, or a * where none may stand, are said to be so; brackets and operators never clash.
        assert "Tidak ada kata" in str(error) or "*" in str(error) or "bukan satu kata" in str(error)


def test_the_form_writes_what_the_language_calls_things() -> None:
    parts = QueryParts(
        all_of="banjir DAN", any_of="rob genang*", phrase='beras "mahal', near=("kapal", "karam tenggelam"), distance=3,
        none_of="-jakarta", fields={"topik": ("health", "economy_prices"), "sentimen": ("abstained",)},
    )  # fmt: skip
    assert write_query(parts) == (
        'banjir "DAN" (rob ATAU genang*) "beras mahal" kapal DEKAT/3 (karam ATAU tenggelam) sentimen:ragu '
        "(topik:kesehatan ATAU topik:ekonomi) -jakarta"
    )


def test_what_the_form_has_no_place_for_stays_as_it_was_typed() -> None:
    parts = read_parts("banjir (rob ATAU (pasang DAN laut)) penulis:budi -jakarta")
    assert parts.all_of == "banjir" and parts.none_of == "jakarta"
    assert parts.also == "(rob ATAU (pasang laut)) penulis:budi"


def test_alias_lists_are_told_from_mentions(tmp_path: Path) -> None:
    path = tmp_path / "aliases.toml"
    path.write_text('[sby]\nsalah_satu = ["sby"]\n', encoding="utf-8")
    parts = read_parts("@sby @pemkab", AliasFile(path))
    assert parts.aliases == ("sby",) and parts.all_of == "@pemkab"


def test_a_query_that_does_not_parse_is_not_taken_apart() -> None:
    with pytest.raises(BadQuery):
        read_parts("banjir DAN (jalan")
    assert read_parts("  ") == QueryParts()
