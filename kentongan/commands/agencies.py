"""Instansi: list, load, add, change, merge.

Tanpa --as yang bertindak pemilik mesin ini; catatan audit menyebutnya "sistem". Instansi yang dibuat sebuah impor belum
ditinjau: tetapkan dengan `change`, atau gabungkan ke instansi yang benar dengan `merge`.
Contoh: kentongan agencies load samples/agencies.toml
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kentongan.commands.acting import VIA, actor_named, add_person
from kentongan.commands.output import say, write_lines, write_rows
from kentongan.errors import NotConfigured
from kentongan.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.agencies import Agency
    from casework.roles import Actor


def configure(parser: argparse.ArgumentParser) -> None:
    from casework.agencies import AGENCY_KINDS

    actions = parser.add_subparsers(dest="action", required=True, metavar="TINDAKAN")

    def action(name: str, words: str, *, acts: bool = True) -> argparse.ArgumentParser:
        made = actions.add_parser(name, prog=f"{parser.prog} {name}", help=words, description=words)
        if acts:
            add_person(made, required=False, words="siapa yang bertindak; tanpa ini sistem")
        return made

    listing = action("list", "semua instansi", acts=False)
    listing.add_argument("--unconfirmed", action="store_true", help="hanya yang dibuat impor dan belum ditinjau")
    listing.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    load = action("load", "muat daftar instansi dari berkas TOML; yang sudah ada disesuaikan")
    load.add_argument(
        "file", nargs="?", type=Path, default=None, metavar="BERKAS", help="tanpa ini berkas dari agencies_file"
    )
    add = action("add", "tambah sebuah instansi")
    change = action("change", "ubah sebuah instansi; sekaligus menetapkannya sudah ditinjau")
    for made in (add, change):
        made.add_argument("code", metavar="KODE", help="misalnya dinas-pu")
        made.add_argument("--name", required=made is add, default=None, metavar="NAMA", help="nama resminya")
        made.add_argument("--kind", choices=AGENCY_KINDS, default=None, help="jenis instansi")
        made.add_argument("--alias", action="append", default=None, metavar="NAMA", help="nama lain (boleh berulang)")
        made.add_argument("--field", action="append", default=None, metavar="BIDANG", help="bidang (boleh berulang)")
        made.add_argument("--danger", action="append", default=None, metavar="BAHAYA", help="bahaya yang dipastikannya")
        made.add_argument("--region", default=None, metavar="KODE", help="kode wilayah kerjanya")
        made.add_argument("--contact", default=None, metavar="KONTAK", help="alamat kantor, bukan alamat pribadi")
    change.add_argument("--active", choices=("ya", "tidak"), default=None, help="apakah masih dipakai")
    merge = action("merge", "jadikan sebuah instansi nama lain instansi kedua; aduannya pindah")
    merge.add_argument("code", metavar="KODE", help="yang digabungkan")
    merge.add_argument("--into", required=True, metavar="KODE", help="instansi yang benar")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.agencies import list_agencies
    from casework.db import open_casework

    now = datetime.now(UTC)
    with open_casework(settings) as casework:
        if options.action == "list":
            with casework.read() as session:
                found = [one for one in list_agencies(session) if not (options.unconfirmed and one.confirmed)]
            rows = [row_of(one) for one in found]
            write_rows(rows, as_json=options.json, empty="Tidak ada. Mulai: `kentongan agencies load BERKAS`.")
            return 0
        with casework.begin() as session:
            done = run_act(options, settings, session, now)
    write_lines([row_of(one) for one in done])
    if options.action == "load":
        say(f"{len(done)} instansi ditambah atau diubah.")
    return 0


def run_act(options: argparse.Namespace, settings: Settings, session: Session, now: datetime) -> list[Agency]:
    """The acts that change the list; returns what they changed."""
    from casework.agencies import get_agency
    from casework.agency_changes import (
        AgencyGiven,
        add_agency,
        change_agency,
        load_agencies,
        load_agency_file,
        merge_agency,
    )

    actor = acting(session, options.username, now=now)
    if options.action == "load":
        file = options.file or settings.agencies_file
        if file is None:
            raise NotConfigured(
                "agencies_file",
                "Tidak ada berkas instansi.",
                hint="Sebutkan berkasnya, atau isi agencies_file di kentongan.toml.",
            )
        return load_agencies(session, load_agency_file(file), actor=actor, now=now, via=VIA)
    if options.action == "merge":
        return [merge_agency(session, options.code, into=options.into, actor=actor, now=now, via=VIA)]
    given = {
        "name": options.name,
        "kind": options.kind,
        "aliases": options.alias,
        "fields": options.field,
        "dangers": options.danger,
        "region": options.region,
        "contact": options.contact,
    }
    given = {
        key: tuple(value) if isinstance(value, list) else value for key, value in given.items() if value is not None
    }
    if options.action == "add":
        return [add_agency(session, AgencyGiven(code=options.code, **given), actor=actor, now=now, via=VIA)]
    if options.active is not None:
        given["active"] = options.active == "ya"
    agency = get_agency(session, options.code)
    return [change_agency(session, agency.code, given, actor=actor, version=agency.version, now=now, via=VIA)]


def acting(session: Session, username: str | None, *, now: datetime) -> Actor:
    """The person named with --as, or the system."""
    from casework.roles import SYSTEM

    return SYSTEM if username is None else actor_named(session, username, now=now)


def row_of(agency: Agency) -> dict[str, object]:
    """An agency as a line."""
    return {
        "code": agency.code,
        "name": agency.name,
        "kind": agency.kind,
        "fields": ", ".join(agency.fields),
        "dangers": ", ".join(agency.dangers),
        "aliases": "; ".join(agency.aliases),
        "region": agency.region,
        "contact": agency.contact,
        "confirmed": agency.confirmed,
        "active": agency.active,
    }
