"""How fast the names pipeline reads the demo's invented posts and articles on one core, regions included."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from benchmarks.figure import Figure, machine, median_interval, run_alone

MUST_WORDS = 2000.0
"""Words a second of one core: half a million posts of 20 words in under an hour and a half."""


def measure(*, quick: bool) -> Iterator[Figure]:
    """One figure: words in a second of processor time; documents a second stand in its detail."""
    # Read by the linear algebra libraries when they are loaded, which is below.
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
    from models.names import load_names
    from samples.world import load_world

    world = load_world()
    texts = [post.text for post in world.posts] + [article.text for article in world.news]
    words = sum(len(text.split()) for text in texts)
    names = load_names()
    found = names.find(texts)
    if not any(found):
        raise RuntimeError("the pipeline found no name in the demo's texts")
    seconds = []
    for _ in range(3 if quick else 15):
        begun = time.process_time()
        names.find(texts)
        seconds.append(time.process_time() - begun)
    value, low, high = median_interval([words / each for each in seconds])
    yield Figure(
        benchmark="names",
        figure="names and places, words a second of one core",
        value=round(value),
        low=round(low),
        high=round(high),
        unit="words/s",
        must=f">= {MUST_WORDS:g}",
        holds=value >= MUST_WORDS,
        detail={
            "documents": len(texts),
            "documents_per_second": round(len(texts) * value / words),
            "names": sum(map(len, found)),
            "runs": len(seconds),
            **machine("spacy", "numpy"),
        },
    )


if __name__ == "__main__":
    run_alone(measure, __doc__)
