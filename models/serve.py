"""The classifier an installation uses, loaded once and checked against its card."""

from __future__ import annotations

from pathlib import Path

from models.classifier import Classifier
from models.linear import load_linear
from models.registry import WEIGHTS, verify_model

DEFAULT_MODEL = "linear"
"""The shipped model that labels documents."""


def load_classifier(name: str = DEFAULT_MODEL, *, root: Path = WEIGHTS) -> Classifier:
    """The named model, ready to classify. Keep it: every call reads the weights again.

    Raises BadModel where the model is missing, cut short, or differs from its card.
    """
    verify_model(name, root=root)
    return load_linear(root / name)
