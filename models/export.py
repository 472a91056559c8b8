"""A trained classifier as one ONNX file with all its heads, in single precision or with 8-bit weights. Needs torch."""

from __future__ import annotations

import re
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kentongan.schema import Task
from models.encoder import read_classifier
from models.finetune import pad_rows

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


def quantise_file(source: Path, out: Path, rows: Sequence[NDArray[np.int32]], *, pad: int) -> None:
    """Weights of most matrices and of the embeddings as 8-bit integers, one scale a column, and activations with scales
    fixed by some rows (token numbers), read once (``onnxruntime.quantization.quantize_static``, greatest and least).

    Fixed scales, where dynamic ones would follow each batch: a text gets the same answer in any company.
    """
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Rows(CalibrationDataReader):  # type: ignore[misc]
        """One row at a time: padding has no part in the scales."""

        def __init__(self) -> None:
            self.left = iter(rows)

        def get_next(self) -> dict[str, NDArray[np.int64]] | None:
            row = next(self.left, None)
            if row is None:
                return None
            table, seen = pad_rows([row], pad)
            return {"input_ids": table[:, : len(row)], "attention_mask": seen[:, : len(row)]}

    with tempfile.TemporaryDirectory() as passing:
        plain = Path(passing) / "plain.onnx"
        quant_pre_process(str(source), str(plain), skip_symbolic_shape=True)
        quantize_static(
            str(plain),
            str(out),
            Rows(),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["MatMul", "Gather"],
            nodes_to_exclude=wide_inputs(plain),
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            extra_options={"MatMulConstBOnly": True},
        )


def wide_inputs(graph: Path) -> list[str]:
    """Names of the matrices that close a feed-forward block. What comes out of the wide layer before them is mostly
    zero with a few large values, which 256 steps fit badly; like the heads, they stay in single precision. (On 1,000
    texts 98.6 % of the topics stayed the same with both in 8 bits, 99.3 % without.)"""
    import onnx

    nodes = onnx.load(graph).graph.node
    return [
        one.name for one in nodes if one.op_type == "MatMul" and re.search(r"(?<!attention)/output/dense/", one.name)
    ]


def export_onnx(folder: Path, out: Path, *, labels: Mapping[Task, tuple[str, ...]]) -> None:
    """The classifier in a folder (``trunk/`` and ``heads.safetensors``) as an ONNX file in single precision."""
    classifier, _ = read_classifier(folder, labels)
    export_module(classifier, out)
