"""Reads the JSONL that commands take: ``{"id", "text"}`` lines of a file, or of standard input for "-"."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from kentongan.commands.output import say
from kentongan.errors import NotFound


class Line(msgspec.Struct):
    """One input line; other keys are ignored."""

    text: str
    id: str | int | None = None


def require_input(name: str) -> None:
    """Raise NotFound where there is no such file, before anything slow is loaded."""
    if name != "-" and not Path(name).is_file():
        raise NotFound(f"Berkas {name} tidak ada.")


@contextmanager
def open_input(name: str) -> Iterator[BinaryIO]:
    """The file, or standard input for "-". Raises NotFound."""
    require_input(name)
    if name == "-":
        yield sys.stdin.buffer
        return
    with Path(name).open("rb") as file:
        yield file


def read_lines(lines: Iterable[bytes], refused: list[int]) -> Iterator[Line]:
    """The readable lines; the numbers of the others are appended to ``refused``."""
    decoder = msgspec.json.Decoder(Line)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            read = decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            readable = isinstance(error, msgspec.ValidationError)
            fault = 'bukan objek dengan "text" berupa teks' if readable else "bukan JSON yang benar"
            say(f"baris {number} dilewati: {fault} ({error}).")
            refused.append(number)
            continue
        yield read if read.id is not None else Line(text=read.text, id=number)
