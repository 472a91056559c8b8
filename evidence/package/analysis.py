"""The machine's side of a package: labels with the models that gave them, the story, its spread, matching fact-checks.

A model suspects, persons decide: nothing in here is a finding. Who moved together is never part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from sqlalchemy.orm import Session

from casework.spread import StorySpread, find_factchecks, read_spread
from casework.stories import find_story
from evidence.package.contents import SecuredFacts
from kentongan.errors import KentonganError
from kentongan.schema import Annotation, Document
from models.card import Card
from models.linear import CONFIG_FILE, BadModel
from models.registry import WEIGHTS, find_model, read_card
from search.store import Store

WORDING = (
    "Model menduga, orang memutuskan. Label, peluang, dan kecocokan di berkas ini adalah dugaan mesin dan bukan dasar "
    "putusan; putusan dua orang ada di keputusan.json. Angka penyebaran hanya tentang koleksi kami."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What models and counts say about a case."""

    analysis: dict[str, object]
    """The content of ``data/analisis.json``."""
    factchecks: tuple[Document, ...] = field(default=())
    """Fact-checks of the same claim, by the matcher's band."""


def gather_findings(
    store: Store | None,
    session: Session,
    facts: Sequence[SecuredFacts],
    *,
    models_dir: Path | None,
    zone: str,
    now: datetime,
) -> Findings:
    """Everything machines said of these documents, as secured; the spread and the matches as the store has them now.

    Without a store, or where a story cannot be read from it, the file says so instead. Raises Retry where the store is
    away.
    """
    stories: list[dict[str, object]] = []
    checks: dict[str, Document] = {}
    for story, documents in group_by_story(session, facts).items():
        if store is None:
            stories.append({"story": story, "documents": documents, "tidak_dihitung": "tanpa koleksi"})
            continue
        text = next(one.text for one in facts if one.document == documents[0])
        matched = find_factchecks(store, text)
        for record in store.get([one.id for one in matched]):
            if record is not None:
                checks[record.document.id] = record.document
        spread = read_spread(store, session, story, now=now, zone=zone, factchecks=matched)
        stories.append({"documents": documents, **describe_spread(spread)})
    labels = [label for one in facts for label in one.labels.values()]
    analysis: dict[str, object] = {
        "format": 1,
        "keterangan": WORDING,
        "dihitung_pada": now.astimezone(UTC),
        "model": describe_models(labels, models_dir=models_dir),
        "label": [describe_labels(one) for one in facts],
        "cerita": stories,
        "cek_fakta": [{"id": one.id, "judul": one.title, "alamat": one.url} for one in checks.values()],
    }
    return Findings(analysis=analysis, factchecks=tuple(checks.values()))


def group_by_story(session: Session, facts: Iterable[SecuredFacts]) -> dict[str, list[str]]:
    """Story to the documents of the case in it, both in the case's order; documents in no story are left out."""
    found: dict[str, list[str]] = {}
    for one in facts:
        story = find_story(session, one.document)
        if story is not None:
            found.setdefault(story, []).append(one.document)
    return found


def describe_labels(one: SecuredFacts) -> dict[str, object]:
    """The labels of one document that counted when it was secured, each with who gave it and how sure it was."""
    return {
        "document": one.document,
        "labels": [
            {
                "task": label.task,
                "value": label.value,
                "abstained": label.abstained,
                "probabilities": label.probabilities,
                "by": label.by,
                "version": label.version,
                "oleh": "orang" if label.by_person else "model",
                "at": label.at.astimezone(UTC),
            }
            for _, label in sorted(one.labels.items())
        ],
    }


def describe_models(labels: Iterable[Annotation], *, models_dir: Path | None) -> list[dict[str, object]]:
    """Each model that gave a label, with the digests of its weights where that very version is still installed."""
    named = sorted({(label.by, label.version) for label in labels if label.version is not None})
    return [
        {"model": name, "version": version, **weights_of(name, version, models_dir=models_dir)}
        for name, version in named
    ]


def weights_of(name: str, version: str, *, models_dir: Path | None) -> Mapping[str, object]:
    """SHA-256 of the model's files by name, from its card; None with the reason where it is not to be had.

    A cascade has no weights of its own, so those of the two models it asks stand beside it.
    """
    try:
        card = read_card(name, root=WEIGHTS, local=models_dir)
        if card.version != version:
            return {"sha256": None, "tidak_diketahui": f"Versi yang terpasang sekarang {card.version}."}
        parts = [read_card(part, root=WEIGHTS, local=models_dir) for part in parts_of(card, models_dir=models_dir)]
    except KentonganError as error:
        return {"sha256": None, "tidak_diketahui": str(error)}
    made_of = [{"model": part.name, "version": part.version, "sha256": dict(part.sha256)} for part in parts]
    return {"sha256": dict(card.sha256), **({"terdiri_dari": made_of} if made_of else {})}


class CascadeParts(msgspec.Struct, frozen=True):
    """The models a cascade asks, as its configuration names them."""

    linear: str
    encoder: str


def parts_of(card: Card, *, models_dir: Path | None) -> tuple[str, ...]:
    """Names of the models a cascade asks; nothing for any other kind. Raises BadModel where it cannot be read."""
    if card.kind != "cascade":
        return ()
    folder = find_model(card.name, root=WEIGHTS, local=models_dir)
    try:
        parts = msgspec.json.decode((folder / CONFIG_FILE).read_bytes(), type=CascadeParts)
    except (OSError, msgspec.MsgspecError) as error:
        raise BadModel(f"Model {card.name} tidak terbaca: {error}.", hint="Pasang ulang model itu.") from error
    return parts.linear, parts.encoder


def describe_spread(found: StorySpread) -> dict[str, object]:
    """The spread in figures; no account is named."""
    spread = found.spread
    return {
        "story": found.story,
        "centre": found.centre,
        "salinan": spread.copies,
        "bukan_salinan": dict(spread.others),
        "ditambahkan_tangan": spread.by_hand,
        "akun": spread.accounts,
        "platform": spread.platforms,
        "pertama_per_platform": [
            {
                "platform": first.platform,
                "document": first.document,
                "published_at": first.published_at.astimezone(UTC),
                "collected_at": first.collected_at.astimezone(UTC),
            }
            for first in spread.first_by_platform
        ],
        "tidak_terkumpul": [
            {"source": gap.source, "since": gap.since, "until": gap.until, "reason": gap.reason} for gap in spread.gaps
        ],
        "dokumen_sudah_tidak_disimpan": found.missing,
    }
