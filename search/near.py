"""Reads ``left NEAR/5 right``: words, wildcards, or groups of these joined by OR, on either side.

Both engines answer it equally because of what is refused here. A phrase has no one place, an exclusion none at all. A
word that could be of both sides would match by itself in one engine and not in the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kentongan.errors import BadQuery
from search.fields import MAX_NEAR
from search.query_fields import shown
from search.query_grammar import start_of
from search.query_tree import Near, Prefix, Word

if TYPE_CHECKING:
    from lark import Token
    from lark import Tree as ParseTree

    from search.query_grammar import Node
    from search.query_reader import Reader

MAX_PAIRS = 100
"""Words of one side times words of the other, those of aliases included: the embedded store asks for each pair."""
MIN_NEAR_STEM = 3
"""Letters before a * beside NEAR: its words are looked up one by one, and two letters begin tens of thousands."""

REFUSED = {
    "both": "AND (DAN)",
    "negated": "NOT (BUKAN, -)",
    "field": "bidang seperti sumber:",
    "near": "NEAR di dalam NEAR",
}
"""What cannot stand beside NEAR, by the grammar's name for it."""

TAKEN = "kata, kata*, atau (kata ATAU kata)"


def read_near(reader: Reader, node: ParseTree[Token]) -> Near:
    """The Near of two operands. Raises BadQuery where they have no place in a text that could be compared."""
    left, sign, right, *more = node.children
    distance = read_distance(str(sign), start_of(sign))
    if more:
        at = start_of(more[0])
        raise BadQuery(
            f"NEAR pada huruf ke-{at + 1} menyusul NEAR lain; NEAR hanya menghubungkan dua sisi.",
            hint="Gabungkan dengan DAN: a NEAR/5 b DAN b NEAR/5 c.",
            position=at,
        )
    one_side, other_side = (tuple(dict.fromkeys(read_side(reader, side))) for side in (left, right))
    near = Near(one_side, other_side, distance)
    at = start_of(right)
    pairs = len(near.left) * len(near.right)
    if pairs > MAX_PAIRS:
        raise BadQuery(
            f"Kedua sisi NEAR (huruf ke-{at + 1}) membentuk {pairs} pasangan kata; paling banyak {MAX_PAIRS}.",
            hint="Kurangi pilihan di salah satu sisinya, atau bagi menjadi dua NEAR dengan ATAU.",
            position=at,
        )
    refuse_shared(near, at)
    return near


def read_distance(sign: str, at: int) -> int:
    name, _, number = sign.partition("/")
    if not name.isupper():
        raise BadQuery(
            f"{shown(sign)} pada huruf ke-{at + 1} ditulis dengan huruf besar: {shown(sign.upper())}.",
            hint="Bila maksudnya kata biasa, apit dengan tanda kutip.",
            position=at,
        )
    if not (number.isascii() and number.isdigit() and len(number) <= 9 and int(number) <= MAX_NEAR):
        raise BadQuery(
            f"Setelah {name}/ pada huruf ke-{at + len(name) + 2} diharapkan bilangan dari 0 sampai {MAX_NEAR}: "
            "paling banyak berapa kata di antara keduanya.",
            position=at + len(name) + 1,
        )
    return int(number)


def read_side(reader: Reader, node: Node) -> list[Word | Prefix]:
    """The words and wildcards of one operand."""
    from lark import Token

    if not isinstance(node, Token) and node.data == "either":
        return [word for child in node.children for word in read_side(reader, child)]
    if isinstance(node, Token) and node.type == "WORD":
        return read_operand(reader, node)
    at = start_of(node)
    what = "frasa dalam tanda kutip" if isinstance(node, Token) else REFUSED[node.data]
    raise BadQuery(f"Di sisi NEAR pada huruf ke-{at + 1} diharapkan {TAKEN}, bukan {what}.", position=at)


def read_operand(reader: Reader, token: Token) -> list[Word | Prefix]:
    """One word or wildcard, or all that an alias gathers."""
    if "*" in token:
        return [reader.read_wildcard(token, least=MIN_NEAR_STEM)]
    at = token.start_pos or 0
    found = reader.read_tokens(token)
    if len(found) > 1:
        raise BadQuery(
            f"{shown(token)} pada huruf ke-{at + 1} dibaca sebagai beberapa kata ({shown(' '.join(found))}); di sisi "
            f"NEAR diharapkan {TAKEN}.",
            position=at,
        )
    alias = reader.find_alias(found[0])
    if alias is None:
        return [Word(found[0])]
    if alias.none_of:
        raise BadQuery(f"Alias @{alias.name} punya pengecualian, jadi tidak dapat berada di sisi NEAR.", position=at)
    return [word for words in reader.read_entries(alias, "salah_satu", token, read_side) for word in words]


def refuse_shared(near: Near, at: int) -> None:
    """Raise BadQuery where one word of a text could be of both sides; ``at``: where the right side begins."""
    for one in near.left:
        for other in near.right:
            if may_be_same(one, other):
                raise BadQuery(
                    f"{written(one)} dan {written(other)} di kedua sisi NEAR (huruf ke-{at + 1}) dapat berarti kata "
                    "yang sama; diharapkan kata yang berbeda.",
                    position=at,
                )


def may_be_same(one: Word | Prefix, other: Word | Prefix) -> bool:
    match one, other:
        case Prefix(stem), Prefix(second):
            return stem.startswith(second) or second.startswith(stem)
        case (Prefix(stem), Word(token)) | (Word(token), Prefix(stem)):
            return token.startswith(stem)
        case _:
            return one == other


def too_many_words() -> BadQuery:
    """What to raise where an engine finds more words for a wildcard than it compares."""
    return BadQuery(
        "Terlalu banyak kata berbeda yang berawal seperti kata* di sisi NEAR.",
        hint="Tulis lebih banyak huruf sebelum tanda *.",
    )


def written(operand: Word | Prefix) -> str:
    return shown(f"{operand.stem}*" if isinstance(operand, Prefix) else operand.token)
