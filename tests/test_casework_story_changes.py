"""What people change about stories, what is suggested to them, and what a text or a stance is worth."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it
from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from casework_fixtures import NOW, admin, casework, casework_url, settings, staff  # noqa: F401
from search_stores import embedded_store, store  # noqa: F401
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from story_desk import FURTHER, MESSAGE, OTHER, VARIANT, Desk, id_of, numbers, post, tables_of

from casework.audit import read_audit
from casework.db import Casework, open_casework
from casework.roles import ACTIONS, SYSTEM, Actor, Role
from casework.stories import merge_stories, split_story, story_history, suggest_merges, undo_change
from casework.story_matching import match_story
from casework.story_tables import StoryItemRow
from kentongan.errors import Conflict, KentonganError, NotAllowed, NotFound
from kentongan.schema import Annotation
from kentongan.settings import Settings
from samples.simulate import Plan, simulate
from search.store import Store


@pytest.fixture
def desk(casework: Casework, settings: Settings, tmp_path: Path) -> Iterator[Desk]:
    """An embedded store with casework on either database."""
    with embedded_store(tmp_path) as opened:
        yield Desk(opened, casework, settings)


@pytest.fixture
def analyst(staff: dict[Role, Actor]) -> Actor:
    return staff["analis"]


def test_a_merge_joins_a_split_separates_and_undoing_gives_what_was(desk: Desk, analyst: Actor) -> None:
    desk.update(MESSAGE, VARIANT, OTHER)
    before = tables_of(desk.casework)
    with desk.casework.begin() as session:
        merged = merge_stories(session, id_of(1), id_of(2), reason="satu kabar", actor=analyst, now=NOW)
    assert desk.parts() == numbers([0, 1, 2])
    assert {item.document: item.joined for item in desk.story(2).items} == {
        id_of(0): "auto", id_of(1): "auto", id_of(2): "person",
    }  # fmt: skip
    with desk.casework.begin() as session:
        parted = split_story(session, [id_of(1)], reason="lain truk", actor=analyst, now=NOW)
    assert desk.parts() == numbers([0, 2], [1])
    desk.update(FURTHER, MESSAGE, first=3)
    assert desk.parts() == numbers([0, 2, 4], [1, 3]), "what comes later follows its best link"
    desk.update(rebuild=True)
    assert desk.parts() == numbers([0, 2, 4], [1, 3]), "people's decisions outlast a rebuild"
    for change in (parted, merged):
        with desk.casework.begin() as session:
            undo_change(session, change.number, reason="keliru", actor=analyst, now=NOW)
    assert desk.parts() == numbers([0, 1, 3, 4], [2])
    desk.store.drop([id_of(3), id_of(4)])
    desk.update()
    assert tables_of(desk.casework)[:3] == before[:3]


def test_the_history_says_who_did_what_and_what_was_undone_and_the_audit_has_each_act(
    desk: Desk, analyst: Actor
) -> None:
    desk.update(MESSAGE, OTHER)
    with desk.casework.begin() as session:
        merged = merge_stories(
            session, id_of(0), id_of(1), reason="  satu \n kabar ", actor=analyst, now=NOW, via="uji"
        )
        undone = undo_change(session, merged.number, reason="keliru", actor=analyst, now=NOW)
    with desk.casework.read() as session:
        told = story_history(session, id_of(1))
        entries = [entry for entry in read_audit(session, actor=SYSTEM, now=NOW) if entry.action.startswith("stories.")]
    assert [(one.number, one.kind, one.reason, one.undoes, one.undone_by) for one in told] == [
        (merged.number, "merge", "satu kabar", None, undone.number),
        (undone.number, "undo", "keliru", merged.number, None),
    ]
    assert (told[0].one, told[0].other, told[0].actor_name) == ((id_of(0),), (id_of(1),), analyst.username)
    assert [(entry.action, entry.actor) for entry in entries] == [
        ("stories.undo", analyst.id),
        ("stories.merge", analyst.id),
    ]
    assert entries[1].detail["lewat"] == "uji"


def test_what_makes_no_sense_is_refused_in_words_and_changes_nothing(desk: Desk, analyst: Actor) -> None:
    desk.update(MESSAGE, VARIANT, OTHER, MESSAGE)
    before = tables_of(desk.casework)
    common = {"actor": analyst, "now": NOW}
    acts: list[tuple[type[KentonganError], str, Callable[..., object]]] = [
        (Conflict, "sudah satu cerita", lambda s: merge_stories(s, id_of(0), id_of(0), reason="x", **common)),
        (Conflict, "sudah satu cerita", lambda s: merge_stories(s, id_of(0), id_of(1), reason="x", **common)),
        (NotFound, "stories update", lambda s: merge_stories(s, id_of(0), id_of(9), reason="x", **common)),
        (KentonganError, "beralasan", lambda s: merge_stories(s, id_of(0), id_of(2), reason=" \n", **common)),
        (KentonganError, "beralasan", lambda s: merge_stories(s, id_of(0), id_of(2), reason="x" * 1_001, **common)),
        (KentonganError, "Tidak ada yang dipisahkan", lambda s: split_story(s, [], reason="x", **common)),
        (Conflict, "tidak ada yang tersisa", lambda s: split_story(s, [id_of(2)], reason="x", **common)),
        (Conflict, "tidak ada yang tersisa", lambda s: split_story(s, [id_of(3), id_of(1)], reason="x", **common)),
        (Conflict, "berada di 2 cerita", lambda s: split_story(s, [id_of(0), id_of(2)], reason="x", **common)),
        (NotFound, "nomor 1 tidak ada", lambda s: undo_change(s, 1, reason="x", **common)),
    ]
    for kind, words, act in acts:
        with pytest.raises(kind, match=words), desk.casework.begin() as session:
            act(session)
    assert tables_of(desk.casework) == before
    with desk.casework.begin() as session:
        done = split_story(session, [id_of(1)], reason="x", **common)
        undone = undo_change(session, done.number, reason="x", **common)
    for number, words in ((done.number, "sudah dibatalkan"), (undone.number, "adalah pembatalan")):
        with pytest.raises(Conflict, match=words), desk.casework.begin() as session:
            undo_change(session, number, reason="x", **common)
    assert tables_of(desk.casework) == before


def test_only_who_may_change_stories_does(desk: Desk, staff: dict[Role, Actor]) -> None:
    desk.update(MESSAGE, VARIANT, OTHER)
    for actor in (*staff.values(), SYSTEM):
        acts: list[Callable[..., object]] = [
            lambda s, a=actor: split_story(s, [id_of(1)], reason="x", actor=a, now=NOW),
            lambda s, a=actor: merge_stories(s, id_of(0), id_of(1), reason="x", actor=a, now=NOW),
        ]
        for act in acts:
            if actor.role in ACTIONS["stories.change"]:
                with desk.casework.begin() as session:
                    act(session)
            else:
                with pytest.raises(NotAllowed, match="cerita"), desk.casework.begin() as session:
                    act(session)


@pytest.mark.parametrize("table", ["story_change", "story_change_message"])
@pytest.mark.parametrize("act", ["UPDATE {} SET number = 99", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_the_log(desk: Desk, analyst: Actor, table: str, act: str) -> None:
    desk.update(MESSAGE, OTHER)
    with desk.casework.begin() as session:
        merge_stories(session, id_of(0), id_of(1), reason="x", actor=analyst, now=NOW)
    with pytest.raises(DBAPIError, match="append-only"), desk.casework.begin() as session:
        session.execute(text(act.format(table)))


# What is near, and what spreads.

ENDINGS = ("ka", "si", "ru", "to", "me", "na", "di", "wo")
PARTS = [" ".join(word + ending for word in OTHER.split()[:12]) for ending in ENDINGS]
ALIKE = (" ".join(PARTS[:6]), " ".join(PARTS[2:8]))


def test_stories_that_are_only_alike_are_suggested_until_a_person_has_decided(desk: Desk, analyst: Actor) -> None:
    desk.update(*ALIKE, MESSAGE)
    assert desk.parts() == numbers([0], [1], [2])
    with desk.casework.read() as session:
        [pair] = suggest_merges(session)
        assert suggest_merges(session, story=id_of(2)) == []
    assert {pair.one, pair.other} == {id_of(0), id_of(1)}
    assert 0.45 <= pair.score < 0.6
    with desk.casework.begin() as session:
        merge_stories(session, pair.one, pair.other, reason="sama", actor=analyst, now=NOW)
        assert suggest_merges(session) == []
        split_story(session, [pair.other], reason="ternyata lain", actor=analyst, now=NOW)
        assert suggest_merges(session) == []


def test_a_text_is_matched_to_the_story_it_would_join_and_nothing_is_taken_in(store: Store, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var")
    with open_casework(settings) as casework:
        desk = Desk(store, casework, settings)
        desk.update(MESSAGE, VARIANT, OTHER, ALIKE[0], "banjir")
        before = tables_of(casework)
        with casework.read() as session:
            same = match_story(store, session, "Sebarkan!! " + MESSAGE)
            near = match_story(
                store, session, MESSAGE.replace("Simpan air", 'OR AND -tampung (air) @budi topik:x "air')
            )
            alike = match_story(store, session, ALIKE[1])
            assert match_story(store, session, " ".join(word[::-1] for word in MESSAGE.split())) is None
            word = match_story(store, session, "BANJIR!!")
        assert tables_of(casework) == before
    assert same is not None and (same.story, same.document, same.score, same.joins) == (id_of(0), id_of(0), 1.0, True)
    assert near is not None and near.joins and near.story == id_of(0) and 0.6 <= near.score < 1
    assert alike is not None and not alike.joins and alike.story == id_of(3)
    assert word is not None and word.story == id_of(4)


def test_planted_rebuttals_and_questions_are_not_counted_as_copies(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var")
    planted = [one for one in simulate(Plan(seed=43, posts=12_000, days=20)) if one.truth.story]
    with embedded_store(tmp_path) as opened, open_casework(settings) as casework:
        opened.add(one.document for one in planted)
        Desk(opened, casework, settings).update()
        with casework.read() as session:
            stances = dict(map(tuple, session.execute(select(StoryItemRow.document, StoryItemRow.stance))))
    told = Counter((one.truth.stance, stances[one.document.id]) for one in planted if one.document.id in stances)
    rebuttals = sum(count for (stance, _), count in told.items() if stance == "rebuts")
    assert rebuttals > 40
    assert told["rebuts", "spreads"] <= rebuttals / 100
    spreading = sum(count for (stance, _), count in told.items() if stance == "spreads")
    assert told["spreads", "spreads"] >= 0.98 * spreading


def test_what_a_person_says_of_a_stance_counts_before_the_machine(desk: Desk) -> None:
    desk.store.add([post(0, MESSAGE)])
    desk.store.annotate([Annotation(document=id_of(0), task="stance", value="rebuts", by="ani", at=NOW)])
    desk.update(VARIANT, first=1)
    assert {item.document: item.stance for item in desk.story(0).items} == {id_of(0): "rebuts", id_of(1): "spreads"}
