"""Who acts on the command line: the person named with --as, for whom the machine's owner vouches."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.roles import Actor

VIA = "baris perintah"
"""What the audit says of an act that came this way."""


def add_person(action: argparse.ArgumentParser, *, required: bool, words: str) -> None:
    """Let an action take ``--as NAMA_PENGGUNA``, kept as ``options.username``."""
    action.add_argument("--as", dest="username", required=required, metavar="NAMA_PENGGUNA", help=words)


class AddAction(Protocol):
    """Adds an action of a command: its name, its words, whether it takes a number and whether a person acts."""

    def __call__(
        self, name: str, words: str, *, number: bool = True, person: bool = True
    ) -> argparse.ArgumentParser: ...


def adding_actions(parser: argparse.ArgumentParser, *, number: str) -> AddAction:
    """What adds the actions of a command about numbered things; ``number`` says what such a number looks like."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="TINDAKAN")
    help_of_number = number

    def action(name: str, words: str, *, number: bool = True, person: bool = True) -> argparse.ArgumentParser:
        made = actions.add_parser(name, prog=f"{parser.prog} {name}", help=words, description=words)
        if number:
            made.add_argument("number", metavar="NOMOR", help=help_of_number)
        if person:
            add_person(made, required=True, words="siapa yang bertindak")
        return made

    return action


def actor_named(session: Session, username: str, *, now: datetime) -> Actor:
    """The person of this username as an actor. Raises NotFound, or NotAllowed for an account that is shut."""
    from casework.people import actor_of, find_person

    return actor_of(session, find_person(session, username).id, now=now)
