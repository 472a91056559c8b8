"""Worlds of invented complaints with one rumour each: fed by some of them, or a near miss.

Frames (``rumour_frames.toml``) are of two sets: weights are fitted on "fit"; "judged" was written before anything was
tuned. Each world has twelve districts, four months of ordinary complaints, and one of the cases of ``CASES``.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final, Literal, get_args

from analysis.rumour_roots import Grievance, Rumour
from analysis.rumour_words import place_tokens
from kentongan.complaint_topics import TOPICS_OF

FRAMES_FILE: Final = Path(__file__).with_name("rumour_frames.toml")

Case = Literal["fed", "fed-usual", "other-place", "other-topic", "after", "answered", "usual", "noise"]
CASES: Final[tuple[Case, ...]] = get_args(Case)
FED: Final[frozenset[Case]] = frozenset({"fed", "fed-usual"})
"""Cases in which complaints do feed the rumour: planted beside ordinary noise, or among ordinary complaints of the same
kind."""
IN_DISTRICT: Final[frozenset[Case]] = frozenset({"fed-usual", "other-place"})
"""Cases that are about one district; of the others REGENCY_WIDE speak of the whole regency, or name no place."""
REGENCY_WIDE: Final = 0.3
NOWHERE: Final = 0.5
"""Share of those that name no place at all."""
GATHERED: Final = (1, 4)
"""Districts that the complaints behind such a rumour come from."""
UNPLACED: Final = 0.25
"""Share of worlds in which every second complaint names no place."""
FRAME_SETS: Final = ("fit", "judged")

DISTRICTS: Final = (
    "Sukamaya", "Wonokarsa", "Candirejo Lor", "Telukwangi", "Margasari Hulu", "Banyuripan", "Karangdowo Kidul",
    "Cibungur Girang", "Pasirlayung", "Watukumpul Baru", "Tanjungrasa", "Ngemplak Wetan",
)  # fmt: skip
VILLAGES: Final = ("Kembaran", "Sidareja Kulon", "Bojongsari", "Lemahabang", "Kalitengah", "Ranca Bulan")
REGENCY: Final = "97.01"
BEGAN: Final = datetime(2026, 9, 10, 5, tzinfo=UTC)
"""When the rumour began; complaints go back DAYS before it, and on for AFTER."""
DAYS: Final = 150
AFTER: Final = 10
NOISE: Final = (250, 450)
"""Ordinary complaints of a world: from the first to below the second."""
USUAL: Final = (10, 20)
"""Ordinary complaints of one kind in one district over all days, in the worlds that have a usual kind."""
PLANTED: Final = (3, 9)
MENDED: Final = 0.5
"""Share of ordinary complaints that are answered in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One thing that people complain of, and what is rumoured of it."""

    name: str
    topic: str
    category: str
    rumours: tuple[str, ...]
    complaints: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Complaints and one rumour, with the truth about them."""

    case: Case
    frame: str
    rumour: Rumour
    grievances: tuple[Grievance, ...]
    planted: frozenset[int]
    """Ids of the complaints that feed the rumour; empty where none do."""
    places: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """The frames of one set, and the words that both sets share."""

    things: tuple[Frame, ...]
    usual: tuple[Frame, ...]
    noise: tuple[tuple[str, str], ...]
    """(category, text)."""
    echoes: tuple[str, ...]


@cache
def load_frames(which: str) -> Frames:
    """The frames of a set of FRAME_SETS."""
    read = tomllib.loads(FRAMES_FILE.read_text(encoding="utf-8"))

    def frames(key: str) -> tuple[Frame, ...]:
        return tuple(
            Frame(
                name=one.get("name", f"biasa-{at}"), topic=one["topic"], category=one["category"],
                rumours=tuple(one["rumours"]), complaints=tuple(one["complaints"]),
            )
            for at, one in enumerate(read[key])
            if one["set"] == which
        )  # fmt: skip

    return Frames(
        things=frames("frame"),
        usual=frames("usual"),
        noise=tuple((one["category"], one["text"]) for one in read["noise"]),
        echoes=tuple(one["text"] for one in read["echo"]),
    )


def plant_worlds(which: str, *, seed: int, rounds: int) -> Iterator[World]:
    """For each frame and each case ``rounds`` worlds: in a quarter of all complaints do feed the rumour."""
    frames = load_frames(which)
    for at, frame in enumerate(frames.things):
        for case in CASES:
            for number in range(rounds):
                rng = random.Random(f"{seed} {which} {at} {case} {number}")
                yield plant_world(frames, frame, case, rng)


def plant_world(frames: Frames, frame: Frame, case: Case, rng: random.Random) -> World:
    """One world of a case."""
    usual = rng.choice(frames.usual)
    subject = usual if case in ("usual", "fed-usual") else frame
    district, village = rng.randrange(len(DISTRICTS)), rng.choice(VILLAGES)
    wide = case not in IN_DISTRICT and rng.random() < REGENCY_WIDE
    made = Complaints(rng, placed=0.5 if rng.random() < UNPLACED else 1.0)
    for _ in range(rng.randrange(*NOISE)):
        category, text = rng.choice(frames.noise)
        made.add(text, category, None, mended=MENDED)
    for other in frames.things:
        if other is not frame:
            for _ in range(rng.randrange(4)):  # now and then somebody complains of anything, anywhere
                made.add(rng.choice(other.complaints), other.category, rng.randrange(len(DISTRICTS)), mended=MENDED)
    for each in range(len(DISTRICTS)) if case in ("usual", "fed-usual") else ():
        for _ in range(rng.randrange(*USUAL)):
            made.add(rng.choice(usual.complaints), usual.category, each, mended=MENDED)
    planted = plant_case(made, frames, subject, case, district=None if wide else district, village=village)
    told_in = "kabupaten" if wide else DISTRICTS[district]
    text = rng.choice(subject.rumours).format(d=told_in, v=village)
    return World(
        case=case,
        frame=subject.name,
        rumour=Rumour(
            story="rumour", text=text, began_at=BEGAN, topic=subject.topic,
            region=code_of(district) if not wide else None if rng.random() < NOWHERE else REGENCY,
        ),
        grievances=tuple(made.all),
        planted=frozenset(planted),
        places=place_tokens(DISTRICTS),
    )  # fmt: skip


def plant_case(
    made: Complaints, frames: Frames, frame: Frame, case: Case, *, district: int | None, village: str
) -> list[int]:
    """Add the complaints of a case, in this district or in all; returns the ids of those that feed the rumour."""
    rng = made.rng
    many = rng.randrange(*PLANTED)
    if case in FED:
        many *= 2 if case == "fed-usual" else 1
        where = [district] if district is not None else rng.sample(range(len(DISTRICTS)), rng.randrange(*GATHERED))
        return [
            made.add(rng.choice(frame.complaints), frame.category, rng.choice(where), village=village, days=(2, 40))
            for _ in range(many)
        ]
    elsewhere = rng.sample([one for one in range(len(DISTRICTS)) if one != district], 2)
    for _ in range(many):
        if case == "other-place":
            made.add(rng.choice(frame.complaints), frame.category, rng.choice(elsewhere), days=(2, 40))
        elif case == "other-topic":
            other = rng.choice([one for one in frames.things if one.name != frame.name])
            made.add(rng.choice(other.complaints), other.category, district, village=village, days=(2, 40))
        elif case == "answered":
            made.add(rng.choice(frame.complaints), frame.category, district, village=village, days=(40, 90), mended=1.0)
        elif case == "after":
            text = rng.choice(frames.echoes).replace("{subject}", frame.name.replace("-", " "))
            made.add(rng.choice([text, *frame.complaints]), frame.category, district, village=village, days=(-AFTER, 0))
    return []


class Complaints:
    """The complaints of a world while it is made."""

    def __init__(self, rng: random.Random, *, placed: float = 1.0) -> None:
        """``placed``: how likely a complaint names its place."""
        self.rng = rng
        self.placed = placed
        self.all: list[Grievance] = []

    def add(
        self,
        text: str,
        category: str,
        district: int | None,
        *,
        village: str | None = None,
        days: tuple[float, float] = (-AFTER, DAYS),
        mended: float = 0.0,
    ) -> int:
        """One complaint of a district (None: any), received between so many days before the rumour; ``mended`` is how
        likely it was answered within three weeks. Returns its id."""
        rng, number = self.rng, len(self.all) + 1
        if district is None:
            district = rng.randrange(len(DISTRICTS))
        received = BEGAN - timedelta(days=rng.uniform(*days))
        ended = received + timedelta(days=rng.uniform(1, 21)) if rng.random() < mended else None
        self.all.append(
            Grievance(
                id=number,
                text=text.format(d=DISTRICTS[district], v=village or rng.choice(VILLAGES)),
                received_at=received,
                finished_at=ended,
                topics=TOPICS_OF[category],
                region=code_of(district) if rng.random() < self.placed else None,
            )
        )
        return number


def code_of(district: int) -> str:
    return f"{REGENCY}.{district + 1:02d}"
