"""Alert rules are tried before they are kept; what the trial says is what hours fire, once each, in one alert."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa
from alert_world import BUSY, HOUR, QUIET, UNTIL, World, make_post, open_world
from casework_fixtures import (
    admin,  # noqa: F401
    at_once,
    casework,  # noqa: F401
    casework_url,  # noqa: F401
    count_rows,
    migrated_postgres,  # noqa: F401
    settings,  # noqa: F401
    staff,  # noqa: F401
)
from postgres_server import postgres_url  # noqa: F401

from analysis.alert_firings import floor_hour
from casework.alerts.backtest import Backtest, backtest_rule, poisson_interval
from casework.alerts.evaluating import SETTLE, Ran, run_rules
from casework.alerts.grouping import MOST_NOTICES_A_DAY, Standing, decide_notice
from casework.alerts.records import HELD_GROUP, RULE_KINDS, Alert, AlertRule, as_alert
from casework.alerts.replay import find_differences, replay_rules
from casework.alerts.rules import add_rule, change_rule, draft_rule, get_rule, list_rules, switch_rule
from casework.alerts.starter import STARTERS, add_starter_rules
from casework.alerts.tables import AlertEventRow, AlertFiringRow, AlertRow, AlertRuleRow
from casework.db import Casework
from casework.roles import Actor, Role
from casework.search_tables import SavedSearchRow
from casework.searches import save_search
from kentongan.errors import BadQuery, Conflict, KentonganError, NotAllowed
from kentongan.schema import Query

KINDS: Mapping[str, Mapping[str, Any]] = {
    "spike": {"split": "topic"},
    "drop": {"split": "source", "parameters": {"hours": 12, "sensitivity": "high"}},
    "silence": {"split": "source", "parameters": {"hours": 8, "usual": 2}},
    "new_term": {"parameters": {"voices": 6}},
    "sentiment_shift": {"parameters": {"least": 10}},
    "hoax_story": {"parameters": {"voices": 5}},
    "deadline": {},
    "bridge_stale": {},
}
"""A rule of each kind that something in the world answers to."""
LAST_HOURS = 9
"""Hours in which something happens for every kind."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with open_world(tmp_path_factory.mktemp("dunia")) as opened:
        yield opened


@contextmanager
def rolled_back(world: World) -> Iterator[None]:
    """Turn off every rule of the world afterwards, so that the next test has its own."""
    yield
    with world.casework.begin() as session:
        for rule in list_rules(session, states=("on", "held")):
            switch_rule(session, rule.id, on=False, actor=world.staff["analis"], now=UNTIL)


def draft(world: World, kind: str, *, name: str | None = None, **more: Any) -> AlertRule:
    given = {"parameters": {}, **KINDS[kind], **more}
    with world.casework.read() as session:
        return draft_rule(
            session, name=name or f"Aturan {kind}", kind=kind, settings=world.settings, actor=world.staff["analis"],
            now=UNTIL, **given,
        )  # fmt: skip


def tried(world: World, rule: AlertRule, *, days: float = 1.5) -> Backtest:
    with world.casework.read() as session:
        return backtest_rule(world.store, session, rule, until=UNTIL, days=days, settings=world.settings)


def kept(world: World, kind: str, *, at: datetime, **more: Any) -> AlertRule:
    """A rule that judges from ``at`` on."""
    rule = draft(world, kind, **more)
    estimate = tried(world, rule)
    with world.casework.begin() as session:
        return add_rule(session, rule, estimate=estimate, actor=world.staff["analis"], now=at)


def run(world: World, now: datetime, rule: AlertRule) -> Ran:
    (ran,) = run_rules(world.store, world.casework, settings=world.settings, now=now + SETTLE, rule=rule.id)
    return ran


def alerts_of(world: World, rule: AlertRule) -> list[Alert]:
    with world.casework.read() as session:
        rows = session.scalars(sa.select(AlertRow).where(AlertRow.rule == rule.id).order_by(AlertRow.id))
        return [as_alert(row) for row in rows]


def test_the_estimate_of_every_kind_is_what_its_hours_fire(world: World) -> None:
    rules = [draft(world, kind) for kind in RULE_KINDS]
    estimates = [tried(world, rule, days=LAST_HOURS / 24) for rule in rules]
    fired = {rule.kind: {one.group for one in found.firings} for rule, found in zip(rules, estimates, strict=True)}
    assert all(fired.values()), fired
    assert "health" in fired["spike"]
    assert fired["silence"] == {QUIET}
    assert QUIET in fired["drop"]
    assert {"serum", "ular"} <= fired["new_term"]
    assert fired["bridge_stale"] == {"puskesmas"}
    replayed = replay_rules(
        world.store, world.casework, rules, until=UNTIL, days=LAST_HOURS / 24, settings=world.settings
    )
    for rule, estimate, found in zip(rules, estimates, replayed, strict=True):
        assert find_differences(estimate, found) == [], rule.kind
        assert len(found.firings) == len(estimate.firings)


def test_accounts_and_a_saved_search_are_estimated_like_their_hours_too(world: World) -> None:
    with world.casework.begin() as session:
        search = save_search(
            session, name="Serum", query=Query(text="serum ATAU loket"), actor=world.staff["analis"], now=UNTIL
        )
    rules = [draft(world, "spike", search=search.id, split=None, parameters={"measure": measure, "sensitivity": "high"})
             for measure in ("posts", "accounts")]  # fmt: skip
    estimates = [tried(world, rule, days=LAST_HOURS / 24) for rule in rules]
    assert all(found.firings for found in estimates)
    replayed = replay_rules(
        world.store, world.casework, rules, until=UNTIL, days=LAST_HOURS / 24, settings=world.settings
    )
    assert [find_differences(*pair) for pair in zip(estimates, replayed, strict=True)] == [[], []]


def test_a_watch_that_was_down_catches_up_in_one_alert_and_fires_nothing_twice(world: World) -> None:
    with rolled_back(world):
        rule = kept(world, "silence", at=UNTIL - 12 * HOUR, name="Senyap susulan")
        ran = run(world, UNTIL, rule)
        assert (ran.state, ran.opened, ran.told) == ("judged", 1, 1)
        assert ran.firings > 5
        (alert,) = alerts_of(world, rule)
        assert (alert.group_key, alert.firings, alert.last_at) == (QUIET, ran.firings, UNTIL)
        assert "Sudah" in alert.text and "sources health" in alert.text
        again = run(world, UNTIL, rule)
        assert (again.state, again.firings) == ("nothing", 0)
        late = run(world, UNTIL + HOUR, rule)
        # One more hour of silence: the same alert, and nobody is told again before the repeat interval.
        assert (late.firings, late.opened, late.told) == (1, 0, 0)
        assert run(world, UNTIL - 5 * HOUR, rule).state == "nothing", "the clock was set back"


def test_what_was_collected_late_still_fires_in_its_hour(world: World) -> None:
    with rolled_back(world):
        rule = kept(world, "new_term", at=UNTIL - 30 * HOUR, name="Kata susulan", parameters={"voices": 7})
        run(world, UNTIL - 3 * HOUR, rule)
        at = UNTIL - 9 * HOUR
        world.store.add(
            make_post(f"telat-{n}", at + timedelta(minutes=n), "Mendadak ramai kabar gempita") for n in range(7)
        )
        world.store.refresh()
        run(world, UNTIL - 2 * HOUR, rule)
        with world.casework.read() as session:
            fired = session.execute(
                sa.select(AlertFiringRow.at).where(
                    AlertFiringRow.rule == rule.id, AlertFiringRow.group_key == "gempita"
                )
            ).all()
        assert [row.at for row in fired] == [at + HOUR]
        world.store.drop([make_post(f"telat-{n}", at, "x").id for n in range(7)])
        world.store.refresh()


def test_an_alert_points_at_the_posts_it_is_about(world: World) -> None:
    with rolled_back(world):
        rule = kept(world, "spike", at=UNTIL - 9 * HOUR, name="Lonjakan contoh")
        run(world, UNTIL - 6 * HOUR, rule)
        alert = next(one for one in alerts_of(world, rule) if one.group_key == "health")
        assert alert.detail["query"]["topics"] == ["health"]
        (record,) = world.store.get(alert.detail["documents"][:1])
        assert record is not None and "serum" in record.document.text
        assert alert.title.endswith("(Kesehatan)") and "biasanya" in alert.text


def test_a_rule_that_would_fire_thousands_of_times_is_refused_then_held_with_one_alert(world: World) -> None:
    with rolled_back(world):
        loud = {"parameters": {"voices": 1, "before": 0}}
        words = [f"z{a}{b}{c}x" for a, b, c in product("abcdefghijklmnopqrstuv", repeat=3)]
        flood = [
            make_post(f"banjir-{n}", UNTIL - 2 * HOUR, " ".join(words[n * 1000 : (n + 1) * 1000])) for n in range(10)
        ]
        world.store.add(flood)
        world.store.refresh()
        rule = draft(world, "new_term", name="Bising", **loud)
        estimate = tried(world, rule, days=0.25)
        assert estimate.held_at is not None and estimate.too_loud
        with world.casework.begin() as session, pytest.raises(Conflict, match="bising"):
            add_rule(session, rule, estimate=estimate, actor=world.staff["analis"], now=UNTIL)
        with world.casework.begin() as session:
            forced = add_rule(
                session, rule, estimate=estimate, actor=world.staff["analis"], now=UNTIL - 6 * HOUR, anyway=True
            )
        ran = run(world, UNTIL, forced)
        world.store.drop([one.id for one in flood])
        world.store.refresh()
        assert ran.state == "held" and ran.reason is not None and str(MOST_NOTICES_A_DAY) in ran.reason
        assert int(ran.reason.split("(")[1].split()[0]) >= 10_000
        (alert,) = alerts_of(world, forced)
        assert alert.group_key == HELD_GROUP and "ditahan" in alert.title
        with world.casework.read() as session:
            assert get_rule(session, forced.id).state == "held"
        assert (
            run_rules(world.store, world.casework, settings=world.settings, now=UNTIL + 9 * HOUR, rule=forced.id) == []
        )
        with world.casework.begin() as session:
            on = switch_rule(session, forced.id, on=True, actor=world.staff["analis"], now=UNTIL)
        assert (on.state, on.last_run_at) == ("on", UNTIL)


@pytest.mark.parametrize(
    ("query", "says"),
    [({"suara": "serum"}, "suara"), ({"text": "(serum"}, "Kurung"), ({"text": "@warga"}, "warga")],
    ids=["a field that is gone", "words that do not parse", "an alias that is gone"],
)
def test_a_rule_whose_question_cannot_be_asked_any_more_is_held_with_the_reason(
    world: World, query: dict[str, Any], says: str
) -> None:
    with rolled_back(world):
        name = f"Rusak {says}"
        with world.casework.begin() as session:
            search = save_search(session, name=name, query=Query(text="serum"), actor=world.staff["analis"], now=UNTIL)
        rule = kept(world, "spike", at=UNTIL - 9 * HOUR, name=name, search=search.id, split=None)
        with world.casework.begin() as session:
            broken = {"query": query, "aliases": ["warga"] if says == "warga" else []}
            session.execute(sa.update(SavedSearchRow).where(SavedSearchRow.id == search.id).values(**broken))
        ran = run(world, UNTIL, rule)
        assert ran.state == "held"
        (alert,) = alerts_of(world, rule)
        assert says in alert.text or says.lower() in alert.text.lower()
        # The hours it could not judge are still to be judged once it is mended.
        assert ran.since == UNTIL - 9 * HOUR


def test_a_suspected_story_is_never_called_a_hoax(world: World) -> None:
    with rolled_back(world):
        rule = kept(world, "hoax_story", at=UNTIL - 7 * HOUR, name="Cerita meluas")
        assert run(world, UNTIL, rule).opened == 1
        (alert,) = alerts_of(world, rule)
        assert "terindikasi hoaks" in alert.text.lower() and "bukan putusan" in alert.text
        assert len(alert.detail["documents"]) == 10


def test_the_starter_rules_are_tried_and_added_once_and_may_begin_in_the_past(world: World) -> None:
    back = timedelta(days=5)
    with rolled_back(world):
        started = add_starter_rules(
            world.store, world.casework, actor=world.staff["analis"], now=UNTIL, settings=world.settings, back=back
        )
        assert [one.name for one in started] == [one["name"] for one in STARTERS]
        assert all(one.rule is not None and one.estimate is not None for one in started), started
        assert {one.rule and one.rule.last_run_at for one in started} == {floor_hour(UNTIL - back)}
        again = add_starter_rules(
            world.store, world.casework, actor=world.staff["analis"], now=UNTIL, settings=world.settings
        )
        assert all(one.rule is None and one.reason == "Sudah ada." for one in again)
        ran = run_rules(world.store, world.casework, settings=world.settings, now=UNTIL + SETTLE)
        assert {one.state for one in ran} <= {"judged", "held"} and any(one.firings or one.reason for one in ran), ran
        once_more = run_rules(world.store, world.casework, settings=world.settings, now=UNTIL + SETTLE)
        assert sum(one.firings for one in once_more) == 0


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"kind": "petir"}, KentonganError),
        ({"kind": "spike", "split": "author"}, KentonganError),
        ({"kind": "deadline", "split": "topic"}, KentonganError),
        ({"kind": "bridge_stale", "search": 1}, KentonganError),
        ({"kind": "spike", "parameters": {"least": "banyak"}}, KentonganError),
        ({"kind": "spike", "repeat_minutes": 5}, KentonganError),
        ({"kind": "spike", "name": "  "}, KentonganError),
    ],
    ids=["kind", "split", "split of none", "search of none", "parameter", "repeat", "name"],
)
def test_a_rule_that_makes_no_sense_is_refused(world: World, given: dict[str, Any], error: type[Exception]) -> None:
    whole = {"name": "Aneh", "parameters": {}, **given}
    with world.casework.read() as session, pytest.raises(error):
        draft_rule(session, **whole, settings=world.settings, actor=world.staff["analis"], now=UNTIL)


def test_rules_are_made_by_those_who_may_and_changed_from_the_version_they_saw(world: World) -> None:
    with rolled_back(world):
        with world.casework.read() as session, pytest.raises(NotAllowed):
            draft_rule(session, name="x", kind="spike", parameters={}, settings=world.settings,
                       actor=world.staff["pimpinan"], now=UNTIL)  # fmt: skip
        rule = kept(world, "deadline", at=UNTIL, name="Tenggat")
        other = draft(world, "deadline", name="Tenggat dekat", parameters={"what": "soon"})
        with world.casework.begin() as session, pytest.raises(Conflict, match="aturan lain"):
            change_rule(session, rule.id, other, estimate=tried(world, rule), actor=world.staff["analis"],
                        version=rule.version, now=UNTIL)  # fmt: skip
        estimate = tried(world, other)
        with world.casework.begin() as session:
            changed = change_rule(session, rule.id, other, estimate=estimate, actor=world.staff["analis"],
                                  version=rule.version, now=UNTIL)  # fmt: skip
        assert changed.name == "Tenggat dekat" and changed.parameters["what"] == "soon"
        with world.casework.begin() as session, pytest.raises(Conflict, match="versi"):
            change_rule(session, rule.id, other, estimate=estimate, actor=world.staff["analis"],
                        version=rule.version, now=UNTIL)  # fmt: skip


def test_two_runs_at_once_fire_nothing_twice(
    world: World,
    casework: Casework,  # noqa: F811
    staff: dict[Role, Actor],  # noqa: F811
) -> None:
    with world.casework.read() as session:
        rule = draft_rule(
            session, name="Senyap", kind="silence", parameters={"hours": 8, "usual": 2}, split="source",
            settings=world.settings, actor=world.staff["analis"], now=UNTIL,
        )  # fmt: skip
    estimate = tried(world, rule)
    with casework.begin() as session:
        kept_rule = add_rule(session, rule, estimate=estimate, actor=staff["analis"], now=UNTIL - 10 * HOUR)
    done: list[Ran] = []

    def judge_all() -> None:
        done.extend(run_rules(world.store, casework, settings=world.settings, now=UNTIL + SETTLE))

    assert at_once([judge_all, judge_all]) == ["done", "done"]
    assert sorted(one.state for one in done) in (["elsewhere", "judged"], ["judged", "nothing"])
    assert count_rows(casework, AlertFiringRow) == sum(one.firings for one in done) > 0
    assert count_rows(casework, AlertRow) == 1
    assert count_rows(casework, AlertEventRow) == 1
    with casework.begin() as session, pytest.raises(sa.exc.DatabaseError):
        session.execute(sa.update(AlertFiringRow).values(value=1.0))
    with casework.begin() as session, pytest.raises(sa.exc.DatabaseError):
        session.execute(sa.delete(AlertRuleRow).where(AlertRuleRow.id == kept_rule.id))


@pytest.mark.parametrize(
    ("state", "quiet_hours", "told_hours", "why"),
    [
        ("open", 1, 1, None),
        ("open", 1, 12, "repeat"),
        ("acknowledged", 2, 90, None),
        ("acknowledged", 30, 90, "reopened"),
        ("snoozed", 2, 90, None),
        ("closed", 2, 90, None),
        ("closed", 9, 90, "opened"),
    ],
)
def test_people_are_told_again_only_when_it_is_news(
    state: Any, quiet_hours: float, told_hours: float, why: str | None
) -> None:
    standing = Standing(
        state=state, last_at=UNTIL - quiet_hours * HOUR, told_at=UNTIL - told_hours * HOUR,
        snoozed_until=UNTIL + HOUR if state == "snoozed" else None,
    )  # fmt: skip
    assert decide_notice(standing, fired_at=UNTIL, now=UNTIL, repeat=12 * HOUR) == why


def test_the_interval_of_a_rate_is_garwoods() -> None:
    # Garwood (1936): 10 events, 95 %: 4.80 to 18.39; none: 0 to 3.69.
    assert poisson_interval(10) == pytest.approx((4.795, 18.39), rel=0.01)
    assert poisson_interval(0) == pytest.approx((0.0, 3.689), rel=0.01)


def test_a_gap_in_the_collection_is_named_beside_the_estimate(world: World) -> None:
    estimate = tried(world, draft(world, "silence"), days=7)
    assert [gap.source for gap in estimate.gaps] == [BUSY]
    assert 6.9 < estimate.days <= 7


def test_days_that_were_not_collected_are_not_counted_as_tried(world: World) -> None:
    assert tried(world, draft(world, "silence"), days=90).days == pytest.approx(24, abs=1)
    assert 9 <= tried(world, draft(world, "deadline"), days=90).days <= 11


def test_a_saved_search_with_a_range_of_time_is_refused(world: World) -> None:
    with world.casework.begin() as session, pytest.raises(BadQuery, match="waktu"):
        save_search(
            session, name="Kemarin", query=Query(since=UNTIL), actor=world.staff["analis"], now=UNTIL
        )  # fmt: skip
