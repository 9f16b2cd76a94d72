"""The endpoint and the open pages: what they show, and a sign-in that a page holds."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import pytest

from jupyter_azure_auth.server.process_access import page_requests, sign_in_prompts
from test.server.browser import SCOPE, Browser
from test.server.identity_endpoint.test_endpoint import closed, get, variables
from test.server.process_access.conftest import azure_auth, open_page
from test.server.process_access.event_page import TOKEN, EventPage, OpenPage

__all__ = ["azure_auth", "closed", "open_page"]

OTHER_SCOPE = "https://vault.azure.net/.default"
OTHER_QUERY = "api-version=2019-08-01&resource=https://vault.azure.net"


async def refused(browser: Browser, environ: dict[str, str], page: EventPage) -> tuple[str, Any]:
    """Ask the endpoint, and return the request that the page is to show."""
    asked = asyncio.ensure_future(get(browser, environ))
    shown: Mapping[str, Any] = {}
    while "waits_as" not in shown:
        request_id = await page.told()
        _, shown = await page.ask("claim", request_id=request_id, declined=True, seen=True)
    response = await asked
    assert response.code == HTTPStatus.BAD_REQUEST
    assert "sign in from the Azure panel" in json.loads(response.body)["message"]
    return request_id, shown


# Situation: program that does not know this package | no user is signed in, and a page is open |
# asks the identity endpoint | 400 at once, and the page asks the user | sign in: the program's next
# attempt succeeds
@pytest.mark.parametrize("source", ["popup", "loopback"])
async def test_a_page_asks_for_a_program_that_does_not_wait(
    browser: Browser, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    environ = await variables(browser)
    page = await open_page()
    request_id, shown = await refused(browser, environ, page)
    assert (shown["waits_as"], shown["scopes"]) == ("refused", [SCOPE])
    assert (await refused(browser, environ, page))[0] == request_id, "one request"
    if source == "loopback":
        await page.browser.sign_in(scopes=[SCOPE])
    assert await page.ask("answer", request_id=request_id, issued=None) == (200, {})
    monkeypatch.setattr(page_requests, "CLAIM_TIMEOUT_S", 600)
    again = asyncio.ensure_future(get(browser, environ))
    if source == "popup":
        while (await page.ask("claim", request_id=(request_id := await page.told())))[0] != 200:
            pass  # told that the first request is over
        await page.ask("answer", request_id=request_id, issued=TOKEN)
    assert (await again).code == HTTPStatus.OK


# Situation: program that does not know this package | Azure requires consent or another check of
# its
# user, who is signed in, and a page is open | asks the identity endpoint | 400 at once, and the
# page asks the user | continue signing in: the program's next attempt succeeds
@pytest.mark.parametrize(
    ("source", "number"),
    [("popup", ""), ("loopback", "AADSTS65001"), ("loopback", "AADSTS50078")],
    ids=["popup", "consent", "interaction"],
)
async def test_a_page_asks_for_a_program_whose_user_must_continue(
    browser: Browser,
    open_page: OpenPage,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    number: str,
) -> None:
    monkeypatch.setattr(page_requests, "CLAIM_TIMEOUT_S", 600)
    environ = await variables(browser)
    page = await open_page()
    if source == "loopback":
        await page.browser.sign_in(scopes=[SCOPE])
        browser.authority.refuse("invalid_grant", OTHER_SCOPE, error_description=number)
    asked = asyncio.ensure_future(get(browser, environ, query=OTHER_QUERY))
    request_id = await page.told()
    if source == "popup":
        code = "consent_required"  # of the page's own attempt, whatever Azure wants
        assert (await page.ask("claim", request_id=request_id, seen=True))[0] == HTTPStatus.OK
        await page.ask("answer", request_id=request_id, issued=None, code=code)
        request_id = await page.told()
    refused = await asked
    assert refused.code == HTTPStatus.BAD_REQUEST
    assert "Open the Azure panel" in json.loads(refused.body)["message"]
    _, shown = await page.ask("claim", request_id=request_id, declined=True, seen=True)
    assert (shown["waits_as"], shown["scopes"]) == ("consent", [OTHER_SCOPE])
    # The user continues signing in.
    browser.authority.refusal = None
    assert await page.ask("answer", request_id=request_id, issued=None) == (200, {})
    again = asyncio.ensure_future(get(browser, environ, query=OTHER_QUERY))
    if source == "popup":
        while (await page.ask("claim", request_id=(request_id := await page.told())))[0] != 200:
            pass  # told that the first request is over
        await page.ask("answer", request_id=request_id, issued=TOKEN)
    assert (await again).code == HTTPStatus.OK


async def test_not_now_ends_it_for_a_minute(browser: Browser, open_page: OpenPage) -> None:
    environ = await variables(browser)
    page = await open_page()
    request_id, _ = await refused(browser, environ, page)
    await page.ask("answer", request_id=request_id, issued=None, code="sign_in_declined")
    await page.told()  # that it is over
    again = asyncio.ensure_future(get(browser, environ))
    claimed = await page.ask("claim", request_id=await page.told(), declined=True, seen=True)
    assert claimed == (200, {}), "no prompt"
    assert (await again).code == HTTPStatus.BAD_REQUEST


async def test_a_page_stops_asking_after_a_while(
    browser: Browser, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in_prompts, "OFFER_S", 0)
    environ = await variables(browser)
    page = await open_page()
    asked = asyncio.ensure_future(get(browser, environ))
    await page.ask("claim", request_id=await page.told(), declined=True, seen=True)
    offered = await page.told()
    assert (await asked).code == HTTPStatus.BAD_REQUEST
    assert (await page.ask("claim", request_id=offered, seen=True))[0] == HTTPStatus.NOT_FOUND
