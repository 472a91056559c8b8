"""The classifier an installation uses, loaded once and checked against its card. Imports neither torch nor sklearn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from models.assembly import Assembly
from models.cascade import Cascade, load_cascade
from models.classifier import Classifier
from models.linear import BadModel, load_linear
from models.onnx_encoder import REMEMBERED, THREADS, OnnxEncoder, load_encoder
from models.registry import WEIGHTS, find_model, read_kind, serving_models, verify_model


class Loader:
    """Loads models by name, each once however many tasks or cascades use it, checked against its card."""

    def __init__(self, root: Path, local: Path | None, *, threads: int, remembered: int) -> None:
        self.root = root
        self.local = local
        self.threads = threads
        self.remembered = remembered
        self.loaded: dict[str, Classifier] = {}

    def __call__(self, name: str) -> Classifier:
        """The named model. Raises BadModel where it is missing, cut short, or differs from its card."""
        if name not in self.loaded:
            verify_model(name, root=self.root, local=self.local)
            self.loaded[name] = self.read(find_model(name, root=self.root, local=self.local))
        return self.loaded[name]

    def read(self, folder: Path) -> Classifier:
        """The model in a folder, by its kind."""
        kind = read_kind(folder)
        if kind == "linear":
            return load_linear(folder)
        if kind == "encoder":
            return load_encoder(folder, threads=self.threads, remembered=self.remembered)
        if kind == "cascade":
            return load_cascade(folder, self.load_plain)
        raise BadModel(f"Model {folder.name} berjenis {kind!r}, yang tidak dikenal.", hint="Perbarui Kentongan.")

    def load_plain(self, name: str) -> Classifier:
        """A model that a cascade may stand on: a cascade of cascades could stand on itself."""
        kind = read_kind(find_model(name, root=self.root, local=self.local))
        if kind == "cascade":
            raise BadModel(f"Model {name} sendiri gabungan.", hint="Gabungkan model linear dengan encoder.")
        return self(name)


def load_classifier(
    name: str | None = None,
    *,
    root: Path = WEIGHTS,
    local: Path | None = None,
    threads: int = THREADS,
    remembered: int = REMEMBERED,
) -> Classifier:
    """The named model; without a name every task, each with the model that serves it. Keep it: loading takes a while.

    ``root`` holds the shipped models and ``local`` the user's own (see ``models.registry``); ``threads`` and
    ``remembered`` are the encoder's. Raises BadModel where a model is missing, cut short, or differs from its card.
    """
    load = Loader(root, local, threads=threads, remembered=remembered)
    if name is not None:
        return load(name)
    models = {task: load(serving) for task, serving in serving_models(root=root, local=local).items()}
    for task, model in models.items():
        if task not in model.labels:
            raise BadModel(
                f"Model {model.name}, yang dipilih untuk {task}, tidak mengenal tugas itu.",
                hint="Pilih model lain: `kentongan models use NAMA`.",
            )
    return Assembly(models)


def find_encoders(classifier: Classifier) -> Iterator[OnnxEncoder]:
    """The encoders at work inside a classifier, each once."""
    inside: list[Classifier] = []
    if isinstance(classifier, OnnxEncoder):
        yield classifier
    elif isinstance(classifier, Cascade):
        inside = [classifier.linear, classifier.encoder]
    elif isinstance(classifier, Assembly):
        inside = list(classifier.models.values())
    yield from dict.fromkeys(encoder for part in inside for encoder in find_encoders(part))
