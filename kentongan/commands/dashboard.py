"""Buka dasbor. Berhenti dengan Ctrl+C."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from kentongan.commands.output import say
from kentongan.errors import KentonganError
from kentongan.settings import Settings


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default=None, help="alamat yang didengarkan (bawaan: pengaturan dashboard_host)")
    parser.add_argument("--port", type=int, default=None, help="port; 0 memakai yang bebas (bawaan: dashboard_port)")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from dashboard.serve import choose_port, serve_dashboard
    from dashboard.subpath import folder_of

    folder = folder_of(settings)
    host = settings.dashboard_host if options.host is None else options.host
    port = choose_port(host, settings.dashboard_port if options.port is None else options.port)
    if settings.sign_in == "required":
        make_first_admin(settings, address=f"http://{host}:{port}{folder}")
    say(f"Dasbor: http://{host}:{port}{folder} (berhenti dengan Ctrl+C)")
    return serve_dashboard(settings, host=host, port=port)


def make_first_admin(settings: Settings, *, address: str) -> None:
    """Make the first admin of an installation without one, and print once what they sign in with."""
    from casework.accounts.beginning import ensure_admin
    from casework.db import open_casework

    try:
        with open_casework(settings) as casework, casework.begin() as session:
            made = ensure_admin(session, now=datetime.now(UTC))
    except KentonganError as error:
        # The dashboard starts all the same, and its pages say what is wrong with the database.
        say(str(error))
        return
    if made is not None:
        # To standard output and nowhere else: it is in no log and no audit.
        print("Admin pertama dibuat. Kata sandi ini hanya untuk sekali masuk dan tidak ditampilkan lagi:")
        print(f"  alamat:        {address}/masuk")
        print(f"  nama pengguna: {made.person.username}")
        print(f"  kata sandi:    {made.password}")
        print(f"Hilang? Buat yang baru: kentongan users password {made.person.username}", flush=True)
