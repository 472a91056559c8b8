"""Whose account may be shown by name: public figures and institutions, as people marked them. All others are masked.

A mark names its kind, its reason and who made it; taking it back is a row of its own, so the history only grows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal, cast, get_args

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.db import take_turn
from casework.public_account_tables import PublicAccountRow
from casework.roles import Actor
from kentongan.errors import KentonganError, NotFound
from kentongan.schema import Document, Kind, Record
from kentongan.text import clean
from search.fields import author_key

PublicKind = Literal["figure", "institution"]
"""A person of public standing (an office holder, not a private citizen), or an office, outlet or company."""
PUBLIC_KINDS: tuple[PublicKind, ...] = get_args(PublicKind)

NEWSROOMS: Final[frozenset[Kind]] = frozenset({"article", "factcheck"})
"""Kinds whose author is an institution's byline, which it publishes itself."""

MASK: Final = "•••"
SHOWN_LETTERS: Final = 2
"""Letters of a masked account that stay: enough to tell two apart in one discussion, too few to search for."""
WHOLE_LETTERS: Final = 5
"""Accounts with fewer letters keep one, those with fewer than three none."""
MAX_ACCOUNT: Final = 200
MAX_REASON: Final = 500
LEAST_REASON: Final = 10
"""Letters a reason has at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicMark:
    """What a person said about an account."""

    id: int
    platform: str
    account: str
    """As ``penulis:`` asks for it: lower case, without "@"."""
    shown: str
    kind: PublicKind | None
    """None: the mark was taken back."""
    reason: str
    by: str
    """Username then."""
    at: datetime


@dataclass(frozen=True, slots=True)
class PublicAccounts:
    """The accounts that are marked now; (platform, account): kind."""

    kinds: Mapping[tuple[str, str], PublicKind]

    def kind_of(self, document: Document) -> PublicKind | None:
        """Whether the author of a document may be named, and as what; None: masked."""
        if document.kind in NEWSROOMS:
            return "institution"
        return self.kinds.get((document.platform, author_key(document.author or "")))


NOBODY: Final = PublicAccounts({})


def mask_account(name: str) -> str:
    """An account as it is shown to anybody: its first letters, without what could be searched for."""
    words = clean(name).strip()
    sign = "" if any(letter.isspace() for letter in words) else "@"
    letters = [letter for letter in words if letter.isalnum()]
    kept = SHOWN_LETTERS if len(letters) >= WHOLE_LETTERS else max(0, min(1, len(letters) - 2))
    return f"{sign}{''.join(letters[:kept])}{MASK}"


def shown_author(document: Document, public: PublicAccounts) -> str | None:
    """The author as every page and export outside a case shows it; None where there is none, and for complaints."""
    if document.author is None or document.kind == "complaint":
        return None
    return document.author if public.kind_of(document) else mask_account(document.author)


def mask_record(record: Record, public: PublicAccounts) -> Record:
    """The record with its author as ``shown_author`` gives it, and without an address that spells a masked account.

    Words, accounts mentioned in them included, stay as they are.
    """
    document = record.document
    if document.author is None or public.kind_of(document):
        return record
    named = author_key(document.author)
    address = None if document.url and named and named in document.url.lower() else document.url
    return replace(record, document=replace(document, author=shown_author(document, public), url=address))


def mark_account(
    session: Session,
    *,
    platform: str,
    account: str,
    kind: PublicKind,
    reason: str,
    actor: Actor,
    now: datetime,
    via: str | None = None,
) -> PublicMark:
    """Say that an account is public, and why. Marking it again with another kind or reason replaces the mark.

    Raises NotAllowed, and KentonganError for an account or a reason that says nothing.
    """
    actor = authorise(session, actor, action="authors.mark", now=now)
    if kind not in PUBLIC_KINDS:
        raise KentonganError(f"Jenis {kind!r} tidak dikenal.", hint=f"Pilihannya: {', '.join(PUBLIC_KINDS)}.")
    return write_mark(
        session, platform=check_platform(platform), shown=check_account(account), kind=kind,
        reason=check_reason(reason), actor=actor, now=now, via=via,
    )  # fmt: skip


def unmark_account(
    session: Session, mark: int, *, reason: str, actor: Actor, now: datetime, via: str | None = None
) -> PublicMark:
    """Take a mark back: the account is masked again. Raises NotAllowed, NotFound where it is no longer marked so."""
    actor = authorise(session, actor, action="authors.mark", now=now)
    take_turn(session, "public_accounts")
    found = next((one for one in list_public(session) if one.id == mark), None)
    if found is None:
        raise NotFound("Tanda itu sudah tidak berlaku.", hint="Muat ulang halamannya.")
    return write_mark(
        session, platform=found.platform, shown=found.shown, kind=None, reason=check_reason(reason), actor=actor,
        now=now, via=via,
    )  # fmt: skip


def import_institutions(
    session: Session,
    accounts: Iterable[tuple[str, str]],
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    via: str | None = None,
) -> int:
    """Mark (platform, account) pairs as institutions; returns how many were not marked yet. Raises NotAllowed."""
    actor = authorise(session, actor, action="authors.mark", now=now)
    known, added, reason = read_public(session).kinds, 0, check_reason(reason)
    for platform, account in dict.fromkeys(accounts):
        if (platform, author_key(account)) not in known:
            write_mark(
                session, platform=check_platform(platform), shown=check_account(account), kind="institution",
                reason=reason, actor=actor, now=now, via=via,
            )  # fmt: skip
            added += 1
    return added


def write_mark(
    session: Session,
    *,
    platform: str,
    shown: str,
    kind: PublicKind | None,
    reason: str,
    actor: Actor,
    now: datetime,
    via: str | None,
) -> PublicMark:
    row = PublicAccountRow(
        platform=platform, account=author_key(shown), shown=shown, kind=kind or "none", reason=reason,
        actor=actor.id, actor_name=actor.username, at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    detail: audit.Detail = {"account": row.account, "platform": platform, "kind": row.kind, "reason": reason}
    audit.record(
        session, actor, action="authors.mark", object=f"account:{row.id}", detail=audit.with_way(detail, via), now=now
    )
    return as_mark(row)


def list_public(session: Session) -> list[PublicMark]:
    """The accounts that are marked now, by name."""
    newest = select(func.max(PublicAccountRow.id)).group_by(PublicAccountRow.platform, PublicAccountRow.account)
    chosen = select(PublicAccountRow).where(PublicAccountRow.id.in_(newest), PublicAccountRow.kind != "none")
    ordered = chosen.order_by(PublicAccountRow.account, PublicAccountRow.platform)
    return [as_mark(row) for row in session.scalars(ordered)]


def read_public(session: Session) -> PublicAccounts:
    """Which accounts may be shown by name."""
    return PublicAccounts({(one.platform, one.account): cast(PublicKind, one.kind) for one in list_public(session)})


def account_history(session: Session, *, limit: int = 100) -> list[PublicMark]:
    """Marks and marks taken back, newest first."""
    return [
        as_mark(row)
        for row in session.scalars(select(PublicAccountRow).order_by(PublicAccountRow.id.desc()).limit(limit))
    ]


def check_platform(platform: str) -> str:
    kept = platform.strip().lower()
    if not kept or len(kept) > 32:
        raise KentonganError("Platformnya belum disebut.", hint="Misalnya x, mastodon, telegram.")
    return kept


def check_account(account: str) -> str:
    """The account without invisible characters. Raises KentonganError where nothing is left, or it is too long."""
    kept = " ".join(clean(account).split())
    if not author_key(kept) or len(kept) > MAX_ACCOUNT:
        raise KentonganError(
            f"Nama akun harus 1 sampai {MAX_ACCOUNT} huruf.", hint="Tulis seperti di platformnya, misalnya @pemkab."
        )
    return kept


def check_reason(reason: str) -> str:
    """The reason without blanks around it. Raises KentonganError for one that is too short or too long."""
    kept = " ".join(reason.split())
    if not LEAST_REASON <= len(kept) <= MAX_REASON:
        raise KentonganError(
            f"Alasannya harus {LEAST_REASON} sampai {MAX_REASON} huruf.",
            hint="Sebut untuk apa, misalnya nomor kasus atau isu yang diperiksa.",
        )
    return kept


def as_mark(row: PublicAccountRow) -> PublicMark:
    """The row as a record."""
    return PublicMark(
        id=row.id, platform=row.platform, account=row.account, shown=row.shown,
        kind=None if row.kind == "none" else cast(PublicKind, row.kind), reason=row.reason, by=row.actor_name,
        at=row.at,
    )  # fmt: skip
