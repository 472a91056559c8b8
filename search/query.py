"""The query language: one parser, one small tree, which each store translates.

    banjir rob               both words (AND is implied)         "beras mahal"      these words in this order
    banjir ATAU rob          either (OR, ATAU)                   banjir*            words that begin so
    banjir -jakarta          not the second (-, NOT, BUKAN)      #banjirtirtamaya   the hashtag
    (banjir ATAU rob) DAN jalan                                  @pemkab            the alias list, else the mention
    kapal NEAR/5 (karam ATAU tenggel*)                           at most 5 words between, in either order (DEKAT/5)
    topik:kesehatan sentimen:negatif hoaks:ragu wilayah:33.74 jenis:aduan sumber:antaranews.com penulis:"Nama"

Operators are upper case: a lower-case "dan" is a word. NEAR binds strongest, then NOT, then AND, then OR.

A plain word is normalised like the texts and asked of the ``norm`` field, so "gak" finds "tidak"; where it normalises
to several tokens it is a phrase of them. What stands in quotation marks is asked of the ``text`` field, token by token
as typed, and so is a wildcard, except beside NEAR, where all is asked of ``norm``. Both stores do the same because the
tree already says which field.

Length, depth, words and wildcards are bounded. Every fault raises BadQuery with the position of the character and what
was expected there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kentongan.errors import BadQuery
from search.aliases import NO_ALIASES, AliasFile
from search.query_grammar import parse_text
from search.query_reader import Reader, Tally
from search.query_tree import Everything, Tree, height

MAX_HEIGHT = 20
"""And, Or and Not above each other in a tree, aliases included: Elasticsearch takes no more than 30 within each
other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a query text was understood."""

    tree: Tree
    changed: Mapping[str, tuple[str, ...]]
    """Words that ask something else than was typed ("gak"), with what they ask ("tidak")."""
    aliases: tuple[str, ...]
    """Names of the aliases in it, those within others included, each once, in their order."""


def read_query(text: str, aliases: AliasFile = NO_ALIASES) -> Reading:
    """A query text and how it was understood.

    Raises BadQuery, with the position of the fault, where it does not parse, and BadSettings where it names an alias
    and the file of aliases cannot be read.
    """
    node = parse_text(text)
    if node is None:
        return Reading(tree=Everything(), changed={}, aliases=())
    tally = Tally()
    tree = Reader(aliases, tally).read(node)
    if height(tree) > MAX_HEIGHT:
        raise BadQuery(
            f"Kueri ini bertingkat lebih dari {MAX_HEIGHT} dalamnya.",
            hint="Kurangi selang-seling DAN, ATAU dan BUKAN di dalam kurung.",
            position=0,
        )
    return Reading(tree=tree, changed=tally.changed, aliases=tuple(dict.fromkeys(tally.aliases)))


def parse_query(text: str, aliases: AliasFile = NO_ALIASES) -> Tree:
    """The tree of a query text; ``Everything`` for a blank one. Raises as ``read_query``."""
    return read_query(text, aliases).tree
