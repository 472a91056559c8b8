"""Sends one request of a capture to its server: resolves, refuses private addresses, pins, checks the certificate.

The name is resolved here, once a request, and the connection goes to the very address that was judged, so a name that
changes its mind in between (DNS rebinding) leads nowhere. The browser reaches the network through here only
(``evidence.capture.proxy``). Behind an HTTP proxy of the office names are that proxy's business, as in the crawler;
addresses spelled out are not. Every request has a connection of its own, HTTP/1.1, so that an answer's end and its
server's address are never in doubt. What a server does by the manner of the handshake is its affair: it sees OpenSSL's,
not Chromium's.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from crawlers.addresses import DEFAULT_PORTS, host_of, is_public, literal_address, names_private_place
from evidence.capture.certificates import describe_problem, read_chain
from evidence.capture.exchanges import Fault, Headers, TlsSession

WEB_SCHEMES = frozenset(DEFAULT_PORTS)


class Unanswered(Exception):
    """No answer came. ``why`` is in Indonesian, to stand after the address."""

    def __init__(self, fault: Fault, why: str) -> None:
        super().__init__(why)
        self.fault: Fault = fault
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where a capture may go, and how."""

    own_host: str
    """Host of the page that is captured."""
    allow_private: bool = False
    """Whether that host, and no other, may be a loopback or private address (sample sites)."""
    accept_broken: bool = False
    """Whether that host's certificate is taken even where it does not hold; the problem is recorded."""
    proxy: str = ""
    """An HTTP proxy that all requests go through; empty for none."""
    seconds: float = 20.0
    """How long a server may stay silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An answer whose head has come; its body is still to be read."""

    connection: http.client.HTTPConnection
    wire: socket.socket
    """To break off with, from another thread."""
    answer: http.client.HTTPResponse
    ip: str | None
    tls: TlsSession | None


def send_request(url: str, *, method: str, headers: Headers, body: bytes, reach: Reach) -> Opened:
    """Send a request and read the head of its answer. Raises Unanswered. The caller closes ``connection``."""
    parts = urlsplit(url)
    scheme, host = parts.scheme, host_of(url)
    if scheme not in WEB_SCHEMES or not host:
        raise Unanswered("type", "bukan alamat http atau https")
    port = parts.port or DEFAULT_PORTS[scheme]
    connection = http.client.HTTPConnection(host, port, timeout=reach.seconds)
    try:
        wire, ip = _connect(host, port, secure=scheme == "https", reach=reach)
        connection.sock = wire
        tls = None
        if scheme == "https":
            wire, tls = _secure(wire, host, port, reach=reach)
            connection.sock = wire
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        if reach.proxy and scheme == "http":
            target = f"http://{parts.netloc}{target}"
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders(body or None)
        return Opened(connection=connection, wire=wire, answer=connection.getresponse(), ip=ip, tls=tls)
    except Unanswered:
        connection.close()
        raise
    except TimeoutError as error:
        connection.close()
        raise Unanswered("silent", f"servernya tidak menjawab dalam {reach.seconds:.0f} detik") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        connection.close()
        raise Unanswered("broken", f"jawaban servernya terputus ({type(error).__name__})") from error


def judge_address(host: str, port: int, *, reach: Reach) -> list[str]:
    """The IP addresses of a host, in the resolver's order. Raises Unanswered where any of them is private."""
    private = names_private_place(host)
    if private and not (reach.allow_private and host == reach.own_host):
        raise Unanswered("address", "mengarah ke alamat jaringan pribadi; tidak diminta")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unanswered("unresolved", "nama servernya tidak ditemukan") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    judged = [literal_address(address) for address in addresses]
    if any(address is None or not is_public(address) for address in judged) and not (
        reach.allow_private and host == reach.own_host
    ):
        raise Unanswered("address", "mengarah ke alamat jaringan pribadi; tidak diminta")
    return addresses


def _connect(host: str, port: int, *, secure: bool, reach: Reach) -> tuple[socket.socket, str | None]:
    """A connection to one of the host's addresses, and which; through the office's proxy where there is one."""
    if reach.proxy:
        if literal_address(host) is not None or names_private_place(host):
            judge_address(host, port, reach=reach)
        return _connect_by_proxy(host, port, secure=secure, reach=reach), None
    last: OSError | None = None
    for address in judge_address(host, port, reach=reach):
        try:
            return socket.create_connection((address, port), timeout=reach.seconds), address
        except OSError as error:
            last = error
    if isinstance(last, TimeoutError):
        raise Unanswered("silent", f"servernya tidak menjawab dalam {reach.seconds:.0f} detik") from last
    raise Unanswered("refused", "servernya menolak sambungan atau tidak terjangkau") from last


def _connect_by_proxy(host: str, port: int, *, secure: bool, reach: Reach) -> socket.socket:
    place = urlsplit(reach.proxy)
    try:
        connection = http.client.HTTPConnection(place.hostname or "", place.port or 3128, timeout=reach.seconds)
        if secure:
            connection.set_tunnel(host, port)
        connection.connect()
    except OSError as error:
        raise Unanswered("refused", f"perantara (proxy) menolak: {error}") from error
    return cast(socket.socket, connection.sock)


def _secure(raw: socket.socket, host: str, port: int, *, reach: Reach) -> tuple[ssl.SSLSocket, TlsSession]:
    """The connection made secure. A certificate that does not hold is refused, or taken and the problem kept."""
    try:
        return _handshake(raw, host, problem=None)
    except ssl.SSLCertVerificationError as error:
        problem = describe_problem(error)
        if not (reach.accept_broken and host == reach.own_host):
            raise Unanswered("certificate", f"{problem}; isinya tidak diminta") from error
    except TimeoutError:
        raise
    except (ssl.SSLError, OSError) as error:
        raise Unanswered("secure", f"sambungan aman (TLS) gagal dibuat ({type(error).__name__})") from error
    again, _ = _connect(host, port, secure=True, reach=reach)
    try:
        return _handshake(again, host, problem=problem)
    except (ssl.SSLError, OSError) as error:
        again.close()
        raise Unanswered("secure", f"sambungan aman (TLS) gagal dibuat ({type(error).__name__})") from error


def _handshake(raw: socket.socket, host: str, *, problem: str | None) -> tuple[ssl.SSLSocket, TlsSession]:
    context = ssl.create_default_context()
    if problem is not None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    secured = context.wrap_socket(raw, server_hostname=host)
    cipher = secured.cipher()
    return secured, TlsSession(
        version=secured.version() or "",
        cipher=cipher[0] if cipher else "",
        chain=read_chain(secured),
        problem=problem,
    )
