"""``kentongan alerts``: lists alerts, shows one, what people do with it, and the delivery of its notices."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, get_args

from kentongan.commands.acting import VIA, actor_named, add_person
from kentongan.commands.output import say, wants_json, write_lines, write_rows
from kentongan.errors import KentonganError
from kentongan.settings import Settings
from kentongan.times import format_time

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.alerts.records import Alert
    from casework.roles import Actor

    Actions = argparse._SubParsersAction[argparse.ArgumentParser]
    Run = Callable[[argparse.Namespace, Settings], int]


def configure(actions: Actions) -> None:
    from casework.alerts.records import AlertState, ChannelKind

    def action(name: str, words: str, run: Run) -> argparse.ArgumentParser:
        made = actions.add_parser(name, prog=f"kentongan alerts {name}", help=words, description=words)
        made.set_defaults(run_action=run)
        return made

    def act(name: str, words: str, *, flag: str | None, required: bool = True) -> argparse.ArgumentParser:
        made = action(name, words, run_act)
        made.add_argument("number", metavar="NOMOR", help="nomor peringatan, misalnya PRG-12 atau 12")
        if flag is not None:
            made.add_argument(f"--{flag}", dest="words", required=required, metavar="KATA", help=f"mengapa: {words}")
        add_person(made, required=True, words="siapa yang bertindak")
        made.set_defaults(act=name)
        return made

    listing = action("list", "peringatan, yang terbuka di atas", run_list)
    listing.add_argument("--state", choices=get_args(AlertState), help="hanya yang begini keadaannya")
    listing.add_argument("--rule", type=int, metavar="ATURAN", help="hanya dari aturan bernomor ini")
    listing.add_argument("--owner", metavar="NAMA_PENGGUNA", help="hanya yang dipegang orang ini")
    listing.add_argument("--all", action="store_true", help="juga yang ditutup")
    listing.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    show = action("show", "satu peringatan dengan riwayat dan pemberitahuannya", run_show)
    show.add_argument("number", metavar="NOMOR", help="nomor peringatan, misalnya PRG-12 atau 12")
    act("ack", "terima: peringatan ini ditangani, pemberitahuannya berhenti", flag="note", required=False)
    snoozed = act("snooze", "tunda pemberitahuannya sampai sebuah saat", flag="reason")
    snoozed.add_argument("until", metavar="SAMPAI", help='"2 jam", "besok 07.00", "Senin 08.00", atau tanggal lengkap')
    act("unsnooze", "bunyikan lagi sebelum waktunya", flag=None)
    act("assign", "serahkan kepada seseorang", flag=None).add_argument("owner", metavar="KEPADA", help="nama pengguna")
    act("close", "tutup dengan yang ditemukan", flag="note")
    act("reopen", "buka kembali yang sudah ditutup", flag="reason")
    sending = action("send", "kirim pemberitahuan yang menunggu", run_send)
    sending.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    channels = action("channels", "uji sebuah saluran dengan satu pemberitahuan percobaan", run_channels)
    channels.add_argument("what", choices=["test"], help="kirim percobaan")
    channels.add_argument("kind", choices=get_args(ChannelKind), help="jenis salurannya")
    channels.add_argument("to", metavar="KEPADA", help="alamat surel, alamat webhook, nomor obrolan, atau peran")
    add_person(channels, required=False, words="siapa yang menguji; tanpa ini: sistem")


def run_list(options: argparse.Namespace, settings: Settings) -> int:
    from casework.alerts.listing import MOST_LISTED, list_alerts
    from casework.alerts.records import ALERT_STATES
    from casework.db import open_casework
    from casework.people import find_person

    live = [state for state in ALERT_STATES if state != "closed"]
    states = [options.state] if options.state else None if options.all else live
    with open_casework(settings) as casework, casework.read() as session:
        owner = find_person(session, options.owner).id if options.owner else None
        found = list_alerts(session, states=states, rule=options.rule, owner=owner, limit=MOST_LISTED)
    as_json = wants_json(options.json)
    rows = [row_of(one) if as_json else line_of(one, zone=settings.zone) for one in found]
    write_rows(rows, as_json=as_json, empty="Tidak ada peringatan seperti itu.")
    return 0


def run_show(options: argparse.Namespace, settings: Settings) -> int:
    from casework.alerts.listing import alert_history, alert_notices, get_alert, parse_alert
    from casework.db import open_casework

    number = parse_alert(options.number)
    with open_casework(settings) as casework, casework.read() as session:
        row = row_of(get_alert(session, number))
        row["history"] = [
            {"at": one.at, "by": one.actor_name, "act": one.act, "note": one.note}
            for one in alert_history(session, number)
        ]
        row["notices"] = alert_notices(session, number)
    write_lines([row])
    return 0


def run_act(options: argparse.Namespace, settings: Settings) -> int:
    from casework.alerts.listing import get_alert, parse_alert
    from casework.db import open_casework

    now = datetime.now(UTC)
    with open_casework(settings) as casework, casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        seen = get_alert(session, parse_alert(options.number))
        done = do_act(session, seen, options, actor=actor, zone=settings.zone, now=now)
    write_lines([row_of(done)])
    return 0


def do_act(
    session: Session, seen: Alert, options: argparse.Namespace, *, actor: Actor, zone: str, now: datetime
) -> Alert:
    """Do what was asked with the alert as it was just read."""
    from casework.alerts import handling
    from casework.alerts.snooze_times import parse_until

    version = seen.version
    match options.act:
        case "ack":
            return handling.acknowledge(
                session, seen.id, note=options.words, actor=actor, version=version, now=now, via=VIA
            )
        case "snooze":
            until = parse_until(options.until, now=now, zone=zone)
            return handling.snooze(
                session, seen.id, until=until, reason=options.words, zone=zone, actor=actor, version=version, now=now,
                via=VIA,
            )  # fmt: skip
        case "unsnooze":
            return handling.unsnooze(session, seen.id, actor=actor, version=version, now=now, via=VIA)
        case "assign":
            return handling.assign(
                session, seen.id, owner=options.owner, actor=actor, version=version, now=now, via=VIA
            )
        case "close":
            return handling.close(session, seen.id, note=options.words, actor=actor, version=version, now=now, via=VIA)
        case "reopen":
            return handling.reopen(
                session, seen.id, reason=options.words, actor=actor, version=version, now=now, via=VIA
            )
        case other:
            raise ValueError(f"unknown act {other!r}")


def run_send(options: argparse.Namespace, settings: Settings) -> int:
    from casework.alerts.outbox import send_notices
    from casework.db import open_casework

    with open_casework(settings) as casework:
        done = send_notices(casework, settings=settings, now=datetime.now(UTC))
    for problem in done.problems:
        say(f"Perhatian. {problem}")
    if wants_json(options.json):
        write_lines([done])
    else:
        say(f"{done.sent} terkirim, {done.failed} akan dicoba lagi, {done.given_up} menyerah, {done.waiting} menunggu.")
    return 1 if done.problems else 0


def run_channels(options: argparse.Namespace, settings: Settings) -> int:
    from casework.alerts.records import Channel
    from casework.alerts.trial import try_channel
    from casework.db import open_casework
    from casework.roles import SYSTEM

    now = datetime.now(UTC)
    with open_casework(settings) as casework:
        with casework.read() as session:
            actor = actor_named(session, options.username, now=now) if options.username else SYSTEM
        channel = Channel(kind=options.kind, to=options.to)
        outcome = try_channel(casework, channel, settings=settings, actor=actor, now=now)
    if outcome.fault is not None:
        raise KentonganError(f"Percobaan tidak sampai: {outcome.fault}.", hint="Periksa pengaturannya, lalu uji lagi.")
    say(
        f"Tidak ada yang dikirim; peringatan untuk {options.to} tampak di halaman Peringatan."
        if options.kind == "screen"
        else f"Percobaan diterima untuk {options.to}."
    )
    return 0


def row_of(one: Alert) -> dict[str, object]:
    """An alert for a program; times in UTC."""
    from casework.alerts.wording import number_of

    return {
        "number": number_of(one.id),
        "state": one.state,
        "rule": one.rule,
        "group": one.group_key,
        "title": one.title,
        "text": one.text,
        "opened_at": one.opened_at,
        "last_at": one.last_at,
        "firings": one.firings,
        "value": one.value,
        "expected": one.expected,
        "owner": one.owner,
        "acknowledged_at": one.acknowledged_at,
        "snoozed_until": one.snoozed_until,
        "snooze_reason": one.snooze_reason,
        "notified_at": one.notified_at,
        "detail": one.detail,
        "version": one.version,
    }


def line_of(one: Alert, *, zone: str) -> dict[str, object]:
    """An alert for a person's table."""
    from casework.alerts.listing import STATE_WORDS
    from casework.alerts.wording import format_value, number_of

    against = "" if one.expected is None else f" (biasanya {format_value(one.expected)})"
    return {
        "nomor": number_of(one.id),
        "keadaan": STATE_WORDS[one.state],
        "sejak": format_time(one.opened_at, zone=zone),
        "nilai": "" if one.value is None else f"{format_value(one.value)}{against}",
        "kali": one.firings,
        "judul": one.title,
    }
