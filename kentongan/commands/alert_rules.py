"""``kentongan alerts``: lists, makes, changes and switches rules, each tried on the days before it is kept."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from kentongan.commands.acting import VIA, actor_named, add_person
from kentongan.commands.output import say, wants_json, write_lines, write_rows
from kentongan.errors import KentonganError
from kentongan.numbers import format_number
from kentongan.settings import Settings
from kentongan.times import format_day

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.alerts.backtest import Backtest
    from casework.alerts.records import AlertRule
    from casework.alerts.starter import Started
    from casework.roles import Actor

    Actions = argparse._SubParsersAction[argparse.ArgumentParser]
    Run = Callable[[argparse.Namespace, Settings], int]

RULE_HELP = "nomor atau nama aturan"


def configure(actions: Actions) -> None:
    def action(name: str, words: str, run: Run) -> argparse.ArgumentParser:
        made = actions.add_parser(name, prog=f"kentongan alerts {name}", help=words, description=words)
        made.set_defaults(run_action=run)
        return made

    listing = action("rules", "aturan, keadaannya, dan perkiraannya", run_rules_list)
    listing.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    add = action("add", "buat aturan: diuji atas 90 hari yang lalu, lalu disimpan", run_add)
    add.add_argument("name", nargs="?", default=None, metavar="NAMA", help="nama yang belum dipakai")
    add.add_argument("kind", nargs="?", default=None, metavar="JENIS", help="jenis aturan; lihat docs/alerts.md")
    add.add_argument("--starter", action="store_true", help="buat aturan awal yang belum ada")
    add.add_argument(
        "--back",
        type=int,
        default=0,
        metavar="HARI",
        help="dengan --starter: nilai juga HARI terakhir (paling lama 31)",
    )
    change = action("change", "ubah aturan: diuji lagi, lalu disimpan dan dinyalakan", run_change)
    change.add_argument("rule", metavar="ATURAN", help=RULE_HELP)
    change.add_argument("--name", default=None, metavar="NAMA", help="nama yang baru")
    for one in (add, change):
        configure_draft(one)
        one.add_argument("--anyway", action="store_true", help="simpan walaupun uji menyebutnya terlalu bising")
    for name, words in (("on", "nyalakan; menilai mulai sekarang"), ("off", "matikan")):
        made = action(name, words, run_switch)
        made.add_argument("rule", metavar="ATURAN", help=RULE_HELP)
        made.set_defaults(on=name == "on")
        add_person(made, required=True, words="siapa yang bertindak")
    for one in (add, change):
        add_person(one, required=True, words="siapa yang bertindak")
        one.add_argument("--json", action="store_true", help="baris JSON juga di terminal")


def configure_draft(parser: argparse.ArgumentParser) -> None:
    """Add what a rule consists of."""
    parser.add_argument("--search", default=None, metavar="PENCARIAN", help="nomor atau nama pencarian tersimpan")
    parser.add_argument(
        "--split", default=None, metavar="CARA", help="region, topic, atau source: setiap nilai sendiri"
    )
    parser.add_argument("--repeat", type=int, default=None, metavar="MENIT", help="jeda ulang selama masih berlangsung")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAMA=NILAI", help="ukuran aturan, misalnya sensitivity=high"
    )
    parser.add_argument(
        "--channel", action="append", default=[], metavar="JENIS:ALAMAT",
        help="misalnya screen:analis, email:piket@contoh.go.id, telegram:-100123, webhook:https://...",
    )  # fmt: skip


def run_rules_list(options: argparse.Namespace, settings: Settings) -> int:
    from casework.alerts.rules import list_rules
    from casework.db import open_casework

    with open_casework(settings) as casework, casework.read() as session:
        rows = [rule_row(rule) for rule in list_rules(session)]
    write_rows(
        rows, as_json=options.json, empty="Belum ada aturan. Mulai dengan `kentongan alerts add --starter --as ani`."
    )
    return 0


def run_add(options: argparse.Namespace, settings: Settings) -> int:
    from casework.alerts.backtest import backtest_rule
    from casework.alerts.evaluating import MOST_CATCH_UP
    from casework.alerts.rules import REPEAT_MINUTES, add_rule, draft_rule
    from casework.alerts.starter import add_starter_rules
    from casework.db import open_casework
    from search.open import open_store

    now = datetime.now(UTC)
    with open_casework(settings) as casework, open_store(settings) as store:
        with casework.read() as session:
            actor = actor_named(session, options.username, now=now)
        if options.starter:
            if not 0 <= options.back <= MOST_CATCH_UP.days:
                raise KentonganError(f"--back {options.back}: tulis 0 sampai {MOST_CATCH_UP.days} hari.")
            back = timedelta(days=options.back)
            show_started(
                add_starter_rules(store, casework, actor=actor, now=now, settings=settings, back=back, via=VIA)
            )
            return 0
        if options.name is None or options.kind is None:
            raise KentonganError("Sebut nama dan jenis aturannya, atau --starter.", hint="Jenisnya: docs/alerts.md.")
        with casework.read() as session:
            draft = draft_rule(
                session, name=options.name, kind=options.kind, parameters=read_sets(options.set),
                search=options.search, split=options.split, repeat_minutes=options.repeat or REPEAT_MINUTES,
                channels=read_channels(options.channel), settings=settings, actor=actor, now=now,
            )  # fmt: skip
            estimate = backtest_rule(store, session, draft, until=now, settings=settings)
        say_estimate(estimate, settings)
        with casework.begin() as session:
            rule = add_rule(
                session, draft, estimate=estimate, actor=actor, now=now, anyway=options.anyway, via=VIA
            )  # fmt: skip
    show_rule(rule, as_json=options.json)
    return 0


def run_change(options: argparse.Namespace, settings: Settings) -> int:
    from casework.alerts.backtest import backtest_rule
    from casework.alerts.rules import change_rule, get_rule
    from casework.db import open_casework
    from search.open import open_store

    now = datetime.now(UTC)
    with open_casework(settings) as casework, open_store(settings) as store:
        with casework.read() as session:
            actor = actor_named(session, options.username, now=now)
            rule = get_rule(session, options.rule)
            draft = redraft(session, rule, options, settings=settings, actor=actor, now=now)
            estimate = backtest_rule(store, session, draft, until=now, settings=settings)
        say_estimate(estimate, settings)
        with casework.begin() as session:
            changed = change_rule(
                session, rule.id, draft, estimate=estimate, actor=actor, version=rule.version, now=now,
                anyway=options.anyway, via=VIA,
            )  # fmt: skip
    show_rule(changed, as_json=options.json)
    return 0


def redraft(
    session: Session,
    rule: AlertRule,
    options: argparse.Namespace,
    *,
    settings: Settings,
    actor: Actor,
    now: datetime,
) -> AlertRule:
    """The rule with what the options change; what they do not name stays."""
    from casework.alerts.rules import draft_rule

    channels: Sequence[Any] = read_channels(options.channel) if options.channel else rule.channels
    return draft_rule(
        session, name=options.name or rule.name, kind=rule.kind,
        parameters={**rule.parameters, **read_sets(options.set)}, search=options.search or rule.search,
        split=options.split or rule.split, repeat_minutes=options.repeat or rule.repeat_minutes, channels=channels,
        settings=settings, actor=actor, now=now,
    )  # fmt: skip


def run_switch(options: argparse.Namespace, settings: Settings) -> int:
    from casework.alerts.rules import get_rule, switch_rule
    from casework.db import open_casework

    now = datetime.now(UTC)
    with open_casework(settings) as casework, casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        rule = switch_rule(session, get_rule(session, options.rule).id, on=options.on, actor=actor, now=now, via=VIA)
    show_rule(rule, as_json=False)
    return 0


def read_sets(given: Sequence[str]) -> dict[str, Any]:
    """``NAMA=NILAI`` as parameters: numbers are numbers, everything else is text. Raises KentonganError."""
    found: dict[str, Any] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name.strip():
            raise KentonganError(f"--set {one!r} tidak terbaca.", hint="Tulis seperti --set sensitivity=high.")
        try:
            found[name.strip()] = msgspec.json.decode(value)
        except msgspec.DecodeError:
            found[name.strip()] = value
    return found


def read_channels(given: Sequence[str]) -> list[dict[str, str]]:
    """``JENIS:ALAMAT`` as channels. Raises KentonganError."""
    found = []
    for one in given:
        kind, colon, to = one.partition(":")
        if not colon:
            raise KentonganError(f"--channel {one!r} tidak terbaca.", hint="Tulis seperti --channel screen:analis.")
        found.append({"kind": kind, "to": to})
    return found


def say_estimate(estimate: Backtest, settings: Settings) -> None:
    """Tell the person what the rule would have done."""
    since, until = (format_day(at, zone=settings.zone) for at in (estimate.since, estimate.until))
    if not estimate.days:
        say(f"Uji {since} sampai {until}: belum ada sehari pun yang dapat diuji, jadi perkiraannya belum ada.")
        return
    say(
        f"Uji {since} sampai {until} ({format_number(estimate.days, decimals=0)} hari yang dapat diuji): "
        f"{len(estimate.firings)} kejadian, {estimate.alerts} peringatan. Perkiraan "
        f"{format_number(estimate.per_week, decimals=1)} peringatan seminggu (95 %: "
        f"{format_number(estimate.low, decimals=1)} sampai {format_number(estimate.high, decimals=1)})."
    )
    if estimate.held_at is not None:
        say(f"Aturan ini akan ditahan pada {format_day(estimate.held_at, zone=settings.zone)} karena terlalu sering.")
    if estimate.gaps:
        say(f"Dalam hari-hari itu ada {len(estimate.gaps)} celah pengumpulan: di situ aturan tidak dinilai.")


def show_started(started: Sequence[Started]) -> None:
    """What became of the starter rules."""
    from casework.alerts.rules import estimate_row

    write_lines(
        {
            "name": one.name,
            "rule": None if one.rule is None else one.rule.id,
            "reason": one.reason,
            "estimate": None if one.estimate is None else estimate_row(one.estimate),
        }
        for one in started
    )


def show_rule(rule: AlertRule, *, as_json: bool) -> None:
    if wants_json(as_json):
        write_lines([rule_row(rule)])
    else:
        write_rows([rule_row(rule)], as_json=False, empty="")


def rule_row(rule: AlertRule) -> dict[str, object]:
    """A rule as a line of JSON or a row of a table."""
    return {
        "id": rule.id,
        "name": rule.name,
        "kind": rule.kind,
        "state": rule.state,
        "held_reason": rule.held_reason,
        "search": rule.search,
        "split": rule.split,
        "parameters": dict(rule.parameters),
        "repeat_minutes": rule.repeat_minutes,
        "channels": [f"{channel.kind}:{channel.to}" for channel in rule.channels],
        "last_run_at": rule.last_run_at,
        "estimate": rule.cursor.get("estimate"),
    }
