"""Reads the posts of one hour out of the store, each with the series it counts in.

Posts and comments only: articles are newsrooms' words, and what people entered by hand is no volume.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.burst_reasons import Post
from analysis.voices import Voice, terms_in
from casework.story_tables import StoryItemRow, StoryMessageRow
from casework.trends.hours import SOURCE, hour_of, start_of
from casework.trends.records import ALL
from kentongan.schema import ABSTAINED, BY_HAND, UNLABELLED, Kind, Query, Record
from kentongan.text import hashtags, normalised_tokens, tokens
from search.fields import hashtag_key, label_value, region_value, word
from search.store import Store

KINDS: Final[tuple[Kind, ...]] = ("post", "comment")
TOPIC: Final = "topik:"
REGION: Final = "wilayah:"
TOPIC_REGION: Final = "topik-wilayah:"
HASHTAG: Final = "tagar:"
TERM: Final = "istilah:"
LONGEST: Final = 96
"""Characters of a series' name; values that do not fit are counted in none of their own."""
DISTRICT_PARTS: Final = 3
"""Parts of a district's code ("33.74.01"): a village counts in its district."""


@dataclass(kw_only=True)
class HourPost:
    """One post of an hour. Its words are read when they are asked for: most posts are only counted."""

    record: Record
    voice: Voice
    topic: str | None
    region: str | None
    """Code of its district, or of what is around it."""

    @cached_property
    def terms(self) -> frozenset[str]:
        """Words and pairs that may become series: of the tokens as they are written, which a quoted term finds."""
        newest = self.record.newest
        # A pair never reaches from a title into its text, as no phrase of a query does.
        return terms_in(tokens(newest.text)) | (terms_in(tokens(newest.title)) if newest.title else frozenset())

    @property
    def told(self) -> Post:
        """What its reasons are read from."""
        document, voice = self.record.document, self.voice
        return Post(
            document=document.id,
            words=tuple(normalised_tokens(self.record.newest.words)),
            account=voice.account,
            source=document.source,
            place=self.region,
            story=voice.story,
        )


def posts_query(hour: int, until: int | None = None) -> Query:
    """The posts and comments of an hour, or of the hours before ``until``."""
    return Query(
        kinds=KINDS,
        without_sources=(BY_HAND,),
        since=start_of(hour),
        until=start_of(hour + 1 if until is None else until),
    )


def read_posts(store: Store, session: Session, first: int, until: int) -> dict[int, list[HourPost]]:
    """The posts of each hour from ``first`` to before ``until``, by id; hours without any are left out."""
    stories = stories_in(session, first, until)
    found: dict[int, list[HourPost]] = {}
    for record in store.stream(posts_query(first, until)):
        post = describe_post(record, stories)
        found.setdefault(post.voice.hour, []).append(post)
    for posts in found.values():
        posts.sort(key=lambda post: post.voice.document)
    return found


def stories_in(session: Session, first: int, until: int) -> dict[str, str]:
    """The story of each document of these hours that is in one."""
    item, message = StoryItemRow, StoryMessageRow
    chosen = (
        select(item.document, message.story)
        .join(message, message.message == item.message)
        .where(item.published_at >= start_of(first), item.published_at < start_of(until))
    )
    return {row.document: row.story for row in session.execute(chosen)}


def describe_post(record: Record, stories: Mapping[str, str]) -> HourPost:
    """A record as a post of its hour."""
    document, words = record.document, record.newest.words
    topic, sentiment = (known(label_value(record.labels, task)) for task in ("topic", "sentiment"))
    region = known(region_value(document, record.labels))
    district = None if region is None else ".".join(region.split(".")[:DISTRICT_PARTS])
    tags = {hashtag_key(tag) for tag in document.hashtags}
    if "#" in words or "＃" in words:
        tags |= {hashtag_key(tag) for tag in hashtags(words)}
    voice = Voice(
        document=document.id,
        hour=hour_of(document.published_at),
        account=document.author,
        story=stories.get(document.id),
        keys=series_of(topic, district, tuple(sorted(tags - {""})), document.source),
        sentiment=sentiment,
    )
    return HourPost(record=record, voice=voice, topic=topic, region=district)


def known(label: str) -> str | None:
    """A label that says something."""
    return None if label in (ABSTAINED, UNLABELLED) else label


@lru_cache(maxsize=65_536)
def series_of(topic: str | None, district: str | None, tags: tuple[str, ...], source: str) -> tuple[str, ...]:
    """Names of the series that a post counts in, its terms apart."""
    names = [ALL, SOURCE + word(source), *(HASHTAG + tag for tag in tags)]
    if topic is not None:
        names.append(TOPIC + topic)
    if district is not None:
        names.append(REGION + district)
        if district.count(".") == DISTRICT_PARTS - 1:
            names.append(REGION + district.rpartition(".")[0])
        if topic is not None:
            names.append(f"{TOPIC_REGION}{topic}@{district}")
    return tuple(name for name in names if len(name) <= LONGEST)


def query_of(series: str) -> Query:
    """What a person would ask the store to see the posts of a series. Raises ValueError for what names no series."""
    if series == ALL:
        return Query(kinds=KINDS)
    kind, colon, value = series.partition(":")
    if not colon or not value:
        raise ValueError(f"not a series: {series!r}")
    if kind + colon == TOPIC:
        return Query(kinds=KINDS, topics=(value,))
    if kind + colon == REGION:
        return Query(kinds=KINDS, regions=(value,))
    if kind + colon == TOPIC_REGION:
        topic, _, region = value.partition("@")
        return Query(kinds=KINDS, topics=(topic,), regions=(region,))
    if kind + colon == HASHTAG:
        return Query(kinds=KINDS, hashtags=(value,))
    if kind + colon == SOURCE:
        return Query(kinds=KINDS, sources=(value,))
    if kind + colon == TERM:
        return Query(kinds=KINDS, text=f'"{value}"')
    raise ValueError(f"not a series: {series!r}")
