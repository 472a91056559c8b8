"""The gate: what it lets in, what it refuses, and that it says why."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from made_models import change_card, make_card, make_model, make_predictions, make_shipped

from kentongan.schema import SENTIMENTS
from models.card import hash_files, save_card
from models.gate import ModelRefused, Refusal, admit_model, check_model, compare_models, is_better, use_model
from models.linear import CONFIG_FILE, WEIGHTS_FILE, BadModel
from models.predictions import PREDICTIONS_FILE, Predictions, load_predictions, save_predictions
from models.registry import decode_card, list_models, read_choices, serving_models
from models.serve import load_classifier

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def change_predictions(one: Predictions, **changes: Any) -> Predictions:
    kept = {name: getattr(one, name) for name in Predictions.__slots__}
    return Predictions(**{**kept, **changes})


def reasons(refusals: list[Refusal]) -> set[str]:
    return {one.reason for one in refusals}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_shipped(tmp_path / "shipped")


@pytest.fixture
def local(tmp_path: Path) -> Path:
    (tmp_path / "models").mkdir()
    return tmp_path / "models"


def test_a_complete_model_without_a_leak_gets_in_and_answers(tmp_path: Path, root: Path, local: Path) -> None:
    folder = make_model(tmp_path, "baru")
    assert check_model(folder) == []
    assert admit_model(folder, local=local, root=root) == local / "baru"
    assert not folder.exists()
    assert list_models(root, local=local) == ["baru", "bawaan"]
    assert load_classifier("baru", root=root, local=local).labels["sentiment"] == SENTIMENTS


def test_a_planted_leaky_split_is_refused_with_its_reason(tmp_path: Path, root: Path, local: Path) -> None:
    folder = make_model(tmp_path, "bocor", right=0.99, leaked=9)
    with pytest.raises(
        ModelRefused, match=r"Kebocoran: sentiment, unseen, putaran 1: 5 baris data latih sama"
    ) as caught:
        admit_model(folder, local=local, root=root)
    assert reasons(list(caught.value.refusals)) == {"leak"}
    assert list_models(local) == []


def test_a_near_copy_on_the_other_side_of_a_split_is_a_leak_too(tmp_path: Path) -> None:
    folder = make_model(tmp_path, "bocor")
    one = make_predictions(right=0.8)
    # Rows 1 and 2 are tested in different rounds, so each trained the other's.
    groups = one.groups.copy()
    groups[1] = groups[0]
    save_predictions(folder, [change_predictions(one, groups=groups)])
    assert reasons(check_model(folder)) == {"leak"}


def test_a_model_that_kept_no_predictions_is_refused(tmp_path: Path) -> None:
    folder = make_model(tmp_path, "baru")
    (folder / PREDICTIONS_FILE).unlink()
    (refusal,) = check_model(folder)
    assert refusal.reason == "predictions"
    assert "tidak ada" in refusal.message


@pytest.mark.parametrize("left", [0, 100, -30])
def test_predictions_cut_short_are_refused(tmp_path: Path, left: int) -> None:
    file = make_model(tmp_path, "baru") / PREDICTIONS_FILE
    file.write_bytes(file.read_bytes()[:left])
    assert reasons(check_model(file.parent)) == {"predictions"}


def test_predictions_that_are_no_probabilities_or_do_not_fit_are_refused(tmp_path: Path) -> None:
    folder, one = make_model(tmp_path, "baru"), make_predictions(right=0.8)
    for changes in (
        {"chances": one.chances * np.float16(2)},
        {"truth": np.full_like(one.truth, -1)},
        {"tested": one.tested + 5},
        {"labels": tuple(reversed(one.labels))},
        {"groups": one.groups[1:]},
    ):
        save_predictions(folder, [change_predictions(one, **changes)])
        assert "predictions" in reasons(check_model(folder)), changes.keys()


LACKING: dict[str, tuple[dict[str, object], str]] = {
    "sets": ({"sets": ()}, "data latih"),
    "splits": ({"splits": " "}, "splits"),
    "seeds": ({"seeds": ()}, "seeds"),
    "config": ({"config": {}}, "config"),
    "protocols": ({"protocols": ()}, "angka sentiment"),
    "trust": ({"trust": {}}, "kalibrasi sentiment"),
    "limits": ({"limits": ()}, "limits"),
    "hashes": ({"sha256": {}}, "hash"),
    "date": ({"made_on": ""}, "tanggal"),
}


@pytest.mark.parametrize("lacking", LACKING)
def test_a_card_that_lacks_something_is_refused_and_told_what(tmp_path: Path, lacking: str) -> None:
    folder = make_model(tmp_path, "baru")
    changes, words = LACKING[lacking]
    change_card(folder, **changes)
    assert any(words in one.message for one in check_model(folder))


def test_a_set_without_a_licence_and_unknown_hardware_are_refused(tmp_path: Path) -> None:
    folder = make_model(tmp_path, "baru")
    card = decode_card(folder)
    sets = tuple(msgspec.structs.replace(one, licence="") for one in card.sets)
    change_card(folder, sets=sets, speed=msgspec.structs.replace(card.speed, hardware=""))
    messages = " ".join(one.message for one in check_model(folder))
    assert "lisensi karangan.jsonl" in messages
    assert "perangkat keras" in messages


def test_a_card_of_another_form_is_refused_in_words(tmp_path: Path) -> None:
    folder = make_model(tmp_path, "baru")
    card = folder / "card.json"
    for broken in (b"", card.read_bytes()[:200], card.read_bytes().replace(b'"limits"', b'"batas"')):
        card.write_bytes(broken)
        assert reasons(check_model(folder)) == {"incomplete"}


def test_files_that_the_card_does_not_vouch_for_are_refused(tmp_path: Path) -> None:
    folder = make_model(tmp_path, "baru")
    (folder / "trunk").mkdir()
    (folder / "trunk" / "more.safetensors").write_bytes(b"x")
    assert ["trunk/more.safetensors" in one.message for one in check_model(folder)] == [True]
    (folder / "trunk" / "more.safetensors").rename(folder / "trunk" / "model.bin")
    assert any("pickle" in one.message for one in check_model(folder))


def test_a_wrong_hash_and_truncated_weights_are_refused(tmp_path: Path) -> None:
    weights = make_model(tmp_path, "baru") / WEIGHTS_FILE
    weights.write_bytes(weights.read_bytes()[:-100])
    (refusal,) = check_model(weights.parent)
    assert refusal.reason == "files"
    assert f"tidak cocok dengan kartunya: {WEIGHTS_FILE}" in refusal.message
    weights.unlink()
    assert reasons(check_model(weights.parent)) == {"files"}


def test_a_label_that_no_held_out_row_has_was_never_measured(tmp_path: Path) -> None:
    folder, one = make_model(tmp_path, "baru"), make_predictions(right=0.8)
    two = change_predictions(one, truth=np.where(one.truth == 1, 0, one.truth).astype(np.int8))
    save_predictions(folder, [two])
    save_card(folder, make_card(folder, "baru", two))
    (refusal,) = check_model(folder)
    assert refusal.reason == "incomplete"
    assert "tidak ada baris uji berlabel neutral" in refusal.message


def test_figures_that_the_stored_predictions_do_not_give_are_refused(tmp_path: Path) -> None:
    folder = make_model(tmp_path, "baru")
    save_card(folder, make_card(folder, "baru", make_predictions(right=0.9, seed=1)))
    refusals = check_model(folder)
    assert reasons(refusals) == {"misstated"}
    assert len(refusals) == 2
    # The mean alone is as easily wrong.
    (protocol,) = make_card(folder, "baru", make_predictions(right=0.8)).protocols
    change_card(folder, protocols=(msgspec.structs.replace(protocol, macro_f1=protocol.macro_f1 + 0.006),))
    assert [one.message.split(":")[-1].split()[0] for one in check_model(folder)] == ["rata-rata"]
    change_card(folder, protocols=(msgspec.structs.replace(protocol, macro_f1=protocol.macro_f1 + 0.004),))
    assert check_model(folder) == []


def test_figures_of_one_way_of_holding_out_cannot_stand_under_another_name(tmp_path: Path) -> None:
    folder, one = make_model(tmp_path, "baru"), make_predictions(right=0.8)
    save_predictions(folder, [change_predictions(one, protocol="known")])
    assert reasons(check_model(folder)) == {"misstated"}


def test_a_rounding_that_swaps_near_ties_is_no_lie(tmp_path: Path) -> None:
    folder, one = make_model(tmp_path, "baru"), make_predictions(right=0.8)
    chances = one.chances.copy()
    # As likely as the truth after rounding; the first of equals is read as the guess.
    wrong = np.flatnonzero(one.guesses[0] != one.truth)[:40]
    chances[0, wrong] = 0.1
    chances[0, wrong, one.truth[wrong]] = chances[0, wrong, one.guesses[0, wrong]] = 0.45
    save_predictions(folder, [change_predictions(one, chances=chances)])
    assert check_model(folder) == []


def test_a_worse_model_is_registered_but_not_used_and_told_by_how_much(tmp_path: Path, root: Path, local: Path) -> None:
    admit_model(make_model(tmp_path, "buruk", right=0.6, seed=3), local=local, root=root)
    with pytest.raises(
        ModelRefused, match=r"lebih buruk daripada bawaan, macro-F1 0\.\d+ lawan 0\.\d+ atas 600 baris"
    ) as caught:
        use_model("buruk", None, local=local, now=NOW, root=root)
    assert reasons(list(caught.value.refusals)) == {"worse"}
    assert serving_models(root=root, local=local) == {"sentiment": "bawaan"}
    assert reasons(check_model(local / "buruk", root / "bawaan")) == {"worse"}


def test_a_better_model_is_used_and_known_to_be_better(tmp_path: Path, root: Path, local: Path) -> None:
    admit_model(make_model(tmp_path, "bagus", right=0.93, seed=3), local=local, root=root)
    assert is_better(compare_models(local / "bagus", root / "bawaan", "sentiment"))
    assert use_model("bagus", None, local=local, now=NOW, root=root) == {"sentiment": "bagus"}
    model = load_classifier(root=root, local=local)
    assert model.model_of("sentiment") == ("bagus", "1.0.0")


def test_an_equal_model_may_be_used_but_is_not_called_better(tmp_path: Path, root: Path, local: Path) -> None:
    admit_model(make_model(tmp_path, "sama", right=0.8, seed=4), local=local, root=root)
    assert not is_better(compare_models(local / "sama", root / "bawaan", "sentiment"))
    assert use_model("sama", ["sentiment"], local=local, now=NOW, root=root) == {"sentiment": "sama"}


def test_models_that_share_no_held_out_row_are_not_compared_in_silence(tmp_path: Path, root: Path, local: Path) -> None:
    folder, one = make_model(tmp_path, "asing"), make_predictions(right=0.8)
    save_predictions(folder, [change_predictions(one, rows=one.rows + np.uint64(10_000))])
    admit_model(folder, local=local, root=root)
    with pytest.raises(ModelRefused, match="tidak ada baris uji yang sama dengan bawaan") as caught:
        use_model("asing", None, local=local, now=NOW, root=root)
    assert "--unmatched" in str(caught.value)
    use_model("asing", None, local=local, now=NOW, root=root, unmatched=True)
    assert "tidak dapat dibandingkan" in read_choices(local)[-1].note


def test_a_registered_model_that_was_tampered_with_is_not_used(tmp_path: Path, root: Path, local: Path) -> None:
    admit_model(make_model(tmp_path, "bagus", right=0.93, seed=3), local=local, root=root)
    config = local / "bagus" / CONFIG_FILE
    config.write_bytes(config.read_bytes() + b" ")
    with pytest.raises(ModelRefused, match="tidak cocok dengan kartunya"):
        use_model("bagus", None, local=local, now=NOW, root=root)
    # A card written to fit is believed only as far as its predictions go.
    change_card(local / "bagus", sha256=hash_files(local / "bagus", (WEIGHTS_FILE, CONFIG_FILE)))
    stored = load_predictions(local / "bagus")
    save_predictions(local / "bagus", [change_predictions(stored[0], kept_out=~stored[0].kept_out)])
    with pytest.raises(ModelRefused, match="Kebocoran"):
        use_model("bagus", None, local=local, now=NOW, root=root)


def test_names_that_are_taken_or_no_names_are_refused(tmp_path: Path, root: Path, local: Path) -> None:
    with pytest.raises(BadModel, match="nama model bawaan"):
        admit_model(make_model(tmp_path, "bawaan"), local=local, root=root)
    admit_model(make_model(tmp_path, "baru"), local=local, root=root)
    with pytest.raises(BadModel, match="sudah ada"):
        admit_model(make_model(tmp_path, "baru"), local=local, root=root)
    for name in ("../lari", ".diam", "Besar", "a b"):
        folder = make_model(tmp_path, "lain")
        change_card(folder, name=name)
        with pytest.raises(BadModel, match="bukan nama model"):
            admit_model(folder, local=local, root=root)
