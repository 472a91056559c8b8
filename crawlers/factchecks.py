"""Parts a fact-check into what was claimed, how it was judged, and the words that remain.

Read are the ways of TurnBackHoax (MAFINDO) and of the newsrooms of CekFakta: a mark before the headline ("[SALAH] ...",
"Cek Fakta: Tidak Benar ...", "Keliru, ...", "Hoaks! ..."), named sections ("Narasi:", "Penjelasan:", "Kesimpulan:"),
and ClaimReview. The checker's own word is kept beside the one it is mapped to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

WORDS: tuple[tuple[str, str | None], ...] = (
    (r"tidak\s+(?:sepenuhnya|seluruhnya)\s+benar|sebagian\s+(?:benar|salah)", "misleading"),
    (r"partly\s+(?:true|false)|half\s+true", "misleading"),
    (r"belum\s+(?:terbukti|ada\s+bukti)|tidak\s+(?:terbukti|ada\s+bukti|dapat\s+dibuktikan)", "unproven"),
    (r"unproven|no\s+evidence", "unproven"),
    (r"tidak\s+(?:benar|tepat|betul)|bukan\s+fakta|not\s+true", "false"),
    (r"kontek?s(?:nya)?\s+(?:yang\s+)?(?:salah|keliru|hilang)|koneksi\s+yang\s+salah", "misleading"),
    (r"menyesatkan|sesat|kurang\s+tepat|kurang\s+konteks|tanpa\s+konteks|misinformasi", "misleading"),
    (r"misleading|(?:missing|false)\s+context", "misleading"),
    (r"satire|satir|parodi", "satire"),
    (r"hoaks?|hoax|salah|keliru|palsu|bohong|penipuan|scam|disinformasi|fitnah|hasut", "false"),
    (r"dimanipulasi|manipulasi|tiruan|altered|fake|false|fabricated", "false"),
    (r"klarifikasi|edukasi|isu|berita|info|penjelasan", None),
    (r"benar|betul|fakta|true|correct", "true"),
)
"""Checkers' words and what each comes to, the more special ones first; None for words that judge nothing. MAFINDO's
kinds of misleading content (after First Draft's seven types of mis- and disinformation) are among them."""

WORD = "|".join(pattern for pattern, _ in WORDS)

TAG = re.compile(
    r"[\[(]\s?(?:[✘xX]\s?)?(?:cek\s?fakta\s?[:|-]\s?)?"
    rf"((?:{WORD})(?:\s?[!/|]?\s?(?:{WORD})){{0,5}})\s?!?\s?[\])]\s?[:!-]*\s*",
    re.IGNORECASE,
)
"""A verdict in brackets: "[SALAH]", "(HOAKS)", "[BERITA/HOAX]"."""

RUBRIC = re.compile(
    r"\[?\s*(?:cek\s*fakta|fakta\s+atau\s+hoaks?|benar\s+atau\s+hoaks?)\s*\d*\s*(?:\]\s*:?|[:|!,-])\s*", re.IGNORECASE
)
"""The name of the rubric before a headline: "Cek Fakta:", "[Fakta atau Hoaks]"."""

PREFIX = re.compile(rf"({WORD})\s*(?:[!,:]|\s[-|]\s)\s*", re.IGNORECASE)
"""A verdict set off from the headline it stands before: "Hoaks! ...", "Keliru, ..."."""

BARE = re.compile(
    r"(tidak\s+benar|hoaks?|hoax|salah|keliru|menyesatkan|disinformasi|misinformasi|belum\s+terbukti)\s+", re.IGNORECASE
)
"""A verdict that runs into the headline, believed only after the rubric's name: "Cek Fakta: Tidak Benar Warga ..."."""

LABELS = {
    "klaim": "claim", "isi klaim": "claim", "narasi": "claim",
    "kesimpulan": "conclusion", "hasil periksa fakta": "conclusion", "hasil cek fakta": "conclusion",
    "kategori": "category",
    "status": "verdict", "putusan": "verdict", "rating": "verdict", "hasil": "verdict", "vonis": "verdict",
    "penjelasan": "", "penelusuran": "", "penelusuran fakta": "", "pembahasan": "", "fakta": "", "faktanya": "",
    "sumber": "", "referensi": "", "rujukan": "", "pemeriksaan fakta": "",
}  # fmt: skip
"""Headings of sections and the fact each becomes; those that become none only end the section before."""

NAMES = "|".join(sorted(map(re.escape, LABELS), key=len, reverse=True))
HEADING = re.compile(rf"[*_\s]*\[?\s*({NAMES})\s*\]?\s*(?::|$)[*_\s]*(.*)", re.IGNORECASE)
RULE = re.compile(r"[=_*~-]{3,}|(?:=\s)+=?")
"""A line drawn between sections."""

JUDGED = re.compile(
    r"\b(?:adalah|merupakan|termasuk|tergolong|masuk|dinyatakan|ternyata|terbukti)\s+"
    rf"(?:(?:dalam|kategori|jenis|informasi|konten|klaim|kabar|berita|narasi|video|foto|yang|sebuah|suatu)\s+)*({WORD})\b",
    re.IGNORECASE,
)
"""Where a conclusion judges: "... adalah informasi yang tidak benar"."""

LEAD = re.compile(r"hasil\s+(?:periksa|cek)\s+fakta\s+[^\n:]{3,120}\.?", re.IGNORECASE)
"""The line that names who checked ("Hasil periksa fakta Ani Wulandari (Universitas Randu).")."""

MAX_FACT = 2_000
"""Longest claim or conclusion kept, in characters."""


def map_verdict(word: str) -> str | None:
    """What a checker's word comes to: "false", "misleading", "true", "satire" or "unproven"; None where unknown."""
    folded = " ".join(re.sub(r"[^\w]+", " ", word.lower()).split())
    for pattern, rating in WORDS:
        if rating is not None and re.search(rf"\b(?:{pattern})\b", folded):
            return rating
    return None


def split_title(title: str | None) -> tuple[str | None, str | None]:
    """A headline without the verdict before it, and that verdict as the checker spells it; each None where absent."""
    rest, verdict, named = " ".join((title or "")[:MAX_FACT].split()), None, False
    for _ in range(3):
        if tag := TAG.match(rest):
            found, verdict = tag, verdict or tag.group(1)
        elif rubric := RUBRIC.match(rest):
            found, named = rubric, True
        elif verdict is None and (mark := _leading_verdict(rest, named=named)):
            found, verdict = mark, mark.group(1)
        else:
            break
        rest = rest[found.end() :]
    return rest.strip() or None, " ".join(verdict.split()) if verdict else None


def _leading_verdict(title: str, *, named: bool) -> re.Match[str] | None:
    """The verdict a headline begins with; ``named`` says that the rubric's name stood before it."""
    mark = PREFIX.match(title)
    if mark and map_verdict(mark.group(1)):
        return mark
    return BARE.match(title) if named else None


def split_factcheck(title: str | None, text: str) -> tuple[str, dict[str, str]]:
    """A fact-check's words without its verdict, and the facts: "claim", "verdict" (the checker's word), "rating" (what
    it comes to), "category" and "conclusion"; only those it states.

    The claim and the explanation stay in the text, which is never empty where it was not: a check that consists of its
    verdict alone keeps its words. The headline is not changed: people read it as its newsroom wrote it.
    """
    bare, verdict = split_title(title)
    kept, sections = _part_text(text)
    facts = {name: " ".join(lines)[:MAX_FACT].strip(" \"'“”") for name, lines in sections.items()}
    facts = {name: value for name, value in facts.items() if value}
    tag = TAG.match(text.strip())
    if "claim" not in facts and verdict and bare:
        facts["claim"] = bare[:MAX_FACT]
    judged = JUDGED.search(facts.get("conclusion", ""))
    stated = facts.pop("verdict", "")[:100]
    verdict = verdict or stated or (tag.group(1) if tag else None) or (judged.group(1) if judged else None)
    verdict = verdict or (facts.get("category") if map_verdict(facts.get("category", "")) else None)
    if verdict:
        facts["verdict"] = verdict[:200]
        rating = map_verdict(verdict)
        if rating is None and judged is not None:
            rating = map_verdict(judged.group(1))
        if rating is not None:
            facts["rating"] = rating
    return "\n".join(kept) or text, facts


def add_review(facts: Mapping[str, str], claim_review: Mapping[str, str]) -> dict[str, str]:
    """What a page's words state (``split_factcheck``) with what its ClaimReview states (``metadata.read_claim``), which
    counts first."""
    facts = {**facts, **claim_review}
    rating = map_verdict(claim_review.get("verdict", "")) or facts.get("rating")
    return {**facts, "rating": rating} if rating else facts


def _part_text(text: str) -> tuple[list[str], dict[str, list[str]]]:
    """The lines that stay, and the lines of each section that is a fact. A section ends at the next heading or rule;
    a verdict, a category and a heading are one line each."""
    kept: list[str] = []
    sections: dict[str, list[str]] = {}
    current = ""
    for line in text.split("\n"):
        if RULE.fullmatch(line.strip()):
            current = ""
            continue
        heading = HEADING.fullmatch(line.strip())
        if heading:
            current = LABELS[" ".join(heading.group(1).lower().split())]
            line = heading.group(2).strip()
        elif LEAD.fullmatch(line.strip()):
            continue
        line = TAG.sub("", line, count=1) if TAG.match(line.strip()) else line
        if not line.strip():
            continue
        if current:
            sections.setdefault(current, []).append(line.strip())
        if current in ("verdict", "category"):
            current = ""
        elif current != "conclusion":
            kept.append(line)
    return kept, sections
