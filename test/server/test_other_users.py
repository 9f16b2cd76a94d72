"""No route shows one user's data to another, or changes another user's sign-in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from test.server.authority import CANARY, PERSON, USERNAME
from test.server.browser import ACCOUNT, SCOPE, Browser
from test.server.rules import gated_rules, path_of
from test.server.users import NamedUsers


@pytest.fixture
def azure_auth() -> dict[str, object]:
    return {}


@pytest.fixture
def server_settings() -> dict[str, object]:
    return {"identity_provider_class": NamedUsers}


async def test_no_route_serves_what_belongs_to_another_user(
    browser: Browser, jp_http_port: int
) -> None:
    await browser.log_in(jp_http_port)
    await browser.sign_in(scopes=[SCOPE])
    begun = await browser.start(scopes=[SCOPE])
    receipt = await browser.land(begun)
    before = await browser.ask("session")
    everything = {
        "scopes": [SCOPE],
        "port": 8888,
        "persist": True,
        "refresh": True,
        "account": ACCOUNT["id"],
        "attempt_id": begun["attempt_id"],
        "proof": begun["proof"],
        "receipt": receipt,
    }
    ada = browser.headers
    browser.headers = {**ada, "X-Person": "eve"}
    body = [
        await browser.ask(route, **fields)
        for route in routes_of(browser)
        for fields in (everything, {}, {"attempt_id": begun["attempt_id"]})
    ]
    for secret in (CANARY, PERSON, USERNAME, begun["proof"], receipt):
        assert secret not in json.dumps(body)

    browser.headers = ada
    assert await browser.ask("session") == before
    assert (await browser.ask("loopback/status", attempt_id=begun["attempt_id"]))[1] == {
        "state": "pending"
    }
    finished = await browser.ask("loopback/finish", proof=begun["proof"], receipt=receipt)
    assert finished[0] == 200
    assert (await browser.token())[0] == 200


def routes_of(browser: Browser) -> list[str]:
    rules: list[Any] = gated_rules(browser.app)
    assert rules
    return [path_of(rule).partition("/azure-auth/")[2] for rule in rules]
