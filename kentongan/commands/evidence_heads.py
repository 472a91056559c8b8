"""``kentongan evidence heads``: has the heads of all chains of custody time-stamped, once a day."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from kentongan.commands.acting import add_person
from kentongan.commands.output import say, write_lines
from kentongan.errors import KentonganError, NotConfigured
from kentongan.settings import Settings

if TYPE_CHECKING:
    Actions = argparse._SubParsersAction[argparse.ArgumentParser]

WORDS = (
    "mintakan cap waktu atas ujung semua rantai penjagaan (kepala harian). Sekali sehari; `kentongan watch` juga "
    "melakukannya. Kasus data contoh hanya dicap otoritas uji, kasus nyata hanya otoritas yang bukan uji"
)


def configure(actions: Actions) -> None:
    action = actions.add_parser("heads", prog="kentongan evidence heads", help="cap waktu harian", description=WORDS)
    action.add_argument("--again", action="store_true", help="sekali lagi, walaupun hari ini sudah")
    add_person(action, required=False, words="siapa yang meminta; tanpa ini: sistem")
    action.set_defaults(run_action=run_heads)


def run_heads(options: argparse.Namespace, settings: Settings) -> int:
    """Stamp the real chains and the invented ones, each by authorities of its kind."""
    from casework.db import open_casework
    from casework.roles import SYSTEM
    from evidence.cases.custody_heads import stamp_heads, take_snapshot
    from evidence.objects import Objects
    from evidence.signing.timestamps import read_authorities, stamp
    from kentongan.commands.acting import actor_named
    from kentongan.times import to_zone

    now = datetime.now(UTC)
    with open_casework(settings) as casework:
        with casework.read() as session:
            actor = actor_named(session, options.username, now=now) if options.username else SYSTEM
            kinds = [sample for sample in (False, True) if take_snapshot(session, sample=sample).stands]
        if not kinds:
            say("Belum ada kasus, jadi belum ada yang perlu dicap.")
            return 0
        authorities = read_authorities(settings.timestamp_authorities_file)
        objects, day = Objects(settings.objects_dir), to_zone(now, settings.zone).date()
        faults: list[KentonganError] = []
        for sample in kinds:
            able = [one for one in authorities if one.test == sample]
            ask = partial(stamp, authorities=able, now=now, proxy=settings.http_proxy)
            try:
                if not able:
                    raise no_authority(sample=sample)
                heads = stamp_heads(
                    casework, objects=objects, stamp=ask, day=day, now=now, actor=actor, sample=sample,
                    again=options.again,
                )  # fmt: skip
            except KentonganError as fault:
                # The other kind's chains are stamped all the same.
                faults.append(fault)
                continue
            if heads is not None:
                write_lines([heads])
    if faults:
        raise faults[0]
    return 0


def no_authority(*, sample: bool) -> NotConfigured:
    kind, data = ("uji", "data contoh") if sample else ("sungguhan", "nyata")
    return NotConfigured(
        "timestamp_authorities_file",
        f"Tidak ada otoritas cap waktu {kind} untuk kasus {data}.",
        hint="Tambahkan ke berkas timestamp_authorities_file.",
    )
