"""Of several accounts, the active one is stored for the next start of the server."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from jupyter_azure_auth.server.persistence.markers import Markers
from test.server.authority import USERNAME
from test.server.browser import Browser
from test.server.fake_keychain import FakeKeychain
from test.server.persistence.test_erasing import LOCKED
from test.server.persistence.test_manager import MEMORY, PERSISTED, SIGNED_OUT, restart, session
from test.server.persistence.test_servers import BOB
from test.server.persistence.test_servers import sign_in as sign_in_as
from test.server.test_accounts import ADA, sign_in
from test.server.test_accounts import BOB as BOBS_ACCOUNT


@pytest.fixture
def azure_auth() -> dict[str, object]:
    return {}


@pytest.fixture(autouse=True)
def with_keychain(keychain: FakeKeychain) -> None:
    """Give all tests a keychain."""


async def sign_in_both(browser: Browser) -> None:
    """Sign in as Bob, and then as Ada, who is active and stored."""
    for account in (BOBS_ACCOUNT, ADA):
        await sign_in_as(browser, account["id"].split(".")[0], account["username"])
    # The answer comes after the write, and after those of the two sign-ins.
    assert await browser.ask("persist", persist=True) == (200, {})
    await session(browser, PERSISTED)


async def switch_to_bob(browser: Browser) -> None:
    assert await browser.ask("switch-account", account=BOBS_ACCOUNT["id"]) == (200, {})


async def username_after_restart(browser: Browser) -> str | None:
    restart(browser.app)
    body = await session(browser)
    assert "others" not in body
    return None if body["account"] is None else str(body["account"]["username"])


async def test_a_restart_restores_the_active_account_only(browser: Browser) -> None:
    await sign_in_both(browser)
    assert await username_after_restart(browser) == USERNAME


async def test_a_switch_stores_the_new_account_in_place_of_the_previous_one(
    browser: Browser, keychain: FakeKeychain
) -> None:
    await sign_in_both(browser)
    size = len(keychain.entries)
    await switch_to_bob(browser)
    body = await session(browser, PERSISTED)
    assert (body["account"]["username"], "erasing" in body) == (BOB, False)
    assert len(keychain.entries) == size
    assert await username_after_restart(browser) == BOB
    assert (await browser.token())[1]["account"]["username"] == BOB


async def test_a_renewal_of_another_account_stores_nothing(browser: Browser) -> None:
    await sign_in_both(browser)
    code, body = await browser.token(account=BOB, force=True)
    assert (code, body["account"]["username"]) == (200, BOB)
    assert (await session(browser))["persisted_in"] == "keychain"
    assert await username_after_restart(browser) == USERNAME


async def test_a_sign_out_erases_the_stored_one(browser: Browser, keychain: FakeKeychain) -> None:
    await sign_in_both(browser)
    await switch_to_bob(browser)
    assert (await browser.ask("sign-out"))[0] == 200
    assert keychain.entries == {}
    assert await username_after_restart(browser) is None


async def test_signing_out_the_active_account_stores_the_previous_one(
    browser: Browser, keychain: FakeKeychain
) -> None:
    await sign_in_both(browser)
    size = len(keychain.entries)
    assert await browser.ask("sign-out", account=ADA["id"]) == (200, {})
    body = await session(browser, PERSISTED)
    assert (body["account"]["username"], "erasing" in body) == (BOB, False)
    assert len(keychain.entries) == size
    assert await username_after_restart(browser) == BOB


async def test_it_is_erased_even_if_the_previous_one_cannot_be_stored(
    browser: Browser, keychain: FakeKeychain
) -> None:
    await sign_in_both(browser)
    keychain.problem = LOCKED
    assert await browser.ask("sign-out", account=ADA["id"]) == (200, {})
    assert "erasing" in await session(browser, MEMORY)
    keychain.problem = None
    while "erasing" in await session(browser):
        pass
    assert keychain.entries == {}
    assert await username_after_restart(browser) is None


async def test_a_sign_out_erases_what_a_switch_is_about_to_store(
    browser: Browser, keychain: FakeKeychain
) -> None:
    await sign_in_both(browser)
    keychain.gate.clear()
    await switch_to_bob(browser)
    signing_out = asyncio.create_task(browser.ask("sign-out"))
    await session(browser, SIGNED_OUT)
    keychain.gate.set()
    assert (await signing_out)[0] == 200
    assert keychain.entries == {}
    assert await username_after_restart(browser) is None


async def test_a_switch_does_not_store_an_account_against_the_users_choice(
    browser: Browser, keychain: FakeKeychain
) -> None:
    await sign_in_both(browser)
    await switch_to_bob(browser)
    assert (await browser.ask("persist", persist=False))[0] == 200
    assert (await browser.ask("switch-account", account=ADA["id"]))[0] == 200
    await session(browser, PERSISTED)
    await switch_to_bob(browser)
    assert "erasing" not in await session(browser)
    await session(browser, MEMORY)
    assert await username_after_restart(browser) is None


# Situation: server with several accounts of one user | the keychain is locked while the user
# switches, then the server restarts | first token | none, rather than the previous account's | sign
# in
async def test_a_restart_does_not_go_back_to_the_previous_account_if_a_switch_could_not_be_stored(
    browser: Browser, keychain: FakeKeychain
) -> None:
    await sign_in_both(browser)
    keychain.problem = LOCKED
    await switch_to_bob(browser)
    assert (await session(browser, MEMORY))["account"]["username"] == BOB
    keychain.problem = None
    assert await username_after_restart(browser) is None


Act = Callable[[Browser], Coroutine[Any, Any, None]]


async def sign_in_as_bob(browser: Browser) -> None:
    await sign_in(browser, BOBS_ACCOUNT)


# Situation: server with several accounts of one user | killed as soon as it has answered that the
# user has switched or signed in | first token after its start | never the previous account's |
# sign in
@pytest.mark.parametrize("act", [switch_to_bob, sign_in_as_bob])
async def test_a_switch_is_answered_once_no_restart_can_restore_the_previous_account(
    browser: Browser, keychain: FakeKeychain, monkeypatch: pytest.MonkeyPatch, act: Act
) -> None:
    await sign_in_both(browser)
    mark_erased, gate = Markers.mark_erased, threading.Event()

    def mark_later(markers: Markers, key: str) -> None:
        gate.wait()
        mark_erased(markers, key)

    monkeypatch.setattr(Markers, "mark_erased", mark_later)
    keychain.problem = LOCKED
    acting = asyncio.create_task(act(browser))
    while (await session(browser))["account"]["username"] != BOB:
        pass
    await session(browser)
    assert not acting.done()
    gate.set()
    await acting
    await session(browser, MEMORY)
    keychain.problem = None
    assert await username_after_restart(browser) is None


async def test_a_restart_restores_no_account_that_was_still_being_stored_at_the_next_sign_in(
    browser: Browser, keychain: FakeKeychain
) -> None:
    await sign_in(browser, BOBS_ACCOUNT)
    await session(browser, PERSISTED)
    size = len(keychain.entries)
    assert (await browser.ask("sign-out"))[0] == 200
    keychain.gate.clear()
    for account in (BOBS_ACCOUNT, ADA):
        await sign_in(browser, account)
    # The keychain is locked as soon as it has Bob's.
    keychain.writes_left = size
    keychain.gate.set()
    await asyncio.to_thread(keychain.failed.wait)
    assert (await session(browser, MEMORY))["account"]["username"] == USERNAME
    keychain.writes_left = None
    assert await username_after_restart(browser) is None
