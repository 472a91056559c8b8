"""What the page of districts computes: the figures of each region, what its map and its table show of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from casework.complaint_regions import RegionComplaints
from casework.complaints.listing import list_complaints
from casework.complaints.records import Complaint
from dashboard.cards import DECIDED, FEW_POSTS, share
from dashboard.data import Tally, shared_casework
from dashboard.map_panel import MapValue, Tone
from dashboard.words import Language, say
from kentongan.numbers import format_number
from kentongan.places import Gazetteer
from kentongan.regions import Region

Measure = Literal["sentiment", "posts", "complaints", "red"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
TONES: Mapping[Measure, Tone] = {"sentiment": "sentiment", "posts": "posts", "complaints": "complaints", "red": "late"}

PEOPLE = 100_000
"""Complaints are shown for so many people: larger districts have more of everything."""

MOST_RED = 6
"""Overdue complaints listed of a region; the page of complaints has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionLine:
    """The figures of one region, those of the regions inside it included."""

    region: Region
    sentiment: Mapping[str, int]
    """Posts and comments of the range by sentiment."""
    complaints: int
    """Complaints that came in in the range."""
    open: int
    """Complaints open now."""
    red: int
    """Of these, past their deadline."""

    @property
    def posts(self) -> int:
        return sum(self.sentiment.values())

    @property
    def decided(self) -> int:
        """Posts whose sentiment the model decided."""
        return sum(self.sentiment.get(label, 0) for label in DECIDED)

    def per_people(self, count: int) -> float | None:
        """A count for every ``PEOPLE`` inhabitants; None where nobody counted them."""
        return PEOPLE * count / self.region.population if self.region.population else None


def choose_regions(gazetteer: Gazetteer, outer: str | None) -> list[Region]:
    """The regions a map shows: those inside ``outer``; of one without any inside, those beside it; of None, the
    provinces."""
    inside = gazetteer.children(outer)
    if inside or outer is None:
        return inside
    region = gazetteer.get(outer)
    return gazetteer.children(region.parent) if region else gazetteer.children(None)


def sum_regions(
    regions: Sequence[Region], tallies: Sequence[Tally], complaints: Mapping[str, RegionComplaints]
) -> list[RegionLine]:
    """A line for each region, in their order; what names a region inside counts for the outer one."""
    lines = []
    for region in regions:
        sentiment: dict[str, int] = {}
        came = 0
        for tally in tallies:
            if tally.key == region.code or tally.key.startswith(region.code + "."):
                came += tally.complaints
                for label, count in tally.sentiment.items():
                    sentiment[label] = sentiment.get(label, 0) + count
        inside = [
            count for code, count in complaints.items() if code == region.code or code.startswith(region.code + ".")
        ]
        lines.append(
            RegionLine(
                region=region,
                sentiment=sentiment,
                complaints=came,
                open=sum(one.open for one in inside),
                red=sum(one.red for one in inside),
            )
        )
    return lines


def depth_of(line: RegionLine, measure: Measure, lines: Sequence[RegionLine]) -> float | None:
    """What colours and ranks a region: -1 to 1 for sentiment (positive less negative share), else a share of the
    largest, by inhabitants where every region's are known."""
    if measure == "sentiment":
        negative, positive = share(line.sentiment, "negative"), share(line.sentiment, "positive")
        return None if negative is None or positive is None else positive - negative
    peopled = all(one.region.population for one in lines) and measure != "posts"

    def rate(one: RegionLine) -> float:
        count = {"posts": one.posts, "complaints": one.complaints, "red": one.red}[measure]
        return (one.per_people(count) or 0.0) if peopled else float(count)

    largest = max(map(rate, lines), default=0.0)
    return rate(line) / largest if largest else 0.0


def figure_of(line: RegionLine, measure: Measure, language: Language) -> str:
    """The figure in a tile: the share of negative posts, or a count."""
    if measure == "sentiment":
        value = share(line.sentiment, "negative")
        return "–" if value is None or line.decided < FEW_POSTS else f"{100 * value:.0f} %"
    count = {"posts": line.posts, "complaints": line.complaints, "red": line.red}[measure]
    return format_number(count, language=language)


def words_of(line: RegionLine, language: Language) -> str:
    """All figures of a region in words."""
    rate = line.per_people(line.red)
    return say(
        "region_words",
        language,
        posts=format_number(line.posts, language=language),
        negative=format_number(line.sentiment.get("negative", 0), language=language),
        complaints=format_number(line.complaints, language=language),
        open=format_number(line.open, language=language),
        red=format_number(line.red, language=language),
        rate="–" if rate is None else format_number(rate, language=language, decimals=1),
    )


def map_values(lines: Sequence[RegionLine], measure: Measure, language: Language) -> dict[str, MapValue]:
    """What the map shows of each region. With too few posts a share is hatched; with none there is no value."""
    values = {}
    for line in lines:
        few = measure == "sentiment" and line.decided < FEW_POSTS
        depth = depth_of(line, measure, lines)
        values[line.region.code] = MapValue(
            value=None if few else depth,
            text=figure_of(line, measure, language),
            words=words_of(line, language),
            style="few" if few and line.posts else "none" if few else "plain",
        )
    return values


def rank_lines(lines: Sequence[RegionLine], measure: Measure) -> list[RegionLine]:
    """Most negative, or most of the measure, first; those that say nothing last; ties by name."""

    def place(line: RegionLine) -> tuple[bool, float, str]:
        if measure == "sentiment":
            value = share(line.sentiment, "negative")
            silent = value is None or line.decided < FEW_POSTS
            return silent, 0.0 if silent else -(value or 0.0), line.region.name
        return False, -(depth_of(line, measure, lines) or 0.0), line.region.name

    return sorted(lines, key=place)


def load_red(region: str, *, now: datetime) -> list[Complaint]:
    """The overdue complaints of a region, the oldest deadline first; never secret or held ones."""
    with shared_casework().read() as session:
        return list_complaints(session, region=region, red=True, now=now, limit=MOST_RED)
