"""The pieces of the list of alert rules as HTML. Pure; all foreign text is escaped."""

from __future__ import annotations

from datetime import datetime
from html import escape

from casework.alerts.records import AlertRule
from dashboard.alert_rule_desk import RuleList
from dashboard.words import Language, say
from kentongan.numbers import format_number
from kentongan.times import format_time

STATE_SIGNS = {"on": "●", "off": "○", "held": "◍"}
"""A shape beside each state's word."""
STATE_STYLES = {"on": "decided", "off": "state", "held": "ask"}


def rule_state_chip(rule: AlertRule, language: Language) -> str:
    style, sign = STATE_STYLES[rule.state], STATE_SIGNS[rule.state]
    return f'<span class="chip {style}">{sign} {say(f"rule_state_{rule.state}", language)}</span>'


def rule_rows(found: RuleList, language: Language, *, chosen: int | None, zone: str) -> str:
    """Rules as buttons, one below the other."""
    rows = []
    for rule in found.rules:
        ran = say("rule_last_run", language, time=format_time(rule.last_run_at, zone=zone, language=language))
        kind = say(f"alert_kind_{rule.kind}", language)
        below = f"{kind} · {watched_words(rule, found, language)} · {week_words(rule, found, language)} · {ran}"
        rows.append(
            f'<div class="kt-case" data-key="{rule.id}" role="button" tabindex="0" '
            f'aria-pressed="{"true" if rule.id == chosen else "false"}"><div class="kt-chips">'
            f"<b>{escape(rule.name)}</b>{rule_state_chip(rule, language)}</div><small>{escape(below)}</small></div>"
        )
    return f'<div class="kt-cases">{"".join(rows)}</div>'


def watched_words(rule: AlertRule, found: RuleList, language: Language) -> str:
    """What a rule watches: its search or everything, split by what."""
    if rule.kind in ("deadline", "bridge_stale"):
        return say(f"rule_watches_{rule.kind}", language)
    about = found.watched(rule) or say("rule_everything", language)
    return f"{about}, {say(f'rule_split_{rule.split}', language)}" if rule.split else about


def week_words(rule: AlertRule, found: RuleList, language: Language) -> str:
    """How often people were told in the last week."""
    return say("rule_week", language, count=format_number(found.told.get(rule.id, 0), language=language))


def rule_facts(rule: AlertRule, found: RuleList, language: Language, *, zone: str) -> str:
    """One rule's figures: what it watches, its measures, how loud it was tried to be, whom it tells."""
    estimate = rule.cursor.get("estimate", {})
    facts = [
        (say("alert_kind", language), say(f"alert_kind_{rule.kind}", language)),
        (say("rule_search", language), watched_words(rule, found, language)),
        (say("alert_fact_owner", language), found.owners.get(rule.owner, rule.owner)),
        (say("rule_repeat", language), say("rule_hours", language, hours=rule.repeat_minutes // 60)),
        (say("rule_ran", language), format_time(rule.last_run_at, zone=zone, language=language)),
        (say("rule_told", language), week_words(rule, found, language)),
    ]
    if estimate.get("per_week") is not None:
        numbers = {
            name: format_number(estimate[name], language=language, decimals=1) for name in ("per_week", "low", "high")
        }
        until = datetime.fromisoformat(estimate["until"])
        facts.append(
            (
                say("rule_estimate", language),
                say(
                    "rule_estimate_words", language, days=format_number(estimate["days"], language=language),
                    time=format_time(until, zone=zone, language=language), **numbers,
                ),
            )
        )  # fmt: skip
    shown = "".join(f"<span>{escape(name)} <b>{escape(value)}</b></span>" for name, value in facts if value)
    channels = ", ".join(f"{say(f'alert_channel_{one.kind}', language)} {one.to}" for one in rule.channels)
    told = say("rule_tells", language, channels=channels or say("rule_tells_none", language))
    held = f'<p class="kt-words">{escape(rule.held_reason)}</p>' if rule.held_reason else ""
    return f'{held}<div class="kt-facts">{shown}</div><p class="kt-note">{escape(told)}</p>'
