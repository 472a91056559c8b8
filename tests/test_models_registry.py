"""Which model serves which task: shipped, chosen, rolled back, and what a broken list says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from made_models import make_model, make_shipped

from models.linear import WEIGHTS_FILE, BadModel
from models.registry import (
    ACTIVE_FILE,
    DEFAULT_FILE,
    WEIGHTS,
    choose_model,
    find_model,
    list_models,
    read_choices,
    read_default,
    roll_back,
    serving_models,
    verify_model,
)
from models.serve import load_classifier

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_shipped(tmp_path / "shipped")


@pytest.fixture
def local(tmp_path: Path) -> Path:
    for number, name in enumerate(("satu", "dua")):
        make_model(tmp_path / "models", name, seed=number)
    return tmp_path / "models"


def test_what_ships_names_a_model_that_is_there_for_every_task_it_serves() -> None:
    for task, name in read_default().items():
        assert task in verify_model(name).labels
    assert {"sentiment", "topic"} <= set(read_default())
    assert serving_models() == read_default()
    assert (WEIGHTS / DEFAULT_FILE).exists()


def test_models_of_both_folders_are_listed_and_found(root: Path, local: Path) -> None:
    assert list_models(root, local=local) == ["bawaan", "dua", "satu"]
    assert find_model("satu", root=root, local=local) == local / "satu"
    assert find_model("bawaan", root=root, local=local) == root / "bawaan"
    with pytest.raises(BadModel, match=r"'tiga' tidak ada\. Yang ada: bawaan, dua, satu"):
        find_model("tiga", root=root, local=local)


def test_work_in_progress_is_not_a_model(root: Path, local: Path) -> None:
    (local / "satu").rename(local / ".satu.123")
    assert list_models(root, local=local) == ["bawaan", "dua"]


def test_two_models_of_one_name_are_an_error_not_a_guess(root: Path, local: Path) -> None:
    make_model(local, "bawaan")
    with pytest.raises(BadModel, match="dua model bernama 'bawaan'"):
        load_classifier(root=root, local=local)


def test_choices_are_taken_back_one_by_one_until_what_ships_serves_again(root: Path, local: Path) -> None:
    for number, name in enumerate(("satu", "dua", "satu")):
        choose_model(name, ["sentiment"], local=local, now=NOW + timedelta(hours=number), root=root)
    assert [one.at for one in read_choices(local)][-1] == "2026-11-22T11:00:00+00:00"
    served = [roll_back(local=local, root=root)["sentiment"] for _ in range(3)]
    assert served == ["dua", "satu", "bawaan"]
    with pytest.raises(BadModel, match="Tidak ada pilihan sebelumnya"):
        roll_back(local=local, root=root)
    assert load_classifier(root=root, local=local).model_of("sentiment") == ("bawaan", "1.0.0")


def test_rolling_back_refuses_to_fall_on_a_damaged_model(root: Path, local: Path) -> None:
    choose_model("satu", ["sentiment"], local=local, now=NOW, root=root)
    choose_model("dua", ["sentiment"], local=local, now=NOW, root=root)
    (local / "satu" / WEIGHTS_FILE).write_bytes(b"")
    with pytest.raises(BadModel, match="satu tidak cocok"):
        roll_back(local=local, root=root)
    assert serving_models(root=root, local=local) == {"sentiment": "dua"}


def test_a_model_cannot_be_chosen_for_a_task_it_does_not_have(root: Path, local: Path) -> None:
    with pytest.raises(BadModel, match=r"satu tidak mengerjakan topic\. Yang dikerjakannya: sentiment"):
        choose_model("satu", ["topic"], local=local, now=NOW, root=root)
    assert not (local / ACTIVE_FILE).exists()


@pytest.mark.parametrize(
    "text",
    [b"", b'{"choices": [{"at": "2026', b"[]", b'{"choices": [{"at": "x", "models": {"mood": "satu"}}]}', b"\xff"],
)
def test_a_broken_list_of_choices_is_never_read_as_the_default(root: Path, local: Path, text: bytes) -> None:
    (local / ACTIVE_FILE).write_bytes(text)
    for act in (
        lambda: load_classifier(root=root, local=local),
        lambda: roll_back(local=local, root=root),
        lambda: choose_model("satu", ["sentiment"], local=local, now=NOW, root=root),
    ):
        with pytest.raises(BadModel, match=r"active\.json tidak terbaca.*hapus"):
            act()
    assert (local / ACTIVE_FILE).read_bytes() == text


def test_a_chosen_model_that_is_gone_is_named_not_replaced(root: Path, local: Path) -> None:
    choose_model("satu", ["sentiment"], local=local, now=NOW, root=root)
    (local / "satu").rename(local.parent / "satu")
    with pytest.raises(BadModel, match=r"'satu', yang dipilih untuk sentiment, tidak ada.*models back"):
        load_classifier(root=root, local=local)
    assert roll_back(local=local, root=root) == {"sentiment": "bawaan"}


@pytest.mark.parametrize("text", [None, b"", b'{"sentiment": 1}'])
def test_a_broken_list_of_shipped_models_says_to_install_again(root: Path, text: bytes | None) -> None:
    file = root / DEFAULT_FILE
    file.unlink()
    if text is not None:
        file.write_bytes(text)
    with pytest.raises(BadModel, match=r"default\.json tidak terbaca.*Pasang ulang"):
        serving_models(root=root)


def test_a_choice_leaves_no_half_written_file_behind(root: Path, local: Path) -> None:
    choose_model("satu", ["sentiment"], local=local, now=NOW, root=root)
    assert sorted(path.name for path in local.iterdir()) == [ACTIVE_FILE, "dua", "satu"]
