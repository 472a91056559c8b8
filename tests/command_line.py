"""Runs the real command line, in a process of its own where that matters."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from kentongan.cli import main
from kentongan.commands.parser import Parser
from kentongan.settings import Settings, as_variables

APART = frozenset({"crawl", "dashboard", "demo", "sources", "train", "watch"})
"""Commands that have a process of their own: a crawl ends its reactor, the others run until stopped or load much."""


def environment(settings: Settings, **more: str) -> dict[str, str]:
    """This process's environment with an installation's settings, and without those of another one."""
    return {**environment_of(os.environ, settings), **more}


def environment_of(outside: Mapping[str, str], settings: Settings) -> dict[str, str]:
    kept = {k: v for k, v in outside.items() if not k.startswith(("KENTONGAN_", "ELASTICSEARCH_", "DATABASE_"))}
    return {**kept, **as_variables(settings)}


def run_command(
    settings: Settings,
    *words: str,
    stdin: str | None = None,
    status: int | None = 0,
    timeout: float = 120,
    apart: bool | None = None,
) -> subprocess.CompletedProcess[str]:
    """``kentongan WORDS``; asserts its exit status unless ``status`` is None.

    Most commands run here, through the same ``kentongan.cli.main``: a process of its own costs more than their work.
    ``apart``: whether it has one all the same; None leaves it to ``APART`` and to the thread that asks.
    """
    if apart is None:
        apart = words[:1] == () or words[0] in APART or threading.current_thread() is not threading.main_thread()
    if apart:
        done = subprocess.run(
            [sys.executable, "-m", "kentongan", *words],
            env=environment(settings),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
    else:
        done = run_inside(settings, words, stdin=stdin or "")
    if status is not None:
        assert done.returncode == status, f"{words} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done


def run_inside(settings: Settings, words: Sequence[str], *, stdin: str) -> subprocess.CompletedProcess[str]:
    """The command line in this process, with streams and environment as a process of its own would have them."""
    said, told = in_bytes(), in_bytes()
    outside = dict(os.environ)
    streams = sys.argv, sys.stdin, sys.stdout, sys.stderr
    os.environ.clear()
    os.environ.update(environment_of(outside, settings))
    sys.argv = ["kentongan", *words]
    sys.stdin, sys.stdout, sys.stderr = in_bytes(stdin), said, told
    try:
        code = main(words)
    except SystemExit as ended:
        code = int(ended.code or 0)
    finally:
        sys.argv, sys.stdin, sys.stdout, sys.stderr = streams
        os.environ.clear()
        os.environ.update(outside)
    return subprocess.CompletedProcess(["kentongan", *words], code, read_back(said), read_back(told))


def in_bytes(words: str = "") -> io.TextIOWrapper:
    """A stream of text over bytes, as the standard ones are."""
    return io.TextIOWrapper(io.BytesIO(words.encode()), encoding="utf-8")


def read_back(stream: io.TextIOWrapper) -> str:
    stream.flush()
    return stream.buffer.getvalue().decode()  # type: ignore[attr-defined, no-any-return]


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
