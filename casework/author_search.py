"""Searching by author: only with a reason, by those who may, and written into the audit.

What a person searches for is found in the words (``penulis:``, alias lists included) and in the filters of a question.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.public_accounts import check_reason
from casework.roles import Actor
from kentongan.schema import Query
from search.aliases import NO_ALIASES, AliasFile
from search.fields import author_key
from search.query import parse_query
from search.query_fields import QUERY_FIELDS
from search.query_tree import And, Not, OneOf, Or, Tree

MOST_TOLD = 50
"""Accounts of one question that the audit lists."""


def authors_asked(query: Query, aliases: AliasFile = NO_ALIASES) -> tuple[str, ...]:
    """The accounts a question searches for, excluded ones too, each once, sorted. Raises BadQuery and BadSettings."""
    named = {author_key(author) for author in query.authors}
    named.update(authors_in(parse_query(query.text, aliases)))
    return tuple(sorted(named))


def authors_in(tree: Tree) -> Iterator[str]:
    match tree:
        case And(parts) | Or(parts):
            for part in parts:
                yield from authors_in(part)
        case Not(part):
            yield from authors_in(part)
        case OneOf(fields, value) if fields == QUERY_FIELDS["penulis"].fields:
            yield value
        case _:
            pass


def allow_author_search(
    session: Session,
    authors: tuple[str, ...],
    *,
    query: Query,
    reason: str,
    actor: Actor,
    now: datetime,
    via: str | None = None,
) -> None:
    """Write down who searches for which accounts, and why; to be called before the question is asked.

    Raises NotAllowed, and KentonganError for a reason that says nothing.
    """
    actor = authorise(session, actor, action="authors.search", now=now)
    detail: audit.Detail = {
        "accounts": list(authors[:MOST_TOLD]), "query": query.text[:500], "reason": check_reason(reason),
    }  # fmt: skip
    audit.record(
        session, actor, action="authors.search", object=f"accounts:{len(authors)}",
        detail=audit.with_way(detail, via), now=now,
    )  # fmt: skip
