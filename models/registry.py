"""The models an installation has: their names, their cards, and whether the files are what the cards say."""

from __future__ import annotations

from pathlib import Path

import msgspec

from models.card import CARD_FILE, Card, hash_files
from models.linear import BadModel

WEIGHTS = Path(__file__).parent / "weights"
"""Folder of the shipped models, one folder each."""


def list_models(root: Path = WEIGHTS) -> list[str]:
    """Names of the models in a folder, sorted."""
    return sorted(path.parent.name for path in root.glob(f"*/{CARD_FILE}"))


def read_card(name: str, *, root: Path = WEIGHTS) -> Card:
    """A model's card. Raises BadModel where there is no such model or its card cannot be read."""
    if name not in list_models(root):
        raise BadModel(
            f"Model {name!r} tidak ada.", hint=f"Yang ada: {', '.join(list_models(root)) or 'tidak satu pun'}."
        )
    try:
        return msgspec.json.decode((root / name / CARD_FILE).read_bytes(), type=Card)
    except (OSError, msgspec.MsgspecError) as error:
        raise BadModel(f"Kartu model {name} tidak terbaca: {error}.", hint="Pasang ulang model itu.") from error


def verify_model(name: str, *, root: Path = WEIGHTS) -> Card:
    """The card of a model whose files all have the hashes it names. Raises BadModel otherwise."""
    card = read_card(name, root=root)
    try:
        found = hash_files(root / name, card.sha256)
    except OSError as error:
        raise BadModel(f"Berkas model {name} tidak terbaca: {error}.", hint="Pasang ulang model itu.") from error
    changed = [file for file, digest in card.sha256.items() if found[file] != digest]
    if changed or not card.sha256:
        raise BadModel(
            f"Model {name} tidak cocok dengan kartunya: {', '.join(changed) or 'kartu tanpa hash'}.",
            hint="Berkasnya terpotong atau diganti; pasang ulang, atau latih lagi agar kartunya ditulis ulang.",
        )
    return card
