"""Processes that get the token of a sign-in that a page holds, with real event sockets."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from jupyter_azure_auth.server.process_access import page_requests
from test.server.browser import SCOPE, Browser
from test.server.process_access.conftest import Caller
from test.server.process_access.event_page import ACCOUNT, TOKEN, OpenPage


def ask(caller: Caller) -> asyncio.Future[tuple[int, Any]]:
    return asyncio.ensure_future(caller.ask(kernel=None))


async def test_a_page_with_a_sign_in_answers_a_process(caller: Caller, open_page: OpenPage) -> None:
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
async def test_does_not_wait_if_no_page_has_a_sign_in(
    caller: Caller, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
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


async def test_does_not_wait_for_pages_that_do_not_answer(
    caller: Caller, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_requests, "CLAIM_TIMEOUT_S", 0.01)
    monkeypatch.setattr(page_requests, "ANSWER_TIMEOUT_S", 0.01)
    page = await open_page()
    assert (await caller.ask(kernel=None))[1]["code"] == "sign_in_required"
    assert (await page.ask("claim", request_id=await page.told()))[0] == 404
    monkeypatch.setattr(page_requests, "CLAIM_TIMEOUT_S", 600)
    asked = ask(caller)
    assert (await page.ask("claim", request_id=await page.told()))[0] == 200
    assert (await asked)[1]["code"] == "unavailable", "asleep since it claimed"


# Situation: page with a sign-in | Azure refuses it the token | a process asks for a token, on a
# machine with an identity | Azure's refusal, never the machine's token | follow the Azure panel
async def test_a_pages_refusal_is_the_answer(caller: Caller, open_page: OpenPage) -> None:
    page = await open_page()
    for code, expected in (("consent_required", "consent_required"), ("of-a-later-page", "failed")):
        asked = ask(caller)
        request_id = await page.told()
        assert (await page.ask("claim", request_id=request_id))[0] == 200
        await page.ask("answer", request_id=request_id, issued=None, code=code)
        assert (await asked)[1]["code"] == expected


async def test_the_servers_own_sign_in_needs_no_page(
    caller: Caller, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
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
    caller: Caller, open_page: OpenPage, change: dict[str, Any]
) -> None:
    page = await open_page()
    code, body = await page.ask("answer", request_id="x", issued={**TOKEN, **change})
    assert (code, body["code"]) == (400, "invalid_message")


@pytest.mark.parametrize("route", ["claim", "answer", "signed-out"])
async def test_only_a_page_may_answer(caller: Caller, browser: Browser, route: str) -> None:
    code, body = await browser.ask(f"process-requests/{route}", request_id="x")
    assert (code, body["code"]) == (403, "forbidden"), "a kernel with Jupyter's token is none"
