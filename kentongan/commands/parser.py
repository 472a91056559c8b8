"""argparse in Indonesian: headings, help and the complaints about wrong arguments."""

from __future__ import annotations

import argparse
import re
from typing import NoReturn

COMPLAINTS: tuple[tuple[str, str], ...] = (
    (r"unrecognized arguments: (.*)", r"Pilihan tidak dikenal: \1."),
    (r"the following arguments are required: (.*)", r"Belum disebut: \1."),
    (r"argument (.*): expected one argument", r"\1 membutuhkan sebuah nilai."),
    (r"argument (.*): invalid choice: (.*) \(choose from (.*)\)", r"\1 tidak mengenal \2. Pilih salah satu: \3."),
    (r"argument (.*): invalid int value: (.*)", r"\1 membutuhkan bilangan bulat, bukan \2."),
    (r"argument (.*): not allowed with argument (.*)", r"\1 tidak dapat dipakai bersama \2."),
    (r"argument (.*): ignored explicit argument (.*)", r"\1 tidak menerima nilai, jadi bukan \2."),
    (r"ambiguous option: (.*) could match (.*)", r"\1 dapat berarti \2: tulis lengkap."),
)
"""What argparse says, and how we say it; anything else stays as it is."""


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose own words are Indonesian."""

    def __init__(self, *, prog: str, description: str | None = None) -> None:
        super().__init__(
            prog=prog, description=description, add_help=False, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        self._positionals.title = "masukan"
        self._optionals.title = "pilihan"
        self.add_argument("-h", "--help", action="help", help="tampilkan bantuan ini")

    def format_help(self) -> str:
        return re.sub(r"^usage:", "pemakaian:", super().format_help())

    def error(self, message: str) -> NoReturn:
        for pattern, ours in COMPLAINTS:
            if re.fullmatch(pattern, message):
                message = re.sub(pattern, ours, message)
        self.exit(2, f"{self.prog}: {message} Lihat `{self.prog} --help`.\n")
