"""Makes a paper: a typst template with its values becomes a PDF/A-2b file, the same bytes for the same input.

Templates lie in ``papers_templates``; each reads its values from ``values.json`` and its pictures from ``gambar/``.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from casework.paper_text import print_values
from kentongan.errors import KentonganError
from kentongan.schema import require_aware

TEMPLATES: Final = Path(__file__).parent / "papers_templates"
STANDARD: Final = "a-2b"
"""PDF/A-2b (ISO 19005-2, level B): self-contained, looks the same in decades, and may be signed."""


def make_pdf(
    template: str, values: Mapping[str, object], *, now: datetime, pictures: Mapping[str, bytes] | None = None
) -> bytes:
    """The PDF of a template ("berita-acara") with these values, dated ``now``.

    ``values`` is a tree of mappings, sequences, texts, numbers and None; every text is made printable. ``pictures`` are
    PNG or JPEG files by the names under which the values speak of them. Raises KentonganError where there
    is no such template, a picture cannot be read, or the disk is full.
    """
    require_aware("now", now)
    import typst

    if not (TEMPLATES / f"{template}.typ").is_file():
        raise KentonganError(f"Tidak ada templat surat {template!r}.")
    try:
        with tempfile.TemporaryDirectory(prefix="kentongan-surat-") as name:
            folder = Path(name)
            for file in TEMPLATES.glob("*.typ"):
                shutil.copyfile(file, folder / file.name)
            (folder / "values.json").write_bytes(msgspec.json.encode(print_values(msgspec.to_builtins(values))))
            (folder / "gambar").mkdir()
            for picture, data in (pictures or {}).items():
                (folder / "gambar" / picture).write_bytes(data)
            return typst.compile(
                folder / f"{template}.typ",
                root=folder,
                ignore_system_fonts=True,
                pdf_standards=STANDARD,
                timestamp=int(now.timestamp()),
            )
    except typst.TypstError as error:
        raise KentonganError(f"Surat {template!r} tidak dapat dibuat: {error}.") from error
    except OSError as error:
        raise KentonganError(
            f"Surat {template!r} tidak dapat dibuat: {error.strerror or error}.",
            hint="Periksa ruang disk, lalu ulangi.",
        ) from error
