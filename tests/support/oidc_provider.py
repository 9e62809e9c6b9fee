"""An OpenID Connect provider on loopback, for Streamlit's own sign-in."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "levelboard", "a secret of this test"
READER = "reader@example.com"
SECRETS = """[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "thirty-two letters and some more of them"
client_id = "{client}"
client_secret = "{secret}"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""


class Provider(ThreadingHTTPServer):
    """Signs everyone in with the same `email`; `nonces` holds the nonce of each authorization code."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _RequestHandler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.email = READER
        self.nonces: dict[str, str] = {}

    def set_up_sign_in(self, home: Path, port: int) -> None:
        """Write the secrets of a dashboard in that home folder, which a browser reaches at that port."""
        (home / ".streamlit").mkdir()
        secrets = SECRETS.format(port=port, client=CLIENT, secret=SECRET, provider=self.url)
        (home / ".streamlit" / "secrets.toml").write_text(secrets)

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def token(self, code: str) -> dict[str, Any]:
        now = int(time.time())
        claims = {"iss": self.url, "sub": "reader", "aud": CLIENT, "iat": now, "exp": now + 600}
        claims |= {"email": self.email, "email_verified": True, "nonce": self.nonces.pop(code)}
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
        return {"access_token": "unused", "token_type": "Bearer", "expires_in": 600, "id_token": signed}


class _RequestHandler(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/.well-known/openid-configuration":
            self._send_json(self.server.metadata())
        elif url.path == "/keys":
            self._send_json(KeySet([self.server.key]).as_dict(private=False))
        else:
            self._redirect_back(parse_qs(url.query))

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self._send_json(self.server.token(form["code"][0]))

    def _redirect_back(self, query: dict[str, list[str]]) -> None:
        """Redirect to the application with an authorization code, without asking who the user is."""
        code = f"code-{len(self.server.nonces)}-{time.monotonic_ns()}"
        self.server.nonces[code] = query["nonce"][0]
        parameters = urlencode({"code": code, "state": query["state"][0]})
        self.send_response(302)
        self.send_header("Location", f"{query['redirect_uri'][0]}?{parameters}")
        self.end_headers()

    def _send_json(self, body: dict[str, Any]) -> None:
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing, so that a test's output is its own."""


@contextmanager
def provider() -> Iterator[Provider]:
    """Run the provider while the block runs."""
    server = Provider()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
