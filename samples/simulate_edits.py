"""How people change a message before passing it on: named pure functions, and the choice among them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Final

from samples.simulate_words import EMOJI, SLANG

Edit = Callable[[str, random.Random], str]
"""Takes a text and returns it changed, or unchanged where there is nothing to change. Random only through ``rng``."""

LINK = re.compile(r"https?://\S+")
NUMBER = re.compile(r"(?<![\w./])\d[\d.,]*\d|(?<![\w./])\d")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
WORD = re.compile(r"[^\W\d_]+")
ZERO_WIDTH = ("\u200b", "\u200c", "\u2060", "\ufeff")

STANDARD: Final = {spelling: word for word, spellings in reversed(SLANG.items()) for spelling in reversed(spellings)}
"""Slang spelling back to the standard word."""

PREFIXES: Final = (
    "Sebarkan!!", "VIRALKAN!!!", "Terusan dari grup sebelah:", "Diteruskan berkali-kali.", "[FWD]", "Info dari teman,",
    "SHARE YA",
    "Tolong dibaca!!", "Copas dari sebelah:", "Bismillah, bantu sebar.", "WASPADA!!", "Repost:", "Ini serius lho,",
    "Dapat dari grup RT:",
)  # fmt: skip
SUFFIXES: Final = (
    "Sebarkan!!", "Bagikan ke yang lain ya.", "Copas dari grup tetangga.", "Jangan putus di kamu!!!", "Viralkan!",
    "Mohon diteruskan.", "#viral #infopenting",
    "Cc @infowarga", "Sumber: grup keluarga", "Semoga bermanfaat.", "Tolong RT ya.", "(diteruskan)",
    "Share sebanyak-banyaknya!!",
)  # fmt: skip
GREETINGS: Final = (
    ("Assalamualaikum", "Selamat pagi", "Selamat malam", "Selamat sore", "Salam sejahtera", "Salam", "Permisi"),
    (
        "Sugeng enjing", "Sugeng dalu", "Kulo nuwun", "Sampurasun", "Wilujeng enjing", "Wilujeng wengi", "Good morning",
        "Hello everyone", "Lamo indak basuo sanak",
    ),
)  # fmt: skip
"""Indonesian greetings, and what they become in Javanese, Sundanese, English and Minang."""


def replace_words(text: str, rng: random.Random, table: dict[str, tuple[str, ...]], *, chance: float) -> str:
    """Replace words the table knows, each with a chance, one at least; all-lower-case words only, links untouched."""
    words = text.split(" ")
    places = [place for place, word in enumerate(words) if word.rstrip(".,!?") in table]
    if not places:
        return text
    sure = rng.choice(places)
    for place in places:
        if place == sure or rng.random() < chance:
            bare = words[place].rstrip(".,!?")
            words[place] = rng.choice(table[bare]) + words[place][len(bare) :]
    return " ".join(words)


def add_slang(text: str, rng: random.Random) -> str:
    """Standard words become the timeline's spellings."""
    return replace_words(text, rng, SLANG, chance=0.6)


def remove_slang(text: str, rng: random.Random) -> str:
    """Slang becomes standard words."""
    return replace_words(text, rng, {spelling: (word,) for spelling, word in STANDARD.items()}, chance=0.8)


def add_prefix(text: str, rng: random.Random) -> str:
    """A call to pass it on comes before."""
    return f"{rng.choice(PREFIXES)} {text}"


def add_suffix(text: str, rng: random.Random) -> str:
    """A call to pass it on comes after."""
    return f"{text} {rng.choice(SUFFIXES)}"


def change_link(text: str, rng: random.Random) -> str:
    """Every link becomes another one; a text without a link stays."""
    hosts = ("klik", "info", "cek", "lihat")
    return LINK.sub(lambda _: f"https://{rng.choice(hosts)}-{rng.randrange(9999)}.example/{rng.randrange(99999)}", text)


def change_number(text: str, rng: random.Random) -> str:
    """One number becomes another of the same shape."""
    links = [found.span() for found in LINK.finditer(text)]
    numbers = [
        found for found in NUMBER.finditer(text) if not any(start <= found.start() < end for start, end in links)
    ]
    if not numbers:
        return text
    found = rng.choice(numbers)
    other = found.group()
    while other == found.group():
        other = "".join(str(rng.randrange(1, 10)) if sign.isdigit() else sign for sign in found.group())
    return text[: found.start()] + other + text[found.end() :]


def translate_greeting(text: str, rng: random.Random) -> str:
    """The greeting it opens with is said in another language; a text without one stays."""
    ours, theirs = GREETINGS
    for greeting in ours:
        if text.startswith(greeting):
            return rng.choice(theirs) + text[len(greeting) :]
    return text


def drop_words(text: str, rng: random.Random) -> str:
    """Up to a tenth of the lower-case words go missing, one at least; texts under eight words stay."""
    words = text.split(" ")
    if len(words) < 8:
        return text
    places = [place for place, word in enumerate(words) if word.isalpha() and word.islower()]
    gone = set(rng.sample(places, min(len(places), rng.randint(1, max(1, len(words) // 10)))))
    return " ".join(word for place, word in enumerate(words) if place not in gone)


def elongate(text: str, rng: random.Random) -> str:
    """One or two words are drawn out ("hilanggg")."""
    words = text.split(" ")
    places = [place for place, word in enumerate(words) if len(word) > 3 and word.isalpha()]
    for place in rng.sample(places, min(len(places), rng.randint(1, 2))):
        words[place] += words[place][-1] * rng.randint(2, 4)
    return " ".join(words)


def add_emoji(text: str, rng: random.Random) -> str:
    """One to four emoji come before or after."""
    signs = "".join(rng.choice(EMOJI[rng.choice(tuple(EMOJI))]) for _ in range(rng.randint(1, 4)))
    return f"{signs} {text}" if rng.random() < 0.3 else f"{text} {signs}"


def truncate(text: str, rng: random.Random) -> str:
    """The end is cut off, a fifth to two fifths of the words; texts under twelve words stay."""
    words = text.split(" ")
    if len(words) < 12:
        return text
    return " ".join(words[: int(len(words) * rng.uniform(0.6, 0.8))]) + rng.choice(("...", "…", " (selengkapnya)"))


def reorder_sentences(text: str, rng: random.Random) -> str:
    """The sentences come in another order; a text of one sentence stays."""
    sentences = SENTENCE_END.split(text)
    if len(set(sentences)) < 2:
        return text
    shuffled = sentences[:]
    while shuffled == sentences:
        rng.shuffle(shuffled)
    return " ".join(shuffled)


def disturb_whitespace(text: str, rng: random.Random) -> str:
    """Blanks are doubled, turned into line breaks or into non-breaking ones."""
    words = text.split(" ")
    joined = words[0]
    for word in words[1:]:
        joined += (rng.choice(("  ", "\n", "\u00a0", "   ")) if rng.random() < 0.2 else " ") + word
    return joined if joined != text else text.replace(" ", "  ", 1)


def insert_zero_width(text: str, rng: random.Random) -> str:
    """Invisible characters slip into words."""
    words = text.split(" ")
    places = [place for place, word in enumerate(words) if len(word) > 3 and word.isalpha()]
    for place in rng.sample(places, min(len(places), max(1, len(places) // 5))):
        at = rng.randint(1, len(words[place]) - 1)
        words[place] = words[place][:at] + rng.choice(ZERO_WIDTH) + words[place][at:]
    return " ".join(words)


def upper_case(text: str, rng: random.Random) -> str:
    """Everything, or one sentence, is shouted; links keep their case."""
    sentences = SENTENCE_END.split(text)
    loud = range(len(sentences)) if rng.random() < 0.5 else [rng.randrange(len(sentences))]
    for place in loud:
        words = sentences[place].split(" ")
        sentences[place] = " ".join(word if LINK.match(word) else word.upper() for word in words)
    return " ".join(sentences)


def misspell(text: str, rng: random.Random) -> str:
    """One to three longer lower-case words get a slip of the thumb: a letter swapped, lost or doubled."""
    words = text.split(" ")
    places = [place for place, word in enumerate(words) if len(word) > 4 and word.isalpha() and word.islower()]
    for place in rng.sample(places, min(len(places), rng.randint(1, 3))):
        words[place] = slip(words[place], rng.random)
    return " ".join(words)


def slip(word: str, draw: Callable[[], float]) -> str:
    """One slip of the thumb in a word of four letters or more; the first letter stays."""
    at = 1 + int(draw() * (len(word) - 2))
    which = draw()
    if which < 0.4:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if which < 0.7:
        return word[:at] + word[at + 1 :]
    return word[: at + 1] + word[at:]


EDITS: Final[dict[str, Edit]] = {
    "add_slang": add_slang,
    "remove_slang": remove_slang,
    "add_prefix": add_prefix,
    "add_suffix": add_suffix,
    "change_link": change_link,
    "change_number": change_number,
    "translate_greeting": translate_greeting,
    "drop_words": drop_words,
    "elongate": elongate,
    "add_emoji": add_emoji,
    "truncate": truncate,
    "reorder_sentences": reorder_sentences,
    "disturb_whitespace": disturb_whitespace,
    "insert_zero_width": insert_zero_width,
    "upper_case": upper_case,
    "misspell": misspell,
}
"""Every edit by its name, as ``Truth.edits`` lists it."""

NAMES: Final = tuple(EDITS)
EDITS_PER_COPY: Final = (0.15, 0.60, 0.90)
"""Cumulative: 15 % of copies are verbatim, 45 % have one edit, 30 % two, the rest three."""


def edit_copy(text: str, rng: random.Random) -> tuple[str, tuple[str, ...]]:
    """A copy of a text with the names of the edits that changed it, in the order they were made."""
    which = rng.random()
    wanted = sum(which >= bound for bound in EDITS_PER_COPY)
    done: list[str] = []
    for name in rng.sample(NAMES, len(NAMES)):
        if len(done) == wanted:
            break
        changed = EDITS[name](text, rng)
        if changed != text:
            text = changed
            done.append(name)
    return text, tuple(done)
