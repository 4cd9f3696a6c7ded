"""A small single sign-on: an OpenID Connect provider on loopback, with a key of its own."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "digest", "a secret of the client"


@dataclass
class Provider:
    """What it says of who signs in: `claims`, those of its own page `more`, and with which key."""

    issuer: str = ""
    claims: dict[str, Any] = field(
        default_factory=lambda: {"sub": "17", "preferred_username": "ana"}
    )
    more: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    forger: RSAKey | None = None
    nonce: str | None = None
    asked: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def authorize(self, asked: Mapping[str, str]) -> str:
        """Let who comes sign in at once; return where the browser goes back to."""
        code = secrets.token_urlsafe(8)
        self.asked[code] = asked
        return f"{asked['redirect_uri']}?code={code}&state={asked['state']}"

    def token(self, form: Mapping[str, str]) -> dict[str, Any] | None:
        """Give the tokens for a code, once, to who has the code's verifier (RFC 7636)."""
        asked = self.asked.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            asked is None
            or base64.urlsafe_b64encode(digest).decode().rstrip("=") != asked["code_challenge"]
        ):
            return None
        now = int(time.time())
        said = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60}
        claims = {**said, "nonce": self.nonce or asked["nonce"], **self.claims}
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.forger or self.key)
        return {"access_token": "access", "token_type": "Bearer", "id_token": signed}


@contextmanager
def provider() -> Iterator[Provider]:
    """Serve one."""
    found = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path == "/.well-known/openid-configuration":
                self._say(_facts(found.issuer))
            elif parts.path == "/keys":
                self._say({"keys": [found.key.as_dict(private=False)]})
            elif parts.path == "/userinfo":
                self._say(found.more)
            elif parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", found.authorize(asked))
                self.end_headers()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            given = base64.b64encode(f"{CLIENT}:{SECRET}".replace(" ", "+").encode()).decode()
            plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            proven = self.headers["Authorization"] in {f"Basic {given}", f"Basic {plain}"}
            tokens = found.token(form) if proven else None
            self._say(tokens or {"error": "invalid_grant"}, 200 if tokens else 400)

        def _say(self, value: object, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(value).encode())

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _facts(issuer: str) -> dict[str, object]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "jwks_uri": f"{issuer}/keys",
        "id_token_signing_alg_values_supported": ["RS256"],
    }
