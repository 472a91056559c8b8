"""Talks to the organisation's sign-in service (OpenID Connect): its discovery document, its tokens, its keys.

Authorization code flow with PKCE (RFC 7636, RFC 9700). Nothing the service says counts before the ID token's signature,
issuer, audience, times and nonce were checked (OpenID Connect Core 1.0, section 3.1.3.7).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ssl
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

import jwt
import msgspec

from casework.accounts.outside import Account, OutsideTry
from kentongan.errors import KentonganError, NotAllowed, NotConfigured, Retry
from kentongan.settings import Settings

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures with a public key alone: never "none", never one made with the client's secret."""
LEEWAY_S: Final = 60
"""How far the service's clock may be off, in seconds."""
FRESH_S: Final = 600.0
"""How long its discovery document and keys serve."""
ANEW_S: Final = 30.0
"""How often its keys are asked for anew because a token names one that is not there."""
TIMEOUT_S: Final = 10.0
MOST_BYTES: Final = 1_048_576
SCOPE: Final = "openid email"


class Discovery(msgspec.Struct, frozen=True):
    """What is used of its discovery document; the rest is left."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str = ""
    token_endpoint_auth_methods_supported: list[str] = msgspec.field(default_factory=list)


class Tokens(msgspec.Struct, frozen=True):
    """What is used of the answer of its token endpoint."""

    id_token: str


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """What is asked of the service is answered at that address or not at all."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


@dataclass(slots=True, kw_only=True)
class Provider:
    """The service of these settings; one a process. Methods ask over the network: call them in a thread."""

    settings: Settings
    _lock: Lock = field(default_factory=Lock)
    _discovery: tuple[float, Discovery] | None = None
    _keys: tuple[float, jwt.PyJWKSet] | None = None

    def discover(self) -> Discovery:
        """Its discovery document. Raises NotConfigured, Retry where it does not answer, NotAllowed for a wrong one."""
        if not self.settings.oidc_issuer or not self.settings.oidc_client_id:
            raise NotConfigured(
                "oidc_issuer", "Masuk dengan akun instansi belum dipasang.",
                hint="Isi pengaturan oidc_issuer dan oidc_client_id.",
            )  # fmt: skip
        with self._lock:
            if self._discovery is None or self._discovery[0] < time.monotonic() - FRESH_S:
                address = f"{self.settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration"
                found = read_as(self.fetch(address), Discovery)
                if found.issuer != self.settings.oidc_issuer:
                    raise NotAllowed(
                        "Layanan masuk menyebut nama lain daripada pengaturan oidc_issuer.",
                        hint=f"Layanan itu menyebut dirinya {found.issuer[:200]!r}.",
                    )
                for one in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
                    require_private(one)
                self._discovery = (time.monotonic(), found)
            return self._discovery[1]

    def authorization_address(self, begun: OutsideTry, *, back: str) -> str:
        """Where the browser goes to sign in; ``back`` is the address it comes back to."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(begun.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code", "client_id": self.settings.oidc_client_id, "redirect_uri": back, "scope": SCOPE,
            "state": begun.state, "nonce": begun.nonce, "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        address = self.discover().authorization_endpoint
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    def sign_out_address(self, *, back: str) -> str | None:
        """Where the browser goes to sign out there too; None where the service offers no such place."""
        address = self.discover().end_session_endpoint
        if not address:
            return None
        asked = {"client_id": self.settings.oidc_client_id, "post_logout_redirect_uri": back}
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    def redeem(self, code: str, begun: OutsideTry, *, back: str) -> Account:
        """Who signed in, for the code the browser came back with. Raises NotAllowed where the service's word does not
        hold, Retry where it does not answer."""
        found = self.discover()
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": begun.verifier}
        headers = {}
        name, secret = self.settings.oidc_client_id, self.settings.oidc_client_secret
        methods = found.token_endpoint_auth_methods_supported or ["client_secret_basic"]
        if secret and "client_secret_basic" in methods:
            both = f"{quote(name, safe='')}:{quote(secret, safe='')}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(both).decode()}"
        else:
            form |= {"client_id": name, **({"client_secret": secret} if secret else {})}
        answer = self.fetch(found.token_endpoint, form=form, headers=headers)
        return self.verify(read_as(answer, Tokens).id_token, nonce=begun.nonce)

    def verify(self, token: str, *, nonce: str) -> Account:
        """Who an ID token stands for. Raises NotAllowed where it does not hold."""
        try:
            claims = jwt.decode(
                token, self.key_of(token), algorithms=ALGORITHMS, audience=self.settings.oidc_client_id,
                issuer=self.settings.oidc_issuer, leeway=LEEWAY_S,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )  # fmt: skip
        except jwt.PyJWTError as error:
            raise NotAllowed(
                "Jawaban layanan masuk tidak dapat dipercaya.", hint=f"Beri tahu admin: {type(error).__name__}."
            ) from error
        said = claims.get("nonce")
        if not isinstance(said, str) or not hmac.compare_digest(said.encode(), nonce.encode()):
            raise NotAllowed("Jawaban layanan masuk bukan untuk percobaan ini.", hint="Mulai lagi dari formulir masuk.")
        if claims.get("azp", self.settings.oidc_client_id) != self.settings.oidc_client_id or (
            isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and "azp" not in claims
        ):
            raise NotAllowed("Jawaban layanan masuk dibuat untuk program lain.", hint="Beri tahu admin.")
        subject, email = claims["sub"], claims.get("email", "")
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise NotAllowed("Layanan masuk tidak menyebut akunnya.", hint="Beri tahu admin.")
        verified = claims.get("email_verified") is True and isinstance(email, str) and len(email) <= 254
        return Account(
            issuer=self.settings.oidc_issuer, subject=subject, email=email.strip().lower() if verified else ""
        )  # fmt: skip

    def key_of(self, token: str) -> jwt.PyJWK:
        """The key that a token says it is signed with. Raises jwt.PyJWTError where there is none, Retry."""
        kid = jwt.get_unverified_header(token).get("kid")
        for anew in (False, True):
            keys = [key for key in self.keys(anew=anew).keys if kid is None or key.key_id == kid]
            if len(keys) == 1:
                return keys[0]
        raise jwt.InvalidKeyError("no such key")

    def keys(self, *, anew: bool) -> jwt.PyJWKSet:
        """Its keys; ``anew`` asks again where it was not asked a moment ago. Raises NotAllowed, Retry."""
        address = self.discover().jwks_uri
        with self._lock:
            if self._keys is None or self._keys[0] < time.monotonic() - (ANEW_S if anew else FRESH_S):
                try:
                    found = jwt.PyJWKSet.from_json(self.fetch(address).decode())
                except ValueError as error:
                    raise NotAllowed("Kunci layanan masuk tidak terbaca.", hint="Beri tahu admin.") from error
                self._keys = (time.monotonic(), found)
            return self._keys[1]

    def fetch(
        self, address: str, *, form: dict[str, str] | None = None, headers: dict[str, str] | None = None
    ) -> bytes:
        """The body of an answer with status 200. Raises NotAllowed for another status, Retry for none."""
        require_private(address)
        body = None if form is None else urlencode(form).encode()
        request = urllib.request.Request(address, data=body, headers={"Accept": "application/json", **(headers or {})})
        context = ssl.create_default_context(cafile=self.settings.oidc_ca_file)
        opener = urllib.request.build_opener(NoRedirect, urllib.request.HTTPSHandler(context=context))
        try:
            with opener.open(request, timeout=TIMEOUT_S) as answer:
                found: bytes = answer.read(MOST_BYTES + 1)
        except urllib.error.HTTPError as error:
            with error:
                raise NotAllowed(
                    f"Layanan masuk menolak (status {error.code}).", hint="Mulai lagi dari formulir masuk."
                ) from error
        except OSError as error:
            raise Retry(
                "Layanan masuk tidak menjawab.", hint="Coba lagi sebentar lagi, atau masuk dengan kata sandi di sini."
            ) from error
        if len(found) > MOST_BYTES:
            raise NotAllowed("Jawaban layanan masuk terlalu besar.")
        return found


def read_as(body: bytes, kind: Any) -> Any:
    """An answer's JSON as one of the types here. Raises NotAllowed where it is something else."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotAllowed("Jawaban layanan masuk tidak terbaca.", hint="Beri tahu admin.") from error


def require_private(address: str) -> None:
    """Raise KentonganError for an address whose connection could be read on its way: only this machine goes without."""
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")):
        return
    raise KentonganError("Alamat layanan masuk harus https.", hint="Periksa pengaturan oidc_issuer.")
