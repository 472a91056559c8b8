"""The grammar of the query language, and what is said where a text does not follow it.

Length and brackets are checked before the grammar sees the text: whatever comes through parses in a few milliseconds.
(Loading lark takes a process about 0.15 s of CPU once, the grammar itself 0.02 s.)
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from kentongan.errors import BadQuery
from search.fields import replace_surrogates
from search.query_fields import QUERY_FIELDS, shown

if TYPE_CHECKING:
    from lark import Lark, Token, UnexpectedToken
    from lark import Tree as ParseTree

    Node = ParseTree[Token] | Token
    """What the grammar finds: "either", "both", "near", "negated" and "field" over tokens WORD and QUOTED."""

MAX_LENGTH = 2_000
"""Characters. What is longer belongs into an alias list."""
MAX_DEPTH = 50
"""Parentheses inside each other, and NOTs on a way down."""

GRAMMAR = rf"""
start: either
?either: both (_OR both)*
?both: one (_AND? one)*
?one: near | NOT one -> negated | MINUS near -> negated
?near: atom (NEAR atom)*
?atom: WORD | QUOTED | _LPAR either _RPAR | FIELD (WORD | QUOTED) -> field

_LPAR: "("
_RPAR: ")"
_OR.3: /(OR|ATAU)(?![^\s()"])/
_AND.3: /(AND|DAN)(?![^\s()"])/
NOT.3: /(NOT|BUKAN)(?![^\s()"])/
NEAR.3: /(NEAR|DEKAT)\/[^\s()"]*|(?i:NEAR|DEKAT)\/\d+(?![^\s()"])/
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


def parse_text(text: str) -> Node | None:
    """What the grammar finds in a query text; None in a blank one. Raises BadQuery, with the place of the fault."""
    if len(text) > MAX_LENGTH:
        raise BadQuery(
            f"Kueri terlalu panjang: {len(text)} huruf, paling banyak {MAX_LENGTH}.",
            hint="Persingkat, pakai saringan untuk sumber, wilayah dan waktu, atau simpan daftarnya sebagai alias.",
            position=MAX_LENGTH,
        )
    text = replace_surrogates(text).translate(CURLY)
    if not text.strip():
        return None
    check_brackets(text)
    from lark import UnexpectedCharacters, UnexpectedToken

    try:
        return load_grammar().parse(text).children[0]
    except UnexpectedToken as error:
        raise explain(error, text) from None
    except UnexpectedCharacters as error:
        at = error.pos_in_stream or 0
        raise BadQuery(f"Tanda {shown(text[at])} pada huruf ke-{at + 1} tidak dimengerti.", position=at) from None


def start_of(node: Node) -> int:
    """Where a node begins in its text, from 0."""
    from lark import Token

    while not isinstance(node, Token):
        node = node.children[0]
    return node.start_pos or 0


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
    before = re.search(r'("[^"]*"|[()]|[^\s()"]+)\s*$', text[:at])
    names = [name for name in EXPECTED if name in error.accepts]
    if before and re.match(r"(NEAR|DEKAT)/", before[1]):
        names.remove("QUOTED")
    wanted = [EXPECTED[name] for name in names]
    listed = wanted[-1] if len(wanted) == 1 else f"{', '.join(wanted[:-1])}{',' * (len(wanted) > 2)} atau {wanted[-1]}"
    after = f"Setelah {shown(before[1])} pada" if before else "Pada"
    found = "" if at_end else f", bukan {shown(error.token)}"
    return BadQuery(f"{after} huruf ke-{at + 1} diharapkan {listed}{found}.", position=at)
