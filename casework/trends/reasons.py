"""Why an issue rises: its posts held against those of the days before, and the complaints that came beside them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.burst_reasons import LEAST_Z, Post, explain_burst
from casework.complaints.listing import is_public
from casework.complaints.tables import ComplaintRow
from casework.trends.hours import start_of
from casework.trends.posts import HASHTAG, REGION, TERM, TOPIC, TOPIC_REGION, HourPost, describe_post, query_of
from casework.trends.records import ALL, IssueReason
from kentongan.batches import batched
from kentongan.schema import BY_HAND, Query, Record
from search.store import Store

BEFORE_DAYS: Final = 7
"""Days before an issue that its posts are held against: a week has every kind of day."""
BEFORE_GAP: Final = 6
"""Hours before an issue that belong to neither side: a rise is seen with up to six hours together."""
MOST_BEFORE: Final = 1_000
"""Posts of those days that are read, the newest: enough for a share of a half percent."""
LEAST_BEFORE: Final = 200
"""Fewest posts that say what is usual; where a series has less, the posts around it are asked too."""
MOSTLY: Final = 0.5
"""Share of an issue's posts that have the topic, the district or the story it is said to be about."""
LEAST_POSTS: Final = 3
"""Fewest posts that say so."""
MOST_DOCUMENTS: Final = 20
COMPLAINT_HOURS: Final = 24
"""Hours before an issue in which complaints may already be about it."""
USUAL_DAYS: Final = 28
"""Days of complaints that are usual: four whole weeks."""
MOST_COMPLAINTS: Final = 5_000
"""Most complaints of a topic that are looked up."""
IDS_AT_A_TIME: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """What an issue's posts say about it."""

    topic: str | None
    region: str | None
    story: str | None
    reasons: tuple[IssueReason, ...]
    documents: tuple[str, ...]
    sample: bool


def explain_issue(
    store: Store, session: Session, posts: Sequence[HourPost], *, key: str, opened: int, last: int
) -> Why:
    """The reasons of an issue whose leading series is ``key``, from its posts of the hours [opened, last)."""
    topic, region = scope_of(key)
    topic = topic or mostly((post.topic for post in posts), of=len(posts))
    region = region or mostly((post.region for post in posts), of=len(posts))
    before = read_before(store, series_before(key, topic=topic), until=start_of(opened - BEFORE_GAP))
    found = [
        IssueReason(what=one.what, value=one.value, inside=one.inside, usual=one.usual, z=one.z, example=one.example)
        for one in explain_burst([post.told for post in posts], before)
    ]
    found += explain_by_complaints(store, session, topic=topic, region=region, opened=opened, last=last)
    newest = sorted(posts, key=lambda post: (-post.voice.hour, post.voice.document))
    examples = [one.example for one in found if one.example] + [post.voice.document for post in newest]
    return Why(
        topic=topic,
        region=region,
        story=mostly((post.voice.story for post in posts), of=len(posts)),
        reasons=tuple(found),
        documents=tuple(islice(dict.fromkeys(examples), MOST_DOCUMENTS)),
        sample=any(post.record.document.sample for post in posts),
    )


def scope_of(series: str) -> tuple[str | None, str | None]:
    """(topic, region) that a series is about by its name."""
    if series.startswith(TOPIC):
        return series.removeprefix(TOPIC), None
    if series.startswith(REGION):
        return None, series.removeprefix(REGION)
    if series.startswith(TOPIC_REGION):
        topic, _, region = series.removeprefix(TOPIC_REGION).partition("@")
        return topic, region
    return None, None


def mostly(values: Iterable[str | None], *, of: int) -> str | None:
    """The value that most of so many posts have, where they do; ties by name."""
    counted = Counter(value for value in values if value is not None)
    best = min(counted.items(), key=lambda found: (-found[1], found[0]), default=None)
    return best[0] if best and best[1] >= max(LEAST_POSTS, MOSTLY * of) else None


def series_before(key: str, *, topic: str | None) -> list[str]:
    """The series that an issue is held against, the nearest first: its own, then what is around it. Of a term or a
    hashtag, which all posts of its own have, its topic."""
    around = [ALL] if topic is None else [TOPIC + topic, ALL]
    return around if key.startswith((TERM, HASHTAG)) else list(dict.fromkeys([key, *around]))


def read_before(store: Store, series: Sequence[str], *, until: datetime) -> list[Post]:
    """The newest posts of the days before a moment, in the first of these series that has enough of them."""
    records: Sequence[Record] = ()
    for name in series:
        asked = replace(
            query_of(name), since=until - timedelta(days=BEFORE_DAYS), until=until, without_sources=(BY_HAND,)
        )
        records = store.search(asked, limit=MOST_BEFORE).records
        if len(records) >= LEAST_BEFORE:
            break
    return [describe_post(record, {}).told for record in records]


def explain_by_complaints(
    store: Store, session: Session, *, topic: str | None, region: str | None, opened: int, last: int
) -> list[IssueReason]:
    """The public complaints of the same topic and region in these days, where they are more than usual."""
    if topic is None and region is None:
        return []
    since, until = start_of(opened - COMPLAINT_HOURS), start_of(last)
    before = since - timedelta(days=USUAL_DAYS)
    inside, usual = (
        count_complaints(store, session, topic=topic, region=region, since=begin, until=end)
        for begin, end in ((since, until), (before, since))
    )
    expected = usual * ((until - since) / (since - before))
    z = (inside - expected) / math.sqrt(expected + 1.0)
    if inside < LEAST_POSTS or z < LEAST_Z:
        return []
    return [IssueReason(what="complaint", value=topic or region or "", inside=inside, usual=expected, z=z, example="")]


def count_complaints(
    store: Store, session: Session, *, topic: str | None, region: str | None, since: datetime, until: datetime
) -> int:
    """Complaints of a topic in a region that may be counted: none that is secret, held or merged into another."""
    asked = Query(
        kinds=("complaint",),
        topics=(topic,) if topic else (),
        regions=(region,) if region else (),
        since=since,
        until=until,
    )
    ids = [record.document.id for record in islice(store.stream(asked), MOST_COMPLAINTS)]
    public = select(func.count()).select_from(ComplaintRow).where(is_public())
    return sum(
        session.scalar(public.where(ComplaintRow.document.in_(part))) or 0 for part in batched(ids, IDS_AT_A_TIME)
    )
