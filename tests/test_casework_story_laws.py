"""The tables of stories under generated sequences of adding, changing words, dropping, merging, splitting and undoing:
after each step they are what arranging everything at once gives."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from casework_fixtures import NOW, actor, add
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import insert, select

from analysis.duplicates import JOIN
from analysis.stories import Arranged, Change, Link, Merge, Message, Split, arrange_messages
from casework.db import Casework, open_casework
from casework.people import first_admin
from casework.roles import Actor
from casework.stories import list_stories, merge_stories, split_story, undo_change
from casework.story_projection import count_stories, place_items, remove_items
from casework.story_tables import StoryLinkRow, StoryMessageRow
from kentongan.errors import Conflict, NotFound
from kentongan.settings import Settings

DOCUMENTS = [f"{number:032x}" for number in range(9)]
MESSAGES = [f"{number:016x}" for number in range(6)]


@cache
def made_casework() -> tuple[Path, Actor]:
    """A database with one analyst in it, to be copied: changes are never deleted, so every run needs its own."""
    file = Path(tempfile.mkdtemp(prefix="kentongan-stories-")) / "casework.sqlite"
    with open_casework(Settings(database_url=f"sqlite:///{file}")) as casework:
        with casework.begin() as session:
            first_admin(session, "ratna", name="Ratna", now=NOW)
        analyst = actor(add(casework, "ani", "analis"))
    assert not file.with_name(file.name + "-wal").exists(), "closed, it is one file"
    return file, analyst


@dataclass(slots=True)
class Act:
    """A change as the model knows it."""

    number: int
    change: Change
    undone: bool = False


class StoryLaws(RuleBasedStateMachine):
    @initialize()
    def open(self) -> None:
        file, self.analyst = made_casework()
        self.opened = ExitStack()
        folder = self.opened.enter_context(tempfile.TemporaryDirectory())
        copy = shutil.copy(file, Path(folder) / file.name)
        self.casework: Casework = self.opened.enter_context(
            open_casework(Settings(database_url=f"sqlite:///{copy}"))
        )  # fmt: skip
        self.message: dict[str, str] = {}
        self.links: dict[tuple[str, str], float] = {}
        self.acts: list[Act] = []

    def teardown(self) -> None:
        if hasattr(self, "opened"):
            self.opened.close()

    def messages(self) -> dict[str, Message]:
        """What the documents make, counted by hand."""
        found = {}
        for name in sorted(set(self.message.values())):
            items = sorted(document for document, message in self.message.items() if message == name)
            first = min((collected(document), document) for document in items)
            found[name] = Message(id=name, copies=len(items), first=first, named=items[0])
        return found

    def stories(self) -> list[Arranged]:
        """Everything arranged at once."""
        near = [Link(one=one, other=other, score=score) for (one, other), score in self.links.items() if score >= JOIN]
        return arrange_messages(self.messages(), near, [act.change for act in self.acts if not act.undone])

    def story_of(self, document: str) -> Arranged:
        return next(story for story in self.stories() if self.message[document] in story.messages)

    @rule(documents=st.dictionaries(st.sampled_from(DOCUMENTS), st.sampled_from(MESSAGES), min_size=1, max_size=4))
    def add_or_change_words(self, documents: dict[str, str]) -> None:
        rows = [
            {
                "document": document, "message": message, "revision": message * 2, "stance": "spreads", "source": "uji",
                "platform": "x", "published_at": collected(document), "collected_at": collected(document),
            }
            for document, message in documents.items()
        ]  # fmt: skip
        with self.casework.begin() as session:
            count_stories(session, place_items(session, rows))
        self.message |= documents

    @rule(pair=st.sets(st.sampled_from(MESSAGES), min_size=2, max_size=2), score=st.sampled_from([0.5, 0.6, 0.7, 0.9]))
    def link(self, pair: set[str], score: float) -> None:
        one, other = sorted(pair)
        if (one, other) in self.links:
            return
        self.links[one, other] = score
        with self.casework.begin() as session:
            session.execute(insert(StoryLinkRow), [{"one": one, "other": other, "score": score}])
            count_stories(session, place_items(session, [], touched=pair if score >= JOIN else ()))

    @rule(documents=st.sets(st.sampled_from(DOCUMENTS), min_size=1, max_size=2))
    def drop(self, documents: set[str]) -> None:
        with self.casework.begin() as session:
            count_stories(session, remove_items(session, sorted(documents)))
        for document in documents:
            self.message.pop(document, None)

    @precondition(lambda self: self.message)
    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        one, other = (data.draw(st.sampled_from(sorted(self.message))) for _ in range(2))
        sides = (self.standing(one), self.standing(other))
        with self.casework.begin() as session:
            if self.story_of(one) == self.story_of(other):
                with pytest.raises(Conflict, match="sudah satu cerita"):
                    merge_stories(session, one, other, reason="uji", actor=self.analyst, now=NOW)
                return
            made = merge_stories(session, one, other, reason="uji", actor=self.analyst, now=NOW)
        self.acts.append(Act(made.number, Merge(one=sides[0], other=sides[1])))
        assert self.story_of(one) == self.story_of(other)

    def standing(self, document: str) -> tuple[str, ...]:
        found, named = self.messages(), self.message[document]
        others = self.story_of(document).messages - {named}
        return (named, *sorted(others, key=lambda name: (-found[name].copies, name)))

    @precondition(lambda self: self.message)
    @rule(data=st.data())
    def split(self, data: st.DataObject) -> None:
        story = self.story_of(data.draw(st.sampled_from(sorted(self.message))))
        inside = sorted(document for document, message in self.message.items() if message in story.messages)
        items = data.draw(st.lists(st.sampled_from(inside), min_size=1, max_size=3))
        taken = frozenset(self.message[document] for document in items)
        with self.casework.begin() as session:
            if taken == story.messages:
                with pytest.raises(Conflict, match="tidak ada yang tersisa"):
                    split_story(session, items, reason="uji", actor=self.analyst, now=NOW)
                return
            made = split_story(session, items, reason="uji", actor=self.analyst, now=NOW)
        self.acts.append(Act(made.number, Split(items=taken, rest=story.messages - taken)))

    @rule(number=st.integers(1, 6))
    def undo(self, number: int) -> None:
        act = next((act for act in self.acts if act.number == number), None)
        with self.casework.begin() as session:
            if act is None or act.undone:
                with pytest.raises((Conflict, NotFound)):
                    undo_change(session, number, reason="uji", actor=self.analyst, now=NOW)
                return
            undo_change(session, number, reason="uji", actor=self.analyst, now=NOW)
        act.undone = True

    @invariant()
    def the_tables_are_what_arranging_everything_at_once_gives(self) -> None:
        if not hasattr(self, "casework"):
            return
        stories, found = self.stories(), self.messages()
        with self.casework.read() as session:
            row = StoryMessageRow
            asked = session.execute(select(row.message, row.story, row.joined))
            placed = {message: (story, joined) for message, story, joined in asked}
            figures = {one.id: one for one in list_stories(session, limit=100, least_items=1)}
        expected = {message: story for story in stories for message in story.messages}
        assert placed == {
            message: (story.id, "auto" if message in story.linked else "person") for message, story in expected.items()
        }
        for story in stories:
            counted = figures.pop(story.id)
            assert counted.centre == story.centre
            assert counted.messages == len(story.messages)
            assert counted.items == counted.spreads == sum(found[message].copies for message in story.messages)
        assert not figures


def collected(document: str) -> datetime:
    """When a document was collected: two at a time, not in the order of their ids."""
    return NOW + timedelta(minutes=(int(document, 16) * 5 % 9) // 2)


StoryLaws.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestStoryLaws = StoryLaws.TestCase
