"""Reads articles out of the REST interface of WordPress sites, whole and without fetching their pages.

Interface: developer.wordpress.org/rest-api/reference/posts. A source's address is the site's own
("https://kabar.example/") or that of its posts ("https://kabar.example/wp-json/wp/v2/posts?categories=5").
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from crawlers.addresses import normalise_url, publisher_of, url_key
from crawlers.factchecks import split_factcheck
from crawlers.json_answers import count_of, moment_of, name_of, object_of, objects_of, read_json, text_of, told_error
from crawlers.kinds import Answer, Posts
from crawlers.markup import plain_text
from crawlers.posts import Reading, add_query, gather_posts, normalise_links, read_hashtags, set_query
from crawlers.sources import publisher_for
from kentongan.errors import Quarantine
from kentongan.schema import Document, document_id
from kentongan.text import clean
from kentongan.times import parse_time

if TYPE_CHECKING:
    from datetime import datetime

    from crawlers.sources import Source

PAGE_SIZE = 50
"""Articles asked for at once; the interface gives at most 100."""

POSTS = "wp-json/wp/v2/posts"


def start_address(source: Source, cursor: str | None) -> str:
    """The newest articles, or those since the last one read. The cursor is a time on the site's own clock, as the
    interface compares it."""
    url = source.url
    if "/wp-json/" not in url and "rest_route=" not in url:
        url = urljoin(url if url.endswith("/") else f"{url}/", POSTS)
    url = add_query(url, _embed="author,wp:term,wp:featuredmedia", per_page=str(PAGE_SIZE))
    return set_query(url, drop=("page",), orderby="date", order="desc", after=cursor)


def parse_articles(answer: Answer, source: Source) -> Posts:
    """The articles on one page. Raises Quarantine ("not-json") for anything but a list of posts."""
    found = read_json(answer)
    if not isinstance(found, list):
        raise Quarantine("not-json", f"{answer.url} bukan daftar artikel WordPress{told_error(found)}.")
    posts = gather_posts(
        found,
        lambda item: _read_article(object_of(item), answer, source),
        answer=answer,
        name=lambda item: name_of(object_of(item).get("link")) or "",
    )
    return replace(posts, next_url=_next_page(answer, size=len(found)))


def _next_page(answer: Answer, *, size: int) -> str | None:
    """The following page while there is one: by the count of pages where the server names it, else while pages come
    full."""
    query = dict(parse_qsl(urlsplit(answer.url).query))
    page = count_of(query.get("page")) or 1
    pages = count_of(answer.header("x-wp-totalpages"))
    more = page < pages if pages is not None else size >= (count_of(query.get("per_page")) or PAGE_SIZE)
    return set_query(answer.url, page=str(page + 1)) if more and size else None


def _read_article(item: dict[str, Any], answer: Answer, source: Source) -> Reading:
    """One article. Raises Quarantine ("bad-post", "not-public", "no-time", "no-text")."""
    try:
        url = normalise_url(name_of(item.get("link")) or "")
    except ValueError as error:
        raise Quarantine("bad-post", f"Sebuah artikel di {answer.url} tidak menyebut alamatnya.") from error
    if publisher_of(url) != publisher_of(answer.url):
        raise Quarantine("bad-post", f"{answer.url} memuat artikel situs lain: {url}.")
    content = object_of(item.get("content"))
    if content.get("protected") is True or name_of(item.get("status")) not in (None, "publish"):
        raise Quarantine("not-public", f"Artikel {url} tidak untuk umum.")
    title = clean(" ".join(plain_text(text_of(object_of(item.get("title")).get("rendered"))).split()))[:1000] or None
    text = clean(plain_text(text_of(content.get("rendered")))).strip()
    facts: dict[str, str] = {}
    if source.document_kind == "factcheck":
        text, facts = split_factcheck(title, text)
    if not text:
        raise Quarantine("no-text", f"Artikel {url} tidak memuat teks.")
    published_at = _read_time(item, "date", zone=source.zone)
    if published_at is None:
        raise Quarantine("no-time", f"Artikel {url} tidak menyebut kapan diterbitkan.")
    modified = _read_time(item, "modified", zone=source.zone)
    if modified is not None and modified > published_at:
        facts = {**facts, "modified_at": modified.isoformat()}
    publisher, key = publisher_for(source, page=url, canonical=url), url_key(url)
    embedded = object_of(item.get("_embedded"))
    document = Document(
        id=document_id(publisher, key),
        kind=source.document_kind,
        publisher=publisher,
        platform=source.platform,
        native_key=key,
        source=source.name,
        text=text,
        title=title,
        published_at=published_at,
        published_raw=name_of(item.get("date")) or name_of(item.get("date_gmt")),
        collected_at=answer.at,
        url=url,
        author=_read_author(item, embedded),
        language=source.language,
        links=normalise_links(text),
        hashtags=read_hashtags("", *_read_terms(embedded)),
        media=_read_media(embedded),
        facts=facts,
        raw=answer.raw,
        sample=source.sample,
    )
    return Reading(documents=(document,), place=name_of(item.get("date")))


def _read_time(item: dict[str, Any], name: str, *, zone: str) -> datetime | None:
    """A time of an article in UTC: the one given in UTC, else the one on the site's clock, read as ``zone``."""
    exact = moment_of(item.get(f"{name}_gmt"))
    local = name_of(item.get(name))
    if exact is not None or local is None:
        return exact
    try:
        return parse_time(local, zone=zone)
    except ValueError:
        return None


def _read_author(item: dict[str, Any], embedded: dict[str, Any]) -> str | None:
    """Who the site says wrote it; its own "admin" is nobody's byline."""
    named = [name_of(author.get("name")) for author in objects_of(embedded.get("author"))]
    named.append(name_of(object_of(item.get("yoast_head_json")).get("author")))
    return next((name for name in named if name and name.lower() not in ("admin", "redaksi", "administrator")), None)


def _read_terms(embedded: dict[str, Any]) -> list[str]:
    """The article's tags; categories are the site's own order."""
    groups = embedded.get("wp:term")
    terms = [term for group in groups for term in objects_of(group)] if isinstance(groups, list) else []
    names = (name_of(term.get("name")) for term in terms if term.get("taxonomy") == "post_tag")
    return [plain_text(name) for name in names if name]


def _read_media(embedded: dict[str, Any]) -> tuple[str, ...]:
    addresses = (name_of(media.get("source_url")) for media in objects_of(embedded.get("wp:featuredmedia")))
    return tuple(address for address in addresses if address and address.startswith(("https://", "http://")))
