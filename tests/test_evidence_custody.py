"""The chain of custody: one spelling, no hole under races, every change found, and its head stamped once a day."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it
from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from casework_fixtures import NOW, admin, at_once, casework, casework_url, run_program, settings, staff  # noqa: F401
from evidence_desk import EvidenceDesk
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from casework.audit import read_audit
from casework.case_tables import CustodyRow, HeadsRow
from casework.db import Casework
from casework.roles import SYSTEM, Actor, Role
from evidence.cases.custody import START, append_entry, make_line, read_chain, read_lines, verify_chain
from evidence.cases.custody_heads import Heads, Stamped, check_chain, heads_of, stamp_heads
from evidence.objects import Objects
from evidence.records import ACTS, CustodyEntry
from kentongan.errors import NotAllowed, NotFound, Quarantine, Retry
from kentongan.settings import Settings

DAY = date(2026, 11, 21)
ODD = "judul \ud800 \x00 \u2028 \x85 “kutip” \\ \x1f 😭 é e\u0301"


@pytest.fixture
def desk(casework: Casework, staff: dict[Role, Actor], tmp_path: Path) -> EvidenceDesk:
    return EvidenceDesk(casework=casework, staff=staff, folder=tmp_path)


def append(desk: EvidenceDesk, case: str, text: str = "catatan", now: datetime = NOW) -> CustodyEntry:
    with desk.casework.begin() as session:
        return append_entry(
            session, case, act="noted", object="case", detail={"catatan": text}, actor=desk.staff["hukum"], now=now
        )


def lines_of(desk: EvidenceDesk, case: str) -> list[str]:
    with desk.casework.read() as session:
        return read_lines(session, case)


# The spelling.


def test_a_line_is_spelled_in_one_way_that_anybody_can_compute_again() -> None:
    line = make_line(
        n=1, at=datetime(2026, 11, 22, 10, 4, 5, 123456, tzinfo=UTC), act="secured", actor="siti", role="analis",
        object="document:5f0c", detail={"b": 0.5, "a": "é\n", "c": ["x"], "d": None}, previous=START,
    )  # fmt: skip
    zeros = "0" * 64
    assert line == (
        '{"act":"secured","actor":"siti","at":"2026-11-22T10:04:05.123456Z","detail":{"a":"é\\n","b":0.5,"c":["x"],'
        f'"d":null}},"n":1,"object":"document:5f0c","previous":"{zeros}","role":"analis"}}'
    )


def test_a_chain_is_recomputed_with_a_json_reader_and_sha256_whatever_text_is_in_it(desk: EvidenceDesk) -> None:
    case = desk.open(ODD).id
    for n in range(3):
        append(desk, case, f"{ODD} {n}", NOW + timedelta(seconds=n))
    content = "".join(f"{line}\n" for line in lines_of(desk, case)).encode()
    previous = "0" * 64
    for n, line in enumerate(content.removesuffix(b"\n").split(b"\n"), 1):
        entry = json.loads(line)
        assert (entry["n"], entry["previous"]) == (n, previous)
        again = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert again.encode() == line
        previous = hashlib.sha256(line).hexdigest()
    with desk.casework.read() as session:
        chain = read_chain(session, case)
    assert [entry.hash for entry in chain][-1] == previous and n == 4
    verify_chain([entry.line for entry in chain], head=previous)


def test_only_plain_values_of_known_acts_enter_a_chain(desk: EvidenceDesk) -> None:
    case = desk.open().id
    common = {"object": "case", "actor": desk.staff["hukum"], "now": NOW}
    for wrong in ({"act": "deleted", "detail": {}}, {"act": "noted", "detail": {"kapan": NOW}},
                  {"act": "noted", "detail": {"p": float("nan")}}):  # fmt: skip
        with pytest.raises((ValueError, TypeError)), desk.casework.begin() as session:
            append_entry(session, case, **common, **wrong)  # type: ignore[arg-type]
    with pytest.raises(NotFound, match="KASUS-1"):
        append(desk, "KASUS-1")
    assert desk.acts(case) == ["opened"]


# Appending.


def test_entries_of_threads_and_another_process_form_one_chain_without_a_hole(
    desk: EvidenceDesk, settings: Settings
) -> None:
    case = desk.open().id
    source = f"""
from datetime import UTC, datetime
from casework.db import open_casework
from casework.roles import SYSTEM
from evidence.cases.custody import append_entry
from kentongan.settings import load_settings
with open_casework(load_settings()) as casework:
    print("siap", flush=True)
    for n in range(6):
        with casework.begin() as session:
            append_entry(session, {case!r}, act="verified", object="case", detail={{}}, actor=SYSTEM,
                         now=datetime.now(UTC))
"""
    program = run_program(source, settings)
    assert program.stdout is not None and program.stdout.readline() == "siap\n"
    assert at_once([lambda: [append(desk, case) for _ in range(3)]] * 3) == ["done"] * 3
    _, said = program.communicate(timeout=60)
    assert program.returncode == 0, said
    with desk.casework.read() as session:
        chain = read_chain(session, case)
    verify_chain(entry.line for entry in chain)
    assert [entry.n for entry in chain] == list(range(1, 17))
    assert (desk.acts(case).count("noted"), desk.acts(case).count("verified")) == (9, 6)


def test_time_never_goes_back_and_a_clock_that_did_is_named(desk: EvidenceDesk) -> None:
    case = desk.open().id
    early, late = append(desk, case, now=NOW - timedelta(days=1)), append(desk, case, now=NOW + timedelta(seconds=1))
    assert (early.at, early.detail) == (NOW, {"catatan": "catatan", "jam_mundur": True})
    assert (late.at, late.detail) == (NOW + timedelta(seconds=1), {"catatan": "catatan"})
    verify_chain(lines_of(desk, case), head=late.hash)


def test_the_database_itself_keeps_the_chain(desk: EvidenceDesk) -> None:
    case = desk.open().id
    append(desk, case)
    for statement in (
        sa.update(CustodyRow).values(line="x"),
        sa.delete(CustodyRow).where(CustodyRow.n == 2),
        sa.insert(CustodyRow).values(case_id=case, n=2, at=NOW, act="x", actor="x", line="x", hash="x"),
    ):
        with pytest.raises(DBAPIError), desk.casework.begin() as session:
            session.execute(statement)
    assert len(lines_of(desk, case)) == 2


# Checking.


def made_chain(details: Sequence[str]) -> list[str]:
    lines, previous = list[str](), START
    for n, detail in enumerate(details, 1):
        at = NOW + timedelta(microseconds=n // 2)
        lines.append(
            make_line(
                n=n, at=at, act=ACTS[n % len(ACTS)], actor="siti", role="hukum", object="case",
                detail={"catatan": detail}, previous=previous,
            )
        )  # fmt: skip
        previous = hashlib.sha256(lines[-1].encode()).hexdigest()
    return lines


@hypothesis_settings(max_examples=40, deadline=None)
@given(details=st.lists(st.text(max_size=12), min_size=2, max_size=6), seed=st.integers(0, 2**32), data=st.data())
def test_any_change_to_a_chain_is_found(details: list[str], seed: int, data: st.DataObject) -> None:
    lines = made_chain(details)
    head = hashlib.sha256(lines[-1].encode()).hexdigest()
    verify_chain(lines, head=head)
    rng, changed = random.Random(seed), list(lines)
    at = rng.randrange(len(lines))
    kind = data.draw(st.sampled_from(["drop", "swap", "insert", "repeat", "byte", "respell", "retell"]))
    if kind == "drop":
        del changed[at]
    elif kind == "swap":
        other = (at + rng.randrange(1, len(lines))) % len(lines)
        changed[at], changed[other] = changed[other], changed[at]
    elif kind == "insert":
        changed.insert(at, made_chain([*details[:at], "sisipan"])[-1])
    elif kind == "repeat":
        changed.insert(at, changed[at])
    elif kind == "byte":
        place = rng.randrange(len(changed[at]))
        changed[at] = changed[at][:place] + chr((ord(changed[at][place]) + 1) % 0xD800) + changed[at][place + 1 :]
    elif kind == "respell":
        changed[at] = json.dumps(json.loads(changed[at]), sort_keys=True)
    else:  # somebody who computes all that follows anew, and is found by the head that is kept elsewhere
        changed = [*lines[:at], *made_chain([*details[:at], f"{details[at]}!", *details[at + 1 :]])[at:]]
    with pytest.raises(Quarantine) as found:
        verify_chain(changed, head=head)
    assert found.value.reason == "bad-chain"
    if kind not in ("retell", "drop", "byte"):
        # Within the chain it is found without the head as well.
        with pytest.raises(Quarantine):
            verify_chain(changed)


def test_a_chain_whose_time_goes_back_or_that_says_more_than_it_may_is_refused() -> None:
    first, second = made_chain(["a", "b"])
    earlier = json.loads(second) | {"at": "2020-01-01T00:00:00.000000Z"}
    more = json.loads(second) | {"lain": 1}
    for wrong in (earlier, more):
        with pytest.raises(Quarantine):
            verify_chain([first, json.dumps(wrong, sort_keys=True, separators=(",", ":"))])
    with pytest.raises(Quarantine, match="Baris 2"):
        verify_chain([first, "{}"])


# Daily heads.


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenToken:
    """A token as an authority would give it; that tokens are sound is for ``evidence.signing.timestamps`` to see."""

    authority: str
    response: bytes
    certificate_sha256: str
    time: datetime


class Authority:
    """Stamps anything, and notes what; away where told so."""

    def __init__(self) -> None:
        self.stamped: list[bytes] = []
        self.away = False

    def __call__(self, data: bytes) -> Sequence[Stamped]:
        if self.away:
            raise Retry("Otoritas tidak menjawab.")
        self.stamped.append(data)
        return [GivenToken(authority="uji", response=b"tsr" + data, certificate_sha256="a" * 64, time=NOW)]


def stamp_day(
    desk: EvidenceDesk, authority: Authority, day: date = DAY, *, again: bool = False, sample: bool = False
) -> Heads | None:
    return stamp_heads(
        desk.casework, objects=desk.objects, stamp=authority, day=day, now=NOW, again=again, sample=sample
    )


def test_the_heads_of_all_chains_are_stamped_once_a_day_under_names_only_a_case_can_make(desk: EvidenceDesk) -> None:
    authority = Authority()
    assert stamp_day(desk, authority) is None and authority.stamped == []
    cases = [desk.open(), desk.open()]
    ends = [append(desk, cases[0].id), append(desk, cases[1].id), append(desk, cases[1].id)]
    invented = desk.open(sample=True)
    heads = stamp_day(desk, authority)
    assert heads is not None and (heads.number, heads.chains, heads.new) == (1, 2, True)
    expected = sorted(
        f"{hashlib.sha256(bytes.fromhex(case.chain_salt) + case.id.encode()).hexdigest()} {end.n} {end.hash}\n"
        for case, end in zip(cases, (ends[0], ends[2]), strict=True)
    )
    assert authority.stamped == ["".join(expected).encode()] == [desk.objects.read(heads.file.sha256)]
    assert desk.objects.read(heads.tokens[0].response.sha256) == b"tsr" + authority.stamped[0]

    append(desk, cases[0].id)
    same = stamp_day(desk, authority)
    assert same is not None and (same.file, same.new, len(authority.stamped)) == (heads.file, False, 1)
    later, tomorrow = stamp_day(desk, authority, again=True), stamp_day(desk, authority, DAY + timedelta(days=1))
    assert later and tomorrow and (later.number, tomorrow.number, later.file) == (2, 1, tomorrow.file)
    with desk.casework.read() as session:
        held = [(head.day, head.n, head.tokens[0].authority) for head in heads_of(session, cases[0].id)]
        assert held == [(DAY, 3, "uji"), (DAY + timedelta(days=1), 3, "uji")]
        assert heads_of(session, invented.id) == ()
        assert check_chain(session, cases[0].id, objects=desk.objects) == (3, 2)
        acts = [entry.action for entry in read_audit(session, actor=SYSTEM, now=NOW, object="heads:2026-11-21")]
    assert acts == ["evidence.stamp"] * 2
    own = stamp_day(desk, authority, sample=True)
    assert own is not None and own.chains == 1 and own.file not in (heads.file, later.file)


def test_an_authority_that_is_away_leaves_nothing_and_the_next_call_goes_on(desk: EvidenceDesk) -> None:
    case, authority = desk.open(), Authority()
    authority.away = True
    with pytest.raises(Retry, match="tidak menjawab"):
        stamp_day(desk, authority)
    with pytest.raises(Retry):
        stamp_heads(desk.casework, objects=desk.objects, stamp=lambda data: [], day=DAY, now=NOW)
    with desk.casework.read() as session:
        assert session.scalars(sa.select(HeadsRow)).all() == [] and heads_of(session, case.id) == ()
    assert not (desk.folder / "objects").exists()
    authority.away = False
    assert at_once([lambda: stamp_day(desk, authority)] * 3) == ["done"] * 3
    with desk.casework.read() as session:
        assert len(session.scalars(sa.select(HeadsRow)).all()) == 1
    for role in ("analis", "petugas"):
        with pytest.raises(NotAllowed):
            stamp_heads(desk.casework, objects=desk.objects, stamp=authority, day=DAY, now=NOW, actor=desk.staff[role])


@pytest.mark.parametrize("harm", ["rewritten", "shortened", "file"])
def test_whoever_owns_the_database_cannot_rewrite_a_chain_behind_the_stamped_heads(
    desk: EvidenceDesk, harm: str
) -> None:
    case = desk.open().id
    for n in range(3):
        append(desk, case, str(n))
    heads = stamp_day(desk, Authority())
    assert heads is not None
    with desk.casework.engine.begin() as connection:
        # As its owner: the guards are taken away first.
        if connection.dialect.name == "sqlite":
            for act in ("update", "delete"):
                connection.execute(sa.text(f"DROP TRIGGER evidence_custody_no_{act}"))
        else:
            connection.execute(sa.text("DROP TRIGGER evidence_custody_no_change ON evidence_custody"))
        table = sa.table("evidence_custody", *(sa.column(name) for name in ("n", "line", "hash")))
        if harm == "rewritten":
            lines = made_chain(["", "lain", "1", "2"])
            for n, line in enumerate(lines, 1):
                hash = hashlib.sha256(line.encode()).hexdigest()
                connection.execute(sa.update(table).where(table.c.n == n).values(line=line, hash=hash))
            verify_chain(lines)
        elif harm == "shortened":
            connection.execute(sa.delete(table).where(table.c.n == 4))
    if harm == "file":
        path = next(path for path in (desk.folder / "objects").rglob(heads.file.sha256))
        path.chmod(0o600)
        path.write_bytes(path.read_bytes().replace(b" 4 ", b" 3 "))
    with desk.casework.read() as session, pytest.raises(Quarantine, match="rusak"):
        check_chain(session, case, objects=Objects(desk.folder / "objects"))
