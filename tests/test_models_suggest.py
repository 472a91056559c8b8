"""Suggested categories and fields: plausible where clear, silent where not, judged only on what came later."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kentongan.agency_fields import FIELDS, guess_field
from kentongan.complaint_categories import CATEGORIES, FIELD_OF, find_category, is_known_name
from models.data import BadData
from models.linear import CONFIG_FILE, WEIGHTS_FILE, BadModel
from models.suggest import BEST, FOLDER, SuggestConfig, Suggester, load_suggester
from models.suggest_data import LAPORGUB_FILE, SP4N_FILE, join_title, load_rows
from models.suggest_measure import draw_share
from models.suggest_words import KEYWORDS, count_keywords
from models.train_suggest import TEST, build_corpus, fit_before, learnable, train

CLEAR = [
    ("Jalan di depan pasar berlubang dalam, mohon segera diaspal", "jalan", "pekerjaan-umum"),
    ("Sudah tiga bulan bantuan PKH ibu saya tidak cair, namanya hilang dari DTKS", "bantuan-sosial", "sosial"),
    ("Lampu penerangan jalan umum mati sejak pekan lalu, gelap sekali", "penerangan-jalan", None),
    ("Sampah menumpuk di tepi sungai, baunya menyengat, limbah pabrik juga dibuang", "lingkungan", "lingkungan"),
    ("Bagaimana cara mengganti KTP yang hilang? Sudah ke Disdukcapil belum jadi", "kependudukan", "kependudukan"),
    ("Antrean pasien di puskesmas panjang sekali dan obat kosong", "kesehatan", "kesehatan"),
    ("Guru di SMP menarik iuran dari siswa untuk seragam sekolah", "pendidikan", "pendidikan"),
]


@pytest.fixture(scope="module")
def model() -> Suggester:
    return load_suggester()


def test_the_shipped_weights_are_small_arrays_and_what_their_config_names() -> None:
    from safetensors import safe_open

    with safe_open(FOLDER / WEIGHTS_FILE, framework="numpy") as weights:
        assert set(weights.keys()) == {"codes", "scale", "intercepts", "idf"} and not weights.metadata()
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 1_200_000
    config = msgspec.json.decode((FOLDER / CONFIG_FILE).read_bytes(), type=SuggestConfig)
    assert config.category.labels == tuple(CATEGORIES) and config.field.labels == tuple(FIELDS)
    card = (FOLDER / "card.md").read_text(encoding="utf-8")
    assert f"# Model card: {config.name} {config.version}" in card
    assert all(f"| {code} |" in card for code in ("jalan", "bantuan-sosial")) and "baseline" in card


@pytest.mark.parametrize(("text", "category", "field"), CLEAR)
def test_a_clear_complaint_gets_its_category_and_field(
    model: Suggester, text: str, category: str, field: str | None
) -> None:
    (said,) = model.suggest([text])
    assert said.category == category and (field is None or said.field == field)


def test_the_model_is_silent_on_words_that_tell_nothing_and_empty_where_there_is_no_word(model: Suggester) -> None:
    vague, empty, link = model.suggest(["Mohon ditindaklanjuti, terima kasih.", " \n\t", "https://contoh.id/a"])
    assert vague.category is None and vague.field is None and len(vague.categories) == BEST
    for said in (empty, link):
        assert (said.category, said.categories, said.field, said.fields) == (None, (), None, ())


@settings(max_examples=15, deadline=None)
@given(texts=st.lists(st.text(st.characters(codec=None), max_size=60), max_size=4))
def test_any_text_gets_the_same_answer_in_any_company_with_its_best_guess_first(
    model: Suggester, texts: list[str]
) -> None:
    threshold = model.config.category.calibration.threshold
    for text, said in zip(texts, model.suggest([*texts, "jalan rusak"]), strict=False):
        (alone,) = model.suggest([text])
        assert [code for code, _ in alone.categories] == [code for code, _ in said.categories] or said.category is None
        shares = [share for _, share in said.categories]
        assert shares == sorted(shares, reverse=True) and all(0 <= share <= 1 for share in shares)
        assert (said.category is not None) == bool(shares and shares[0] >= threshold)


def test_weights_that_are_damaged_or_of_another_list_of_words_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "aduan"
    shutil.copytree(FOLDER, folder)
    weights = bytearray((folder / WEIGHTS_FILE).read_bytes())
    weights[-1] ^= 1
    (folder / WEIGHTS_FILE).write_bytes(weights)
    with pytest.raises(BadModel):
        load_suggester(folder)
    shutil.copyfile(FOLDER / WEIGHTS_FILE, folder / WEIGHTS_FILE)
    config = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
    (folder / CONFIG_FILE).write_text(json.dumps(config | {"keywords_sha256": "0" * 64}), encoding="utf-8")
    with pytest.raises(BadModel):
        load_suggester(folder)
    shutil.rmtree(folder)
    with pytest.raises(BadModel):
        load_suggester(folder)


def test_suggesting_needs_neither_scikit_learn_nor_scipy_nor_torch() -> None:
    code = (
        "import sys\nfrom models.suggest import load_suggester\nload_suggester().suggest(['jalan rusak'])\n"
        "print(sorted({'sklearn', 'scipy', 'torch', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_names_of_other_systems_are_read_whatever_their_case_and_unknown_ones_are_told_apart() -> None:
    assert find_category("  JALAN   Berlubang ") == "jalan" == find_category("Jalan dan jembatan")
    assert find_category("Topik Lainnya") is None and is_known_name("topik lainnya")
    assert find_category("Kategori rekaan") is None and not is_known_name("Kategori rekaan")
    assert set(FIELD_OF) == set(CATEGORIES) == set(KEYWORDS) and set(FIELD_OF.values()) <= set(FIELDS)
    assert guess_field("Dinas Pekerjaan Umum dan Tata Ruang") == "pekerjaan-umum"
    assert guess_field("Kecamatan Randu") is None and guess_field("Dinas Kependudukan") == "kependudukan"


def test_keywords_count_at_the_start_of_words_whole_ones_whole_and_each_once() -> None:
    places = {code: place for place, code in enumerate(KEYWORDS)}
    texts = ["lubang lubangnya dan jalan rusak parah", "teknik nikah", "nik saya", "", "berkabar"]
    found = count_keywords([text.split() for text in texts])
    assert found[0, places["jalan"]] == 2
    assert found[1].sum() == 0 and found[2, places["kependudukan"]] == 1
    assert found[3].sum() == 0 and found[4].sum() == 0


def write_data(folder: Path, *, odd: str = "infrastruktur") -> None:
    """Invented reports of three years in the form of the real ones, with one copy across the cut of time."""
    words = {
        "Jalan Berlubang": ("Dinas Pekerjaan Umum", "jalan berlubang di kampung nomor {}"),
        "Bantuan Sosial": ("Dinas Sosial", "bantuan sembako untuk warga dusun {} belum cair"),
        "Pelayanan Kesehatan": ("Dinas Kesehatan", "obat di puskesmas {} kosong lagi"),
        "Topik Lainnya": ("Kecamatan Randu", "mohon arahan tentang hal ke {}"),
    }
    rows = []
    for year in (2021, 2022, 2023):
        for month in range(1, 13):
            for number, (label, (agency, text)) in enumerate(words.items()):
                unique = " ".join(f"kata{year}x{month}x{number}x{place}" for place in range(6))
                rows.append(
                    {"text": f"{text.format(month)} {unique}", "kategori": label, "judul": "", "dinas_tujuan": agency,
                     "tanggal_masuk": f"{year}-{month:02d}-05"}
                )  # fmt: skip
    rows.append(rows[0] | {"tanggal_masuk": "2023-06-01", "text": f"{rows[0]['text']} tambah"})
    tokens = [{"text": f"siswa sekolah guru {number}", "label": "pendidikan"} for number in range(5)]
    tokens.append({"text": "jalan rusak", "label": odd})
    (folder / "complaints").mkdir(parents=True, exist_ok=True)
    for file, lines in ((SP4N_FILE, rows), (LAPORGUB_FILE, tokens)):
        with gzip.open(folder / file, "wt", encoding="utf-8") as out:
            out.writelines(json.dumps(line) + "\n" for line in lines)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_data(folder)
    return folder


def test_nothing_dated_later_nor_a_copy_of_it_is_learned_from(data: Path) -> None:
    corpus = build_corpus(load_rows(data))
    use = learnable(corpus, TEST[0])
    assert (corpus.dates[use] < TEST[0]).all() and use.sum() < (corpus.dates < TEST[0]).sum()
    # The first report of 2021 reads almost like one of 2023.
    assert not use[0] and use[1]
    assert learnable(corpus, None).all()


def test_training_judges_on_the_later_period_and_learns_the_same_weights_again(data: Path, tmp_path: Path) -> None:
    figures = train(data, tmp_path, today=date(2026, 11, 22))
    assert figures["category"].rows == 37 and figures["category"].accuracy.value > 0.9
    assert figures["category"].majority.value < 0.5 and figures["field"].accuracy.value > 0.9
    assert {one.label for one in figures["category"].labels} == {"jalan", "bantuan-sosial", "kesehatan"}
    written = load_suggester(tmp_path)
    again = Suggester(written.config, fit_before(build_corpus(load_rows(data)), None))
    assert (written.table == again.table).all() and (written.intercepts == again.intercepts).all()
    assert written.suggest(["obat di puskesmas kosong"])[0].category == "kesehatan"
    card = (tmp_path / "card.md").read_text(encoding="utf-8")
    assert "37 reports of 2023" in card and "kampung" not in card


def test_a_label_that_no_table_knows_stops_the_training(tmp_path: Path) -> None:
    write_data(tmp_path, odd="label baru")
    with pytest.raises(BadData, match="label baru"):
        load_rows(tmp_path)


def test_a_title_that_the_text_repeats_stands_once() -> None:
    assert join_title("Jalan rusak", "jalan rusak di Randu") == "Jalan rusak\n di Randu"
    assert join_title("", "isi") == "isi" and join_title("Judul", "isi") == "Judul\nisi"


def test_a_share_lies_in_its_interval_which_copies_widen() -> None:
    hits = np.array([True, True, True, False] * 25)
    every = np.ones(100, dtype=bool)
    alone = draw_share(hits, every, np.arange(100), seed=1)
    copies = draw_share(np.sort(hits), every, np.arange(100) // 10, seed=1)
    assert alone.value == copies.value == 0.75 and alone.low < 0.75 < alone.high
    assert copies.high - copies.low > alone.high - alone.low
    assert draw_share(hits, ~every, np.arange(100), seed=1).high == 1.0
