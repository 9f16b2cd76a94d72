"""MSAL drops its state of a sign-in that ends."""

from __future__ import annotations

import asyncio

import pytest

from jupyter_azure_auth.server.msal_client import MsalClient
from test.server.authority import CANARY
from test.server.browser import Browser
from test.server.conftest import CLIENT
from test.server.persistence.test_manager import restart, session


@pytest.fixture
def azure_auth() -> dict[str, object]:
    return {"public_client_id": CLIENT}


async def forgotten_at_sign_out(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> MsalClient:
    forget = MsalClient.forget
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    clients: list[MsalClient] = []

    def noted(client: MsalClient) -> None:
        clients.append(client)
        assert f"{CANARY}-rt-" in client._tokens.serialize()
        forget(client)
        loop.call_soon_threadsafe(over.set)

    monkeypatch.setattr(MsalClient, "forget", noted)
    assert await browser.ask("sign-out") == (200, {})
    await over.wait()
    return clients[0]


async def test_a_sign_out_drops_the_refresh_token(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await browser.sign_in()
    client = await forgotten_at_sign_out(browser, monkeypatch)
    assert CANARY not in client._tokens.serialize()


@pytest.mark.usefixtures("keychain")
async def test_removes_a_sign_in_that_was_not_used_since_a_restart(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await browser.sign_in()
    await session(browser, ("persisted_in", "keychain"))
    restart(browser.app)
    await session(browser, ("persisted_in", "keychain"))
    client = await forgotten_at_sign_out(browser, monkeypatch)
    assert CANARY not in client._tokens.serialize()
