"""How the command of tips reads its input and shows a tip: as a JSON line, or as a row of a table."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kentongan.errors import NotFound

if TYPE_CHECKING:
    from analysis.claims import ClaimMatcher
    from casework.incidents.dangers import Danger
    from casework.tip_answers import Answer
    from casework.tips import Tip
    from search.store import Store

MOST_READ = 1_000_000
"""Most bytes read of a text: several times what a tip may hold, so that a longer one is refused in words."""
SHOWN = 60
"""Letters of a tip in a table."""


def row_of(tip: Tip, now: datetime, *, danger: Danger | None = None) -> dict[str, object]:
    """A tip for a program; times in UTC. Its words are masked. ``danger`` is that of its story."""
    left = tip.remaining(now)
    return {
        "number": tip.number,
        "state": tip.state,
        "channel": tip.channel,
        "received_at": tip.received_at,
        "due_at": tip.due_at,
        "minutes_left": None if left is None else int(left / timedelta(minutes=1)),
        "overdue": tip.is_overdue(now),
        "text": tip.words,
        "link": tip.link,
        "picture": tip.picture,
        "story": tip.story,
        "document": tip.story_document,
        "story_score": tip.story_score,
        "story_joined": tip.story_joined,
        "factchecks": tip.claims,
        "reason": tip.reason or tip.match_fault,
        "danger": None if danger is None else f"{danger.number} {danger.state}",
    }


def line_of(tip: Tip, now: datetime, *, danger: Danger | None = None) -> dict[str, object]:
    """A tip for a person's table."""
    from casework.incidents.dangers import STATE_WORDS as DANGER_WORDS
    from casework.tips import CHANNEL_WORDS, STATE_WORDS

    said = " ".join((tip.words or tip.link or ("(gambar)" if tip.picture else "(tanpa isi)")).split())
    same = sum(claim.band == "same" for claim in tip.claims or ())
    return {
        "nomor": tip.number,
        "status": STATE_WORDS[tip.state],
        "sisa": remaining_words(tip.remaining(now)),
        "kanal": CHANNEL_WORDS[tip.channel],
        "isi": said if len(said) <= SHOWN else said[: SHOWN - 1] + "…",
        "cerita": DANGER_WORDS[danger.state]
        if danger
        else {None: "-", "auto": "cocok", "suggested": "disarankan", "person": "ditetapkan"}[tip.story_joined],
        "cek fakta": "-" if not tip.claims else f"{same} sama, {len(tip.claims) - same} terkait",
    }


def remaining_words(left: timedelta | None) -> str:
    """Time left on the clock for a person: "2 jam 5 menit", "TERLAMBAT 40 menit"; "-" where no clock runs."""
    if left is None:
        return "-"
    minutes = int(abs(left) / timedelta(minutes=1))
    hours, rest = divmod(minutes, 60)
    words = f"{hours} jam {rest} menit" if hours else f"{rest} menit"
    return words if left > timedelta(0) else f"TERLAMBAT {words}"


def answer_row(answer: Answer) -> dict[str, object]:
    """An answer for a program."""
    return {
        "number": f"LH-{answer.tip:06d}",
        "answer": answer.number,
        "text": answer.text,
        "source": answer.source,
        "document": answer.source_document,
        "version": answer.source_version,
        "url": answer.url,
        "at": answer.at,
        "by": answer.actor_name,
    }


def claims_of(store: Store) -> ClaimMatcher:
    from casework.claim_matching import open_claims

    return open_claims(store)


def read_words(given: str) -> str:
    """The words themselves, or standard input for "-"."""
    return sys.stdin.buffer.read(MOST_READ).decode("utf-8", "replace") if given == "-" else given


def read_file(file: Path, *, most: int = MOST_READ) -> bytes:
    """At most ``most`` bytes of a file. Raises NotFound where it cannot be read."""
    try:
        with file.open("rb") as opened:
            return opened.read(most)
    except OSError as error:
        raise NotFound(f"Berkas {file} tidak terbaca: {error.strerror}.") from error
