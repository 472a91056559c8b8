"""Turns posts into the acts that are looked at for moving together, and articles into what explains them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from analysis.coordination_acts import Act
    from analysis.coordination_explanations import News
    from kentongan.schema import Document, Record

NEWS_KINDS: Final = ("article", "factcheck")
"""Kinds that explain what accounts share; newsrooms themselves are not looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One document as it is compared."""

    document: Document
    text: str
    """Its newest words."""


def read_records(records: Iterable[Record]) -> list[Read]:
    """What is compared of records."""
    return [Read(document=record.document, text=record.newest.text) for record in records]


def make_acts(posts: Sequence[Read], articles: Sequence[Read] = ()) -> tuple[list[Act], News]:
    """The acts of posts, with near copies grouped over posts, articles and headlines, and the news behind them.

    A post whose words no other post shares has no message. Raises ValueError for an id that comes twice.
    """
    from analysis.coordination_acts import Account, Act
    from analysis.coordination_explanations import News
    from analysis.duplicates import group_archive

    texts = {read.document.id: read.text for read in posts}
    for article in articles:
        texts[f"article {article.document.id}"] = article.text
        if article.document.title:
            texts[f"title {article.document.id}"] = article.document.title
    story = group_archive(list(texts), list(texts.values())).story
    acts = [
        Act(
            id=read.document.id,
            account=Account(platform=read.document.platform, handle=read.document.author)
            if read.document.author
            else None,
            time=round(read.document.published_at.timestamp() * 1000),
            message=story[read.document.id],
            links=list_pages(read.document.links),
            hashtags=read.document.hashtags,
            reply_to=read.document.reply_to,
            shared_from=read.document.shared_from,
        )
        for read in posts
    ]
    told = frozenset(centre for name, centre in story.items() if name.startswith(("article ", "title ")))
    outlets = frozenset(article.document.publisher for article in articles)
    return acts, News(outlets=outlets, messages=told)


def list_pages(links: Iterable[str]) -> tuple[str, ...]:
    """Addresses in one spelling, each once; what is no address and front pages are left out."""
    from crawlers.addresses import url_keys

    parts = {page: urlsplit(page) for page in url_keys(links)}
    return tuple(page for page, cut in parts.items() if cut.path.strip("/") or cut.query)
