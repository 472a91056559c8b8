"""The words of a verdict: its statuses and kinds, which go together, and what people must say with them.

The kinds are First Draft's seven types of mis- and disinformation (Wardle, C. and Derakhshan, H., 2017, Information
Disorder, Council of Europe DGI(2017)09), with the Indonesian names that MAFINDO's checkers use, and ``scam``, which
Indonesian fact-checks are full of and the seven do not name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, get_args
from urllib.parse import urlsplit

from kentongan.errors import KentonganError
from kentongan.text import is_word, normalised_tokens

Outcome = Literal["false", "misleading", "true", "satire_or_opinion", "not_enough_evidence"]
"""What two persons can decide."""
Status = Literal["unchecked", "under_review"] | Outcome
"""Where a story stands: nobody looked, two persons are at it, or what they decided."""
FalsehoodKind = Literal[
    "scam", "impostor", "fabricated", "manipulated", "false_context", "false_connection", "misleading", "satire"
]
"""In which way a message misleads; apart from how false it is."""

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
FALSEHOOD_KINDS: tuple[FalsehoodKind, ...] = get_args(FalsehoodKind)

STATUS_WORDS: dict[Status, str] = {
    "unchecked": "belum diperiksa",
    "under_review": "sedang diperiksa",
    "false": "salah",
    "misleading": "menyesatkan",
    "true": "benar",
    "satire_or_opinion": "satire atau opini",
    "not_enough_evidence": "bukti belum cukup",
}
KIND_WORDS: dict[FalsehoodKind, str] = {
    "scam": "penipuan",
    "impostor": "konten tiruan",
    "fabricated": "konten palsu",
    "manipulated": "konten yang dimanipulasi",
    "false_context": "konteks yang salah",
    "false_connection": "koneksi yang salah",
    "misleading": "konten yang menyesatkan",
    "satire": "satire atau parodi",
}

CHANNELS: dict[str, str] = {
    "situs": "situs resmi",
    "siaran_pers": "siaran pers",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "tiktok": "TikTok",
    "x": "X",
    "youtube": "YouTube",
    "telegram": "Telegram",
    "whatsapp": "WhatsApp",
    "radio": "radio",
    "televisi": "televisi",
    "media": "media massa",
}
"""Where a clarification can go out, with the words a person reads."""

KINDS_OF: dict[Outcome, frozenset[FalsehoodKind | None]] = {
    "false": frozenset(
        {"scam", "impostor", "fabricated", "manipulated", "false_context", "false_connection", "misleading"}
    ),
    "misleading": frozenset({"manipulated", "false_context", "false_connection", "misleading"}),
    "true": frozenset({None}),
    "satire_or_opinion": frozenset({"satire", None}),
    "not_enough_evidence": frozenset({None}),
}
"""The kinds that go with each outcome; None where it stands without one. A scam, an impostor and a fabrication are
false, not merely misleading; an opinion is no satire and has no kind."""

MIN_REASON_WORDS = 5
"""Fewest different words of a reason. A floor against "hoaks" and "sudah jelas", chosen by us: five words are about the
shortest sentence that names what was found and where. Whether the reason is good only the second person can tell."""
MAX_REASONS = 10_000
"""Longest reason or clarification, in characters: some four pages."""
MAX_REFERENCES = 20
"""Most references of one decision."""
MAX_ADDRESS = 2_000
"""Longest address, in characters: what browsers and servers still agree on."""

DOCUMENT_ID = re.compile(r"[0-9a-f]{32}")
JOINERS = "\n\u200c\u200d"
"""Characters that are not printable and yet belong into texts: the line end, and what holds emoji together."""


def check_outcome(status: str, kind: str | None) -> tuple[Outcome, FalsehoodKind | None]:
    """The pair, known to go together. Raises KentonganError, with what would go, where it does not."""
    if status not in OUTCOMES:
        known = ", ".join(f"{code} ({STATUS_WORDS[code]})" for code in OUTCOMES)
        raise KentonganError(f"Putusan {status!r} tidak dikenal.", hint=f"Pilih salah satu: {known}.")
    if kind is not None and kind not in FALSEHOOD_KINDS:
        known = ", ".join(f"{code} ({KIND_WORDS[code]})" for code in FALSEHOOD_KINDS)
        raise KentonganError(f"Jenis {kind!r} tidak dikenal.", hint=f"Pilih salah satu: {known}.")
    allowed = KINDS_OF[status]
    if kind in allowed:
        return status, kind
    fitting = [code for code in FALSEHOOD_KINDS if code in allowed]
    hint = f"Yang dapat dipilih: {', '.join(fitting)}." if fitting else "Kosongkan jenisnya."
    if kind is None:
        raise KentonganError(f'Putusan "{STATUS_WORDS[status]}" harus menyebut jenisnya.', hint=hint)
    raise KentonganError(f'Jenis {kind} tidak cocok dengan putusan "{STATUS_WORDS[status]}".', hint=hint)


def check_text(what: str, text: str) -> str:
    """A text for people with its blanks folded, its paragraphs kept.

    Raises KentonganError where it is empty, too long, or holds characters that nobody sees (PostgreSQL takes no NUL,
    and a turned writing direction shows words that are not there). ``what`` names it in Indonesian.
    """
    lines = [" ".join(line.split()) for line in text.split("\n")]
    folded = "\n".join(line for line in lines if line)
    if not folded:
        raise KentonganError(f"{what} belum diisi.", hint="Tulis dengan kalimat lengkap.")
    if len(folded) > MAX_REASONS:
        raise KentonganError(
            f"{what} terlalu panjang: {len(folded)} karakter, paling banyak {MAX_REASONS}.",
            hint="Ringkas, dan taruh rinciannya di balik sebuah rujukan.",
        )
    if not all(character.isprintable() or character in JOINERS for character in folded):
        raise KentonganError(f"{what} memuat karakter yang tidak terlihat.", hint="Ketik ulang tanpa karakter itu.")
    return folded


def check_reasons(text: str) -> str:
    """The reasons as ``check_text`` gives them. Raises KentonganError also where they have too few different words."""
    folded = check_text("Alasan", text)
    words = {token for token in normalised_tokens(folded) if is_word(token) and token.isalpha()}
    if len(words) < MIN_REASON_WORDS:
        raise KentonganError(
            f"Alasan terlalu pendek: {len(words)} kata yang berbeda, paling sedikit {MIN_REASON_WORDS}.",
            hint="Sebutkan apa yang ditemukan dan di mana.",
        )
    return folded


def check_references(references: Sequence[str], *, anchor: str) -> tuple[str, ...]:
    """The references, each once, in their order: http(s) addresses and ids of documents.

    Raises KentonganError where there is none, too many, one that is neither, or only the message under review itself
    (``anchor``): a message is no proof of itself.
    """
    given = tuple(dict.fromkeys(reference.strip() for reference in references if reference.strip()))
    if not given or set(given) == {anchor}:
        raise KentonganError(
            "Belum ada rujukan di luar pesan yang diperiksa.",
            hint="Sebutkan paling sedikit satu alamat https:// atau id sebuah dokumen.",
        )
    if len(given) > MAX_REFERENCES:
        raise KentonganError(
            f"Terlalu banyak rujukan: {len(given)}, paling banyak {MAX_REFERENCES}.", hint="Pilih yang menentukan."
        )
    for reference in given:
        if not DOCUMENT_ID.fullmatch(reference):
            check_address("Rujukan", reference, schemes=("http", "https"))
    return given


def check_address(what: str, address: str, *, schemes: tuple[str, ...]) -> str:
    """A web address, trimmed. Raises KentonganError where it is none, of another scheme, or carries a password."""
    trimmed = address.strip()
    try:
        parts = urlsplit(trimmed)
        host = parts.hostname or ""
        right = parts.scheme in schemes and "." in host and parts.username is None and parts.password is None
    except ValueError:
        right = False
    if not right or len(trimmed) > MAX_ADDRESS or not trimmed.isprintable() or " " in trimmed:
        raise KentonganError(
            f"{what} {trimmed[:80]!r} bukan alamat yang dapat dipakai.",
            hint=f"Mulai dengan {' atau '.join(f'{scheme}://' for scheme in schemes)}, tanpa spasi dan tanpa sandi.",
        )
    return trimmed


def check_channels(channels: Sequence[str]) -> tuple[str, ...]:
    """The channels, each once, in their order. Raises KentonganError where there is none or an unknown one."""
    given = tuple(dict.fromkeys(channels))
    unknown = [channel for channel in given if channel not in CHANNELS]
    if unknown or not given:
        problem = f"Saluran {unknown[0]!r} tidak dikenal." if unknown else "Saluran belum disebut."
        raise KentonganError(problem, hint=f"Pilih dari: {', '.join(CHANNELS)}.")
    return given


def check_ids(*, document: str, words: str) -> None:
    """Raise KentonganError where the document or its words are not named by their 32 hex digits."""
    for what, name in (("Dokumen", document), ("Kata-kata", words)):
        if not DOCUMENT_ID.fullmatch(name):
            raise KentonganError(f"{what} {name[:40]!r} bukan id.", hint="Id adalah 32 angka heksadesimal.")


def describe_outcome(status: Status, kind: FalsehoodKind | None) -> str:
    """The verdict for a person: "salah (penipuan)", "benar"."""
    return STATUS_WORDS[status] + (f" ({KIND_WORDS[kind]})" if kind else "")
