"""A query in parts that a form can ask for, and back: pure, and nothing is lost on the way.

What the form has no place for stays as it was typed, in ``also``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kentongan.errors import BadQuery
from search.aliases import NO_ALIASES, AliasFile
from search.fields import MAX_NEAR
from search.query_fields import KIND_ALIASES, LABEL_ALIASES, SENTIMENT_ALIASES, TOPIC_ALIASES, read_field
from search.query_grammar import CURLY, parse_text

if TYPE_CHECKING:
    from search.query_grammar import Node

FIELDS: Final = ("sumber", "jenis", "sentimen", "topik", "wilayah", "hoaks")
"""The fields that the form asks for, as the language calls them."""
DEFAULT_DISTANCE: Final = 5
OPERATOR: Final = re.compile(r"(?:OR|ATAU|AND|DAN|NOT|BUKAN)|(?i:NEAR|DEKAT)/\S*")
"""Words that the language reads as operators."""
PLAIN: Final = re.compile(r'[^\s()":]+')
BARE_VALUE: Final = re.compile(r"[\w.-]+")
INDONESIAN: Final[Mapping[str, Mapping[str, str]]] = {
    "jenis": {value: name for name, value in reversed(KIND_ALIASES.items())},
    "sentimen": {value: name for name, value in SENTIMENT_ALIASES.items()},
    "topik": {value: name for name, value in reversed(TOPIC_ALIASES.items())},
}
"""How a value is written in a query, by field."""
UNSURE: Final = {value: name for name, value in LABEL_ALIASES.items() if name in ("ragu", "belum")}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryParts:
    """What the form asks for. Words are separated by blanks, phrases stand without quotation marks."""

    all_of: str = ""
    any_of: str = ""
    phrase: str = ""
    near: tuple[str, str] = ("", "")
    distance: int = DEFAULT_DISTANCE
    none_of: str = ""
    aliases: tuple[str, ...] = ()
    """Names of alias lists, without "@"."""
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Name of a field: its values, any of them, as the index has them."""
    also: str = ""
    """What the form has no place for, as a query of its own."""


def write_query(parts: QueryParts) -> str:
    """The parts as a query. Words that would be operators, or are no words, are written so that they are searched."""
    written = [*words_of(parts.all_of), *(f"@{name}" for name in parts.aliases)]
    if any_of := words_of(parts.any_of):
        written.append(joined(any_of))
    if phrase := " ".join(parts.phrase.translate(CURLY).replace('"', " ").split()):
        written.append(f'"{phrase}"')
    left, right = (words_of(side) for side in parts.near)
    if left and right:
        written.append(f"{joined(left)} DEKAT/{max(0, min(MAX_NEAR, parts.distance))} {joined(right)}")
    else:
        written += [*left, *right]
    for name in FIELDS:
        if values := parts.fields.get(name, ()):
            written.append(joined([f"{name}:{value_word(name, value)}" for value in values]))
    if also := parts.also.strip():
        # Alone it needs no parentheses; beside others they keep its ATAU together.
        written.append(f"({also})" if written or parts.none_of.strip() else also)
    written += [f"-{word}" for word in words_of(parts.none_of)]
    return " ".join(written)


def words_of(typed: str) -> list[str]:
    """The words of a box, each as the language takes it; phrases in quotation marks stay phrases."""
    found = []
    for word in re.findall(r'"[^"]*"|[^\s"()]+', typed.translate(CURLY)):
        if word.startswith('"'):
            if word.strip('" '):
                found.append(word)
            continue
        word = word.lstrip("-")
        if not word:
            continue
        found.append(word if PLAIN.fullmatch(word) and not OPERATOR.fullmatch(word) else f'"{word}"')
    return found


def joined(words: Iterable[str]) -> str:
    words = list(words)
    return words[0] if len(words) == 1 else f"({' ATAU '.join(words)})"


def value_word(name: str, value: str) -> str:
    written = UNSURE.get(value) or INDONESIAN.get(name, {}).get(value, value)
    return written if BARE_VALUE.fullmatch(written) else f'"{written}"'


def read_parts(text: str, aliases: AliasFile = NO_ALIASES) -> QueryParts:
    """A query in the parts of the form. Raises BadQuery for one that does not parse."""
    node = parse_text(text)
    if node is None:
        return QueryParts()
    pieces = children_of(node) if kind_of(node) == "both" else [node]
    known, found = set(aliases.lists()), Found()
    for piece in pieces:
        if not found.take(piece, known):
            found.also.append(piece)
    also = " ".join(write_node(piece, inside=len(found.also) > 1) for piece in found.also)
    return QueryParts(
        all_of=" ".join(found.all_of), any_of=" ".join(found.any_of), phrase=found.phrase, near=found.near,
        distance=found.distance, none_of=" ".join(found.none_of), aliases=tuple(found.aliases),
        fields={name: tuple(values) for name, values in found.fields.items()}, also=also,
    )  # fmt: skip


@dataclass(slots=True)
class Found:
    """The parts while a query is taken apart."""

    all_of: list[str] = field(default_factory=list)
    any_of: list[str] = field(default_factory=list)
    phrase: str = ""
    near: tuple[str, str] = ("", "")
    distance: int = DEFAULT_DISTANCE
    none_of: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    fields: dict[str, list[str]] = field(default_factory=dict)
    also: list[Node] = field(default_factory=list)

    def take(self, node: Node, known: set[str]) -> bool:
        """Put a piece where it belongs; False where the form has no place for it."""
        match kind_of(node):
            case "WORD":
                name = str(node)[1:].lower()
                if str(node).startswith("@") and name in known:
                    self.aliases.append(name)
                else:
                    self.all_of.append(str(node))
            case "QUOTED":
                if self.phrase:
                    return False
                self.phrase = str(node).strip('"').strip()
            case "field":
                return self.take_field([node])
            case "either":
                if all(kind_of(one) == "field" for one in children_of(node)):
                    return self.take_field(children_of(node))
                if self.any_of or not all(kind_of(one) in ("WORD", "QUOTED") for one in children_of(node)):
                    return False
                self.any_of = [str(one) for one in children_of(node)]
            case "negated":
                left_out = children_of(node)[1]
                words = children_of(left_out) if kind_of(left_out) == "either" else [left_out]
                if not all(kind_of(one) in ("WORD", "QUOTED") for one in words):
                    return False
                self.none_of += [str(one) for one in words]
            case "near":
                return self.take_near(node)
            case _:
                return False
        return True

    def take_field(self, nodes: Iterable[Node]) -> bool:
        pairs = [(str(children_of(one)[0])[:-1].lower(), children_of(one)[1]) for one in nodes]
        names = {name for name, _ in pairs}
        (name,) = names if len(names) == 1 else ("",)
        if name not in FIELDS or name in self.fields:
            return False
        try:
            self.fields[name] = [read_field(name, str(value).strip('"'), 0)[1] for _, value in pairs]
        except BadQuery:
            return False
        return True

    def take_near(self, node: Node) -> bool:
        if any(self.near) or len(children_of(node)) != 3:
            return False
        left, operator, right = children_of(node)
        sides = []
        for side in (left, right):
            words = children_of(side) if kind_of(side) == "either" else [side]
            if not all(kind_of(one) == "WORD" for one in words):
                return False
            sides.append(" ".join(str(one) for one in words))
        number = str(operator).partition("/")[2]
        if not number.isdigit() or int(number) > MAX_NEAR:
            return False
        self.near, self.distance = (sides[0], sides[1]), int(number)
        return True


def kind_of(node: Node) -> str:
    """What the grammar calls a node: its token's type or its rule's name."""
    from lark import Token

    return node.type if isinstance(node, Token) else str(node.data)


def children_of(node: Node) -> list[Node]:
    """What a rule's node is made of; nothing of a token."""
    from lark import Token

    return [] if isinstance(node, Token) else list(node.children)


def write_node(node: Node, *, inside: bool = False) -> str:
    """A node as a query again; ``inside`` another one, where it needs its parentheses."""
    match kind_of(node):
        case "either":
            words = " ATAU ".join(write_node(one, inside=True) for one in children_of(node))
        case "both":
            words = " ".join(write_node(one, inside=True) for one in children_of(node))
        case "negated":
            return f"BUKAN {write_node(children_of(node)[1], inside=True)}"
        case "near":
            return " ".join(write_node(one, inside=True) for one in children_of(node))
        case "field":
            return "".join(str(one) for one in children_of(node))
        case _:
            return str(node)
    return f"({words})" if inside else words
