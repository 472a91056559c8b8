"""Invented posts and a small invented corpus, enough to make a vocabulary, an encoder and labelled rows from."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import numpy as np

GOOD = ("bagus sekali", "senang", "puas", "terima kasih", "mantap", "cepat dan ramah")
BAD = ("kecewa", "rusak parah", "lambat sekali", "marah", "buruk", "tidak pernah diperbaiki")
PLAIN = ("dibuka pukul delapan", "berada di balai desa", "dijadwalkan hari senin", "melayani dua loket")
THINGS = ("jalan desa", "puskesmas", "kantor camat", "pasar", "lampu jalan", "sekolah", "jembatan", "air bersih")
WORDS = {"positive": GOOD, "negative": BAD, "neutral": PLAIN}


def make_posts(count: int, seed: int = 0) -> list[dict[str, str]]:
    """``{"text", "label"}`` rows whose words say the label; no two alike."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        label = ("positive", "negative", "neutral")[number % 3]
        own = WORDS[label]
        words = [str(rng.choice(THINGS)), f"rt {number * 7919 % 1000} kelurahan {chr(97 + number % 26)}{number}"]
        words += [str(one) for one in rng.choice(own, 2, replace=False)]
        rng.shuffle(words)
        rows.append({"text": " ".join(words), "label": label})
    return rows


def write_rows(path: Path, rows: list[dict[str, str]]) -> Path:
    """Rows as JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def write_corpus(folder: Path, documents: int = 300) -> Path:
    """An ``.xz`` corpus of two files, with one line that is not UTF-8."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [row["text"].encode() for row in make_posts(documents, seed=9)]
    with lzma.open(folder / "warga.txt.xz", "wb") as out:
        out.write(b"\n".join([*lines, b"baris \xff\xfe rusak"]) + b"\n")
    with lzma.open(folder / "berita.txt.xz", "wb") as out:
        out.write(b"\n".join(b". ".join(lines[start : start + 12]) for start in range(0, documents, 12)) + b"\n")
    return folder
