"""The part of a briefing about what was not collected, so that nobody reads silence as calm."""

from __future__ import annotations

from typing import Final

from casework.bridge_freshness import read_bridge_states
from casework.briefings.content import Line, Part, PartTable, compose, quote
from casework.briefings.gathering import Gathering
from casework.figures import PERCENT

MOST_SOURCES: Final = 5


def tell_missing(desk: Gathering) -> Part:
    """Coverage, the sources with gaps, bridges that bring nothing."""
    title = "Yang tidak terkumpul"
    coverage = desk.ask_store("cakupan", unit=PERCENT, measure="coverage", kinds=())
    if coverage.value is None:
        return Part(key="celah", title=title, absent=(compose("Belum ada sumber yang pernah dikumpulkan."),))
    counted = desk.ask_store("sumber", unit="sumber", measure="distinct", by="source", kinds=())
    lines: list[Line] = [
        compose("Cakupan pengumpulan {coverage}; {counted} sumber membawa sesuatu.", coverage=coverage, counted=counted)
    ]
    hours = {}
    for gap in desk.sources.store.gaps(since=desk.since, until=desk.until):
        if gap.source not in hours:
            hours[gap.source] = desk.ask_store(
                f"celah-{gap.source}", unit="jam", measure="gap_hours", label=gap.source, decimals=1, kinds=()
            )
    table = None
    if hours:
        worst = sorted(hours.items(), key=lambda one: (-(one[1].value or 0), one[0]))[:MOST_SOURCES]
        rows = tuple(((quote(source),), compose("{n} jam", n=lost)) for source, lost in worst)
        table = PartTable(header=("Sumber dengan celah", "Tidak terkumpul"), rows=rows, numbers=(False, True))
    else:
        lines.append(compose("Tidak ada celah yang tercatat."))
    stale = sorted(
        name for name, state in read_bridge_states(desk.sources.session, now=desk.until).items() if not state.fresh
    )
    if stale:
        lines.append(compose("Sistem instansi yang tidak membawa data baru: {names}.", names=quote(", ".join(stale))))
    return Part(key="celah", title=title, lines=tuple(lines), table=table)
