"""Puts ages and periods of indicators into words: "3 bulan", "Oktober 2026", "Triwulan III 2026"."""

from __future__ import annotations

from datetime import datetime, timedelta

from dashboard.words import Language, say
from kentongan.times import MONTHS_EN, MONTHS_ID, format_day, to_zone

ROMAN = ("I", "II", "III", "IV")


def age_words(age: timedelta, language: Language) -> str:
    """An age in one unit: "3 jam", "12 hari", "3 bulan", "2 tahun"; below an hour "kurang dari sejam"."""
    days = age.days
    if days < 1:
        hours = age.seconds // 3600
        return say("ind_hours", language, count=hours) if hours else say("ind_now", language)
    if days < 60:
        return say("ind_days", language, count=days)
    if days < 730:
        return say("ind_months", language, count=round(days / 30.44))
    return say("ind_years", language, count=days // 365)


def period_words(time: datetime, every_days: int, *, zone: str, language: Language) -> str:
    """The period a value that begins at ``time`` and holds so long is about; a day where it begins anywhere else than
    a calendar's month, quarter, half-year or year."""
    local = to_zone(time, zone)
    if local.day == 1 and every_days >= 28:
        month = (MONTHS_ID if language == "id" else MONTHS_EN)[local.month - 1]
        if every_days <= 31:
            return f"{month} {local.year}"
        if 89 <= every_days <= 92 and local.month % 3 == 1:
            return say("ind_quarter", language, number=ROMAN[local.month // 3], year=local.year)
        if 181 <= every_days <= 184 and local.month in (1, 7):
            return say("ind_half", language, number=ROMAN[local.month // 6], year=local.year)
        if every_days in (365, 366) and local.month == 1:
            return str(local.year)
    return format_day(time, zone=zone, language=language)
