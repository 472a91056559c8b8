"""Exceptions that are instructions: each says, in Indonesian, what went wrong and what to do next.

Code raises them where the fault is seen; the edge (command line, crawl, page) catches them once. A message is a full
sentence for a person. ``reason`` is a short stable word that counters group by.
"""

from __future__ import annotations


class KentonganError(Exception):
    """Anything Kentongan knows how to explain. ``hint`` says what to do next; empty where the message already does."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class Quarantine(KentonganError):
    """This input can never be processed: it is kept aside with its reason and counted, and the rest goes on.

    ``reason`` is one of a small set of stable words ("not-xml", "no-text", "no-time", "bad-charset", ...).
    """

    def __init__(self, reason: str, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.reason = reason


class Retry(KentonganError):
    """Not now: the same call may succeed later. ``after`` is the wait in seconds that was asked for, if it was."""

    def __init__(self, message: str, *, after: float | None = None, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.after = after


class NotConfigured(KentonganError):
    """Something the user must set or install first. ``setting`` names it ("ELASTICSEARCH_URL", "sources")."""

    def __init__(self, setting: str, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.setting = setting


class BadSettings(KentonganError):
    """A settings file or variable that cannot be read as it stands."""


class BadQuery(KentonganError):
    """A query text that does not parse. ``position`` is the offending character, counted from 0."""

    def __init__(self, message: str, *, position: int | None = None, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.position = position


class NotAllowed(KentonganError):
    """The actor's role does not permit this act."""


class Conflict(KentonganError):
    """Somebody else changed the row since it was read: read it again, then decide."""


class NotFound(KentonganError):
    """The named thing does not exist."""
