"""Shows the spread of a story to a person at a terminal: lines of bars, then what stands out."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from kentongan.commands.output import write_table
from kentongan.numbers import format_number
from kentongan.times import format_time

if TYPE_CHECKING:
    from analysis.spread import FactCheckEffect, Spread
    from analysis.spread_timeline import FirstSight, SpreadBin
    from casework.spread import StorySpread

LEVELS: Final = "▁▂▃▄▅▆▇█"
NOTHING: Final = "·"
LOST: Final = "░"
COLUMNS: Final = 60
"""Characters of a line of bars; longer timelines are drawn together."""

COLLECTED: Final = 0.5
"""Coverage below which a column is marked as not collected: less than half of the usual collection ran."""

WORDS: Final = {"rebuts": "membantah", "asks": "bertanya", "unclear": "tidak jelas"}


def write_spread(found: StorySpread) -> None:
    """The whole spread on standard output."""
    spread = found.spread
    if found.text:
        write_line(f"“{' '.join(found.text.split())[:160]}”")
    counts = [(stance, spread.others.get(stance, 0)) for stance in ("rebuts", "asks", "unclear")]
    others = [f"{format_number(count)} {WORDS[stance]}" for stance, count in counts if count]
    by_hand = [f"{format_number(spread.by_hand)} dimasukkan tangan (tidak dihitung)"] if spread.by_hand else []
    accounts = f"{format_number(spread.accounts)} akun"
    write_line(" · ".join([f"{format_number(spread.copies)} menyebarkan", *others, accounts, *by_hand]))
    write_bars(spread)
    write_firsts(spread)
    for effect in spread.factchecks:
        write_line(describe_effect(effect, spread.zone))
    if spread.amplifiers:
        write_table(
            ["platform", "akun", "salinan", "awal", "dibagikan", "suka", "diteruskan di koleksi", "pertama"],
            [
                [
                    one.platform,
                    one.account,
                    format_number(one.copies),
                    format_number(one.early),
                    say_count(one.shares),
                    say_count(one.likes),
                    format_number(one.passed_on),
                    format_time(one.first_at, zone=spread.zone),
                ]
                for one in spread.amplifiers
            ],
            title="Akun dengan jangkauan terbesar",
            caption="“awal”: di antara sepersepuluh salinan pertama; “-”: platform tidak menyebutnya",
        )
    if spread.sites:
        rows = [
            [one.site, format_number(one.copies), format_number(one.accounts), one.addresses[0][0]]
            for one in spread.sites
        ]
        write_table(["situs", "salinan", "akun", "alamat tersering"], rows, title="Tautan di dalam salinan")


def write_line(line: str) -> None:
    sys.stdout.write(line + "\n")


def say_count(count: int | None) -> str:
    return "-" if count is None else format_number(count)


def write_bars(spread: Spread) -> None:
    """A line of bars for each platform, one scale for all."""
    if not spread.timeline or not spread.platforms:
        return
    columns = group_bins(spread.timeline)
    tallest = max(sum(one.copies[platform] for one in part) for part in columns for platform in spread.platforms)
    unit = "jam" if spread.step == "hour" else "hari"
    each = f"{len(columns[0])} {unit}" if len(columns[0]) > 1 else unit
    start = format_time(spread.timeline[0].start, zone=spread.zone)
    write_line(f"Salinan per {each} sejak {start}; tertinggi {format_number(tallest)}")
    width = max(map(len, spread.platforms))
    lost = False
    for platform in spread.platforms:
        signs = "".join(column_sign(part, platform, tallest) for part in columns)
        lost = lost or LOST in signs
        total = sum(one.copies[platform] for one in spread.timeline)
        write_line(f"  {platform:<{width}} {signs} {format_number(total)}")
    if spread.earlier:
        write_line(f"  {format_number(spread.earlier)} salinan lebih awal dari yang digambar.")
    if lost:
        write_line(f"  {LOST} tidak terkumpul")
    if spread.gaps:
        count = format_number(len(spread.gaps))
        write_line(f"  {count} celah pengumpulan dalam rentang ini: angka di sana lebih kecil dari kenyataan.")


def group_bins(timeline: Sequence[SpreadBin]) -> list[Sequence[SpreadBin]]:
    """The bins in at most COLUMNS groups of equal length."""
    each = math.ceil(len(timeline) / COLUMNS)
    return [timeline[at : at + each] for at in range(0, len(timeline), each)]


def column_sign(part: Sequence[SpreadBin], platform: str, tallest: int) -> str:
    """One column: how high it is, or that it was not collected."""
    count = sum(one.copies[platform] for one in part)
    if sum(one.coverage[platform] for one in part) / len(part) < COLLECTED:
        return LOST
    return LEVELS[max(0, math.ceil(count / tallest * len(LEVELS)) - 1)] if count else NOTHING


def write_firsts(spread: Spread) -> None:
    """First appearances, each with what could hide an earlier one."""
    if spread.first_by_hand:
        write_line(f"Dimasukkan tangan, lebih awal lagi: {describe_first(spread.first_by_hand, spread.zone)}")
    if spread.first:
        write_line(f"Pertama terlihat di koleksi kita: {describe_first(spread.first, spread.zone)}")
    rows = [
        [
            one.platform,
            format_time(one.published_at, zone=spread.zone),
            format_time(one.collected_at, zone=spread.zone),
            one.document,
            warn_about(one),
        ]
        for one in spread.first_by_platform
    ]
    if rows:
        write_table(["platform", "terbit", "terkumpul", "dokumen", "catatan"], rows, title="Pertama menurut platform")


def describe_first(first: FirstSight, zone: str) -> str:
    warning = warn_about(first)
    return f"{format_time(first.published_at, zone=zone)}, {first.platform}" + (f" ({warning})" if warning else "")


def warn_about(first: FirstSight) -> str:
    """What keeps this from being the true beginning."""
    notes = ["dimasukkan tangan"] if first.by_hand else []
    if first.gap_before:
        notes.append(f"sebelumnya tidak terkumpul: {first.gap_before.reason}; mungkin ada yang lebih awal")
    return "; ".join(notes)


def describe_effect(effect: FactCheckEffect, zone: str) -> str:
    """A fact-check and the copies on either side of it, without a word about causes."""
    from casework.tip_sources import RATING_WORDS

    one = effect.factcheck
    rating = f" ({RATING_WORDS[one.verdict]})" if one.verdict else ""
    gone = " DITARIK oleh penerbitnya." if one.withdrawn else ""
    line = (
        f"Cek fakta “{one.title}”{rating} terbit {format_time(one.published_at, zone=zone)}.{gone} "
        f"Salinan sebelumnya {format_number(effect.before)}, sesudahnya {format_number(effect.after)}"
    )
    if effect.rate_before is not None and effect.rate_after is not None:
        line += (
            f"; per jam terkumpul dalam sehari sebelum {format_number(effect.rate_before, decimals=1)}, "
            f"sehari sesudah {format_number(effect.rate_after, decimals=1)}"
        )
    sides = [share for share in (effect.coverage_before, effect.coverage_after) if share is not None]
    if sides and min(sides) < 1:
        line += f"; cakupan paling rendah {format_number(100 * min(sides))} %"
    if effect.half_after is not None:
        hours = format_number(effect.half_after / timedelta(hours=1), decimals=1)
        line += f"; separuh yang sesudahnya muncul dalam {hours} jam"
    return line + "."
