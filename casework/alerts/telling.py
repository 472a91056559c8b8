"""The words of an alert: what, since when, against what, what to do. Nothing is called a hoax: it is "terindikasi"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.alert_rules import Firing, RuleKind
from casework.agency_tables import AgencyRow
from casework.alerts.records import KIND_WORDS, AlertRule
from kentongan.times import format_time
from kentongan.topic_words import TOPIC_WORDS

MAX_TITLE: Final = 200
"""Longest title, in characters."""
ADVICE: Final[Mapping[RuleKind, str]] = {
    "spike": "Buka contohnya, lihat di halaman Isu apa yang menaikkannya, lalu putuskan siapa yang perlu tahu.",
    "drop": "Periksa dahulu apakah sumbernya masih terbaca (`kentongan sources health`), baru apakah orang diam.",
    "silence": "Periksa apakah sumbernya masih terbaca (`kentongan sources health`) atau berganti alamat.",
    "new_term": "Baca contoh unggahannya: apa arti kata ini, dari siapa mulanya.",
    "sentiment_shift": "Baca contoh unggahan negatif hari itu. Sentimen dinilai mesin; pastikan sebelum melaporkan.",
    "hoax_story": "Periksa ceritanya di meja hoaks. Ini indikasi, bukan putusan: jangan sebut hoaks sebelum diputus.",
    "deadline": "Ingatkan instansinya; daftarnya: `kentongan complaints list --red`.",
    "bridge_stale": "Hubungi pengelola sistem instansi itu; keadaannya: `kentongan bridges list`.",
}
"""What to do, by kind."""


def group_words(session: Session, rule: AlertRule, group: str) -> str:
    """A group as a person reads it: the topic's or agency's name, a region's code, a term in quotation marks."""
    if rule.split == "topic":
        return TOPIC_WORDS.get(group, group)
    if rule.kind == "deadline":
        if not group:
            return "pusat (menunggu verifikasi)"
        name = session.scalar(select(AgencyRow.name).where(AgencyRow.code == group))
        return name or group
    if rule.split == "region":
        return f"wilayah {group}"
    if rule.kind == "new_term":
        return f'"{group}"'
    if rule.kind == "hoax_story":
        return f"cerita {group[:8]}"
    return group


def title_of(session: Session, rule: AlertRule, group: str) -> str:
    """What happened where, in at most MAX_TITLE characters."""
    about = group_words(session, rule, group)
    words = KIND_WORDS[rule.kind]
    said = f"{words[0].upper()}{words[1:]}: {rule.name}" + (f" ({about})" if about else "")
    return said if len(said) <= MAX_TITLE else f"{said[: MAX_TITLE - 1]}…"


def text_of(newest: Firing, rule: AlertRule, *, opened_at: datetime, firings: int, zone: str) -> str:
    """What, since when, against what, and what to do."""
    lines = [f"{newest.why[0].upper()}{newest.why[1:]} ({format_time(newest.at, zone=zone)})."]
    if firings > 1:
        lines.append(f"Sudah {firings} kali sejak {format_time(opened_at, zone=zone)}.")
    lines.append(ADVICE[rule.kind])
    return "\n".join(lines)


def held_title(rule: AlertRule) -> str:
    said = f"Aturan ditahan: {rule.name}"
    return said if len(said) <= MAX_TITLE else f"{said[: MAX_TITLE - 1]}…"


def held_text(rule: AlertRule, reason: str) -> str:
    """Why a rule is held, and how it goes on."""
    return (
        f"{reason}\nAturan ini tidak memberi tahu apa pun sampai diperbaiki: "
        f"`kentongan alerts change {rule.id} --as NAMA` mengujinya lagi dan menyalakannya; "
        f"`kentongan alerts on {rule.id} --as NAMA` menyalakannya apa adanya."
    )
