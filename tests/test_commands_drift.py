"""`kentongan drift`: a month is sampled once, labels come back as a person's, weeks get intervals, drift is said."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from command_line import rows_of, run_command
from kentongan_documents import make_document

from kentongan.commands.drift import month_range
from kentongan.errors import BadQuery
from kentongan.schema import SENTIMENTS, Annotation, Document, Query, revision_hash
from kentongan.settings import Settings
from search.open import open_store

AUGUST = datetime(2026, 8, 1, 3, tzinfo=UTC)
SEPTEMBER = datetime(2026, 9, 1, 3, tzinfo=UTC)
POSTS = 400
WORDS = ("banjir", "jalan", "rusak", "lampu", "warga", "pasar", "beras", "harga", "naik", "dinas", "antre", "hujan")


def make_month(begin: datetime, start: int, *, seed: int, odds: tuple[float, ...] = (5, 3, 2), extra: str = "") -> dict:
    """Documents of four weeks, each with a truth and a model's chances that are right four times in five."""
    chance = random.Random(seed)
    world = {}
    for number in range(POSTS):
        text = " ".join([*chance.choices(WORDS, k=6), f"nomor{start + number}", extra and chance.choice(extra.split())])
        kind = "comment" if number % 3 == 0 else "post"
        at = begin + timedelta(days=number % 28, minutes=number)
        document = replace(
            make_document(start + number, text=text.strip(), kind=kind), published_at=at, collected_at=at
        )
        truth = chance.choices(range(3), odds)[0]
        best = truth if chance.random() < 0.8 else (truth + 1) % 3
        sure = chance.uniform(0.45, 0.95)
        chances = [sure if label == best else (1 - sure) / 2 for label in range(3)]
        world[document.id] = (document, truth, chances)
    return world


def store_month(settings: Settings, world: dict, *, silent: float = 0.0, model: str = "contoh") -> None:
    with open_store(settings) as store:
        store.add(document for document, _, _ in world.values())
        store.annotate(read_by(model, document, chances, silent) for document, _, chances in world.values())
        store.use_model("sentiment", model, "1")
        store.refresh()


def read_by(model: str, document: Document, chances: list[float], silent: float) -> Annotation:
    best = max(range(3), key=chances.__getitem__)
    return Annotation(
        document=document.id, task="sentiment", value=SENTIMENTS[best], by=model, version="1",
        at=document.collected_at, probabilities=dict(zip(SENTIMENTS, chances, strict=True)),
        abstained=random.Random(document.id).random() < silent, revision=revision_hash(document.title, document.text),
    )  # fmt: skip


def fill_in(file: Path, world: dict, *, wrong: Callable[[int], bool] = lambda number: False) -> None:
    """What annotators would write: the truth, in Indonesian, or another label on the lines that ``wrong`` names."""
    words = ("negatif", "netral", "positif")
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    for number, line in enumerate(lines):
        line["label"] = words[(world[line["id"]][1] + wrong(number)) % 3]
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")


@pytest.fixture
def world(settings: Settings) -> dict:
    made = make_month(SEPTEMBER, 0, seed=1)
    store_month(settings, made)
    return made


def test_a_month_is_sampled_once_and_the_file_does_not_say_what_the_model_said(
    settings: Settings, world: dict, tmp_path: Path
) -> None:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    rows_of(settings, "drift", "sample", "--month", "2026-09", "--to", str(first), "--size", "80")
    lines = [json.loads(line) for line in first.read_text(encoding="utf-8").splitlines()]
    assert 60 <= len(lines) <= 110
    assert {tuple(line) for line in lines} == {("id", "text", "probability", "label")}
    assert all(line["label"] is None and 0 < line["probability"] <= 1 for line in lines)
    # Later documents and another size do not change a sample that has been drawn.
    store_month(settings, make_month(SEPTEMBER, 5000, seed=2))
    again = run_command(settings, "drift", "sample", "--month", "2026-09", "--to", str(second), "--size", "200")
    assert first.read_bytes() == second.read_bytes() and "sudah pernah" in again.stderr
    refused = run_command(settings, "drift", "sample", "--month", "2026-09", "--to", str(first), status=None)
    assert refused.returncode != 0 and "sudah ada" in refused.stderr


def test_articles_are_never_sampled_and_a_month_to_come_is_refused(
    settings: Settings, world: dict, tmp_path: Path
) -> None:
    article = replace(make_document(9000, kind="article"), published_at=SEPTEMBER + timedelta(days=2))
    with open_store(settings) as store:
        store.add([article])
        store.annotate([read_by("contoh", article, [0.2, 0.3, 0.5], 0.0)])
    file = tmp_path / "a.jsonl"
    rows_of(settings, "drift", "sample", "--month", "2026-09", "--to", str(file), "--size", "5000")
    ids = {json.loads(line)["id"] for line in file.read_text(encoding="utf-8").splitlines()}
    assert ids == set(world)
    for month, said in (("2099-01", "belum lewat"), ("september", "tidak terbaca"), ("2026-02", "kentongan score")):
        done = run_command(settings, "drift", "sample", "--month", month, "--to", str(tmp_path / "x"), status=None)
        assert done.returncode != 0 and said in done.stderr, done.stderr


def test_labels_come_back_as_a_persons_and_only_once(settings: Settings, world: dict, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    rows_of(settings, "drift", "sample", "--month", "2026-09", "--to", str(file), "--size", "60")
    fill_in(file, world)
    count = len(file.read_text(encoding="utf-8").splitlines())
    assert rows_of(settings, "drift", "take", str(file), "--by", "ani") == [
        {"new": count, "known": 0, "empty": 0, "refused": 0}
    ]
    assert rows_of(settings, "drift", "take", str(file), "--by", "ani")[0] == {
        "new": 0, "known": count, "empty": 0, "refused": 0
    }  # fmt: skip
    with open_store(settings) as store:
        said = [r.labels["sentiment"] for r in store.stream(Query()) if r.labels["sentiment"].by_person]
    assert len(said) == count
    assert {(one.by, one.probabilities) for one in said} == {("ani", None)}
    assert all(one.value == SENTIMENTS[world[one.document][1]] for one in said)


def test_lines_that_cannot_be_used_are_named_and_the_others_taken(
    settings: Settings, world: dict, tmp_path: Path
) -> None:
    file = tmp_path / "a.jsonl"
    rows_of(settings, "drift", "sample", "--month", "2026-09", "--to", str(file), "--size", "60")
    ids = [json.loads(line)["id"] for line in file.read_text(encoding="utf-8").splitlines()]
    stranger = next(one for one in world if one not in ids)
    lines = [
        json.dumps({"id": ids[0], "label": "Positif"}), json.dumps({"id": ids[1], "label": "senang"}), "bukan json",
        json.dumps({"id": stranger, "label": "netral"}), json.dumps({"id": ids[2], "label": None}), "",
    ]  # fmt: skip
    file.write_text("\n".join(lines), encoding="utf-8")
    done = run_command(settings, "drift", "take", str(file), "--by", "budi", status=1)
    assert json.loads(done.stdout) == {"new": 1, "known": 0, "empty": 1, "refused": 3}
    assert all(f"baris {number} dilewati" in done.stderr for number in (2, 3, 4))


def test_weeks_have_intervals_from_labels_and_say_where_there_are_too_few(
    settings: Settings, world: dict, tmp_path: Path
) -> None:
    span = ("--from", "2026-08-31", "--to", "2026-09-27")
    before = rows_of(settings, "drift", "weekly", *span)
    assert len(before) == 4 * 3 and all(row["share"] is None for row in before)
    assert {row["note"] for row in before} == {"belum cukup label"}
    assert sum(row["model_share"] for row in before[:3]) == pytest.approx(1, abs=0.001)
    file = tmp_path / "a.jsonl"
    rows_of(settings, "drift", "sample", "--month", "2026-09", "--to", str(file), "--size", "220")
    fill_in(file, world)
    rows_of(settings, "drift", "take", str(file), "--by", "ani")
    after = rows_of(settings, "drift", "weekly", *span)
    held = 0
    for row in after:
        year, week = row["week"].split("-W")
        truth = [
            label for document, label, _ in world.values()
            if (document.published_at + timedelta(hours=7)).isocalendar()[:2] == (int(year), int(week))
        ]  # fmt: skip
        share = truth.count(SENTIMENTS.index(row["sentiment"])) / len(truth)
        assert row["documents"] == len(truth) and row["low"] <= row["share"] <= row["high"]
        held += row["low"] <= share <= row["high"]
    assert held >= 10, "of twelve intervals at 95 % nearly all cover the truth"


def test_a_planted_drift_is_said_and_a_steady_month_is_not(settings: Settings, world: dict, tmp_path: Path) -> None:
    store_month(settings, make_month(AUGUST, 10_000, seed=3))
    steady = {row["check"]: row for row in rows_of(settings, "drift", "check", "--month", "2026-09")}
    assert list(steady) == ["ketepatan", "sebaran label", "bagian abstain", "bagian kata baru"]
    assert steady["ketepatan"]["moved"] is None and "belum cukup label" in steady["ketepatan"]["note"]
    assert steady["sebaran label"]["moved"] is False and steady["bagian abstain"]["moved"] is False

    october = make_month(
        datetime(2026, 10, 1, 3, tzinfo=UTC), 20_000, seed=4, odds=(1, 2, 7), extra="vaksin kuota zonasi bansos minyak"
    )
    store_month(settings, october, silent=0.4)
    moved = {row["check"]: row for row in rows_of(settings, "drift", "check", "--month", "2026-10", status=1)}
    assert all(moved[name]["moved"] is True for name in ("sebaran label", "bagian abstain", "bagian kata baru")), moved


def test_accuracy_is_judged_against_the_card_of_the_model_that_read(settings: Settings, tmp_path: Path) -> None:
    world = make_month(SEPTEMBER, 0, seed=5)
    store_month(settings, world, model="linear")
    file = tmp_path / "a.jsonl"
    rows_of(settings, "drift", "sample", "--month", "2026-09", "--to", str(file), "--size", "250")
    fill_in(file, world, wrong=lambda number: number % 3 > 0)
    rows_of(settings, "drift", "take", str(file), "--by", "ani")
    row = rows_of(settings, "drift", "check", "--month", "2026-09", status=1)[0]
    assert row["check"] == "ketepatan" and row["moved"] is True
    assert row["low"] <= row["value"] <= row["high"] < row["reference"]


def test_a_month_runs_from_midnight_to_midnight_of_the_zone() -> None:
    assert month_range("2026-12", "WITA") == (
        datetime(2026, 11, 30, 16, tzinfo=UTC), datetime(2026, 12, 31, 16, tzinfo=UTC)
    )  # fmt: skip
    with pytest.raises(BadQuery):
        month_range("2026-13", "WIB")
