"""What the operating system says of a job's process: which one it is, and how it is ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

PROC = Path("/proc")


@cache
def boot_id() -> str:
    """A name for this start of the machine: after another one the same pid and start ticks mean another process."""
    file = PROC / "sys/kernel/random/boot_id"
    return file.read_text(encoding="ascii").strip() if file.exists() else ""


def process_identity(pid: int) -> str | None:
    """What tells this process from any other: the machine's start, the pid, and the process's own start.

    None where no such process runs; a zombie, which only waits to be counted, does not.
    """
    if sys.platform.startswith("linux"):
        try:
            stat = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return None
        # proc(5): the name in parentheses may hold anything; state is field 3, start time in clock ticks field 22.
        fields = stat.rpartition(")")[2].split()
        return None if fields[0] in "ZX" else f"{boot_id()}/{pid}/{fields[19]}"
    listed = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.split(maxsplit=1)
    return listed[1].strip() if len(listed) == 2 and not listed[0].startswith("Z") else None


def end_group(pid: int, identity: str, *, grace: float) -> bool:
    """Ask the process group that ``pid`` leads to end, and kill it after ``grace`` seconds.

    Returns False, without a signal, where that process is gone already. Raises PermissionError where it is another
    user's.
    """
    if process_identity(pid) != identity:
        return False
    try:
        os.killpg(pid, signal.SIGTERM)
        deadline = time.monotonic() + grace
        while process_identity(pid) == identity and time.monotonic() < deadline:
            time.sleep(0.02)
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    return True
