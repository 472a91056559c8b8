"""The whole training on a small invented collection, through the functions that made the shipped weights."""

from __future__ import annotations

import gzip
import json
import random
from datetime import date
from pathlib import Path

import msgspec
import numpy as np
import pytest

from models.card import CARD_FILE, PAGE_FILE, Card
from models.data import Row
from models.features import HashShape, count_buckets, read_words, weigh_features
from models.fit import fit_heads, target_rows, weigh_rows
from models.holdout import TrainConfig
from models.linear import CONFIG_FILE, WEIGHTS_FILE, BadModel, load_linear, pack_weights, score_features, unpack_weights
from models.registry import list_models, read_card, verify_model
from models.serve import load_classifier
from models.train_linear import train_model

SHAPE = HashShape(word_bits=12, char_bits=12, char_max=3)
CONFIG = TrainConfig(shape=SHAPE, folds=2, topic_rounds=2, resamples=20, name="kecil", version="0.0.1")

FEELINGS = {
    "positive": ["bagus", "terima", "kasih", "mantap", "puas", "membantu", "cepat", "ramah", "senang"],
    "negative": ["buruk", "kecewa", "lambat", "parah", "rusak", "marah", "kacau", "bohong"],
    "neutral": ["jadwal", "kapan", "apakah", "dimana", "informasi", "syarat", "nomor", "alamat"],
}
MATTERS = {
    "ekonomi": ["harga", "pasar", "beras", "inflasi", "rupiah", "pedagang"],
    "olahraga": ["liga", "pemain", "gol", "pelatih", "stadion", "juara"],
    "kesehatan": ["rumah-sakit", "dokter", "pasien", "vaksin", "obat", "perawat"],
    "hukum_kriminal": ["polisi", "tersangka", "hakim", "penjara", "jaksa", "sidang"],
}
FILLER = [a + b for a in ["ka", "ri", "to", "mu", "sa", "le"] for b in ["nda", "lam", "rat", "pis", "gun", "tek"]]


def make_text(rng: random.Random, words: list[str]) -> str:
    return " ".join(rng.sample([*rng.sample(words, 3), *rng.sample(FILLER, 7)], 10))


def write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in the form the trainer reads, all invented."""
    folder, rng = tmp_path_factory.mktemp("data"), random.Random(5)
    manifest = []
    sets = {
        "smsa_train": list(FEELINGS),
        "vaccine_2021": list(FEELINGS),
        "gov_covid_2020": list(FEELINGS),
        "zonasi_sekolah": ["negative", "neutral"],
        "pilkada_dki_2017": ["negative", "positive"],
    }
    for name, labels in sets.items():
        rows = [{"text": make_text(rng, FEELINGS[label]), "label": label} for label in labels * 25]
        write_rows(folder / "sentiment" / f"{name}.jsonl.gz", rows)
        licence = "personal use (repository)" if name.startswith("pilkada") else "none stated"
        manifest.append({"file": f"sentiment/{name}.jsonl.gz", "source": "invented", "licence": licence})
    news = [
        {"text": make_text(rng, words) * 2, "title": make_text(rng, words), "label": section, "outlet": outlet}
        for outlet in ("satu", "dua", "tiga")
        for section, words in MATTERS.items()
        for _ in range(12)
    ]
    write_rows(folder / "topic" / "news_2018_2026.jsonl.gz", news)
    for name, category, matter in (
        ("sp4n_bandung_2021_2023", "Pelayanan Kesehatan", "kesehatan"),
        ("laporgub_jateng_tokens", "pertanian", "ekonomi"),
    ):
        rows = [{"text": make_text(rng, MATTERS[matter]), "label": category} for _ in range(20)]
        write_rows(folder / "complaints" / f"{name}.jsonl.gz", rows)
        manifest.append({"file": f"complaints/{name}.jsonl.gz", "source": "invented", "licence": "none stated"})
    manifest.append({"file": "topic/news_2018_2026.jsonl.gz", "source": "invented", "licence": "none stated"})
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root folder with one trained model named "kecil"."""
    root = tmp_path_factory.mktemp("weights")
    train_model(data, root / "kecil", CONFIG, today=date(2026, 11, 22))
    return root


def test_training_ends_in_a_model_that_reads_what_it_was_taught(trained: Path) -> None:
    model = load_classifier("kecil", root=trained)
    good, bad, health = model.classify(
        ["terima kasih mantap puas", "kecewa parah bohong", "dokter pasien vaksin obat"], ["sentiment", "topic"]
    )
    assert good["sentiment"].value == "positive"
    assert bad["sentiment"].value == "negative"
    assert health["topic"].value == "health"
    assert (model.name, model.version) == ("kecil", "0.0.1")


def test_the_same_data_give_the_same_weights(data: Path, trained: Path, tmp_path: Path) -> None:
    train_model(data, tmp_path, CONFIG, today=date(2026, 11, 23))
    for name in (WEIGHTS_FILE, CONFIG_FILE):
        assert (tmp_path / name).read_bytes() == (trained / "kecil" / name).read_bytes()


def test_the_card_says_what_was_learned_from_what_was_left_out_and_how_good_it_is(trained: Path) -> None:
    card = read_card("kecil", root=trained)
    rows = {one.file: one.rows for one in card.sets if one.task == "sentiment"}
    assert rows["sentiment/vaccine_2021.jsonl.gz"] == 75
    assert rows["sentiment/pilkada_dki_2017.jsonl.gz"] == 0
    unseen = next(one for one in card.protocols if one.name == "sentiment: never seen in training")
    assert {one.slice for one in unseen.figures} == {
        "gov_covid_2020",
        "pilkada_dki_2017",
        "vaccine_2021",
        "zonasi_sekolah",
    }
    assert all(one.low <= one.macro_f1 <= one.high for protocol in card.protocols for one in protocol.figures)
    assert set(card.trust) == {"sentiment", "topic"}
    assert set(card.sha256) == {WEIGHTS_FILE, CONFIG_FILE}
    page = (trained / "kecil" / PAGE_FILE).read_text(encoding="utf-8")
    for part in ("personal use", "never seen in training", "keeps silent", "SHA-256", "Limits", "tone"):
        assert part in page


def test_a_card_that_lacks_something_or_says_too_much_is_refused(trained: Path, tmp_path: Path) -> None:
    card = json.loads((trained / "kecil" / CARD_FILE).read_bytes())
    for broken in ({key: value for key, value in card.items() if key != "limits"}, {**card, "extra": 1}):
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(json.dumps(broken), type=Card)


def copy_model(trained: Path, to: Path) -> Path:
    (to / "kecil").mkdir(parents=True)
    for file in (trained / "kecil").iterdir():
        (to / "kecil" / file.name).write_bytes(file.read_bytes())
    return to


@pytest.mark.parametrize("file", [WEIGHTS_FILE, CONFIG_FILE])
def test_files_that_differ_from_their_card_are_refused(trained: Path, tmp_path: Path, file: str) -> None:
    root = copy_model(trained, tmp_path)
    changed = bytearray((root / "kecil" / file).read_bytes())
    changed[-20] ^= 1
    (root / "kecil" / file).write_bytes(changed)
    with pytest.raises(BadModel, match=f"tidak cocok dengan kartunya: {file}"):
        load_classifier("kecil", root=root)


@pytest.mark.parametrize("left", [0, 7, 500, -1])
def test_truncated_weights_are_refused_with_or_without_a_card(trained: Path, tmp_path: Path, left: int) -> None:
    root = copy_model(trained, tmp_path)
    weights = root / "kecil" / WEIGHTS_FILE
    weights.write_bytes(weights.read_bytes()[:left])
    with pytest.raises(BadModel):
        verify_model("kecil", root=root)
    with pytest.raises(BadModel, match="tidak terbaca"):
        load_linear(root / "kecil")


def test_weights_of_another_shape_are_refused(trained: Path, tmp_path: Path) -> None:
    root = copy_model(trained, tmp_path)
    config = json.loads((root / "kecil" / CONFIG_FILE).read_bytes())
    config["shape"]["word_bits"] = 11
    (root / "kecil" / CONFIG_FILE).write_text(json.dumps(config))
    with pytest.raises(BadModel, match="tidak cocok"):
        load_linear(root / "kecil")


def test_a_missing_model_is_named_with_those_there_are(trained: Path) -> None:
    assert list_models(trained) == ["kecil"]
    with pytest.raises(BadModel, match=r"besar.*kecil"):
        read_card("besar", root=trained)


def test_our_inference_gives_the_decision_values_of_scikit_learn() -> None:
    from sklearn.svm import LinearSVC

    rng = random.Random(1)
    texts = [make_text(rng, FEELINGS[label]) for label in list(FEELINGS) * 30]
    rows = [
        Row(task="sentiment", text=text, labels=frozenset({label}), source="a", held_with="a")
        for text, label in zip(texts, list(FEELINGS) * 30, strict=True)
    ]
    idf = np.ones(SHAPE.size, dtype=np.float32)
    features = weigh_features(count_buckets([read_words(text, 1000) for text in texts], SHAPE), idf, SHAPE)
    matrix, targets = features.matrix(SHAPE.size), target_rows(rows, list(FEELINGS))
    weights = weigh_rows(rows, power=0.5, by_source=True)
    coefficients, intercepts = fit_heads(matrix, targets, weights, cost=0.3, seed=1)
    ours = score_features(features, unpack_weights(pack_weights(coefficients, intercepts, idf)), intercepts)
    theirs = np.stack(
        [
            LinearSVC(C=0.3, random_state=1, tol=0.01)
            .fit(matrix, column > 0, sample_weight=weights)
            .decision_function(matrix)
            for column in targets.T
        ],
        axis=1,
    )
    # Eight bits a weight cost about a hundredth of the range.
    assert np.abs(ours - theirs).max() < 0.02 * np.ptp(theirs)
    assert (ours.argmax(axis=1) == theirs.argmax(axis=1)).mean() > 0.97


def test_rows_of_a_set_without_a_label_are_no_evidence_against_it() -> None:
    rows = [
        Row(task="sentiment", text="", labels=frozenset({"negative"}), source="a", held_with="a"),
        Row(
            task="sentiment",
            text="",
            labels=frozenset({"negative"}),
            source="b",
            held_with="b",
            lacks=frozenset({"neutral"}),
        ),
        Row(task="sentiment", text="", labels=frozenset({"negative", "neutral"}), source="a", held_with="a"),
    ]
    assert target_rows(rows, ["negative", "neutral", "positive"]).tolist() == [[1, -1, -1], [1, 0, -1], [0, 0, -1]]


def test_rare_labels_weigh_more_within_their_source() -> None:
    rows = [
        Row(task="sentiment", text="", labels=frozenset({label}), source="a", held_with="a")
        for label in ["negative"] * 9 + ["positive"]
    ]
    weights = weigh_rows(rows, power=0.5, by_source=True)
    assert weights.mean() == pytest.approx(1)
    assert weights[-1] / weights[0] == pytest.approx(3)


def test_an_unknown_hyper_parameter_is_an_error() -> None:
    with pytest.raises(msgspec.ValidationError, match="kost"):
        msgspec.toml.decode(b"kost = 0.3", type=TrainConfig)
