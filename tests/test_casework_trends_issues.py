"""What rises becomes an issue: one for one flood, with its reasons, the same however often one looks."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from search_stores import embedded_store
from sqlalchemy import select
from trend_world import RANDU, START, TELAGA, copies, fill, flood, new_casework, ordinary_days, said, tell_stories

from casework.agencies import take_agency
from casework.complaints.tables import ComplaintRow
from casework.db import Casework, open_casework
from casework.incidents.danger_acts import raise_danger
from casework.roles import SYSTEM
from casework.trends.issues import agency_of_issue, get_issue, list_issues
from casework.trends.keeping import update_trends
from casework.trends.reasons import Why
from casework.trends.records import Issue, IssueReason, IssuesUpdated, parse_issue
from casework.trends.rising import update_issues
from casework.trends.tables import IssueRow
from casework.trends.titles import LONGEST, title_issue
from kentongan.errors import NotFound
from kentongan.schema import Annotation, Gap, Task
from kentongan.settings import Settings
from samples.simulate import BurstPlan, Plan, PlantedBurst, Truth, plan_truth, simulate
from search.store import Store

BURST = START + timedelta(days=8, hours=10)
RUMOUR_AT = START + timedelta(days=8, hours=19)
END = START + timedelta(days=9, hours=6)
FLOOD = flood(BURST, hours=4, each=10, words="tanggul jebol #banjirRandu")
COPIES = copies(RUMOUR_AT, hours=3, each=12)


class World:
    """A store in which a dam breaks in one district and a rumour is copied in another."""

    def __init__(self, store: Store, casework: Path) -> None:
        self.store, self.casework = store, casework

    @contextmanager
    def opened(self, folder: Path) -> Iterator[tuple[Casework, Settings]]:
        """Its casework as it was before anything was counted, in a folder of its own."""
        settings = new_casework(folder)
        shutil.copyfile(self.casework, folder / "casework.sqlite")
        with open_casework(settings) as casework:
            yield casework, settings

    def update(self, casework: Casework, settings: Settings, now: datetime) -> IssuesUpdated:
        update_trends(self.store, casework, now=now)
        return update_issues(self.store, casework, settings=settings, now=now)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("dunia")
    settings = new_casework(folder)
    with embedded_store(folder) as store:
        fill(store, [*ordinary_days(9, by_day=4), *FLOOD, *COPIES])
        with open_casework(settings) as casework:
            tell_stories(store, casework, settings, now=END)
        yield World(store, folder / "casework.sqlite")


def issues_of(casework: Casework) -> list[Issue]:
    """All issues, whatever their numbers."""
    with casework.read() as session:
        return sorted(
            (replace(one, id=0, version=0) for one in list_issues(session)), key=lambda one: (one.opened_at, one.key)
        )


def values(issue: Issue, what: str) -> list[str]:
    return [reason.value for reason in issue.reasons if reason.what == what]


def test_each_flood_is_one_issue_whose_why_names_what_was_planted(world: World, tmp_path: Path) -> None:
    with world.opened(tmp_path) as (casework, settings):
        done = world.update(casework, settings, END)
        dam, rumour = issues_of(casework)
        assert (len(done.opened), done.going_on, len(done.ended)) == (2, 0, 2)
        again = world.update(casework, settings, END)
        assert (again.opened, again.going_on, again.ended) == ((), 0, ())
        with casework.read() as session:
            assert {row.version for row in session.scalars(select(IssueRow))} == {1}
    assert BURST <= dam.opened_at <= BURST + timedelta(hours=1)
    assert dam.state == "ended"
    # The six hours that are looked at together reach back into a burst for five hours after it.
    assert dam.ended_at == dam.last_at
    assert BURST + timedelta(hours=4) <= dam.last_at <= BURST + timedelta(hours=9)
    assert (dam.topic, dam.region, dam.story, dam.sample) == ("environment_disaster", RANDU, None, True)
    assert "tanggul jebol" in values(dam, "term")
    assert values(dam, "hashtag") == ["#banjirrandu"]
    assert len(dam.series) > 5
    assert dam.series[0] == dam.key == f"topik-wilayah:environment_disaster@{RANDU}"
    assert {"semua", "tagar:banjirrandu", "istilah:tanggul jebol"} <= set(dam.series)
    assert dam.title == "Lingkungan, bencana: “#banjirrandu”, “tanggul jebol”, Kecamatan Randu"
    assert dam.voices > 4 * dam.expected
    assert dam.p < 1e-10
    assert len(dam.documents) == 20
    assert len(set(dam.documents) - {one.document.id for one in FLOOD}) <= 5, "usual posts of the series are few"
    assert (rumour.topic, rumour.region) == ("health", TELAGA)
    assert rumour.story is not None
    assert values(rumour, "story") == [rumour.story]
    assert set(dam.series) & set(rumour.series) <= {"semua", "sumber:uji"}


def test_hour_by_hour_or_all_at_once_gives_the_same_issues(world: World, tmp_path: Path) -> None:
    first = START + timedelta(days=8, hours=9)
    with world.opened(tmp_path / "sekali") as (casework, settings):
        world.update(casework, settings, END)
        at_once = issues_of(casework)
    with world.opened(tmp_path / "berjalan") as (casework, settings):
        states = {}
        for hour in (1, 2, 3, 4, 5, 9, 11, 12, 13, 21):
            done = world.update(casework, settings, first + timedelta(hours=hour))
            states[hour] = (len(done.opened), done.going_on, len(done.ended))
        assert issues_of(casework) == at_once
    assert states[1] == (0, 0, 0)
    assert states[2] == (1, 1, 0), "seen when its first hour is over"
    assert states[3] == (0, 1, 0), "going on, not opened anew"
    assert (0, 0, 1) in states.values()


def test_a_watch_that_was_down_catches_up_and_a_gap_is_neither_silence_nor_a_rise(world: World, tmp_path: Path) -> None:
    with embedded_store(tmp_path) as store, world.opened(tmp_path / "celah") as (casework, settings):
        lost = BURST - timedelta(hours=2)
        fill(store, [one for one in ordinary_days(9) if not lost <= one.document.published_at < BURST])
        fill(store, FLOOD)
        store.add_gaps(Gap(source=source, since=lost, until=BURST, reason="uji") for source in ("uji", "forum"))
        other = World(store, world.casework)
        other.update(casework, settings, BURST - timedelta(days=1))
        assert issues_of(casework) == []
        other.update(casework, settings, END)
        assert [one.opened_at for one in issues_of(casework)] == [BURST]


def test_a_rumour_of_danger_that_waits_for_its_answer_is_not_told_as_a_fact(world: World, tmp_path: Path) -> None:
    with world.opened(tmp_path) as (casework, settings):
        with casework.begin() as session:
            raise_danger(
                session, COPIES[0].document.id, danger="wabah", words="air tercemar", reasons=["uji"],
                region=TELAGA, actor=SYSTEM, now=END,
            )  # fmt: skip
        world.update(casework, settings, END)
        dam, rumour = issues_of(casework)
    assert rumour.title.startswith("Kabar ")
    assert rumour.title.endswith("(perlu dipastikan)")
    assert "perlu dipastikan" not in dam.title


def test_public_complaints_of_the_same_topic_and_place_are_a_reason_and_secret_ones_are_not(
    world: World, tmp_path: Path
) -> None:
    complaints = [
        said(f"aduan{n}", "air sungai naik", at=BURST - timedelta(hours=n), account=None, kind="complaint",
             topic="environment_disaster", region=RANDU)
        for n in range(1, 6)
    ]  # fmt: skip
    with embedded_store(tmp_path) as store, world.opened(tmp_path / "aduan") as (casework, settings):
        fill(store, [*ordinary_days(9), *FLOOD, *complaints])
        with casework.begin() as session:
            for number, one in enumerate(complaints):
                session.add(complaint_row(number, one.document.id, BURST, secret=number == 0))
        World(store, world.casework).update(casework, settings, END)
        dam = issues_of(casework)[0]
        with casework.begin() as session:
            assert agency_of_issue(session, dam) is None, "several offices share this topic"
            agency = take_agency(session, "Dinas Kesehatan", now=END)
            found = agency_of_issue(session, replace(dam, topic="health"))
            assert found is None or found.code == agency.code
    reason = next(one for one in dam.reasons if one.what == "complaint")
    assert (reason.value, reason.inside, reason.usual) == ("environment_disaster", 4, 0.0)


def complaint_row(number: int, document: str, at: datetime, *, secret: bool) -> ComplaintRow:
    return ComplaintRow(
        number=f"ADU-{number}", publisher="uji", ticket=str(number), channel="telepon", document=document, text="air",
        received_at=at, kind="pengaduan", region=RANDU, stage="diteruskan", stage_since=at, secret=secret, sample=True,
        given={},
    )  # fmt: skip


def why(*reasons: tuple[str, str], topic: str | None = "health", region: str | None = None) -> Why:
    told = tuple(
        IssueReason(what=what, value=value, inside=9, usual=0.1, z=9.0 - at, example="d")  # type: ignore[arg-type]
        for at, (what, value) in enumerate(reasons)
    )
    return Why(topic=topic, region=region, story=None, reasons=told, documents=(), sample=True)


def test_a_title_says_words_and_place_once_and_names_no_account() -> None:
    def title(told: Why, *, key: str = "semua", accounts: tuple[str, ...] = (), held: bool = False) -> str:
        return title_issue(told, key=key, accounts=accounts, held=held, place_name=lambda code: "Kecamatan Randu")

    assert title(why(("term", "demam berdarah"), ("hashtag", "#demamberdarah"), ("term", "fogging"))) == (
        "Kesehatan: “demam berdarah”, “fogging”"
    )
    assert title(why(("account", "sutinah"), ("term", "bu sutinah")), accounts=("@sutinah",)) == (
        "Kesehatan: lebih ramai daripada biasanya"
    )
    assert title(why(("term", "randu"), region=RANDU)) == "Kesehatan: Kecamatan Randu"
    assert title(why(topic=None), key="tagar:dbd") == "Berbagai topik: “#dbd”"
    assert title(why(topic=None), key="sumber:grup") == "Berbagai topik: lebih banyak dari sumber grup"
    assert title(why(("term", "air beracun")), held=True) == "Kabar “air beracun” (perlu dipastikan)"
    assert len(title(why(("term", "a" * 150), ("term", "b" * 150)))) == LONGEST


def test_issues_are_found_by_number_state_topic_and_region_the_strongest_first(world: World, tmp_path: Path) -> None:
    with world.opened(tmp_path) as (casework, settings):
        assert world.update(casework, settings, START - timedelta(days=3)).opened == ()
        world.update(casework, settings, RUMOUR_AT + timedelta(hours=4))
        with casework.read() as session:
            dam, rumour = sorted(list_issues(session), key=lambda one: one.opened_at)
            assert (dam.state, rumour.state) == ("ended", "rising")
            assert rumour.ended_at is None
            assert list_issues(session)[0] == max((dam, rumour), key=lambda one: one.voices - one.expected)
            assert list_issues(session, state="rising") == list_issues(session, topic="health") == [rumour]
            assert list_issues(session, region="99.01") == list_issues(session)
            assert list_issues(session, region="99.01.0") == []
            assert list_issues(session, until=dam.opened_at) == list_issues(session, since=END) == []
            assert list_issues(session, limit=0) == []
            assert get_issue(session, parse_issue(dam.number.lower())) == dam
            with pytest.raises(NotFound, match="ISU-999"):
                get_issue(session, 999)
    for bad in ("", "ISU-", "ISU-0", "ADU-1"):
        with pytest.raises(NotFound):
            parse_issue(bad)


def test_an_issue_whose_posts_are_gone_ends_and_keeps_its_words(world: World, tmp_path: Path) -> None:
    with embedded_store(tmp_path) as store, world.opened(tmp_path / "hilang") as (casework, settings):
        fill(store, [*ordinary_days(9), *FLOOD])
        own = World(store, world.casework)
        own.update(casework, settings, BURST + timedelta(hours=2))
        before = issues_of(casework)[0]
        store.drop([one.document.id for one in FLOOD])
        own.update(casework, settings, END)
        after = issues_of(casework)[0]
    assert (before.state, after.state) == ("rising", "ended")
    assert (after.title, after.reasons) == (before.title, before.reasons)


PLAN = Plan(
    seed=5, posts=4_600, days=10, groups=(), gaps=(), story_share=0.0,
    bursts=(
        BurstPlan(topic="economy_prices", start=24 * 7 + 15, hours=6, factor=3.5),
        BurstPlan(topic="education", start=24 * 8 + 9, hours=6, factor=4.0),
        BurstPlan(topic="health", district="99.01.02", start=24 * 9 + 9, hours=6, factor=20.0),
    ),
)  # fmt: skip
"""Ten days of 460 documents, three planted bursts; in the district 20 times what is usual are some 9 posts."""


def test_the_why_of_each_burst_that_the_simulator_planted_names_what_was_planted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = new_casework(tmp_path / "simulasi")
    with embedded_store(tmp_path) as store, open_casework(settings) as casework:
        simulated = list(simulate(PLAN))
        store.add(one.document for one in simulated)
        store.annotate(
            Annotation(document=one.document.id, task=task, value=value, by="uji", version="1",
                       at=one.document.collected_at)
            for one in simulated
            for task, value in truths(one.truth).items()
            if value
        )  # fmt: skip
        now = PLAN.start + timedelta(days=PLAN.days)
        update_trends(store, casework, now=now)
        update_issues(store, casework, settings=settings, now=now)
        found = issues_of(casework)
    planted = plan_truth(PLAN).bursts
    own = {burst.id: [one for one in found if belongs(one, burst)] for burst in planted}
    named = [burst.id for burst in planted if any(names(one, burst) for one in own[burst.id])]
    false = [one for one in found if not any(one in ones for ones in own.values())]
    with capsys.disabled():
        # The figures are for whoever runs it.
        sys.stdout.write(f"\n{len(planted)} planted, {len(named)} named; {len(found)} issues, {len(false)} false\n")
    assert named == [burst.id for burst in planted]
    assert all(len(ones) == 1 for ones in own.values()), "one issue for one burst"
    assert len(false) <= 1


def truths(truth: Truth) -> dict[Task, str | None]:
    return {"topic": truth.topic, "region": truth.district}


def belongs(issue: Issue, burst: PlantedBurst) -> bool:
    return issue.topic == burst.topic and issue.opened_at < burst.until and issue.last_at > burst.start


def names(issue: Issue, burst: PlantedBurst) -> bool:
    """Whether topic, district and the term or the hashtag of its posts are said."""
    words = " ".join(values(issue, "term"))
    tagged = f"#{burst.hashtag.lower()}" in values(issue, "hashtag")
    return (
        issue.topic == burst.topic
        and issue.region == burst.district
        and (tagged or any(word in words for word in burst.subject.split()))
    )
