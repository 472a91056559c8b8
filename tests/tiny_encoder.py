"""Small models made on the spot, of the very form that ships: an encoder (random weights), a linear one, a cascade.

build_encoder(root / "kecil")                 a folder that ``models.onnx_encoder.load_encoder`` reads
build_linear(root / "garis")                  one that ``models.linear.load_linear`` reads
build_cascade(root / "gabungan", linear="garis", encoder="kecil")
write_card(root / "kecil")                    the card, with the files' hashes: last, once all else is written
serve_with(root, {"sentiment": "kecil"})      default.json
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np

from kentongan.schema import SENTIMENTS, TOPICS, Task
from models.calibrate import Calibration
from models.card import Card, Speed, hash_files, save_card
from models.cascade import CascadeConfig, Tier, save_cascade
from models.features import HashShape
from models.linear import CONFIG_FILE, WEIGHTS_FILE, Head, LinearConfig, pack_weights, save_linear
from models.onnx_encoder import MODEL_FILE, TOKENIZER_FILE, EncoderConfig, save_encoder_config
from models.reading import ACCOUNT_WORD, LINK_WORD
from models.registry import DEFAULT_FILE

LABELS: Mapping[Task, tuple[str, ...]] = {
    "sentiment": SENTIMENTS,
    "topic": TOPICS,
    "hoax": ("hoax", "lain"),
    "language": ("id", "jv", "su", "min", "bjn", "bew", "mad", "other"),
}
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", LINK_WORD, ACCOUNT_WORD)
SENTENCE = (
    "jalan rusak depan pasar mohon segera diperbaiki banjir warga harga beras naik terima kasih petugas bagus sekali "
    "buruk kecewa sekolah vaksin puskesmas polisi kabar hoaks aja teu ora di ke yang dan 😀 🙏"
)
VOCABULARY = (
    *SPECIAL,
    *"abcdefghijklmnopqrstuvwxyz0123456789.,!?",
    *(f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz"),
    *SENTENCE.split(),
)
WIDTH = 16


def plain_heads(labels: Mapping[Task, Sequence[str]], *, threshold: float = 0.3) -> dict[Task, Head]:
    """Heads with a calibration that changes nothing."""
    return {
        task: Head(
            labels=tuple(names),
            calibration=Calibration(scale=1.0, offsets=(0.0,) * len(names), threshold=threshold),
        )
        for task, names in labels.items()
    }


def build_encoder(
    folder: Path,
    *,
    labels: Mapping[Task, Sequence[str]] = LABELS,
    seed: int = 0,
    max_tokens: int = 64,
    loudness: float = 4.0,
    reading: str = "posts",
    outputs: Mapping[Task, int] | None = None,
) -> EncoderConfig:
    """Write tokenizer, graph and config: the mean of random word vectors through one random layer a task.

    ``loudness`` scales the logits; ``outputs`` gives the graph other widths than the labels (a misfit).
    """
    folder.mkdir(parents=True)
    write_tokenizer(folder / TOKENIZER_FILE)
    write_graph(folder / MODEL_FILE, outputs or {t: len(names) for t, names in labels.items()}, seed, loudness)
    config = EncoderConfig(
        name=folder.name,
        version="1.0.0",
        heads=plain_heads(labels),
        max_tokens=max_tokens,
        reading="raw" if reading == "raw" else "posts",
    )
    save_encoder_config(folder, config)
    return config


def write_tokenizer(file: Path, vocabulary: Sequence[str] = VOCABULARY) -> None:
    """A WordPiece tokenizer with [CLS] and [SEP] around a text."""
    from tokenizers import AddedToken, Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.pre_tokenizers import BertPreTokenizer
    from tokenizers.processors import TemplateProcessing

    number = {word: place for place, word in enumerate(vocabulary)}
    tokenizer = Tokenizer(WordPiece(number, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[(word, number[word]) for word in ("[CLS]", "[SEP]")]
    )
    tokenizer.add_special_tokens([AddedToken(word, special=True) for word in SPECIAL])
    tokenizer.save(str(file))


def write_graph(
    file: Path,
    outputs: Mapping[Task, int],
    seed: int,
    loudness: float,
    *,
    rows: int = len(VOCABULARY),
    spoil: float | None = None,
) -> None:
    """The graph: masked mean of word vectors, then one layer a task. ``spoil`` replaces one weight (NaN, infinity)."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    rng = np.random.default_rng(seed)
    table = rng.normal(size=(rows, WIDTH)).astype(np.float32)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["words"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["column"]),
        helper.make_node("Mul", ["words", "column"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "middle"], ["sum"], keepdims=0),
        helper.make_node("ReduceSum", ["column", "middle"], ["count"], keepdims=0),
        helper.make_node("Div", ["sum", "count"], ["mean"]),
    ]
    constants = [
        numpy_helper.from_array(table, "table"),
        numpy_helper.from_array(np.array([2]), "last"),
        numpy_helper.from_array(np.array([1]), "middle"),
    ]
    for task, width in outputs.items():
        weights = (loudness * rng.normal(size=(WIDTH, width))).astype(np.float32)
        if spoil is not None:
            weights[0, 0] = spoil
        constants.append(numpy_helper.from_array(weights, f"{task}_weights"))
        nodes.append(helper.make_node("MatMul", ["mean", f"{task}_weights"], [task]))
    graph = helper.make_graph(
        nodes,
        "tiny",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
            for name in ("input_ids", "attention_mask")
        ],
        [helper.make_tensor_value_info(task, TensorProto.FLOAT, ["batch", width]) for task, width in outputs.items()],
        initializer=constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    file.write_bytes(model.SerializeToString())


def build_linear(folder: Path, *, labels: Mapping[Task, Sequence[str]] = LABELS, seed: int = 1) -> LinearConfig:
    """Write a linear model with random weights over a few thousand buckets."""
    config = LinearConfig(
        name=folder.name, version="1.0.0", shape=HashShape(word_bits=10, char_bits=10), heads=plain_heads(labels)
    )
    rng = np.random.default_rng(seed)
    columns = sum(len(names) for names in labels.values())
    weights = pack_weights(
        rng.normal(size=(config.shape.size, columns)).astype(np.float32) * 3,
        np.zeros(columns, np.float32),
        np.ones(config.shape.size, np.float32),
    )
    save_linear(folder, config, weights)
    return config


def build_cascade(
    folder: Path,
    *,
    linear: str,
    encoder: str,
    labels: Mapping[Task, Sequence[str]] = LABELS,
    sure: float = 0.9,
    share: float = 0.5,
) -> CascadeConfig:
    """Write a cascade's config over two models of the same root."""
    heads = plain_heads(labels)
    tasks = {task: Tier(sure=sure, share=share, calibration=head.calibration) for task, head in heads.items()}
    config = CascadeConfig(name=folder.name, version="1.0.0", linear=linear, encoder=encoder, tasks=tasks)
    save_cascade(folder, config)
    return config


def write_card(folder: Path, *, labels: Mapping[Task, Sequence[str]] = LABELS, version: str = "1.0.0") -> Card:
    """A card for the model in a folder, over all files in it."""
    files = sorted(
        file.name for file in folder.iterdir() if file.name in (CONFIG_FILE, WEIGHTS_FILE, MODEL_FILE, TOKENIZER_FILE)
    )
    speed = Speed(
        texts_per_second=1, cold_start_seconds=1, weight_bytes=1, hardware="none", training_minutes=0
    )  # fmt: skip
    card = Card(
        name=folder.name, version=version, made_on="2026-11-12", labels={t: tuple(n) for t, n in labels.items()},
        sets=(), splits="none", seeds=(0,), config={}, protocols=(), trust={}, speed=speed, limits=("invented",),
        sha256=hash_files(folder, files),
    )  # fmt: skip
    save_card(folder, card)
    return card


def serve_with(root: Path, models: Mapping[Task, str]) -> None:
    """Write ``default.json``."""
    (root / DEFAULT_FILE).write_bytes(msgspec.json.encode(models))


def build_root(root: Path, *, seed: int = 0, sure: float = 0.9) -> Path:
    """An encoder "kecil", a linear model "garis" and a cascade "gabungan" of both, with cards.

    The cascade serves sentiment and topic, the encoder hoax and language.
    """
    build_encoder(root / "kecil", seed=seed)
    build_linear(root / "garis", seed=seed + 1)
    build_cascade(root / "gabungan", linear="garis", encoder="kecil", sure=sure)
    for name in ("kecil", "garis", "gabungan"):
        write_card(root / name)
    serve_with(root, {"sentiment": "gabungan", "topic": "gabungan", "hoax": "kecil", "language": "kecil"})
    return root
