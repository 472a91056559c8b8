"""Claims that fact-checkers refuted, and posts, complaints and true claims of the same months and lengths.

Read it from ``load_hoax`` downwards. The label says where a text comes from, not that it was judged: "hoax" is a claim
that MAFINDO (or a newsroom it quotes) refuted, "lain" is a text from a collection of ordinary talk, which nobody
checked, or a headline under BENAR or BERITA. Clarifications and satire (BUKAN_HOAX, KLARIFIKASI) are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from models.data import BadData, Row, load_sentiment, read_lines
from models.features import read_words
from models.hoax_text import is_foreign, level_text, says_checker, strip_checker, strip_headline

HOAX, OTHER = HOAX_LABELS = ("hoax", "lain")

FACTCHECK_LABELS = ("SALAH/PENIPUAN", "HOAX", "SALAH", "BUKAN_HOAX")
TRUE_HEADLINES = frozenset({"BENAR", "BERITA"})
FALSE_HEADLINES = frozenset({"SALAH", "HOAX", "HOAKS", "DISINFORMASI", "FITNAH"})

POST_SPANS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "pilpres_2019_debat_ekonomi": ("2019-01", "2019-05"),
        "gov_covid_2020": ("2020-03", "2020-12"),
        "ruu_cipta_kerja_2020": ("2020-02", "2020-11"),
        "ifest_ppkm_2021": ("2021-01", "2021-09"),
        "skripsi_ppkm_2021": ("2021-07", "2021-10"),
        "dinkes_semarang_ig_2020_21": ("2020-05", "2021-06"),
        "zonasi_sekolah": ("2019-06", "2026-06"),
        "ppn12_pajak_naik": ("2024-09", "2024-12"),
        "pilgub_jatim_2024": ("2024-08", "2024-12"),
    }
)
"""Collections of posts that serve as negatives, with the first and last month their posts can be of.

Not used: vaccine_2021 and laporgub_jateng_tokens (lower-cased, stemmed, without marks: the form alone would tell them),
pilkada_dki_2017 (personal use only), reviews and translations (another genre), mbg_2025 and ekonomi_prabowo_gibran (no
refuted claim of 2025 is there to go with them: they measure false alarms, see ``load_bystanders``)."""
BYSTANDERS = ("mbg_2025", "ekonomi_prabowo_gibran", "samsat_signal_app")
PERIODS = ("2018", "2019", "2020", "2021", "2023", "2024")
"""Last year of each period in which both sides are drawn alike."""
WORD_BINS = (4, 7, 10, 14, 19, 26, 35, 100)
"""A text's length in words is counted in these steps."""
KEYWORD_SHARE = 0.1
"""A word that so many texts of one collection have ..."""
KEYWORD_TIMES = 6.0
"""... and that is so many times rarer in each other collection of its side was what the collection was searched by, or
is its matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """How both sides are drawn."""

    seed: int = 20261122
    headline_ratio: int = 2
    """Refuted headlines for each true one."""
    mask_keywords: bool = True
    """Whether words that only one collection is full of are taken out of all texts."""


def load_hoax(data: Path, matching: Matching | None = None) -> list[Row]:
    """Both sides, levelled and drawn alike by period and length. Deterministic. Raises BadData for a broken file."""
    matching = matching or Matching()
    claims, posts = unique_rows(load_claims(data)), unique_rows([*load_posts(data), *load_reports(data)])
    headlines = unique_rows(load_headlines(data))
    if matching.mask_keywords:
        words = set_keywords([*claims, *posts])
        claims, posts, headlines = (mask_words(rows, words) for rows in (claims, posts, headlines))
    rng = np.random.default_rng(matching.seed)
    matched = match_rows(claims, posts, rng)
    short = match_headlines(headlines, rng, ratio=matching.headline_ratio)
    return [*matched, *short]


def load_claims(data: Path) -> list[Row]:
    """Refuted claims in the words they were spread in, as far as the collections quote them."""
    rows = []
    for line in read_lines(data / "hoax" / "factchecks_2015_2024.jsonl.gz", ("title", "claim", "label", "dataset")):
        if line["label"] not in FACTCHECK_LABELS:
            raise BadData(f"Label {line['label']!r} di hoax/factchecks_2015_2024 tidak dikenal.")
        # Where the claim repeats the title, the checker worded both.
        if line["label"] == "BUKAN_HOAX" or line["claim"].strip() == line["title"].strip():
            continue
        rows.append(make_row(strip_checker(line["claim"]), HOAX, f"claims/{line['dataset']}", str(line["date"] or "")))
    return keep_usable(rows)


def load_posts(data: Path) -> list[Row]:
    """Posts of the collections in ``POST_SPANS``; ``date`` is the post's, else the last day of its set's span."""
    rows = []
    for row in load_sentiment(data):
        if row.source in POST_SPANS:
            date = row.date or f"{POST_SPANS[row.source][1]}-28"
            if date[:4] <= "2024":
                rows.append(make_row(row.text, OTHER, f"posts/{row.source}", date))
    return keep_usable(rows)


def load_bystanders(data: Path) -> list[Row]:
    """Texts of collections that are trained on by nobody: how often they are called likely hoaxes is a false alarm."""
    rows = [
        make_row(row.text, OTHER, f"posts/{row.source}", row.date)
        for row in load_sentiment(data)
        if row.source in BYSTANDERS
    ]
    return keep_usable(rows)


def load_reports(data: Path) -> list[Row]:
    """SP4N-LAPOR! reports of citizens, with their date."""
    lines = read_lines(data / "complaints" / "sp4n_bandung_2021_2023.jsonl.gz", ("text", "tanggal_masuk"))
    return keep_usable([make_row(line["text"], OTHER, "complaints/sp4n", line["tanggal_masuk"][:10]) for line in lines])


def load_headlines(data: Path) -> list[Row]:
    """Headlines of MAFINDO's site, refuted and true, that say only what is claimed."""
    rows = []
    for line in read_lines(data / "hoax" / "headlines_2015_2021.jsonl.gz", ("title", "label", "date")):
        label = HOAX if line["label"] in FALSE_HEADLINES else OTHER if line["label"] in TRUE_HEADLINES else ""
        if label:
            source = f"headlines/{'refuted' if label == HOAX else 'true'}"
            rows.append(make_row(strip_headline(line["title"]), label, source, line["date"], form="short"))
    return keep_usable(rows)


def make_row(text: str, label: str, source: str, date: str, *, form: str = "post") -> Row:
    """One levelled row."""
    return Row(
        task="hoax",
        text=level_text(text),
        labels=frozenset({label}),
        source=source,
        held_with="headlines" if form == "short" else source.split("/")[1],
        form=form,
        date=date,
    )


def keep_usable(rows: Iterable[Row]) -> list[Row]:
    """The rows with enough words, in Indonesian, without a checker's word, with a date from 2015 on."""
    return [
        row
        for row in rows
        if row.date >= "2015"
        and len(row.text.split()) >= WORD_BINS[0]
        and not says_checker(row.text)
        and not is_foreign(row.text)
    ]


def unique_rows(rows: Sequence[Row]) -> list[Row]:
    """The first of all rows that read the same."""
    return list({tuple(read_words(row.text, 2000)): row for row in reversed(rows)}.values())[::-1]


def set_keywords(rows: Sequence[Row]) -> frozenset[str]:
    """Words that one collection is full of and every other is nearly without: its search words, its one matter.

    Counted on all rows, without regard to any split: it only ever takes words away.
    """
    counts: dict[str, dict[str, int]] = {}
    sizes: dict[str, int] = {}
    for row in rows:
        sizes[row.source] = sizes.get(row.source, 0) + 1
        own = counts.setdefault(row.source, {})
        for word in set(read_words(row.text, 2000)):
            own[word] = own.get(word, 0) + 1
    found = set()
    for source, own in counts.items():
        if not source.startswith("posts/"):
            continue
        others = [name for name in counts if name != source and not same_matter(name, source)]
        for word, count in own.items():
            share = count / sizes[source]
            elsewhere = sum(counts[name].get(word, 0) for name in others) / max(1, sum(sizes[n] for n in others))
            if share >= KEYWORD_SHARE and share >= KEYWORD_TIMES * elsewhere:
                found.add(word)
    return frozenset(found)


def same_matter(left: str, right: str) -> bool:
    """Whether two collections are on one public matter."""
    return "ppkm" in left and "ppkm" in right


def mask_words(rows: Sequence[Row], words: frozenset[str]) -> list[Row]:
    """The rows without those words, hashtags of them included; rows that get too short are left out."""

    def kept(word: str) -> bool:
        return not any(token.lstrip("#") in words for token in read_words(word, 200))

    masked = [replace(row, text=" ".join(word for word in row.text.split() if kept(word))) for row in rows]
    return keep_usable(masked)


def period_of(date: str) -> str:
    """The period a date is in; the last one for later dates."""
    return next((last for last in PERIODS if date[:4] <= last), PERIODS[-1])


def word_bin(text: str) -> int:
    """Number of the length step of a text."""
    return int(np.searchsorted(WORD_BINS, len(text.split()), side="right"))


def months_of(row: Row) -> frozenset[str]:
    """The months a row can be of: its own, or its collection's whole span where no date is known."""
    name = row.source.split("/")[1]
    first, last = POST_SPANS.get(name, ("", ""))
    if row.date[:7] != last or row.date[8:] != "28":
        return frozenset({row.date[:7]})
    years = range(int(first[:4]), int(last[:4]) + 1)
    return frozenset(m for y in years for n in range(1, 13) if first <= (m := f"{y}-{n:02d}") <= last)


def match_rows(claims: Sequence[Row], posts: Sequence[Row], rng: np.random.Generator) -> list[Row]:
    """As many claims as posts for each period and length; claims of the posts' months first, of all sets alike."""
    cells: dict[tuple[str, int], tuple[list[Row], list[Row]]] = {}
    for side, rows in enumerate((claims, posts)):
        for number in rng.permutation(len(rows)):
            row = rows[number]
            cells.setdefault((period_of(row.date), word_bin(row.text)), ([], []))[side].append(row)
    drawn: list[Row] = []
    for key in sorted(cells):
        ours, theirs = cells[key]
        months = frozenset[str]().union(*(months_of(row) for row in theirs))
        ours.sort(key=lambda row: row.date[:7] not in months)
        theirs = take_turns(theirs)
        most = min(len(ours), len(theirs))
        drawn += ours[:most] + theirs[:most]
    return drawn


def take_turns(rows: Sequence[Row]) -> list[Row]:
    """The rows so ordered that the collections take turns."""
    seen: dict[str, int] = {}
    turns = []
    for row in rows:
        seen[row.source] = seen.get(row.source, 0) + 1
        turns.append(seen[row.source])
    return [rows[number] for number in np.argsort(turns, kind="stable")]


def match_headlines(rows: Sequence[Row], rng: np.random.Generator, *, ratio: int) -> list[Row]:
    """Every true headline and ``ratio`` refuted ones of the same year and length, as far as there are."""
    drawn = []
    pools: dict[Any, list[Row]] = {}
    for number in rng.permutation(len(rows)):
        if HOAX in rows[number].labels:
            pools.setdefault((rows[number].date[:4], word_bin(rows[number].text)), []).append(rows[number])
    for row in rows:
        if OTHER in row.labels:
            pool = pools.get((row.date[:4], word_bin(row.text)), [])
            if pool:
                drawn += [row, *(pool.pop() for _ in range(min(ratio, len(pool))))]
    return drawn
