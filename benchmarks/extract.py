"""How well and how fast articles are read out of saved pages: with publisher rules, without, and against trafilatura.

The pages and what a careful reader took from them (``gold.jsonl``) are the saved pages of ``../shared/fixtures``. Our
side reads the whole article (text, headline, author, time, address, tags); trafilatura, with its defaults, its text.
"""

from __future__ import annotations

import gc
import gzip
import json
import logging
import os
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figure import Figure, machine, ratio_interval, run_alone

MUST_F1 = 0.98
"""Least mean F1 of the words, with rules."""
MUST_RATE = 0.9
"""Least speed without rules, as a share of trafilatura's."""
AIM_RATE = 3.0
MIN_ROUND_SECONDS = 1.0
"""Processor time a round takes at least, so that one page's luck is not the figure."""

TEXT = Callable[[bytes, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPage:
    """One page and the text a careful reader took from it."""

    name: str
    html: bytes
    url: str
    text: str


def load_pages(shared: Path) -> list[SavedPage]:
    """The article pages of the fixtures under ``shared``, in the order of ``gold.jsonl``."""
    folder = shared / "fixtures"
    pages = []
    for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        html = (folder / gold["file"]).read_bytes()
        if gold["file"].endswith(".gz"):
            html = gzip.decompress(html)
        pages.append(SavedPage(name=gold["file"], html=html, url=gold["url"], text=gold["text"]))
    return pages


def word_f1(found: str, wanted: str) -> float:
    """F1 over words, each counted as often as it stands."""
    one, other = (Counter(re.findall(r"\w+", text.lower())) for text in (found, wanted))
    return 2 * (one & other).total() / (one.total() + other.total() or 1)


def read_with_rules(html: bytes, url: str) -> str:
    from crawlers.articles import extract_article

    return extract_article(html, url).text


def read_without_rules(html: bytes, url: str) -> str:
    from crawlers.articles import extract_article
    from crawlers.publishers import NO_RULES

    return extract_article(html, url, rules=NO_RULES).text


def read_with_trafilatura(html: bytes, url: str) -> str:
    import trafilatura

    return str(trafilatura.extract(html, url=url) or "")


def measure(*, quick: bool) -> Iterator[Figure]:
    """Four figures: text F1 with rules and without; pages a second of processor
    time against trafilatura's, without rules and with."""
    pages = load_pages(Path(os.environ.get("KENTONGAN_SHARED") or "../shared"))
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    sides: dict[str, TEXT] = {
        "rules": read_with_rules,
        "no rules": read_without_rules,
        "trafilatura": read_with_trafilatura,
    }
    scores = {name: score_pages(pages, read) for name, read in sides.items()}
    theirs = statistics.mean(scores["trafilatura"].values())
    yield f1_figure("text F1 with publisher rules", scores["rules"], must=MUST_F1)
    yield f1_figure("text F1 without rules", scores["no rules"], must=theirs, against="trafilatura's own")
    rounds = 2 if quick else 7
    rates = rate_sides(pages, sides, rounds=rounds)
    for figure, name in (("without rules", "no rules"), ("with publisher rules", "rules")):
        value, low, high = ratio_interval(rates[name], rates["trafilatura"])
        yield Figure(
            benchmark="extract",
            figure=f"articles a second {figure}, against trafilatura's default",
            value=float(f"{value:.3g}"),
            low=float(f"{low:.3g}"),
            high=float(f"{high:.3g}"),
            unit="x",
            must=f">= {MUST_RATE:g}",
            holds=value >= MUST_RATE,
            detail={
                "aim": AIM_RATE,
                "pages": len(pages),
                "rounds": rounds,
                "ours_per_second": round(statistics.median(rates[name]), 1),
                "theirs_per_second": round(statistics.median(rates["trafilatura"]), 1),
                "f1": round(statistics.mean(scores[name].values()), 4),
                "f1_theirs": round(theirs, 4),
                **machine("lxml", "trafilatura"),
            },
        )


def score_pages(pages: Sequence[SavedPage], read: TEXT) -> dict[str, float]:
    """Name of each page: the F1 of its words."""
    return {page.name: word_f1(read(page.html, page.url), page.text) for page in pages}


def f1_figure(figure: str, scores: Mapping[str, float], *, must: float, against: str = "") -> Figure:
    """The mean F1 over pages, with the interval of the mean over pages drawn again."""
    value = statistics.mean(scores.values())
    low, high = mean_interval(list(scores.values()))
    worst = min(scores, key=scores.__getitem__)
    return Figure(
        benchmark="extract",
        figure=figure,
        value=round(value, 4),
        low=round(low, 4),
        high=round(high, 4),
        unit="F1",
        must=f">= {must:.4g}{f' ({against})' if against else ''}",
        holds=value >= must,
        detail={"pages": len(scores), "worst": worst, "worst_f1": round(scores[worst], 4), **machine("lxml")},
    )


def mean_interval(values: Sequence[float], *, rounds: int = 2000, seed: int = 7) -> tuple[float, float]:
    """95 % percentile-bootstrap interval of the mean (Efron 1979)."""
    import random

    draw = random.Random(seed)
    means = sorted(statistics.fmean(draw.choices(values, k=len(values))) for _ in range(rounds))
    return means[int(0.025 * rounds)], means[int(0.975 * rounds) - 1]


def rate_sides(pages: Sequence[SavedPage], sides: Mapping[str, TEXT], *, rounds: int) -> dict[str, list[float]]:
    """Pages a second of processor time, side by side in each round after one that only warms up."""
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds + 1):
        for name, read in sides.items():
            gc.collect()
            done, begun = 0, time.process_time()
            while (spent := time.process_time() - begun) < MIN_ROUND_SECONDS:
                for page in pages:
                    read(page.html, page.url)
                done += len(pages)
            if number:
                rates[name].append(done / spent)
    return rates


if __name__ == "__main__":
    run_alone(measure, __doc__)
