"""Masked language model over a corpus of token numbers; read it from ``pretrain`` downwards.

    python -m models.vocabulary --corpus ../shared/data/corpus --out var/encoder
    python -m models.pretrain --work var/encoder --minutes 45

It starts from the word vectors, saves a checkpoint every few minutes, goes on from the last one when it is started
again (on another machine too), and writes ``trunk/`` (a standard BERT that ``AutoModel.from_pretrained`` loads, half
precision, with its tokenizer) and ``loss.csv``. Needs the [train] extra.

Recipe: blocks of whole documents that do not see each other; masking rate falling linearly from 30 to 15 % (Wettig et
al. 2023; Yang et al. 2023); loss on masked positions only, over the
batch's own targets and random negatives (sampled softmax, Jean et al. 2015) with the input embeddings as output
embeddings; no dropout; AdamW with a warm-up and a linear end; an exponential average of the weights is what is kept.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.blocks import STEP, Pretraining, TrainingFailed, mask_tokens, pack_blocks, positions_of, read_order
from models.vocabulary import load_tokens

log = logging.getLogger(__name__)

CHECKPOINT = "checkpoint.pt"
TRUNK = "trunk"
CURVE = "loss.csv"
EMBEDDING_LENGTH = 0.6
"""Mean length that the vectors start with: large beside the position embeddings, small enough for a tied output."""


def shape_of(config: Pretraining, size: int) -> Any:
    """The trunk's configuration, a ``transformers.BertConfig``."""
    from transformers import BertConfig

    return BertConfig(
        vocab_size=size,
        hidden_size=config.width,
        num_hidden_layers=config.layers,
        num_attention_heads=config.heads,
        intermediate_size=config.inner,
        hidden_act="relu",
        max_position_embeddings=config.block,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        pad_token_id=0,
    )


def build_trunk(config: Pretraining, vectors: NDArray[np.floating[Any]] | None, size: int) -> Any:
    """A ``BertModel`` without pooler, its word embeddings set to the vectors (entries by width), where given.

    Attention is the plain ("eager") one: on CPUs with a mask it is nearly twice as fast as the fused kernel.
    """
    import torch
    from transformers import BertModel

    if vectors is not None and vectors.shape != (size, config.width):
        raise TrainingFailed(
            f"Vektor kata berukuran {vectors.shape}, bukan {(size, config.width)}.",
            hint="Kosakata dan vektor harus dari satu folder; hapus vectors.npy dan jalankan models.vocabulary lagi.",
        )
    shape = shape_of(config, size)
    shape._attn_implementation = "eager"
    trunk = BertModel(shape, add_pooling_layer=False)
    if vectors is not None:
        with torch.no_grad():
            table = torch.from_numpy(vectors.astype(np.float32)) * EMBEDDING_LENGTH
            trunk.embeddings.word_embeddings.weight.copy_(table)
    return trunk


def language_head(width: int, size: int) -> Any:
    """Dense layer, normalisation and one bias an entry: what stands between the trunk and the tied embeddings."""
    from torch import nn

    head = nn.Module()
    head.dense = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.LayerNorm(width))
    head.bias = nn.Embedding(size, 1)
    nn.init.zeros_(head.bias.weight)
    return head


def masked_loss(trunk: Any, head: Any, batch: dict[str, Any], candidates: Any) -> Any:
    """Mean cross entropy of the chosen positions. ``candidates`` are entries to choose among; targets are added."""
    import torch
    from torch.nn import functional

    owners = batch["owners"]
    visible = (owners[:, None, :, None] == owners[:, None, None, :]) & (owners > 0)[:, None, None, :]
    # A padded position sees everything: a row of -inf alone would have no softmax.
    visible = visible | (owners == 0)[:, None, :, None]
    blocked = torch.zeros(visible.shape, dtype=torch.bfloat16).masked_fill(~visible, torch.finfo(torch.bfloat16).min)
    states = trunk(input_ids=batch["read"], attention_mask=blocked, position_ids=batch["positions"]).last_hidden_state
    found = head.dense(states[batch["chosen"]])
    targets = batch["ids"][batch["chosen"]]
    table = trunk.embeddings.word_embeddings.weight
    if candidates is None:
        logits = (found @ table.T.to(found.dtype)).float() + head.bias.weight[:, 0]
        return functional.cross_entropy(logits, targets)
    entries = torch.unique(torch.cat([targets, candidates]))
    entries = fill_up(entries, len(table))
    logits = (found @ table[entries].T.to(found.dtype)).float() + head.bias(entries)[:, 0]
    return functional.cross_entropy(logits, torch.searchsorted(entries, targets))


def fill_up(entries: Any, size: int) -> Any:
    """Sorted entries with the first missing ones added, so that their number is a multiple of ``STEP``."""
    import torch

    wanted = min(-len(entries) % STEP, size - len(entries))
    missing = torch.ones(size, dtype=torch.bool)
    missing[entries] = False
    return torch.sort(torch.cat([entries, torch.nonzero(missing)[:, 0][:wanted]])).values


def vocabulary_hash(folder: Path) -> str:
    """Names a vocabulary: the SHA-256 of its ``tokenizer.json``."""
    return hashlib.sha256((folder / "tokenizer.json").read_bytes()).hexdigest()


def read_checkpoint(path: Path, *, vocabulary: str, config: Pretraining) -> dict[str, Any] | None:
    """The last checkpoint, or None. Raises TrainingFailed where it belongs to another vocabulary or another shape."""
    import torch

    if not path.exists():
        return None
    try:
        found: dict[str, Any] = torch.load(path, weights_only=True)
    except (RuntimeError, EOFError, OSError, ValueError) as error:
        raise TrainingFailed(f"{path} tidak terbaca: {error}", hint="Hapus berkas itu untuk mulai lagi.") from error
    wanted = msgspec.to_builtins(config)
    shape = ("layers", "width", "inner", "heads", "block", "seed", "batch")
    if found["vocabulary"] != vocabulary or any(found["config"][key] != wanted[key] for key in shape):
        raise TrainingFailed(
            f"{path} berasal dari kosakata atau bentuk model lain.",
            hint="Pakai folder kerja lain, atau hapus berkas itu untuk mulai lagi.",
        )
    return found


def pretrain(work: Path, config: Pretraining, *, until: int = 0) -> Path:
    """Train, or go on training, in a folder that ``models.vocabulary`` prepared. Returns the folder of the trunk.

    ``until``: pause at this step, with a checkpoint. Raises TrainingFailed.
    """
    import torch
    from transformers import AutoTokenizer

    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    tokenizer = AutoTokenizer.from_pretrained(work / "tokenizer")
    size, special = len(tokenizer), len(tokenizer.all_special_ids)
    vectors = np.load(work / "vectors.npy") if (work / "vectors.npy").exists() else None
    trunk = build_trunk(config, vectors, size)
    head = language_head(config.width, size)
    ids, owners = pack_blocks(
        load_tokens(work / "corpus.npz"), config, first=tokenizer.cls_token_id, last=tokenizer.sep_token_id
    )
    log.info("%d blocks of %d tokens, %d of them padding", *ids.shape, int((owners == 0).sum()))

    weights = [*trunk.named_parameters(), *head.named_parameters()]
    average = {name: one.detach().clone() for name, one in weights}
    decay = [one for name, one in weights if one.ndim > 1 and "embeddings" not in name]
    rest = [one for name, one in weights if one.ndim < 2 or "embeddings" in name]
    optimiser = torch.optim.AdamW(
        [{"params": decay, "weight_decay": 0.01}, {"params": rest, "weight_decay": 0.0}],
        lr=config.rate, betas=(0.9, 0.98), eps=1e-6, fused=True,
    )  # fmt: skip
    vocabulary = vocabulary_hash(work / "tokenizer")
    step, spent, curve = 0, 0.0, []
    saved = read_checkpoint(work / CHECKPOINT, vocabulary=vocabulary, config=config)
    if saved is not None:
        trunk.load_state_dict(saved["trunk"])
        head.load_state_dict(saved["head"])
        optimiser.load_state_dict(saved["optimiser"])
        average, step, spent, curve = saved["average"], saved["step"], saved["spent"], saved["curve"]
        log.info("going on from step %d after %.1f minutes", step, spent / 60)

    def save() -> None:
        state = {
            "trunk": trunk.state_dict(), "head": head.state_dict(), "optimiser": optimiser.state_dict(),
            "average": average, "step": step, "spent": spent, "curve": curve,
            "vocabulary": vocabulary, "config": msgspec.to_builtins(config),
        }  # fmt: skip
        torch.save(state, work / (CHECKPOINT + ".part"))
        (work / (CHECKPOINT + ".part")).replace(work / CHECKPOINT)

    last_save = spent
    running = None
    for numbers in read_order(len(ids), config, step):
        progress = step / config.steps if config.steps else spent / 60 / config.minutes
        if progress >= 1 or (until and step >= until):
            break
        began = time.perf_counter()
        for group in optimiser.param_groups:
            group["lr"] = config.rate * min(progress / config.warm_up + 1e-3, (1 - progress) / (1 - config.warm_up))
        loss = _take_step(trunk, head, optimiser, ids[numbers], owners[numbers], config, tokenizer, step, progress)
        if not np.isfinite(loss):
            raise TrainingFailed(
                f"Galat pelatihan menjadi {loss} pada langkah {step}.",
                hint="Turunkan rate; pelatihan dapat dilanjutkan dari checkpoint terakhir.",
            )
        with torch.no_grad():
            torch._foreach_lerp_(list(average.values()), [one.detach() for _, one in weights], 1 - config.average)
        step += 1
        spent += time.perf_counter() - began
        running = loss if running is None else 0.98 * running + 0.02 * loss
        curve.append((step, step * config.batch * config.block, spent, loss))
        if step % 100 == 0:
            pace = step * config.batch * config.block / spent
            log.info("step %d, %.1f min, loss %.3f, %.0f tokens/s", step, spent / 60, running, pace)
        if spent - last_save > 60 * config.save_every:
            save()
            last_save = spent
    save()
    _write_trunk(work, trunk, average, tokenizer, curve, special)
    return work / TRUNK


def _take_step(
    trunk: Any, head: Any, optimiser: Any, ids: Any, owners: Any, config: Pretraining, tokenizer: Any, step: int,
    progress: float,
) -> float:  # fmt: skip
    """One step on some blocks; everything random in it follows from the seed and the step. Returns the loss."""
    import torch

    rng = np.random.default_rng((config.seed, 1, step))
    size, special = len(tokenizer), len(tokenizer.all_special_ids)
    whole, own = ids.astype(np.int64), owners.astype(np.int64)
    share = config.masked_first + (config.masked_last - config.masked_first) * min(1.0, progress)
    read, chosen = mask_tokens(whole, share=share, mask=tokenizer.mask_token_id, special=special, size=size, rng=rng)
    batch = {
        "ids": torch.from_numpy(whole),
        "read": torch.from_numpy(read),
        "chosen": torch.from_numpy(chosen),
        "owners": torch.from_numpy(own),
        "positions": torch.from_numpy(positions_of(own)),
    }
    candidates = torch.from_numpy(rng.integers(special, size, config.negatives)) if config.negatives else None
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = masked_loss(trunk, head, batch, candidates)
    loss.backward()
    torch.nn.utils.clip_grad_norm_([*trunk.parameters(), *head.parameters()], 1.0)
    optimiser.step()
    optimiser.zero_grad(set_to_none=True)
    return float(loss.detach())


def _write_trunk(work: Path, trunk: Any, average: dict[str, Any], tokenizer: Any, curve: Any, special: int) -> None:
    """The averaged weights as a Hugging Face folder in half precision, and the loss of every step."""
    import torch

    with torch.no_grad():
        for name, one in trunk.named_parameters():
            one.copy_(average[name])
    trunk.to(torch.float16).save_pretrained(work / TRUNK)
    tokenizer.save_pretrained(work / TRUNK)
    lines = ["step,tokens,seconds,loss", *(f"{a},{b},{c:.2f},{d:.4f}" for a, b, c, d in curve)]
    (work / CURVE).write_text("\n".join(lines) + "\n", encoding="ascii")
    log.info("wrote %s after %d tokens", work / TRUNK, curve[-1][1] if curve else 0)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m models.pretrain", description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="folder that models.vocabulary wrote")
    parser.add_argument("--config", type=Path, help="TOML file with values of Pretraining")
    parser.add_argument("--minutes", type=float, help="budget of computing time")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    config = msgspec.toml.decode(chosen.config.read_bytes(), type=Pretraining) if chosen.config else Pretraining()
    if chosen.minutes:
        config = msgspec.structs.replace(config, minutes=chosen.minutes)
    pretrain(chosen.work, config)


if __name__ == "__main__":
    main()
