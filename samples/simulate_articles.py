"""Writes news articles of several paragraphs in a newsroom's register."""

from __future__ import annotations

from samples.simulate_news import ACTIONS, AGENCIES, BACKGROUND, CLOSINGS, DETAILS, LEADS, QUOTES, SUBJECTS, TITLES
from samples.simulate_text import Draw, Template, capital, cut_all, fill, pick


def choose(draw: Draw, choices: tuple[Template, ...], count: int) -> list[Template]:
    """``count`` different templates in random order."""
    chosen: list[Template] = []
    while len(chosen) < count:
        one = choices[int(draw() * len(choices))]
        if one not in chosen:
            chosen.append(one)
    return chosen


def write_article(draw: Draw, topic: str, tone: str, *, place: str | None, regency: str) -> tuple[str, str]:
    """Title and text of an article: five to eight paragraphs of one to three sentences, one newline between them."""
    given = {
        "tempat": place or f"sekitar {regency}",
        "kab": regency,
        "isu": pick(draw, SUBJECTS[topic]),
        "dinas": pick(draw, AGENCIES[topic]),
    }
    given["aksi"] = fill(pick(draw, cut_all(ACTIONS[tone])), draw, given)
    details = choose(draw, cut_all(DETAILS[tone]), 4 + int(draw() * 3))
    quotes = choose(draw, cut_all(QUOTES[tone]), 2 + int(draw() * 2))
    background = choose(draw, cut_all(BACKGROUND), 2 + int(draw() * 3))
    leads = choose(draw, cut_all(LEADS), 2)
    plan = [
        [leads[0], details[0]],
        [quotes[0], details[1]],
        [leads[1], *details[2:4]],
        background[:2],
        quotes[1:],
        [*details[4:], *background[2:]],
        [pick(draw, cut_all(CLOSINGS))],
    ]
    title = capital(fill(pick(draw, cut_all(TITLES)), draw, given))
    paragraphs = [
        " ".join(capital(fill(sentence, draw, given)) for sentence in paragraph) for paragraph in plan if paragraph
    ]
    paragraphs[0] = f"{regency.upper()} - {paragraphs[0]}"
    if place is not None and not any(place in paragraph for paragraph in paragraphs):
        paragraphs[-1] = f"Kegiatan serupa segera digelar di {place}. {paragraphs[-1]}"
    return title, "\n".join(paragraphs)
