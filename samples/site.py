"""Gathers every file of the sample server: pages, feeds, sitemaps, robots.txt, all from content and anchor."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from samples.feeds import render_atom, render_robots, render_rss, render_sitemap
from samples.pages import read_template, render_front, render_index, render_page
from samples.pieces import OUTLETS, list_pieces
from samples.world import place_in_time


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One answer of the sample server."""

    body: bytes
    content_type: str
    modified: datetime
    """Aware."""

    @property
    def etag(self) -> str:
        """A strong validator: equal exactly for equal bytes."""
        return f'"{hashlib.blake2b(self.body, digest_size=12).hexdigest()}"'


def render_site(anchor: datetime, base_url: str, *, now: datetime | None = None) -> dict[str, File]:
    """Every static file of the sample server by its path. ``base_url`` is where it is served, without a slash at its
    end; only links between its pages name it. The same arguments give the same bytes.
    """
    start = place_in_time("0 00:00", anchor)
    pieces = list_pieces(anchor, now=now)
    files = {piece.path: _html(render_page(piece, anchor), piece.at) for piece in pieces}
    for outlet in OUTLETS.values():
        own = [piece for piece in pieces if piece.outlet is outlet]
        newest = own[0].at if own else start
        files[f"/{outlet.theme}/"] = _html(render_front(outlet, own), newest)
        files[f"/{outlet.theme}/sitemap.xml"] = _xml(render_sitemap(own, base_url), newest, "application/xml")
        if outlet.theme == "kabar":
            files["/kabar/rss.xml"] = _xml(render_rss(outlet, own, base_url), newest, "application/rss+xml")
        if outlet.theme == "suara":
            files["/suara/umpan.atom"] = _xml(render_atom(outlet, own, base_url), newest, "application/atom+xml")
    files["/"] = _html(render_index(), start)
    files["/gaya.css"] = File(body=read_template("gaya.css").template.encode(), content_type="text/css", modified=start)
    files["/robots.txt"] = File(body=render_robots(base_url), content_type="text/plain; charset=utf-8", modified=start)
    return files


def _html(text: str, modified: datetime) -> File:
    return File(body=text.encode(), content_type="text/html; charset=utf-8", modified=modified)


def _xml(text: str, modified: datetime, kind: str) -> File:
    return File(body=text.encode(), content_type=f"{kind}; charset=utf-8", modified=modified)
