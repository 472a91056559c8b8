"""Informal Indonesian words to their normal form: elongation, laughter, reduplication, slang, abbreviations.

Only ``kentongan.text`` uses this module. What it knows stands in ``kentongan/data/slang.tsv`` (forms and what they
mean) and ``words.toml`` (lists of words), both written for this project. Any other word, be it Javanese, Sundanese,
Minang or a name, passes through as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product
from pathlib import Path

DATA = Path(__file__).parent / "data"

MAX_ROUNDS = 8
"""Rounds of ``one_step`` on a word: more than any word needs (accent, apostrophe, run, form, ending, doubling)."""

LETTERS = re.compile(r"[a-z]+")
VOWEL = re.compile(r"[aeiou]")
DOUBLED = re.compile(r"([a-z]{2,40}?)2(nya|ny|ku|mu|annya|an|kan|i|in|lah|kah|pun)?")
"""A word with the 2 of reduplication and perhaps an ending: anak2, temen2nya, mudah2an."""

RUN = re.compile(r"([a-z])\1{2,}|([a-z])\2+$")
"""A letter drawn out: three times or more anywhere, twice at the end."""
ENDS_DRAWN = frozenset("aiuhkg")
"""Letters that no Indonesian word and hardly a name doubles at its end; the others (class, Johann, coffee) are only
taken for emphasis where the shorter word is known."""
ROMAN = re.compile(r"(?=[ivxlc])c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
CONFIX = re.compile(r"(?:ke|pe)[a-z]{3,}aan")

LAUGHTER = (
    (re.compile(r"a*+(?:w+k+a*){2,}w*|(?:k+w+){2,}k*|w+a*(?:ka){2,}k*"), "wkwk"),
    (re.compile(r"[bw]?a?(?:h+a+){2,}h*|h+a+h+a*h*"), "haha"),
    (re.compile(r"e?(?:h+e+){2,}h*"), "hehe"),
    (re.compile(r"i?(?:h+i+){2,}h*"), "hihi"),
    (re.compile(r"(?:h+o+){2,}h*"), "hoho"),
    (re.compile(r"u?(?:h+u+){2,}h*"), "huhu"),
    (re.compile(r"(?:x+i+){2,}x*"), "xixi"),
)
"""Spellings of laughing and crying, each to one short form."""

CLITICS = ("nya", "lah", "kah", "pun", "ku", "mu")
ENDINGS = ("annya", *CLITICS, "kan", "an", "in", "i")
"""Endings a doubled word takes (berlari-larian, berkali-kalinya)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What the data files say."""

    forms: dict[str, tuple[str, ...]]
    """Normal words by informal form."""
    pairs: dict[tuple[str, str], tuple[str, ...]]
    """Normal words by pair of normalised words ("tidak papa")."""
    pair_ends: dict[str, tuple[str, ...]]
    """The pairs, their words joined by a space, by second word."""
    known: frozenset[str]
    """Every form and every normal word."""
    doubles: re.Pattern[str]
    """A word that rightly has a doubled letter, with its affixes."""
    lists: dict[str, frozenset[str]]
    """The other lists of words.toml by name."""


@cache
def load_vocabulary() -> Vocabulary:
    """Read the data files, once a process (about 10 ms)."""
    import tomllib

    table = tomllib.loads((DATA / "words.toml").read_text(encoding="utf-8"))
    lists = {name: frozenset(words.split()) for name, words in table.items()}
    forms: dict[str, tuple[str, ...]] = {}
    pairs: dict[tuple[str, str], tuple[str, ...]] = {}
    for line in (DATA / "slang.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        form, _, normal = line.partition("\t")
        first, _, second = form.partition(" ")
        if second:
            pairs[first, second] = tuple(normal.split())
        else:
            forms[form] = tuple(normal.split())
    stems = "|".join(sorted(lists.pop("doubles")))
    return Vocabulary(
        forms=forms,
        pairs=pairs,
        pair_ends={
            second: tuple(" ".join(pair) for pair in pairs if pair[1] == second) for second in {end for _, end in pairs}
        },
        known=frozenset(forms).union(*forms.values()),
        doubles=re.compile(
            rf"(?:mem|men|meng|me|di|ter|ber|se|pem|pen|per|pe|ke)?(?:{stems})(?:kan|an|i|in)?(?:nya|lah|kah|pun|ku|mu)?"
        ),
        lists=lists,
    )


def pairs_ending_in(found: Iterable[str]) -> tuple[str, ...]:
    """The pairs of the table ("tidak papa") of which one of these normalised tokens is the second."""
    ends = load_vocabulary().pair_ends
    return tuple(pair for token in found for pair in ends.get(token, ()))


def join_pairs(found: list[str]) -> list[str]:
    """Normalised tokens with the table's pairs ("tidak papa", "tiba tiba") replaced by their normal form."""
    vocabulary = load_vocabulary()
    if vocabulary.pairs.keys().isdisjoint(pairwise(found)):
        return found
    joined: list[str] = []
    for token in found:
        normal = vocabulary.pairs.get((joined[-1], token)) if joined else None
        if normal:
            joined[-1:] = normal
        else:
            joined.append(token)
    return joined


def is_reduplication(first: str, second: str) -> bool:
    """Whether two hyphenated parts make one word: a doubled one ("anak-anaknya", "tolong-menolong", "sayur-mayur",
    "bolak-balik"), or one with a digit ("covid-19", "90-an")."""
    if not (first.replace("'", "").isalpha() and second.replace("'", "").isalpha()):
        return True
    if any(second.removesuffix(ending) in first for ending in ENDINGS if len(second) > len(ending) + 2):
        return True
    shorter, longer = sorted((first, second), key=len)
    if shorter in longer:
        return len(shorter) > 1
    skeletons = {VOWEL.sub("", part) for part in (first, second)}
    if len(first) == len(second) and len(skeletons) == 1 and len(min(skeletons)) > 1:
        return True
    # A rhyme or a prefixed repetition shares at least the second half of the shorter part (lauk-pauk, tulis-menulis).
    tail = shorter[1:] if len(shorter) < 6 else shorter[-max(3, (len(shorter) + 1) // 2) :]
    return len(tail) > 2 and tail in longer


def shorten_runs(word: str) -> str:
    """A word without letters drawn out for emphasis: "bangetttt" is "banget", "maaaf" is "maaf", "iyaa" is "iya"."""
    vocabulary = load_vocabulary()
    runs = list(RUN.finditer(word))
    if not runs or word in vocabulary.lists["kept"] or word in vocabulary.known or ROMAN.fullmatch(word):
        return word
    if len(set(word)) == 1:
        return word[:3]
    pieces: list[tuple[str, ...]] = []
    at = 0
    for run in runs:
        letter = run[0][0]
        pieces.append((word[at : run.start()],))
        at = run.end()
        # No Indonesian word has ng before a vowel where ngg is written out longer: tinggi, minggu, nggak.
        clustered = letter == "g" and word[: run.start()].endswith("n") and VOWEL.match(word, at)
        pieces.append(("gg",) if clustered else (letter * 2, letter))
    pieces.append((word[at:],))
    plainest = "".join(piece[-1] for piece in pieces)
    if len(runs) <= 4:
        for choice in product(*pieces):
            candidate = "".join(choice)
            if candidate in vocabulary.known or vocabulary.doubles.fullmatch(candidate):
                return candidate
            if candidate != word and plainest not in vocabulary.known and CONFIX.fullmatch(candidate):
                return candidate
    drawn = max(len(run[0]) for run in runs)
    if drawn == 2:
        # Two letters at the end: emphasis only after another vowel (iyaa, sihh; not PMII), by the letters that show it.
        return plainest if word[-1] in ENDS_DRAWN and VOWEL.search(word[:-2]) else word
    # Without a vowel it is an abbreviation (PPPK): three letters are its own, more are emphasis.
    return plainest if VOWEL.search(word) or drawn > 3 else word


def shorten_laughter(word: str) -> str | None:
    """The short form of a word that is only laughing or crying, else None."""
    if word[0] not in "abehikuwx" or len(word) < 4:
        return None
    return next((short for spelling, short in LAUGHTER if spelling.fullmatch(word)), None)


def active_stem(word: str) -> str:
    """What a me- verb doubles: mencari cari, menari nari, memanggil manggil, mengada ada."""
    if re.match(r"meng[aeiougkh]|mem[bp]|men[cdjt]", word):
        return word[4:] if word.startswith("meng") else word[3:]
    return word[2:]


def double_word(base: str, ending: str) -> tuple[str, ...]:
    """A reduplication written out: anak, nya gives anak-anaknya; berhari gives berhari-hari, mencari mencari-cari."""
    lists = load_vocabulary().lists
    *before, word = normalise_word(base)
    if "-" in word:
        return (*before, word + ending)
    stem = word
    if word in lists["stem_doubled"] or (ending == "nya" and word in lists["superlatives"]):
        stem = word[3:] if word.startswith("ter") else word[2:]
    elif word.startswith("ber") and len(word) > 5 and word not in lists["ber_roots"]:
        stem = word[3:]
    elif word.startswith("me") and len(word) > 5 and word not in lists["me_roots"]:
        stem = active_stem(word)
    doubled = f"{word}-{stem}{'nya' if ending == 'ny' else ending}"
    return (*before, doubled) if is_reduplication(*doubled.split("-", 1)) else (base + "2" + ending,)


def normalise_compound(word: str) -> tuple[str, ...]:
    """A hyphenated word normalised: its parts without drawn-out letters, a plain doubling by its word."""
    parts = [part.replace("'", "") for part in word.split("-")]
    if not all(LETTERS.fullmatch(part) for part in parts):
        return (word,)
    parts = [shorten_runs(part) for part in parts]
    first, second = parts[0], parts[-1]
    if len(parts) == 2 and second.startswith(first):
        # Only a word the table changes is doubled anew: temen-temennya, nanya-nanya; melodi-melodi stays.
        normal = normalise_word(first)
        if normal != (first,):
            return double_word(first, second[len(first) :])
    whole = "-".join(parts)
    fits = all(is_reduplication(before, after) for before, after in pairwise(parts))
    return (whole,) if fits else (word,)


def one_step(word: str) -> tuple[str, ...]:
    """One round of normalising a word of letters, digits, apostrophes and hyphens."""
    vocabulary = load_vocabulary()
    forms = vocabulary.forms
    if word in forms:
        return forms[word]
    if not word.isascii():
        return (without_accents(word),)
    doubled = DOUBLED.fullmatch(word)
    if doubled:
        base, ending = doubled[1], doubled[2] or ""
        sure = (len(base) > 2 or base in forms) and base not in vocabulary.lists["numbered"]
        return double_word(base, ending) if sure else (word,)
    if "-" in word:
        return normalise_compound(word)
    plain = word.replace("'", "")
    if not LETTERS.fullmatch(plain):
        return (word,)
    if plain != word:
        return (plain,)
    shortened = shorten_laughter(word) or shorten_runs(word)
    if shortened != word:
        return (shortened,)
    for clitic in CLITICS:
        base = word[: -len(clitic)]
        if len(base) > 2 and word.endswith(clitic) and len(forms.get(base, ())) == 1 and word not in vocabulary.known:
            return (forms[base][0] + clitic,)
    return (word,)


def without_accents(word: str) -> str:
    """A Latin word without its accents ("éta", "kafé"); any other word, or one that is mostly accents, as it is."""
    parted = unicodedata.normalize("NFD", word)
    plain = "".join(letter for letter in parted if not "\u0300" <= letter <= "\u036f")
    letters = sum(letter.isascii() for letter in word)
    return plain if plain.isascii() and plain.isalpha() and len(plain) > 2 and letters * 2 >= len(plain) else word


def normalise_word(word: str) -> tuple[str, ...]:
    """The normalised tokens of one word. Idempotent: rounds go on until nothing changes."""
    found: tuple[str, ...] = (word,)
    for _ in range(MAX_ROUNDS):
        again = tuple(token for part in found for token in one_step(part))
        if again == found:
            break
        found = again
    return found
