"""Indonesian text: cleaning, tokens, normalised tokens, fingerprints; one definition for crawlers, models and stores.

Laws (held by tests): a token has no white space and at most 100 characters; joining tokens with spaces and tokenising
again gives the same tokens; normalising twice is normalising once.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from kentongan.characters import EMOJI_SEQUENCE, MARKS, clean, clean_characters
from kentongan.slang import is_reduplication, join_pairs, normalise_word, pairs_ending_in

__all__ = [
    "MAX_TOKEN",
    "clean",
    "fingerprint",
    "hashtags",
    "joined_tokens",
    "links",
    "mentions",
    "normalise",
    "normalised_tokens",
    "token_spans",
    "tokens",
]

MAX_TOKEN = 100
"""Longest token, in characters. Both stores index tokens of this length whole."""

MAX_CHUNKS = 100_000
MAX_CHUNK_CHARACTERS = 2_000_000
"""Chunks remembered at once, and their length together: some 30 MB."""

# A run of letters and digits with their combining marks; the underscore is no letter here.
RUN = rf"[^\W_]++(?:[{MARKS}]++[^\W_]*+)*+"
WORD = rf"{RUN}(?:(?:['-]|(?<=[0-9])[.,:/](?=[0-9])){RUN})*+"
# No comma, quote or bracket at the end of a link: they belong to the sentence around it.
LINK_TAIL = r"[\w\-.~:/?#\[\]@!$&'()*+,;=%]*[\w\-~/#$&+=%]"
LABELS = r"(?:(?:[a-zA-Z0-9][a-zA-Z0-9-]{0,62}+)\.){1,5}"
# Endings that Indonesians use bare in running text; the others only count with a path behind them, since a forgotten
# blank after a full stop ("daftar.info") would make links of sentences.
LINK = (
    rf"(?i:https?://|www\.){LINK_TAIL}"
    rf"|(?<![@.]){LABELS}(?i:(?:com|net|org|id|xyz)(?:(?![\w-]|\.\w)(?:[/?]{LINK_TAIL})?)"
    rf"|(?:me|ly|co|gg|gl|io|tv|to|cc|ai|info|link|live|news|app|online|site|shop|store|click|page|top)/{LINK_TAIL})"
)
MENTION = r"(?<![^\W_])@(?=[\d_.]*[^\W\d_])\w+(?:\.\w+)*(?:@[\w-]+(?:\.[\w-]+)+)?"
HASHTAG = rf"\#(?=[\d_]*[^\W\d_])\w+(?:[{MARKS}]++\w*+)*+"
TOKEN = re.compile(rf"{LINK}|{MENTION}|{HASHTAG}|{EMOJI_SEQUENCE}|(?i:rp)(?=[0-9])|{WORD}")
WHOLE_WORD = re.compile(WORD)
IS_EMOJI = re.compile(EMOJI_SEQUENCE)
# Characters that mean the same inside a word, one to one, so that places in the text stay true.
VARIANTS = str.maketrans(
    dict.fromkeys("’‘ʼʻ`´′ˈ＇", "'") | dict.fromkeys("‐‑", "-") | dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True))
)
VARIANT = re.compile(f"[{''.join(map(chr, VARIANTS))}]")


def prepare(text: str) -> str:
    """Cleaned text with apostrophes, hyphens and raised digits in one spelling, character for character."""
    return fold_variants(clean(text))


def fold_variants(text: str) -> str:
    if text.isascii():
        return text.replace("`", "'")
    return text.translate(VARIANTS) if VARIANT.search(text) else text


@lru_cache(maxsize=32_768)
def settle(found: str) -> tuple[str, ...]:
    """The tokens one match of TOKEN stands for: lower-cased, cut, and compounds that are no reduplication parted."""
    token = found.lower()
    if not token.isascii():
        # The Turkish capital I falls to an i with a dot of its own, which a link or a mention could not hold.
        token = unicodedata.normalize("NFC", token.replace("i\u0307", "i"))
        token = token.replace("\ufe0f", "").replace("\ufe0e", "")
    if len(token) > MAX_TOKEN:
        cut = TOKEN.match(token[:MAX_TOKEN])
        token = cut.group() if cut else token[:MAX_TOKEN]
    if "-" not in token or not WHOLE_WORD.fullmatch(token):
        return (token,)
    parts = token.split("-")
    groups = [parts[0]]
    for before, part in pairwise(parts):
        if is_reduplication(before, part):
            groups[-1] += "-" + part
        else:
            groups.append(part)
    return tuple(groups)


def tokens(text: str) -> list[str]:
    """Surface tokens in their order, lower-cased, at most 100 characters each.

    Links, @mentions, #hashtags, emoji (a joined sequence is one, without variation selectors), numbers ("1.284",
    "07.42", "12/11/2026"), words with an apostrophe ("jum'at") and reduplications ("anak2", "undang-undang",
    "sayur-mayur") are single tokens. Other hyphens part ("jawa-bali"), unless a digit stands beside them
    ("covid-19"); "rp50.000" is "rp", "50.000". Punctuation is dropped.
    """
    return " ".join(map(known_chunks().__getitem__, text.split())).split()


def joined_tokens(text: str) -> tuple[str, str]:
    """``tokens`` and ``normalised_tokens``, each joined by one space: what the stores index of a text."""
    known = known_chunks()
    chunks = list(filter(None, map(known.__getitem__, text.split())))
    surface = " ".join(chunks)
    special = known.special.intersection(chunks)
    if not special:
        return surface, surface
    normal = " ".join(map(known.normal.get, chunks, chunks))
    if any(pair in normal for chunk in special for pair in known.pairs.get(chunk, ())):
        normal = " ".join(join_pairs(normal.split()))
    return surface, normal


class Chunks(dict[str, str]):
    """The tokens of what stands between two blanks, joined by one space: no token reaches across a blank.

    Texts are made of few chunks that come again and again, so each is cleaned and read once. Nothing that cleaning does
    reaches across a blank either, and how blanks are folded makes no difference to tokens.
    """

    def __init__(self) -> None:
        super().__init__()
        self.normal: dict[str, str] = {}
        """The normalised tokens of such tokens, where they are others."""
        self.pairs: dict[str, tuple[str, ...]] = {}
        """The pairs ("tidak papa") that such tokens may end."""
        self.special: set[str] = set()
        """The tokens that one of the two has: few, so that a text without any of them is soon told."""
        self.characters = 0

    def __missing__(self, chunk: str) -> str:
        found = [token for match in TOKEN.findall(fold_variants(clean_characters(chunk))) for token in settle(match)]
        resolved = [normal for token in found for normal in normalise_token(token)]
        surface, normal = " ".join(found), " ".join(resolved)
        pairs = pairs_ending_in(resolved)
        if pairs:
            self.pairs[surface] = pairs
        if normal != surface:
            self.normal[surface] = normal
        if pairs or normal != surface:
            self.special.add(surface)
        self.characters += len(chunk)
        # Where both are equal one string serves as both: what is read in one place is read fast.
        self[chunk] = surface = chunk if surface == chunk else surface
        return surface


class Remembered:
    """The chunks in use. They are replaced and never emptied: another thread may be reading with them."""

    chunks = Chunks()


REMEMBERED = Remembered()


def known_chunks() -> Chunks:
    """The chunks in use, begun anew where there are too many."""
    known = REMEMBERED.chunks
    if len(known) > MAX_CHUNKS or known.characters > MAX_CHUNK_CHARACTERS:
        known = REMEMBERED.chunks = Chunks()
    return known


def token_spans(text: str) -> list[tuple[str, int, int]]:
    """Every token with its start and end in ``clean(text)``, for highlighting.

    Parts of one compound ("jawa-bali") all carry the place of the whole.
    """
    return [
        (token, match.start(), match.end()) for match in TOKEN.finditer(prepare(text)) for token in settle(match[0])
    ]


def is_word(token: str) -> bool:
    """Whether a token is a word or a number: no link, mention, hashtag or emoji."""
    return WHOLE_WORD.fullmatch(token) is not None


def is_hashtag(token: str) -> bool:
    """Whether a token is a hashtag; "#" with a keycap around it is an emoji."""
    return token[0] == "#" and not IS_EMOJI.match(token)


def is_link(token: str) -> bool:
    """Whether a token is an address of the web."""
    if token.isascii() and token.isalnum():
        return False  # a word, as most are: an address has a dot or a colon
    return token[:1] not in {"@", "#"} and not is_word(token) and not IS_EMOJI.match(token)


@lru_cache(maxsize=65_536)
def normalise_token(token: str) -> tuple[str, ...]:
    """The normalised tokens of one surface token; links, mentions, hashtags and emoji are their own."""
    return normalise_word(token) if is_word(token) else (token,)


def normalised_tokens(text: str) -> list[str]:
    """The tokens with elongation, reduplication, slang and abbreviations resolved.

    "gak papa bangetttt anak2 yg di jl. Melati" gives tidak, apa-apa, banget, anak-anak, yang, di, jalan, melati.
    """
    return joined_tokens(text)[1].split()


def normalise(text: str) -> str:
    """The normalised tokens joined by one space. Idempotent."""
    return " ".join(normalised_tokens(text))


def fingerprint(text: str) -> str:
    """16 hex digits that are equal for copies which differ only in links, mentions, emoji, spelling or punctuation.

    BLAKE2b over the normalised words, hashtags and numbers; the empty string where there are none.
    """
    words = [token for token in normalised_tokens(text) if is_word(token) or is_hashtag(token)]
    return hashlib.blake2b(" ".join(words).encode(), digest_size=8).hexdigest() if words else ""


def hashtags(text: str) -> tuple[str, ...]:
    """The hashtags in order of first appearance, each once, lower-cased, without "#"."""
    return tuple(dict.fromkeys(token[1:] for token in tokens(text) if is_hashtag(token)))


def mentions(text: str) -> tuple[str, ...]:
    """The mentioned accounts in order of first appearance, each once, lower-cased, without the leading "@"."""
    return tuple(dict.fromkeys(token[1:] for token in tokens(text) if token[0] == "@"))


def links(text: str) -> tuple[str, ...]:
    """The links in order of first appearance, each once, as they are written (paths know upper and lower case)."""
    return tuple(dict.fromkeys(found for found in TOKEN.findall(clean(text)) if is_link(found)))
