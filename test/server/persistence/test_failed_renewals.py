"""A renewal of a stored sign-in that cannot be stored."""

from __future__ import annotations

import asyncio

import pytest

from test.server.authority import CANARY
from test.server.browser import Browser
from test.server.fake_keychain import FakeKeychain
from test.server.persistence.test_manager import MEMORY, PERSISTED, restart, session


@pytest.fixture
def azure_auth() -> dict[str, object]:
    return {}


# Situation: stored sign-in | the keychain fails once, while a renewal is stored | after a restart |
# the user's: the panel shows it as stored, and the next renewal is stored again | nothing to do
async def test_a_renewal_that_cannot_be_stored_keeps_the_entry(
    browser: Browser, keychain: FakeKeychain
) -> None:
    await browser.sign_in()
    await session(browser, PERSISTED)
    keychain.writes_left = 0
    assert (await browser.token(force=True))[0] == 200
    await asyncio.to_thread(keychain.failed.wait)
    # It is not available for new sign-ins from the moment that the failure is known.
    body = await session(browser, ("persistable_in", None))
    assert body["persisted_in"] == "keychain"
    keychain.writes_left = None
    assert (await browser.token(force=True))[0] == 200
    latest = f"{CANARY}-rt-{len(browser.authority.redeemed) + 1}"
    while latest not in "".join(keychain.entries.values()):
        await browser.ask("session")


# Situation: stored sign-in | the keychain fails while a renewal is stored, and when another sign-in
# replaces it | after a restart | none: the stored sign-in may be another account's | sign in again
async def test_the_entry_of_a_failed_renewal_is_not_restored_after_another_sign_in(
    browser: Browser, keychain: FakeKeychain
) -> None:
    await browser.sign_in()
    await session(browser, PERSISTED)
    keychain.problem = OSError("locked")
    assert (await browser.token(force=True))[0] == 200
    await session(browser, ("persistable_in", None))
    await browser.sign_in()
    await session(browser, MEMORY)
    keychain.problem = None
    restart(browser.app)
    assert (await session(browser))["account"] is None
