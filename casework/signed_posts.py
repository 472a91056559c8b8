"""Sends bodies to gateways and webhooks over HTTP: one try, redirects not followed, and the pause before the next."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

TIMEOUT_S = 10.0
"""How long a receiver may take for one message, in seconds."""
MAX_ANSWER_BYTES = 65_536
"""How much of an answer is read, in bytes."""
MOST_WAIT_S = 86_400.0
"""Longest pause a receiver may ask for, in seconds; a longer one is a mistake of its."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a receiver answered."""

    status: int
    body: bytes
    retry_after: float | None
    """Seconds it asked to wait (``Retry-After``), where it did so as a number."""


def post_bytes(url: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float = TIMEOUT_S) -> Answer:
    """Send a body; the answer whatever its status. A redirect is an answer: a body goes only where it was asked to.

    Raises OSError where nobody answers, or not as HTTP.
    """

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args: object, **more: object) -> None:
            return None

    opener = urllib.request.build_opener(Stay)
    asked = urllib.request.Request(url, data=body, headers=dict(headers), method="POST")
    try:
        try:
            with opener.open(asked, timeout=timeout_s) as answer:
                return Answer(
                    status=int(answer.status), body=answer.read(MAX_ANSWER_BYTES),
                    retry_after=seconds_asked(answer.headers.get("Retry-After")),
                )  # fmt: skip
        except urllib.error.HTTPError as error:
            with error:
                return Answer(
                    status=int(error.code), body=error.read(MAX_ANSWER_BYTES),
                    retry_after=seconds_asked(error.headers.get("Retry-After")),
                )  # fmt: skip
    except http.client.HTTPException as error:
        raise OSError(f"jawabannya bukan HTTP ({type(error).__name__})") from error


def seconds_asked(header: str | None) -> float | None:
    """The pause a ``Retry-After`` asks for, in seconds; None for a date or nonsense."""
    said = (header or "").strip()
    return min(float(said), MOST_WAIT_S) if said.isascii() and said.isdigit() and len(said) <= 9 else None


def pause_after(tries: int, *, first: timedelta, longest: timedelta) -> timedelta:
    """How long to wait after so many failed tries: doubling from ``first``, at most ``longest``."""
    doubled: timedelta = first * 2 ** min(max(tries, 1) - 1, 20)
    return min(doubled, longest)
