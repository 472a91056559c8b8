"""Buka dasbor. Berhenti dengan Ctrl+C."""

from __future__ import annotations

import argparse

from kentongan.settings import Settings


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default=None, help="alamat yang didengarkan (bawaan: pengaturan dashboard_host)")
    parser.add_argument("--port", type=int, default=None, help="port; 0 memakai yang bebas (bawaan: dashboard_port)")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from dashboard.serve import serve_dashboard

    return serve_dashboard(
        settings,
        host=settings.dashboard_host if options.host is None else options.host,
        port=settings.dashboard_port if options.port is None else options.port,
    )
