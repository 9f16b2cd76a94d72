"""Ambient identities through the routes; the tests of each host are in test/machine."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_azure_auth.machine import probe
from jupyter_azure_auth.machine.reasons import REASONS
from jupyter_azure_auth.server import automatic
from jupyter_azure_auth.server.msal_log import THREADS
from test.machine.hosts import Stand
from test.server.az import used
from test.server.browser import OTHER_SCOPE, SCOPE, Browser
from test.server.test_azure_cli import settled

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTOSO = "c0000000-1111-4222-8333-000000000001"
FABRIKAM = "fab00000-1111-4222-8333-000000000002"


@pytest.fixture
def azure_auth() -> dict[str, object]:
    return {}


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("app-service", "managed-identity"),
        ("imds", "managed-identity"),
        ("azure-notebooks", "connect-to-azure"),
    ],
)
async def test_nobody_clicks(stand: Stand, browser: Browser, place: str, source: str) -> None:
    stand.be(place)
    told = await settled(browser)
    assert (told["source"], told["automatic"]) == (source, True)
    assert told["account"]["id"].startswith(f"{source}:")
    assert used(told["considered"])[source] == ("used", None)
    assert used(told["considered"])["azure-cli"] == ("not_asked", None)
    code, first = await browser.token()
    assert (code, first["account"], first["source"]) == (200, told["account"], source)
    assert (await browser.token())[1]["token"] == first["token"]
    assert (await browser.token(OTHER_SCOPE))[1]["account"] == told["account"]
    assert browser.authority.asked == []


async def test_an_identity_that_is_assigned_later_is_found_by_looking_again(
    stand: Stand, browser: Browser
) -> None:
    stand.be("imds")
    stand.hosts.set(odd="no identity")
    told = await settled(browser)
    assert used(told["considered"])["managed-identity"] == ("not_used", REASONS["no_identity"])
    stand.hosts.set()
    assert (await settled(browser))["account"] is None
    assert (await settled(browser, look_again=True))["source"] == "managed-identity"


# Situation: compute instance | its user has not authenticated it | page opened, no user signed in |
# none; the panel says first what is missing | Authenticate in the studio, then Try again
@pytest.mark.parametrize(
    ("place", "reason", "fixable"),
    [("compute-instance", "not_authenticated", True), ("imds", "no_identity", None)],
)
async def test_says_what_the_user_can_do_something_about(
    stand: Stand, browser: Browser, place: str, reason: str, fixable: object
) -> None:
    stand.be(place)
    stand.hosts.set(odd="no page" if fixable else "no identity")
    told = await settled(browser)
    found = {one.pop("source"): one for one in told["considered"]}
    machine = found.pop("managed-identity")
    assert (told["account"], machine["reason"]) == (None, REASONS[reason])
    assert machine.get("fixable") is fixable
    assert not [one for one in found.values() if "fixable" in one]
    stand.hosts.set()
    told = await settled(browser, look_again=True)
    assert told["source"] == "managed-identity"
    assert not [one for one in told["considered"] if "fixable" in one], "it is done"


async def test_a_host_that_is_out_of_order_ends_nothing(stand: Stand, browser: Browser) -> None:
    stand.be("app-service")
    before = await settled(browser)
    _, token = await browser.token()
    stand.hosts.set(odd="teapot")
    assert (await browser.token())[1]["token"] == token["token"]
    assert (await browser.token(OTHER_SCOPE))[1]["code"] == "unavailable"
    told = await settled(browser)
    assert (told["account"], told["generation"]) == (before["account"], before["generation"])
    stand.hosts.set()
    assert (await browser.token(OTHER_SCOPE))[0] == 200


async def test_an_identity_that_was_taken_away_is_nobody_s(stand: Stand, browser: Browser) -> None:
    stand.be("imds")
    assert (await settled(browser))["account"] is not None
    stand.hosts.set(odd="no identity")
    assert (await browser.token())[1]["code"] == "sign_in_required"
    assert (await settled(browser))["account"] is None


# Situation: server with a managed identity | a challenge names the machine's own tenant | token for
# a page | the machine's token | nothing to do
# Situation: server with a managed identity | another tenant is asked for | token for a page |
# `wrong_tenant`, which names both; the identity stays | leave `tenant_id` out
@pytest.mark.parametrize("place", ["imds", "compute-instance", "cloud-shell"])
async def test_only_another_tenant_is_refused(stand: Stand, browser: Browser, place: str) -> None:
    stand.be(place)
    before = await settled(browser)
    assert (await browser.token(tenant_id=CONTOSO))[0] == 200
    status, told = await browser.token(OTHER_SCOPE, tenant_id=FABRIKAM)
    assert (status, told["code"]) == (409, "wrong_tenant")
    assert CONTOSO in told["explanation"]
    assert FABRIKAM in told["explanation"]
    assert await settled(browser) == before, "nobody is dropped, and nothing is wrong with it"
    assert (await browser.token(OTHER_SCOPE))[0] == 200


async def test_the_reason_of_a_machine_reaches_the_page(stand: Stand, browser: Browser) -> None:
    stand.be("app-service")
    await settled(browser)
    stand.hosts.set(odd="far too busy")
    told = (await browser.token(OTHER_SCOPE))[1]
    assert (told["code"], told["explanation"]) == ("unavailable", REASONS["busy"])


# Situation: managed identity | a resource challenges its token with claims | next token | a token
# that was asked for again, past every cache | nothing to do
async def test_claims_are_asked_for_past_every_cache(stand: Stand, browser: Browser) -> None:
    stand.be("imds")
    await settled(browser)
    _, first = await browser.token()
    stand.hosts.set()
    assert (await browser.token())[1]["token"] == first["token"]
    assert stand.hosts.answers == []
    _, second = await browser.token(claims='{"access_token": {"nbf": {"essential": true}}}')
    assert second["token"] != first["token"]
    assert stand.hosts.answers == ["token"]
    assert (await browser.token())[1]["token"] == second["token"], "it replaces the refused one"


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A metadata service that accepts connections, and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        monkeypatch.setenv("IDENTITY_ENDPOINT", address)
        monkeypatch.setenv("IDENTITY_HEADER", "x")
        monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", address)
        yield


async def test_a_host_that_hangs_keeps_nothing_waiting(hanging: None, browser: Browser) -> None:
    async def ask(route: str, **fields: Any) -> float:
        begin = time.monotonic()
        await browser.ask(route, **fields)
        return time.monotonic() - begin

    # Tornado's client must not be what delays requests.
    browser.client.max_clients = 50  # type: ignore[attr-defined]
    waiting = [asyncio.ensure_future(browser.token(SCOPE)) for _ in range(20)]
    while not [name for name in ours() if name.endswith("managed-identity")]:
        await browser.ask("session")
    assert (await browser.ask("session"))[1]["looking"] is True
    for route in ("environment", "session"):
        took = [await ask(route) for _ in range(5)]
        assert min(took) < 0.05
    assert not any(request.done() for request in waiting)
    assert len(ours()) == 1, "one call for all who ask"
    loop = asyncio.get_running_loop()
    # asyncio's default threads stay free for other code.
    others = [loop.run_in_executor(None, time.monotonic) for _ in range(20)]
    await asyncio.wait_for(asyncio.gather(*others), 1)
    assert {code for code, _ in await asyncio.gather(*waiting)} == {401}


def ours() -> list[str]:
    return [
        thread.name for thread in threading.enumerate() if thread.name.startswith(f"{THREADS}-")
    ]


# Situation: metadata service | not there when the server first looks | page opened, no user signed
# in | the machine's token from the next lookup on | nothing to do
async def test_a_host_that_comes_later_is_found_without_a_click(
    stand: Stand, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(automatic, "LOOK_AGAIN_S", (0.0,))
    monkeypatch.setattr(probe, "KEPT_S", 0.0)
    stand.be("imds")
    stand.hosts.set(other=[404, ""])
    told = await settled(browser)
    assert used(told["considered"])["managed-identity"][1] is not None
    stand.hosts.set()
    while (told := (await browser.ask("session"))[1])["account"] is None:
        assert told["looking"] is False, "no panel flickers for it"
    assert told["source"] == "managed-identity"


async def test_nothing_takes_the_place_of_an_identity_that_is_gone(
    stand: Stand, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(automatic, "LOOK_AGAIN_S", (0.0,))
    stand.be("imds")
    assert (await settled(browser))["account"] is not None
    stand.hosts.set(odd="no identity")
    assert (await browser.token())[0] == 401
    stand.hosts.set()
    for _ in range(5):
        assert (await browser.ask("session"))[1]["account"] is None
    assert stand.hosts.answers == []


# Situation: server with a managed identity | nobody is signed in | a token with require_user |
# `sign_in_required`, without waiting for the machine; the identity stays | sign in from the panel
@pytest.mark.parametrize("azure_auth", [{}, {"prefer_machine": True}])
async def test_serves_none_that_has_to_be_a_users(stand: Stand, browser: Browser) -> None:
    stand.be("imds")
    machine = await settled(browser)
    assert machine["source"] == "managed-identity"
    assert (await browser.token(require_user=True))[1]["code"] == "sign_in_required"
    assert await settled(browser) == machine
    account = await browser.sign_in()
    told = (await browser.token(require_user=True))[1]
    assert (told["account"], told["source"]) == (account, "loopback")
