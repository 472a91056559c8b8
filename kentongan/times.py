"""Times as Indonesians write and read them: the three zones, dates out of news pages, dates for people.

Times inside Kentongan are aware and kept in UTC; these functions are the only way into and out of WIB, WITA and WIT.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from typing import Literal

ZONES: dict[str, tzinfo] = {
    "WIB": timezone(timedelta(hours=7), "WIB"),
    "WITA": timezone(timedelta(hours=8), "WITA"),
    "WIT": timezone(timedelta(hours=9), "WIT"),
}
"""Western, Central and Eastern Indonesian time. Indonesia knows no summer time."""

FIRST_YEAR = 1990
"""Earliest year a published time is believed: before the public web every date is a misreading."""
LAST_YEAR = 2100
"""Latest year a published time is believed."""
MAX_LENGTH = 300
"""Longest text ``parse_time`` looks at, in characters: a dateline with its surroundings, not an article."""

MONTHS_ID = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
DAYS_ID = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

MONTH_SPELLINGS = (
    "januari january jan", "februari february pebruari feb peb", "maret march mar mrt", "april apr apl", "mei may",
    "juni june jun", "juli july jul", "agustus august agust agt agu ags aug", "september septembr sept sep",
    "oktober october okt oct", "november nopember nov nop", "desember december des dec",
)  # fmt: skip
MONTH_NUMBERS = {name: at for at, names in enumerate(MONTH_SPELLINGS, 1) for name in names.split()}

MONTH = rf"(?P<month>{'|'.join(sorted(MONTH_NUMBERS, key=len, reverse=True))})\.?(?![a-z])"
DAY = r"(?<![0-9.,:])(?P<day>[0-9]{1,2})"
YEAR = r"(?P<year>[0-9]{4}|'?[0-9]{2})(?![0-9])"
GAP = r"[\s,./-]{1,3}"
DATES = (
    re.compile(rf"{DAY}(?:st|nd|rd|th)?{GAP}{MONTH}{GAP}{YEAR}"),
    re.compile(
        r"(?<![0-9])(?P<year>[0-9]{4})(?P<mark>[-/.])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})(?![0-9])"
    ),
    re.compile(rf"{DAY}\s?(?P<mark>[-/.])\s?(?P<month>[0-9]{{1,2}})\s?(?P=mark)\s?{YEAR}"),
    re.compile(rf"(?<![a-z]){MONTH}\s+(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>[0-9]{{4}})(?![0-9])"),
    # The order of ctime: Sat Nov 21 07:42:00 +0700 2026.
    re.compile(
        rf"(?<![a-z]){MONTH}\s+(?P<day>[0-9]{{1,2}})\s+(?P<rest>[0-9]{{2}}:[0-9]{{2}}[^a-z]*(?:[a-z]{{3,4}}\s+)?)"
        r"(?P<year>[0-9]{4})(?![0-9])"
    ),
)
ZONE = r"(?P<zone>wib|wita|wit|(?:gmt|utc)?\s?[+-][0-9]{1,2}(?::?[0-9]{2})?|gmt|utc|ut|z)(?![a-z0-9])"
CLOCK = re.compile(
    r"(?<![0-9.,:])(?P<hour>[0-9]{1,2})[.:](?P<minute>[0-9]{2})(?:[.:](?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?)?(?![0-9])"
    rf"(?:\s?(?P<half>[ap])\.?m\.?(?![a-z]))?(?:\s?\(?{ZONE})?"
)
NAMED_ZONE = re.compile(r"(?<![a-z])(wib|wita|wit)(?![a-z])")
MAIL = re.compile(
    r"(?:[a-z]{3},? )?[0-9]{1,2}[ -][a-z]{3}[ -][0-9]{2,4} [0-9]{2}:[0-9]{2}(?::[0-9]{2})? "
    r"(?:[+-][0-9]{4}|UTC?|GMT|Z|[ECMP][SD]T)(?: \([^()]*\))?",
    re.IGNORECASE,
)
FOREIGN_ZONE = re.compile(r"[0-9]{2}:[0-9]{2}(?::[0-9]{2})? (?!WIB|WITA|WIT|UTC?|GMT|AM|PM)[A-Z]{2,5}")
"""A clock time with a zone nobody here can place ("03:08 SGT"): an hour's error is worse than a refusal."""
ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}|[0-9]{8}T[0-9]{4}", re.IGNORECASE)


def zone_of(name: str) -> tzinfo:
    """The zone of this name ("WIB", "WITA", "WIT"). Raises ValueError for any other."""
    try:
        return ZONES[name]
    except KeyError as error:
        raise ValueError(f"Zona waktu {name!r} tidak dikenal; pakai {', '.join(ZONES)}.") from error


def to_zone(time: datetime, zone: str) -> datetime:
    """The same moment on the clock of a zone. Raises ValueError for a time without a zone."""
    if time.tzinfo is None:
        raise ValueError(f"Waktu {time.isoformat()} tidak menyebut zona.")
    return time.astimezone(zone_of(zone))


def start_of_day(time: datetime, zone: str) -> datetime:
    """Midnight that begins this moment's day in a zone, aware in that zone."""
    return to_zone(time, zone).replace(hour=0, minute=0, second=0, microsecond=0)


def format_time(time: datetime, *, zone: str = "WIB", language: Literal["id", "en"] = "id") -> str:
    """A moment for a person: "21 November 2026 07.42 WIB", in English "21 November 2026 07:42 WIB"."""
    day = format_day(time, zone=zone, language=language)
    return f"{day} {format_hour(time, zone=zone, language=language)}"


def format_day(
    time: datetime, *, zone: str = "WIB", language: Literal["id", "en"] = "id", weekday: bool = False
) -> str:
    """A day for a person: "21 November 2026", with its weekday "Sabtu, 21 November 2026"."""
    local = to_zone(time, zone)
    months, days = (MONTHS_ID, DAYS_ID) if language == "id" else (MONTHS_EN, DAYS_EN)
    text = f"{local.day} {months[local.month - 1]} {local.year}"
    return f"{days[local.weekday()]}, {text}" if weekday else text


def format_last_day(due_at: datetime, *, zone: str = "WIB", language: Literal["id", "en"] = "id") -> str:
    """The last day in time, for a person: a deadline is the midnight after it."""
    return format_day(due_at - timedelta(microseconds=1), zone=zone, language=language)


def format_hour(time: datetime, *, zone: str = "WIB", language: Literal["id", "en"] = "id") -> str:
    """The time of day for a person: "07.42 WIB", in English "07:42 WIB"."""
    local = to_zone(time, zone)
    return f"{local.hour:02d}{'.' if language == 'id' else ':'}{local.minute:02d} {zone}"


def parse_time(text: str, *, zone: str = "WIB") -> datetime:
    """The moment a text names, in UTC.

    Reads ISO 8601, RFC 2822 and what Indonesian newsrooms write, in Indonesian or English, day before month:
    "Kamis, 12/11/2026 10:15 WIB", "21 November 2026 07.42 WIB", "Sabtu, 21 Nov 2026 | 07:42", "Kompas.com -
    04/11/2015, 21:04 WIB". ``zone`` counts where the text names none. A date without a time is the midnight that begins
    it. Words around the date are let be; a weekday is not checked.

    Raises ValueError where there is no full date, more than one date or other loose numbers, a day or hour that does
    not exist, or a year before 1990 or after 2100. Relative times ("2 jam lalu") have no date and are refused.
    """
    given = " ".join(text.split())
    home = zone_of(zone)
    if not given or len(given) > MAX_LENGTH:
        raise ValueError(f"Bukan waktu: {given[:60]!r}.")
    try:
        moment = parse_iso(given) or parse_mail(given)
        if moment is None and FOREIGN_ZONE.search(given):
            raise ValueError(f"Zona waktu tidak dikenal: {given[:60]!r}.")
        moment = moment or parse_written(given.lower(), home)
    except OverflowError as error:
        raise ValueError(f"Waktu {given[:60]!r} di luar jangkauan.") from error
    if moment is None:
        raise ValueError(f"Bukan waktu yang dikenal: {given[:60]!r}.")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=home)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"Tahun {moment.year} tidak masuk akal untuk waktu terbit.")
    return moment.astimezone(UTC)


def parse_iso(given: str) -> datetime | None:
    """ISO 8601 with a time, as ``datetime.fromisoformat`` reads it; None for anything else."""
    if not ISO.match(given):
        return None
    try:
        return datetime.fromisoformat(given.upper())
    except ValueError:
        return None


def parse_mail(given: str) -> datetime | None:
    """RFC 2822 as the mail library reads it, with its named zones (GMT, EST); None for anything else."""
    if not MAIL.fullmatch(given):
        return None
    try:
        return parsedate_to_datetime(given)
    except (ValueError, TypeError, IndexError):
        return None


def parse_written(lowered: str, home: tzinfo) -> datetime | None:
    """A date written out for people; None where no full date stands in the text. Raises ValueError on nonsense."""
    date = next((found for form in DATES if (found := form.search(lowered))), None)
    if date is None:
        return None
    parts = date.groupdict()
    around = f"{lowered[: date.start()]} {parts.get('rest') or ''} {lowered[date.end() :]}"
    clock = CLOCK.search(around)
    left = around[: clock.start()] + " " + around[clock.end() :] if clock else around
    if re.search(r"[0-9]", left):
        raise ValueError(f"Lebih dari satu tanggal atau jam: {lowered[:60]!r}.")
    year = int(parts["year"].lstrip("'"))
    if year < 100:
        year += 1900 if year >= 90 else 2000
    month = parts["month"]
    moment = datetime(year, int(month) if month.isdigit() else MONTH_NUMBERS[month], int(parts["day"]), tzinfo=home)
    named = NAMED_ZONE.search(left)
    if named:
        moment = moment.replace(tzinfo=ZONES[named[1].upper()])
    if clock is None:
        return moment
    hour = int(clock["hour"])
    if clock["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(f"Jam {clock[0]!r} tidak ada.")
        hour = hour % 12 + (12 if clock["half"] == "p" else 0)
    if hour == 24 and clock["minute"] == "00":
        # "24.00 WIB" is how an event at the end of a day is announced.
        hour, moment = 0, moment + timedelta(days=1)
    moment = moment.replace(hour=hour, minute=int(clock["minute"]), second=int(clock["second"] or 0))
    return moment.replace(tzinfo=offset_zone(clock["zone"])) if clock["zone"] else moment


def offset_zone(spelling: str) -> tzinfo:
    """The zone behind a clock time: wib, utc, z, +0700, gmt+7, -03:30. Raises ValueError past a day."""
    if spelling.upper() in ZONES:
        return ZONES[spelling.upper()]
    found = re.search(r"([+-])([0-9]{1,2}):?([0-9]{2})?", spelling)
    if not found:
        return UTC
    offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return timezone(offset if found[1] == "+" else -offset)
