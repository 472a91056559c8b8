"""Why a burst: what was planted is named, what is always said is not, and copies count as one voice."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from analysis.burst_reasons import LEAST_Z, MOST, Post, explain_burst, log_odds_z

EVERYDAY = [
    "pagi", "jalan", "macet", "hujan", "warung", "kopi", "sekolah", "pasar", "motor", "kantor", "teman", "rumah",
    "makan", "siang", "cuaca", "panas",
]  # fmt: skip
PLACES = ("99.01.01", "99.01.02", "99.01.03")


def talk(count: int, *, seed: int, extra: tuple[str, ...] = (), **more: str) -> list[Post]:
    """Everyday posts by as many accounts, each with the extra words."""
    rng = random.Random(seed)
    return [
        replace(
            Post(
                document=f"{seed}-{number}",
                words=(*rng.sample(EVERYDAY, 5), *extra),
                account=f"akun{seed}-{number}",
                source=rng.choice(("x", "forum")),
                place=rng.choice(PLACES),
            ),
            **more,
        )
        for number in range(count)
    ]


def values(inside: list[Post], before: list[Post], what: str) -> list[str]:
    return [reason.value for reason in explain_burst(inside, before) if reason.what == what]


def test_the_words_the_place_and_the_hashtag_of_a_burst_are_its_reasons_and_everyday_words_are_not() -> None:
    before = talk(300, seed=1)
    flood = talk(40, seed=2, extra=("tanggul", "jebol", "#banjirrandu"), place="99.01.02")
    inside = talk(40, seed=3) + flood
    found = explain_burst(inside, before)
    assert values(inside, before, "term")[0] == "tanggul jebol"
    assert values(inside, before, "hashtag") == ["#banjirrandu"]
    assert values(inside, before, "place") == ["99.01.02"]
    assert not {reason.value for reason in found} & set(EVERYDAY)
    assert "tanggul" not in values(inside, before, "term"), "the pair says it already"
    best = found[0]
    assert (best.inside, round(best.usual, 1)) == (40, 0.0)
    assert best.example in {post.document for post in flood}


def test_a_flood_of_copies_is_one_story_and_its_words_are_one_voice() -> None:
    before = talk(300, seed=1)
    copies = [replace(post, account="pengeras", story="s1") for post in talk(60, seed=4, extra=("undian", "berhadiah"))]
    found = explain_burst(talk(40, seed=3) + copies, before)
    assert {(r.what, r.value) for r in found if r.what in ("account", "story")} == {
        ("account", "pengeras"), ("story", "s1")
    }  # fmt: skip
    assert not [r for r in found if r.what == "term"]


def test_nothing_stands_out_of_more_of_the_same() -> None:
    assert explain_burst(talk(200, seed=5), talk(400, seed=6)) == []
    assert explain_burst([], talk(10, seed=6)) == explain_burst(talk(2, seed=6), []) == []


def test_at_most_so_many_of_a_kind_strongest_first() -> None:
    inside = [
        Post(document=str(n), words=tuple(f"kata{w}" for w in range(20)), account=str(n), place=str(n % 20))
        for n in range(60)
    ]
    found = explain_burst(inside, talk(500, seed=7))
    terms = [reason for reason in found if reason.what == "term"]
    assert len(terms) == MOST
    assert [reason.z for reason in terms] == sorted((reason.z for reason in terms), reverse=True)
    assert all(reason.z >= LEAST_Z for reason in found)


@given(st.integers(0, 40), st.integers(100, 500), st.integers(0, 40), st.integers(100, 500))
def test_what_is_more_frequent_in_the_burst_stands_out_and_swapping_the_sides_turns_the_sign(
    count: int, total: int, other: int, other_total: int
) -> None:
    z = log_odds_z(count, total, other, other_total)
    assert abs(z + log_odds_z(other, other_total, count, total)) < 1e-9
    more = count * other_total - other * total
    assert z == 0 or (z > 0) == (more > 0) or abs(z) < 1e-9
