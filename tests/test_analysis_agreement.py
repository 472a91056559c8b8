"""Agreement between people: against worked examples, at its limits, and with the interval it deserves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.agreement import LEAST_UNITS, cohen_kappa, count_labels, krippendorff_alpha, measure_agreement

# Krippendorff (2018, section 12.3): four observers, twelve units, nominal alpha 0.743.

PRINTED = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)


def printed_units() -> list[dict[str, str | None]]:
    return [
        {f"p{row}": str(values[unit]) for row, values in enumerate(PRINTED) if values[unit] is not None}
        for unit in range(12)
    ]


def test_alpha_is_that_of_krippendorffs_own_example() -> None:
    counts = count_labels(printed_units(), ("1", "2", "3", "4", "5"))
    assert krippendorff_alpha(counts) == pytest.approx(0.743, abs=0.001)


def test_kappa_is_that_of_a_worked_table() -> None:
    # 25 proposals, two readers: 20 yes-yes, 15 no-no, 5 and 10 apart: 0.4 by hand.
    assert cohen_kappa(np.array([[20.0, 5.0], [10.0, 15.0]])) == pytest.approx(0.4)


def test_people_who_always_agree_have_one_and_those_who_guess_have_about_zero() -> None:
    equal = [{"a": label, "b": label} for label in ("x", "y") * 20]
    assert measure_agreement(equal, ("x", "y")).alpha.value == 1.0
    rng = np.random.default_rng(3)
    guessed = [{"a": "xyz"[rng.integers(3)], "b": "xyz"[rng.integers(3)]} for _ in range(400)]
    found = measure_agreement(guessed, ("x", "y", "z"), resamples=200)
    assert found.alpha.low is not None and found.alpha.high is not None
    assert found.alpha.low < 0 < found.alpha.high
    (pair,) = found.kappas
    assert pair.kappa.value == pytest.approx(found.alpha.value, abs=0.02)


def test_a_few_texts_give_no_figure_and_who_cannot_tell_is_not_counted_as_disagreeing() -> None:
    few = [{"a": "x", "b": "y"}] * (LEAST_UNITS - 1)
    assert measure_agreement(few, ("x", "y")).alpha.value is None
    units = [{"a": "x", "b": "x"}, {"a": "y", "b": "y"}] * 6 + [{"a": "x", "b": None}] * 30
    found = measure_agreement(units, ("x", "y"))
    assert found.alpha.value == 1.0 and found.alpha.units == 12 and found.unsure == 30


def test_each_label_shows_where_people_part_and_the_pairs_say_with_what() -> None:
    units = [{"a": "x", "b": "x"}] * 20 + [{"a": "y", "b": "z"}] * 10 + [{"a": "z", "b": "y"}] * 5
    found = measure_agreement(units, ("x", "y", "z"))
    by_name = {one.label: one for one in found.by_label}
    assert by_name["x"].specific == 1.0 and by_name["y"].specific == 0.0
    assert found.confusion == ((20, 0, 0), (0, 0, 15), (0, 15, 0))
    assert found.equal == 20


def test_a_label_nobody_knows_is_an_error() -> None:
    with pytest.raises(ValueError, match="none of"):
        measure_agreement([{"a": "w"}], ("x", "y"))


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("xyz")), min_size=LEAST_UNITS, max_size=40))
def test_alpha_never_exceeds_one_and_does_not_care_who_said_what_first(pairs: list[tuple[str, str]]) -> None:
    units = [{"a": first, "b": second} for first, second in pairs]
    turned = [{"a": second, "b": first} for first, second in pairs]
    value = krippendorff_alpha(count_labels(units, "xyz"))
    assert np.isnan(value) or value <= 1 + 1e-12
    np.testing.assert_allclose(value, krippendorff_alpha(count_labels(turned, "xyz")))
