"""The command line: names the commands cheaply and imports only the one that was chosen.

A command is a module in ``kentongan.commands`` with ``configure(parser)`` and ``run(options, settings) -> int``.
Errors that Kentongan knows end here: one Indonesian sentence on standard error and exit status 2 (1 where an input was
refused in part).
"""

from __future__ import annotations

import difflib
import importlib
import logging
import os
import sys
from collections.abc import Sequence

from kentongan import __version__
from kentongan.commands.registry import COMMANDS
from kentongan.errors import BadQuery, KentonganError


def overview() -> str:
    """What ``kentongan --help`` says."""
    lines = [f"  {name:<10} {line}" for name, (_, line) in COMMANDS.items()]
    return "\n".join(
        [
            "pemakaian: kentongan PERINTAH ...",
            "",
            "Mendengarkan unggahan, berita, dan aduan warga, lalu menunjukkan apa yang sedang naik.",
            "",
            "perintah:",
            *lines,
            "",
            "`kentongan PERINTAH --help` menjelaskan satu perintah; `kentongan --version` menyebut versinya.",
            "Mulai dari: kentongan demo",
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 done in part, 2 refused, 130 interrupted."""
    try:
        try:
            return answer(list(sys.argv[1:] if arguments is None else arguments))
        finally:
            # What is still in the buffer meets a closed pipe here, not after the last line of the program.
            sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def answer(words: Sequence[str]) -> int:
    """Do what the words say; the exit status."""
    if not words or words[0] in ("-h", "--help"):
        print(overview())
        return 0
    if words[0] == "--version":
        print(f"kentongan {__version__}")
        return 0
    chosen = words[0]
    if chosen not in COMMANDS:
        near = difflib.get_close_matches(chosen, COMMANDS, n=1)
        hint = f" Mungkin maksudnya {near[0]}?" if near else " Daftarnya: `kentongan --help`."
        print(f"kentongan: perintah {chosen!r} tidak ada.{hint}", file=sys.stderr)
        return 2
    from kentongan.commands.parser import Parser
    from kentongan.settings import load_settings

    module = importlib.import_module(f"kentongan.commands.{COMMANDS[chosen][0]}")
    parser = Parser(prog=f"kentongan {chosen}", description=module.__doc__)
    module.configure(parser)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # Each retry would be a warning; the error that ends them says it once.
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)
    error: str | None = None
    try:
        options = parser.parse_args(words[1:])
        status: int = module.run(options, load_settings())
    except KentonganError as fault:
        error, status = str(fault), 2
        print(f"kentongan {chosen}: {fault}", file=sys.stderr)
        if isinstance(fault, BadQuery) and fault.position is not None and "query" in options:
            from kentongan.commands.caret import point_at

            print(point_at(options.query, fault.position), file=sys.stderr)
    except KeyboardInterrupt:
        status = 130
        print(f"kentongan {chosen}: dihentikan.", file=sys.stderr)
    except SystemExit as ended:
        finish_own_job(int(ended.code or 0))
        raise
    finish_own_job(status, error=error)
    return status


def finish_own_job(status: int, *, error: str | None = None) -> None:
    """Where this process does a job, write into the job's row how it ended: whoever started it may be gone by now."""
    job = os.environ.get("KENTONGAN_JOB")
    if job is None:
        return
    from kentongan.commands.output import finish_job
    from kentongan.settings import load_settings

    try:
        finish_job(load_settings(), int(job), status, error=error)
    except KentonganError as fault:
        print(f"Akhir pekerjaan {job} tidak tercatat: {fault}", file=sys.stderr)
