"""The pieces of Beranda as HTML: the day in one line, and panels of lines that each lead to the work. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Final, Literal
from urllib.parse import urlencode

from casework.figures import Figure, link_of
from dashboard.home_day import DeskDay, PostDay, worst_gaps
from dashboard.words import Language, say
from kentongan.numbers import format_number
from kentongan.times import DAYS_EN, DAYS_ID, format_day, format_hour, to_zone

Mark = Literal["plain", "rising", "suspected", "checked", "decided", "late", "old", "emergency"]
"""What a line's sign stands for; red (late, emergency) is for what is overdue or an emergency and nothing else."""
FULL: Final = 0.995
"""Coverage from which on nothing is said to be missing; the same bound as on the charts."""
TITLE_SHOWN: Final = 150
CHIPS: Final[dict[Mark, str]] = {
    "plain": "chip state", "rising": "chip rising", "suspected": "chip ask", "checked": "chip unsure",
    "decided": "chip decided", "late": "chip kt-red-chip", "old": "chip kt-old-chip",
    "emergency": "chip level-darurat",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeLine:
    """One line of a panel."""

    title: str
    meta: str
    href: str
    """Where the work is; relative to the dashboard."""
    sign: str = ""
    mark: Mark = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One panel, ready to be drawn."""

    title: str
    against: str
    lines: Sequence[HomeLine]
    none: tuple[str, str]
    """What it says without a line: what it is, and what to do."""
    href: str
    """The page it is of."""
    more: int = 0
    """How many there are besides."""


def panel_html(panel: Panel, language: Language) -> str:
    """A panel: its question, what it is held against, and its lines."""
    head = (
        f'<div class="kt-card"><h3><a href="{escape(panel.href, quote=True)}" target="_self">{escape(panel.title)}</a>'
        f"</h3><small>{escape(panel.against)}</small></div>"
    )
    if not panel.lines:
        return f'{head}<div class="kt-quiet"><b>{escape(panel.none[0])}</b>{escape(panel.none[1])}</div>'
    lines = "".join(line_html(line) for line in panel.lines)
    more = ""
    if panel.more > 0:
        words = say("home_more", language, count=format_number(panel.more, language=language))
        more = f'<a class="kt-more" href="{escape(panel.href, quote=True)}" target="_self">{escape(words)}</a>'
    return f'{head}<div class="kt-home-lines">{lines}</div>{more}'


def line_html(line: HomeLine) -> str:
    sign = f'<span class="{CHIPS[line.mark]}">{escape(line.sign)}</span>' if line.sign else ""
    meta = f"<small>{escape(line.meta)}</small>" if line.meta else ""
    words = escape(shorten(line.title))
    return (
        f'<a class="kt-home-line" href="{escape(line.href, quote=True)}" target="_self" title="{words}">'
        f'<b dir="auto">{words}</b>{sign}{meta}</a>'
    )


def shorten(words: str, most: int = TITLE_SHOWN) -> str:
    """Words from elsewhere on one line; the panel cuts what does not fit."""
    flat = " ".join(words.split())
    return flat if len(flat) <= most else f"{flat[: most - 1].rstrip()}…"


def moment_words(moment: datetime, language: Language, *, now: datetime, zone: str) -> str:
    """A moment as one says it: "hari ini 07.40", "Jumat 17.40", "12 November 17.40"."""
    local, today = to_zone(moment, zone), to_zone(now, zone)
    hour = format_hour(moment, zone=zone, language=language).removesuffix(f" {zone}")
    days = (today.date() - local.date()).days
    if days == 0:
        return say("home_since_today", language, hour=hour)
    if 0 < days < 7:
        return f"{(DAYS_ID if language == 'id' else DAYS_EN)[local.weekday()]} {hour}"
    return f"{day_words(moment, language, zone=zone)} {hour}"


def day_words(moment: datetime, language: Language, *, zone: str) -> str:
    """A day without its year: "12 November"."""
    return format_day(moment, zone=zone, language=language).rpartition(" ")[0]


def with_language(page: str, kept: str | None) -> str:
    """A page's address that keeps the language of this visit."""
    if kept is None:
        return page
    return f"{page}{'&' if '?' in page else '?'}{urlencode({'bahasa': kept})}"


# The day in one line


def day_line(
    posts: PostDay | str,
    desk: DeskDay | str,
    *,
    since: datetime,
    until: datetime,
    shown: frozenset[str],
    language: Language,
    kept: str | None,
    zone: str,
) -> str:
    """The day in words. ``posts`` and ``desk`` are what was read, or why it could not be; ``shown`` are the paths of
    the pages that the visitor may open: what is on no other page for them is not counted out to them."""
    said: list[str] = []
    if isinstance(posts, PostDay):
        said += post_words(posts, desk if isinstance(desk, DeskDay) else None, language, kept=kept)
    if isinstance(desk, DeskDay):
        said += desk_words(desk, shown=shown, since=since, until=until, language=language, kept=kept)
    begin = say("home_day_since", language, since=moment_words(since, language, now=until, zone=zone))
    line = f'<p class="kt-day"><span>{escape(begin)}</span> {", ".join(said)}.</p>' if said else ""
    notes = []
    if isinstance(posts, PostDay):
        notes.append(coverage_words(posts, language, since=since, until=until))
    else:
        notes.append(escape(say("home_day_fault_posts", language, why=posts)))
    if not isinstance(desk, DeskDay):
        notes.append(escape(say("home_day_fault_desk", language, why=desk)))
    return f'{line}<p class="kt-note kt-day-note">{" ".join(notes)}</p>'


def post_words(posts: PostDay, desk: DeskDay | None, language: Language, *, kept: str | None) -> list[str]:
    """How many posts and how many of them negative, each with what it is held against."""
    count = format_number(posts.posts.value or 0, language=language)
    against = say("home_day_usual_none", language)
    if desk is not None and desk.usual is not None:
        hint = escape(say("home_day_usual_hint", language, weeks=desk.weeks), quote=True)
        usual = say("home_day_usual", language, count=format_number(desk.usual, language=language))
        against = f'<span title="{hint}">{escape(usual)}</span>'
    said = [f"{figure_link(posts.posts, say('home_day_posts', language, count=count), kept)} <i>({against})</i>"]
    if not posts.posts.value:
        return said
    if posts.negative.value is None:
        return [*said, f"<i>{escape(say('home_day_unread', language))}</i>"]
    share = format_number(100 * posts.negative.value, language=language)
    told = figure_link(posts.negative, say("home_day_negative", language, share=share), kept, style="neg-t")
    return [*said, f"{told} <i>{off_words(posts, language)} ({escape(change_words(posts, language))})</i>"]


def off_words(posts: PostDay, language: Language) -> str:
    """How far the share is usually off, in points."""
    value, low, high = posts.negative.value, posts.low.value, posts.high.value
    if value is None or low is None or high is None:
        return escape(say("home_day_off_none", language))
    points = format_number(100 * max(value - low, high - value), language=language)
    hint = escape(say("home_day_off_hint", language), quote=True)
    return f'<span title="{hint}">{escape(say("home_day_off", language, points=points))}</span>'


def change_words(posts: PostDay, language: Language) -> str:
    """How the share stands to a week before; up and down only where the ranges lie apart."""
    changed, before = posts.changed, posts.before.value
    if before is None:
        return say("home_day_before_none", language)
    if not changed:
        return say("home_day_same", language, share=format_number(100 * before, language=language))
    points = format_number(abs(100 * changed), language=language)
    return say("home_day_up" if changed > 0 else "home_day_down", language, points=points)


def desk_words(
    desk: DeskDay, *, shown: frozenset[str], since: datetime, until: datetime, language: Language, kept: str | None
) -> list[str]:
    """What is new and what waits; a number that is nothing is left out, but for issues: silence there is news."""
    days = next((one for one in (1, 7, 14) if until - since <= timedelta(days=one)), 30)
    said = []
    for count, name, page in (
        (desk.issues, "issues", f"isu?hari={days}"),
        (desk.second, "second", "hoaks?keadaan=diperiksa"),
        (desk.red, "red", "aduan?tampil=merah"),
    ):
        if page.partition("?")[0] not in shown:
            continue
        if count:
            key = f"home_day_{name}_one" if count == 1 else f"home_day_{name}"
            words = say(key, language, count=format_number(count, language=language))
            style = ' class="kt-late-t"' if name == "red" else ""
            said.append(
                f'<a{style} href="{escape(with_language(page, kept), quote=True)}" target="_self">{escape(words)}</a>'
            )
        elif name == "issues":
            said.append(f"<i>{escape(say('home_day_calm', language))}</i>")
    return said


def coverage_words(posts: PostDay, language: Language, *, since: datetime, until: datetime) -> str:
    """What was not collected, so that nobody reads silence as calm."""
    value = posts.coverage.value
    if value is None:
        return escape(say("home_day_never", language))
    lost = worst_gaps(posts.gaps, since=since, until=until)
    if not lost and value >= FULL:
        return escape(say("home_day_covered", language))
    share = min(99, round(100 * value)) if lost else round(100 * value)
    named = "; ".join(
        say("home_day_gap", language, source=source, hours=format_number(hours, language=language, decimals=1))
        for source, hours in lost
    )
    words = f"{say('home_day_coverage', language, share=share)} {named}" if named else f"{share} %"
    return f'<span class="kt-missing-word">{escape(words)}.</span>'


def figure_link(figure: Figure, words: str, kept: str | None, *, style: str = "") -> str:
    """A number that opens the page of what it counts."""
    page = with_language(link_of(figure), kept)
    kind = f' class="{style}"' if style else ""
    return f'<a{kind} href="{escape(page, quote=True)}" target="_self">{escape(words)}</a>'
