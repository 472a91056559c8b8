"""Runs the dashboard: the ASGI app under uvicorn, with the settings handed over in the environment."""

from __future__ import annotations

import os

from kentongan.settings import Settings, as_variables


def serve_dashboard(settings: Settings, *, host: str, port: int) -> int:
    """Serve until stopped; returns the exit status, 1 where it could not start (uvicorn says why)."""
    import uvicorn

    # The page's script runs in this process and reads the same settings as the command did.
    os.environ.update(as_variables(settings))
    config = uvicorn.Config(
        "dashboard.asgi:app",
        host=host,
        port=port,
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="websockets-sansio",
    )
    server = uvicorn.Server(config)
    server.run()
    return 0 if server.started else 1
