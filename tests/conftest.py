"""What every test may ask for, the switch between small and full counts, and no silent skips under CI."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import chromium as chromium
from casework_fixtures import migrated_postgres as migrated_postgres
from elastic_server import elasticsearch_url as elasticsearch_url
from postgres_server import postgres_url as postgres_url
from xdist.scheduler import LoadScopeScheduling

from kentongan.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
UNDER_CI = os.environ.get("CI") == "true"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="only what repeats trials or is marked long, at full counts")
    parser.addoption("--robustness", type=Path, default=None, help="write what the repeated trials did to this file")


GROUPS = {
    "test_search_cluster": "cluster",
    "test_search": "elasticsearch",
    "test_real": "elasticsearch",
    "test_casework_briefings": "elasticsearch",
    "test_casework_claim_matching": "elasticsearch",
    "test_casework_clippings": "elasticsearch",
    "test_casework_stories": "elasticsearch",
    "test_casework_trends": "elasticsearch",
    "test_kentongan_coordination": "elasticsearch",
    "test_kentongan_hoax_desk": "elasticsearch",
    "test_kentongan_spread": "elasticsearch",
    "test_kentongan_store": "elasticsearch",
    "test_kentongan_stories": "elasticsearch",
    "test_casework": "postgres",
    "test_demo": "demo",
    "test_evidence_cases": "postgres",
    "test_evidence_custody": "postgres",
    "test_evidence_questions": "postgres",
}
"""Beginning of a file's name: the server its tests share. A group runs in one worker, so a server starts once."""


SLOW_FIRST = (
    "elasticsearch",
    "test_notebooks.py",
    "cluster",
    "postgres",
    "test_dashboard_page.py",
    "test_kentongan_cli.py",
    "test_kentongan_evidence.py",
    "test_evidence_capture.py",
    "test_kentongan_kills.py",
)
"""The groups that take longest, in the order they are begun, so that no worker is left alone with one at the end. The
single Elasticsearch and the three nodes do not start at the same moment."""


def group_of(file: str) -> str:
    """The group that a file's tests run in: that of the server they share, else the file's own."""
    return next((group for start, group in GROUPS.items() if file.startswith(start)), file)


class ByServer(LoadScopeScheduling):
    """Gives each group to one worker. The marks of `--dist loadgroup` are lost on the pytest that is installed: it no
    longer keeps the name that pytest-xdist writes them into."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(Path(nodeid.partition("::")[0]).name)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByServer:
    return ByServer(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        group = group_of(item.path.name)
        return SLOW_FIRST.index(group) if group in SLOW_FIRST else len(SLOW_FIRST)

    items.sort(key=rank)
    if config.getoption("--long"):
        left_out = [item for item in items if not is_repeated(item)]
    else:
        left_out = [item for item in items if "long" in item.keywords]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


def is_repeated(item: pytest.Item) -> bool:
    """Whether a test is what --long is for: marked so, or repeating a trial."""
    return "long" in item.keywords or "trials" in getattr(item, "fixturenames", ())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if report.skipped and UNDER_CI and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped under CI: {call.excinfo.value if call.excinfo else report.longrepr}"
    return report


ROBUSTNESS: list[tuple[str, int | None, str, float]] = []
"""Test, how many trials it ran (None: once), how it ended, seconds."""


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call":
        counts = dict(report.user_properties)
        ROBUSTNESS.append((report.nodeid, counts.get("trials"), report.outcome, report.duration))


def pytest_sessionfinish(session: pytest.Session) -> None:
    file: Path | None = session.config.getoption("--robustness")
    if file is None or hasattr(session.config, "workerinput"):
        return
    lines = [
        "# Robustness",
        "",
        "Written by `make long`: repeated trials at their full counts and the long tests, with the real components.",
        "",
        f"Run on {time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}.",
        "",
        "| what | trials | result | seconds |",
        "|---|---:|---|---:|",
    ]
    for name, trials, outcome, seconds in sorted(ROBUSTNESS):
        sentence = name.split("::")[-1].partition("@")[0].removeprefix("test_").replace("_", " ")
        lines.append(f"| {sentence} | {trials or ''} | {outcome} | {seconds:.0f} |")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(scope="session", autouse=True)
def child_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Child programs import the project from this checkout, and compile what they import only once a session."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.getbasetemp() / "bytecode"))
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def no_foreign_components() -> Iterator[None]:
    """Each AppTest looks through every installed package for components of theirs, for 0.2 s: there are none."""
    if "streamlit" not in sys.modules:
        yield
        return
    from streamlit.components.v2 import manifest_scanner

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", list)
        yield


@pytest.fixture
def trials(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """``trials(3, 50)``: how often to repeat, few by default and many under --long; noted for docs/robustness.md."""

    def choose(few: int, many: int) -> int:
        count = many if request.config.getoption("--long") else few
        request.node.user_properties.append(("trials", count))
        return count

    return choose


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation of its own, empty, in a temporary folder."""
    return Settings(data_dir=tmp_path / "var")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of fixtures and data beside the project, or where KENTONGAN_SHARED points."""
    folder = Path(os.environ.get("KENTONGAN_SHARED") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip("no ../shared and no KENTONGAN_SHARED: the saved pages, feeds and data are not here")
    return folder
