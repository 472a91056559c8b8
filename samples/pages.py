"""Renders the HTML of the invented sites: article and fact-check pages with JSON-LD and OpenGraph, front pages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from html import escape
from string import Template

from kentongan.times import DAYS_ID, MONTHS_ID
from samples.items import FactCheckItem, NewsItem
from samples.pieces import OUTLETS, Outlet, Piece
from samples.world import FOLDER, place_in_time


@cache
def read_template(name: str) -> Template:
    """One file of ``templates/``."""
    return Template((FOLDER / "templates" / name).read_text(encoding="utf-8"))


def render_page(piece: Piece, anchor: datetime) -> str:
    """The HTML page of one article or fact-check."""
    item = piece.item
    section = item.section if isinstance(item, NewsItem) else "Cek Fakta"
    aside = "" if isinstance(item, NewsItem) else _render_verdict(item)
    body = read_template("article.html").substitute(
        section=escape(section),
        title=escape(item.title),
        author=escape(item.author),
        iso=piece.at.isoformat(),
        shown=_spell_time(piece),
        aside=aside,
        paragraphs="\n".join(f"<p>{escape(text, quote=False)}</p>" for text in piece.paragraphs),
        tags=" ".join(f"#{escape(tag.replace(' ', ''))}" for tag in item.tags),
    )
    linked = json.dumps(_link_data(piece, anchor), ensure_ascii=False, indent=1).replace("</", "<\\/")
    meta = {"article:published_time": piece.at.isoformat(), "article:author": item.author, "article:section": section}
    head = "".join(f'<meta property="{name}" content="{escape(value)}">\n' for name, value in meta.items())
    head += "".join(f'<meta property="article:tag" content="{escape(tag)}">\n' for tag in item.tags)
    return _frame(
        piece.outlet, item.title, piece.summary, piece.canonical, body, kind="article",
        head=f'{head}<script type="application/ld+json">\n{linked}\n</script>',
    )  # fmt: skip


def _frame(
    outlet: Outlet, title: str, summary: str, canonical: str, body: str, *, kind: str = "website", head: str = ""
) -> str:
    return read_template("page.html").substitute(
        title=escape(title),
        site=escape(outlet.name),
        summary=escape(summary),
        canonical=escape(canonical),
        og_type=kind,
        head=head,
        theme=outlet.theme,
        path=outlet.theme,
        motto=escape(outlet.motto),
        body=body,
    )


def _spell_time(piece: Piece) -> str:
    """The time as the outlet prints it: each in its own fashion, as outlets do."""
    at = piece.at
    if piece.outlet.theme == "kabar":
        return f"{DAYS_ID[at.weekday()]}, {at:%d/%m/%Y %H:%M} WIB"
    return f"{at.day} {MONTHS_ID[at.month - 1]} {at.year} | {at:%H.%M} WIB"


def _render_verdict(item: FactCheckItem) -> str:
    return (
        f'<div class="putusan"><p>Klaim: {escape(item.claim)}</p>'
        f"<p>Putusan: <strong>{escape(item.verdict)}</strong></p></div>"
    )


def _link_data(piece: Piece, anchor: datetime) -> dict[str, object]:
    """The page's JSON-LD: a NewsArticle, with a ClaimReview beside it on fact-checks."""
    item = piece.item
    publisher = {"@type": "NewsMediaOrganization", "name": piece.outlet.name, "url": f"https://{piece.outlet.host}/"}
    article: dict[str, object] = {
        "@type": "NewsArticle",
        "mainEntityOfPage": piece.canonical,
        "headline": item.title,
        "description": piece.summary,
        "inLanguage": "id",
        "datePublished": piece.at.isoformat(),
        "dateModified": piece.at.isoformat(),
        "author": {"@type": "Person", "name": item.author},
        "publisher": publisher,
        "keywords": list(item.tags),
    }
    if isinstance(item, NewsItem):
        return {"@context": "https://schema.org", **article}
    review: dict[str, object] = {
        "@type": "ClaimReview",
        "url": piece.canonical,
        "datePublished": piece.at.isoformat(),
        "author": publisher,
        "claimReviewed": item.claim,
        "itemReviewed": {
            "@type": "Claim",
            "datePublished": place_in_time(item.claimed_at, anchor).isoformat(),
            "author": {"@type": "Person", "name": item.claimed_by},
        },
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": item.rating,
            "worstRating": 1,
            "bestRating": 5,
            "alternateName": item.verdict,
        },
    }
    return {"@context": "https://schema.org", "@graph": [article, review]}


def render_front(outlet: Outlet, pieces: Sequence[Piece]) -> str:
    """The front page of a site: its pieces, newest first."""
    rows = "\n".join(
        f'<li><a href="{escape(piece.path)}">{escape(piece.item.title)}</a><br>{_spell_time(piece)}</li>'
        for piece in pieces
    )
    body = f'<h1>Terbaru</h1>\n<ul class="daftar">\n{rows}\n</ul>'
    return _frame(outlet, "Beranda", outlet.motto, f"https://{outlet.host}/", body)


def render_index() -> str:
    """The first page of the sample server: where everything is."""
    rows = "".join(
        f'<li><a href="/{o.theme}/">{escape(o.name)}</a><br>{escape(o.motto)}</li>' for o in OUTLETS.values()
    )
    return (
        '<!doctype html><html lang="id"><head><meta charset="utf-8"><title>Data contoh Tirtamaya</title>'
        '<link rel="stylesheet" href="/gaya.css"></head><body><p class="contoh">DATA CONTOH</p>'
        f'<main><h1>Situs rekaan Kabupaten Tirtamaya</h1><ul class="daftar">{rows}'
        '<li><a href="/api/v1/timelines/public">Linimasa guyub.example</a></li></ul></main></body></html>\n'
    )
