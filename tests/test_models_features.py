"""Hashed n-grams: what they see, and that a batch changes nothing."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from models.features import Features, HashShape, count_buckets, learn_idf, read_words, weigh_features

SHAPE = HashShape(word_bits=14, char_bits=15)


def row(features: Features, number: int) -> dict[int, float]:
    span = slice(features.indptr[number], features.indptr[number + 1])
    return dict(zip(features.indices[span].tolist(), features.values[span].tolist(), strict=True))


def test_a_text_has_one_count_for_each_word_each_pair_and_each_character_gram_inside_a_word() -> None:
    words = ["jalan", "rusak", "di"]
    found = row(count_buckets([words], SHAPE), 0)
    grams = [
        padded[start : start + n]
        for padded in (f" {word} " for word in words)
        for n in range(SHAPE.char_min, SHAPE.char_max + 1)
        for start in range(len(padded) - n + 1)
    ]
    assert sum(value for bucket, value in found.items() if bucket < 1 << SHAPE.word_bits) == 3 + 2
    assert sum(value for bucket, value in found.items() if bucket >= 1 << SHAPE.word_bits) == len(grams)


def test_word_order_changes_pairs_only() -> None:
    features = count_buckets([["banjir", "besar"], ["besar", "banjir"]], SHAPE)
    first, second = row(features, 0), row(features, 1)
    assert len(first.keys() & second.keys()) == len(first) - 1


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.text(min_size=1, max_size=8).filter(lambda w: not any(c.isspace() for c in w)), max_size=6))
)
def test_a_text_has_the_same_features_alone_and_in_a_batch(batch: list[list[str]]) -> None:
    idf = np.linspace(1, 2, SHAPE.size, dtype=np.float32)
    together = weigh_features(count_buckets(batch, SHAPE), idf, SHAPE)
    assert len(together) == len(batch)
    for number, words in enumerate(batch):
        assert row(together, number) == row(weigh_features(count_buckets([words], SHAPE), idf, SHAPE), 0)


def test_words_and_characters_each_have_length_one() -> None:
    counted = count_buckets([["harga", "beras", "beras", "naik"]], SHAPE)
    weighed = row(weigh_features(counted, learn_idf(counted, SHAPE.size), SHAPE), 0)
    for part in (True, False):
        squares = [value * value for bucket, value in weighed.items() if (bucket < 1 << SHAPE.word_bits) is part]
        assert np.isclose(sum(squares), 1, atol=1e-5)


def test_buckets_are_filled_evenly() -> None:
    words = ["".join(letters) for letters in itertools.product("abcdefghij", repeat=4)]
    found = row(count_buckets([words], HashShape(word_ngrams=1, word_bits=10, char_bits=15)), 0)
    loads = [value for bucket, value in found.items() if bucket < 1024]
    assert len(loads) == 1024
    # 10,000 words in 1,024 buckets: 9.8 each, with a standard deviation of 3.1.
    assert max(loads) < 9.8 + 6 * 3.1


def test_the_hash_is_the_same_on_every_machine() -> None:
    # Weights are of no use under another hash: these numbers may only change together with the shipped weights.
    assert sorted(row(count_buckets([["air"]], SHAPE), 0)) == [
        2703,
        20630,
        21985,
        26334,
        27599,
        29500,
        34697,
        41007,
        45091,
        46195,
        47235,
    ]


def test_links_and_mentions_are_not_read() -> None:
    assert read_words("@warga jalan rusak https://contoh.id/a?b=1", 1000) == ["jalan", "rusak"]
