"""Draws the spread of a story as SVG text: copies by platform stacked over time, gaps hatched, fact-checks dashed.

Pure: data in, a string out. Colours follow the page's variables in light and dark and stand in the drawing itself, so
that it can be shown alone. All text that comes from outside is escaped here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Final

from analysis.series import STEPS
from analysis.spread import Spread
from analysis.spread_timeline import SpreadBin
from dashboard.charts import HATCH as CHART_HATCH
from dashboard.charts import axis, nice_ceiling, short_day, short_hour
from dashboard.words import Language
from kentongan.numbers import format_number
from kentongan.times import format_day, format_time, to_zone

WIDTH: Final = 720
LEFT, RIGHT = 34, 78
TOP, PLOT, TICKS, ROW = 26, 168, 24, 12
"""Heights in drawing units: room for the labels above, the bars, the days below, a strip of one platform's coverage."""

SHOWN: Final = 5
"""Platforms with a colour of their own; what is left is drawn together as others."""

INSIDE: Final = 17.0
"""Least height of a platform's shape, in drawing units, for its name to stand in it."""
INSIDE_WIDTH: Final = 7.0
"""Width of a letter in drawing units: what of the shape the name takes."""

MOST: Final = 0.5
"""Share of the collection from which a stretch without it is hatched over the whole height."""

COLLECTED: Final = 0.995
"""Coverage from which a bin counts as collected whole, as in ``dashboard.charts``."""

WORDS: Final[dict[str, tuple[str, str]]] = {
    "title_hour": ("Salinan per jam menurut platform", "Copies per hour by platform"),
    "title_day": ("Salinan per hari menurut platform", "Copies per day by platform"),
    "summary": (
        "{first} sampai {last}. {copies} salinan: {platforms}. Terbanyak {most} pada {peak}.",
        "{first} to {last}. {copies} copies: {platforms}. Most, {most}, at {peak}.",
    ),
    "lost": ("Tidak terkumpul sebagian atau seluruhnya: {count}.", "Not collected in part or whole: {count}."),
    "lost_hour": ("{count} jam", "{count} hours"),
    "lost_day": ("{count} hari", "{count} days"),
    "published": ("Cek fakta terbit {when}.", "Fact-check published {when}."),
    "empty": ("Belum ada salinan.", "No copies yet."),
    "factcheck": ("cek fakta terbit", "fact-check published"),
    "not_collected": ("tidak terkumpul", "not collected"),
    "coverage": ("Cakupan", "Coverage"),
    "others": ("lainnya", "others"),
    "bin": (
        "{when}: {total} salinan{parts}; cakupan {coverage} %",
        "{when}: {total} copies{parts}; coverage {coverage} %",
    ),
}

NAMES: Final = {
    "x": "X", "youtube": "YouTube", "tiktok": "TikTok", "whatsapp": "WhatsApp", "telegram": "Telegram",
    "mastodon": "Mastodon", "facebook": "Facebook", "instagram": "Instagram", "web": "Web",
}  # fmt: skip
"""How platforms write themselves."""

STYLE: Final = (
    "<style>"
    "svg.spread{width:100%;height:auto;display:block;font-family:Inter,'Noto Sans',sans-serif;"
    "--s1:#6b4fb3;--s2:#3d7d7e;--s3:#a0708a;--s4:#7a6a2f;--s5:#4f6f9f;--s6:#8793a4}"
    ":root:has(.kt-dark) svg.spread,[data-theme=dark] svg.spread{"
    "--s1:#a58be8;--s2:#62b3b2;--s3:#d79ab8;--s4:#c9b25f;--s5:#8fb2e6;--s6:#8fa0b6}"
    + "".join(f"svg.spread .s{n}{{fill:var(--s{n})}}" for n in range(1, 7))
    + "svg.spread .grid{stroke:var(--kt-line,#dfe3ea)}svg.spread .tick{font-size:12px;fill:var(--kt-muted,#566579)}"
    "svg.spread .row{font-size:11px;font-weight:600;fill:var(--kt-muted,#566579)}"
    "svg.spread .over{paint-order:stroke;stroke:var(--kt-panel,#fff);stroke-width:4px}"
    "svg.spread .name{font-size:12px;font-weight:650}svg.spread .in{fill:var(--kt-panel,#fff)}"
    "svg.spread .hatch{fill:var(--kt-hatch,#8793a4);opacity:.75}svg.spread .missing{fill:url(#gap)}"
    "svg.spread rect{shape-rendering:crispEdges}svg.spread .strip{fill:var(--kt-line,#dfe3ea)}"
    "svg.spread .back{fill:transparent}"
    "svg.spread .check{stroke:var(--kt-ink,#14202e);stroke-width:1.6;stroke-dasharray:4 3}"
    "svg.spread .said{font-size:12px;fill:var(--kt-ink,#14202e)}"
    "</style>"
)


def say(key: str, language: Language, **values: object) -> str:
    """The words for ``key``, filled in."""
    return WORDS[key][0 if language == "id" else 1].format(**values)


def name_platform(platform: str, language: Language) -> str:
    """A platform as people write it; "" stands for those drawn together."""
    return NAMES.get(platform, platform) if platform else say("others", language)


def draw_spread(spread: Spread, *, language: Language) -> str:
    """The timeline of a spread. Without copies a drawing that says so.

    Every column carries its figures in a ``<title>`` and its ISO start in ``data-key``; the whole has a title and a
    description for screen readers.
    """
    bins, stacked = spread.timeline, list_stacked(spread)
    rows = [platform for platform in spread.platforms if spread.lost_by_platform[platform]]
    height = TOP + PLOT + TICKS + (len(rows[:SHOWN]) * ROW + 16 if rows else 0)
    title = say(f"title_{spread.step}", language)
    parts = [
        f'<svg class="spread" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="spread-t spread-d">',
        f'<title id="spread-t">{escape(title)}</title>',
        f'<desc id="spread-d">{escape(describe_spread(spread, language))}</desc>',
        STYLE,
        CHART_HATCH,
    ]
    if not bins or not stacked:
        middle = f'x="{WIDTH / 2}" y="{TOP + PLOT / 2}" text-anchor="middle"'
        return "".join([*parts, f'<text class="tick" {middle}>{say("empty", language)}</text></svg>'])
    ceiling = nice_ceiling(max(one.total for one in bins))
    slot = (WIDTH - LEFT - RIGHT) / len(bins)
    parts.append(axis(TOP, PLOT, ceiling, language))
    parts += [
        draw_column(one, stacked, LEFT + at * slot, slot, ceiling, spread=spread, language=language)
        for at, one in enumerate(bins)
    ]
    parts += draw_names(bins, stacked, slot, ceiling, language)
    parts += draw_lost(spread, slot, language)
    parts += draw_factchecks(spread, slot, language)
    parts += draw_ticks(spread, slot, language)
    parts += draw_coverage(spread, rows[:SHOWN], slot, language)
    return "".join([*parts, "</svg>"])


def list_stacked(spread: Spread) -> list[tuple[str, tuple[str, ...]]]:
    """What is stacked, from the bottom: a platform by itself, or "" for the small ones together."""
    stacked: list[tuple[str, tuple[str, ...]]] = [(platform, (platform,)) for platform in spread.platforms[:SHOWN]]
    return [*stacked, ("", spread.platforms[SHOWN:])] if spread.platforms[SHOWN:] else stacked


def style_of(place: int, name: str) -> str:
    return f"s{place + 1}" if name else "s6"


def draw_column(
    one: SpreadBin,
    stacked: Sequence[tuple[str, tuple[str, ...]]],
    x: float,
    slot: float,
    ceiling: int,
    *,
    spread: Spread,
    language: Language,
) -> str:
    """One bin: its pieces from the bottom, and what a pointer is told. Bars touch: a spread is one flow."""
    words = escape(describe_bin(one, spread, language))
    parts = [f'<g data-key="{one.start.isoformat()}"><title>{words}</title>']
    parts.append(f'<rect class="back" x="{x:.2f}" y="{TOP}" width="{slot:.2f}" height="{PLOT}"/>')
    y = float(TOP + PLOT)
    for place, (name, members) in enumerate(stacked):
        piece = PLOT * sum(one.copies[platform] for platform in members) / ceiling
        if piece:
            y -= piece
            parts.append(
                f'<rect class="{style_of(place, name)}" x="{x:.2f}" y="{y:.2f}" '
                f'width="{slot + 0.1:.2f}" height="{piece:.2f}"/>'
            )
    return "".join([*parts, "</g>"])


def draw_names(
    bins: Sequence[SpreadBin],
    stacked: Sequence[tuple[str, tuple[str, ...]]],
    slot: float,
    ceiling: int,
    language: Language,
) -> list[str]:
    """Each platform's name inside its shape where it is large enough, else beside the last column."""
    parts: list[str] = []
    floor = TOP + PLOT - 2.0
    for place, (name, members) in enumerate(stacked):
        words = name_platform(name, language)
        counts = [sum(one.copies[platform] for platform in members) for one in bins]
        at, wide = widest_stretch(counts, least=ceiling * INSIDE / PLOT)
        if wide * slot >= len(words) * INSIDE_WIDTH + 4:
            middle = at + wide // 2
            below = sum(bins[middle].copies[platform] for _, own in stacked[:place] for platform in own)
            y = TOP + PLOT * (1 - (below + counts[middle] / 2) / ceiling) + 4
            x = LEFT + (at + wide / 2) * slot
            parts.append(f'<text class="name in" x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{escape(words)}</text>')
        else:
            x = WIDTH - RIGHT + 8
            style = style_of(place, name)
            parts.append(f'<text class="name {style}" x="{x}" y="{floor:.1f}">{escape(words[:11])}</text>')
            floor -= 15
    return parts


def widest_stretch(counts: Sequence[int], *, least: float) -> tuple[int, int]:
    """First place and length of the longest run of counts of at least ``least``."""
    best, start = (0, 0), 0
    for at, count in enumerate([*counts, -1]):
        if count < least:
            best = max(best, (start, at - start), key=lambda run: run[1])
            start = at + 1
    return best


def place_time(moment: datetime, spread: Spread, slot: float) -> float:
    """Where a moment lies on the axis, in drawing units."""
    return LEFT + (moment - spread.timeline[0].start) / STEPS[spread.step] * slot


def draw_lost(spread: Spread, slot: float, language: Language) -> list[str]:
    """Hatching over the stretches in which most of the collection did not run, named once."""
    lost = [one for one in spread.lost if one.share >= MOST]
    parts = []
    for one in lost:
        x, end = place_time(one.since, spread, slot), place_time(one.until, spread, slot)
        parts.append(f'<rect class="missing" x="{x:.2f}" y="{TOP}" width="{max(end - x, 1):.2f}" height="{PLOT}"/>')
    if lost:
        longest = max(lost, key=lambda one: one.until - one.since)
        middle = place_time(longest.since + (longest.until - longest.since) / 2, spread, slot)
        x = min(max(middle, LEFT + 44), WIDTH - RIGHT - 44)
        words = say("not_collected", language)
        parts.append(f'<text class="row over" x="{x:.1f}" y="{TOP + 14}" text-anchor="middle">{words}</text>')
    return parts


def draw_factchecks(spread: Spread, slot: float, language: Language) -> list[str]:
    """A dashed line where each fact-check came out; the first in the picture is named."""
    parts: list[str] = []
    for effect in spread.factchecks:
        x = place_time(effect.factcheck.published_at, spread, slot)
        if not LEFT <= x <= WIDTH - RIGHT:
            continue
        when = escape(format_time(effect.factcheck.published_at, zone=spread.zone, language=language))
        parts.append(
            f"<g><title>{escape(effect.factcheck.title)}, {when}</title>"
            f'<line class="check" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 8}" y2="{TOP + PLOT}"/></g>'
        )
        if len(parts) == 1:
            left = x > WIDTH - RIGHT - 100
            end, at = ("end", x - 6) if left else ("start", x + 6)
            words = say("factcheck", language)
            parts[0] += f'<text class="said" x="{at:.1f}" y="{TOP - 4}" text-anchor="{end}">{words}</text>'
    return parts


def draw_ticks(spread: Spread, slot: float, language: Language) -> list[str]:
    """Days under the bins; hours too where the picture is of less than two days."""
    bins = spread.timeline
    hours = spread.step == "hour" and len(bins) <= 48
    marks: list[tuple[int, str]] = []
    for at, one in enumerate(bins):
        midnight = one.start.hour == 0
        if midnight or spread.step == "day":
            marks.append((at, short_day(one.start, language)))
        elif hours and one.start.hour % 6 == 0:
            marks.append((at, short_hour(one.start, language)))
    marks = marks or [(0, f"{short_day(bins[0].start, language)} {short_hour(bins[0].start, language)}")]
    every = max(1, -(-len(marks) // 9))
    return [
        f'<text class="tick" x="{LEFT + at * slot:.1f}" y="{TOP + PLOT + 16}">{escape(words)}</text>'
        for at, words in marks[::every]
    ]


def draw_coverage(spread: Spread, rows: Sequence[str], slot: float, language: Language) -> list[str]:
    """A strip for each platform that was not collected all the time: hatched where a source of it was not."""
    if not rows:
        return []
    top = TOP + PLOT + TICKS
    parts = [f'<text class="row" x="{LEFT}" y="{top + 8}">{say("coverage", language)}</text>']
    for number, platform in enumerate(rows):
        y = top + 14 + number * ROW
        words = escape(name_platform(platform, language)[:11])
        parts.append(f'<text class="row" x="{WIDTH - RIGHT + 8}" y="{y + 8}">{words}</text>')
        at = float(LEFT)
        for lost in spread.lost_by_platform[platform]:
            x, end = place_time(lost.since, spread, slot), place_time(lost.until, spread, slot)
            parts.append(draw_strip("strip", at, x, y))
            parts.append(draw_strip("missing", x, max(end, x + 1), y))
            at = end
        parts.append(draw_strip("strip", at, WIDTH - RIGHT, y))
    return parts


def draw_strip(style: str, start: float, end: float, y: float) -> str:
    return f'<rect class="{style}" x="{start:.2f}" y="{y}" width="{max(end - start, 0):.2f}" height="{ROW - 3}"/>'


def describe_bin(one: SpreadBin, spread: Spread, language: Language) -> str:
    """What the pointer is told about one column."""
    counts = [
        f"{name_platform(platform, language)} {format_number(one.copies[platform], language=language)}"
        for platform in spread.platforms
        if one.copies[platform]
    ]
    return say(
        "bin",
        language,
        when=say_start(one.start, spread, language),
        total=format_number(one.total, language=language),
        parts=f" ({', '.join(counts)})" if counts else "",
        coverage=round(100 * min(one.coverage.values(), default=1.0)),
    )


def say_start(start: datetime, spread: Spread, language: Language) -> str:
    if spread.step == "day":
        return format_day(start, zone=spread.zone, language=language)
    return format_time(start, zone=spread.zone, language=language)


def describe_spread(spread: Spread, language: Language) -> str:
    """The drawing in words, for who cannot see it."""
    bins = spread.timeline
    if not bins or not spread.platforms:
        return say("empty", language)
    peak = max(bins, key=lambda one: one.total)
    totals = [
        f"{name_platform(platform, language)} "
        f"{format_number(sum(one.copies[platform] for one in bins), language=language)}"
        for platform in spread.platforms
    ]
    said = [
        say(
            "summary",
            language,
            first=say_start(bins[0].start, spread, language),
            last=format_time(
                to_zone(bins[-1].start + STEPS[spread.step] - timedelta(minutes=1), spread.zone),
                zone=spread.zone,
                language=language,
            ),
            copies=format_number(sum(one.total for one in bins), language=language),
            platforms=", ".join(totals),
            most=format_number(peak.total, language=language),
            peak=say_start(peak.start, spread, language),
        )
    ]
    lost = sum(min(one.coverage.values(), default=1.0) < COLLECTED for one in bins)
    if lost:
        said.append(say("lost", language, count=say(f"lost_{spread.step}", language, count=lost)))
    for effect in spread.factchecks:
        when = format_time(effect.factcheck.published_at, zone=spread.zone, language=language)
        said.append(say("published", language, when=when))
    return " ".join(said)
