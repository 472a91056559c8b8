"""Translates a query, its tree and its filters, into Elasticsearch's query language."""

from __future__ import annotations

from typing import Any

from kentongan.schema import Query
from search.fields import query_filters, query_range, word
from search.query import And, Everything, Not, OneOf, Or, Phrase, Prefix, Tree, Word, parse_query

MATCH_ALL: dict[str, Any] = {"match_all": {}}


def translate_query(query: Query, *, more: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    """The whole question: the text is scored, everything else filters; ``more`` filters too.

    Raises BadQuery where the text does not parse or the range runs backwards.
    """
    tree = translate_tree(parse_query(query.text))
    filters: list[dict[str, Any]] = [{"terms": {field: list(values)}} for field, values in query_filters(query)]
    since, until = query_range(query)
    if since is not None or until is not None:
        bounds = {name: value for name, value in (("gte", since), ("lt", until)) if value is not None}
        filters.append({"range": {"published_ms": bounds}})
    if query.unscored_by is not None:
        filters.append(exclude({"term": {"scored": word(query.unscored_by)}}))
    return {"bool": {"must": [tree], "filter": [*filters, *more]}}


def exclude(part: dict[str, Any]) -> dict[str, Any]:
    return {"bool": {"must_not": [part]}}


def translate_tree(tree: Tree) -> dict[str, Any]:
    """One node with what lies under it. The tokens are the tokeniser's own: nothing is analysed again but at spaces."""
    match tree:
        case Everything():
            return MATCH_ALL
        case Word(token):
            return {"term": {"norm": token}}
        case Phrase(field, (token,)):
            return {"term": {field: token}}
        case Phrase(field, tokens):
            return {"match_phrase": {field: {"query": " ".join(tokens), "analyzer": "whitespace"}}}
        case Prefix(stem):
            return {"prefix": {"text": {"value": stem}}}
        case OneOf(fields, value):
            return unweighed(either([{"term": {field: value}} for field in fields]))
        case And(parts):
            return {"bool": {"must": [translate_tree(part) for part in parts]}}
        case Or(parts):
            return either([translate_tree(part) for part in parts])
        case Not(part):
            return exclude(translate_tree(part))


def unweighed(part: dict[str, Any]) -> dict[str, Any]:
    """Order "best" weighs the words of the text alone."""
    return {"constant_score": {"filter": part, "boost": 0}}


def either(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {"bool": {"should": parts, "minimum_should_match": 1}}
