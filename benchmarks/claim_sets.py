"""The fact-checks, posts and questions that claim matching is fitted and judged on, split by year and by story.

The index holds every year. A question is a text and the group of near-duplicate fact-checks it belongs to; an orphan's
fact-checks are left out of the index, so that nothing in it is right. Groups never stand on two sides of a split.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from analysis.claims import FactCheck
from analysis.duplicates import group_archive
from models.vector_pairs import claim_words, read_rows

SHARED: Final = Path(__file__).parents[2] / "shared"
CHECKS_FILE: Final = SHARED / "data" / "hoax" / "factchecks_2015_2024.jsonl.gz"
SENTIMENT: Final = SHARED / "data" / "sentiment"
POSTS: Final = (
    "gov_covid_2020", "vaccine_2021", "mbg_2025", "ekonomi_prabowo_gibran", "pilgub_jatim_2024", "samsat_signal_app",
)  # fmt: skip
"""Sets of posts that are no forwarded claims: opinions, questions and reviews. A few may touch a checked claim."""

FIT_YEARS: Final = range(2015, 2021)
CHOOSE_YEARS: Final = range(2021, 2023)
JUDGE_YEARS: Final = range(2023, 2025)

MIN_WORDS: Final = 5
"""Fewest words of a claim that is asked about."""
ORPHANS: Final = 0.3
"""Share of the groups whose fact-checks are kept out of the index."""
HEADLINES: Final = 0.4
"""Share of the fact-checks indexed by their headline alone, as a feed gives them: their claims are real paraphrases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One fact-check of the set."""

    id: str
    title: str
    claim: str
    year: int | None
    group: str
    """The first id of its near-duplicates."""

    @property
    def said(self) -> str:
        """The claim in its own words, or the headline where that is too short."""
        return self.claim if len(self.claim.split()) >= MIN_WORDS else self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One text and what is right for it."""

    text: str
    group: str | None
    """None where nothing in the index is right."""
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """How an index is made of the checks: which groups are left out, which checks are known by their headline."""

    orphans: frozenset[str]
    headlines: frozenset[str]


def load_checks(file: Path = CHECKS_FILE) -> list[Check]:
    """Every fact-check of the set with its group of near-duplicates."""
    rows = read_rows(file)
    ids = [f"c{place:05d}" for place in range(len(rows))]
    claims = [claim_words(row.claim)[:2_000] for row in rows]
    texts = [f"{row.title} {claim}" for row, claim in zip(rows, claims, strict=True)]
    groups = group_archive(ids, texts).story
    return [
        Check(id=id, title=row.title, claim=claim, year=row.year, group=groups[id])
        for id, row, claim in zip(ids, rows, claims, strict=True)
    ]


def split_parts(checks: Sequence[Check], rng: random.Random) -> Parts:
    """Draw the orphans and the headlines."""
    groups = sorted({check.group for check in checks})
    orphans = frozenset(rng.sample(groups, round(ORPHANS * len(groups))))
    headlines = frozenset(check.id for check in checks if rng.random() < HEADLINES)
    return Parts(orphans=orphans, headlines=headlines)


def index_checks(checks: Sequence[Check], parts: Parts | None = None) -> list[FactCheck]:
    """The checks as an index takes them; without ``parts`` all, each with headline and claim."""
    return [
        FactCheck(
            id=check.id,
            title=check.title,
            claim=check.title if parts and check.id in parts.headlines else f"{check.title}. {check.claim}",
        )
        for check in checks
        if parts is None or check.group not in parts.orphans
    ]


def ask(
    checks: Sequence[Check],
    years: range,
    *,
    parts: Parts,
    edit: Callable[[str, random.Random], str],
    rng: random.Random,
    most: int,
) -> list[Question]:
    """At most ``most`` questions on claims of some years: the claim itself where the index has the headline alone
    ("headline") or nothing ("orphan"), an edit where it has the claim too ("edit"); half of the orphans are edited."""
    chosen = [check for check in checks if check.year in years and len(check.said.split()) >= MIN_WORDS]
    rng.shuffle(chosen)
    found = []
    for check in chosen[:most]:
        orphan, headline = check.group in parts.orphans, check.id in parts.headlines
        changed = not headline or (orphan and rng.random() < 0.5)
        text = edit(check.said, rng) if changed else check.said
        kind = "orphan" if orphan else "headline" if headline else "edit"
        found.append(Question(text=text, group=None if orphan else check.group, kind=kind))
    return found


def load_posts(rng: random.Random, *, most: int, sentiment: Path = SENTIMENT) -> list[Question]:
    """Posts that no fact-check of the index is about, some of each set."""
    found = []
    for name in POSTS:
        texts = [row.text for row in read_rows(sentiment / f"{name}.jsonl.gz")]
        found += [
            Question(text=text, group=None, kind="post")
            for text in rng.sample(texts, min(len(texts), most // len(POSTS)))
        ]
    return found
