"""Makes the one document of an article out of its page, its listing and its source."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from crawlers.addresses import url_key
from crawlers.articles import Article, extract_article
from crawlers.factchecks import add_review, split_factcheck
from crawlers.kinds import Answer, Entry, refusing_surprises
from crawlers.paging import join_pages, pages_left
from crawlers.sources import Source, publisher_for
from kentongan import text as words
from kentongan.errors import Quarantine
from kentongan.schema import Document, document_id

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRead:
    """What was read out of the pages of one article."""

    document: Document
    left: tuple[str, ...] = ()
    """Addresses of its further pages that were not among those read."""


def read_page(
    answer: Answer, *, source: Source, entry: Entry, further: Sequence[Answer] = (), asked: Sequence[str] = ()
) -> PageRead:
    """The document in an article page; ``further`` are the answers of its other pages, in their order, and ``asked``
    the addresses that were asked for, those that did not answer too.

    Raises Quarantine with its reason for the first page. A further page that cannot be read is left out and logged: it
    must not cost the article.
    """
    first = read_article(answer, source=source, entry=entry)
    told = Entry(url=entry.url, published_at=first.published_at, published_raw=first.published_raw)
    others = []
    for page in further:
        try:
            others.append(read_article(page, source=source, entry=told))
        except Quarantine as error:
            logger.warning("%s: a further page of %s is left out: %s", source.name, answer.url, error.message)
    left = pages_left(first, others, read=(answer.url, entry.url, *asked))
    document = article_document(join_pages(first, others), answer, source=source, entry=entry)
    return PageRead(document=document, left=left)


def pages_unread(answers: Sequence[Answer], *, source: Source, entry: Entry, asked: Sequence[str]) -> tuple[str, ...]:
    """Addresses of an article's further pages that are not among these answers; none for what is no article."""
    first, *further = answers
    try:
        return read_page(first, source=source, entry=entry, further=further, asked=asked).left
    except Quarantine:
        return ()


def read_article(answer: Answer, *, source: Source, entry: Entry) -> Article:
    """The article in one page, its time from the listing where the page has none; ``Article.more`` names its further
    pages. Raises Quarantine with its reason."""
    kind = (answer.header("content-type") or "").lower()
    if kind and "html" not in kind and "xml" not in kind and "text/plain" not in kind:
        raise Quarantine("not-html", f"{answer.url} bukan halaman HTML melainkan {kind[:60]}.")
    charset = kind.partition("charset=")[2].partition(";")[0].strip() or None
    listed = (entry.published_at, entry.published_raw or "") if entry.published_at else None
    with refusing_surprises(answer.url):
        return extract_article(answer.body, answer.url, charset=charset, zone=source.zone, listed=listed)


def article_document(article: Article, answer: Answer, *, source: Source, entry: Entry) -> Document:
    """An article as a document; what the page leaves out is taken from the listing."""
    publisher = publisher_for(source, page=answer.url, canonical=article.canonical_url)
    key = url_key(article.canonical_url)
    factcheck = bool(article.factcheck) or source.document_kind == "factcheck"
    tags = (*article.tags, *entry.tags)
    text, facts = article.text, dict(article.factcheck)
    if factcheck:
        text, stated = split_factcheck(article.title, article.text)
        facts = add_review(stated, article.factcheck)
    return Document(
        id=document_id(publisher, key),
        kind="factcheck" if factcheck else source.document_kind,
        publisher=publisher,
        platform=source.platform,
        native_key=key,
        source=source.name,
        text=text,
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
        facts=facts,
        raw=answer.raw,
        sample=source.sample,
    )
