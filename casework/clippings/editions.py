"""The three editions of a day: when each ends, and which window of news it takes."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal, cast, get_args

from kentongan.errors import KentonganError
from kentongan.times import to_zone, zone_of

EditionName = Literal["pagi", "siang", "sore"]
EDITIONS: Final[tuple[EditionName, ...]] = get_args(EditionName)

MORNING_ENDS: Final = time(6, 0)
"""Local time at which the morning edition closes: it lies on the desk before the working day begins."""
NOON_ENDS: Final = time(12, 0)
"""Local time at which the noon edition closes."""
EVENING_ENDS: Final = time(17, 0)
"""Local time at which the evening edition closes, an hour after most offices do; what comes later is the next
morning's. The three hours are ours: no rule of law names them."""
ENDS: Final[dict[EditionName, time]] = {"pagi": MORNING_ENDS, "siang": NOON_ENDS, "sore": EVENING_ENDS}

NUMBER: Final = re.compile(r"(?:KLIP-)?(\d{4})-?(\d{2})-?(\d{2})-(pagi|siang|sore)", re.IGNORECASE)


def window_of(day: date, edition: EditionName, *, zone: str) -> tuple[datetime, datetime]:
    """The first moment an edition takes news of, and the first it does not, in UTC.

    Each begins where the one before it ended: the morning's at the close of the evening edition of the day before.
    """
    at = EDITIONS.index(edition)
    before = (day, EDITIONS[at - 1]) if at else (day - timedelta(days=1), EDITIONS[-1])
    return close_of(*before, zone=zone), close_of(day, edition, zone=zone)


def close_of(day: date, edition: EditionName, *, zone: str) -> datetime:
    """When an edition closes, in UTC."""
    return datetime.combine(day, ENDS[edition], tzinfo=zone_of(zone)).astimezone(UTC)


def newest_edition(now: datetime, *, zone: str) -> tuple[date, EditionName]:
    """The edition whose window closed last."""
    local = to_zone(now, zone)
    for edition in reversed(EDITIONS):
        if local.time() >= ENDS[edition]:
            return local.date(), edition
    return local.date() - timedelta(days=1), EDITIONS[-1]


def parse_edition(said: str) -> tuple[date, EditionName]:
    """Day and edition of "KLIP-20261121-PAGI" or "2026-11-21-pagi". Raises KentonganError for anything else."""
    found = NUMBER.fullmatch(said.strip())
    try:
        if found is not None:
            day = date(int(found[1]), int(found[2]), int(found[3]))
            return day, cast(EditionName, found[4].lower())
    except ValueError:
        pass  # no such day: refused below, like everything else that names no edition
    raise KentonganError(
        f"Nomor kliping {said[:40]!r} tidak terbaca.", hint="Tulis seperti KLIP-20261121-PAGI atau 2026-11-21-pagi."
    )
