"""The models an installation has, whether their files are what their cards say, and which one serves each task.

Models lie in two folders: those that ship, and a user's own under the data folder (``local`` below). Which one serves a
task stands in ``default.json`` beside the shipped ones; a user's choice, in ``active.json`` beside the own ones, goes
before it. Nothing here judges a model: ``models.gate`` does, before it calls ``place_model`` or ``choose_model``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from kentongan.schema import Task
from models.card import CARD_FILE, Card, hash_files
from models.linear import CONFIG_FILE, BadModel

WEIGHTS = Path(__file__).parent / "weights"
"""Folder of the shipped models, one folder each."""
DEFAULT_FILE = "default.json"
ACTIVE_FILE = "active.json"
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
"""What a model may be called: it is a folder's name and stands in every prediction."""


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which models a user had serve which tasks, at one time."""

    at: str
    """ISO time of the choice."""
    models: dict[Task, str]
    """Only the tasks that differ from the shipped default, or once did."""
    note: str = ""
    """What the gate said, where a choice was made without a comparison."""


class Active(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The content of ``active.json``: every choice, the last one holds. Rolling back takes it off."""

    choices: tuple[Choice, ...]


def list_models(root: Path = WEIGHTS, *, local: Path | None = None) -> list[str]:
    """Names of the models, sorted. Folders whose name begins with a dot are work in progress."""
    roots = [root] if local is None else [root, local]
    found = {path.parent.name for one in roots for path in one.glob(f"*/{CARD_FILE}")}
    # The pipeline for names has a card of its own kind (models.names_card).
    return sorted(name for name in found if not name.startswith(".") and name != "names")


def find_model(name: str, *, root: Path = WEIGHTS, local: Path | None = None) -> Path:
    """Folder of a model. Raises BadModel where there is none of that name, or one in each place."""
    names = list_models(root, local=local)
    if name not in names:
        raise BadModel(f"Model {name!r} tidak ada.", hint=f"Yang ada: {', '.join(names) or 'tidak satu pun'}.")
    places = [one / name for one in (root, local) if one is not None and (one / name / CARD_FILE).exists()]
    if len(places) > 1:
        raise BadModel(
            f"Ada dua model bernama {name!r}: bawaan, dan {places[1]}.", hint="Ganti nama folder yang milik Anda."
        )
    return places[0]


def read_card(name: str, *, root: Path = WEIGHTS, local: Path | None = None) -> Card:
    """A model's card. Raises BadModel where there is no such model or its card cannot be read."""
    return decode_card(find_model(name, root=root, local=local))


def verify_model(name: str, *, root: Path = WEIGHTS, local: Path | None = None) -> Card:
    """The card of a model whose files all have the hashes it names. Raises BadModel otherwise."""
    folder = find_model(name, root=root, local=local)
    card = decode_card(folder)
    verify_files(folder, card)
    return card


def decode_card(folder: Path) -> Card:
    """The card in a model's folder. Raises BadModel where it is missing, cut short or of another form."""
    try:
        return msgspec.json.decode((folder / CARD_FILE).read_bytes(), type=Card)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadModel(
            f"Kartu model {folder.name} tidak terbaca: {error}.",
            hint="Pasang ulang model itu, atau latih lagi agar kartunya ditulis ulang.",
        ) from error


def verify_files(folder: Path, card: Card) -> None:
    """Raise BadModel where a file that the card names is missing or has another hash."""
    try:
        found = hash_files(folder, card.sha256)
    except OSError as error:
        raise BadModel(f"Berkas model {folder.name} tidak terbaca: {error}.", hint="Pasang ulang model itu.") from error
    changed = [file for file, digest in card.sha256.items() if found[file] != digest]
    if changed or not card.sha256:
        raise BadModel(
            f"Model {folder.name} tidak cocok dengan kartunya: {', '.join(changed) or 'kartu tanpa hash'}.",
            hint="Berkasnya terpotong atau diganti; pasang ulang, atau latih lagi agar kartunya ditulis ulang.",
        )


def read_kind(folder: Path) -> str:
    """What kind of model a folder holds: "linear" where its config does not say. Raises BadModel."""
    try:
        config = msgspec.json.decode((folder / CONFIG_FILE).read_bytes(), type=dict[str, object])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadModel(
            f"Model di {folder} tidak terbaca: {error}.",
            hint="Berkasnya hilang atau terpotong; pasang ulang model itu.",
        ) from error
    return str(config.get("kind", "linear"))


def read_default(root: Path = WEIGHTS) -> dict[Task, str]:
    """The shipped model of each task. Raises BadModel where ``default.json`` is missing or cannot be read."""
    try:
        return msgspec.json.decode((root / DEFAULT_FILE).read_bytes(), type=dict[Task, str])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadModel(f"Daftar model bawaan {root / DEFAULT_FILE} tidak terbaca: {error}.",
                       hint="Pasang ulang Kentongan.") from error  # fmt: skip


def read_choices(local: Path | None) -> tuple[Choice, ...]:
    """What the user chose, oldest first; empty where nothing was. Raises BadModel where ``active.json`` is broken."""
    if local is None or not (local / ACTIVE_FILE).exists():
        return ()
    try:
        return msgspec.json.decode((local / ACTIVE_FILE).read_bytes(), type=Active).choices
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadModel(
            f"Pilihan model di {local / ACTIVE_FILE} tidak terbaca: {error}.",
            hint="Perbaiki berkas itu, atau hapus agar model bawaan dipakai lagi; lalu `kentongan models use NAMA`.",
        ) from error


def serving_models(*, root: Path = WEIGHTS, local: Path | None = None) -> dict[Task, str]:
    """The model that serves each task: the shipped one, or the user's choice.

    Raises BadModel where a list cannot be read or names a model that is not there: never another model in silence.
    """
    shipped, choices = read_default(root), read_choices(local)
    serving = shipped | (choices[-1].models if choices else {})
    names = list_models(root, local=local)
    for task, name in serving.items():
        if name not in names:
            raise BadModel(
                f"Model {name!r}, yang dipilih untuk {task}, tidak ada.",
                hint="Kembalikan foldernya, atau `kentongan models back` untuk kembali ke pilihan sebelumnya.",
            )
    return serving


def place_model(folder: Path, *, local: Path, root: Path = WEIGHTS) -> Path:
    """Move a finished folder on the same disk to ``local`` under its card's name, in one step. Returns its new place.

    Raises BadModel where the name is taken, also by a shipped model, or is not a name. See ``models.gate.admit_model``.
    """
    name = decode_card(folder).name
    check_name(name, local=local, root=root)
    local.mkdir(parents=True, exist_ok=True)
    try:
        folder.rename(local / name)
    except OSError as error:
        raise BadModel(f"Model {name} tidak dapat ditaruh di {local}: {error.strerror}.") from error
    return local / name


def check_name(name: str, *, local: Path, root: Path = WEIGHTS) -> None:
    """Raise BadModel where a new model cannot have this name."""
    if not NAME.fullmatch(name):
        raise BadModel(
            f"{name!r} bukan nama model.", hint="Huruf kecil, angka, titik, garis; paling banyak 64, misalnya saya-1."
        )
    if (root / name).exists():
        raise BadModel(f"{name!r} adalah nama model bawaan.", hint="Beri nama lain dengan --name.")
    if (local / name).exists():
        raise BadModel(
            f"Model {name!r} sudah ada di {local}.", hint="Beri nama lain dengan --name, atau hapus yang itu."
        )


def choose_model(
    name: str, tasks: Sequence[Task], *, local: Path, now: datetime, root: Path = WEIGHTS, note: str = ""
) -> dict[Task, str]:
    """Have a model serve some tasks from now on; what served before stays in the history. Returns who serves what.

    Raises BadModel where the model is missing, damaged, or has not the task. See ``models.gate.use_model``.
    """
    card = verify_model(name, root=root, local=local)
    lacking = [task for task in tasks if task not in card.labels]
    if lacking or not tasks:
        raise BadModel(
            f"Model {name} tidak mengerjakan {', '.join(lacking) or 'apa pun'}.",
            hint=f"Yang dikerjakannya: {', '.join(card.labels)}.",
        )
    choices = read_choices(local)
    before = choices[-1].models if choices else {}
    chosen = Choice(at=now.isoformat(timespec="seconds"), models=before | dict.fromkeys(tasks, name), note=note)
    write_choices(local, (*choices, chosen))
    return serving_models(root=root, local=local)


def roll_back(*, local: Path, root: Path = WEIGHTS) -> dict[Task, str]:
    """Take back the last choice; again takes back the one before it. Returns who serves what now.

    Raises BadModel where nothing was chosen, or where a model that served before is missing or damaged: then the
    choice stays as it is.
    """
    choices = read_choices(local)
    if not choices:
        raise BadModel("Tidak ada pilihan sebelumnya: model bawaan sudah dipakai.")
    served = read_default(root) | (choices[-2].models if len(choices) > 1 else {})
    for name in sorted(set(served.values())):
        verify_model(name, root=root, local=local)
    write_choices(local, choices[:-1])
    return serving_models(root=root, local=local)


def write_choices(local: Path, choices: Sequence[Choice]) -> None:
    """Replace ``active.json`` in one step: a reader, or a power cut, finds the old file or the new one."""
    local.mkdir(parents=True, exist_ok=True)
    text = msgspec.json.format(msgspec.json.encode(Active(choices=tuple(choices))), indent=1) + b"\n"
    made = local / f".{ACTIVE_FILE}.{os.getpid()}"
    with made.open("wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    made.replace(local / ACTIVE_FILE)
