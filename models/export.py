"""A trained classifier as one ONNX file with all its heads, in single precision or with 8-bit weights. Needs torch."""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kentongan.schema import Task
from models.encoder import read_classifier

log = logging.getLogger(__name__)

ONNX_FILE = "model.onnx"
OPSET = 17


def export_module(classifier: Any, out: Path) -> None:
    """Write a classifier (in evaluation mode) as ONNX: inputs ``input_ids`` and ``attention_mask`` (int64, batch by
    length), for each task one output of its name (float32, batch by labels)."""
    import torch
    from torch import nn

    tasks = list(classifier.heads)

    class Flat(nn.Module):
        """The heads' logits as a tuple: an ONNX graph has no dictionaries."""

        def __init__(self) -> None:
            super().__init__()
            self.inner = classifier

        def forward(self, input_ids: Any, attention_mask: Any) -> tuple[Any, ...]:
            found = self.inner(input_ids, attention_mask)
            return tuple(found[task] for task in tasks)

    ids = torch.tensor([[2, 7, 8, 9, 3], [2, 7, 3, 0, 0]])
    axes = {name: {0: "batch", 1: "length"} for name in ("input_ids", "attention_mask")}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Flat().eval(),
            (ids, (ids > 0).long()),
            str(out),
            input_names=["input_ids", "attention_mask"],
            output_names=tasks,
            dynamic_axes=axes | {task: {0: "batch"} for task in tasks},
            opset_version=OPSET,
            dynamo=False,
        )


def quantise_file(source: Path, out: Path) -> None:
    """Weights of matrices and embeddings as 8-bit integers, one scale a column; activations are quantised as they come
    (``onnxruntime.quantization.quantize_dynamic``)."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    logging.getLogger("root").setLevel(logging.WARNING)
    quantize_dynamic(
        source,
        out,
        weight_type=QuantType.QInt8,
        per_channel=True,
        extra_options={"MatMulConstBOnly": True},
    )


def export_onnx(folder: Path, out: Path, *, labels: Mapping[Task, tuple[str, ...]], quantise: bool = True) -> None:
    """The classifier in a folder (``trunk/`` and ``heads.safetensors``) as an ONNX file."""
    classifier, _ = read_classifier(folder, labels)
    if not quantise:
        export_module(classifier, out)
        return
    with tempfile.TemporaryDirectory() as passing:
        export_module(classifier, Path(passing) / ONNX_FILE)
        quantise_file(Path(passing) / ONNX_FILE, out)
