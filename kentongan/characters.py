"""Which characters text keeps: styled letters made plain, invisible ones removed, blanks folded, emoji recognised.

Only ``kentongan.text`` uses this module; everybody else imports ``clean`` from there.
"""

from __future__ import annotations

import re
import unicodedata

MARKS = (
    "\u0300-\u034e\u0350-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f"
    "\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u07a6-\u07b0\u07eb-\u07f3\u0816-\u082d\u0898-\u08e1"
    "\u08e3-\u0963\u0981-\u09e3\u0a01-\u0a75\u0a81-\u0ae3\u0b01-\u0b63\u0b82-\u0bd7\u0c00-\u0c63\u0c81-\u0c83\u0cbc-\u0ce3"
    "\u0d00-\u0d4d\u0d57-\u0d63\u0d81-\u0df3\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u0f18\u0f19"
    "\u0f71-\u0f84\u0f86-\u0fbc\u102b-\u103e\u1056-\u109d\u135d-\u135f\u1712-\u1734\u1752-\u1773\u17b6-\u17d3\u17dd"
    "\u18a9\u1920-\u193b\u1a17-\u1a1b\u1a55-\u1a7f\u1ab0-\u1b44\u1b6b-\u1b73\u1b80-\u1bf3\u1c24-\u1c37\u1dc0-\u1dff"
    "\u302a-\u302f\u3099\u309a\ua802-\ua827\ua880-\ua8c5\ua8e0-\ua8f1\ua926-\ua92d\ua947-\ua953\ua980-\ua9c0\uaa29-\uaa4d"
    "\ufb1e\ufe20-\ufe2f"
)
"""Combining marks (a regular-expression class body) that belong to the word they stand in. Javanese, Balinese,
Sundanese, Batak, Rejang and Buginese script are among them; rarer scripts of the upper planes are not, and their
words split at a mark."""

EMOJI = (
    "\u231a\u231b\u23e9-\u23fa\u2600-\u2757\u2763-\u2767\u2795-\u2797\u27a1\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55"
    "\U0001f004\U0001f0cf\U0001f170\U0001f171\U0001f17e\U0001f17f\U0001f18e\U0001f191-\U0001f19a\U0001f201\U0001f21a"
    "\U0001f22f\U0001f232-\U0001f23a\U0001f250\U0001f251\U0001f300-\U0001f3fa\U0001f400-\U0001f64f\U0001f680-\U0001f6ff"
    "\U0001f7e0-\U0001f7f0\U0001f90c-\U0001f9ff\U0001fa70-\U0001faff"
)
"""Pictographs that stand for an emoji alone (a regular-expression class body). Arrows, geometric bullets and
signs such as the copyright sign count as punctuation."""

SKIN = "\U0001f3fb-\U0001f3ff"
FLAG = "\U0001f1e6-\U0001f1ff"
EMOJI_SEQUENCE = (
    f"[{EMOJI}][\ufe0e\ufe0f]?[{SKIN}]?(?:\u200d[{EMOJI}][\ufe0e\ufe0f]?[{SKIN}]?)*+"
    f"|[{FLAG}][{FLAG}]?|[{SKIN}]|[0-9#*]\ufe0f?\u20e3"
)
"""One emoji as a person sees it: with its skin tone, joined ones as one, a flag's two letters, a keycap."""

MAX_MARKS = 6
"""Combining marks kept in a row. No living orthography stacks more; thousands in a row ("zalgo") make canonical
ordering, and so any normalisation form, quadratic."""

NO_CONTROLS = dict.fromkeys((*range(9), *range(0x0E, 0x1C), 0x7F))
"""For ``str.translate``: what INVISIBLE finds in ASCII."""
SURROGATES = "\ud800-\udfff"
SURROGATE = re.compile(f"[{SURROGATES}]")
UNSEEN = (
    # Line breaks and blanks of the C0 and C1 ranges (\t \n \v \f \r \x1c-\x1f \x85) are left for the folding below.
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
INVISIBLE = re.compile(f"[{UNSEEN}]")
IN_EMOJI = re.compile(
    # A joiner between two emoji and an emoji's presentation sign make the emoji what it is.
    f"(?:(?<=[{EMOJI}{SKIN}])|(?<=[{EMOJI}][\ufe0e\ufe0f]))\u200d(?=[{EMOJI}])|(?<=[{EMOJI}0-9#*])[\ufe0e\ufe0f]"
)
UNTIDY = re.compile(r"[^\S ]|  ")
STACKED = re.compile(f"([{MARKS}]{{{MAX_MARKS}}})[{MARKS}]+")
FANCY = (
    "\uff01-\uff5e\u249c-\u24e9\u2460-\u2468\U0001d400-\U0001d7ff\U0001f130-\U0001f149\U0001f150-\U0001f169"
    "\u1d00-\u1d22\u0262\u026a\u0274\u0280\u028f\u0299\u029c\u029f\ua730\ua731\ua7af\u01a6\ua7ae\u2100-\u214f"
)
SQUARED = "\U0001f170-\U0001f189"
# Negative squared letters are emoji one by one (blood groups, parking) and an alphabet in a row.
STYLED = re.compile(f"[{FANCY}]|[{SQUARED}](?:\ufe0f?[{SQUARED}])+\ufe0f?")
UNUSUAL = re.compile(f"[{SURROGATES}{UNSEEN}{FANCY}{SQUARED}{MARKS}]")
"""What any step of the cleaning acts on; most texts with an emoji or a curly quotation mark have none of it."""
SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢꞮƦ", "abcdefghijklmnopqrstuvwyzIR", strict=True))


def plain_letter(found: re.Match[str]) -> str:
    """The ASCII character a styled one (mathematical bold, full width, circled, small capital) stands for.

    A character that stands for none, or for several, comes back as it is.
    """
    styled = found[0]
    if len(styled) > 1:
        return "".join(chr(ord(c) - 0x1F170 + ord("A")) for c in styled if c != "\ufe0f")
    code = ord(styled)
    if styled in SMALL_CAPITALS:
        return SMALL_CAPITALS[styled]
    if 0x1F150 <= code <= 0x1F169:
        return chr(code - 0x1F150 + ord("A"))
    if 0x249C <= code <= 0x24B5:
        return chr(code - 0x249C + ord("a"))
    plain = unicodedata.normalize("NFKC", styled)
    return plain if len(plain) == 1 and plain.isascii() else styled


def clean(text: str) -> str:
    """Text as a person reads it, in NFC, fit for showing and for the tokeniser. Idempotent.

    Lone surrogates become U+FFFD (pairs become their character); letters in fancy styles ("𝗕𝗮𝗻𝘀𝗼𝘀", "ＢＡＮＳＯＳ")
    become plain; control, zero-width and direction characters go, but for the joiners inside an emoji; blanks in a row
    become one space, and line breaks in a row, with the blanks around them, one newline. The ends are trimmed. HTML is
    not looked at.
    """
    text = clean_characters(text)
    if UNTIDY.search(text):
        lines = (" ".join(line.split()) for line in text.splitlines())
        return "\n".join(line for line in lines if line)
    return text.strip()


def clean_characters(text: str) -> str:
    """``clean`` but for its folding of blanks and line breaks."""
    if text.isascii():
        return text if text.isprintable() else text.translate(NO_CONTROLS)
    if not UNUSUAL.search(text):
        return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)
    if SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = INVISIBLE.sub(keep_in_emoji, text)
    if STYLED.search(text):
        text = INVISIBLE.sub(keep_in_emoji, STYLED.sub(plain_letter, text))
    text = STACKED.sub(r"\1", text)
    if not unicodedata.is_normalized("NFC", text):
        text = STACKED.sub(r"\1", unicodedata.normalize("NFC", text))
    return text


def keep_in_emoji(found: re.Match[str]) -> str:
    """What stays of an invisible character: itself where it makes an emoji, else nothing."""
    return found[0] if IN_EMOJI.match(found.string, found.start()) else ""
