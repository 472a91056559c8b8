"""From a file of mixed posts to normalised, de-duplicated, classified, stored, counted and searchable.

    python -m benchmarks.pipeline [--quick]

Ours is what an installation runs: the commands import, score, stories update, count and search, each a process of its
own. Beside it stands the stack a team would write (``pipeline_worker``), on a sample of the same file, compared by
rate. Both sides' counts by day, hits of a word and groups of equal messages are compared on that sample.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from benchmarks.classify_stream import make_stream
from benchmarks.figure import Figure, machine, ratio_interval, run_alone
from benchmarks.pipeline_worker import Answer

MUST_RATIO = 20
MUST_MEMORY = 2048
POSTS, PART, ROUNDS = 100_000, 64, 5
"""Documents of our side, of the other side, and rounds of the other side (the first half before ours, the rest after
it: a machine that slows down must not favour either)."""
QUICK_POSTS, QUICK_PART, QUICK_ROUNDS = 2_000, 24, 2
DAYS = 30
START = datetime(2026, 5, 1, tzinfo=UTC)
WORD = "warga"
"""What both sides search for."""
STEPS: tuple[tuple[str, ...], ...] = (
    ("import", "posts.jsonl", "--as", "jsonl"),
    ("score",),
    ("stories", "update"),
    ("count", "", "--by", "day", "--by", "sentiment"),
    ("search", WORD),
)
"""Our side; the first is given the file's place."""
PACKAGES = ("onnxruntime", "tantivy", "numpy", "torch", "transformers", "datasketch", "pandas")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What one run of ours took."""

    seconds: float
    cpu: float
    peak_mib: int
    """Greatest resident memory of any of its processes."""
    steps: dict[str, float]
    """Seconds of each step."""
    days: dict[str, int]
    hits: int
    stories: dict[str, str]
    """Story of each document that is in one."""


def write_posts(file: Path, size: int) -> None:
    """The mixed stream as lines that `kentongan import posts.jsonl --as jsonl` takes, spread over DAYS days."""
    rng = random.Random(size)
    with file.open("w", encoding="utf-8") as out:
        for number, one in enumerate(make_stream(size)):
            moment = START + timedelta(seconds=rng.randrange(DAYS * 86_400))
            row = {
                "id": f"p{number}",
                "text": one.text,
                "published_at": moment.isoformat(),
                "author": f"akun{rng.randrange(size // 5 + 1)}",
                "kind": one.kind,
            }
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def run_ours(file: Path, folder: Path) -> Ran:
    """All steps on an empty installation. Raises RuntimeError for a step that fails."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("KENTONGAN_")}
    for outside in ("ELASTICSEARCH_URL", "DATABASE_URL"):
        environment.pop(outside, None)
    environment["KENTONGAN_DATA_DIR"] = str(folder)
    steps: dict[str, float] = {}
    said: dict[str, list[dict[str, object]]] = {}
    cpu, peak, begun = 0.0, 0, time.perf_counter()
    for name, *rest in STEPS:
        words = [str(file) if word == "posts.jsonl" else word for word in rest]
        step = time.perf_counter()
        with tempfile.TemporaryFile("w+", encoding="utf-8") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "kentongan", name, *words, *([] if name == "score" else ["--json"])],
                env=environment, stdout=out, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise RuntimeError(f"{name} ended with {process.returncode}")
            out.seek(0)
            said[name] = [json.loads(line) for line in out if line.startswith("{")]
        steps[name] = time.perf_counter() - step
        cpu, peak = cpu + used.ru_utime + used.ru_stime, max(peak, used.ru_maxrss // 1024)
    seconds = time.perf_counter() - begun
    days, hits, stories = read_ours(folder)
    return Ran(
        seconds=seconds, cpu=cpu, peak_mib=peak, steps={k: round(v, 1) for k, v in steps.items()}, days=days,
        hits=hits, stories=stories,
    )  # fmt: skip


def read_ours(folder: Path) -> tuple[dict[str, int], int, dict[str, str]]:
    """Documents by day (UTC+7), hits of WORD, and the story of each document by its key: not timed, for comparison."""
    from sqlalchemy import select

    from casework.db import open_casework
    from casework.story_tables import StoryItemRow, StoryMessageRow
    from kentongan.schema import Query
    from kentongan.settings import Settings
    from search.open import open_store

    settings = Settings(data_dir=folder)
    with open_store(settings) as store, open_casework(settings) as casework, casework.read() as session:
        days = {cell.key[0][:10]: cell.count for cell in store.count(Query(), by=("day",))}
        hits = store.count(Query(text=WORD))[0].count
        chosen = select(StoryItemRow.document, StoryMessageRow.story).join(
            StoryMessageRow, StoryMessageRow.message == StoryItemRow.message
        )
        stories = {row.document: row.story for row in session.execute(chosen)}
    return days, hits, stories


def run_theirs(file: Path, part: int, folder: Path) -> Answer:
    """The other stack on the file's first ``part`` lines."""
    environment = {**os.environ, "OMP_NUM_THREADS": "2", "TOKENIZERS_PARALLELISM": "true"}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.pipeline_worker", str(file), str(part), str(folder / "naive.sqlite"), WORD],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr)
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=Answer)


def compare_answers(file: Path, part: int, folder: Path, theirs: Answer) -> dict[str, object]:
    """What both sides answer about the same documents. Raises RuntimeError where they differ."""
    first = folder / "first.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines()[:part]
    first.write_text("\n".join(lines) + "\n", encoding="utf-8")
    ours = run_ours(first, folder / "first")
    if ours.days != theirs.days or ours.hits != theirs.hits:
        raise RuntimeError(f"the sides differ: {ours.days}, {ours.hits} against {theirs.days}, {theirs.hits}")
    copies = Counter(json.loads(line)["text"].casefold() for line in lines if json.loads(line)["kind"] != "article")
    return {
        "documents": sum(ours.days.values()),
        "days": len(ours.days),
        "hits": ours.hits,
        "word_for_word_copies": sum(count - 1 for count in copies.values()),
        "groups_theirs": theirs.groups,
        "groups_ours": len(set(ours.stories.values())),
    }


def measure(*, quick: bool) -> Iterator[Figure]:
    """Rate against the other stack, and the greatest memory of our side."""
    size, part, rounds = (QUICK_POSTS, QUICK_PART, QUICK_ROUNDS) if quick else (POSTS, PART, ROUNDS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "posts.jsonl"
        write_posts(file, size)
        theirs = [run_theirs(file, part, fresh(folder, f"before-{n}")) for n in range(rounds // 2)]
        ours = run_ours(file, folder / "ours")
        theirs += [run_theirs(file, part, fresh(folder, f"after-{n}")) for n in range(rounds - rounds // 2)]
        same = compare_answers(file, part, folder, theirs[0])
    yield from make_figures(ours, theirs, same, size=size, part=part)


def fresh(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir()
    return made


def make_figures(
    ours: Ran, theirs: Sequence[Answer], same: dict[str, object], *, size: int, part: int
) -> Iterator[Figure]:
    """The two figures, with what each side did."""
    rate = size / ours.seconds
    value, low, high = ratio_interval([rate], [part / one.seconds for one in theirs])
    every = [part / (one.seconds + 3 * one.classify) for one in theirs]
    detail: dict[str, object] = {
        "ours": {
            "does": "five commands, each a process of its own that starts and loads its models: file to durable store "
            "and full text, sentiment, topic, hoax, language and district of each document, stories of copies, "
            "count by day and sentiment, search; all come in as posts, so that every task reads each",
            "documents": size,
            "documents_per_second": round(rate, 1),
            "seconds": ours.steps,
            "cpu_seconds": round(ours.cpu, 1),
        },
        "theirs": {
            "does": "json, regex normalisation, datasketch MinHash and LSH, transformers.pipeline (12 x 768, batch 32, "
            "one task only, starting not timed), a row at a time into SQLite with FTS5, pandas group-by",
            "documents": part,
            "documents_per_second": [round(part / one.seconds, 2) for one in theirs],
            "documents_per_second_with_four_tasks": [round(one, 2) for one in every],
            "peak_mib": max(one.peak_mib for one in theirs),
        },
        "same_on_the_sample": same,
        **machine(*PACKAGES),
    }
    yield Figure(
        benchmark="pipeline", figure=f"{size:,} mixed posts from file to searchable against the usual stack",
        value=round(value, 1), low=round(low, 1), high=round(high, 1), unit="x", must=f">= {MUST_RATIO}",
        holds=value >= MUST_RATIO, detail=detail,
    )  # fmt: skip
    peak = float(ours.peak_mib)
    yield Figure(
        benchmark="pipeline", figure="resident memory at most, of any step", value=peak, low=peak, high=peak,
        unit="MiB", must=f"<= {MUST_MEMORY}", holds=peak <= MUST_MEMORY, detail={"runs": 1, **machine(*PACKAGES[:3])},
    )  # fmt: skip


if __name__ == "__main__":
    run_alone(measure, __doc__)
