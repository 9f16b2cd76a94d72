"""Processes that get the token of a sign-in that a page holds, with real event sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from tornado.websocket import WebSocketClientConnection

from jupyter_azure_auth.server.process_access import page_requests
from jupyter_azure_auth.server.process_access.page_requests import SCHEMA_ID
from test.server.browser import SCOPE, Browser
from test.server.process_access.conftest import Caller

ACCOUNT = {"id": "o.t", "name": "Ada", "username": "ada@contoso.com", "tenant_id": "t"}
TOKEN = {"token": "of-the-page", "expires_in": 3600, "account": ACCOUNT}

WsFetch = Callable[..., Awaitable[WebSocketClientConnection]]


class Page:
    """A page with its event socket."""

    def __init__(self, browser: Browser, socket: WebSocketClientConnection) -> None:
        self.browser = browser
        self.socket = socket

    async def told(self) -> str:
        """Return the id of the next request that the server tells of."""
        while True:
            message = await self.socket.read_message()
            assert message is not None
            event = json.loads(message)
            if event["schema_id"] == SCHEMA_ID:
                assert not {"scopes", "token", "key"} & set(event)
                return str(event["request_id"])

    async def ask(self, route: str, **fields: Any) -> tuple[int, Any]:
        return await self.browser.ask(f"process-requests/{route}", **fields)


@pytest.fixture
def open_page(
    caller: Caller, browser: Browser, jp_ws_fetch: WsFetch, jp_http_port: int
) -> Callable[[], Awaitable[Page]]:
    async def open_page() -> Page:
        socket = await jp_ws_fetch("api", "events", "subscribe")
        if "Cookie" not in browser.headers:
            await browser.log_in(jp_http_port)
        return Page(browser, socket)

    return open_page


def ask(caller: Caller) -> asyncio.Future[tuple[int, Any]]:
    return asyncio.ensure_future(caller.ask(kernel=None))


async def test_a_page_with_a_sign_in_answers_a_process(
    caller: Caller, open_page: Callable[[], Awaitable[Page]]
) -> None:
    page, other = await open_page(), await open_page()
    asked = ask(caller)
    request_id = await page.told()
    assert await other.told() == request_id
    code, request = await page.ask("claim", request_id=request_id)
    assert (code, request["scopes"]) == (200, [SCOPE])
    assert (await other.ask("claim", request_id=request_id))[0] == 404, "one page has it"
    assert await page.ask("answer", request_id=request_id, issued=TOKEN) == (200, {})
    code, body = await asked
    assert (code, body["token"], body["source"]) == (200, "of-the-page", "popup")
    assert body["account"] == ACCOUNT
    assert 3500 < body["expires_in"] <= 3600
    assert (await page.ask("answer", request_id=request_id, issued=TOKEN))[0] == 404, "it is over"


# Situation: pages | none holds a sign-in, or none is open | a process asks for a token |
# sign_in_required without a wait | sign in
async def test_nothing_is_waited_for_where_no_page_has_a_sign_in(
    caller: Caller, open_page: Callable[[], Awaitable[Page]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_requests, "CLAIM_TIMEOUT_S", 600)
    assert (await caller.ask(kernel=None))[1]["code"] == "sign_in_required", "no page is open"
    pages = [await open_page(), await open_page()]
    asked = ask(caller)
    for page in pages:
        request_id = await page.told()
        assert not asked.done()
        assert await page.ask("claim", request_id=request_id, declined=True) == (200, {})
    assert (await asked)[1]["code"] == "sign_in_required"


async def test_pages_that_do_not_answer_are_not_waited_for(
    caller: Caller, open_page: Callable[[], Awaitable[Page]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_requests, "CLAIM_TIMEOUT_S", 0.01)
    monkeypatch.setattr(page_requests, "ANSWER_TIMEOUT_S", 0.01)
    page = await open_page()
    assert (await caller.ask(kernel=None))[1]["code"] == "sign_in_required"
    assert (await page.ask("claim", request_id=await page.told()))[0] == 404
    monkeypatch.setattr(page_requests, "CLAIM_TIMEOUT_S", 600)
    asked = ask(caller)
    assert (await page.ask("claim", request_id=await page.told()))[0] == 200
    assert (await asked)[1]["code"] == "sign_in_required", "asleep since it claimed"


async def test_the_servers_own_sign_in_needs_no_page(
    caller: Caller, open_page: Callable[[], Awaitable[Page]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_requests, "CLAIM_TIMEOUT_S", 600)
    page = await open_page()
    await page.browser.sign_in(scopes=[SCOPE])
    assert (await caller.ask(kernel=None))[1]["source"] == "loopback"


@pytest.mark.parametrize(
    "change",
    [
        {"token": "a b\n"},
        {"token": 1},
        {"token": "x" * 13_000},
        {"expires_in": 0},
        {"expires_in": True},
        {"account": None},
        {"account": {**ACCOUNT, "id": ""}},
    ],
    ids=str,
)
async def test_an_answer_is_checked(
    caller: Caller, open_page: Callable[[], Awaitable[Page]], change: dict[str, Any]
) -> None:
    page = await open_page()
    code, body = await page.ask("answer", request_id="x", issued={**TOKEN, **change})
    assert (code, body["code"]) == (400, "invalid_message")


@pytest.mark.parametrize("route", ["claim", "answer", "signed-out"])
async def test_only_a_page_may_answer(caller: Caller, browser: Browser, route: str) -> None:
    code, body = await browser.ask(f"process-requests/{route}", request_id="x")
    assert (code, body["code"]) == (403, "forbidden"), "a kernel with Jupyter's token is none"
