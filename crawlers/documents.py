"""Makes the one document of an article out of its page, its listing and its source."""

from __future__ import annotations

from datetime import UTC, timedelta

from crawlers.addresses import url_key
from crawlers.articles import Article, extract_article
from crawlers.kinds import Answer, Entry, refusing_surprises
from crawlers.sources import Source, publisher_for
from kentongan import text as words
from kentongan.errors import Quarantine
from kentongan.schema import Document, document_id

MAX_AHEAD = timedelta(hours=24)
"""How far ahead of the clock a publication time may lie: a wrong zone is off by half a day at most, a wrong year by
more."""


def read_page(answer: Answer, *, source: Source, entry: Entry) -> Document:
    """The document in an article page. Raises Quarantine with its reason."""
    kind = (answer.header("content-type") or "").lower()
    if kind and "html" not in kind and "xml" not in kind and "text/plain" not in kind:
        raise Quarantine("not-html", f"{answer.url} bukan halaman HTML melainkan {kind[:60]}.")
    charset = kind.partition("charset=")[2].partition(";")[0].strip() or None
    listed = (entry.published_at, entry.published_raw or "") if entry.published_at else None
    with refusing_surprises(answer.url):
        article = extract_article(answer.body, answer.url, charset=charset, zone=source.zone, listed=listed)
    if article.published_at > answer.at + MAX_AHEAD:
        raise Quarantine("future-time", f"{answer.url} bertanggal di masa depan: {article.published_raw}.")
    return article_document(article, answer, source=source, entry=entry)


def article_document(article: Article, answer: Answer, *, source: Source, entry: Entry) -> Document:
    """An article as a document; what the page leaves out is taken from the listing."""
    publisher = publisher_for(source, page=answer.url, canonical=article.canonical_url)
    key = url_key(article.canonical_url)
    factcheck = bool(article.factcheck) or source.document_kind == "factcheck"
    tags = (*article.tags, *entry.tags)
    return Document(
        id=document_id(publisher, key),
        kind="factcheck" if factcheck else source.document_kind,
        publisher=publisher,
        platform=source.platform,
        native_key=key,
        source=source.name,
        text=article.text,
        title=article.title or entry.title,
        published_at=article.published_at.astimezone(UTC),
        published_raw=article.published_raw,
        collected_at=answer.at,
        url=article.canonical_url,
        author=article.author or entry.author,
        language=source.language or article.language,
        links=tuple(dict.fromkeys(words.links(article.text))),
        hashtags=tuple(dict.fromkeys(tag.replace(" ", "") for tag in tags if tag.replace(" ", ""))),
        media=article.media,
        facts=dict(article.factcheck),
        raw=answer.raw,
        sample=source.sample,
    )
