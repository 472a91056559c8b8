"""``kentongan alerts``: tests a rule on the days before, replays them hour by hour, and runs the rules."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kentongan.commands.alert_rules import RULE_HELP, say_estimate
from kentongan.commands.output import say, show_progress, wants_json, write_lines, write_rows
from kentongan.commands.question import read_moment
from kentongan.errors import BadSettings
from kentongan.settings import Settings
from kentongan.times import format_time

if TYPE_CHECKING:
    from casework.alerts.backtest import Backtest

    Actions = argparse._SubParsersAction[argparse.ArgumentParser]

MOST_DAYS = 366
"""Longest test, in days."""
SHOWN = 50
"""Firings shown to a person."""


def configure(actions: Actions) -> None:
    for name, words, run in (
        ("test", "uji sebuah aturan: apa yang akan dibunyikannya dalam hari-hari yang lalu", run_test),
        ("replay", "ulangi hari-hari itu jam demi jam dan cocokkan dengan ujinya", run_replay),
    ):
        made = actions.add_parser(name, prog=f"kentongan alerts {name}", help=words, description=words)
        made.add_argument("rule", metavar="ATURAN", help=RULE_HELP)
        made.add_argument("--days", type=float, default=90.0, metavar="N", help="berapa hari ke belakang (bawaan 90)")
        made.add_argument("--to", dest="until", default=None, metavar="WAKTU", help="sampai kapan (bawaan: sekarang)")
        made.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
        made.set_defaults(run_action=run)
    words = "nilai semua aturan yang menyala, setiap jam sejak terakhir kali, satu kali"
    made = actions.add_parser("run", prog="kentongan alerts run", help=words, description=words)
    made.add_argument("rule", metavar="ATURAN", nargs="?", default=None, help=RULE_HELP)
    made.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    made.set_defaults(run_action=run_run)


def read_until(options: argparse.Namespace, settings: Settings) -> datetime:
    """The end of the days that are asked about. Raises BadSettings for a length nobody means."""
    if not 0 < options.days <= MOST_DAYS:
        raise BadSettings(f"--days harus lebih dari 0 dan paling banyak {MOST_DAYS}.")
    return read_moment(options.until, zone=settings.zone, end=True) or datetime.now(UTC)


def run_test(options: argparse.Namespace, settings: Settings) -> int:
    from casework.alerts.backtest import backtest_rule
    from casework.alerts.rules import get_rule
    from casework.db import open_casework
    from search.open import open_store

    until = read_until(options, settings)
    with open_casework(settings) as casework, open_store(settings) as store, casework.read() as session:
        rule = get_rule(session, options.rule)
        estimate = backtest_rule(store, session, rule, until=until, days=options.days, settings=settings)
    say_estimate(estimate, settings)
    show_firings(estimate, settings, as_json=options.json)
    return 0


def show_firings(estimate: Backtest, settings: Settings, *, as_json: bool) -> None:
    """Every firing as JSON, or the newest for a person; whether people would have been told."""
    told = {(one.at, one.group): one.why for one in estimate.told}
    if wants_json(as_json):
        from casework.alerts.rules import estimate_row

        rows = [
            {"at": one.at, "group": one.group, "value": one.value, "expected": one.expected, "why": one.why,
             "told": told.get((one.at, one.group))}
            for one in estimate.firings
        ]  # fmt: skip
        write_lines([estimate_row(estimate), *rows])
        return
    rows = [
        {"waktu": format_time(one.at, zone=settings.zone), "kelompok": one.group, "apa": one.why,
         "diberi tahu": "ya" if (one.at, one.group) in told else ""}
        for one in estimate.firings[-SHOWN:]
    ]  # fmt: skip
    write_rows(rows, as_json=False, empty="Tidak ada yang akan dibunyikan.")


def run_replay(options: argparse.Namespace, settings: Settings) -> int:
    """Status 1 where the estimate and the replay part."""
    from casework.alerts.backtest import backtest_rule
    from casework.alerts.replay import find_differences, replay_rules
    from casework.alerts.rules import estimate_row, get_rule
    from casework.db import open_casework
    from search.open import open_store

    until = read_until(options, settings)
    with open_casework(settings) as casework, open_store(settings) as store:
        with casework.read() as session:
            rule = get_rule(session, options.rule)
            estimate = backtest_rule(store, session, rule, until=until, days=options.days, settings=settings)
        with show_progress(settings, "mengulang jam demi jam") as progress:
            (replayed,) = replay_rules(
                store, casework, [rule], until=until, days=options.days, settings=settings,
                report=lambda done, total: progress(done, total, ""),
            )  # fmt: skip
    found = find_differences(estimate, replayed)
    row = {
        "rule": rule.id,
        "estimate": estimate_row(estimate),
        "replayed": {"firings": len(replayed.firings), "alerts": len(replayed.told)},
        "differences": found,
    }
    if wants_json(options.json):
        write_lines([row])
    else:
        say_estimate(estimate, settings)
        same = f"Putar ulang membunyikan {len(replayed.firings)} kejadian dan {len(replayed.told)} peringatan"
        say(f"{same}: sama dengan uji." if not found else f"{same}: berbeda dari uji.")
        for line in found[:SHOWN]:
            say(line)
    return 1 if found else 0


def run_run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.alerts.evaluating import run_rules
    from casework.alerts.rules import get_rule
    from casework.db import open_casework
    from search.open import open_store

    now = datetime.now(UTC)
    with open_casework(settings) as casework, open_store(settings) as store:
        number = None
        if options.rule is not None:
            with casework.read() as session:
                number = get_rule(session, options.rule).id
        done = run_rules(store, casework, settings=settings, now=now, rule=number)
    rows = [
        {"rule": one.rule, "name": one.name, "state": one.state, "since": one.since, "until": one.until,
         "firings": one.firings, "opened": one.opened, "told": one.told, "reason": one.reason}
        for one in done
    ]  # fmt: skip
    write_rows(rows, as_json=options.json, empty="Tidak ada aturan yang menyala.")
    return 1 if any(one.state in ("held", "fault") for one in done) else 0
