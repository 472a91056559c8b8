"""Reads what the grammar found into the tree of a query: words are normalised, alias lists put in their place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeVar

from kentongan.errors import BadQuery
from kentongan.text import normalised_tokens, tokens
from search.aliases import Alias, AliasFile
from search.fields import hashtag_key
from search.near import read_near
from search.query_fields import read_field, shown
from search.query_grammar import MAX_DEPTH, parse_text, start_of, too_deep
from search.query_tree import And, OneOf, Or, Phrase, Prefix, Tree, Word, join, negate

if TYPE_CHECKING:
    from lark import Token

    from search.query_grammar import Node

MAX_WORDS = 500
"""Words of a query with those of its aliases: an Elasticsearch takes at least 1,024 clauses in one question."""
MAX_WILDCARDS = 20
"""Wildcards of a query with those of its aliases."""
MAX_CHAIN = 10
"""Aliases that lie within each other."""
MIN_STEM = 2
"""Letters or digits before the *: one letter would gather a tenth of all words."""

LETTER = re.compile(r"[^\W_]")
T = TypeVar("T")
Key = Literal["salah_satu", "kecuali"]


@dataclass(slots=True)
class Tally:
    """What was met while reading a query, its aliases included."""

    words: int = 0
    wildcards: int = 0
    changed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The query's own words that ask something else than was typed, with what they ask."""
    aliases: list[str] = field(default_factory=list)


class Reader:
    """Reads one text: the query's own, or an entry of an alias."""

    def __init__(self, aliases: AliasFile, tally: Tally, chain: tuple[str, ...] = ()) -> None:
        """``chain``: the aliases that this text lies in, the outermost first."""
        self.aliases = aliases
        self.tally = tally
        self.chain = chain

    def read(self, node: Node, *, nots: int = 0) -> Tree:
        """The tree of a node. ``nots``: how many NOTs lie above it. Raises BadQuery with the place of the fault."""
        from lark import Token

        if isinstance(node, Token):
            return self.read_quoted(node) if node.type == "QUOTED" else self.read_word(node)
        if node.data == "negated":
            if nots >= MAX_DEPTH:
                raise too_deep(start_of(node))
            return negate(self.read(node.children[1], nots=nots + 1))
        if node.data == "near":
            return read_near(self, node)
        if node.data == "field":
            name, value = node.children
            assert isinstance(name, Token) and isinstance(value, Token)
            self.count_words(1, value)
            return OneOf(*read_field(name[:-1], value.strip('"'), value.start_pos or 0))
        parts = [self.read(child, nots=nots) for child in node.children]
        return join(And if node.data == "both" else Or, parts)

    def read_quoted(self, token: Token) -> Tree:
        found = tokens(token[1:-1])
        self.count_words(len(found), token)
        if not found:
            raise no_word(token)
        return Phrase("text", tuple(found))

    def read_word(self, token: Token) -> Tree:
        if "*" in token:
            return self.read_wildcard(token)
        found = self.read_tokens(token)
        if len(found) > 1:
            return Phrase("norm", found)
        alias = self.find_alias(found[0])
        if alias is not None:
            return self.read_alias(alias, token)
        if found[0].startswith("#") and hashtag_key(found[0]):
            return OneOf(("hashtags",), hashtag_key(found[0]))
        return Word(found[0])

    def read_tokens(self, token: Token) -> tuple[str, ...]:
        """The normalised tokens of a word as typed, at least one."""
        found = tuple(normalised_tokens(token))
        self.count_words(len(found), token)
        if not found:
            raise no_word(token)
        if not self.chain and found != tuple(tokens(token)):
            self.tally.changed[token.lower()] = found
        return found

    def read_wildcard(self, token: Token, *, least: int = MIN_STEM) -> Prefix:
        """``least``: letters or digits that must stand before the *."""
        at = token.start_pos or 0
        stem = token[:-1]
        if "*" in stem:
            star = at + stem.index("*")
            raise BadQuery(f"Tanda * pada huruf ke-{star + 1} hanya boleh di akhir kata.", position=star)
        if len(LETTER.findall(stem)) < least:
            raise BadQuery(
                f"Sebelum tanda * pada huruf ke-{at + len(stem) + 1} diharapkan paling sedikit {least} huruf.",
                position=at + len(stem),
            )
        self.count_words(1, token)
        self.tally.wildcards += 1
        if self.tally.wildcards > MAX_WILDCARDS:
            raise BadQuery(f"Kueri memuat lebih dari {MAX_WILDCARDS} tanda *.", position=at + len(stem))
        # How the tokeniser sees the stem within a longer word, so that "jum'*" keeps its apostrophe.
        for more in ("a", "0"):
            found = tokens(stem + more)
            if len(found) == 1 and found[0].endswith(more):
                return Prefix(found[0][:-1])
        raise BadQuery(f"{shown(token)} pada huruf ke-{at + 1} bukan satu kata.", position=at)

    def find_alias(self, token: str) -> Alias | None:
        """The alias that a normalised token names, if it does: a mention may be an alias."""
        return self.aliases.lists().get(token[1:]) if token.startswith("@") else None

    def read_alias(self, alias: Alias, token: Token) -> Tree:
        """Any of what the alias gathers, and none of what it leaves out."""
        tree = join(Or, self.read_entries(alias, "salah_satu", token, Reader.read))
        left_out = self.read_entries(alias, "kecuali", token, Reader.read)
        return join(And, (tree, negate(join(Or, left_out)))) if left_out else tree

    def read_entries(self, alias: Alias, key: Key, token: Token, read: Callable[[Reader, Node], T]) -> list[T]:
        """What ``read`` makes of each of an alias's entries under a key. An error names the alias and the entry; its
        position is that of the alias in the query."""
        at = token.start_pos or 0
        chain = (*self.chain, alias.name)
        if alias.name in self.chain or len(chain) > MAX_CHAIN:
            names = " → ".join(f"@{name}" for name in chain)
            what = "merujuk dirinya sendiri" if alias.name in self.chain else "bertingkat terlalu dalam"
            raise BadQuery(f"Alias @{alias.name} {what}: {names}.", position=at)
        self.tally.aliases.append(alias.name)
        inner = Reader(self.aliases, self.tally, chain)
        found = []
        for number, text in enumerate(alias.any_of if key == "salah_satu" else alias.none_of, 1):
            try:
                node = parse_text(text)
                if node is None:
                    raise BadQuery("Isiannya kosong.", position=0)
                found.append(read(inner, node))
            except BadQuery as error:
                said = f"Dalam alias @{alias.name}, {key} ke-{number} ({shown(text)}): {error.message}"
                raise BadQuery(said, hint=error.hint, position=at) from None
        return found

    def count_words(self, number: int, token: Token) -> None:
        self.tally.words += number
        if self.tally.words > MAX_WORDS:
            raise BadQuery(
                f"Kueri beserta aliasnya memuat lebih dari {MAX_WORDS} kata.",
                hint="Bagi menjadi beberapa kueri.",
                position=token.start_pos or 0,
            )


def no_word(token: Token) -> BadQuery:
    at = token.start_pos or 0
    return BadQuery(f"Tidak ada kata dalam {shown(token)} pada huruf ke-{at + 1}; diharapkan kata.", position=at)
