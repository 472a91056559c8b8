"""Turns what each desk keeps into the lines of a panel of Beranda: words, sign, and the way to the work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from casework.followups.records import FollowUp
from casework.recent_acts import RecentAct
from casework.verdict_rules import Outcome, describe_outcome
from dashboard.alert_cards import value_words
from dashboard.hoax_queue import QueueLine
from dashboard.home_cards import HomeLine, Mark, Panel, day_words, moment_words, with_language
from dashboard.home_panels import AlertLines, ComplaintLines, HoaxLines, IncidentLines, IssueLines, TaskLines
from dashboard.incident_cards import kind_words
from dashboard.indicator_words import age_words
from dashboard.issue_cards import count_words
from dashboard.issue_desk import DEFAULT_DAYS
from dashboard.words import Language, say
from kentongan.numbers import format_number

ENGLISH_OUTCOMES: Mapping[Outcome, str] = {
    "false": "false", "misleading": "misleading", "true": "true", "satire_or_opinion": "satire or opinion",
    "not_enough_evidence": "not enough evidence",
}  # fmt: skip

GROUPED = re.compile(r"(?:[^:]{1,40}: )?(?P<rule>.{1,120}) \((?P<group>.{1,120})\)")
"""The title of an alert of a rule that watches groups: "Tenggat aduan: Aduan menjadi kode merah (Dinas Sosial)"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How lines are worded for one visitor."""

    language: Language
    kept: str | None
    """Language that the address names; links keep it."""
    zone: str
    now: datetime

    def say(self, key: str, **values: object) -> str:
        return say(key, self.language, **values)

    def count(self, value: float) -> str:
        return format_number(value, language=self.language)

    def link(self, page: str) -> str:
        return with_language(page, self.kept)

    def moment(self, moment: datetime) -> str:
        return moment_words(moment, self.language, now=self.now, zone=self.zone)

    def nothing(self, name: str) -> tuple[str, str]:
        return self.say(f"home_{name}_none"), self.say(f"home_{name}_none_hint")


def issue_panel(found: IssueLines, tell: Telling) -> Panel:
    """Rising issues with the agency that has each."""
    lines = []
    for issue, agency in found.lines:
        age = tell.now - issue.last_at
        days = next((one for one in (7, 14) if age < timedelta(days=one)), 30)
        reach = "" if days == DEFAULT_DAYS else f"hari={days}&"
        lines.append(
            HomeLine(
                title=issue.title,
                meta=tell.say(
                    "home_issue_meta", voices=tell.count(issue.voices),
                    expected=count_words(issue.expected, tell.language), agency=agency or tell.say("issue_no_agency"),
                    time=tell.moment(issue.last_at),
                ),
                href=tell.link(f"isu?{reach}isu={issue.id}"),
                sign=tell.say("issue_rising") if issue.state == "rising" else "",
                mark="rising",
            )
        )  # fmt: skip
    against = tell.say("home_issues_against", opened=found.opened, rising=found.rising)
    if found.filled:
        against = f"{against} · {tell.say('home_issues_filled')}"
    return Panel(
        title=tell.say("home_issues"), against=against, lines=lines, none=tell.nothing("issues"), href=tell.link("isu")
    )


def hoax_panel(found: HoaxLines, tell: Telling) -> Panel:
    """The hoax watch: what a model suspects is dashed, what two persons decided solid."""
    lines = []
    for line in found.lines:
        sign, mark = hoax_sign(line, tell)
        platforms = ", ".join(line.platforms) or "–"
        key = "home_hoax_copies" if line.copies > 1 else "home_hoax_copies_one"
        meta = tell.say(key, copies=tell.count(line.copies), platforms=platforms)
        if line.score is not None and mark == "suspected":
            numbers = {
                name: format_number(value, language=tell.language, decimals=2)
                for name, value in (("value", line.score.value), ("low", line.score.low), ("high", line.score.high))
            }
            meta = f"{meta} · {tell.say('home_hoax_score', **numbers)}"
        lines.append(
            HomeLine(
                title=f"“{line.title}”", meta=meta, href=tell.link(f"hoaks?cerita={line.story}"), sign=sign, mark=mark
            )
        )
    return Panel(
        title=tell.say("home_hoaxes"),
        against=tell.say(
            "home_hoaxes_against", suspected=found.suspected, checked=found.checked, decided=found.decided
        ),
        lines=lines,
        none=tell.nothing("hoaxes"),
        href=tell.link("hoaks"),
    )


def hoax_sign(line: QueueLine, tell: Telling) -> tuple[str, Mark]:
    if line.state == "decided" and line.outcome is not None:
        return tell.say("home_hoax_decided", outcome=outcome_words(line.outcome[0], tell)), "decided"
    if line.need == "second":
        return tell.say("home_hoax_second"), "checked"
    if line.state == "review":
        return tell.say("home_hoax_review"), "checked"
    return tell.say("home_hoax_suspected" if line.state == "suspected" else "home_hoax_unsure"), "suspected"


def outcome_words(outcome: Outcome, tell: Telling) -> str:
    return describe_outcome(outcome, None) if tell.language == "id" else ENGLISH_OUTCOMES[outcome]


def complaint_panel(found: ComplaintLines, tell: Telling, *, agency: str | None) -> Panel:
    """Agencies that are late or soon will be; for an officer of an agency its own complaints."""
    lines = [] if agency is not None else agency_lines(found, tell)
    for one in found.own:
        late = one.due_at is not None and one.due_at <= tell.now
        due = tell.say("home_complaint_no_clock")
        if one.due_at is not None:
            last = day_words(one.due_at - timedelta(microseconds=1), tell.language, zone=tell.zone)
            due = tell.say("home_complaint_due", day=last)
        lines.append(
            HomeLine(
                title=one.title or one.text,
                meta=f"{one.number} · {due}",
                href=tell.link(f"aduan?aduan={one.id}"),
                sign=tell.say("home_complaint_late") if late else tell.say(f"adu_stage_{one.stage}"),
                mark="late" if late else "plain",
            )
        )
    return Panel(
        title=tell.say("home_complaints"),
        against=tell.say(
            "home_complaints_against", newly=tell.count(found.newly.total()), red=tell.count(found.red),
            soon=tell.count(found.soon),
        ),
        lines=lines,
        none=tell.nothing("complaints"),
        href=tell.link("aduan"),
    )  # fmt: skip


def agency_lines(found: ComplaintLines, tell: Telling) -> list[HomeLine]:
    return [
        HomeLine(
            title=tell.say("home_unassigned") if line.agency is None else line.name,
            meta=tell.say(
                "home_complaint_line", newly=tell.count(found.newly[line.agency]), soon=tell.count(line.due_soon),
                open=tell.count(line.open),
            ),
            href=tell.link(f"aduan?{'tampil=merah&' if line.red else ''}instansi={line.agency or 'belum'}"),
            sign=tell.say("home_complaint_red", count=tell.count(line.red)) if line.red else "",
            mark="late",
        )
        for line in found.lines
    ]  # fmt: skip


def alert_panel(found: AlertLines, tell: Telling) -> Panel:
    """Alerts nobody has taken."""
    lines = []
    for one in found.lines:
        # The rule is the same on line after line; what it fired on tells them apart.
        split = GROUPED.fullmatch(one.title)
        told = tell.say("home_alert_meta", number=f"PRG-{one.id}", time=tell.moment(one.last_at))
        lines.append(
            HomeLine(
                title=split["group"] if split else one.title,
                meta=f"{split['rule']} · {told}" if split else told,
                href=tell.link(f"peringatan?peringatan={one.id}"),
                sign=value_words(one, tell.language) if one.expected is not None else "",
            )
        )
    return Panel(
        title=tell.say("home_alerts"), against=tell.say("home_alerts_against", count=tell.count(found.open)),
        lines=lines, none=tell.nothing("alerts"), href=tell.link("peringatan"), more=found.open - len(lines),
    )  # fmt: skip


def incident_panel(found: IncidentLines, tell: Telling, *, agencies: Mapping[str, str]) -> Panel:
    """Open incidents, then rumours of danger that an agency has to confirm: never said as a fact."""
    lines = [
        HomeLine(
            title=one.title,
            meta=tell.say("home_incident_meta", number=one.number, time=tell.moment(one.opened_at)),
            href=tell.link(f"insiden?insiden={one.id}"),
            sign=one.level,
            mark="emergency" if one.level == "darurat" else "plain",
        )
        for one in found.incidents
    ]
    for one in found.dangers:
        asked = agencies.get(one.agency or "", one.agency or "") or tell.say("home_danger_nobody")
        late = one.due_at <= tell.now
        overdue = tell.say("home_danger_late", age=age_words(tell.now - one.due_at, tell.language)) if late else ""
        lines.append(
            HomeLine(
                title=f"{kind_words(one.danger, tell.language)}: “{one.words}”",
                meta=tell.say("home_danger_meta", number=one.number, agency=asked),
                href=tell.link(f"insiden?bahaya={one.id}"),
                sign=overdue or tell.say("home_danger"),
                mark="late" if late else "suspected",
            )
        )
    return Panel(
        title=tell.say("home_incidents"),
        against=tell.say("home_incidents_against", incidents=len(found.incidents), dangers=tell.count(found.waiting)),
        lines=lines,
        none=tell.nothing("incidents"),
        href=tell.link("insiden"),
        more=found.waiting - len(found.dangers),
    )


def task_panel(found: TaskLines, tell: Telling, *, agencies: Mapping[str, str]) -> Panel:
    """Follow-ups that are owed, or whose answer waits."""
    name = {"agency": "home_tasks_agency", "mine": "home_tasks_mine", "all": "home_tasks"}[found.whose]
    return Panel(
        title=tell.say(name),
        against=tell.say("home_tasks_against", late=tell.count(found.late), answered=tell.count(found.answered)),
        lines=[task_line(one, tell, agencies=agencies) for one in found.lines],
        none=tell.nothing("tasks"),
        href=tell.link("tindak-lanjut"),
        more=found.total - len(found.lines),
    )


def task_line(one: FollowUp, tell: Telling, *, agencies: Mapping[str, str]) -> HomeLine:
    day = day_words(one.due_at - timedelta(microseconds=1), tell.language, zone=tell.zone)
    sign, mark = "", "plain"
    if one.is_overdue(tell.now):
        sign, mark = tell.say("home_task_late"), "late"
    elif one.state == "answered":
        sign = tell.say("home_task_answered")
    return HomeLine(
        title=one.title,
        meta=f"{one.number} · {agencies.get(one.agency, one.agency)} · {tell.say('home_task_due', day=day)}",
        href=tell.link(f"tindak-lanjut?tugas={one.id}"),
        sign=sign,
        mark=mark,  # type: ignore[arg-type]
    )


def act_panel(acts: tuple[RecentAct, ...], tell: Telling, *, shown: frozenset[str], most: int) -> Panel:
    """What people settled, from the records; only what the visitor may open."""
    pages = {
        "verdict": "hoaks?cerita={}", "decision": "keputusan",
        "clarification": "tindak-lanjut?bagian=klarifikasi&klarifikasi={}", "answer": "tindak-lanjut?tugas={}",
        "incident_opened": "insiden?insiden={}", "incident_closed": "insiden?insiden={}",
    }  # fmt: skip
    told = [one for one in acts if pages[one.kind].partition("?")[0] in shown]
    lines = []
    for one in told[:most]:
        decided = one.kind == "verdict" and one.outcome is not None
        words = (
            tell.say(f"home_act_{one.kind}")
            if one.outcome is None
            else tell.say("home_act_verdict", outcome=outcome_words(one.outcome, tell))
        )
        lines.append(
            HomeLine(
                title=one.title or tell.say("home_act_story"),
                meta=f"{words} · {tell.moment(one.at)}",
                href=tell.link(pages[one.kind].format(one.object)),
                sign=outcome_words(one.outcome, tell) if decided and one.outcome else "",
                mark="decided" if decided else "plain",
            )
        )
    return Panel(
        title=tell.say("home_acts"), against=tell.say("home_acts_against"), lines=lines, none=tell.nothing("acts"),
        href=tell.link("./?sejak=pekan"), more=len(told) - len(lines),
    )  # fmt: skip
