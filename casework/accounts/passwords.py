"""Passwords: what one must be, and how it is kept (Argon2id) and checked."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from kentongan.errors import KentonganError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST: Final = 12
"""Characters a password has at least. NIST SP 800-63B asks for 8 beside a second factor and 15 alone; with lock-out and
an optional second factor this lies between."""
LONGEST: Final = 128
"""Characters it has at most: hashing is work that a stranger could ask for."""
ONE_TIME_LENGTH: Final = 16
ONE_TIME_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters and digits that are read as one another."""
WELL_KNOWN: Final = (
    "password", "katasandi", "sandi", "rahasia", "admin", "indonesia", "merdeka", "bismillah", "alhamdulillah",
    "kentongan", "komando", "pemerintah", "qwerty", "asdfgh", "123456", "111111", "abcdef", "jakarta", "bandung",
    "semarang", "surabaya", "sayang", "garuda", "pancasila",
)  # fmt: skip
"""What guessing begins with. A password that is one of them and little more is refused."""
LEAST_BEYOND: Final = 6
"""Characters that must remain once well-known words and the person's own names are taken out."""


def check_password_words(password: str, *, username: str, name: str) -> None:
    """Raise KentonganError where this may not become somebody's password, with what is wrong. No other rule holds:
    no digits or signs are demanded, and none expires (NIST SP 800-63B, 3.1.1.2)."""
    if len(password) < SHORTEST:
        raise KentonganError(
            f"Kata sandi terlalu pendek: paling sedikit {SHORTEST} karakter.",
            hint="Beberapa kata biasa berturut-turut mudah diingat dan sulit ditebak.",
        )
    if len(password) > LONGEST:
        raise KentonganError(f"Kata sandi terlalu panjang: paling banyak {LONGEST} karakter.")
    bare = password.casefold()
    if len(set(bare)) < 5:
        raise KentonganError("Kata sandi terlalu mudah ditebak: hampir semua karakternya sama.")
    rest = bare
    for known in (*WELL_KNOWN, username.casefold(), *(part for part in name.casefold().split() if len(part) > 2)):
        rest = rest.replace(known, "")
    if rest != bare and len(rest) < LEAST_BEYOND:
        raise KentonganError(
            "Kata sandi terlalu mudah ditebak: hampir hanya nama Anda atau kata yang ditebak orang lebih dulu.",
            hint="Tambahkan kata lain.",
        )


def make_one_time_password() -> str:
    """A random password (79 bits) to be handed over and changed at the first signing in."""
    drawn = "".join(secrets.choice(ONE_TIME_LETTERS) for _ in range(ONE_TIME_LENGTH))
    return "-".join(drawn[at : at + 4] for at in range(0, ONE_TIME_LENGTH, 4))


def make_hasher() -> PasswordHasher:
    """Argon2id with the library's costs: those of RFC 9106 for servers with little memory (64 MiB, three passes)."""
    from argon2 import PasswordHasher

    return PasswordHasher()


def hash_password(password: str) -> str:
    """The password as it is kept."""
    return make_hasher().hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether this is the password that is kept. For a person without one as much work is done, and the answer is
    False: how long an answer takes tells nobody who has an account."""
    from argon2.exceptions import VerificationError

    hasher = make_hasher()
    if stored is None or len(password) > LONGEST:
        hasher.hash(password[:LONGEST])
        return False
    try:
        return hasher.verify(stored, password)
    except VerificationError:
        return False


def is_outdated(stored: str) -> bool:
    """Whether it was kept with other costs than today's, and should be hashed anew."""
    return make_hasher().check_needs_rehash(stored)
