"""Beranda: what changed since one last looked, in one line and in panels that lead to the work, for each role."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from casework_fixtures import migrated_file
from complaint_courses import put_agencies, put_complaint
from page_world import pages_over
from search_documents import make_document, make_label
from streamlit.testing.v1 import AppTest

from casework.accounts.sessions import open_session
from casework.alerts.tables import AlertRow, AlertRuleRow
from casework.db import open_casework
from casework.people import add_person
from casework.roles import ROLES, SYSTEM, Role
from casework.trends.hours import hour_of
from casework.trends.records import ALL
from casework.trends.tables import IssueRow, TrendHourRow, TrendSpanRow
from casework.visit_tables import VisitRow
from casework.visits import Visit
from dashboard.home_cards import day_line, moment_words
from dashboard.home_day import load_desk_day, load_post_day, usual_posts, worst_gaps
from dashboard.home_lines import GROUPED
from dashboard.home_panels import load_complaint_lines, load_issue_lines
from dashboard.home_roles import FIRST_STEPS, PAGE_OF, PANELS
from dashboard.home_visit import Since, cut, since_of
from dashboard.pages import PAGES
from dashboard.sign_in import COOKIE
from kentongan.errors import Retry
from kentongan.schema import Gap
from kentongan.settings import Settings
from kentongan.times import start_of_day
from search.open import open_store

NOW = datetime.now(UTC).replace(second=0, microsecond=0)
HOUR = NOW.replace(minute=0)
WEEK = timedelta(days=7)
HOSTILE = "<script>alert(1)</script> \u202eharga " + "a" * 100_000 + "🔥" * 500
LATE = timedelta(days=1)


def draw_home() -> None:
    from dashboard.app_pages.home import show_home
    from dashboard.data import read_settings

    show_home(read_settings(), language="id")


def draw_english() -> None:
    from dashboard.app_pages.home import show_home
    from dashboard.data import read_settings

    show_home(read_settings(), language="en")


def issue(number: int, **changes: object) -> IssueRow:
    values: dict[str, object] = {
        "id": number, "opened_at": NOW - timedelta(hours=3), "last_at": NOW - timedelta(hours=1), "ended_at": None,
        "state": "rising", "key": "istilah:harga", "series": ["istilah:harga"], "members": {}, "reach": hour_of(NOW),
        "topic": None, "region": None, "story": None, "title": "Beras: “harga”", "voices": 41, "posts": 60,
        "expected": 6.2, "p": 1e-7, "peak_at": NOW - timedelta(hours=2), "documents": [], "sample": True, "version": 1,
        "reasons": [],
    }  # fmt: skip
    return IssueRow(**{**values, **changes})


@pytest.fixture(scope="module")
def tokens() -> dict[Role, str]:
    """Session tokens by role; filled by ``office``."""
    return {}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, tokens: dict[Role, str]) -> Iterator[Settings]:
    """Two days with twelve posts now and six a week ago, one gap, an issue, late complaints, an alert; one of each
    role, signed in."""
    folder: Path = tmp_path_factory.mktemp("home")
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    settings = Settings(
        data_dir=folder, region="99.01", regions_file=Path("samples/regions.csv").resolve(), sign_in="required"
    )
    with open_store(settings) as store:
        posts = [
            make_document(n, id=f"{n:032x}", source="linimasa", text=f"Harga beras naik {n}", published_at=at,
                          platform="mastodon")
            for n, at in enumerate(
                [NOW - timedelta(hours=2, minutes=n) for n in range(12)]
                + [NOW - WEEK - timedelta(hours=2, minutes=n) for n in range(6)]
            )
        ]  # fmt: skip
        store.add(posts)
        store.annotate(
            [make_label(one, "sentiment", "negative" if n % 2 else "positive") for n, one in enumerate(posts)]
        )
        store.add_gaps([Gap(source="linimasa", since=NOW - timedelta(hours=6), until=NOW - timedelta(hours=4),
                            reason="server menjawab 503")])  # fmt: skip
        store.refresh()
    with open_casework(settings) as casework, casework.begin() as session:
        put_agencies(session)
        session.add(issue(1))
        session.add(issue(2, title=HOSTILE[:280], state="ended", opened_at=NOW - timedelta(days=10),
                          last_at=NOW - timedelta(days=3), ended_at=NOW - timedelta(days=3)))  # fmt: skip
        for number, due in ((1, NOW - LATE), (2, NOW - timedelta(days=20)), (3, NOW + timedelta(hours=2))):
            put_complaint(
                session, number, received_at=NOW - timedelta(days=30), course="forwarded", gaps=(1.0,),
                text=f"Lubang di jalan nomor {number}", clock="tindak_lanjut", due_at=due,
                reporter=("Sumiati Rahasia", "0812"),
            )  # fmt: skip
        put_complaint(session, 4, received_at=NOW - timedelta(days=30), course="forwarded", gaps=(1.0,), secret=True,
                      clock="tindak_lanjut", due_at=NOW - LATE, text="Whistle")  # fmt: skip
        for hour in range(hour_of(NOW) - 24 * 15, hour_of(NOW) + 1):
            session.add(TrendSpanRow(hour=hour, documents=9, marks="", items=0, stories=0, missing=[], made_at=NOW,
                                     coverage=1.0))  # fmt: skip
            session.add(TrendHourRow(series=ALL, hour=hour, posts=2, voices=2, negative=0, decided=0))
        for role in ROLES:
            agency = "Dinas PUPR Tirtamaya" if role == "petugas" else None
            person = add_person(session, f"si-{role}", name=role.title(), role=role, agency=agency, actor=SYSTEM,
                                now=NOW - WEEK)  # fmt: skip
            tokens[role] = open_session(session, person.id, browser="uji", now=datetime.now(UTC)).token
        rule = AlertRuleRow(
            name="Aduan menjadi kode merah", kind="deadline", parameters={}, repeat_minutes=60, owner=person.id,
            channels=[], state="on", last_run_at=NOW, cursor={}, created_at=NOW, version=1,
        )  # fmt: skip
        session.add(rule)
        session.flush()
        session.add(
            AlertRow(rule=rule.id, group_key="dinas-pu", state="open", opened_at=NOW - LATE, last_at=NOW - LATE,
                     firings=1, title="Tenggat aduan: Aduan menjadi kode merah (Dinas PUPR Tirtamaya)", text="x",
                     detail={}, version=1)
        )  # fmt: skip
    yield settings


@pytest.fixture(scope="module", autouse=True)
def page(office: Settings) -> Iterator[None]:
    with pages_over(office):
        yield


@pytest.fixture
def enter(monkeypatch: pytest.MonkeyPatch, tokens: dict[Role, str]) -> object:
    """Draw the page as a person of a role."""
    import streamlit as st

    def as_role(role: Role, function: object = draw_home, **address: str) -> AppTest:
        cookies = {COOKIE: tokens[role]}
        monkeypatch.setattr(type(st.context), "cookies", property(lambda self: cookies))
        made = AppTest.from_function(function, default_timeout=60)  # type: ignore[arg-type]
        for name, value in address.items():
            made.query_params[name] = value
        return made.run()

    return as_role


def told(page: AppTest) -> str:
    assert not page.exception, page.exception
    return " ".join(str(element.proto.body) for element in page.get("html"))


def links(said: str) -> list[str]:
    return [one.replace("&amp;", "&") for one in re.findall(r'href="([^"]+)"', said)]


def test_the_day_is_one_line_whose_numbers_have_their_usual_their_range_and_their_page(enter) -> None:  # type: ignore[no-untyped-def]
    said = told(enter("analis", sejak="pekan"))
    assert "18 unggahan" not in said and "12 unggahan" in said, "the week before is not part of these seven days"
    assert re.search(r"biasanya 33[0-9]", said), "two posts an hour in each hour of a week, from the one week known"
    assert "negatif 50 %" in said and "beda dalam galat" in said
    assert "1 isu baru" in said and "1 aduan jadi merah" in said, "the secret one and the one long red are not counted"
    assert "linimasa hilang 2,0 jam" in said and "Terkumpul 9" in said
    found = [urlsplit(one) for one in links(said)]
    asked = [parse_qs(one.query) for one in found if one.path == "tren"]
    assert any("negative" in str(one.get("kueri")) for one in asked) and all(one["hari"] == ["7"] for one in asked)
    assert "isu?hari=7" in links(said) and "aduan?tampil=merah" in links(said)


def test_every_line_leads_to_its_work_and_nothing_foreign_runs(enter) -> None:  # type: ignore[no-untyped-def]
    said = told(enter("analis", sejak="<b>"))
    assert "<script>" not in said and "&lt;script&gt;" in said and len(said) < 60_000
    assert "isu?isu=1" in links(said) and "peringatan?peringatan=1" in links(said)
    assert "aduan?tampil=merah&instansi=dinas-pu" in links(said)
    assert "Sumiati" not in said and "0812" not in said and "Whistle" not in said
    assert "Dinas PUPR Tirtamaya" in said and "2 merah" in said
    english = told(enter("analis", draw_english, bahasa="en"))
    assert "posts" in english and "Rising issues" in english and "isu?isu=1&bahasa=en" in links(english)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_its_own_panels_first_and_no_page_that_is_not_for_it(role: Role, enter) -> None:  # type: ignore[no-untyped-def]
    said = told(enter(role))
    pages = {page.path: page.roles for page in PAGES}
    for path in {urlsplit(one).path for one in links(said)} - {"", "./"}:
        assert role in pages[path], f"{role} is sent to {path}"
    titles = re.findall(r'<div class="kt-card"><h3><a href="([^"?]+)', said)
    wanted = [PAGE_OF[name] for name in PANELS[role] if role in pages[PAGE_OF[name]]]
    assert [one.replace("./", "beranda") for one in titles] == wanted
    assert len(wanted) >= 4, "a page that says something"
    assert all(step.partition("?")[0] in pages and role in pages[step.partition("?")[0]] for step in FIRST_STEPS[role])


def test_an_officer_of_an_agency_sees_its_own_complaints_first(enter) -> None:  # type: ignore[no-untyped-def]
    said = told(enter("petugas"))
    assert "Lubang di jalan nomor 2" in said and "lewat tenggat" in said and "Sumiati" not in said
    assert "aduan?aduan=1" in links(said)
    other = load_complaint_lines(NOW - WEEK, NOW, agency="dlh")
    assert other.red == 0 and not other.own and not other.lines


def test_first_steps_are_put_away_and_come_back_and_a_visit_is_kept(enter, office: Settings) -> None:  # type: ignore[no-untyped-def]
    drawn = enter("hukum")
    assert "Mulai dari sini" in told(drawn) and "kunjungan pertama" in told(drawn)
    drawn = drawn.button(key="welcome-away-button").click().run()
    assert "Mulai dari sini" not in told(drawn) and "Mulai dari sini" not in told(enter("hukum")), "in any browser"
    drawn = drawn.button(key="welcome-back").click().run()
    assert "Mulai dari sini" in told(drawn)
    with open_casework(office) as casework, casework.read() as session:
        assert session.query(VisitRow).filter(VisitRow.before_at.is_(None)).count() >= 1


def test_it_tells_from_the_end_of_the_visit_before_and_of_a_fortnight_at_most() -> None:
    def since(before: datetime | None) -> Since:
        visit = Visit(person="p", began_at=NOW, seen_at=NOW, before_at=before, welcomed=True)
        return since_of("kunjungan", visit, now=NOW)

    left = datetime(2026, 11, 20, 10, 47, 31, tzinfo=UTC)
    assert since_of("kunjungan", None, now=NOW) == Since(at=start_of_day(NOW, "WIB"), why="today")
    assert since(None).why == "first" and since(NOW - timedelta(days=90)).why == "long"
    assert NOW - since(NOW - timedelta(days=90)).at < timedelta(days=14, minutes=11)
    recent = since(NOW - timedelta(days=2))
    assert recent.why == "visit" and timedelta(0) <= (NOW - timedelta(days=2)) - recent.at < timedelta(minutes=10)
    assert cut(left).strftime("%H.%M.%S") == "10.40.00"


def test_what_a_person_was_told_before_is_not_new_to_them(office: Settings) -> None:
    until = NOW + timedelta(minutes=1)
    for since, issues, red in ((NOW - WEEK, 1, 1), (NOW - timedelta(hours=1), 0, 0), (NOW - timedelta(days=25), 2, 2)):
        desk = load_desk_day(since, until, agency=None)
        assert (desk.issues, desk.red) == (issues, red)
    assert [one.id for one, _ in load_issue_lines(NOW - timedelta(hours=2), until).lines] == [1, 2]
    assert load_issue_lines(NOW - timedelta(hours=2), until).filled, "what is older fills it up, and it says so"


def test_a_broken_desk_says_so_in_its_place_and_leaves_the_others(enter, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    def away(*arguments: object, **named: object) -> object:
        raise Retry("Elasticsearch tidak menjawab.", hint="Coba lagi sebentar.")

    monkeypatch.setattr("dashboard.app_pages.home.load_post_day", away)
    monkeypatch.setattr("dashboard.app_pages.home.load_hoax_lines", away)
    said = told(enter("analis"))
    assert "Unggahan tidak terbaca: Elasticsearch tidak menjawab. Coba lagi sebentar." in said
    assert "1 isu baru" in said and "isu?isu=1" in links(said) and "Traceback" not in said
    assert "Pantau hoaks" in said


def test_the_usual_leaves_out_what_was_not_collected(tmp_path: Path) -> None:
    shutil.copyfile(migrated_file(), tmp_path / "casework.sqlite")
    since, until = HOUR - timedelta(hours=4, minutes=30), HOUR
    with open_casework(Settings(data_dir=tmp_path)) as casework:
        with casework.begin() as session:
            for week, coverage in ((1, 1.0), (2, 0.0), (3, 1.0)):
                for back in range(1, 6):
                    hour = hour_of(HOUR - week * WEEK) - back
                    lost = week == 3 and back <= 2
                    session.add(TrendSpanRow(hour=hour, documents=1, marks="", items=0, stories=0, missing=[],
                                             made_at=NOW, coverage=0.0 if lost else coverage))  # fmt: skip
                    session.add(TrendHourRow(series=ALL, hour=hour, posts=10 * week, voices=1, negative=0, decided=0))
        with casework.read() as session:
            assert usual_posts(session, since=since, until=until) == [pytest.approx(135.0), pytest.approx(45.0)]
            assert usual_posts(session, since=until, until=until) == []


def test_gaps_are_added_up_once_and_the_worst_named_first() -> None:
    def gap(source: str, first: float, last: float) -> Gap:
        return Gap(source=source, since=NOW + timedelta(hours=first), until=NOW + timedelta(hours=last), reason="x")

    gaps = [gap("a", -5, -3), gap("a", -4, -1), gap("b", -30, -20), gap("c", -1, 5), gap("d", -2, -1.5)]
    assert worst_gaps(gaps, since=NOW - timedelta(hours=24), until=NOW) == [("a", 4.0), ("b", 4.0)]
    assert worst_gaps([], since=NOW, until=NOW) == []


def test_a_day_without_anything_says_so_and_never_zero_percent(office: Settings) -> None:
    early = NOW - timedelta(days=60)
    posts = load_post_day(early, early + timedelta(hours=3))
    desk = load_desk_day(early, early + timedelta(hours=3), agency=None)
    line = day_line(
        posts, desk, since=early, until=early + timedelta(hours=3), shown=frozenset({"isu"}), language="id", kept=None,
        zone="WIB",
    )  # fmt: skip
    assert "0 unggahan" in line and "negatif" not in line and "belum ada pembanding" in line
    assert "tidak ada isu baru" in line and "aduan" not in line, "a page that is not theirs is not counted out to them"


def test_moments_are_said_as_people_say_them() -> None:
    now = datetime(2026, 11, 23, 3, 51, tzinfo=UTC)
    for moment, words in (
        (now - timedelta(hours=3), "hari ini 07.51"),
        (now - timedelta(days=2, hours=17), "Jumat 17.51"),
        (now - timedelta(days=9), "14 November 10.51"),
        (now + timedelta(days=1), "24 November 10.51"),
    ):
        assert moment_words(moment, "id", now=now, zone="WIB") == words
    assert start_of_day(now, "WIB").hour == 0
    found = GROUPED.fullmatch("Tenggat aduan: Aduan menjadi kode merah (Dinas Sosial)")
    assert found and found.groupdict() == {"rule": "Aduan menjadi kode merah", "group": "Dinas Sosial"}
    assert GROUPED.fullmatch("Lonjakan per topik") is None
