"""Trends of a question: shares of voice with intervals, change against before and the usual, terms that rise.

Pure: counts and words in, small records out. Shares are of everything collected from the same origin, so that a week in
which more was collected is no rise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Final

import numpy as np

from analysis.burst_reasons import Post, Reason, explain_burst
from analysis.bursts import HourJudge, check_counts
from analysis.rhythm import DAY, Floats
from analysis.series import share_interval
from kentongan.schema import SENTIMENTS

BAND_SPREADS: Final = 2.0
"""Standard deviations either way of the band that an hour is expected in: 19 of 20 ordinary hours lie in it."""
LEAST_COVERAGE: Final = 0.5
"""A stretch of which less was collected is held against nothing: a bigger half of it would be a guess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share with its 95 % interval, between 0 and 1; all None where there is nothing to take it of."""

    label: str
    count: int
    of: int
    """What it is a share of."""
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One value now, in the stretch before, and usually."""

    now: Share
    before: Share | None
    """None where too little was collected then."""
    usual: float | None
    """Median of its documents in the usual stretches, brought to what was collected now; None where there are none."""

    @property
    def label(self) -> str:
        return self.now.label

    @property
    def change(self) -> float | None:
        """By what its share was multiplied since the stretch before; None where it had none or that is not known."""
        if self.before is None or not self.before.value or self.now.value is None:
            return None
        return self.now.value / self.before.value

    @property
    def sure(self) -> bool | None:
        """Whether the two intervals lie apart: a change that chance alone hardly makes. None where nothing can be
        said."""
        if self.before is None or self.before.low is None or self.now.low is None:
            return None
        assert self.before.high is not None and self.now.high is not None
        return self.now.low > self.before.high or self.now.high < self.before.low


@dataclass(frozen=True, slots=True, kw_only=True)
class SentimentShare:
    """The share of one sentiment among the decided, and how far such a share is usually off."""

    label: str
    count: int
    decided: int
    value: float | None
    low: float | None
    """``value`` less the usual error; None where the error was never measured."""
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Each hour of one series beside what was expected of it. Arrays are (hours,), NaN where nothing can be said."""

    counts: Floats
    expected: Floats
    low: Floats
    high: Floats


def share_of(label: str, count: int, of: int) -> Share:
    """A count as a share with its interval (Wilson 1927)."""
    if of <= 0:
        return Share(label=label, count=count, of=of, value=None, low=None, high=None)
    value, low, high = share_interval(min(count, of), of)
    return Share(label=label, count=count, of=of, value=value, low=low, high=high)


def share_of_voice(counts: Mapping[str, int], collected: int) -> list[Share]:
    """The share of each value in everything collected, largest first."""
    made = [share_of(label, count, collected) for label, count in counts.items()]
    return sorted(made, key=lambda share: (-share.count, share.label))


def compare_values(
    now: Mapping[str, int],
    collected: int,
    *,
    before: tuple[Mapping[str, int], int] | None,
    usual: Sequence[tuple[Mapping[str, int], int]] = (),
) -> list[Movement]:
    """Each value of ``now`` beside the stretch before and the usual ones, most documents first.

    Each stretch is (documents by value, documents collected); leave out those of which too little was collected
    (LEAST_COVERAGE).
    """
    made = []
    for share in share_of_voice(now, collected):
        rates = [counts.get(share.label, 0) / whole for counts, whole in usual if whole]
        made.append(
            Movement(
                now=share,
                before=None if before is None else share_of(share.label, before[0].get(share.label, 0), before[1]),
                usual=median(rates) * collected if rates else None,
            )
        )
    return made


def rising_terms(inside: Sequence[Post], before: Sequence[Post]) -> list[Reason]:
    """Words and pairs said by more voices than before, strongest first (``explain_burst``)."""
    return [reason for reason in explain_burst(inside, before) if reason.what == "term"]


def sentiment_shares(counts: Mapping[str, int], error: Mapping[str, float] | None) -> list[SentimentShare]:
    """The share of each sentiment among the decided, with the usual error of such a share (``models.share_error``).

    ``counts`` may have "abstained" and "none" too; they are in no share.
    """
    decided = sum(counts.get(label, 0) for label in SENTIMENTS)
    made = []
    for label in SENTIMENTS:
        value = counts.get(label, 0) / decided if decided else None
        off = None if error is None else error.get(label)
        known = value is not None and off is not None
        made.append(
            SentimentShare(
                label=label,
                count=counts.get(label, 0),
                decided=decided,
                value=value,
                low=max(0.0, value - off) if known and value is not None and off is not None else None,
                high=min(1.0, value + off) if known and value is not None and off is not None else None,
            )
        )
    return made


def expect_hours(
    counts: Floats,
    *,
    start: datetime,
    ramadan: Sequence[tuple[date, date]] = (),
    quiet_days: frozenset[date] = frozenset(),
    teaches: Floats | None = None,
) -> Band:
    """Each hour of the first series beside what the days before made expected, as ``bursts.judge_hours`` judges it.

    ``counts`` (series, hours), NaN where nothing was collected: the other series are there because rhythms are learned
    from each other (``teaches`` as in ``judge_hours``). ``start`` is the local start of the first hour. Raises
    ValueError as ``judge_hours`` does.
    """
    x = check_counts(counts)
    judge = HourJudge(len(x), ramadan=ramadan, quiet_days=quiet_days, teaches=teaches)
    expected: list[Floats] = []
    spreads: list[Floats] = []
    first = 0
    while first < x.shape[1]:
        moment = start + timedelta(hours=first)
        last = min(first + DAY - moment.hour, x.shape[1])
        fasting = any(begin <= moment.date() <= end for begin, end in ramadan)
        weekday = 6 if moment.date() in quiet_days else moment.weekday()
        hours = weekday * DAY + np.arange(moment.hour, moment.hour + last - first)
        # Taken before the day is judged: judging it learns from it.
        known = judge.known
        relative = (known.relative_variance(fasting=fasting)[:, None] + known.uncertainty(hours))[0]
        day = judge.judge_day(x[:, first:last], start=moment).expected[0]
        expected.append(day)
        spreads.append(np.sqrt(day + relative * day * day))
        first = last
    mean = np.concatenate(expected) if expected else np.empty(0)
    spread = np.concatenate(spreads) if spreads else np.empty(0)
    return Band(
        counts=x[0],
        expected=mean,
        low=np.maximum(0.0, mean - BAND_SPREADS * spread),
        high=mean + BAND_SPREADS * spread,
    )
