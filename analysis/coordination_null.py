"""How surprising joint moments are: two null models, each keeping activity and time of day, and their p-values.

"Who": every post stays where it is, with its content and its moment; which account wrote it is drawn by how much each
account writes on that platform at that hour of the day, or writes with this trace apart from the joint moments, where
that is more. So a story's own rate, bursts and virality are kept exactly. In a content that more than COMMON accounts
use, the account is also drawn among those who use it, by how often they do.

"When": every account keeps its posts and their contents; only the moment of each is drawn anew within a stretch around
it, by everybody's volume (the jitter method: Amarasingham, Harrison, Hatsopoulos and Geman 2012, Conditional modeling
and the jitter method of spike resampling). So interests, habits and slow changes of activity are kept.

An edge must be surprising to both: its p-value is the larger of the two (an intersection-union test, Berger 1982).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.coordination_acts import HOUR_MS, HOURS, Columns, Evidence, Floats, Ints
from analysis.coordination_pairs import MIN_MOMENTS, Crowds, count_crowds, find_joint_rows

COMMON: Final = 50
"""Accounts that use a content above which using it says nothing any more, only the moments do."""

STRETCH: Final = 24
"""Windows on either side within which "when" draws a post's moment: a chance of about 1 in 24 a post."""

LEAST_STRETCH_MS: Final = 3_600_000
"""Stretch of the short windows: within an hour the moment of a post is anybody's guess."""

MOST_STRETCH_MS: Final = 43_200_000
"""Stretch of the long windows: beyond half a day a post would no longer be of the same occasion."""

TERMS: Final = 400
"""Terms of a tail that are added at most; the sum ends before where the next one no longer changes it."""

PAIRS_AT_ONCE: Final = 4_096
"""Pairs whose posts are laid beside each other at a time."""


MOST_BESIDE: Final = 2_000_000
"""Pairs of posts that are laid beside each other to count the pairs of accounts "when" could find; some 150 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Margins:
    """What "who" keeps of one trace at one window."""

    share: Floats
    """Of each account among all posts on its platform."""
    written: Ints
    """Rows of each account that count."""
    rows: Ints
    """Rows that count, on the platform of each account."""
    busy: Floats
    """accounts x 24: other rows near an account's rows, summed by hour of the day."""
    common_key: Ints
    """``account * contents + content`` of what is used by more than COMMON accounts, sorted."""
    common_share: Floats
    """Share of the account among the rows of that content."""
    common_busy: Floats
    """Other rows near the account's rows of that content."""
    contents: int


def measure_margins(columns: Columns, evidence: Evidence, crowds: Crowds) -> Margins:
    """The margins of a trace."""
    accounts, contents = len(columns.accounts), len(evidence.names)
    rows = np.flatnonzero(crowds.quiet)
    account, content, others = evidence.account[rows], evidence.content[rows], crowds.others[rows]
    hour = evidence.time[rows] // HOUR_MS % HOURS
    written = np.bincount(account, minlength=accounts)
    posts = np.bincount(columns.account, minlength=accounts)
    busy = np.bincount(account * HOURS + hour, weights=others, minlength=accounts * HOURS)
    common = evidence.users[content] > COMMON
    key, place = np.unique(account[common] * contents + content[common], return_inverse=True)
    of_content = np.bincount(content, minlength=contents)
    return Margins(
        share=posts / np.maximum(1, sum_platforms(columns, posts)),
        written=written,
        rows=sum_platforms(columns, written),
        busy=busy.reshape(accounts, HOURS).astype(np.float64),
        common_key=key,
        common_share=np.bincount(place, minlength=len(key)) / np.maximum(1, of_content[key % max(1, contents)]),
        common_busy=np.bincount(place, weights=others[common], minlength=len(key)).astype(np.float64),
        contents=contents,
    )


def sum_platforms(columns: Columns, counts: Ints) -> Ints:
    """For each account the sum of the counts of all on its platform."""
    sums = np.bincount(columns.platform, weights=counts)
    summed: Ints = sums[columns.platform].astype(np.int64)
    return summed


def expect_who(columns: Columns, margins: Margins, one: Ints, other: Ints, *, moments: Ints) -> Floats:
    """Expected joint moments of each pair when accounts are drawn by their activity: the larger of both directions.

    ``moments`` are those observed; they are taken off what an account writes with the trace, which would otherwise
    explain itself where a group makes up most of it.
    """
    forth = expect_beside(columns, margins, one, other, moments=moments)
    back = expect_beside(columns, margins, other, one, moments=moments)
    larger: Floats = np.maximum(forth, back)
    return larger


def expect_beside(columns: Columns, margins: Margins, one: Ints, other: Ints, *, moments: Ints) -> Floats:
    """Expected rows of ``one`` that have ``other`` beside them."""
    hours = np.einsum("ph,ph->p", columns.hours[other], margins.busy[one])
    habit = (margins.written[other] - moments) / np.maximum(1, margins.rows[other])
    expected: Floats = np.maximum(margins.share[other], habit) * hours
    if not len(margins.common_key):
        return expected
    # each common content of ``one``, looked up for ``other``
    starts = np.searchsorted(margins.common_key, one * margins.contents)
    ends = np.searchsorted(margins.common_key, (one + 1) * margins.contents)
    pair, entry = expand_ranges(starts, ends)
    wanted = other[pair] * margins.contents + margins.common_key[entry] % margins.contents
    found = np.minimum(np.searchsorted(margins.common_key, wanted), len(margins.common_key) - 1)
    has = margins.common_key[found] == wanted
    added = np.where(has, margins.common_busy[entry] * margins.common_share[found], 0.0)
    return expected + np.bincount(pair, weights=added, minlength=len(one))


def expand_ranges(starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """For ranges of places: the number of the range and the place, one after the other."""
    lengths = np.maximum(0, ends - starts)
    number = np.repeat(np.arange(len(starts)), lengths)
    heads = np.cumsum(lengths) - lengths
    return number, starts[number] + np.arange(len(number)) - heads[number]


def stretch_of(window: int) -> int:
    """How far "when" moves a post at most, in milliseconds."""
    return min(max(STRETCH * window, LEAST_STRETCH_MS), max(MOST_STRETCH_MS, 2 * window))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """The rows that count, by account, content and time."""

    row: Ints
    key: Ints
    """``account * contents + content`` of each set of rows, sorted."""
    moment: Ints
    """Rising over all rows; sets lie ``step`` apart."""
    step: int
    start: int
    account: Ints
    """Account of each row in this order."""


def order_rows(evidence: Evidence, crowds: Crowds, *, reach: int) -> Ordered:
    """The rows in the order in which pairs are looked up, where posts up to ``reach`` ms apart are wanted."""
    rows = np.flatnonzero(crowds.quiet)
    contents = max(1, len(evidence.names))
    rows = rows[np.lexsort((evidence.time[rows], evidence.content[rows], evidence.account[rows]))]
    key, number = np.unique(evidence.account[rows] * contents + evidence.content[rows], return_inverse=True)
    start = int(evidence.time.min()) if len(rows) else 0
    step = (int(evidence.time.max()) - start if len(rows) else 0) + 2 * reach + 1
    return Ordered(
        row=rows, key=key, moment=number * step + evidence.time[rows] - start, step=step, start=start,
        account=evidence.account[rows],
    )  # fmt: skip


def judge_when(
    columns: Columns, evidence: Evidence, crowds: Crowds, one: Ints, other: Ints, *, moments: Ints, window: int
) -> Floats:
    """p-value of each pair's joint moments when the moments of its posts are drawn anew: the larger of both sides."""
    ordered = order_rows(evidence, crowds, reach=stretch_of(window) + window)
    parts = [
        judge_when_part(
            columns, evidence, ordered, one[at : at + PAIRS_AT_ONCE], other[at : at + PAIRS_AT_ONCE],
            moments=moments[at : at + PAIRS_AT_ONCE], window=window,
        )
        for at in range(0, len(one), PAIRS_AT_ONCE)
    ]  # fmt: skip
    return np.concatenate(parts) if parts else np.empty(0)


def count_beside(evidence: Evidence, crowds: Crowds, window: int, *, accounts: int, most: int) -> int:
    """How many pairs "when" could find: each has MIN_MOMENTS posts within reach of the other's with the same content.

    Which they are does not change when moments are drawn anew. Where more than MOST_BESIDE posts would have to be laid
    beside each other the answer is ``most``, a bound.
    """
    reach = stretch_of(window) + window
    if count_crowds(evidence, reach).others[crowds.quiet].sum() > 2 * MOST_BESIDE:
        return most
    joint = find_joint_rows(evidence, crowds.quiet, reach, accounts=accounts)
    pairs, place = np.unique(joint.pair, return_inverse=True)
    posts = int(evidence.post.max(initial=0)) + 1
    able = np.ones(len(pairs), dtype=bool)
    for side in (joint.one, joint.other):
        key = np.unique(place * posts + evidence.post[side])
        able &= np.bincount(key // posts, minlength=len(pairs)) >= MIN_MOMENTS
    return int(np.count_nonzero(able))


def judge_when_part(
    columns: Columns, evidence: Evidence, ordered: Ordered, one: Ints, other: Ints, *, moments: Ints, window: int
) -> Floats:
    """The same for some of the pairs."""
    contents = max(1, len(evidence.names))
    stretch = stretch_of(window)
    starts = np.searchsorted(ordered.account, one)
    ends = np.searchsorted(ordered.account, one, side="right")
    pair, mine = expand_ranges(starts, ends)
    row = ordered.row[mine]
    wanted = other[pair] * contents + evidence.content[row]
    found = np.minimum(np.searchsorted(ordered.key, wanted), max(0, len(ordered.key) - 1))
    has = np.flatnonzero(ordered.key[found] == wanted)
    pair, row, found = pair[has], row[has], found[has]
    base = found * ordered.step + evidence.time[row] - ordered.start
    reach = stretch + window
    again, theirs = expand_ranges(
        np.searchsorted(ordered.moment, base - reach), np.searchsorted(ordered.moment, base + reach, side="right")
    )
    pair, post, beside = pair[again], evidence.post[row[again]], evidence.post[ordered.row[theirs]]
    # two posts that share several hashtags are beside each other once
    order = np.lexsort((beside, post, pair))
    pair, post, beside = pair[order], post[order], beside[order]
    once = np.ones(len(pair), dtype=bool)
    once[1:] = (np.diff(pair) != 0) | (np.diff(post) != 0) | (np.diff(beside) != 0)
    pair, post, beside = pair[once], post[once], beside[once]
    sides = [
        judge_side(columns, pair, still, moved, moments=moments, window=window, stretch=stretch)
        for still, moved in ((post, beside), (beside, post))
    ]
    larger: Floats = np.maximum(*sides)
    return larger


def judge_side(
    columns: Columns, pair: Ints, still: Ints, moved: Ints, *, moments: Ints, window: int, stretch: int
) -> Floats:
    """p-values when the posts ``moved`` are drawn anew and the posts ``still`` beside them stay."""
    at, there = columns.time[still], columns.time[moved]
    lower, upper = np.maximum(at - window, there - stretch), np.minimum(at + window, there + stretch)
    inside = share_between(columns, lower, np.maximum(lower, upper))
    chance = inside / share_between(columns, there - stretch, there + stretch)
    posts = max(1, len(columns.acts))
    key, place = np.unique(pair * posts + moved, return_inverse=True)
    each = np.minimum(1.0, np.bincount(place, weights=chance, minlength=len(key)))
    expected = np.bincount(key // posts, weights=each, minlength=len(moments)).astype(np.float64)
    trials = np.bincount(key // posts, minlength=len(moments))
    return binomial_tail(moments, trials, expected)


def share_between(columns: Columns, lower: Ints, upper: Ints) -> Floats:
    """Share of everybody's posts between two moments; never quite zero for a stretch of time."""
    shares: Floats = np.interp(upper, columns.edges, columns.volume) - np.interp(lower, columns.edges, columns.volume)
    return np.maximum(shares, 1e-15)


def log_factorials(most: int) -> Floats:
    """Logarithm of n! for n up to ``most``."""
    return np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, most + 1)))])


def poisson_tail(count: Ints, expected: Floats) -> Floats:
    """Probability of at least ``count`` when ``expected`` are expected; 1 where count is below expected + 1.

    A sum of independent chances of unlike size has no heavier tail there (Hoeffding 1956).
    """
    k, mean = count.astype(np.float64), np.maximum(expected, 1e-300)
    log_first = k * np.log(mean) - mean - log_factorials(int(count.max(initial=0)))[count]
    return np.where(k < expected + 1.0, 1.0, add_tail(np.exp(log_first), k, lambda at: mean / (at + 1.0)))


def binomial_tail(count: Ints, trials: Ints, expected: Floats) -> Floats:
    """Probability of at least ``count`` of ``trials``, ``expected`` being their sum of chances, bounded as above."""
    trials = np.maximum(trials, count)
    chance = np.clip(expected / np.maximum(1, trials), 1e-300, 1.0 - 1e-12)
    k, n = count.astype(np.float64), trials.astype(np.float64)
    table = log_factorials(int(trials.max(initial=0)))
    log_first = table[trials] - table[count] - table[trials - count] + k * np.log(chance) + (n - k) * np.log1p(-chance)
    odds = chance / (1.0 - chance)
    tail = add_tail(np.exp(log_first), k, lambda at: np.maximum(0.0, n - at) / (at + 1.0) * odds)
    return np.where(k < expected + 1.0, 1.0, tail)


def add_tail(first: Floats, start: Floats, ratio: Callable[[Floats], Floats]) -> Floats:
    """``first`` and the terms after it, each ``ratio(place)`` of the one before; at most 1."""
    total, term, at = first.copy(), first.copy(), start.copy()
    for _ in range(TERMS):
        term = term * ratio(at)
        total += term
        at = at + 1.0
        if not np.any(term > 1e-12 * total):
            break
    capped: Floats = np.minimum(1.0, total)
    return capped
