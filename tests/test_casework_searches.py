"""Saved searches keep a question whole, and refuse to ask for anything else than was saved."""

from __future__ import annotations

from dataclasses import fields

import pytest
from casework_fixtures import NOW, admin, at_once, casework, casework_url, settings, staff  # noqa: F401
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from casework.db import Casework
from casework.roles import Actor, Role
from casework.searches import (
    archive_search,
    change_search,
    decode_query,
    encode_query,
    get_search,
    list_searches,
    save_search,
)
from kentongan.errors import BadQuery, Conflict, KentonganError, NotAllowed, NotFound
from kentongan.schema import KINDS, Query

FLOOD = Query(text="banjir ATAU rob", kinds=("post", "comment"), regions=("99.01",), without_sources=("uji",))
sqlite_only = pytest.mark.parametrize("casework_url", ["sqlite"], indirect=True)
names = st.lists(st.text(min_size=1, max_size=8), max_size=3).map(tuple)


@given(
    query=st.builds(
        Query, text=st.text(max_size=20), kinds=st.lists(st.sampled_from(KINDS), max_size=3).map(tuple),
        topics=names, regions=names, sources=names, authors=names, hashtags=names, hoax=names,
    )
)  # fmt: skip
@hypothesis_settings(max_examples=50, deadline=None)
def test_a_question_comes_back_as_it_was_kept(query: Query) -> None:
    assert decode_query(encode_query(query)) == query


def test_every_field_of_a_question_is_kept() -> None:
    whole = Query(**{
        one.name: "x" if one.name in ("text", "unscored_by") else NOW if one.name in ("since", "until")
        else ("post",) if one.name == "kinds" else ("x",)
        for one in fields(Query)
    })  # type: ignore[arg-type]  # fmt: skip
    assert set(encode_query(whole)) == {one.name for one in fields(Query)}
    assert decode_query(encode_query(whole)) == whole


@pytest.mark.parametrize("kept", [{"suara": "x"}, {"kinds": ["tweet"]}, {"topics": "health"}, {"text": 3}])
def test_what_is_no_question_today_is_refused_with_the_reason(kept: dict[str, object]) -> None:
    with pytest.raises(BadQuery, match="tidak") as refused:
        decode_query(kept)
    assert "searches change" in refused.value.hint


@sqlite_only
def test_a_search_is_saved_found_changed_and_archived(casework: Casework, staff: dict[Role, Actor]) -> None:  # noqa: F811
    with casework.begin() as session:
        saved = save_search(session, name="  Banjir  Randu ", query=FLOOD, actor=staff["analis"], now=NOW)
        assert (saved.name, saved.owner_name) == ("Banjir Randu", "si-analis")
        assert get_search(session, "Banjir Randu") == get_search(session, saved.id) == saved
        changed = change_search(session, saved.id, actor=staff["hukum"], version=saved.version, now=NOW, name="Rob")
        assert changed.name == "Rob" and decode_query(changed.query) == FLOOD
        with pytest.raises(Conflict, match="versi"):
            change_search(session, saved.id, actor=staff["hukum"], version=saved.version, now=NOW, name="Lain")
        archive_search(session, saved.id, actor=staff["analis"], version=changed.version, now=NOW)
        assert list_searches(session) == []
        assert [one.archived_at for one in list_searches(session, archived=True)] == [NOW]
        with pytest.raises(NotFound):
            get_search(session, "Rob")
        # The name is free again.
        assert save_search(session, name="Rob", query=FLOOD, actor=staff["analis"], now=NOW).id != saved.id


@sqlite_only
@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("Banjir", Query(text="(banjir")),
        ("Banjir", Query(since=NOW)),
        ("12", FLOOD),
        ("", FLOOD),
        ("x" * 101, FLOOD),
    ],
    ids=["words", "time", "number", "no name", "long name"],
)
def test_a_search_that_could_not_be_asked_is_refused(
    casework: Casework,  # noqa: F811
    staff: dict[Role, Actor],  # noqa: F811
    name: str,
    query: Query,
) -> None:
    with casework.begin() as session, pytest.raises(KentonganError):
        save_search(session, name=name, query=query, actor=staff["analis"], now=NOW)


@sqlite_only
def test_searches_are_saved_by_those_who_may(casework: Casework, staff: dict[Role, Actor]) -> None:  # noqa: F811
    with casework.begin() as session, pytest.raises(NotAllowed):
        save_search(session, name="Banjir", query=FLOOD, actor=staff["admin"], now=NOW)


def test_two_who_save_the_same_name_at_once_get_one_search(casework: Casework, staff: dict[Role, Actor]) -> None:  # noqa: F811
    def save() -> None:
        with casework.begin() as session:
            save_search(session, name="Banjir", query=FLOOD, actor=staff["analis"], now=NOW)

    assert at_once([save, save]) == ["Conflict", "done"]
    with casework.read() as session:
        assert len(list_searches(session)) == 1
