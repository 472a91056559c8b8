"""Masks personal data in the words of a case, the same value by the same mask in every document of a working copy.

Conservative: what may be a number, a link, a plate or an address goes, even where it is harmless. It does not make a
text anonymous: names are masked only as they are given, numbers in words and what a reader can put together stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, Literal, get_args

from kentongan.masking import GROUPED, MAIL, PHONE, RUN
from kentongan.text import LINK, clean

MaskKind = Literal[
    "nama", "tautan", "surel", "akun", "koordinat", "NIK", "NPWP", "rekening", "telepon", "nomor", "tanggal lahir",
    "alamat", "kendaraan",
]  # fmt: skip
"""What is masked, by the word that stands in its place."""

MASK_KINDS: tuple[MaskKind, ...] = get_args(MaskKind)

ACCOUNT: Final = (
    r"[@＠]\w[\w.]{0,63}(?:[@＠][\w-]{1,63}(?:\.[\w-]{1,63}){1,4})?"
    r"|(?<!\w)(?i:ig|insta|instagram|tiktok|twitter|fb|facebook|telegram|line|akun)\s?[:=]\s?\w[\w.]{2,63}"
)
"""A handle with its sign, and what stands after a platform's name and a colon."""
COORDINATES: Final = r"-?\d{1,2}[.,]\d{3,}\s?[,;/ ]\s?-?\d{2,3}[.,]\d{3,}"
NIK: Final = r"(?<!\d)(?:\d[ .-]?){15}\d(?!\d)"
"""Sixteen digits, however they are spaced: a NIK or a KK (Permendagri on population numbers; both have 16)."""
NPWP: Final = r"(?<!\d)\d{2}\.\d{3}\.\d{3}\.\d-\d{3}\.\d{3}(?!\d)"
BANK: Final = (
    r"(?<!\w)(?i:rek(?:ening)?|norek|bca|bri|bni|btn|bsi|mandiri|danamon|permata|cimb|virtual account|va|dana|ovo"
    r"|gopay)(?!\w)[^\d\n]{0,20}\d(?:[ -]?\d){6,19}(?!\d)"
)
"""Seven digits and more after the name of a bank or the word account; a sum with points is none."""
BARE_PHONE: Final = r"(?<![\d.,])8\d{1,2}[ .-]\d{3,4}[ .-]\d{3,5}(?!\d)"
"""A mobile number without its nought."""
BIRTH: Final = r"(?<!\w)(?i:ttl|lahir|tgl lahir)(?!\w)[^\d\n]{0,40}\d{1,2}[ /.-]\w{1,9}[ /.-]\d{2,4}"
PLATE_AREAS: Final = (
    "A[ABDEG]?|B[ABDEGHKLMNP]?|D[ABCDEGHKLMNPRTW]?|E[ABD]?|F|G|H|K[BHTU]?|L|M|N|P[ABS]?|R|S|T|W|Z"
)  # fmt: skip
PLATE: Final = (
    rf"(?<![A-Za-z0-9])(?:(?:{PLATE_AREAS})[ .-]?\d{{1,4}}[ .-]?[A-Z]{{1,3}}"
    rf"|(?i:{PLATE_AREAS})[ .-]?\d{{3,4}}[ .-]?[a-z]{{2,3}})(?![A-Za-z0-9])"
)
"""A number plate: the letters of an area, one to four digits, up to three letters; in small letters only the long."""
STREET: Final = r"(?i:jl|jln|jalan|gg|gang|perum|perumahan|komplek|kompleks|dusun|dsn|kampung|kp)\b\.?"
ADDRESS: Final = (
    r"(?<!\w)(?:(?i:rt\s?/\s?rw)[ .:]{0,3}\d{1,3}(?:\s?/\s?\d{1,3})?"
    r"|(?i:rt)[ .:]{0,3}\d{1,3}(?:[ ,/]{0,3}(?i:rw)[ .:]{0,3}\d{1,3})?|(?i:rw)[ .:]{0,3}\d{1,3}"
    r"|(?i:blok)\s[A-Za-z]{1,2}[ -]?\d{0,3}(?:[ /,]{0,2}(?i:no)?[ .]{0,2}\d{1,3})?"
    r"|(?i:kode\s?pos)[ :]{0,2}\d{5}"
    rf"|{STREET}\s?(?:[^\W\d][\w.'-]{{0,30}}[ ,]{{1,2}}){{1,5}}"
    r"(?:(?i:no|nomor|kav|blok)[ .:]{0,3})?\d{1,4}[A-Za-z]?(?!\d)"
    rf"|{STREET}\s?(?:[A-Z][\w.'-]{{0,30}}[ ]?){{1,4}})"
)
"""RT and RW, a block, a postal code; a street with its number, or with capitalised words. "jalan rusak" stays."""

PATTERNS: Final[tuple[tuple[MaskKind, str], ...]] = (
    ("tautan", LINK),
    ("surel", MAIL.pattern),
    ("akun", ACCOUNT),
    ("koordinat", COORDINATES),
    ("NPWP", NPWP),
    ("NIK", NIK),
    ("rekening", BANK),
    ("telepon", rf"{PHONE.pattern}|{BARE_PHONE}"),
    ("tanggal lahir", BIRTH),
    ("alamat", ADDRESS),
    ("kendaraan", PLATE),
    ("nomor", rf"{GROUPED.pattern}|(?<!\d){RUN.pattern}"),
)
"""In the order in which they are tried where several begin at one place."""

LEAST_NAME = 3
"""Shortest name or account that is masked, in characters: two letters are in every other word."""


class Masker:
    """Masks texts; one for all texts of a copy, so that the same value has the same mask throughout."""

    def __init__(self, *, names: Iterable[str] = (), accounts: Iterable[str] = ()) -> None:
        """``names`` are of persons, ``accounts`` handles or names that accounts show; both as they are written."""
        self._numbers: dict[tuple[MaskKind, str], int] = {}
        self._counts: dict[MaskKind, int] = dict.fromkeys(MASK_KINDS, 0)
        groups = [("nama", names_pattern(names)), ("akun", names_pattern(accounts)), *PATTERNS]
        self._kinds: list[MaskKind] = []
        parts = []
        for number, (kind, pattern) in enumerate(groups):
            self._kinds.append(kind)  # type: ignore[arg-type]
            parts.append(f"(?P<g{number}>{pattern})")
        self._pattern = re.compile("|".join(parts))

    @property
    def counts(self) -> Mapping[MaskKind, int]:
        """How often each kind was masked so far; never what was masked."""
        return dict(self._counts)

    def mask(self, text: str) -> str:
        """The text, cleaned first (invisible characters and letters in fancy styles would hide a number), masked."""
        return self._pattern.sub(self._replace, clean(text))

    def _replace(self, found: re.Match[str]) -> str:
        group = found.lastgroup
        if group is None:
            raise RuntimeError("a pattern of personal data has a group of its own")
        kind = self._kinds[int(group[1:])]
        value = re.sub(r"[\W_]", "", found.group()).casefold()
        if kind == "telepon":
            # +62 812, 0812 and 812 are one number.
            value = re.sub(r"^(?:62|0)+", "", value)
        number = self._numbers.setdefault((kind, value), 1 + sum(one == kind for one, _ in self._numbers))
        self._counts[kind] += 1
        tail = " " if found.group().endswith(" ") else ""
        return f"[{kind} {number}]{tail}"


def names_pattern(names: Iterable[str]) -> str:
    """A pattern for names as they are written, whatever stands between their words ("Siti Aminah", "siti_aminah").

    Longer names first; one that is shorter than ``LEAST_NAME`` is left out. Matches nothing where none is left.
    """
    written = {tuple(re.findall(r"\w+", clean(name).replace("_", " "))) for name in names}
    long_enough = [words for words in written if len("".join(words)) >= LEAST_NAME]
    kept = sorted(long_enough, key=lambda words: (-len("".join(words)), words))
    # A single word must stand alone; several together are a name also inside a longer handle.
    said = [
        rf"(?<![^\W_]){re.escape(words[0])}(?![^\W_])" if len(words) == 1 else r"[\W_]{0,3}".join(map(re.escape, words))
        for words in kept
    ]
    return f"(?i:{'|'.join(said)})" if said else r"(?!)"
