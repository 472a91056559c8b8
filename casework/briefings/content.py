"""What a briefing says: parts of lines and tables, in which every number is a figure with its question.

A line is a row of pieces. Plain text holds no digit at all: a number is a figure, a time is marked as one, and what has
a number of its own ("ISU-12") or was said elsewhere (a title) is marked as that. So a number without a question cannot
be written.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from typing import Any, Final, Literal

import msgspec

from casework.figures import Figure, decode_figure, encode_figure
from kentongan.times import format_day, format_hour, format_time

PieceKind = Literal["text", "figure", "number", "quote", "time"]
"""Plain words; a figure; a thing's own number; words from elsewhere; a date or an hour."""
DIGIT: Final = re.compile(r"\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of a line."""

    kind: PieceKind
    text: str
    """As it is printed."""
    figure: str | None = None
    """Key of the figure, of kind "figure" only."""
    page: str | None = None
    """Page of the dashboard it leads to ("isu?isu=12"), of kind "number"."""

    def __post_init__(self) -> None:
        if self.kind == "text" and DIGIT.search(self.text):
            raise ValueError(f"plain words of a briefing hold a number: {self.text!r}")
        if (self.kind == "figure") != (self.figure is not None):
            raise ValueError("a figure names its key, and nothing else does")


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartTable:
    """A table of a part."""

    header: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    numbers: tuple[bool, ...]
    """Which columns hold numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a briefing."""

    key: str
    title: str
    lines: tuple[Line, ...] = ()
    table: PartTable | None = None
    absent: tuple[Line, ...] = ()
    """What this part does not say, and why: a source that is not there is never zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything a briefing says."""

    since: datetime
    until: datetime
    """The moment everything is of."""
    parts: tuple[Part, ...]
    figures: tuple[Figure, ...]
    """Every figure that stands in it, each once, in the order they stand."""
    sample: bool
    """Whether any of it rests on invented data."""
    note: Line = ()
    """What an analyst adds."""

    def figure(self, key: str) -> Figure:
        """The figure of this key. Raises KeyError."""
        for one in self.figures:
            if one.key == key:
                return one
        raise KeyError(key)

    def part(self, key: str) -> Part:
        """The part of this key. Raises KeyError."""
        for one in self.parts:
            if one.key == key:
                return one
        raise KeyError(key)


def compose(template: str, /, **pieces: Piece | Figure | Sequence[Piece]) -> Line:
    """A line of words with pieces in braces: ``compose("Ada {n} aduan.", n=figure)``. Raises ValueError for a digit."""
    line: list[Piece] = []
    for words, name, _, _ in Formatter().parse(template):
        if words:
            line.append(Piece(kind="text", text=words))
        if name is None:
            continue
        piece = pieces[name]
        if isinstance(piece, Figure):
            line.append(show(piece))
        elif isinstance(piece, Piece):
            line.append(piece)
        else:
            line.extend(piece)
    return tuple(line)


def show(figure: Figure) -> Piece:
    """The figure as a piece of a line."""
    return Piece(kind="figure", text=figure.words, figure=figure.key)


def quote(words: str) -> Piece:
    """Words from elsewhere: a title, a name."""
    return Piece(kind="quote", text=words)


def number(said: str, page: str | None = None) -> Piece:
    """A thing's own number, and the page that shows it."""
    return Piece(kind="number", text=said, page=page)


def day_of(moment: datetime, *, zone: str) -> Piece:
    return Piece(kind="time", text=format_day(moment, zone=zone))


def hour_of(moment: datetime, *, zone: str) -> Piece:
    return Piece(kind="time", text=format_hour(moment, zone=zone))


def time_of(moment: datetime, *, zone: str) -> Piece:
    return Piece(kind="time", text=format_time(moment, zone=zone))


def words_of(line: Line) -> str:
    """The line as it is printed."""
    return "".join(piece.text for piece in line)


def lines_of(content: Content) -> Iterator[Line]:
    """Every line and cell, in the order they stand."""
    for part in content.parts:
        yield from part.lines
        if part.table is not None:
            for row in part.table.rows:
                yield from row
        yield from part.absent
    yield content.note


def keep_used(content: Content) -> tuple[Figure, ...]:
    """The figures that stand in the content, each once, in the order they stand."""
    used = [piece.figure for line in lines_of(content) for piece in line if piece.figure is not None]
    known = {figure.key: figure for figure in content.figures}
    return tuple(known[key] for key in dict.fromkeys(used))


def encode_content(content: Content) -> dict[str, Any]:
    """The content as plain JSON."""
    plain = msgspec.to_builtins(content)
    plain["figures"] = [encode_figure(figure) for figure in content.figures]
    return dict(plain)


def decode_content(plain: Mapping[str, Any]) -> Content:
    """The content behind ``encode_content``. Raises BadQuery for a question nobody knows any more."""
    return Content(
        since=datetime.fromisoformat(plain["since"]),
        until=datetime.fromisoformat(plain["until"]),
        parts=msgspec.convert(plain["parts"], tuple[Part, ...]),
        figures=tuple(decode_figure(one) for one in plain["figures"]),
        sample=plain["sample"],
        note=msgspec.convert(plain["note"], Line),
    )


def digest_of(*parts: object) -> str:
    """SHA-256 of the parts as JSON with sorted keys, in hex: what a signature is of."""
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest()
