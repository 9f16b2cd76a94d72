"""A sign-in that has ended in any way leaves none of its secrets in memory."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from jupyter_azure_auth.server.msal_client import MsalClient
from test.server.authority import CANARY
from test.server.browser import SCOPE, Browser
from test.server.memory import is_held


@pytest.fixture
def azure_auth() -> dict[str, object]:
    return {}


def state_of(authorize_url: str) -> str:
    return parse_qs(urlsplit(authorize_url).query)["state"][0]


async def test_a_finished_sign_in_drops_its_verifier_and_state(browser: Browser) -> None:
    begun = await browser.start(scopes=[SCOPE])
    receipt = await browser.land(begun)
    proof = {"proof": begun["proof"], "receipt": receipt}
    state = state_of(begun.pop("authorize_url"))
    assert is_held(state)
    assert (await browser.ask("loopback/finish", **proof))[0] == 200
    [redeemed] = browser.authority.redeemed
    verifier = redeemed["code_verifier"]
    for secret in (verifier, redeemed["code"], state):
        assert not is_held(secret, apart_from=[browser.authority.asked, redeemed])


async def test_a_cancelled_sign_in_drops_its_verifier(browser: Browser) -> None:
    begun = await browser.start()
    state = state_of(begun.pop("authorize_url"))
    assert (await browser.ask("loopback/cancel", attempt_id=begun["attempt_id"]))[0] == 200
    assert not is_held(state)


# Situation: sign-in on Jupyter's own port | the user signs out | while the code is redeemed |
# none; the tokens that arrive are dropped | sign in again
@pytest.mark.parametrize("route", ["loopback/cancel", "sign-out"])
async def test_tokens_that_arrive_after_a_sign_out_are_dropped(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, route: str
) -> None:
    forgotten: list[MsalClient] = []
    forget = MsalClient.forget

    def noted(client: MsalClient) -> None:
        forget(client)
        forgotten.append(client)

    monkeypatch.setattr(MsalClient, "forget", noted)
    # Other tests of this process leave tokens behind.
    browser.authority.marker = f"{CANARY}-{uuid4()}"
    begun = await browser.start(scopes=[SCOPE])
    receipt = await browser.land(begun)
    browser.authority.gate.clear()
    finish = asyncio.ensure_future(
        browser.ask("loopback/finish", proof=begun["proof"], receipt=receipt)
    )
    while (await status(browser, begun)) != "redeeming":
        pass
    assert (await browser.ask(route, attempt_id=begun["attempt_id"]))[0] == 200
    browser.authority.gate.set()
    assert (await finish)[0] == 409
    [client] = forgotten
    assert client.session()["cache"] == {}
    assert len(browser.authority.redeemed) == 1
    assert not is_held(browser.authority.marker, apart_from=vars(browser.authority))


async def status(browser: Browser, begun: Any) -> str:
    return str((await browser.ask("loopback/status", attempt_id=begun["attempt_id"]))[1]["state"])
