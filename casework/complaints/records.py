"""The words and records of complaints: stages, kinds, channels, and what is handed out of the tables.

| stage | means | clock |
|---|---|---|
| menunggu_verifikasi | nobody has looked at it | verification |
| diteruskan | an agency has it and has not answered | follow-up |
| diproses | the agency has given its first answer | completion |
| menunggu_pelapor | something was asked of the reporter | paused |
| dikembalikan | the agency is not responsible (*bukan wewenang*) | the rest of verification |
| selesai | answered | none |
| ditutup | answered, and rated or left by the reporter | none |
| diarsipkan | ended without an answer, with the reason | none |
| digabung | the same as another complaint, which is worked on | none |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, get_args

from kentongan.schema import require_aware

Stage = Literal[
    "menunggu_verifikasi", "diteruskan", "diproses", "menunggu_pelapor", "dikembalikan", "selesai", "ditutup",
    "diarsipkan", "digabung",
]  # fmt: skip
STAGES: tuple[Stage, ...] = get_args(Stage)
OPEN_STAGES: tuple[Stage, ...] = (
    "menunggu_verifikasi", "diteruskan", "diproses", "menunggu_pelapor", "dikembalikan",
)  # fmt: skip
"""The stages in which somebody still owes something."""
STAGE_WORDS: Mapping[Stage, str] = MappingProxyType(
    {
        "menunggu_verifikasi": "menunggu verifikasi",
        "diteruskan": "diteruskan ke instansi",
        "diproses": "diproses",
        "menunggu_pelapor": "menunggu jawaban pelapor",
        "dikembalikan": "dikembalikan (bukan wewenang)",
        "selesai": "selesai",
        "ditutup": "ditutup",
        "diarsipkan": "diarsipkan",
        "digabung": "digabung dengan aduan lain",
    }
)

ComplaintKind = Literal["pengaduan-berkadar", "pengaduan", "permintaan-informasi", "aspirasi"]
KINDS: tuple[ComplaintKind, ...] = get_args(ComplaintKind)
KIND_WORDS: Mapping[ComplaintKind, str] = MappingProxyType(
    {
        "pengaduan-berkadar": "pengaduan berkadar pengawasan",
        "pengaduan": "pengaduan tidak berkadar pengawasan",
        "permintaan-informasi": "permintaan informasi",
        "aspirasi": "aspirasi",
    }
)

ComplaintChannel = Literal[
    "lapor", "web", "whatsapp", "sms", "telepon", "unggahan", "tatap-muka", "jembatan", "lain"
]  # fmt: skip
CHANNELS: tuple[ComplaintChannel, ...] = get_args(ComplaintChannel)
CHANNEL_WORDS: Mapping[ComplaintChannel, str] = MappingProxyType(
    {
        "lapor": "SP4N-LAPOR!",
        "web": "formulir web",
        "whatsapp": "WhatsApp",
        "sms": "SMS",
        "telepon": "telepon",
        "unggahan": "unggahan di media sosial",
        "tatap-muka": "datang langsung",
        "jembatan": "sistem instansi",
        "lain": "lainnya",
    }
)

HeldReason = Literal[
    "draft", "coordinates", "status", "too-short", "no-text", "too-long", "bad-json", "bad-shape",
]  # fmt: skip
"""Why a complaint waits for a person before anybody else sees it. Held complaints never reach the store."""
HELD_WORDS: Mapping[HeldReason, str] = MappingProxyType(
    {
        "draft": "Rancangan dari sebuah unggahan; ajukan atau arsipkan.",
        "coordinates": "Koordinatnya di laut atau di luar Indonesia; periksa tempatnya.",
        "status": "Kata statusnya tidak dikenal; tetapkan tahapnya.",
        "too-short": "Isinya hanya satu kata; tanyakan lengkapnya kepada pelapor.",
        "no-text": "Kiriman tidak memuat isi aduan; aslinya disimpan.",
        "too-long": "Isinya terlalu panjang; pilih bagian yang diadukan.",
        "bad-json": "Kiriman saluran pesan tidak terbaca sebagai JSON; aslinya disimpan.",
        "bad-shape": "Kiriman saluran pesan tidak sesuai bentuk yang disepakati; aslinya disimpan.",
    }
)

OWN_PUBLISHER = "kentongan"
"""Publisher of complaints that were filed with us; their ticket is their number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A complaint as it was when read. Nothing in it says who filed it; its words are pseudonymised."""

    id: int
    number: str
    """What reporter and staff call it: "ADU-2026-000123"."""
    publisher: str
    """System it came from ("sp4n-lapor"); ``OWN_PUBLISHER`` for our own channels."""
    ticket: str
    """Its number there."""
    channel: ComplaintChannel
    document: str
    """Id of its document in the store, whether it is there or not."""
    title: str | None
    text: str
    received_at: datetime
    kind: ComplaintKind
    category: str | None
    """Code of ``kentongan.complaint_categories``, set by a person."""
    category_given: str | None
    """Category in the words of the system it came from."""
    agency: str | None
    """Code of the agency that has it."""
    region: str | None
    place: str | None
    lat: float | None
    lon: float | None
    stage: Stage
    stage_since: datetime
    clock: str | None
    """Which deadline runs: "verifikasi", "tindak_lanjut", "penyelesaian"; None where nothing is owed."""
    due_at: datetime | None
    """From when on it is *kode merah*; None where no clock runs or it is paused."""
    finished_at: datetime | None
    secret: bool
    """Whistle-blowing: read by role hukum only."""
    sample: bool
    held: HeldReason | None
    merged_into: int | None
    suggestion: Mapping[str, Any] | None
    """What the model suggests: ``{"category", "field", "agency", "model"}``; never acted on by itself."""
    rating: int | None
    """What the reporter gave the answer, 1 to 5."""
    given: Mapping[str, str]
    """What else its source said, by its names there ("klasifikasi", "instansi_induk", "status")."""
    version: int

    @property
    def is_open(self) -> bool:
        return self.stage in OPEN_STAGES

    def is_red(self, now: datetime) -> bool:
        """Whether it is *kode merah*: the deadline's working day is over."""
        return self.due_at is not None and self.due_at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintEvent:
    """One thing that happened to a complaint."""

    id: int
    at: datetime
    """When it happened; of an import, the source's own time."""
    recorded_at: datetime
    """When we learned of it."""
    act: str
    stage_from: Stage | None
    stage_to: Stage | None
    """None where the act changed no stage."""
    agency: str | None
    reason: str | None
    note: str | None
    """Words shown to the reporter."""
    actor_name: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """A complaint as it arrived, on whatever channel. ``repr`` names nobody, so that no log does."""

    channel: ComplaintChannel
    text: str = field(default="", repr=False)
    title: str | None = field(default=None, repr=False)
    received_at: datetime | None = None
    """None: now."""
    publisher: str = OWN_PUBLISHER
    ticket: str | None = None
    """Number at its own system; None for our own channels."""
    name: str = field(default="", repr=False)
    contact: str = field(default="", repr=False)
    """How the reporter wants to be told, as they wrote it."""
    address: str = field(default="", repr=False)
    """Where the channel itself would answer (a WhatsApp number)."""
    anonymous: bool = False
    """No name, no contact and no original words are kept."""
    secret: bool = False
    kind: ComplaintKind | None = None
    """None: "pengaduan"."""
    category_given: str | None = None
    agency_given: str | None = None
    """Name or code of the agency as the source says it."""
    region: str | None = None
    """Region code, where the source itself gives one."""
    place: str | None = None
    lat: float | None = None
    lon: float | None = None
    status_given: str | None = None
    """Status word of an import; None: just received."""
    status_at: datetime | None = None
    """Since when it has this status, where the source says so."""
    finished_at: datetime | None = None
    rating: int | None = None
    given: Mapping[str, str] = field(default_factory=dict)
    held: HeldReason | None = None
    raw: str | None = field(default=None, repr=False)
    """What arrived unread, of an intake that is held."""
    sample: bool = False

    def __post_init__(self) -> None:
        for name in ("received_at", "status_at", "finished_at"):
            require_aware(name, getattr(self, name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of an intake."""

    complaint: Complaint
    code: str | None = field(repr=False)
    """What the reporter needs beside the number to look it up; None where it came from another system."""
    new: bool
    """False where it was taken in before: nothing was added."""
