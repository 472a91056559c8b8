"""Where each region's tile stands: squares without overlap, as near as possible to where the regions lie.

Pure and deterministic: the same regions always stand in the same places.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kentongan.regions import Region

SPARE = 1.25
"""Squares for each region: a quarter more than there are regions, so that the outline keeps some of its shape."""

NARROWEST, WIDEST = 0.55, 2.2
"""Width of a grid as a share of its height: beyond it a panel is too tall or its tiles are too small to read."""

Cell = tuple[int, int]
"""Column and row, counted from the north-western square."""


def place_tiles(regions: Sequence[Region]) -> dict[str, Cell]:
    """The square of every region, by code.

    Regions with a point are set so that the sum of their squared distances to where they lie is smallest; those without
    fill the squares left, in the order of their codes.
    """
    ordered = sorted(regions, key=lambda region: region.code)
    points = [(one, one.lat, one.lon) for one in ordered if one.lat is not None and one.lon is not None]
    if not points:
        width = max(1, math.ceil(math.sqrt(len(ordered))))
        return {one.code: (number % width, number // width) for number, one in enumerate(ordered)}
    north = np.array([lat for _, lat, _ in points])
    east = np.array([lon for _, _, lon in points]) * math.cos(math.radians(float(north.mean())))
    tall, wide = float(np.ptp(north)), float(np.ptp(east))
    shape = min(WIDEST, max(NARROWEST, wide / tall if tall else WIDEST))
    squares = len(ordered) * (SPARE if len(ordered) > 3 else 1)
    columns = max(1, round(math.sqrt(squares * shape)))
    rows = max(1, math.ceil(squares / columns))
    cells = [(column, row) for row in range(rows) for column in range(columns)]
    grid = np.array(cells, dtype=np.float64)
    x = (east - east.min()) / (wide or 1.0) * (columns - 1)
    y = (north.max() - north) / (tall or 1.0) * (rows - 1)
    costs = (grid[None, :, 0] - x[:, None]) ** 2 + (grid[None, :, 1] - y[:, None]) ** 2
    taken = assign(costs)
    placed = {one.code: cells[cell] for (one, _, _), cell in zip(points, taken, strict=True)}
    free = iter(sorted(set(cells) - set(placed.values()), key=lambda cell: (cell[1], cell[0])))
    placed.update({one.code: next(free) for one in ordered if one.code not in placed})
    return close_up(placed)


def close_up(placed: dict[str, Cell]) -> dict[str, Cell]:
    """The same without empty columns and rows."""
    columns = {column: number for number, column in enumerate(sorted({column for column, _ in placed.values()}))}
    rows = {row: number for number, row in enumerate(sorted({row for _, row in placed.values()}))}
    return {code: (columns[column], rows[row]) for code, (column, row) in placed.items()}


def assign(costs: NDArray[np.float64]) -> list[int]:
    """For each row the column it gets, so that the sum of the costs is smallest; at least as many columns as rows.

    The Hungarian method with potentials (Kuhn 1955, Naval Research Logistics 2; shortest augmenting paths after Jonker
    and Volgenant 1987, Computing 38).
    """
    rows, columns = costs.shape
    row_price, column_price = np.zeros(rows + 1), np.zeros(columns + 1)
    owner = np.zeros(columns + 1, dtype=np.int64)
    """Row (from 1) that has each column (from 1); 0 for none."""
    for row in range(1, rows + 1):
        owner[0] = row
        column = 0
        least = np.full(columns + 1, np.inf)
        came_from = np.zeros(columns + 1, dtype=np.int64)
        done = np.zeros(columns + 1, dtype=bool)
        while owner[column]:
            done[column] = True
            here = owner[column]
            reduced = costs[here - 1] - row_price[here] - column_price[1:]
            better = ~done[1:] & (reduced < least[1:])
            least[1:][better] = reduced[better]
            came_from[1:][better] = column
            open_columns = np.flatnonzero(~done[1:]) + 1
            nearest = int(open_columns[least[open_columns].argmin()])
            step = least[nearest]
            row_price[owner[done]] += step
            column_price[done] -= step
            least[~done] -= step
            column = nearest
        while column:
            before = int(came_from[column])
            owner[column] = owner[before]
            column = before
    taken = [0] * rows
    for column in range(1, columns + 1):
        if owner[column]:
            taken[owner[column] - 1] = column - 1
    return taken
