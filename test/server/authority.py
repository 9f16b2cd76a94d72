"""An imitation of Entra behind the real MSAL, in place of the connections that requests opens."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import requests

TENANT = "aaaaaaaa-0000-4000-8000-000000000001"
OTHER_TENANT = "aaaaaaaa-0000-4000-8000-000000000002"
OTHERS = {OTHER_TENANT, "fabrikam.com"}
DOMAINS = {"contoso.com": TENANT, "fabrikam.com": OTHER_TENANT}
PERSON = "bbbbbbbb-0000-4000-8000-000000000001"
USERNAME = "ada@contoso.com"
CANARY = "canary"
"""The prefix of every secret that the authority or a browser creates."""


def packed(claims: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")


class Authority:
    """Answers as the test configures; issues a numbered token for every code and refresh token."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.faults: list[tuple[int, str] | Exception] = []
        """The outcomes of the next token requests."""
        self.refusal: tuple[int, str] | Exception | None = None
        self.refused_scope: str | None = None
        self.marker = CANARY
        """The prefix of its tokens."""
        self.lifetime: dict[str, int] = {"expires_in": 3600}
        self.gate = threading.Event()
        self.gate.set()
        self.device_code: dict[str, Any] = {}
        self.device_code_prefix = f"{CANARY}-dc-{uuid4().hex}-"
        self.approved: set[str] = set()
        self.person, self.username = PERSON, USERNAME
        self.unknown: set[str] = set()
        self.tid: str | None = None
        """The tenant of all tokens, regardless of the requested one."""
        self._begun: dict[str, dict[str, str]] = {}
        self._numbers = count(1)

    def sign_in(self, authorize_url: str) -> dict[str, str]:
        """Return the form that the browser would post to the redirect URI."""
        asked = dict(parse_qsl(urlsplit(authorize_url).query))
        code = f"{CANARY}-code-{next(self._numbers)}"
        self._begun[code] = asked
        return {"code": code, "state": asked["state"], "session_state": "s", "client_info": "x"}

    def request(self, _: requests.Session, method: str, url: str, **kwargs: Any) -> Any:
        assert kwargs["allow_redirects"] is False
        assert kwargs["timeout"]
        parts = urlsplit(url)
        tenant = parts.path.split("/")[1]
        self.asked.append({"method": method, "url": url, **(kwargs.get("data") or {})})
        self.gate.wait()
        if method == "GET":
            return self._document(parts.netloc, tenant)
        spared = self.refused_scope not in {None, *kwargs["data"].get("scope", "").split()}
        refusal = self.faults.pop(0) if self.faults else None if spared else self.refusal
        if isinstance(refusal, Exception):
            raise refusal
        if refusal is not None:
            return reply(*refusal)
        if parts.path.endswith("/devicecode"):
            return reply(200, json.dumps(self._issue_code()))
        if kwargs["data"].get("device_code", "") not in {"", *self.approved}:
            return reply(400, json.dumps({"error": "authorization_pending"}))
        return reply(200, json.dumps(self._issue(tenant, kwargs["data"])))

    def _document(self, host: str, tenant: str) -> Any:
        if tenant in self.unknown:
            return reply(400, json.dumps({"error": "invalid_tenant"}))
        root = f"https://{host}/{tenant}"
        body = {
            "issuer": f"https://{host}/{DOMAINS.get(tenant, tenant)}/v2.0",
            "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
            "token_endpoint": f"{root}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{root}/oauth2/v2.0/devicecode",
        }
        return reply(200, json.dumps(body))

    @property
    def redeemed(self) -> list[dict[str, str]]:
        """The token requests so far."""
        return [asked for asked in self.asked if asked["url"].endswith("/token")]

    def refuse(self, error: str, scope: str | None = None, **further: str) -> None:
        """Refuse all token requests, or those for one scope."""
        self.refusal = (400, json.dumps({"error": error, **further}))
        self.refused_scope = scope

    def _issue_code(self) -> dict[str, Any]:
        number = next(self._numbers)
        return {
            "user_code": f"{CANARY.upper()}{number}",
            "device_code": f"{self.device_code_prefix}{number}",
            "verification_uri": "https://microsoft.com/devicelogin",
            "verification_uri_complete": "https://microsoft.com/devicelogin?otc=1",
            "expires_in": 900,
            "interval": 1,
            "message": "To sign in, …",
            **self.device_code,
        }

    def _issue(self, tenant: str, data: dict[str, str]) -> dict[str, Any]:
        number = next(self._numbers)
        begun = self._begun.pop(data["code"]) if "code_verifier" in data else {}
        if begun:
            digest = hashlib.sha256(data["code_verifier"].encode()).digest()
            assert begun["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
            assert begun["redirect_uri"] == data["redirect_uri"]
        claims = {
            # MSAL before 1.38 checks these.
            "aud": data["client_id"],
            "iat": now(),
            "exp": now() + 3600,
            "nonce": begun.get("nonce"),
            "oid": self.person,
            "sub": "sub",
            "tid": self.tid or (OTHER_TENANT if tenant in OTHERS else TENANT),
            "preferred_username": self.username,
            "name": "Ada",
        }
        return {
            "token_type": "Bearer",
            "access_token": f"{self.marker}-at-{number}",
            "refresh_token": f"{self.marker}-rt-{number}",
            "id_token": f"{packed({})}.{packed(claims)}.{CANARY}",
            "client_info": packed({"uid": self.person, "utid": TENANT}),
            "scope": data.get("scope", "openid profile offline_access"),
            **self.lifetime,
        }


def reply(status: int, text: str, **headers: str) -> requests.Response:
    answer = requests.Response()
    answer.headers.update(headers)
    answer.status_code = status
    answer._content = text.encode()
    answer.encoding = "utf-8"
    return answer


def now() -> int:
    return int(time.time())
