"""The few plots that the notebooks share: a title that says the finding, named axes, colours that mean one thing.

Each function draws one figure with matplotlib's pyplot, so that a notebook shows it, and returns it. Nothing else in
the project imports this module: matplotlib belongs to the notebooks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.calibrate import BINS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, QUIET = "#22303c", "#8a949c"
LABEL_COLOURS: Mapping[str, str] = {"negative": "#b5482f", "neutral": "#b9c0c5", "positive": "#2a6f97"}
SERIES = ("#2a6f97", "#d07c1c", "#5b4a8a", "#6b7d3a")
"""Colours of things compared, in order; told apart also in grey and by the colour-blind. The first is the subject."""
MARKERS = ("o", "s", "D", "^")

INDONESIAN: Mapping[str, str] = {
    "negative": "negatif",
    "neutral": "netral",
    "positive": "positif",
    "government_politics": "pemerintahan dan politik",
    "law_crime": "hukum dan kejahatan",
    "economy_prices": "ekonomi dan harga",
    "health": "kesehatan",
    "education": "pendidikan",
    "infrastructure_transport": "infrastruktur dan angkutan",
    "environment_disaster": "lingkungan dan bencana",
    "social_religion": "sosial dan agama",
    "culture_sport": "budaya dan olahraga",
    "technology": "teknologi",
    "other": "lainnya",
}
"""What a label is called in Indonesian."""

Floats = NDArray[np.float64]
Dot = tuple[float, float, float]
"""Value, lower and upper end of its interval."""


def label_words(label: str) -> str:
    """A label with its Indonesian name: "negative (negatif)"; a label without one stays as it is."""
    return f"{label} ({INDONESIAN[label]})" if label in INDONESIAN else label


def reliability_bins(confidence: Floats, correct: NDArray[np.bool_], bins: int = BINS) -> NDArray[np.float64]:
    """One row a bin that is not empty: mean confidence, share that was right, how many. Equally wide bins of 0 to 1."""
    numbers = np.minimum((confidence * bins).astype(int), bins - 1)
    counts = np.bincount(numbers, minlength=bins)
    filled = counts > 0
    sure = np.bincount(numbers, weights=confidence, minlength=bins)[filled] / counts[filled]
    right = np.bincount(numbers, weights=correct, minlength=bins)[filled] / counts[filled]
    return np.stack([sure, right, counts[filled]], axis=1)


def begin_figure(title: str, *, x: str, y: str, height: float = 4.0) -> tuple[Figure, Axes]:
    """An empty figure, 8 inches wide, with what it says above it and its axes named."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, height), layout="constrained")
    finish_axes(axes, x=x, y=y)
    figure.suptitle(title, x=0.01, ha="left", fontsize=11, color=INK, wrap=True)
    return figure, axes


def finish_axes(axes: Axes, *, x: str, y: str) -> None:
    """Names of the axes, no frame, a faint grid behind."""
    axes.set_xlabel(x, color=INK)
    axes.set_ylabel(y, color=INK)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="#e4e8eb", linewidth=0.7)
    axes.set_axisbelow(True)


def plot_shares(shares: Mapping[str, Mapping[str, float]], *, title: str, x: str = "share of rows") -> Figure:
    """One bar a set, from top to bottom, parted by label. ``shares``: set, label, share (0 to 1)."""
    figure, axes = begin_figure(title, x=x, y="", height=1.4 + 0.26 * len(shares))
    names = list(shares)
    labels = list(dict.fromkeys(label for own in shares.values() for label in own))
    start = np.zeros(len(names))
    for number, label in enumerate(labels):
        width = np.array([shares[name].get(label, 0.0) for name in names])
        colour = LABEL_COLOURS.get(label, SERIES[number % len(SERIES)])
        axes.barh(names, width, left=start, color=colour, label=label_words(label), height=0.75)
        start += width
    # Shares that are parts of a whole fill the width; rare ones would not be seen at that scale.
    axes.set_xlim(0, 1 if start.max() > 0.5 else 1.1 * max(float(start.max()), 0.01))
    axes.invert_yaxis()
    axes.legend(ncols=len(labels), loc="lower left", bbox_to_anchor=(0, 1), frameon=False)
    return figure


def plot_dots(
    names: Sequence[str],
    series: Mapping[str, Sequence[Dot]],
    *,
    title: str,
    x: str,
    y: str = "",
    mark: float | None = None,
) -> Figure:
    """Values with their intervals, a row each from top to bottom; several series side by side in it.

    A value that is NaN is left out. ``mark`` draws an upright line, at no difference for instance.
    """
    figure, axes = begin_figure(title, x=x, y=y, height=1.4 + 0.2 * len(names) * (1 + 0.35 * len(series)))
    for number, (word, dots) in enumerate(series.items()):
        values = np.array(dots, dtype=float).reshape(-1, 3)
        places = np.arange(len(names)) + (number - (len(series) - 1) / 2) * 0.22
        spread = np.abs(values[:, 1:].T - values[:, 0])
        axes.errorbar(
            values[:, 0], places, xerr=spread, label=word,
            fmt=MARKERS[number % len(MARKERS)], color=SERIES[number % len(SERIES)], markersize=5, linewidth=1.4,
        )  # fmt: skip
    axes.set_yticks(range(len(names)), list(names))
    axes.set_ylim(len(names) - 0.4, -0.6)
    if mark is not None:
        axes.axvline(mark, color=QUIET, linewidth=1)
    if len(series) > 1:
        axes.legend(ncols=len(series), loc="lower left", bbox_to_anchor=(0, 1), frameon=False)
    return figure


def plot_matrix(
    counts: NDArray[Any], rows: Sequence[str], columns: Sequence[str], *, title: str, x: str, y: str
) -> Figure:
    """A table of counts, each shaded by its share of its row and written out."""
    from matplotlib.colors import LinearSegmentedColormap

    figure, axes = begin_figure(title, x=x, y=y, height=1.8 + 0.32 * len(rows))
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    shades = LinearSegmentedColormap.from_list("shades", ["#ffffff", SERIES[0]])
    axes.imshow(shares, cmap=shades, vmin=0, vmax=1, aspect="auto")
    for row, column in np.argwhere(counts > 0).tolist():
        colour = "white" if shares[row, column] > 0.55 else INK
        axes.text(column, row, f"{counts[row, column]:,}", ha="center", va="center", color=colour, fontsize=8)
    crowded = len(columns) > 4
    axes.set_xticks(range(len(columns)), list(columns), rotation=30 * crowded, ha="right" if crowded else "center")
    axes.set_yticks(range(len(rows)), list(rows))
    axes.grid(visible=False)
    return figure


def plot_reliability(curves: Mapping[str, tuple[Floats, NDArray[np.bool_]]], *, title: str) -> Figure:
    """How often a model was right against how sure it was; the diagonal is a model that means what it says.

    ``curves``: name, (confidence, whether it was right), a row each. A dot's area is the number of rows.
    """
    figure, axes = begin_figure(title, x="how sure the model was (mean of the bin)", y="share that was right", height=5)
    axes.plot([0, 1], [0, 1], color=QUIET, linewidth=1, linestyle="--", label="says what it means")
    for number, (word, (confidence, correct)) in enumerate(curves.items()):
        found = reliability_bins(confidence, correct)
        colour = SERIES[number % len(SERIES)]
        axes.plot(found[:, 0], found[:, 1], color=colour, linewidth=1.4, label=word)
        axes.scatter(found[:, 0], found[:, 1], s=12 + 300 * found[:, 2] / found[:, 2].sum(), color=colour, alpha=0.75)
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, 1.02)
    axes.legend(loc="upper left", frameon=False)
    return figure


def plot_lines(
    curves: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    *,
    title: str,
    x: str,
    y: str,
    marks: Mapping[str, float] | None = None,
) -> Figure:
    """Lines by name, (x values, y values). ``marks`` draws upright lines with a word each, a threshold for instance."""
    figure, axes = begin_figure(title, x=x, y=y)
    for number, (word, (across, up)) in enumerate(curves.items()):
        axes.plot(across, up, color=SERIES[number % len(SERIES)], linewidth=1.8, label=word)
    for number, (word, place) in enumerate((marks or {}).items()):
        axes.axvline(place, color=INK, linewidth=1, linestyle=(":", "--", "-.")[number % 3], label=word)
    axes.set_ylim(0, 1.12 * max(float(np.nanmax(up)) for _, up in curves.values()))
    axes.legend(frameon=False)
    return figure
