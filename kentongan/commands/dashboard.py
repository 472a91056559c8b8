"""Buka dasbor. Berhenti dengan Ctrl+C."""

from __future__ import annotations

import argparse

from kentongan.commands.output import say
from kentongan.settings import Settings


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default=None, help="alamat yang didengarkan (bawaan: pengaturan dashboard_host)")
    parser.add_argument("--port", type=int, default=None, help="port; 0 memakai yang bebas (bawaan: dashboard_port)")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from dashboard.serve import choose_port, serve_dashboard

    host = settings.dashboard_host if options.host is None else options.host
    port = choose_port(host, settings.dashboard_port if options.port is None else options.port)
    say(f"Dasbor: http://{host}:{port} (berhenti dengan Ctrl+C)")
    return serve_dashboard(settings, host=host, port=port)
