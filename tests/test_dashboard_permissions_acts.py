"""Every act by every role: refused where it is done, by every function that does it, whatever a page shows.

The guarded functions are found in the code itself: whoever calls ``authorise`` with an action. Each is called in the
name of each role with arguments that are of no use, so that nothing but the guard can answer before anything is done.
"""

from __future__ import annotations

import ast
import inspect
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import pytest
from casework_fixtures import NOW, migrated_file
from complaint_courses import put_agencies, put_complaint

from casework.db import Casework, open_casework
from casework.people import add_person
from casework.roles import ACTION_WORDS, ACTIONS, ROLES, SYSTEM, Action, Actor, Role
from casework.tables import JobRow
from kentongan.errors import NotAllowed
from kentongan.schema import Query
from kentongan.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("casework", "evidence", "models", "dashboard", "kentongan")
USELESS: dict[str, object] = {
    # What is looked at before the guard: words, and which row it is about.
    "words": "x", "reason": "x", "query": Query(until=NOW), "review": 1,
}  # fmt: skip


def call_with_nothing(function: Callable[..., object], casework: Casework, actor: Actor) -> None:
    """Call a guarded function in somebody's name; all it is given besides is of no use."""
    given: dict[str, Any] = {}
    wants_session = False
    for name, parameter in inspect.signature(function).parameters.items():
        if name == "session":
            wants_session = True
        elif name in ("casework", "past"):
            given[name] = casework
        elif name == "actor":
            given[name] = actor
        elif name == "now":
            given[name] = NOW
        elif parameter.default is inspect.Parameter.empty:
            given[name] = USELESS.get(name, object())
    if not wants_session:
        function(**given)
        return
    with casework.begin() as session:
        function(session=session, **given)
        session.rollback()


def guarded_functions() -> dict[Action, list[str]]:
    """Action: every function ("module:name") that asks ``authorise`` for it, read from the code."""
    found: dict[Action, list[str]] = {}
    for folder in FOLDERS:
        for file in sorted((ROOT / folder).rglob("*.py")):
            source = file.read_text(encoding="utf-8")
            if "authorise(" not in source:
                continue
            module = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            for node in ast.parse(source).body:
                if not isinstance(node, ast.FunctionDef) or "actor" not in names_of(node):
                    continue
                for action in asked_actions(node):
                    found.setdefault(action, []).append(f"{module}:{node.name}")
    return found


def names_of(node: ast.FunctionDef) -> set[str]:
    return {one.arg for one in (*node.args.args, *node.args.kwonlyargs)}


def asked_actions(node: ast.FunctionDef) -> list[Action]:
    """The action of a function's first call of ``authorise``, where it names just one."""
    calls = [
        call for call in ast.walk(node)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "authorise"
    ]  # fmt: skip
    words = {
        keyword.value.value for call in calls for keyword in call.keywords
        if keyword.arg == "action" and isinstance(keyword.value, ast.Constant)
    }  # fmt: skip
    return [word for word in words if word in ACTIONS] if len(calls) == 1 else []


APART = frozenset({
    "casework.complaints.listing:may_read_secret",  # answers yes or no, refuses nobody
    "casework.complaints.outbox:deliver_messages", "casework.jobs:start_job", "evidence.package.build:build_package",
})  # fmt: skip
"""Found, but called by hand below: they look at what they were given before they ask."""

FOUND = {action: [place for place in places if place not in APART] for action, places in guarded_functions().items()}


@pytest.fixture(scope="module")
def casework(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Casework]:
    folder = tmp_path_factory.mktemp("izin")
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    with open_casework(Settings(data_dir=folder)) as opened:
        yield opened


@pytest.fixture(scope="module")
def staff(casework: Casework) -> dict[Role, Actor]:
    """One person of each role, and a second analyst's job for those who cancel others'."""
    made: dict[Role, Actor] = {}
    with casework.begin() as session:
        for role in ROLES:
            agency = "Dinas PUPR" if role == "petugas" else None
            one = add_person(session, f"si-{role}", name=role, role=role, agency=agency, actor=SYSTEM, now=NOW)
            made[role] = Actor(id=one.id, username=one.username, role=role)
    return made


def refused_roles(act: Callable[[Actor], object], action: Action, staff: dict[Role, Actor]) -> set[Role]:
    """The roles whose try ends in the refusal of this very action; for the others the guard lets them through, and
    whatever useless arguments end in is no matter."""
    refused: set[Role] = set()
    for role, actor in staff.items():
        try:
            act(actor)
        except NotAllowed as error:
            if f"tidak berhak {ACTION_WORDS[action]}." in str(error):
                refused.add(role)
        except Exception:  # noqa: BLE001 - it came past the guard and stumbled over what it was given
            pass
    return refused


def wrong_roles(action: Action) -> set[Role]:
    return {role for role in ROLES if role not in ACTIONS[action]}


@pytest.mark.parametrize(("action", "place"), [(action, place) for action, places in FOUND.items() for place in places])
def test_a_guarded_function_refuses_exactly_the_roles_that_the_table_refuses(
    action: Action, place: str, casework: Casework, staff: dict[Role, Actor]
) -> None:
    module, _, name = place.partition(":")
    function = getattr(import_module(module), name)
    refused = refused_roles(lambda actor: call_with_nothing(function, casework, actor), action, staff)
    assert refused == wrong_roles(action), f"{place} does not ask for {action} before anything else"


# What the code does not say in so many words: the action depends on a row, on the act, or on who asks.


def change_complaint(act: str) -> Callable[[Casework, Actor], object]:
    def change(casework: Casework, actor: Actor) -> None:
        from casework.complaints.changing import begin_change

        with casework.begin() as session:
            begin_change(session, 1, act=act, actor=actor, version=None, now=NOW)  # type: ignore[arg-type]

    return change


def change_review(name: str) -> Callable[[Casework, Actor], object]:
    def change(casework: Casework, actor: Actor) -> None:
        from casework import verdict_reviews

        call_with_nothing(getattr(verdict_reviews, name), casework, actor)

    return change


def start(casework: Casework, actor: Actor) -> None:
    from casework.jobs import JOB_COMMANDS, start_job

    start_job(casework, [min(JOB_COMMANDS)], actor=actor, now=NOW, settings=object())  # type: ignore[arg-type]


def cancel(job: int) -> Callable[[Casework, Actor], object]:
    def change(casework: Casework, actor: Actor) -> None:
        from casework.jobs import cancel_job

        with casework.begin() as session:
            session.get_one(JobRow, 1).actor = actor.id
        cancel_job(casework, job, actor=actor, version=99, now=NOW)

    return change


def send_messages(casework: Casework, actor: Actor) -> None:
    from casework.complaints.outbox import deliver_messages

    ready = Settings(complaint_messages_url="https://gerbang.example", complaint_messages_secret="x" * 40)
    deliver_messages(casework, settings=ready, actor=actor, now=NOW, post=lambda *_: None)  # type: ignore[arg-type, return-value]


def build(casework: Casework, actor: Actor) -> None:
    from types import SimpleNamespace

    from evidence.package.build import build_package

    sources = SimpleNamespace(casework=casework)
    build_package("X", sources=sources, issuer=object(), out=Path("x"), actor=actor, now=NOW)  # type: ignore[arg-type]


def stamp(casework: Casework, actor: Actor) -> None:
    from evidence.cases.custody_heads import stamp_heads

    call_with_nothing(stamp_heads, casework, actor)


def read_reporter(casework: Casework, actor: Actor) -> None:
    from casework.complaints.reporters import read_reporters

    with casework.begin() as session:
        read_reporters(session, 99, actor=actor, now=NOW)


def update_issues(casework: Casework, actor: Actor) -> None:
    from argparse import Namespace

    from kentongan.commands.issues import update

    update(Namespace(username=actor.username), object(), casework, now=NOW)  # type: ignore[arg-type]


def set_source_aside(casework: Casework, actor: Actor) -> None:
    from dashboard import source_acts

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source_acts, "shared_casework", lambda: casework)
        patch.setattr(source_acts, "page_actor", lambda session, *, now: actor)
        source_acts.put_aside(object(), now=NOW)  # type: ignore[arg-type]


def export_posts(casework: Casework, actor: Actor) -> None:
    from casework.post_exports import allow_export

    with casework.begin() as session:
        allow_export(
            session, Query(), file="x.csv", documents=1, named=False, reason="", actor=actor, now=NOW
        )  # fmt: skip


BY_HAND: dict[Action, Callable[[Casework, Actor], object]] = {
    "jobs.start": start,
    "jobs.cancel": cancel(1),
    "jobs.cancel_others": cancel(2),
    "complaints.send": send_messages,
    "complaints.verify": change_complaint("forwarded"),
    "complaints.handle": change_complaint("finished"),
    "complaints.merge": change_complaint("merged"),
    "complaints.read_reporter": read_reporter,
    "verdicts.decide": change_review("decide"),
    "verdicts.withdraw": change_review("withdraw_verdict"),
    "evidence.build": build,
    "evidence.stamp": stamp,
    "issues.update": update_issues,
    "sources.manage": set_source_aside,
    "posts.export": export_posts,
}
"""Action: a real call of it in somebody's name."""


@pytest.fixture(scope="module", autouse=True)
def rows(casework: Casework, staff: dict[Role, Actor]) -> None:
    """A complaint, one's own job and a job of somebody who left."""
    with casework.begin() as session:
        put_agencies(session)
        put_complaint(session, 1, received_at=NOW - timedelta(days=1))
        for owner in ("own", "somebody else"):
            session.add(
                JobRow(arguments=["crawl"], state="queued", actor=owner, actor_name=owner, created_at=NOW, host="h",
                       version=1)
            )  # fmt: skip


@pytest.mark.parametrize("action", list(BY_HAND))
def test_an_act_that_depends_on_its_row_refuses_exactly_the_roles_that_the_table_refuses(
    action: Action, casework: Casework, staff: dict[Role, Actor]
) -> None:
    assert refused_roles(lambda actor: BY_HAND[action](casework, actor), action, staff) == wrong_roles(action)


def test_every_act_of_the_table_is_tried_by_a_real_call() -> None:
    assert set(get_args(Action)) - {one for one, places in FOUND.items() if places} - set(BY_HAND) == set(), (
        "give the act a call in BY_HAND"
    )


def test_a_stale_role_a_closed_account_and_an_unknown_person_are_refused_whatever_they_claim(
    casework: Casework, staff: dict[Role, Actor]
) -> None:
    for action, places in FOUND.items():
        if not places:
            continue
        module, _, name = places[0].partition(":")
        forged = Actor(id="f" * 16, username="hantu", role=next(role for role in ROLES if role in ACTIONS[action]))
        with pytest.raises(NotAllowed):
            call_with_nothing(getattr(import_module(module), name), casework, forged)
