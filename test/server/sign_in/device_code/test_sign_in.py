from __future__ import annotations

import asyncio
import json
import logging
import threading
from typing import TYPE_CHECKING, Any

import pytest
import requests

from jupyter_azure_auth.server.process_access.rate_limiter import SIGN_IN_BURST
from jupyter_azure_auth.server.requests import DeviceCodeRequest
from jupyter_azure_auth.server.routes.base import APIError
from jupyter_azure_auth.server.sign_in.attempts import MAX_PENDING_ATTEMPTS
from jupyter_azure_auth.server.sign_in.device_code.sign_in import DeviceCodeSignIn
from test.server.authority import CANARY, OTHER_TENANT, PERSON, TENANT, USERNAME
from test.server.browser import SCOPE, Browser, without_trace
from test.server.rules import gated_rules, path_of

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT = {"id": f"{PERSON}.{TENANT}", "name": "Ada", "username": USERNAME, "tenant_id": TENANT}
AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
GRANT = "urn:ietf:params:oauth:grant-type:device_code"
PENDING = (200, {"state": "pending"})
DONE = (200, {"state": "done"})


@pytest.fixture
def azure_auth() -> dict[str, object]:
    return {}


@pytest.fixture
def page(browser: Browser, jp_http_port: int) -> Iterator[Browser]:
    """A browser with a page that sends the requests. Its sign-ins end with the test."""
    browser.headers["Origin"] = f"http://127.0.0.1:{jp_http_port}"
    yield browser
    sign_in = sign_in_of(browser)
    for attempt in sign_in._attempts.all():
        sign_in.cancel(attempt.user_key)


def sign_in_of(browser: Browser) -> DeviceCodeSignIn:
    sign_in: DeviceCodeSignIn = next(
        rule.target_kwargs["sign_in"]
        for rule in gated_rules(browser.app)
        if path_of(rule).endswith("device-code/start")
    )
    return sign_in


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds between polls, which are recorded and not waited for."""
    seconds: list[float] = []
    pause = DeviceCodeSignIn._pause

    async def short_pause(sign_in: DeviceCodeSignIn, attempt: Any, interval: float) -> None:
        seconds.append(interval)
        await pause(sign_in, attempt, 0.01)

    monkeypatch.setattr(DeviceCodeSignIn, "_pause", short_pause)
    return seconds


async def start(page: Browser, **fields: Any) -> Any:
    code, begun = await page.ask("device-code/start", **{"scopes": [SCOPE], **fields})
    assert code == 200, begun
    return begun


def fail_polls(page: Browser, refusal: tuple[int, str] | Exception) -> None:
    """Fail every poll of the next sign-in, whose first one comes at any time; not its start."""
    page.authority.faults = [(200, json.dumps(page.authority._issue_code()))]
    page.authority.refusal = refusal


def approve(page: Browser) -> None:
    page.authority.approved |= {
        asked["device_code"] for asked in polls(page) if "device_code" in asked
    }


def polls(page: Browser) -> list[dict[str, str]]:
    # Without those of an earlier test's thread, which may still be repeating its request.
    prefix = page.authority.device_code_prefix
    redeemed = page.authority.redeemed
    return [asked for asked in redeemed if asked.get("device_code", "").startswith(prefix)]


async def polled(page: Browser, times: int = 1) -> None:
    seen = len(polls(page))
    while len(polls(page)) < seen + times:
        await page.ask("session")


async def outcome(page: Browser, attempt: str) -> tuple[int, Any]:
    while (answer := await page.ask("device-code/status", attempt_id=attempt)) == PENDING:
        pass
    return answer


async def test_signs_in(page: Browser) -> None:
    begun = await start(page)
    assert set(begun) == {"attempt_id", "user_code", "verification_uri", "expires_in"}
    assert begun["verification_uri"] == "https://microsoft.com/devicelogin"
    assert begun["expires_in"] == 900
    assert await page.ask("device-code/status", attempt_id=begun["attempt_id"]) == PENDING
    assert (await page.ask("session"))[1]["account"] is None
    await polled(page)
    approve(page)
    assert await outcome(page, begun["attempt_id"]) == DONE
    _, session = await page.ask("session")
    assert (session["account"], session["source"]) == (ACCOUNT, "device-code")


async def test_returns_the_token_it_was_created_with(page: Browser, waits: list[float]) -> None:
    begun = await start(page)
    await polled(page)
    approve(page)
    await outcome(page, begun["attempt_id"])
    asked = len(page.authority.asked)
    code, body = await page.token()
    assert (code, body["account"]) == (200, ACCOUNT)
    assert len(page.authority.asked) == asked
    assert (await page.token("https://vault.azure.net/.default"))[0] == 200
    assert page.authority.redeemed[-1]["grant_type"] == "refresh_token"
    assert set(waits) == {1}


async def test_asks_for_what_the_page_requests_and_nothing_else(
    page: Browser, waits: list[float]
) -> None:
    claims = '{"access_token": {"nbf": {"essential": true}}}'
    await start(
        page, tenant_id=OTHER_TENANT, claims=claims, authority="https://evil.test", client_id="x"
    )
    root = f"https://login.microsoftonline.com/{OTHER_TENANT}"
    # Before the first poll, which may already have happened.
    [asked] = [one for one in page.authority.asked if one["url"].endswith("/devicecode")]
    assert asked["url"] == f"{root}/oauth2/v2.0/devicecode"
    assert (asked["client_id"], asked["claims"]) == (AZURE_CLI, claims)
    assert set(asked["scope"].split()) == {SCOPE, "openid", "profile", "offline_access"}
    await polled(page)
    assert polls(page)[0]["url"] == f"{root}/oauth2/v2.0/token"
    assert polls(page)[0]["claims"] == claims
    assert waits[0] == 1


OWN = "11111111-2222-4333-8444-555555555555"


@pytest.mark.parametrize(
    "azure_auth",
    [{"public_client_id": OWN, "tenant_id": "fabrikam.com", "cloud": "AzureUSGovernment"}],
)
async def test_the_administrators_choice_takes_precedence(page: Browser) -> None:
    await start(page, tenant_id="contoso.com")
    asked = page.authority.asked[-1]
    assert asked["url"].startswith("https://login.microsoftonline.us/fabrikam.com/")
    assert asked["client_id"] == OWN


async def test_begins_only_for_a_page(browser: Browser) -> None:
    code, body = await browser.ask("device-code/start", scopes=[])
    assert (code, body["code"]) == (403, "page_required")
    assert browser.authority.asked == []


@pytest.mark.parametrize("azure_auth", [{"sources": ["loopback"]}, {"client_id": "mistyped"}])
async def test_is_refused_if_it_is_not_offered(page: Browser) -> None:
    code, body = await page.ask("device-code/start", scopes=[])
    assert (code, body["code"]) == (403, "not_offered")
    assert page.authority.asked == []


@pytest.mark.parametrize(
    "answer",
    [
        {"verification_uri": "https://login.evil.test/devicelogin"},
        {"verification_uri": "https://microsoft.com.evil.test/devicelogin"},
        {"verification_uri": "https://microsoft.com@evil.test/"},
        {"verification_uri": "http://microsoft.com/devicelogin"},
        {"verification_uri": "javascript:alert(1)"},
        {"verification_uri": None},
        {"user_code": "<b>A1B2C3</b>"},
        {"user_code": 123456789},
    ],
)
async def test_shows_no_page_of_another_site(page: Browser, answer: dict[str, Any]) -> None:
    page.authority.device_code = answer
    refusal = without_trace(await page.ask("device-code/start", scopes=[]))
    assert refusal == (502, {"code": "failed", "message": "The sign-in to Azure failed."})


async def test_polling_never_runs_without_a_pause(page: Browser, waits: list[float]) -> None:
    page.authority.device_code = {"interval": 0}
    await start(page)
    await polled(page)
    assert waits[0] == 1


async def test_a_refusal_of_the_code_itself(page: Browser) -> None:
    page.authority.refuse("unauthorized_client", error_description="AADSTS700016: no such app")
    code, body = await page.ask("device-code/start", scopes=[])
    assert (code, body["code"], body["detail"]) == (502, "bad_configuration", "AADSTS700016")


@pytest.mark.parametrize(
    ("refusal", "problem", "detail"),
    [
        ({"error": "authorization_declined"}, "cancelled", None),
        (
            {"error": "expired_token", "error_description": "AADSTS70020: expired"},
            "timed_out",
            None,
        ),
        ({"error": "code_expired"}, "timed_out", None),
        (
            {"error": "bad_verification_code", "error_description": "AADSTS70018: unknown"},
            "failed",
            "AADSTS70018",
        ),
        ({"error": "invalid_grant"}, "failed", None),
        *(
            (
                {
                    "error": "invalid_grant",
                    "suberror": "message_only",
                    "error_description": f"{number}: <b>no</b>",
                },
                "device_code_forbidden",
                number,
            )
            for number in ("AADSTS53003", "AADSTS530003", "AADSTS530033")
        ),
        (
            {"error": "access_denied", "error_description": "AADSTS50105: not assigned"},
            "refused",
            "AADSTS50105",
        ),
    ],
)
async def test_a_refusal_is_reported_by_its_number(
    page: Browser, waits: list[float], refusal: dict[str, str], problem: str, detail: str | None
) -> None:
    fail_polls(page, (400, json.dumps(refusal)))
    begun = await start(page)
    body = {"state": "failed", "problem": problem}
    if detail is not None:
        body["detail"] = detail
    assert without_trace(await outcome(page, begun["attempt_id"])) == (200, body)
    assert len(waits) == len(polls(page)) == 1
    assert (await page.ask("session"))[1]["account"] is None


@pytest.mark.filterwarnings("ignore:Attempted too soon")
async def test_slows_down(page: Browser, waits: list[float]) -> None:
    fail_polls(page, (400, json.dumps({"error": "slow_down"})))
    begun = await start(page)
    # A poll that was sent may not be answered yet; the next pause tells.
    while len(waits) < 3:
        await page.ask("session")
    page.authority.refusal = None
    approve(page)
    assert await outcome(page, begun["attempt_id"]) == DONE
    assert waits[:3] == [1, 6, 11]


@pytest.mark.parametrize(
    "fault", [requests.ConnectionError("refused"), (503, "<html>"), (429, "{}")], ids=str
)
async def test_keeps_polling_after_a_network_failure(
    page: Browser, waits: list[float], fault: Any
) -> None:
    fail_polls(page, fault)
    begun = await start(page)
    # Not counted in polls, because MSAL itself caches answers like the last two for a minute.
    while len(waits) < 8:
        await page.ask("session")
    assert waits[:8] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert await page.ask("device-code/status", attempt_id=begun["attempt_id"]) == PENDING


async def test_continues_when_the_network_is_back(page: Browser, waits: list[float]) -> None:
    begun = await start(page)
    page.authority.refusal = requests.ConnectionError("refused")
    while len(waits) < 3:
        await page.ask("session")
    page.authority.refusal = None
    await polled(page, times=2)
    approve(page)
    assert await outcome(page, begun["attempt_id"]) == DONE
    assert waits[-1] == 1


async def test_ends_in_time(page: Browser) -> None:
    page.authority.device_code = {"expires_in": 1, "interval": 60}
    begun = await start(page)
    timed_out = {"state": "failed", "problem": "timed_out"}
    assert await outcome(page, begun["attempt_id"]) == (200, timed_out)
    assert polls(page) == []


@pytest.mark.parametrize("route", ["device-code/cancel", "sign-out"])
async def test_a_cancelled_one_is_no_longer_polled(page: Browser, route: str) -> None:
    begun = await start(page)
    assert (await page.ask(route, attempt_id=begun["attempt_id"]))[0] == 200
    cancelled = {"state": "failed", "problem": "cancelled"}
    assert await outcome(page, begun["attempt_id"]) == (200, cancelled)
    other = await start(page)
    await polled(page)
    assert len({asked["device_code"] for asked in polls(page)}) == 1
    assert (await page.ask("device-code/status", attempt_id=other["attempt_id"])) == PENDING


async def test_a_cancel_during_a_grant_takes_effect(page: Browser, waits: list[float]) -> None:
    begun = await start(page)
    page.authority.gate.clear()
    await polled(page)
    approve(page)
    # A poll that hangs must not block anything else.
    assert (await page.ask("device-code/cancel", attempt_id=begun["attempt_id"]))[0] == 200
    page.authority.gate.set()
    await start(page)
    await polled(page, times=2)
    assert (await page.ask("session"))[1]["account"] is None
    cancelled = {"state": "failed", "problem": "cancelled"}
    assert await outcome(page, begun["attempt_id"]) == (200, cancelled)
    assert waits


async def test_one_above_the_limit_drops_the_oldest(page: Browser) -> None:
    attempts = [(await start(page))["attempt_id"] for _ in range(MAX_PENDING_ATTEMPTS + 1)]
    body = [
        (await page.ask("device-code/status", attempt_id=attempt))[1]["state"]
        for attempt in attempts
    ]
    assert body == ["failed", *["pending"] * MAX_PENDING_ATTEMPTS]


# Situation: authority | it accepts and never answers | 150 codes are requested at once |
# `too_many_requests` after 20, on a few threads | the panel says that it is busy; try again
async def test_a_silent_authority_blocks_only_a_few_threads(page: Browser) -> None:
    sign_in = sign_in_of(page)
    before = set(threading.enumerate())
    page.authority.gate.clear()
    asked = [asyncio.create_task(sign_in.start("ada", DeviceCodeRequest(()))) for _ in range(150)]
    # A user with too many requests gets the error at once.
    done, waiting = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
    assert (len(done), len(waiting)) == (150 - SIGN_IN_BURST, SIGN_IN_BURST)
    refusals = [task.exception() for task in done]
    assert {one.code for one in refusals if isinstance(one, APIError)} == {"too_many_requests"}
    names = [thread.name for thread in set(threading.enumerate()) - before]
    assert 0 < names.count("azure-auth-device-code") <= MAX_PENDING_ATTEMPTS + 1
    page.authority.gate.set()
    assert len(await asyncio.gather(*waiting)) == SIGN_IN_BURST
    assert (
        len([attempt for attempt in sign_in._attempts.of("ada") if not attempt.status.is_over])
        == MAX_PENDING_ATTEMPTS
    )


async def test_an_unknown_one_is_not_found(page: Browser) -> None:
    assert (await page.ask("device-code/status", attempt_id="unknown"))[0] == 404
    assert (await page.ask("device-code/cancel", attempt_id="unknown"))[0] == 200


async def test_reveals_its_codes_to_no_other_user(
    page: Browser, waits: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    begun = await start(page)
    await polled(page)
    approve(page)
    body = [begun, await outcome(page, begun["attempt_id"]), await page.ask("session")]
    assert f"{CANARY}-dc" not in str(body)
    assert f"{CANARY}-rt" not in str(body)
    assert CANARY not in caplog.text
    assert CANARY.upper() not in caplog.text
    assert waits
