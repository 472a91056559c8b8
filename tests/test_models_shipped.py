"""The classifier that ships: plausible on clear sentences, silent where it should be, never a crash."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kentongan.schema import SENTIMENTS, TOPICS, Task
from models.classifier import Classifier
from models.registry import WEIGHTS, list_models, read_default, verify_model
from models.serve import load_classifier

TASKS: tuple[Task, ...] = ("sentiment", "topic")

CLEAR_SENTIMENT = [
    ("Terima kasih petugas puskesmas, pelayanannya cepat dan ramah sekali 🙏", "positive"),
    ("Alhamdulillah jalan desa sudah mulus, mantap pak bupati!", "positive"),
    ("aplikasinya sangat membantu, gampang dipakai, bagus banget", "positive"),
    ("Pelayanan buruk sekali, antre dari pagi malah disuruh pulang. Kecewa!", "negative"),
    ("parah bgt, udah lapor 3x gak ada yg nanggepin, pemerintah gagal", "negative"),
    ("Aplikasi error terus, gak bisa login, payah", "negative"),
    ("pajak naik lagi, rakyat kecil makin susah dan dicekik", "negative"),
    ("Mau tanya min, jadwal vaksin di puskesmas hari apa ya?", "neutral"),
    ("apakah besok pendaftaran masih dibuka min?", "neutral"),
]

CLEAR_TOPIC = [
    ("Jalan di depan pasar rusak parah dan berlubang, mohon segera diperbaiki", "infrastructure_transport"),
    ("lampu penerangan jalan mati sudah seminggu, gelap sekali", "infrastructure_transport"),
    ("Polisi menangkap dua tersangka pencurian sepeda motor", "law_crime"),
    ("Harga cabai dan beras naik menjelang puasa, pedagang mengeluh omzet turun", "economy_prices"),
    ("Stok vaksin di puskesmas habis, pasien demam berdarah terus bertambah", "health"),
    ("Guru dan siswa SMP mengeluh, pendaftaran sekolah lewat zonasi kacau", "education"),
    ("Tumpukan sampah di sungai bikin bau dan banjir setiap hujan", "environment_disaster"),
    ("Timnas menang 2-0, dua gol dicetak pada babak kedua", "culture_sport"),
    ("Bantuan PKH dan BPNT belum cair, nama saya tidak ada di data penerima bansos", "social_religion"),
    ("Samsung merilis ponsel Android baru dengan kamera dan baterai besar", "technology"),
    ("Calon gubernur nomor dua menyampaikan visi misi dalam debat pilkada", "government_politics"),
]


@pytest.fixture(scope="module")
def model() -> Classifier:
    return load_classifier()


def test_the_shipped_model_has_a_card_that_matches_its_files() -> None:
    for name in list_models():
        card = verify_model(name)
        assert card.name == name
        assert card.labels.get("sentiment", SENTIMENTS) == SENTIMENTS
        assert card.labels.get("topic", TOPICS) == TOPICS
        assert "tone" not in card.labels
    assert set(read_default()) == {"sentiment", "topic", "hoax", "language"}
    assert "linear" in list_models()


def test_the_weights_hold_arrays_only_and_stay_small() -> None:
    from safetensors import safe_open

    file = WEIGHTS / "linear" / "weights.safetensors"
    with safe_open(file, framework="numpy") as weights:
        assert set(weights.keys()) == {"codes", "scale", "intercepts", "idf"}
        assert not weights.metadata()
    assert sum(path.stat().st_size for path in (WEIGHTS / "linear").iterdir()) < 8_000_000


def test_no_set_that_forbids_it_was_learned_from() -> None:
    card = verify_model("linear")
    assert not [one.file for one in card.sets if one.rows and "personal" in one.licence]


@pytest.mark.parametrize(("text", "label"), CLEAR_SENTIMENT)
def test_a_clear_sentence_gets_its_sentiment(model: Classifier, text: str, label: str) -> None:
    assert model.classify([text], ["sentiment"])[0]["sentiment"].value == label


@pytest.mark.parametrize(("text", "topic"), CLEAR_TOPIC)
def test_a_clear_sentence_gets_its_topic(model: Classifier, text: str, topic: str) -> None:
    assert model.classify([text], ["topic"])[0]["topic"].value == topic


@pytest.mark.parametrize(
    "text", ["", " \n\t", "https://contoh.id/berita/1", "@a @b https://x.id", "\u200b\ufeff", "..."]
)
def test_a_text_without_a_word_gets_no_label(model: Classifier, text: str) -> None:
    for answer in model.classify([text], TASKS)[0].values():
        assert answer.value is None
        assert answer.abstained
        assert len(set(answer.probabilities.values())) == 1


@pytest.mark.parametrize(
    "text",
    [
        "jalan rusak " * 87_000,
        "a" * 1_000_000,
        "😀🇮🇩👨‍👩‍👧‍👦" * 500,
        "राजनीति 政治 политика كتاب jalan",
        "\ud800 jalan \udfff rusak",
        "\0\x01\x02",
        "a\u0301" * 3000,
    ],
    ids=["a megabyte", "one word of a megabyte", "emoji", "scripts", "surrogates", "controls", "combining marks"],
)
def test_odd_text_gets_an_answer_or_an_abstention(model: Classifier, text: str) -> None:
    (answers,) = model.classify([text], TASKS)
    for answer in answers.values():
        assert sum(answer.probabilities.values()) == pytest.approx(1)


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(st.text(st.characters(codec=None), max_size=60), max_size=5))
def test_any_text_gets_probabilities_that_sum_to_one_and_the_same_answer_in_any_company(
    model: Classifier, texts: list[str]
) -> None:
    together = model.classify(texts, TASKS)
    for text, answers in zip(texts, together, strict=True):
        alone = model.classify([text], TASKS)[0]
        for task in TASKS:
            # Sums of another length of padding may differ in the last digits.
            assert answers[task].probabilities == pytest.approx(alone[task].probabilities, abs=1e-4)
            assert set(answers[task].probabilities) == set(model.labels[task])
            assert sum(answers[task].probabilities.values()) == pytest.approx(1)
            assert answers[task].value is None or answers[task].value == max(
                model.labels[task], key=answers[task].probabilities.__getitem__
            )


def test_a_batch_longer_than_a_chunk_keeps_its_order(model: Classifier) -> None:
    texts = [text for text, _ in CLEAR_TOPIC] * 30
    answers = [answer["topic"] for answer in model.classify(texts, ["topic"])]
    period = len(CLEAR_TOPIC)
    assert all(first == second for first, second in zip(answers, answers[period:], strict=False))
    assert any(first != second for first, second in pairwise(answers))


def test_only_the_tasks_asked_for_are_answered_and_others_are_refused(model: Classifier) -> None:
    assert [set(answer) for answer in model.classify(["jalan rusak"], ["topic"])] == [{"topic"}]
    with pytest.raises(ValueError, match="tone"):
        model.classify(["jalan rusak"], ["tone"])


def test_a_best_guess_under_the_threshold_is_an_abstention(model: Classifier) -> None:
    answers = model.classify(["ya", "itu", "kemarin sore", "besok pagi di sana"], TASKS)
    seen = [answer for row in answers for answer in row.values()]
    assert any(answer.abstained for answer in seen)
    card = verify_model(read_default()["topic"])
    for row in answers:
        for task, answer in row.items():
            threshold = card.trust[task].calibration.threshold
            assert answer.abstained == (max(answer.probabilities.values()) < threshold)


def test_classifying_needs_neither_scikit_learn_nor_scipy_nor_torch() -> None:
    code = (
        "import sys\n"
        "from models.serve import load_classifier\n"
        "load_classifier().classify(['jalan rusak'], ['sentiment', 'topic'])\n"
        "print(sorted({'sklearn', 'scipy', 'torch', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
