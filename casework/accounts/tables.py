"""The tables of accounts: what proves who somebody is, and which of their sessions are open."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.tables import Base


class AccountRow(Base):
    """How one person signs in here. Never deleted while the person stands; no row: they cannot sign in locally."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("failures >= 0", name="failures"),
        CheckConstraint("password IS NOT NULL OR NOT must_change", name="must_change"),
    )

    person: Mapped[str] = mapped_column(String(16), ForeignKey("person.id"), primary_key=True)
    password: Mapped[str | None] = mapped_column(String(200))
    """Argon2id in its own encoding, salt and costs included; None: no password."""
    must_change: Mapped[bool]
    """Whether the password was set by somebody else and serves for one signing in only."""
    password_at: Mapped[datetime | None]
    failures: Mapped[int]
    """Wrong passwords and codes in a row."""
    locked_until: Mapped[datetime | None]
    totp: Mapped[str | None] = mapped_column(String(64))
    """Shared secret of the second factor in base 32; None: none."""
    totp_pending: Mapped[str | None] = mapped_column(String(64))
    """A secret that was shown and whose first code is awaited."""
    totp_step: Mapped[int | None]
    """Newest time step whose code was used: a code serves once."""


class RecoveryCodeRow(Base):
    """One code that stands in for a lost second factor, once."""

    __tablename__ = "account_recovery_code"
    __table_args__ = (Index(None, "person"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of person and code: the codes are random, so a slow hash would guard nothing more."""
    person: Mapped[str] = mapped_column(String(16), ForeignKey("person.id"))
    used_at: Mapped[datetime | None]


class SignInRow(Base):
    """One session of a person in one browser."""

    __tablename__ = "account_session"
    __table_args__ = (Index(None, "person"), Index(None, "ends_at"))

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the token that the browser holds: whoever reads the table cannot sign in with it."""
    person: Mapped[str] = mapped_column(String(16), ForeignKey("person.id"))
    form_key: Mapped[str] = mapped_column(String(43))
    """What the forms of this session must send along (against forged requests)."""
    browser: Mapped[str] = mapped_column(String(200))
    """What the browser calls itself, for the list a person sees of their own sessions."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    """At the latest; earlier without use (``sessions.IDLE``)."""
    ended_at: Mapped[datetime | None]
    continued_by: Mapped[str | None] = mapped_column(String(64))
    """Digest of the session the same person opened in the same browser after this one had run out."""


class IdentityRow(Base):
    """A person's account at the organisation's sign-in service: bound once, and from then on known by its subject."""

    __tablename__ = "account_identity"
    __table_args__ = (UniqueConstraint("issuer", "person"),)

    issuer: Mapped[str] = mapped_column(String(300), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    """What the service calls the account for ever (OpenID Connect Core 1.0, section 2: at most 255 characters)."""
    person: Mapped[str] = mapped_column(String(16), ForeignKey("person.id"))
    bound_at: Mapped[datetime]
    bound_by: Mapped[str] = mapped_column(String(16))
    """Id of the admin who bound it; "sistem": it bound itself by the verified address."""
    email: Mapped[str] = mapped_column(String(254))
    """The verified address it was bound by; empty where an admin named the subject."""


class EmailRow(Base):
    """The address at which the sign-in service knows a person, as an admin entered it: it binds their account once."""

    __tablename__ = "account_email"
    __table_args__ = (UniqueConstraint("email"),)

    person: Mapped[str] = mapped_column(String(16), ForeignKey("person.id"), primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    """In lower case."""


class OutsideTryRow(Base):
    """A visit to the sign-in service that was begun and has not come back. Taken out by the answer: it serves once."""

    __tablename__ = "account_outside_try"
    __table_args__ = (Index(None, "ends_at"),)

    state: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the ``state`` that goes along."""
    browser: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the token in the cookie of the browser that began: no other may end it."""
    nonce: Mapped[str] = mapped_column(String(43))
    verifier: Mapped[str] = mapped_column(String(86))
    """The secret of PKCE (RFC 7636)."""
    goal: Mapped[str] = mapped_column(String(2000))
    """Where to go afterwards."""
    ends_at: Mapped[datetime]
