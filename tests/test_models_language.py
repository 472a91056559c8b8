"""The language model: where its texts come from, that nothing leaks, what it is silent about, and what ships."""

from __future__ import annotations

import gzip
import json
import lzma
from pathlib import Path

import numpy as np
import pytest

from models.data import BadData, check_leak
from models.features import HashShape, read_words
from models.language_data import (
    ESSAYS,
    LANGUAGES,
    REVIEWS,
    ROUNDS,
    TRANSLATIONS,
    TWEETS,
    Texts,
    cut_words,
    join_groups,
    load_bags,
    load_docstrings,
    load_examples,
    load_languages,
    paragraphs_of,
    part_corpus,
    plain_key,
    policy_sets,
    shorten,
)
from models.linear import LinearClassifier, load_linear
from models.predictions import check_predictions, load_predictions
from models.registry import WEIGHTS, read_card, verify_model
from models.train_language import LanguageConfig, train_language

SHIPPED = WEIGHTS / "linear-language"

WORDS_OF = {
    "id": "saya tidak tahu bagaimana caranya kalau begitu nanti mereka juga datang ke rumah yang besar itu",
    "jav": "aku ora ngerti piye carane yen ngono mengko dheweke uga teka ning omah sing gedhe kuwi",
    "sun": "abdi henteu terang kumaha carana upami kitu engke maranehna oge sumping ka imah anu ageung eta",
    "min": "awak indak tau baa caronyo kalau baitu beko inyo juo datang ka rumah nan gadang tu",
    "bjn": "ulun kada tahu kayapa caranya amun kaitu kaina inya datang jua ka rumah nang ganal itu",
    "bew": "aye kagak tau gimane carenye kalo gitu entar die juge dateng ke rume nyang gede ntu",
    "mad": "sengko ta tao baramma carana mon daddi bariya dhaggi aba'na dhateng ka roma se raja jareya",
}
"""Invented sentences, one a language, from which small corpora are shuffled together."""


def make_lines(name: str, count: int, seed: int, mark: str = "") -> list[str]:
    chance = np.random.default_rng(seed)
    words = np.array(WORDS_OF[name].split())
    return [f"{mark}{' '.join(chance.permutation(words)[:9])} {seed}x{number}a" for number in range(count)]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in the form of the real one."""
    folder = tmp_path_factory.mktemp("data")
    for part in ("corpus", "sentiment"):
        (folder / part).mkdir()

    def write_corpus(name: str, lines: list[str]) -> None:
        with lzma.open(folder / f"corpus/{name}.txt.xz", "wt", encoding="utf-8") as file:
            file.write("\n".join(lines))

    def write_set(file: str, lines: list[str]) -> None:
        with gzip.open(folder / file, "wt", encoding="utf-8") as out:
            out.write("\n".join(json.dumps({"text": line, "label": "neutral"}) for line in lines))

    reviews = {name: make_lines(name, 60, 7) for name in ("jav", "sun", "min", "bjn")}
    for name in ("jav", "sun", "min", "bew", "mad"):
        known = reviews.get(name, make_lines(name, 60, 8) if name == "mad" else [])
        tweets = make_lines(name, 60, 4) if name == "jav" else []
        posts = make_lines(name, 60, 2, mark="[USERNAME] ")
        write_corpus(f"lang_{name}", make_lines(name, 60, 1) + posts + known + tweets)
    write_corpus("lang_bjn", reviews["bjn"])
    for short, name in (("jv", "jav"), ("su", "sun"), ("min", "min"), ("bjn", "bjn")):
        write_set(f"sentiment/nusax_{short}.jsonl.gz", reviews[name])
    for number, name in enumerate(("lang_ind", "news")):
        write_corpus(name, make_lines("id", 80, 20 + number))
    for number, (file, _) in enumerate((("sentiment/smsa_train.jsonl.gz", "smsa"), *policy_sets())):
        write_set(file, make_lines("id", 60, 40 + number))
    (folder / "manifest.json").write_text("[]", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def texts(data: Path) -> Texts:
    return load_languages(data, most=60, seed=1)


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from datetime import date

    out = tmp_path_factory.mktemp("model") / "kecil"
    config = LanguageConfig(name="kecil", most=60, resamples=20, shape=HashShape(
        word_bits=10, char_bits=12, word_ngrams=1, char_max=3, reading="surface"))  # fmt: skip
    train_language(data, out, config, today=date(2026, 11, 22))
    return out


def test_a_regional_file_is_parted_into_its_collections() -> None:
    review = "Kamare resik, pelayanane apik"
    documents = ["Esai siji.", "Esai loro.", "[USERNAME] pos", "pos tanpa tandha", "[USERNAME] pos", review, "twit"]
    parted = list(part_corpus(documents, frozenset({plain_key("kamare RESIK pelayanane apik!")})))
    assert [place for place, _ in parted] == [ESSAYS, ESSAYS, TRANSLATIONS, TRANSLATIONS, TRANSLATIONS, TWEETS]
    assert review not in [text for _, text in parted]
    unknown = [place for place, _ in part_corpus(documents[:6], frozenset())]
    assert unknown == [ESSAYS, ESSAYS, TRANSLATIONS, TRANSLATIONS, TRANSLATIONS, REVIEWS]


def test_no_round_trains_on_what_it_tests_or_on_a_copy(texts: Texts) -> None:
    sources = np.array([row.source for row in texts.rows])
    for number in range(len(ROUNDS)):
        test = texts.rounds == number
        train = ~texts.barred[number] & ~np.isin(texts.groups, texts.groups[test])
        assert test.any() and not (test & ~texts.barred[number]).any(), "what is tested is barred with its collection"
        check_leak(texts.groups, train, test)
    left_out = set(sources[texts.barred[TRANSLATIONS]])
    assert {f"nusatranslation/{code}" for code in ("jv", "su", "min", "bew", "mad")} | {"lang_ind/id"} <= left_out


def test_a_sentence_and_its_translations_are_tested_together_and_banjar_keeps_its_other_half(texts: Texts) -> None:
    rounds = {
        code: [int(place) for row, place in zip(texts.rows, texts.rounds, strict=True)
               if row.source == f"nusax/{code}" and row.form == "post"]
        for code in ("jv", "su", "min", "bjn")
    }  # fmt: skip
    assert rounds["jv"] == rounds["su"] == rounds["min"] == rounds["bjn"] == [REVIEWS] * 30 + [REVIEWS + 1] * 30
    trained_on = {row.source for row, barred in zip(texts.rows, texts.barred[REVIEWS], strict=True) if not barred}
    assert "nusax/bjn" in trained_on and not {"nusax/jv", "nusax/su", "nusax/min", "nusax by place/mad"} & trained_on


def test_cuts_are_trained_on_only_and_stay_with_their_text(texts: Texts) -> None:
    cuts = [number for number, row in enumerate(texts.rows) if row.form == "cut"]
    assert len(cuts) > 500
    for number in cuts:
        assert texts.rounds[number] == -1 and not texts.rows[number].judged
        assert texts.rows[number].text in " ".join(texts.rows[number - 1].text.split())
        assert texts.groups[number] == texts.groups[number - 1]
        assert (texts.barred[:, number] == texts.barred[:, number - 1]).all()


def test_groups_that_share_a_row_are_one() -> None:
    joined = join_groups([1, 1, 2, 3, 3], ["7", "8", "8", "9", "10"])
    assert joined[0] == joined[1] == joined[2] and joined[3] == joined[4] != joined[0]


def test_other_is_learned_from_prose_and_never_from_indonesian_or_malay() -> None:
    source = '"""Return the number of words in a text.\n\n>>> count("a")\n1\n"""\ndef f():\n    """x = 1"""\n'
    assert list(paragraphs_of(source)) == ["Return the number of words in a text."]
    pieces = [*load_docstrings(most=200, seed=1), *load_examples(), *load_bags(seed=1)]
    assert {piece.label for piece in pieces} == {"other"}
    assert sum(piece.file == "Python docstrings" for piece in pieces) == 200
    examples = {piece.text for piece in load_examples(["ms", "id"])}
    assert not examples & {piece.text for piece in pieces}
    english = [piece.barred for piece in pieces if piece.file == "Python docstrings"]
    assert frozenset.intersection(*english), "one round knows no English at all"


def test_long_texts_become_as_long_as_posts() -> None:
    chance = np.random.default_rng(1)
    long = "Kalimat pertama di sini. " * 40
    assert all(0 < len(shorten(long, chance)) <= 300 for _ in range(50))
    assert shorten("pendek saja", chance) == "pendek saja"
    assert all(3 <= len(cut_words(long, chance).split()) < 8 for _ in range(50))
    assert cut_words("tiga kata saja", chance) == ""


def test_a_data_folder_without_a_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="lang_ind"):
        load_languages(tmp_path, most=10, seed=1)


def test_spelling_is_read_as_it_stands_and_numbers_and_emoji_are_in_no_language() -> None:
    text = "Aye kagak tau, 5000 😭 @budi https://contoh.example/a #Banjir jum'at 2x"
    assert read_words(text, 2000, "surface") == ["aye", "kagak", "tau", "#banjir", "jum'at", "2x"]
    assert "tidak" in read_words(text, 2000) and HashShape().reading == "normalised"


def test_training_writes_a_model_whose_predictions_do_not_leak_and_whose_card_fits(trained: Path) -> None:
    (held_out,) = load_predictions(trained)
    check_predictions(held_out)
    assert held_out.task == "language" and held_out.labels == LANGUAGES
    assert held_out.judged.sum() > 500
    card = verify_model("kecil", root=trained.parent)
    assert card.labels == {"language": LANGUAGES} and len(card.protocols) == 3
    assert any("Malay" in limit for limit in card.limits)
    assert {one.file for one in card.sets} >= {"Python docstrings", "corpus/lang_mad.txt.xz"}


def test_the_small_model_knows_the_languages_it_was_taught(trained: Path) -> None:
    model = load_linear(trained)
    codes = {"jav": "jv", "sun": "su"}
    for name in WORDS_OF:
        said = model.classify(make_lines(name, 10, 99), ["language"])
        right = sum(one["language"].value == codes.get(name, name) for one in said)
        assert right >= 8, (name, [one["language"].value for one in said])


@pytest.fixture(scope="module")
def shipped() -> LinearClassifier:
    return load_linear(SHIPPED)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("id", "yang sabar ya semuanya, gak usah panik, besok juga udah normal lagi kok"),
        ("jv", "aku ora ngerti piye carane, mengko takon bapak wae ya"),
        ("su", "abdi teu terang kumaha carana, engke urang taroskeun ka bapa"),
        ("min", "awak indak tau baa caronyo, beko ditanyoan ka apak se lah"),
        ("bjn", "ulun kada tahu kayapa caranya, kaina ditakunakan lawan abah haja"),
        ("bew", "aye kagak tau gimane carenye, entar aye tanyain ame babeh aje dah"),
        ("mad", "sengko' ta' tao baramma carana, dhaggi' atanya'a ka eppa' bai"),
        ("other", "I have no idea how this is supposed to work, please ask my father later"),
    ],
)
def test_the_shipped_model_tells_languages_apart(shipped: LinearClassifier, code: str, text: str) -> None:
    (said,) = shipped.classify([text], ["language"])
    assert said["language"].value == code and not said["language"].abstained


def test_the_shipped_model_is_silent_where_nothing_is_said_in_a_language(shipped: LinearClassifier) -> None:
    texts = ["", "😭😭", "5000", "https://contoh.example/a", "@budi @ani", "1.284 12/11/2026 🔥"]
    for said in shipped.classify(texts, ["language"]):
        assert said["language"].value is None and said["language"].abstained
    (huge,) = shipped.classify(["jalan rusak " * 100_000], ["language"])
    assert huge["language"].value == "id"


def test_the_shipped_model_is_what_its_card_says_and_its_predictions_do_not_leak() -> None:
    card = verify_model("linear-language")
    assert (SHIPPED / "weights.safetensors").stat().st_size <= 600_000
    (held_out,) = load_predictions(SHIPPED)
    check_predictions(held_out)
    guess, truth = held_out.guesses[0][held_out.judged], held_out.truth[held_out.judged]
    measured = {figure.slice: figure for protocol in card.protocols for figure in protocol.figures}
    for name in ("nusatranslation/jv", "lang_ind/id"):
        own = held_out.slices[held_out.judged] == name
        assert float((guess[own] == truth[own]).mean()) == pytest.approx(measured[name].accuracy, abs=0.005)
    assert read_card("linear-language").trust["language"].error_after < 0.05
