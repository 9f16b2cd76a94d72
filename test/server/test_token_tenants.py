"""Tokens of the requested tenant, through the routes and the real MSAL."""

from __future__ import annotations

import pytest

from test.server.authority import OTHER_TENANT, PERSON, TENANT, USERNAME
from test.server.browser import ACCOUNT, SCOPE, Browser, asked_scopes


@pytest.fixture
def azure_auth() -> dict[str, object]:
    return {}


async def test_a_token_of_another_tenant_is_requested_there(browser: Browser) -> None:
    await browser.sign_in(scopes=[SCOPE])
    _, body = await browser.token(tenant_id=OTHER_TENANT)
    assert body["account"] == {**ACCOUNT, "tenant_id": OTHER_TENANT}
    assert f"/{OTHER_TENANT}/" in browser.authority.redeemed[-1]["url"]
    assert (await browser.token(tenant_id=TENANT.upper()))[1]["account"] == ACCOUNT
    assert len(browser.authority.redeemed) == 2
    assert (await browser.ask("session"))[1]["account"] == ACCOUNT


# Situation: Jupyter server (`loopback`, `device-code`) | none | a request names a bare resource, as
# in the documentation of SQL Database | the user's token for that resource | nothing to do
async def test_a_bare_resource_requests_all_granted_permissions(browser: Browser) -> None:
    await browser.sign_in()
    assert (await browser.token("https://database.windows.net"))[0] == 200
    asked = asked_scopes(browser)[-1].split()
    assert "https://database.windows.net/.default" in asked
    assert "https://database.windows.net" not in asked


# Situation: Jupyter server (`loopback`, `device-code`) | it holds the home tenant's token | a
# request names another tenant by its domain | that tenant's token, through the refresh token |
# nothing to do
async def test_a_domain_selects_a_tenant(browser: Browser) -> None:
    await browser.sign_in(scopes=[SCOPE])
    _, body = await browser.token(tenant_id="fabrikam.com")
    assert body["account"] == {**ACCOUNT, "tenant_id": OTHER_TENANT}
    assert f"/{OTHER_TENANT}/" in browser.authority.redeemed[-1]["url"]
    _, home = await browser.token(tenant_id="contoso.com")
    assert home["account"] == ACCOUNT


@pytest.mark.parametrize("tenant", ["common", "organizations", "consumers"])
async def test_a_value_for_every_tenant_is_not_a_restriction(browser: Browser, tenant: str) -> None:
    await browser.sign_in(scopes=[SCOPE])
    assert (await browser.token(tenant_id=tenant))[1]["account"] == ACCOUNT
    assert len(browser.authority.redeemed) == 1


# Situation: Jupyter server (`loopback`, `device-code`) | the authority issues a token of another
# tenant | renewal | `wrong_tenant`; the sign-in stays | sign in as a user of that tenant
@pytest.mark.parametrize("tenant", [OTHER_TENANT, "fabrikam.com"])
async def test_a_token_of_another_tenant_is_not_issued(browser: Browser, tenant: str) -> None:
    await browser.sign_in(scopes=[SCOPE])
    browser.authority.tid = TENANT
    status, body = await browser.token(tenant_id=tenant)
    assert (status, body["code"]) == (409, "wrong_tenant")
    assert (await browser.ask("session"))[1]["account"] == ACCOUNT


# Situation: Jupyter server (`loopback`, `device-code`) | the tenant does not exist | a request
# names it | `unknown_tenant`; the sign-in stays | correct `tenant_id`
@pytest.mark.parametrize("tenant", ["no-such-tenant.example", PERSON])
async def test_an_unknown_tenant_is_reported(browser: Browser, tenant: str) -> None:
    await browser.sign_in(scopes=[SCOPE])
    browser.authority.unknown = {tenant}
    status, body = await browser.token(tenant_id=tenant)
    assert (status, body["code"]) == (409, "unknown_tenant")
    assert (await browser.ask("session"))[1]["account"] == ACCOUNT


# Situation: Jupyter server (`loopback`, `device-code`) | the user is not a guest there | a request
# names another tenant | `wrong_tenant`, AADSTS50020; the sign-in stays | sign in as a user of that
# tenant
async def test_a_user_who_is_not_a_guest_gets_no_token_of_the_tenant(browser: Browser) -> None:
    await browser.sign_in(scopes=[SCOPE])
    text = f"AADSTS50020: User account {USERNAME} does not exist in tenant."
    browser.authority.refuse("invalid_grant", suberror="message_only", error_description=text)
    body = await browser.token(tenant_id="fabrikam.com")
    assert (body[0], body[1]["code"], body[1]["detail"]) == (409, "wrong_tenant", "AADSTS50020")
    assert (await browser.ask("session"))[1]["account"] == ACCOUNT


# Situation: Jupyter server (`loopback`) | a sign-in was made for another tenant, as its guest | a
# request names no tenant | the home tenant's token | nothing to do
async def test_a_guest_sign_in_does_not_change_requests_without_a_tenant(
    browser: Browser,
) -> None:
    account = await browser.sign_in(scopes=[SCOPE], tenant_id="fabrikam.com")
    assert account["tenant_id"] == OTHER_TENANT
    assert (await browser.token())[1]["account"]["tenant_id"] == TENANT
    before = len(browser.authority.redeemed)
    assert (await browser.token(tenant_id=OTHER_TENANT))[1]["account"]["tenant_id"] == OTHER_TENANT
    assert len(browser.authority.redeemed) == before, "the token of the sign-in itself"


async def test_a_sign_in_at_an_unknown_tenant_says_so(browser: Browser) -> None:
    browser.authority.unknown = {"no-such-tenant.example"}
    code, body = await browser.ask("loopback/start", port=8888, tenant_id="no-such-tenant.example")
    assert (code, body["code"]) == (409, "unknown_tenant")
