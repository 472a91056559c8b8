"""The word lists by which names of places are told from other words: ``kentongan/data/places.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from kentongan.regions import DATA


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """The word lists of places.toml."""

    cues: dict[str, str]
    """Kind of region, or "place", by the word before the name."""
    origin: frozenset[str]
    """Of the cues, those behind which a place is only where somebody comes from."""
    whence: frozenset[str]
    """The same, but only where another place is told by a word of ``there``."""
    there: frozenset[str]
    district: frozenset[str]
    """Words before a district's name, behind which a slip is forgiven."""
    before: frozenset[str]
    between: frozenset[str]
    after: frozenset[str]
    telling: frozenset[str]
    """Words before a name that tell anything: the cues, and those of ``before`` and ``between``."""
    ordinary: frozenset[str]
    things: frozenset[str]
    firm: frozenset[str]
    cued: frozenset[str]
    districts: frozenset[str]
    """Names of districts, in tokens joined by a space."""


@cache
def load_lists() -> Lists:
    """Read the word lists, once a process."""
    import tomllib

    table = tomllib.loads((DATA / "places.toml").read_text(encoding="utf-8"))
    names, cues, blocks = table["names"], table["cues"], table["blocks"]
    kinds = {
        word: kind for kind in ("kecamatan", "kabupaten", "kota", "provinsi", "place") for word in cues[kind].split()
    }
    return Lists(
        cues=kinds,
        origin=frozenset(cues["origin"].split()),
        whence=frozenset(cues["from"].split()),
        there=frozenset(cues["there"].split()),
        district=frozenset(cues["district"].split()),
        before=frozenset(blocks["before"].split()),
        between=frozenset(blocks["between"].split()),
        after=frozenset(blocks["after"].split()),
        telling=frozenset((*kinds, *blocks["before"].split(), *blocks["between"].split())),
        ordinary=frozenset(names["ordinary"].split()),
        things=frozenset(names["things"].split()),
        firm=frozenset(names["firm"].split()),
        cued=frozenset(names["cued"].split()),
        districts=frozenset(names["districts"].split()) | frozenset(names["phrases"].split("|")),
    )
