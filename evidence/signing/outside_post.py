"""Posts to an outside service over HTTP and takes an answer of bounded length in bounded time."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import IO
from urllib.parse import urlsplit

from kentongan.errors import KentonganError, Retry

CHUNK_BYTES = 65_536
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the service answered, whatever its status."""

    status: int
    content_type: str
    """Without parameters, in lower case; empty where it said none."""
    body: bytes


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A service that sends elsewhere has answered: what was posted goes nowhere else."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        return None


def post(
    url: str,
    body: bytes,
    *,
    headers: Mapping[str, str],
    who: str,
    patience: float,
    most_bytes: int,
    proxy: str = "",
) -> Answer:
    """Post ``body`` and read the answer.

    ``who`` names the service in messages, ``patience`` is the longest wait in seconds for the connection, for each
    piece and for the whole body, ``proxy`` an HTTP proxy ("http://proxy:3128"; never used for this machine itself,
    and the environment's is not read). Raises Retry where nobody answers in time, KentonganError for an answer that is
    too long. What was posted appears in no message.
    """
    through = {"http": proxy, "https": proxy} if proxy and urlsplit(url).hostname not in LOOPBACK else {}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler(through), NoRedirect())
    request = urllib.request.Request(url, data=body, headers=dict(headers), method="POST")
    ends = time.monotonic() + patience
    try:
        try:
            response = opener.open(request, timeout=patience)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            taken = read_bounded(response, who=who, ends=ends, most_bytes=most_bytes)
            kind = response.headers.get_content_type() if "Content-Type" in response.headers else ""
            return Answer(status=response.status, content_type=kind, body=taken)
    except TimeoutError as error:
        raise Retry(f"{who} tidak menjawab dalam {patience:g} detik.") from error
    except (OSError, http.client.HTTPException) as error:
        cause = error.reason if isinstance(error, urllib.error.URLError) else error
        if isinstance(cause, TimeoutError):
            raise Retry(f"{who} tidak menjawab dalam {patience:g} detik.") from error
        raise Retry(f"{who} tidak dapat dihubungi ({type(cause).__name__}).") from error


def read_bounded(response: IO[bytes], *, who: str, ends: float, most_bytes: int) -> bytes:
    """The body, at most so many bytes of it; raises TimeoutError once the clock passes ``ends``."""
    taken = bytearray()
    while chunk := response.read1(CHUNK_BYTES) if hasattr(response, "read1") else response.read(CHUNK_BYTES):
        taken += chunk
        if len(taken) > most_bytes:
            raise KentonganError(f"Jawaban {who} lebih dari {most_bytes} byte; tidak diterima.")
        if time.monotonic() > ends:
            raise TimeoutError
    return bytes(taken)
