"""What an encoder reads of a text: cleaned, in lower case, links and mentions as one word each, drawn-out letters cut.

Two texts that read the same get the same answer, so a copy with another link or another mention costs no second
inference. Vocabulary, pretraining, fine-tuning and serving all call ``read_text`` and nothing else.
"""

from __future__ import annotations

import re

from kentongan.characters import clean

LINK_WORD = "[TAUTAN]"
"""Stands for any link."""
ACCOUNT_WORD = "[AKUN]"
"""Stands for any mention."""
MAX_CHARS = 2000
"""A longer text is read up to here: what it is about is said by then, and a megabyte costs no more."""

LINK = re.compile(r"(?:https?://|www\.)\S+|\bpic\.twitter\.com/\S+|\bt\.co/\w+", re.IGNORECASE)
MENTION = re.compile(r"(?<![\w@])@\w+")
RUN = re.compile(r"(\D)\1{2,}")
BLANKS = re.compile(r"\s+")


def read_text(text: str, max_chars: int = MAX_CHARS) -> str:
    """The text as the encoder's tokenizer gets it; empty where nothing can be read. Idempotent.

    More than two of the same character in a row become two, digits aside ("1000" is a number).
    """
    plain = clean(text[:max_chars])
    plain = MENTION.sub(f" {ACCOUNT_WORD} ", LINK.sub(f" {LINK_WORD} ", plain))
    parts = re.split(rf"({re.escape(LINK_WORD)}|{re.escape(ACCOUNT_WORD)})", plain)
    lowered = "".join(part if part in (LINK_WORD, ACCOUNT_WORD) else RUN.sub(r"\1\1", part.lower()) for part in parts)
    return BLANKS.sub(" ", lowered).strip()


def says_something(reading: str) -> bool:
    """Whether a reading has anything in it but links and mentions."""
    return bool(reading.replace(LINK_WORD, "").replace(ACCOUNT_WORD, "").strip())
