"""Jobs: real processes that report, end well or badly, are cancelled, killed and found missing."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it
from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from casework_fixtures import (  # noqa: F401
    NOW,
    add,
    admin,
    casework,
    casework_url,
    run_program,
    settings,
    staff,
)

from casework.audit import read_audit
from casework.db import Casework
from casework.jobs import (
    JOB_COMMANDS,
    UNBORN_AFTER,
    Job,
    JobReporter,
    cancel_job,
    get_job,
    list_jobs,
    log_file,
    read_log,
    reap_jobs,
    start_job,
)
from casework.processes import end_group, process_identity
from casework.roles import SYSTEM, Actor, Role
from casework.tables import JobRow
from kentongan.errors import Conflict, KentonganError, NotAllowed, NotFound
from kentongan.settings import Settings

PATIENCE_S = 60.0

Prefix = tuple[str, ...]


@pytest.fixture
def prefix(tmp_path: Path) -> Callable[[str], Prefix]:
    """``prefix(source)``: what a job's arguments are appended to, in place of the command line of Kentongan."""

    def write(source: str) -> Prefix:
        file = tmp_path / "program.py"
        file.write_text(source, encoding="utf-8")
        return (sys.executable, str(file))

    return write


SLEEP = "import time\nprint('mulai', flush=True)\ntime.sleep(120)\n"

REPORT = """
import os, sys
from casework.db import open_casework
from casework.jobs import JobReporter
from kentongan.settings import load_settings

with open_casework(load_settings()) as casework:
    with JobReporter(casework, int(os.environ["KENTONGAN_JOB"])) as reporter:
        for number in range(1, 6):
            reporter.report(number, 5, f"sumber {number}")
        print("arguments", sys.argv[1:])
    reporter.finish(0)
"""


def start(casework: Casework, settings: Settings, prefix: Prefix, *arguments: str, actor: Actor = SYSTEM) -> Job:
    return start_job(casework, arguments or ("crawl",), actor=actor, now=NOW, settings=settings, prefix=prefix)


def wait_for(casework: Casework, job: int, met: Callable[[Job], bool]) -> Job:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        with casework.read() as session:
            found = get_job(session, job)
        if met(found):
            return found
        assert time.monotonic() < deadline, f"waited in vain: {found}"
        time.sleep(0.05)


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while process_identity(pid) is not None:
        assert time.monotonic() < deadline, f"process {pid} still runs"
        time.sleep(0.02)


def wait_for_log(settings: Settings, job: int, words: str) -> str:
    deadline = time.monotonic() + PATIENCE_S
    while words not in (read_log(settings, job) or ""):
        assert time.monotonic() < deadline, read_log(settings, job)
        time.sleep(0.05)
    return read_log(settings, job) or ""


# Running.


def test_a_job_runs_with_the_callers_settings_reports_and_ends_well(
    casework: Casework, settings: Settings, prefix: Callable[[str], Prefix], staff: dict[Role, Actor]
) -> None:
    started = start(casework, settings, prefix(REPORT), "crawl", "antara ra", "--json", actor=staff["analis"])
    assert started.state == "running"
    assert started.started_at == started.created_at == NOW
    assert started.pid is not None
    ended = wait_for(casework, started.id, lambda job: job.finished)
    assert (ended.state, ended.exit_code, ended.error) == ("done", 0, None)
    assert (ended.done, ended.total, ended.note) == (5, 5, "sumber 5")
    assert ended.arguments == ("crawl", "antara ra", "--json")
    assert (ended.actor, ended.actor_name) == (staff["analis"].id, "si-analis")
    assert ended.finished_at is not None
    assert "arguments ['crawl', 'antara ra', '--json']" in (read_log(settings, ended.id) or "")
    with casework.read() as session:
        entry = read_audit(session, actor=SYSTEM, now=NOW)[0]
    assert (entry.action, entry.object, entry.actor_name) == ("jobs.start", f"job:{ended.id}", "si-analis")
    assert entry.detail == {"arguments": ["crawl", "antara ra", "--json"]}


def test_a_program_that_never_reports_still_ends_with_its_exit_code(
    casework: Casework, settings: Settings, prefix: Callable[[str], Prefix]
) -> None:
    well = start(casework, settings, prefix("print('selesai')"))
    assert wait_for(casework, well.id, lambda job: job.finished).state == "done"
    badly = start(casework, settings, prefix("import sys; print('rusak', file=sys.stderr); sys.exit(3)"))
    ended = wait_for(casework, badly.id, lambda job: job.finished)
    assert (ended.state, ended.exit_code) == ("failed", 3)
    assert "kode 3" in (ended.error or "")
    assert read_log(settings, badly.id) == "rusak\n"


def test_an_exception_in_a_job_is_its_error(
    casework: Casework, settings: Settings, prefix: Callable[[str], Prefix]
) -> None:
    failing = REPORT.replace(
        'print("arguments", sys.argv[1:])',
        "from kentongan.errors import Retry; raise Retry('Elasticsearch tidak menjawab.')",
    )
    ended = wait_for(casework, start(casework, settings, prefix(failing)).id, lambda job: job.finished)
    assert (ended.state, ended.exit_code, ended.error) == ("failed", 2, "Elasticsearch tidak menjawab.")
    assert (ended.done, ended.note) == (5, "sumber 5")
    assert "Traceback" in wait_for_log(settings, ended.id, "Retry")


def test_the_process_is_a_session_of_its_own_that_outlives_who_started_it(
    casework: Casework, settings: Settings, tmp_path: Path
) -> None:
    source = f"""
import sys
from datetime import UTC, datetime
from casework.db import open_casework
from casework.jobs import start_job
from casework.roles import SYSTEM
from kentongan.settings import load_settings
settings = load_settings()
with open_casework(settings) as casework:
    prefix = (sys.executable, "-c", {SLEEP!r})
    job = start_job(casework, ["crawl"], actor=SYSTEM, now=datetime.now(UTC), settings=settings, prefix=prefix)
    print(job.id, job.pid)
"""
    starter = run_program(source, settings)
    output, errors = starter.communicate(timeout=PATIENCE_S)
    assert (starter.returncode, errors) == (0, "")
    job, pid = map(int, output.split())
    try:
        assert os.getsid(pid) == pid
        assert reap_jobs(casework, now=NOW) == []
        with casework.read() as session:
            running = get_job(session, job)
        assert (running.state, running.pid) == ("running", pid)
        cancelled = cancel_job(casework, job, actor=SYSTEM, version=running.version, now=NOW)
        assert cancelled.state == "cancelled"
    finally:
        with_group_gone(pid)


def with_group_gone(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    wait_until_gone(pid)


def test_only_the_owner_may_read_a_log(casework: Casework, settings: Settings, prefix: Callable[[str], Prefix]) -> None:
    job = start(casework, settings, prefix("print(1)"))
    wait_for(casework, job.id, lambda found: found.finished)
    assert stat.S_IMODE(log_file(settings, job.id).stat().st_mode) == 0o600


def test_a_long_log_is_read_from_its_end_and_bad_bytes_do_not_matter(settings: Settings) -> None:
    assert read_log(settings, 1) is None
    log_file(settings, 1).parent.mkdir(parents=True)
    log_file(settings, 1).write_bytes(b"x" * 1_000_000 + b"\nbaris \xff\nakhir\n")
    assert read_log(settings, 1, tail=2) == "baris \ufffd\nakhir\n"
    assert len(read_log(settings, 1) or "") < 300_000


# Refusals.


def test_what_is_no_job_is_refused_and_leaves_no_row(casework: Casework, settings: Settings) -> None:
    no_jobs = [(), ("",), ("users", "add"), ("store", "drop"), ("--help",)]
    no_arguments = [("crawl", "a\0b"), ("crawl", "\ud800")]
    for arguments in [*no_jobs, *no_arguments]:
        with pytest.raises(KentonganError):
            start_job(casework, arguments, actor=SYSTEM, now=NOW, settings=settings, prefix=("/bin/true",))
    with casework.read() as session:
        assert list_jobs(session) == []


def test_the_commands_that_may_be_a_job_are_few() -> None:
    assert {"crawl", "score", "import"} <= JOB_COMMANDS
    assert not {"users", "audit", "jobs", "store", "dashboard"} & JOB_COMMANDS


def test_each_role_starts_and_cancels_only_what_it_may(
    casework: Casework, settings: Settings, staff: dict[Role, Actor]
) -> None:
    may_start = {"admin", "analis", "peneliti"}
    systems = start(casework, settings, (sys.executable, "-c", SLEEP))
    for role, actor in staff.items():
        if role in may_start:
            job = start(casework, settings, (sys.executable, "-c", SLEEP), actor=actor)
            assert (
                cancel_job(casework, job.id, actor=actor, version=job.version, now=NOW).cancelled_by == actor.username
            )
        else:
            with pytest.raises(NotAllowed):
                start(casework, settings, ("/bin/true",), actor=actor)
        if role != "admin":
            with pytest.raises(NotAllowed):
                cancel_job(casework, systems.id, actor=actor, version=systems.version, now=NOW)
    cancel_job(casework, systems.id, actor=staff["admin"], version=systems.version, now=NOW)
    with casework.read() as session:
        assert [job.state for job in list_jobs(session)] == ["cancelled"] * (1 + len(may_start))


def test_a_program_that_is_not_there_fails_with_its_reason(casework: Casework, settings: Settings) -> None:
    with pytest.raises(KentonganError, match="gagal dimulai"):
        start(casework, settings, ("/no/such/program",))
    with casework.read() as session:
        (job,) = list_jobs(session)
    assert job.state == "failed"
    assert "tidak dapat dimulai" in (job.error or "")


def test_an_unknown_job_is_named(casework: Casework) -> None:
    with casework.read() as session, pytest.raises(NotFound, match="Pekerjaan 99"):
        get_job(session, 99)
    with pytest.raises(NotFound, match="Pekerjaan 99"):
        cancel_job(casework, 99, actor=SYSTEM, version=1, now=NOW)


# Cancelling.


def test_cancelling_ends_the_process_and_its_children(
    casework: Casework, settings: Settings, prefix: Callable[[str], Prefix], staff: dict[Role, Actor]
) -> None:
    child_of_it = "[sys.executable, '-c', 'import time; time.sleep(120)']"
    parent = f"import subprocess, sys\nprint(subprocess.Popen({child_of_it}).pid, flush=True)\n"
    job = start(casework, settings, prefix(parent + SLEEP), actor=staff["analis"])
    child = int(wait_for_log(settings, job.id, "mulai").split()[0])
    assert job.pid is not None
    cancelled = cancel_job(casework, job.id, actor=staff["admin"], version=job.version, now=NOW)
    assert (cancelled.state, cancelled.cancelled_by, cancelled.finished_at) == ("cancelled", "ratna", NOW)
    wait_until_gone(job.pid)
    wait_until_gone(child)
    with casework.read() as session:
        assert get_job(session, job.id) == cancelled
        entry = read_audit(session, actor=SYSTEM, now=NOW)[0]
    assert (entry.action, entry.actor_name, entry.detail) == ("jobs.cancel", "ratna", {"of": "si-analis"})


def test_a_process_that_ignores_the_request_is_killed(
    casework: Casework, settings: Settings, prefix: Callable[[str], Prefix]
) -> None:
    deaf = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    job = start(casework, settings, prefix(deaf + SLEEP))
    wait_for_log(settings, job.id, "mulai")
    assert job.pid is not None
    cancel_job(casework, job.id, actor=SYSTEM, version=job.version, now=NOW, grace=0.2)
    wait_until_gone(job.pid)


def test_a_job_that_has_ended_or_moved_on_is_not_cancelled(
    casework: Casework, settings: Settings, prefix: Callable[[str], Prefix]
) -> None:
    job = start(casework, settings, prefix(SLEEP))
    with pytest.raises(Conflict, match="sudah berubah"):
        cancel_job(casework, job.id, actor=SYSTEM, version=job.version - 1, now=NOW)
    cancelled = cancel_job(casework, job.id, actor=SYSTEM, version=job.version, now=NOW)
    with pytest.raises(Conflict, match="sudah berakhir"):
        cancel_job(casework, job.id, actor=SYSTEM, version=cancelled.version, now=NOW)


def test_a_job_out_of_reach_of_signals_stops_at_its_next_report(casework: Casework) -> None:
    job = put_row(casework, state="running", pid=os.getpid(), process="elsewhere", host="mesin-lain")
    with JobReporter(casework, job, clock=lambda: NOW) as reporter:
        reporter.report(1, 10)
        running = wait_for(casework, job, lambda found: found.done == 1)
        cancel_job(casework, job, actor=SYSTEM, version=running.version, now=NOW)
        reporter._written_at = None
        with pytest.raises(Conflict, match="sudah dibatalkan"):
            reporter.report(2, 10)
    with casework.read() as session:
        assert get_job(session, job).state == "cancelled"
    with pytest.raises(Conflict), JobReporter(casework, job, clock=lambda: NOW):
        pass


# Reporting.


def put_row(casework: Casework, **fields: object) -> int:
    """A job's row as if another process had written it."""
    usual = {"arguments": ["crawl"], "state": "queued", "actor": "sistem", "actor_name": "sistem", "created_at": NOW}
    with casework.begin() as session:
        row = JobRow(**{**usual, "host": os.uname().nodename, "version": 1, **fields})
        session.add(row)
        session.flush()
        return row.id


def test_reports_are_written_at_most_once_a_second_and_the_last_always(casework: Casework) -> None:
    job = put_row(casework)
    now = [NOW]

    def written() -> int | None:
        with casework.read() as session:
            return get_job(session, job).done

    with JobReporter(casework, job, clock=lambda: now[0]) as reporter:
        assert written() is None
        seen: list[int | None] = []
        for number, seconds in enumerate([0, 0.4, 0.5, 0.2, 0.1]):
            now[0] += timedelta(seconds=seconds)
            reporter.report(number, 10)
            seen.append(written())
        assert seen == [0, 0, 0, 3, 3]
        now[0] -= timedelta(hours=1)
        reporter.report(5, 10)
        assert written() == 5
        reporter.report(6, 10, "terakhir\0" + "x" * 600)
    with casework.read() as session:
        found = get_job(session, job)
    assert (found.done, found.state, len(found.note or "")) == (6, "running", 500)


def test_progress_does_not_change_the_version_that_cancelling_needs(casework: Casework) -> None:
    job = put_row(casework)
    with JobReporter(casework, job, clock=lambda: NOW) as reporter:
        with casework.read() as session:
            before = get_job(session, job).version
        reporter.report(1)
        with casework.read() as session:
            found = get_job(session, job)
        assert (found.version, found.done, found.total) == (before, 1, None)


# Missing.


def test_a_killed_job_is_seen_by_who_waits_for_it(
    casework: Casework, settings: Settings, prefix: Callable[[str], Prefix]
) -> None:
    job = start(casework, settings, prefix(SLEEP))
    assert job.pid is not None
    os.kill(job.pid, signal.SIGKILL)
    ended = wait_for(casework, job.id, lambda found: found.finished)
    assert (ended.state, ended.exit_code) == ("failed", -9)


def test_a_killed_job_that_nobody_waits_for_is_reaped_once(casework: Casework) -> None:
    process = subprocess.Popen([sys.executable, "-c", SLEEP], stdout=subprocess.DEVNULL, start_new_session=True)
    job = put_row(casework, state="running", pid=process.pid, process=process_identity(process.pid))
    assert reap_jobs(casework, now=NOW) == []
    process.kill()
    process.wait()
    (reaped,) = reap_jobs(casework, now=NOW)
    assert (reaped.id, reaped.state, reaped.exit_code, reaped.finished_at) == (job, "failed", None, NOW)
    assert "hilang" in (reaped.error or "")
    assert reap_jobs(casework, now=NOW) == []


def test_a_zombie_counts_as_gone(casework: Casework) -> None:
    process = subprocess.Popen([sys.executable, "-c", SLEEP], stdout=subprocess.DEVNULL, start_new_session=True)
    put_row(casework, state="running", pid=process.pid, process=process_identity(process.pid))
    process.kill()
    wait_until_gone(process.pid)
    assert process.returncode is None
    assert len(reap_jobs(casework, now=NOW)) == 1
    process.wait()


def test_a_reused_pid_is_not_taken_for_the_job_nor_signalled(casework: Casework) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", SLEEP], stdout=subprocess.PIPE, start_new_session=True)
    try:
        identity = process_identity(stranger.pid) or ""
        boot, _, ticks = identity.rpartition("/")
        earlier = f"{boot}/{int(ticks) - 1}"
        assert end_group(stranger.pid, earlier, grace=0) is False
        another_boot = f"another-boot/{ticks}"
        jobs = [put_row(casework, state="running", pid=stranger.pid, process=name) for name in (earlier, another_boot)]
        cancelled = put_row(casework, state="running", pid=stranger.pid, process=earlier)
        cancel_job(casework, cancelled, actor=SYSTEM, version=1, now=NOW)
        assert [job.id for job in reap_jobs(casework, now=NOW)] == jobs
        assert stranger.poll() is None
        assert process_identity(stranger.pid) == identity
    finally:
        stranger.kill()
        stranger.communicate()


def test_a_job_on_another_machine_is_left_to_that_machine(casework: Casework) -> None:
    put_row(casework, state="running", pid=2**22 + 1, process="boot/1", host="mesin-lain")
    assert reap_jobs(casework, now=NOW) == []


def test_a_job_whose_starter_died_before_the_process_began_is_given_up_after_a_minute(casework: Casework) -> None:
    job = put_row(casework)
    assert reap_jobs(casework, now=NOW + UNBORN_AFTER) == []
    (reaped,) = reap_jobs(casework, now=NOW + UNBORN_AFTER + timedelta(seconds=1))
    assert reaped.id == job
    with pytest.raises(Conflict), JobReporter(casework, job, clock=lambda: NOW):
        pass


def test_a_job_reaped_too_early_is_corrected_by_who_waited_for_it(
    casework: Casework, settings: Settings, prefix: Callable[[str], Prefix]
) -> None:
    job = start(casework, settings, prefix("import sys; sys.stdin.read(); import time; time.sleep(1)"))
    with casework.begin() as session:
        session.execute(sa.update(JobRow).values(process="gone/0"))
    assert [lost.id for lost in reap_jobs(casework, now=NOW)] == [job.id]
    ended = wait_for(casework, job.id, lambda found: found.exit_code is not None)
    assert (ended.state, ended.exit_code, ended.error) == ("done", 0, None)


def test_jobs_are_listed_newest_first_and_by_state(casework: Casework) -> None:
    ids = [put_row(casework, state=state) for state in ("done", "running", "failed", "running")]

    def listed(states: Sequence[str] = (), limit: int = 50) -> list[int]:
        with casework.read() as session:
            return [job.id for job in list_jobs(session, states=states, limit=limit)]  # type: ignore[arg-type]

    assert listed() == ids[::-1]
    assert listed(["running"]) == [ids[3], ids[1]]
    assert listed(limit=1) == [ids[3]]


def test_the_identity_of_a_process_is_its_own_and_lasts(casework: Casework) -> None:
    assert process_identity(os.getpid()) == process_identity(os.getpid())
    assert process_identity(os.getpid()) != process_identity(os.getppid())
    assert process_identity(2**22 + 1) is None
