"""Servers of one user share the backend of sign-ins, and no sign-in moves without consent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jupyter_azure_auth.server.persistence.record import key_of
from jupyter_azure_auth.server.traits import load_config
from test.server.authority import CANARY, PERSON, USERNAME
from test.server.browser import Browser
from test.server.fake_keychain import FakeKeychain
from test.server.persistence.test_manager import MEMORY, PERSISTED, restart, session
from test.server.users import NamedUsers

OTHER_PERSON = PERSON.replace("b", "c")
BOB = "bob@contoso.com"


@pytest.fixture
def azure_auth() -> dict[str, object]:
    return {}


@pytest.fixture(autouse=True)
def with_keychain(keychain: FakeKeychain) -> None:
    """Give all tests a keychain."""


def start(browser: Browser, folder: Path) -> None:
    """Stop the running server, and start the one of this folder."""
    folder.mkdir(exist_ok=True)
    browser.app.root_dir = str(folder)
    restart(browser.app)


async def sign_in(browser: Browser, person: str, username: str) -> None:
    browser.authority.person, browser.authority.username = person, username
    await browser.sign_in()
    await session(browser, PERSISTED)


async def offered(browser: Browser, count: int) -> list[Any]:
    """Return the session's offers as soon as there are this many."""
    while True:
        offers: list[Any] = (await session(browser)).get("restorable", [])
        if len(offers) == count:
            return offers


def names(offers: list[Any]) -> list[str]:
    return [offer["account"]["username"] for offer in offers]


# Situation: keychain that two servers of one OS user share | Bob has since signed in at the other
# one | restart of the first | Alice's, who is signed in there | nothing to do
async def test_a_restarted_server_keeps_its_own_sign_in(browser: Browser, tmp_path: Path) -> None:
    start(browser, tmp_path / "a")
    await sign_in(browser, PERSON, USERNAME)
    start(browser, tmp_path / "b")
    await sign_in(browser, OTHER_PERSON, BOB)
    for folder, username in [("a", USERNAME), ("b", BOB)]:
        start(browser, tmp_path / folder)
        assert (await session(browser, PERSISTED))["account"]["username"] == username
        code, body = await browser.token()
        assert (code, body["account"]["username"]) == (200, username)


# Situation: keychain with sign-ins of other servers of this OS user | first start of a new server |
# first token | none; the panel offers them by name | Continue as one of them, or sign in
async def test_a_new_server_offers_them_but_uses_none_unasked(
    browser: Browser, tmp_path: Path
) -> None:
    start(browser, tmp_path / "a")
    await sign_in(browser, PERSON, USERNAME)
    start(browser, tmp_path / "b")
    assert names(await offered(browser, 1)) == [USERNAME]
    await sign_in(browser, OTHER_PERSON, BOB)
    assert "restorable" not in await session(browser)
    start(browser, tmp_path / "new")
    assert (await browser.token())[0] == 401
    latest, earlier = await offered(browser, 2)
    assert names([latest, earlier]) == [BOB, USERNAME]
    assert CANARY not in str([latest, earlier])
    assert (await session(browser))["account"] is None
    assert await browser.ask("restore", id=earlier["id"]) == (200, {})
    body = await session(browser, PERSISTED)
    assert (body["account"]["username"], "restorable" in body) == (USERNAME, False)
    assert (await browser.token())[1]["account"]["username"] == USERNAME


async def test_a_sign_out_at_one_server_does_not_affect_another(
    browser: Browser, tmp_path: Path
) -> None:
    start(browser, tmp_path / "a")
    await sign_in(browser, PERSON, USERNAME)
    start(browser, tmp_path / "b")
    [offer] = await offered(browser, 1)
    assert (await browser.ask("restore", id=offer["id"]))[0] == 200
    await session(browser, PERSISTED)
    assert (await browser.ask("sign-out"))[0] == 200
    body = await session(browser)
    assert (body["account"], "restorable" in body) == (None, False)
    start(browser, tmp_path / "a")
    assert (await session(browser, PERSISTED))["account"]["username"] == USERNAME


async def test_one_account_is_offered_once(browser: Browser, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        start(browser, tmp_path / folder)
        await sign_in(browser, PERSON, USERNAME)
    start(browser, tmp_path / "new")
    assert names(await offered(browser, 1)) == [USERNAME]


async def test_a_removed_sign_in_is_no_longer_offered(
    browser: Browser, keychain: FakeKeychain, tmp_path: Path
) -> None:
    start(browser, tmp_path / "a")
    await sign_in(browser, PERSON, USERNAME)
    start(browser, tmp_path / "b")
    [offer] = await offered(browser, 1)
    assert (await browser.ask("restore", id="unknown"))[0] == 404
    assert (await browser.ask("restore"))[0] == 400
    keychain.entries.clear()
    code, body = await browser.ask("restore", id=offer["id"])
    assert (code, body["code"]) == (404, "not_found")
    assert (await session(browser))["account"] is None


@pytest.mark.parametrize("azure_auth", [{"sources": ["loopback"]}])
async def test_a_source_that_is_not_allowed_is_not_offered(
    browser: Browser, tmp_path: Path
) -> None:
    start(browser, tmp_path / "a")
    await sign_in(browser, PERSON, USERNAME)
    start(browser, tmp_path / "b")
    await offered(browser, 1)
    browser.app.config.AzureAuth.sources = ["device-code"]
    start(browser, tmp_path / "c")
    assert (await browser.ask("restore", id="any"))[0] == 404
    assert "restorable" not in await session(browser)


@pytest.mark.parametrize(
    "server_settings", [{"identity_provider_class": NamedUsers}], ids=["people"]
)
async def test_no_user_gets_what_another_user_has_stored(browser: Browser, tmp_path: Path) -> None:
    start(browser, tmp_path / "a")
    browser.headers["X-Person"] = "ada"
    await sign_in(browser, PERSON, USERNAME)
    for folder in ("a", "b"):
        start(browser, tmp_path / folder)
        browser.headers["X-Person"] = "bob"
        body = await session(browser)
        assert (body["account"], "restorable" in body) == (None, False)
    start(browser, tmp_path / "a")
    browser.headers["X-Person"] = "ada"
    assert (await session(browser, PERSISTED))["account"]["username"] == USERNAME


async def test_a_server_that_no_longer_stores_a_sign_in_offers_none(
    browser: Browser, tmp_path: Path
) -> None:
    start(browser, tmp_path / "a")
    await sign_in(browser, PERSON, USERNAME)
    assert (await browser.ask("persist", persist=False))[0] == 200
    await session(browser, MEMORY)
    start(browser, tmp_path / "b")
    assert (await browser.ask("restore", id="any"))[0] == 404
    assert "restorable" not in await session(browser)


def test_owner_folder_and_address_distinguish_keys(browser: Browser) -> None:
    config = load_config(browser.app.config)
    places = [("", ("/a", "/")), ("user:a", ("/a", "/")), ("", ("/b", "/")), ("", ("/a", "/b/"))]
    keys = {key_of(user_key, config, server) for user_key, server in places}
    assert len(keys) == len(places)
