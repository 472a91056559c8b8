"""Runs the dashboard: the ASGI app under uvicorn, with the settings handed over in the environment."""

from __future__ import annotations

import os
import socket

from kentongan.errors import Retry
from kentongan.settings import Settings, as_variables


def choose_port(host: str, port: int) -> int:
    """The port if it is free, or a free one for 0. Raises Retry where another program has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise Retry(
                f"Alamat {host} port {port} tidak dapat dipakai: {error.strerror}.",
                hint="Pilih port lain dengan --port, atau --port 0 untuk yang bebas.",
            ) from error
        return int(listener.getsockname()[1])


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
