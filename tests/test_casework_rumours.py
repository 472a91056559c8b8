"""Links of rumours with complaints: kept as suspicions, judged by people, and never a word of what is not public."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from casework_fixtures import (  # noqa: F401
    NOW,
    admin,
    casework,
    casework_url,
    count_rows,
    settings,
    staff,
)
from kentongan_documents import FIRST
from rumour_desk import HERE, MORE, RUMOUR, look, put_ask, put_fed, put_rumour
from sqlalchemy.exc import DatabaseError
from story_desk import id_of

from casework.audit import read_audit
from casework.complaints.tables import ComplaintRow
from casework.db import Casework
from casework.incidents.danger_acts import raise_danger
from casework.roles import SYSTEM, Actor, Role
from casework.rumour_finding import is_known
from casework.rumour_tables import RumourJudgementRow, RumourLinkRow
from casework.rumours import (
    judge_link,
    link_history,
    links_of_complaint,
    links_of_story,
    list_rumour_links,
    parse_link,
    read_link,
    update_rumour_links,
)
from casework.stories import merge_stories
from kentongan.errors import Conflict, KentonganError, NotAllowed, NotFound
from kentongan.schema import Annotation
from kentongan.settings import Settings
from search.embedded import EmbeddedStore
from search.open import open_store
from search.store import Store

sqlite_alone = pytest.mark.parametrize("casework_url", ["sqlite"], indirect=True)
OTHER_RUMOUR = (
    "Kepala puskesmas ketahuan menimbun obat di gudang belakang, makanya pasien darah tinggi selalu dibilang kosong "
    "dan terpaksa membeli di apotek milik istrinya. Viralkan supaya dipecat"
)
WHY = "Dinas membenarkan stoknya kosong"


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with open_store(settings) as opened:
        yield opened


def test_a_rumour_is_shown_with_the_complaints_that_waited_before_it(
    store: Store, casework: Casework, settings: Settings, staff: dict[Role, Actor]
) -> None:
    asks, story = put_fed(casework), put_rumour(store, casework, settings)
    (link,) = look(store, casework)
    assert (link.story, link.finding, link.state, link.region) == (story, "waiting", "suspected", HERE)
    assert set(link.cluster) == set(asks) and link.open == 4 and link.began_at == FIRST
    assert [one.agency for one in link.complaints] == ["Dinas PUPR Tirtamaya"] * 4
    assert [one.received_at for one in link.complaints] == sorted(one.received_at for one in link.complaints)
    said = {(one.what, one.value): one.complaints for one in link.evidence}
    assert said["word", "obat"] == tuple(sorted(asks)) and said["place", HERE] == tuple(sorted(asks))
    assert "081234567890" not in repr(link) and "ibu saya" not in repr(link)  # ids and masked words only
    with casework.read() as session:
        assert [one.id for one in links_of_story(session, story)] == [link.id]
        assert [one.id for one in links_of_complaint(session, asks[2])] == [link.id]
        assert links_of_complaint(session, 1) == []
    # Nothing new: nothing changes, not even a version.
    assert update_rumour_links(store, casework, now=NOW + timedelta(hours=1)) == 0
    assert look(store, casework) == [link]
    # Confirmed with a reason, in the audit, and refused to whoever saw an older state.
    with casework.begin() as session:
        made = judge_link(
            session, link.id, state="confirmed", reason=WHY, actor=staff["analis"], version=link.version, now=NOW
        )
        assert (made.state, made.judged_name, made.reason) == ("confirmed", "si-analis", WHY)
        with pytest.raises(Conflict):
            judge_link(
                session, link.id, state="refused", reason=WHY, actor=staff["hukum"], version=link.version, now=NOW
            )
        assert [one.state for one in link_history(session, link.id)] == ["confirmed"]
        entries = read_audit(session, actor=staff["admin"], now=NOW, object=f"rumour:{link.id}")
        assert [entry.action for entry in entries] == ["rumours.judge"]
    assert [one.state for one in look(store, casework)] == ["confirmed"]


def test_the_database_itself_keeps_judgements_and_links(
    store: Store, casework: Casework, settings: Settings, staff: dict[Role, Actor]
) -> None:
    put_fed(casework)
    put_rumour(store, casework, settings)
    (link,) = look(store, casework)
    with casework.begin() as session:
        judge_link(session, link.id, state="refused", reason=WHY, actor=staff["hukum"], version=1, now=NOW)
    for act in (
        sa.update(RumourJudgementRow).values(reason="lain"),
        sa.delete(RumourJudgementRow),
        sa.delete(RumourLinkRow),
    ):
        with pytest.raises(DatabaseError), casework.begin() as session:
            session.execute(act)
    assert count_rows(casework, RumourLinkRow) == 1


@sqlite_alone
def test_a_refused_link_does_not_come_back_until_other_complaints_are_found(
    store: Store, casework: Casework, settings: Settings, staff: dict[Role, Actor]
) -> None:
    put_fed(casework)
    put_rumour(store, casework, settings)
    (link,) = look(store, casework)
    with casework.begin() as session:
        judge_link(session, link.id, state="refused", reason=WHY, actor=staff["analis"], version=1, now=NOW)
        put_ask(session, 20, MORE[0], days=9)  # one more of the same: still the cluster that was refused
    assert look(store, casework) == [] and count_rows(casework, RumourLinkRow) == 1
    with casework.begin() as session:
        for number in range(4):
            put_ask(session, 30 + number, MORE[number % 3], days=12 + number)
    (again,) = look(store, casework)
    assert again.id != link.id and again.state == "suspected" and len(again.cluster) == 9
    with casework.read() as session:
        assert [one.id for one in list_rumour_links(session, states=("refused",))] == [link.id]
    # A judgement can be taken back, and then the suspicion stands again.
    with casework.begin() as session:
        judge_link(session, link.id, state="suspected", reason=WHY, actor=staff["analis"], version=2, now=NOW)
        assert [one.state for one in link_history(session, link.id)] == ["refused", "suspected"]


@sqlite_alone
def test_what_is_not_public_is_in_no_link(store: Store, casework: Casework, settings: Settings) -> None:
    asks = put_fed(casework)
    with casework.begin() as session:
        put_ask(session, 50, MORE[2], secret=True)
        put_ask(session, 51, MORE[2], held="draft")
    put_rumour(store, casework, settings)
    (link,) = look(store, casework)
    assert set(link.cluster) == set(asks)
    with casework.begin() as session:
        row = session.get(ComplaintRow, asks[0])
        assert row is not None
        row.secret = True
    with casework.read() as session:  # without looking again
        (shown,) = list_rumour_links(session)
        assert set(shown.cluster) == set(asks[1:])
        assert all(asks[0] not in one.complaints for one in shown.evidence)
        assert not any(one.value == "tinggi" for one in shown.evidence)  # a word only the secret one has
        assert links_of_complaint(session, asks[0]) == []
    with casework.begin() as session:
        for id in asks[1:3]:
            row = session.get(ComplaintRow, id)
            assert row is not None
            row.secret = True
    with casework.read() as session:
        assert list_rumour_links(session) == [] and links_of_complaint(session, asks[3]) == []
        with pytest.raises(NotFound):
            read_link(session, link.id)


@sqlite_alone
def test_a_suspicion_ends_when_it_is_found_no_more(store: Store, casework: Casework, settings: Settings) -> None:
    asks, story = put_fed(casework), put_rumour(store, casework, settings)
    (link,) = look(store, casework)
    # Another category and district: a person corrected them.
    with casework.begin() as session:
        for id in asks:
            row = session.get(ComplaintRow, id)
            assert row is not None
            row.region = "33.99.02"
    assert look(store, casework) == []
    with casework.begin() as session:
        assert links_of_story(session, story) == [] and read_link(session, link.id).id == link.id
        for id in asks:
            row = session.get(ComplaintRow, id)
            assert row is not None
            row.region = HERE
    assert [one.id for one in look(store, casework)] == [link.id]  # found again: the same link
    # A person says that it is no hoax: it is no rumour any more.
    later = NOW + timedelta(minutes=1)
    store.annotate(Annotation(document=id_of(n), task="hoax", value="lain", by="ani", at=later) for n in range(3))
    assert look(store, casework) == []


@sqlite_alone
def test_a_story_merged_into_another_leaves_no_suspicion(
    store: Store, casework: Casework, settings: Settings, staff: dict[Role, Actor]
) -> None:
    put_fed(casework)
    first = put_rumour(store, casework, settings)
    second = put_rumour(store, casework, settings, OTHER_RUMOUR, first=10)
    assert {one.story for one in look(store, casework)} == {first, second}
    with casework.begin() as session:
        merge_stories(session, first, second, reason="Kabar yang sama", actor=staff["analis"], now=NOW)
    assert [one.story for one in look(store, casework)] == [first]


@sqlite_alone
def test_a_rumour_of_danger_that_an_agency_is_asked_about_is_off_the_list(
    store: Store, casework: Casework, settings: Settings
) -> None:
    put_fed(casework)
    story = put_rumour(store, casework, settings)
    (link,) = look(store, casework)
    with casework.begin() as session:
        raise_danger(
            session, id_of(0), danger="wabah", words=RUMOUR, reasons=["diminta"], region=HERE, actor=SYSTEM, now=NOW
        )
        assert list_rumour_links(session) == [] and links_of_story(session, story) == []
        assert read_link(session, link.id).story == story


@sqlite_alone
def test_who_may_not_judge_and_what_is_no_judgement(
    store: Store, casework: Casework, settings: Settings, staff: dict[Role, Actor]
) -> None:
    put_fed(casework)
    put_rumour(store, casework, settings)
    (link,) = look(store, casework)
    with casework.begin() as session:
        for role in ("petugas", "pimpinan", "peneliti", "admin"):
            with pytest.raises(NotAllowed):
                judge_link(session, link.id, state="confirmed", reason=WHY, actor=staff[role], version=1, now=NOW)
        for state, reason in (("confirmed", " ya "), ("mungkin", WHY)):
            with pytest.raises(KentonganError):
                judge_link(
                    session, link.id, state=state, reason=reason, actor=staff["analis"], version=1, now=NOW  # type: ignore[arg-type]
                )  # fmt: skip
        assert link_history(session, link.id) == []
        with pytest.raises(NotFound):
            read_link(session, 99)
    with pytest.raises(NotAllowed):
        update_rumour_links(store, casework, now=NOW, actor=staff["petugas"])
    assert parse_link("rmr 12") == parse_link("RMR-0012") == 12
    with pytest.raises(NotFound):
        parse_link("dua belas")


@sqlite_alone
def test_the_same_on_the_store_of_a_laptop_whatever_its_complaints(
    store: Store, casework: Casework, settings: Settings, tmp_path: Path
) -> None:
    assert isinstance(store, EmbeddedStore)
    put_rumour(store, casework, settings)
    assert look(store, casework) == []  # no complaints at all
    with casework.begin() as session:
        put_ask(session, 1, region=None, category=None)
    assert look(store, casework) == []  # one alone is no cluster


def test_a_cluster_is_another_one_once_a_third_of_it_is_new() -> None:
    from analysis.rumour_roots import Root

    root = Root(story="s", finding="waiting", cluster=(1, 2, 3), region=None, score=0.9, parts={}, words=())
    assert is_known(root, frozenset({1, 2, 3, 4}))
    assert not is_known(root, frozenset({1, 2}))
    assert is_known(replace(root, cluster=(1, 2, 3, 4)), frozenset({1, 2, 3}))
