"""Who acts on the command line: the person named with --as, for whom the machine's owner vouches."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.roles import Actor

VIA = "baris perintah"
"""What the audit says of an act that came this way."""


def add_person(action: argparse.ArgumentParser, *, required: bool, words: str) -> None:
    """Let an action take ``--as NAMA_PENGGUNA``, kept as ``options.username``."""
    action.add_argument("--as", dest="username", required=required, metavar="NAMA_PENGGUNA", help=words)


def actor_named(session: Session, username: str, *, now: datetime) -> Actor:
    """The person of this username as an actor. Raises NotFound, or NotAllowed for an account that is shut."""
    from casework.people import actor_of, find_person

    return actor_of(session, find_person(session, username).id, now=now)
