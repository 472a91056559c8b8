"""The pieces of the page of labels as HTML. Pure; all foreign text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from string import ascii_uppercase

from analysis.agreement import FAIR, GOOD, LEAST_UNITS, Agreement, Coefficient
from casework.labelling.records import Batch, Disagreement, LabelTask, Progress, TextToLabel
from dashboard.words import WORDS, Language, say
from kentongan.numbers import format_number
from kentongan.times import format_time

SHOWN = 1_400
"""Characters of a text that are drawn: with them it fits the screen beside its labels."""


def value_words(value: str | None, task: LabelTask, language: Language) -> str:
    """A label as a person reads it."""
    if value is None:
        return say("lab_unsure", language)
    if task in ("hoax", "language") and f"lab_value_{value}" in WORDS:
        return say(f"lab_value_{value}", language)
    return say(value, language)


def text_card(text: TextToLabel, progress: Progress, language: Language, *, task: LabelTask) -> str:
    """The text to label, and nothing that anybody said of it."""
    words = text.words if len(text.words) <= SHOWN else text.words[: SHOWN - 1] + "…"
    number = say("lab_number", language, place=text.place, texts=progress.texts)
    kind = say(f"lab_kind_{text.kind}", language) if f"lab_kind_{text.kind}" in WORDS else text.kind
    sample = f' · <b class="kt-suspect">{say("sample", language)}</b>' if text.sample else ""
    meta = f"{number} · {kind} · {say('lab_masked', language)}{sample}"
    question = say(f"lab_question_{task}", language)
    return (
        f'<div class="kt-label"><small>{meta}</small><h2>{escape(question)}</h2>'
        f'<blockquote dir="auto">{escape(words)}</blockquote></div>'
    )


def progress_bar(progress: Progress, language: Language) -> str:
    """How far the queue is: all labels as a bar, the person's own in words."""
    share = 100 * progress.labels / progress.wanted if progress.wanted else 0
    words = say(
        "lab_progress", language, labels=plain(progress.labels, language), wanted=plain(progress.wanted, language),
        mine=plain(progress.mine, language), left=plain(progress.left, language),
    )  # fmt: skip
    return (
        f'<div class="kt-far" role="progressbar" aria-valuenow="{share:.0f}" aria-valuemin="0" aria-valuemax="100" '
        f'aria-label="{escape(words, quote=True)}"><i style="width:{share:.1f}%"></i></div>'
        f'<p class="kt-note">{escape(words)}</p>'
    )


def coefficient(found: Coefficient, language: Language) -> str:
    """A coefficient with its interval; words where there are too few texts."""
    if found.value is None or found.low is None or found.high is None:
        return "–"
    low, high = decimal(found.low, language), decimal(found.high, language)
    return f"{decimal(found.value, language)} <small>({low} – {high})</small>"


def agreement_head(found: Agreement, language: Language) -> str:
    """Alpha, large, with its range and what it allows."""
    alpha = found.alpha
    if alpha.value is None or alpha.low is None or alpha.high is None:
        words = say("lab_few", language, units=alpha.units, least=LEAST_UNITS)
        return f'<div class="kt-state"><b>{escape(words)}</b></div>'
    # What it allows is judged by the lower bound: nobody concludes from the better half of an interval.
    level = "good" if alpha.low >= GOOD else "fair" if alpha.low >= FAIR else "poor"
    between = say("lab_range", language, low=decimal(alpha.low, language), high=decimal(alpha.high, language))
    facts = [say("lab_equal", language, equal=found.equal, units=alpha.units)]
    if found.unsure:
        facts.append(say("lab_told_unsure", language, count=found.unsure))
    return (
        f'<div class="kt-head"><div class="kt-big"><b>{decimal(alpha.value, language)}</b>'
        f"<span>{say('lab_alpha', language)}</span><em>{between}</em></div>"
        f'<div class="kt-facts"><div>{"</div><div>".join(facts)}</div><div><b>{say(f"lab_level_{level}", language)}</b>'
        "</div></div></div>"
    )


def by_label_table(found: Agreement, language: Language, *, task: LabelTask) -> str:
    """One row a label: its own alpha, how often the other joined, how often it was said."""
    head = "".join(f"<th>{say(f'lab_col_{name}', language)}</th>" for name in ("label", "alpha", "specific", "said"))
    rows = []
    for one in found.by_label:
        joined = "–" if one.specific is None else f"{100 * one.specific:.0f} %"
        rows.append(
            f"<tr><th>{escape(value_words(one.label, task, language))}</th><td>{coefficient(one.alpha, language)}</td>"
            f"<td>{joined}</td><td>{plain(one.said, language)}</td></tr>"
        )
    return f'<table class="kt-table"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def confusion_table(found: Agreement, language: Language, *, task: LabelTask) -> str:
    """Pairs of labels on the same text: only those labels that were ever said."""
    shown = [number for number, row in enumerate(found.confusion) if any(row)]
    if not shown:
        return ""
    names = [escape(value_words(found.labels[number], task, language)) for number in shown]
    head = "<th></th>" + "".join(f"<th>{name}</th>" for name in names)
    body = []
    for name, row in zip(names, shown, strict=True):
        cells = "".join(
            f'<td class="{"same" if row == column else "apart" if found.confusion[row][column] else ""}">'
            f"{plain(found.confusion[row][column], language) if column >= row else ''}</td>"
            for column in shown
        )
        body.append(f"<tr><th>{name}</th>{cells}</tr>")
    return f'<table class="kt-table pairs"><thead><tr>{head}</tr></thead><tbody>{"".join(body)}</tbody></table>'


def pair_rows(found: Agreement, language: Language) -> str:
    """Kappa of each two people, under letters."""
    people = sorted({one for pair in found.kappas for one in (pair.first, pair.second)})
    letter = {person: letter_of(number) for number, person in enumerate(people)}
    rows = [
        f"<tr><th>{say('lab_person', language, letter=letter[one.first])} · "
        f"{say('lab_person', language, letter=letter[one.second])}</th>"
        f"<td>{say('lab_kappa', language)} {coefficient(one.kappa, language)}</td>"
        f"<td>{plain(one.kappa.units, language)}</td></tr>"
        for one in found.kappas
    ]
    return f'<table class="kt-table"><tbody>{"".join(rows)}</tbody></table>' if rows else ""


def apart_card(one: Disagreement, language: Language, *, task: LabelTask) -> str:
    """A text its people disagree on, with what each said, without their names."""
    said = "".join(
        f"<div><span>{say('lab_person', language, letter=letter_of(number))}</span>"
        f'<b class="chip said">{escape(value_words(value, task, language))}</b>'
        + (f"<em>{escape(note)}</em>" if note else "")
        + "</div>"
        for number, (_, value, note) in enumerate(one.said)
    )
    words = one.text.words if len(one.text.words) <= 600 else one.text.words[:599] + "…"
    return f'<div class="kt-apart"><p dir="auto">{escape(words)}</p>{said}</div>'


def batch_line(batch: Batch, progress: Progress, language: Language, *, zone: str) -> str:
    """A queue in the list."""
    counts = say(
        "lab_line_counts", language, texts=plain(progress.texts, language), labels=plain(progress.labels, language),
        wanted=plain(progress.wanted, language), settled=plain(progress.settled, language),
    )  # fmt: skip
    drawn = say(
        "lab_line_from", language, rule=say(f"lab_rule_{batch.rule}", language),
        candidates=plain(batch.candidates, language),
    )  # fmt: skip
    marks = [say("lab_closed_mark", language)] if batch.closed_at is not None else []
    marks += [say("sample", language)] if batch.sample else []
    made = f"{format_time(batch.made_at, zone=zone, language=language)} · {escape(batch.made_name)}"
    return (
        f'<div class="kt-task{" done" if batch.closed_at else ""}"><b>{escape(batch.name)}</b>'
        f"<span>{say(f'lab_task_{batch.task}', language)}</span>"
        f"<small>{counts} · {drawn} · {made}{''.join(f' · {mark}' for mark in marks)}</small></div>"
    )


def batch_lines(rows: Sequence[tuple[Batch, Progress]], language: Language, *, zone: str) -> str:
    return "".join(batch_line(batch, progress, language, zone=zone) for batch, progress in rows)


def letter_of(number: int) -> str:
    return ascii_uppercase[number % 26]


def decimal(value: float, language: Language) -> str:
    return format_number(value, language=language, decimals=2)


def plain(value: int, language: Language) -> str:
    return format_number(value, language=language)
