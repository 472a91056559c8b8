"""The three invented sites, and their articles and fact-checks placed in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from samples.items import FactCheckItem, NewsItem
from samples.world import fill_days, has_happened, load_world, place_in_time

Theme = Literal["kabar", "suara", "cekfakta"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One invented site: where it is served and what it calls itself."""

    theme: Theme
    """First part of its paths on the sample server."""
    name: str
    host: str
    """Its invented domain: the publisher of its pages and the host of their canonical addresses."""
    folder: str
    """Part of the path before an article's slug."""
    motto: str


OUTLETS: dict[Theme, Outlet] = {
    outlet.theme: outlet
    for outlet in (
        Outlet(
            theme="kabar",
            name="Kabar Tirtamaya",
            host="kabartirtamaya.example",
            folder="berita",
            motto="Dekat, cepat, jernih",
        ),
        Outlet(
            theme="suara",
            name="Suara Randu",
            host="suararandu.example",
            folder="baca",
            motto="Cerita dari tepi waduk",
        ),
        Outlet(
            theme="cekfakta",
            name="Cek Fakta Tirtamaya",
            host="cekfaktatirtamaya.example",
            folder="cek",
            motto="Periksa dulu, sebar kemudian",
        ),
    )
}
"""The invented sites by the first part of their paths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One article or fact-check, placed in time."""

    outlet: Outlet
    item: NewsItem | FactCheckItem
    at: datetime
    """In WIB."""
    paragraphs: tuple[str, ...]

    @property
    def path(self) -> str:
        """Where the sample server has it."""
        return f"/{self.outlet.theme}/{self.outlet.folder}/{self.item.slug}"

    @property
    def canonical(self) -> str:
        """Its address at the invented domain: the same whatever the port and the anchor."""
        return f"https://{self.outlet.host}/{self.outlet.folder}/{self.item.slug}"

    @property
    def summary(self) -> str:
        return self.paragraphs[0]


def list_pieces(anchor: datetime, *, now: datetime | None = None) -> list[Piece]:
    """All articles and fact-checks of the fortnight that ends at the anchor, newest first; with ``now``, those out."""
    world = load_world()
    items: list[tuple[Theme, NewsItem | FactCheckItem]] = [(item.outlet, item) for item in world.news]
    items += [("cekfakta", item) for item in world.factchecks]
    pieces = []
    for theme, item in items:
        if has_happened(item.at, anchor, now):
            at = place_in_time(item.at, anchor)
            words = tuple(fill_days(part.strip(), at) for part in item.text.strip().split("\n\n"))
            pieces.append(Piece(outlet=OUTLETS[theme], item=item, at=at, paragraphs=words))
    return sorted(pieces, key=lambda piece: (piece.at, piece.path), reverse=True)
