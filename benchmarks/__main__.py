"""Runs every benchmark, prints its lines and writes them as a table: ``python -m benchmarks [--quick] [--to FILE]``."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from benchmarks import (
    briefing,
    bursts,
    claims,
    classify,
    coordination,
    crawl,
    demo,
    duplicates,
    elastic,
    evidence,
    extract,
    names,
    pipeline,
    regions,
    rumours,
    startup,
    store,
    wall,
)
from benchmarks.figure import Figure

BENCHMARKS: dict[str, Callable[..., Iterator[Figure]]] = {
    "startup": startup.measure,
    "demo": demo.measure,
    "classify": classify.measure,
    "coordination": coordination.measure,
    "duplicates": duplicates.measure,
    "claims": claims.measure,
    "store": store.measure,
    "elastic": elastic.measure,
    "crawl": crawl.measure,
    "extract": extract.measure,
    "names": names.measure,
    "evidence": evidence.measure,
    "regions": regions.measure,
    "bursts": bursts.measure,
    "pipeline": pipeline.measure,
    "rumours": rumours.measure,
    "briefing": briefing.measure,
    "wall": wall.measure,
}
"""Name of a benchmark: the function that yields its figures, given ``quick``."""


def as_table(figures: list[Figure], *, quick: bool) -> str:
    """The figures as Markdown."""
    lines = [
        "# Benchmarks",
        "",
        f"Written by `make bench{' QUICK=1' if quick else ''}` on {time.strftime('%Y-%m-%d', time.gmtime())}. "
        "Intervals are at 95 %.",
        "",
        "| benchmark | figure | value | interval | unit | must | holds |",
        "|---|---|---:|---|---|---|---|",
    ]
    for f in figures:
        held = "yes" if f.holds else "**no**"
        lines.append(
            f"| {f.benchmark} | {f.figure} | {f.value:g} | {f.low:g} to {f.high:g} | {f.unit} | {f.must} | {held} |"
        )
    if figures:
        lines += ["", "Machine: " + msgspec.json.encode(figures[0].detail).decode()]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute each")
    parser.add_argument("--to", type=Path, default=None, help="write the table to this file")
    parser.add_argument("names", nargs="*", choices=[[], *BENCHMARKS], help="which ones; all without a name")
    options = parser.parse_args()
    figures = []
    for name in options.names or BENCHMARKS:
        for figure in BENCHMARKS[name](quick=options.quick):
            print(msgspec.json.encode(figure).decode(), flush=True)
            figures.append(figure)
    if options.to:
        options.to.write_text(as_table(figures, quick=options.quick), encoding="utf-8")
    return 0 if all(f.holds for f in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
