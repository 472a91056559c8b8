"""Labelled complaints for training suggestions: SP4N-LAPOR! reports with dates, LaporGub tokens as weaker evidence.

Other systems' category names become ours by the hand-written table of ``kentongan.complaint_categories``, agencies'
names a field by ``kentongan.agency_fields``. Only these names ship; a text never leaves the training process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from kentongan.agency_fields import FIELDS, guess_field
from kentongan.complaint_categories import CATEGORIES, FIELD_OF, find_category, is_known_name
from models.data import BadData, Row, check_label, read_lines

SP4N_FILE: Final = "complaints/sp4n_bandung_2021_2023.jsonl.gz"
LAPORGUB_FILE: Final = "complaints/laporgub_jateng_tokens.jsonl.gz"

Question = Literal["category", "field"]
QUESTIONS: Final[tuple[Question, ...]] = ("category", "field")
LABELS: Final[dict[Question, tuple[str, ...]]] = {"category": tuple(CATEGORIES), "field": tuple(FIELDS)}
"""What may be suggested, in the order of the weights' columns."""

LAPORGUB_CATEGORIES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "infrastruktur": frozenset({"jalan", "drainase", "penerangan-jalan", "lalu-lintas"}),
        "sosial masyarakat": frozenset({"bantuan-sosial", "desa", "ketertiban"}),
        "pendidikan": frozenset({"pendidikan"}),
        "permades dan kependudukan": frozenset({"desa", "kependudukan"}),
        "energi": frozenset({"listrik", "air-bersih"}),
        "kepegawaian": frozenset({"kepegawaian"}),
        "lingkungan": frozenset({"lingkungan"}),
        "keuangan dan aset": frozenset({"keuangan"}),
        "kesehatan": frozenset({"kesehatan"}),
        "ekonomi dan industri": frozenset({"harga-pasar", "usaha", "ketenagakerjaan"}),
        "bencana": frozenset({"bencana"}),
        "pertanian": frozenset({"pertanian"}),
        "pariwisata dan budaya": frozenset({"usaha"}),
        "kategori lain-lain": frozenset(),
        "forkominda": frozenset(),
        "pembangunan daerah": frozenset(),
        "saberpungli": frozenset({"kepegawaian"}),
    }
)
"""LaporGub's coarse categories: ours that a report of it may have. More than one: it counts against none of them."""

LAPORGUB_WEIGHT: Final = 0.3
"""Trust in a LaporGub row beside a dated SP4N one: its texts are stemmed and its categories coarse."""
HINTED_WEIGHT: Final = 0.5
"""Trust in a field that only the category tells, since the report went to a district office or nobody knows where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestRows:
    """The rows of both questions. A text may be in one and not in the other."""

    category: tuple[Row, ...]
    field: tuple[Row, ...]
    unread: int
    """SP4N reports whose category says nothing, such as "Topik Lainnya"."""

    def of(self, question: Question) -> tuple[Row, ...]:
        """The rows of one question."""
        return self.category if question == "category" else self.field


def load_rows(data: Path) -> SuggestRows:
    """Every labelled complaint under ``data``. Raises BadData where a file is missing or has a name no table knows."""
    category: list[Row] = []
    field: list[Row] = []
    unread = 0
    for line in read_lines(data / SP4N_FILE, ("text", "kategori", "tanggal_masuk", "dinas_tujuan")):
        if not is_known_name(line["kategori"]):
            raise BadData(
                f"Kategori {line['kategori']!r} di {SP4N_FILE} tidak dikenal.",
                hint="Tambahkan ke kentongan/complaint_categories.py.",
            )
        text, date = join_title(line.get("judul") or "", line["text"]), line["tanggal_masuk"]
        code, told = find_category(line["kategori"]), guess_field(line["dinas_tujuan"])
        if code is None:
            unread += 1
        else:
            category.append(make_row(text, {code}, source="complaints/sp4n", date=date))
        if told is not None:
            field.append(make_row(text, {told}, source="complaints/sp4n", date=date))
        elif code is not None:
            hinted = make_row(
                text, {FIELD_OF[code]}, source="complaints/sp4n", date=date, weight=HINTED_WEIGHT, judged=False
            )
            field.append(hinted)
    for line in read_lines(data / LAPORGUB_FILE, ("text", "label")):
        may_be = LAPORGUB_CATEGORIES[check_label(line["label"], LAPORGUB_CATEGORIES, file=LAPORGUB_FILE)]
        if may_be:
            for rows, labels in ((category, may_be), (field, {FIELD_OF[code] for code in may_be})):
                rows.append(
                    make_row(
                        line["text"], labels, source="complaints/laporgub", date="", weight=LAPORGUB_WEIGHT,
                        judged=False,
                    )
                )  # fmt: skip
    return SuggestRows(category=tuple(category), field=tuple(field), unread=unread)


def make_row(
    text: str, labels: set[str] | frozenset[str], *, source: str, date: str, weight: float = 1.0, judged: bool = True
) -> Row:
    """One labelled complaint. Both questions are finer topics, so the rows are topic rows."""
    return Row(
        task="topic", text=text, labels=frozenset(labels), source=source, held_with=source, weight=weight,
        form="complaint", judged=judged, date=date,
    )  # fmt: skip


def join_title(title: str, text: str) -> str:
    """Title and text on two lines, as suggestions are asked for; a title that the text repeats stands once."""
    if not title:
        return text
    return f"{title}\n{text[len(title) :] if text.lower().startswith(title.lower()) else text}"


def count_labels(rows: Sequence[Row]) -> dict[str, int]:
    """How often each label was given, most first; rows that only narrow it down are not counted."""
    counts: dict[str, int] = {}
    for row in rows:
        if row.judged:
            (label,) = row.labels
            counts[label] = counts.get(label, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: -item[1]))
