"""Innocent explanations are listed where the posts speak for them, and the graph can be read back."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from analysis.coordination import Coordination
from analysis.coordination_acts import Account, Act, Trace
from analysis.coordination_explanations import (
    SENTENCES,
    STANDING,
    Background,
    News,
    Reason,
    count_reasons,
    explain_edge,
    prepare_background,
)
from analysis.coordination_graphml import write_graphml
from analysis.coordination_groups import Edge, Group, JointMoment, connect_groups

START = 1_793_462_400_000
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
ONE, OTHER = Account(platform="x", handle="satu_a"), Account(platform="x", handle="dua_b")
ACCUSING = re.compile(r"buzzer|\bbot\b|pelaku|tersangka|dalang|jaringan terorganisasi", re.IGNORECASE)


def make_edge(
    trace: Trace = "moment",
    *,
    content: str = "x",
    users: int = 2,
    one: Account = ONE,
    other: Account = OTHER,
    moments: int = 6,
    apart_days: float = 1.37,
    replied: tuple[str | None, str | None] = (None, None),
    shared: tuple[str | None, str | None] = (None, None),
) -> Edge:
    joint = []
    for number in range(moments):
        time = START + int(number * apart_days * DAY)
        first = Act(id=f"a{number}", account=one, time=time, reply_to=replied[0], shared_from=shared[0])
        second = Act(id=f"b{number}", account=other, time=time + 20_000, reply_to=replied[1], shared_from=shared[1])
        joint.append(JointMoment(first=first, second=second, content=content, users=users))
    return Edge(
        one=one, other=other, trace=trace, window=60, moments=moments, expected=0.01, p=1e-9, q=1e-5, joint=tuple(joint)
    )


def reasons(edge: Edge, background: Background | None = None) -> list[Reason]:
    return [one.reason for one in explain_edge(edge, background or Background())]


NEWS = Background(news=News(outlets=frozenset({"warta.example"}), messages=frozenset({"rilis"})))


def test_an_edge_without_evidence_has_no_explanation() -> None:
    assert reasons(make_edge()) == []
    assert reasons(make_edge("link", content="https://lain.example/1"), NEWS) == []
    assert reasons(make_edge("copy", content="pesan"), NEWS) == []


@pytest.mark.parametrize(
    ("edge", "reason"),
    [
        (make_edge("copy", content="rilis"), "press_release"),
        (make_edge("link", content="https://warta.example/7"), "news_share"),
        (make_edge("link", content="https://daerah.warta.example/7"), "news_share"),
        (make_edge(shared=("asal", "asal")), "repost"),
        (make_edge(shared=(None, "a0"), moments=1), "repost"),
        (make_edge(replied=("induk", "induk")), "replies"),
        (make_edge("hashtag", content="banjir", users=51), "popular"),
        (make_edge(other=Account(platform="telegram", handle="@Satu.A")), "same_handle"),
        (make_edge(apart_days=1.0), "occasion"),
    ],
)
def test_evidence_in_the_posts_names_its_explanation(edge: Edge, reason: Reason) -> None:
    (found,) = explain_edge(edge, NEWS)
    assert (found.reason, found.count, found.of) == (reason, edge.moments, edge.moments)
    assert SENTENCES[reason] in found.sentence and f"{found.count} dari {found.of}" in found.sentence


@pytest.mark.parametrize(
    "edge",
    [
        make_edge("hashtag", content="banjir", users=50),
        make_edge("link", content="https://warta.example.palsu.example/7"),
        make_edge("link", content="https://[rusak"),
        make_edge(shared=("asal", "lain")),
        make_edge(other=Account(platform="telegram", handle="satu_c")),
        make_edge(one=Account(platform="x", handle="___"), other=Account(platform="telegram", handle="...")),
        make_edge(apart_days=1.0, moments=3),
    ],
)
def test_evidence_that_falls_short_names_nothing(edge: Edge) -> None:
    assert reasons(edge, NEWS) == []


def test_an_account_on_a_timer_is_told_by_all_its_posts() -> None:
    timed = [Act(id=f"t{number}", account=ONE, time=START + number * HOUR) for number in range(20)]
    loose = [Act(id=f"l{number}", account=OTHER, time=START + number * 37 * MINUTE) for number in range(60)]
    (found,) = explain_edge(make_edge(), prepare_background([*timed, *loose], news=News()))
    assert (found.reason, found.count, found.of) == ("scheduled", 20, 20)
    assert reasons(make_edge(), prepare_background([*timed[:3], *loose], news=News())) == []


def test_reasons_are_counted_over_the_edges_of_a_group() -> None:
    edges = [make_edge("copy", content="rilis"), make_edge("copy", content="rilis", users=99), make_edge()]
    assert count_reasons(explain_edge(edge, NEWS) for edge in edges) == (("press_release", 2), ("popular", 1))


def test_no_word_accuses() -> None:
    for sentence in (*SENTENCES.values(), STANDING):
        assert not ACCUSING.search(sentence)
    assert "tidak membuktikan niat" in STANDING


def found_of(edges: list[Edge]) -> Coordination:
    return Coordination(
        groups=connect_groups(edges), acts=20, unnamed=0, accounts=4, tested=6, crowded=0, windows=(60,), max_false=0.05
    )


def test_accounts_that_edges_connect_are_one_group_and_others_another() -> None:
    three, four, five = (Account(platform="x", handle=name) for name in ("tiga", "empat", "lima"))
    edges = [make_edge(), make_edge(one=OTHER, other=three), make_edge("link", one=four, other=five)]
    groups = connect_groups(edges)
    assert [set(group.accounts) for group in groups] == [{ONE, OTHER, three}, {four, five}]
    assert [group.density for group in groups] == [pytest.approx(2 / 3), 1.0]
    assert sum((group.edges for group in groups), ()) == tuple(edges[place] for place in (1, 0, 2))


def test_the_graph_is_read_back_as_it_was_found(tmp_path: Path) -> None:
    networkx = pytest.importorskip("networkx")
    hostile = Account(platform="x", handle='<b>&"\x00\ud800 ]]>')
    edges = [make_edge(), make_edge("copy", content="rilis"), make_edge(one=OTHER, other=hostile)]
    explained = {edge: explain_edge(edge, NEWS) for edge in edges}
    write_graphml(found_of(edges), explained, tmp_path / "graf.graphml")
    assert [path.name for path in tmp_path.iterdir()] == ["graf.graphml"]
    graph = networkx.read_graphml(tmp_path / "graf.graphml", force_multigraph=True)
    handles = {node: told["handle"] for node, told in graph.nodes(data=True)}
    assert sorted(handles.values()) == sorted(["satu_a", "dua_b", '<b>&"\ufffd\ufffd ]]>'])
    between = {
        (frozenset((handles[one], handles[other])), told["trace"]): told for one, other, told in graph.edges(data=True)
    }
    copied = between[frozenset(("satu_a", "dua_b")), "copy"]
    assert (copied["p"], copied["q"], copied["window_s"], copied["moments"]) == (1e-9, 1e-5, 60, 6)
    assert copied["explanations"] == "press_release" and copied["posts"].split()[:2] == ["a0", "b0"]
    assert len(between) == 3
    root = ET.parse(tmp_path / "graf.graphml").getroot()
    assert root.findtext(".//{*}desc") == STANDING


def test_a_graph_without_groups_is_a_graph_and_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    networkx = pytest.importorskip("networkx")
    write_graphml(found_of([]), {}, tmp_path / "kosong.graphml")
    assert len(networkx.read_graphml(tmp_path / "kosong.graphml")) == 0
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        write_graphml(found_of([]), {}, tmp_path / "folder")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "kosong.graphml"]


def test_a_group_lists_each_post_behind_it_once() -> None:
    group = Group(accounts=(OTHER, ONE), edges=(make_edge(), replace(make_edge("copy"), p=1e-3)))
    assert [act.id for act in group.posts] == [f"{letter}{number}" for number in range(6) for letter in "ab"]
