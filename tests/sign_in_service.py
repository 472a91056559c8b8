"""A small real sign-in service (OpenID Connect) on this machine, and the ways its word can be wrong."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "kentongan", "rahasia: dengan titik dua & tanda"


def make_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(kw_only=True)
class Service:
    """What the service knows and does; tests bend it."""

    issuer: str = ""
    key: rsa.RSAPrivateKey = field(default_factory=make_key)
    kid: str = "satu"
    subject: str = "sub-ani"
    email: str = "Ani@Kota.example"
    verified: bool = True
    bend: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
    """What becomes of the claims before they are signed."""
    sign: Callable[[Service, dict[str, Any]], str] | None = None
    """Another way of signing them."""
    calls: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer, "sub": self.subject, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce,
            "email": self.email, "email_verified": self.verified,
        }  # fmt: skip
        claims = self.bend(claims)
        if self.sign is not None:
            return self.sign(self, claims)
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": self.kid})

    def answer(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.calls.append(parts.path)
        if parts.path == "/.well-known/openid-configuration":
            return as_json(
                {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/izin",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/kunci",
                    "end_session_endpoint": f"{self.issuer}/keluar",
                    "lain": [1],
                }
            )
        if parts.path == "/kunci":
            made = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            return as_json({"keys": [made | {"kid": self.kid, "use": "sig", "alg": "RS256"}]})
        if parts.path == "/izin":
            assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
            assert asked["client_id"] == CLIENT and "openid" in asked["scope"].split()
            code = secrets.token_urlsafe(16)
            self.codes[code] = asked
            back = {"code": code, "state": asked["state"], "iss": self.issuer}
            return 302, {"Location": f"{asked['redirect_uri']}?{urlencode(back)}"}, b""
        if parts.path == "/token":
            begun = self.codes.pop(form.get("code", ""), None)
            challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
            both = base64.b64decode(authorization.removeprefix("Basic ")).decode()
            if (
                begun is None
                or challenge.rstrip(b"=").decode() != begun["code_challenge"]
                or form["redirect_uri"] != begun["redirect_uri"]
                or both != "kentongan:rahasia%3A%20dengan%20titik%20dua%20%26%20tanda"
            ):
                return as_json({"error": "invalid_grant"}, status=400)
            return as_json({"access_token": "x", "token_type": "Bearer", "id_token": self.token(begun["nonce"])})
        return as_json({"sampai": parts.path})


def as_json(value: object, *, status: int = 200) -> tuple[int, dict[str, str], bytes]:
    return status, {"Content-Type": "application/json"}, json.dumps(value).encode()


@contextmanager
def running_service() -> Iterator[Service]:
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
            status, headers, body = service.answer(self.path, form, self.headers.get("Authorization", ""))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        service.issuer = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield service
        server.shutdown()
        thread.join(timeout=10)
