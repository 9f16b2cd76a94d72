"""``session`` and ``sign-out`` with the key of the connection file, as the command line asks."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

import pytest

from jupyter_azure_auth.connection_file import KEY_HEADER
from test.server.authority import USERNAME
from test.server.browser import Browser
from test.server.process_access.conftest import Caller


async def asked(caller: Caller, route: str) -> tuple[int, Any]:
    answer = await caller.fetch(route)
    return answer.code, json.loads(answer.body)


async def test_shows_and_ends_the_sign_in(caller: Caller, browser: Browser) -> None:
    code, session = await asked(caller, "session")
    assert (code, session["account"], session["valid_until"]) == (200, None, None)
    await browser.sign_in()
    _, token = await caller.ask()
    _, session = await asked(caller, "session")
    assert session["account"]["username"] == USERNAME
    assert session["valid_until"] == token["expires_on"]
    assert token["token"] not in str(session)
    begun = await browser.start()
    assert await asked(caller, "sign-out") == (200, {})
    _, session = await asked(caller, "session")
    assert (session["account"], session["valid_until"]) == (None, None)
    # A sign-in that was in progress does not come after it.
    _, status = await browser.ask("loopback/status", attempt_id=begun["attempt_id"])
    assert status["state"] == "failed"


# Situation: key of the connection file | wrong, from a page, from elsewhere | sign-out | refused,
# the sign-in stays | nothing to do
@pytest.mark.parametrize("route", ["session", "sign-out", "terminal"])
async def test_refuses_callers_that_the_token_route_refuses(
    caller: Caller, browser: Browser, route: str
) -> None:
    await browser.sign_in()
    login = browser.headers
    await caller.refused("forbidden", route=route, headers={KEY_HEADER: "guessed", **login})
    await caller.refused("foreign_origin", route=route, headers={"Origin": "http://localhost"})
    await caller.refused("not_on_loopback", route=route, headers={"Host": "evil.example"})
    assert (await browser.ask("session"))[1]["account"]["username"] == USERNAME
    # Jupyter's token is no key.
    assert (await browser.ask("terminal"))[1]["code"] == "forbidden"


@pytest.mark.parametrize("azure_auth", [{"shared": True}])
async def test_a_server_with_several_users_refuses(caller: Caller) -> None:
    for route in ("session", "sign-out", "terminal"):
        await caller.refused("shared_server", HTTPStatus.FORBIDDEN, route=route)
