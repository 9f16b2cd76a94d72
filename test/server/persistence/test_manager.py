"""Sign-ins that survive a restart of the server, through its routes and the real MSAL."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp

from jupyter_azure_auth.server import _load_jupyter_server_extension
from jupyter_azure_auth.server.msal_client import MsalClient
from jupyter_azure_auth.server.persistence import manager
from jupyter_azure_auth.server.persistence.keychain import Keychain
from test.server.authority import CANARY, USERNAME
from test.server.browser import OTHER_SCOPE, SCOPE, Browser
from test.server.conftest import CLIENT
from test.server.fake_keychain import FakeKeychain
from test.server.rules import gated_rule


@pytest.fixture
def azure_auth() -> dict[str, object]:
    return {}


@pytest.fixture(autouse=True)
def with_keychain(keychain: FakeKeychain) -> None:
    """Give all tests a keychain; some replace it."""


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manager, "BACKEND_TIMEOUT_S", 0.2)


def restart(app: ServerApp) -> None:
    """Begin with nothing in memory, like a new process."""
    for group in app.web_app.default_router.rules:
        rules = getattr(group.target, "rules", [])
        rules[:] = [rule for rule in rules if not is_ours(rule.target)]
    _load_jupyter_server_extension(app)


def is_ours(target: Any) -> bool:
    return isinstance(target, type) and target.__module__.startswith("jupyter_azure_auth")


async def session(browser: Browser, *wanted: Any) -> Any:
    """Return the answer as soon as the named fields have the wanted values.

    If any are named, all that the next start or another server must know of it is on the disk.
    """
    names = [name for name, _ in wanted]
    while True:
        _, body = await browser.ask("session")
        if not body["searching"] and [body[name] for name in names] == [want for _, want in wanted]:
            if wanted:
                rule = gated_rule(browser.app, "/session")
                await rule.target_kwargs[
                    "session_manager"
                ].user_sessions._persistence._markers_written()
            return body


PERSISTED = ("persisted_in", "keychain")
MEMORY = ("persisted_in", "memory")
SIGNED_OUT = ("account", None)


async def test_continues_after_a_restart(browser: Browser) -> None:
    await browser.sign_in(scopes=[SCOPE])
    before = await session(browser, PERSISTED)
    assert before["persistable_in"] == "keychain"
    asked = len(browser.authority.asked)
    restart(browser.app)
    after = await session(browser, PERSISTED)
    assert after == {**before, "generation": after["generation"]}
    assert after["generation"] > before["generation"]
    assert len(browser.authority.asked) == asked, "no request before a token is wanted"
    code, body = await browser.token()
    assert code == 200
    assert body["account"] == before["account"]
    assert browser.authority.redeemed[-1]["refresh_token"].startswith(f"{CANARY}-rt-")


async def test_a_token_can_be_the_first_request(browser: Browser) -> None:
    await browser.sign_in()
    await session(browser, PERSISTED)
    restart(browser.app)
    assert (await browser.token())[0] == 200


async def test_keeps_the_latest_refresh_token_and_no_access_token(
    browser: Browser, keychain: FakeKeychain
) -> None:
    await browser.sign_in(scopes=[SCOPE])
    await session(browser, PERSISTED)
    for scope in (SCOPE, OTHER_SCOPE):
        await browser.token(scope, force=True)
    latest = f"{CANARY}-rt-{len(browser.authority.redeemed) + 1}"
    while latest not in "".join(keychain.entries.values()):
        await browser.ask("session")
    assert f"{CANARY}-at-" not in "".join(keychain.entries.values())
    restart(browser.app)
    await browser.token()
    assert browser.authority.redeemed[-1]["refresh_token"] == latest


async def test_sign_out_forgets_it(browser: Browser, keychain: FakeKeychain) -> None:
    await browser.sign_in()
    await session(browser, PERSISTED)
    assert await browser.ask("sign-out") == (200, {})
    assert keychain.entries == {}
    restart(browser.app)
    assert (await session(browser))["account"] is None


async def test_sign_out_before_the_first_lookup(
    impatient: None, browser: Browser, keychain: FakeKeychain
) -> None:
    await browser.sign_in()
    await session(browser, PERSISTED)
    restart(browser.app)
    keychain.gate.clear()
    looking = asyncio.ensure_future(browser.ask("session"))
    out = asyncio.ensure_future(browser.ask("sign-out"))
    await asyncio.gather(looking, out)
    keychain.gate.set()
    await session(browser, SIGNED_OUT, ("persistable_in", "keychain"))
    while keychain.entries:
        await browser.ask("session")
    assert (await browser.token())[0] == 401


# Situation: stored sign-in | the user signs out while it is restored | first token | none: the
# sign-out wins | sign in again
async def test_a_sign_out_overrides_a_restore_that_is_almost_done(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sign out when the record has been read, and MSAL is about to continue with it."""
    await browser.sign_in()
    await session(browser, PERSISTED)
    read, gate = threading.Event(), threading.Event()
    resume = MsalClient.resume

    def held_up(*body: Any) -> MsalClient | None:
        read.set()
        gate.wait()
        return resume(*body)

    monkeypatch.setattr(MsalClient, "resume", held_up)
    restart(browser.app)
    looking = asyncio.ensure_future(browser.ask("session"))
    await asyncio.to_thread(read.wait)
    assert await browser.ask("sign-out") == (200, {})
    gate.set()
    await looking
    assert (await session(browser))["account"] is None
    assert (await browser.token())[0] == 401


async def test_a_renewal_does_not_overwrite_another_servers_entry(
    browser: Browser, keychain: FakeKeychain
) -> None:
    """The other server has the same folder and address, and a user signed in there later."""
    await browser.sign_in()
    await session(browser, PERSISTED)
    backend, key = Keychain(keychain), min(keychain.entries).partition("/")[2]
    newer = json.dumps({**json.loads(backend.read(key) or ""), "id": "of another server"})
    backend.write(key, newer)
    assert (await browser.token(force=True))[0] == 200
    while backend.read(key) == newer and (await session(browser))["persisted_in"] != "memory":
        pass
    assert backend.read(key) == newer


async def test_a_refusal_forgets_it(browser: Browser, keychain: FakeKeychain) -> None:
    await browser.sign_in()
    await session(browser, PERSISTED)
    restart(browser.app)
    browser.authority.refuse("invalid_grant", error_description="AADSTS700082: expired")
    assert (await browser.token())[0] == 401
    assert (await session(browser, SIGNED_OUT))["ended_by"] == "AADSTS700082"
    while keychain.entries:
        await browser.ask("session")


async def test_a_network_failure_keeps_the_sign_in(
    browser: Browser, keychain: FakeKeychain
) -> None:
    await browser.sign_in()
    await session(browser, PERSISTED)
    restart(browser.app)
    browser.authority.refusal = OSError("no network")
    assert (await browser.token())[0] == 503
    assert keychain.entries
    browser.authority.refusal = None
    assert (await browser.token())[0] == 200


async def test_the_user_can_turn_persistence_off_and_on(
    browser: Browser, keychain: FakeKeychain
) -> None:
    await browser.sign_in()
    await session(browser, PERSISTED)
    assert await browser.ask("persist", persist=False) == (200, {})
    assert keychain.entries == {}
    assert (await session(browser))["persisted_in"] == "memory"
    await browser.token(force=True)
    await browser.token(OTHER_SCOPE)
    assert (await session(browser, MEMORY))["persistable_in"] == "keychain"
    assert keychain.entries == {}
    assert await browser.ask("persist", persist=True) == (200, {})
    assert (await session(browser))["persisted_in"] == "keychain"
    restart(browser.app)
    assert (await browser.token())[0] == 200


async def test_there_is_nothing_to_store_without_a_user(
    browser: Browser, keychain: FakeKeychain
) -> None:
    assert await browser.ask("persist", persist=True) == (200, {})
    assert (await browser.ask("persist"))[0] == 400
    assert (await session(browser))["persisted_in"] is None
    assert keychain.entries == {}


async def test_a_new_sign_in_replaces_the_previous_one(
    browser: Browser, keychain: FakeKeychain
) -> None:
    await browser.sign_in()
    await session(browser, PERSISTED)
    size = len(keychain.entries)
    await browser.sign_in()
    await session(browser, PERSISTED)
    assert len(keychain.entries) == size


async def test_another_server_has_signed_out(browser: Browser, keychain: FakeKeychain) -> None:
    """This server stays signed in as long as it runs, and does not store the sign-in again."""
    await browser.sign_in()
    await session(browser, PERSISTED)
    keychain.entries.clear()
    assert (await browser.token())[0] == 200
    await session(browser, MEMORY)
    assert keychain.entries == {}


@pytest.mark.parametrize(
    "changed", [{"public_client_id": CLIENT}, {"tenant_id": "a.com"}], ids=["app", "authority"]
)
async def test_is_bound_to_the_configuration(browser: Browser, changed: dict[str, str]) -> None:
    await browser.sign_in()
    await session(browser, PERSISTED)
    browser.app.config.AzureAuth.update(changed)
    restart(browser.app)
    assert (await session(browser))["account"] is None
    assert (await browser.token())[0] == 401


async def test_a_sign_in_method_that_is_no_longer_allowed(browser: Browser) -> None:
    await browser.sign_in()
    await session(browser, PERSISTED)
    browser.app.config.AzureAuth.sources = ["popup"]
    restart(browser.app)
    assert (await session(browser))["account"] is None


@pytest.mark.parametrize("damage", ["text", "version", "home", "account", "cache", "name"])
async def test_malformed_records_are_ignored(
    browser: Browser, keychain: FakeKeychain, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    await browser.sign_in()
    await session(browser, PERSISTED)
    key = min(keychain.entries).partition("/")[2]
    body = json.loads(Keychain(keychain).read(key) or "")
    if damage == "version":
        body["version"] = 2
    elif damage == "home":
        body["session"]["home"] = "https://evil.test/organizations"
    elif damage == "name":
        del body["session"]["account"]["username"]
    elif damage != "text":
        body["session"][damage] = 7
    Keychain(keychain).write(key, "text" if damage == "text" else json.dumps(body))
    restart(browser.app)
    assert (await session(browser))["account"] is None
    assert (await browser.token())[0] == 401
    assert "Traceback" not in caplog.text


async def without_a_keychain(browser: Browser) -> None:
    await browser.sign_in()
    body = await session(browser, MEMORY)
    assert body["persistable_in"] is None
    assert (await browser.token())[0] == 200
    assert await browser.ask("persist", persist=True) == (200, {})
    assert (await session(browser))["persisted_in"] == "memory"
    assert await browser.ask("sign-out") == (200, {})


async def test_uses_memory_if_keyring_is_not_installed(
    browser: Browser, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    await without_a_keychain(browser)
    assert "Traceback" not in caplog.text


async def test_uses_memory_if_the_keychain_fails(
    browser: Browser, keychain: FakeKeychain, caplog: pytest.LogCaptureFixture
) -> None:
    keychain.problem = RuntimeError(f"{CANARY} of {USERNAME}")
    await without_a_keychain(browser)
    assert caplog.text.count("kept in memory only: RuntimeError") == 1
    assert "Traceback" not in caplog.text
    assert CANARY not in caplog.text
    keychain.problem = None
    await browser.sign_in()
    await session(browser, PERSISTED)


async def test_uses_memory_if_the_keychain_hangs(
    impatient: None, browser: Browser, keychain: FakeKeychain
) -> None:
    keychain.gate.clear()
    await browser.sign_in()
    await browser.fetch(f"{browser.app.base_url}api/status", headers=browser.headers)
    assert (await browser.token())[0] == 200
    while (await session(browser))["persistable_in"] is not None:
        pass
    assert (await session(browser))["persisted_in"] == "memory"
    keychain.gate.set()
    assert (await session(browser, PERSISTED))["persistable_in"] == "keychain"


async def test_no_log_contains_a_secret(
    browser: Browser, keychain: FakeKeychain, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await browser.sign_in()
    await session(browser, PERSISTED)
    restart(browser.app)
    assert (await browser.token())[0] == 200
    keychain.problem = RuntimeError("".join(keychain.entries.values()))
    await browser.token(force=True)
    await browser.ask("sign-out")
    assert "kept in memory only" in caplog.text
    for secret in (CANARY, USERNAME, "RefreshToken"):
        assert secret not in caplog.text


@pytest.mark.parametrize("azure_auth", [{"persistence": "memory"}])
async def test_uses_memory_if_the_administrator_configures_it(
    browser: Browser, keychain: FakeKeychain
) -> None:
    await without_a_keychain(browser)
    assert keychain.entries == {}


@pytest.mark.parametrize("azure_auth", [{"persistence": "file"}])
async def test_uses_a_file_if_the_administrator_configures_it(
    browser: Browser, keychain: FakeKeychain, jp_data_dir: Path
) -> None:
    await browser.sign_in()
    assert (await session(browser, ("persisted_in", "file")))["persistable_in"] == "file"
    (file,) = (jp_data_dir / ".azure-auth").iterdir()
    assert f"{CANARY}-rt-" in file.read_text()
    assert keychain.entries == {}
    restart(browser.app)
    assert (await browser.token())[0] == 200
    assert await browser.ask("sign-out") == (200, {})
    assert not file.exists()


@pytest.mark.parametrize("azure_auth", [{"persistence": "file"}])
async def test_jupyter_does_not_serve_the_file(
    browser: Browser, jp_data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    browser.app.contents_manager.root_dir = str(jp_data_dir.parent)
    await browser.sign_in()
    await session(browser, ("persisted_in", "file"))
    (file,) = (jp_data_dir / ".azure-auth").iterdir()
    path = file.relative_to(jp_data_dir.parent).as_posix()
    url = f"{browser.app.base_url}api/contents/{path}"
    assert (await browser.fetch(url, headers=browser.headers)).code == 404
    browser.app.contents_manager.allow_hidden = True
    restart(browser.app)
    await browser.sign_in()
    assert (await session(browser, MEMORY))["persistable_in"] is None
    assert caplog.text.count("allow_hidden") == 1
