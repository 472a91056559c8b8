"""Posts become stories: on both stores and both databases, online and from the archive, killed and taken up again."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it
from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from casework_fixtures import NOW, casework, casework_url, settings  # noqa: F401
from search_stores import embedded_store, store  # noqa: F401
from sqlalchemy import select, text
from story_desk import FURTHER, MESSAGE, OTHER, VARIANT, Desk, id_of, numbers, post, stories_of, tables_of, words

from casework import story_keeping
from casework.db import Casework, open_casework
from casework.stories import find_story, list_stories, read_story, suggest_merges
from casework.story_index import only_keeper
from casework.story_keeping import update_stories
from casework.story_matching import match_story
from casework.story_tables import StoryLinkRow
from kentongan.errors import Retry
from kentongan.schema import BY_HAND, Observation, Query, Revision, revision_hash
from kentongan.settings import Settings
from samples.simulate import Plan, Simulated, simulate
from search.store import Store


@pytest.fixture
def desk(casework: Casework, settings: Settings, tmp_path: Path) -> Iterator[Desk]:
    """An embedded store with casework on either database."""
    with embedded_store(tmp_path) as opened:
        yield Desk(opened, casework, settings)


@pytest.fixture(scope="module")
def simulated() -> list[Simulated]:
    return list(simulate(Plan(seed=41, posts=600, days=4)))


# The same stories, however they come about.


def test_copies_and_variants_are_one_story_and_both_stores_agree_with_the_planted_truth(
    store: Store, tmp_path: Path, simulated: list[Simulated]
) -> None:
    settings = Settings(data_dir=tmp_path / "var")
    store.add(one.document for one in simulated)
    with open_casework(settings) as casework:
        done = update_stories(store, casework, settings, now=NOW)
        found = stories_of(casework)
        with casework.read() as session:
            items = {
                item for story in list_stories(session, limit=10_000) for item in read_story(session, story.id).items
            }
    taken = [one for one in simulated if one.document.kind in ("post", "comment")]
    assert (done.documents, done.items, done.stories) == (len(taken), len(taken), len(found))
    assert set().union(*found.values()) == {one.document.id for one in taken}
    story_of = {document: story for story, documents in found.items() for document in documents}
    planted: dict[str, Counter[str]] = {}
    for one in taken:
        if one.truth.stance == "spreads" and one.truth.story:
            planted.setdefault(one.truth.story, Counter())[story_of[one.document.id]] += 1
    together = sum(max(parts.values()) for parts in planted.values())
    assert together / sum(parts.total() for parts in planted.values()) > 0.98
    told = sorted((item.document, item.story, item.message, item.stance, item.joined) for item in items)
    AGREED.setdefault("stories", told)
    assert told == AGREED["stories"]


AGREED: dict[str, object] = {}
"""What the first store said, for the second."""


def test_both_databases_hold_the_same(desk: Desk, simulated: list[Simulated]) -> None:
    desk.store.add(one.document for one in simulated[:400])
    desk.update()
    AGREED.setdefault("tables", tables_of_readable(desk.casework))
    assert tables_of_readable(desk.casework) == AGREED["tables"]


def tables_of_readable(casework: Casework) -> list[object]:
    with casework.read() as session:
        stories = list_stories(session, limit=10_000, least_items=1)
        return [stories, [read_story(session, one.id) for one in stories if one.items > 1], suggest_merges(session)]


def test_online_in_small_slices_and_from_the_archive_at_once_give_the_same_tables(
    tmp_path: Path, simulated: list[Simulated]
) -> None:
    documents = sorted((one.document for one in simulated), key=lambda one: (one.collected_at, one.id))
    tables = []
    for name, size in (("sedikit", 200), ("sekaligus", len(documents))):
        settings = Settings(data_dir=tmp_path / name)
        with embedded_store(tmp_path) as store, open_casework(settings) as casework:
            for start in range(0, len(documents), size):
                store.add(documents[start : start + size])
                update_stories(store, casework, settings, now=NOW)
            tables.append(tables_of(casework))
            again = update_stories(store, casework, settings, now=NOW, rebuild=True)
            assert again.documents == again.items
            tables.append(tables_of(casework))
    assert all(one == tables[0] for one in tables)


def test_a_second_run_has_nothing_to_do_and_writes_nothing(desk: Desk) -> None:
    assert desk.update(MESSAGE, VARIANT, OTHER).documents == 3
    before = tables_of(desk.casework)
    again = desk.update()
    assert (again.documents, again.items, again.stories, again.why) == (0, 3, 2, None)
    assert tables_of(desk.casework) == before


def test_articles_and_complaints_are_no_items_and_what_is_entered_by_hand_is_one_that_is_not_counted(
    desk: Desk,
) -> None:
    desk.store.add([post(7, VARIANT, source=BY_HAND, platform="whatsapp")])
    desk.store.add([replace(post(8, MESSAGE), kind="article")])
    desk.update(MESSAGE)
    with desk.casework.read() as session:
        [story] = list_stories(session)
        assert find_story(session, id_of(8)) is None
    assert (story.items, story.by_hand, story.spreads) == (2, 1, 1)
    assert [item.source for item in desk.story(0).items] == ["uji", BY_HAND]


# Words that say little, and very many.


def test_one_word_is_the_same_as_that_word_and_a_link_the_same_as_nothing(desk: Desk) -> None:
    desk.update("banjir", "Banjir!", "gempa", "https://a.example/1", "https://a.example/1", "😡", "😡")
    assert desk.parts() == numbers([0, 1], [2], [3], [4], [5], [6])
    with desk.casework.read() as session:
        assert match_story(desk.store, session, "https://a.example/1") is None
        assert match_story(desk.store, session, "") is None
        assert match_story(desk.store, session, "kebakaran") is None


def test_texts_of_100_000_characters_are_stories_like_any_other(desk: Desk) -> None:
    long = words(1, 15_000)
    assert len(long) > 100_000
    desk.update(long, "Sebarkan!! " + long, long[:50_000], MESSAGE)
    assert desk.parts() == numbers([0, 1, 2], [3])
    with desk.casework.read() as session:
        match = match_story(desk.store, session, long[:99_000])
    assert match is not None and match.joins


def test_tens_of_thousands_of_identical_posts_in_a_minute_are_one_story_of_one_message(
    tmp_path: Path, trials: Callable[[int, int], int]
) -> None:
    many = trials(5_000, 50_000)
    settings = Settings(data_dir=tmp_path / "var")
    copies = (post(number, f"{MESSAGE} https://a.example/{number}", seconds=0.001) for number in range(many))
    with embedded_store(tmp_path) as store, open_casework(settings) as casework:
        store.add(copies)
        done = update_stories(store, casework, settings, now=NOW)
        assert (done.documents, done.stories) == (many, 1)
        with casework.read() as session:
            [story] = list_stories(session)
            assert session.scalars(select(StoryLinkRow)).all() == []
    assert (story.messages, story.items, story.spreads) == (1, many, many)


def test_texts_that_share_only_a_footer_of_very_many_are_not_joined_once_it_is_known(desk: Desk) -> None:
    footer = f"{OTHER} {MESSAGE}"
    own = [words(1_000 + number, 12) for number in range(100)]
    desk.update(*(f"{own[number]} {footer}" for number in range(60)))
    desk.update(*(f"{own[number]} {footer}" for number in range(60, 100)), first=60)
    assert numbers(*([number] for number in range(60, 100))) <= desk.parts()


# Words that change, and documents that go.


def test_a_document_whose_words_changed_moves_and_no_longer_holds_others_together(desk: Desk) -> None:
    desk.update(MESSAGE, OTHER, VARIANT)
    assert desk.parts() == numbers([0, 2], [1])
    changed = Revision(hash=revision_hash(None, OTHER), text=OTHER)
    desk.store.observe([Observation(document=id_of(2), at=NOW, state="changed", revision=changed)])
    assert desk.update().documents == 1
    assert desk.parts() == numbers([0], [1, 2])
    with desk.casework.read() as session:
        assert {one.id: one.items for one in list_stories(session, least_items=1)} == {id_of(0): 1, id_of(1): 2}
    desk.update(rebuild=True)
    assert desk.parts() == numbers([0], [1, 2])


def test_what_the_store_drops_leaves_the_stories(desk: Desk) -> None:
    desk.update(MESSAGE, VARIANT, OTHER)
    desk.store.drop([id_of(0), id_of(2)])
    assert desk.update().removed == 2
    assert stories_of(desk.casework) == {id_of(1): frozenset([id_of(1)])}


# Killed, lost, damaged, taken.


class Killed(BaseException):
    """Stands for kill -9 at a line of the program."""


@contextmanager
def killed_in(patch: pytest.MonkeyPatch, place: object, name: str, *, call: int, after: bool) -> Iterator[None]:
    """The program ends at the given call of a function, before or after it has done its work."""
    real, calls = getattr(place, name), 0

    def work(*arguments: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if calls == call and not after:
            raise Killed
        result = real(*arguments, **named)
        if calls == call:
            raise Killed
        return result

    with patch.context() as inner:
        inner.setattr(place, name, work)
        with pytest.raises(Killed):
            yield


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("name", "call"), [("take_up", 2), ("take_up", 4), ("save_index", 1), ("save_index", 2)])
@pytest.mark.parametrize("rebuild", [False, True], ids=["new", "anew"])
def test_killed_at_any_step_and_run_again_it_is_as_if_it_had_run_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, simulated: list[Simulated], name: str, call: int, after: bool,
    rebuild: bool,
) -> None:  # fmt: skip
    monkeypatch.setattr(story_keeping, "BATCH", 15)
    monkeypatch.setattr(story_keeping, "PART", 30)
    documents = [one.document for one in simulated if one.truth.story or one.document.kind == "comment"][:100]

    def update(folder: str, *, kill: bool) -> list[list[tuple[object, ...]]]:
        settings = Settings(data_dir=tmp_path / folder)
        with embedded_store(tmp_path) as store, open_casework(settings) as casework:
            store.add(documents)
            if rebuild:
                update_stories(store, casework, settings, now=NOW)
            if kill:
                with killed_in(monkeypatch, story_keeping, name, call=call, after=after):
                    update_stories(store, casework, settings, now=NOW, rebuild=rebuild)
            update_stories(store, casework, settings, now=NOW)
            tables = tables_of(casework)
            store.refresh()
            records = list(store.stream(Query()))
            said = [a for record in records for a in record.annotations if a.task == "stance"]
            assert len(said) == len(tables[0]), "each item has its stance once"
            assert [path.suffix for path in (settings.data_dir / "stories").glob("index-*")] == [".npz"]
            return tables

    if rebuild not in RUN_THROUGH:
        RUN_THROUGH[rebuild] = update("utuh", kill=False)
    assert update("terbunuh", kill=True) == RUN_THROUGH[rebuild]


RUN_THROUGH: dict[bool, object] = {}
"""What the tables hold after an update that nothing interrupted, new or made anew: the same for every kill."""


@pytest.mark.parametrize("damage", ["missing", "damaged", "of another day", "the database's"])
def test_an_index_that_does_not_go_with_the_rows_is_made_anew_with_a_word(desk: Desk, damage: str) -> None:
    desk.update(MESSAGE)
    [file] = (desk.settings.data_dir / "stories").glob("index-*.npz")
    older = file.read_bytes()
    desk.update(VARIANT, OTHER, first=1)
    [newer] = (desk.settings.data_dir / "stories").glob("index-*.npz")
    if damage == "the database's":
        with desk.casework.begin() as session:
            session.execute(text("UPDATE story_state SET token = 'lain', before = 'lagi'"))
    elif damage == "damaged":
        newer.write_bytes(newer.read_bytes()[:100])
    else:
        newer.unlink()
    if damage == "of another day":
        file.write_bytes(older)
    done = desk.update(FURTHER, first=3)
    assert done.why is not None and "disusun ulang" in done.why
    assert desk.parts() == numbers([0, 1, 3], [2])


def test_two_cannot_keep_the_stories_at_once(desk: Desk) -> None:
    with only_keeper(desk.settings.data_dir / "stories"), pytest.raises(Retry, match="sedang menyusun"):
        desk.update(MESSAGE)
