"""The page of complaints: board and queue by deadline, one complaint with its steps, and who may see and do what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from browser import running_dashboard
from complaint_page import HOLE, SECRET, put_desk, settings_for
from streamlit import cache_data, cache_resource
from streamlit.testing.v1 import AppTest

from casework.complaints.listing import get_complaint
from casework.complaints.records import STAGES, Complaint
from casework.complaints.transitions import MOVES
from casework.db import open_casework
from casework.deadlines import load_deadlines
from dashboard.complaint_acts import Decision, decide
from dashboard.complaint_cards import board_rows, clock_words, queue_rows
from dashboard.complaint_desk import OFFERED, UNASSIGNED, Filters, load_desk, look_at_complaint
from dashboard.page_words.complaints import WORDS
from kentongan.errors import Conflict, KentonganError, NotConfigured, NotFound
from kentongan.settings import as_variables

Open = Callable[[str], dict[str, Complaint]]


def draw_page() -> None:
    from dashboard.app_pages.complaints import show_complaints
    from dashboard.data import read_settings

    show_complaints(read_settings(), language="id")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Complaint], datetime]:
    """A folder with the invented installation, filled once."""
    folder, now = tmp_path_factory.mktemp("aduan"), datetime.now(UTC)
    settings = settings_for(folder)
    with open_casework(settings) as casework:
        return folder, put_desk(casework, settings, now=now), now


@pytest.fixture
def desk(
    filled: tuple[Path, dict[str, Complaint], datetime], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Open]:
    """Opens a copy of the installation in whose pages this person acts ("" for nobody, "-" without complaints)."""
    from dashboard.data import shared_casework

    def opened(person: str) -> dict[str, Complaint]:
        if person != "-":
            (tmp_path / "casework.sqlite").write_bytes((filled[0] / "casework.sqlite").read_bytes())
        for name, value in as_variables(settings_for(tmp_path, person.strip("-"))).items():
            monkeypatch.setenv(name, value)
        for cache in (cache_data, cache_resource):
            cache.clear()
        return filled[1]

    yield opened
    shared_casework().close()
    for cache in (cache_data, cache_resource):
        cache.clear()


def draw(**asked: str) -> AppTest:
    page = AppTest.from_function(draw_page, default_timeout=60)
    for name, value in asked.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def told(page: AppTest) -> str:
    return " ".join(element.body for element in page.get("html"))


def press(page: AppTest, words: str) -> AppTest:
    next(button for button in page.button if button.label == words).click()
    page.run()
    assert not page.exception
    return page


def now() -> datetime:
    return datetime.now(UTC)


def test_an_installation_without_complaints_says_how_they_come_in(desk: Open) -> None:
    desk("-")
    said = told(draw())
    assert "Belum ada aduan" in said and "kentongan import" in said and "/adu" in said


def test_the_board_counts_late_ones_and_the_queue_begins_with_the_longest_late(desk: Open) -> None:
    made = desk("sari")
    view = load_desk(Filters(), now=now(), limit=10)
    lines = {line.agency: (line.open, line.red) for line in view.lines}
    assert lines == {None: (3, 1), "dinas-pu": (1, 1)}
    assert [one.id for one in view.queue[:2]] == [made["copy"].id, made["hole"].id]
    assert made["secret"].id not in {one.id for one in view.queue} and not view.more
    assert load_desk(Filters(), now=now(), limit=2).more
    page = draw()
    assert "4 terbuka · 0 segera · 2 kode merah" in told(page)


def test_filters_narrow_the_queue_to_what_each_line_of_the_board_counts(desk: Open) -> None:
    made = desk("sari")

    def queue(filters: Filters) -> set[int]:
        return {one.id for one in load_desk(filters, now=now(), limit=10).queue}

    assert queue(Filters(agency="dinas-pu")) == {made["hole"].id}
    assert queue(Filters(agency=UNASSIGNED)) == {made[name].id for name in ("copy", "waste", "hostile")}
    assert queue(Filters(red=True)) == {made["hole"].id, made["copy"].id}
    assert queue(Filters(stage="diteruskan")) == {made["hole"].id}
    assert queue(Filters(region=made["waste"].region)) == {made["waste"].id}
    assert queue(Filters(secret=True)) == set() == queue(Filters(held=True))


def test_an_officer_of_an_agency_sees_theirs_first_and_may_do_only_what_is_theirs(desk: Open) -> None:
    made = desk("dewi")
    view = load_desk(Filters(), now=now(), limit=10, chosen=False)
    assert view.filters.agency == "dinas-pu" == view.lines[0].agency and not view.viewer.drafts_letters
    assert {"followed_up", "finished", "returned", "waiting"} <= set(look_at_complaint(made["hole"].id, now=now()).acts)
    assert set(look_at_complaint(made["waste"].id, now=now()).acts) <= {"secret"}
    page = draw(aduan=str(made["waste"].id))
    assert "Surat teguran" not in told(draw(instansi="dinas-pu"))
    assert "Teruskan ke instansi" not in [button.label for button in page.button]
    with pytest.raises(KentonganError):
        decide(made["waste"].id, "forwarded", Decision(agency="dlh"), version=made["waste"].version, now=now())


def test_a_complaint_is_verified_with_the_suggestion_and_forwarded_to_the_agency_of_the_field(desk: Open) -> None:
    made = desk("sari")
    copy = made["copy"]
    page = draw(aduan=str(copy.id))
    said = told(page)
    assert "Jalan berlubang lagi" in said and "terindikasi" in said and "Saran model" in said
    assert [one.complaint.id for one in look_at_complaint(copy.id, now=now()).duplicates] == [made["hole"].id]
    category = next(box for box in page.selectbox if box.label == "Kategori")
    assert category.value == "jalan" and "(saran model)" in " ".join(category.options)
    press(page, "Tetapkan")
    with open_casework(settings_of(page)) as casework, casework.read() as session:
        assert get_complaint(session, copy.id).category == "jalan"
    agency = next(box for box in page.selectbox if box.label == "Diteruskan ke")
    assert agency.value == "dinas-pu", "what is verified goes on to the agency with the field"
    press(page, "Teruskan ke instansi")
    view = look_at_complaint(copy.id, now=now())
    assert (view.complaint.stage, view.complaint.agency) == ("diteruskan", "dinas-pu")
    assert f"{copy.number}: diteruskan." in told(page)
    assert {"diverifikasi", "diteruskan", "masuk"} <= set(re.findall(r"<b>([^<]+)</b>", told(page)))


def settings_of(page: AppTest) -> Any:
    from dashboard.data import read_settings

    return read_settings()


def test_each_step_leads_where_its_words_say_and_merging_can_be_undone(desk: Open) -> None:
    made = desk("sari")

    def step(one: int, act: Any, decision: Decision) -> str:
        version = look_at_complaint(one, now=now()).complaint.version
        return decide(one, act, decision, version=version, now=now()).stage

    hole, copy, waste = (made[name].id for name in ("hole", "copy", "waste"))
    assert step(copy, "merged", Decision(into=made["hole"].number)) == "digabung"
    assert look_at_complaint(hole, now=now()).merged == (made["copy"].number,)
    assert look_at_complaint(copy, now=now()).into == made["hole"].number
    assert step(copy, "unmerged", Decision()) == "menunggu_verifikasi"
    assert step(copy, "archived", Decision(words="sama dengan yang lain")) == "diarsipkan"
    assert step(waste, "waiting", Decision(words="Di dekat toko apa persisnya?")) == "menunggu_pelapor"
    words = clock_words(look_at_complaint(waste, now=now()).complaint, "id", now=now(), deadlines=deadlines())
    assert words == ("jam berhenti", False)
    assert step(waste, "resumed", Decision()) == "menunggu_verifikasi"
    assert step(hole, "followed_up", Decision(words="Regu berangkat besok pagi.")) == "diproses"
    assert step(hole, "finished", Decision(words="Lubang sudah ditambal.")) == "selesai"
    assert step(hole, "reopened", Decision(words="masih berlubang")) == "diproses"
    assert step(waste, "forwarded", Decision(agency="dlh")) == "diteruskan"
    assert step(waste, "returned", Decision(words="bukan di wilayah kami")) == "dikembalikan"


def deadlines() -> Any:
    from dashboard.data import shared_deadlines

    return shared_deadlines()


def test_a_step_without_its_words_or_on_an_older_version_says_why_and_changes_nothing(desk: Open) -> None:
    made = desk("sari")
    page = press(draw(aduan=str(made["hole"].id)), "Kirim tindak lanjut")
    assert "Belum dilakukan: Tindak lanjut harus" in told(page)
    with pytest.raises(Conflict):
        decide(made["hole"].id, "finished", Decision(words="Sudah ditambal."), version=0, now=now())
    assert look_at_complaint(made["hole"].id, now=now()).complaint.stage == "diteruskan"


def test_a_secret_report_is_there_for_legal_staff_and_for_nobody_else(desk: Open) -> None:
    for person in ("sari", ""):
        made = desk(person)
        one = str(made["secret"].id)
        said = told(draw(tampil="rahasia", aduan=one))
        assert SECRET[:30] not in said and made["secret"].number not in said
        with pytest.raises(NotFound):
            look_at_complaint(made["secret"].id, now=now())
    made = desk("budi")
    page = draw(tampil="rahasia", aduan=str(made["secret"].id))
    assert SECRET in told(page) and "rahasia" in told(page)
    assert made["secret"].id not in {one.id for one in load_desk(Filters(), now=now(), limit=10).queue}


def test_where_nobody_acts_the_page_is_for_reading_and_says_what_to_set(desk: Open) -> None:
    made = desk("")
    page = draw(aduan=str(made["hole"].id))
    assert HOLE in told(page) and "dashboard_person" in told(page) and "hanya untuk dibaca" in told(page)
    assert not [button for button in page.button if button.label == "Kirim tindak lanjut"]
    with pytest.raises(NotConfigured):
        decide(made["hole"].id, "finished", Decision(words="Selesai."), version=made["hole"].version, now=now())


def test_a_letter_to_a_late_agency_is_drafted_and_offered(desk: Open) -> None:
    desk("sari")
    page = draw(instansi="dinas-pu")
    assert "1 aduan lewat tenggat di Dinas Pekerjaan Umum" in told(page)
    page.text_input(key="adu-letter-number").input("500.12/7/2026")
    press(page, "Buat draf surat")
    letters = load_desk(Filters(agency="dinas-pu"), now=now(), limit=1).letters
    assert [(letter.number, letter.state) for letter in letters] == [("500.12/7/2026", "draf")]
    press(page, "Buat draf surat")
    assert "sudah dipakai" in told(page)
    assert "Surat teguran" not in told(draw(instansi="dlh"))


def test_an_address_that_makes_no_sense_draws_a_page_all_the_same(desk: Open) -> None:
    desk("sari")
    draw(aduan="9" * 30, tahap="x", instansi="<b>", wilayah="'; --", tampil="x")
    assert "tidak dapat dibuka" in told(draw(aduan="999"))


def test_foreign_words_never_become_markup(desk: Open) -> None:
    made = desk("sari")
    said = told(draw(aduan=str(made["hostile"].id)))
    assert "<script>alert" not in said and "&lt;script&gt;" in said
    view = load_desk(Filters(), now=now(), limit=10)
    rows = queue_rows(
        view.queue, "id", chosen=None, names={}, places={}, now=now(), deadlines=load_deadlines(settings_for(Path()))
    )
    assert "<script>" not in rows
    assert "&lt;i&gt;" in board_rows([line_of("<i>x</i>")], "en", chosen=None, own=None, zone="WIB")


def line_of(name: str) -> Any:
    from casework.deadlines.board import AgencyLine

    return AgencyLine(
        agency="x", name=name, open=1, due_soon=0, red=0, oldest_due=None, answered=0, median_days=None, rating=None,
        received=0, responded=0,
    )  # fmt: skip


def test_the_clock_in_words_counts_working_days_up_to_and_after_the_deadline(desk: Open) -> None:
    made = desk("sari")
    hole, marks = made["hole"], deadlines()
    due = datetime(2026, 11, 10, 17, tzinfo=UTC)  # the midnight in WIB that ends Tuesday 10 November
    from dataclasses import replace

    late = replace(hole, due_at=due)
    said = {
        hours: clock_words(late, "id", now=due + timedelta(hours=hours), deadlines=marks)
        for hours in (-24 * 5, -25, -1, 0, 24 * 3)
    }
    assert said == {
        -120: ("2 hari kerja lagi", False), -25: ("1 hari kerja lagi", False), -1: ("hari ini terakhir", False),
        0: ("merah sejak 1 hari kerja", True), 72: ("merah sejak 3 hari kerja", True),
    }  # fmt: skip


def test_every_stage_step_and_act_of_a_history_has_its_words_in_both_languages() -> None:
    for stage in STAGES:
        assert all(WORDS[f"adu_stage_{stage}"])
    for act in OFFERED:
        assert all(WORDS[f"adu_{part}_{act}"][0] for part in ("act", "what", "do", "did"))
    assert set(OFFERED) | {"rated"} == set(MOVES)


def test_a_complaint_is_opened_and_answered_with_the_keyboard_in_a_real_browser(
    filled: tuple[Path, dict[str, Complaint], datetime], tmp_path: Path, chromium: Any
) -> None:
    (tmp_path / "casework.sqlite").write_bytes((filled[0] / "casework.sqlite").read_bytes())
    settings = settings_for(tmp_path, "dewi")
    with running_dashboard(settings) as address:
        page = chromium.new_page(viewport={"width": 1366, "height": 768})
        page.goto(f"{address}/aduan")
        row = page.locator(f'.kt-case[data-key="{filled[1]["hole"].id}"]')
        row.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"aduan=\d+"))
        box = page.get_by_label("Apa yang sedang dikerjakan")
        box.fill("Regu tambal jalan berangkat besok pagi.")
        button = page.get_by_role("button", name="Kirim tindak lanjut")
        assert button.bounding_box()["y"] < 768, "the act stands on the first screen"
        button.focus()
        page.keyboard.press("Enter")
        page.get_by_text("ditindaklanjuti.").wait_for()
        width = page.evaluate("document.documentElement.scrollWidth")
        page.close()
    assert width == 1366
    with open_casework(settings) as casework, casework.read() as session:
        assert get_complaint(session, filled[1]["hole"].id).stage == "diproses"
