"""Why a text got its hoax score: the words that moved it, and signs a reader can check for themselves.

Signs are shown beside the probability and never added to it. Each is described neutrally: it says what stands in the
text, not what that means about the person who wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

import msgspec

from kentongan.schema import Task
from kentongan.text import clean, is_link, token_spans
from models.classifier import Classifier

TASK: Task = "hoax"
TARGET = "hoax"
MOST_WORDS = 60
"""Words of a text that are tried; what a claim is, its beginning says."""
MOST_CHARS = 2000
"""A longer text is searched up to here."""
LEAST_MOVE = 0.01
"""Change of the probability, 0 to 1, under which a word is not worth showing."""


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One reason."""

    kind: Literal["kata", "tanda"]
    """"kata": a word that moved the probability. "tanda": a sign that was found, with no part in the probability."""
    name: str
    """The word in lower case, or the sign's short name."""
    text: str
    """What to show a person, in Indonesian."""
    weight: float | None
    """How much the probability of "hoax" falls when the word is taken out (negative: it rises); absent for a sign."""
    spans: tuple[tuple[int, int], ...]
    """Where it stands in ``kentongan.text.clean(text)``: starts and ends in characters."""


SIGNS: Mapping[str, tuple[re.Pattern[str], str]] = MappingProxyType(
    {
        "ajakan menyebarkan": (
            re.compile(
                r"\b(?:tolong\s+)?(?:se?barkan|sebar\s?luaskan|viralkan|bagikan|teruskan (?:ke|pesan)|share|forward|"
                r"kirim(?:kan)? ke (?:semua|grup|teman|keluarga|kontak))\b",
                re.IGNORECASE,
            ),
            "Ada ajakan untuk menyebarkan pesan ini.",
        ),
        "mendesak": (
            re.compile(
                r"\b(?:segera|secepatnya|sekarang juga|jangan sampai terlambat|sebelum (?:di ?hapus|terlambat|habis)|"
                r"darurat|hari ini (?:juga|terakhir)|waspada(?:lah)?|awas|hati[\s-]?hati)\b",
                re.IGNORECASE,
            ),
            "Ada kata yang mendesak pembaca bertindak cepat atau waspada.",
        ),
        "hadiah atau bantuan uang": (
            re.compile(
                r"\b(?:undian|hadiah|pemenang|giveaway|dana kaget|bagi[\s-]?bagi (?:uang|motor|saldo|pulsa)"
                r"|(?:saldo|pulsa|"
                r"kuota|motor|uang|bantuan) (?:gratis|cuma-cuma|tunai)|klaim (?:hadiah|saldo|bantuan)|pin pemenang)\b",
                re.IGNORECASE,
            ),
            "Menawarkan hadiah, undian, atau bantuan uang.",
        ),
        "minta data atau kontak": (
            re.compile(
                r"\b(?:hubungi|chat|kirim(?:kan)?|isi|masukkan)\s+(?:\w+\s+){0,3}(?:whatsapp|wa|nomor|no\.?"
                r"|rekening|nik|ktp|pin|otp|"
                r"data diri|formulir)\b",
                re.IGNORECASE,
            ),
            "Meminta pembaca menghubungi nomor atau mengisi data.",
        ),
        "sumber tanpa nama": (
            re.compile(
                r"\b(?:(?:info|kabar|pesan|dapat) dari (?:grup|group|teman|saudara|tetangga|sebelah|orang dalam)"
                r"|grup sebelah|"
                r"katanya|konon|kata (?:dokter|profesor|ahli|pakar|ilmuwan|peneliti)|(?:menurut"
                r"|kata) (?:para )?(?:ahli|pakar|"
                r"dokter|ilmuwan|sumber)(?! [A-Z])|sumber (?:terpercaya|dalam|a1))\b"
            ),
            "Menyebut ahli, orang dalam, atau grup lain tanpa nama yang dapat diperiksa.",
        ),
    }
)
LINK = re.compile(
    r"(?:https?://|www\.)[^\s]+"
    r"|\b(?:[\w-]+\.)+(?:id|com|net|org|info|xyz|site|online|app|link|biz|top|me|ly)\b(?:/\S*)?",
    re.IGNORECASE,
)
OFFICIAL = re.compile(r"^(?:https?://)?(?:[\w-]+\.)*(?:go|ac|sch|mil|desa)\.id(?:[/:?#]|$)", re.IGNORECASE)
OFFICIAL_TALK = re.compile(
    r"\b(?:pemerintah|kementerian|kemen\w+|bpjs|bank|presiden|gubernur|bupati|wali ?kota|polri|bantuan|bansos"
    r"|kartu prakerja|"
    r"lowongan|rekrutmen|pln|pertamina|undian|hadiah)\b",
    re.IGNORECASE,
)
SHOUT = re.compile(r"\b[A-Z]{4,}(?:\W+[A-Z]{2,}){2,}\b")
MARKS = re.compile(r"[!?]{2,}")


def find_signs(text: str) -> list[Reason]:
    """The signs in a text, each once, with every place it stands at. An empty list says nothing in its favour."""
    text = clean(text[:MOST_CHARS])
    found = [sign(name, shown, list(pattern.finditer(text))) for name, (pattern, shown) in SIGNS.items()]
    found.append(sign("huruf besar", "Sebagian ditulis dengan huruf besar beruntun.", list(SHOUT.finditer(text))))
    found.append(sign("tanda baca beruntun", "Ada tanda seru atau tanda tanya beruntun.", list(MARKS.finditer(text))))
    if OFFICIAL_TALK.search(text):
        links = [one for one in LINK.finditer(text) if not OFFICIAL.match(one[0])]
        shown = "Membicarakan lembaga atau bantuan, tetapi tautannya bukan alamat resmi lembaga (.go.id, .ac.id)."
        found.append(sign("tautan tak resmi", shown, links))
    return [one for one in found if one is not None]


def sign(name: str, shown: str, places: Sequence[re.Match[str]]) -> Reason | None:
    """One sign, or None where it stands nowhere."""
    if not places:
        return None
    return Reason(kind="tanda", name=name, text=shown, weight=None, spans=tuple(one.span() for one in places))


def weigh_words(text: str, model: Classifier, *, most: int = 5) -> list[Reason]:
    """The words whose absence changes the probability of "hoax" most, the largest change first.

    Occlusion (Zeiler and Fergus 2014): all occurrences of a word are taken out at once and the text is read again.
    Works with any classifier that has the task; costs one reading for each of the first ``MOST_WORDS`` different words.
    Empty where the model reads nothing, or only one word. Raises ValueError where the model lacks the task.
    """
    text = clean(text[:MOST_CHARS])
    spans: dict[str, list[tuple[int, int]]] = {}
    for token, start, end in token_spans(text):
        if not is_link(token) and token[0] != "@":
            spans.setdefault(token.lower(), []).append((start, end))
    words = list(spans)[:MOST_WORDS]
    variants = [without_spans(text, spans[word]) for word in words]
    whole, *rest = model.classify([text, *variants], [TASK])
    if whole[TASK].value is None or len(words) < 2:
        return []
    chance = whole[TASK].probabilities[TARGET]
    moved = [(word, chance - one[TASK].probabilities[TARGET]) for word, one in zip(words, rest, strict=True)]
    moved = sorted((one for one in moved if abs(one[1]) >= LEAST_MOVE), key=lambda one: -abs(one[1]))
    return [word_reason(word, move, spans[word]) for word, move in moved[:most]]


def word_reason(word: str, move: float, spans: Sequence[tuple[int, int]]) -> Reason:
    """One word with what it did, in words."""
    way = "menaikkan" if move > 0 else "menurunkan"
    shown = f"Kata “{word}” {way} skor {abs(100 * move):.0f} poin."
    return Reason(kind="kata", name=word, text=shown, weight=move, spans=tuple(spans))


def without_spans(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text without some stretches of it."""
    kept, last = [], 0
    for start, end in spans:
        kept.append(text[last:start])
        last = end
    return "".join([*kept, text[last:]])


def explain(text: str, model: Classifier, *, most: int = 5) -> list[Reason]:
    """Words first, then signs. The words explain the probability; the signs are shown beside it."""
    return [*weigh_words(text, model, most=most), *find_signs(text)]
