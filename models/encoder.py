"""The transformer classifier as it is trained: one trunk, a linear head for each task. Needs torch and transformers.

The trunk is whatever ``AutoModel.from_pretrained`` loads: our own, or any encoder by name or folder. What a head sees
of a text is three views side by side: mean and maximum of the last states, and the mean of the input embeddings (the
bag of word vectors, which transfers best to matters never seen).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kentongan.schema import Task
from models.linear import BadModel

HEADS_FILE = "heads.safetensors"
TRUNK_FOLDER = "trunk"
VIEWS = 3


def load_trunk(source: str, *, dropout: float | None = None) -> tuple[Any, Any]:
    """Trunk (single precision) and tokenizer by Hugging Face name or folder. Raises BadModel where it cannot be read.

    ``dropout`` overrides those of hidden states and attention, where the model has such settings.
    """
    import torch
    from transformers import AutoConfig, AutoModel, AutoTokenizer
    from transformers.utils import logging as their_logging

    # It reports the missing pooler, which nothing here uses, and draws bars of its own.
    their_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    their_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        config = AutoConfig.from_pretrained(source)
        for name in ("hidden_dropout_prob", "attention_probs_dropout_prob"):
            if dropout is not None and hasattr(config, name):
                setattr(config, name, dropout)
        # With a mask, plain attention is much the faster on a CPU; a model without it keeps its own.
        tokenizer = AutoTokenizer.from_pretrained(source)
        how = {"config": config, "dtype": torch.float32, "attn_implementation": "eager"}
        try:
            trunk = AutoModel.from_pretrained(source, add_pooling_layer=False, **how)
        except TypeError:
            trunk = AutoModel.from_pretrained(source, **how)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise BadModel(
            f"Encoder {source!r} tidak dapat dimuat: {str(error).splitlines()[0]}",
            hint="Sebut nama atau folder model Hugging Face yang lengkap (config.json, bobot, tokenizer).",
        ) from error
    if not tokenizer.is_fast:
        raise BadModel(f"Tokenizer {source!r} tidak punya bentuk cepat (tokenizer.json).", hint="Ubah dulu bentuknya.")
    return trunk, tokenizer


def build_classifier(trunk: Any, labels: Mapping[Task, tuple[str, ...]], *, dropout: float = 0.1) -> Any:
    """A ``torch.nn.Module``: ``forward(input_ids, attention_mask)`` gives a dict of logits (rows by labels) by task."""
    import torch
    from torch import nn

    class EncoderClassifier(nn.Module):
        """Trunk, views, heads."""

        def __init__(self) -> None:
            super().__init__()
            self.trunk = trunk
            self.dropout = nn.Dropout(dropout)
            width = VIEWS * trunk.config.hidden_size
            self.heads = nn.ModuleDict({task: nn.Linear(width, len(names)) for task, names in labels.items()})

        def views(self, input_ids: Any, attention_mask: Any) -> Any:
            """Rows by three times the width."""
            states = self.trunk(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            words = self.trunk.get_input_embeddings()(input_ids)
            seen = attention_mask.unsqueeze(-1).to(states.dtype)
            many = seen.sum(dim=1).clamp(min=1.0)
            mean = (states * seen).sum(dim=1) / many
            most = (states - 1e4 * (1.0 - seen)).max(dim=1).values
            bag = (words * seen).sum(dim=1) / many
            return torch.cat([mean, most, bag], dim=-1)

        def forward(self, input_ids: Any, attention_mask: Any) -> dict[str, Any]:
            seen = self.dropout(self.views(input_ids, attention_mask))
            return {task: head(seen) for task, head in self.heads.items()}

    return EncoderClassifier()


def save_classifier(folder: Path, classifier: Any, tokenizer: Any) -> None:
    """Write ``trunk/`` (half precision) and ``heads.safetensors`` (single: ``task/weight``, ``task/bias``)."""
    import torch
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    heads = {
        f"{task}/{name}": value.detach().float().contiguous()
        for task, head in classifier.heads.items()
        for name, value in (("weight", head.weight), ("bias", head.bias))
    }
    save_file(heads, folder / HEADS_FILE)
    kept = {name: value.detach().clone() for name, value in classifier.trunk.state_dict().items()}
    classifier.trunk.to(torch.float16).save_pretrained(folder / TRUNK_FOLDER)
    tokenizer.save_pretrained(folder / TRUNK_FOLDER)
    classifier.trunk.to(torch.float32).load_state_dict(kept)


def read_classifier(folder: Path, labels: Mapping[Task, tuple[str, ...]]) -> tuple[Any, Any]:
    """Classifier, in evaluation mode, and tokenizer that ``save_classifier`` wrote. Raises BadModel for other files."""
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    trunk, tokenizer = load_trunk(str(folder / TRUNK_FOLDER))
    classifier = build_classifier(trunk, labels)
    try:
        heads = load_file(folder / HEADS_FILE)
        with torch.no_grad():
            for task, head in classifier.heads.items():
                head.weight.copy_(heads[f"{task}/weight"])
                head.bias.copy_(heads[f"{task}/bias"])
    except (OSError, SafetensorError, KeyError, RuntimeError) as error:
        raise BadModel(
            f"{folder / HEADS_FILE} tidak cocok: {error}.", hint="Pasang atau latih ulang model itu."
        ) from error
    return classifier.eval(), tokenizer
