"""The evaluation report: every figure is recomputed from the rows; and decisions with their sheet."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from casework_fixtures import NOW, actor, migrated_file
from command_line import run_here
from complaint_courses import AGENCIES, Put, put_agencies, put_many
from openpyxl import load_workbook
from search_documents import make_document

from casework.db import Casework, open_casework
from casework.deadlines import load_deadlines
from casework.followups.assigning import Due, assign_followup
from casework.followups.decision_paper import make_decision_paper
from casework.followups.decisions import list_decisions, record_decision
from casework.followups.drafting import approve_clarification, draft_clarification
from casework.followups.evaluation import evaluate_period
from casework.followups.evaluation_complaints import FIGURES, NO_AGENCY, NO_CATEGORY, TOTAL
from casework.followups.evaluation_desk import length_of
from casework.followups.evaluation_files import make_paper, make_workbook
from casework.followups.evaluation_tables import Evaluation
from casework.followups.handling import answer_followup, close_followup
from casework.followups.legal_basis import load_bases
from casework.followups.publishing import Outlet, publish_draft
from casework.people import add_person
from casework.roles import SYSTEM, Actor
from casework.tip_tables import TipRow
from kentongan.complaint_categories import CATEGORIES
from kentongan.errors import KentonganError, NotAllowed, NotFound
from kentongan.schema import Gap
from kentongan.settings import Settings
from kentongan.times import to_zone
from kentongan.working_days import load_calendar
from search.open import open_store

SINCE = datetime(2026, 9, 30, 17, tzinfo=UTC)
"""1 October 2026 in WIB."""
UNTIL = datetime(2026, 10, 31, 17, tzinfo=UTC)
CALENDAR = load_calendar()
WORDS = {"web": "formulir web", "lapor": "SP4N-LAPOR!", "sms": "SMS"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Casework, dict[str, Actor]]]:
    folder = tmp_path_factory.mktemp("kantor")
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    settings = Settings(data_dir=folder, organisation="Command Center Tirtamaya", open_data_contact="ppid@contoh.go.id")
    with open_casework(settings) as opened:
        with opened.begin() as session:
            people = {
                name: actor(add_person(session, name, name=name.title(), role=role, actor=SYSTEM, now=NOW))  # type: ignore[arg-type]
                for name, role in (("ani", "analis"), ("pim", "pimpinan"), ("peni", "peneliti"))
            }
        yield settings, opened, people


@pytest.fixture(scope="module")
def put(office: tuple[Settings, Casework, dict[str, Actor]]) -> list[Put]:
    _, casework, people = office
    with casework.begin() as session:
        put_agencies(session)
        made = put_many(session, 150, since=SINCE - timedelta(days=20), days=70, seed=7)
        session.flush()
        put_desk(session, people)
        for one in made:
            session.refresh(one.row)
            session.expunge(one.row)
    return made


def put_desk(session: Any, people: dict[str, Actor]) -> None:
    """Tips, follow-ups and clarifications in and around October."""
    for number, (received, answered) in enumerate([(1, 2.0), (5, 4.0), (9, None), (-3, 1.0), (40, None)], 1):
        at = SINCE + timedelta(days=received)
        session.add(
            TipRow(
                code=f"kode{number}", channel="phone", state="answered" if answered else "new", text="Benarkah?",
                received_at=at, due_at=at + timedelta(hours=3),
                ended_at=None if answered is None else at + timedelta(hours=answered),
            )
        )  # fmt: skip
    begin = SINCE + timedelta(days=3)
    common = {
        "kind": "topic", "object": "health", "agency": "dinas-pu", "task": "Periksa.", "book": load_bases(),
        "bases": ["uu-pelayanan-publik-36"], "due": Due(working_days=2), "calendar": CALENDAR, "zone": "WIB",
        "actor": people["ani"], "now": begin,
    }  # fmt: skip
    first, _ = (assign_followup(session, title=f"Tugas {n}", **common) for n in range(2))  # type: ignore[arg-type]
    answer_followup(session, first.id, answer="Sudah.", actor=people["ani"], now=begin + timedelta(days=4))
    close_followup(session, first.id, result="Beres.", actor=people["ani"], now=begin + timedelta(days=5))
    draft = draft_clarification(
        session, kind="topic", object="health", title="Vaksin aman", text="Vaksin aman.", actor=people["ani"],
        now=begin,
    )  # fmt: skip
    approved = approve_clarification(session, draft.id, actor=people["pim"], version=draft.version, now=begin)
    publish_draft(
        session, draft.id, outlets=[Outlet(channel="radio"), Outlet(channel="whatsapp")], actor=people["ani"],
        version=approved.version, now=begin,
    )  # fmt: skip


@pytest.fixture(scope="module")
def evaluation(office: tuple[Settings, Casework, dict[str, Actor]], put: list[Put]) -> Evaluation:
    settings, casework, people = office
    gaps = [
        Gap(source="kabar", since=SINCE + timedelta(days=a), until=SINCE + timedelta(days=b), reason="mati")
        for a, b in ((-1, 1), (0.5, 2), (30.5, 40))
    ]
    with open_store(settings) as store:
        store.add([make_document(3)])
        store.add_gaps(gaps)
        with casework.begin() as session:
            return evaluate_period(
                session, store, since=SINCE, until=UNTIL, deadlines=load_deadlines(settings), actor=people["ani"],
                now=NOW,
            )  # fmt: skip


def working_days(first: datetime, last: datetime) -> int:
    day, count = to_zone(first, "WIB").date(), 0
    while day < to_zone(last, "WIB").date():
        day += timedelta(days=1)
        count += CALENDAR.is_working_day(day)
    return count


def is_red(steps: list[tuple[datetime, str]]) -> bool:
    """By hand: 3 working days to verify, 5 to the first answer, 14 to the end from when the agency had it (PermenPANRB
    62/2018); late from the midnight that ends the last of them."""
    stage = steps[-1][1]
    began = next((at for at, name in steps if name == "diteruskan"), steps[0][0])
    if "selesai" in [name for _, name in steps]:  # reopened: the clock begins anew
        began = steps[-1][0]
    allowed = {"menunggu_verifikasi": 3, "diteruskan": 5, "diproses": 14}[stage]
    day, left = to_zone(began, "WIB").date(), allowed
    while left:
        day += timedelta(days=1)
        left -= CALENDAR.is_working_day(day)
    return day < to_zone(UNTIL, "WIB").date()


def recount(put: list[Put]) -> list[Any]:
    """The figures of a group, counted again from its rows."""
    received, replies, ends, opened, red, ratings = 0, [], [], 0, 0, []
    for one in put:
        steps = [step for step in one.steps if step[0] < UNTIL]
        if one.row.secret or one.row.held or one.row.received_at >= UNTIL:
            continue
        if one.row.finished_at is not None and one.row.finished_at < SINCE and one.row.received_at < SINCE:
            continue
        came = one.row.received_at >= SINCE
        received += came
        answered = [at for at, stage in steps if stage in ("diproses", "selesai", "ditutup")]
        if came and answered:
            replies.append(working_days(one.row.received_at, answered[0]))
        stage = steps[-1][1]
        if stage in ("selesai", "ditutup"):
            at = next(at for at, name in steps if name == "selesai")
            if at >= SINCE:
                ends.append(working_days(one.row.received_at, at))
                ratings += [one.row.rating] if one.row.rating else []
        elif stage != "diarsipkan":
            opened += 1
            red += is_red(steps)
    return [
        received, len(replies), len(replies) / received if received else None, len(ends), opened, red,
        median(replies) if replies else None, median(ends) if ends else None,
        sum(ratings) / len(ratings) if ratings else None, len(ratings),
    ]  # fmt: skip


def agency_at(one: Put) -> str:
    """Whose it was at the end of the period."""
    forwarded = any(stage == "diteruskan" and at < UNTIL for at, stage in one.steps)
    if forwarded or one.row.agency:
        return AGENCIES.get(one.row.agency or "", NO_AGENCY)
    return NO_AGENCY


def test_every_figure_about_complaints_is_what_the_rows_say(evaluation: Evaluation, put: list[Put]) -> None:
    whole = recount(put)
    assert whole[0] > 30 and whole[5] > 5 and whole[9] > 2, "the invented month has something to count"
    groups = {
        "Aduan per instansi": agency_at,
        "Aduan per saluran": lambda one: WORDS[one.row.channel],
        "Aduan per kategori": lambda one: CATEGORIES[one.row.category] if one.row.category else NO_CATEGORY,
    }
    for key, of in groups.items():
        *rows, total = evaluation.table(key).rows
        assert total[0] == TOTAL and list(total[1:]) == pytest.approx(whole, nan_ok=False), key
        told = {row[0]: list(row[1:]) for row in rows}
        for name in {of(one) for one in put} & set(told):
            expected = recount([one for one in put if of(one) == name])
            assert told[name] == pytest.approx(expected), (key, name)
        for column in (0, 1, 3, 4, 5, 9):
            assert sum(row[column + 1] for row in rows) == total[column + 1], "the rows add up"  # type: ignore[misc]


def test_tips_follow_ups_clarifications_and_coverage_are_what_was_put(evaluation: Evaluation) -> None:
    tips = evaluation.table("Laporan hoaks").rows
    assert tips[0] == ("telepon", 3, 2, pytest.approx(2 / 3), 1, 3.0) and tips[-1][0] == TOTAL
    assert evaluation.table("Tindak lanjut").rows[0] == ("Dinas PUPR Tirtamaya", 2, 1, 1, 1, 4.0)
    told = dict(evaluation.table("Klarifikasi").rows)
    assert told == {
        "disusun": 1, "disetujui": 1, "terbit": 1, "ditarik": 0, "terbit di WhatsApp": 1, "terbit di radio": 1,
    }  # fmt: skip
    (line,) = [row for row in evaluation.table("Cakupan pengumpulan").rows if row[0] == "kabar"]
    assert line[2] == pytest.approx(24 * 2.5), "what overlaps counts once, what lies outside not at all"
    assert line[1] == pytest.approx(1 - 2.5 / 31)
    assert evaluation.table("Insiden").rows == () and evaluation.table("Putusan").rows == ()


def test_gaps_that_overlap_or_lie_outside_are_measured_once_and_inside() -> None:
    day = timedelta(days=1)
    gaps = [
        Gap(source="a", since=SINCE + a * day, until=SINCE + b * day, reason="uji")
        for a, b in ((5, 6), (-4, 2), (1, 3), (0, 2), (29, 99))
    ]
    assert length_of(gaps, since=SINCE, until=UNTIL) == 6 * day
    assert length_of([], since=SINCE, until=UNTIL) == 0 * day


def test_the_workbook_holds_numbers_as_numbers_and_a_definition_of_every_column(evaluation: Evaluation) -> None:
    book = load_workbook(BytesIO(make_workbook(evaluation, organisation="Command Center", zone="WIB")))
    assert book.sheetnames == ["Keterangan", *(table.key for table in evaluation.tables), "Definisi"]
    sheet = book["Aduan per instansi"]
    assert [cell.value for cell in sheet[1]] == ["Instansi", *(column.name for column in FIGURES)]
    table = evaluation.table("Aduan per instansi")
    for cells, row in zip(sheet.iter_rows(min_row=2), table.rows, strict=True):
        assert [cell.value for cell in cells] == pytest.approx(list(row))
        assert all(isinstance(cell.value, int | float) for cell in cells[1:] if cell.value is not None)
    assert sheet["D2"].number_format == "0.0%"
    defined = {(row[0].value, row[1].value) for row in book["Definisi"].iter_rows(min_row=2)}
    assert defined == {(one.title, column.name) for one in evaluation.tables for column in one.columns}
    cover = "\n".join(str(cell.value) for row in book["Keterangan"].iter_rows() for cell in row)
    assert "1 Oktober 2026 sampai 31 Oktober 2026" in cover and "Laporan rahasia" in cover


def paper_words(data: bytes, folder: Path) -> str:
    file = folder / "kertas.pdf"
    file.write_bytes(data)
    done = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split())


def test_the_paper_shows_every_table_in_indonesian_numbers(evaluation: Evaluation, tmp_path: Path) -> None:
    words = paper_words(make_paper(evaluation, organisation="Command Center", zone="WIB", now=NOW), tmp_path)
    for table in evaluation.tables:
        assert table.title in words
    rate = evaluation.table("Aduan per saluran").rows[-1][3]
    assert f"{rate:.1%}".replace(".", ",").replace("%", " %") in words
    assert "Tidak ada dalam masa ini." in words and "LAPORAN EVALUASI" in words


def test_the_command_writes_both_files_and_refuses_what_is_no_period(
    office: tuple[Settings, Casework, dict[str, Actor]],
    put: list[Put],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings, casework, people = office
    file = tmp_path / "evaluasi.xlsx"
    words = ("reports", "evaluate", "--from", "2026-10-01", "--to", "2026-10-31", "--as", "ani", "--to-file")
    assert run_here(settings, *words, str(file)) == 0
    with pytest.raises(KentonganError, match="jenisnya"):
        run_here(settings, *words, str(tmp_path / "evaluasi.docx"))
    assert "Ditulis" in capsys.readouterr().err and load_workbook(file)["Aduan per instansi"].max_row > 2
    deadlines = load_deadlines(settings)
    with open_store(settings) as store, casework.begin() as session:
        common = {"deadlines": deadlines, "now": NOW}
        with pytest.raises(NotAllowed, match="membuat laporan evaluasi"):
            evaluate_period(session, store, since=SINCE, until=UNTIL, actor=people["peni"], **common)  # type: ignore[arg-type]
        for since, until in ((UNTIL, SINCE), (SINCE, NOW + timedelta(days=9))):
            with pytest.raises(KentonganError, match="Masanya"):
                evaluate_period(session, store, since=since, until=until, actor=people["ani"], **common)  # type: ignore[arg-type]


# Decisions.

OPTIONS = ("Tambah pompa di Kedungmaya", "Tidak bertindak dulu")
REASON = "Aduan banjir naik dua kali lipat dan pompa lama sering mati."


def decide(casework: Casework, who: Actor, **changes: Any) -> Any:
    said = {
        "question": "Apakah pompa ditambah?", "options": OPTIONS, "chosen": 0, "reason": REASON, "since": SINCE,
        "until": UNTIL, "topic": "environment_disaster", "region": "33.99.01", "actor": who, "now": NOW,
        "figures": {"angka": [["Aduan terbuka", "12"]], "sebelumnya": [["TL-000001", "Pompa", "PUPR", "4 hari", "-"]]},
    }  # fmt: skip
    with casework.begin() as session:
        return record_decision(session, **{**said, **changes})


def test_a_decision_keeps_options_choice_reason_and_the_figures_it_rests_on(
    office: tuple[Settings, Casework, dict[str, Actor]], tmp_path: Path
) -> None:
    _, casework, people = office
    first = decide(casework, people["pim"])
    second = decide(casework, people["pim"], chosen=1, replaces=first.id, region=None)
    with casework.read() as session:
        assert [one.id for one in list_decisions(session, topic="environment_disaster")] == [second.id, first.id]
        assert [one.id for one in list_decisions(session, region="33.99")] == [first.id]
    words = paper_words(
        make_decision_paper(
            first, about=[("Wilayah", "Kedungmaya")], organisation="Command Center", zone="WIB", now=NOW
        ),
        tmp_path,
    )
    for said in ("LEMBAR KEPUTUSAN", "Apakah pompa ditambah?", "Aduan terbuka", "(diambil)", REASON, "TL-000001"):
        assert said in words, said


def test_a_decision_that_says_too_little_is_refused(office: tuple[Settings, Casework, dict[str, Actor]]) -> None:
    _, casework, people = office
    for changes, said in (
        ({"options": ["Satu saja"]}, "Pilihannya"),
        ({"options": ["Sama", "Sama"]}, "berbeda"),
        ({"chosen": 2}, "belum disebut"),
        ({"reason": "Perlu."}, "terlalu pendek"),
        ({"topic": None, "region": None}, "tentang apa"),
        ({"since": UNTIL}, "kosong"),
        ({"question": "x" * 301}, "terlalu panjang"),
    ):
        with pytest.raises(KentonganError, match=said):
            decide(casework, people["pim"], **changes)
    with pytest.raises(NotFound):
        decide(casework, people["pim"], replaces=999)
    with pytest.raises(NotAllowed, match="mencatat keputusan"):
        decide(casework, people["ani"])
    assert date(2026, 10, 1) == to_zone(SINCE, "WIB").date()
