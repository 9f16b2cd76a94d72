"""A browser as a server sees it: a page that calls the routes, and forms posted to ``/``."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode

from jupyter_server.serverapp import ServerApp
from tornado.httpclient import AsyncHTTPClient, HTTPResponse

from test.server.authority import PERSON, TENANT, USERNAME, Authority

SCOPE = "https://storage.azure.com/.default"
OTHER_SCOPE = "https://vault.azure.net/.default"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Host": "localhost:8888"}

ACCOUNT = {"id": f"{PERSON}.{TENANT}", "name": "Ada", "username": USERNAME, "tenant_id": TENANT}

SIGNED_OUT: dict[str, object] = {
    "account": None,
    "source": None,
    "ambient": False,
    "signed_in_at": None,
    "ended_by": None,
    "persisted_in": None,
    "persistable_in": None,
    "searching": False,
}
"""The answer of ``session`` without its number and the candidates."""


def without_trace(answer: tuple[int, Any]) -> tuple[int, Any]:
    """Return an error without the ids of the request to Azure, which it must have."""
    code, body = answer
    trace = body.pop("trace")
    assert re.fullmatch(r"20[\d-]{8}T[\d:]{8}Z", trace["time"])
    assert {*trace} - {"correlation_id"} == {"time", "client_id", "tenant_id"}
    return code, body


class Browser:
    """A browser that is logged in with the token; never raises for a status."""

    def __init__(self, app: ServerApp, client: AsyncHTTPClient, authority: Authority) -> None:
        self.app = app
        self.client = client
        self.authority = authority
        self.headers = {"Authorization": f"token {app.identity_provider.token}"}

    async def fetch(self, path: str, **kwargs: Any) -> HTTPResponse:
        # Tornado's own limits are 20 s, from the call on, even if others are sent first.
        limits = {"connect_timeout": 120, "request_timeout": 120}
        options = {"raise_error": False, "follow_redirects": False, **limits, **kwargs}
        return await self.client.fetch(path, **options)

    async def ask(self, route: str, **fields: Any) -> tuple[int, Any]:
        path = f"{self.app.base_url}azure-auth/{route}"
        headers = {"Content-Type": "application/json", **self.headers}
        answer = await self.fetch(path, method="POST", headers=headers, body=json.dumps(fields))
        return answer.code, json.loads(answer.body)

    async def log_in(self, port: int, **headers: str) -> None:
        """Become a page: log in with the token, and keep only the cookies."""
        token = {**self.headers, **headers}
        pages = [await self.fetch(f"{self.app.base_url}api/status", headers=token)]
        pages.append(await self.fetch(f"{self.app.base_url}login"))
        jar = [text.split(";")[0] for page in pages for text in page.headers.get_list("Set-Cookie")]
        xsrf = next(text.removeprefix("_xsrf=") for text in jar if text.startswith("_xsrf="))
        cookies = {"Cookie": "; ".join(jar), "X-XSRFToken": xsrf}
        self.headers = {**cookies, "Origin": f"http://127.0.0.1:{port}", **headers}

    async def post_root(self, form: dict[str, str], **headers: str) -> HTTPResponse:
        return await self.fetch("/", method="POST", headers=FORM | headers, body=urlencode(form))

    async def start(self, **fields: Any) -> Any:
        code, begun = await self.ask("loopback/start", port=8888, **fields)
        assert code == 200, begun
        return begun

    async def land(self, begun: Any) -> str:
        """Come back from the authority, and return the receipt of the landing page."""
        page = await self.post_root(self.authority.sign_in(begun["authorize_url"]))
        assert page.code == 200
        return receipt_of(page)

    async def sign_in(self, **fields: Any) -> Any:
        begun = await self.start(**fields)
        receipt = await self.land(begun)
        code, body = await self.ask("loopback/finish", proof=begun["proof"], receipt=receipt)
        assert code == 200, body
        return body["account"]

    async def token(self, scope: str = SCOPE, **fields: Any) -> tuple[int, Any]:
        return await self.ask("token", scopes=[scope], **fields)


def receipt_of(page: HTTPResponse) -> str:
    _, _, rest = page.body.decode().partition('receipt: "')
    return rest.partition('"')[0]


def asked_scopes(browser: Browser) -> list[str]:
    return [asked["scope"] for asked in browser.authority.redeemed]
