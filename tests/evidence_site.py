"""A web server with the pages that make capturing hard, over HTTP and, with certificates of its own, over HTTPS."""

from __future__ import annotations

import gzip
import ipaddress
import ssl
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cf500f0003860180c0d3c8200000000049454e44ae426082"
)
STYLE = "body { margin: 0 } .strip { height: 600px } " + "/* isi */ " * 200
BIG = 3_000_000
"""Bytes of a film, beyond what the tests' captures take of one answer."""

PAGE = """<!DOCTYPE html><html lang="id"><head><title>Kabar Bansos</title><link rel="stylesheet" href="/gaya.css">
<script>
  Object.defineProperty(HTMLElement.prototype, "innerText", { get() { return "halaman ini bersih"; } });
  alert("Anda menang"); window.open("/jendela"); window.print();
  navigator.serviceWorker && navigator.serviceWorker.register("/pekerja.js").catch(() => {});
  fetch("http://localhost:%(port)d/rahasia").catch(() => {});
  fetch("http://169.254.169.254/latest/meta-data").catch(() => {});
  fetch("/film").catch(() => {}); fetch("/tidak-ada").catch(() => {});
  fetch("/kirim", { method: "POST", body: "jawaban=42" }).catch(() => {});
  new WebSocket("ws://127.0.0.1:%(port)d/langsung");
</script></head><body><h1>Bansos 2,4 juta</h1><p>Daftar di tautan ini.</p><a href="/ketentuan">Ketentuan layanan</a>
<iframe src="/bingkai"></iframe>%(strips)s<div id="tambahan"></div>%(strips)s
<script>
  document.getElementById("tambahan").textContent = "Ditulis skrip";
  const seen = new IntersectionObserver(es => { for (const e of es) if (e.isIntersecting) {
    const i = new Image(); i.src = "/malas.png"; document.body.append(i); seen.disconnect(); } });
  seen.observe(document.getElementById("tambahan"));
</script></body></html>"""

ENDLESS = """<!DOCTYPE html><title>Tanpa akhir</title><p>Sebelum macet</p>
<script>setTimeout(() => { while (true) {} }, 0)</script>"""

STUBBORN = """<!DOCTYPE html><title>Keras kepala</title>
<script>setInterval(() => { while (true) {} }, 1)</script>"""

COLOURS = ("#ff0000", "#00ff00", "#0000ff")


class EvidenceSite(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.port = int(self.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        """Method, path and headers of every request."""
        self.stopping = threading.Event()

    @property
    def page(self) -> bytes:
        """The tricky page as it leaves the server, before chunks and compression; taller than the tests' pictures."""
        strips = "".join(f'<div class="strip" style="background:{COLOURS[n % 3]}"></div>' for n in range(6))
        return (PAGE % {"port": self.port, "strips": strips}).encode()

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.asked]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up is no error of the server."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: EvidenceSite

    def log_message(self, *args: object) -> None:
        """Nothing: tests read ``EvidenceSite.asked``."""

    def do_GET(self) -> None:
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        path = self.path.partition("?")[0]
        if path in ("/", "/lama"):
            self.send(302, headers={"Location": "/berita?id=7", "Set-Cookie": "sesi=rahasia-server; Path=/"})
        elif path == "/berita":
            self.send_in_chunks(gzip.compress(self.server.page))
        elif path == "/gaya.css":
            self.send(200, zlib.compress(STYLE.encode()), kind="text/css", headers={"Content-Encoding": "deflate"})
        elif path.endswith(".png"):
            self.send(200, PICTURE, kind="image/png")
        elif path in ("/bingkai", "/jendela"):
            self.send(200, b"<!DOCTYPE html><title>kecil</title><p>isi kecil</p>")
        elif path == "/robots.txt":
            self.send(200, b"User-agent: *\nDisallow: /berita\n", kind="text/plain")
        elif path == "/film":
            self.send(200, b"f" * BIG, kind="video/mp4")
        elif path == "/berkas.pdf":
            self.send(200, b"%PDF-1.4 isi", kind="application/pdf", headers={"Content-Disposition": "attachment"})
        elif path == "/putaran":
            self.send(302, headers={"Location": "/putaran?" + "a" * (len(self.path) % 50)})
        elif path == "/ke-dalam":
            self.send(302, headers={"Location": f"http://localhost:{self.server.port}/rahasia"})
        elif path == "/dihapus":
            self.send(410, b"<!DOCTYPE html><title>Dihapus</title><p>Unggahan ini sudah dihapus.</p>")
        elif path == "/macet":
            self.send(200, ENDLESS.encode())
        elif path == "/keras-kepala":
            self.send(200, STUBBORN.encode())
        elif path == "/menetes":
            self.drip()
        else:
            self.send(404, b"tidak ada", kind="text/plain")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def send(
        self, status: int, body: bytes = b"", *, kind: str = "text/html; charset=utf-8", headers: Any = None
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def send_in_chunks(self, body: bytes) -> None:
        self.send_response(200)
        for name, value in {
            "Content-Type": "text/html; charset=utf-8", "Content-Encoding": "gzip", "Transfer-Encoding": "chunked",
        }.items():  # fmt: skip
            self.send_header(name, value)
        self.end_headers()
        for at in range(0, len(body), 100):
            piece = body[at : at + 100]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def drip(self) -> None:
        """A page that goes on for as long as anybody listens."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"<!DOCTYPE html><title>Menetes</title><p>Awal</p>")
        while not self.server.stopping.wait(0.2):
            self.wfile.write(b"<p>lagi</p>")
            self.wfile.flush()


@contextmanager
def running_evidence_site(certificate: Path | None = None) -> Iterator[EvidenceSite]:
    """The site until the block ends; over HTTPS with a file of key and certificates."""
    site = EvidenceSite()
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        site.socket = context.wrap_socket(site.socket, server_side=True, do_handshake_on_connect=False)
        site.url = f"https://127.0.0.1:{site.port}"
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.stopping.set()
        site.shutdown()
        site.server_close()


class Authority:
    """A certificate authority for tests, and the certificates it gives."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Otoritas Uji Situs")])
        now = datetime.now(UTC)
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(self._name)
            .issuer_name(self._name)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=30))
            .not_valid_after(now + timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        self.file = folder / "otoritas.pem"
        self.file.write_bytes(self.certificate.public_bytes(Encoding.PEM))

    def issue(
        self, name: str, *, address: str = "127.0.0.1", days: tuple[int, int] = (-1, 7), own: bool = False
    ) -> Path:
        """A file of key, certificate and authority. ``days`` from now it holds from and until; ``own`` signs itself."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject if own else self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + timedelta(days=days[0]))
            .not_valid_after(now + timedelta(days=days[1]))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key((key if own else self._key).public_key()),
                critical=False,
            )
            .sign(key if own else self._key, hashes.SHA256())
        )
        path = self._folder / f"{name}.pem"
        chain = [made] if own else [made, self.certificate]
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(secret + b"".join(certificate.public_bytes(Encoding.PEM) for certificate in chain))
        return path
