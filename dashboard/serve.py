"""Runs the dashboard: the ASGI app under uvicorn, with the settings handed over in the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping

from kentongan.settings import Settings, as_variables


def serve_dashboard(settings: Settings, *, host: str, port: int) -> int:
    """Serve until stopped; returns the exit status. A port in use is uvicorn's own error and status 1."""
    import uvicorn

    os.environ.update(environment(settings))
    uvicorn.run(
        "dashboard.asgi:app", host=host, port=port, log_level="warning", server_header=False, ws="websockets-sansio"
    )
    return 0


def environment(settings: Settings) -> Mapping[str, str]:
    """What the page's script must see: the settings, so that it reads the same ones as the command."""
    return as_variables(settings)
