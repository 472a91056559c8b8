"""Who writes: accounts with invented handles, of which a few write much and most write seldom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from samples.simulate_words import HANDLE_HEADS, HANDLE_TAILS

POSTS_PER_ACCOUNT: Final = 12
"""Mean activity, which sets how many accounts a source has."""

EVENNESS: Final = 20.0
"""Larger is more even. At 20 the busiest of 5,000 accounts writes just under 1 % of everything."""

PAIRS: Final = len(HANDLE_HEADS) * len(HANDLE_TAILS)
STRIDE: Final = 1_187
"""Coprime to PAIRS, so that neighbours in activity have unlike handles and no two accounts share one."""


def pool_size(posts: int) -> int:
    """How many accounts write ``posts`` posts on one source; at least 40."""
    return max(40, posts // POSTS_PER_ACCOUNT)


def draw_account(random: Callable[[], float], pool: int) -> int:
    """Number of an account below ``pool``: density falls as 1 / (EVENNESS + number)."""
    number = int(EVENNESS * ((1.0 + pool / EVENNESS) ** random() - 1.0))
    return number if number < pool else pool - 1


def name_account(number: int, source: int) -> str:
    """The handle of an account, unlike any other's on its source."""
    pair = (number * STRIDE + source * 331) % PAIRS
    head, tail = HANDLE_HEADS[pair % len(HANDLE_HEADS)], HANDLE_TAILS[pair // len(HANDLE_HEADS)]
    turn = number // PAIRS
    return f"{head}_{tail}{turn}" if turn else f"{head}_{tail}"
