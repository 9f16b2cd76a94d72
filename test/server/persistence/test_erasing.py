"""A sign-in that the user has ended or removed is not restored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jupyter_azure_auth.server.persistence import manager
from jupyter_azure_auth.server.persistence.markers import Markers
from test.server.authority import USERNAME
from test.server.browser import Browser
from test.server.fake_keychain import FakeKeychain
from test.server.persistence.test_manager import MEMORY, PERSISTED, restart, session

LOCKED = RuntimeError("locked")
NEVER = 3600.0


@pytest.fixture
def azure_auth() -> dict[str, object]:
    return {}


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Retry soon, unless a test changes that."""
    monkeypatch.setattr(manager, "RETRY_DELAY_S", 0.01)
    return monkeypatch


async def signed_in(browser: Browser) -> None:
    await browser.sign_in()
    await session(browser, PERSISTED)


async def erased(browser: Browser, keychain: FakeKeychain) -> Any:
    while (body := await session(browser)).get("erasing") or keychain.entries:
        pass
    return body


# Situation: keychain | locked | sign-out | none; the panel says that the sign-in is still stored |
# unlock it: the sign-in is erased then
async def test_an_erase_is_retried_until_it_succeeds(
    browser: Browser, keychain: FakeKeychain
) -> None:
    await signed_in(browser)
    before = (await session(browser))["generation"]
    keychain.problem = LOCKED
    assert await browser.ask("sign-out") == (200, {})
    body = await session(browser)
    assert (body["account"], body["erasing"]) == (None, True)
    assert body["generation"] > before
    keychain.problem = None
    after = await erased(browser, keychain)
    assert after["account"] is None
    assert after["generation"] > body["generation"]


# Situation: keychain | locked until the server stops | sign-out, then a restart | none; the next
# start erases the sign-in | nothing to do
@pytest.mark.parametrize("act", ["sign-out", "forget"])
@pytest.mark.parametrize("fault", ["locked", "hangs"])
async def test_the_next_start_does_not_restore_it(
    browser: Browser, keychain: FakeKeychain, pauses: pytest.MonkeyPatch, act: str, fault: str
) -> None:
    await signed_in(browser)
    pauses.setattr(manager, "RETRY_DELAY_S", NEVER)
    if fault == "locked":
        keychain.problem = LOCKED
    else:
        keychain.gate.clear()
        pauses.setattr(manager, "BACKEND_TIMEOUT_S", 0.5)
    asked = browser.ask("sign-out") if act == "sign-out" else browser.ask("persist", persist=False)
    assert await asked == (200, {})
    body = await session(browser)
    assert body["erasing"]
    assert (body["account"] is None) == (act == "sign-out")
    pauses.setattr(manager, "BACKEND_TIMEOUT_S", NEVER)
    restart(browser.app)
    keychain.problem = None
    keychain.gate.set()
    assert (await browser.token())[0] == 401
    assert (await erased(browser, keychain))["account"] is None


# Situation: keychain | locked while the server starts, so that the stored sign-in is not restored |
# another sign-in, then a restart | none: the stored one may be of another account | sign in again
async def test_a_sign_in_that_was_not_restored_is_replaced(
    browser: Browser,
    keychain: FakeKeychain,
    pauses: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await signed_in(browser)
    pauses.setattr(manager, "RETRY_DELAY_S", NEVER)
    keychain.problem = LOCKED
    restart(browser.app)
    while "kept in memory only" not in caplog.text:
        await browser.ask("session")
    await browser.sign_in()
    await session(browser, MEMORY, ("persistable_in", None))
    keychain.problem = None
    restart(browser.app)
    assert (await session(browser))["account"] is None


async def test_a_start_with_a_locked_keychain_keeps_trying(
    browser: Browser, keychain: FakeKeychain, pauses: pytest.MonkeyPatch
) -> None:
    await signed_in(browser)
    keychain.problem = LOCKED
    pauses.setattr(manager, "RETRY_DELAY_S", NEVER)
    assert (await browser.ask("sign-out"))[0] == 200
    pauses.setattr(manager, "RETRY_DELAY_S", 0.01)
    restart(browser.app)
    body = await session(browser)
    assert (body["account"], body["erasing"]) == (None, True)
    keychain.problem = None
    assert (await erased(browser, keychain))["account"] is None


async def test_a_new_sign_in_is_stored_again(
    browser: Browser, keychain: FakeKeychain, pauses: pytest.MonkeyPatch
) -> None:
    await signed_in(browser)
    pauses.setattr(manager, "RETRY_DELAY_S", NEVER)
    keychain.problem = LOCKED
    assert (await browser.ask("sign-out"))[0] == 200
    keychain.problem = None
    await signed_in(browser)
    assert "erasing" not in await session(browser)
    restart(browser.app)
    assert (await session(browser, PERSISTED))["account"]["username"] == USERNAME


async def test_a_new_sign_in_that_is_not_stored_removes_the_stored_one(
    browser: Browser, keychain: FakeKeychain
) -> None:
    await signed_in(browser)
    keychain.problem = LOCKED
    assert (await browser.ask("sign-out"))[0] == 200
    await browser.sign_in()
    assert (await session(browser, MEMORY))["erasing"]
    keychain.problem = None
    body = await erased(browser, keychain)
    assert (body["account"]["username"], body["persisted_in"]) == (USERNAME, "memory")


async def test_it_is_erased_even_if_no_marker_can_be_written(
    browser: Browser, keychain: FakeKeychain, jp_data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (jp_data_dir / ".azure-auth-notes").write_text("in the way")
    await signed_in(browser)
    keychain.problem = LOCKED
    assert (await browser.ask("sign-out"))[0] == 200
    assert (await session(browser))["erasing"]
    keychain.problem = None
    await erased(browser, keychain)
    assert "Traceback" not in caplog.text


# Situation: server's markers | cannot be read at its start, and may say that the user signed out |
# first token | none: the stored sign-in is not restored, but erased | sign in
async def test_unreadable_markers_may_mean_that_the_user_signed_out(
    browser: Browser, keychain: FakeKeychain, pauses: pytest.MonkeyPatch
) -> None:
    await signed_in(browser)

    def fail(*_: object) -> bool:
        raise PermissionError

    pauses.setattr(Markers, "is_erased", fail)
    restart(browser.app)
    assert (await browser.token())[1]["code"] == "sign_in_required"
    assert (await erased(browser, keychain))["account"] is None


async def test_markers_contain_no_secret(
    browser: Browser, keychain: FakeKeychain, jp_data_dir: Path, pauses: pytest.MonkeyPatch
) -> None:
    await signed_in(browser)
    folder = jp_data_dir / ".azure-auth-notes"
    while not folder.exists():
        await browser.ask("session")
    keychain.problem = LOCKED
    pauses.setattr(manager, "RETRY_DELAY_S", NEVER)
    assert (await browser.ask("sign-out"))[0] == 200
    files = list(folder.iterdir())
    assert len(files) == 2
    assert folder.stat().st_mode & 0o077 == 0
    for file in files:
        assert file.stat().st_size == 0
        assert set(file.name) <= set("0123456789abcdef.rs")


async def test_a_server_that_stores_nothing_writes_no_marker(
    browser: Browser, jp_data_dir: Path, pauses: pytest.MonkeyPatch
) -> None:
    browser.app.config.AzureAuth.persistence = "memory"
    restart(browser.app)
    await browser.sign_in()
    assert await browser.ask("sign-out") == (200, {})
    assert "erasing" not in await session(browser)
    assert not (jp_data_dir / ".azure-auth-notes").exists()


# Situation: server | did not get a sign-out | the next page finishes it, and another user has
# signed in since | the newer user's | nothing to do
async def test_a_late_sign_out_does_not_end_a_newer_sign_in(
    browser: Browser, keychain: FakeKeychain
) -> None:
    await signed_in(browser)
    restart(browser.app)
    assert await browser.ask("sign-out", account="another-user") == (200, {})
    body = await session(browser, PERSISTED)
    assert body["account"]["username"] == USERNAME
    assert await browser.ask("sign-out", account=body["account"]["id"]) == (200, {})
    assert (await erased(browser, keychain))["account"] is None
    assert (await browser.ask("sign-out", account=7))[0] == 400
