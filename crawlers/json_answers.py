"""Reads answers in JSON, whose every field may be absent or of another type than its interface says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from crawlers.kinds import Answer
from kentongan import text as words
from kentongan.errors import Quarantine
from kentongan.times import parse_time

MAX_COUNT = 10**12
"""Greatest count that is believed, far above the views of any video."""

MAX_NAME = 200
"""Longest name, code or time kept, in characters."""

TIME_FORM = "%Y-%m-%dT%H:%M:%SZ"
"""How a time is written where it serves as a cursor: of constant length, so that later times are greater as text."""


def read_json(answer: Answer) -> Any:
    """The value an answer holds. Raises Quarantine ("not-json")."""
    try:
        return msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Quarantine("not-json", f"{answer.url} bukan JSON: {error}.") from error


def read_object(answer: Answer) -> dict[str, Any]:
    """The object an answer holds. Raises Quarantine ("not-json")."""
    found = read_json(answer)
    if not isinstance(found, dict):
        raise Quarantine("not-json", f"{answer.url} bukan objek JSON.")
    return found


def told_error(value: object) -> str:
    """What an answer says went wrong, for the end of a message (": ..."); empty where it says nothing."""
    for name in ("message", "error", "detail", "title"):
        told = value.get(name) if isinstance(value, dict) else None
        if isinstance(told, dict):
            return told_error(told)
        if isinstance(told, str) and told.strip():
            return f": {words.clean(told)[:MAX_NAME]}"
    return ""


def object_of(value: object) -> dict[str, Any]:
    """The object itself; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def objects_of(value: object) -> list[dict[str, Any]]:
    """The objects in a list; none where there is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text_of(value: object) -> str:
    """A text, cleaned, lines kept; empty for anything else."""
    return words.clean(value).strip() if isinstance(value, str) else ""


def name_of(value: object) -> str | None:
    """A short text (a name, a code, an id) on one line; a whole number as text; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return " ".join(text_of(value).split())[:MAX_NAME] or None


def count_of(value: object) -> int | None:
    """A count, also one written as text ("12"); None where there is none."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 13:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_COUNT else None


def moment_of(value: object) -> datetime | None:
    """An ISO 8601 time in UTC; one without a zone is UTC, as interfaces mean it. None for anything else."""
    if not isinstance(value, str) or "T" not in value:
        return None
    try:
        naive = datetime.fromisoformat(value.strip().upper()).tzinfo is None
        return parse_time(f"{value.strip()}Z" if naive else value).astimezone(UTC)
    except ValueError:
        return None


def require_moment(value: object, *, url: str) -> datetime:
    """The time of a post. Raises Quarantine ("no-time"); ``url`` names the post."""
    moment = moment_of(value)
    if moment is None:
        raise Quarantine("no-time", f"Kiriman {url} tidak menyebut kapan dikirim.")
    return moment
