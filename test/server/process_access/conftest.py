from __future__ import annotations

import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from tornado.httpclient import HTTPResponse

from jupyter_azure_auth.connection_file import KEY_HEADER
from jupyter_azure_auth.server.process_access.token_route import KernelTokenRoute
from test.server.browser import SCOPE, Browser
from test.server.process_access.event_page import EventPage, OpenPage, WsFetch

KERNEL = {"id": "k-1", "comm_id": "c-1", "request_id": "r-1"}


class Caller:
    """A kernel of this server that requests tokens without a page."""

    def __init__(self, browser: Browser, port: int) -> None:
        self.browser = browser
        [rule] = [
            rule
            for group in browser.app.web_app.default_router.rules
            for rule in getattr(group.target, "rules", [])
            if rule.target is KernelTokenRoute
        ]
        self.token_service = rule.target_kwargs["token_service"]
        self.headers = {
            KEY_HEADER: rule.target_kwargs["key"],
            "Content-Type": "application/json",
            "Host": f"127.0.0.1:{port}",
        }

    async def fetch(self, route: str = "token", **more: Any) -> HTTPResponse:
        fields = {"scopes": [SCOPE], "kernel": KERNEL, **more.pop("fields", {})}
        headers = {**self.headers, **more.pop("headers", {})}
        body = None if more.get("method") == "GET" else json.dumps(fields)
        path = f"{self.browser.app.base_url}azure-auth/{route}"
        return await self.browser.fetch(
            path, **{"method": "POST", "headers": headers, "body": body, **more}
        )

    async def ask(self, **fields: Any) -> tuple[int, Any]:
        answer = await self.fetch(fields=fields)
        return answer.code, json.loads(answer.body)

    async def refused(self, code: str, status: int = HTTPStatus.FORBIDDEN, **more: Any) -> None:
        answer = await self.fetch(**more)
        assert (answer.code, json.loads(answer.body)["code"]) == (status, code)
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.fixture
def azure_auth() -> dict[str, object]:
    return {}


@pytest.fixture
def kernels(browser: Browser) -> Iterator[set[str]]:
    """The ids of kernels that the server claims to run."""
    manager: Any = browser.app.kernel_manager
    ids = {"k-1", "k-2"}
    manager._kernels.update(dict.fromkeys(ids))
    yield ids
    for kernel_id in ids:
        del manager._kernels[kernel_id]


@pytest.fixture
def caller(browser: Browser, jp_http_port: int, kernels: set[str]) -> Caller:
    assert kernels
    return Caller(browser, jp_http_port)


@pytest.fixture
def open_page(browser: Browser, jp_ws_fetch: WsFetch, jp_http_port: int) -> OpenPage:
    async def open_page() -> EventPage:
        socket = await jp_ws_fetch("api", "events", "subscribe")
        if "Cookie" not in browser.headers:
            await browser.log_in(jp_http_port)
        return EventPage(browser, socket)

    return open_page
