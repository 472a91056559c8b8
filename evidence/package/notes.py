"""The texts and tools that go into every package: its limits, how to check it, the verifier and the offline page."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from string import Template
from typing import Final

from evidence.package.bag import BAGIT, Bag
from evidence.package.contents import FORMAT
from evidence.package.report import Limits
from evidence.records import Case
from evidence.verifier import PAGE, VERIFIER
from kentongan.times import format_time, to_zone

FOLDER: Final = Path(__file__).parent / "texts"
TEXTS: Final = ("batasan.md", "CARA-VERIFIKASI.md")
"""In ``texts``: templates in which $case, $number, $built and $organisation stand for the package's own."""
TOOLS: Final = (VERIFIER, PAGE)
"""They go in as they are."""


def add_texts(bag: Bag, case: Case, *, number: int, organisation: str, zone: str, now: datetime) -> None:
    """Put the texts and the tools into the bag."""
    values = {
        "case": case.id,
        "number": str(number),
        "organisation": organisation,
        "built": format_time(now, zone=zone),
    }
    for name in TEXTS:
        text = (FOLDER / name).read_text(encoding="utf-8")
        bag.add(name, Template(text).safe_substitute(values))
    for tool in TOOLS:
        bag.add(tool.name, tool.read_bytes())


def read_limits() -> list[Limits]:
    """The limits for the report: every heading of ``batasan.md`` with its points."""
    text = (FOLDER / "batasan.md").read_text(encoding="utf-8")
    parts = [part.splitlines() for part in text.split("\n## ")[1:]]
    return [
        Limits(heading=heading, points=tuple(line.removeprefix("- ") for line in lines if line.startswith("- ")))
        for heading, *lines in parts
    ]


def add_declaration(bag: Bag, case: Case, *, organisation: str, software: str, zone: str, now: datetime) -> None:
    """Put ``bagit.txt`` and ``bag-info.txt`` into the bag, whose payload is whole."""
    said = {
        "Source-Organization": organisation,
        "External-Identifier": case.id,
        "Bagging-Date": to_zone(now, zone).date().isoformat(),
        "Payload-Oxum": bag.oxum(),
        "Bag-Software-Agent": software,
        "Kentongan-Package-Format": str(FORMAT),
        "Kentongan-Data-Contoh": "ya" if case.sample else "tidak",
    }
    bag.add("bagit.txt", BAGIT)
    bag.add("bag-info.txt", "".join(f"{name}: {' '.join(value.split())}\n" for name, value in said.items()))
