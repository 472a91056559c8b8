"""Labelling by two people: what is drawn, who sees what, what is settled, what goes out for training."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it
from __future__ import annotations

from dataclasses import fields

import msgspec
import pytest
import sqlalchemy as sa
from casework_fixtures import NOW, admin, casework, casework_url, settings, staff  # noqa: F401
from casework_fixtures import actor as actor_of
from casework_fixtures import add as add_person

from casework.audit import read_audit
from casework.db import Casework
from casework.labelling.export import export_labels, write_labels
from casework.labelling.giving import give_label, next_text, read_progress, undo_label
from casework.labelling.judging import judge_model
from casework.labelling.queue import Wish, close_batch, draw_batch, list_batches
from casework.labelling.records import Batch, TextToLabel
from casework.labelling.settling import agreement_of, list_disagreements, settle_agreed, settle_text
from casework.labelling.tables import LabelTextRow
from casework.migrate import move_to
from casework.roles import SYSTEM, Actor, Role
from kentongan.errors import Conflict, KentonganError, NotAllowed, NotFound
from kentongan.schema import Annotation, Document, Query, document_id, revision_hash
from kentongan.settings import Settings
from models.training_rows import RowChoice, load_rows
from search.open import open_store
from search.store import Store

ON_SQLITE = pytest.mark.parametrize("casework_url", ["sqlite"], indirect=True)
"""What does not depend on the engine of casework is tried on one."""

HOW_SURE = {
    "sure": {"negative": 0.9, "neutral": 0.05, "positive": 0.05},
    "torn": {"negative": 0.4, "neutral": 0.35, "positive": 0.25},
}


def document(number: int, *, kind: str = "post", source: str = "satu", text: str | None = None) -> Document:
    words = text or f"Warga menunggu kabar tentang jembatan ke-{number} di kampung {'abcdefghij'[number % 10] * 3}"
    return Document(
        id=document_id("contoh.example", f"{kind}-{number}"), kind=kind, publisher="contoh.example", platform="web",
        native_key=f"{kind}-{number}", source=source, text=words, published_at=NOW, collected_at=NOW, sample=True,
    )  # type: ignore[arg-type]  # fmt: skip


def said(one: Document, how: str) -> Annotation:
    return Annotation(
        document=one.id, task="sentiment", value="negative", by="linear", version="1", at=NOW,
        probabilities=HOW_SURE[how], revision=revision_hash(one.title, one.text),
    )  # fmt: skip


@pytest.fixture
def store(settings: Settings) -> Store:
    """Sixty posts of two sources, a third of which the model is torn about, an article and complaints."""
    posts = [document(number, source="satu" if number % 3 else "dua") for number in range(60)]
    with open_store(settings) as opened:
        opened.add([*posts, document(1, kind="article"), *(document(number, kind="complaint") for number in range(9))])
        opened.annotate(said(one, "torn" if number % 3 == 0 else "sure") for number, one in enumerate(posts))
        opened.use_model("sentiment", "linear", "1")
        opened.refresh()
        yield opened  # type: ignore[misc]


@pytest.fixture
def second(casework: Casework, staff: dict[Role, Actor]) -> Actor:
    return actor_of(add_person(casework, "sari", "peneliti"))


def draw(casework: Casework, store: Store, settings: Settings, actor: Actor, **wish: object) -> Batch:
    with casework.begin() as session:
        wanted = Wish(**{"task": "sentiment", "size": 12, **wish})  # type: ignore[arg-type]
        return draw_batch(session, store, wanted, settings=settings, actor=actor, now=NOW)


def texts_of(casework: Casework, batch: Batch) -> list[LabelTextRow]:
    with casework.read() as session:
        found = list(session.scalars(sa.select(LabelTextRow).where(LabelTextRow.batch == batch.id)))
        session.expunge_all()
        return found


def label(casework: Casework, store: Store, batch: Batch, actor: Actor, value: str | None) -> TextToLabel:
    with casework.begin() as session:
        text = next_text(session, store, batch.id, person=actor.id)
        assert text is not None
        give_label(session, text.id, value=value, actor=actor, now=NOW)
        return text


def test_a_batch_has_only_what_may_be_labelled_and_nothing_twice(
    casework: Casework, store: Store, settings: Settings, staff: dict[Role, Actor]
) -> None:
    first = draw(casework, store, settings, staff["peneliti"], size=30)
    rows = texts_of(casework, first)
    records = store.get([row.document for row in rows])
    assert len(rows) == 30 and {record.document.kind for record in records if record} == {"post"}
    # Each source with its share: a third of the posts are of "dua".
    assert sum(row.source == "dua" for row in rows) == 10
    again = draw(casework, store, settings, staff["peneliti"], size=100)
    assert not {row.document for row in texts_of(casework, again)} & {row.document for row in rows}
    with pytest.raises(NotFound):
        draw(casework, store, settings, staff["peneliti"])
    with pytest.raises(KentonganError):
        draw(casework, store, settings, staff["peneliti"], query=Query(kinds=("complaint",)))


@ON_SQLITE
def test_what_measures_the_models_is_never_drawn(
    casework: Casework, store: Store, settings: Settings, staff: dict[Role, Actor]
) -> None:
    held = [document(number).id for number in range(0, 60, 2)]
    ledger = settings.data_dir / "drift" / "2026-10.jsonl"
    ledger.parent.mkdir(parents=True)
    ledger.write_bytes(b"".join(msgspec.json.encode({"id": one, "probability": 0.5}) + b"\n" for one in held))
    # A copy of a drawn text teaches what it measures, or nothing: only one of those that read the same is drawn.
    store.add([document(100 + number, text="Pesan yang sama persis dan panjang") for number in range(5)])
    store.refresh()
    rows = texts_of(casework, draw(casework, store, settings, staff["peneliti"], size=100))
    assert not {row.document for row in rows} & set(held)
    assert len(rows) == 30 + 1


@ON_SQLITE
def test_the_doubtful_rule_takes_only_what_the_model_is_torn_about(
    casework: Casework, store: Store, settings: Settings, staff: dict[Role, Actor]
) -> None:
    batch = draw(casework, store, settings, staff["analis"], rule="doubt", size=100)
    assert batch.candidates == len(texts_of(casework, batch)) == 20


def test_two_people_label_without_a_hint_and_nothing_given_is_lost(
    casework: Casework, store: Store, settings: Settings, staff: dict[Role, Actor], second: Actor
) -> None:
    batch = draw(casework, store, settings, staff["peneliti"], size=12, overlap=0.5)
    assert sorted(row.wanted for row in texts_of(casework, batch)) == [1] * 6 + [2] * 6
    seen = label(casework, store, batch, staff["analis"], "negative")
    assert [one.name for one in fields(TextToLabel)] == ["id", "place", "kind", "words", "sample"]
    with casework.begin() as session, pytest.raises(Conflict):
        give_label(session, seen.id, value="neutral", actor=staff["analis"], now=NOW)
    with casework.begin() as session:
        assert undo_label(session, batch.id, actor=staff["analis"], now=NOW) == seen.id
        assert next_text(session, store, batch.id, person=staff["analis"].id) == seen
    for _ in range(12):
        label(casework, store, batch, staff["analis"], "negative")
    with casework.read() as session:
        assert next_text(session, store, batch.id, person=staff["analis"].id) is None
        far = read_progress(session, batch.id, person=second.id)
    assert (far.labels, far.wanted, far.left, far.mine) == (12, 18, 6, 0)


@ON_SQLITE
def test_accounts_and_numbers_are_masked_for_those_who_label(
    casework: Casework, store: Store, settings: Settings, staff: dict[Role, Actor]
) -> None:
    store.add([document(500, text="Hubungi @budi.santoso di 0812 3456 7890 atau budi@contoh.example", source="khusus")])
    store.refresh()
    batch = draw(casework, store, settings, staff["peneliti"], query=Query(sources=("khusus",)))
    with casework.read() as session:
        text = next_text(session, store, batch.id, person=staff["analis"].id)
    assert text is not None
    assert "budi" not in text.words and "3456" not in text.words and "@akun" in text.words


def test_equal_labels_are_settled_at_once_and_different_ones_by_a_third_person(
    casework: Casework, store: Store, settings: Settings, staff: dict[Role, Actor], second: Actor
) -> None:
    batch = draw(casework, store, settings, staff["peneliti"], size=12)
    for number in range(12):
        label(casework, store, batch, staff["analis"], "negative")
        label(casework, store, batch, second, "neutral" if number < 3 else "negative")
    with casework.begin() as session:
        found = agreement_of(session, task="sentiment", batch=batch.id, resamples=50)
        assert found.equal == 9 and found.alpha.units == 12
        apart = list_disagreements(session, store, batch.id)
        assert [sorted(value for _, value, _ in one.said if value) for one in apart] == [["negative", "neutral"]] * 3
        assert settle_agreed(session, store, batch.id, actor=staff["peneliti"], now=NOW) == 9
        assert (
            settle_text(session, store, apart[0].text.id, value="neutral", actor=staff["peneliti"], now=NOW) == "third"
        )
        assert settle_text(session, store, apart[1].text.id, value="neutral", actor=second, now=NOW) == "both"
        assert settle_text(session, store, apart[2].text.id, value=None, actor=second, now=NOW) == "both"
        with pytest.raises(Conflict):
            settle_text(session, store, apart[0].text.id, value="positive", actor=second, now=NOW)
        with pytest.raises(Conflict):
            undo_label(session, batch.id, actor=second, now=NOW)
    store.refresh()
    # A person's word counts before the model's: searches see it.
    assert sum(one.count for one in store.count(Query(sentiments=("neutral",)))) == 2
    with casework.begin() as session:
        judged = judge_model(session, store, task="sentiment", model="linear|1")["random"]
    assert (judged.labels, judged.disagreed) == (11, 2) and judged.share is None
    with casework.begin() as session:
        acts = [entry.action for entry in read_audit(session, actor=staff["admin"], now=NOW)]
    assert acts.count("labels.settle") == 4 and "labels.queue" in acts


@ON_SQLITE
def test_settled_labels_and_corrections_go_out_in_the_form_trainings_load(
    casework: Casework, store: Store, settings: Settings, staff: dict[Role, Actor], second: Actor
) -> None:
    batch = draw(casework, store, settings, staff["peneliti"], size=10)
    drawn = {row.document for row in texts_of(casework, batch)}
    for _ in range(10):
        label(casework, store, batch, staff["analis"], "positive")
        label(casework, store, batch, second, "positive")
    elsewhere = next(document(number) for number in range(60) if document(number).id not in drawn)
    store.annotate([Annotation(document=elsewhere.id, task="sentiment", value="neutral", by="orang", at=NOW)])
    store.refresh()
    with casework.begin() as session:
        settle_agreed(session, store, batch.id, actor=staff["peneliti"], now=NOW)
    with casework.begin() as session:
        lines = export_labels(session, store, task="sentiment", settings=settings, actor=staff["peneliti"], now=NOW)
    assert sorted(line.how for line in lines) == ["correction"] + ["same"] * 10
    assert all(second.id not in line.labellers and second.username not in line.labellers for line in lines)
    assert {len(line.labellers) for line in lines if line.how == "same"} == {2}
    file = settings.data_dir / "label.jsonl"
    write_labels(file, lines)
    rows = load_rows(
        settings.data_dir, RowChoice(tasks=("sentiment",), declared=False, files={"sentiment": (str(file),)})
    )
    assert sorted(next(iter(row.labels)) for row in rows["sentiment"]) == ["neutral"] + ["positive"] * 10


@ON_SQLITE
def test_a_label_for_training_is_no_verdict_on_a_hoax(
    casework: Casework, store: Store, settings: Settings, staff: dict[Role, Actor]
) -> None:
    batch = draw(casework, store, settings, staff["peneliti"], task="hoax", size=4, overlap=0.0)
    for _ in range(4):
        label(casework, store, batch, staff["analis"], "hoax")
    with casework.begin() as session:
        assert settle_agreed(session, store, batch.id, actor=staff["analis"], now=NOW) == 4
    store.refresh()
    assert sum(one.count for one in store.count(Query(hoax=("hoax",)))) == 0


@ON_SQLITE
def test_each_act_is_refused_where_it_is_done(
    casework: Casework, store: Store, settings: Settings, staff: dict[Role, Actor]
) -> None:
    for role in ("pimpinan", "hukum", "petugas", "admin"):
        with pytest.raises(NotAllowed):
            draw(casework, store, settings, staff[role])  # type: ignore[index]
    batch = draw(casework, store, settings, SYSTEM)
    (text, *_) = texts_of(casework, batch)
    with casework.begin() as session:
        for who in (staff["hukum"], SYSTEM):
            with pytest.raises(NotAllowed):
                give_label(session, text.id, value="neutral", actor=who, now=NOW)
        with pytest.raises(NotAllowed):
            export_labels(session, store, task="sentiment", settings=settings, actor=staff["analis"], now=NOW)
        with pytest.raises(KentonganError):
            give_label(session, text.id, value="marah", actor=staff["analis"], now=NOW)
        close_batch(session, batch.id, actor=staff["peneliti"], now=NOW)
        with pytest.raises(Conflict):
            give_label(session, text.id, value="neutral", actor=staff["analis"], now=NOW)
        assert list_batches(session, open_only=True) == []


def test_the_database_keeps_what_was_settled_and_the_migration_goes_down_and_up(
    casework: Casework, store: Store, settings: Settings, staff: dict[Role, Actor]
) -> None:
    batch = draw(casework, store, settings, staff["peneliti"], size=3, overlap=0.0)
    label(casework, store, batch, staff["analis"], "neutral")
    with casework.begin() as session:
        settle_agreed(session, store, batch.id, actor=staff["analis"], now=NOW)
    for statement in (
        "UPDATE label_settled SET value = 'positive'",
        "DELETE FROM label_given",
        "DELETE FROM label_batch",
    ):
        with pytest.raises(sa.exc.DBAPIError), casework.engine.begin() as connection:
            connection.execute(sa.text(statement))
    move_to(casework.engine, "0018")
    assert "label_batch" not in sa.inspect(casework.engine).get_table_names()
    move_to(casework.engine, "head")
    assert "label_batch" in sa.inspect(casework.engine).get_table_names()
