"""Texts with a planted region: posts, complaints and news whose place is known, ambiguous names included.

Frames stand in ``region_frames.toml``, in two sets ("looked", "aside"). The truth of a text is what a careful reader
can tell from it and from the region the installation serves; where that is nothing, the truth is None, and any answer
is wrong. Names are drawn from the country's table, evenly over regencies and then over their districts.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from kentongan.regions import Region, shipped_regions

FrameSet = Literal["looked", "aside"]

SHARES: dict[str, float] = {
    "address": 0.14, "surrounded": 0.08, "home": 0.16, "regency": 0.07, "bare": 0.09, "told": 0.03, "own": 0.03,
    "open": 0.03, "lone": 0.03, "shared": 0.02, "province": 0.06, "origin": 0.03, "beside": 0.05, "decoy": 0.08,
    "two": 0.02, "nothing": 0.08,
}  # fmt: skip
"""Share of each kind of text: two thirds name a district or a regency, an eighth names none or is a decoy."""

HASHTAG_SLOT = re.compile(r"#\{(\w+)\}")
"""A hashtag has no blanks."""

LOWER, UPPER, TYPO, ALIAS = 0.3, 0.02, 0.04, 0.15
"""Shares of texts all in small letters, all in capitals, with a slip in the place's name, with another name in use."""

SHORTEST_SLIP = 8
"""Letters a name must have to be misspelt: of shorter ones a slip often makes another name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """One text and the region in it."""

    text: str
    within: str | None
    """Code of the region the installation serves."""
    truth: str | None
    """Code of the region a careful reader tells, or None."""
    group: str
    frame: str
    """The sentence it was planted in: texts of one frame stand or fall together."""
    slipped: bool
    """Whether the place's name is misspelt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Atlas:
    """The country's regions as the generator draws them."""

    regencies: tuple[Region, ...]
    districts: Mapping[str, tuple[Region, ...]]
    """Districts by the code of their regency."""
    provinces: Mapping[str, Region]
    bearers: Counter[str]
    """How many regencies and provinces bear a name or another name in use."""
    district_bearers: Counter[str]

    def is_alone(self, region: Region) -> bool:
        """Whether a regency shares its name with no other and no province."""
        return self.bearers[region.bare_name.casefold()] == 1


@cache
def load_atlas() -> Atlas:
    """The country's table, ordered for drawing."""
    regions = shipped_regions()
    districts: dict[str, list[Region]] = {}
    for region in regions:
        if region.level == "kecamatan" and region.parent:
            districts.setdefault(region.parent, []).append(region)
    larger = [region for region in regions if region.level != "kecamatan"]
    return Atlas(
        regencies=tuple(region for region in regions if region.code in districts),
        districts={code: tuple(inside) for code, inside in districts.items()},
        provinces={region.code: region for region in regions if region.level == "provinsi"},
        bearers=Counter(
            name for region in larger for name in {each.casefold() for each in (region.bare_name, *region.aliases)}
        ),
        district_bearers=Counter(region.name.casefold() for region in regions if region.level == "kecamatan"),
    )


@cache
def load_frames(frames: FrameSet) -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
    """Frames by group, and the words that fill the slots which name no region."""
    table = tomllib.loads(Path(__file__).with_name("region_frames.toml").read_text(encoding="utf-8"))[frames]

    def split(words: str) -> tuple[str, ...]:
        return tuple(each.strip() for each in words.split("|"))

    return (
        {group: split(words["frames"]) for group, words in table.items() if isinstance(words, dict)},
        {slot: split(words) for slot, words in table.items() if isinstance(words, str)},
    )


def plant_texts(count: int, *, frames: FrameSet, seed: int) -> Iterator[Planted]:
    """So many planted texts, the same ones for the same arguments."""
    draw = random.Random(f"{seed} {frames}")
    groups, shares = list(SHARES), list(SHARES.values())
    for _ in range(count):
        yield plant_text(draw.choices(groups, shares)[0], frames, draw)


def draw_until(draw: random.Random, choices: tuple[Region, ...], fits: Callable[[Region], bool]) -> Region:
    """One of the choices that fits."""
    while not fits(found := draw.choice(choices)):
        pass
    return found


def plant_text(group: str, frames: FrameSet, draw: random.Random) -> Planted:
    """One text of a group."""
    atlas = load_atlas()
    by_group, words = load_frames(frames)
    kab = draw_until(draw, atlas.regencies, lambda one: fits_group(group, one, atlas))
    # A district called like its regency says no more than the regency does.
    kec = draw_until(draw, atlas.districts[kab.code], lambda one: one.name != kab.bare_name)
    if group in ("lone", "shared"):
        lone = group == "lone"
        everywhere = tuple(one for inside in atlas.districts.values() for one in inside)
        kec = draw_until(
            draw,
            everywhere,
            lambda one: (
                (atlas.district_bearers[one.name.casefold()] == 1) == lone and not atlas.bearers[one.name.casefold()]
            ),
        )
        kab = next(one for one in atlas.regencies if one.code == kec.parent)
    assert kab.parent is not None
    province = atlas.provinces[kab.parent]
    far = draw_until(draw, atlas.regencies, lambda one: one.parent != kab.parent and atlas.is_alone(one))
    bare = draw.choice(kab.aliases) if kab.aliases and atlas.is_alone(kab) and draw.random() < ALIAS else kab.bare_name
    target = {"kec": kec.name, "kab": bare}
    slipped = group in ("address", "home", "bare", "surrounded") and draw.random() < TYPO / 0.5
    if slipped:
        slot = "kab" if group == "bare" else "kec"
        slipped = len(target[slot]) >= SHORTEST_SLIP
        target[slot] = slip(target[slot], draw) if slipped else target[slot]
    values = {
        **{slot: draw.choice(choices) for slot, choices in words.items()},
        **target,
        "Kab": kab.name,
        "kabs": kab.name.replace("Kabupaten ", "Kab. "),
        "prov": province.name,
        "provs": draw.choice((province.name, *province.aliases)),
        "sib": draw.choice(atlas.districts[kab.code]).name,
        "far": far.bare_name,
    }
    frame = draw.choice(by_group[group])
    text = HASHTAG_SLOT.sub(lambda slot: "#" + values[slot[1]].replace(" ", ""), frame).format(**values)
    style = draw.random()
    text = text.lower() if style < LOWER else text.upper() if style < LOWER + UPPER else text[0].upper() + text[1:]
    return Planted(
        text=text,
        within=draw_home(group, kab, draw),
        truth=truth_of(group, kab, kec),
        group=group,
        frame=frame,
        slipped=slipped,
    )


def fits_group(group: str, kab: Region, atlas: Atlas) -> bool:
    """Whether a regency can stand in the frames of a group: its name with one bearer, or with several."""
    if group in ("bare", "origin", "beside", "two"):
        return atlas.is_alone(kab)
    if group in ("told", "own", "open"):
        provincial = {name for each in atlas.provinces.values() for name in (each.name, *each.aliases)}
        return atlas.bearers[kab.bare_name.casefold()] > 1 and kab.bare_name not in provincial
    return True


def truth_of(group: str, kab: Region, kec: Region) -> str | None:
    """The region that a reader of a text of this group can tell."""
    if group in ("address", "surrounded", "home", "told", "lone"):
        return kec.code
    if group in ("regency", "bare", "own", "origin", "beside"):
        return kab.code
    if group == "province":
        return kab.parent
    if group in ("open", "shared", "decoy", "two", "nothing"):
        return None
    raise ValueError(f"no truth for group {group!r}")


def draw_home(group: str, kab: Region, draw: random.Random) -> str | None:
    """The region the installation serves: the text's own, another, or none where the text must tell by itself."""
    if group in ("home", "own"):
        return kab.code
    if group in ("open", "shared", "lone"):
        return None
    return draw.choice((None, None, kab.code, kab.code, draw.choice(load_atlas().regencies).code))


def slip(name: str, draw: random.Random) -> str:
    """A name with two letters exchanged, one left out or one doubled, never the first."""
    at = draw.randrange(1, len(name) - 1)
    return draw.choice(
        (
            name[:at] + name[at + 1] + name[at] + name[at + 2 :],
            name[:at] + name[at + 1 :],
            name[:at] + name[at] + name[at:],
        )
    )
