"""Why a burst: the words, places, accounts, sources and stories that are in it more often than before.

Each voice counts once for a value, a voice being one account telling one story: a flood of copies is one story that
stands out, not a hundred words. What stands out is told by the log-odds ratio with an informative Dirichlet prior
(Monroe, Colaresi and Quinn 2008, "Fightin' Words", equations 15 to 22): a rare word needs more to be believed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from analysis.claim_text import STOP

What = Literal["term", "hashtag", "place", "account", "source", "story"]
"""What a reason is about."""

PRIOR: Final = 50.0
"""Voices that the prior weighs: as if so many had been heard in the proportions of burst and days before together."""
LEAST_Z: Final = 2.58
"""Standard deviations above 0 from which a value is a reason: 1 in 200 by chance, each taken for itself."""
LEAST_VOICES: Final = 3
"""Fewest voices in the burst that make a word, a hashtag or a place a reason."""
LEAST_SHARE: Final = 0.05
"""Least share of a burst's posts that makes an account, a source or a story a reason."""
MOST: Final = 8
"""Most reasons of one kind."""
TWO_WORDS: Final = " "


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What is known of one post. Absent values are None."""

    document: str
    words: tuple[str, ...]
    """Normalised tokens."""
    account: str | None = None
    source: str | None = None
    place: str | None = None
    story: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One value that stands out."""

    what: What
    value: str
    inside: int
    """Voices of the burst (posts, for accounts, sources and stories) that have it."""
    usual: float
    """How many of as many voices had it before."""
    z: float
    """By how many standard deviations it stands out."""
    example: str
    """Id of a post of the burst that has it."""


def explain_burst(inside: Sequence[Post], before: Sequence[Post]) -> list[Reason]:
    """The reasons of each kind, strongest first within a kind; at most MOST a kind.

    ``before`` are posts of the same question from the days before, as many as there are or a sample of them; without
    any, everything is held against nothing and only what is in many voices remains.
    """
    reasons = _stand_out(inside, before, "term", terms_of, voices=True)
    reasons = _without_parts(reasons)[:MOST]
    reasons += _stand_out(inside, before, "hashtag", hashtags_of, voices=True)[:MOST]
    reasons += _stand_out(inside, before, "place", lambda post: _one(post.place), voices=True)[:MOST]
    reasons += _stand_out(inside, before, "account", lambda post: _one(post.account), voices=False)[:MOST]
    reasons += _stand_out(inside, before, "source", lambda post: _one(post.source), voices=False)[:MOST]
    reasons += _stand_out(inside, before, "story", lambda post: _one(post.story), voices=False)[:MOST]
    return reasons


def terms_of(post: Post) -> set[str]:
    """Words and pairs of neighbours that say something: letters, no everyday word at either end."""
    words = [word for word in post.words if not word.startswith(("#", "@", "http"))]
    kept = {word for word in words if len(word) > 2 and word not in STOP and not word.isdigit()}
    return kept | {TWO_WORDS.join(pair) for pair in pairwise(words) if pair[0] in kept and pair[1] in kept}


def hashtags_of(post: Post) -> set[str]:
    return {word for word in post.words if word.startswith("#")}


def _one(value: str | None) -> set[str]:
    return set() if value is None else {value}


def _stand_out(
    inside: Sequence[Post],
    before: Sequence[Post],
    what: What,
    values_of: Callable[[Post], set[str]],
    *,
    voices: bool,
) -> list[Reason]:
    """What is in the burst more often than before, strongest first."""
    now, total, examples = _count(inside, values_of, voices=voices)
    then, total_then, _ = _count(before, values_of, voices=voices)
    least = LEAST_VOICES if voices else max(LEAST_VOICES, LEAST_SHARE * total)
    found = []
    for value, count in now.items():
        if count < least:
            continue
        z = log_odds_z(count, total, then[value], total_then)
        usual = total * then[value] / total_then if total_then else 0.0
        if z >= LEAST_Z and count > usual:
            found.append(Reason(what=what, value=value, inside=count, usual=usual, z=z, example=examples[value]))
    return sorted(found, key=lambda reason: (-reason.z, reason.value))


def _count(
    posts: Iterable[Post], values_of: Callable[[Post], set[str]], *, voices: bool
) -> tuple[Counter[str], int, dict[str, str]]:
    """(voices or posts by value, voices or posts in all, a post for each value)."""
    heard: set[Hashable] = set()
    counted: Counter[str] = Counter()
    seen: set[tuple[Hashable, str]] = set()
    examples: dict[str, str] = {}
    for post in posts:
        voice: Hashable = (post.account or post.document, post.story or post.document) if voices else post.document
        heard.add(voice)
        for value in values_of(post):
            examples.setdefault(value, post.document)
            if (voice, value) not in seen:
                seen.add((voice, value))
                counted[value] += 1
    return counted, len(heard), examples


def log_odds_z(count: int, total: int, other: int, other_total: int) -> float:
    """The z-score of a value's log-odds in ``total`` voices against ``other_total`` others, with the prior's voices; 0
    for what nobody said."""
    if count + other == 0:
        return 0.0
    share = (count + other) / max(total + other_total, 1)
    has = PRIOR * share
    lacks = PRIOR - has

    def odds(k: float, n: float) -> float:
        return math.log((k + has) / max(n - k + lacks, 0.5))

    variance = 1.0 / (count + has) + 1.0 / (other + has)
    return (odds(count, total) - odds(other, other_total)) / math.sqrt(variance)


def _without_parts(reasons: list[Reason]) -> list[Reason]:
    """Without words that stand out only because a pair with them does: those in hardly any voice beside it."""
    pairs = [reason for reason in reasons if TWO_WORDS in reason.value]
    parts = {
        word
        for pair in pairs
        for word in pair.value.split(TWO_WORDS)
        for single in reasons
        if single.value == word and single.inside <= 1.2 * pair.inside
    }
    return [reason for reason in reasons if reason.value not in parts]
