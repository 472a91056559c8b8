"""How commands speak: JSON lines into pipes and files, tables and progress bars to a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol

import msgspec

from kentongan.settings import Settings


class Progress(Protocol):
    """Called with what is done, of how many (None where unknown), and what is being done."""

    def __call__(self, done: int, total: int | None, note: str) -> None: ...


def wants_json(asked: bool) -> bool:
    """Whether to write JSON lines: asked for, or nobody sits at the terminal."""
    return asked or not sys.stdout.isatty()


def write_lines(rows: Iterable[object]) -> None:
    """Each row as one line of JSON on standard output."""
    for row in rows:
        sys.stdout.write(msgspec.json.encode(row).decode() + "\n")
    sys.stdout.flush()


def write_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, title: str = "", caption: str = "") -> None:
    """Rows as a table for a person."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, title=title or None, caption=caption or None, title_justify="left", box=box.SIMPLE)
    for row in rows:
        table.add_row(*[Text(cell) for cell in row])
    Console().print(table)


def write_rows(rows: Sequence[Mapping[str, object]], *, as_json: bool, empty: str) -> None:
    """The same rows as JSON lines or as a table with their keys as columns; ``empty`` is said where there are none."""
    if wants_json(as_json):
        write_lines(rows)
    elif not rows:
        say(empty)
    else:
        write_table(list(rows[0]), [["" if v is None else str(v) for v in row.values()] for row in rows])


def say(sentence: str) -> None:
    """A sentence for the person, on standard error, so that pipes stay clean."""
    print(sentence, file=sys.stderr)


@contextmanager
def show_progress(settings: Settings, title: str) -> Iterator[Progress]:
    """Progress as a bar on a terminal and, where a page started this command as a job, in the job's row."""
    job = os.environ.get("KENTONGAN_JOB")
    if job:
        from casework.db import open_casework
        from casework.job_report import JobReporter

        with open_casework(settings) as casework, JobReporter(casework, int(job)) as reporter:
            yield reporter.report
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Bar(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task(title, total=None)

            def report(done: int, total: int | None, note: str) -> None:
                bar.update(task, completed=done, total=total, description=note or title)

            yield report
    else:
        yield lambda done, total, note: None


def finish_job(settings: Settings, job: int, status: int, *, error: str | None = None) -> None:
    """Write into the job's row how this command ended, and why."""
    from casework.db import open_casework
    from casework.job_report import JobReporter

    with open_casework(settings) as casework:
        JobReporter(casework, job).finish(status, error=error)
