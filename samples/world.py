"""Loads the invented regency's content and puts it on the calendar: a fortnight of days that ends at an anchor."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from string import Template
from typing import TypeVar

import msgspec

from kentongan.schema import Gap
from kentongan.times import DAYS_ID, ZONES, start_of_day
from samples.items import AccountItem, BoostItem, ComplaintItem, FactCheckItem, NewsItem, PostItem

FOLDER = Path(__file__).parent
DAYS = 14
"""Length of the sample fortnight, in days."""

WIB = ZONES["WIB"]
Item = TypeVar("Item", bound=msgspec.Struct)

GAPS = (
    ("guyub-publik", "11 13:00", "11 16:30", "server linimasa menjawab 503 (pemeliharaan mendadak)"),
    ("suara-randu", "7 06:00", "7 16:00", "umpan tidak dapat diurai: XML terpotong"),
)
"""Source, first moment missed, first moment collected again, reason. The content has nothing of these sources then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything that is written in ``content/`` and ``regions.csv``, each list in the order of its times."""

    news: tuple[NewsItem, ...]
    factchecks: tuple[FactCheckItem, ...]
    accounts: Mapping[str, AccountItem]
    """By username."""
    posts: tuple[PostItem, ...]
    boosts: tuple[BoostItem, ...]
    complaints: tuple[ComplaintItem, ...]
    districts: Mapping[str, str]
    """District name -> region code."""


@cache
def load_world() -> World:
    """The sample world. Raises msgspec.ValidationError for a line with an unknown key or a missing one."""
    folder = FOLDER / "content"
    news = [item for file in sorted(folder.glob("news_*.yml")) for item in _read_yaml(file, NewsItem)]
    posts = [item for file in sorted(folder.glob("posts_*.jsonl")) for item in _read_lines(file, PostItem)]
    accounts = _read_lines(folder / "accounts.jsonl", AccountItem)
    return World(
        news=tuple(sorted(news, key=lambda item: since_start(item.at))),
        factchecks=tuple(sorted(_read_yaml(folder / "factchecks.yml", FactCheckItem), key=lambda i: since_start(i.at))),
        accounts={account.username: account for account in accounts},
        posts=tuple(sorted(posts, key=lambda item: since_start(item.at))),
        boosts=tuple(_read_lines(folder / "boosts.jsonl", BoostItem)),
        complaints=tuple(_read_lines(folder / "complaints.jsonl", ComplaintItem)),
        districts=_read_districts(),
    )


def _read_yaml(file: Path, kind: type[Item]) -> list[Item]:
    return msgspec.yaml.decode(file.read_bytes(), type=list[kind])  # type: ignore[valid-type]


def _read_lines(file: Path, kind: type[Item]) -> list[Item]:
    return msgspec.json.Decoder(kind).decode_lines(file.read_bytes())


def _read_districts() -> dict[str, str]:
    """District name -> code, out of the regions file of the demo."""
    import csv

    with (FOLDER / "regions.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: row["code"] for row in csv.DictReader(file) if row["level"] == "kecamatan"}


def since_start(at: str) -> timedelta:
    """Time from the fortnight's first midnight to "9 05:50" (day, local time)."""
    day, clock = at.split(" ")
    hour, minute = clock.split(":")
    return timedelta(days=int(day), hours=int(hour), minutes=int(minute))


def fortnight_end(anchor: datetime) -> datetime:
    """The midnight in WIB, at or before the anchor, at which day 13 ends. Raises ValueError for a naive anchor."""
    return start_of_day(anchor, "WIB")


def place_in_time(at: str, anchor: datetime) -> datetime:
    """The moment of "9 05:50" in the fortnight that ends at the anchor, in WIB."""
    return fortnight_end(anchor) - timedelta(days=DAYS) + since_start(at)


def has_happened(at: str, anchor: datetime, now: datetime | None) -> bool:
    """Whether an item is out already; ``now`` None shows the whole fortnight."""
    return now is None or place_in_time(at, anchor) <= now


def fill_days(text: str, day: datetime) -> str:
    """The text with its day marks spelled out: {d0} "Kamis (12/11)", {h-1} "Rabu"."""

    def spell(mark: re.Match[str]) -> str:
        named = day + timedelta(days=int(mark[2]))
        weekday = DAYS_ID[named.weekday()]
        return weekday if mark[1] == "h" else f"{weekday} ({named.day}/{named.month})"

    return re.sub(r"\{([dh])([+-]?\d+)\}", spell, text)


def sample_gaps(anchor: datetime) -> list[Gap]:
    """The collection gaps planted in the fortnight, for the demo to add to its store."""
    return [
        Gap(source=source, since=place_in_time(since, anchor), until=place_in_time(until, anchor), reason=reason)
        for source, since, until, reason in GAPS
    ]


def write_sources(path: Path, base_url: str) -> None:
    """Write the declaration of the sample sources, served at ``base_url`` ("http://127.0.0.1:8123")."""
    template = Template((FOLDER / "templates" / "sources.yml").read_text(encoding="utf-8"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(template.substitute(base_url=base_url.rstrip("/")), encoding="utf-8")
