"""Sentiment by district: a tile for each, hatched where too few posts name it, and the most negative ones by name."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Final, Literal

import msgspec

from analysis.series import share_interval
from dashboard.tile_places import place_tiles
from dashboard.wall.sources import WallSources, last_hours, posts_of
from kentongan.regions import Region
from kentongan.schema import SENTIMENTS

MOST_NAMED: Final = 5
RANGES: Final = (24, 7 * 24)
"""Hours that are counted: the second where most districts have too few posts in the first."""
FEW_POSTS: Final = 10
"""As on the pages (``dashboard.cards.FEW_POSTS``, which imports Streamlit): with fewer an interval spans 50 points."""


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """One district."""

    column: int
    row: int
    tone: float | None
    """-1 (all negative) to 1 (all positive): the positive share less the negative; None with too few posts."""
    style: Literal["plain", "few", "none"]
    rank: int | None
    """Place among the most negative, from 1; None for the others."""


class NamedDistrict(msgspec.Struct, frozen=True, kw_only=True):
    """One of the most negative districts."""

    name: str
    percent: int
    error: int
    """Half of the 95 % interval of the share in points, rounded up."""
    posts: int


class RegionMapPanel(msgspec.Struct, frozen=True, kw_only=True):
    """The districts of the installation's region."""

    tiles: tuple[Tile, ...]
    hours: int
    """What they are of: a day, or a week where a day says nothing of most districts."""
    named: tuple[NamedDistrict, ...]
    few: int
    """Districts with too few posts to say anything."""


def read_region_map(sources: WallSources, now: datetime) -> RegionMapPanel:
    """Raises Retry."""
    gazetteer, outer = sources.gazetteer(), sources.settings.region or None
    regions = gazetteer.children(outer)
    codes = {region.code for region in regions}
    for hours in RANGES:
        counts = count_districts(sources, codes, now, hours=hours)
        decided = {code: sum(own.get(label, 0) for label in SENTIMENTS) for code, own in counts.items()}
        if 2 * sum(count >= FEW_POSTS for count in decided.values()) >= len(regions):
            break
    shares = {
        code: share_interval(counts[code].get("negative", 0), decided[code])
        for code in counts
        if decided[code] >= FEW_POSTS
    }
    ranked = sorted(shares, key=lambda code: (-shares[code][0], code))[:MOST_NAMED]
    if (outer or "") not in sources.places:
        sources.places[outer or ""] = place_tiles(regions)
    placed = sources.places[outer or ""]
    names = {region.code: region.name for region in regions}
    return RegionMapPanel(
        tiles=tuple(tile_of(region, counts, decided, placed[region.code], ranked) for region in regions),
        named=tuple(
            NamedDistrict(
                name=names[code],
                percent=round(100 * shares[code][0]),
                error=math.ceil(50 * (shares[code][2] - shares[code][1])),
                posts=decided[code],
            )
            for code in ranked
        ),
        hours=hours,
        few=sum(region.code not in shares for region in regions),
    )


def count_districts(sources: WallSources, codes: set[str], now: datetime, *, hours: int) -> dict[str, dict[str, int]]:
    """Posts of the last hours by district and sentiment; those that name a place inside a district are its own."""
    counts: dict[str, dict[str, int]] = {}
    since, until = last_hours(now, zone=sources.zone, hours=hours)
    for cell in sources.store().count(posts_of(since, until), by=("region", "sentiment")):
        code = next((code for code in outer_codes(cell.key[0]) if code in codes), None)
        if code is not None:
            own = counts.setdefault(code, {})
            own[cell.key[1]] = own.get(cell.key[1], 0) + cell.count
    return counts


def tile_of(
    region: Region,
    counts: dict[str, dict[str, int]],
    decided: dict[str, int],
    place: tuple[int, int],
    ranked: list[str],
) -> Tile:
    own, of = counts.get(region.code, {}), decided.get(region.code, 0)
    enough = of >= FEW_POSTS
    return Tile(
        column=place[0],
        row=place[1],
        tone=round((own.get("positive", 0) - own.get("negative", 0)) / of, 2) if enough else None,
        style="plain" if enough else "few" if own else "none",
        rank=ranked.index(region.code) + 1 if region.code in ranked else None,
    )


def outer_codes(code: str) -> list[str]:
    """A region's code and those of the regions it lies in, the nearest first."""
    parts = code.split(".")
    return [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
