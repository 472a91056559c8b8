"""What accounts did, as sorted columns: which post carried which message, link or hashtag, when, from which account."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

Trace = Literal["copy", "link", "hashtag", "moment"]
"""What two posts have in common: the same message (near copies), the same link, the same hashtag, or only that they
appeared on the same platform."""

TRACES: tuple[Trace, ...] = get_args(Trace)

HOURS: Final = 24
HOUR_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Account:
    """An account on one platform."""

    platform: str
    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One post or comment, as far as moving together goes."""

    id: str
    account: Account | None
    """None where nobody is named: such an act is left out and counted."""
    time: int
    """When it was published, in milliseconds since 1970 (UTC)."""
    message: str | None = None
    """Name of the near-copies it belongs to (``analysis.duplicates``); None where its words are not compared."""
    links: tuple[str, ...] = ()
    """Normalised addresses."""
    hashtags: tuple[str, ...] = ()
    reply_to: str | None = None
    shared_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The acts of named accounts, in order of time."""

    acts: tuple[Act, ...]
    accounts: tuple[Account, ...]
    account: Ints
    """Place in ``accounts`` of each act."""
    time: Ints
    hours: Floats
    """accounts x 24: how much likelier than others on its platform an account is to post in each hour of the day (UTC),
    averaging about 1 over their posts."""
    platform: Ints
    """A number of the platform of each account."""
    edges: Ints
    """Whole hours (ms) between which ``volume`` counts."""
    volume: Floats
    """Cumulative share of everybody's posts at each of ``edges``, rising everywhere."""
    unnamed: int
    """Acts left out because nobody is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The posts of one trace: a row for each post and each content it carries, by content, then time.

    Contents that only one account used are left out.
    """

    trace: Trace
    names: tuple[str, ...]
    content: Ints
    """Place in ``names`` of each row."""
    post: Ints
    """Place of its post in ``Columns.acts``."""
    account: Ints
    time: Ints
    users: Ints
    """For each content, how many accounts used it."""


SMOOTHING: Final = 12.0
"""Posts at its platform's hours that an account is taken to have written besides its own: the mean activity of the
simulator's accounts, so that a profile made of five posts is mostly the platform's."""

FLOOR: Final = 0.02
"""Share of everybody's posts that is spread evenly over the whole time, so that no hour is thought impossible."""


def make_columns(acts: Sequence[Act]) -> Columns:
    """The columns of acts, whatever their order. Raises ValueError for an id that comes twice."""
    if len({act.id for act in acts}) != len(acts):
        raise ValueError("an id came twice")
    kept = sorted((act for act in acts if act.account is not None), key=lambda act: (act.time, act.id))
    accounts = sorted({act.account for act in kept if act.account is not None})
    places = {account: place for place, account in enumerate(accounts)}
    account = np.array([places[act.account] for act in kept if act.account is not None], dtype=np.int64)
    time = np.array([act.time for act in kept], dtype=np.int64)
    platforms = {name: number for number, name in enumerate(sorted({account.platform for account in accounts}))}
    platform = np.array([platforms[account.platform] for account in accounts], dtype=np.int64)
    edges, volume = measure_volume(time)
    return Columns(
        acts=tuple(kept), accounts=tuple(accounts), account=account, time=time,
        hours=profile_hours(account, time, platform), platform=platform, edges=edges, volume=volume,
        unnamed=len(acts) - len(kept),
    )  # fmt: skip


def profile_hours(account: Ints, time: Ints, platform: Ints) -> Floats:
    """accounts x 24: each account's share of posts in an hour of the day over the share of all on its platform.

    Both are averaged over the hour and its two neighbours; SMOOTHING of the platform's posts are added to an account's.
    """
    accounts = len(platform)
    hour = time // HOUR_MS % HOURS
    counts = np.bincount(account * HOURS + hour, minlength=accounts * HOURS).reshape(accounts, HOURS).astype(float)
    smooth = (np.roll(counts, 1, axis=1) + counts + np.roll(counts, -1, axis=1)) / 3.0
    everybody = np.full((int(platform.max(initial=0)) + 1, HOURS), 1e-9)
    np.add.at(everybody, platform, smooth)
    everybody /= everybody.sum(axis=1, keepdims=True)
    usual = everybody[platform]
    profile: Floats = (smooth + SMOOTHING * usual) / (smooth.sum(axis=1, keepdims=True) + SMOOTHING) / usual
    return profile


def measure_volume(time: Ints) -> tuple[Ints, Floats]:
    """Everybody's posts as a cumulative share over time, at the hours in which there are any and those beside them."""
    if not len(time):
        return np.array([0, HOUR_MS]), np.array([0.0, 1.0])
    hours, counts = np.unique(time // HOUR_MS, return_counts=True)
    starts = np.unique(np.concatenate([hours, hours + 1])) * HOUR_MS
    inside = np.zeros(len(starts))
    inside[np.searchsorted(starts, hours * HOUR_MS) + 1] = counts
    even = (starts - starts[0]) / (starts[-1] - starts[0])
    return starts, (1.0 - FLOOR) * np.cumsum(inside) / len(time) + FLOOR * even


def collect_evidence(columns: Columns, trace: Trace) -> Evidence:
    """The rows of one trace."""
    numbers: dict[Hashable, int] = {}
    content: list[int] = []
    post: list[int] = []
    for place, act in enumerate(columns.acts):
        for one in dict.fromkeys(contents_of(act, trace)):
            content.append(numbers.setdefault(one, len(numbers)))
            post.append(place)
    names = np.array([str(one) for one in numbers], dtype=object)
    return sort_evidence(columns, trace, names, np.array(content, dtype=np.int64), np.array(post, dtype=np.int64))


def contents_of(act: Act, trace: Trace) -> tuple[str, ...]:
    """What an act has that others may have too."""
    if trace == "copy":
        return () if act.message is None else (act.message,)
    if trace == "link":
        return act.links
    if trace == "hashtag":
        return act.hashtags
    assert act.account is not None
    return (act.account.platform,)


def sort_evidence(columns: Columns, trace: Trace, names: NDArray[np.object_], content: Ints, post: Ints) -> Evidence:
    """Rows by content and time, without the contents of a single account."""
    account = columns.account[post]
    pairs = np.unique(content * max(1, len(columns.accounts)) + account)
    users = np.bincount(pairs // max(1, len(columns.accounts)), minlength=len(names))
    shared = users >= 2
    kept = np.flatnonzero(shared[content]) if len(content) else content
    number = np.cumsum(shared) - 1
    content, post = number[content[kept]], post[kept]
    order = np.lexsort((post, content))  # posts are numbered by time
    content, post = content[order], post[order]
    return Evidence(
        trace=trace, names=tuple(names[shared]), content=content, post=post, account=columns.account[post],
        time=columns.time[post], users=users[shared],
    )  # fmt: skip
