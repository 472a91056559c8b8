"""Says what became of a page that was asked for again, and how the states of its words differ.

Edits and deletions are evidence: each visit is an Observation of its own, a changed text a revision beside the earlier
ones, and nothing that was collected is overwritten.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from crawlers.acceptance import accept_page
from crawlers.addresses import url_key
from crawlers.kinds import Answer, Entry
from crawlers.sources import Source
from crawlers.statuses import CLOSED, GONE, PERMANENT
from kentongan.errors import Quarantine
from kentongan.schema import Document, Observation, RawPointer, Record, Revision, State, revision_hash

LOGIN = frozenset(
    {"login", "log-in", "signin", "sign-in", "masuk", "sso", "oauth", "oauth2", "auth", "wp-login.php", "login.php",
     "account", "accounts"}
)  # fmt: skip
"""Parts of a path, or labels of a host, of an address that asks who one is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisit:
    """Which pages to ask for again."""

    since: datetime | None = None
    """Only pages first listed then or later. Aware; None for all."""
    limit: int | None = None
    """Most pages of one run; None for all that are due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What changed from one state of a document's words to the next."""

    before: str
    """Hash of the earlier revision."""
    after: str
    """Hash of the later one."""
    seen_at: datetime
    """When the later one was first seen. Aware, in UTC."""
    title: tuple[str | None, str | None] | None
    """Earlier and later headline; None where it stayed."""
    lines: tuple[str, ...]
    """Paragraphs: "  " before one that stayed, "- " before one taken away, "+ " before a new one."""
    added: int
    """New paragraphs."""
    removed: int
    """Paragraphs taken away."""
    raw: RawPointer | None
    """Where the bytes of the later state are."""


def compare_revisions(record: Record) -> list[Difference]:
    """How each revision of a document differs from the one before it, oldest first; empty where nothing changed."""
    document = record.document
    earlier = Revision(
        hash=revision_hash(document.title, document.text), title=document.title, text=document.text, raw=document.raw
    )
    found: list[Difference] = []
    for seen in sorted(record.observations, key=lambda one: one.at):
        later = seen.revision
        if later is None or later.hash == earlier.hash:
            continue
        compared = difflib.ndiff(earlier.text.splitlines(), later.text.splitlines())
        lines = tuple(line for line in compared if not line.startswith("? "))
        found.append(
            Difference(
                before=earlier.hash,
                after=later.hash,
                seen_at=seen.at,
                title=(earlier.title, later.title) if earlier.title != later.title else None,
                lines=lines,
                added=sum(line.startswith("+ ") for line in lines),
                removed=sum(line.startswith("- ") for line in lines),
                raw=later.raw,
            )
        )
        earlier = later
    return found


def judge_visit(
    record: Record, answers: Sequence[Answer], *, redirects: tuple[int, ...], source: Source, entry: Entry
) -> list[Observation]:
    """What a visit found: one Observation, or two where a page both moved and changed.

    ``answers`` are the page's and those of its further pages, ``redirects`` the statuses that led to the first. Raises
    Quarantine for an answer that does not say what became of the page: an article without words, a detour to somewhere
    else, a status without a meaning here. Answers that speak of the server's state now (5xx, 429) are not to be brought
    here.
    """
    document, answer = record.document, answers[0]
    at = answer.at.astimezone(UTC)

    def observed(state: State, **more: str) -> Observation:
        return Observation(document=document.id, at=at, state=state, moved_to=more.get("moved_to"))

    if answer.status == 304:
        return [observed("unchanged")]
    if answer.status in GONE:
        return [observed("gone")]
    if answer.status in CLOSED or (redirects and _asks_for_login(answer.url, entry.url)):
        return [observed("private")]
    if answer.status != 200:
        raise Quarantine("http-status", f"Server menjawab {answer.status} untuk {entry.url}.")
    elsewhere = url_key(answer.url) not in (url_key(entry.url), document.native_key)
    moved = elsewhere and all(status in PERMANENT for status in redirects)
    try:
        now = accept_page(answers, source=source, entry=entry).document
    except Quarantine:
        if moved:
            return [observed("moved", moved_to=answer.url)]
        raise
    if elsewhere and now.native_key != document.native_key:
        if not moved:
            raise Quarantine("redirects", f"{entry.url} mengalihkan untuk sementara ke {answer.url}.")
        found = [observed("moved", moved_to=now.url or answer.url)]
        # Only the same article at another address is a revision; a front page in its place is not.
        return [*found, *_compare_words(record, now, at)] if _is_same_article(record, now) else found
    return _compare_words(record, now, at) or [observed("unchanged")]


def _compare_words(record: Record, now: Document, at: datetime) -> list[Observation]:
    """The change of words, if there is one: the newest revision is what they are held against."""
    named = revision_hash(now.title, now.text)
    if named == record.newest.hash:
        return []
    revision = Revision(hash=named, title=now.title, text=now.text, raw=now.raw)
    return [Observation(document=record.document.id, at=at, state="changed", revision=revision)]


def _is_same_article(record: Record, now: Document) -> bool:
    """Whether an article read at another address is the one we know: same publication time, or same headline."""
    known = record.document
    return now.published_at == known.published_at or (now.title is not None and now.title == record.newest.title)


def _asks_for_login(url: str, asked: str) -> bool:
    """Whether a redirect from ``asked`` ended where one has to say who one is."""

    def parts_of(address: str) -> set[str]:
        parts = urlsplit(address.lower())
        return {*parts.path.split("/"), *(parts.hostname or "").split(".")}

    return bool(LOGIN & (parts_of(url) - parts_of(asked)))
