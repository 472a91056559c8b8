"""Translates a Query, its text's tree and its filters, into tantivy's own.

Filters never weigh: order "best" is BM25 over the words of the text alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from kentongan.schema import Query
from search.aliases import AliasFile
from search.fields import query_exclusions, query_filters, query_range, word
from search.query import parse_query
from search.query_tree import And, Everything, Near, Not, OneOf, Or, Phrase, Prefix, Tree, Word

if TYPE_CHECKING:
    from tantivy import Query as EngineQuery
    from tantivy import Schema


def translate_query(
    schema: Schema, query: Query, aliases: AliasFile, *, buckets: tuple[int, int] | None = None
) -> EngineQuery:
    """tantivy's query for ours. ``buckets``: only documents of these, as (first, first past it).

    Raises BadQuery where the text does not parse or the time range runs backwards, BadSettings where the aliases it
    names cannot be read.
    """
    musts, nots = [], []
    tree = parse_query(query.text, aliases)
    if not isinstance(tree, Everything):
        musts.append(translate_tree(schema, tree))
    musts += [any_value(schema, (field,), values) for field, values in query_filters(query)]
    nots += [any_value(schema, (field,), values) for field, values in query_exclusions(query)]
    since, until = query_range(query)
    if since is not None or until is not None:
        musts.append(number_range(schema, "published_ms", since, until))
    if buckets is not None:
        musts.append(number_range(schema, "bucket", *buckets))
    if query.unscored_by is not None:
        nots.append(any_value(schema, ("scored",), (word(query.unscored_by),)))
    return all_of(musts, nots)


def translate_tree(schema: Schema, tree: Tree) -> EngineQuery:
    """tantivy's query for a tree."""
    from tantivy import Occur
    from tantivy import Query as EngineQuery

    match tree:
        case Everything():
            return EngineQuery.all_query()
        case Word(token):
            return EngineQuery.term_query(schema, "norm", token)
        case Phrase(field, words):
            if len(words) == 1:
                return EngineQuery.term_query(schema, field, words[0])
            return EngineQuery.phrase_query(schema, field, list(words))
        case Prefix(stem):
            # Distance 0 with a prefix: an automaton over the term dictionary, nothing to escape.
            return EngineQuery.fuzzy_term_query(schema, "text", stem, distance=0, prefix=True)
        case Near(left, right, distance):
            pairs = [near_pair(schema, one, other, distance) for one in left for other in right]
            return EngineQuery.boolean_query([(Occur.Should, pair) for pair in pairs])
        case OneOf(fields, value):
            return any_value(schema, fields, (value,))
        case And(parts):
            nots = [translate_tree(schema, part.part) for part in parts if isinstance(part, Not)]
            return all_of([translate_tree(schema, part) for part in parts if not isinstance(part, Not)], nots)
        case Or(parts):
            return EngineQuery.boolean_query([(Occur.Should, translate_tree(schema, part)) for part in parts])
        case Not(part):
            return all_of([], [translate_tree(schema, part)])


def near_pair(schema: Schema, one: Word | Prefix, other: Word | Prefix, distance: int) -> EngineQuery:
    """Both in ``norm``, in either order, with at most ``distance`` tokens between them."""
    from tantivy import Query as EngineQuery

    # Of two terms with the same offset, slop is the distance, whichever comes first.
    slop = distance + 1
    if isinstance(one, Word) and isinstance(other, Word):
        return EngineQuery.phrase_query(schema, "norm", [(0, one.token), (0, other.token)], slop=slop)
    # One pair at a time: an automaton has room for 1,000 letters.
    return EngineQuery.regex_phrase_query(schema, "norm", [(0, pattern(one)), (0, pattern(other))], slop=slop)


def pattern(word: Word | Prefix) -> str:
    return f"{re.escape(word.stem)}.*" if isinstance(word, Prefix) else re.escape(word.token)


def all_of(musts: Iterable[EngineQuery], nots: Iterable[EngineQuery]) -> EngineQuery:
    """All of these and none of those; without any of these, every document but those."""
    from tantivy import Occur
    from tantivy import Query as EngineQuery

    parts = [(Occur.Must, part) for part in musts]
    without = [(Occur.MustNot, part) for part in nots]
    if len(parts) == 1 and not without:
        return parts[0][1]
    # A query of nothing but "not" matches nothing in tantivy.
    return EngineQuery.boolean_query([*(parts or [(Occur.Must, unweighed(EngineQuery.all_query()))]), *without])


def any_value(schema: Schema, fields: Iterable[str], values: Iterable[str]) -> EngineQuery:
    """Any of the fields holds any of the values whole."""
    from tantivy import Occur
    from tantivy import Query as EngineQuery

    terms = [
        EngineQuery.term_query(schema, field, value, index_option="basic") for field in fields for value in set(values)
    ]
    either = terms[0] if len(terms) == 1 else EngineQuery.boolean_query([(Occur.Should, term) for term in terms])
    return unweighed(either)


def number_range(schema: Schema, field: str, first: int | None, past: int | None) -> EngineQuery:
    """first <= field < past."""
    from tantivy import FieldType
    from tantivy import Query as EngineQuery

    # tantivy wants an open side to be inclusive.
    in_range = EngineQuery.range_query(
        schema, field, FieldType.Integer, lower_bound=first, upper_bound=past, include_upper=past is None
    )
    return unweighed(in_range)


def unweighed(query: EngineQuery) -> EngineQuery:
    from tantivy import Query as EngineQuery

    return EngineQuery.const_score_query(query, 0.0)
