"""What the tests of evidence share: records to secure with their archived answers, and people who act."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from casework_fixtures import NOW
from kentongan_documents import make_document

from casework.db import Casework
from casework.roles import Actor, Role
from crawlers.archive import Archive, Sent
from crawlers.kinds import Answer
from evidence.cases.securing import secure_document
from evidence.objects import Objects
from evidence.records import Case, CaseDocument
from kentongan.schema import Annotation, Observation, Record, Revision, newest_revision, revision_hash

PURPOSE = "Memeriksa hoaks bansos yang merugikan warga"
REASON = "Diminta penyidik lewat surat nomor 12."


def archived(folder: Path, number: int = 0, *, sample: bool = False, changed: bool = False) -> Record:
    """A post with one label, whose answer (with ``changed`` also that of its changed words) lies in the archive."""
    document = make_document(number, sample=sample)
    answers = [
        Answer(
            url=f"https://sosial.example/{number}?versi={version}", status=200,
            headers=(("Content-Type", "text/html"),), body=f"<p>{document.text} {version}</p>".encode() * 50,
            at=NOW + timedelta(minutes=version),
        )
        for version in range(4)
    ]  # fmt: skip
    with Archive(folder, run="uji", now=NOW) as archive:
        # The document's own answers stand between those of others, as they do in a crawl.
        raws = [archive.write_response(one, sent=Sent(url=one.url)) for one in answers]
    document = replace(document, raw=raws[1])
    text = f"{document.text} (disunting)"
    revision = Revision(hash=revision_hash(None, text), text=text, raw=raws[3])
    observations = (Observation(document=document.id, at=NOW + timedelta(hours=1), state="changed", revision=revision),)
    newest = newest_revision(document, observations if changed else ())
    label = Annotation(
        document=document.id, task="sentiment", value="negative", by="linear", version="1", at=NOW,
        probabilities={"negative": 0.9, "neutral": 0.1, "positive": 0.0}, revision=newest.hash,
    )  # fmt: skip
    return Record(
        document=document, newest=newest, observations=observations if changed else (), annotations=(label,),
        labels={"sentiment": label},
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceDesk:
    """A casework with people, an archive and objects, and short words for what tests do with them."""

    casework: Casework
    staff: dict[Role, Actor]
    folder: Path

    @property
    def objects(self) -> Objects:
        return Objects(self.folder / "objects")

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    def open(self, title: str = "Bansos palsu", **more: bool) -> Case:
        from evidence.cases import open_case

        with self.casework.begin() as session:
            return open_case(session, title=title, purpose=PURPOSE, actor=self.staff["hukum"], now=NOW, **more)

    def secure(self, record: Record, *, case: str | None = None, role: Role = "analis") -> CaseDocument:
        with self.casework.begin() as session:
            return secure_document(
                session, record, objects=self.objects, archive_dir=self.archive, case=case, actor=self.staff[role],
                now=NOW, pictures_dir=self.folder / "gambar",
            )  # fmt: skip

    def cases(self) -> list[Case]:
        from evidence.cases import list_cases

        with self.casework.read() as session:
            return list_cases(session)

    def acts(self, case: str) -> list[str]:
        from evidence.cases.custody import read_chain

        with self.casework.read() as session:
            return [entry.act for entry in read_chain(session, case)]
