"""Jembatan ke sistem instansi: list, run, check, status.

Jembatan dinyatakan dalam berkas YAML (pengaturan bridges_file): berkas CSV/XLSX, antarmuka JSON, atau view basis data;
isinya menjadi aduan, indikator, atau kejadian. `status` menyebut mana yang segar, terlambat, atau macet, sejak kapan,
dan apa sebabnya. Data terakhir yang baik selalu tetap ada.
Contoh: kentongan bridges run --due
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kentongan.commands.acting import VIA, actor_named, add_person
from kentongan.commands.output import say, show_progress, wants_json, write_rows
from kentongan.errors import NotConfigured
from kentongan.settings import Settings
from kentongan.times import format_time

if TYPE_CHECKING:
    from casework.bridge_freshness import BridgeState
    from casework.bridge_runs import BridgeRun
    from casework.db import Casework
    from crawlers.bridges.declaration import Bridge
    from crawlers.bridges.records import BridgeAnswer
    from crawlers.file_rows import RefusedRow

SAID_ROWS = 5
"""Refused rows named on the terminal; all of them are in quarantine."""

INTO_WORDS = {"complaints": "aduan", "indicators": "indikator", "events": "kejadian"}


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="TINDAKAN")

    def action(name: str, words: str) -> argparse.ArgumentParser:
        made = actions.add_parser(name, prog=f"{parser.prog} {name}", help=words, description=words)
        made.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
        return made

    action("list", "jembatan yang dinyatakan")
    run_them = action("run", "baca sekarang dan simpan isinya")
    run_them.add_argument("names", nargs="*", metavar="JEMBATAN", help="tanpa nama: semua yang aktif")
    run_them.add_argument("--due", action="store_true", help="hanya yang sudah waktunya")
    add_person(run_them, required=False, words="siapa yang meminta; tanpa ini: sistem")
    check = action("check", "baca sekali tanpa menyimpan, dan sebut apa yang akan masuk dan ditolak")
    check.add_argument("names", nargs="*", metavar="JEMBATAN", help="tanpa nama: semua yang aktif")
    status = action("status", "kesegaran tiap jembatan")
    status.add_argument("--stale", action="store_true", help="hanya yang terlambat, macet, atau belum pernah dibaca")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework
    from crawlers.bridges.declaration import choose_bridges, load_bridges

    now = datetime.now(UTC)
    declared = load_bridges(settings.bridges_file)
    if options.action == "list":
        return run_list(options, declared)
    if options.action == "check":
        return run_check(options, settings, choose_bridges(declared, options.names), now)
    with open_casework(settings) as casework:
        if options.action == "status":
            return run_status(options, settings, casework, declared, now)
        return run_run(options, settings, casework, choose_bridges(declared, options.names))


def run_list(options: argparse.Namespace, declared: Sequence[Bridge]) -> int:
    rows = [
        {
            "name": bridge.name,
            "agency": bridge.agency,
            "kind": bridge.kind,
            "into": bridge.into,
            "every": bridge.every,
            "late_after": bridge.late_after,
            "enabled": bridge.enabled,
        }
        for bridge in declared
    ]
    write_rows(rows, as_json=options.json, empty="Belum ada jembatan; tulis berkasnya dan isi bridges_file.")
    return 0


def run_check(options: argparse.Namespace, settings: Settings, bridges: Sequence[Bridge], now: datetime) -> int:
    require_any(bridges)
    rows: list[dict[str, object]] = []
    faults = 0
    for bridge, answer in read_bridges(bridges, settings, now):
        say_refused(bridge, answer.refused)
        rows.append(
            {
                "name": bridge.name,
                "into": bridge.into,
                "rows": len(answer.rows),
                "refused": len(answer.refused),
                "reason": answer.fault.reason if answer.fault else None,
                "message": answer.fault.message if answer.fault else None,
            }
        )
        faults += answer.fault is not None
    write_rows(rows, as_json=options.json, empty="")
    return 1 if faults else 0


def require_any(bridges: Sequence[Bridge]) -> None:
    if not bridges:
        raise NotConfigured(
            "bridges_file", "Belum ada jembatan yang aktif.", hint="Contoh deklarasinya di docs/bridges.md."
        )


def read_bridges(bridges: Sequence[Bridge], settings: Settings, now: datetime) -> Iterator[tuple[Bridge, BridgeAnswer]]:
    """What each bridge gives now, one after the other; no transaction is open while a system is waited for."""
    from casework.indicator_series import load_series
    from crawlers.bridges.reading import read_bridge
    from kentongan.places import load_gazetteer

    gazetteer = load_gazetteer(settings.regions_file)
    units = {code: series.unit for code, series in load_series(settings.indicators_file).items()}
    with show_progress(settings, "membaca jembatan") as progress:
        for number, bridge in enumerate(bridges):
            progress(number, len(bridges), bridge.name)
            yield bridge, read_bridge(bridge, gazetteer=gazetteer, units=units, settings=settings, now=now)


def say_refused(bridge: Bridge, refused: Sequence[RefusedRow]) -> None:
    for row in refused[:SAID_ROWS]:
        say(f"{bridge.name}: ditolak ({row.reason}): {row.message}")
    if len(refused) > SAID_ROWS:
        say(f"… dan {len(refused) - SAID_ROWS} baris lain: kentongan sources refused --source bridge:{bridge.name}")


def run_run(options: argparse.Namespace, settings: Settings, casework: Casework, bridges: Sequence[Bridge]) -> int:
    from casework.bridge_runs import due_bridges, take_answer
    from casework.indicator_series import load_series, save_series
    from casework.roles import SYSTEM
    from kentongan.commands.bridge_complaints import complaint_taker

    if not options.due:
        require_any(bridges)
    now = datetime.now(UTC)
    if options.due:
        with casework.read() as session:
            bridges = due_bridges(session, bridges, now=now)
    runs: list[BridgeRun] = []
    for bridge, answer in read_bridges(bridges, settings, now):
        with casework.begin() as session:
            actor = SYSTEM if options.username is None else actor_named(session, options.username, now=now)
            save_series(session, load_series(settings.indicators_file))
            run = take_answer(
                session, bridge, answer, take_complaints=complaint_taker(settings, actor, now), actor=actor, now=now,
                via=VIA,
            )  # fmt: skip
        keep_refused(run, settings)
        say_refused(bridge, run.refusals)
        runs.append(run)
    rows = [
        {
            "bridge": run.bridge,
            "state": run.state,
            "rows": run.rows,
            "added": run.added,
            "changed": run.changed,
            "refused": run.refused,
            "reason": run.reason,
            "message": run.message,
        }
        for run in runs
    ]
    write_rows(rows, as_json=options.json, empty="Belum ada yang waktunya.")
    return 1 if any(run.state in ("clogged", "refused") for run in runs) else 0


def keep_refused(run: BridgeRun, settings: Settings) -> None:
    """Rows that cannot be used lie in quarantine beside what crawls and imports refused."""
    from crawlers.state import CollectionState, Refused

    if not run.refusals:
        return
    source = f"bridge:{run.bridge}"
    with CollectionState(settings.collection_file) as state:
        state.refuse(
            Refused(source=source, url=f"{source}#L{row.line}", reason=row.reason, message=row.message, at=run.at)
            for row in run.refusals
        )


def run_status(
    options: argparse.Namespace, settings: Settings, casework: Casework, declared: Sequence[Bridge], now: datetime
) -> int:
    from casework.bridge_freshness import BridgeState, read_bridge_states

    with casework.read() as session:
        states = read_bridge_states(session, now=now)
    json = wants_json(options.json)
    rows = []
    for bridge in declared:
        if not bridge.enabled:
            continue
        state = states.get(bridge.name) or BridgeState(name=bridge.name, freshness="belum", since=None)
        if not (options.stale and state.fresh):
            rows.append(row_of(bridge, state) if json else line_of(bridge, state, settings))
    write_rows(rows, as_json=json, empty="Semua jembatan segar." if declared else "Belum ada jembatan.")
    return 0


def row_of(bridge: Bridge, state: BridgeState) -> dict[str, object]:
    """A bridge's state for a program."""
    return {
        "bridge": bridge.name,
        "agency": bridge.agency,
        "into": bridge.into,
        "freshness": state.freshness,
        "since": state.since,
        "last_run_at": state.last_run_at,
        "last_good_at": state.last_good_at,
        "changed_at": state.changed_at,
        "rows": state.rows,
        "failures": state.failures,
        "reason": state.reason,
        "message": state.message,
    }


def line_of(bridge: Bridge, state: BridgeState, settings: Settings) -> dict[str, object]:
    """The same for a person."""

    def when(moment: datetime | None) -> str:
        return "-" if moment is None else format_time(moment, zone=settings.zone)

    return {
        "jembatan": bridge.shown_title,
        "instansi": bridge.agency,
        "isi": INTO_WORDS[bridge.into],
        "keadaan": state.freshness,
        "sejak": when(state.since),
        "isi baru terakhir": when(state.changed_at),
        "sebab": state.message or "",
    }
