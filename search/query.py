"""The query language: one parser, one small tree, which each store translates.

    banjir rob               both words (AND is implied)         "beras mahal"      these words in this order
    banjir ATAU rob          either (OR, ATAU)                   banjir*            words that begin so
    banjir -jakarta          not the second (-, NOT, BUKAN)      #banjirtirtamaya   the hashtag
    (banjir ATAU rob) DAN jalan                                  @pemkab            the mention
    topik:kesehatan sentimen:negatif hoaks:ragu wilayah:33.74 jenis:aduan sumber:antaranews.com penulis:"Nama"

Operators are upper case: a lower-case "dan" is a word. NOT binds strongest, then AND, then OR.

A plain word is normalised like the texts and asked of the ``norm`` field, so "gak" finds "tidak"; where it normalises
to several tokens it is a phrase of them. What stands in quotation marks is asked of the ``text`` field, token by token
as typed, and so is a wildcard. Both stores do the same because the tree already says which field.

Length, depth and wildcards are bounded before the grammar sees the text. Every fault raises BadQuery with the position
of the character and what was expected there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from kentongan.errors import BadQuery
from kentongan.text import normalised_tokens, tokens
from search.fields import hashtag_key, replace_surrogates
from search.query_fields import QUERY_FIELDS, read_field, shown

if TYPE_CHECKING:
    from lark import Lark, Token, UnexpectedToken
    from lark import Tree as ParseTree

MAX_LENGTH = 2_000
"""Characters. An alias list of a city's offices fits several times."""
MAX_DEPTH = 50
"""Parentheses inside each other, and NOTs on a way down."""
MAX_WILDCARDS = 10
MIN_STEM = 2
"""Letters or digits before the *: one letter would gather a tenth of all words."""

WHERE = re.compile(r"[^\W_]")


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
    """Any token of ``text`` that begins so."""

    stem: str


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


Tree = Word | Phrase | Prefix | OneOf | And | Or | Not | Everything


GRAMMAR = rf"""
start: either
?either: both (_OR both)*
?both: one (_AND? one)*
?one: atom | NOT one -> negated | MINUS atom -> negated
?atom: WORD | QUOTED | _LPAR either _RPAR | FIELD (WORD | QUOTED) -> field

_LPAR: "("
_RPAR: ")"
_OR.3: /(OR|ATAU)(?![^\s()"])/
_AND.3: /(AND|DAN)(?![^\s()"])/
NOT.3: /(NOT|BUKAN)(?![^\s()"])/
MINUS.3: /(?<![^\s(])-+(?=\S)/
FIELD.2: /(?<![^\s(\-])((?i:{"|".join(QUERY_FIELDS)}):|[^\W\d_]\w*:(?!\/\/)(?=[^\s()]))/
QUOTED: /"[^"]*"/
WORD: /[^\s()"]+/
%ignore /\s+/
"""

EXPECTED = {
    "WORD": "kata",
    "QUOTED": "frasa dalam tanda kutip",
    "_LPAR": "kurung buka",
    "_RPAR": "kurung tutup",
    "$END": "akhir kueri",
}
"""How a person calls what the grammar expected; what may begin like a word is not told apart from it."""

CURLY = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
"""Quotation marks that phones type; each is one character, so positions hold."""


@cache
def load_grammar() -> Lark:
    from lark import Lark

    return Lark(GRAMMAR, parser="lalr", lexer="basic")


def parse_query(text: str) -> Tree:
    """The tree of a query text; ``Everything`` for a blank one. Raises BadQuery, with the position of the fault."""
    if len(text) > MAX_LENGTH:
        raise BadQuery(
            f"Kueri terlalu panjang: {len(text)} huruf, paling banyak {MAX_LENGTH}.",
            hint="Persingkat, atau pakai saringan untuk sumber, wilayah dan waktu.",
            position=MAX_LENGTH,
        )
    text = replace_surrogates(text).translate(CURLY)
    if not text.strip():
        return Everything()
    check_brackets(text)
    from lark import UnexpectedCharacters, UnexpectedToken

    try:
        parsed = load_grammar().parse(text)
    except UnexpectedToken as error:
        raise explain(error, text) from None
    except UnexpectedCharacters as error:
        at = error.pos_in_stream or 0
        raise BadQuery(f"Tanda {shown(text[at])} pada huruf ke-{at + 1} tidak dimengerti.", position=at) from None
    return Reader().read(parsed.children[0], nots=0)


def check_brackets(text: str) -> None:
    """Raise BadQuery for quotation marks and parentheses that do not pair, or lie too deep."""
    opened: list[int] = []
    quote: int | None = None
    for at, letter in enumerate(text):
        if letter == '"':
            quote = at if quote is None else None
        elif quote is None and letter == "(":
            opened.append(at)
            if len(opened) > MAX_DEPTH:
                raise too_deep(at)
        elif quote is None and letter == ")":
            if not opened:
                raise BadQuery(f"Kurung tutup pada huruf ke-{at + 1} tidak punya kurung buka.", position=at)
            opened.pop()
    if quote is not None:
        raise BadQuery(
            f"Tanda kutip pada huruf ke-{quote + 1} tidak ditutup; diharapkan tanda kutip penutup.", position=quote
        )
    if opened:
        raise BadQuery(
            f"Kurung buka pada huruf ke-{opened[-1] + 1} tidak ditutup; diharapkan kurung tutup.", position=opened[-1]
        )


def too_deep(position: int) -> BadQuery:
    return BadQuery(
        f"Kueri bertingkat lebih dari {MAX_DEPTH} dalamnya (huruf ke-{position + 1}).",
        hint="Kurangi kurung dan NOT yang bersarang.",
        position=position,
    )


def explain(error: UnexpectedToken, text: str) -> BadQuery:
    """The grammar's complaint in words: after what, at which character, what was expected."""
    at_end = error.token.type == "$END"
    at = len(text.rstrip()) if at_end else error.token.start_pos or 0
    names = [EXPECTED[name] for name in EXPECTED if name in error.accepts]
    wanted = names[-1] if len(names) == 1 else f"{', '.join(names[:-1])}{',' * (len(names) > 2)} atau {names[-1]}"
    before = re.search(r'("[^"]*"|[()]|[^\s()"]+)\s*$', text[:at])
    after = f"Setelah {shown(before[1])} pada" if before else "Pada"
    found = "" if at_end else f", bukan {shown(error.token)}"
    return BadQuery(f"{after} huruf ke-{at + 1} diharapkan {wanted}{found}.", position=at)


class Reader:
    """Turns the grammar's tree into ours, counting wildcards and depth on the way."""

    def __init__(self) -> None:
        self.wildcards = 0

    def read(self, node: ParseTree[Token] | Token, *, nots: int) -> Tree:
        from lark import Token

        if isinstance(node, Token):
            return self.read_quoted(node) if node.type == "QUOTED" else self.read_word(node)
        if node.data == "negated":
            sign, inner = node.children
            if nots >= MAX_DEPTH:
                raise too_deep(sign.start_pos or 0 if isinstance(sign, Token) else 0)
            return negate(self.read(inner, nots=nots + 1))
        if node.data == "field":
            name, value = node.children
            assert isinstance(name, Token) and isinstance(value, Token)
            fields, wanted = read_field(name[:-1], value.strip('"'), value.start_pos or 0)
            return OneOf(fields, wanted)
        parts = [self.read(child, nots=nots) for child in node.children]
        return join(And if node.data == "both" else Or, parts)

    def read_quoted(self, token: Token) -> Tree:
        found = tokens(token[1:-1])
        if not found:
            raise no_word(token)
        return Phrase("text", tuple(found))

    def read_word(self, token: Token) -> Tree:
        at = token.start_pos or 0
        if re.match(r"(?i:near|dekat)/", token):
            raise BadQuery(
                f"{shown(token)} pada huruf ke-{at + 1} belum didukung.",
                hint="Pakai AND, atau frasa dalam tanda kutip. Untuk mencari katanya sendiri, apit dengan tanda kutip.",
                position=at,
            )
        if "*" in token:
            return self.read_wildcard(token, at)
        found = normalised_tokens(token)
        if not found:
            raise no_word(token)
        if len(found) > 1:
            return Phrase("norm", tuple(found))
        if found[0].startswith("#") and hashtag_key(found[0]):
            return OneOf(("hashtags",), hashtag_key(found[0]))
        return Word(found[0])

    def read_wildcard(self, token: Token, at: int) -> Tree:
        stem = token[:-1]
        if "*" in stem:
            star = at + stem.index("*")
            raise BadQuery(f"Tanda * pada huruf ke-{star + 1} hanya boleh di akhir kata.", position=star)
        if len(WHERE.findall(stem)) < MIN_STEM:
            raise BadQuery(
                f"Sebelum tanda * pada huruf ke-{at + len(stem) + 1} diharapkan paling sedikit {MIN_STEM} huruf.",
                position=at + len(stem),
            )
        self.wildcards += 1
        if self.wildcards > MAX_WILDCARDS:
            raise BadQuery(f"Kueri memuat lebih dari {MAX_WILDCARDS} tanda *.", position=at + len(stem))
        # How the tokeniser sees the stem within a longer word, so that "jum'*" keeps its apostrophe.
        for more in ("a", "0"):
            found = tokens(stem + more)
            if len(found) == 1 and found[0].endswith(more):
                return Prefix(found[0][:-1])
        raise BadQuery(f"{shown(token)} pada huruf ke-{at + 1} bukan satu kata.", position=at)


def no_word(token: Token) -> BadQuery:
    at = token.start_pos or 0
    return BadQuery(f"Tidak ada kata dalam {shown(token)} pada huruf ke-{at + 1}; diharapkan kata.", position=at)


def negate(tree: Tree) -> Tree:
    return tree.part if isinstance(tree, Not) else Not(tree)


def join(kind: type[And] | type[Or], parts: Iterable[Tree]) -> Tree:
    """Parts under one And or Or, flattened."""
    flat: list[Tree] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, kind) else (part,))
    return flat[0] if len(flat) == 1 else kind(tuple(flat))
