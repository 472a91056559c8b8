"""What the documentation says is so: its commands, targets, paths, links and tables, and the shape of the code."""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.util
import re
import shlex
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from crawlers.sources import load_sources
from kentongan.commands.parser import Parser
from kentongan.commands.reference import reference
from kentongan.commands.registry import COMMANDS
from kentongan.settings import load_settings

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = (
    "kentongan", "crawlers", "models", "analysis", "search", "casework", "evidence", "dashboard", "samples",
    "benchmarks",
)  # fmt: skip
MAX_LINES = 400
"""A longer module has more than one job."""
ONE_FILE = {"evidence/verifier/verifikasi.py"}
"""What has to be one file: the verifier lies in every package and is read and run by itself."""

ELSEWHERE = tuple("".join(parts) for parts in (
    ("/work", "/"), ("/root", "/"), ("/home", "/"), ("pypi", ".org"), ("python", "hosted.org"),
))  # fmt: skip
"""Places of one machine and hosts of package registries: no file names them."""


def repository() -> Iterator[Path]:
    """Every file that is, or would be, in the repository."""
    ignored = [line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split()] + [".git"]

    def walk(folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            if any(fnmatch(path.name, pattern) for pattern in ignored):
                continue
            if path.is_dir() and not path.is_symlink():
                yield from walk(path)
            else:
                yield path

    return walk(ROOT)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


PAGES = [path for path in repository() if path.suffix == ".md" and not name_of(path).startswith(("models/", "tests/"))]
MODULES = [path for path in repository() if path.suffix == ".py"]


def code_of(page: str) -> list[tuple[str, bool]]:
    """The pieces of code on a page, each line of a block and each span, and whether it stood in a block."""
    found: list[tuple[str, bool]] = []
    rest: list[str] = []
    fenced = False
    for line in page.splitlines():
        if line.strip().startswith("```"):
            fenced = not fenced
        elif fenced or (line.startswith("    ") and not re.match(r" +([-*>|]|\d+\.) ", line)):
            found.append((line.strip(), True))
        else:
            rest.append(line)
    spans = re.findall(r"(?<!`)(`{1,2})(?!`)(.+?)(?<!`)\1(?!`)", "\n".join(rest), re.DOTALL)
    found += [(" ".join(span.split()), False) for _, span in spans]
    return found


def said_in_code() -> list[str]:
    """What modules say between backticks in their strings: hints that tell a person what to type."""
    found = []
    for path in MODULES:
        if not name_of(path).startswith(PACKAGES):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found += re.findall(r"(?<!`)`(kentongan [^`{}]+)`(?!`)", node.value)
    return found


def parser_of(command: str) -> argparse.ArgumentParser:
    parser = Parser(prog=f"kentongan {command}")
    importlib.import_module(f"kentongan.commands.{COMMANDS[command][0]}").configure(parser)
    return parser


def fault_of(line: str, capsys: pytest.CaptureFixture[str], *, whole: bool) -> str | None:
    """Why ``kentongan ...`` could not be typed so; None where it could. What is not ``whole`` may leave things out."""
    words = shlex.split(line.replace("PERINTAH", "search"), comments=True)[1:]
    if not words or words[0] in ("...", "--help", "--version"):
        return None
    if words[0] not in COMMANDS:
        return f"there is no command {words[0]}"
    try:
        parser_of(words[0]).parse_args(words[1:])
    except SystemExit as ended:
        said = capsys.readouterr().err
        if ended.code != 0 and (whole or "Belum disebut" not in said):
            return said
    return None


def test_every_command_line_in_the_documents_can_be_typed(capsys: pytest.CaptureFixture[str]) -> None:
    seen = 0
    for page in PAGES:
        for code, in_block in code_of(page.read_text(encoding="utf-8")):
            if re.match(r"kentongan( |$)", code):
                seen += 1
                fault = fault_of(code, capsys, whole=in_block)
                assert fault is None, f"{name_of(page)}: {code}: {fault}"
    assert seen > 20


def test_every_command_line_that_a_message_recommends_can_be_typed(capsys: pytest.CaptureFixture[str]) -> None:
    said = said_in_code()
    assert "kentongan sources refused" in said
    for line in said:
        fault = fault_of(line, capsys, whole=" " in line.removeprefix("kentongan "))
        assert fault is None, f"{line}: {fault}"


def test_a_command_line_that_cannot_be_typed_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert fault_of("kentongan serach banjir", capsys, whole=True)
    assert fault_of("kentongan search --mood marah", capsys, whole=False)
    assert fault_of("kentongan add --text banjir", capsys, whole=True)
    assert fault_of("kentongan import   # a file", capsys, whole=False) is None


def test_every_make_target_named_exists_and_is_explained() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()) == targets  # type: ignore[index]
    explained = set(re.findall(r'@echo "make ([a-z]+) ', makefile))
    assert explained == targets - {"help"}
    named = {
        (name_of(page), target)
        for page in PAGES
        for code, _ in code_of(page.read_text(encoding="utf-8"))
        for target in re.findall(r"^make ([a-z]+)", code)
    }
    assert {"demo", "test", "check"} <= {target for _, target in named} <= targets, named


def paths_in(code: str, top: set[str]) -> Iterator[str]:
    """The words of a piece of code that begin with a folder of the repository, without placeholders."""
    for word in re.split(r"[\s'\"(),]+", code):
        path = word.rstrip(".,:;")
        if "/" in path and path.partition("/")[0] in top and not re.search(r"[<>*{}]|://", path):
            yield path


def test_every_path_named_in_the_documents_exists() -> None:
    top = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name != "var"}
    missing = [
        f"{name_of(page)}: {path}"
        for page in PAGES
        for code, _ in code_of(page.read_text(encoding="utf-8"))
        for path in paths_in(code, top)
        if not (ROOT / path).exists()
    ]
    assert not missing


def test_every_module_named_in_the_documents_exists() -> None:
    for page in PAGES:
        for code, _ in code_of(page.read_text(encoding="utf-8")):
            for dotted in re.findall(r"python -m ([\w.]+)", code):
                spec = importlib.util.find_spec(dotted)
                assert spec is not None, f"{name_of(page)}: {dotted}"


def test_links_between_documents_resolve() -> None:
    broken = []
    for page in PAGES:
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
            file, _, heading = target.partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            aim = page if not file else page.parent / file
            if not aim.exists():
                broken.append(f"{name_of(page)}: {target}")
            elif heading and heading not in headings(aim):
                broken.append(f"{name_of(page)}: {target} (no such heading)")
    assert not broken


def headings(page: Path) -> set[str]:
    """The anchors of a page, as hosts of repositories make them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_reference_says_what_the_code_says() -> None:
    file = ROOT / "docs/reference.md"
    assert file.read_text(encoding="utf-8").rstrip("\n") == reference().rstrip("\n"), "run `make docs`"


def test_the_settings_file_that_ships_is_one_that_can_be_used() -> None:
    settings = load_settings({"KENTONGAN_SETTINGS": str(ROOT / "deploy/kentongan.toml")})
    assert settings.organisation and settings.region


def test_the_source_shown_to_contributors_is_one_that_can_be_read(tmp_path: Path) -> None:
    page = (ROOT / "docs/contributing/add-a-source.md").read_text(encoding="utf-8")
    block = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert block is not None
    (tmp_path / "sources.yml").write_text(yaml.safe_dump(yaml.safe_load(block[1])), encoding="utf-8")
    (source,) = load_sources(tmp_path / "sources.yml")
    assert f"kentongan crawl {source.name}" in page


def test_no_file_names_one_machine_or_a_package_registry() -> None:
    found = []
    for path in repository():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name_of(path)}: {place}" for place in ELSEWHERE if place in text]
    assert not found


def test_every_module_says_what_it_does_and_does_one_thing() -> None:
    assert len(MODULES) > 100
    silent = [name_of(p) for p in MODULES if not ast.get_docstring(ast.parse(p.read_text(encoding="utf-8")))]
    assert not silent
    long = {
        name_of(path): lines
        for path in MODULES
        if name_of(path).startswith(PACKAGES)
        and name_of(path) not in ONE_FILE
        and (lines := path.read_text(encoding="utf-8").count("\n")) > MAX_LINES
    }
    assert not long
