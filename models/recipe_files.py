"""Which trainings can be started: the recipes that ship, one's own beside them, and what each needs installed."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

SHIPPED: Final = Path(__file__).parent / "recipes"
OWN_FOLDER: Final = "recipes"
"""Folder below the data folder for TOML files of one's own."""
NEEDED: Final = {
    "linear": ("sklearn", "scipy"),
    "encoder": ("torch", "transformers", "tokenizers", "onnx", "onnxruntime", "safetensors", "sklearn", "scipy"),
}
"""What each kind of training imports beside the base install."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A file that `kentongan train` reads."""

    path: Path
    kind: str
    words: str
    """Its first lines of comment: what it is for."""
    own: bool

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def missing(self) -> tuple[str, ...]:
        """Libraries that it needs and that are not installed."""
        return missing_libraries(self.kind)


def list_recipes(data_dir: Path) -> list[Recipe]:
    """Every readable recipe, shipped ones first; a file that is no recipe is left out."""
    found = []
    for folder, own in ((SHIPPED, False), (data_dir / OWN_FOLDER, True)):
        for path in sorted(folder.glob("*.toml")):
            try:
                text = path.read_text(encoding="utf-8")
                kind = tomllib.loads(text).get("kind")
            except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
                continue
            if kind in NEEDED:
                comment = [line.lstrip("# ").rstrip() for line in text.splitlines() if line.startswith("#")]
                found.append(Recipe(path=path.resolve(), kind=str(kind), words=" ".join(comment), own=own))
    return found


def missing_libraries(kind: str) -> tuple[str, ...]:
    """What a kind of training needs and is not installed."""
    return tuple(name for name in NEEDED[kind] if find_spec(name) is None)
