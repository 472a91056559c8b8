"""Dinding: pasang dan cabut layar, tulis pengumuman, periksa daftar putar.

Layar baru mendapat kode yang berlaku sekali selama 30 menit; tulis kode itu di layar, pada alamat dasbor diakhiri
/dinding. Contoh: kentongan wall add "Lobi" --as ratna
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kentongan.commands.acting import VIA, actor_named, adding_actions
from kentongan.commands.output import say, wants_json, write_lines, write_rows
from kentongan.errors import KentonganError
from kentongan.settings import Settings
from kentongan.times import format_time

if TYPE_CHECKING:
    from casework.db import Casework
    from casework.wall.devices import Device

MOST_HOURS = 24 * 31
"""Longest announcement, in hours: ``casework.wall.announcements.LONGEST``."""


def configure(parser: argparse.ArgumentParser) -> None:
    action = adding_actions(parser, number="nomor layar atau pengumuman, dari `kentongan wall list`")
    adding = action("add", "tambah layar; mencetak kode pemasangannya", number=False)
    adding.add_argument("name", metavar="NAMA", help='tempat layar itu, misalnya "Lobi"')
    listing = action("list", "layar dan pengumuman", number=False, person=False)
    listing.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    action("revoke", "cabut layar: ia tidak mendapat data lagi")
    told = action("announce", "tulis pengumuman di dinding", number=False)
    told.add_argument("text", metavar="TEKS", help="isinya, satu kalimat")
    told.add_argument("--hours", type=float, default=8.0, metavar="JAM", help="berapa jam berlaku (bawaan: 8)")
    action("withdraw", "cabut pengumuman")
    check = action("check", "periksa daftar putar", number=False, person=False)
    check.add_argument("playlist", type=Path, metavar="BERKAS", help="berkas TOML daftar putar")


def run(options: argparse.Namespace, settings: Settings) -> int:
    if options.action == "check":
        return run_check(options, settings)
    from casework.db import open_casework

    now = datetime.now(UTC)
    with open_casework(settings) as casework:
        return (
            run_list(options, settings, casework, now)
            if options.action == "list"
            else run_act(options, settings, casework, now)
        )


def run_check(options: argparse.Namespace, settings: Settings) -> int:
    from casework.alerts.channels import allowed_origins, origin_of, split_address
    from dashboard.wall.playlist import load_playlist

    made = load_playlist(options.playlist)
    write_lines(
        [{"scene": one.name, "seconds": one.seconds, "panels": list(one.panels)} for one in made.scene]
        + [{"camera": one.name, "every_seconds": one.every_seconds} for one in made.camera]
    )
    allowed = allowed_origins(settings.wall_camera_hosts)
    for camera in made.camera:
        parts = split_address(camera.url)
        if parts is not None and origin_of(parts) not in allowed:
            say(f"Kamera {camera.name} belum diizinkan: tambahkan {origin_of(parts)} pada wall_camera_hosts.")
    return 0


def run_list(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.wall.announcements import current_announcements
    from casework.wall.devices import list_devices

    with casework.read() as session:
        devices = list_devices(session)
        standing = current_announcements(session, now=now, limit=100)
    rows: list[dict[str, object]] = [
        {
            "number": one.id,
            "what": "layar",
            "words": one.name,
            "state": state_of(one, now=now),
            "seen": None if one.seen_at is None else format_time(one.seen_at, zone=settings.zone),
        }
        for one in devices
    ]
    rows += [
        {
            "number": one.id,
            "what": "pengumuman",
            "words": one.text,
            "state": f"sampai {format_time(one.ends_at, zone=settings.zone)}",
            "seen": None,
        }
        for one in standing
    ]
    write_rows(
        rows,
        as_json=wants_json(options.json),
        empty='Belum ada layar. Tambahkan: kentongan wall add "Lobi" --as NAMA_PENGGUNA',
    )
    return 0


def state_of(device: Device, *, now: datetime) -> str:
    """Where a screen stands, in words."""
    if device.revoked_at is not None:
        return "dicabut"
    if device.paired_at is not None:
        return "terpasang"
    return "menunggu kode" if now < device.code_until else "kode lewat waktu"


def run_act(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.wall.announcements import announce, withdraw_announcement
    from casework.wall.devices import add_device, revoke_device

    with casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        match options.action:
            case "add":
                added = add_device(session, options.name, actor=actor, now=now, via=VIA)
                row: dict[str, object] = {"number": added.device.id, "name": added.device.name, "code": added.code}
                base = settings.public_url.rstrip("/") or f"http://{settings.dashboard_host}:{settings.dashboard_port}"
                row["link"] = f"{base}/dinding?kode={added.code}"
                until = format_time(added.device.code_until, zone=settings.zone)
                said = f"Kode {added.code} berlaku sekali, sampai {until}. Buka tautannya di layar itu."
            case "revoke":
                device = revoke_device(session, number_of(options.number), actor=actor, now=now, via=VIA)
                row, said = {"number": device.id, "name": device.name}, f"Layar {device.name} dicabut."
            case "announce":
                if not 0 < options.hours <= MOST_HOURS:
                    raise KentonganError(f"--hours antara 0 dan {MOST_HOURS}.")
                ends_at = now + timedelta(hours=options.hours)
                made = announce(session, options.text, ends_at=ends_at, actor=actor, now=now, via=VIA)
                row = {"number": made.id, "ends_at": made.ends_at.isoformat()}
                said = f"Pengumuman {made.id} berlaku sampai {format_time(made.ends_at, zone=settings.zone)}."
            case _:
                gone = withdraw_announcement(session, number_of(options.number), actor=actor, now=now, via=VIA)
                row, said = {"number": gone.id}, f"Pengumuman {gone.id} dicabut."
    write_lines([row])
    say(said)
    return 0


def number_of(said: str) -> int:
    """The number of a screen or an announcement. Raises KentonganError."""
    if not said.isascii() or not said.isdigit() or len(said) > 18:
        raise KentonganError(f"{said[:20]!r} bukan nomor.", hint="Lihat: `kentongan wall list`.")
    return int(said)
