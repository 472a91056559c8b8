"""Translates a query, its tree and its filters, into Elasticsearch's query language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from kentongan.schema import Query
from search.aggregate import count_request, read_count
from search.aliases import AliasFile
from search.fields import query_exclusions, query_filters, query_range, word
from search.query import parse_query
from search.query_tree import And, Everything, Near, Not, OneOf, Or, Phrase, Prefix, Tree, Word
from search.store import Bucket, Dimension

MATCH_ALL: dict[str, Any] = {"match_all": {}}


def translate_query(query: Query, aliases: AliasFile, *, more: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    """The whole question: the text is scored, everything else filters; ``more`` filters too.

    Raises BadQuery where the text does not parse or the range runs backwards, BadSettings where the aliases it names
    cannot be read.
    """
    tree = translate_tree(parse_query(query.text, aliases))
    filters: list[dict[str, Any]] = [{"terms": {field: list(values)}} for field, values in query_filters(query)]
    filters += [exclude({"terms": {field: list(values)}}) for field, values in query_exclusions(query)]
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
        case Near(left, right, distance):
            sides = {"ordered": False, "max_gaps": distance, "intervals": [any_token(left), any_token(right)]}
            return {"intervals": {"norm": {"all_of": sides}}}
        case OneOf(fields, value):
            return unweighed(either([{"term": {field: value}} for field in fields]))
        case And(parts):
            nots = [translate_tree(part.part) for part in parts if isinstance(part, Not)]
            musts = [translate_tree(part) for part in parts if not isinstance(part, Not)]
            return {"bool": {"must": musts, "must_not": nots}}
        case Or(parts):
            return either([translate_tree(part) for part in parts])
        case Not(part):
            return exclude(translate_tree(part))


def any_token(words: Iterable[Word | Prefix]) -> dict[str, Any]:
    """Any of these tokens, as a source of intervals."""
    tokens: list[dict[str, Any]] = [
        {"prefix": {"prefix": one.stem}}
        if isinstance(one, Prefix)
        else {"match": {"query": one.token, "analyzer": "whitespace"}}
        for one in words
    ]
    return {"any_of": {"intervals": tokens}}


def unweighed(part: dict[str, Any]) -> dict[str, Any]:
    """Order "best" weighs the words of the text alone."""
    return {"constant_score": {"filter": part, "boost": 0}}


def either(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {"bool": {"should": parts, "minimum_should_match": 1}}


def count_with(
    ask: Callable[[dict[str, Any]], dict[str, Any]],
    query: Query,
    aliases: AliasFile,
    *,
    by: Sequence[Dimension],
    zone: str,
) -> list[Bucket]:
    """``Store.count`` through ``ask``, which sends the body of a search and gives the server's answer."""
    request = count_request(by, zone=zone)
    answer = ask({"query": translate_query(query, aliases), "size": 0, "track_total_hits": not by, "aggs": request})
    if not by:
        return [Bucket(key=(), count=answer["hits"]["total"]["value"])]
    return read_count(answer["aggregations"], by, zone=zone)
