"""Reads numbers, periods and regions as agencies write them; what can be read in two ways is refused, never guessed."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Literal

from crawlers.bridges.records import Cell
from crawlers.files import read_moment
from kentongan.errors import Quarantine
from kentongan.places import Gazetteer
from kentongan.regions import Region
from kentongan.times import MONTH_NUMBERS, zone_of

MAX_SHOWN = 60
"""Characters of a wrong value that a message repeats."""

PLAIN = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
GROUPED = re.compile(r"[+-]?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")
"""Thousands in groups: "1.284", "12.345.678"."""
MARKED = re.compile(r"([+-]?)(\d{1,3}(?:([.,])\d{3})*|\d+)([.,])(\d+)")
TOTALS = re.compile(r"(?:grand |sub ?)?(?:total|jumlah|rata-rata|rerata)\b.*", re.IGNORECASE)
"""What the first cell of a totals row says."""

YEAR = re.compile(r"(?:tahun )?((?:19|20)\d\d)", re.IGNORECASE)
MONTH = re.compile(r"((?:19|20)\d\d)[-/](\d{1,2})|(\d{1,2})[-/]((?:19|20)\d\d)")
MONTH_WORDS = re.compile(r"([a-z]{3,9})\.?\s+((?:19|20)\d\d)", re.IGNORECASE)
PARTS = re.compile(
    r"(?P<kind>triwulan|tw|kuartal|q|semester|smt)\s*\.?\s*(?P<number>iv|iii|ii|i|[1-4])[\s,/-]+(?:tahun\s+)?"
    r"(?P<year>(?:19|20)\d\d)",
    re.IGNORECASE,
)
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
CODE = re.compile(r"\d{2}(?:\.?\d{2}(?:\.?\d{2}(?:\.?\d{4})?)?)?")
REGION_WORDS = re.compile(r"(?:kec(?:amatan)?|kab(?:upaten)?|kota|prov(?:insi)?)\b\.?\s*", re.IGNORECASE)


def read_number(value: Cell, *, decimal: Literal["", ",", "."] = "") -> float:
    """A number as it is meant. Raises Quarantine ("not-a-number", "ambiguous-number").

    ``decimal`` says how text is to be read; without it "1.284" is refused: thousand and so, or one and so?
    """
    if isinstance(value, int | float | Decimal):
        number = float(value)
        if not math.isfinite(number):
            raise Quarantine("not-a-number", f"{value} bukan angka.")
        return number
    text = re.sub(r"[\s\u00a0]|^Rp\.?", "", value.strip()).removesuffix("%").removesuffix(",-")
    grouped = GROUPED.fullmatch(text)
    if grouped and not decimal:
        # Several groups, or a zero before the mark, can only be read one way.
        if text.count(grouped[1]) > 1:
            return float(text.replace(grouped[1], ""))
        if not text.lstrip("+-").startswith("0"):
            raise Quarantine(
                "ambiguous-number",
                f"{text[:MAX_SHOWN]!r} dapat berarti dua angka; sebutkan tanda desimalnya (decimal).",
            )
    if decimal:
        other = "," if decimal == "." else "."
        if other in text and not re.fullmatch(rf"[+-]?\d{{1,3}}(?:\{other}\d{{3}})+(?:\{decimal}\d+)?", text):
            raise Quarantine("not-a-number", f"{value[:MAX_SHOWN]!r} bukan angka.")
        text = text.replace(other, "").replace(decimal, ".")
    elif marked := MARKED.fullmatch(text):
        sign, whole, grouping, mark, rest = marked.groups()
        if grouping == mark:
            raise Quarantine("not-a-number", f"{value[:MAX_SHOWN]!r} bukan angka.")
        text = f"{sign}{whole.replace(grouping, '') if grouping else whole}.{rest}"
    if not PLAIN.fullmatch(text) or not math.isfinite(float(text)):
        raise Quarantine("not-a-number", f"{value[:MAX_SHOWN]!r} bukan angka.")
    return float(text)


def read_period(value: Cell, *, zone: str) -> datetime:
    """The start, in UTC, of the moment, day, month, quarter, half-year or year a cell names. Raises Quarantine
    ("no-time")."""
    text = " ".join(str(value).split())
    year = month = None
    if found := YEAR.fullmatch(text):
        year, month = int(found[1]), 1
    elif found := MONTH.fullmatch(text):
        year, month = int(found[1] or found[4]), int(found[2] or found[3])
    elif (found := MONTH_WORDS.fullmatch(text)) and found[1].lower() in MONTH_NUMBERS:
        year, month = int(found[2]), MONTH_NUMBERS[found[1].lower()]
    elif found := PARTS.fullmatch(text):
        number = ROMAN.get(found["number"].lower()) or int(found["number"])
        months = 6 if found["kind"].lower() in ("semester", "smt") else 3
        year, month = int(found["year"]), (number - 1) * months + 1
    try:
        if year is not None and month is not None:
            return datetime(year, month, 1, tzinfo=zone_of(zone)).astimezone(UTC)
        return read_moment(text, zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Quarantine("no-time", f"{text[:MAX_SHOWN]!r} bukan waktu.") from error


class RegionFinder:
    """Finds the region a cell names, by code or by its exact name inside the region the installation serves."""

    def __init__(self, gazetteer: Gazetteer, *, within: str) -> None:
        self._gazetteer = gazetteer
        self._within = within

    @cached_property
    def _names(self) -> dict[str, list[Region]]:
        """Regions by each of their names in small letters: the one served, what is inside it, and what it is in."""
        found: dict[str, list[Region]] = {}
        for region in self._inside(self._within or None):
            for name in {region.name, region.bare_name, *region.aliases}:
                found.setdefault(name.lower(), []).append(region)
        return found

    def _inside(self, code: str | None) -> Iterable[Region]:
        if code is not None and (own := self._gazetteer.get(code)) is not None:
            yield own
        for child in self._gazetteer.children(code):
            yield from self._inside(child.code)

    def find(self, value: Cell) -> str:
        """The code of the region. Raises Quarantine ("no-region", "total-row", "unknown-region",
        "ambiguous-region")."""
        text = " ".join(str(value).split())
        if not text:
            raise Quarantine("no-region", "wilayahnya kosong (sel gabungan?).")
        if TOTALS.fullmatch(text):
            raise Quarantine("total-row", f"{text[:MAX_SHOWN]!r} adalah baris jumlah, bukan wilayah.")
        if CODE.fullmatch(text):
            digits = text.replace(".", "")
            code = ".".join((digits[:2], digits[2:4], digits[4:6], digits[6:])).rstrip(".")
            if self._gazetteer.get(code) is not None:
                return code
            raise Quarantine("unknown-region", f"kode wilayah {text} tidak dikenal.")
        whole, bare = text.lower(), REGION_WORDS.sub("", text.lower(), count=1)
        for name in (whole, bare):
            bearers = self._names.get(name, [])
            if len(bearers) == 1:
                return bearers[0].code
            if bearers:
                codes = ", ".join(region.code for region in bearers[:4])
                raise Quarantine(
                    "ambiguous-region", f"{text[:MAX_SHOWN]!r} nama beberapa wilayah; pakai kode: {codes}."
                )
        near = difflib.get_close_matches(bare, list(self._names), n=1)
        hint = f" Mungkin maksudnya {self._names[near[0]][0].name}?" if near else ""
        raise Quarantine("unknown-region", f"wilayah {text[:MAX_SHOWN]!r} tidak dikenal.{hint}")
