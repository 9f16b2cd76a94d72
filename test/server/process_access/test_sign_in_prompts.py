"""Processes that wait while an open page asks its user to sign in."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from jupyter_azure_auth.server.process_access import sign_in_prompts
from test.programs import LIMIT_S
from test.server.authority import CANARY
from test.server.browser import SCOPE
from test.server.process_access.conftest import Caller
from test.server.process_access.event_page import TOKEN, EventPage, OpenPage


def ask(caller: Caller, **fields: Any) -> asyncio.Future[tuple[int, Any]]:
    return asyncio.ensure_future(caller.ask(kernel=None, **{"waits_as": "terminal", **fields}))


@pytest.fixture(autouse=True)
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SHOW_TIMEOUT_S", "HOLD_S", "REPEAT_TIMEOUT_S"):
        monkeypatch.setattr(sign_in_prompts, name, 600)


async def shows(page: EventPage, *, seen: bool = True) -> tuple[str, Any]:
    """Answer events as a page without a sign-in does, until the server has it ask."""
    while True:
        request_id = await page.told()
        fields = {"request_id": request_id, "declined": True, "seen": seen}
        code, asked = await page.ask("claim", **fields)
        assert code == 200
        if "waits_as" in asked:
            return request_id, asked


async def pending(caller: Caller, page: EventPage) -> str:
    """Let a process ask until it knows that it waits, and return the request's id."""
    asked = ask(caller)
    request_id, request = await shows(page)
    assert (request["waits_as"], request["scopes"]) == ("terminal", [SCOPE])
    assert (await asked)[1]["code"] == "sign_in_pending"
    return request_id


# Situation: process below the server | no user is signed in, and a page is open | first token |
# the page asks, and the process continues after the sign-in | sign in
@pytest.mark.parametrize("source", ["popup", "loopback"])
async def test_a_process_waits_until_its_user_has_signed_in(
    caller: Caller, open_page: OpenPage, source: str
) -> None:
    page = await open_page()
    request_id = await pending(caller, page)
    asked = [ask(caller), ask(caller, waits_as="program")]
    for _ in asked:
        assert (await shows(page))[0] == request_id, "one request, however many processes wait"
    if source == "loopback":
        await page.browser.sign_in(scopes=[SCOPE])
    issued = TOKEN if source == "popup" else None
    assert await page.ask("answer", request_id=request_id, issued=issued) == (200, {})
    for code, body in await asyncio.gather(*asked):
        assert (code, body["source"]) == (200, source)
    assert (await page.ask("claim", request_id=await page.told(), seen=True))[0] == 404, "over"


# Situation: process below the server | the user clicks "Not now" | waits for the sign-in | refused,
# and no page asks again for a minute | sign in from the panel
async def test_not_now_ends_the_wait_of_all_processes(caller: Caller, open_page: OpenPage) -> None:
    page = await open_page()
    request_id = await pending(caller, page)
    asked = ask(caller)
    await shows(page)
    await page.ask("answer", request_id=request_id, issued=None, code="sign_in_declined")
    assert (await asked)[1]["code"] == "sign_in_declined"
    again = ask(caller, scopes=["https://vault.azure.net/.default"])
    await page.told()  # that the request is over
    await page.ask("claim", request_id=await page.told(), declined=True, seen=True)
    assert (await again)[1]["code"] == "sign_in_declined"
    await page.browser.sign_in(scopes=[SCOPE])
    assert (await ask(caller))[1]["source"] == "loopback"


async def test_a_page_stops_asking_when_the_process_ends(
    caller: Caller, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in_prompts, "REPEAT_TIMEOUT_S", 0.01)
    page = await open_page()
    request_id = await pending(caller, page)
    assert await page.told() == request_id
    assert (await page.ask("claim", request_id=request_id, seen=True))[0] == 404
    over = await page.ask("claim", request_id=request_id, declined=True, seen=True)
    assert over == (200, {}), "without waits_as"


# Situation: process below the server | no page is open, or the user sees none | first token |
# `sign_in_required` at once | sign in
async def test_does_not_wait_for_a_page_that_the_user_does_not_see(
    caller: Caller, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_page = await asyncio.wait_for(ask(caller), LIMIT_S)
    assert no_page[1]["code"] == "sign_in_required"
    page = await open_page()
    claimed, wait = asyncio.Event(), sign_in_prompts.wait

    async def wait_from_then_on(shown: asyncio.Event, seconds: float) -> None:
        await claimed.wait()
        await wait(shown, seconds)

    with monkeypatch.context() as brief:
        brief.setattr(sign_in_prompts, "SHOW_TIMEOUT_S", 0.01)
        brief.setattr(sign_in_prompts, "wait", wait_from_then_on)
        asked = ask(caller)
        await shows(page, seen=False)
        claimed.set()
        assert (await asked)[1]["code"] == "sign_in_required"
    monkeypatch.setattr(sign_in_prompts, "PAGE_TIMEOUT_S", -1)
    await pending(caller, page)
    asked = ask(caller)
    assert (await asked)[1]["code"] == "sign_in_required", "closed since"


async def test_only_processes_that_say_so_wait(caller: Caller, open_page: OpenPage) -> None:
    page = await open_page()
    asked = ask(caller, waits_as=None)
    await page.ask("claim", request_id=await page.told(), declined=True, seen=True)
    assert (await asked)[1]["code"] == "sign_in_required"
    assert (await ask(caller, waits_as="A trusted notebook"))[1]["code"] == "invalid_message"


async def test_waiting_leaves_no_token_behind(
    caller: Caller, open_page: OpenPage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    page = await open_page()
    request_id = await pending(caller, page)
    asked = ask(caller)
    await shows(page)
    issued = {**TOKEN, "token": f"{CANARY}-at"}
    await page.ask("answer", request_id=request_id, issued=issued)
    assert (await asked)[1]["token"] == f"{CANARY}-at"
    assert CANARY not in caplog.text
