"""The card of the model that suggests a complaint's category and field, as a Markdown page. Written by the trainer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from kentongan.agency_fields import FIELDS
from kentongan.complaint_categories import CATEGORIES
from models.calibrate import Calibration
from models.card import PAGE_FILE, table
from models.linear import WEIGHTS_FILE
from models.suggest_data import LAPORGUB_FILE, LAPORGUB_WEIGHT, SP4N_FILE, Question, SuggestRows
from models.suggest_measure import HeadFigures, LabelFigures, Share

LIMITS: Final = (
    "It learned from 1,259 reports of one regency (Bandung, 2021 to 2023, partly of the pandemic) and from stemmed "
    "tokens of one province: elsewhere it will be worse until it is trained on a region's own complaints.",
    "The truth it is judged by is what reporters and officers chose in SP4N-LAPOR!, where 17 % of the reports have a "
    "category that says nothing and neighbouring categories are mixed up. No model can be measured above that.",
    "The field is judged only where a report went to a named office; those sent to a district office are not.",
    "Categories with a few dozen examples (the table says how many) are guesses with a wide interval.",
    "Written Indonesian; regional languages hardly occur in what it learned from.",
    "Every choice was made on 2022, but the keywords, their fixed weight, the one temperature and the reading of the "
    'label "Sp4N-Lapor!" (it says nothing: of 31 such reports before 2023 most are about something else) came after '
    "looks at the figures of 2023, never at its texts: expect a little less on a year nobody has looked at.",
    "Title and text are all it reads, up to 1,000 characters: no place, no reporter, no channel.",
    'A suggestion is "terindikasi": it forwards nothing and decides nothing.',
)


def write_card(
    out: Path,
    rows: SuggestRows,
    figures: Mapping[Question, HeadFigures],
    calibrations: Mapping[Question, Calibration],
    *,
    today: date,
) -> None:
    """Write ``card.md`` beside the weights."""
    size = (out / WEIGHTS_FILE).stat().st_size
    sp4n = {one: sum(row.source == "complaints/sp4n" for row in rows.of(one)) for one in figures}
    tokens = {one: len(rows.of(one)) - count for one, count in sp4n.items()}
    sets = table(
        ("file", "rows for the category", "rows for the field", "licence", "remark"),
        [
            (SP4N_FILE, f"{sp4n['category']:,}", f"{sp4n['field']:,}", "none stated",
             f"{rows.unread} more have a category that says nothing"),
            (LAPORGUB_FILE, f"{tokens['category']:,}", f"{tokens['field']:,}", "none stated",
             f"stemmed, 17 coarse categories, no dates: weight {LAPORGUB_WEIGHT:g}, never judged with"),
        ],
    )  # fmt: skip
    parts = [
        f"# Model card: {out.name} 1.0.0: what a complaint is about, and whose field it is",
        f"Written by `python -m models.train_suggest` on {today.isoformat()}; nothing in it is typed by hand but the "
        "limits.",
        "Hashed words, word pairs and runs of four letters, and some 190 hand-written keywords "
        "(`models/suggest_words.py`), times one linear separator a label, calibrated: "
        f"{size / 1e3:.0f} kB, numpy only. It holds no word of any text. Category names of other systems became ours "
        "by the hand-written table in `kentongan/complaint_categories.py`, agencies' names a field by "
        "`kentongan/agency_fields.py`.",
        f"## What it learned from\n\n{sets}",
        "## How it was judged\n\nOn every report of 2023 whose category says something (field: that went to a named "
        "office), by a model that learned only from earlier ones and from LaporGub's undated rows. Near copies of a "
        "later report (MinHash over word pairs, estimated Jaccard similarity 0.6) were taken out of what it learned "
        "from. Its calibration is from models asked about the two halves of 2022, each knowing only what came before. "
        "The shipped weights then learn from all rows, and the shipped calibration from 2022 and 2023. Intervals are "
        "at 95 %, from resampled near-duplicate groups. `python -m benchmarks.regions_suggest` measures it again.",
        *(describe_head(question, figures[question], calibrations[question]) for question in figures),
        "## Limits\n\n" + "\n".join(f"- {limit}" for limit in LIMITS),
    ]
    (out / PAGE_FILE).write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def describe_head(question: Question, figures: HeadFigures, shipped: Calibration) -> str:
    """One question: beside the baselines, by confidence, by label."""
    names = CATEGORIES if question == "category" else FIELDS
    whole = table(
        ("figure", "value (95 %)"),
        [
            ("best guess right", span(figures.accuracy)),
            ("right one among the three best", span(figures.among_three)),
            ("baseline: always the most frequent label", span(figures.majority)),
            ("baseline: most keywords", span(figures.keywords)),
            (f"answers (probability {figures.threshold:.2f} and more)", f"{100 * figures.coverage:.0f} %"),
            ("right when it answers", span(figures.right_when_sure)),
            ("expected calibration error of the best guess", f"{figures.calibration_error:.3f}"),
        ],
    )
    steps = table(
        ("probability at least", "share of reports", "right among them"),
        [
            (f"{step:.1f}", f"{100 * share:.0f} %", "" if right is None else f"{100 * right:.0f} %")
            for step, share, right in figures.steps
        ],
    )
    labels = table(
        ("label", "name", "reports", "learned from", "best guess right (95 %)", "answered", "right when it names it"),
        [label_row(one, names) for one in figures.labels],
    )
    return (
        f"## {question}: {figures.rows} reports of 2023\n\n{whole}\n\nThe model keeps silent under "
        f"**{shipped.threshold:.2f}**: a wrong suggestion costs 1, silence 0.5.\n\n{steps}\n\n{labels}"
    )


def label_row(one: LabelFigures, names: Mapping[str, str]) -> tuple[str, ...]:
    """One label as a row of the table."""
    trusted = "" if one.trusted is None else f"{100 * one.trusted:.0f} %"
    return (
        one.label, names[one.label], str(one.rows), str(one.learned), span(one.right), f"{100 * one.answered:.0f} %",
        trusted,
    )  # fmt: skip


def span(share: Share) -> str:
    """A share in percent with its interval."""
    return f"{100 * share.value:.1f} % ({100 * share.low:.1f} to {100 * share.high:.1f})"
