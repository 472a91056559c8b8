"""Reads the numbers people give things by: "PRG-12", "prg 12" and "12" are the same."""

from __future__ import annotations

import re

from kentongan.errors import NotFound


def read_said_number(said: str, *, example: str, what: str) -> int:
    """The id behind a number as somebody says it, with or without the letters of ``example`` ("PRG-12").

    ``what`` is the thing in Indonesian ("peringatan"). Raises NotFound for anything else.
    """
    letters = example.partition("-")[0]
    found = re.fullmatch(rf"(?:{letters}[\s-]*)?0*([1-9][0-9]{{0,17}})", said.strip(), re.IGNORECASE)
    if found is None:
        raise NotFound(f"Nomor {what} {said[:40]!r} tidak terbaca.", hint=f"Tulis seperti {example}.")
    return int(found[1])
