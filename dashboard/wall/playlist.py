"""The playlist of the wall: which panels stand together, for how long, cameras, and thresholds; a TOML file.

Without a file the playlist below is shown. A mistake is told with its line.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, Literal, get_args

import msgspec

from casework.alerts.channels import split_address
from casework.incidents.records import KINDS
from kentongan.errors import BadSettings

PanelName = Literal[
    "sentiment", "issues", "hoaxes", "complaints", "map", "indicators", "alerts", "announcements", "cameras"
]
"""The panels a scene may show."""
PANEL_NAMES: Final[tuple[PanelName, ...]] = get_args(PanelName)
Theme = Literal["dark", "light"]
MOST_PANELS: Final = 5
"""Panels that fit on a screen in letters that are read from three metres."""
MOST_CAMERAS: Final = 6
RELOAD: Final = re.compile(r"(?:[01][0-9]|2[0-3])\.[0-5][0-9]")

Seconds = Annotated[int, msgspec.Meta(ge=5, le=3600)]


class Scene(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Panels that stand on the screen together."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    panels: Annotated[tuple[PanelName, ...], msgspec.Meta(min_length=1, max_length=MOST_PANELS)]
    seconds: Seconds = 30
    """How long it stands."""


class Camera(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One camera that gives stills over HTTP."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    url: str
    """Address of a JPEG or PNG; its origin stands in the setting ``wall_camera_hosts``. Never shown to a screen."""
    every_seconds: Seconds = 30
    old_after_seconds: Annotated[int, msgspec.Meta(ge=10, le=86_400)] = 300
    """From which age a still is grey and called old."""


class Playlist(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything a wall is declared by."""

    scene: Annotated[tuple[Scene, ...], msgspec.Meta(min_length=1, max_length=12)]
    title: Annotated[str, msgspec.Meta(max_length=60)] = ""
    """What stands at the top; empty for the organisation's name."""
    theme: Theme = "dark"
    issue_words: bool = False
    """Whether issues carry the words that raised them. These come out of posts and may be somebody's name."""
    refresh_seconds: Annotated[int, msgspec.Meta(ge=2, le=300)] = 10
    """How often a screen asks."""
    stale_seconds: Annotated[int, msgspec.Meta(ge=30, le=86_400)] = 180
    """From which age a panel is grey."""
    reload_at: str = "03.30"
    """Local time at which screens load the page anew each night."""
    indicators: tuple[str, ...] = ()
    """Codes of the indicators to show, in this order; empty: those off target first."""
    instructions: dict[str, Annotated[str, msgspec.Meta(max_length=160)]] = {}
    """What people should do in an emergency, by the kind of incident ("banjir")."""
    camera: Annotated[tuple[Camera, ...], msgspec.Meta(max_length=MOST_CAMERAS)] = ()


DEFAULT: Final = Playlist(
    scene=(
        Scene(name="Ringkasan", panels=("sentiment", "issues", "hoaxes", "complaints", "map"), seconds=40),
        Scene(name="Pelayanan", panels=("complaints", "indicators"), seconds=30),
        Scene(name="Wilayah", panels=("map", "issues"), seconds=30),
        Scene(name="Peringatan", panels=("alerts", "announcements", "hoaxes"), seconds=30),
    )
)


def load_playlist(file: Path | None) -> Playlist:
    """The playlist of a file, or the one above. Raises BadSettings that names file, line and key."""
    if file is None:
        return DEFAULT
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(f"Daftar putar {file} tidak terbaca: {error}.", hint="Periksa wall_playlist_file.") from error
    return read_playlist(text, name=str(file))


def read_playlist(text: str, *, name: str) -> Playlist:
    """The playlist in a text. Raises BadSettings."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(f"Daftar putar {name} bukan TOML yang benar: {error}.") from error
    try:
        made = msgspec.convert(table, Playlist)
    except msgspec.ValidationError as error:
        path, words = place_of(str(error))
        line = line_of(text, path)
        where = f"{name}, baris {line}" if line else name
        raise BadSettings(f"Daftar putar {where}: {words}.", hint=hint_of(str(error))) from error
    check_playlist(made, text, name=name)
    return made


def check_playlist(made: Playlist, text: str, *, name: str) -> None:
    """Raise BadSettings for a value of the right type that cannot be used."""

    def refuse(path: Sequence[str | int], words: str, hint: str) -> BadSettings:
        return BadSettings(f"Daftar putar {name}, baris {line_of(text, path)}: {words}.", hint=hint)

    if not RELOAD.fullmatch(made.reload_at):
        raise refuse(["reload_at"], f"reload_at {made.reload_at!r} bukan jam", "Tulis seperti 03.30.")
    for kind in made.instructions:
        if kind not in KINDS:
            raise refuse(
                ["instructions", kind], f"jenis insiden {kind} tidak dikenal", f"Yang ada: {', '.join(KINDS)}."
            )
    for at, scene in enumerate(made.scene):
        if len(set(scene.panels)) < len(scene.panels):
            raise refuse(["scene", at, "panels"], f"adegan {scene.name} menyebut satu panel dua kali", "Hapus satu.")
        if "cameras" in scene.panels and not made.camera:
            raise refuse(["scene", at, "panels"], "panel cameras tanpa kamera", "Tambahkan [[camera]] dengan url.")
    for at, camera in enumerate(made.camera):
        if split_address(camera.url) is None:
            raise refuse(
                ["camera", at, "url"], f"alamat kamera {camera.name} bukan http atau https",
                "Nama pengguna dan sandi tidak boleh di dalam alamat.",
            )  # fmt: skip


def place_of(fault: str) -> tuple[list[str | int], str]:
    """The path that msgspec names at the end of a fault ("... - at `$.scene[1].panels[0]`"), and the words before."""
    words, _, path = fault.partition(" - at ")
    parts: list[str | int] = []
    for key, number in re.findall(r"\.(\w+)|\[(\d+)\]", path):
        parts.append(key or int(number))
    if (unknown := re.search(r"unknown field `(\w+)`", words)) is not None:
        parts.append(unknown[1])
    return parts, in_indonesian(words)


def in_indonesian(words: str) -> str:
    """What msgspec says, as a person reads it here; anything else stays as it is."""
    for pattern, ours in (
        (r"Object contains unknown field `(\w+)`", r"kunci \1 tidak dikenal"),
        (r"Object missing required field `(\w+)`", r"kunci \1 belum ada"),
        (r"Invalid enum value '(.*)'", r"'\1' tidak dikenal"),
        (r"Expected `int` >= (\d+)", r"angkanya paling sedikit \1"),
        (r"Expected `int` <= (\d+)", r"angkanya paling banyak \1"),
        (r"Expected `array` of length >= (\d+)", r"daftarnya paling sedikit \1"),
        (r"Expected `array` of length <= (\d+)", r"daftarnya paling banyak \1"),
        (r"Expected `str` of length >= (\d+)", r"hurufnya paling sedikit \1"),
        (r"Expected `str` of length <= (\d+)", r"hurufnya paling banyak \1"),
        (r"Expected `(\w+)`, got `(\w+)`", r"seharusnya \1, bukan \2"),
    ):
        if re.fullmatch(pattern, words):
            return re.sub(pattern, ours, words)
    return words


def hint_of(fault: str) -> str:
    """The nearest known word to an unknown one."""
    known = [*Playlist.__struct_fields__, *Scene.__struct_fields__, *Camera.__struct_fields__]
    if (unknown := re.search(r"unknown field `(\w+)`", fault)) is not None:
        near = difflib.get_close_matches(unknown[1], known, n=1)
        return f"Mungkin maksudnya {near[0]}?" if near else f"Kunci yang dikenal: {', '.join(dict.fromkeys(known))}."
    if "enum value" in fault:
        return f"Panel yang ada: {', '.join(PANEL_NAMES)}; theme: dark atau light."
    return ""


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    """The line (from 1) on which the key at the end of a path stands; the table's own line where it has no such key."""
    table = [part for part in path if isinstance(part, str)][:1]
    number = next((part for part in path if isinstance(part, int)), None)
    keys = [part for part in path if isinstance(part, str)]
    seen, found, inside = -1, None, not (number is not None or len(keys) > 1)
    for at, line in enumerate(text.splitlines(), start=1):
        said = line.strip()
        if said.startswith("["):
            inside = False
            if table and said.strip("[] \t") == table[0]:
                seen += 1
                inside = number is None or seen == number
                found = at if inside else found
        elif inside and keys and re.match(rf'"?{re.escape(keys[-1])}"?\s*=', said):
            return at
    return found
