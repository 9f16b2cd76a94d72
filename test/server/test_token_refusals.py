"""Refusals and faults of Azure, and what they end, through the routes and the real MSAL."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from test.server.authority import CANARY, OTHER_TENANT, USERNAME
from test.server.browser import ACCOUNT, OTHER_SCOPE, SCOPE, SIGNED_OUT, Browser, without_trace


@pytest.fixture
def azure_auth() -> dict[str, object]:
    return {}


@pytest.mark.parametrize(
    "fault",
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
async def test_the_sign_in_survives_a_network_failure(
    browser: Browser, caplog: pytest.LogCaptureFixture, fault: Any
) -> None:
    await browser.sign_in()
    browser.authority.refusal = fault
    code, body = await browser.token()
    assert (code, body["code"]) == (503, "unavailable")
    assert CANARY not in caplog.text + str(body)
    assert (await browser.ask("session"))[1]["account"] == ACCOUNT
    browser.authority.refusal = None
    assert (await browser.token(OTHER_SCOPE))[0] == 200


# Situation: authority | one reset, 500, 503, 429 or cut-off answer | first token | the user's token
# | nothing to do
@pytest.mark.parametrize(
    "fault", [(500, "{}"), (503, "<html>"), (429, "{}"), (200, '{"acc'), requests.ConnectionError()]
)
async def test_one_fault_is_retried(browser: Browser, fault: Any) -> None:
    await browser.sign_in()
    browser.authority.faults = [fault]
    assert (await browser.token())[0] == 200


@pytest.mark.parametrize(
    ("fault", "reason", "says"),
    [
        ((503, "{}"), "busy", "busy or temporarily unavailable"),
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
    browser: Browser, fault: Any, reason: str, says: str
) -> None:
    await browser.sign_in()
    browser.authority.refusal = fault
    _, body = await browser.token()
    assert (body["code"], body["reason"]) == ("unavailable", reason)
    assert says in body["message"]


# Situation: authority | refused, then an administrator allows it | first token | the user's token
# at the next try, without a wait | run the cell again
@pytest.mark.parametrize("fault", [(400, '{"error": "consent_required"}'), (500, "{}")], ids=str)
async def test_a_refusal_is_not_repeated_from_a_cache(browser: Browser, fault: Any) -> None:
    await browser.sign_in()
    browser.authority.refusal = fault
    assert (await browser.token())[0] in {401, 503}
    browser.authority.refusal = None
    assert (await browser.token())[0] == 200


async def test_a_refusal_ends_the_sign_in_and_says_why(browser: Browser) -> None:
    await browser.sign_in()
    said = f"AADSTS50173: The grant of {USERNAME} was revoked."
    browser.authority.refuse("invalid_grant", error_description=said)
    body = {
        "code": "sign_in_ended",
        "message": "Your sign-in was revoked, for example by a password change or by an "
        "administrator.",
        "detail": "AADSTS50173",
    }
    assert without_trace(await browser.token()) == (401, body)
    asked = len(browser.authority.asked)
    assert await browser.token() == (401, body)
    assert len(browser.authority.asked) == asked
    _, session = await browser.ask("session")
    del session["generation"], session["candidates"]
    assert session == {**SIGNED_OUT, "ended_by": "AADSTS50173"}
    await browser.ask("sign-out")
    assert (await browser.ask("session"))[1]["ended_by"] is None


# Situation: server-held sign-in | one resource is refused, by suberror | renewal | that request
# ends with its own reason | sign in for that resource; others continue
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
async def test_a_refusal_for_one_resource_keeps_the_sign_in(
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
async def test_invalid_grant_for_one_resource_keeps_the_sign_in(
    browser: Browser, number: str, fields: dict[str, str], code: str
) -> None:
    await browser.sign_in(scopes=[SCOPE])
    said = f"{number}: The signed in user …"
    browser.authority.refuse("invalid_grant", OTHER_SCOPE, error_description=said)
    status, body = await browser.token(OTHER_SCOPE, **fields)
    assert (body["code"], body["detail"]) == (code, number)
    assert status in {401, 409}
    assert (await browser.ask("session"))[1]["account"] == ACCOUNT
    assert (await browser.token(SCOPE, force=True))[0] == 200


@pytest.mark.parametrize("suberror", ["bad_token", "token_expired"])
async def test_a_refusal_by_a_guest_tenant_alone_keeps_the_sign_in(
    browser: Browser, suberror: str
) -> None:
    await browser.sign_in()
    browser.authority.refuse("invalid_grant", OTHER_SCOPE, suberror=suberror)
    _, body = await browser.token(OTHER_SCOPE, tenant_id=OTHER_TENANT)
    assert body["code"] == "interaction_required"
    assert (await browser.ask("session"))[1]["account"] == ACCOUNT
    _, body = await browser.token(OTHER_SCOPE)
    assert body["code"] == "sign_in_ended"
    assert (await browser.ask("session"))[1]["account"] is None


async def test_an_unclear_refusal_keeps_the_sign_in_while_azure_is_unavailable(
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
    _, body = await browser.token(OTHER_SCOPE)
    assert body["code"] == "unavailable"
    assert (await browser.ask("session"))[1]["account"] == ACCOUNT
