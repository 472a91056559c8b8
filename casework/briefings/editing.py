"""Lets a person change the words of a draft, and never its numbers.

A person edits a line as it is printed. Its numbers must stand there as they stood, in the same order; some may go with
a sentence that is left out, none may change or come in. What is spelled out in words ("dua belas") no program can hold
against a figure: whoever signs reads it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.briefings.content import DIGIT, Content, Line, Part, Piece, decode_content, encode_content, keep_used
from casework.briefings.making import lock_briefing, record_act
from casework.briefings.records import Briefing, Head, as_briefing
from casework.people import check_words
from casework.roles import Actor
from kentongan.errors import KentonganError, NotFound
from kentongan.times import MONTHS_ID

MAX_LINE: Final = 600
"""Longest line, in characters: six lines of paper."""
MAX_NOTE: Final = 1_000
"""Longest note: the paper has two pages."""
MAX_HEAD: Final = 200
HEAD_WORDS: Final = {"to": "Kepada", "sender": "Dari", "number": "Nomor", "nature": "Sifat", "subject": "Hal"}
HOUR: Final = r"[0-2]?\d\.[0-5]\d(?: ?(?:WIB|WITA|WIT))"
DATE: Final = rf"[0-3]?\d (?:{'|'.join(MONTHS_ID)}) \d{{4}}"
TIME: Final = re.compile(rf"\b(?:{DATE}(?: {HOUR})?|{HOUR}|(?<=pukul )[0-2]?\d\.[0-5]\d)\b")
"""A date or an hour as papers write them; these are no figures."""
NUMBER: Final = re.compile(r"\d(?:[\d.,]*\d)?%?")
Change = Callable[[Content], Content]


def edit_line(
    session: Session, briefing: int, *, part: str, line: int, words: str, actor: Actor, version: int, now: datetime,
    via: str | None = None,
) -> Briefing:  # fmt: skip
    """Write one line (from 0) of a part anew; empty words leave it out.

    Raises NotAllowed, NotFound, Conflict where the draft was changed meanwhile, KentonganError for a changed number.
    """

    def change(content: Content) -> Content:
        found = find_part(content, part)
        if not 0 <= line < len(found.lines):
            raise NotFound(f"Bagian {found.title} tidak punya baris itu.", hint=f"Barisnya {len(found.lines)}.")
        made = align_words(check_length(words, most=MAX_LINE), found.lines[line])
        lines = (*found.lines[:line], *([made] if made else []), *found.lines[line + 1 :])
        changed = replace(found, lines=lines)
        return replace(content, parts=tuple(changed if one.key == part else one for one in content.parts))

    return change_content(
        session, briefing, change, what=f"{part}:{line}", words=words, actor=actor, version=version, now=now, via=via
    )


def edit_note(
    session: Session, briefing: int, *, words: str, actor: Actor, version: int, now: datetime, via: str | None = None
) -> Briefing:
    """Write the note below a briefing; empty words take it away. Its numbers must be figures of the paper. Raises as
    ``edit_line``."""

    def change(content: Content) -> Content:
        text = check_length(words, most=MAX_NOTE)
        pieces = [Piece(kind="figure", text=one.words, figure=one.key) for one in content.figures]
        named = [
            p for part in content.parts for line in part_lines(part) for p in line if p.kind in ("number", "quote")
        ]
        return replace(content, note=align_words(text, [*pieces, *named], ordered=False))

    return change_content(
        session, briefing, change, what="catatan", words=words, actor=actor, version=version, now=now, via=via
    )


def edit_head(
    session: Session, briefing: int, *, actor: Actor, version: int, now: datetime, to: str | None = None,
    sender: str | None = None, number: str | None = None, nature: str | None = None, subject: str | None = None,
    via: str | None = None,
) -> Briefing:  # fmt: skip
    """Change lines of the head; None leaves one as it is. Raises as ``edit_line``."""
    actor = authorise(session, actor, action="briefings.edit", now=now)
    row = lock_briefing(session, briefing, version=version)
    given = {"to": to, "sender": sender, "number": number, "nature": nature, "subject": subject}
    said = {name: check_words(HEAD_WORDS[name], words)[:MAX_HEAD] for name, words in given.items() if words is not None}
    if not said:
        raise KentonganError("Tidak ada yang diubah.")
    for name in said.keys() - {"number"}:
        align_words(said[name], ())  # no number without a figure in the head either; dates may stand there
    row.head = msgspec.to_builtins(replace(Head(**row.head), **said))
    session.flush()
    detail = {"bagian": "kepala", **said}
    record_act(session, row, act="edited", action="briefings.edit", detail=detail, actor=actor, now=now, via=via)
    return as_briefing(row)


def change_content(
    session: Session, briefing: int, change: Change, *, what: str, words: str, actor: Actor, version: int,
    now: datetime, via: str | None,
) -> Briefing:  # fmt: skip
    """Change what a draft says, and note it."""
    actor = authorise(session, actor, action="briefings.edit", now=now)
    row = lock_briefing(session, briefing, version=version)
    content = change(decode_content(row.content))
    row.content = encode_content(replace(content, figures=keep_used(content)))
    row.edited = True
    session.flush()
    record_act(
        session, row, act="edited", action="briefings.edit", detail={"bagian": what}, note=words.strip() or None,
        actor=actor, now=now, via=via,
    )  # fmt: skip
    return as_briefing(row)


def align_words(words: str, pieces: Sequence[Piece], *, ordered: bool = True) -> Line:
    """The words with the pieces they hold as pieces again; ``ordered``: each at most once, in the order given.

    Raises KentonganError for a number that is none of them.
    """
    fixed = [piece for piece in pieces if piece.kind != "text"]
    line: list[Piece] = []
    at = first = 0
    while at < len(words):
        start, end, chosen, place = len(words), len(words), None, first
        for index in range(first, len(fixed)):
            found = find_piece(fixed[index].text, words, at)
            if found is not None and (found < start or (found == start and found + len(fixed[index].text) > end)):
                start, end = found, found + len(fixed[index].text)
                chosen, place = fixed[index], index + 1
        time = TIME.search(words, at)
        if time is not None and time.start() <= start and time.end() >= (end if time.start() == start else 0):
            if chosen is None or chosen.kind != "time" or time.start() < start:
                chosen, place = Piece(kind="time", text=time[0]), first
            start, end = time.start(), time.end()
        add_plain(line, words[at:start])
        if chosen is not None:
            line.append(chosen)
            first = place if ordered else 0
        at = end
    return tuple(line)


def add_plain(line: list[Piece], words: str) -> None:
    """Plain words behind the line. Raises KentonganError where a number stands in them."""
    if DIGIT.search(words):
        found = NUMBER.search(words)
        said = found[0] if found else words.strip()
        raise KentonganError(
            f"Angka {said} bukan angka di tempat itu.",
            hint="Kata-kata boleh diubah, angka dan urutannya tidak; angka lain disusun ulang dari datanya.",
        )
    if words:
        line.append(Piece(kind="text", text=words))


def find_piece(text: str, words: str, at: int) -> int | None:
    """Where a piece stands whole from ``at`` on; a number never inside a longer one."""
    found = re.compile(rf"(?<![\w.,]){re.escape(text)}(?![\w%]|[.,]\d)").search(words, at)
    return None if found is None else found.start()


def part_lines(part: Part) -> list[Line]:
    """Every line and cell of a part."""
    return [*part.lines, *(cell for row in (part.table.rows if part.table else ()) for cell in row), *part.absent]


def find_part(content: Content, key: str) -> Part:
    """The part of this key. Raises NotFound."""
    try:
        return content.part(key)
    except KeyError:
        known = ", ".join(one.key for one in content.parts)
        raise NotFound(f"Nota dinas tidak punya bagian {key[:40]!r}.", hint=f"Bagiannya: {known}.") from None


def check_length(words: str, *, most: int) -> str:
    """The words on one line. Raises KentonganError where they are too long."""
    folded = " ".join(words.split())
    if len(folded) > most:
        raise KentonganError(f"Terlalu panjang: {len(folded)} karakter, paling banyak {most}.")
    return folded
