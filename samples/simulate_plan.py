"""What a simulation is asked for: how many posts, over which days, and what is planted among them."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Final, Literal

import msgspec

from kentongan.errors import BadSettings
from kentongan.schema import SENTIMENTS, TOPICS

WIB: Final = timezone(timedelta(hours=7), "WIB")
"""The zone in which people sleep and wake here."""

Behaviour = Literal["copies", "links", "timing"]
"""What a coordinated group does together: near-copies of one message, one link under words of their own, or only the
same moments and hashtag."""

BEHAVIOURS: Final[tuple[Behaviour, ...]] = ("copies", "links", "timing")

SOURCES: Final = ("simulasi-x", "simulasi-telegram", "simulasi-mastodon", "simulasi-youtube", "simulasi-web")
"""The declared sources, as they stand in ``Document.source`` and ``Gap.source``."""

KIND_MIX: Final = {"post": 0.6, "comment": 0.3, "article": 0.1}
"""The mixed stream on which the project measures its speed."""

TOPIC_MIX: Final = {
    "government_politics": 0.10,
    "law_crime": 0.08,
    "economy_prices": 0.14,
    "health": 0.10,
    "education": 0.08,
    "infrastructure_transport": 0.15,
    "environment_disaster": 0.10,
    "social_religion": 0.07,
    "culture_sport": 0.07,
    "technology": 0.05,
    "other": 0.06,
}

SENTIMENT_MIX: Final = {"negative": 0.45, "neutral": 0.30, "positive": 0.25}

STANCE_MIX: Final = {"spreads": 0.78, "rebuts": 0.10, "asks": 0.08, "unclear": 0.04}
"""Of the copies of a rumour after its first. Copies of what is true all spread."""

WEIGHT_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "kinds": tuple(KIND_MIX),
    "topics": TOPICS,
    "sentiments": SENTIMENTS,
    "stances": tuple(STANCE_MIX),
}


class District(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A district that posts may name. Two of one name are told apart in the text by their parents."""

    code: str
    """Region code ("99.01.03")."""
    name: str
    """As people write it, without "Kecamatan"."""
    parent: str = ""
    """Name of the regency or city it lies in, written beside a name that is not the only one of its kind."""
    aliases: tuple[str, ...] = ()
    """Other names people use."""


class BurstPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stretch in which a series runs at a multiple of its usual rate."""

    topic: str
    district: str | None = None
    """Code of a district: then the series is the topic in that district, else the topic anywhere."""
    start: int
    """Hours after the plan's start."""
    hours: int = 6
    factor: float = 3.0
    """Rate while it lasts, over the usual rate of that hour."""


class GroupPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Accounts that act together within a window of time. They also post alone, at other times, as everyone does."""

    behaviour: Behaviour = "copies"
    accounts: int = 7
    start: int
    """Hours after the plan's start."""
    hours: int = 72
    acts: int = 9
    """How often they act together."""
    within: int = 300
    """Longest delay between the accounts in one act, in seconds."""
    presence: float = 0.85
    """Probability that an account takes part in one act."""


class GapPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stretch in which nothing is collected."""

    source: str | None = None
    """One of SOURCES; None for all of them."""
    start: int
    """Hours after the plan's start."""
    hours: int
    reason: str = "server sumber tidak menjawab"


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything a simulation depends on: the same plan gives the same bytes.

    What is None is chosen from ``seed`` in a number that fits ``posts`` and ``days``. Raises BadSettings.
    """

    seed: int = 1
    posts: int = 2_000
    """How many documents come out, planted ones and all kinds included. Exact."""
    start: datetime = datetime(2026, 11, 1, tzinfo=WIB)
    """First moment; aware, on a whole hour."""
    days: int = 14
    ramadan: tuple[date, date] | None = None
    """First and last day (WIB) of fasting, on which the hours of the day shift to sahur and after tarawih."""
    regency: str = "Tirtamaya"
    """Name of the regency in articles and notices."""
    districts: tuple[District, ...] | None = None
    """None for the districts of Tirtamaya."""
    district_share: float = 0.45
    """Share of background documents that name a district."""
    lure_share: float = 0.05
    """Share of background posts and comments that use a district's name for something else ("warung sate Randu")."""
    kinds: dict[str, float] = msgspec.field(default_factory=lambda: dict(KIND_MIX))
    """Shares of the kinds of document; planted ones are posts and count in."""
    topics: dict[str, float] = msgspec.field(default_factory=lambda: dict(TOPIC_MIX))
    sentiments: dict[str, float] = msgspec.field(default_factory=lambda: dict(SENTIMENT_MIX))
    """Of the background; bursts lean to the negative."""
    story_share: float = 0.08
    """Share of ``posts`` that belongs to stories (those of groups not counted)."""
    stories: int | None = None
    """How many stories; None for as many as the sizes and ``story_share`` give."""
    story_sizes: tuple[int, int] = (2, 400)
    """Smallest and largest story. Sizes follow a bounded Pareto of exponent 1.3: most are small, a few huge."""
    stances: dict[str, float] = msgspec.field(default_factory=lambda: dict(STANCE_MIX))
    bursts: tuple[BurstPlan, ...] | None = None
    groups: tuple[GroupPlan, ...] | None = None
    gaps: tuple[GapPlan, ...] | None = None

    def __post_init__(self) -> None:
        if self.posts < 1 or self.days < 1 or self.seed < 0:
            raise BadSettings("posts dan days harus sedikitnya 1, seed tidak boleh negatif.")
        if self.start.tzinfo is None or self.start.astimezone(UTC).timestamp() % 3600:
            raise BadSettings("start harus jam bulat dengan zona waktu.", hint="Contoh: 2026-11-01T00:00:00+07:00.")
        for name, known in WEIGHT_NAMES.items():
            check_weights(name, getattr(self, name), known)
        for name in ("district_share", "lure_share", "story_share"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise BadSettings(f"{name} harus antara 0 dan 1.")
        if not 2 <= self.story_sizes[0] <= self.story_sizes[1]:
            raise BadSettings("story_sizes harus dua angka, yang kecil dahulu, sedikitnya 2.")
        if self.districts is not None and not self.districts:
            raise BadSettings("districts kosong.", hint="Kosongkan (None) untuk kecamatan Tirtamaya.")
        declared: list[BurstPlan | GroupPlan | GapPlan] = [
            *(self.bursts or ()),
            *(self.groups or ()),
            *(self.gaps or ()),
        ]
        for planted in declared:
            if planted.start < 0 or planted.hours < 1 or planted.start + planted.hours > self.hours:
                raise BadSettings(f"{planted} keluar dari rentang {self.hours} jam.")
        for burst in self.bursts or ():
            if burst.topic not in TOPICS or burst.factor < 1.0:
                raise BadSettings(f"{burst}: topik tidak dikenal atau faktor di bawah 1.")
        for group in self.groups or ():
            if group.accounts < 2 or group.acts < 1 or group.within < 1 or group.within > group.hours * 3600:
                raise BadSettings(f"{group}: sedikitnya 2 akun dan 1 kegiatan, within tidak melebihi rentangnya.")
        for gap in self.gaps or ():
            if gap.source is not None and gap.source not in SOURCES:
                raise BadSettings(f"Sumber {gap.source} tidak dikenal.", hint=f"Pilihan: {', '.join(SOURCES)}.")

    @property
    def hours(self) -> int:
        """Length of the plan in hours."""
        return self.days * 24

    @property
    def first_hour(self) -> int:
        """Whole hours between 1970 (UTC) and the start."""
        return round(self.start.timestamp()) // 3600


def check_weights(name: str, weights: dict[str, float], known: tuple[str, ...]) -> None:
    """Raise BadSettings unless every weight has a known name, none is negative and one at least is positive."""
    unknown = sorted(set(weights) - set(known))
    if unknown:
        raise BadSettings(f"{name}: {', '.join(unknown)} tidak dikenal.", hint=f"Pilihan: {', '.join(known)}.")
    if any(weight < 0 for weight in weights.values()) or sum(weights.values()) <= 0:
        raise BadSettings(f"{name}: bobot tidak boleh negatif dan tidak boleh nol semua.")


def load_districts(path: Path | None = None) -> tuple[District, ...]:
    """The districts (level "kecamatan") of a regions file, by default Tirtamaya's; parents carry their names.

    Raises BadSettings where the file has none.
    """
    path = path or Path(__file__).with_name("regions.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = {row["code"]: row["name"] for row in rows}
    districts = tuple(
        District(
            row["code"],
            row["name"],
            names.get(row["parent"], ""),
            tuple(alias.strip() for alias in row["aliases"].split("|") if alias.strip()),
        )
        for row in rows
        if row["level"] == "kecamatan"
    )
    if not districts:
        raise BadSettings(f"{path} tidak memuat satu kecamatan pun.")
    return districts
