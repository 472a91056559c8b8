"""`kentongan train` and `kentongan models` as people meet them: real processes on a small invented collection."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from command_line import environment, rows_of, run_command
from made_models import make_model

from kentongan.cli import main
from kentongan.settings import Settings, as_variables
from models.gate import check_model
from models.registry import ACTIVE_FILE, list_models, read_default

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
    "pendidikan": ["sekolah", "siswa", "guru", "kampus", "ujian", "rapor"],
    "politik_kebijakan": ["partai", "menteri", "undang", "dewan", "pemilu", "bupati"],
    "sains_teknologi": ["ponsel", "aplikasi", "chip", "satelit", "robot", "internet"],
    "agama": ["masjid", "ulama", "zakat", "puasa", "haji", "pesantren"],
    "otomotif": ["mobil", "motor", "mesin", "oli", "ban", "knalpot"],
}
COMPLAINTS = {
    "infrastruktur": ["jalan", "jembatan", "aspal", "lubang", "drainase", "trotoar"],
    "lingkungan": ["sampah", "banjir", "sungai", "limbah", "pohon", "longsor"],
}
FILLER = [a + b for a in ["ka", "ri", "to", "mu", "sa", "le"] for b in ["nda", "lam", "rat", "pis", "gun", "tek"]]

SMALL = """
kind = "linear"
name = "mungil"
version = "0.1.0"
folds = 2
topic_rounds = 2
resamples = 5
[shape]
word_bits = 12
char_bits = 12
char_max = 3
"""


def make_text(rng: random.Random, words: Sequence[str]) -> str:
    return " ".join(rng.sample([*rng.sample(words, 3), *rng.sample(FILLER, 7)], 10))


def write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))


def make_data(folder: Path, *, feelings: Sequence[str] = tuple(FEELINGS)) -> Path:
    """A data folder in the form the trainer reads, with every label, all invented."""
    rng = random.Random(5)
    sets: dict[str, Sequence[str]] = {
        "smsa_train": feelings,
        "smsa_valid": feelings,
        "vaccine_2021": feelings,
        "gov_covid_2020": feelings,
        "pilkada_dki_2017": ["negative", "positive"],
    }
    for name, labels in sets.items():
        rows = [{"text": make_text(rng, FEELINGS[label]), "label": label} for label in labels for _ in range(30)]
        write_rows(folder / "sentiment" / f"{name}.jsonl.gz", rows)
    news = [
        {"text": make_text(rng, words) * 2, "title": make_text(rng, words), "label": section, "outlet": outlet}
        for outlet in ("satu", "dua", "tiga")
        for section, words in MATTERS.items()
        for _ in range(8)
    ]
    write_rows(folder / "topic" / "news_2018_2026.jsonl.gz", news)
    reports = [{"text": make_text(rng, w), "label": name} for name, w in COMPLAINTS.items() for _ in range(20)]
    write_rows(folder / "complaints" / "laporgub_jateng_tokens.jsonl.gz", reports)
    health = [{"text": make_text(rng, MATTERS["kesehatan"]), "label": "Pelayanan Kesehatan"} for _ in range(20)]
    write_rows(folder / "complaints" / "sp4n_bandung_2021_2023.jsonl.gz", health)
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.gz"))
    entries = [{"file": file, "source": "invented", "licence": "none needed"} for file in files]
    (folder / "manifest.json").write_text(json.dumps(entries))
    return folder


@pytest.fixture
def refuse(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Runs a command in this process, sees it refused, and gives what it said."""
    for name, value in as_variables(settings).items():
        monkeypatch.setenv(name, value)

    def run(*words: object) -> str:
        assert main([str(word) for word in words]) == 2
        return capsys.readouterr().err

    return run


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_data(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, list[dict[str, object]]]:
    """An installation in which `kentongan train` made "mungil", and the lines it wrote."""
    folder = tmp_path_factory.mktemp("installation")
    (folder / "mungil.toml").write_text(SMALL)
    settings = Settings(data_dir=folder / "var")
    done = run_command(settings, "train", str(folder / "mungil.toml"), "--data", str(data), timeout=280)
    return settings, [json.loads(line) for line in done.stdout.splitlines()]


def test_training_ends_in_a_registered_model_with_its_figures(
    trained: tuple[Settings, list[dict[str, object]]],
) -> None:
    settings, rows = trained
    assert {(row["task"], row["protocol"]) for row in rows} == {
        (task, protocol) for task in ("sentiment", "topic") for protocol in ("known", "unseen")
    }
    for row in rows:
        assert row["model"] == "mungil"
        assert 0 <= float(str(row["low"])) <= float(str(row["high"])) <= 1
    assert list_models(settings.models_dir) == ["mungil"]
    assert check_model(settings.models_dir / "mungil") == []
    # Nothing half-made is left, and nothing serves that was not asked to.
    assert [path.name for path in settings.models_dir.iterdir()] == ["mungil"]
    by_name = {row["name"]: row for row in rows_of(settings, "models", "list")}
    assert by_name["mungil"]["serves"] == []
    assert by_name["mungil"]["from"] == "sendiri"
    assert {"sentiment", "topic"} <= set(by_name["mungil"]["macro_f1"])


def test_a_trained_model_is_measured_on_the_sets_it_never_trained_on(
    trained: tuple[Settings, list[dict[str, object]]], data: Path
) -> None:
    settings, _ = trained
    done = run_command(settings, "models", "evaluate", "mungil", "--data", str(data))
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["slice"], row["model"]) for row in rows] == [
        ("smsa_valid", "mungil"),
        ("smsa_valid", "linear"),
        ("pilkada_dki_2017", "mungil"),
        ("pilkada_dki_2017", "linear"),
    ]
    assert rows[0]["rows"] == 90
    assert rows[0]["seen"] == 0
    assert rows[0]["macro_f1"] > 0.9
    assert rows[0]["difference"] == pytest.approx(rows[0]["macro_f1"] - rows[1]["macro_f1"])
    assert rows[0]["difference_low"] <= rows[0]["difference"] <= rows[0]["difference_high"]
    assert "ikut melatih" not in done.stderr


def test_rows_a_model_trained_on_are_pointed_out(trained: tuple[Settings, list[dict[str, object]]], data: Path) -> None:
    settings, _ = trained
    file = str(data / "sentiment" / "vaccine_2021.jsonl.gz")
    done = run_command(settings, "models", "evaluate", "mungil", "--data", file, "--task", "sentiment")
    assert "Awas, vaccine_2021: 90 dari 90 baris ikut melatih mungil" in done.stderr
    assert json.loads(done.stdout.splitlines()[0])["seen"] == 90


def test_a_model_is_used_only_where_the_gate_lets_it_and_taken_back_with_one_command(
    trained: tuple[Settings, list[dict[str, object]]],
) -> None:
    settings, _ = trained
    serves = read_default()["sentiment"]
    refused = run_command(settings, "models", "use", "mungil", status=2)
    assert f"tidak ada baris uji yang sama dengan {serves}" in refused.stderr
    served = rows_of(settings, "models", "use", "mungil", "--task", "sentiment", "--unmatched")
    assert {"task": "sentiment", "model": "mungil"} in served
    assert {"task": "topic", "model": read_default()["topic"]} in served
    (labels,) = [
        json.loads(line)
        for line in run_command(
            settings, "predict", "-", stdin='{"text": "terima kasih mantap puas"}\n'
        ).stdout.splitlines()
    ]
    assert labels["sentiment"]["label"] == "positive"
    assert {"task": "sentiment", "model": serves} in rows_of(settings, "models", "back")
    assert "Tidak ada pilihan sebelumnya" in run_command(settings, "models", "back", status=2).stderr


def test_the_same_name_is_not_trained_twice_and_a_shipped_one_never(
    trained: tuple[Settings, list[dict[str, object]]], data: Path, tmp_path: Path
) -> None:
    settings, _ = trained
    config = tmp_path / "mungil.toml"
    config.write_text(SMALL)
    again = run_command(settings, "train", str(config), "--data", str(data), status=2)
    assert "'mungil' sudah ada" in again.stderr
    shipped = run_command(settings, "train", str(config), "--data", str(data), "--name", "linear", status=2)
    assert "nama model bawaan" in shipped.stderr


REFUSED_CONFIGS = {
    'kind = "linear"\nkost = 1': "kunci kost tidak dikenal. Mungkin maksudnya cost?",
    'kind = "linear"\nseed = "x"': "tidak cocok",
    'kind = "forest"': "kind 'forest' tidak dikenal. Pilih salah satu: linear, encoder",
    'name = "mungil"': "kind tidak disebut",
    "kind = ": "bukan TOML yang benar",
}


@pytest.mark.parametrize("text", REFUSED_CONFIGS)
def test_a_config_nobody_can_follow_is_refused_before_anything_is_trained(
    settings: Settings, refuse: Callable[..., str], tmp_path: Path, data: Path, text: str
) -> None:
    (tmp_path / "a.toml").write_text(text)
    assert REFUSED_CONFIGS[text] in refuse("train", tmp_path / "a.toml", "--data", data)
    assert not settings.models_dir.exists()


def test_data_with_an_unknown_label_or_without_a_class_are_refused(refuse: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(SMALL)
    lacking = make_data(tmp_path / "lacking", feelings=["positive", "negative"])
    said = refuse("train", tmp_path / "a.toml", "--data", lacking)
    assert "Tidak ada satu pun baris latih sentiment berlabel neutral" in said
    write_rows(lacking / "sentiment" / "vaccine_2021.jsonl.gz", [{"text": "apa", "label": "marah"}])
    said = refuse("train", tmp_path / "a.toml", "--data", lacking)
    assert "Label 'marah' di vaccine_2021.jsonl.gz tidak dikenal" in said
    assert "tidak ada manifest.json" in refuse("train", tmp_path / "a.toml", "--data", tmp_path)


def test_without_the_extra_training_says_what_to_install(settings: Settings, tmp_path: Path, data: Path) -> None:
    (tmp_path / "a.toml").write_text(SMALL)
    code = "import sys; sys.modules['sklearn'] = None\nfrom kentongan.cli import main\nsys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, "train", str(tmp_path / "a.toml"), "--data", str(data)],
        env=environment(settings), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "membutuhkan sklearn. Pasang dengan: pip install 'kentongan[train]'" in done.stderr


def test_the_shipped_default_is_measured_on_a_file_without_a_heavy_library(settings: Settings, tmp_path: Path) -> None:
    rows = [{"text": "terima kasih, bagus sekali", "label": "positive"}, {"text": "buruk, kecewa", "label": "negative"}]
    (tmp_path / "uji.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    code = (
        "import sys\n"
        "from kentongan.cli import main\n"
        "status = main(['models', 'evaluate', '--data', sys.argv[1], '--task', 'sentiment', '--json'])\n"
        "assert not {'torch', 'transformers', 'spacy', 'sklearn', 'scipy'} & set(sys.modules)\n"
        "sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "uji.jsonl")],
        env=environment(settings), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    row = json.loads(done.stdout.splitlines()[0])
    assert (row["slice"], row["rows"], row["task"]) == ("uji", 2, "sentiment")


def test_test_files_that_cannot_be_used_are_refused_naming_the_line(refuse: Callable[..., str], tmp_path: Path) -> None:
    file = tmp_path / "uji.jsonl"
    for text, words in {
        '{"text": "a", "label": "positive"}\n{"text": "b", "label": "marah"}\n': "baris 2: label 'marah' tidak dikenal",
        '{"text": "a", "label": "positive"}\n{"text": "b"}\n': "baris 2: kolom label tidak ada",
        '{"text": "a", "label": "positive"}\nbukan json\n': "tidak terbaca setelah 1 baris",
        '{"text": "a", "label": "zzz"}\n': "bukan label tugas mana pun",
        "": "kosong",
    }.items():
        file.write_text(text)
        assert words in refuse("models", "evaluate", "--data", file)
    assert "tiada tidak ada" in refuse("models", "evaluate", "--data", tmp_path / "tiada")
    assert "tidak ada set uji" in refuse("models", "evaluate", "--data", tmp_path)


def test_empty_and_wordless_texts_are_measured_as_silence(settings: Settings, tmp_path: Path) -> None:
    texts = ["", "🙏🙏", "https://contoh.test/a", "x" * 1_000_000, "terima kasih"]
    lines = [json.dumps({"text": text, "label": "positive"}) + "\n" for text in texts]
    (tmp_path / "uji.jsonl").write_text("".join(lines))
    row = rows_of(settings, "models", "evaluate", "--data", str(tmp_path / "uji.jsonl"))[0]
    assert row["rows"] == 5
    assert row["coverage"] < 1


def test_a_listing_names_a_damaged_model_and_still_shows_the_others(settings: Settings) -> None:
    make_model(settings.models_dir, "utuh")
    weights = make_model(settings.models_dir, "rusak") / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:50])
    done = run_command(settings, "models", "list", status=1)
    assert "rusak tidak cocok dengan kartunya" in done.stderr
    names = [json.loads(line)["name"] for line in done.stdout.splitlines()]
    assert {"linear", "utuh"} <= set(names)
    assert "rusak" not in names


def test_a_broken_choice_of_models_stops_prediction_in_words(settings: Settings) -> None:
    settings.models_dir.mkdir(parents=True)
    (settings.models_dir / ACTIVE_FILE).write_text('{"choices": [')
    done = run_command(settings, "predict", "-", stdin='{"text": "apa"}\n', status=2)
    assert "active.json tidak terbaca" in done.stderr
    assert done.stdout == ""
