"""Lists innocent explanations of why accounts move together, each with the evidence for it.

An explanation is listed where the posts themselves speak for it, never by default; none rules the others out. Moving
together proves nothing about intent, and STANDING says so wherever edges are shown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

import numpy as np

from analysis.coordination_acts import HOUR_MS, HOURS, Account, Act
from analysis.coordination_groups import Edge, JointMoment
from analysis.coordination_null import COMMON, binomial_tail

Reason = Literal[
    "press_release", "news_share", "repost", "replies", "popular", "scheduled", "same_handle", "occasion"
]  # fmt: skip

STANDING: Final = (
    "Kemiripan waktu hanya menunjukkan bahwa unggahan-unggahan itu bergerak bersama. Itu tidak membuktikan niat, "
    "perintah, atau siapa di balik sebuah akun; periksa sendiri unggahannya."
)
"""Stands beside every list of edges."""

SENTENCES: Final[Mapping[Reason, str]] = {
    "press_release": "Teksnya sama dengan artikel yang terkumpul: mungkin rilis pers atau kutipan berita.",
    "news_share": "Tautannya menuju media berita: mungkin orang membagikan berita yang baru terbit.",
    "repost": "Keduanya meneruskan unggahan yang sama, atau yang satu meneruskan yang lain.",
    "replies": "Keduanya membalas unggahan yang sama, atau saling membalas: mungkin percakapan biasa.",
    "popular": f"Isinya sedang ramai: dipakai lebih dari {COMMON} akun.",
    "scheduled": "Salah satu akun hampir selalu mengunggah pada menit yang sama: mungkin akun berjadwal.",
    "same_handle": "Nama akunnya sama di dua platform: mungkin satu pemilik yang mengunggah di keduanya.",
    "occasion": "Kejadiannya hampir selalu pada jam yang sama: mungkin acara, siaran, atau kebiasaan harian.",
}
"""What an explanation says to a person."""

MOST: Final = 0.5
"""Least share of an edge's joint posts that must speak for an explanation."""

SAME_HOURS: Final = 0.8
"""Least share of joint posts within two hours of the day for "occasion"."""

LEAST_DAYS: Final = 4
"""Least days on which they lie for "occasion": three evenings are soon alike by chance."""

SCHEDULED_P: Final = 1e-6
"""Largest p-value of so many posts in one minute of the hour (binomial, times 60 minutes) for "scheduled"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What newsrooms published over the same time."""

    outlets: frozenset[str] = frozenset()
    """Hosts of news sites, as in ``Document.publisher``."""
    messages: frozenset[str] = frozenset()
    """Names of the near-copies that contain an article or a headline (``Act.message``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One innocent explanation of an edge."""

    reason: Reason
    count: int
    """Joint posts that speak for it; for "scheduled" the account's posts in its usual minute."""
    of: int
    """How many there are."""

    @property
    def sentence(self) -> str:
        """In Indonesian, with the evidence."""
        return f"{SENTENCES[self.reason]} ({self.count} dari {self.of} unggahan)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What the explanations of many edges need."""

    news: News = field(default_factory=News)
    minutes: Mapping[Account, Mapping[int, int]] = field(default_factory=dict)
    """How many posts each account has in each minute of the hour."""


def prepare_background(acts: Iterable[Act], *, news: News) -> Background:
    """The background of everything that was looked at."""
    minutes: dict[Account, Counter[int]] = {}
    for act in acts:
        if act.account is not None:
            minutes.setdefault(act.account, Counter())[act.time // 60_000 % 60] += 1
    return Background(news=news, minutes=minutes)


def explain_edge(edge: Edge, background: Background) -> tuple[Explanation, ...]:
    """The explanations of one edge, in the order of SENTENCES."""
    found: dict[Reason, Explanation] = {}
    total = len(edge.joint)
    for reason, speaks in list_checks(edge, background.news).items():
        count = sum(speaks(joint) for joint in edge.joint)
        if count and count >= MOST * total:
            found[reason] = Explanation(reason=reason, count=count, of=total)
    scheduled = find_schedule(edge, background.minutes)
    if scheduled:
        found["scheduled"] = scheduled
    if edge.one.platform != edge.other.platform and plain_handle(edge.one) == plain_handle(edge.other) != "":
        found["same_handle"] = Explanation(reason="same_handle", count=total, of=total)
    occasion = find_occasion(edge)
    if occasion:
        found["occasion"] = occasion
    return tuple(found[reason] for reason in SENTENCES if reason in found)


def list_checks(edge: Edge, news: News) -> dict[Reason, Callable[[JointMoment], bool]]:
    """What is asked of each joint pair of posts."""
    return {
        "press_release": lambda joint: edge.trace == "copy" and joint.content in news.messages,
        "news_share": lambda joint: edge.trace == "link" and leads_to(joint.content, news.outlets),
        "repost": lambda joint: linked(joint.first.shared_from, joint.second.shared_from, joint),
        "replies": lambda joint: linked(joint.first.reply_to, joint.second.reply_to, joint),
        "popular": lambda joint: edge.trace != "moment" and joint.users > COMMON,
    }


def linked(first: str | None, second: str | None, joint: JointMoment) -> bool:
    """Whether both point to one post, or one to the other."""
    return (first is not None and first == second) or first == joint.second.id or second == joint.first.id


def leads_to(link: str, outlets: frozenset[str]) -> bool:
    """Whether an address lies on one of these sites or on a host under one."""
    try:
        labels = (urlsplit(link).hostname or "").split(".")
    except ValueError:
        return False
    return any(".".join(labels[at:]) in outlets for at in range(len(labels)))


def plain_handle(account: Account) -> str:
    """The letters and digits of a handle, without the server of a federated one."""
    return re.sub(r"[\W_]", "", account.handle.lstrip("@").split("@")[0].casefold())


def find_schedule(edge: Edge, minutes: Mapping[Account, Mapping[int, int]]) -> Explanation | None:
    """The account of an edge that posts in one minute of the hour more often than chance allows, if one does."""
    for account in (edge.one, edge.other):
        own = minutes.get(account)
        if not own:
            continue
        total, most = sum(own.values()), max(own.values())
        p = binomial_tail(np.array([most]), np.array([total]), np.array([total / 60]))[0] * 60
        if p <= SCHEDULED_P and most >= MOST * total:
            return Explanation(reason="scheduled", count=most, of=total)
    return None


def find_occasion(edge: Edge) -> Explanation | None:
    """Whether the joint posts lie within two hours of the day, on LEAST_DAYS or more."""
    times = [joint.first.time for joint in edge.joint]
    hours = Counter(time // HOUR_MS % HOURS for time in times)
    best = max(range(HOURS), key=lambda hour: hours[hour] + hours[(hour + 1) % HOURS])
    inside = [time for time in times if time // HOUR_MS % HOURS in (best, (best + 1) % HOURS)]
    # a stretch that runs over midnight (UTC) is one day
    days = {(time // HOUR_MS - best) // HOURS for time in inside}
    if len(days) < LEAST_DAYS or len(inside) < SAME_HOURS * len(times):
        return None
    return Explanation(reason="occasion", count=len(inside), of=len(times))


def count_reasons(explained: Iterable[Sequence[Explanation]]) -> tuple[tuple[Reason, int], ...]:
    """For each reason, how many edges of a group have it, most first."""
    counts = Counter(explanation.reason for one in explained for explanation in one)
    return tuple(counts.most_common())
