"""Writes a finished paper or table to the file a person named."""

from __future__ import annotations

from pathlib import Path

from kentongan.commands.output import say
from kentongan.errors import NotFound


def write_paper(file: Path, data: bytes) -> None:
    """Write it and say so. Raises NotFound where the folder is not there or cannot be written."""
    try:
        file.write_bytes(data)
    except OSError as error:
        raise NotFound(
            f"Berkas {file} tidak dapat ditulis: {error.strerror}.", hint="Periksa foldernya dan haknya."
        ) from error
    say(f"Ditulis: {file}")
