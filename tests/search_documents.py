"""Documents for the tests of both stores: a small invented world, the same on every run, full of awkward cases."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kentongan.schema import (
    KINDS,
    SENTIMENTS,
    TOPICS,
    Annotation,
    Document,
    Engagement,
    Gap,
    Observation,
    RawPointer,
    Revision,
    Task,
    document_id,
    newest_revision,
    revision_hash,
)
from search.store import Store

FIRST_DAY = datetime(2026, 11, 1, tzinfo=UTC)

WORDS = (
    "banjir", "jalan", "rusak", "lampu", "padam", "warga", "kecamatan", "randu", "pasar", "beras", "harga", "naik",
    "turun", "bansos", "hoaks", "kabar", "benar", "bohong", "bupati", "dinas", "kesehatan", "puskesmas", "antre",
    "air", "bersih", "sungai", "meluap", "longsor", "hujan", "deras", "sekolah", "guru", "murid", "festival",
    "gratis", "kuota", "daftar", "segera", "tolong", "petugas", "cepat", "lambat", "bagus", "jelek", "mantap",
    "kecewa", "senang", "marah", "takut",
)  # fmt: skip

SLANG = (
    "yg", "gak", "bgt", "bangetttt", "anak2", "udah", "blm", "tdk", "sy", "gmn", "dgn", "krn", "org2", "mantuuul",
)  # fmt: skip

ODD = (
    "1.284", "jum'at", "Jum'at", "🔥", "😭😭", "👍🏽", "#BanjirTirtamaya", "#bansos", "@pemkab_tirtamaya", "Rp12.500",
    "https://contoh.example/berita?id=7&a=b", "ke-2", "COVID-19", "A*B", "50%", "NOT", "dan", "C++", "pagi/malam",
    "naïve", "İstanbul", "ＦＵＬＬ", "\u200bsembunyi", "e\u0301", "🇮🇩",
)  # fmt: skip

REGIONS = (None, "99.01.01", "99.01.02", "99.01.12", "99.01", "99.02.01", "99", "9.01", "990.1")
"""Codes that start alike but do not lie in one another stand beside those that do."""

SOURCES = ("kabar-tirtamaya", "warta-randu", "linimasa", "lapor")
PUBLISHERS = ("kabar.example", "warta.example", "sosial.example", "sp4n-lapor")
PLATFORMS = ("web", "mastodon", "complaints")
AUTHORS = (None, "sari", "Budi Wibowo", "akun_123", "sari 🌸", "Ñandú")

MODELS: dict[Task, tuple[str, str]] = {"sentiment": ("linear", "1"), "topic": ("linear", "1"), "tone": ("linear", "1")}
"""The models that ``fill`` makes current; version 2 speaks too, but does not count."""


@dataclass(frozen=True, slots=True)
class World:
    """What a store of the contract test holds."""

    documents: tuple[Document, ...]
    observations: tuple[Observation, ...]
    annotations: tuple[Annotation, ...]
    gaps: tuple[Gap, ...]


def make_document(number: int, **changes: object) -> Document:
    """A plain post; ``number`` makes its id and its minute."""
    values: dict[str, object] = {
        "id": document_id("sosial.example", str(number)),
        "kind": "post",
        "publisher": "sosial.example",
        "platform": "mastodon",
        "native_key": str(number),
        "source": "linimasa",
        "text": f"kabar nomor {number}",
        "published_at": FIRST_DAY + timedelta(minutes=number),
        "collected_at": FIRST_DAY + timedelta(days=20),
    }
    return Document(**{**values, **changes})  # type: ignore[arg-type]


def make_label(document: Document, task: Task, value: str | None, **changes: object) -> Annotation:
    """What the model "linear" 1 says about a document's first words."""
    values: dict[str, object] = {
        "document": document.id,
        "task": task,
        "value": value,
        "by": "linear",
        "version": "1",
        "at": FIRST_DAY + timedelta(days=21),
        "revision": revision_hash(document.title, document.text),
    }
    return Annotation(**{**values, **changes})  # type: ignore[arg-type]


def make_change(document: Document, text: str, **changes: object) -> Observation:
    """A visit that found other words."""
    values: dict[str, object] = {
        "document": document.id,
        "at": FIRST_DAY + timedelta(days=20, hours=1),
        "state": "changed",
        "revision": Revision(hash=revision_hash(document.title, text), title=document.title, text=text),
    }
    return Observation(**{**values, **changes})  # type: ignore[arg-type]


def make_text(chance: random.Random) -> str:
    """A sentence of ordinary words, slang and oddities, with an occasional immediate repetition."""
    words = [
        chance.choice(WORDS) if chance.random() < 0.7 else chance.choice(SLANG if chance.random() < 0.5 else ODD)
        for _ in range(chance.randint(1, 14))
    ]
    if chance.random() < 0.3:
        words.insert(0, words[0])
    return " ".join(words).capitalize() + chance.choice(["", ".", "!!!", " 🙏"])


def make_time(chance: random.Random) -> datetime:
    """A moment of fourteen days; often the last or first minute of a day in one of the three zones."""
    day = FIRST_DAY + timedelta(days=chance.randint(0, 13))
    kind = chance.random()
    if kind < 0.15:
        return day + timedelta(hours=24 - chance.choice([7, 8, 9]), minutes=chance.choice([-1, 0]))
    if kind < 0.25:
        return FIRST_DAY + timedelta(days=3, hours=4)
    return day + timedelta(milliseconds=chance.randint(0, 86_399_999))


def build_documents(chance: random.Random, count: int) -> list[Document]:
    documents = []
    for number in range(count):
        kind = chance.choice(KINDS)
        documents.append(
            make_document(
                number,
                kind=kind,
                publisher=chance.choice(PUBLISHERS),
                platform=chance.choice(PLATFORMS),
                source=chance.choice(SOURCES),
                text=make_text(chance),
                title=make_text(chance) if kind in ("article", "factcheck") else None,
                published_at=make_time(chance),
                author=chance.choice(AUTHORS),
                hashtags=tuple(chance.sample(["banjir", "bansos", "tirtamaya", "jum'at"], chance.randint(0, 3))),
                region=chance.choice(REGIONS) if chance.random() < 0.5 else None,
                place="Kecamatan Randu" if chance.random() < 0.2 else None,
                url=f"https://kabar.example/{number}",
                published_raw="Kamis, 12/11/2026 10:15 WIB",
                language="id" if chance.random() < 0.3 else None,
                links=("https://contoh.example/a",) if chance.random() < 0.2 else (),
                facts={"status": "selesai", "aneh.kunci": 'kutip " dan \\ garis'} if kind == "complaint" else {},
                raw=RawPointer(file="2026/11/01.warc.gz", offset=number * 1000) if chance.random() < 0.5 else None,
                sample=chance.random() < 0.1,
            )
        )
    return documents


def build_observations(chance: random.Random, documents: list[Document]) -> list[Observation]:
    seen = []
    for document in chance.sample(documents, len(documents) // 3):
        at = FIRST_DAY + timedelta(days=20)
        for _ in range(chance.randint(1, 3)):
            at += timedelta(hours=chance.randint(1, 30))
            state = chance.choice(["unchanged", "changed", "moved", "gone", "private"])
            likes = Engagement(likes=chance.randint(0, 99), views=None) if chance.random() < 0.5 else None
            if state == "changed":
                seen.append(make_change(document, make_text(chance), at=at, engagement=likes))
            else:
                moved = "https://kabar.example/pindah" if state == "moved" else None
                seen.append(
                    Observation(document=document.id, at=at, state=state, engagement=likes, moved_to=moved)  # type: ignore[arg-type]
                )
    chance.shuffle(seen)
    return seen


def build_annotations(
    chance: random.Random, documents: list[Document], observations: list[Observation]
) -> list[Annotation]:
    said = []
    for document in documents:
        newest = newest_revision(document, [o for o in observations if o.document == document.id]).hash
        task: Task
        for task, labels in (("sentiment", SENTIMENTS), ("topic", TOPICS), ("hoax", ("hoax", "none-found"))):
            for version in ("1", "2"):
                if chance.random() < 0.6:
                    revision = newest if chance.random() < 0.9 else revision_hash(document.title, document.text)
                    value, sure = chance.choice(labels), chance.random() < 0.85
                    spread = {label: 1 / len(labels) for label in labels}
                    value_or_none = value if sure or chance.random() < 0.5 else None
                    said.append(
                        make_label(
                            document, task, value_or_none, version=version, revision=revision, abstained=not sure,
                            probabilities=spread, at=FIRST_DAY + timedelta(days=22, hours=int(version)),
                        )
                    )  # fmt: skip
            if chance.random() < 0.1:
                for minute in range(chance.randint(1, 2)):
                    at = FIRST_DAY + timedelta(days=23, minutes=minute)
                    said.append(
                        make_label(
                            document, task, chance.choice(labels), by="analis-1", version=None, revision=None, at=at
                        )
                    )
        if chance.random() < 0.4:
            code = chance.choice(["99.01.01", "99.01.03", "99.02.01"]) if chance.random() < 0.8 else None
            said.append(make_label(document, "region", code, by="gazetteer", abstained=code is None, revision=newest))
        if chance.random() < 0.2:
            said.append(make_label(document, "language", chance.choice(["id", "jv", "su"]), revision=newest))
    chance.shuffle(said)
    return said


def build_world(count: int = 300, *, seed: int = 7) -> World:
    """``count`` documents with what was learned about them, equal for equal arguments."""
    chance = random.Random(seed)
    documents = build_documents(chance, count)
    observations = build_observations(chance, documents)
    annotations = build_annotations(chance, documents, observations)
    gaps = tuple(
        Gap(
            source=chance.choice(SOURCES),
            since=(since := FIRST_DAY + timedelta(hours=chance.randint(0, 300))),
            until=since + timedelta(hours=chance.randint(0, 30)),
            reason=f"server menjawab {chance.choice([500, 503])}",
        )
        for _ in range(12)
    )
    return World(tuple(documents), tuple(observations), tuple(annotations), gaps)


def fill(store: Store, world: World) -> None:
    """Put the world into a store, make MODELS current, and wait until searches see it."""
    store.add(world.documents)
    store.observe(world.observations)
    for task, (model, version) in MODELS.items():
        store.use_model(task, model, version)
    store.annotate(world.annotations)
    store.add_gaps(world.gaps)
    store.refresh()
