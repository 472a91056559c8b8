"""The verifier that travels in every package: one Python file, one page, and where they lie.

``verifikasi.py`` runs alone, outside this project; what is here only says where the two files are, so that a package
can carry them and the command ``evidence verify`` can run the project's own copy.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parent

VERIFIER = FOLDER / "verifikasi.py"
"""The verifier that goes into a package as it stands."""

PAGE = FOLDER / "verifikasi.html"
"""The offline page that goes into a package as it stands."""
