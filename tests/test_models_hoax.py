"""Hoax protocols, baselines, calibration from other periods, the trained model and its reasons. Invented sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from kentongan.schema import Task
from models.calibrate import Calibration
from models.data import LeakFound, Row
from models.features import HashShape
from models.hoax import (
    HoaxConfig,
    build_hoax_corpus,
    calibrate_hoax,
    choose_sureness,
    fit_hoax,
    hoax_protocols,
    measure_hoax,
    score_protocol,
)
from models.hoax_baselines import BASELINES, cue_features, length_features
from models.hoax_data import HOAX_LABELS
from models.hoax_reasons import explain, find_signs, weigh_words
from models.linear import Head, LinearClassifier, LinearConfig, pack_weights
from models.predictions import check_predictions
from models.train_hoax import describe_figures, keep_hoax_predictions, state_outcome

CONFIG = HoaxConfig(shape=HashShape(word_bits=12, char_bits=12, word_ngrams=1), resamples=50)
SETS = {
    "hoax": {"2019": "bdc2020", "2020": "bdc2020", "2023": "itshiroto", "2024": "alharkan2024"},
    "lain": {
        "2019": "pilpres_2019_debat_ekonomi",
        "2020": "gov_covid_2020",
        "2023": "sp4n",
        "2024": "ppn12_pajak_naik",
    },
}
TALK = {
    "hoax": ["kiamat", "racun", "penjara", "chip", "meteor"],
    "lain": ["antre", "kantor", "ongkos", "loket", "jadwal"],
}


def made_rows(*, each: int = 90, seed: int = 3) -> list[Row]:
    """Sentences of made-up words; in three of four stands a word of the label."""
    rng = np.random.default_rng(seed)
    rows = []
    for label, sets in SETS.items():
        for year, name in sets.items():
            for number in range(each):
                words = [f"{'aiueo'[n % 5]}{chr(97 + n // 5 % 26)}{n}" for n in rng.integers(0, 5000, 9).tolist()]
                if number % 4:
                    words[number % 9] = str(rng.choice(TALK[label]))
                rows.append(
                    Row(
                        task="hoax",
                        text=" ".join(words),
                        labels=frozenset({label}),
                        source=f"{'claims' if label == 'hoax' else 'posts'}/{name}",
                        held_with=name,
                        date=f"{year}-06-07",
                    )
                )
    return rows


def made_model(rows: Sequence[Row], *, threshold: float = 0.9) -> LinearClassifier:
    corpus = build_hoax_corpus(rows, CONFIG)
    weights, intercepts = fit_hoax(corpus, np.ones(len(rows), dtype=bool), CONFIG)
    calibration = Calibration(scale=2.0, offsets=(0.0, 0.0), threshold=threshold)
    config = LinearConfig(
        name="linear-hoax",
        version="1.0.0",
        shape=CONFIG.shape,
        heads={"hoax": Head(labels=HOAX_LABELS, calibration=calibration)},
    )
    return LinearClassifier(config, pack_weights(weights, intercepts, corpus.idf))


@pytest.fixture(scope="module")
def model() -> LinearClassifier:
    return made_model(made_rows())


def test_protocols_hold_out_a_later_year_unseen_collections_and_both() -> None:
    rows = made_rows()
    found = {one.name: one for one in hoax_protocols(rows)}
    assert set(found) == {
        "later/2020",
        "later/2024",
        "unseen/alharkan2024",
        "unseen/bdc2020",
        "unseen/others",
        "both/2024",
    }
    both = found["both/2024"]
    assert {rows[n].date[:4] for n in np.flatnonzero(both.test)} == {"2024"}
    assert max(rows[n].date for n in np.flatnonzero(both.train)) < "2024"
    sides = [{rows[n].source for n in np.flatnonzero(side)} for side in (both.train, both.test)]
    assert not sides[0] & sides[1]


def test_a_verdict_left_in_a_claim_stops_every_protocol() -> None:
    rows = made_rows()
    rows[0] = replace(rows[0], text="[SALAH] " + rows[0].text)
    with pytest.raises(LeakFound, match="cap putusan"):
        hoax_protocols(rows)


def test_a_model_that_knows_the_claims_leads_the_blind_ones() -> None:
    rows = made_rows()
    corpus = build_hoax_corpus(rows, CONFIG)
    protocol = next(one for one in hoax_protocols(rows, corpus.groups) if one.name == "both/2024")
    chances, calibration = score_protocol(corpus, protocol, CONFIG)
    one = measure_hoax(corpus, protocol, chances, threshold=calibration.threshold, config=CONFIG)
    assert one.figure.macro_f1 > 0.75
    assert set(one.baselines) == set(BASELINES)
    for blind in ("cues", "length", "majority"):
        gap, low, high = one.gaps[blind]
        assert gap > 0.1
        assert low <= gap <= high


def test_where_only_the_data_set_tells_the_gap_to_the_data_set_model_is_none() -> None:
    rows = made_rows()
    rows = [replace(row, text=f"{row.text} {'unggah' if 'hoax' in row.labels else 'cuit'}kode") for row in rows]
    corpus = build_hoax_corpus(rows, CONFIG)
    protocol = next(one for one in hoax_protocols(rows, corpus.groups) if one.name == "later/2024")
    chances, calibration = score_protocol(corpus, protocol, CONFIG)
    one = measure_hoax(corpus, protocol, chances, threshold=calibration.threshold, config=CONFIG)
    assert one.baselines["data set"] > 0.95
    assert abs(one.gaps["data set"][0]) < 0.05
    said = state_outcome([one])
    assert "MISSED on 1 of 1" in said[0]
    assert "data set" in next(describe_figures([one])).how


def test_calibration_uses_no_row_outside_the_training_rows() -> None:
    rows = made_rows()
    corpus = build_hoax_corpus(rows, CONFIG)
    protocol = next(one for one in hoax_protocols(rows, corpus.groups) if one.name == "later/2024")
    calibration, used, chances = calibrate_hoax(corpus, protocol.train, CONFIG)
    assert protocol.train[used].all()
    assert np.allclose(chances.sum(axis=1), 1)
    assert 0.9 <= calibration.threshold < 1


def test_without_another_period_there_is_no_calibration() -> None:
    rows = [row for row in made_rows() if row.date.startswith("2024")]
    corpus = build_hoax_corpus(rows, CONFIG)
    with pytest.raises(LeakFound, match="masa lain"):
        calibrate_hoax(corpus, np.ones(len(rows), dtype=bool), CONFIG)


def test_false_accusations_raise_the_threshold() -> None:
    chances = np.array([[0.93, 0.07]] * 50 + [[0.98, 0.02]] * 50)
    truth = np.array([0] * 30 + [1] * 20 + [0] * 50)
    assert choose_sureness(chances, truth, np.ones(100)) > 0.93
    assert choose_sureness(chances, np.zeros(100, dtype=int), np.ones(100)) == pytest.approx(0.9)


def test_kept_predictions_pass_the_leak_check_and_a_planted_leak_does_not() -> None:
    rows = made_rows(each=60)
    corpus = build_hoax_corpus(rows, CONFIG)
    protocols = [one for one in hoax_protocols(rows, corpus.groups) if one.name.startswith("unseen")]
    chances = [np.full((int(one.test.sum()), 2), 0.5) for one in protocols]
    kept = keep_hoax_predictions(corpus, protocols, chances)
    assert [one.protocol for one in kept] == ["unseen"]
    check_predictions(kept[0])
    leaky = replace(kept[0], kept_out=np.zeros_like(kept[0].kept_out))
    with pytest.raises(LeakFound):
        check_predictions(leaky)


def test_the_blind_features_see_no_other_word() -> None:
    assert (cue_features(["jembatan runtuh malam tadi"]) == cue_features(["kereta datang siang besok"])).all()
    assert (length_features(["abcd efg"]) == length_features(["hijk lmn"])).all()


def test_words_that_raise_the_score_are_named_with_their_place(model: LinearClassifier) -> None:
    text = "besok ada racun di pasar"
    reasons = weigh_words(text, model)
    assert reasons[0].name == "racun"
    assert reasons[0].weight is not None and reasons[0].weight > 0
    assert [text[start:end] for start, end in reasons[0].spans] == ["racun"]
    assert "menaikkan" in reasons[0].text


def test_signs_are_found_and_have_no_weight() -> None:
    text = "VIRALKAN SEGERA SEKARANG!!! Undian bank, info dari grup sebelah, isi data di bantuan-contoh.biz.id"
    signs = find_signs(text)
    assert {one.name for one in signs} >= {
        "ajakan menyebarkan",
        "mendesak",
        "hadiah atau bantuan uang",
        "sumber tanpa nama",
        "huruf besar",
        "tanda baca beruntun",
        "tautan tak resmi",
    }
    assert all(one.weight is None for one in signs)
    assert not any("hoaks" in one.text.lower() or "bohong" in one.text.lower() for one in signs)


def test_an_official_link_and_a_plain_sentence_have_no_sign() -> None:
    assert find_signs("Jadwal bansos ada di https://contoh.go.id/jadwal") == []
    assert find_signs("Jalan di depan pasar rusak sejak bulan lalu.") == []


@pytest.mark.parametrize("text", ["", "😀😀", "https://contoh.id", "\x00\ud800", "a" * 1_000_000, "!" * 100_000])
def test_any_text_gets_an_answer(text: str, model: LinearClassifier) -> None:
    assert isinstance(explain(text, model), list)


def test_signs_never_change_the_probability(model: LinearClassifier) -> None:
    tasks: list[Task] = ["hoax"]
    plain, marked = model.classify(["besok ada racun di pasar", "besok ada racun di pasar!!!"], tasks)
    assert plain["hoax"].probabilities == marked["hoax"].probabilities
    assert find_signs("besok ada racun di pasar!!!")
