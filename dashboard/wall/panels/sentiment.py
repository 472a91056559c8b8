"""How people feel now: the shares of sentiment with their error, and the hours of the last day with what is missing."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Final

import msgspec

from analysis.series import Z_95, make_series, share_interval, stretch_starts
from analysis.trends import SentimentShare as Counted
from analysis.trends import sentiment_shares
from dashboard.wall.sources import WallSources, last_hours, posts_of
from kentongan.schema import SENTIMENTS
from models.share_error import ShareError, read_share_error
from search.series import count_series

WEEK: Final = timedelta(days=7)
LABELS: Final = (*SENTIMENTS, "abstained", "none")
LEAST_DECIDED: Final = 10
"""Fewest decided posts a share is shown of; with so few its error is 15 points by chance alone, and says so."""


class SentimentShare(msgspec.Struct, frozen=True, kw_only=True):
    """One sentiment's share."""

    label: str
    percent: int | None
    """Of the decided posts; None with too few."""
    error: int | None
    """Usual error of such a share, in points, rounded up: the model's and chance's together, as independent errors add
    (the root of their squares' sum). None where the model's was never measured."""


class SentimentHour(msgspec.Struct, frozen=True, kw_only=True):
    """One hour of the last day."""

    hour: str
    negative: int
    neutral: int
    positive: int
    unread: int
    """Posts without a decided sentiment."""
    missing: float | None
    """Estimated posts that were not collected; None where nothing was collected at all."""
    week_ago: int
    """Posts of the same hour a week before."""


class SentimentPanel(msgspec.Struct, frozen=True, kw_only=True):
    """Sentiment of the last 24 hours."""

    posts: int
    decided: int
    shares: tuple[SentimentShare, ...]
    change: int | None
    """Points of negative more (or less) than in the same hours a week before; None where either is unknown."""
    sure: bool
    """Whether that change is larger than the usual error of both shares together."""
    hours: tuple[SentimentHour, ...]


def read_sentiment(sources: WallSources, now: datetime) -> SentimentPanel:
    """Raises Retry."""
    store = sources.store()
    since, until = last_hours(now, zone=sources.zone)
    counts = count_series(store, posts_of(since, until), step="hour", by="sentiment", zone=sources.zone)
    stretches = make_series(
        counts.counted, LABELS, starts=stretch_starts(since, until, "hour"), step="hour", gaps=counts.gaps,
        volumes=counts.volumes,
    )  # fmt: skip
    before: dict[str, dict[str, int]] = {}
    for cell in store.count(posts_of(since - WEEK, until - WEEK), by=("hour", "sentiment"), zone=sources.zone):
        before.setdefault(cell.key[0], {})[cell.key[1]] = cell.count
    error = read_share_error(store.current_models().get("sentiment"), local=sources.settings.models_dir)
    total = {label: sum(one.counts[label] for one in stretches) for label in LABELS}
    then = {label: sum(cells.get(label, 0) for cells in before.values()) for label in SENTIMENTS}
    shares = sentiment_shares(total, None if error is None else error.error)
    decided = sum(total[label] for label in SENTIMENTS)
    change = None
    if decided >= LEAST_DECIDED and sum(then.values()) >= LEAST_DECIDED:
        change = round(100 * (total["negative"] / decided - then["negative"] / sum(then.values())))
    both = None if error is None else math.sqrt(2) * (usual_error(shares[0], error) or 100)
    return SentimentPanel(
        posts=sum(total.values()),
        decided=decided,
        shares=tuple(
            SentimentShare(
                label=one.label,
                percent=None if one.value is None or decided < LEAST_DECIDED else round(100 * one.value),
                error=usual_error(one, error),
            )
            for one in shares
        ),
        change=change,
        sure=change is not None and both is not None and abs(change) > both,
        hours=tuple(
            SentimentHour(
                hour=f"{one.start.hour:02d}.00",
                negative=one.counts["negative"],
                neutral=one.counts["neutral"],
                positive=one.counts["positive"],
                unread=one.counts["abstained"] + one.counts["none"],
                missing=None if one.coverage <= 0 else round(one.missing, 1),
                week_ago=sum(before.get((one.start - WEEK).isoformat(), {}).values()),
            )
            for one in stretches
        ),
    )


def usual_error(one: Counted, error: ShareError | None) -> int | None:
    """The usual error of a share in points, of the model and of so few posts; None where it is unknown."""
    if error is None or one.label not in error.error or not one.decided:
        return None
    _, low, high = share_interval(one.count, one.decided)
    return math.ceil(100 * math.hypot(error.error[one.label], (high - low) / 2 / Z_95))
