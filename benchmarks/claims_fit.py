"""Fits and calibrates how likely a post and a fact-check are about the same claim; writes analysis/claim_weights.json.

    python -m benchmarks.claims_fit

Fitted on claims of 2015 to 2020 and posts, calibrated on claims of 2021 and 2022 and other posts. The edits are those
of ``samples.simulate_edits``, informal spellings of Indo-CoLLex, slips of the thumb, and translation by a dictionary of
the even rows; those that matching is judged on (``benchmarks.claim_edits``) take no part. Needs ../shared and
scikit-learn.
"""

from __future__ import annotations

import csv
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
import numpy as np

from analysis.claim_scores import FEATURES, WEIGHTS_FILE, Weights
from analysis.claim_text import read_words
from analysis.claims import MAX_EMBEDDED, ClaimMatcher
from benchmarks.claim_dictionary import draw_dictionary
from benchmarks.claim_sets import (
    CHOOSE_YEARS,
    FIT_YEARS,
    SENTIMENT,
    SHARED,
    Check,
    Question,
    ask,
    index_checks,
    load_checks,
    load_posts,
    split_parts,
)
from models.vectors import load_vectors
from samples.simulate_edits import edit_copy, slip

LEXICONS: Final = SHARED / "reference" / "lexicons"
JUDGED: Final = 10
"""Candidates of each question that are learned from."""
QUESTIONS: Final = 2_000
REGULARISATION: Final = 1.0


def load_spellings() -> dict[str, tuple[str, ...]]:
    """Informal spellings of a word (Indo-CoLLex, MIT licence)."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    with (LEXICONS / "indo-collex" / "data" / "full.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            found[row["original-for"]].append(row["transformed"])
    return {word: tuple(ones) for word, ones in found.items()}


def make_edit(dictionary: dict[str, dict[str, str]]) -> Callable[[str, random.Random], str]:
    """The edit that fitting uses: a stretch of a claim as people pass it on, some of them in slang or translated."""
    spellings = load_spellings()

    def edit(text: str, rng: random.Random) -> str:
        words = edit_copy(text, rng)[0].split()
        many = rng.randint(4, 20)
        start = rng.randrange(max(1, len(words) - many))
        kept = [word for word in words[start : start + many] if rng.random() < 0.85]
        how = rng.choice(("plain", "slang", "translated"))
        translation = dictionary[rng.choice(sorted(dictionary))] if how == "translated" else {}
        for place, word in enumerate(kept):
            low = word.lower()
            if how == "slang" and low in spellings:
                kept[place] = rng.choice(spellings[low])
            elif how != "plain" and len(low) > 4 and low.isalpha() and rng.random() < 0.35:
                kept[place] = slip(low, rng.random)
            kept[place] = translation.get(low, kept[place])
        return " ".join(kept) or text

    return edit


def draw_pairs(
    matcher: ClaimMatcher, questions: Sequence[Question], groups: dict[str, str]
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of features of each question's best candidates, and whether each is right."""
    rows, right = [], []
    vectors = matcher.embed([one.text[:MAX_EMBEDDED] for one in questions]) if matcher.embed else None
    for place, question in enumerate(questions):
        words = read_words(question.text)
        if not words:
            continue
        places, columns = matcher.compare(words, None if vectors is None else vectors[place])
        rows.append(columns[:JUDGED])
        right += [groups[matcher.checks[one].id] == question.group for one in places[:JUDGED].tolist()]
    return np.concatenate(rows), np.array(right)


def fit(checks: Sequence[Check], edit: Callable[[str, random.Random], str], *, semantic: bool) -> Weights:
    """The weights for one way of matching."""
    from sklearn.linear_model import LogisticRegression

    groups = {check.id: check.group for check in checks}
    parts = split_parts(checks, random.Random(11))
    matcher = ClaimMatcher(index_checks(checks, parts), embed=load_vectors() if semantic else None)
    posts = load_posts(random.Random(12), most=1_200)
    sets = []
    for years, some, seed in ((FIT_YEARS, posts[::2], 13), (CHOOSE_YEARS, posts[1::2], 14)):
        rng = random.Random(seed)
        asked = ask(checks, years, parts=parts, edit=edit, rng=rng, most=QUESTIONS)
        # As many posts as a quarter of the claims, whatever the years hold.
        sets.append(draw_pairs(matcher, [*asked, *rng.sample(some, min(len(some), len(asked) // 4))], groups))
    (rows, right), (later, truth) = sets
    model: Any = LogisticRegression(C=REGULARISATION, max_iter=1_000).fit(rows, right)
    platt: Any = LogisticRegression(C=1e6).fit(model.decision_function(later)[:, None], truth)
    scale, offset = float(platt.coef_[0, 0]), float(platt.intercept_[0])
    return Weights(
        features=FEATURES,
        coefficients=tuple(round(scale * float(one), 4) for one in model.coef_[0]),
        intercept=round(scale * float(model.intercept_[0]) + offset, 4),
        fitted_on=f"{len(rows)} pairs, claims of 2015 to 2020 and posts",
        calibrated_on=f"{len(later)} pairs, claims of 2021 and 2022 and posts",
    )


def main() -> int:
    """Fit both ways and write them."""
    checks = load_checks()
    edit = make_edit(draw_dictionary(SENTIMENT, [check.title for check in checks], odd=False))
    found = {name: fit(checks, edit, semantic=name == "semantic") for name in ("semantic", "lexical")}
    WEIGHTS_FILE.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
    for name, weights in found.items():
        named = dict(zip(weights.features, weights.coefficients, strict=True))
        sys.stderr.write(f"{name}: {named}, {weights.intercept}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
