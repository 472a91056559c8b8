"""What machines and persons said of a case's documents: who said it, which weights, whom a verdict reaches."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from casework_fixtures import NOW, actor, add, migrated_file
from story_desk import MESSAGE, VARIANT, Desk, id_of, post
from verdict_desk import decide_as

from casework.db import Casework, open_casework
from casework.people import first_admin
from casework.verdict_reviews import open_review
from evidence.package.analysis import describe_models, gather_findings
from evidence.package.contents import SecuredFacts
from evidence.package.verdicts import claims_file, read_verdicts
from kentongan.schema import Annotation, Document, document_id, revision_hash
from kentongan.settings import Settings
from models.registry import read_card
from search.embedded import EmbeddedStore

REBUTTAL = "HOAKS! " + MESSAGE + " Kabar ini tidak benar, sudah dibantah pemerintah daerah, jangan disebarkan."


def facts_of(document: Document, *, words: str | None = None, label: Annotation | None = None) -> SecuredFacts:
    """The document as if it had been secured."""
    return SecuredFacts(
        document=document.id, kind=document.kind, publisher=document.publisher, platform=document.platform,
        author=document.author, url=document.url, title=None, text=document.text,
        words=words or revision_hash(None, document.text), published_at=document.published_at,
        collected_at=document.collected_at, secured_at=NOW, secured_by="ani",
        labels={} if label is None else {label.task: label}, files=(),
    )  # fmt: skip


def labelled(by: str, version: str) -> Annotation:
    return Annotation(document="0" * 32, task="sentiment", value="negative", by=by, version=version, at=NOW)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Two copies and a rebuttal of one message in a story, and a fact-check of the same claim."""
    folder = tmp_path_factory.mktemp("cerita")
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    settings = Settings(data_dir=folder)
    with EmbeddedStore(settings.store_dir) as store, open_casework(settings) as casework:
        check = Document(
            id=document_id("cek.example", "1"), kind="factcheck", publisher="cek.example", platform="web",
            native_key="1", source="cek", title="[SALAH] Air Ledeng Purwamaya Tercemar", text="Kami periksa.",
            published_at=NOW, collected_at=NOW, url="https://cek.example/1",
            facts={"verdict": "SALAH", "rating": "false", "claim": MESSAGE},
        )  # fmt: skip
        store.add([check])
        made = Desk(store, casework, settings)
        made.update(MESSAGE, VARIANT, REBUTTAL)
        store.refresh()
        yield made


@pytest.fixture(scope="module")
def decided(desk: Desk) -> Casework:
    """Two persons found the first copy to be fabricated."""
    with desk.casework.begin() as session:
        first_admin(session, "ratna", name="Ratna", now=NOW)
    people = [actor(add(desk.casework, name, "analis")) for name in ("ani", "citra")]
    words = revision_hash(None, MESSAGE)
    with desk.casework.begin() as session:
        review = open_review(session, id_of(0), words=words, actor=people[0], now=NOW)
    for person in people:
        with desk.casework.begin() as session:
            decide_as(session, person, review.id, kind="fabricated")
    return desk.casework


def test_story_spread_and_matching_fact_checks_stand_in_the_analysis_and_no_account_does(desk: Desk) -> None:
    facts = [facts_of(replace(post(number, MESSAGE), author="@rahasia")) for number in (0, 1)]
    with desk.casework.read() as session:
        found = gather_findings(desk.store, session, facts, models_dir=None, zone="WIB", now=NOW)
    (story,) = found.analysis["cerita"]  # type: ignore[misc]
    assert story["documents"] == [id_of(0), id_of(1)]
    assert (story["salinan"], story["dokumen_sudah_tidak_disimpan"]) == (2, 0)
    assert [one.url for one in found.factchecks] == ["https://cek.example/1"]
    assert "rahasia" not in msgspec.json.encode(found.analysis).decode()


def test_without_a_store_the_analysis_says_that_spread_was_not_counted(desk: Desk) -> None:
    with desk.casework.read() as session:
        found = gather_findings(None, session, [facts_of(post(0, MESSAGE))], models_dir=None, zone="WIB", now=NOW)
    assert found.analysis["cerita"] == [{"story": id_of(0), "documents": [id_of(0)], "tidak_dihitung": "tanpa koleksi"}]
    assert found.factchecks == ()


def test_a_verdict_reaches_the_copies_and_never_the_rebuttal(desk: Desk, decided: Casework) -> None:
    facts = [facts_of(post(number, text)) for number, text in enumerate((MESSAGE, VARIANT, REBUTTAL))]
    with decided.read() as session:
        (found,) = read_verdicts(session, facts, store=desk.store)
        alone = read_verdicts(session, facts[2:], store=desk.store)
    assert found.documents == (id_of(0), id_of(1)) and not found.verdict.outdated
    assert alone == []
    review, matched = claims_file([found], facts, [check_of(desk)], organisation="Dinas Kominfo")
    assert (review["claimReviewed"], "url" in review) == (" ".join(MESSAGE.split()), False)
    assert matched["url"] == "https://cek.example/1"


def test_words_that_changed_since_the_decision_are_said(desk: Desk, decided: Casework) -> None:
    changed = facts_of(post(0, MESSAGE), words=revision_hash(None, "lain"))
    with decided.read() as session:
        (found,) = read_verdicts(session, [changed], store=None)
    assert found.verdict.outdated and "berubah" in (found.verdict.outdated_reason or "")


def test_a_model_stands_with_the_digests_of_its_weights_and_of_the_models_it_asks(tmp_path: Path) -> None:
    said = {
        one["model"]: one
        for one in describe_models(
            [labelled("gabungan", read_card("gabungan").version), labelled("linear", "0.1"), labelled("hilang", "1")],
            models_dir=tmp_path,
        )
    }
    parts = {one["model"]: one["sha256"] for one in said["gabungan"]["terdiri_dari"]}  # type: ignore[union-attr, attr-defined]
    assert set(parts) == {"linear", "kecil"} and len(parts["kecil"]["model.onnx"]) == 64
    assert said["linear"]["sha256"] is None and "1.0.0" in json.dumps(said["linear"])
    assert said["hilang"]["sha256"] is None


def check_of(desk: Desk) -> Document:
    (record,) = desk.store.get([document_id("cek.example", "1")])
    assert record is not None
    return record.document
