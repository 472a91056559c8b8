"""Answering the law's questions and building the package on the page of cases: who may, what is kept, what is run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from casework_fixtures import migrated_file
from evidence_law import CLARIFY, REASON, LawDesk, record
from page_world import draw_at, pages_over, told

from casework import jobs
from casework.db import Casework, open_casework
from casework.people import add_person
from casework.roles import ROLES, SYSTEM, Actor, Role
from dashboard import case_acts, case_desk
from dashboard.case_acts import (
    answer_question,
    case_jobs,
    change_case,
    choose_way,
    describe_anew,
    open_by_hand,
    start_build,
    start_capture,
)
from evidence.cases import read_case
from evidence.law.questions import read_answers
from evidence.law.rulebook_check import ROUTE_QUESTION
from kentongan.errors import Conflict, KentonganError, NotAllowed, NotFound
from kentongan.settings import Settings

NOW = datetime.now(UTC)
FIRST_QUESTION = "Apakah isi yang dipermasalahkan itu produk jurnalistik?"


def draw_page() -> None:
    from dashboard.app_pages.cases import show_cases
    from dashboard.data import read_settings

    show_cases(read_settings(), language="id")


class World:
    """An installation with a judged post in a case, and pages that act for whoever is named."""

    def __init__(self, folder: Path, casework: Casework, staff: dict[Role, Actor]) -> None:
        self.desk = LawDesk(casework=casework, staff=staff, folder=folder)
        self.casework, self.staff = casework, staff

    def case(self, number: int) -> str:
        """A new case with a post that was decided to be false."""
        one = record(number)
        self.desk.judge(one)
        return self.desk.case_with(one)

    def answers(self, case: str) -> list[tuple[str, str]]:
        with self.casework.read() as session:
            return [(one.question, one.value) for one in read_answers(session, case)]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("kasus")
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    settings = Settings(data_dir=folder, sign_in="off", dashboard_person="si-hukum")
    with open_casework(settings) as casework:
        staff: dict[Role, Actor] = {}
        with casework.begin() as session:
            for role in ROLES:
                agency = "Dinas PUPR" if role == "petugas" else None
                made = add_person(session, f"si-{role}", name=role, role=role, agency=agency, actor=SYSTEM, now=NOW)
                staff[role] = Actor(id=made.id, username=made.username, role=role)
        with pages_over(settings):
            made_world = World(folder, casework, staff)
            # Files of evidence lie where the installation has them.
            made_world.desk = LawDesk(casework=casework, staff=staff, folder=settings.objects_dir.parent)
            yield made_world


@pytest.fixture
def acting(world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lets the page act for the person of a role."""

    def act(role: Role) -> None:
        monkeypatch.setattr(case_acts, "page_actor", lambda session, *, now: world.staff[role])

    return act


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Jobs run a program that does nothing, instead of Kentongan."""
    monkeypatch.setattr(jobs.start_job, "__kwdefaults__", {**jobs.start_job.__kwdefaults__, "prefix": ("/bin/true",)})
    yield


@pytest.mark.parametrize("role", [role for role in ROLES if role != "hukum"])
def test_everybody_but_legal_staff_is_refused_where_the_act_is_done(world: World, acting: Any, role: Role) -> None:
    case = "KASUS-2026-9999"
    acting(role)
    with pytest.raises(NotAllowed):
        answer_question(case, "jurnalistik", "tidak", REASON, now=NOW)
    with pytest.raises(NotAllowed):
        choose_way(case, "clarify", "", now=NOW)
    with pytest.raises(NotAllowed):
        start_build(case, "clarify", now=NOW)
    if role != "analis":
        with pytest.raises(NotAllowed):
            open_by_hand("Judul", "Tujuan yang cukup panjang", now=NOW)
    assert case_jobs(case, now=NOW) == []


def test_a_question_is_answered_on_the_page_and_a_change_is_added(world: World) -> None:
    case = world.case(1)
    page = draw_at(draw_page, kasus=case, jalur="clarify")
    assert FIRST_QUESTION in " ".join(one.label for one in page.expander)
    assert "Belum dijawab: " + FIRST_QUESTION in told(page)
    page.radio(key=f"case-value-{case}-jurnalistik").set_value("ya")
    page.text_area(key=f"case-reason-{case}-jurnalistik").set_value(REASON)
    page = page.button(key=f"case-save-{case}-jurnalistik").click().run()
    assert "Belum dijawab: " + FIRST_QUESTION not in told(page)
    page.radio(key=f"case-value-{case}-jurnalistik").set_value("tidak")
    page.text_area(key=f"case-reason-{case}-jurnalistik").set_value(REASON)
    page = page.button(key=f"case-save-{case}-jurnalistik").click().run()
    assert "Jawaban sebelumnya" in told(page)
    assert world.answers(case) == [("jurnalistik", "ya"), ("jurnalistik", "tidak")]


def test_an_answer_without_a_reason_is_refused_in_words_and_not_kept(world: World) -> None:
    case = world.case(2)
    page = draw_at(draw_page, kasus=case, jalur="clarify")
    page.radio(key=f"case-value-{case}-bentuk").set_value("kritik")
    page = page.button(key=f"case-save-{case}-bentuk").click().run()
    assert "Belum tersimpan" in told(page) and world.answers(case) == []
    page = draw_at(draw_page, kasus=case, jalur="clarify").button(key=f"case-save-{case}-tujuan").click().run()
    assert "Pilih salah satu jawaban dahulu." in told(page)


def test_the_button_builds_only_once_nothing_is_missing(world: World, started: None) -> None:
    case = world.case(3)
    page = draw_at(draw_page, kasus=case, jalur="clarify")
    assert page.button(key=f"case-build-{case}").disabled and "Jalur ini belum ditetapkan." in told(page)
    world.desk.answer_all(case, CLARIFY)
    world.desk.choose(case, "clarify")
    page = draw_at(draw_page, kasus=case)
    assert "Semua yang diminta sudah ada." in told(page)
    page = page.button(key=f"case-build-{case}").click().run()
    (job,) = case_jobs(case, now=NOW)
    assert job.arguments == ("evidence", "build", case, "--route", "clarify", "--as", "si-hukum")
    assert job.actor_name == "si-hukum" and "Membuat paket" in told(page)


def test_answers_that_shut_a_way_stand_beside_the_button(world: World) -> None:
    case = world.case(4)
    world.desk.answer_all(case, {**CLARIFY, "bentuk": "satire"})
    page = draw_at(draw_page, kasus=case, jalur="aduankonten")
    assert "tertutup" in told(page) and page.button(key=f"case-build-{case}").disabled
    page = page.button(key="case-way-do-aduankonten").click().run()
    assert "Belum tersimpan" in told(page)
    assert ROUTE_QUESTION not in dict(world.answers(case))


def test_an_analyst_reads_the_answers_and_finds_no_form(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = world.case(5)
    world.desk.answer(case, "jurnalistik", "tidak")
    monkeypatch.setattr(case_desk, "page_actor", lambda session, *, now, looking: world.staff["analis"])
    page = draw_at(draw_page, kasus=case, jalur="clarify")
    shown = told(page)
    assert REASON in shown and "staf hukum" in shown
    keys = {one.key for one in page.button}
    assert not any(str(key).startswith(("case-save", "case-build", "case-way-do")) for key in keys)


def test_a_page_is_captured_only_for_a_post_of_the_case_and_once_at_a_time(
    world: World, acting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        jobs.start_job, "__kwdefaults__", {**jobs.start_job.__kwdefaults__, "prefix": ("/bin/sh", "-c", "sleep 20")}
    )
    acting("hukum")
    case = world.case(6)
    post = record(6).document.id
    job = start_capture(case, post, now=NOW)
    assert job.arguments == ("evidence", "capture", post, "--case", case, "--as", "si-hukum")
    try:
        with pytest.raises(Conflict):
            start_capture(case, post, now=NOW)
        for wrong in (record(7).document.id, "--cookies=/etc/passwd"):
            with pytest.raises(NotFound):
                start_capture(case, wrong, now=NOW)
    finally:
        jobs.cancel_job(world.casework, job.id, actor=world.staff["admin"], version=job.version, now=NOW)
    acting("peneliti")
    with pytest.raises(NotAllowed):
        start_capture(case, post, now=NOW)


def test_a_case_is_opened_described_closed_and_reopened_with_reasons(world: World, acting: Any) -> None:
    acting("hukum")
    case = open_by_hand("Kabar gempa", "Memeriksa kabar gempa yang meresahkan", now=NOW)
    described = describe_anew(case, title="Kabar gempa palsu", purpose=case.purpose, now=NOW)
    with pytest.raises(KentonganError):
        change_case(described, "close", "", now=NOW)
    closed = change_case(described, "close", REASON, now=NOW)
    with pytest.raises(Conflict):
        change_case(case, "reopen", REASON, now=NOW)  # as it was before
    change_case(closed, "reopen", REASON, now=NOW)
    with world.casework.read() as session:
        kept = read_case(session, case.id)
    assert (kept.title, kept.state) == ("Kabar gempa palsu", "open")


def test_of_evidence_only_building_and_capturing_may_be_a_job(world: World) -> None:
    for words in (["evidence"], ["evidence", "answer"], ["evidence", "transfer", "x"], ["evidence", "--help"]):
        with pytest.raises(KentonganError, match="bukan pekerjaan"):
            jobs.check_arguments(words)
    for actor in (SYSTEM, world.staff["admin"], world.staff["analis"]):
        with pytest.raises(NotAllowed):
            jobs.start_job(world.casework, ["evidence", "build", "x"], actor=actor, now=NOW, settings=Settings())
    with pytest.raises(NotAllowed):
        jobs.start_job(world.casework, ["crawl"], actor=world.staff["hukum"], now=NOW, settings=Settings())
