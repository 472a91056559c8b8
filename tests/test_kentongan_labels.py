"""`kentongan labels` and `kentongan train --own`: the same queue, figures and files as the pages."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from casework_fixtures import actor, add, migrated_file
from test_kentongan_train import SMALL, make_data

from casework.db import open_casework
from casework.labelling.giving import give_label, next_text
from casework.labelling.records import TASKS
from casework.labelling.settling import settle_agreed
from casework.people import first_admin
from kentongan.cli import main
from kentongan.commands.labels import TASKS as OFFERED
from kentongan.commands.train import read_config, with_own_files
from kentongan.errors import BadSettings
from kentongan.schema import Document, document_id
from kentongan.settings import Settings, as_variables
from models.data import BadData
from models.holdout import TrainConfig
from models.train_linear import describe_sets, load_own_rows
from search.open import open_store

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    folder = tmp_path_factory.mktemp("label")
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    settings = Settings(data_dir=folder)
    with open_store(settings) as store, open_casework(settings) as casework:
        store.add(
            Document(
                id=document_id("contoh.example", str(n)), kind="post", publisher="contoh.example", platform="web",
                native_key=str(n), source="satu", text=f"Kabar {n} {'abcdefghijkl'[n] * 5}", collected_at=NOW,
                published_at=NOW - timedelta(days=1), sample=True,
            )
            for n in range(12)
        )  # fmt: skip
        store.refresh()
        with casework.begin() as session:
            first_admin(session, "ratna", name="Ratna", now=NOW)
        for name in ("ani", "eka"):
            add(casework, name, "peneliti")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in as_variables(settings).items():
            patch.setenv(name, value)
        yield settings


def run(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> list[dict[str, object]]:
    assert main(["labels", *words]) == status
    said = capsys.readouterr()
    return [json.loads(line) for line in said.out.splitlines()] if status == 0 else [{"said": said.err}]


def test_the_command_offers_what_can_be_labelled() -> None:
    assert OFFERED == TASKS


def test_a_queue_its_agreement_and_its_export(
    office: Settings, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (made,) = run(capsys, "queue", "--task", "sentiment", "--size", "12", "--name", "Uji", "--as", "eka")
    assert (made["texts"], made["wanted"], made["by"]) == (12, 24, "eka")
    with open_store(office) as store, open_casework(office) as casework:
        from casework.people import find_person

        with casework.begin() as session:
            people = [actor(find_person(session, name)) for name in ("ani", "eka")]
            for number in range(12):
                for one in people:
                    text = next_text(session, store, int(str(made["id"])), person=one.id)
                    assert text is not None
                    value = ("negative", "positive")[text.place % 2]
                    give_label(session, text.id, value=value, actor=one, now=NOW + timedelta(seconds=number))
            settle_agreed(session, store, int(str(made["id"])), actor=people[0], now=NOW)
    assert run(capsys, "queue", "--task", "sentiment", "--missing") == []
    alpha, kappa, *labels = run(capsys, "agreement", "--task", "sentiment")
    assert (alpha["value"], alpha["texts"], kappa["measure"]) == (1.0, 12, "kappa")
    assert "ani" not in str(kappa) and len(labels) == 3
    (listed,) = run(capsys, "list")
    assert (listed["settled"], listed["name"]) == (12, "Uji")
    file = tmp_path / "label.jsonl"
    (done,) = run(capsys, "export", "--task", "sentiment", "--to", str(file))
    assert done["rows"] == len(file.read_text(encoding="utf-8").splitlines()) == 12
    (refused,) = run(capsys, "export", "--task", "sentiment", "--to", str(file), status=2)
    assert "sudah ada" in str(refused["said"])


def test_a_queue_of_nothing_is_refused_in_words(office: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    (refused,) = run(capsys, "queue", "--task", "topic", "--source", "tidak-ada", status=2)
    assert "Tidak ada teks yang dapat ditarik" in str(refused["said"])


def test_training_learns_from_ones_own_labels_too(tmp_path: Path) -> None:
    config, own = tmp_path / "mungil.toml", tmp_path / "label.jsonl"
    config.write_text(SMALL, encoding="utf-8")
    own.write_text(json.dumps({"text": "Jalannya rusak sekali", "label": "negative", "how": "same"}) + "\n")
    kind, values = read_config(config)
    given = with_own_files(kind, values, [f"sentiment={own}"])
    (row,) = load_own_rows(TrainConfig(files=given["files"]), "sentiment")
    assert (row.labels, row.source) == (frozenset({"negative"}), "label")
    encoder = with_own_files("encoder", {"choice": {"files": {"topic": ["a.jsonl"]}}}, [f"sentiment={own}"])
    assert encoder["choice"]["files"] == {"topic": ["a.jsonl"], "sentiment": (str(own),)}
    for word in ("sentiment=tidak-ada.jsonl", f"perasaan={own}", "sentiment"):
        with pytest.raises(BadSettings):
            with_own_files(kind, values, [word])
    with pytest.raises(BadData):
        load_own_rows(TrainConfig(files={"hoax": (str(own),)}), "sentiment")


def test_a_card_names_ones_own_labels_among_what_a_model_learned_from(tmp_path: Path) -> None:
    from dataclasses import replace

    from models.data import load_sentiment
    from models.holdout import build_corpora

    data, own = make_data(tmp_path / "data"), tmp_path / "label.jsonl"
    own.write_text("".join(json.dumps({"text": f"kabar {n} baik", "label": "positive"}) + "\n" for n in range(7)))
    config = TrainConfig(files={"sentiment": (str(own),)})
    rows = [*load_sentiment(data)[:40], *(replace(one) for one in load_own_rows(config, "sentiment"))]
    corpora, _ = build_corpora({"sentiment": rows}, config)
    (named,) = [one for one in describe_sets(data, corpora, config) if one.file == "label.jsonl"]
    assert (named.rows, named.licence) == (7, "own data")
