"""The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for when it is lost."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from casework import audit
from casework.accounts.tables import AccountRow, RecoveryCodeRow
from casework.roles import Actor
from kentongan.errors import Conflict, KentonganError

STEP_SECONDS: Final = 30
"""Seconds that a code holds (RFC 6238, 4.1)."""
DRIFT_STEPS: Final = 1
"""Steps that a phone's clock may be off, either way (RFC 6238, 5.2 recommends at most one)."""
RECOVERY_CODES: Final = 8
RECOVERY_BYTES: Final = 5
"""Random bytes of a recovery code: 40 bits, behind the same lock-out as passwords."""


def begin_enrolment(row: AccountRow) -> str:
    """A new secret, in base 32, that counts once ``confirm_enrolment`` saw a code of it. Raises Conflict where a second
    factor is there already."""
    import pyotp

    if row.totp is not None:
        raise Conflict("Faktor kedua sudah terpasang.", hint="Lepas dulu yang lama.")
    row.totp_pending = pyotp.random_base32()
    return row.totp_pending


def provisioning_address(secret: str, *, username: str, organisation: str) -> str:
    """The ``otpauth://`` address that an authenticator app reads from a QR code."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=f"Kentongan {organisation}".strip())


def confirm_enrolment(session: Session, row: AccountRow, code: str, *, actor: Actor, now: datetime) -> list[str]:
    """Switch the second factor on with its first code; returns the recovery codes, which are shown once and kept as
    digests. Raises KentonganError for a wrong code."""
    if row.totp_pending is None:
        raise Conflict("Belum ada faktor kedua yang menunggu kode.", hint="Mulai pemasangannya dari awal.")
    step = find_step(row.totp_pending, code, now=now, after=None)
    if step is None:
        raise KentonganError("Kode itu tidak cocok.", hint="Periksa jam ponsel, lalu tulis kode yang sedang tampil.")
    row.totp, row.totp_pending, row.totp_step = row.totp_pending, None, step
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.person == row.person))
    codes = [secrets.token_hex(RECOVERY_BYTES) for _ in range(RECOVERY_CODES)]
    session.add_all(
        RecoveryCodeRow(digest=digest_of(row.person, code), person=row.person, used_at=None) for code in codes
    )
    audit.record(session, actor, action="account.second_factor", object=f"person:{row.person}", detail={}, now=now)
    return codes


def remove_second_factor(session: Session, row: AccountRow, *, actor: Actor, now: datetime) -> None:
    """Take the second factor and its recovery codes away."""
    row.totp = row.totp_pending = row.totp_step = None
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.person == row.person))
    audit.record(
        session, actor, action="account.remove_second_factor", object=f"person:{row.person}", detail={}, now=now
    )


def takes_code(session: Session, row: AccountRow, code: str, *, now: datetime) -> bool:
    """Whether this is a code of the authenticator app that was not used yet, or an unused recovery code; uses it up."""
    plain = "".join(code.split()).lower()
    if row.totp is not None and (step := find_step(row.totp, plain, now=now, after=row.totp_step)) is not None:
        row.totp_step = step
        return True
    kept = session.get(RecoveryCodeRow, digest_of(row.person, plain), with_for_update=True)
    if kept is None or kept.used_at is not None:
        return False
    kept.used_at = now
    return True


def find_step(secret: str, code: str, *, now: datetime, after: int | None) -> int | None:
    """The time step this code belongs to, later than ``after``; None where it belongs to none that holds now."""
    import pyotp

    generator, current = pyotp.TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1):
        if (after is None or step > after) and secrets.compare_digest(
            generator.generate_otp(step).encode(), code.encode()
        ):
            return step
    return None


def digest_of(person: str, code: str) -> str:
    return hashlib.sha256(f"{person}:{code}".encode()).hexdigest()
