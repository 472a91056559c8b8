"""Kelola orang yang boleh masuk: siapa, dengan peran apa, dan kata sandi sekali pakainya.

Dijalankan oleh pemilik mesin ini; catatan audit menyebutnya "sistem". Orang pertama adalah admin. Kata sandi dari
password dan dari add --password harus diganti pada saat masuk pertama, dan hangus sesudah tujuh hari.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kentongan.commands.output import say, write_rows
from kentongan.errors import NotConfigured, NotFound
from kentongan.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def configure(parser: argparse.ArgumentParser) -> None:
    from casework.roles import ROLES

    actions = parser.add_subparsers(dest="action", required=True, metavar="TINDAKAN")
    listing = actions.add_parser("list", prog=f"{parser.prog} list", help="semua orang", description="semua orang")
    listing.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    words = "tambah seseorang"
    add = actions.add_parser("add", prog=f"{parser.prog} add", help=words, description=words)
    add.add_argument("username", metavar="NAMA_PENGGUNA")
    add.add_argument("--name", required=True, metavar="NAMA", help="nama lengkap")
    add.add_argument("--password", action="store_true", help="beri kata sandi sekali pakai, ditampilkan satu kali")
    role = actions.add_parser("role", prog=f"{parser.prog} role", help="ganti peran", description="ganti peran")
    role.add_argument("username", metavar="NAMA_PENGGUNA")
    for action in (add, role):
        action.add_argument("--role", required=True, choices=ROLES, help="peran")
        action.add_argument("--agency", default=None, metavar="INSTANSI", help="instansi seorang petugas")
    for name, words in (
        ("deactivate", "tutup akun"),
        ("reactivate", "buka kembali akun"),
        ("password", "beri kata sandi sekali pakai yang baru; sesi yang terbuka berakhir"),
        ("factor-off", "lepas faktor kedua yang hilang"),
        ("unbind", "lepas ikatan pada akun instansi; sesi yang terbuka berakhir"),
    ):
        action = actions.add_parser(name, prog=f"{parser.prog} {name}", help=words, description=words)
        action.add_argument("username", metavar="NAMA_PENGGUNA")
    for name, field, words in (
        ("email", "ALAMAT", "catat alamat surel yang dikenal layanan masuk instansi; kosong menghapusnya"),
        ("bind", "SUBJEK", "ikat pada akun instansi dengan subjek (sub) ini"),
    ):
        action = actions.add_parser(name, prog=f"{parser.prog} {name}", help=words, description=words)
        action.add_argument("username", metavar="NAMA_PENGGUNA")
        action.add_argument("value", metavar=field)


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework import people
    from casework.db import open_casework
    from casework.roles import SYSTEM

    now = datetime.now(UTC)
    with open_casework(settings) as casework:
        if options.action == "list":
            with casework.read() as session:
                rows = [
                    {
                        "username": person.username,
                        "name": person.name,
                        "role": person.role,
                        "agency": person.agency,
                        "active": person.active,
                        "expires_at": person.expires_at,
                    }
                    for person in people.list_people(session)
                ]
            begin = '`kentongan users add sari --name "Sari Utami" --role admin`'
            write_rows(rows, as_json=options.json, empty=f"Belum ada orang. Mulai: {begin}.")
            return 0
        with casework.begin() as session:
            if options.action == "add":
                person = people.add_person(
                    session,
                    options.username,
                    name=options.name,
                    role=options.role,
                    agency=options.agency,
                    actor=SYSTEM,
                    now=now,
                )
                given = give(session, person.id, now=now) if options.password else None
            else:
                given = None
                person = people.find_person(session, options.username)
                if options.action == "role":
                    people.change_role(
                        session,
                        person.id,
                        role=options.role,
                        agency=options.agency,
                        actor=SYSTEM,
                        version=person.version,
                        now=now,
                    )
                elif options.action == "password":
                    given = give(session, person.id, now=now)
                elif options.action == "factor-off":
                    take_factor(session, person.id, now=now)
                elif options.action in ("email", "bind", "unbind"):
                    change_outside(session, person.id, options, settings, now=now)
                else:
                    change = {"deactivate": people.deactivate, "reactivate": people.reactivate}[options.action]
                    change(session, person.id, actor=SYSTEM, version=person.version, now=now)
    say(f"{options.username}: selesai.")
    if given is not None:
        # To standard output and nowhere else: it is in no log and no audit.
        print(given)
    return 0


def give(session: Session, person: str, *, now: datetime) -> str:
    """A new one-time password of this person."""
    from casework.accounts.signing_in import give_password
    from casework.roles import SYSTEM

    return give_password(session, person, actor=SYSTEM, now=now)


def take_factor(session: Session, person: str, *, now: datetime) -> None:
    """Take a lost second factor off. Raises NotFound where there is none."""
    from casework.accounts.second_factor import remove_second_factor
    from casework.accounts.tables import AccountRow
    from casework.roles import SYSTEM

    row = session.get(AccountRow, person)
    if row is None or row.totp is None:
        raise NotFound("Orang itu tidak memasang faktor kedua.")
    remove_second_factor(session, row, actor=SYSTEM, now=now)


def change_outside(
    session: Session, person: str, options: argparse.Namespace, settings: Settings, *, now: datetime
) -> None:
    """How a person is known to the organisation's sign-in service. Raises NotConfigured, Conflict, NotFound."""
    from casework.accounts.outside import bind_subject, set_address, unbind
    from casework.roles import SYSTEM

    if options.action == "email":
        set_address(session, person, options.value, actor=SYSTEM, now=now)
        return
    if not settings.oidc_issuer:
        raise NotConfigured("oidc_issuer", "Layanan masuk instansi belum dipasang.", hint="Isi pengaturan oidc_issuer.")
    if options.action == "bind":
        bind_subject(session, person, issuer=settings.oidc_issuer, subject=options.value, actor=SYSTEM, now=now)
    else:
        unbind(session, person, issuer=settings.oidc_issuer, actor=SYSTEM, now=now)
