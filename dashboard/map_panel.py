"""Maps of regions that need no internet: equal tiles by default, boundaries where the user has them.

Drawing is pure: values in, SVG text out. Every region is a button that carries its code in ``data-key``, says its
figures in words, and is hatched where they say little. Colour is a style class; the stylesheet owns the colours.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Literal

from dashboard.clickable import draw_clickable
from dashboard.data import shared_gazetteer
from dashboard.tile_places import place_tiles
from dashboard.words import Language, say
from kentongan.boundaries import Boundaries, Boundary, Ring
from kentongan.places import Gazetteer
from kentongan.regions import Region

Projection = Callable[[float, float], tuple[float, float]]
"""From longitude and latitude to the drawing's plane."""

Tone = Literal["sentiment", "posts", "complaints", "late"]
"""What the colour means: orange to blue for sentiment, red for what is overdue, one hue each for the rest."""

Style = Literal["plain", "few", "old", "none"]
"""How far a value is to be trusted: as it is; too few behind it (hatched); outdated (grey); none there at all."""

TILE, GUTTER = 96, 5
"""Side of a tile and what lies between two, in drawing units."""

NAME_LETTERS, NAME_LINES = 11, 2
"""Letters that fit on a line of a tile, and lines of its name."""

MAP_WIDTH, MAP_HEIGHT = 640.0, 560.0
"""Most drawing units of a map with boundaries."""

MIDDLE_STEPS = 9
"""Steps across a region, in which the place for its words is looked for."""

LEAST_STEP = 0.6
"""Points of a boundary nearer to each other than this many drawing units are one: nobody sees the difference."""

DEEPEST = 62
"""Percent of full colour that the largest value gets: words stay readable on it in light and dark."""

HATCH = (
    '<defs><pattern id="kt-few" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="2" height="7" class="hatch"/></pattern></defs>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapValue:
    """What one region shows."""

    value: float | None
    """Depth of colour: 0 to 1, for sentiment -1 (all negative) to 1 (all positive); None where there is none."""
    text: str
    """The figure as it stands in the tile ("62 %")."""
    words: str = ""
    """What pointer and screen reader are told, behind the region's name."""
    style: Style = "plain"


def fill_of(shown: MapValue | None, tone: Tone) -> tuple[str, str]:
    """Style class of a region's face and the CSS of its depth."""
    if shown is None or shown.value is None or shown.style == "none":
        return "none", ""
    if shown.style == "old":
        return "old", ""
    hue: str = tone
    if tone == "sentiment":
        hue = "neg" if shown.value < 0 else "pos"
    depth = round(DEEPEST * min(1.0, abs(shown.value)))
    return hue, f' style="--depth:{depth}%"'


def open_region(region: Region, shown: MapValue | None, *, chosen: str | None) -> str:
    """The start of a region's group: a button that tells its name and figures."""
    style = " unsure" if shown is not None and shown.style == "few" else ""
    words = escape(": ".join(filter(None, (region.name, shown.words or shown.text if shown else ""))), quote=True)
    pressed = "true" if region.code == chosen else "false"
    return (
        f'<g class="region{style}" data-key="{escape(region.code, quote=True)}" tabindex="0" role="button" '
        f'aria-pressed="{pressed}" aria-label="{words}"><title>{words}</title>'
    )


def split_name(name: str) -> list[str]:
    """A name in the lines of a tile, cut with a point where it is too long."""
    lines: list[str] = []
    for word in name.split():
        if lines and len(lines[-1]) + 1 + len(word) <= NAME_LETTERS:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > NAME_LINES:
        lines = [*lines[: NAME_LINES - 1], " ".join(lines[NAME_LINES - 1 :])]
    return [line if len(line) <= NAME_LETTERS + 1 else f"{line[:NAME_LETTERS]}…" for line in lines]


def short_name(region: Region) -> str:
    """A region's name where space is short: "Kota Semarang" stays, "Kabupaten Semarang" is "Semarang"."""
    return region.bare_name if region.kind == "kabupaten" else region.name.replace("Administrasi ", "")


def draw_tile_grid(
    values: Mapping[str, MapValue], regions: Sequence[Region], *, tone: Tone, label: str, chosen: str | None = None
) -> str:
    """Equal squares, each where its region lies as nearly as squares can; regions without a value are drawn empty.

    ``label`` says what the map shows, ``chosen`` is the code of the pressed region.
    """
    placed = place_tiles(regions)
    columns = 1 + max((column for column, _ in placed.values()), default=0)
    rows = 1 + max((row for _, row in placed.values()), default=0)
    step = TILE + GUTTER
    parts = [
        f'<svg class="kt-map tiles" viewBox="-2 -2 {columns * step - GUTTER + 4} {rows * step - GUTTER + 4}" '
        f'role="group" aria-label="{escape(label, quote=True)}" style="--columns:{columns}">{HATCH}'
    ]
    for region in sorted(regions, key=lambda one: (placed[one.code][1], placed[one.code][0])):
        shown = values.get(region.code)
        column, row = placed[region.code]
        x, y = column * step, row * step
        hue, depth = fill_of(shown, tone)
        square = f'x="{x}" y="{y}" width="{TILE}" height="{TILE}" rx="7"'
        parts.append(open_region(region, shown, chosen=chosen))
        parts.append(f'<rect class="face {hue}"{depth} {square}/>')
        if shown is not None and shown.style == "few":
            parts.append(f'<rect class="few" {square}/>')
        for number, line in enumerate(split_name(short_name(region))):
            parts.append(f'<text class="name" x="{x + 8}" y="{y + 20 + 15 * number}">{escape(line)}</text>')
        text = shown.text if shown else "–"
        parts.append(f'<text class="figure" x="{x + 8}" y="{y + TILE - 12}">{escape(text)}</text></g>')
    parts.append("</svg>")
    return "".join(parts)


def draw_boundaries(
    values: Mapping[str, MapValue],
    regions: Sequence[Region],
    boundaries: Boundaries,
    *,
    tone: Tone,
    label: str,
    chosen: str | None = None,
) -> str:
    """The regions in their boundaries, on a plane touching the middle of the map; figures where they fit.

    Regions without a boundary are not drawn: ``show_map`` then draws tiles.
    """
    shapes = [(region, found) for region in regions if (found := boundaries.get(region.code)) is not None]
    west, south, east, north = (
        pick(one.box[side] for _, one in shapes) for side, pick in enumerate((min, min, max, max))
    )
    narrow = math.cos(math.radians((south + north) / 2))
    scale = min(MAP_WIDTH / ((east - west) * narrow), MAP_HEIGHT / (north - south))
    width, height = (east - west) * narrow * scale, (north - south) * scale

    def project(lon: float, lat: float) -> tuple[float, float]:
        return (lon - west) * narrow * scale, (north - lat) * scale

    parts = [
        f'<svg class="kt-map land" viewBox="-3 -3 {width + 6:.0f} {height + 6:.0f}" role="group" '
        f'aria-label="{escape(label, quote=True)}">{HATCH}'
    ]
    # The pressed one last, so that its outline lies on top.
    for region, boundary in sorted(shapes, key=lambda shape: (shape[0].code == chosen, shape[0].code)):
        shown = values.get(region.code)
        hue, depth = fill_of(shown, tone)
        outline = draw_outline(boundary, project)
        parts.append(open_region(region, shown, chosen=chosen))
        parts.append(f'<path class="face {hue}"{depth} d="{outline}"/>')
        if shown is not None and shown.style == "few":
            parts.append(f'<path class="few" d="{outline}"/>')
        parts.append("</g>")
    # Words last: no neighbour's land lies on them.
    for region, boundary in shapes:
        shown = values.get(region.code)
        parts.append(draw_label(region, boundary, shown, project))
    parts.append("</svg>")
    return "".join(parts)


def draw_outline(boundary: Boundary, project: Projection) -> str:
    """The SVG path of a boundary; rings that shrink to a point are left out, but for the region's last."""
    rings = [points for polygon in boundary.polygons for ring in polygon if len(points := thin_ring(ring, project)) > 2]
    if not rings:
        x, y = project(boundary.box[0], boundary.box[3])
        rings = [[(x, y), (x + 4, y), (x + 4, y + 4), (x, y + 4)]]
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "Z" for ring in rings)


def thin_ring(ring: Ring, project: Projection) -> list[tuple[float, float]]:
    """A ring on the drawing's plane, without points that fall on the one before. Neighbours keep their shared line:
    every point is rounded by itself."""
    points: list[tuple[float, float]] = []
    for lon, lat in ring.tolist():
        x, y = project(lon, lat)
        point = (round(x / LEAST_STEP) * LEAST_STEP, round(y / LEAST_STEP) * LEAST_STEP)
        if not points or points[-1] != point:
            points.append(point)
    return points[:-1] if len(points) > 1 and points[0] == points[-1] else points


def draw_label(region: Region, boundary: Boundary, shown: MapValue | None, project: Projection) -> str:
    """Name and figure in the roomiest part of the largest polygon, as far as there is room."""
    largest = max((rings[0] for rings in boundary.polygons), key=lambda ring: abs(ring_area(ring)))
    (left, low), (right, high) = largest.min(axis=0).tolist(), largest.max(axis=0).tolist()
    (x0, y0), (x1, y1) = project(left, high), project(right, low)
    x, y = project(*find_middle(boundary, left, low, right, high))
    lines = split_name(short_name(region))
    text = shown.text if shown else "–"
    named = max(map(len, lines)) * 6.8 < (x1 - x0) * 0.95 and (y1 - y0) > 30 + 13 * len(lines)
    style = " unsure" if shown is not None and shown.style == "few" else ""
    parts = [f'<g class="label{style}" aria-hidden="true">']
    if named:
        for number, line in enumerate(lines):
            at = y - 4 - 13 * (len(lines) - 1 - number)
            parts.append(f'<text class="name" x="{x:.1f}" y="{at:.1f}" text-anchor="middle">{escape(line)}</text>')
    if (x1 - x0) > 9 * len(text) and (y1 - y0) > 16:
        at = y + (13 if named else 5)
        parts.append(f'<text class="figure" x="{x:.1f}" y="{at:.1f}" text-anchor="middle">{escape(text)}</text>')
    return "".join([*parts, "</g>"])


def find_middle(boundary: Boundary, left: float, low: float, right: float, high: float) -> tuple[float, float]:
    """Longitude and latitude of the point of a coarse grid that lies farthest inside; the middle of the box where none
    lies inside."""
    grid = [
        (left + (right - left) * column / MIDDLE_STEPS, low + (high - low) * row / MIDDLE_STEPS)
        for column in range(1, MIDDLE_STEPS)
        for row in range(1, MIDDLE_STEPS)
    ]
    inside = [(boundary.distance(lat, lon), lon, lat) for lon, lat in grid if boundary.contains(lat, lon)]
    if not inside:
        return (left + right) / 2, (low + high) / 2
    _, lon, lat = max(inside)
    return lon, lat


def ring_area(ring: Ring) -> float:
    """Signed area of a ring in square degrees (the shoelace formula)."""
    x, y = ring[:, 0], ring[:, 1]
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()) / 2


def draw_map(
    values: Mapping[str, MapValue], regions: Sequence[Region], *, tone: Tone, label: str, chosen: str | None = None
) -> tuple[str, bool]:
    """The map of these regions, and whether it shows their boundaries: only where every one of them has one."""
    boundaries = shared_gazetteer().boundaries
    if boundaries is not None and regions and all(boundaries.get(region.code) for region in regions):
        return draw_boundaries(values, regions, boundaries, tone=tone, label=label, chosen=chosen), True
    return draw_tile_grid(values, regions, tone=tone, label=label, chosen=chosen), False


def with_point(region: Region, gazetteer: Gazetteer) -> Region:
    """The region; one without a point of its own at the middle of the points of those inside it."""
    inside = [(one.lat, one.lon) for one in gazetteer.children(region.code) if one.lat is not None]
    if region.lat is not None or not inside:
        return region
    return replace(
        region,
        lat=sum(lat for lat, _ in inside if lat is not None) / len(inside),
        lon=sum(lon for _, lon in inside if lon is not None) / len(inside),
    )


def show_map(
    values: Mapping[str, MapValue],
    *,
    key: str,
    language: Language,
    tone: Tone = "sentiment",
    chosen: str | None = None,
    label: str | None = None,
) -> str | None:
    """Show the regions whose codes ``values`` has; returns the code just pressed, or None. Raises BadSettings."""
    gazetteer = shared_gazetteer()
    regions = [with_point(region, gazetteer) for code in values if (region := gazetteer.get(code)) is not None]
    if not regions:
        return None
    drawn, land = draw_map(values, regions, tone=tone, label=label or say("map_label", language), chosen=chosen)
    located = sum(region.lat is not None for region in regions)
    note = "map_land" if land else "map_tiles" if located == len(regions) else "map_tiles_some"
    if not land and not located:
        note = "map_tiles_none"
    return draw_clickable(f'{drawn}<p class="kt-note">{escape(say(note, language))}</p>', key=key)
