"""A text made ready for comparison: its normalised words without what changes when a message is passed on.

Links, mentions and emoji go, numbers become "0", and the greetings, calls to share and forwarding headers at either
end (``ENVELOPE``) are taken off. What is left is compared by its shingles: every run of SHINGLE bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from kentongan.text import fingerprint, is_hashtag, is_word, normalised_tokens

SHINGLE: Final = 8
"""Bytes in a shingle. Chosen on simulated posts (seed 7) among 1 to 3 words and 5, 7 and 9 characters: a slip of the
thumb costs few shingles, and other texts of the same template stay below half."""

MIN_BYTES: Final = 56
"""Shorter texts (some eight words, under 50 shingles) are the same only where ``kentongan.text.fingerprint`` is: two
different remarks of eight words easily share most of them."""

MAX_BYTES: Final = 16_384
"""Bytes of a ready text that are compared; what comes behind is not. Some 2,500 words: no message and few articles are
longer, and a text of any length costs at most this much time and memory."""

MAX_CHARACTERS: Final = 4 * MAX_BYTES
"""Characters of a raw text that are read at all."""

GREETINGS: Final = (
    "assalamualaikum", "assalamualaikum wr wb", "assalamualaikum warahmatullahi wabarakatuh", "salam",
    "salam sejahtera", "selamat pagi", "selamat siang", "selamat sore", "selamat malam", "permisi", "halo", "hai",
    "hello", "hello everyone", "good morning", "good evening", "om swastiastu", "shalom", "sampurasun", "kulo nuwun",
    "sugeng enjing", "sugeng siang", "sugeng sonten", "sugeng dalu", "wilujeng enjing", "wilujeng siang",
    "wilujeng sonten", "wilujeng wengi", "horas", "bismillah", "lamo indak basuo", "dunsanak", "sanak", "bapak ibu",
    "semua", "semuanya",
)  # fmt: skip
"""Greetings in Indonesian and the regional languages, and whom they address."""

CALLS: Final = (
    "sebarkan", "sebar", "bantu sebar", "mohon bantu sebarkan", "sebarluaskan", "viralkan", "bantu viralkan",
    "tolong viralkan", "tolong sebarkan", "mohon disebarkan", "bagikan", "bagikan ke yang lain", "bagikan ke semua",
    "share", "tolong share", "share sebanyak-banyaknya", "teruskan", "mohon diteruskan", "tolong diteruskan",
    "diteruskan", "diteruskan berkali-kali", "terusan", "fwd", "fw", "forward", "forwarded", "copas", "salin tempel",
    "repost", "retweet", "tolong retweet", "tolong rt", "cc", "info dari teman", "info dari grup",
    "dapat dari grup", "dari grup", "dari grup sebelah", "dari grup keluarga", "dari grup tetangga", "dari sebelah",
    "sumber grup keluarga", "sumber grup sebelah", "jangan putus di kamu", "jangan berhenti di kamu", "tolong dibaca",
    "mohon dibaca", "waspada", "ini serius", "semoga bermanfaat", "selengkapnya", "baca selengkapnya", "ya", "lho",
    "dong", "min", "#viral", "#viralkan", "#infopenting", "#sebarkan", "#share",
)  # fmt: skip
"""Calls to pass a message on, and the headers that apps and people put before one they passed on."""

ENVELOPE: Final = (*GREETINGS, *CALLS)
MAX_PEELED: Final = 6
"""Phrases taken off each end at most."""

Phrases = dict[str, list[tuple[str, ...]]]


@cache
def envelope_phrases() -> tuple[Phrases, Phrases]:
    """The normalised phrases of ENVELOPE by their first and by their last word, longest first."""
    heads: Phrases = {}
    tails: Phrases = {}
    phrases = {tuple(normalised_tokens(phrase)) for phrase in ENVELOPE}
    for phrase in sorted(phrases, key=lambda phrase: (-len(phrase), phrase)):
        heads.setdefault(phrase[0], []).append(phrase)
        tails.setdefault(phrase[-1], []).append(phrase)
    return heads, tails


def peel_envelope(words: Sequence[str]) -> Sequence[str]:
    """The words between the greetings and calls at both ends."""
    heads, tails = envelope_phrases()
    start, end = 0, len(words)
    for _ in range(MAX_PEELED):
        known = heads.get(words[start]) if start < end else None
        found = next((p for p in known or () if tuple(words[start : start + len(p)]) == p), None)
        if found is None:
            break
        start += len(found)
    for _ in range(MAX_PEELED):
        known = tails.get(words[end - 1]) if start < end else None
        found = next((p for p in known or () if tuple(words[max(start, end - len(p)) : end]) == p), None)
        if found is None:
            break
        end -= len(found)
    return words[start:end]


def mask_token(token: str) -> str:
    """A token as it is compared: nothing for a link, a mention or an emoji, "0" for what has a digit."""
    if token.isalpha() or is_hashtag(token):
        return token
    if not is_word(token):
        return ""
    return "0" if any(sign.isdigit() for sign in token) else token


def ready_text(text: str) -> bytes:
    """The text as it is compared, in UTF-8, at most MAX_BYTES; empty where nothing is left (only a link, emoji)."""
    masked = filter(None, map(mask_token, normalised_tokens(text[:MAX_CHARACTERS])))
    return " ".join(peel_envelope(list(masked))).encode()[:MAX_BYTES]


def content_key(text: str) -> bytes:
    """What two texts must have in common to be the same message: the ready text, or for short ones the fingerprint.

    Empty for a text without words (only a link, mentions, emoji): it is the same as no other.
    """
    ready = ready_text(text)
    if len(ready) >= MIN_BYTES:
        return ready
    return fingerprint(text[:MAX_CHARACTERS]).encode()
