"""The evidence benchmark judges what it measures: memory that grows is a figure that does not hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks import evidence
from benchmarks.evidence_worker import CaseMade, PackageBuilt, PackageVerified


def test_memory_that_grows_with_the_case_does_not_hold() -> None:
    flat = evidence.growth("build", [170, 172, 171], [180, 185, 181], sizes=(50, 200))
    grown = evidence.growth("build", [170, 172, 171], [260, 262, 261], sizes=(50, 200))
    assert (flat.holds, grown.holds) == (True, False)
    assert flat.low <= flat.value <= flat.high and grown.value > 1.5


def test_a_package_that_the_verifier_rejects_is_no_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers: dict[str, Any] = {
        "make": CaseMade(case="KASUS-2026-0001", documents=2),
        "build": PackageBuilt(seconds=1, peak_mib=100, size=1, package=str(tmp_path / "a.zip"), seal="", time=""),
        "verify": PackageVerified(seconds=1, peak_mib=20, status=1),
    }
    monkeypatch.setattr(evidence, "ask", lambda task, *words, kind: answers[task])
    with pytest.raises(RuntimeError, match="verifier ended with 1"):
        evidence.measure_case(tmp_path, 2, runs=1)
