"""Which model serves a task, chosen by a person: with a reason, past the gate, written in the audit, and back again.

A choice holds for what is read from now on. Labels that are there keep the name of the model that gave them, and count
until the new model has read everything (``kentongan score``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.db import take_turn
from casework.roles import Actor
from casework.tables import AuditRow
from kentongan.errors import KentonganError
from kentongan.schema import Task
from kentongan.settings import Settings
from models.gate import use_model
from models.registry import WEIGHTS, roll_back, serving_models

MAX_REASON: Final = 300
OBJECT: Final = "models"


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """One choice that was made, or taken back."""

    at: datetime
    actor_name: str
    act: str
    """"use" or "back"."""
    model: str | None
    reason: str
    changed: tuple[str, ...]
    """Tasks with the model before and after: "sentiment: gabungan > saya-1"."""


def switch_model(
    session: Session, name: str, tasks: Sequence[Task], *, reason: str, settings: Settings, actor: Actor, now: datetime,
    unmatched: bool = False, via: str | None = None, root: Path = WEIGHTS,
) -> dict[Task, str]:  # fmt: skip
    """Have a model serve tasks from now on. Returns who serves what.

    ``unmatched`` lets one through that shares no test row with the model it replaces. Raises NotAllowed, ModelRefused
    with every reason, BadModel, KentonganError without a reason.
    """
    actor, said = begin(session, actor, reason, now=now)
    local = settings.models_dir
    before = serving_models(root=root, local=local)
    after = use_model(name, tasks, local=local, now=now, root=root, unmatched=unmatched)
    write_act(session, actor, "use", name, said, (before, after), now=now, via=via)
    return after


def switch_back(
    session: Session, *, reason: str, settings: Settings, actor: Actor, now: datetime, via: str | None = None,
    root: Path = WEIGHTS,
) -> dict[Task, str]:  # fmt: skip
    """Take the last choice back. Returns who serves what. Raises NotAllowed, BadModel where nothing was chosen."""
    actor, said = begin(session, actor, reason, now=now)
    local = settings.models_dir
    before = serving_models(root=root, local=local)
    after = roll_back(local=local, root=root)
    write_act(session, actor, "back", None, said, (before, after), now=now, via=via)
    return after


def list_switches(session: Session, *, limit: int = 20) -> list[Switch]:
    """Choices, newest first."""
    chosen = select(AuditRow).where(AuditRow.object == OBJECT, AuditRow.action == "models.use")
    return [
        Switch(
            at=row.at, actor_name=row.actor_name, act=str(row.detail.get("act", "")), model=row.detail.get("model"),
            reason=str(row.detail.get("reason", "")), changed=tuple(row.detail.get("changed") or ()),
        )
        for row in session.scalars(chosen.order_by(AuditRow.id.desc()).limit(limit))
    ]  # fmt: skip


def begin(session: Session, actor: Actor, reason: str, *, now: datetime) -> tuple[Actor, str]:
    """The actor as they are now, and the reason. Two choices wait for each other."""
    allowed = authorise(session, actor, action="models.use", now=now)
    said = " ".join(reason.split())
    if not said or len(said) > MAX_REASON:
        raise KentonganError(
            f"Alasan mengganti model harus 1 sampai {MAX_REASON} huruf.",
            hint="Tulis mengapa, untuk yang membaca kelak.",
        )
    take_turn(session, OBJECT)
    return allowed, said


def write_act(
    session: Session, actor: Actor, act: str, model: str | None, reason: str,
    served: tuple[dict[Task, str], dict[Task, str]], *, now: datetime, via: str | None,
) -> None:  # fmt: skip
    before, after = served
    changed = [f"{task}: {before.get(task, '-')} > {name}" for task, name in after.items() if before.get(task) != name]
    detail: audit.Detail = {"act": act, "model": model, "reason": reason, "changed": changed}
    audit.record(session, actor, action="models.use", object=OBJECT, detail=audit.with_way(detail, via), now=now)
