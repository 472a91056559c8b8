"""Runs the dashboard: the ASGI app under uvicorn, with the settings handed over in the environment."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

from kentongan.errors import Retry
from kentongan.settings import Settings, as_variables

if TYPE_CHECKING:
    import uvicorn


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


def make_config(settings: Settings, *, host: str, port: int) -> uvicorn.Config:
    """How uvicorn serves. Only a trusted proxy says who asks, and whether the connection to it was encrypted."""
    import uvicorn

    return uvicorn.Config(
        "dashboard.asgi:app",
        host=host,
        port=port,
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="websockets-sansio",
        proxy_headers=bool(settings.trusted_proxies.strip()),
        forwarded_allow_ips=settings.trusted_proxies,
    )


def serve_dashboard(settings: Settings, *, host: str, port: int) -> int:
    """Serve until stopped; returns the exit status, 1 where it could not start (uvicorn says why). Raises
    BadSettings."""
    import uvicorn

    from dashboard.subpath import folder_of

    folder_of(settings)  # a folder that cannot be is said before anything is served
    # The page's script runs in this process and reads the same settings as the command did.
    os.environ.update(as_variables(settings))
    server = uvicorn.Server(make_config(settings, host=host, port=port))
    server.run()
    return 0 if server.started else 1
