"""Which panels of Beranda each role sees, in which order, and where a new person begins."""

from __future__ import annotations

from typing import Final, Literal

from casework.roles import Role

PanelName = Literal[
    "issues", "hoaxes", "complaints", "alerts", "incidents", "tasks", "sources", "acts", "people", "machine", "models"
]

PANELS: Final[dict[Role, tuple[PanelName, ...]]] = {
    "analis": ("issues", "hoaxes", "incidents", "complaints", "alerts", "sources", "tasks", "acts"),
    "pimpinan": ("issues", "complaints", "incidents", "hoaxes", "tasks", "acts"),
    "hukum": ("hoaxes", "tasks", "acts", "incidents", "issues", "alerts"),
    "peneliti": ("models", "sources", "issues", "hoaxes", "machine"),
    "petugas": ("complaints", "tasks", "incidents", "issues", "alerts", "acts"),
    "admin": ("people", "machine", "sources", "alerts", "incidents", "complaints"),
}
"""The first six stand on one screen of 1366x768."""
EVERYBODY: Final[tuple[PanelName, ...]] = PANELS["analis"]
"""Where nobody signs in."""

PAGE_OF: Final[dict[PanelName, str]] = {
    "issues": "isu", "hoaxes": "hoaks", "complaints": "aduan", "alerts": "peringatan", "incidents": "insiden",
    "tasks": "tindak-lanjut", "sources": "sumber", "acts": "beranda", "people": "kelola", "machine": "sumber",
    "models": "model",
}  # fmt: skip
"""The page that a panel is of: a panel whose page is not for a role is not drawn for it."""

FIRST_STEPS: Final[dict[Role, tuple[str, str, str]]] = {
    "analis": ("isu", "hoaks", "jelajah"),
    "pimpinan": ("ringkasan", "aduan?tampil=merah", "keputusan"),
    "hukum": ("hoaks", "kasus", "laporan"),
    "peneliti": ("label", "model", "sumber"),
    "petugas": ("aduan", "tindak-lanjut", "insiden"),
    "admin": ("kelola", "sumber", "peringatan"),
}
"""Three pages that a new person opens first; the words are ``home_welcome_<role>_<number>``."""
