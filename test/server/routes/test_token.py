"""Tokens of a signed-in user, through the routes and the real MSAL."""

from __future__ import annotations

import asyncio
import json
import logging
import time

import pytest
import requests

from jupyter_azure_auth._lifetime import Moment
from jupyter_azure_auth.server import token_cache
from jupyter_azure_auth.server.models import IssuedToken
from test.server.authority import CANARY, USERNAME, now
from test.server.browser import ACCOUNT, OTHER_SCOPE, SCOPE, Browser, asked_scopes
from test.server.users import NamedUsers


@pytest.fixture
def azure_auth() -> dict[str, object]:
    return {}


async def test_no_user_is_signed_in(browser: Browser) -> None:
    body = {"code": "sign_in_required", "message": "No user is signed in to Azure."}
    assert await browser.token() == (401, body)
    assert browser.authority.asked == []


async def test_returns_tokens_without_asking_again(browser: Browser) -> None:
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
    _, body = await browser.token()
    assert 3590 <= body["expires_on"] - body["refresh_on"] <= 3601


# Situation: server's sign-in | its tokens live for three minutes | each call | the user's, renewed
# at a fifth of their lifetime | nothing to do
async def test_a_short_lived_token_is_not_renewed_at_once(browser: Browser) -> None:
    browser.authority.lifetime = {"expires_in": 200}
    await browser.sign_in(scopes=[SCOPE])
    for _ in range(3):
        assert (await browser.token())[0] == 200
    assert len(browser.authority.redeemed) == 1  # the code


# Situation: server's clock | set back or forward | a cached token has since expired | the user's
# next token | nothing to do
async def test_a_token_has_expired_as_soon_as_one_clock_says_so(
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


# Situation: Azure | answers with a token that expires no later | renewal at the server | the token
# that is still valid | the next try after 30 s
async def test_a_token_that_expires_no_later_is_a_failed_renewal(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(IssuedToken, "is_due", lambda *_: True)
    await browser.sign_in(scopes=[SCOPE])
    browser.authority.lifetime = {"expires_in": 1800}
    body = [(await browser.token())[1]["token"] for _ in range(3)]
    assert len(set(body)) == 1
    assert len(browser.authority.redeemed) == 2  # the code, and one renewal


async def test_force_and_claims_are_never_answered_from_the_cache(browser: Browser) -> None:
    await browser.sign_in(scopes=[SCOPE])
    claims = '{"access_token": {"nbf": {"essential": true, "value": "1"}}}'
    token_cache = [
        (await browser.token(**fields))[1]["token"]
        for fields in ({}, {"force": True}, {"claims": claims}, {"claims": claims}, {})
    ]
    assert len(set(token_cache)) == 4
    assert token_cache[3] == token_cache[4], "what came for the claims replaces what was refused"
    assert [asked.get("claims") for asked in browser.authority.redeemed] == [
        None,
        None,
        claims,
        claims,
    ]


async def test_tokens_with_and_without_cae_are_separate(browser: Browser) -> None:
    await browser.sign_in(scopes=[SCOPE])
    _, plain = await browser.token()
    _, continuous = await browser.token(enable_cae=True)
    assert plain["token"] != continuous["token"]
    # The seconds that are left may differ.
    assert (await browser.token())[1]["token"] == plain["token"]
    assert (await browser.token(enable_cae=True))[1]["token"] == continuous["token"]
    challenges = [asked.get("claims") for asked in browser.authority.redeemed]
    assert challenges[0] is None
    assert json.loads(challenges[1] or "") == {"access_token": {"xms_cc": {"values": ["CP1"]}}}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"account": "eve@contoso.com"}, "sign_in_required"),
        ({"cloud": "AzureChinaCloud"}, "other_cloud"),
        ({"account": USERNAME.upper()}, None),
        ({"account": ACCOUNT["id"]}, None),
        ({"cloud": "AzureCloud"}, None),
    ],
)
async def test_another_account_or_cloud_is_unavailable(
    browser: Browser, fields: dict[str, str], code: str | None
) -> None:
    await browser.sign_in(scopes=[SCOPE])
    _, body = await browser.token(**fields)
    assert body.get("reason", body.get("code")) == code
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


async def test_a_sign_out_takes_effect_during_a_token_request(browser: Browser) -> None:
    await browser.sign_in()
    browser.authority.gate.clear()
    asked = asyncio.ensure_future(browser.token())
    while len(browser.authority.redeemed) < 2:
        await browser.fetch(f"{browser.app.base_url}api/status", headers=browser.headers)
    await browser.ask("sign-out")
    browser.authority.gate.set()
    assert (await asked)[0] == 401
    assert (await browser.ask("session"))[1]["account"] is None


async def test_the_server_answers_others_during_a_slow_token_request(browser: Browser) -> None:
    await browser.sign_in()
    browser.authority.gate.clear()
    slow = [asyncio.ensure_future(browser.token(f"https://{n}.test/x")) for n in range(6)]
    while len(browser.authority.redeemed) < 5:
        # Each of these has its own limit, long before the gate opens.
        await browser.fetch(f"{browser.app.base_url}api/status", headers=browser.headers)
        assert (await browser.ask("session"))[1]["account"] == ACCOUNT
    assert not any(task.done() for task in slow)
    browser.authority.gate.set()
    assert [code for code, _ in await asyncio.gather(*slow)] == [200] * 6


async def test_equal_concurrent_requests_share_one(
    browser: Browser,
) -> None:
    await browser.sign_in()
    body = await asyncio.gather(*(browser.token() for _ in range(8)))
    assert len({answer["token"] for _, answer in body}) == 1
    assert len(browser.authority.redeemed) == 2


async def test_a_valid_token_is_returned_if_its_renewal_fails(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(IssuedToken, "is_due", lambda *_: True)
    await browser.sign_in(scopes=[SCOPE])
    # MSAL caches answers that say "later" for a while, but not this one.
    browser.authority.refusal = requests.ConnectionError()
    first = await browser.token()
    asked = len(browser.authority.asked)
    assert first[0] == 200
    assert (await browser.token())[1]["token"] == first[1]["token"]
    assert len(browser.authority.asked) == asked, "not asked again at once"


async def test_a_valid_token_does_not_wait_for_a_hanging_renewal(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(token_cache, "RENEWAL_TIMEOUT_S", 0.05)
    monkeypatch.setattr(IssuedToken, "is_due", lambda *_: True)
    browser.authority.lifetime = {"expires_in": 200}
    await browser.sign_in(scopes=[SCOPE])
    browser.authority.gate.clear()
    code, held = await browser.token()
    assert code == 200
    browser.authority.lifetime = {"expires_in": 3600}
    browser.authority.gate.set()
    while (await browser.token())[1]["token"] == held["token"]:
        pass


@pytest.mark.parametrize(
    "server_settings", [{"identity_provider_class": NamedUsers}], ids=["people"]
)
async def test_each_user_has_their_own_sign_in(browser: Browser, jp_http_port: int) -> None:
    await browser.log_in(jp_http_port)
    begun = await browser.start(scopes=[SCOPE])
    receipt = await browser.land(begun)
    mine = browser.headers
    browser.headers = {**mine, "X-Person": "eve"}
    stolen = await browser.ask("loopback/finish", proof=begun["proof"], receipt=receipt)
    assert stolen[0] == 502
    assert (await browser.ask("loopback/status", attempt_id=begun["attempt_id"]))[0] == 404
    browser.headers = mine
    finished = await browser.ask("loopback/finish", proof=begun["proof"], receipt=receipt)
    assert finished[0] == 200
    browser.headers = {**mine, "X-Person": "eve"}
    assert (await browser.ask("session"))[1]["account"] is None
    assert (await browser.token())[0] == 401
    await browser.ask("sign-out")
    browser.headers = mine
    assert (await browser.token())[0] == 200


async def test_with_a_token_every_caller_is_the_owner(browser: Browser) -> None:
    """The user's name is different for each of these calls."""
    await browser.sign_in(scopes=[SCOPE])
    assert (await browser.token())[0] == 200


async def test_no_log_contains_a_secret(
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
