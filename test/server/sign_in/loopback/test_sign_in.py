from __future__ import annotations

import asyncio
import random
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from jupyter_azure_auth.server.process_access.rate_limiter import SIGN_IN_BURST
from jupyter_azure_auth.server.sign_in.attempts import MAX_PENDING_ATTEMPTS
from test.server.authority import OTHER_TENANT, PERSON, TENANT, USERNAME, now
from test.server.browser import SCOPE, Browser, receipt_of, without_trace
from test.server.rules import gated_rules, path_of

ACCOUNT = {"id": f"{PERSON}.{TENANT}", "name": "Ada", "username": USERNAME, "tenant_id": TENANT}
AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
FAILED = "The sign-in to Azure failed."


@pytest.fixture
def azure_auth() -> dict[str, object]:
    return {}


def asked_of(begun: Any) -> dict[str, str]:
    return {
        name: values[0] for name, values in parse_qs(urlsplit(begun["authorize_url"]).query).items()
    }


async def test_signs_in(browser: Browser) -> None:
    begun = await browser.start(scopes=[SCOPE])
    assert set(begun) == {"attempt_id", "authorize_url", "proof"}
    assert await browser.ask("loopback/status", attempt_id=begun["attempt_id"]) == (
        200,
        {"state": "pending"},
    )
    receipt = await browser.land(begun)
    assert browser.authority.redeemed == []
    assert await browser.ask("loopback/status", attempt_id=begun["attempt_id"]) == (
        200,
        {"state": "pending"},
    )
    finished = await browser.ask("loopback/finish", proof=begun["proof"], receipt=receipt)
    assert finished == (200, {"account": ACCOUNT})
    assert await browser.ask("loopback/status", attempt_id=begun["attempt_id"]) == (
        200,
        {"state": "done"},
    )
    _, session = await browser.ask("session")
    signed_in_at = session.pop("signed_in_at")
    assert abs(signed_in_at - now()) < 30
    del session["generation"], session["candidates"]
    assert session == {
        "account": ACCOUNT,
        "source": "loopback",
        "ambient": False,
        "ended_by": None,
        "persisted_in": "memory",
        "persistable_in": None,
        "searching": False,
    }


async def test_requests_a_form_from_the_authority_and_nothing_from_the_page(
    browser: Browser,
) -> None:
    begun = await browser.start(
        scopes=[SCOPE], authority="https://evil.test", redirect_uri="https://evil.test", cloud="x"
    )
    assert begun["authorize_url"].startswith(
        "https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize?"
    )
    asked = asked_of(begun)
    assert asked["redirect_uri"] == "http://localhost:8888"
    assert asked["response_mode"] == "form_post"
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["client_id"] == AZURE_CLI
    assert asked["prompt"] == "select_account"
    assert set(asked["scope"].split()) == {SCOPE, "openid", "profile", "offline_access"}
    assert begun["proof"] not in begun["authorize_url"]


async def test_asks_for_what_the_page_requests(browser: Browser) -> None:
    claims = '{"access_token": {"nbf": {"essential": true}}}'
    asked = asked_of(
        await browser.start(tenant_id=OTHER_TENANT, login_hint=USERNAME, claims=claims)
    )
    assert (asked["login_hint"], asked["claims"]) == (USERNAME, claims)
    assert "prompt" not in asked
    assert f"/{OTHER_TENANT}/v2.0/" in browser.authority.asked[0]["url"]


OWN = "11111111-2222-4333-8444-555555555555"


@pytest.mark.parametrize(
    "azure_auth",
    [{"public_client_id": OWN, "tenant_id": "fabrikam.com", "cloud": "AzureUSGovernment"}],
)
async def test_the_administrators_choice_takes_precedence(browser: Browser) -> None:
    begun = await browser.start(tenant_id="contoso.com")
    assert begun["authorize_url"].startswith("https://login.microsoftonline.us/fabrikam.com/")
    assert asked_of(begun)["client_id"] == OWN


@pytest.mark.parametrize("azure_auth", [{"sources": ["popup"]}, {"client_id": "mistyped"}])
async def test_is_refused_if_it_is_not_offered(browser: Browser) -> None:
    for route in ("loopback/start", "loopback/probe"):
        code, body = await browser.ask(route, port=8888)
        assert (code, body["code"]) == (403, "not_offered")
    assert browser.authority.asked == []


async def test_a_replayed_answer_is_refused(browser: Browser) -> None:
    begun = await browser.start()
    answer = browser.authority.sign_in(begun["authorize_url"])
    first, second = await asyncio.gather(browser.post_root(answer), browser.post_root(answer))
    assert sorted([first.code, second.code]) == [200, 400]
    assert (await browser.post_root(answer)).code == 400
    assert browser.authority.redeemed == []


async def test_one_proof_redeems_once(browser: Browser) -> None:
    begun = await browser.start()
    proof = {"proof": begun["proof"], "receipt": await browser.land(begun)}
    answers = await asyncio.gather(*(browser.ask("loopback/finish", **proof) for _ in range(3)))
    assert sorted(code for code, _ in answers) == [200, 502, 502]
    assert len(browser.authority.redeemed) == 1


async def test_an_answer_from_another_browser_is_not_redeemed(browser: Browser) -> None:
    begun = await browser.start()
    receipt = await browser.land(begun)  # in a browser without the proof
    for stolen in (
        {"proof": begun["proof"], "receipt": "guessed"},
        {"proof": "guessed", "receipt": receipt},
        {"proof": begun["proof"], "receipt": receipt},
    ):
        body = {"code": "failed", "message": FAILED}
        assert await browser.ask("loopback/finish", **stolen) == (502, body)
    status = {"state": "failed", "problem": "failed"}
    assert await browser.ask("loopback/status", attempt_id=begun["attempt_id"]) == (200, status)
    assert browser.authority.redeemed == []
    assert (await browser.ask("session"))[1]["account"] is None


async def test_an_answer_of_another_issuer_is_not_redeemed(browser: Browser) -> None:
    begun = await browser.start()
    answer = browser.authority.sign_in(begun["authorize_url"])
    page = await browser.post_root({**answer, "iss": "https://login.evil.test/x/v2.0"})
    receipt = receipt_of(page)
    code, body = await browser.ask("loopback/finish", proof=begun["proof"], receipt=receipt)
    assert (code, body["code"]) == (502, "failed")
    assert browser.authority.redeemed == []


async def test_a_code_of_another_sign_in_is_refused(browser: Browser) -> None:
    """The nonce of its ID token belongs to another sign-in."""
    begun, other = await browser.start(), await browser.start()
    authority = browser.authority
    answer = authority.sign_in(begun["authorize_url"])
    foreign = authority._begun[answer["code"]]
    authority._begun[answer["code"]] = {**foreign, "nonce": asked_of(other)["nonce"]}
    page = await browser.post_root(answer)
    receipt = receipt_of(page)
    body = await browser.ask("loopback/finish", proof=begun["proof"], receipt=receipt)
    assert without_trace(body) == (502, {"code": "failed", "message": FAILED})
    assert (await browser.ask("session"))[1]["account"] is None


@pytest.mark.parametrize(
    ("answer", "problem", "detail"),
    [
        ({"error": "access_denied"}, "cancelled", None),
        (
            {"error": "access_denied", "error_description": "AADSTS53003: no"},
            "refused",
            "AADSTS53003",
        ),
        ({"error": "server_error", "error_description": "<script>"}, "busy", None),
        ({"error": "<script>", "error_description": "<b>"}, "failed", None),
    ],
)
async def test_a_refusal_is_reported_by_its_number(
    browser: Browser, answer: dict[str, str], problem: str, detail: str | None
) -> None:
    begun = await browser.start()
    page = await browser.post_root({**answer, "state": asked_of(begun)["state"]})
    receipt = receipt_of(page)
    code, body = await browser.ask("loopback/finish", proof=begun["proof"], receipt=receipt)
    assert code >= 400
    assert "<" not in str(body)
    expected = {"state": "failed", "problem": problem}
    if detail is not None:
        expected["detail"] = body["detail"] = detail
    status = await browser.ask("loopback/status", attempt_id=begun["attempt_id"])
    assert without_trace(status) == (200, expected)


# Situation: server-held sign-in | one 500 or reset while the code is redeemed | sign-in | the user
# is signed in | nothing to do
@pytest.mark.parametrize("fault", [(500, "<html>"), (429, "{}"), requests.ConnectionError()])
async def test_one_fault_while_the_code_is_redeemed_is_retried(
    browser: Browser, fault: Any
) -> None:
    begun = await browser.start()
    receipt = await browser.land(begun)
    browser.authority.faults = [fault]
    body = await browser.ask("loopback/finish", proof=begun["proof"], receipt=receipt)
    assert body == (200, {"account": ACCOUNT})


async def test_a_refused_code_does_not_ask_for_a_sign_in(browser: Browser) -> None:
    begun = await browser.start()
    receipt = await browser.land(begun)
    browser.authority.refuse("invalid_grant", error_description="AADSTS54005: It was redeemed.")
    body = await browser.ask("loopback/finish", proof=begun["proof"], receipt=receipt)
    expected = {"message": FAILED, "detail": "AADSTS54005", "explanation": "It was redeemed."}
    assert without_trace(body) == (502, {"code": "failed", **expected})


async def test_no_sign_in_begins_while_the_authority_is_unreachable(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise requests.ConnectionError("to https://login…/?secret")

    monkeypatch.setattr(requests.Session, "request", refuse)
    code, body = await browser.ask("loopback/start", port=8888)
    assert (code, body["code"]) == (503, "unavailable")
    assert "secret" not in str(body)


async def test_a_cancelled_one_is_over(browser: Browser) -> None:
    begun = await browser.start()
    assert await browser.ask("loopback/cancel", attempt_id=begun["attempt_id"]) == (200, {})
    status = {"state": "failed", "problem": "cancelled"}
    assert await browser.ask("loopback/status", attempt_id=begun["attempt_id"]) == (200, status)
    answer = browser.authority.sign_in(begun["authorize_url"])
    assert (await browser.post_root(answer)).code == 400


@pytest.mark.parametrize("route", ["loopback/cancel", "sign-out"])
async def test_a_cancel_during_redemption_takes_effect(browser: Browser, route: str) -> None:
    begun = await browser.start()
    receipt = await browser.land(begun)
    browser.authority.gate.clear()
    finish = asyncio.ensure_future(
        browser.ask("loopback/finish", proof=begun["proof"], receipt=receipt)
    )
    redeeming = (200, {"state": "redeeming"})
    while await browser.ask("loopback/status", attempt_id=begun["attempt_id"]) != redeeming:
        pass
    assert (await browser.ask(route, attempt_id=begun["attempt_id"]))[0] == 200
    browser.authority.gate.set()
    code, body = await finish
    assert (code, body["code"]) == (409, "cancelled")
    assert (await browser.ask("session"))[1]["account"] is None


# Situation: `loopback/start` | a program begins 600 sign-ins | a sign-in in progress |
# `too_many_requests` after 20, and five wait | the panel says that it is busy; try again
async def test_limits_the_sign_ins_of_an_owner(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in = next(
        rule.target_kwargs["sign_in"]
        for rule in gated_rules(browser.app)
        if path_of(rule).endswith("loopback/start")
    )
    monkeypatch.setattr(sign_in._rate_limiter, "_per_second", 0)
    codes = [(await browser.ask("loopback/start", port=8888))[0] for _ in range(SIGN_IN_BURST + 5)]
    assert codes == [200] * SIGN_IN_BURST + [429] * 5
    assert (
        len([attempt for attempt in sign_in._attempts.all() if attempt.begun is not None])
        == MAX_PENDING_ATTEMPTS
    )


async def test_an_unknown_one_is_not_found(browser: Browser) -> None:
    assert (await browser.ask("loopback/status", attempt_id="unknown"))[0] == 404
    assert (await browser.ask("loopback/cancel", attempt_id="unknown"))[0] == 200


async def test_secrets_do_not_come_from_the_random_module(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random, "sample", lambda population, k: list(population)[:k])
    monkeypatch.setattr(random, "choice", lambda population: population[0])
    one, two = asked_of(await browser.start()), asked_of(await browser.start())
    for name in ("state", "nonce", "code_challenge"):
        assert one[name] != two[name]
        assert len(one[name]) >= 22
