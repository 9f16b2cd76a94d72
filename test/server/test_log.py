"""The server's log about refused requests."""

from __future__ import annotations

import logging

import pytest

from jupyter_azure_auth.server.session_manager import SessionManager
from test.server.browser import OTHER_SCOPE, SCOPE, Browser

TIMES = 20


@pytest.fixture
def azure_auth() -> dict[str, object]:
    return {}


def loud(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the records that a server shows at its default log level."""
    return [record.getMessage() for record in caplog.records if record.levelno > logging.DEBUG]


async def ask(browser: Browser, status: int, code: str) -> None:
    """Send repeated requests, like kernels and pages."""
    for _ in range(TIMES):
        answer = await browser.token(OTHER_SCOPE)
        assert (answer[0], answer[1]["code"]) == (status, code)


# Situation: server | no user is signed in | kernels and pages ask every few seconds | none;
# `sign_in_required`, and nothing in the log above DEBUG | sign in
async def test_a_missing_sign_in_is_not_logged_above_debug(
    browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await ask(browser, 401, "sign_in_required")
    assert loud(caplog) == []
    body = [line for line in caplog.messages if "azure-auth/token" in line]
    assert len(body) == TIMES, "but all of it at DEBUG"
    assert "No user is signed in" in caplog.text


# Situation: Azure | is unavailable | a kernel asks every few seconds | none; `unavailable`, and
# nothing in the log above DEBUG | wait a minute
@pytest.mark.parametrize(
    ("error", "status", "code"),
    [("temporarily_unavailable", 503, "unavailable"), ("login_required", 409, "refused")],
)
async def test_refusals_by_azure_are_not_logged_above_debug(
    browser: Browser, caplog: pytest.LogCaptureFixture, error: str, status: int, code: str
) -> None:
    await browser.sign_in(scopes=[SCOPE])
    browser.authority.refuse(error, suberror="message_only")
    caplog.set_level(logging.DEBUG)
    caplog.clear()
    await ask(browser, status, code)
    assert loud(caplog) == []


async def test_messages_for_an_administrator_stay_above_debug(
    browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    await browser.sign_in(scopes=[SCOPE])
    browser.authority.refuse("invalid_resource")
    caplog.set_level(logging.DEBUG)
    caplog.clear()
    assert (await browser.token(OTHER_SCOPE))[0] == 502
    assert "Azure cannot find this tenant, app or resource." in "".join(loud(caplog))
    caplog.clear()
    browser.headers = {"Origin": "https://evil.test"}
    assert (await browser.token())[0] == 403
    assert any("403" in line for line in loud(caplog))


async def test_a_bug_of_ours_is_logged_with_its_traceback(
    browser: Browser, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(SessionManager, "token", fail)
    assert (await browser.token())[0] == 500
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert any(record.exc_info for record in errors)
    assert any("500 POST" in record.getMessage() for record in errors)
