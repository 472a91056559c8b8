"""Who may do what: the one table that permissions, documentation and tests come from.

A page may hide what a person cannot do, but the refusal is here: every function that changes something takes its actor
and calls ``casework.access.authorise``, which ends in ``require``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from kentongan.errors import NotAllowed

Role = Literal["analis", "pimpinan", "hukum", "peneliti", "petugas", "admin"]
"""The roles a person can have: media analyst, leadership, legal staff, researcher, complaint officer of an agency,
administrator."""

ROLES: tuple[Role, ...] = get_args(Role)

Holder = Role | Literal["sistem"]
"""Who an act is granted to: a role, or the system itself (see ``SYSTEM``)."""

Action = Literal[
    "people.manage", "audit.read", "jobs.start", "jobs.cancel", "jobs.cancel_others", "sources.manage",
    "stories.change", "verdicts.review", "verdicts.decide", "verdicts.withdraw",
    "tips.enter", "tips.read_reporter", "tips.answer", "tips.forget", "clarifications.publish",
    "cases.open", "cases.secure", "cases.read", "cases.change", "cases.hold",
    "evidence.answer", "evidence.build", "evidence.redact", "evidence.transfer", "evidence.stamp",
    "complaints.enter", "complaints.verify", "complaints.handle", "complaints.merge", "complaints.read_reporter",
    "complaints.read_secret", "complaints.export", "complaints.forget", "complaints.send", "agencies.manage",
    "deadlines.letter", "deadlines.sign", "deadlines.escalate", "bridges.run", "indicators.enter",
    "incidents.open", "incidents.work", "incidents.close", "incidents.read_caller", "incidents.forget",
    "dangers.raise", "dangers.answer",
    "followups.assign", "followups.answer", "followups.remind", "clarifications.draft", "clarifications.approve",
    "decisions.record", "reports.make", "opendata.export",
    "issues.update", "searches.save", "alerts.rule", "alerts.run",
    "alerts.handle", "alerts.send", "clippings.make", "clippings.correct",
    "clippings.issue", "briefings.make", "briefings.edit", "briefings.sign",
    "rumours.update", "rumours.judge",
    "labels.queue", "labels.give", "labels.settle", "labels.export",
    "models.use", "wall.manage", "wall.announce", "posts.enter", "posts.export",
    "authors.search", "authors.mark", "store.prune",
]  # fmt: skip
"""The acts that are guarded."""

ACTIONS: dict[Action, frozenset[Holder]] = {
    "people.manage": frozenset({"admin", "sistem"}),
    "audit.read": frozenset({"admin", "sistem"}),
    "jobs.start": frozenset({"admin", "analis", "peneliti", "sistem"}),
    "jobs.cancel": frozenset({"admin", "analis", "peneliti", "sistem"}),
    "jobs.cancel_others": frozenset({"admin", "sistem"}),
    "sources.manage": frozenset({"admin", "sistem"}),
    "stories.change": frozenset({"analis", "hukum"}),
    "verdicts.review": frozenset({"analis", "hukum"}),
    "verdicts.decide": frozenset({"analis", "hukum"}),
    "verdicts.withdraw": frozenset({"analis", "hukum"}),
    "tips.enter": frozenset({"analis", "hukum", "petugas", "admin", "sistem"}),
    "tips.read_reporter": frozenset({"analis", "hukum", "petugas"}),
    "tips.answer": frozenset({"analis", "hukum", "petugas"}),
    "tips.forget": frozenset({"admin", "sistem"}),
    "clarifications.publish": frozenset({"analis", "pimpinan"}),
    "cases.open": frozenset({"analis", "hukum"}),
    "cases.secure": frozenset({"analis", "hukum", "petugas"}),
    "cases.read": frozenset({"analis", "hukum", "admin"}),
    "cases.change": frozenset({"analis", "hukum"}),
    "cases.hold": frozenset({"hukum"}),
    "evidence.answer": frozenset({"hukum"}),
    "evidence.build": frozenset({"hukum"}),
    "evidence.redact": frozenset({"hukum"}),
    "evidence.transfer": frozenset({"hukum"}),
    "evidence.stamp": frozenset({"admin", "hukum", "sistem"}),
    "complaints.enter": frozenset({"analis", "petugas", "admin", "sistem"}),
    "complaints.verify": frozenset({"analis", "petugas"}),
    "complaints.handle": frozenset({"petugas"}),
    "complaints.merge": frozenset({"analis", "petugas"}),
    "complaints.read_reporter": frozenset({"petugas"}),
    "complaints.read_secret": frozenset({"hukum"}),
    "complaints.export": frozenset({"analis", "petugas", "admin", "sistem"}),
    "complaints.forget": frozenset({"admin", "sistem"}),
    "complaints.send": frozenset({"admin", "petugas", "sistem"}),
    "agencies.manage": frozenset({"admin", "sistem"}),
    "deadlines.letter": frozenset({"petugas", "pimpinan"}),
    "deadlines.sign": frozenset({"pimpinan"}),
    "deadlines.escalate": frozenset({"petugas", "pimpinan", "sistem"}),
    "bridges.run": frozenset({"admin", "sistem"}),
    "indicators.enter": frozenset({"admin", "petugas", "sistem"}),
    "incidents.open": frozenset({"analis", "petugas", "pimpinan", "admin", "sistem"}),
    "incidents.work": frozenset({"analis", "petugas", "pimpinan", "admin"}),
    "incidents.close": frozenset({"pimpinan", "petugas"}),
    "incidents.read_caller": frozenset({"petugas"}),
    "incidents.forget": frozenset({"admin", "sistem"}),
    "dangers.raise": frozenset({"analis", "petugas", "sistem"}),
    "dangers.answer": frozenset({"petugas", "pimpinan"}),
    "followups.assign": frozenset({"analis", "hukum", "pimpinan"}),
    "followups.answer": frozenset({"analis", "hukum", "petugas", "pimpinan"}),
    "followups.remind": frozenset({"analis", "hukum", "pimpinan", "sistem"}),
    "clarifications.draft": frozenset({"analis"}),
    "clarifications.approve": frozenset({"pimpinan"}),
    "decisions.record": frozenset({"pimpinan"}),
    "reports.make": frozenset({"analis", "petugas", "pimpinan", "admin", "sistem"}),
    "opendata.export": frozenset({"admin", "petugas", "sistem"}),
    "issues.update": frozenset({"admin", "analis", "sistem"}),
    "searches.save": frozenset({"analis", "hukum", "peneliti", "petugas", "pimpinan"}),
    "alerts.rule": frozenset({"admin", "analis", "petugas"}),
    "alerts.run": frozenset({"admin", "analis", "sistem"}),
    "alerts.handle": frozenset({"admin", "analis", "hukum", "petugas", "pimpinan"}),
    "alerts.send": frozenset({"admin", "sistem"}),
    "clippings.make": frozenset({"analis", "sistem"}),
    "clippings.correct": frozenset({"analis"}),
    "clippings.issue": frozenset({"analis"}),
    "briefings.make": frozenset({"analis", "pimpinan", "sistem"}),
    "briefings.edit": frozenset({"analis", "pimpinan"}),
    "briefings.sign": frozenset({"pimpinan"}),
    "rumours.update": frozenset({"admin", "analis", "sistem"}),
    "rumours.judge": frozenset({"analis", "hukum"}),
    "labels.queue": frozenset({"analis", "peneliti", "sistem"}),
    "labels.give": frozenset({"analis", "peneliti"}),
    "labels.settle": frozenset({"analis", "peneliti"}),
    "labels.export": frozenset({"peneliti", "sistem"}),
    "models.use": frozenset({"peneliti", "admin", "sistem"}),
    "wall.manage": frozenset({"admin", "sistem"}),
    "wall.announce": frozenset({"admin", "analis", "pimpinan"}),
    "posts.enter": frozenset({"admin", "analis", "hukum", "petugas", "sistem"}),
    "posts.export": frozenset({"admin", "analis", "hukum", "peneliti", "sistem"}),
    "authors.search": frozenset({"analis", "hukum"}),
    "authors.mark": frozenset({"admin", "analis", "hukum"}),
    "store.prune": frozenset({"admin", "sistem"}),
}
"""Act: who may do it. An act that is missing here cannot be done by anybody."""

ACTION_WORDS: dict[Action, str] = {
    "people.manage": "mengelola pengguna",
    "audit.read": "membaca catatan audit",
    "jobs.start": "memulai pekerjaan",
    "jobs.cancel": "membatalkan pekerjaan sendiri",
    "jobs.cancel_others": "membatalkan pekerjaan orang lain",
    "sources.manage": "mengelola sumber",
    "stories.change": "menggabungkan dan memisahkan cerita",
    "verdicts.review": "membuka pemeriksaan sebuah cerita",
    "verdicts.decide": "menetapkan putusan atas sebuah cerita",
    "verdicts.withdraw": "mencabut putusan",
    "tips.enter": "memasukkan laporan dugaan hoaks",
    "tips.read_reporter": "melihat siapa yang melapor",
    "tips.answer": "menjawab pelapor",
    "tips.forget": "menghapus data pelapor yang masanya lewat",
    "clarifications.publish": "menyatakan klarifikasi sudah terbit",
    "cases.open": "membuka kasus",
    "cases.secure": "mengamankan unggahan dan tangkapan ke sebuah kasus",
    "cases.read": "membaca kasus",
    "cases.change": "menutup, membuka kembali, dan mencatat pada kasus",
    "cases.hold": "menahan kasus dan melepaskan tahanannya",
    "evidence.answer": "menjawab pertanyaan hukum sebuah kasus",
    "evidence.build": "membuat paket bukti",
    "evidence.redact": "membuat salinan yang disunting",
    "evidence.transfer": "menyerahkan paket bukti",
    "evidence.stamp": "membubuhkan cap waktu pada rantai penjagaan",
    "complaints.enter": "memasukkan aduan",
    "complaints.verify": "memverifikasi, meneruskan, dan mengembalikan aduan",
    "complaints.handle": "menindaklanjuti, menunda, dan menyelesaikan aduan",
    "complaints.merge": "menggabungkan aduan yang sama",
    "complaints.read_reporter": "melihat siapa yang mengadu",
    "complaints.read_secret": "membaca laporan rahasia (whistle-blowing)",
    "complaints.export": "mengekspor aduan",
    "complaints.forget": "menghapus data pengadu yang masanya lewat",
    "complaints.send": "mengirim kabar kepada pengadu",
    "agencies.manage": "mengelola daftar instansi",
    "deadlines.letter": "membuat draf surat teguran",
    "deadlines.sign": "menyetujui surat teguran",
    "deadlines.escalate": "menaikkan aduan yang lewat tenggat",
    "bridges.run": "mengambil data dari sistem instansi",
    "indicators.enter": "memasukkan indikator",
    "incidents.open": "membuka insiden",
    "incidents.work": "mencatat dan membagi tugas dalam insiden",
    "incidents.close": "menutup insiden",
    "incidents.read_caller": "melihat siapa yang meminta pertolongan",
    "incidents.forget": "menghapus data pemanggil yang masanya lewat",
    "dangers.raise": "meminta instansi memastikan kabar bahaya",
    "dangers.answer": "menjawab kabar bahaya",
    "followups.assign": "menugaskan, menilai, dan menutup tindak lanjut",
    "followups.answer": "menjawab tindak lanjut",
    "followups.remind": "mengingatkan instansi akan tindak lanjut",
    "clarifications.draft": "menyusun klarifikasi",
    "clarifications.approve": "menyetujui klarifikasi",
    "decisions.record": "mencatat keputusan",
    "reports.make": "membuat laporan evaluasi",
    "opendata.export": "menerbitkan data terbuka",
    "issues.update": "memperbarui hitungan suara dan isu",
    "searches.save": "menyimpan pencarian",
    "alerts.rule": "membuat dan mengubah aturan peringatan",
    "alerts.run": "menjalankan aturan peringatan",
    "alerts.handle": "menangani peringatan",
    "alerts.send": "mengirim pemberitahuan peringatan",
    "clippings.make": "menyusun kliping",
    "clippings.correct": "membetulkan kliping",
    "clippings.issue": "menerbitkan kliping",
    "briefings.make": "menyusun nota dinas harian",
    "briefings.edit": "membetulkan nota dinas harian",
    "briefings.sign": "menandatangani nota dinas harian",
    "rumours.update": "mencari aduan di balik rumor",
    "rumours.judge": "menilai kaitan rumor dengan aduan",
    "labels.queue": "menyusun antrean pelabelan",
    "labels.give": "melabeli teks",
    "labels.settle": "memutus label yang berbeda",
    "labels.export": "mengekspor label",
    "models.use": "memilih model yang dipakai",
    "wall.manage": "mengelola layar dinding",
    "wall.announce": "menulis pengumuman di dinding",
    "posts.enter": "memasukkan unggahan dengan tangan",
    "posts.export": "mengekspor unggahan",
    "authors.search": "mencari menurut akun",
    "authors.mark": "menandai akun publik",
    "store.prune": "menghapus dokumen yang masanya lewat",
}
"""Each act as a person reads it."""

ROLE_WORDS: dict[Holder, str] = {
    "analis": "analis media",
    "pimpinan": "pimpinan",
    "hukum": "staf hukum",
    "peneliti": "peneliti",
    "petugas": "petugas aduan",
    "admin": "admin",
    "sistem": "sistem",
}
"""Each role as a person reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who is acting."""

    id: str
    """Id of the person; "sistem" for the system."""
    username: str
    role: Holder


SYSTEM = Actor(id="sistem", username="sistem", role="sistem")
"""The command line, run by whoever owns the machine and therefore its database files. The audit says "sistem".

It is no person: whatever needs a person's name and judgement must leave "sistem" out of its row in ``ACTIONS``.
"""


def require(actor: Actor, action: Action) -> None:
    """Raise NotAllowed where the actor's role may not do this.

    This trusts ``actor.role``; ``casework.access.authorise`` also looks up that the person still has it.
    """
    if actor.role in ACTIONS[action]:
        return
    may = ", ".join(ROLE_WORDS[role] for role in ROLES if role in ACTIONS[action]) or "tidak ada"
    raise NotAllowed(
        f"{actor.username} ({ROLE_WORDS[actor.role]}) tidak berhak {ACTION_WORDS[action]}.",
        hint=f"Yang berhak: {may}. Minta bantuan admin bila peran Anda keliru.",
    )


def roles_table() -> str:
    """The permissions as a Markdown table, one row an act, for the documentation."""
    holders: tuple[Holder, ...] = (*ROLES, "sistem")
    head = "| act | in Indonesian | " + " | ".join(holders) + " |"
    rule = "|---|---|" + ":-:|" * len(holders)
    rows = [
        f"| `{action}` | {ACTION_WORDS[action]} | " + " | ".join("x" if h in granted else "" for h in holders) + " |"
        for action, granted in ACTIONS.items()
    ]
    return "\n".join([head, rule, *rows])
