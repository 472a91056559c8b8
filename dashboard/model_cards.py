"""The pieces of the page of models as HTML. Pure; all foreign text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from casework.jobs import Job
from casework.labelling.judging import Judged
from casework.labelling.records import LabelTask
from casework.model_choices import Switch
from dashboard.charts import short_day
from dashboard.label_cards import value_words
from dashboard.model_desk import ModelLine, Registry, name_of_training
from dashboard.model_drift import DriftView, Week
from dashboard.words import WORDS, Language, say
from kentongan.numbers import format_number
from kentongan.schema import ABSTAINED, Task
from kentongan.times import format_time, parse_iso
from models.card import Card, Protocol
from models.gate import DECIDING
from models.predictions import Comparison

MOST_SLICES = 12
STYLES = {"negative": "neg", "neutral": "neu", "positive": "pos", ABSTAINED: "abs"}
SHADES = ("ink0", "ink1", "ink2")


def task_words(task: str, language: Language) -> str:
    return say(f"mod_task_{task}", language) if f"mod_task_{task}" in WORDS else task


def hundredths(value: float, language: Language) -> str:
    """A share of 1 in hundredths, one digit."""
    return format_number(100 * value, language=language, decimals=1)


def model_rows(registry: Registry, language: Language, *, chosen: str | None) -> str:
    """The models as buttons."""
    rows = []
    for one in registry.models:
        served = ", ".join(task_words(task, language) for task in one.serves)
        if one.card is None:
            state = f'<span class="chip ask">{say("mod_broken", language)}</span>'
        elif one.serves:
            state = f'<span class="chip decided">✓ {escape(say("mod_serves", language, tasks=served))}</span>'
        else:
            state = f'<small class="kt-note">{say("mod_idle", language)}</small>'
        version = "" if one.card is None else f" {escape(one.card.version)}"
        whose = say("mod_own" if one.own else "mod_shipped", language)
        tasks = "" if one.card is None else ", ".join(task_words(task, language) for task in one.card.labels)
        rows.append(
            f'<div class="kt-case kt-model" data-key="{escape(one.name, quote=True)}" tabindex="0" role="button" '
            f'aria-pressed="{"true" if one.name == chosen else "false"}"><b>{escape(one.name)}{version}</b>{state}'
            f"<small>{whose} · {escape(tasks or one.fault)}</small></div>"
        )
    return "".join(rows)


def serving_lines(registry: Registry, language: Language, *, zone: str) -> str:
    """Which model serves each task, since when."""
    lines = []
    for task, model in registry.serving.items():
        name = task_words(task, language)
        moment = parse_iso(registry.since.get(task, ""))
        if moment is None:
            lines.append(say("mod_since_shipped", language, task=name, model=model))
        else:
            time = format_time(moment, zone=zone, language=language)
            lines.append(say("mod_since", language, task=name, model=model, time=time))
    return f'<p class="kt-note">{"<br>".join(map(escape, lines))}</p>'


def deciding_protocol(card: Card, task: Task) -> Protocol | None:
    """The figures that decide: of matters and outlets left out whole, else the first there are."""
    own = [one for one in card.protocols if one.task == task]
    return next(
        (one for one in own if one.name.endswith(DECIDING) or "never seen" in one.name), own[0] if own else None
    )


def figures_table(card: Card, task: Task, language: Language) -> str:
    """The mean and each slice of a card, with intervals."""
    protocol = deciding_protocol(card, task)
    if protocol is None:
        return ""
    names = ("slice", "rows", "f1", "accuracy", "calibration", "coverage")
    head = "".join(f"<th>{say(f'mod_col_{name}', language)}</th>" for name in names)
    figures = sorted(protocol.figures, key=lambda one: -one.rows)
    # A figure's own interval is of one seed; where the card compares, it has that of the mean over seeds.
    compared = {
        one.slice: (one.low, one.high)
        for one in card.comparisons
        if one.task == task and protocol.name.endswith(one.protocol)
    }
    spans = {one.slice: compared.get(one.slice, (one.low, one.high)) for one in figures}
    rows = [
        f"<tr><th>{escape(one.slice)}</th><td>{format_number(one.rows, language=language)}</td>"
        f"<td>{hundredths(one.macro_f1, language)} <small>({hundredths(spans[one.slice][0], language)} – "
        f"{hundredths(spans[one.slice][1], language)})</small></td><td>{hundredths(one.accuracy, language)}</td>"
        f"<td>{format_number(one.calibration_error, language=language, decimals=3)}</td>"
        f"<td>{100 * one.coverage:.0f} %</td></tr>"
        for one in figures[:MOST_SLICES]
    ]
    left = len(figures) - len(rows)
    more = f'<p class="kt-note">{say("mod_more_slices", language, count=left)}</p>' if left else ""
    interval = ""
    if "mean" in compared:
        low, high = compared["mean"]
        interval = f"<em>{hundredths(low, language)} – {hundredths(high, language)}</em>"
    mean = (
        f'<div class="kt-head"><div class="kt-big small"><b>{hundredths(protocol.macro_f1, language)}</b>'
        f"<span>{say('mod_mean', language)}</span>{interval}</div></div>"
    )
    body = "".join(rows)
    return f'{mean}<table class="kt-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}'


def limits_list(card: Card) -> str:
    return f'<ul class="kt-limits">{"".join(f"<li>{escape(one)}</li>" for one in card.limits)}</ul>'


def comparison_line(task: Task, found: Sequence[Comparison], other: str, language: Language) -> str:
    """A model beside the one in use, as a sentence with its verdict."""
    name = task_words(task, language)
    if not found:
        return f'<p class="kt-note">{escape(say("mod_beside_none", language, task=name, other=other))}</p>'
    one = found[0]
    verdict = "worse" if one.difference_high < 0 else "better" if one.difference_low > 0 else "same"
    words = say(
        "mod_beside", language, task=name, own=hundredths(one.macro_f1, language),
        theirs=hundredths(one.other_macro_f1, language), other=other, low=hundredths(one.difference_low, language),
        high=hundredths(one.difference_high, language), rows=format_number(one.rows, language=language),
        verdict=say(f"mod_verdict_{verdict}", language),
    )  # fmt: skip
    return f'<p class="kt-done">{escape(words)}</p>'


def switch_rows(switches: Sequence[Switch], language: Language, *, zone: str) -> str:
    """Choices that were made: when, who, what, why."""
    if not switches:
        return f'<p class="kt-note">{say("mod_history_none", language)}</p>'
    rows = []
    for one in switches:
        act = say(f"mod_history_{one.act}", language, model=one.model or "")
        rows.append(
            f"<time>{escape(format_time(one.at, zone=zone, language=language))}</time>"
            f"<div><b>{escape(one.actor_name)}</b> "
            f"{escape(act)}<p>{escape(', '.join(one.changed))}</p><p>{escape(one.reason)}</p></div>"
        )
    return f'<div class="kt-events">{"".join(rows)}</div>'


def drift_statement(view: DriftView, language: Language) -> str:
    """What the two tests say, in a sentence; what they cannot."""
    if view.labels is None or view.silence is None:
        words = [say("mod_too_few", language, before=view.days[0], last=view.days[1])]
    else:
        words = []
        if view.labels.moved:
            index = format_number(view.labels.index, language=language, decimals=2)
            words.append(say("mod_moved_labels", language, index=index, p=p_words(view.labels.p, language)))
        if view.silence.moved:
            points = hundredths(view.silence.index, language)
            words.append(say("mod_moved_silence", language, points=points, p=p_words(view.silence.p, language)))
        words = [*words, say("mod_moved_why", language)] if words else [say("mod_steady", language)]
    first, *rest = words
    return f'<p class="kt-part">{escape(first)}</p>' + "".join(f'<p class="kt-note">{escape(one)}</p>' for one in rest)


def p_words(p: float, language: Language) -> str:
    return format_number(p, language=language, decimals=3)


def week_rows(view: DriftView, language: Language) -> str:
    """A bar a week, what was not collected hatched at its end, with silence and confidence."""
    names = ("week", "share", "docs", "silence", "confidence")
    head = "".join(f"<span>{say(f'mod_col_{name}', language)}</span>" for name in names)
    totals: dict[str, int] = {}
    for week in view.weeks:
        for label, count in week.counts.items():
            totals[label] = totals.get(label, 0) + count
    order = [label for label in totals if label != ABSTAINED]
    if view.task != "sentiment":
        order = sorted((one for one in order if totals[one]), key=lambda label: -totals[label])[: len(SHADES)]
    # Weeks before the first document say nothing: there was no installation yet.
    begun = next((number for number, week in enumerate(view.weeks) if week.total), 0)
    rows = [week_row(week, order, view.task, language) for week in view.weeks[begun:]]
    last = say("mod_newest_week", language, shares=share_words(view.weeks[-1], order, view.task, language))
    return (
        f'<div class="kt-weeks"><div class="kt-week head">{head}</div>{"".join(rows)}</div>'
        f'<p class="kt-note">{escape(last)}</p>'
    )


def week_row(week: Week, order: Sequence[str], task: LabelTask, language: Language) -> str:
    """The bar is as long as what was collected; the rest of it is hatched."""
    silent = week.counts.get(ABSTAINED, 0)
    parts = [(STYLES.get(label) or SHADES[number], value_words(label, task, language), week.counts.get(label, 0))
             for number, label in enumerate(order)]  # fmt: skip
    rest = week.total - silent - sum(count for _, _, count in parts)
    parts += [("rest", say("mod_others", language), rest), (STYLES[ABSTAINED], say("abstained", language), silent)]
    pieces = []
    for style, name, count in parts:
        if count:
            share = count / week.total
            hint = escape(f"{name} {100 * share:.0f} %", quote=True)
            pieces.append(f'<i class="{style}" style="width:{100 * week.coverage * share:.2f}%" title="{hint}"></i>')
    lost = 100 * (1 - week.coverage)
    if lost >= 0.5:
        hint = escape(say("mod_lost", language, share=f"{lost:.0f}"), quote=True)
        pieces.append(f'<i class="lost" style="width:{lost:.2f}%" title="{hint}"></i>')
    silence = "–" if week.silence is None else f"{100 * week.silence:.0f} %"
    sure = "–"
    if week.confidence is not None:
        mean, reach = (format_number(one, language=language, decimals=2) for one in week.confidence)
        sure = f"{mean} ± {reach}"
    return (
        f'<div class="kt-week"><span>{short_day(week.start, language)}</span>'
        f'<span class="kt-bar">{"".join(pieces)}</span><span>{format_number(week.total, language=language)}</span>'
        f"<span>{silence}</span><span>{sure}</span></div>"
    )


def share_words(week: Week, order: Sequence[str], task: LabelTask, language: Language) -> str:
    """The shares of the drawn labels in words."""
    if not week.total:
        return "–"
    named = [
        f"{value_words(label, task, language)} {100 * week.counts.get(label, 0) / week.total:.0f} %" for label in order
    ]
    silent = week.counts.get(ABSTAINED, 0)
    rest = week.total - silent - sum(week.counts.get(label, 0) for label in order)
    if rest:
        named.append(say("mod_rest", language, share=f"{100 * rest / week.total:.0f}"))
    return " · ".join([*named, f"{say('abstained', language)} {100 * silent / week.total:.0f} %"])


def judged_block(judged: Judged, rule: str, task: LabelTask, language: Language) -> str:
    """People against the model, for one way of drawing."""
    if judged.share is None or judged.low is None or judged.high is None:
        words = say("mod_judged_few", language, disagreed=judged.disagreed, labels=judged.labels)
    else:
        words = say(
            "mod_judged_share", language, share=f"{100 * judged.share:.0f}", low=f"{100 * judged.low:.0f}",
            high=f"{100 * judged.high:.0f}",
        )  # fmt: skip
    pairs = " · ".join(
        say("mod_judged_pair", language, model=value_words(model, task, language),
            people=value_words(people, task, language), count=count)
        for (model, people), count in judged.pairs.items()
    )  # fmt: skip
    return (
        f'<div class="kt-task"><b>{escape(words)}</b><span></span>'
        f"<small>{say(f'mod_judged_{rule}', language)}{' · ' + escape(pairs) if pairs else ''}</small></div>"
    )


def job_row(job: Job, language: Language, *, zone: str) -> str:
    """A training or a reading: what, how far, how it ended."""
    name = name_of_training(job)
    title = say("mod_job_train", language, name=name) if name else say("mod_job_score", language)
    far = f" {job.done}/{job.total}" if job.done is not None and job.total else ""
    chip = "decided" if job.state == "done" else ""
    words = " · ".join(
        one
        for one in (
            format_time(job.created_at, zone=zone, language=language), job.actor_name, job.error or job.note or "",
        )
        if one
    )  # fmt: skip
    return (
        f'<div class="kt-task"><b>{escape(title)}</b><span class="chip {chip}">'
        f"{say(f'mod_job_{job.state}', language)}{far}</span><small>{escape(words)}</small></div>"
    )


def log_block(text: str) -> str:
    return f'<pre class="kt-joblog">{escape(text[-8_000:])}</pre>'


def find_line(registry: Registry, name: str | None) -> ModelLine | None:
    """The model of this name, else the first."""
    return next((one for one in registry.models if one.name == name), next(iter(registry.models), None))
