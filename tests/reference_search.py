"""What a question must find, worked out in plain Python over the tokens of each record, with no engine and no index.

Title and text are looked at one after the other, so nothing can run from one into the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kentongan.schema import Query, Record
from kentongan.text import normalised_tokens, tokens
from search.aliases import AliasFile
from search.fields import IndexFields, index_fields, query_exclusions, query_filters, query_range, word
from search.query import parse_query
from search.query_tree import And, Everything, Near, Not, OneOf, Or, Phrase, Prefix, Tree, Word


@dataclass(frozen=True, slots=True)
class Tokenised:
    """A record as it is looked at."""

    fields: IndexFields
    text: list[list[str]]
    """The surface tokens of the newest title, where there is one, and of the newest text."""
    norm: list[list[str]]
    """The normalised ones likewise."""


def tokenise(record: Record) -> Tokenised:
    parts = [part for part in (record.newest.title, record.newest.text) if part]
    return Tokenised(
        index_fields(record), [tokens(part) for part in parts], [normalised_tokens(part) for part in parts]
    )


def expected_ids(documents: Iterable[Tokenised], query: Query, aliases: AliasFile) -> list[str]:
    """The ids a store must find, newest first. Raises BadQuery as a store does."""
    tree = parse_query(query.text, aliases)
    since, until = query_range(query)
    found = [
        (document.fields.published_ms, document.fields.id)
        for document in documents
        if (since is None or document.fields.published_ms >= since)
        and (until is None or document.fields.published_ms < until)
        and all(set(values) & values_of(document, field) for field, values in query_filters(query))
        and not any(set(values) & values_of(document, field) for field, values in query_exclusions(query))
        and (query.unscored_by is None or word(query.unscored_by) not in document.fields.scored)
        and holds(document, tree)
    ]
    return [id for _, id in sorted(found, reverse=True)]


def holds(document: Tokenised, tree: Tree) -> bool:
    """Whether a document is what a tree asks for."""
    match tree:
        case Everything():
            return True
        case Word(token):
            return any(token in part for part in document.norm)
        case Prefix(stem):
            return any(token.startswith(stem) for part in document.text for token in part)
        case Phrase(field, asked):
            return any(
                tuple(part[start : start + len(asked)]) == asked
                for part in (document.text if field == "text" else document.norm)
                for start in range(len(part))
            )
        case Near(left, right, distance):
            return any(
                abs(here - there) - 1 <= distance
                for part in document.norm
                for here, one in enumerate(part)
                if any(is_meant(one, asked) for asked in left)
                for there, other in enumerate(part)
                if any(is_meant(other, asked) for asked in right)
            )
        case OneOf(names, value):
            return any(value in values_of(document, name) for name in names)
        case And(parts):
            return all(holds(document, part) for part in parts)
        case Or(parts):
            return any(holds(document, part) for part in parts)
        case Not(part):
            return not holds(document, part)


def is_meant(token: str, asked: Word | Prefix) -> bool:
    return token.startswith(asked.stem) if isinstance(asked, Prefix) else token == asked.token


def values_of(document: Tokenised, name: str) -> set[str]:
    value = getattr(document.fields, name)
    return set(value) if isinstance(value, tuple) else {value} - {None}
