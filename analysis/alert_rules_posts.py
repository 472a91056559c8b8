"""Rules over what posts say and who passes it on: a new term, a shift of sentiment, a story of suspected hoax.

A voice is one account telling one story: a flood of copies is one voice, whatever its number.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from analysis.alert_firings import HOUR, Firing, ceil_hour
from analysis.alert_rules_hours import local_midnight, say
from analysis.claim_text import STOP

NEW_DAYS: Final = 30
"""Days before in which a new term was hardly said."""
KNOWN_DAYS: Final = 7
"""Days before that must be known at least: where collecting began yesterday every term is new."""
SHIFT_DAYS: Final = 28
"""Days before that a day's sentiment is held against: four whole weeks."""
LABEL_ERROR: Final = 0.02
"""Standard deviation by which a day's share of negative differs from another's through the model's mistakes alone,
where the days before do not show more. Our choice; `kentongan drift` measures the model's mistakes."""
SENTIMENT_HIGHEST: Final = 3.0
"""Standard deviations from which a shift fires by default: 1 in 740 days by chance, one side."""
LEAST_SHIFT: Final = 0.05
"""Least difference of the two shares: a smaller one is no news, however sure."""
BASE_LEAST: Final = 7
"""Fewest days with enough posts among the SHIFT_DAYS."""


class NewTermParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A word or hashtag said by many voices today and hardly in the 30 days before."""

    voices: Annotated[int, Meta(ge=1)] = 8
    """Voices of one local day from which it fires."""
    before: Annotated[int, Meta(ge=0)] = 2
    """Most posts with it in the NEW_DAYS before that day."""


class SentimentShiftParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Another share of negative posts on a day than in the four weeks before."""

    z: Annotated[float, Meta(gt=0)] = SENTIMENT_HIGHEST
    least: Annotated[int, Meta(ge=10)] = 50
    """Fewest posts of the day with a sentiment."""
    direction: Literal["up", "both"] = "up"
    """"up" fires on more negative alone."""


class HoaxStoryParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A story of suspected hoax reaches many voices or platforms, and again each time its voices doubled."""

    voices: Annotated[int, Meta(ge=2)] = 20
    platforms: Annotated[int, Meta(ge=2)] = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TermPost:
    """What one post says, for counting terms."""

    at: datetime
    voice: tuple[str, str]
    """Account (else document) and story (else document)."""
    terms: frozenset[str]
    """Words (``is_term``) and hashtags with "#"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermFacts:
    """Posts of whole local days, and how many posts said a term in the days before each day."""

    posts: tuple[TermPost, ...]
    """In order of time."""
    before: Mapping[tuple[date, str], int]
    """Posts with the term in the NEW_DAYS before the local day, for every term that ``count_voices`` finds; where they
    are more than the rule allows, at least that many."""
    days: frozenset[date]
    """Local days on which there was any post, from NEW_DAYS before the first."""
    zone: tzinfo


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFacts:
    """Posts with a sentiment by local day and group."""

    days: Mapping[str, Mapping[date, tuple[int, int]]]
    """Group: day: (negative, all that have a sentiment)."""
    zone: tzinfo


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPost:
    """One post that spreads a story."""

    at: datetime
    account: str
    """The document where the account is unknown."""
    platform: str
    suspected: bool | None
    """Whether its words are labelled a suspected hoax; None where nobody has labelled them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StorySpread:
    """One story from its beginning."""

    story: str
    posts: tuple[StoryPost, ...]
    """In order of time; those that rebut or ask, and what was entered by hand, are left out."""
    held: tuple[tuple[datetime, datetime | None], ...] = ()
    """From when to when it was a rumour of danger that waits for an agency, or that one confirmed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryFacts:
    stories: tuple[StorySpread, ...]


def is_term(token: str) -> bool:
    """Whether a token may be a new term: a word of at least three letters that is no everyday word."""
    return len(token) > 2 and token.isalpha() and token not in STOP


def count_voices(posts: Iterable[TermPost], *, zone: tzinfo, least: int) -> dict[tuple[date, str], datetime]:
    """For each local day and term that ``least`` voices said: the moment of the voice that made it so many."""
    heard: dict[tuple[date, str], set[tuple[str, str]]] = defaultdict(set)
    reached: dict[tuple[date, str], datetime] = {}
    for post in posts:
        day = post.at.astimezone(zone).date()
        for term in post.terms:
            key = (day, term)
            if key in reached:
                continue
            voices = heard[key]
            voices.add(post.voice)
            if len(voices) >= least:
                reached[key] = post.at
                del heard[key]
    return reached


def judge_new_term(
    parameters: NewTermParameters, facts: TermFacts, *, since: datetime, until: datetime
) -> list[Firing]:
    """The end of the hour in which a term had its voices, once a local day."""
    found = []
    for (day, term), moment in count_voices(facts.posts, zone=facts.zone, least=parameters.voices).items():
        at = moment.replace(minute=0, second=0, microsecond=0) + HOUR
        usual = facts.before.get((day, term), 0)
        if since < at <= until and usual <= parameters.before and is_known(day, facts.days):
            how = "belum pernah" if usual == 0 else f"hanya dalam {usual} unggahan"
            found.append(
                Firing(
                    at=at, group=term, value=float(parameters.voices), expected=usual / NEW_DAYS,
                    why=f"disebut {parameters.voices} suara hari ini, {how} dalam {NEW_DAYS} hari sebelumnya",
                )
            )  # fmt: skip
    return found


def is_known(day: date, days: frozenset[date]) -> bool:
    """Whether the NEW_DAYS before a day were collected for long enough to call a term new."""
    return any(day - timedelta(days=n) in days for n in range(KNOWN_DAYS, NEW_DAYS + 1))


def judge_sentiment_shift(
    parameters: SentimentShiftParameters, facts: DayFacts, *, since: datetime, until: datetime
) -> list[Firing]:
    """The midnight that ends a local day whose share of negative is another than before.

    z = (share - share before) / sqrt(pooled share x (1 - pooled share) x (1/n + 1/n before) + error**2): two
    proportions with an error in common, which is what the days before differ beyond chance, at least LABEL_ERROR.
    """
    found = []
    for group, days in facts.days.items():
        for day, (negative, total) in days.items():
            at = local_midnight(day + timedelta(days=1), facts.zone).astimezone(since.tzinfo)
            if not since < at <= until or total < parameters.least:
                continue
            base = [days[past] for n in range(1, SHIFT_DAYS + 1) if (past := day - timedelta(days=n)) in days]
            compared = compare_shares(negative, total, base, least=parameters.least)
            if compared is None:
                continue
            share, before, z = compared
            worse = share > before
            if (
                abs(z) >= parameters.z
                and abs(share - before) >= LEAST_SHIFT
                and (worse or parameters.direction == "both")
            ):
                found.append(
                    Firing(
                        at=ceil_hour(at), group=group, value=share, expected=before,
                        why=f"{percent(share)} negatif, dalam {SHIFT_DAYS} hari sebelumnya {percent(before)}",
                    )
                )  # fmt: skip
    return found


def compare_shares(
    negative: int, total: int, base: Sequence[tuple[int, int]], *, least: int
) -> tuple[float, float, float] | None:
    """(share, share before, z); None where too few days before have ``least`` posts."""
    fit = [(bad, all_) for bad, all_ in base if all_ >= least]
    if len(fit) < BASE_LEAST:
        return None
    bad, known = sum(one for one, _ in fit), sum(one for _, one in fit)
    before, share = bad / known, negative / total
    chance = sum(before * (1 - before) / n for _, n in fit) / len(fit)
    varied = sum((k / n - before) ** 2 for k, n in fit) / (len(fit) - 1)
    error = max(varied - chance, LABEL_ERROR**2)
    pooled = (negative + bad) / (total + known)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / total + 1 / known) + error)
    return share, before, (share - before) / spread


def judge_story(
    parameters: HoaxStoryParameters, facts: StoryFacts, *, since: datetime, until: datetime
) -> list[Firing]:  # fmt: skip
    """The end of the hour in which a suspected story reached a level it had not fired on: the voices or platforms asked
    for, then every doubling. While it is held as a rumour of danger it fires nothing; afterwards it does, if it is
    still suspected."""
    found = []
    for story in facts.stories:
        accounts: set[str] = set()
        platforms: set[str] = set()
        suspected = labelled = at_post = fired = 0
        moments = {ceil_past(post.at) for post in story.posts}
        moments |= {ceil_hour(end) for _, end in story.held if end is not None}
        for at in sorted(moments):
            while at_post < len(story.posts) and story.posts[at_post].at < at:
                post = story.posts[at_post]
                accounts.add(post.account)
                platforms.add(post.platform)
                labelled += post.suspected is not None
                suspected += post.suspected is True
                at_post += 1
            level = level_of(len(accounts), len(platforms), parameters)
            held = any(begin < at and (end is None or at < end) for begin, end in story.held)
            if level <= fired or held or suspected == 0 or 2 * suspected < labelled:
                continue
            fired = level
            if since < at <= until:
                found.append(
                    Firing(
                        at=at, group=story.story, value=float(len(accounts)), expected=None,
                        why=f"terindikasi hoaks, {say(len(accounts))} suara di {say(len(platforms))} platform",
                    )
                )  # fmt: skip
    return found


def level_of(voices: int, platforms: int, parameters: HoaxStoryParameters) -> int:
    """0 below what is asked for, 1 from there, one more for every doubling of the voices."""
    if voices >= parameters.voices:
        return 1 + int(math.log2(voices / parameters.voices))
    return int(platforms >= parameters.platforms)


def ceil_past(moment: datetime) -> datetime:
    """End of the hour a moment lies in."""
    return moment.replace(minute=0, second=0, microsecond=0) + HOUR


def percent(share: float) -> str:
    return f"{100 * share:.1f}%".replace(".", ",")
