"""Says in Indonesian what a figure's question counts, for the annex of a paper."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from casework.figure_questions import DeskName
from casework.figure_records import DeskQuestion, Figure, Measure, StoreQuestion
from kentongan.schema import Query
from kentongan.times import format_time
from kentongan.topic_words import TOPIC_WORDS

DESK_WORDS: Final[dict[DeskName, str]] = {
    "complaints_received": "Aduan yang diterima dalam masa ini",
    "complaints_finished": "Aduan yang selesai dalam masa ini",
    "complaints_open": "Aduan yang belum berakhir pada saat ini",
    "complaints_red": "Aduan terbuka yang tenggatnya lewat pada saat ini",
    "followups_open": "Tindak lanjut yang belum dijawab instansi pada saat ini",
    "followups_overdue": "Tindak lanjut yang belum dijawab dan lewat harinya pada saat ini",
    "dangers_raised": "Kabar bahaya yang diangkat dalam masa ini",
    "dangers_unanswered": "Kabar bahaya yang belum dijawab pada saat ini",
    "incidents_open": "Insiden yang terbuka pada saat ini",
    "tips_received": "Laporan warga yang diterima dalam masa ini",
    "tips_waiting": "Laporan warga yang belum dijawab pada saat ini",
    "verdicts_decided": "Putusan yang disepakati dua orang dalam masa ini",
    "clarifications_published": "Klarifikasi yang terbit dalam masa ini",
    "indicator_value": "Nilai terbaru indikator yang tercatat sampai saat ini",
    "indicator_target": "Target indikator",
    "suspected_posts": "Unggahan yang ditandai model sebagai dugaan hoaks, tanpa kabar bahaya",
    "suspected_stories": "Cerita dari unggahan yang ditandai model",
    "growing_stories": "Cerita yang disalin dalam masa ini, tanpa kabar bahaya",
    "story_copies": "Salinan cerita yang menyebarkan, terbit dalam masa ini",
    "series_voices": "Suara deret per jam (satu akun, satu cerita, satu jam)",
    "issue_expected": "Suara yang diperkirakan dari kebiasaan deret isu",
    "issues_rising": "Isu yang berlangsung dalam masa ini",
    "rumour_links": "Rumor yang mungkin berakar pada aduan yang belum selesai, mulai dalam masa ini",
    "rumour_complaints": "Aduan yang belum selesai di balik rumor, pada saat ini",
    "clipping_items": "Butir kliping",
}
ARGUMENT_WORDS: Final = {
    "agency": "instansi", "level": "tingkat", "status": "putusan", "series": "deret", "region": "wilayah",
    "topic": "topik", "least": "paling sedikit salinan", "looked": "keadaan", "story": "cerita", "issue": "isu",
    "link": "kaitan", "clipping": "kliping", "revision": "revisi", "tone": "nada", "outlet": "media",
}  # fmt: skip
MEASURE_WORDS: Final[dict[Measure, str]] = {
    "count": "Banyak dokumen",
    "share": "Bagian dari yang berlabel",
    "share_low": "Batas bawah bagian",
    "share_high": "Batas atas bagian",
    "distinct": "Banyak nilai yang berbeda",
    "distinct_authors": "Banyak akun",
    "coverage": "Bagian pengumpulan biasa yang berjalan",
    "gap_hours": "Jam tanpa pengumpulan",
}
FIELD_WORDS: Final = {
    "text": "kata", "kinds": "jenis", "sentiments": "sentimen", "tones": "nada", "topics": "topik", "hoax": "hoaks",
    "languages": "bahasa", "sources": "sumber", "without_sources": "tanpa sumber", "publishers": "penerbit",
    "platforms": "platform", "regions": "wilayah", "authors": "penulis", "hashtags": "tagar",
    "unscored_by": "belum dinilai oleh",
}  # fmt: skip
BY_WORDS: Final = {
    "sentiment": "sentimen", "topic": "topik", "source": "sumber", "publisher": "penerbit", "region": "wilayah",
    "hashtag": "tagar", "author": "penulis", "kind": "jenis", "hoax": "hoaks", "tone": "nada", "platform": "platform",
    "language": "bahasa", "hour": "jam", "day": "hari", "sample": "contoh",
}  # fmt: skip
VALUE_WORDS: Final = {
    **TOPIC_WORDS, "post": "unggahan", "comment": "komentar", "article": "artikel", "complaint": "aduan",
    "factcheck": "cek fakta", "negative": "negatif", "neutral": "netral", "positive": "positif",
    "abstained": "model ragu", "none": "belum dibaca", "unchecked": "belum diperiksa",
    "under_review": "sedang diperiksa", "decided": "sudah ditetapkan",
}  # fmt: skip
TIMES: Final = frozenset({"since", "until", "as_of"})


def say_question(figure: Figure) -> str:
    """What the figure counts: "Bagian dari yang berlabel; sentimen: negative; jenis: post, comment"."""
    question = figure.question
    if isinstance(question, StoreQuestion):
        parts = [MEASURE_WORDS[question.measure]]
        if question.by is not None:
            parts.append(
                BY_WORDS[question.by]
                if question.label is None
                else f"{BY_WORDS[question.by]}: {say_value(question.label)}"
            )
        return "; ".join([*parts, *say_filters(question.query)])
    said = [
        f"{ARGUMENT_WORDS.get(name, name)}: {say_value(value) or '(belum ada)'}"
        for name, value in question.arguments.items()
        if name not in TIMES
    ]
    return "; ".join([DESK_WORDS[question.name], *said])


def say_value(value: object) -> str:
    """A stored value as a person reads it, where there is a word for it."""
    return VALUE_WORDS.get(str(value), str(value))


def say_filters(query: Query) -> list[str]:
    """The filters of a query that filter."""
    said = []
    for name, words in FIELD_WORDS.items():
        value: Any = getattr(query, name)
        if value:
            said.append(f"{words}: {value if isinstance(value, str) else ', '.join(map(say_value, value))}")
    return said


def time_of(figure: Figure) -> tuple[datetime | None, datetime | None]:
    """The time the figure is of; (None, moment) where it is of a moment."""
    question = figure.question
    if isinstance(question, DeskQuestion):
        arguments = question.arguments
        return read_time(arguments.get("since")), read_time(arguments.get("until") or arguments.get("as_of"))
    return question.query.since, question.query.until


def say_time(figure: Figure, *, zone: str) -> str:
    """The time or the moment the figure is of, for a person."""
    since, until = time_of(figure)
    if until is None:
        return "-"
    last = format_time(until, zone=zone)
    return last if since is None else f"{format_time(since, zone=zone)} sampai {last}"


def read_time(said: object) -> datetime | None:
    """An ISO time among a question's arguments."""
    return datetime.fromisoformat(said) if isinstance(said, str) else None
