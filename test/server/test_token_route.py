"""Tokens of somebody who is signed in, through the routes and the real MSAL."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from typing import Any

import pytest
import requests

from jupyter_azure_auth._lifetime import Moment
from jupyter_azure_auth.server import tokens
from jupyter_azure_auth.server.issued import Issued
from test.server.authority import CANARY, OTHER_TENANT, PERSON, TENANT, USERNAME, now
from test.server.browser import OTHER_SCOPE, SCOPE, Browser
from test.server.people import People

ACCOUNT = {"id": f"{PERSON}.{TENANT}", "name": "Ada", "username": USERNAME, "tenant_id": TENANT}

UNTRUSTED = "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed"

NOBODY: dict[str, object] = {
    "account": None,
    "source": None,
    "automatic": False,
    "made_on": None,
    "ended_by": None,
    "kept": None,
    "keeps": None,
    "looking": False,
}
"""The answer of ``session``, but for its number, and what was considered."""


@pytest.fixture
def azure_auth() -> dict[str, object]:
    return {}


def asked_scopes(browser: Browser) -> list[str]:
    return [asked["scope"] for asked in browser.authority.redeemed]


async def test_nobody_is_signed_in(browser: Browser) -> None:
    told = {"code": "sign_in_required", "message": "Nobody is signed in to Azure."}
    assert await browser.token() == (401, told)
    assert browser.authority.asked == []


async def test_hands_out_tokens_without_asking_again(browser: Browser) -> None:
    await browser.sign_in(scopes=[SCOPE])
    code, first = await browser.token()
    assert code == 200
    assert abs(first.pop("expires_on") - time.time() - 3600) < 30
    assert 3570 < first.pop("expires_in") <= 3600
    assert first == {
        "token": first["token"],
        "token_type": "Bearer",
        "account": ACCOUNT,
        "source": "loopback",
    }
    assert first["token"].startswith(f"{CANARY}-at-")
    assert (await browser.token())[1]["token"] == first["token"]
    assert len(browser.authority.redeemed) == 1  # the code
    second = (await browser.token(OTHER_SCOPE))[1]["token"]
    assert second != first["token"]
    assert (await browser.token(OTHER_SCOPE))[1]["token"] == second
    assert [asked["grant_type"] for asked in browser.authority.redeemed] == [
        "authorization_code",
        "refresh_token",
    ]
    assert OTHER_SCOPE in asked_scopes(browser)[1]


async def test_says_when_to_renew(browser: Browser) -> None:
    await browser.sign_in()
    browser.authority.lifetime = {"expires_in": 7200, "refresh_in": 3600}
    _, told = await browser.token()
    assert 3590 <= told["expires_on"] - told["refresh_on"] <= 3601


# Situation: server's sign-in | its tokens live for three minutes | each call | the user's, renewed
# at a fifth of their life | nothing to do
async def test_a_token_that_lives_shortly_is_not_renewed_at_once(browser: Browser) -> None:
    browser.authority.lifetime = {"expires_in": 200}
    await browser.sign_in(scopes=[SCOPE])
    for _ in range(3):
        assert (await browser.token())[0] == 200
    assert len(browser.authority.redeemed) == 1  # the code


# Situation: server's clock | set back or forward | a token is held that has ended since |
# the user's next token | nothing to do
async def test_a_token_has_ended_as_soon_as_one_clock_says_so(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await browser.sign_in(scopes=[SCOPE])
    first = (await browser.token())[1]["token"]
    wall, steady = Moment.now()
    monkeypatch.setattr(Moment, "now", lambda: Moment(wall - 3600, steady + 3600))
    second = (await browser.token())[1]["token"]
    assert second != first
    monkeypatch.setattr(Moment, "now", lambda: Moment(wall + 3600, steady))
    assert (await browser.token())[1]["token"] not in {first, second}


# Situation: Azure | answers with a token that ends no later | renewal at the server | the token
# that is still good | the next try after 30 s
async def test_a_token_that_ends_no_later_is_a_failed_renewal(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Issued, "is_due", lambda *_: True)
    await browser.sign_in(scopes=[SCOPE])
    browser.authority.lifetime = {"expires_in": 1800}
    told = [(await browser.token())[1]["token"] for _ in range(3)]
    assert len(set(told)) == 1
    assert len(browser.authority.redeemed) == 2  # the code, and one renewal


async def test_force_and_claims_are_never_answered_from_the_cache(browser: Browser) -> None:
    await browser.sign_in(scopes=[SCOPE])
    claims = '{"access_token": {"nbf": {"essential": true, "value": "1"}}}'
    tokens = [
        (await browser.token(**fields))[1]["token"]
        for fields in ({}, {"force": True}, {"claims": claims}, {"claims": claims}, {})
    ]
    assert len(set(tokens)) == 4
    assert tokens[3] == tokens[4], "what came for the claims replaces what was refused"
    assert [asked.get("claims") for asked in browser.authority.redeemed] == [
        None,
        None,
        claims,
        claims,
    ]


async def test_tokens_with_and_without_cae_are_apart(browser: Browser) -> None:
    await browser.sign_in(scopes=[SCOPE])
    _, plain = await browser.token()
    _, continuous = await browser.token(enable_cae=True)
    assert plain["token"] != continuous["token"]
    assert (await browser.token())[1] == plain
    assert (await browser.token(enable_cae=True))[1] == continuous
    challenges = [asked.get("claims") for asked in browser.authority.redeemed]
    assert challenges[0] is None
    assert json.loads(challenges[1] or "") == {"access_token": {"xms_cc": {"values": ["CP1"]}}}


async def test_a_token_of_another_tenant_comes_from_there(browser: Browser) -> None:
    await browser.sign_in(scopes=[SCOPE])
    _, told = await browser.token(tenant_id=OTHER_TENANT)
    assert told["account"] == {**ACCOUNT, "tenant_id": OTHER_TENANT}
    assert f"/{OTHER_TENANT}/" in browser.authority.redeemed[-1]["url"]
    assert (await browser.token(tenant_id=TENANT.upper()))[1]["account"] == ACCOUNT
    assert len(browser.authority.redeemed) == 2
    assert (await browser.ask("session"))[1]["account"] == ACCOUNT


# Situation: Jupyter server (`loopback`, `device-code`) | none | a request names a bare resource, as
# in the documentation of SQL Database | the user's token for that resource | nothing to do
async def test_a_bare_resource_is_all_that_is_granted_there(browser: Browser) -> None:
    await browser.sign_in()
    assert (await browser.token("https://database.windows.net"))[0] == 200
    asked = asked_scopes(browser)[-1].split()
    assert "https://database.windows.net/.default" in asked
    assert "https://database.windows.net" not in asked


# Situation: Jupyter server (`loopback`, `device-code`) | it holds the home tenant's token | a
# request names another tenant by its domain | that tenant's token, by the refresh token | nothing
# to do
async def test_a_domain_names_a_tenant(browser: Browser) -> None:
    await browser.sign_in(scopes=[SCOPE])
    _, told = await browser.token(tenant_id="fabrikam.com")
    assert told["account"] == {**ACCOUNT, "tenant_id": OTHER_TENANT}
    assert f"/{OTHER_TENANT}/" in browser.authority.redeemed[-1]["url"]
    _, home = await browser.token(tenant_id="contoso.com")
    assert home["account"] == ACCOUNT


@pytest.mark.parametrize("tenant", ["common", "organizations", "consumers"])
async def test_what_admits_every_tenant_is_no_restriction(browser: Browser, tenant: str) -> None:
    await browser.sign_in(scopes=[SCOPE])
    assert (await browser.token(tenant_id=tenant))[1]["account"] == ACCOUNT
    assert len(browser.authority.redeemed) == 1


# Situation: Jupyter server (`loopback`, `device-code`) | the authority issues a token of another
# tenant | renewal | `wrong_tenant`; the sign-in stays | sign in as a user of that tenant
@pytest.mark.parametrize("tenant", [OTHER_TENANT, "fabrikam.com"])
async def test_a_token_of_another_tenant_than_asked_for_is_not_given(
    browser: Browser, tenant: str
) -> None:
    await browser.sign_in(scopes=[SCOPE])
    browser.authority.tid = TENANT
    status, told = await browser.token(tenant_id=tenant)
    assert (status, told["code"]) == (409, "wrong_tenant")
    assert (await browser.ask("session"))[1]["account"] == ACCOUNT


# Situation: Jupyter server (`loopback`, `device-code`) | the tenant does not exist | a request
# names it | `unknown_tenant`; the sign-in stays | correct `tenant_id`
@pytest.mark.parametrize("tenant", ["no-such-tenant.example", PERSON])
async def test_a_tenant_that_does_not_exist_is_named_as_the_reason(
    browser: Browser, tenant: str
) -> None:
    await browser.sign_in(scopes=[SCOPE])
    browser.authority.unknown = {tenant}
    status, told = await browser.token(tenant_id=tenant)
    assert (status, told["code"]) == (409, "unknown_tenant")
    assert (await browser.ask("session"))[1]["account"] == ACCOUNT


# Situation: Jupyter server (`loopback`, `device-code`) | the user is no guest there | a request
# names another tenant | `wrong_tenant`, AADSTS50020; the sign-in stays | sign in as a user of that
# tenant
async def test_who_is_no_guest_gets_no_token_of_a_tenant(browser: Browser) -> None:
    await browser.sign_in(scopes=[SCOPE])
    text = f"AADSTS50020: User account {USERNAME} does not exist in tenant."
    browser.authority.refuse("invalid_grant", suberror="message_only", error_description=text)
    told = await browser.token(tenant_id="fabrikam.com")
    assert (told[0], told[1]["code"], told[1]["detail"]) == (409, "wrong_tenant", "AADSTS50020")
    assert (await browser.ask("session"))[1]["account"] == ACCOUNT


# Situation: Jupyter server (`loopback`) | a sign-in was made for another tenant, as its guest | a
# request names no tenant | the home tenant's token | nothing to do
async def test_a_sign_in_as_a_guest_changes_nothing_for_who_names_no_tenant(
    browser: Browser,
) -> None:
    account = await browser.sign_in(scopes=[SCOPE], tenant_id="fabrikam.com")
    assert account["tenant_id"] == OTHER_TENANT
    assert (await browser.token())[1]["account"]["tenant_id"] == TENANT
    before = len(browser.authority.redeemed)
    assert (await browser.token(tenant_id=OTHER_TENANT))[1]["account"]["tenant_id"] == OTHER_TENANT
    assert len(browser.authority.redeemed) == before, "the token of the sign-in itself"


async def test_a_sign_in_at_a_tenant_that_does_not_exist_says_so(browser: Browser) -> None:
    browser.authority.unknown = {"no-such-tenant.example"}
    code, told = await browser.ask("loopback/start", port=8888, tenant_id="no-such-tenant.example")
    assert (code, told["code"]) == (409, "unknown_tenant")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"account": "eve@contoso.com"}, "sign_in_required"),
        ({"cloud": "AzureChinaCloud"}, "unavailable"),
        ({"account": USERNAME.upper()}, None),
        ({"account": ACCOUNT["id"]}, None),
        ({"cloud": "AzureCloud"}, None),
    ],
)
async def test_another_account_or_cloud_is_not_there(
    browser: Browser, fields: dict[str, str], code: str | None
) -> None:
    await browser.sign_in(scopes=[SCOPE])
    _, told = await browser.token(**fields)
    assert told.get("code") == code
    assert (await browser.ask("session"))[1]["account"] == ACCOUNT


@pytest.mark.parametrize(
    "trouble",
    [
        (500, "<html>"),
        (503, json.dumps({"error": "server_error"})),
        (429, json.dumps({"error": "invalid_grant"})),
        (400, json.dumps({"error": "temporarily_unavailable"})),
        (200, f"<html>log in to the hotel's network {CANARY}"),
        (302, ""),
        requests.ConnectionError(f"to {CANARY}"),
        requests.Timeout(),
    ],
    ids=str,
)
async def test_the_sign_in_outlives_trouble_of_the_network(
    browser: Browser, caplog: pytest.LogCaptureFixture, trouble: Any
) -> None:
    await browser.sign_in()
    browser.authority.refusal = trouble
    code, told = await browser.token()
    assert (code, told["code"]) == (503, "unavailable")
    assert CANARY not in caplog.text + str(told)
    assert (await browser.ask("session"))[1]["account"] == ACCOUNT
    browser.authority.refusal = None
    assert (await browser.token(OTHER_SCOPE))[0] == 200


# Situation: authority | one reset, 500, 503, 429 or cut-off answer | first token | the user's token
# | nothing to do
@pytest.mark.parametrize(
    "fault", [(500, "{}"), (503, "<html>"), (429, "{}"), (200, '{"acc'), requests.ConnectionError()]
)
async def test_one_fault_costs_nothing(browser: Browser, fault: Any) -> None:
    await browser.sign_in()
    browser.authority.faults = [fault]
    assert (await browser.token())[0] == 200


@pytest.mark.parametrize(
    ("trouble", "reason", "says"),
    [
        ((503, "{}"), "busy", "busy or out of order"),
        (requests.ConnectionError(), "network", "cannot be reached"),
        (
            requests.exceptions.SSLError("CERTIFICATE_VERIFY_FAILED"),
            "untrusted_certificate",
            "_CA_",
        ),
    ],
    ids=str,
)
async def test_says_why_it_is_unavailable(
    browser: Browser, trouble: Any, reason: str, says: str
) -> None:
    await browser.sign_in()
    browser.authority.refusal = trouble
    _, told = await browser.token()
    assert (told["code"], told["reason"]) == ("unavailable", reason)
    assert says in told["message"]


# Situation: authority | refused, then an administrator allows it | first token | the user's token
# at the next try, without a wait | run the cell again
@pytest.mark.parametrize("trouble", [(400, '{"error": "consent_required"}'), (500, "{}")], ids=str)
async def test_no_answer_is_repeated_for_a_minute(browser: Browser, trouble: Any) -> None:
    await browser.sign_in()
    browser.authority.refusal = trouble
    assert (await browser.token())[0] in {401, 503}
    browser.authority.refusal = None
    assert (await browser.token())[0] == 200


async def test_a_refusal_ends_the_sign_in_and_says_why(browser: Browser) -> None:
    await browser.sign_in()
    said = f"AADSTS50173: The grant of {USERNAME} was revoked."
    browser.authority.refuse("invalid_grant", error_description=said)
    told = {
        "code": "sign_in_required",
        "message": "Nobody is signed in to Azure.",
        "detail": "AADSTS50173",
    }
    assert await browser.token() == (401, told)
    asked = len(browser.authority.asked)
    assert await browser.token() == (401, told)
    assert len(browser.authority.asked) == asked
    _, session = await browser.ask("session")
    del session["generation"], session["considered"]
    assert session == {**NOBODY, "ended_by": "AADSTS50173"}
    await browser.ask("sign-out")
    assert (await browser.ask("session"))[1]["ended_by"] is None


# Situation: server-held sign-in | one resource is refused, by suberror | renewal | that request
# ends with its own reason | sign in for that resource; others go on
@pytest.mark.parametrize(
    ("refusal", "fields", "code"),
    [
        ({"error": "invalid_grant", "suberror": "consent_required"}, {}, "consent_required"),
        ({"error": "invalid_grant", "suberror": "basic_action"}, {}, "interaction_required"),
        ({"error": "invalid_grant", "suberror": "made_up_tomorrow"}, {}, "interaction_required"),
        (
            {
                "error": "invalid_grant",
                "suberror": "message_only",
                "error_description": "AADSTS53003: blocked",
            },
            {},
            "refused",
        ),
        ({"error": "invalid_resource"}, {}, "bad_configuration"),
    ],
)
async def test_what_one_resource_refuses_ends_nothing(
    browser: Browser, refusal: dict[str, str], fields: dict[str, str], code: str
) -> None:
    await browser.sign_in()
    browser.authority.refuse(**refusal)
    assert (await browser.token(**fields))[1]["code"] == code
    assert (await browser.ask("session"))[1]["account"] == ACCOUNT


# Situation: server-held sign-in | `invalid_grant` without a suberror (AADSTS50105) | renewal |
# that request is refused, if a silent request for no resource succeeds | ask your administrator
@pytest.mark.parametrize(
    ("number", "fields", "code"),
    [
        ("AADSTS50105", {}, "refused"),
        ("AADSTS501051", {}, "refused"),
        ("AADSTS65002", {}, "refused"),
        ("AADSTS530032", {}, "refused"),
        ("AADSTS50158", {}, "interaction_required"),
        ("AADSTS70043", {}, "interaction_required"),
        ("AADSTS65001", {}, "consent_required"),
        ("AADSTS50105", {"tenant_id": OTHER_TENANT}, "refused"),
        ("AADSTS50078", {"claims": "{}"}, "interaction_required"),
    ],
)
async def test_invalid_grant_for_one_resource_ends_nothing(
    browser: Browser, number: str, fields: dict[str, str], code: str
) -> None:
    await browser.sign_in(scopes=[SCOPE])
    said = f"{number}: The signed in user …"
    browser.authority.refuse("invalid_grant", OTHER_SCOPE, error_description=said)
    status, told = await browser.token(OTHER_SCOPE, **fields)
    assert (told["code"], told["detail"]) == (code, number)
    assert status in {401, 409}
    assert (await browser.ask("session"))[1]["account"] == ACCOUNT
    assert (await browser.token(SCOPE, force=True))[0] == 200


@pytest.mark.parametrize("suberror", ["bad_token", "token_expired"])
async def test_a_guest_tenants_refusal_ends_only_what_no_tenant_gives(
    browser: Browser, suberror: str
) -> None:
    await browser.sign_in()
    browser.authority.refuse("invalid_grant", OTHER_SCOPE, suberror=suberror)
    _, told = await browser.token(OTHER_SCOPE, tenant_id=OTHER_TENANT)
    assert told["code"] == "interaction_required"
    assert (await browser.ask("session"))[1]["account"] == ACCOUNT
    _, told = await browser.token(OTHER_SCOPE)
    assert told["code"] == "sign_in_required"
    assert (await browser.ask("session"))[1]["account"] is None


async def test_whether_the_sign_in_is_over_cannot_be_found_out_while_azure_is_out(
    browser: Browser,
) -> None:
    await browser.sign_in()
    refused = browser.authority
    really = refused.request

    def request(_: requests.Session, method: str, url: str, **kwargs: Any) -> Any:
        if OTHER_SCOPE not in kwargs["data"]["scope"]:
            raise requests.ConnectionError
        return really(_, method, url, **kwargs)

    refused.refuse("invalid_grant")
    refused.request = request  # type: ignore[method-assign]
    _, told = await browser.token(OTHER_SCOPE)
    assert told["code"] == "unavailable"
    assert (await browser.ask("session"))[1]["account"] == ACCOUNT


async def test_the_answer_of_session_is_numbered(browser: Browser) -> None:
    numbers = []
    for act in (None, "sign_in", None, "sign_in", None, "sign-out", None):
        if act == "sign_in":
            await browser.sign_in()
        elif act is not None:
            await browser.ask(act)
        numbers.append((await browser.ask("session"))[1]["generation"])
    first, signed_in, same, again, still, out, stays = numbers
    assert first < signed_in == same < again == still < out == stays
    assert (now() - 60) * 1000 < first < (now() + 60) * 1000, "more than a server before it had"


async def test_sign_out_forgets_everything(browser: Browser) -> None:
    await browser.sign_in(scopes=[SCOPE])
    assert (await browser.token())[0] == 200
    assert await browser.ask("sign-out") == (200, {})
    assert (await browser.token())[0] == 401
    assert (await browser.ask("session"))[1]["account"] is None
    assert await browser.ask("sign-out") == (200, {})


async def test_sign_out_stands_while_a_token_is_under_way(browser: Browser) -> None:
    await browser.sign_in()
    browser.authority.gate.clear()
    asked = asyncio.ensure_future(browser.token())
    while len(browser.authority.redeemed) < 2:
        await browser.fetch(f"{browser.app.base_url}api/status", headers=browser.headers)
    await browser.ask("sign-out")
    browser.authority.gate.set()
    assert (await asked)[0] == 401
    assert (await browser.ask("session"))[1]["account"] is None


async def test_the_server_answers_while_a_token_takes_its_time(browser: Browser) -> None:
    await browser.sign_in()
    browser.authority.gate.clear()
    slow = [asyncio.ensure_future(browser.token(f"https://{n}.test/x")) for n in range(6)]
    while len(browser.authority.redeemed) < 5:
        begin = time.monotonic()
        await browser.fetch(f"{browser.app.base_url}api/status", headers=browser.headers)
        assert (await browser.ask("session"))[1]["account"] == ACCOUNT
        assert time.monotonic() - begin < 1
    assert not any(task.done() for task in slow)
    browser.authority.gate.set()
    assert [code for code, _ in await asyncio.gather(*slow)] == [200] * 6


async def test_who_asks_the_same_at_the_same_time_is_served_by_one_request(
    browser: Browser,
) -> None:
    await browser.sign_in()
    told = await asyncio.gather(*(browser.token() for _ in range(8)))
    assert len({answer["token"] for _, answer in told}) == 1
    assert len(browser.authority.redeemed) == 2


async def test_a_token_that_is_still_good_is_handed_out_if_renewal_fails(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Issued, "is_due", lambda *_: True)
    await browser.sign_in(scopes=[SCOPE])
    # MSAL keeps answers that say "later" to itself for a while, but not this.
    browser.authority.refusal = requests.ConnectionError()
    first = await browser.token()
    asked = len(browser.authority.asked)
    assert first[0] == 200
    assert (await browser.token())[1]["token"] == first[1]["token"]
    assert len(browser.authority.asked) == asked, "not asked again at once"


async def test_a_token_that_is_still_good_waits_for_no_hanging_renewal(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "PATIENCE", 0.05)
    monkeypatch.setattr(Issued, "is_due", lambda *_: True)
    browser.authority.lifetime = {"expires_in": 200}
    await browser.sign_in(scopes=[SCOPE])
    browser.authority.gate.clear()
    code, held = await browser.token()
    assert code == 200
    browser.authority.lifetime = {"expires_in": 3600}
    browser.authority.gate.set()
    while (await browser.token())[1]["token"] == held["token"]:
        pass


@pytest.mark.parametrize("server_settings", [{"identity_provider_class": People}], ids=["people"])
async def test_each_person_has_a_sign_in_of_their_own(browser: Browser) -> None:
    begun = await browser.start(scopes=[SCOPE])
    receipt = await browser.land(begun)
    mine = browser.headers
    browser.headers = {**mine, "X-Person": "eve"}
    stolen = await browser.ask("loopback/finish", proof=begun["proof"], receipt=receipt)
    assert stolen[0] == 502
    assert (await browser.ask("loopback/status", flow=begun["flow"]))[0] == 404
    browser.headers = mine
    finished = await browser.ask("loopback/finish", proof=begun["proof"], receipt=receipt)
    assert finished[0] == 200
    browser.headers = {**mine, "X-Person": "eve"}
    assert (await browser.ask("session"))[1]["account"] is None
    assert (await browser.token())[0] == 401
    await browser.ask("sign-out")
    browser.headers = mine
    assert (await browser.token())[0] == 200


async def test_with_a_token_alone_everyone_is_the_owner(browser: Browser) -> None:
    """The user's name is another one for each of these calls."""
    await browser.sign_in(scopes=[SCOPE])
    assert (await browser.token())[0] == 200


async def test_no_log_has_a_secret(
    browser: Browser, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    begun = await browser.start(scopes=[SCOPE], login_hint=USERNAME)
    receipt = await browser.land(begun)
    await browser.ask("loopback/finish", proof=begun["proof"], receipt=receipt)
    await browser.token(OTHER_SCOPE, enable_cae=True)
    browser.authority.refuse("invalid_grant", error_description=f"AADSTS50173: {USERNAME} {CANARY}")
    await browser.token(OTHER_SCOPE, force=True)
    verifier = browser.authority.redeemed[0]["code_verifier"]
    logged = caplog.text + "".join(capfd.readouterr())
    assert "azure-auth/loopback/finish" in logged
    assert "azure-auth/token" in logged
    state = begun["authorize_url"].partition("state=")[2].partition("&")[0]
    for secret in (CANARY, USERNAME, verifier, state, begun["proof"], receipt):
        assert secret not in logged
