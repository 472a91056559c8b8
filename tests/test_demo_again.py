"""The demo started a second time over what it made."""

from __future__ import annotations

import subprocess
import sys

from command_line import environment
from demo_site import DemoSite
from demo_site import demo_site as demo_site

from kentongan.settings import Settings
from search.open import open_store


def test_a_second_start_adds_nothing_and_opens_again(demo_site: DemoSite) -> None:
    with open_store(demo_site.settings) as store:
        before = store.health().documents
    done = subprocess.run(
        [sys.executable, "-m", "kentongan", "demo", "--stop", "--port", "0"],
        env=environment(Settings(data_dir=demo_site.settings.data_dir.parent)),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip().startswith("http://") and "WARNING" not in done.stderr
    with open_store(demo_site.settings) as store:
        assert store.health().documents == before > 500
