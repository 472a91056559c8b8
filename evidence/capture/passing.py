"""Passes a server's answer on to the browser of a capture while it is being recorded."""

from __future__ import annotations

import http.client
from typing import IO

HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
     "transfer-encoding", "upgrade", "alt-svc"}
)  # fmt: skip
"""Headers that concern one connection only (RFC 9110, 7.6.1); and Alt-Svc, which names other roads than ours."""


class Passing:
    """The way of one answer to the browser."""

    def __init__(self, answer: http.client.HTTPResponse, to: IO[bytes] | None, *, method: str) -> None:
        self._to = to
        self.broken = False
        bodiless = method == "HEAD" or answer.status in (204, 304) or answer.status < 200
        self._chunked = answer.length is None and not bodiless
        head = [f"HTTP/1.1 {answer.status} {answer.reason}"]
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP and not (self._chunked and name.lower() == "content-length"):
                head.append(f"{name}: {' '.join(value.split())}")
        if self._chunked:
            head.append("Transfer-Encoding: chunked")
        self._send("\r\n".join([*head, "", ""]).encode("latin-1"))

    def pass_on(self, piece: bytes) -> None:
        self._send(b"%x\r\n%s\r\n" % (len(piece), piece) if self._chunked else piece)

    def finish(self) -> None:
        if self._chunked:
            self._send(b"0\r\n\r\n")

    def break_off(self) -> None:
        """Leave the answer unfinished, so that the browser sees that it is."""
        self.broken = True

    def _send(self, piece: bytes) -> None:
        if self._to is None or self.broken:
            return
        try:
            self._to.write(piece)
            self._to.flush()
        except OSError:
            self.broken = True
