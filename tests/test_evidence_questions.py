"""The law's questions before export: who answers, what is kept, what shuts a route, and all that is missing at once."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it
from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from casework_fixtures import NOW, actor, add, admin, casework, casework_url, migrated_file, settings, staff  # noqa: F401
from command_line import rows_of, run_command
from evidence_law import BOOK, CLARIFY, POLICE, REASON, LawDesk, record
from sqlalchemy.exc import DBAPIError

from casework.audit import read_audit
from casework.db import Casework, open_casework
from casework.people import first_admin
from casework.roles import ROLES, Actor, Role
from evidence.cases import close_case, read_case
from evidence.cases.custody import read_chain, read_lines, verify_chain
from evidence.law.questions import answer, choose_route, next_questions, read_answers
from evidence.law.rulebook import Rulebook
from kentongan.errors import Conflict, KentonganError, NotAllowed, NotFound
from kentongan.settings import Settings


@pytest.fixture
def desk(casework: Casework, staff: dict[Role, Actor], tmp_path: Path) -> LawDesk:
    return LawDesk(casework=casework, staff=staff, folder=tmp_path)


@pytest.fixture
def quick(tmp_path: Path) -> LawDesk:
    """The same on SQLite alone, for what no database can change."""
    shutil.copyfile(migrated_file(), tmp_path / "casework.sqlite")
    opened = open_casework(Settings(data_dir=tmp_path))
    with opened.begin() as session:
        boss = first_admin(session, "ratna", name="Ratna Dewi", now=NOW)
    people = {role: actor(boss) if role == "admin" else actor(add(opened, f"si-{role}", role)) for role in ROLES}
    return LawDesk(casework=opened, staff=people, folder=tmp_path)


def changed_book() -> Rulebook:
    """The rulebook with another meaning of one question."""
    entries = [
        msgspec.structs.replace(entry, elements=("lain",)) if entry.key == "mk-115-2024" else entry
        for entry in BOOK.file.entry
    ]
    return Rulebook(file=msgspec.structs.replace(BOOK.file, entry=tuple(entries)), sha256="1" * 64, own=True)


def test_an_answer_is_kept_with_its_reason_and_counts_until_a_later_one(desk: LawDesk) -> None:
    case = desk.case_with(record())
    desk.answer(case, "jurnalistik", "ragu", reason="Dewan Pers belum menjawab surat kami tertanggal kemarin.")
    desk.answer(case, "jurnalistik", "tidak", now=NOW + timedelta(hours=1))
    with desk.casework.begin() as session:
        kept = read_answers(session, case)
        verify_chain(read_lines(session, case))
        chain = read_chain(session, case)
        audit = read_audit(session, actor=desk.staff["admin"], now=NOW, object=f"case:{case}")
    assert [(one.value, one.username, one.rulebook) for one in kept] == [
        ("ragu", "si-hukum", BOOK.sha256),
        ("tidak", "si-hukum", BOOK.sha256),
    ]
    assert [(one.object, one.detail["jawaban"]) for one in chain if one.act == "answered"] == [
        ("question:jurnalistik", "ragu"),
        ("question:jurnalistik", "tidak"),
    ]
    assert [entry.action for entry in audit[:2]] == ["cases.answered", "cases.answered"]


REFUSED = {
    "sqlite": ["INSERT OR REPLACE INTO evidence_answer SELECT * FROM evidence_answer"],
    "postgresql": ["TRUNCATE evidence_answer", "SET session_replication_role = replica; DELETE FROM evidence_answer"],
}


def test_the_database_itself_refuses_to_change_an_answer(desk: LawDesk) -> None:
    case = desk.case_with(record())
    desk.answer(case, "jurnalistik", "tidak")
    own = REFUSED[desk.casework.engine.dialect.name]
    for statement in ("UPDATE evidence_answer SET value = 'ya'", "DELETE FROM evidence_answer", *own):
        with pytest.raises(DBAPIError, match="append-only"), desk.casework.begin() as session:
            session.execute(sa.text(statement))
    with desk.casework.read() as session:
        assert [one.value for one in read_answers(session, case)] == ["tidak"]


def test_only_legal_staff_answers_and_chooses(quick: LawDesk) -> None:
    case = quick.case_with(record())
    others = [person for role, person in quick.staff.items() if role != "hukum"]
    with quick.casework.begin() as session:
        for person in others:
            with pytest.raises(NotAllowed):
                answer(session, case, "bentuk", "kritik", REASON, rulebook=BOOK, actor=person, now=NOW)
            with pytest.raises(NotAllowed):
                choose_route(session, case, "clarify", rulebook=BOOK, objects=quick.objects, actor=person, now=NOW)
        assert read_answers(session, case) == ()


NO_ANSWERS: list[tuple[str, str, str, type[KentonganError], str]] = [
    ("entah", "ya", REASON, NotFound, "'entah' tidak ada"),
    ("jurnalistik", "mungkin", REASON, KentonganError, "Pilih salah satu: ya, ragu, tidak"),
    ("tanggal_perbuatan", "kemarin", REASON, KentonganError, "bukan tanggal"),
    ("tanggal_perbuatan", "2026-11-22", REASON, KentonganError, "belum tiba"),
    ("jurnalistik", "tidak", "bukan pers", KentonganError, "Alasan terlalu pendek"),
    ("jurnalistik", "tidak", "  ", KentonganError, "belum diisi"),
]


def test_what_is_no_answer_is_refused_with_what_would_be(quick: LawDesk) -> None:
    case = quick.case_with(record())
    for key, value, reason, kind, said in NO_ANSWERS:
        with pytest.raises(kind) as refused:
            quick.answer(case, key, value, reason=reason)
        assert said in str(refused.value)
    assert "answered" not in quick.acts(case)


def test_a_closed_case_takes_no_answers(quick: LawDesk) -> None:
    case = quick.case_with(record())
    with quick.casework.begin() as session:
        version = read_case(session, case).version
        close_case(session, case, reason=REASON, version=version, actor=quick.staff["hukum"], now=NOW)
    with pytest.raises(Conflict):
        quick.answer(case, "jurnalistik", "tidak")


def test_everything_that_is_missing_is_named_at_once(quick: LawDesk) -> None:
    case = quick.case_with(record())
    with pytest.raises(Conflict) as refused:
        quick.check(case, "police")
    said = str(refused.value)
    assert "Belum ada putusan dua orang" in said and "Jalurnya belum ditetapkan" in said
    assert all(f"Belum dijawab: {key}: " in said for key in POLICE)


def test_a_case_whose_questions_are_answered_may_go_to_the_police_and_says_on_what_grounds(desk: LawDesk) -> None:
    one, other = record(0), record(1)
    case = desk.case_with(one, other)
    desk.judge(one)
    desk.answer(case, "kerusuhan", "hanya_digital")
    desk.answer_all(case, POLICE)
    desk.choose(case, "police")
    with pytest.raises(Conflict, match="Kasus dinyatakan ditahan, tetapi belum"):
        desk.check(case)
    desk.hold(case)
    grounds = desk.check(case)
    assert (grounds.route, grounds.route_by, grounds.documents) == ("police", "Si-Hukum", (one.document.id,))
    assert [question.key for question in grounds.questions] == [key for key in BOOK.questions if key in POLICE]
    unrest = next(question for question in grounds.questions if question.key == "kerusuhan")
    assert (unrest.value, unrest.reason, [one.value for one in unrest.earlier]) == (
        "tidak_ada",
        REASON,
        ["hanya_digital"],
    )
    left = {entry.article: entry.excluded_because for entry in grounds.entries if entry.ground is not None}
    assert left["Pasal 27A UU ITE"] is None
    assert left["Pasal 28 ayat (3) UU ITE"] == "Tidak ada kerusuhan di ruang fisik yang terbukti."
    assert {entry.review for entry in grounds.entries} == {"belum ditinjau ahli hukum"}
    assert any(warning.startswith("Belum ditinjau ahli hukum: ") for warning in grounds.warnings)
    as_json = msgspec.json.decode(msgspec.json.encode(grounds))
    assert as_json["rulebook"] == {
        "title": BOOK.file.title, "edition": "2026-11-22", "sha256": BOOK.sha256, "own": False
    }  # fmt: skip
    assert as_json["reviews"] and as_json["format"] == 1


def test_a_judged_article_never_goes_to_the_police_even_if_somebody_answers_that_it_is_none(quick: LawDesk) -> None:
    article = record(0, kind="article")
    case = quick.case_with(article)
    quick.judge(article)
    quick.hold(case)
    quick.answer_all(case, POLICE)
    with pytest.raises(NotAllowed, match="Dewan Pers"):
        quick.choose(case, "police")
    with pytest.raises(NotAllowed) as refused:
        quick.check(case, "police")
    assert "Pasal 5 ayat (2) dan ayat (3) UU Pers" in str(refused.value)
    quick.choose(case, "press_council")
    assert quick.check(case).route == "press_council"


def test_an_answer_given_after_the_choice_of_a_route_still_shuts_it(quick: LawDesk) -> None:
    one = record()
    case = quick.case_with(one)
    quick.judge(one)
    quick.hold(case)
    quick.answer_all(case, POLICE)
    quick.choose(case, "police")
    assert quick.check(case).route == "police"
    quick.answer(case, "jurnalistik", "ya")
    with pytest.raises(NotAllowed, match="Produk jurnalistik"):
        quick.check(case)


HARMLESS: list[dict[str, str | None]] = [
    {"status": "true", "kind": None},
    {"status": "satire_or_opinion", "kind": "satire"},
    {"status": "not_enough_evidence", "kind": None},
]


def test_only_what_was_decided_false_or_misleading_leaves(quick: LawDesk) -> None:
    for number, choice in enumerate(HARMLESS):
        one = record(number)
        case = quick.case_with(one)
        quick.judge(one, **choice)
        quick.answer_all(case, CLARIFY)
        quick.choose(case, "clarify")
        with pytest.raises(Conflict, match="Belum ada putusan dua orang"):
            quick.check(case)


def test_clarifying_leaves_without_the_criminal_questions_and_only_on_its_own_route(quick: LawDesk) -> None:
    one = record()
    case = quick.case_with(one)
    quick.judge(one, status="misleading", kind="false_context")
    quick.answer_all(case, CLARIFY)
    quick.choose(case, "clarify")
    assert quick.check(case).route == "clarify"
    with pytest.raises(Conflict, match='Jalur yang ditetapkan adalah "Klarifikasi saja", bukan "Laporan ke platform"'):
        quick.check(case, "platform")


def test_where_the_rulebook_changed_only_the_answers_it_touches_are_confirmed(quick: LawDesk) -> None:
    one = record()
    case = quick.case_with(one)
    quick.judge(one)
    quick.hold(case)
    quick.answer_all(case, POLICE)
    quick.choose(case, "police")
    newer = changed_book()
    with pytest.raises(Conflict) as refused:
        quick.check(case, rulebook=newer)
    assert str(refused.value).count("Buku aturan berubah sesudah dijawab") == 1
    with quick.casework.read() as session:
        assert next_questions(session, case, rulebook=newer, objects=quick.objects, now=NOW) == ("kerusuhan",)
    quick.answer(case, "kerusuhan", "tidak_ada", rulebook=newer)
    assert quick.check(case, rulebook=newer).rulebook.sha256 == newer.sha256


def test_the_command_line_asks_answers_and_chooses(quick: LawDesk, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    case = quick.case_with(record())
    # The command line's objects are in the installation's own folder.
    (tmp_path / "evidence").mkdir()
    (tmp_path / "objects").rename(tmp_path / "evidence" / "objects")
    (asked,) = rows_of(settings, "evidence", "questions", case)
    assert asked["question"] == "jurnalistik"
    assert {value["value"] for value in asked["answers"]} == {"ya", "ragu", "tidak"}
    assert asked["entries"][0]["review"] == "belum ditinjau ahli hukum"
    words = ("evidence", "answer", case, "jurnalistik", "ya", "--reason", REASON, "--as", "si-hukum")
    assert rows_of(settings, *words)[0]["value"] == "ya"
    refused = run_command(settings, "evidence", "route", case, "police", "--as", "si-hukum", status=None)
    assert refused.returncode != 0 and "Nota Kesepahaman Dewan Pers dan Polri" in refused.stderr
    routes = {row["route"]: row for row in rows_of(settings, "evidence", "route", case, "clarify", "--as", "si-hukum")}
    assert routes["clarify"]["chosen"] and routes["police"]["shut_because"] and not routes["clarify"]["open"]
