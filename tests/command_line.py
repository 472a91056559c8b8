"""Runs the real command line in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from typing import Any

from kentongan.commands.parser import Parser
from kentongan.settings import Settings, as_variables


def environment(settings: Settings, **more: str) -> dict[str, str]:
    """This process's environment with an installation's settings, and without those of another one."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("KENTONGAN_", "ELASTICSEARCH_", "DATABASE_"))}
    return {**kept, **as_variables(settings), **more}


def run_command(
    settings: Settings, *words: str, stdin: str | None = None, status: int | None = 0, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """``kentongan WORDS``; asserts its exit status unless ``status`` is None."""
    done = subprocess.run(
        [sys.executable, "-m", "kentongan", *words],
        env=environment(settings),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    if status is not None:
        assert done.returncode == status, f"{words} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done


def rows_of(settings: Settings, *words: str, status: int | None = 0) -> list[dict[str, Any]]:
    """The JSON lines a command writes."""
    return [json.loads(line) for line in run_command(settings, *words, status=status).stdout.splitlines()]


def run_here(settings: Settings, *words: str) -> int:
    """A command without a process of its own: its parser and its ``run``."""
    parser = Parser(prog="kentongan")
    module = import_module(f"kentongan.commands.{words[0]}")
    module.configure(parser)
    done: int = module.run(parser.parse_args(words[1:]), settings)
    return done
