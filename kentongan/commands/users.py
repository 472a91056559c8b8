"""Kelola orang yang boleh masuk: list, add, role, deactivate, reactivate.

Dijalankan oleh pemilik mesin ini; catatan audit menyebutnya "sistem". Orang pertama adalah admin.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from kentongan.commands.output import say, write_rows
from kentongan.settings import Settings


def configure(parser: argparse.ArgumentParser) -> None:
    from casework.roles import ROLES

    actions = parser.add_subparsers(dest="action", required=True, metavar="TINDAKAN")
    listing = actions.add_parser("list", prog=f"{parser.prog} list", help="semua orang", description="semua orang")
    listing.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    words = "tambah seseorang"
    add = actions.add_parser("add", prog=f"{parser.prog} add", help=words, description=words)
    add.add_argument("username", metavar="NAMA_PENGGUNA")
    add.add_argument("--name", required=True, metavar="NAMA", help="nama lengkap")
    role = actions.add_parser("role", prog=f"{parser.prog} role", help="ganti peran", description="ganti peran")
    role.add_argument("username", metavar="NAMA_PENGGUNA")
    for action in (add, role):
        action.add_argument("--role", required=True, choices=ROLES, help="peran")
        action.add_argument("--agency", default=None, metavar="INSTANSI", help="instansi seorang petugas")
    for name, words in (("deactivate", "tutup akun"), ("reactivate", "buka kembali akun")):
        action = actions.add_parser(name, prog=f"{parser.prog} {name}", help=words, description=words)
        action.add_argument("username", metavar="NAMA_PENGGUNA")


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
                people.add_person(
                    session,
                    options.username,
                    name=options.name,
                    role=options.role,
                    agency=options.agency,
                    actor=SYSTEM,
                    now=now,
                )
            else:
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
                else:
                    change = {"deactivate": people.deactivate, "reactivate": people.reactivate}[options.action]
                    change(session, person.id, actor=SYSTEM, version=person.version, now=now)
    say(f"{options.username}: selesai.")
    return 0
