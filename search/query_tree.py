"""The tree that a query becomes: what is asked, of which index field, the same for every engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Word:
    """One token of ``norm``."""

    token: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens that follow each other in a field; one token is a word of that field."""

    field: Literal["text", "norm"]
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any token of ``text`` that begins so; inside a Near, of ``norm``."""

    stem: str


@dataclass(frozen=True, slots=True)
class Near:
    """One of the left and one of the right, in either order, with at most ``distance`` tokens between them.

    All are tokens of ``norm``, for places compare only within one field, and no token can be of both sides. Title and
    text lie further apart than any distance.
    """

    left: tuple[Word | Prefix, ...]
    right: tuple[Word | Prefix, ...]
    distance: int


@dataclass(frozen=True, slots=True)
class OneOf:
    """Any of these index fields holds this value whole."""

    fields: tuple[str, ...]
    value: str


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold. At least two; none is an And."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any part holds. At least two; none is an Or."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold; it is no Not. An engine sets it against all documents."""

    part: Tree


@dataclass(frozen=True, slots=True)
class Everything:
    """Every document: an empty query."""


Tree = Word | Phrase | Prefix | Near | OneOf | And | Or | Not | Everything


def negate(tree: Tree) -> Tree:
    return tree.part if isinstance(tree, Not) else Not(tree)


def join(kind: type[And] | type[Or], parts: Iterable[Tree]) -> Tree:
    """Parts under one And or Or, flattened."""
    flat: list[Tree] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, kind) else (part,))
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def height(tree: Tree) -> int:
    """How many And, Or and Not lie above the deepest leaf."""
    match tree:
        case And(parts) | Or(parts):
            return 1 + max(height(part) for part in parts)
        case Not(part):
            return 1 + height(part)
        case _:
            return 0
