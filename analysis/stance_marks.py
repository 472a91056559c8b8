"""Marks in a sentence what it says of the claim it stands beside: denied, asked about, doubted, or assured.

Every rule reads normalised words. Beside a quotation ("close") a word is enough; elsewhere the sentence must be about a
message, since claims themselves speak of lies and forgeries.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final, Literal

from analysis import stance_words as words_of
from analysis.quotations import Sentence
from kentongan.text import is_word

SHORT: Final = 6
"""Most words of a sentence that can only be about the message it stands beside ("ini hoaks ya teman-teman")."""

Mark = Literal["denies", "asks", "doubts", "affirms"]


@cache
def trigger_words() -> frozenset[str]:
    """Words without one of which no sentence of a text without a known claim is marked."""
    return frozenset().union(
        words_of.FALSE_OF_MESSAGES, words_of.FALSE_OF_ANYTHING, words_of.TRUE, words_of.PASSING_ON, words_of.DENYING,
        words_of.CHECKING, words_of.ASKING_WHOLE, words_of.ASKED_FOR, words_of.ASKED_ALONE, words_of.DOUBTS,
        {"burung", "berdasar"},
    )  # fmt: skip


def mark_sentences(sentences: Sequence[Sentence], *, close: bool) -> list[tuple[Mark, str]]:
    """What sentences say of the claim, with the words that say it.

    ``close``: they stand around a quotation, so that they can hardly be about anything else.
    """
    found: list[tuple[Mark, str]] = []
    last: list[tuple[Mark, str]] = []
    for one in sentences:
        if last and one.words[0] in words_of.CONTRASTS and (turned := find_turn(one.words)):
            found = [mark for mark in found if mark not in last] + [("affirms", turned)]
            last = []
            continue
        marks = mark_sentence(one, close=close)
        found += marks
        last = [mark for mark in marks if mark[0] in {"denies", "doubts"}]
    return found


def find_turn(words: Sequence[str]) -> str | None:
    """The words with which a sentence that begins with "padahal" or the like assures that it is true after all."""
    for at, word in enumerate(words):
        if (
            at
            and (word in words_of.WITNESS or word in words_of.TRUE)
            and DIVERTING.isdisjoint(words[max(0, at - 2) : at])
        ):
            return " ".join(words[: at + 1])
    return None


def mark_sentence(sentence: Sentence, *, close: bool) -> list[tuple[Mark, str]]:
    """What one sentence says of the claim."""
    words = sentence.words
    asked = find_question(words, sentence.asks, close=close)
    if asked:
        return [("asks", asked)]
    marks = [*find_verdicts(words, close=close), *find_orders(words, close=close), *find_denials(words, close=close)]
    if marks:
        return marks
    if close and sentence.asks and not words_of.ASKED_CLOSELY.isdisjoint(words):
        return [("asks", " ".join(words[-SHORT:]))]
    return find_doubts(words, close=close)


def find_question(words: Sequence[str], asks: bool, *, close: bool) -> str | None:
    """The words by which a sentence asks whether it is true."""
    judging = [at for at, word in enumerate(words) if word in judgements()]
    for at, word in enumerate(words):
        if word in words_of.ASKING_WHOLE:
            return word
        if word in (words_of.ASKING_FOR if close or asks else words_of.BEGGING) and (close or len(words) <= 2 * SHORT):
            wanted = next((one for one in words[at + 1 : at + 5] if one in words_of.ASKED_FOR), None)
            if wanted:
                return f"{word} {wanted}"
            if close and "tahu" in words[at + 1 : at + 4] and word in {"ada", "siapa"}:
                return f"{word} tahu"
        if word in words_of.QUESTIONS and (close or asks or at < 3):
            following = {"iya", "iyo", "sih", "enya"} if word.startswith(("mas", "mos")) else {"iya", "iyo"}
            judged = next((one for one in words[at + 1 : at + 3] if one in words_of.TRUE or one in following), None)
            if judged and words[at - 1 : at] != ("tidak",) and (judged not in words_of.TRUE_OF_GOODS or asks):
                return f"{word} {judged}"
        if word in {"apa", "apakah"} and words[-1] in words_of.TRUE and not words_of.MESSAGE.isdisjoint(words[at:]):
            return f"{word} {words[-1]}"
    for at in judging:
        opening = at <= 1 and words[at] in words_of.TRUE and words[at + 1 : at + 2] in (("tidak",), ("ora",), ("teu",))
        if ends_in_question(words, at) or (
            opening and (asks or not words_of.CLOSING.isdisjoint(words[at + 2 : at + 3]))
        ):
            return " ".join(words[at : at + 3])
    if not asks:
        return None
    about = len(words) <= SHORT or not words_of.MESSAGE.isdisjoint(words)
    if about and not words_of.ASKED_ALONE.isdisjoint(words):
        return " ".join(words)
    sure = [at for at in judging if words[at] not in words_of.FALSE_OF_ANYTHING or close]
    if sure and (close or len(words) <= SHORT or not words_of.MESSAGE.isdisjoint(words)):
        return " ".join(words[max(0, sure[0] - 2) : sure[0] + 2])
    return None


def ends_in_question(words: Sequence[str], at: int) -> bool:
    """Whether a judging word is put as one of two, or with a particle that asks, at the end of the sentence."""
    after = words[at + 1 : at + 3]
    if not after or (at and words[at - 1] in words_of.NEGATIONS):
        return False
    if after[0] in {"atau", "apa", "opo", "ataukah", "apo"} and len(after) > 1:
        return after[1] in judgements() or after[1] in words_of.NEGATIONS or after[1] in {"cuma", "hanya", "sekadar"}
    asking = after[0] in words_of.ASKING_ENDS and after[0] not in {"ya", "yah", "nih", "sih", "lah", "no", "yo", "apa"}
    rest = words[at + 2 :]
    return asking and len(rest) <= 4 and all(word in words_of.CLOSING or not is_word(word) for word in rest)


def find_verdicts(words: Sequence[str], *, close: bool) -> list[tuple[Mark, str]]:
    """Where the sentence says that something is false or true, and of what."""
    marks: list[tuple[Mark, str]] = []
    for at, word in enumerate(words):
        if word == "salah" and words[at + 1 : at + 2] == ("satu",):
            continue
        if word in words_of.FALSE_OF_MESSAGES or word in words_of.FALSE_OF_ANYTHING:
            strong = word in words_of.FALSE_OF_MESSAGES
            denied = find_negation(words, at)
            if denied is not None:
                if strong or close:
                    marks.append(("affirms", " ".join(words[denied : at + 1])))
            elif concerns_message(words, at, strong=strong, close=close):
                marks += judge_speaker(words, at, at)
        elif word in words_of.TRUE and (close or word not in words_of.TRUE_OF_GOODS or names_message(words, at)):
            denied = find_negation(words, at)
            if denied is None:
                before = words[max(0, at - 3) : at]
                if "belum" in before or not words_of.DOUBTS.isdisjoint(words[:at]):
                    marks.append(("doubts", " ".join([*before, word])))
                elif not words_of.CONDITIONS.isdisjoint(before) or not words_of.HEARSAY.isdisjoint(before):
                    continue
                elif close or (at and words[at - 1] in words_of.POINTING):
                    marks.append(("affirms", word))
            elif words[denied] == "belum":
                marks.append(("doubts", " ".join(words[denied : at + 1])))
            elif close or len(words) <= SHORT or has_subject(words, denied) or words[denied - 1] in words_of.LINKING:
                marks += judge_speaker(words, denied, at)
    return marks


def judge_speaker(words: Sequence[str], start: int, end: int) -> list[tuple[Mark, str]]:
    """A denial, or what is left of it where it is hearsay, a condition, a guess, or taken back."""
    reason = " ".join(words[start : end + 1])
    before = words[max(0, start - 5) : start]
    after = words[end + 1 : end + 8]
    turn = next((at for at, word in enumerate(after) if word in words_of.CONTRASTS), None)
    if turn is not None and (turned := find_turn(after[turn:])):
        return [("affirms", turned)]
    sure = any(word.removesuffix("nya") in words_of.SURE_SPEAKERS for word in words[:start])
    if not sure and not words_of.HEARSAY.isdisjoint(before):
        return [("doubts", " ".join([*before, reason]))]
    if not sure and not words_of.CONDITIONS.isdisjoint(before[-3:]):
        return []
    if not words_of.DOUBTS.isdisjoint(words[:start]):
        return [("doubts", " ".join([*before, reason]))]
    return [("denies", reason)]


DIVERTING: Final = words_of.NEGATIONS | {"yang", "percaya"}


def find_negation(words: Sequence[str], at: int) -> int | None:
    """Place of the negation that a judging word stands under, within the three words before it."""
    for place in range(at - 1, max(-1, at - 4), -1):
        word = words[place]
        if word in words_of.NEGATIONS:
            # "Sing" and "lain" are negations of Bali and Sunda only right before the word, and other words elsewhere.
            return place if word not in {"sing", "lain", "no", "ten", "tak"} or place == at - 1 else None
        if not (word in words_of.MESSAGE or word in words_of.LINKING or word in FILLING or is_agent(word)):
            return None
    return None


FILLING: Final = frozenset({"lah", "lagi", "ada", "berarti", "soal", "itu", "ini", "sih", "yang", "sama", "sekali"})


def has_subject(words: Sequence[str], before: int) -> bool:
    """Whether a message is named, or pointed at right before, ahead of this place."""
    near = words[max(0, before - 8) : before]
    return not words_of.MESSAGE.isdisjoint(near) or not words_of.POINTING.isdisjoint(near[-2:])


def names_message(words: Sequence[str], at: int) -> bool:
    """Whether a word for a message stands within the five words before this place."""
    return not words_of.MESSAGE.isdisjoint(words[max(0, at - 5) : at])


def concerns_message(words: Sequence[str], at: int, *, strong: bool, close: bool) -> bool:
    """Whether "hoaks", "palsu" and their like are said of the message and not of other things or people."""
    before, after = words[max(0, at - 2) : at], words[at + 1 : at + 3]
    pointed = after[:1] and after[0] in words_of.POINTING
    if any(is_agent(word) for word in before) and not (before[-1] in words_of.POINTING or (close and pointed)):
        return False
    if close:
        return strong or len(words) <= 2 * SHORT or has_subject(words, at)
    short = len(words) <= SHORT
    if strong:
        linked = bool(before) and before[-1] in words_of.LINKING
        sure = not words_of.SURE_SPEAKERS.isdisjoint(words[:at])
        return (
            short
            or linked
            or sure
            or at == 0
            or has_subject(words, at)
            or after[:1] in (("ini",), ("itu",), ("tersebut",))
        )
    if len(words) <= 2:
        told = at == 0 or words[0] in BESIDE or words[0] in words_of.MESSAGE
        return (told and words[at] in words_of.FALSE_ALONE) or (words[at] == "salah" and len(words) == 1)
    if words[at] in words_of.FALSE_ALONE and short and all(word in BESIDE for word in words if word != words[at]):
        return True
    if at == 1 and words[0] in words_of.POINTING and words[at] in words_of.FALSE_ALONE | FALSE_ACTS:
        return True
    last = before[-1] if before else ""
    if last in words_of.PICTURES:
        return short and words[at] in words_of.EDITED
    named = [word for word in words[max(0, at - 5) : at] if word in words_of.MESSAGE]
    between = words[at - 1 : at] if last in words_of.LINKING or last in words_of.POINTING else ()
    predicate = last in words_of.LINKING or last in words_of.POINTING or (last == "yang" and words[at] != "salah")
    if words[at] in {"salah", "karangan"}:
        return bool(named) and predicate
    if last in SPOKEN:
        return short or at <= 2 or (at >= 2 and words[at - 2] in words_of.LINKING)
    return bool(named) and predicate and bool(between or last == "yang") and len(words) <= 3 * SHORT


def is_agent(word: str) -> bool:
    """Whether what follows is about others who lie; slips of the thumb in "penyebar" are frequent."""
    return word in words_of.AGENTS or word.startswith(("penye", "menye", "nyeba", "seba"))


BESIDE: Final = words_of.POINTING | words_of.LINKING | words_of.CLOSING
FALSE_ACTS: Final = frozenset({"penipuan", "tipuan", "rekayasa", "settingan", "editan", "karangan"})

SPOKEN: Final = frozenset(
    {
        "berita",
        "kabar",
        "info",
        "informasi",
        "pesan",
        "isu",
        "klaim",
        "narasi",
        "rumor",
        "beja",
        "kaba",
        "habar",
        "warta",
        "modus",
    }
)
"""What "bohong" or "palsu" may follow at once: "berita bohong", not "video palsu"."""


def find_orders(words: Sequence[str], *, close: bool) -> list[tuple[Mark, str]]:
    """Orders not to believe it or pass it on, nor hoaxes at all."""
    for at, word in enumerate(words):
        if word not in words_of.FORBIDDING:
            continue
        for place in range(at + 1, min(at + 5, len(words))):
            if words[place] in words_of.PASSING_ON or (words[place] in words_of.FALSE_OF_MESSAGES and place == at + 1):
                if word in {"usah", "perlu", "udah"} and words[at - 1 : at] not in (("tidak",), ("gak",), ("ora",)):
                    break
                reason = " ".join(words[at : place + 1])
                if "dulu" in words[at : place + 3]:
                    return [("doubts", f"{reason} dulu")]
                rest = words[place + 1 :]
                about = not words_of.MESSAGE.isdisjoint(rest[:4]) or not judgements().isdisjoint(rest[:4])
                other = words[place] in words_of.TRUSTING and rest and rest[0] not in BESIDE
                if close or about or (len(words) <= SHORT - 1 and not other):
                    return [("denies", reason)]
                break
            if words[place] not in words_of.BETWEEN:
                break
    return []


def find_denials(words: Sequence[str], *, close: bool) -> list[tuple[Mark, str]]:
    """Denials by whom it concerns, results of checks, and events that did not take place."""
    for at, word in enumerate(words):
        after = words[at + 1 : at + 4]
        if word in words_of.CHECKING and (at <= 1 or close):
            return [("denies", word)]
        if word in words_of.DENYING:
            named = not words_of.MESSAGE.isdisjoint(after) or (at > 0 and words[at - 1] in words_of.MESSAGE)
            opening = at == 0 and word.startswith("klarifikasi") and len(words) <= SHORT
            if close or named or opening or (word in ANSWERED and has_subject(words, at)):
                return judge_speaker(words, at, at)
        if word == "cek" and after[:1] == ("fakta",) and at == 0 and "dulu" not in after and "dong" not in after:
            return [("denies", "cek fakta")]
        checked = word == "pengecekan" or (word == "penelusuran" and words[at - 1 : at] == ("hasil",))
        if checked and (close or "fakta" in words):
            return [("denies", word)]
        if close and word in words_of.NEGATIONS and word != "belum" and after:
            if after[0] in {"pernah", "terjadi", "kajadian", "tau"}:
                return [("denies", f"{word} {after[0]}")]
            if after[0] in words_of.HAPPENING and not words_of.THAT_SORT.isdisjoint(after[1:]):
                return [("denies", " ".join(words[at : at + 4]))]
        if word == "tidak" and after[:1] in (("berdasar",), ("mendasar",)) and (close or has_subject(words, at)):
            return [("denies", f"tidak {after[0]}")]
        told = {"seperti", "begitu", "kayak", "ngono", "kitu"}
        if word == "tidak" and after[:1] == ("pernah",) and not told.isdisjoint(words[at + 3 : at + 7]):
            return [("denies", "tidak pernah")]
        if word == "lama" and at and words[at - 1] in words_of.MESSAGE and (close or words[:1] in (("itu",), ("ini",))):
            return [("denies", f"{words[at - 1]} lama")]
        if word == "burung" and words[at - 1 : at] in (("kabar",), ("warta",)):
            return [("denies", "kabar burung")]
    return []


ANSWERED: Final = frozenset({"dibantah", "bantah", "terbantahkan", "diluruskan"})


def find_doubts(words: Sequence[str], *, close: bool) -> list[tuple[Mark, str]]:
    """Not knowing, and around a quotation amusement."""
    for at, word in enumerate(words):
        after = words[at + 1 : at + 4]
        if word in words_of.DOUBTS and (close or not judgements().isdisjoint(after)):
            return [("doubts", word)]
        unsettled = word == "belum" and not {"jelas", "tentu", "pasti", "dikonfirmasi", "konfirmasi"}.isdisjoint(after)
        if unsettled and (close or len(words) <= SHORT or has_subject(words, at)):
            return [("doubts", " ".join(words[at : at + 3]))]
        if word == "simpang" and after[:1] == ("siur",):
            return [("doubts", "simpang siur")]
        if word == "percaya" and after[:2] in (("tidak", "percaya"), ("atau", "tidak"), ("tak", "percaya")):
            return [("doubts", " ".join(words[at : at + 3]))]
        if close and word in words_of.AMUSED:
            return [("doubts", word)]
        if close and word == "percaya" and not {"saja", "deh", "aja", "banget"}.isdisjoint(after):
            return [("doubts", " ".join(words[at : at + 2]))]
    return []


@cache
def judgements() -> frozenset[str]:
    """Every word that calls something true or false."""
    return words_of.FALSE_OF_MESSAGES | words_of.FALSE_OF_ANYTHING | words_of.TRUE
