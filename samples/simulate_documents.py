"""Writes the documents of a simulation: those of the background, and the planted ones from their rows."""

from __future__ import annotations

import random
import re
from bisect import bisect
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from kentongan.schema import Document, Kind, document_id
from samples.simulate_accounts import draw_account, name_account
from samples.simulate_articles import write_article
from samples.simulate_news import OUTLETS
from samples.simulate_plan import SOURCES, District, Plan
from samples.simulate_planting import BURST, GROUP, STORY, YOUTUBE, X
from samples.simulate_schedule import Schedule
from samples.simulate_stories import Story, answer_story, copy_story, still_names, write_story
from samples.simulate_text import name_place, pick, write_comment, write_post
from samples.simulate_truth import Simulated, Truth, name_story, story_number, story_stance

PLATFORMS: Final = ("x", "telegram", "mastodon", "youtube", "web")
PUBLISHERS: Final = (
    "x.simulasi.example",
    "t.simulasi.example",
    "mastodon.simulasi.example",
    "video.simulasi.example",
    "",
)
"""By source; an article's publisher is its outlet."""

HOUR_MS: Final = 3_600_000
STORIES_KEPT: Final = 4_096
VIDEOS: Final = 12
"""Videos commented on in one hour. They are not collected themselves."""
PARENTS: Final = 64
"""How many earlier documents of the hour a comment or reply chooses from."""
REPLY: Final = 0.12
"""Share of background posts on X that answer an earlier one."""
REPOST: Final = 0.5
"""Share of verbatim copies on the platform of a story's first post that are shown as reposts of it."""
DELAYS: Final = tuple(timedelta(seconds=seconds) for seconds in range(4, 55))
"""Between publication and collection."""
AT_ONCE: Final = timedelta()
# On these texts the same as kentongan.text.links and hashtags, at a tenth of the time.
LINK: Final = re.compile(r"https?://[\w./?=-]*\w")
TAG: Final = re.compile(r"#(\w+)")
BURST_MOOD: Final = ("negative", "negative", "negative", "negative", "neutral", "positive")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A plan with its schedule and the cumulative weights that every hour draws from."""

    plan: Plan
    schedule: Schedule
    start: datetime
    topics: tuple[str, ...]
    topic_bounds: tuple[float, ...]
    sentiments: tuple[str, ...]
    sentiment_bounds: tuple[float, ...]
    district_bounds: tuple[float, ...]
    shared_names: frozenset[str]
    gap_starts: frozenset[tuple[int, int]]
    """Source and hour of the beginning of each gap."""
    truths: dict[tuple[str, str, str | None, str | None], Truth] = field(default_factory=dict)
    """The truths of the background, each once."""
    stories: dict[int, Story] = field(default_factory=dict)
    """The stories told last, at most STORIES_KEPT."""


class Parent(NamedTuple):
    """Something a comment answers."""

    id: str
    publisher: str
    topic: str
    district: District | None


def draw_district(stage: Stage, rng: random.Random) -> District:
    """A district by its weight."""
    return stage.schedule.districts[bisect(stage.district_bounds, rng.random())]


def find_parent(
    stage: Stage,
    rng: random.Random,
    hour: int,
    source: int,
    parents: dict[int, deque[Parent]],
    videos: dict[int, Parent],
) -> Parent | None:
    """What a comment answers: a video (never collected itself), or an article of this hour, where there is one yet."""
    if source != YOUTUBE:
        waiting = parents[source]
        return waiting[int(rng.random() * len(waiting))] if waiting else None
    number = int(rng.random() * VIDEOS)
    if number not in videos:
        topic = stage.topics[bisect(stage.topic_bounds, rng.random())]
        key = f"{stage.plan.seed}-v{hour}-{number}"
        publisher = PUBLISHERS[YOUTUBE]
        videos[number] = Parent(document_id(publisher, key), publisher, topic, draw_district(stage, rng))
    return videos[number]


def write_background(
    stage: Stage,
    rng: random.Random,
    hour: int,
    offset: int,
    place: int,
    kind: Kind,
    source: int,
    parents: dict[int, deque[Parent]],
    videos: dict[int, Parent],
) -> Simulated:
    """A document that belongs to nothing planted."""
    draw, plan = rng.random, stage.plan
    parent = None
    if kind == "comment" or (source == X and draw() < REPLY):
        parent = find_parent(stage, rng, hour, source, parents, videos)
    topic = parent.topic if parent else stage.topics[bisect(stage.topic_bounds, draw())]
    sentiment = stage.sentiments[bisect(stage.sentiment_bounds, draw())]
    district = lure = None
    if draw() < plan.district_share:
        district = parent.district if parent and parent.district else draw_district(stage, rng)
    elif kind != "article" and draw() < plan.lure_share / (1.0 - plan.district_share):
        lure = draw_district(stage, rng)
    named = name_place(draw, district, alone=district.name not in stage.shared_names) if district else None
    key = f"{plan.seed}-{hour}-{place}"
    title = None
    if kind == "article":
        title, text = write_article(draw, topic, sentiment, place=named, regency=plan.regency)
        outlet, publisher = pick(draw, OUTLETS)
        author = f"Redaksi {outlet}"
    else:
        write = write_post if kind == "post" and parent is None else write_comment
        text = write(draw, topic, sentiment, place=named, district=district, lure=lure.name if lure else None)
        publisher = PUBLISHERS[source] or (parent.publisher if parent else pick(draw, OUTLETS)[1])
        author = name_account(draw_account(draw, stage.schedule.pools[source]), source)
    facts = (topic, sentiment, district.code if district else None, lure.code if lure else None)
    truth = stage.truths.get(facts)
    if truth is None:
        truth = stage.truths[facts] = Truth(topic=topic, sentiment=sentiment, district=facts[2], lure=facts[3])
    document = make_document(
        stage, rng, hour, offset, kind=kind, source=source, publisher=publisher, key=key, author=author, text=text,
        title=title, reply_to=parent.id if parent else None,
    )  # fmt: skip
    if source in parents and kind != "comment":
        parents[source].append(Parent(document.id, publisher, topic, district))
    return Simulated(document=document, truth=truth)


def write_planted(stage: Stage, rng: random.Random, hour: int, offset: int, row: int) -> Simulated:
    """A planted post, from its row in the schedule."""
    schedule = stage.schedule
    planted, number, ordinal = int(schedule.planted[row]), int(schedule.number[row]), int(schedule.ordinal[row])
    source = int(schedule.source[row])
    account = int(schedule.account[row])
    if account < 0:
        account = draw_account(rng.random, schedule.pools[source])
    story = story_number(schedule, row)
    reply_to = shared_from = None
    if planted == BURST:
        text, truth = write_burst_post(stage, rng, number)
    elif story is None:
        text, truth = write_joint_post(stage, rng, number, ordinal)
    else:
        told = find_story(stage, story)
        stance = story_stance(told, int(schedule.stance[row]))
        text, truth = write_story_post(stage, rng, told, story, stance, original=planted == STORY and ordinal == 0)
        if planted == STORY and ordinal > 0:
            origin = int(schedule.origins[number])
            first = document_id(PUBLISHERS[origin], f"{stage.plan.seed}-s{number}-0")
            if stance in ("rebuts", "asks") and source == origin and rng.random() < REPOST:
                reply_to = first
            elif text == told.text and source == origin and rng.random() < REPOST:
                shared_from = first
        if planted == GROUP:
            truth = replace(truth, group=f"g{number}")
    letter = {STORY: "s", BURST: "b", GROUP: "g"}[planted]
    key = f"{stage.plan.seed}-{letter}{number}-{ordinal}"
    if planted == GROUP:
        key = f"{key}-{account}"
    document = make_document(
        stage, rng, hour, offset, kind="post", source=source, publisher=PUBLISHERS[source], key=key,
        author=name_account(account, source), text=text, reply_to=reply_to, shared_from=shared_from,
    )  # fmt: skip
    return Simulated(document=document, truth=truth)


def find_story(stage: Stage, number: int) -> Story:
    """A story's words, from the cache or written again."""
    told = stage.stories.get(number)
    if told is None:
        if len(stage.stories) >= STORIES_KEPT:
            stage.stories.clear()
        told = write_story(stage.plan, number, stage.schedule.districts, stage.shared_names)
        stage.stories[number] = told
    return told


def write_story_post(
    stage: Stage, rng: random.Random, told: Story, number: int, stance: str, *, original: bool
) -> tuple[str, Truth]:
    """A post of a story: its centre, an edited copy, or what somebody else says about it."""
    text, sentiment = told.text, told.sentiment
    edits: tuple[str, ...] = ()
    if stance != "spreads":
        text, sentiment = answer_story(told, stance, rng, stage.plan.regency), "neutral"
    elif not original:
        text, edits = copy_story(told, rng)
    return text, Truth(
        topic=told.topic,
        sentiment=sentiment,
        district=told.district.code if still_names(text, told.district) else None,
        story=name_story(number),
        stance=stance,
        edits=edits,
    )


def write_burst_post(stage: Stage, rng: random.Random, number: int) -> tuple[str, Truth]:
    """A voice of its own on a burst's subject; six in ten carry its hashtag."""
    draw = rng.random
    burst = stage.schedule.bursts[number]
    sentiment = pick(draw, BURST_MOOD)
    district = None
    if burst.plan.district is not None:
        district = next(one for one in stage.schedule.districts if one.code == burst.plan.district)
    elif draw() < stage.plan.district_share:
        district = draw_district(stage, rng)
    place = name_place(draw, district, alone=district.name not in stage.shared_names) if district else None
    text = write_comment(
        draw, burst.plan.topic, sentiment, place=place, district=district, lure=None, subject=burst.subject
    )
    if draw() < 0.6:
        text = f"{text} #{burst.hashtag}"
    return text, Truth(
        topic=burst.plan.topic, sentiment=sentiment, district=district.code if district else None, burst=f"b{number}"
    )


def write_joint_post(stage: Stage, rng: random.Random, number: int, act: int) -> tuple[str, Truth]:
    """A post of a group whose accounts use words of their own, with the act's link or the group's hashtag."""
    draw = rng.random
    group = stage.schedule.groups[number]
    sentiment = stage.sentiments[bisect(stage.sentiment_bounds, draw())]
    text = write_post(draw, group.topic, sentiment, place=None, district=None, lure=None)
    if group.plan.behaviour == "links":
        text = f"{text} https://{OUTLETS[(number + act) % len(OUTLETS)][1]}/{2_000_000 + number * 1_000 + act}"
    else:
        text = f"{text} #gerakan{number}"
    return text, Truth(topic=group.topic, sentiment=sentiment, group=f"g{number}")


def make_document(
    stage: Stage,
    rng: random.Random,
    hour: int,
    offset: int,
    *,
    kind: Kind,
    source: int,
    publisher: str,
    key: str,
    author: str,
    text: str,
    title: str | None = None,
    reply_to: str | None = None,
    shared_from: str | None = None,
) -> Document:
    """The document, collected within a minute of its publication, or at once where a gap begins before that."""
    moment = stage.start + timedelta(0, 0, 0, hour * HOUR_MS + offset)
    delay = DELAYS[int(rng.random() * len(DELAYS))]
    if offset >= HOUR_MS - 60_000 and (source, hour + 1) in stage.gap_starts:
        delay = AT_ONCE
    return Document(
        id=document_id(publisher, key),
        kind=kind,
        publisher=publisher,
        platform=PLATFORMS[source],
        native_key=key,
        source=SOURCES[source],
        title=title,
        text=text,
        url=f"https://{publisher}/{'berita' if kind == 'article' else author}/{key}",
        author=author,
        published_at=moment,
        collected_at=moment + delay,
        reply_to=reply_to,
        shared_from=shared_from,
        links=tuple(dict.fromkeys(LINK.findall(text))) if "http" in text else (),
        hashtags=tuple(dict.fromkeys(TAG.findall(text.lower()))) if "#" in text else (),
        sample=True,
    )
