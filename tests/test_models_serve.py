"""What an installation serves: each task by its own model, each model asked once, and never with torch."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from command_line import environment
from kentongan_documents import FIRST, make_document
from tiny_encoder import LABELS, build_encoder, build_linear, build_root, serve_with, write_card

from kentongan.pipeline import score
from kentongan.places import load_gazetteer
from kentongan.schema import KINDS, Query, Task
from kentongan.settings import Settings
from models.assembly import Assembly
from models.cascade import Cascade
from models.classifier import Classifier, Label
from models.linear import BadModel
from models.registry import choose_model
from models.serve import find_encoders, load_classifier
from search.open import open_store

TASKS: tuple[Task, ...] = tuple(LABELS)
NOW = datetime(2026, 11, 14, tzinfo=UTC)
REGIONS = Path(__file__).resolve().parent.parent / "samples/regions.csv"
TEXTS = ["Jalan rusak di depan pasar", "banjir lagi, kecewa", "terima kasih petugas", "", "https://a.id"]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_root(tmp_path_factory.mktemp("models"))


class Counted:
    """A classifier that notes how often it is asked, and about what."""

    def __init__(self, inner: Classifier) -> None:
        self.inner = inner
        self.name, self.version, self.labels = inner.name, inner.version, inner.labels
        self.asked: list[tuple[int, tuple[Task, ...]]] = []
        self.texts: Counter[str] = Counter()

    def model_of(self, task: Task) -> tuple[str, str]:
        return self.inner.model_of(task)

    def classify(self, texts: Sequence[str], tasks: Sequence[Task]) -> list[dict[Task, Label]]:
        self.asked.append((len(texts), tuple(tasks)))
        self.texts.update(texts)
        return self.inner.classify(texts, tasks)


def test_every_task_is_answered_by_the_model_that_serves_it(root: Path) -> None:
    served = load_classifier(root=root)
    assert tuple(served.labels) == TASKS
    assert {task: served.model_of(task)[0] for task in TASKS} == {
        "sentiment": "gabungan", "topic": "gabungan", "hoax": "kecil", "language": "kecil"
    }  # fmt: skip
    answers = served.classify(TEXTS, TASKS)
    encoder, cascade = load_classifier("kecil", root=root), load_classifier("gabungan", root=root)
    assert isinstance(cascade, Cascade)
    for task in TASKS:
        alone = (cascade if task in ("sentiment", "topic") else encoder).classify(TEXTS, [task])
        for answer, label in zip(answers, alone, strict=True):
            assert answer[task].value == label[task].value
            assert answer[task].probabilities == pytest.approx(label[task].probabilities, abs=1e-4)
    assert [set(answer) for answer in served.classify(TEXTS, ["hoax"])] == [{"hoax"}] * len(TEXTS)
    with pytest.raises(ValueError, match="tone"):
        served.classify(TEXTS, ["tone"])


def test_a_model_of_several_tasks_is_loaded_and_asked_once(root: Path) -> None:
    served = load_classifier(root=root)
    assert isinstance(served, Assembly)
    cascade = served.models["sentiment"]
    assert isinstance(cascade, Cascade)
    assert cascade is served.models["topic"]
    assert list(find_encoders(served)) == [served.models["hoax"]]
    assert cascade.encoder is served.models["hoax"]
    counted = Counted(load_classifier("kecil", root=root))
    Assembly(dict.fromkeys(TASKS, counted)).classify(TEXTS, ["language", "sentiment", "hoax"])
    assert counted.asked == [(len(TEXTS), ("language", "sentiment", "hoax"))]


def test_an_assembly_refuses_a_model_that_has_not_the_task(root: Path) -> None:
    with pytest.raises(ValueError, match="tone"):
        Assembly({"tone": load_classifier("kecil", root=root)})


def test_a_users_choice_serves_its_task_and_the_rest_stays(root: Path, tmp_path: Path) -> None:
    build_encoder(tmp_path / "punya-saya", labels={"topic": LABELS["topic"]}, seed=9)
    write_card(tmp_path / "punya-saya", labels={"topic": LABELS["topic"]}, version="3.0.0")
    choose_model("punya-saya", ["topic"], local=tmp_path, root=root, now=NOW)
    served = load_classifier(root=root, local=tmp_path)
    assert served.model_of("topic")[0] == "punya-saya"
    assert served.model_of("hoax")[0] == "kecil"
    assert load_classifier(root=root).model_of("topic")[0] == "gabungan"


@pytest.mark.parametrize(
    "part", ["kecil/model.onnx", "kecil/tokenizer.json", "garis/weights.safetensors", "gabungan/config.json"]
)
def test_a_file_that_is_not_what_the_card_says_is_refused(tmp_path: Path, part: str) -> None:
    build_root(tmp_path)
    content = bytearray((tmp_path / part).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / part).write_bytes(content)
    with pytest.raises(BadModel, match=part.partition("/")[2]):
        load_classifier(root=tmp_path)


def test_a_cascade_on_a_cascade_and_an_unknown_kind_are_refused(tmp_path: Path) -> None:
    build_root(tmp_path)
    config = tmp_path / "gabungan" / "config.json"
    config.write_bytes(config.read_bytes().replace(b'"linear": "garis"', b'"linear": "gabungan"'))
    write_card(tmp_path / "gabungan")
    with pytest.raises(BadModel, match="gabungan"):
        load_classifier("gabungan", root=tmp_path)
    config.write_bytes(config.read_bytes().replace(b'"cascade"', b'"pohon"'))
    write_card(tmp_path / "gabungan")
    with pytest.raises(BadModel, match="pohon"):
        load_classifier("gabungan", root=tmp_path)


def test_a_model_that_has_not_the_task_it_is_to_serve_is_refused(tmp_path: Path) -> None:
    build_linear(tmp_path / "garis", labels={"topic": LABELS["topic"]})
    write_card(tmp_path / "garis", labels={"topic": LABELS["topic"]})
    serve_with(tmp_path, {"topic": "garis", "hoax": "garis"})
    with pytest.raises(BadModel, match="hoax"):
        load_classifier(root=tmp_path)


def test_scoring_reads_a_document_once_for_all_tasks_of_a_model_and_signs_each(root: Path, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var", region="99.01", regions_file=REGIONS)
    served = load_classifier(root=root)
    assert isinstance(served, Assembly)
    parts = {model.name: Counted(model) for model in served.models.values()}
    counted = Assembly({task: parts[served.models[task].name] for task in TASKS})
    with open_store(settings) as store:
        for kind in KINDS:
            store.add(make_document(number, kind=kind) for number in range(6))
        gazetteer = load_gazetteer(REGIONS)
        done = {s.task: s for s in score(store, counted, gazetteer, settings=settings, now=NOW)}
        assert {task: s.documents for task, s in done.items()} == {
            "sentiment": 12, "topic": 30, "hoax": 12, "language": 30, "region": 30
        }  # fmt: skip
        assert done["hoax"].model == "kecil 1.0.0"
        assert {name: sum(part.texts.values()) for name, part in parts.items()} == {"gabungan": 30, "kecil": 30}
        for record in store.stream(Query()):
            allowed = {"topic", "language", "region"}
            if record.document.kind in ("post", "comment"):
                allowed |= {"sentiment", "hoax"}
            assert set(record.labels) == allowed
            signed = {task: said.by for task, said in record.labels.items() if task != "region"}
            assert signed == {task: served.model_of(task)[0] for task in allowed - {"region"}}
        for part in parts.values():
            part.texts.clear()
        again = score(store, counted, gazetteer, settings=settings, now=NOW)
        assert {s.documents for s in again} == {0}
        assert not any(part.texts for part in parts.values())


def test_a_task_that_comes_later_is_added_without_the_others_being_written_again(root: Path, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var", region="99.01", regions_file=REGIONS)
    encoder = load_classifier("kecil", root=root)
    gazetteer = load_gazetteer(REGIONS)
    with open_store(settings) as store:
        store.add(make_document(number) for number in range(10))
        score(store, Assembly({"hoax": encoder}), gazetteer, settings=settings, now=FIRST)
        both = Assembly({"hoax": encoder, "language": encoder})
        done = {s.task: s.documents for s in score(store, both, gazetteer, settings=settings, now=NOW)}
        assert done == {"hoax": 0, "language": 10, "region": 0}
        for record in store.stream(Query()):
            assert {(said.task, said.at) for said in record.annotations if said.task != "region"} == {
                ("hoax", FIRST), ("language", NOW)
            }  # fmt: skip


REFUSE_HEAVY = """
import sys
from importlib.abc import MetaPathFinder

class Refuse(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"torch", "transformers", "spacy", "sklearn", "scipy", "pandas", "onnx"}:
            raise AssertionError(f"serving imported {name}")
        return None

sys.meta_path.insert(0, Refuse())
"""


def test_all_kinds_of_model_are_served_without_torch(root: Path) -> None:
    code = (
        REFUSE_HEAVY + "from pathlib import Path\nfrom models.serve import load_classifier\n"
        f"served = load_classifier(root=Path({str(root)!r}))\n"
        "print(sorted(served.classify(['jalan rusak'], tuple(served.labels))[0]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, str(sorted(TASKS))), done.stderr


def predict(settings: Settings, *words: str, lines: str) -> subprocess.CompletedProcess[str]:
    """``kentongan predict`` in a process that cannot import torch and its like."""
    code = REFUSE_HEAVY + "from kentongan.cli import main\nsys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", code, "predict", *words, "-"],
        env=environment(settings), input=lines, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_predict_prints_every_task_that_is_served_and_never_imports_torch(root: Path, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    own = tmp_path / "models"
    build_encoder(own / "punya-saya", seed=3)
    write_card(own / "punya-saya")
    choose_model("punya-saya", TASKS, local=own, now=NOW)
    lines = "".join(json.dumps({"id": number, "text": text}) + "\n" for number, text in enumerate(TEXTS))
    done = predict(settings, lines=lines)
    assert (done.returncode, done.stderr) == (0, "")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    expected = load_classifier("punya-saya", local=own).classify(TEXTS, TASKS)
    assert [row["id"] for row in rows] == list(range(len(TEXTS)))
    for row, answer in zip(rows, expected, strict=True):
        assert list(row) == ["id", *TASKS]
        for task in TASKS:
            assert (row[task]["label"], row[task]["abstain"]) == (answer[task].value, answer[task].abstained)
            assert row[task]["p"] == pytest.approx(answer[task].probabilities, abs=1e-4)


def test_predict_prints_only_the_tasks_asked_for_and_names_those_it_has(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    done = predict(settings, "--task", "topic", lines='{"id": 1, "text": "jalan rusak"}\n')
    assert list(json.loads(done.stdout)) == ["id", "topic"]
    wrong = predict(settings, "--task", "cuaca", lines='{"id": 1, "text": "jalan rusak"}\n')
    assert wrong.returncode != 0
    assert "cuaca" in wrong.stderr and "sentiment" in wrong.stderr
