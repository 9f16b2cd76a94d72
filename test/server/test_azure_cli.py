"""An existing ``az login``, used without a prompt, through the real azure-identity."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_azure_auth._error_catalog import AMBIENT
from jupyter_azure_auth.ambient import azure_cli
from jupyter_azure_auth.ambient.managed_identity import ManagedIdentity
from jupyter_azure_auth.server import token_cache
from jupyter_azure_auth.server.models import IssuedToken
from test.server.authority import CANARY
from test.server.az import TENANT, USERNAME, Az, used
from test.server.browser import OTHER_SCOPE, SCOPE, Browser
from test.server.test_accounts import ADA, BOB, sign_in
from test.server.users import NamedUsers

CLI = f"azure-cli:{USERNAME}@{TENANT}"
ACCOUNT = {"id": CLI, "name": "Azure CLI", "username": USERNAME, "tenant_id": TENANT}
NOT_AZURE = ("unavailable", AMBIENT["not_azure"])
NO_CONNECT = ("unavailable", "MSI_ENDPOINT is not set.")


@pytest.fixture
def azure_auth() -> dict[str, object]:
    return {}


@pytest.fixture
def az(tmp_path: Path, no_identity: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Az]:
    az = Az(tmp_path / "az", monkeypatch)
    yield az
    az.let_go()


async def settled(browser: Browser, **fields: Any) -> Any:
    """Return the answer of ``session`` after the lookup has ended."""
    body = (await browser.ask("session", **fields))[1]
    while body["searching"]:
        body = (await browser.ask("session"))[1]
    return body


async def test_is_used_without_a_prompt(az: Az, browser: Browser) -> None:
    body = await settled(browser)
    assert body["account"] == ACCOUNT
    assert (body["source"], body["ambient"], body["persisted_in"]) == ("azure-cli", True, None)
    assert abs(body["signed_in_at"] - time.time()) < 60
    assert used(body["candidates"]) == {
        "managed-identity": NOT_AZURE,
        "connect-to-azure": NO_CONNECT,
        "azure-cli": ("selected", None),
    }
    code, token = await browser.token(account=CLI)
    assert (code, token["account"], token["source"]) == (200, ACCOUNT, "azure-cli")
    assert token["token"].startswith("canary-az-")
    assert browser.authority.asked == []
    assert await browser.ask("sign-out") == (200, {})
    assert (await settled(browser))["source"] == "azure-cli"


async def test_is_used_after_a_source_that_fails_unexpectedly(
    az: Az, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise PermissionError("a path")

    monkeypatch.setattr(ManagedIdentity, "why_unavailable", fail)
    body = await settled(browser)
    assert body["source"] == "azure-cli"
    failed = ("unavailable", AMBIENT["failed"].format(detail="PermissionError"))
    assert used(body["candidates"])["managed-identity"] == failed


async def test_its_tokens_are_cached(az: Az, browser: Browser) -> None:
    await settled(browser)
    first = [await browser.token() for _ in range(3)]
    assert len({answer["token"] for _, answer in first}) == 1
    assert len(az.asked) == 2, "to find the account, and for this resource"
    assert SCOPE.removesuffix("/.default") in az.asked[1]
    assert (await browser.token(OTHER_SCOPE))[1]["token"] == "canary-az-3"


async def test_a_token_can_be_the_first_request(az: Az, browser: Browser) -> None:
    assert (await browser.token())[1]["account"] == ACCOUNT


async def test_no_account_is_logged_in(az: Az, browser: Browser) -> None:
    az.log_out()
    assert (await browser.token())[0] == 401
    body = await settled(browser)
    assert (body["account"], body["source"], body["ambient"]) == (None, None, False)
    reason = "The Azure CLI is not signed in. Run `az login`."
    assert used(body["candidates"])["azure-cli"] == ("unavailable", reason)
    assert len(az.asked) == 1, "no file says it"


@pytest.mark.parametrize("azure_auth", [{"tenant_id": "fabrikam.com"}])
async def test_it_is_in_another_tenant(az: Az, browser: Browser) -> None:
    az.say("", f"AADSTS50020: User account {CANARY} from identity provider does not exist", 1)
    body = await settled(browser)
    reason = AMBIENT["az_tenant_refused"].format(detail="fabrikam.com (AADSTS50020)")
    assert used(body["candidates"])["azure-cli"] == ("unavailable", reason)
    assert "--tenant fabrikam.com" in az.asked[0]


async def test_it_is_in_another_cloud(az: Az, browser: Browser) -> None:
    az.set_cloud("AzureChinaCloud")
    body = await settled(browser)
    assert used(body["candidates"])["azure-cli"] == ("unavailable", AMBIENT["other_cloud"])
    assert az.asked == []


@pytest.mark.parametrize("azure_auth", [{"cloud": "AzureUSGovernment"}])
async def test_is_asked_for_the_resource_of_its_cloud(az: Az, browser: Browser) -> None:
    az.set_cloud("AzureUSGovernment")
    assert (await settled(browser))["source"] == "azure-cli"
    assert "--resource https://management.core.usgovcloudapi.net" in az.asked[0]
    assert "https://management.azure.com" not in az.asked[0]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ((f"{CANARY} is no JSON", "", 0), "az_invalid_output"),
        (("{}", f"WARNING: {CANARY}", 0), "az_invalid_output"),
        (("", f"Traceback: {CANARY}", 1), "az_failed"),
        (("\x00\xff", "", 0), "az_invalid_output"),
    ],
    ids=str,
)
async def test_it_says_something_else(
    az: Az,
    browser: Browser,
    caplog: pytest.LogCaptureFixture,
    said: tuple[str, str, int],
    code: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    az.say(*said)
    body = await settled(browser)
    assert used(body["candidates"])["azure-cli"] == ("unavailable", AMBIENT[code])
    assert CANARY not in caplog.text + str(body)


async def test_the_server_responds_while_it_is_slow(az: Az, browser: Browser) -> None:
    az.hold()
    body = (await browser.ask("session"))[1]
    assert (body["account"], body["searching"]) == (None, True)
    token = asyncio.ensure_future(browser.token())
    for _ in range(5):
        await browser.fetch(f"{browser.app.base_url}api/status", headers=browser.headers)
    assert not token.done()
    while not az.asked:
        await browser.ask("session")
    az.let_go()
    assert (await token)[1]["account"] == ACCOUNT


async def test_a_user_who_signs_in_does_not_wait_for_the_lookup(az: Az, browser: Browser) -> None:
    az.hold()
    token = asyncio.ensure_future(browser.token())
    while not az.asked:
        await browser.ask("session")
    account = await browser.sign_in()
    assert (await token)[1]["account"] == account
    az.let_go()
    assert (await settled(browser))["source"] == "loopback"


async def test_it_hangs(az: Az, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(azure_cli, "PROCESS_TIMEOUT_S", 1)
    az.hold()
    body = await settled(browser)
    assert used(body["candidates"])["azure-cli"] == ("unavailable", AMBIENT["az_slow"])


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"account": USERNAME}, "sign_in_required"),
        ({"account": "azure-cli:other"}, "sign_in_required"),
        ({"cloud": "AzureChinaCloud"}, "unavailable"),
        ({"claims": "{}"}, "refused"),
    ],
)
async def test_a_request_that_it_does_not_support_is_refused(
    az: Az, browser: Browser, fields: dict[str, str], code: str
) -> None:
    assert (await browser.token(**fields))[1]["code"] == code
    assert (await settled(browser))["account"] == ACCOUNT


async def test_another_tenant_is_asked_for(az: Az, browser: Browser) -> None:
    assert (await browser.token(tenant_id="fabrikam.com"))[0] == 200
    assert "--tenant fabrikam.com" in az.asked[-1]


# Situation: server with the Azure CLI's sign-in | a resource challenges its token with claims |
# next token for a page | `refused`, with the command of azure-identity; the identity stays | run
# `az login --claims-challenge …`, then the cell again
async def test_a_claims_challenge_passes_on_the_command(az: Az, browser: Browser) -> None:
    status, body = await browser.token(claims='{"access_token": {}}')
    assert (status, body["code"]) == (409, "refused")
    command = "`az login --claims-challenge eyJhY2Nlc3NfdG9rZW4iOiB7fX0= --scope"
    assert command in body["explanation"]
    assert (await settled(browser))["account"] == ACCOUNT


# Situation: server with the Azure CLI's sign-in | Entra refuses its account in another tenant |
# token for a page | `wrong_tenant`, which names it; the identity stays | `az login --tenant`
async def test_a_refused_tenant_ends_only_that_request(az: Az, browser: Browser) -> None:
    assert (await browser.token())[0] == 200
    az.say("", f"AADSTS50020: {CANARY} does not exist in tenant", 1)
    status, body = await browser.token(tenant_id="fabrikam.com")
    assert (status, body["code"], body["detail"]) == (409, "wrong_tenant", "AADSTS50020")
    assert "fabrikam.com" in body["explanation"]
    assert CANARY not in str(body)
    assert (await settled(browser))["account"] == ACCOUNT


class TestOnceChosen:
    """A source that has answered stays in use until its identity is gone, or the user acts."""

    async def test_a_failed_renewal_keeps_the_identity(
        self, az: Az, browser: Browser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(IssuedToken, "is_due", lambda *_: True)
        _, first = await browser.token()
        az.say("", "Connection refused", 1)
        assert (await browser.token())[1]["token"] == first["token"]
        assert (await browser.token(OTHER_SCOPE))[1]["code"] == "unavailable"
        body = await settled(browser)
        assert body["account"] == ACCOUNT
        assert used(body["candidates"])["azure-cli"] == ("selected", AMBIENT["az_failed"])
        az.give()
        assert (await browser.token(OTHER_SCOPE))[0] == 200
        assert used((await settled(browser))["candidates"])["azure-cli"] == ("selected", None)

    async def test_a_valid_token_does_not_wait_for_a_slow_renewal(
        self, az: Az, browser: Browser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(token_cache, "RENEWAL_TIMEOUT_S", 0.05)
        monkeypatch.setattr(IssuedToken, "is_due", lambda *_: True)
        az.give(lifetime=200)
        _, first = await browser.token()
        az.give()
        az.hold()
        assert (await browser.token())[1]["token"] == first["token"]
        while len(az.asked) < 3:
            await browser.ask("session")
        az.let_go()
        while (await browser.token())[1]["expires_on"] == first["expires_on"]:
            pass

    async def test_logging_out_ends_the_sign_in(self, az: Az, browser: Browser) -> None:
        before = await settled(browser)
        az.log_out()
        assert (await browser.token())[1]["code"] == "sign_in_required"
        body = await settled(browser)
        assert body["account"] is None
        assert body["generation"] > before["generation"]
        assert used(body["candidates"])["azure-cli"] == ("unavailable", AMBIENT["az_signed_out"])

    async def test_another_account_logs_in(self, az: Az, browser: Browser) -> None:
        await browser.token()
        az.log_in("eve@contoso.com")
        assert (await browser.token())[0] == 200, "of the first"
        assert (await browser.token(OTHER_SCOPE))[1]["code"] == "sign_in_required"
        assert (await browser.token())[0] == 401
        body = await settled(browser)
        assert used(body["candidates"])["azure-cli"] == ("unavailable", AMBIENT["other_identity"])
        again = await settled(browser, refresh=True)
        assert again["account"]["username"] == "eve@contoso.com"
        assert again["generation"] > body["generation"]

    async def test_an_identity_that_appears_later_is_found_by_a_new_lookup(
        self, az: Az, browser: Browser
    ) -> None:
        az.log_out()
        assert (await settled(browser))["account"] is None
        az.log_in(USERNAME)
        assert (await settled(browser))["account"] is None
        assert (await settled(browser, refresh=True))["account"] == ACCOUNT

    async def test_a_new_lookup_changes_nothing_by_itself(self, az: Az, browser: Browser) -> None:
        before = await settled(browser)
        _, token = await browser.token()
        assert await settled(browser, refresh=True) == before
        assert (await browser.token())[1]["token"] == token["token"]


class TestByHand:
    async def test_takes_precedence_over_the_machine(self, az: Az, browser: Browser) -> None:
        assert (await settled(browser))["ambient"] is True
        account = await browser.sign_in()
        body = await settled(browser)
        assert (body["account"], body["ambient"]) == (account, False)
        assert (await browser.token())[1]["source"] == "loopback"
        await browser.ask("sign-out")
        assert (await settled(browser))["account"] == ACCOUNT

    async def test_no_identity_replaces_it_when_azure_ends_it(
        self, az: Az, browser: Browser
    ) -> None:
        await browser.sign_in()
        browser.authority.refuse("invalid_grant", error_description="AADSTS50173")
        assert (await browser.token())[0] == 401
        assert (await browser.token())[0] == 401
        body = await settled(browser)
        assert (body["account"], body["ended_by"]) == (None, "AADSTS50173")
        assert used(body["candidates"])["azure-cli"] == ("skipped", None)
        assert az.asked == []
        again = await settled(browser, refresh=True)
        assert (again["account"], again["ended_by"]) == (ACCOUNT, None)

    @pytest.mark.parametrize("azure_auth", [{"prefer_machine": True}])
    async def test_comes_after_the_machine_if_that_is_preferred(
        self, az: Az, browser: Browser
    ) -> None:
        await browser.sign_in()
        assert (await settled(browser))["account"] == ACCOUNT
        assert (await browser.token())[1]["source"] == "azure-cli"
        az.log_out()
        assert (await browser.token(force=True))[0] == 401
        assert (await settled(browser))["source"] == "loopback"

    # Situation: server with `prefer_machine` | the machine has an identity, and a user is signed in
    # | a cell names the user | the user's token, without a prompt | nothing to do
    @pytest.mark.parametrize("azure_auth", [{"prefer_machine": True}])
    async def test_the_user_is_known_while_the_machine_is_preferred(
        self, az: Az, browser: Browser
    ) -> None:
        assert "others" not in await settled(browser)
        user = await browser.sign_in()
        body = await settled(browser)
        assert (body["account"], body["others"]) == (ACCOUNT, [user])
        body = (await browser.token(account=user["username"]))[1]
        assert (body["account"], body["source"]) == (user, "loopback")
        assert (await browser.token())[1]["source"] == "azure-cli"

    # Situation: server with `prefer_machine` | the machine has an identity, and the user signs out
    # of one of several accounts | first token | the machine's; the other accounts stay | nothing to
    # do
    @pytest.mark.parametrize("azure_auth", [{"prefer_machine": True}])
    @pytest.mark.parametrize("index", [0, 1])
    async def test_signing_out_one_account_keeps_the_others_while_the_machine_is_preferred(
        self, az: Az, browser: Browser, index: int
    ) -> None:
        for account in (ADA, BOB):
            await sign_in(browser, account, scopes=[SCOPE])
        users = (await settled(browser))["others"]
        assert users == [BOB, ADA]
        gone = users.pop(index)
        assert await browser.ask("sign-out", account=gone["id"]) == (200, {})
        body = await settled(browser)
        assert (body["account"], body["others"]) == (ACCOUNT, users)
        assert (await browser.token())[1]["source"] == "azure-cli"
        assert (await browser.token(account=gone["id"]))[0] == 401
        assert (await browser.token(account=users[0]["id"]))[1]["account"] == users[0]


USERS = {"identity_provider_class": NamedUsers}


@pytest.mark.parametrize("server_settings", [USERS], ids=["people"])
@pytest.mark.parametrize(
    ("azure_auth", "reason"),
    [
        ({}, "shared"),
        ({"sources": ["loopback"]}, "not_allowed"),
        ({"sources": ["azure-cli"]}, None),
    ],
)
async def test_several_users_share_it_only_if_it_is_listed(
    az: Az, browser: Browser, jp_http_port: int, reason: str | None
) -> None:
    await browser.log_in(jp_http_port)
    body = await settled(browser)
    expected = ("selected", None) if reason is None else ("unavailable", AMBIENT[reason])
    assert used(body["candidates"])["azure-cli"] == expected
    assert (await browser.token())[0] == (200 if reason is None else 401)
    assert bool(az.asked) is (reason is None)


@pytest.mark.parametrize("azure_auth", [{"client_id": "pasted-secret"}])
async def test_nothing_is_asked_while_the_configuration_is_wrong(az: Az, browser: Browser) -> None:
    assert (await settled(browser))["account"] is None
    assert az.asked == []
