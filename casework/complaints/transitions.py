"""Which act is allowed in which stage, and the stage it leads to: the whole state machine of a complaint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from casework.complaints.records import OPEN_STAGES, STAGE_WORDS, STAGES, ComplaintEvent, Stage
from casework.roles import Action
from kentongan.errors import Conflict

Act = Literal[
    "verified", "forwarded", "returned", "followed_up", "waiting", "resumed", "finished", "archived", "merged",
    "unmerged", "reopened", "rated", "secret", "released", "submitted",
]  # fmt: skip
"""What a person does with a complaint. "received", "imported" and "escalated" come into the history otherwise."""

Leads = Stage | Literal["stays", "back"]
"""The stage an act leads to; "stays" changes none, "back" returns to the one before the last change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One line of the table."""

    stages: tuple[Stage, ...]
    """Where it is allowed."""
    to: Leads
    action: Action
    """The right it needs."""
    doing: str
    """Completes "tidak dapat ..."."""
    by: Literal["centre", "agency", "anybody"]
    """Whose petugas may: the command centre's, those of the agency that has the complaint, or all."""
    told: bool = True
    """Whether the reporter is told."""


MOVES: Mapping[Act, Move] = MappingProxyType(
    {
        "verified": Move(
            stages=("menunggu_verifikasi", "dikembalikan"), to="stays", action="complaints.verify",
            doing="diverifikasi", by="centre", told=False,
        ),
        "forwarded": Move(
            stages=("menunggu_verifikasi", "dikembalikan", "diteruskan", "diproses"), to="diteruskan",
            action="complaints.verify", doing="diteruskan", by="centre",
        ),
        "returned": Move(
            stages=("diteruskan",), to="dikembalikan", action="complaints.handle", doing="dikembalikan", by="agency",
        ),
        "followed_up": Move(
            stages=("diteruskan", "diproses"), to="diproses", action="complaints.handle", doing="ditindaklanjuti",
            by="agency",
        ),
        "waiting": Move(
            stages=("menunggu_verifikasi", "diteruskan", "diproses"), to="menunggu_pelapor",
            action="complaints.handle", doing="ditunda", by="agency",
        ),
        "resumed": Move(
            stages=("menunggu_pelapor",), to="back", action="complaints.handle", doing="dilanjutkan", by="agency",
        ),
        "finished": Move(
            stages=("diteruskan", "diproses"), to="selesai", action="complaints.handle", doing="diselesaikan",
            by="agency",
        ),
        "archived": Move(
            stages=("menunggu_verifikasi", "dikembalikan", "menunggu_pelapor"), to="diarsipkan",
            action="complaints.verify", doing="diarsipkan", by="centre",
        ),
        "merged": Move(
            stages=OPEN_STAGES, to="digabung", action="complaints.merge", doing="digabungkan", by="centre",
        ),
        "unmerged": Move(
            stages=("digabung",), to="back", action="complaints.merge", doing="dipisahkan", by="centre",
        ),
        "reopened": Move(
            stages=("selesai", "ditutup", "diarsipkan"), to="diproses", action="complaints.enter",
            doing="dibuka kembali", by="anybody",
        ),
        "rated": Move(
            stages=("selesai", "ditutup"), to="ditutup", action="complaints.enter", doing="dinilai", by="anybody",
            told=False,
        ),
        "secret": Move(
            stages=STAGES, to="stays", action="complaints.verify", doing="dirahasiakan", by="anybody", told=False,
        ),
        "released": Move(
            stages=STAGES, to="stays", action="complaints.verify", doing="dilepas", by="centre", told=False,
        ),
        "submitted": Move(
            stages=("menunggu_verifikasi",), to="menunggu_verifikasi", action="complaints.enter", doing="diajukan",
            by="anybody", told=False,
        ),
    }
)  # fmt: skip


def require_move(act: Act, stage: Stage, *, number: str) -> Move:
    """The line of an act. Raises Conflict where it is not allowed in this stage."""
    move = MOVES[act]
    if stage not in move.stages:
        may = ", ".join(STAGE_WORDS[one] for one in move.stages)
        raise Conflict(
            f"Aduan {number} berada pada tahap {STAGE_WORDS[stage]}, jadi tidak dapat {move.doing}.",
            hint=f"Itu hanya dapat dilakukan pada tahap: {may}.",
        )
    return move


def stage_before(events: list[ComplaintEvent], stage: Stage) -> Stage:
    """The stage a complaint was in before it last came into ``stage``; events oldest first."""
    for event in reversed(events):
        if event.stage_to == stage and event.stage_from not in (None, stage):
            assert event.stage_from is not None
            return event.stage_from
    return "menunggu_verifikasi"
