"""Peringatan: aturan atas pencarian tersimpan, ujinya atas 90 hari yang lalu, penanganan, dan pengiriman.

Sebuah aturan diuji sebelum disimpan: berapa kali ia akan berbunyi dalam 90 hari yang lalu, dan berapa peringatan
seminggu yang dapat diharapkan. `replay` mengulang hari-hari itu jam demi jam dan mencocokkannya dengan uji itu. `run`
menilai setiap jam sejak terakhir kali dijalankan; `kentongan watch` juga melakukannya.
Contoh: kentongan alerts add "Lonjakan banjir" spike --search Banjir --as ani
"""

from __future__ import annotations

import argparse
from importlib import import_module

from kentongan.settings import Settings

PARTS = ("rules", "runs", "acts")
"""Modules ``kentongan.commands.alert_<part>``; each adds its actions and says what runs them."""


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="TINDAKAN")
    for part in PARTS:
        import_module(f"kentongan.commands.alert_{part}").configure(actions)


def run(options: argparse.Namespace, settings: Settings) -> int:
    done: int = options.run_action(options, settings)
    return done
