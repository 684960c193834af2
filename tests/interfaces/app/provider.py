"""A small OpenID provider on this machine: discovery, authorization code with a nonce, a signed id_token, its keys."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlparse

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "crm-copilot", "a secret of the tests"


class Provider(ThreadingHTTPServer):
    """Lets in whoever `claims` says, without asking; `seen` are the paths that were asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.claims: dict[str, Any] = {}
        self.nonces: dict[str, str] = {}
        self.seen: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def secrets(self) -> str:
        """Return what secrets.toml says of this provider."""
        return (
            '[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\n'
            'cookie_secret = "0123456789abcdef0123456789abcdef"\n'
            f'client_id = "{CLIENT}"\nclient_secret = "{SECRET}"\n'
            f'server_metadata_url = "{self.url}/.well-known/openid-configuration"\n'
        )

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token", "jwks_uri": f"{self.url}/jwks",
            "end_session_endpoint": f"{self.url}/end", "response_types_supported": ["code"],
            "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
        }  # fmt: skip

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.url, "sub": "somebody", "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce}
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims | self.claims, self.key)


class _Request(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        place = urlparse(self.path)
        asked = {name: values[0] for name, values in parse_qs(place.query).items()}
        self.server.seen.append(place.path)
        if place.path == "/authorize":
            code = uuid.uuid4().hex
            self.server.nonces[code] = asked.get("nonce", "")
            self._redirect(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")
        elif place.path == "/end":
            self._redirect(asked["post_logout_redirect_uri"])
        elif place.path == "/jwks":
            self._say({"keys": [self.server.key.as_dict(private=False)]})
        else:
            self._say(self.server.discovery())

    def do_POST(self) -> None:
        self.server.seen.append(self.path)
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        nonce = self.server.nonces.pop(form["code"][0])
        token = {"access_token": uuid.uuid4().hex, "token_type": "Bearer", "expires_in": 300}
        self._say(token | {"id_token": self.server.id_token(nonce)})

    def _redirect(self, url: str) -> None:
        self.send_response(302)
        self.send_header("Location", url)
        self.end_headers()

    def _say(self, found: dict[str, Any]) -> None:
        content = json.dumps(found).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing: the output belongs to the tests."""


@contextmanager
def providing() -> Iterator[Provider]:
    with Provider() as provider:
        threading.Thread(target=provider.serve_forever, args=(0.05,), daemon=True).start()
        yield provider
        provider.shutdown()
