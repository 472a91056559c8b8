"""Says in words how a query was understood: the tree as text, and what its writer may not have meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from search.query_fields import QUERY_FIELDS
from search.query_grammar import CURLY
from search.query_tree import And, Everything, Near, Not, OneOf, Or, Phrase, Prefix, Tree, Word

FIELD_NAMES = {field.fields: name for name, field in QUERY_FIELDS.items()}
BARE_VALUE = re.compile(r"[a-z0-9_.]+")
"""Values that need no quotation marks."""

MISTAKABLE = {"dan": "DAN", "and": "AND", "atau": "ATAU", "or": "OR", "bukan": "BUKAN", "not": "NOT"}
"""Words that are operators in upper case."""
WITHOUT_NUMBER = frozenset({"NEAR", "DEKAT"})
PIECE = re.compile(r'"[^"]*"|[^\s()"]+')


def write_tree(tree: Tree) -> str:
    """A tree as a query, every group in parentheses, with the words that are asked for.

    Reading it again gives the same tree, but for words that stand in ``<...>``: one word as typed that is normalised
    to several, which have to follow each other.
    """
    match tree:
        case Everything():
            return ""
        case Word(token):
            return token
        case Prefix(stem):
            return f"{stem}*"
        case Phrase("text", tokens):
            return f'"{" ".join(tokens)}"'
        case Phrase(_, tokens):
            return f"<{' '.join(tokens)}>"
        case Near(left, right, distance):
            return f"({write_side(left)} DEKAT/{distance} {write_side(right)})"
        case OneOf(fields, value):
            mark = "" if BARE_VALUE.fullmatch(value) else '"'
            return f"{FIELD_NAMES[fields]}:{mark}{value}{mark}"
        case Not(part):
            return f"BUKAN {write_tree(part)}"
        case And(parts):
            return f"({' DAN '.join(write_tree(part) for part in parts)})"
        case Or(parts):
            return f"({' ATAU '.join(write_tree(part) for part in parts)})"


def write_side(words: tuple[Word | Prefix, ...]) -> str:
    written = [write_tree(word) for word in words]
    return written[0] if len(written) == 1 else f"({' ATAU '.join(written)})"


def wanted_words(tree: Tree) -> Iterator[str]:
    """What a document may be found by, each as a query of its own: the leaves that are not excluded, without those
    in ``<...>``."""
    match tree:
        case And(parts) | Or(parts):
            for part in parts:
                yield from wanted_words(part)
        case Not() | Everything() | Phrase("norm", _):
            pass
        case _:
            yield write_tree(tree)


def find_doubts(text: str, tree: Tree) -> list[str]:
    """What the writer of a query may not have meant, in sentences; ``tree`` is how the text was read."""
    doubts = []
    pieces = list(PIECE.finditer(text.translate(CURLY)))
    for found in pieces[1:-1]:
        word, place = found[0], f"huruf ke-{found.start() + 1}"
        if word in MISTAKABLE:
            doubts.append(f'"{word}" ({place}) dicari sebagai kata; sebagai penghubung tulis {MISTAKABLE[word]}.')
        elif word in WITHOUT_NUMBER:
            doubts.append(f"{word} ({place}) tanpa angka dicari sebagai kata; sebagai penghubung tulis {word}/5.")
    if only_excludes(tree):
        doubts.append("Kueri ini, atau salah satu pilihannya, hanya mengecualikan: semua dokumen lain ikut ditemukan.")
    return doubts


def only_excludes(tree: Tree) -> bool:
    """Whether the query, or one of its alternatives, names nothing that a document must hold."""
    match tree:
        case Not():
            return True
        case And(parts):
            return all(only_excludes(part) for part in parts)
        case Or(parts):
            return any(only_excludes(part) for part in parts)
        case _:
            return False
