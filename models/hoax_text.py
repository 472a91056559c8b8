"""What is left of a claim when the fact-checker's words are taken out and every collection is made to look alike.

A fact-check data set gives its label away: verdict tags, lead-ins ("Akun Facebook ... mengunggah"), blocks of
explanation, quotation marks round the claim, emoji kept or dropped, links as t.co or as bare domains. All of it goes,
on both sides and by the same functions.
"""

from __future__ import annotations

import html
import re

from kentongan.text import IS_EMOJI, clean

MOST_CHARS = 280
"""Both sides are cut here at a word's end: a post of X (Twitter) could hold no more for most of the period."""

VERDICT_TAG = re.compile(
    r"[\[(<{]\s*[✘xX]?\]?\s*:?\s*(?:salah|hoa(?:x|ks)|benar|berita|fitnah|hasut|isu|klarifikasi|edukasi|(?:dis"
    r"|mis)informasi"
    r"|penipuan|scam|cek ?fakta|faktanya|keliru|sesat|menyesatkan)\b[^\])>}]{0,40}[\])>}]\s*:?",
    re.IGNORECASE,
)
BLOCK = re.compile(
    r"(?:=\s?){3,}|-{4,}|_{4,}|\b(?:PENJELASAN|HASIL PERIKSA(?: FAKTA)?|KESIMPULAN|REFERENSI|RUJUKAN|KATEGORI"
    r"|SUMBER)\b\s*:?"
    r"|\b(?:Penjelasan|Referensi|Rujukan|Kesimpulan|Hasil [Pp]eriksa|Selengkapnya|Kategori|Sumber)\s*:"
    r"|\bBerdasarkan (?:7|tujuh) [Jj]enis\b|\bPenggunaan [Ii]nformasi yang sesat\b"
)
"""From here on the checker speaks. The all-capital heads need no colon."""
ASIDE = re.compile(
    r"\((?:di ?terjemahkan|dalam (?:video|thumbnail|gambar)|di (?:post|gambar|video|komen|judul|thumbnail)|bahasa asli"
    r"|terjemahan|arsip|lihat|selengkapnya)[^)]{0,60}\)|\[(?:\.\.\.|…|arsip|\d+|sic)\]"
    r"|—\s?[^—\n]{0,60}\(@\w+\).*$|\b(?:View this post on Instagram|A post shared by|Posted by|bit\.ly/as-tbh)\b.*$"
    r"|\|\s*\*?_?infovalid.*$",
    re.IGNORECASE,
)
MADE_OF = (
    r"(?:akun|kanal|channel|pengguna|unggahan|postingan|video|foto|gambar|pesan|narasi|informasi|kabar|tautan|link"
    r"|artikel"
    r"|surat|cuitan|poster|tangkapan layar|klip|konten|twit|status)"
)
LEAD_IN = re.compile(
    rf"^\W*(?:(?:telah|kembali|sempat|sedang|baru-baru ini|belakangan)\s+)*(?:beredar|tersebar|muncul|viral di"
    rf"|ditemukan"
    rf"|terdapat|sebuah {MADE_OF}|seorang pengguna|pemilik akun|{MADE_OF} (?:facebook|fb|twitter|x|tiktok|instagram"
    rf"|youtube"
    r"|whatsapp|wa|telegram|snack|berantai|dengan|yang|berisi|dari akun)|sejak (?:senin|selasa|rabu|kamis|jumat"
    r"|sabtu|minggu)"
    r"|pada (?:tanggal )?\d|cek fakta)\b",
    re.IGNORECASE,
)
QUOTED = re.compile(r"[“\"”]([^“”\"]{20,}?)[”\"“]")
CLAIM_AFTER = re.compile(
    r"\b(?:narasi(?:nya)?(?: lengkapnya)?(?: sebagai)?(?: berikut)?|(?:dengan )?judul(?:nya)?|berjudul|bertuliskan"
    r"|isi (?:pesan|narasi)(?:nya)?|kutipan narasinya|berikut (?:ini )?(?:isi|narasi)(?:nya)?"
    r"|isinya)\s*(?:sebagai berikut|berikut)?\s*[:“\"]"
    r"|\b(?:bernarasi|meng?klaim(?:kan)? bahwa|meng?eklaim(?: bahwa)?|menyebutkan bahwa|dengan narasi|mengatakan bahwa"
    r"|dengan klaim(?: bahwa)?|narasi bahwa)\s*:?",
    re.IGNORECASE,
)
NARRATION = re.compile(r"^\W*(?:\w+ )?(?:NARASI|Narasi|narasi|KLAIM|Klaim|Isi pesan|Transkrip)\s*:\s*")

CHECKER_WORDS = re.compile(
    r"\b(?:hoa(?:x|ks|k)\w*|cek\s?fakta|fakta(?:nya)?|tidak benar|tdk benar|keliru|(?:dis|mis)informasi"
    r"|(?:meng)?klarifikasi\w*"
    r"|turnback\w*|mafindo|(?:di|meng?|mengek?)?klaim\w*|penelusuran|menyesatkan|mengatasnamakan|mencatut|dicatut"
    r"|unggahan\w*|mengunggah|diunggah|postingan (?:tersebut|itu|ini)|(?:video|foto|akun|narasi|informasi|pesan"
    r"|unggahan) (?:tersebut|itu)"
    r"|warganet|akun (?:facebook|fb|twitter|x|tiktok|instagram|youtube|whatsapp|palsu)|kanal youtube|pesan berantai"
    r"|berita (?:bohong|palsu|hoa\w+)|membantah|dibantah|bantah|suntingan|disunting|narasi\w*|beredar\w*|debunk\w*"
    r"|thumbnail"
    r"|first draft|konten (?:yang )?(?:salah|palsu|tiruan)|false context|fabricated|misleading|imposter)\b",
    re.IGNORECASE,
)
"""Words of those who check, not of those who claim. A row of either side that still has one is not used."""
CHECKED_HEADLINE = re.compile(
    r"klarifikasi|bantah|tidak|bukan|tepis|penjelasan|\bisu\b|palsu|fakta|kabar|viral|sebar|tangkap|medsos|facebook"
    r"|twitter|whatsapp|bohong|sesat|nyatakan|tegas|jelaskan|pasti|cyber|ralat|koreksi|salah|luruskan|angkat bicara"
    r"|respon|terkait|perihal|buka suara|pelintir|fake|news|\bakun\b|\bpesan\b|\btangkapan\b|atas nama|mafindo|unggah",
    re.IGNORECASE,
)
"""A checker's headline with one of these says what was found, whichever way; it is used on neither side."""
SHOWN = re.compile(
    r"^\W*(?:(?:video|foto|gambar|surat|artikel|judul|tulisan|poster|pernyataan|lowongan|link|tautan|info|informasi"
    r"|sebuah|beberapa|seorang|dokumentasi|rekaman|potongan|kumpulan|brosur)\b\W*)+",
    re.IGNORECASE,
)
"""What a checker's headline begins with: the kind of thing that was shared."""

LINK = re.compile(
    r"(?:https?\s?:\s?/\s?/|www\.|pic\.twitter\.com/|t\.co/)\S*|\b[\w-]+(?:\.[\w-]+)*\.(?:com|id|net|org|info|co|me|xyz|site"
    r"|online|app|link|be|ly|biz|gl|cc|top|my|tv|us|in|store|click|vip|club|web)(?:/\S*)?\b",
    re.IGNORECASE,
)
MENTION = re.compile(r"(?<!\w)@\s?[\w.]+")
SHORTCODE = re.compile(r":[a-z][a-z0-9_+-]{1,40}:")
PHONE = re.compile(r"\+?\d[\d\s.-]{8,}\d|\b[xX]{3,}\d*\b")
REPOST = re.compile(r"^\W*(?:RT|via|repost|copas|fwd?|forwarded)\b\W*", re.IGNORECASE)
ORNAMENT = re.compile(r"[“”\"«»„‟‘’`´*_|~•▪▶►✅✓✔●■◆→⏩=<>^{}\[\]\\#…]+|\.{2,}|-{2,}|/{2,}|[^\w\s.,!?;:%()/&'+-]")
BLANKS = re.compile(r"\s+")
ENGLISH = frozenset(("the", "of", "and", "is", "in", "to", "this", "that", "for", "with", "was", "are", "by", "have"))
SPACED_HASH = re.compile(r"#\s*(?=\w)")


def level_text(text: str) -> str:
    """The text as every collection can have it: no link, mention, emoji, number to call, ornament or quotation mark.

    At most ``MOST_CHARS`` characters, ended at a word. Case and the plain marks (. , ! ? ; : %) stay. Idempotent.
    """
    plain = clean(html.unescape(text))
    for found in (LINK, MENTION, SHORTCODE, PHONE):
        plain = found.sub(" ", plain)
    plain = IS_EMOJI.sub(" ", SPACED_HASH.sub("", plain))
    plain = BLANKS.sub(" ", ORNAMENT.sub(" ", plain)).strip()
    plain = REPOST.sub("", plain).strip(" .,;:-/()&+'")
    if len(plain) > MOST_CHARS:
        plain = plain[: MOST_CHARS + 1].rsplit(" ", 1)[0][:MOST_CHARS].strip(" .,;:-/()&+'")
    return plain


def claim_within(text: str) -> str:
    """What was claimed, out of a checker's report of it; empty where the report does not quote it."""
    quoted = max(QUOTED.findall(text), key=len, default="")
    said = [found.end() for found in CLAIM_AFTER.finditer(text)]
    if len(quoted.split()) >= 4:
        return str(quoted)
    return text[said[-1] :] if said else ""


def strip_checker(text: str) -> str:
    """The claim alone: no verdict tag, lead-in, aside or explanation. Empty where nothing of the claim is left."""
    plain = clean(html.unescape(text))
    plain = VERDICT_TAG.sub(" ", plain)
    block = BLOCK.search(plain)
    if block is not None:
        plain = plain[: block.start()]
    plain = ASIDE.sub(" ", plain).strip()
    if LEAD_IN.match(plain):
        plain = claim_within(plain)
    return NARRATION.sub("", plain).strip()


def says_checker(text: str) -> bool:
    """Whether a fact-checker's word, tag or lead-in is still there."""
    return any(
        found is not None for found in (CHECKER_WORDS.search(text), VERDICT_TAG.search(text), LEAD_IN.match(text))
    )


def is_foreign(text: str) -> bool:
    """Whether a text is mostly English: only claims are, so the language would give the label away."""
    words = text.lower().split()
    return sum(word.strip(".,!?;:()") in ENGLISH for word in words) >= max(2, 0.12 * len(words))


def strip_headline(title: str) -> str:
    """A headline as the claim it reports; empty where it says what the check found."""
    quoted = max(QUOTED.findall(title), key=len, default="")
    plain = VERDICT_TAG.sub(" ", clean(html.unescape(title)))
    if CHECKED_HEADLINE.search(plain):
        return ""
    return SHOWN.sub("", str(quoted) if len(quoted.split()) >= 4 else plain).strip()
