"""Servers that alerts are sent to, for tests: a mail server, a webhook's receiver, one that behaves like Telegram's."""

from __future__ import annotations

import json
import socket
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from casework.webhook_signature import SIGNATURE_HEADER, verify_signature

SECRET = "rahasia-webhook"
TOKEN = "123456:ABC-def_ghij"


def free_port() -> int:
    """A port nobody listens on; aiosmtpd takes no 0."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class MailServer:
    """A real SMTP server on a free port; remembers what it took, refuses whom it is told to."""

    mails: list[EmailMessage] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    """Address: what the server answers to it."""
    data_answer: str = "250 OK"
    port: int = 0
    context: Any = None
    controller: Controller | None = None

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.data_answer.startswith("250"):
            content = envelope.content if isinstance(envelope.content, bytes) else b""
            self.mails.append(message_from_bytes(content, policy=policy.default))
        return self.data_answer

    def start(self) -> None:
        """Listen, on the same port as before where it had one."""
        self.port = self.port or free_port()
        options = {"tls_context": self.context, "require_starttls": True} if self.context else {}
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        self.controller.start()

    def stop(self) -> None:
        if self.controller is not None:
            self.controller.stop()
            self.controller = None


class HttpServer:
    """An HTTP server that remembers what was posted and answers what it is told to."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.status = 200
        self.answer: dict[str, Any] = {}
        self.more_headers: dict[str, str] = {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.paths.append(self.path)
                outer.headers.append(dict(self.headers))
                outer.got.append(json.loads(body))
                outer.look(dict(self.headers), body)
                said = json.dumps(outer.answer).encode()
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(said)))
                for name, value in outer.more_headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def look(self, headers: dict[str, str], body: bytes) -> None:
        """What a receiver does with the delivery; nothing here."""

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Webhook(HttpServer):
    """A receiver that checks signatures and keeps each key once, as receivers are told to."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, dict[str, Any]] = {}

    def look(self, headers: dict[str, str], body: bytes) -> None:
        signed = headers[SIGNATURE_HEADER]
        at = datetime.fromtimestamp(int(signed.split(",")[0].removeprefix("t=")), UTC)
        verify_signature(signed, body, secret=SECRET, now=at)
        if self.status < 300:
            self.kept[headers["Idempotency-Key"]] = json.loads(body)


class Telegram(HttpServer):
    """Answers as the Bot API does."""

    def __init__(self) -> None:
        super().__init__()
        self.answer = {"ok": True, "result": {"message_id": 1}}

    def refuse(self, status: int, description: str, **parameters: int) -> None:
        self.status = status
        self.answer = {"ok": False, "error_code": status, "description": description, "parameters": parameters}

    def accept(self) -> None:
        self.status, self.answer = 200, {"ok": True, "result": {"message_id": 1}}
