"""Takes out of a complaint's words what names the person who wrote it, before anybody but those who answer reads them.

Numbers, mail addresses, plates of vehicles, house numbers, and the reporter's own name where it stands in the text.
Streets, RT and RW stay: a complaint is about a place. The rules only mask what is surely such a thing; they do not make
a text anonymous, and what somebody else is called stays.
"""

from __future__ import annotations

import re

from kentongan.masking import NUMBER_MASK, mask_words
from kentongan.text import clean

NAME_MASK = "[pelapor]"
PLATE_MASK = "[pelat]"
HOUSE_MASK = "[rumah]"

TELLS_NAME = r"\b(?:nama|atas nama|a\.?n\.?|saya|pelapor)\b[\s:,]*(?:saya|adalah|bernama)?[\s:,]*"
"""Words behind which a name comes, whatever its case."""

MASKS = re.compile(r"\[\w+\]")

SHORTEST_PART = 3
"""Letters a part of a name must have to be masked by itself: "Sri" is a name, "M." is not."""
TITLES = frozenset(
    "bapak ibu bpk pak bu haji hajah drs dra prof kyai ustad ustaz binti bin".split()  # noqa: SIM905 - a list of words
)
"""Words of a name field that are nobody's name."""

NIK = re.compile(r"(?<!\d)\d{2}[ .-]?\d{2}[ .-]?\d{2}[ .-]?\d{2}[ .-]?\d{2}[ .-]?\d{2}[ .-]?\d{4}(?!\d)")
"""A NIK or KK number however it is grouped: province, regency, district, birth date, serial."""

AREAS = (
    "A|B|D|E|F|G|H|K|L|M|N|P|R|S|T|W|Z|AA|AB|AD|AE|AG|BA|BB|BD|BE|BG|BH|BK|BL|BM|BN|BP|DA|DB|DC|DD|DE|DG|DH|DK|DL|DM|DN|"
    "DP|DR|DS|DT|DW|EA|EB|ED|KB|KH|KT|KU|PA|PB|PS|PT"
)
"""Area codes of vehicle plates (Peraturan Kepolisian 7/2021, annex)."""
PLATE = re.compile(rf"(?<![\w/-])(?:{AREAS})[ -]?[1-9]\d{{0,3}}[ -]?(?!RT|RW|KM|KG|KK|NO|DI|KE)[A-Z]{{1,3}}(?![\w/])")
"""A plate in capitals; "RT 5 RW 3" and "B 12 KM" are none."""
TOLD_PLATE = re.compile(
    rf"(?i)\b(plat|pelat|nopol|nomor polisi|no\.? pol(?:isi)?\.?)(\s*(?:nomor|no\.?)?\s*:?\s*)"
    rf"(?:{AREAS})[ -]?[1-9]\d{{0,3}}[ -]?[a-z]{{1,3}}\b"
)
"""A plate in any case, behind a word that announces one."""

HOUSE = re.compile(
    r"(?i)\b((?:jl|jln|jalan|gg|gang|blok|perum|perumahan|komplek|kompleks|rumah saya|rumah kami)\b\.?[^\n,;!?]{0,60}?"
    r"(?:,\s*)?\b(?:no|nomor|nomer|nmr)\b\.?\s*:?\s*)\d{1,4}(?:\s?[a-z]\b)?(?![\w.]*\d)"
)
"""The house number behind a street, a block or "rumah saya"."""
NUMBERED = re.compile(r"\b(?:no|nomor|nomer|nmr)\b")
"""What stands before a house number."""
LIKE_PLATE = re.compile(r"[A-Z][ -]?\d{1,4}[ -]?[A-Z]")
LONG = re.compile(r"(?:\d[^\w\n]{0,3}){8}")
"""Eight digits with at most some marks between them: without them there is no telephone and no identity number."""
DIGIT = re.compile(r"\d")
BLOCK = re.compile(r"(?i)\b(blok\s+)([a-z]{1,2}\s?[-/.]?\s?\d{1,3}(?:\s?[-/]\s?\d{1,3})?)\b")
"""A house in an estate: "blok C5/12"."""


def mask_complaint(text: str, *, name: str = "") -> str:
    """The text as it may be shown: cleaned, and with what names its writer masked. Masking twice changes nothing."""
    masked = clean(text)
    if name.strip():
        masked = mask_name(masked, name)
    if not DIGIT.search(masked):
        return mask_words(masked) if "@" in masked else masked
    # Whether a rule can match at all is much cheaper to see than that it does not.
    lower = masked.lower()
    if LONG.search(masked):
        masked = mask_words(NIK.sub(NUMBER_MASK, masked))
    elif "@" in masked:
        masked = mask_words(masked)
    if "pol" in lower or "plat" in lower or "pelat" in lower:
        masked = TOLD_PLATE.sub(rf"\g<1>\g<2>{PLATE_MASK}", masked)
    if LIKE_PLATE.search(masked) and not MASKS.sub("", masked).isupper():
        # In a text without small letters any word looks like part of a plate.
        masked = PLATE.sub(PLATE_MASK, masked)
    if NUMBERED.search(lower):
        masked = HOUSE.sub(rf"\g<1>{HOUSE_MASK}", masked)
    if "blok" in lower:
        masked = BLOCK.sub(rf"\g<1>{HOUSE_MASK}", masked)
    return masked


def mask_name(text: str, name: str) -> str:
    """The text without the reporter's own name: whole in any case, its parts where they are written as names."""
    parts = [part for part in re.findall(r"[^\W\d_][\w'’.-]*", clean(name)) if part.lower().strip(".") not in TITLES]
    if not parts:
        return text
    whole = r"[\s.,]+".join(re.escape(part) for part in parts)
    masked = re.sub(rf"(?i)(?<!\w){whole}(?!\w)", NAME_MASK, text)
    for part in parts:
        bare = part.strip(".")
        if len(bare) >= SHORTEST_PART:
            written = "|".join(
                {re.escape(bare.capitalize()), re.escape(bare.upper()), re.escape(bare)} - {bare.lower()}
            )
            if written:
                masked = re.sub(rf"(?<![\w\[])(?:{written})(?![\w\]])", NAME_MASK, masked)
            # In small letters only behind words that say that a name comes: "nama saya budi".
            masked = re.sub(rf"(?i)({TELLS_NAME}){re.escape(bare)}(?!\w)", rf"\g<1>{NAME_MASK}", masked)
    return re.sub(
        rf"(?:{re.escape(NAME_MASK)}\s*){{2,}}", lambda m: NAME_MASK + (" " if m[0][-1].isspace() else ""), masked
    )
