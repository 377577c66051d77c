"""A small OpenID provider on loopback: signs with a real key, and lies where a test wants it to."""

import base64
import hashlib
import secrets
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc import jwt
from joserfc.jwk import RSAKey
from yarl import URL

CLIENT, SECRET = "dockmatch", "what the client proves itself with"


class Provider:
    """Knows one person; `lies` are claims that it puts into tokens instead of the right ones."""

    def __init__(self, clock: Any) -> None:
        self.clock = clock
        self.lies: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.says_issuer: str | None = None
        self.asked_for_keys = 0
        self.person: dict[str, Any] = {
            "sub": "4711",
            "email": "mara@tamarack.example",
            "email_verified": True,
            "name": "Mara Lindt",
            "groups": ["purchasing-ap"],
        }
        self._codes: dict[str, dict[str, str]] = {}
        self.rotate()
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self._about)
        app.router.add_get("/keys", self._keys)
        app.router.add_get("/authorize", self._authorize)
        app.router.add_post("/token", self._token)
        self.server = TestServer(app)

    def rotate(self) -> None:
        """Sign by another key from now on; the old one is known no longer."""
        self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4)}, private=True)

    @property
    def issuer(self) -> str:
        return str(self.server.make_url("")).rstrip("/")

    async def _about(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {
                "issuer": self.says_issuer or self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        )

    async def _keys(self, _request: web.Request) -> web.Response:
        self.asked_for_keys += 1
        return web.json_response({"keys": [self.key.as_dict(private=False)]})

    async def _authorize(self, request: web.Request) -> web.Response:
        asked = dict(request.query)
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        back = URL(asked["redirect_uri"]).update_query(code=code, state=asked["state"])
        raise web.HTTPFound(location=str(back))

    async def _token(self, request: web.Request) -> web.Response:
        sent = dict(await request.post())
        asked = self._codes.pop(str(sent.get("code")), None)
        digest = hashlib.sha256(str(sent.get("code_verifier")).encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        is_right = (
            asked is not None
            and asked["code_challenge"] == challenge
            and asked["redirect_uri"] == sent.get("redirect_uri")
            and sent.get("client_secret") == SECRET
        )
        if not is_right or asked is None:
            return web.json_response({"error": "invalid_grant"}, status=400)
        return web.json_response({"id_token": self._signed(asked), "token_type": "Bearer"})

    def _signed(self, asked: dict[str, str]) -> str:
        now = int(self.clock().timestamp())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.person,
            **self.lies,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "RS256", "kid": self.key.kid, **self.header}
        return jwt.encode(header, claims, self.key)
