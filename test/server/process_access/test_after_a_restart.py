"""A user's sign-in that may be stored, or was refused, on a machine with an ambient identity."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from jupyter_azure_auth.server.persistence import manager
from test.server.az import Az
from test.server.browser import SCOPE, Browser
from test.server.fake_keychain import FakeKeychain
from test.server.persistence.test_manager import PERSISTED, restart, session
from test.server.process_access.conftest import Caller

INTERACTIVE, MACHINE = ("source", "loopback"), ("source", "azure-cli")


@pytest.fixture
def az(tmp_path: Path, no_identity: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Az]:
    az = Az(tmp_path / "az", monkeypatch)
    yield az
    az.let_go()


Restarted = Callable[[], Awaitable[Caller]]


@pytest.fixture
def restarted(  # noqa: PLR0917 (what it needs)
    monkeypatch: pytest.MonkeyPatch,
    az: Az,
    caller: Caller,
    browser: Browser,
    keychain: FakeKeychain,
    jp_http_port: int,
) -> Restarted:
    """Restart a server that has stored a sign-in, while its keychain hangs."""

    async def restarted() -> Caller:
        await browser.sign_in()
        await session(browser, PERSISTED)
        monkeypatch.setattr(manager, "BACKEND_TIMEOUT_S", 0.2)
        monkeypatch.setattr(manager, "RETRY_DELAY_S", 0.01)
        keychain.gate.clear()
        restart(browser.app)
        return Caller(browser, jp_http_port)

    return restarted


async def refused_for_now(caller: Caller) -> None:
    code, body = await caller.ask()
    assert (code, body["code"], body["reason"]) == (503, "unavailable", "keychain")
    assert "keychain" in body["message"]


# Situation: keychain | hangs after a restart of the server | a kernel's token, on a machine with an
# identity | `unavailable`, which names the keychain; never the machine's | unlock it: the user's
async def test_a_sign_in_that_may_be_stored_is_not_replaced_by_the_machine(
    az: Az, restarted: Restarted, browser: Browser, keychain: FakeKeychain
) -> None:
    kernel = await restarted()
    for _ in range(2):
        await refused_for_now(kernel)
    body = await session(browser)
    assert (body["account"], body["ended_by"]) == (None, None)
    assert all("keychain" in one["reason"] and one["fixable"] for one in body["candidates"])
    assert (await browser.token())[1]["reason"] == "keychain"
    assert az.asked == []
    keychain.gate.set()
    after = await session(browser, INTERACTIVE)
    assert after["generation"] > body["generation"]
    assert (await kernel.ask())[1]["source"] == "loopback"


# Situation: keychain | hangs after a restart, holds nothing | a kernel's token | `unavailable`,
# which names the keychain | unlock it: the machine's
async def test_the_machine_serves_once_it_is_known_that_no_sign_in_is_stored(
    restarted: Restarted, browser: Browser, keychain: FakeKeychain
) -> None:
    kernel = await restarted()
    await refused_for_now(kernel)
    keychain.entries.clear()
    keychain.gate.set()
    await session(browser, MACHINE)
    assert (await kernel.ask())[1]["source"] == "azure-cli"


# Situation: keychain | never answers after a restart | a kernel's token after the user has acted |
# the new sign-in's; after a sign-out, the machine's | nothing to do
@pytest.mark.parametrize(
    ("act", "expected"), [("sign-in", "loopback"), ("sign-out", "azure-cli")], ids=str
)
async def test_the_users_action_takes_effect_while_it_hangs(
    restarted: Restarted, browser: Browser, act: str, expected: str
) -> None:
    kernel = await restarted()
    await refused_for_now(kernel)
    if act == "sign-in":
        await browser.sign_in()
    else:
        assert await browser.ask("sign-out") == (200, {})
    assert (await kernel.ask())[1]["source"] == expected


async def test_the_machine_serves_at_once_if_it_is_preferred(
    restarted: Restarted, browser: Browser, jp_http_port: int
) -> None:
    await restarted()
    browser.app.config.AzureAuth.prefer_machine = True
    restart(browser.app)
    assert (await Caller(browser, jp_http_port).ask())[1]["source"] == "azure-cli"


async def test_the_server_answers_others_at_the_same_time(
    restarted: Restarted,
    browser: Browser,
    keychain: FakeKeychain,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kernel = await restarted()
    monkeypatch.setattr(manager, "BACKEND_TIMEOUT_S", 600)
    asked = asyncio.ensure_future(kernel.ask())
    status = f"{browser.app.base_url}api"
    assert (await browser.fetch(status, headers=browser.headers)).code == 200
    assert not asked.done()
    keychain.gate.set()
    assert (await asked)[1]["source"] == "loopback"


# Situation: keychain | is locked after a restart, and a sign-in was stored | a kernel's token |
# `unavailable`, which names the keychain; never the machine's | unlock it: the user's
async def test_a_locked_keychain_with_a_sign_in_counts_as_unresponsive(
    restarted: Restarted, browser: Browser, keychain: FakeKeychain
) -> None:
    kernel = await restarted()
    keychain.problem = RuntimeError("locked")
    keychain.gate.set()
    await refused_for_now(kernel)
    keychain.problem = None
    await session(browser, INTERACTIVE)
    assert (await kernel.ask())[1]["source"] == "loopback"


async def test_an_empty_locked_keychain_does_not_block(
    az: Az, caller: Caller, keychain: FakeKeychain
) -> None:
    keychain.problem = RuntimeError("locked")
    assert (await caller.ask())[1]["source"] == "azure-cli"
    assert az.asked


async def mark_on_disk(browser: Browser, *, there: bool) -> None:
    """Wait until the server has written, or removed, the note of a refusal, on a thread."""
    while is_marked(browser) != there:
        await browser.ask("session")


def is_marked(browser: Browser) -> bool:
    return any(Path(browser.app.data_dir).rglob("*.ended"))


# Situation: server | is restarted after Azure has ended the user's sign-in | a kernel's token, on a
# machine with an identity | `sign_in_ended`, never the machine's | sign in, or sign out
@pytest.mark.parametrize("act", ["sign-in", "sign-out", "refresh"])
@pytest.mark.parametrize("persistence", ["memory", "keychain"])
async def test_a_refusal_survives_a_restart(  # noqa: PLR0917 (what a test needs)
    az: Az,
    caller: Caller,
    browser: Browser,
    jp_http_port: int,
    persistence: str,
    act: str,
) -> None:
    browser.app.config.AzureAuth.persistence = persistence
    restart(browser.app)
    await browser.sign_in()
    browser.authority.refuse(
        "invalid_grant", suberror="bad_token", error_description="AADSTS700082: expired"
    )
    assert (await browser.token(SCOPE, force=True))[0] == 401
    browser.authority.refusal = None
    await mark_on_disk(browser, there=True)
    for _ in range(2):
        restart(browser.app)
        again = Caller(browser, jp_http_port)
        assert (await again.ask())[1]["code"] == "sign_in_ended"
        assert (await session(browser))["ended_by"] == "AADSTS700082"
    assert az.asked == []
    if act == "sign-in":
        await browser.sign_in()
    elif act == "sign-out":
        await browser.ask("sign-out")
    else:
        await browser.ask("session", refresh=True)
    await mark_on_disk(browser, there=False)
    restart(browser.app)
    assert (await session(browser))["ended_by"] is None
