"""What an issue is called: its topic, its strongest words and its place, in plain Indonesian.

No account enters a title, and no word that stands in an account's name: who posts much is no topic. What nobody has
confirmed and people might act on (a rumour of danger) is called news to be checked, never told as a fact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from casework.trends.hours import SOURCE
from casework.trends.posts import HASHTAG, TERM
from casework.trends.reasons import Why
from kentongan.masking import mask_words
from kentongan.text import tokens
from kentongan.topic_words import TOPIC_WORDS

NO_TOPIC: Final = "Berbagai topik"
TO_CHECK: Final = "(perlu dipastikan)"
MOST_WORDS: Final = 2
"""Terms and hashtags of a title."""
LONGEST: Final = 200
SHORTEST_NAME: Final = 3
"""Letters from which a part of an account's name is taken for a name."""


def title_issue(
    why: Why, *, key: str, accounts: Iterable[str], held: bool, place_name: Callable[[str], str | None]
) -> str:
    """The title of an issue with these reasons; ``place_name`` gives the words for a region's code."""
    region = None if why.region is None else place_name(why.region)
    # The place is said once, and in full.
    words = choose_words(why, key, name_parts(accounts) | frozenset(tokens(region or "")))
    topic = TOPIC_WORDS.get(why.topic or "", NO_TOPIC)
    # What to look into stands before the place, so that a narrow list cuts off the place and not the thing.
    parts = [", ".join(f"“{word}”" for word in words)] if words else []
    if region:
        parts.append(region)
    if not parts and key.startswith(SOURCE):
        parts.append(f"lebih banyak dari sumber {key.removeprefix(SOURCE)}")
    said = ", ".join(parts) or "lebih ramai daripada biasanya"
    title = mask_words(f"Kabar {said} {TO_CHECK}" if held else f"{topic}: {said}")
    return title if len(title) <= LONGEST else f"{title[: LONGEST - 1]}…"


def choose_words(why: Why, key: str, left_out: frozenset[str]) -> list[str]:
    """The strongest terms and hashtags; the leading series' own where none stands out."""
    strongest = sorted(
        (reason for reason in why.reasons if reason.what in ("term", "hashtag")),
        key=lambda reason: (-reason.inside * reason.z, reason.value),
    )
    words = [reason.value for reason in strongest]
    if not words and key.startswith((TERM, HASHTAG)):
        words = [key.removeprefix(TERM) if key.startswith(TERM) else "#" + key.removeprefix(HASHTAG)]
    chosen: list[str] = []
    for word in words:
        if not any(part in left_out for part in tokens(word.replace("#", " "))) and not repeats(word, chosen):
            chosen.append(word)
    return chosen[:MOST_WORDS]


def repeats(word: str, chosen: Sequence[str]) -> bool:
    """Whether a word says what another one says already: "harga naik" after "naik lagi", or after "#harganaik"."""
    bare = word.replace("#", "").replace(" ", "")
    return any(
        not set(word.split()).isdisjoint(one.split()) or bare in said or said in bare
        for one, said in ((one, one.replace("#", "").replace(" ", "")) for one in chosen)
    )


def name_parts(accounts: Iterable[str]) -> frozenset[str]:
    """The words in accounts' names."""
    return frozenset(part for account in accounts for part in tokens(account.lstrip("@")) if len(part) >= SHORTEST_NAME)
