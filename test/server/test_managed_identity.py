"""Ambient identities through the routes; the tests of each host are in test/ambient."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest

from jupyter_azure_auth._error_catalog import AMBIENT
from jupyter_azure_auth.ambient import imds
from jupyter_azure_auth.server import ambient_identity
from jupyter_azure_auth.server.msal_log import THREADS
from test.ambient.host_environments import HostEnvironment
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
async def test_without_a_click(
    host_environment: HostEnvironment, browser: Browser, place: str, source: str
) -> None:
    host_environment.enter(place)
    body = await settled(browser)
    assert (body["source"], body["ambient"]) == (source, True)
    assert body["account"]["id"].startswith(f"{source}:")
    assert used(body["candidates"])[source] == ("selected", None)
    assert used(body["candidates"])["azure-cli"] == ("skipped", None)
    code, first = await browser.token()
    assert (code, first["account"], first["source"]) == (200, body["account"], source)
    assert (await browser.token())[1]["token"] == first["token"]
    assert (await browser.token(OTHER_SCOPE))[1]["account"] == body["account"]
    assert browser.authority.asked == []


async def test_an_identity_that_is_assigned_later_is_found_by_a_new_lookup(
    host_environment: HostEnvironment, browser: Browser
) -> None:
    host_environment.enter("imds")
    host_environment.hosts.set(odd="no identity")
    body = await settled(browser)
    assert used(body["candidates"])["managed-identity"] == ("unavailable", AMBIENT["no_identity"])
    host_environment.hosts.set()
    assert (await settled(browser))["account"] is None
    assert (await settled(browser, refresh=True))["source"] == "managed-identity"


# Situation: compute instance | its user has not authenticated it | page opened, no user signed in |
# none; the panel says first what is missing | Authenticate in the studio, then Try again
@pytest.mark.parametrize(
    ("place", "reason", "fixable"),
    [("compute-instance", "not_authenticated", True), ("imds", "no_identity", None)],
)
async def test_reports_what_the_user_can_fix(
    host_environment: HostEnvironment, browser: Browser, place: str, reason: str, fixable: object
) -> None:
    host_environment.enter(place)
    host_environment.hosts.set(odd="no page" if fixable else "no identity")
    body = await settled(browser)
    found = {one.pop("source"): one for one in body["candidates"]}
    machine = found.pop("managed-identity")
    assert (body["account"], machine["reason"]) == (None, AMBIENT[reason])
    assert machine.get("fixable") is fixable
    assert not [one for one in found.values() if "fixable" in one]
    host_environment.hosts.set()
    body = await settled(browser, refresh=True)
    assert body["source"] == "managed-identity"
    assert not [one for one in body["candidates"] if "fixable" in one], "it is done"


async def test_a_failing_host_keeps_the_identity(
    host_environment: HostEnvironment, browser: Browser
) -> None:
    host_environment.enter("app-service")
    before = await settled(browser)
    _, token = await browser.token()
    host_environment.hosts.set(odd="teapot")
    assert (await browser.token())[1]["token"] == token["token"]
    assert (await browser.token(OTHER_SCOPE))[1]["code"] == "unavailable"
    body = await settled(browser)
    assert (body["account"], body["generation"]) == (before["account"], before["generation"])
    host_environment.hosts.set()
    assert (await browser.token(OTHER_SCOPE))[0] == 200


async def test_an_identity_that_was_taken_away_is_not_used(
    host_environment: HostEnvironment, browser: Browser
) -> None:
    host_environment.enter("imds")
    assert (await settled(browser))["account"] is not None
    host_environment.hosts.set(odd="no identity")
    assert (await browser.token())[1]["code"] == "sign_in_required"
    assert (await settled(browser))["account"] is None


# Situation: server with a managed identity | a challenge names the machine's own tenant | token for
# a page | the machine's token | nothing to do
# Situation: server with a managed identity | another tenant is asked for | token for a page |
# `wrong_tenant`, which names both; the identity stays | leave `tenant_id` out
@pytest.mark.parametrize("place", ["imds", "compute-instance", "cloud-shell"])
async def test_only_another_tenant_is_refused(
    host_environment: HostEnvironment, browser: Browser, place: str
) -> None:
    host_environment.enter(place)
    before = await settled(browser)
    assert (await browser.token(tenant_id=CONTOSO))[0] == 200
    status, body = await browser.token(OTHER_SCOPE, tenant_id=FABRIKAM)
    assert (status, body["code"]) == (409, "wrong_tenant")
    assert CONTOSO in body["explanation"]
    assert FABRIKAM in body["explanation"]
    assert await settled(browser) == before, "no user is dropped, and no problem is shown"
    assert (await browser.token(OTHER_SCOPE))[0] == 200


async def test_the_reason_of_a_machine_reaches_the_page(
    host_environment: HostEnvironment, browser: Browser
) -> None:
    host_environment.enter("app-service")
    await settled(browser)
    host_environment.hosts.set(odd="far too busy")
    body = (await browser.token(OTHER_SCOPE))[1]
    assert (body["code"], body["explanation"]) == ("unavailable", AMBIENT["busy"])


# Situation: managed identity | a resource challenges its token with claims | next token | a newly
# requested token, from no cache | nothing to do
async def test_claims_bypass_every_cache(
    host_environment: HostEnvironment, browser: Browser
) -> None:
    host_environment.enter("imds")
    await settled(browser)
    _, first = await browser.token()
    host_environment.hosts.set()
    assert (await browser.token())[1]["token"] == first["token"]
    assert host_environment.hosts.answers == []
    _, second = await browser.token(claims='{"access_token": {"nbf": {"essential": true}}}')
    assert second["token"] != first["token"]
    assert host_environment.hosts.answers == ["token"]
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


async def test_a_host_that_hangs_blocks_nothing(hanging: None, browser: Browser) -> None:
    # Tornado's client must not be what delays requests.
    browser.client.max_clients = 50  # type: ignore[attr-defined]
    waiting = [asyncio.ensure_future(browser.token(SCOPE)) for _ in range(20)]
    while not [name for name in ours() if name.endswith("managed-identity")]:
        await browser.ask("session")
    assert (await browser.ask("session"))[1]["searching"] is True
    for route in ("config", "session"):
        await browser.ask(route)
    # The thread of the markers of sign-ins may still be ending.
    assert len([name for name in ours() if not name.endswith("-markers")]) == 1, "one call for all"
    loop = asyncio.get_running_loop()
    # asyncio's default threads stay free for other code.
    others = [loop.run_in_executor(None, time.monotonic) for _ in range(20)]
    await asyncio.gather(*others)
    assert not any(request.done() for request in waiting)
    assert {code for code, _ in await asyncio.gather(*waiting)} == {401}


def ours() -> list[str]:
    return [
        thread.name for thread in threading.enumerate() if thread.name.startswith(f"{THREADS}-")
    ]


# Situation: metadata service | not there when the server first looks | page opened, no user signed
# in | the machine's token from the next lookup on | nothing to do
async def test_a_host_that_appears_later_is_found_without_a_click(
    host_environment: HostEnvironment, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ambient_identity, "LOOKUP_RETRY_DELAYS_S", (0.0,))
    monkeypatch.setattr(imds, "NEGATIVE_RESULT_TTL_S", 0.0)
    host_environment.enter("imds")
    host_environment.hosts.set(other=[404, ""])
    body = await settled(browser)
    assert used(body["candidates"])["managed-identity"][1] is not None
    host_environment.hosts.set()
    while (body := (await browser.ask("session"))[1])["account"] is None:
        assert body["searching"] is False, "no panel flickers for it"
    assert body["source"] == "managed-identity"


async def test_no_identity_replaces_one_that_is_gone(
    host_environment: HostEnvironment, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ambient_identity, "LOOKUP_RETRY_DELAYS_S", (0.0,))
    host_environment.enter("imds")
    assert (await settled(browser))["account"] is not None
    host_environment.hosts.set(odd="no identity")
    assert (await browser.token())[0] == 401
    host_environment.hosts.set()
    for _ in range(5):
        assert (await browser.ask("session"))[1]["account"] is None
    assert host_environment.hosts.answers == []


# Situation: server with a managed identity | no user is signed in | a token with require_user |
# `sign_in_required`, without waiting for the machine; the identity stays | sign in from the panel
@pytest.mark.parametrize("azure_auth", [{}, {"prefer_machine": True}])
async def test_does_not_serve_a_request_that_requires_a_user(
    host_environment: HostEnvironment, browser: Browser
) -> None:
    host_environment.enter("imds")
    machine = await settled(browser)
    assert machine["source"] == "managed-identity"
    assert (await browser.token(require_user=True))[1]["code"] == "sign_in_required"
    assert await settled(browser) == machine
    account = await browser.sign_in()
    body = (await browser.token(require_user=True))[1]
    assert (body["account"], body["source"]) == (account, "loopback")
