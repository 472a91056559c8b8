"""The fields of the query language: their names, the index fields they ask, and the values they take."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kentongan.errors import BadQuery
from kentongan.schema import ABSTAINED, KINDS, SENTIMENTS, TOPICS, UNLABELLED
from search.fields import author_key, hashtag_key, word

LABEL_ALIASES = {
    "abstain": ABSTAINED,
    "ragu": ABSTAINED,
    "belum": UNLABELLED,
    ABSTAINED: ABSTAINED,
    UNLABELLED: UNLABELLED,
}
"""Every label field also takes: the model was not sure ("ragu"), nobody has labelled it ("belum")."""

SENTIMENT_ALIASES = {"negatif": "negative", "netral": "neutral", "positif": "positive"}

TOPIC_ALIASES = {
    "pemerintahan": "government_politics",
    "politik": "government_politics",
    "hukum": "law_crime",
    "kriminal": "law_crime",
    "ekonomi": "economy_prices",
    "harga": "economy_prices",
    "kesehatan": "health",
    "pendidikan": "education",
    "infrastruktur": "infrastructure_transport",
    "transportasi": "infrastructure_transport",
    "lingkungan": "environment_disaster",
    "bencana": "environment_disaster",
    "sosial": "social_religion",
    "agama": "social_religion",
    "budaya": "culture_sport",
    "olahraga": "culture_sport",
    "teknologi": "technology",
    "lain": "other",
    "lainnya": "other",
}

KIND_ALIASES = {
    "unggahan": "post",
    "komentar": "comment",
    "artikel": "article",
    "berita": "article",
    "aduan": "complaint",
    "pengaduan": "complaint",
    "cekfakta": "factcheck",
}

REGION = re.compile(r"\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?")
"""A region code: province, regency or city, district, village."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryField:
    """What one field of the language asks."""

    fields: tuple[str, ...]
    """Index fields, any of which may hold the value."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Spelling to value, where only known values make sense; empty takes any."""


def shown(text: str) -> str:
    """A piece of a query for a message: what cannot be printed replaced, cut to 40 characters."""
    printable = "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:41])
    return printable if len(printable) <= 40 else f"{printable[:40]}..."


def spelled(values: tuple[str, ...], *aliases: Mapping[str, str]) -> dict[str, str]:
    known = {value: value for value in values}
    for more in aliases:
        known.update(more)
    return known


QUERY_FIELDS: dict[str, QueryField] = {
    "sumber": QueryField(fields=("source", "publisher")),
    "topik": QueryField(fields=("topic",), values=spelled(TOPICS, TOPIC_ALIASES, LABEL_ALIASES)),
    "sentimen": QueryField(fields=("sentiment",), values=spelled(SENTIMENTS, SENTIMENT_ALIASES, LABEL_ALIASES)),
    "hoaks": QueryField(fields=("hoax",)),
    "wilayah": QueryField(fields=("regions",)),
    "jenis": QueryField(fields=("kind",), values=spelled(KINDS, KIND_ALIASES)),
    "tagar": QueryField(fields=("hashtags",)),
    "penulis": QueryField(fields=("author_key",)),
}


def read_field(name: str, value: str, position: int) -> tuple[tuple[str, ...], str]:
    """(index fields, value to look for) of ``name:value``. ``position``: where the value stands, from 0.

    Raises BadQuery for a name or a value that does not exist.
    """
    name = name.lower()
    if name not in QUERY_FIELDS:
        known = ", ".join(f"{field}:" for field in QUERY_FIELDS)
        raise BadQuery(
            f"Bidang {shown(name)}: sebelum huruf ke-{position + 1} tidak dikenal; diharapkan salah satu dari {known}.",
            hint="Bila maksudnya kata biasa, beri spasi sesudah titik dua atau apit dengan tanda kutip.",
            position=position - len(name) - 1,
        )
    asked = QUERY_FIELDS[name]
    wanted = word(value.strip())
    if "*" in wanted:
        raise BadQuery(f"Tanda * tidak berlaku dalam {name}: (huruf ke-{position + 1}).", position=position)
    if asked.values:
        if wanted.lower() not in asked.values:
            raise BadQuery(
                f"Nilai {shown(wanted)} pada huruf ke-{position + 1} tidak ada pada {name}:; "
                f"diharapkan salah satu dari {', '.join(asked.values)}.",
                position=position,
            )
        return asked.fields, asked.values[wanted.lower()]
    return asked.fields, read_free_value(name, wanted, position)


def read_free_value(name: str, value: str, position: int) -> str:
    """The value of a field that takes any word, as it is indexed."""
    if name == "tagar":
        value = hashtag_key(value)
    elif name == "penulis":
        value = author_key(value)
    elif name == "hoaks":
        value = LABEL_ALIASES.get(value.lower(), value.lower())
    elif name == "wilayah":
        value = LABEL_ALIASES.get(value.lower(), value)
        if value not in LABEL_ALIASES.values() and not REGION.fullmatch(value):
            raise BadQuery(
                f"Setelah wilayah: pada huruf ke-{position + 1} diharapkan kode wilayah, misalnya wilayah:33.74.",
                position=position,
            )
    if not value:
        raise BadQuery(f"Setelah {name}: pada huruf ke-{position + 1} diharapkan sebuah nilai.", position=position)
    return value
