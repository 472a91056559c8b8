"""Renders what crawlers ask a site for first: RSS and Atom feeds, sitemaps, robots.txt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from email.utils import format_datetime
from html import escape

from samples.pieces import OUTLETS, Outlet, Piece

FEED_SIZE = 60
"""Most entries of a feed: more than any outlet has here, so that one visit sees the whole fortnight."""


def render_rss(outlet: Outlet, pieces: Sequence[Piece], base_url: str) -> str:
    """The pieces as RSS 2.0. Links lead to the sample server, guids name the canonical address."""
    items = "".join(
        f"<item><title>{escape(piece.item.title, quote=False)}</title><link>{base_url}{piece.path}</link>"
        f'<guid isPermaLink="false">{piece.canonical}</guid><pubDate>{format_datetime(piece.at)}</pubDate>'
        f"<dc:creator>{escape(piece.item.author, quote=False)}</dc:creator>{_categories(piece.item.tags)}"
        f"<description>{escape(piece.summary, quote=False)}</description></item>\n"
        for piece in pieces[:FEED_SIZE]
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>\n'
        f"<title>{outlet.name}</title><link>https://{outlet.host}/</link>"
        f"<description>DATA CONTOH. {outlet.motto}</description><language>id</language>\n{items}</channel></rss>\n"
    )


def _categories(tags: Iterable[str]) -> str:
    return "".join(f"<category>{escape(tag, quote=False)}</category>" for tag in tags)


def render_atom(outlet: Outlet, pieces: Sequence[Piece], base_url: str) -> str:
    """The pieces as Atom."""
    entries = "".join(
        f"<entry><title>{escape(piece.item.title, quote=False)}</title><id>{piece.canonical}</id>"
        f'<link rel="alternate" type="text/html" href="{base_url}{piece.path}"/>'
        f"<published>{piece.at.isoformat()}</published><updated>{piece.at.isoformat()}</updated>"
        f"<author><name>{escape(piece.item.author, quote=False)}</name></author>"
        f"<summary>{escape(piece.summary, quote=False)}</summary></entry>\n"
        for piece in pieces[:FEED_SIZE]
    )
    updated = pieces[0].at.isoformat() if pieces else "1970-01-01T00:00:00Z"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="id">\n'
        f"<title>{outlet.name}</title><subtitle>DATA CONTOH. {outlet.motto}</subtitle><id>https://{outlet.host}/</id>"
        f'<link rel="self" href="{base_url}/suara/umpan.atom"/><updated>{updated}</updated>\n{entries}</feed>\n'
    )


def render_sitemap(pieces: Sequence[Piece], base_url: str) -> str:
    """The pieces as a sitemap with the news extension."""
    urls = "".join(
        f"<url><loc>{base_url}{piece.path}</loc><lastmod>{piece.at.isoformat()}</lastmod><news:news><news:publication>"
        f"<news:name>{piece.outlet.name}</news:name><news:language>id</news:language></news:publication>"
        f"<news:publication_date>{piece.at.isoformat()}</news:publication_date>"
        f"<news:title>{escape(piece.item.title, quote=False)}</news:title></news:news></url>\n"
        for piece in pieces
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{urls}</urlset>\n'
    )


def render_robots(base_url: str) -> bytes:
    """What robots may do: everything, at once."""
    maps = "".join(f"Sitemap: {base_url}/{theme}/sitemap.xml\n" for theme in OUTLETS)
    return f"User-agent: *\nAllow: /\nCrawl-delay: 0\n\n{maps}".encode()
