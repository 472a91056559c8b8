"""What a simulation knows about its posts: the truth of each, and the list of what was planted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from kentongan.schema import Document, Gap
from samples.simulate_accounts import name_account
from samples.simulate_plan import SOURCES, Behaviour, District, Plan
from samples.simulate_planting import BURST, GROUP, MESSAGES, STANCES, STORY, PlacedBurst
from samples.simulate_schedule import Schedule, make_schedule
from samples.simulate_stories import Story, write_story


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is true of one simulated document."""

    topic: str
    sentiment: str
    """Of a post or comment; the tone of an article."""
    district: str | None = None
    """Code of the district its text names. None where it names none, also where an edit cut the name off."""
    lure: str | None = None
    """Code of a district whose name the text uses for something else."""
    story: str | None = None
    """Id of the story it belongs to, with whatever stance."""
    stance: str | None = None
    """"spreads", "rebuts", "asks" or "unclear" towards its story; only those that spread are copies."""
    edits: tuple[str, ...] = ()
    """Names (``simulate_edits.EDITS``) of what was changed against the story's centre, in that order."""
    burst: str | None = None
    """Id of the burst without which it would not be there."""
    group: str | None = None
    """Id of the group for which it was posted. What its accounts post alone has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """One document with its truth."""

    document: Document
    truth: Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedStory:
    """One story that has at least one collected post."""

    id: str
    topic: str
    sentiment: str
    rumour: bool
    """Whether it claims what is not so; only rumours are rebutted and asked about."""
    subject: str
    """Its claim in a few words."""
    text: str
    """The centre: what its first post says, word for word."""
    district: str
    group: str | None
    """Id of the group that pushes it; None for a story that spreads by itself."""
    first: datetime
    last: datetime
    stances: Mapping[str, int]
    """How many collected posts there are of each stance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedBurst:
    """One burst. Its series is the background and the burst's own posts on ``topic`` (in ``district``, where named)."""

    id: str
    topic: str
    district: str | None
    subject: str
    """The term its posts have in common: what an explanation should name."""
    hashtag: str
    start: datetime
    until: datetime
    factor: float
    added: int
    """How many of its posts were collected."""

    def covers(self, truth: Truth) -> bool:
        """Whether a document counts in the burst's series, at any time: background or burst, no story, no group."""
        return (
            truth.topic == self.topic
            and (self.district is None or truth.district == self.district)
            and truth.story is None
            and truth.group is None
            and truth.burst in (None, self.id)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedGroup:
    """One coordinated group."""

    id: str
    behaviour: Behaviour
    source: str
    accounts: tuple[str, ...]
    """Handles, as in ``Document.author`` of its source."""
    start: datetime
    until: datetime
    acts: tuple[datetime, ...]
    """When each joint act begins; every account present follows within ``within``."""
    within: timedelta
    posts: int
    """How many joint posts were collected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedTruth:
    """Everything that was planted, in order of time."""

    stories: tuple[PlantedStory, ...]
    bursts: tuple[PlantedBurst, ...]
    groups: tuple[PlantedGroup, ...]
    gaps: tuple[Gap, ...]
    districts: tuple[District, ...]


def name_story(number: int) -> str:
    """Id of a story."""
    return f"s{number:06d}"


def story_stance(story: Story, stance: int) -> str:
    """The stance of a post: nobody rebuts or asks about what is true."""
    return STANCES[stance] if story.rumour else STANCES[0]


def list_gaps(plan: Plan, schedule: Schedule) -> tuple[Gap, ...]:
    """The gaps as the store keeps them, one record a source."""
    start = plan.start.astimezone(UTC)
    return tuple(
        Gap(
            source=source,
            since=start + timedelta(hours=gap.start),
            until=start + timedelta(hours=gap.start + gap.hours),
            reason=gap.reason,
        )
        for gap in schedule.gaps
        for source in ([gap.source] if gap.source else SOURCES)
    )


def plan_truth(plan: Plan) -> PlantedTruth:
    """List what the simulation of a plan has planted, without simulating it. Raises BadSettings as the plan would."""
    schedule = make_schedule(plan)
    start = plan.start.astimezone(UTC)
    bursts = tuple(list_burst(schedule, number, burst, start) for number, burst in enumerate(schedule.bursts))
    groups = tuple(
        PlantedGroup(
            id=f"g{number}",
            behaviour=group.plan.behaviour,
            source=SOURCES[group.source],
            accounts=tuple(name_account(account, group.source) for account in group.accounts),
            start=start + timedelta(hours=group.plan.start),
            until=start + timedelta(hours=group.plan.start + group.plan.hours),
            acts=tuple(start + timedelta(milliseconds=act) for act in group.acts),
            within=timedelta(seconds=group.plan.within),
            posts=int(np.count_nonzero((schedule.planted == GROUP) & (schedule.number == number))),
        )
        for number, group in enumerate(schedule.groups)
    )
    return PlantedTruth(
        stories=list_stories(plan, schedule, start),
        bursts=bursts,
        groups=groups,
        gaps=list_gaps(plan, schedule),
        districts=schedule.districts,
    )


def list_burst(schedule: Schedule, number: int, burst: PlacedBurst, start: datetime) -> PlantedBurst:
    """One burst as the truth tells it."""
    return PlantedBurst(
        id=f"b{number}",
        topic=burst.plan.topic,
        district=burst.plan.district,
        subject=burst.subject,
        hashtag=burst.hashtag,
        start=start + timedelta(hours=burst.plan.start),
        until=start + timedelta(hours=burst.plan.start + burst.plan.hours),
        factor=burst.plan.factor,
        added=int(np.count_nonzero((schedule.planted == BURST) & (schedule.number == number))),
    )


def list_stories(plan: Plan, schedule: Schedule, start: datetime) -> tuple[PlantedStory, ...]:
    """Every story with a collected post, in order of its first."""
    shared_names = find_shared_names(schedule.districts)
    rows: dict[int, list[int]] = {}
    owner: dict[int, str] = {}
    for row in range(len(schedule.moment)):
        number = story_number(schedule, row)
        if number is not None:
            rows.setdefault(number, []).append(row)
            if schedule.planted[row] == GROUP:
                owner[number] = f"g{schedule.number[row]}"
    listed = []
    for number, places in rows.items():
        story = write_story(plan, number, schedule.districts, shared_names)
        listed.append(
            PlantedStory(
                id=name_story(number),
                topic=story.topic,
                sentiment=story.sentiment,
                rumour=story.rumour,
                subject=story.subject,
                text=story.text,
                district=story.district.code,
                group=owner.get(number),
                first=start + timedelta(milliseconds=int(schedule.moment[places[0]])),
                last=start + timedelta(milliseconds=int(schedule.moment[places[-1]])),
                stances=dict(Counter(story_stance(story, int(schedule.stance[place])) for place in places)),
            )
        )
    return tuple(listed)


def story_number(schedule: Schedule, row: int) -> int | None:
    """Number of the story a planted post belongs to: its own, or its group's message; None for any other."""
    number = int(schedule.number[row])
    if schedule.planted[row] == STORY:
        return number
    if schedule.planted[row] == GROUP and schedule.groups[number].plan.behaviour == "copies":
        return schedule.stories + number * MESSAGES + int(schedule.ordinal[row]) % MESSAGES
    return None


def find_shared_names(districts: tuple[District, ...]) -> frozenset[str]:
    """Names that more than one district bears."""
    return frozenset(name for name, count in Counter(district.name for district in districts).items() if count > 1)
