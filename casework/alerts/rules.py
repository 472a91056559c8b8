"""Makes and changes alert rules: each is tried on the days before, and kept with the estimate that was shown.

A draft is a rule without an id. ``draft_rule`` checks it, ``casework.alerts.backtest.backtest_rule`` tries it,
``add_rule`` keeps it; one that would be louder than anybody reads is refused unless it is wanted anyway.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.alert_firings import floor_hour
from analysis.alert_rules import RULE_KINDS, plain_parameters, read_parameters
from casework import audit
from casework.access import authorise
from casework.alerts.backtest import MOST_ALERTS_A_WEEK, Backtest, fingerprint_of
from casework.alerts.channels import check_channels
from casework.alerts.facts import SPLITS_OF, WATCHES_POSTS
from casework.alerts.records import KIND_WORDS, AlertRule, Channel, RuleState, as_rule
from casework.alerts.tables import AlertRuleRow
from casework.db import expect_version, take_turn
from casework.roles import Actor
from casework.searches import decode_query, find_row
from kentongan.errors import Conflict, KentonganError, NotFound
from kentongan.settings import Settings

MAX_NAME: Final = 100
"""Longest name, in characters."""
REPEAT_MINUTES: Final = 12 * 60
"""How long an alert that goes on is silent by default, in minutes: twice a day, morning and evening. Our choice."""
LEAST_REPEAT: Final = 60
"""Shortest repeat interval, in minutes: rules are judged by the hour."""
MOST_REPEAT: Final = 31 * 24 * 60


def draft_rule(
    session: Session,
    *,
    name: str,
    kind: str,
    parameters: Mapping[str, Any],
    search: int | str | None = None,
    split: str | None = None,
    repeat_minutes: int = REPEAT_MINUTES,
    channels: Sequence[Channel | Mapping[str, str]] = (),
    settings: Settings,
    actor: Actor,
    now: datetime,
) -> AlertRule:
    """A rule that is checked and not kept yet; its id is 0. Raises KentonganError, BadQuery, NotFound with what is
    wrong, NotAllowed."""
    actor = authorise(session, actor, action="alerts.rule", now=now)
    if kind not in RULE_KINDS:
        raise KentonganError(
            f"Jenis aturan {kind[:40]!r} tidak dikenal.", hint=f"Yang dikenal: {', '.join(RULE_KINDS)}."
        )
    read = read_parameters(kind, parameters)
    fit = SPLITS_OF.get(type(read), frozenset())
    if split is not None and split not in fit:
        may = f"Dapat dipecah menurut {', '.join(sorted(fit))}." if fit else "Jenis ini berkelompok sendiri."
        raise KentonganError(f"Aturan {KIND_WORDS[kind]} tidak dapat dipecah menurut {split[:20]!r}.", hint=may)
    if search is not None and not isinstance(read, WATCHES_POSTS):
        raise KentonganError(
            f"Aturan {KIND_WORDS[kind]} tidak memandang unggahan, jadi tidak memakai pencarian.",
            hint="Buang --search.",
        )
    found = None if search is None else find_row(session, search)
    if found is not None:
        decode_query(found.query)
    if not LEAST_REPEAT <= repeat_minutes <= MOST_REPEAT:
        raise KentonganError(f"Jeda ulang harus {LEAST_REPEAT} sampai {MOST_REPEAT} menit.")
    return AlertRule(
        id=0,
        name=check_name(name),
        kind=kind,
        search=None if found is None else found.id,
        parameters=plain_parameters(read),
        split=split,
        repeat_minutes=repeat_minutes,
        owner=actor.id,
        channels=check_channels(channels, settings=settings),
        state="on",
        held_reason=None,
        last_run_at=floor_hour(now),
        cursor={},
        created_at=now,
        version=0,
    )


def add_rule(
    session: Session,
    draft: AlertRule,
    *,
    estimate: Backtest,
    actor: Actor,
    now: datetime,
    anyway: bool = False,
    via: str | None = None,
) -> AlertRule:
    """Keep a draft; it judges the hours from now on. Raises Conflict where the name is taken, the estimate is of
    another rule, or it is too loud and not wanted ``anyway``; NotAllowed."""
    actor = authorise(session, actor, action="alerts.rule", now=now)
    check_estimate(session, draft, estimate, anyway=anyway)
    take_turn(session, "alert-rules")
    refuse_taken(session, draft.name, other_than=None)
    row = AlertRuleRow(owner=actor.id, created_at=now)
    write_draft(row, draft, estimate, now=now)
    session.add(row)
    session.flush()
    write_act(session, row, act="added", actor=actor, now=now, via=via)
    return as_rule(row)


def change_rule(
    session: Session,
    rule: int,
    draft: AlertRule,
    *,
    estimate: Backtest,
    actor: Actor,
    version: int,
    now: datetime,
    anyway: bool = False,
    via: str | None = None,
) -> AlertRule:
    """Let a rule be what the draft says; its alerts stay. It is on afterwards, and judges from now on. Raises as
    ``add_rule``, NotFound, and Conflict for another version or another kind."""
    actor = authorise(session, actor, action="alerts.rule", now=now)
    check_estimate(session, draft, estimate, anyway=anyway)
    take_turn(session, "alert-rules")
    row = lock_row(session, rule)
    expect_version(f"Aturan {row.name}", read=version, stored=row.version)
    if row.kind != draft.kind:
        raise Conflict("Jenis sebuah aturan tidak berubah.", hint="Buat aturan baru dan matikan yang ini.")
    refuse_taken(session, draft.name, other_than=row.id)
    write_draft(row, draft, estimate, now=now)
    session.flush()
    write_act(session, row, act="changed", actor=actor, now=now, via=via)
    return as_rule(row)


def switch_rule(
    session: Session, rule: int, *, on: bool, actor: Actor, now: datetime, via: str | None = None
) -> AlertRule:
    """Turn a rule on or off. One that is turned on judges from now on, whatever happened in between. Raises NotAllowed,
    NotFound."""
    actor = authorise(session, actor, action="alerts.rule", now=now)
    row = lock_row(session, rule)
    if on and row.state != "on":
        row.last_run_at, row.cursor = floor_hour(now), {**row.cursor, "from": floor_hour(now).isoformat()}
    row.state, row.held_reason = ("on" if on else "off"), None
    session.flush()
    write_act(session, row, act="on" if on else "off", actor=actor, now=now, via=via)
    return as_rule(row)


def judge_since(
    session: Session, rule: int, since: datetime, *, actor: Actor, now: datetime, via: str | None = None
) -> AlertRule:
    """Let a rule that has not run yet begin in the past: its next run judges every hour from ``since`` on, as a watch
    that was down would (at most ``evaluating.MOST_CATCH_UP``). Raises NotAllowed, NotFound, and Conflict where it has
    run already."""
    actor = authorise(session, actor, action="alerts.rule", now=now)
    row = lock_row(session, rule)
    if row.last_run_at != floor_hour(row.created_at):
        raise Conflict(f"Aturan {row.name} sudah pernah dijalankan.", hint="Mundurkan hanya aturan yang baru dibuat.")
    row.last_run_at, row.cursor = floor_hour(since), {**row.cursor, "from": floor_hour(since).isoformat()}
    session.flush()
    write_act(session, row, act="changed", actor=actor, now=now, via=via)
    return as_rule(row)


def get_rule(session: Session, rule: int | str) -> AlertRule:
    """The rule of this id or name. Raises NotFound."""
    number = rule if isinstance(rule, int) else int(rule) if rule.isascii() and rule.isdigit() else None
    wanted = AlertRuleRow.name == str(rule).strip() if number is None else AlertRuleRow.id == number
    row = session.scalar(select(AlertRuleRow).where(wanted))
    if row is None:
        raise NotFound(f"Aturan peringatan {str(rule)[:60]!r} tidak ada.", hint="Daftarnya: `kentongan alerts rules`.")
    return as_rule(row)


def list_rules(session: Session, *, states: Sequence[RuleState] | None = None) -> list[AlertRule]:
    """Rules by id; only those in these states where given."""
    chosen = select(AlertRuleRow).order_by(AlertRuleRow.id)
    if states is not None:
        chosen = chosen.where(AlertRuleRow.state.in_(states))
    return [as_rule(row) for row in session.scalars(chosen)]


def check_estimate(session: Session, draft: AlertRule, estimate: Backtest, *, anyway: bool) -> None:
    """Raise Conflict for an estimate of another rule, and for a rule that is too loud."""
    if estimate.fingerprint != fingerprint_of(session, draft):
        raise Conflict("Ujinya untuk aturan lain.", hint="Uji aturan ini dahulu, lalu simpan.")
    if not estimate.too_loud or anyway:
        return
    how = (
        "aturan ini akan ditahan karena terlalu sering"
        if estimate.held_at is not None
        else f"perkiraannya {estimate.per_week:.0f} peringatan seminggu, lebih dari {MOST_ALERTS_A_WEEK}"
    )
    raise Conflict(
        f"Aturan ini terlalu bising: {how}.",
        hint="Perketat ukurannya atau perpanjang jeda ulangnya; --anyway menyimpannya juga.",
    )


def write_draft(row: AlertRuleRow, draft: AlertRule, estimate: Backtest, *, now: datetime) -> None:
    """Let the row say what the draft says."""
    row.name, row.kind, row.search = draft.name, draft.kind, draft.search
    row.parameters, row.split, row.repeat_minutes = dict(draft.parameters), draft.split, draft.repeat_minutes
    row.channels = [{"kind": channel.kind, "to": channel.to} for channel in draft.channels]
    row.state, row.held_reason, row.last_run_at = "on", None, floor_hour(now)
    row.cursor = {"from": floor_hour(now).isoformat(), "estimate": estimate_row(estimate)}


def estimate_row(estimate: Backtest) -> dict[str, Any]:
    """The estimate in figures, as plain data; rates are None where there was not a day to judge."""
    rates = {"per_week": estimate.per_week, "low": estimate.low, "high": estimate.high}
    return {
        "since": estimate.since.isoformat(),
        "until": estimate.until.isoformat(),
        "days": round(estimate.days, 2),
        "firings": len(estimate.firings),
        "alerts": estimate.alerts,
        **{name: None if math.isnan(rate) else round(rate, 2) for name, rate in rates.items()},
        "held_at": estimate.held_at and estimate.held_at.isoformat(),
        "gaps": len(estimate.gaps),
    }


def check_name(name: str) -> str:
    """The name without blanks around it. Raises KentonganError for none, one too long, or one that is a number."""
    kept = " ".join(name.split())
    if not kept or len(kept) > MAX_NAME or kept.isdigit():
        raise KentonganError(f"Nama aturan harus 1 sampai {MAX_NAME} huruf, bukan hanya angka.")
    return kept


def refuse_taken(session: Session, name: str, *, other_than: int | None) -> None:
    taken = session.scalar(select(AlertRuleRow.id).where(AlertRuleRow.name == name))
    if taken not in (None, other_than):
        raise Conflict(f"Nama {name} sudah dipakai aturan lain.", hint="Pilih nama lain, atau ubah aturan itu.")


def lock_row(session: Session, rule: int) -> AlertRuleRow:
    """The rule's row, after whoever judges it is done. Raises NotFound."""
    take_turn(session, f"alert-rule|{rule}")
    row = session.get(AlertRuleRow, rule, populate_existing=True)
    if row is None:
        raise NotFound(f"Aturan peringatan {rule} tidak ada.", hint="Daftarnya: `kentongan alerts rules`.")
    return row


def write_act(session: Session, row: AlertRuleRow, *, act: str, actor: Actor, now: datetime, via: str | None) -> None:
    detail: audit.Detail = {"act": act, "name": row.name, "kind": row.kind, "repeat_minutes": row.repeat_minutes}
    audit.record(
        session, actor, action="alerts.rule", object=f"alert-rule:{row.id}", detail=audit.with_way(detail, via), now=now
    )
