"""Alias lists: names for what an office searches again and again, kept by its people in a TOML file.

    [sby]
    judul = "Susilo Bambang Yudhoyono"
    salah_satu = ["sby", '"susilo bambang yudhoyono"']
    kecuali = ["surabaya", "persebaya"]

``@sby`` in a query then means any of the first and none of the second. Each entry is a query of its own, in which
other aliases may stand. ``@name`` without such a list is the mention.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kentongan.errors import BadSettings
from kentongan.text import tokens

MAX_BYTES = 1_000_000
"""Largest file; the lists of a province take a hundredth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """One list."""

    name: str
    """Lower case, without "@"."""
    title: str
    """For people; empty where none was given."""
    any_of: tuple[str, ...]
    """Queries, at least one."""
    none_of: tuple[str, ...]
    """Queries for what is meant by the same words, but not here."""


class AliasTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An alias as the file writes it."""

    salah_satu: tuple[str, ...]
    kecuali: tuple[str, ...] = ()
    judul: str = ""


class AliasFile:
    """The alias lists of an installation, read anew whenever the file has changed. Any thread may use it."""

    def __init__(self, path: Path | None = None) -> None:
        """Without a path, or where there is no such file, there are no aliases."""
        self.path = path
        self._read: tuple[object, Mapping[str, Alias]] = (None, {})

    def lists(self) -> Mapping[str, Alias]:
        """The aliases by name. Raises BadSettings, naming file and alias, where the file cannot be understood."""
        if self.path is None:
            return {}
        try:
            status = self.path.stat()
            state = (status.st_mtime_ns, status.st_size, status.st_ino)
            if self._read[0] != state:
                if status.st_size > MAX_BYTES:
                    raise BadSettings(f"Berkas alias {self.path} lebih besar dari {MAX_BYTES // 1_000_000} MB.")
                self._read = (state, read_aliases(self.path.read_bytes(), self.path))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise BadSettings(f"Berkas alias {self.path} tidak terbaca: {error.strerror}.") from error
        return self._read[1]


NO_ALIASES = AliasFile()


def read_aliases(content: bytes, path: Path) -> dict[str, Alias]:
    """The aliases in a file's content; ``path`` is for messages. Raises BadSettings as ``AliasFile.lists``."""
    try:
        tables = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadSettings(f"{path} bukan TOML yang benar: {error}.") from error
    aliases: dict[str, Alias] = {}
    for written, table in tables.items():
        name = written.lower()
        if tokens(f"@{name}") != [f"@{name}"]:
            raise BadSettings(
                f"Nama alias {written!r} di {path} tidak dapat ditulis sebagai @{written} dalam kueri.",
                hint="Pakai huruf, angka dan garis bawah saja, dengan paling sedikit satu huruf.",
            )
        if name in aliases:
            raise BadSettings(f"Alias {name} ada dua kali di {path}, dengan huruf besar dan kecil.")
        try:
            entry = msgspec.convert(table, AliasTable)
        except msgspec.ValidationError as error:
            raise BadSettings(
                f"Alias {name} di {path} tidak terbaca: {error}.",
                hint="Isinya salah_satu = [...], dan bila perlu kecuali = [...] dan judul = '...'.",
            ) from error
        if not entry.salah_satu:
            raise BadSettings(f"Alias {name} di {path} kosong: salah_satu tidak memuat apa pun.")
        aliases[name] = Alias(name=name, title=entry.judul, any_of=entry.salah_satu, none_of=entry.kecuali)
    return aliases
