"""The state machine of a review: what may follow what.

| from | act | by | to |
|---|---|---|---|
| | ``open_review`` | verdicts.review | open, round 1 |
| open, nobody decided | ``decide`` | verdicts.decide | open, one decided |
| open, one decided | ``decide``, another person, the same | verdicts.decide | decided |
| open, one decided | ``decide``, another person, not the same | verdicts.decide | disagreement |
| open, one decided | ``take_back``, the author | verdicts.decide | open, next round |
| disagreement | ``decide``, anybody | verdicts.decide | open, next round, one decided |
| decided | ``withdraw_verdict`` | verdicts.withdraw | withdrawn |
| open or disagreement | ``close_review`` | verdicts.withdraw | closed |
| withdrawn or closed | ``reopen_review`` | verdicts.review | open, next round |

Everything else is refused. A verdict always rests on two equal decisions of one round by two persons; a third person
breaks a disagreement by deciding in the next round, which needs a second one like every round. A round shows its
decisions once both are in; one that ended with a single decision stays with its author.
"""

from __future__ import annotations

from typing import Literal, cast

from kentongan.errors import Conflict

State = Literal["open", "disagreement", "decided", "withdrawn", "closed"]
"""Where a review stands."""
Act = Literal["decide", "take_back", "withdraw", "close", "reopen", "publish"]

MAY_FOLLOW: dict[Act, frozenset[State]] = {
    "decide": frozenset({"open", "disagreement"}),
    "take_back": frozenset({"open"}),
    "withdraw": frozenset({"decided"}),
    "close": frozenset({"open", "disagreement"}),
    "reopen": frozenset({"withdrawn", "closed"}),
    "publish": frozenset({"decided"}),
}
"""Act: the states it may start from."""
ACT_WORDS: dict[Act, str] = {
    "decide": "memberi keputusan",
    "take_back": "menarik keputusan",
    "withdraw": "mencabut putusan",
    "close": "menutup pemeriksaan",
    "reopen": "membuka kembali pemeriksaan",
    "publish": "mencatat klarifikasi",
}
STATE_WORDS: dict[State, str] = {
    "open": "sedang diperiksa",
    "disagreement": "belum sepakat",
    "decided": "sudah ditetapkan",
    "withdrawn": "putusannya dicabut",
    "closed": "ditutup tanpa putusan",
}
LIVE: tuple[State, ...] = ("open", "disagreement", "decided")
"""States that take a story: no second review is opened beside one of them."""
SEATS = 2
"""Persons who decide in one round."""


def expect_state(review: int, state: str, *, act: Act) -> None:
    """Raise Conflict where the act does not start from the state that the review is in."""
    if state not in MAY_FOLLOW[act]:
        raise Conflict(
            f"Pemeriksaan {review} {STATE_WORDS[cast(State, state)]}, jadi tidak dapat {ACT_WORDS[act]}.",
            hint=f"Lihat: kentongan verdicts show {review}.",
        )
