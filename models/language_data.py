"""Texts with their language: regional corpora parted by the collection they come from, Indonesian, and the rest.

"Other" has no labelled data of its own. It is learned from openly licensed text that stands on any machine with the
[train] extra: docstrings of the Python standard library (English), the example sentences of spaCy's languages, and
bags of the frequent words that jusText lists. They are read at training time and are no part of this repository.
"""

from __future__ import annotations

import ast
import importlib.util
import lzma
import re
import sysconfig
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from models.data import BadData, Groups, Row, group_rows, read_lines
from models.features import read_words
from models.predictions import hash_text
from models.sets import SENTIMENT_SETS

LANGUAGES = ("id", "jv", "su", "min", "bjn", "bew", "mad", "other")
"""Labels of the language task: BCP 47 codes of what can be told apart, and everything else."""

CORPORA: Mapping[str, str] = MappingProxyType(
    {"jv": "jav", "su": "sun", "min": "min", "bjn": "bjn", "bew": "bew", "mad": "mad"}
)
"""Label: the name of its file in ``corpus/`` and of its sets in ``sentiment/``."""
NUSAX = {"jv": "jv", "su": "su", "min": "min", "bjn": "bjn"}

ROUNDS = ("translations", "reviews, first half", "reviews, second half", "essays", "tweets")
"""What is left out of training together, by number. Sentences that are translations of each other are in one round:
NusaTranslation with its Indonesian originals, NusaX (in halves by row) with SmSA, whose reviews it translates."""
TRANSLATIONS, REVIEWS, ESSAYS, TWEETS = 0, 1, 3, 4
"""Numbers of rounds; REVIEWS is the first of two."""

USERNAME = "[USERNAME]"
"""How NusaTranslation masks accounts; no other part of the regional corpora does."""
MARKED = re.compile(r"@\w|https?:|\[USERNAME\]")
LEAST = 50
"""Rows that make a collection."""
SHORT = 8
"""Posts of fewer words are measured apart."""
CUT_WORDS = (3, 8)
"""Words of a cut: at least the first, fewer than the second."""
MOST_CHARS = 300
"""A longer text is read from a sentence on, up to here: posts are short."""
BAG_WORDS = (4, 16)
BAGS = 20
"""Bags of frequent words for each language of jusText."""
INDONESIAN_STOPLISTS = frozenset({"Indonesian", "Javanese", "Sundanese", "Malay"})
"""Word lists that are not "other"; Malay is close to Indonesian and is only tested on."""
NOT_OTHER = frozenset({"id", "ms", "xx"})
"""Likewise of spaCy's folders."""

NAMES_OF: Mapping[str, str] = MappingProxyType(
    {
        "az": "Azerbaijani", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German", "en": "English",
        "es": "Spanish", "eu": "Basque", "fi": "Finnish", "fr": "French", "hr": "Croatian", "ht": "Haitian",
        "hu": "Hungarian", "it": "Italian", "kmr": "Kurdish", "la": "Latin", "lb": "Luxembourgish",
        "lt": "Lithuanian", "nb": "Norwegian_Bokmal", "nl": "Dutch", "nn": "Norwegian_Nynorsk", "pl": "Polish",
        "pt": "Portuguese", "ro": "Romanian", "sk": "Slovak", "sl": "Slovenian", "sq": "Albanian", "sv": "Swedish",
        "tr": "Turkish", "vi": "Vietnamese", "yo": "Yoruba",
    }
)  # fmt: skip
"""spaCy's code: jusText's name, for languages in Latin letters that both have. They are left out together."""
OTHER_TEXT = {
    "Python docstrings": ("the Python standard library", "PSF-2.0"),
    "spaCy example sentences": ("spaCy, spacy/lang/*/examples.py", "MIT"),
    "jusText word lists": ("jusText, stoplists", "BSD-2-Clause"),
}
"""Text that is no file of the data folder: where it is from and under what terms."""
LATIN = re.compile(r"[a-z]")


@dataclass(frozen=True, slots=True)
class Texts:
    """Rows of the language task with what a fair split of them needs."""

    rows: list[Row]
    rounds: NDArray[np.int8]
    """Round in which each row is tested; -1 for never (cuts and bags are not measured)."""
    barred: NDArray[np.bool_]
    """Rounds by rows: must not train that round, because its source is left out."""
    groups: Groups
    """Near-duplicates; a cut is in its text's group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One text before cutting."""

    text: str
    label: str
    source: str
    """Collection, without the language."""
    round: int
    barred: frozenset[int]
    file: str
    """File under the data folder, or the package the text was found in."""
    judged: bool = True


def read_corpus(path: Path) -> list[str]:
    """The documents of a ``.txt.xz`` file. Raises BadData where it is missing or cut short."""
    try:
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            return [line.strip() for line in lines if line.strip()]
    except (OSError, EOFError, lzma.LZMAError, UnicodeDecodeError) as error:
        raise BadData(f"{path.name} tidak terbaca: {error}.", hint="Periksa --data.") from error


def plain_key(text: str) -> str:
    """Equal for texts that differ only in case and punctuation."""
    return " ".join(re.findall(r"\w+", text.lower()))


def part_corpus(documents: Sequence[str], reviews: frozenset[str]) -> Iterator[tuple[int, str]]:
    """The documents of a regional corpus, each with the round its collection belongs to.

    A file holds collections one after the other: NusaParagraph's essays up to the first masked account, then
    NusaTranslation, then NusaX, which ``reviews`` (keys of its known rows, left out here) marks, then in the Javanese
    file tweets. Where no row of NusaX is known, what stands behind the last account or link is taken for it: reviews
    have neither. A file without accounts is NusaX alone.
    """
    keys = [plain_key(text) for text in documents]
    first = next((number for number, text in enumerate(documents) if USERNAME in text), len(documents))
    known = [number for number, key in enumerate(keys) if key in reviews]
    linked = [number for number, text in enumerate(documents) if MARKED.search(text)]
    last = known[0] - 1 if known else max(linked, default=-1)
    for number, text in enumerate(documents):
        if keys[number] not in reviews:
            behind = TWEETS if known else REVIEWS
            yield (behind if number > last else ESSAYS if number < first else TRANSLATIONS), text


def load_regional(data: Path, *, most: int, seed: int) -> Iterator[Piece]:
    """Texts in regional languages, at most ``most`` of one language and collection."""
    for label, name in CORPORA.items():
        reviews: frozenset[str] = frozenset()
        if label in NUSAX:
            file = f"sentiment/nusax_{NUSAX[label]}.jsonl.gz"
            lines = [line["text"] for line in read_lines(data / file, ("text",)) if line["text"].strip()]
            reviews = frozenset(map(plain_key, lines))
            for number, text in enumerate(lines):
                # By row: row i is the same sentence in every language. Banjar has no other source, so only its own
                # half is left out; of the others both halves are.
                half = REVIEWS + number * 2 // len(lines)
                barred = frozenset({half}) if label == "bjn" else frozenset({REVIEWS, REVIEWS + 1})
                yield Piece(text=text, label=label, source="nusax", round=half, barred=barred, file=file)
        file = f"corpus/lang_{name}.txt.xz"
        parts: dict[int, list[str]] = {}
        for place, text in part_corpus(read_corpus(data / file), reviews):
            parts.setdefault(place, []).append(text)
        sources = {
            TRANSLATIONS: "nusatranslation",
            ESSAYS: "nusaparagraph",
            TWEETS: "tweets",
            REVIEWS: "nusax by place",
        }
        for place, own in sorted(parts.items()):
            # Of Banjar there is NusaX only; of another language a stray row behind it is no collection.
            if len(own) < LEAST:
                continue
            for number, text in enumerate(draw(own, most, seed)):
                half = place + number % 2 if place == REVIEWS else place
                barred = frozenset({REVIEWS, REVIEWS + 1}) if place == REVIEWS else frozenset({place})
                yield Piece(text=text, label=label, source=sources[place], round=half, barred=barred, file=file)


def load_indonesian(data: Path, *, most: int, seed: int) -> Iterator[Piece]:
    """Indonesian, each collection left out in the round of its regional counterpart.

    The large collection of social posts is not among them: it holds stretches of Javanese and Sundanese.
    """
    for file, place in (("corpus/lang_ind.txt.xz", TRANSLATIONS), ("corpus/news.txt.xz", ESSAYS)):
        name = file.split("/")[1].removesuffix(".txt.xz")
        for text in draw(read_corpus(data / file), most, seed):
            yield Piece(text=text, label="id", source=name, round=place, barred=frozenset({place}), file=file)
    for file, name in (("sentiment/smsa_train.jsonl.gz", "smsa"), *policy_sets()):
        lines = [line["text"] for line in read_lines(data / file, ("text",)) if line["text"].strip()]
        reviews = name == "smsa"
        barred = frozenset({REVIEWS, REVIEWS + 1} if reviews else {TWEETS})
        for number, text in enumerate(draw(lines, most if reviews else most // 4, seed)):
            place = REVIEWS + number % 2 if reviews else TWEETS
            yield Piece(text=text, label="id", source=name, round=place, barred=barred, file=file)


def policy_sets() -> Iterator[tuple[str, str]]:
    """File and name of each set of posts on a public matter that may be trained on: Indonesian full of slang."""
    for name, how in SENTIMENT_SETS.items():
        if how.policy and how.use == "train":
            yield f"sentiment/{name}.jsonl.gz", name


def draw(texts: Sequence[str], most: int, seed: int) -> list[str]:
    """At most ``most`` of the texts, by chance."""
    chosen = np.random.default_rng(seed).permutation(len(texts))[:most]
    return [texts[number] for number in chosen]


def round_of(name: str) -> int:
    """The round in which a package or a language is left out."""
    return zlib.crc32(name.encode()) % len(ROUNDS)


def paragraphs_of(source: str) -> Iterator[str]:
    """The paragraphs of prose in the docstrings of a Python file."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            for paragraph in (ast.get_docstring(node) or "").split("\n\n"):
                text = " ".join(paragraph.split())
                words = re.findall(r"[A-Za-z]+", text)
                if len(words) >= 4 and len("".join(words)) >= 0.7 * len(text) and ">>>" not in text:
                    yield text


@cache
def find_docstrings() -> Mapping[str, str]:
    """Paragraphs of prose in the standard library, each with the module it was first found in."""
    library = Path(sysconfig.get_path("stdlib"))
    found: dict[str, str] = {}
    for path in sorted(library.glob("*.py")) + sorted(library.glob("[a-z]*/*.py")):
        module = path.relative_to(library).parts[0].removesuffix(".py")
        if module in {"test", "idlelib", "site-packages", "lib2to3"} or path.stat().st_size > 400_000:
            continue
        try:
            # Only prose in plain letters is taken, so what a file holds besides does not matter.
            for text in paragraphs_of(path.read_text(encoding="utf-8", errors="replace")):
                found.setdefault(text, module)
        except SyntaxError:
            continue
    return MappingProxyType(found)


def load_docstrings(*, most: int, seed: int) -> Iterator[Piece]:
    """English from the standard library, by module: other modules are tested on; in one round all English is out."""
    found = find_docstrings()
    whole = round_of("English")
    for text in draw(sorted(found), most, seed):
        own = round_of(found[text])
        source = "english left out whole" if own == whole else "python docstrings"
        yield Piece(
            text=text, label="other", source=source, round=own, barred=frozenset({own, whole}), file="Python docstrings"
        )


def folder_of(package: str) -> Path | None:
    """Where a package is installed, without importing it; None where it is not."""
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec is not None and spec.origin is not None else None


def group_of_language(name: str, text: str) -> int:
    """The round that leaves a language out; languages in other letters than Latin are left out together."""
    return round_of(name) if LATIN.search(text.lower()) else round_of("other letters")


def examples_of(path: Path) -> list[str]:
    """The sentences of one of spaCy's ``examples.py``."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.List):
            return [item.value for item in node.value.elts if isinstance(item, ast.Constant)]  # type: ignore[misc]
    return []


def load_examples(codes: Iterable[str] | None = None) -> Iterator[Piece]:
    """spaCy's example sentences (all "other" languages, or those asked for); nothing where spaCy is not installed."""
    folder = folder_of("spacy")
    for path in sorted(folder.glob("lang/*/examples.py")) if folder else ():
        code = path.parent.name
        if (code in NOT_OTHER) if codes is None else (code not in codes):
            continue
        for text in examples_of(path):
            place = group_of_language(NAMES_OF.get(code, code), text)
            yield Piece(
                text=text, label="other", source="spacy examples", round=place, barred=frozenset({place}),
                file="spaCy example sentences",
            )  # fmt: skip


def load_bags(*, seed: int) -> Iterator[Piece]:
    """Bags of frequent words, the more frequent the oftener (Zipf), in jusText's languages. Never measured with."""
    folder = folder_of("justext")
    chance = np.random.default_rng(seed)
    for path in sorted(folder.glob("stoplists/*.txt")) if folder else ():
        words = path.read_text(encoding="utf-8").split()
        if path.stem in INDONESIAN_STOPLISTS or len(words) < 50:
            continue
        place = group_of_language("English" if path.stem == "Simple_English" else path.stem, " ".join(words))
        odds = 1 / np.arange(3, len(words) + 3)
        for _ in range(BAGS):
            count = int(chance.integers(*BAG_WORDS))
            text = " ".join(words[number] for number in chance.choice(len(words), count, p=odds / odds.sum()))
            yield Piece(
                text=text, label="other", source="justext words", round=-1, barred=frozenset({place}),
                file="jusText word lists", judged=False,
            )  # fmt: skip


def shorten(text: str, chance: np.random.Generator) -> str:
    """A text of post length: as it is, or from one of its sentences on, up to MOST_CHARS."""
    if len(text) <= MOST_CHARS:
        return text
    starts = [0, *(found.end() for found in re.finditer(r"[.!?]\s+", text) if found.end() < len(text) - 60)]
    start = starts[int(chance.integers(len(starts)))]
    cut = text[start : start + int(chance.integers(60, MOST_CHARS))]
    return cut.rsplit(" ", 1)[0] if " " in cut else cut


def cut_words(text: str, chance: np.random.Generator) -> str:
    """A few words in a row out of a text, or nothing where it has no more than that."""
    words = text.split()
    count = int(chance.integers(*CUT_WORDS))
    if len(words) <= count + 1:
        return ""
    start = int(chance.integers(len(words) - count + 1))
    return " ".join(words[start : start + count])


def load_languages(data: Path, *, most: int, seed: int) -> Texts:
    """All texts, shortened to post length, each followed by a cut of a few words, which are trained on only."""
    pieces = [
        *load_indonesian(data, most=most, seed=seed),
        *load_regional(data, most=most, seed=seed),
        *load_docstrings(most=most, seed=seed),
        *load_examples(),
        *load_bags(seed=seed),
    ]
    chance = np.random.default_rng(seed)
    rows: list[Row] = []
    pieces_of: list[int] = []
    tested: list[int] = []
    for number, piece in enumerate(pieces):
        text = shorten(piece.text, chance)
        row = Row(
            task="language", text=text, labels=frozenset({piece.label}), source=f"{piece.source}/{piece.label}",
            held_with=piece.file, judged=piece.judged,
        )  # fmt: skip
        rows.append(row)
        pieces_of.append(number)
        tested.append(piece.round if piece.judged else -1)
        if piece.judged and (cut := cut_words(text, chance)):
            rows.append(replace(row, text=cut, form="cut", judged=False, weight=0.5))
            pieces_of.append(number)
            tested.append(-1)
    whole = group_rows([read_words(piece.text, 2 * MOST_CHARS) for piece in pieces])
    barred = np.array([[place in piece.barred for piece in pieces] for place in range(len(ROUNDS))])
    return Texts(
        rows=rows,
        rounds=np.array(tested, dtype=np.int8),
        barred=barred[:, pieces_of],
        groups=join_groups(whole[pieces_of], [hash_text(row.text) for row in rows]),
    )


def join_groups(*groupings: Iterable[int]) -> Groups:
    """Groups of rows that are together in any of the groupings, or linked by others that are."""
    listed = [list(map(int, grouping)) for grouping in groupings]
    parent = list(range(len(listed[0])))

    def root(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for groups in listed:
        first: dict[int, int] = {}
        for item, group in enumerate(groups):
            parent[root(item)] = root(first.setdefault(group, item))
    return np.array([root(item) for item in range(len(parent))], dtype=np.int64)
