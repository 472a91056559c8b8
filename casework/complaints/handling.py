"""What staff do with a complaint: verify, forward, send back, answer, pause, finish, archive, release, make secret."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from casework.agencies import find_agency
from casework.complaints.changing import begin_change, complete_change, require_words, whole_second
from casework.complaints.records import KINDS, Complaint, ComplaintKind, Stage
from casework.roles import Actor
from kentongan.complaint_categories import CATEGORIES
from kentongan.errors import Conflict, KentonganError, NotFound

if TYPE_CHECKING:
    from casework.deadlines import Deadlines
    from kentongan.places import Gazetteer


def verify(
    session: Session,
    complaint: int,
    *,
    actor: Actor,
    version: int,
    now: datetime,
    deadlines: Deadlines,
    kind: ComplaintKind | None = None,
    category: str | None = None,
    region: str | None = None,
    gazetteer: Gazetteer | None = None,
    via: str | None = None,
) -> Complaint:
    """Say what a complaint is; what is not given stays. A hold for a person is thereby lifted, but a draft's.

    ``region`` is checked where a gazetteer is given. Raises NotFound, NotAllowed, Conflict, and KentonganError for a
    category, kind or region that does not exist.
    """
    change = begin_change(session, complaint, act="verified", actor=actor, version=version, now=now)
    row = change.row
    if row.held == "draft":
        raise Conflict(
            f"Aduan {row.number} masih rancangan.", hint=f"Ajukan dahulu: `kentongan complaints submit {row.id}`."
        )
    if kind is not None and kind not in KINDS:
        raise KentonganError(f"Jenis aduan {kind!r} tidak dikenal.", hint=f"Yang ada: {', '.join(KINDS)}.")
    if category is not None and category not in CATEGORIES:
        raise KentonganError(f"Kategori {category!r} tidak dikenal.", hint=f"Yang ada: {', '.join(CATEGORIES)}.")
    if region is not None and gazetteer is not None and gazetteer.get(region) is None:
        raise KentonganError(f"Wilayah {region!r} tidak dikenal.", hint="Tulis kodenya, misalnya 33.74.01.")
    row.kind, row.category, row.region = kind or row.kind, category or row.category, region or row.region
    row.held = None
    detail = {"jenis": row.kind, "kategori": row.category, "wilayah": row.region}
    return complete_change(session, change, now=now, deadlines=deadlines, via=via, detail=detail)


def forward(
    session: Session,
    complaint: int,
    *,
    agency: str,
    actor: Actor,
    version: int,
    now: datetime,
    deadlines: Deadlines,
    note: str = "",
    via: str | None = None,
) -> Complaint:
    """Give a complaint to an agency (code or name). Raises NotFound, NotAllowed, Conflict."""
    change = begin_change(session, complaint, act="forwarded", actor=actor, version=version, now=now)
    found = find_agency(session, agency)
    if found is None or not found.active:
        raise NotFound(f"Instansi {agency!r} tidak ada.", hint="Daftarnya: `kentongan agencies list`.")
    if change.row.held is not None:
        raise Conflict(
            f"Aduan {change.row.number} ditahan ({change.row.held}).",
            hint=f"Periksa dan verifikasi dahulu: `kentongan complaints show {complaint}`.",
        )
    if change.row.stage in ("diteruskan", "diproses") and change.row.agency == found.code:
        raise Conflict(
            f"Aduan {change.row.number} sudah berada di {found.name}.", hint="Tidak ada yang perlu dilakukan."
        )
    change.row.agency = found.code
    words = require_words(note, what="Catatan") if note.strip() else None
    return complete_change(session, change, now=now, deadlines=deadlines, via=via, agency=found.code, note=words)


def send_back(
    session: Session,
    complaint: int,
    *,
    reason: str,
    actor: Actor,
    version: int,
    now: datetime,
    deadlines: Deadlines,
    via: str | None = None,
) -> Complaint:
    """Give a complaint back that is not this agency's (*bukan wewenang*): the verification clock runs on.

    Only before the first answer. Raises NotFound, NotAllowed, Conflict, and KentonganError without a reason.
    """
    change = begin_change(session, complaint, act="returned", actor=actor, version=version, now=now)
    words = require_words(reason, what="Alasan")
    was, change.row.agency = change.row.agency, None
    return complete_change(session, change, now=now, deadlines=deadlines, via=via, agency=was, reason=words)


def follow_up(
    session: Session,
    complaint: int,
    *,
    note: str,
    actor: Actor,
    version: int,
    now: datetime,
    deadlines: Deadlines,
    via: str | None = None,
) -> Complaint:
    """Tell the reporter what is being done: the first answer, or a further one. Raises as ``send_back``."""
    change = begin_change(session, complaint, act="followed_up", actor=actor, version=version, now=now)
    words = require_words(note, what="Tindak lanjut")
    return complete_change(session, change, now=now, deadlines=deadlines, via=via, note=words)


def wait_for_reporter(
    session: Session,
    complaint: int,
    *,
    reason: str,
    actor: Actor,
    version: int,
    now: datetime,
    deadlines: Deadlines,
    via: str | None = None,
) -> Complaint:
    """Ask the reporter for something; the clock pauses. ``reason`` is what is asked. Raises as ``send_back``."""
    change = begin_change(session, complaint, act="waiting", actor=actor, version=version, now=now)
    words = require_words(reason, what="Yang ditanyakan")
    return complete_change(session, change, now=now, deadlines=deadlines, via=via, reason=words, note=words)


def resume(
    session: Session,
    complaint: int,
    *,
    actor: Actor,
    version: int,
    now: datetime,
    deadlines: Deadlines,
    note: str = "",
    via: str | None = None,
) -> Complaint:
    """Go on where it paused; the clock runs on with what was left. Raises NotFound, NotAllowed, Conflict."""
    change = begin_change(session, complaint, act="resumed", actor=actor, version=version, now=now)
    words = require_words(note, what="Catatan") if note.strip() else None
    return complete_change(session, change, now=now, deadlines=deadlines, via=via, note=words)


def finish(
    session: Session,
    complaint: int,
    *,
    answer: str,
    actor: Actor,
    version: int,
    now: datetime,
    deadlines: Deadlines,
    via: str | None = None,
) -> Complaint:
    """End a complaint with its answer, which every reporter gets. Raises as ``send_back``."""
    change = begin_change(session, complaint, act="finished", actor=actor, version=version, now=now)
    words = require_words(answer, what="Jawaban")
    change.row.finished_at = whole_second(now)
    return complete_change(session, change, now=now, deadlines=deadlines, via=via, note=words)


def archive(
    session: Session,
    complaint: int,
    *,
    reason: str,
    actor: Actor,
    version: int,
    now: datetime,
    deadlines: Deadlines,
    via: str | None = None,
) -> Complaint:
    """End a complaint without an answer, with a reason its reporter reads. Raises as ``send_back``."""
    change = begin_change(session, complaint, act="archived", actor=actor, version=version, now=now)
    words = require_words(reason, what="Alasan")
    change.row.finished_at = whole_second(now)
    return complete_change(session, change, now=now, deadlines=deadlines, via=via, reason=words, note=words)


def release(
    session: Session,
    complaint: int,
    *,
    reason: str,
    actor: Actor,
    version: int,
    now: datetime,
    deadlines: Deadlines,
    stage: Stage | None = None,
    via: str | None = None,
) -> Complaint:
    """Lift the hold of a complaint that a person has looked at, with the stage of an unknown status word.

    Coordinates that held it are dropped. Raises as ``send_back``, Conflict also where nothing is held or a draft.
    """
    change = begin_change(session, complaint, act="released", actor=actor, version=version, now=now)
    row = change.row
    if row.held in (None, "draft"):
        raise Conflict(f"Aduan {row.number} tidak ditahan.", hint="Yang ditahan: `kentongan complaints list --held`.")
    if stage == "digabung":
        raise KentonganError(
            "Tahap digabung hanya lewat penggabungan.", hint="Lihat `kentongan complaints merge --help`."
        )
    words = require_words(reason, what="Alasan")
    was, row.held = row.held, None
    if was == "coordinates":
        row.lat = row.lon = None
    moved = stage if stage not in (None, row.stage) else None
    if moved in ("selesai", "ditutup", "diarsipkan"):
        row.finished_at = row.finished_at or whole_second(now)
    detail = {"tahanan": was}
    return complete_change(
        session, change, now=now, deadlines=deadlines, via=via, to=moved, reason=words, detail=detail
    )


def mark_secret(
    session: Session,
    complaint: int,
    *,
    actor: Actor,
    version: int,
    now: datetime,
    deadlines: Deadlines,
    reason: str,
    secret: bool = True,
    via: str | None = None,
) -> Complaint:
    """Make a complaint secret; from then on role hukum alone knows of it, and only they can lift it.

    Its document leaves the store with the next ``index_complaints``. Raises as ``send_back``.
    """
    change = begin_change(session, complaint, act="secret", actor=actor, version=version, now=now)
    if change.row.secret == secret:
        said = "sudah rahasia" if secret else "tidak rahasia"
        raise Conflict(f"Aduan {change.row.number} {said}.", hint="Tidak ada yang perlu dilakukan.")
    words = require_words(reason, what="Alasan")
    change.row.secret = secret
    detail = {"rahasia": secret}
    return complete_change(session, change, now=now, deadlines=deadlines, via=via, reason=words, detail=detail)
