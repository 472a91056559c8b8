"""Names and places: the pipeline that ships finds the obvious, survives bad input, and the trainer really trains."""

from __future__ import annotations

import gzip
import json
import lzma
import shutil
import subprocess
import sys
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kentongan.errors import NotConfigured
from models.data import BadData
from models.linear import BadModel
from models.names_data import LOC, OPEN, ORG, PER, Sentence, Span, VectorShape, in_lower_case, read_conll, spell_out

pytest.importorskip("spacy")

from models.names import CONFIG_FILE, MAX_CHARS, NAMES, WEIGHTS_FILE, NamesConfig, load_names
from models.names_card import read_names_card
from models.names_measure import count_matches, f1_of
from models.train_names import NamesTraining, fit, make_example, open_organisations, train_names

SMALL = NamesConfig(
    vectors=VectorShape(rows=200, width=8, epochs=1, chars={"news": 20_000}), width=32, depth=2, hidden=32
)


@pytest.fixture(scope="module")
def names() -> Any:
    return load_names()


def found(names: Any, text: str, **more: Any) -> dict[str, tuple[str, str | None]]:
    return {name.text: (name.kind, name.region) for name in names.find([text], **more)[0]}


def test_obvious_names_are_found_and_places_are_linked(names: Any) -> None:
    text = "Bupati Kudus Hartono Wibowo bertemu Rina Kusumawati di Kabupaten Jepara, Jawa Tengah."
    seen = found(names, text)
    assert seen["Rina Kusumawati"] == ("person", None)
    assert seen["Kabupaten Jepara"] == ("place", "33.20")
    assert seen["Jawa Tengah"] == ("place", "33")


def test_small_letters_do_not_hide_names(names: Any) -> None:
    seen = found(names, "presiden joko widodo tiba di surabaya bersama menteri sri mulyani, kemarin.")
    assert seen["surabaya"] == ("place", "35.78")
    assert seen["joko widodo"][0] == "person"


def test_an_organisation_is_found(names: Any) -> None:
    seen = found(names, "Ia lulus dari Universitas Muhammadiyah Malang lalu menjadi anggota Partai Demokrat pada 2009.")
    assert "organisation" in {kind for kind, _ in seen.values()}


def test_spans_say_where_a_name_stands(names: Any) -> None:
    text = "😀 Kemarin  Siti Rahayu pulang ke Semarang.\nDi Semarang ia bertemu Andi Saputra \ud800!"
    spans = names.find([text])[0]
    assert spans
    assert all(text[name.start : name.end] == name.text for name in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))


def test_the_region_served_settles_a_name_that_several_bear(names: Any) -> None:
    text = "Warga Kecamatan Banjar mengeluh kepada Bupati."
    open_name = [region for kind, region in found(names, text).values() if kind == "place"]
    settled = [region for kind, region in found(names, text, within="51.08").values() if kind == "place"]
    assert open_name == [None]
    assert settled == ["51.08.04"]


@pytest.mark.parametrize(
    "text",
    ["", " \n\t", "😀😀🙏", "https://contoh.id/a?b=c", "@akun_saya", "!!! ... ???", "\x00\ud800", "你好世界 مرحبا"],
)
def test_nothing_to_read_gives_no_crash(names: Any, text: str) -> None:
    spans = names.find([text])[0]
    assert all(text[name.start : name.end] == name.text for name in spans)
    if not any(letter.isalpha() for letter in text) or text.startswith(("http", "@")):
        assert spans == []


def test_a_megabyte_is_read_up_to_the_stated_length(names: Any) -> None:
    text = "Wali Kota Semarang hadir. " * 40_000
    assert len(text) > 1_000_000
    spans = names.find([text])[0]
    assert spans
    assert max(name.end for name in spans) <= MAX_CHARS


def test_no_texts_give_no_answers(names: Any) -> None:
    assert names.find([]) == []


def test_words_read_are_forgotten(names: Any) -> None:
    names.find(["Pembuka biasa."])
    before = len(names.nlp.vocab.strings)
    names.find([" ".join(f"Katabaru{number}" for number in range(500))])
    assert len(names.nlp.vocab.strings) == before


def test_the_card_is_complete_and_small_enough_to_ship() -> None:
    card = read_names_card(NAMES)
    assert {(one.set, one.case) for one in card.figures} == {
        ("nergrit", "as written"),
        ("nergrit", "small letters"),
        ("nerp", "small letters"),
    }
    assert all(0 <= one.low <= one.f1 <= one.high <= 1 for one in card.figures)
    assert sum(file.stat().st_size for file in NAMES.iterdir()) <= 6_000_000
    assert all(one.licence and one.source for one in card.sets)
    assert {one.use for one in card.sets} == {"train", "judge"}
    page = (NAMES / "card.md").read_text(encoding="utf-8")
    assert all(limit in page for limit in card.limits)


@pytest.mark.parametrize("file", [CONFIG_FILE, WEIGHTS_FILE, "card.json"])
@pytest.mark.parametrize("harm", ["cut", "gone"])
def test_a_harmed_file_is_refused(tmp_path: Path, file: str, harm: str) -> None:
    folder = shutil.copytree(NAMES, tmp_path / "names")
    content = (folder / file).read_bytes()
    (folder / file).unlink()
    if harm == "cut":
        (folder / file).write_bytes(content[: len(content) // 2])
    with pytest.raises(BadModel):
        load_names(folder)


def test_changed_weights_are_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(NAMES, tmp_path / "names")
    content = bytearray((folder / WEIGHTS_FILE).read_bytes())
    content[-1] ^= 1
    (folder / WEIGHTS_FILE).write_bytes(bytes(content))
    with pytest.raises(BadModel, match="tidak cocok"):
        load_names(folder)


def test_without_spacy_the_error_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['spacy'] = None\n"
        "from models.names import load_names\n"
        "from kentongan.errors import NotConfigured\n"
        "try: load_names()\n"
        "except NotConfigured as error: print(error)\n"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "kentongan[names]" in answer.stdout
    assert issubclass(NotConfigured, Exception)


def test_importing_the_module_loads_no_heavy_library() -> None:
    program = "import sys, models.names; print({'spacy', 'torch', 'thinc'} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "set()"


def test_tokens_become_text_with_the_spans_on_it() -> None:
    words = ["Kata", '"', "Budi", "Santo", '"', ",", "orang", "-", "orang", "(", "PKB", ")", "pergi", "."]
    tags = ["", "", "B-PER", "I-PER", "", "", "", "", "", "", "B-ORG", "", "", ""]
    one = spell_out(words, tags, "nergrit")
    assert one.text == 'Kata "Budi Santo", orang-orang (PKB) pergi.'
    assert [(one.text[span.start : span.end], span.kind) for span in one.spans] == [("Budi Santo", PER), ("PKB", ORG)]


def test_small_letters_never_move_a_span() -> None:
    one = Sentence("İstanbul dan Ankara", (Span(13, 19, LOC),), "nergrit")
    assert in_lower_case(one) is one
    assert in_lower_case(Sentence("Di Ankara", (Span(3, 9, LOC),), "nergrit")).text == "di ankara"


def test_an_unknown_tag_is_an_error_that_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("Budi\tB-PERSON\npergi\tB-FOO\n", encoding="utf-8")
    with pytest.raises(BadData, match="baris 2"):
        read_conll(tmp_path / "x.txt", "nergrit")


def test_a_cut_file_is_an_error(tmp_path: Path) -> None:
    whole = gzip.compress(b"Budi\tB-PERSON\npergi\tO\n\n" * 2000)
    (tmp_path / "x.txt.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadData, match="tidak terbaca"):
        read_conll(tmp_path / "x.txt.gz", "nergrit")


def test_open_spans_teach_nothing(names: Any) -> None:
    one = Sentence("Budi membeli Supra di Solo", (Span(0, 4, PER), Span(13, 18, OPEN), Span(22, 26, LOC)), "nerp")
    example = make_example(names.nlp, one)
    assert example.get_aligned_ner() == ["U-PER", "O", None, "O", "U-LOC"]


PEOPLE = ("Siti Rahayu", "Andi Saputra", "Rina Wati", "Joko Susilo", "Dewi Lestari", "Bayu Pratama")
PLACES = ("Semarang", "Kudus", "Jepara", "Surakarta", "Magelang", "Tegal")
OFFICES = ("PT Maju Jaya", "Dinas Pasar", "Yayasan Bakti", "PT Tirta Sari", "Dinas Air", "Yayasan Cahaya")


def invent(start: int, stop: int) -> list[Sentence]:
    """Sentences over the cross product of a few names."""
    sentences = []
    for number in range(start, stop):
        parts = [("", PEOPLE[number % 6], PER), (" bekerja di ", OFFICES[number // 6 % 6], ORG)]
        parts.append((f" nomor {number} kota ", PLACES[number // 2 % 6], LOC))
        text, spans = "", []
        for before, name, kind in parts:
            text += before
            spans.append(Span(len(text), len(text) + len(name), kind))
            text += name
        sentences.append(Sentence(text + ".", tuple(spans), "nergrit"))
    return sentences


def test_a_short_training_learns_and_repeats_itself() -> None:
    config = NamesTraining(network=SMALL, epochs=5, patience=5, batch_words=60, dropout=0.1, rate=0.005, lower=0.3)
    vectors = np.random.default_rng(0).normal(size=(200, 8)).astype(np.float32)
    train, test = invent(0, 48), invent(60, 72)
    nlp, best = fit(train, test, vectors, config)
    learned = f1_of(count_matches(nlp, test).sum(axis=(0, 1)))
    assert learned > 0.8
    assert best.by_set["nergrit"] == pytest.approx(learned, abs=1e-4)
    _, again = fit(train, test, vectors, config)
    assert again.by_set == best.by_set
    hidden = Sentence(test[0].text, test[0].spans[:1], "nerp")
    opened = open_organisations(nlp, [hidden])[0]
    assert OFFICES[60 // 6 % 6] in {opened.text[span.start : span.end] for span in opened.spans if span.kind == OPEN}


def write_conll(path: Path, sentences: list[Sentence], tags: dict[str, str]) -> None:
    """Write sentences back as tokens and tags."""
    lines = []
    for one in sentences:
        for word_start, word in ((at, one.text[at:].split(" ")[0]) for at in starts(one.text)):
            span = next((span for span in one.spans if span.start <= word_start < span.end), None)
            place = "O" if span is None or not tags[span.kind] else ("B-" if span.start == word_start else "I-")
            lines.append(f"{word.rstrip('.')}\t{place if place == 'O' else place + tags[span.kind]}")  # type: ignore[union-attr]
        lines.append("")
    path.write_bytes(gzip.compress("\n".join(lines).encode()))


def shift(spans: tuple[Span, ...], by: int) -> tuple[Span, ...]:
    """The spans so many characters further on."""
    return tuple(Span(span.start + by, span.end + by, span.kind) for span in spans)


def starts(text: str) -> list[int]:
    """Where the words of a text begin."""
    return [at for at in range(len(text)) if text[at] != " " and (at == 0 or text[at - 1] == " ")]


def test_training_from_files_writes_a_pipeline_that_loads(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    (data / "ner").mkdir(parents=True)
    (data / "corpus").mkdir()
    nergrit = {PER: "PERSON", ORG: "ORGANISATION", LOC: "PLACE"}
    nerp = {PER: "PPL", ORG: "", LOC: "PLC"}
    judged = [Sentence(f"Kemarin {one.text}", shift(one.spans, 8), one.source) for one in invent(60, 70)]
    write_conll(data / "ner" / "nergrit_train.txt.gz", invent(0, 40), nergrit)
    write_conll(data / "ner" / "nergrit_valid.txt.gz", judged, nergrit)
    write_conll(data / "ner" / "nerp_train.txt.gz", invent(80, 110), nerp)
    write_conll(data / "ner" / "nerp_valid.txt.gz", judged, nerp)
    lines = "\n".join(f"warga kota semarang datang ke pasar nomor {number} pagi itu" for number in range(300))
    (data / "corpus" / "news.txt.xz").write_bytes(lzma.compress(lines.encode()))
    origin = {"source": "invented", "licence": "none"}
    files = [f"ner/{name}_{part}.txt.gz" for name in ("nergrit", "nerp") for part in ("train", "valid")]
    (data / "manifest.json").write_text(json.dumps([{"file": file, **origin} for file in files]), encoding="utf-8")
    config = NamesTraining(network=SMALL, epochs=2, first_epochs=1, batch_words=60, rate=0.005, resamples=20)
    card = train_names(data, out, config, work=tmp_path / "work", today=date(2026, 1, 2))
    assert card == read_names_card(out)
    assert {one.set for one in card.figures} == {"nergrit", "nerp"}
    assert {one.kind for one in card.figures if one.set == "nerp"} == {"all", PER, LOC}
    assert load_names(out).find([""]) == [[]]
    assert (tmp_path / "work" / "vectors.npy").exists()
