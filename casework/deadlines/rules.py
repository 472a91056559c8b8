"""The rules of deadlines as dated data: how many working days each stage may take, and who hears of what is late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

import msgspec

from kentongan.errors import BadSettings

if TYPE_CHECKING:
    from casework.complaints.records import ComplaintKind

FILE: Final = Path(__file__).parent / "rules.toml"

ClockName = Literal["verifikasi", "tindak_lanjut", "penyelesaian"]
"""To verify and forward; to the agency's first answer; to the end."""
CLOCKS: Final[tuple[ClockName, ...]] = get_args(ClockName)
CLOCK_WORDS: Final[dict[ClockName, str]] = {
    "verifikasi": "verifikasi",
    "tindak_lanjut": "tindak lanjut pertama",
    "penyelesaian": "penyelesaian",
}
KINDS: Final[tuple[ComplaintKind, ...]] = ("pengaduan-berkadar", "pengaduan", "permintaan-informasi", "aspirasi")


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How long one clock may run, as from a day."""

    clock: ClockName
    kind: Literal["pengaduan-berkadar", "pengaduan", "permintaan-informasi", "aspirasi"] | None = None
    """Of "penyelesaian": the kind of complaint; None for the other clocks."""
    days: int
    """Working days after the day the clock starts on."""
    valid_from: date
    source: str
    reviewed: bool
    """Whether a lawyer compared it with the regulation."""


class Level(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One step of escalation."""

    level: int
    days_late: int
    """Working days after the day of the deadline."""
    to: str
    """Who is told ("sekretaris daerah")."""


class RulesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The file as it is written."""

    rule: tuple[Rule, ...]
    escalation: tuple[Level, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules, each clock's in the order in which they came into force."""

    by_clock: Mapping[tuple[ClockName, str | None], Sequence[Rule]]
    levels: Sequence[Level]
    """Ascending in level and in days."""

    def find(self, clock: ClockName, kind: ComplaintKind | None, *, received: date) -> Rule:
        """The rule in force on the day a complaint was received; before all of them, the oldest.

        A complaint nobody classified yet (None) is owed what an ordinary one is ("pengaduan").
        """
        dated = self.by_clock[clock, (kind or "pengaduan") if clock == "penyelesaian" else None]
        found = dated[0]
        for rule in dated:
            if rule.valid_from <= received:
                found = rule
        return found

    def unreviewed(self) -> bool:
        """Whether any rule was never compared with its regulation; boards and letters say so."""
        return any(not rule.reviewed for dated in self.by_clock.values() for rule in dated)


def load_rules(path: Path | None = None) -> Rules:
    """The shipped rules, or an installation's own file in their place (setting ``deadlines_file``).

    Raises BadSettings for a file that cannot be read or that leaves a clock without a rule.
    """
    return _read_shipped() if path is None else read_rules(path)


def read_rules(path: Path) -> Rules:
    """A file of rules. Raises BadSettings, which says what to mend."""
    try:
        given = msgspec.toml.decode(path.read_bytes(), type=RulesFile)
    except OSError as error:
        raise BadSettings(f"Berkas aturan tenggat {path} tidak terbaca: {error.strerror}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadSettings(
            f"Berkas aturan tenggat {path} tidak cocok: {error}.", hint="Contohnya: casework/deadlines/rules.toml."
        ) from error
    by_clock: dict[tuple[ClockName, str | None], list[Rule]] = {}
    for rule in sorted(given.rule, key=lambda rule: rule.valid_from):
        dated = by_clock.setdefault((rule.clock, rule.kind), [])
        what = " ".join(word for word in (rule.clock, rule.kind) if word)
        if rule.days < 1:
            raise BadSettings(f"{path}: {what} harus paling sedikit 1 hari kerja, bukan {rule.days}.")
        if dated and dated[-1].valid_from == rule.valid_from:
            raise BadSettings(f"{path}: dua aturan {what} berlaku sejak {rule.valid_from.isoformat()}.")
        dated.append(rule)
    needed = {(clock, None) for clock in CLOCKS if clock != "penyelesaian"} | {("penyelesaian", kind) for kind in KINDS}
    if set(by_clock) != needed:
        names = sorted(" ".join(word for word in key if word) for key in needed ^ set(by_clock))
        raise BadSettings(
            f"{path}: aturan untuk {', '.join(names)} kurang atau tidak dikenal.",
            hint="Setiap jam punya satu aturan, penyelesaian satu untuk setiap jenis aduan.",
        )
    levels = sorted(given.escalation, key=lambda level: level.level)
    for before, after in pairwise(levels):
        if before.level == after.level or before.days_late >= after.days_late:
            raise BadSettings(f"{path}: tingkat eskalasi {after.level} harus lebih lambat dari {before.level}.")
    return Rules(by_clock={key: tuple(dated) for key, dated in by_clock.items()}, levels=tuple(levels))


@cache
def _read_shipped() -> Rules:
    return read_rules(FILE)
