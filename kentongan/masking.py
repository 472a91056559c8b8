"""Masks what names a person in citizens' words before they are shown: phone numbers, mail and identity numbers."""

from __future__ import annotations

import re

from kentongan.text import clean

MAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
PHONE = re.compile(r"(?<![\d.,])(?:\+\s?62|62|0)[\s.()-]{0,3}(?:8\d|[2-79]\d)(?:[\s.()-]{0,2}\d){5,11}(?!\d)")
"""Indonesian numbers: +62, 62 or 0, then 8 (mobile) or an area code, 9 to 14 digits in all, however they are spaced."""
GROUPED = re.compile(r"(?<![\d.,])\d{4}(?:[ -]\d{4}){2,3}(?!\d)")
"""Card, account and identity numbers written in groups of four."""
RUN = re.compile(r"\d{10,}")
"""Digits in a row: a NIK or a KK has 16, accounts 10 and more. A sum of money has points or is shorter."""

MAIL_MASK = "[surel]"
NUMBER_MASK = "[nomor]"


def mask_words(text: str) -> str:
    """The text, cleaned of invisible characters first (they would split a number), with what names people masked.

    The masks are made for what lists and pages show; they do not make a text anonymous.
    """
    masked = MAIL.sub(MAIL_MASK, clean(text))
    for pattern in (PHONE, GROUPED, RUN):
        masked = pattern.sub(NUMBER_MASK, masked)
    return masked
