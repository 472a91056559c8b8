"""Runs the commands of a text as they stand, one after the other in one shell, and compares what they answer."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

MARK = "=== jawaban berikutnya ==="


def run_text(text: str, *, folder: Path, variables: Mapping[str, str]) -> int:
    """Run every ```console block; returns how many commands there were. Raises AssertionError where one answers other.

    A line of a block that begins with "$ " is a command, the lines below it are its answer: "..." stands for any
    lines where it is alone, and for any words in a line.
    """
    steps = read_steps(text)
    script = "".join(f"{command}\necho '{MARK}'\n" for command, _ in steps)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash"], input=script, cwd=folder, env={**os.environ, **variables, "PATH": path, "LC_ALL": "C.UTF-8"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    answers = done.stdout.split(f"{MARK}\n")
    assert len(answers) == len(steps) + 1, done.stderr
    for (command, expected), answer in zip(steps, answers, strict=False):
        assert re.fullmatch(pattern_of(expected), answer), f"$ {command}\n{answer}\n{done.stderr}"
    return len(steps)


def read_steps(text: str) -> list[tuple[str, list[str]]]:
    """Each command with the lines of its answer."""
    steps: list[tuple[str, list[str]]] = []
    for block in re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                steps.append((line[2:], []))
            else:
                steps[-1][1].append(line)
    return steps


def pattern_of(lines: list[str]) -> str:
    made = ""
    for line in lines:
        if line == "...":
            made += r"(?:.*\n)*"
        else:
            made += ".*".join(re.escape(part) for part in line.split("...")) + r"\n+"
    return made
