"""Bukti: amankan unggahan ke sebuah kasus, tangkap halaman, jawab pertanyaan hukum, buat paket, periksa paket."""

from __future__ import annotations

import argparse
from importlib import import_module

from kentongan.settings import Settings

PARTS = ("secure", "capture", "questions", "build", "verify", "redact", "keys", "heads")
"""Modules ``kentongan.commands.evidence_<part>``; each adds its actions and says what runs them."""


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="TINDAKAN")
    for part in PARTS:
        import_module(f"kentongan.commands.evidence_{part}").configure(actions)


def run(options: argparse.Namespace, settings: Settings) -> int:
    done: int = options.run_action(options, settings)
    return done
