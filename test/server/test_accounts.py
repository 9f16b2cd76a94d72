"""Several accounts of one user: one is active, the others are kept."""

from __future__ import annotations

import asyncio
import json
import threading
from queue import Queue
from typing import Any

import pytest

from jupyter_azure_auth.server.msal_client import MsalClient
from jupyter_azure_auth.server.process_access.publisher import publisher_of
from test.server.authority import CANARY, PERSON, TENANT
from test.server.browser import ACCOUNT, OTHER_SCOPE, SCOPE, Browser
from test.server.persistence.test_manager import session
from test.server.rules import gated_rule
from test.server.users import NamedUsers

ADA = ACCOUNT
BOB = {**ACCOUNT, "id": f"{PERSON.replace('b', 'c')}.{TENANT}", "username": "bob@contoso.com"}


@pytest.fixture
def azure_auth() -> dict[str, object]:
    return {}


async def sign_in(browser: Browser, account: dict[str, str], /, **fields: Any) -> None:
    authority = browser.authority
    authority.person, authority.username = account["id"].split(".")[0], account["username"]
    authority.marker = f"{CANARY}-{account['username']}"
    await browser.sign_in(**fields)


async def accounts(browser: Browser) -> tuple[Any, list[Any]]:
    """Return the active account and the others."""
    body = await session(browser)
    return body["account"], body.get("others", [])


async def token_of(browser: Browser, **fields: Any) -> Any:
    """Return the account of a token, or the code of the refusal."""
    _, body = await browser.token(**fields)
    return body["account"] if "account" in body else body["code"]


async def until_redeemed(browser: Browser, count: int) -> None:
    """Wait until the authority has had this many token requests."""
    while len(browser.authority.redeemed) < count:
        await browser.ask("config")


def generation(browser: Browser) -> int:
    return publisher_of(browser.app.web_app.settings)._generation


async def test_keeps_the_earlier_account_and_switches_without_the_authority(
    browser: Browser,
) -> None:
    await sign_in(browser, ADA, scopes=[SCOPE])
    assert await accounts(browser) == (ADA, [])
    await sign_in(browser, BOB, scopes=[SCOPE])
    assert await accounts(browser) == (BOB, [ADA])
    assert await token_of(browser) == BOB
    asked = len(browser.authority.asked)
    before, known = (await session(browser))["generation"], generation(browser)
    assert await browser.ask("switch-account", account=ADA["id"]) == (200, {})
    assert await accounts(browser) == (ADA, [BOB])
    assert await token_of(browser) == ADA
    assert len(browser.authority.asked) == asked
    # Other pages notice it by the one number, processes by the other.
    assert (await session(browser))["generation"] > before
    assert generation(browser) > known


async def test_a_switch_to_the_active_account_changes_nothing(browser: Browser) -> None:
    await sign_in(browser, ADA)
    before, known = await session(browser), generation(browser)
    assert await browser.ask("switch-account", account=ADA["id"]) == (200, {})
    assert (await session(browser), generation(browser)) == (before, known)


@pytest.mark.parametrize("account", [BOB["id"], BOB["username"], ADA["username"]])
async def test_switches_only_to_the_id_of_an_account_that_is_signed_in(
    browser: Browser, account: str
) -> None:
    await sign_in(browser, ADA)
    code, body = await browser.ask("switch-account", account=account)
    assert (code, body["code"]) == (404, "not_found")
    assert await accounts(browser) == (ADA, [])


async def test_a_request_gets_a_token_of_the_account_that_it_names(browser: Browser) -> None:
    await sign_in(browser, ADA)
    await sign_in(browser, BOB)
    authority = browser.authority
    for wanted in (ADA, BOB):
        authority.marker = f"{CANARY}-{wanted['username']}"
        for name in (wanted["id"], wanted["username"].upper()):
            for scope in (SCOPE, OTHER_SCOPE):
                assert await token_of(browser, scope=scope, account=name) == wanted
                assert await token_of(browser, scope=scope, account=name, force=True) == wanted
                assert authority.redeemed[-1]["refresh_token"].startswith(authority.marker)
    assert await token_of(browser) == BOB
    assert await token_of(browser, account="eve@contoso.com") == "sign_in_required"


async def test_the_active_account_comes_first_if_two_have_the_same_user_name(
    browser: Browser,
) -> None:
    guest = {**BOB, "username": ADA["username"]}
    await sign_in(browser, ADA)
    await sign_in(browser, guest)
    assert await token_of(browser, account=ADA["username"]) == guest
    assert await token_of(browser, account=ADA["id"]) == ADA


async def test_a_sign_in_replaces_the_earlier_one_of_its_account_only(
    browser: Browser, forgotten: Queue[MsalClient]
) -> None:
    for account in (ADA, BOB):
        await sign_in(browser, account, scopes=[SCOPE])
    before = [(await browser.token(account=one["id"]))[1]["token"] for one in (ADA, BOB)]
    await sign_in(browser, ADA, scopes=[SCOPE])
    assert await accounts(browser) == (ADA, [BOB])
    after = [(await browser.token(account=one["id"]))[1]["token"] for one in (ADA, BOB)]
    assert [one == other for one, other in zip(before, after, strict=True)] == [False, True]
    client = await asyncio.to_thread(forgotten.get, timeout=60)
    assert client._account == {**(client._account or {}), "home_account_id": ADA["id"]}
    assert forgotten.empty()


async def test_a_sign_out_ends_all(browser: Browser, forgotten: Queue[MsalClient]) -> None:
    for account in (ADA, BOB):
        await sign_in(browser, account, scopes=[SCOPE])
    assert await browser.ask("sign-out") == (200, {})
    assert await accounts(browser) == (None, [])
    for account in (ADA, BOB):
        assert await token_of(browser, account=account["id"]) == "sign_in_required"
        assert (await browser.ask("switch-account", account=account["id"]))[0] == 404
    for client in [await asyncio.to_thread(forgotten.get, timeout=60) for _ in range(2)]:
        assert CANARY not in client._tokens.serialize()


async def test_signing_out_another_account_keeps_the_active_one(browser: Browser) -> None:
    await sign_in(browser, BOB, scopes=[SCOPE])
    await sign_in(browser, ADA, scopes=[SCOPE])
    known = generation(browser)
    assert await browser.ask("sign-out", account=BOB["id"]) == (200, {})
    assert await accounts(browser) == (ADA, [])
    assert generation(browser) > known
    assert await token_of(browser) == ADA
    assert await token_of(browser, account=BOB["id"]) == "sign_in_required"


# Situation: server with several accounts of one user | a browser signs out of one, which another
# browser has just made active | first token | that of the account that was active before, as the
# first browser shows | nothing to do
async def test_signing_out_one_account_keeps_the_others_even_if_it_is_active_by_now(
    browser: Browser,
) -> None:
    await sign_in(browser, BOB, scopes=[SCOPE])
    await sign_in(browser, ADA, scopes=[SCOPE])
    assert await browser.ask("switch-account", account=BOB["id"]) == (200, {})
    known = generation(browser)
    assert await browser.ask("sign-out", account=BOB["id"]) == (200, {})
    assert await accounts(browser) == (ADA, [])
    assert generation(browser) > known
    assert await token_of(browser) == ADA
    assert await token_of(browser, account=BOB["id"]) == "sign_in_required"


# Situation: server with several accounts of one user | Azure ends the sign-in of one that is not
# active | a request that names it | no token of it; the active account's tokens remain available |
# sign in as that account again
async def test_a_refusal_ends_one_sign_in(browser: Browser) -> None:
    await sign_in(browser, BOB)
    await sign_in(browser, ADA)
    browser.authority.refuse("invalid_grant", error_description="AADSTS700082: expired")
    assert await token_of(browser, account=BOB["id"]) == "sign_in_required"
    browser.authority.refusal = None
    assert await accounts(browser) == (ADA, [])
    assert (await session(browser))["ended_by"] is None
    assert await token_of(browser) == ADA


# Situation: server with several accounts of one user | Azure ends the sign-in of the active one |
# any | none; the panel says so, and no other account takes its place | sign in, or sign out
async def test_no_other_account_replaces_a_refused_one(browser: Browser) -> None:
    await sign_in(browser, BOB)
    await sign_in(browser, ADA)
    browser.authority.refuse("invalid_grant", error_description="AADSTS700082: expired")
    assert await token_of(browser) == "sign_in_ended"
    browser.authority.refusal = None
    assert await accounts(browser) == (None, [BOB])
    assert await token_of(browser) == "sign_in_ended"
    assert await token_of(browser, account=BOB["id"]) == BOB
    # Nor does an identity of the machine, even if the user has it looked for.
    body = (await browser.ask("session", refresh=True))[1]
    assert (body["account"], body["ended_by"]) == (None, "AADSTS700082")
    assert await browser.ask("switch-account", account=BOB["id"]) == (200, {})
    assert await accounts(browser) == (BOB, [])
    assert (await session(browser))["ended_by"] is None


async def test_a_request_that_names_no_account_follows_a_switch(browser: Browser) -> None:
    await sign_in(browser, BOB, scopes=[SCOPE])
    await sign_in(browser, ADA)
    browser.authority.gate.clear()
    unnamed = asyncio.create_task(token_of(browser, force=True))
    named = asyncio.create_task(token_of(browser, force=True, account=ADA["id"]))
    await until_redeemed(browser, 3)
    assert await browser.ask("switch-account", account=BOB["id"]) == (200, {})
    browser.authority.gate.set()
    assert (await unnamed, await named) == (BOB, ADA)


async def test_a_refusal_of_the_previous_account_does_not_affect_the_new_one(
    browser: Browser,
) -> None:
    await sign_in(browser, BOB, scopes=[SCOPE])
    await sign_in(browser, ADA)
    browser.authority.gate.clear()
    asked = asyncio.create_task(token_of(browser, force=True))
    await until_redeemed(browser, 3)
    assert await browser.ask("switch-account", account=BOB["id"]) == (200, {})
    browser.authority.faults = [(400, json.dumps({"error": "interaction_required"}))]
    browser.authority.gate.set()
    assert await asked == BOB


@pytest.mark.parametrize("also", [(), ("switch-account",)])
async def test_a_sign_out_ends_requests_of_all_accounts(
    browser: Browser, also: tuple[str, ...]
) -> None:
    await sign_in(browser, BOB)
    await sign_in(browser, ADA)
    browser.authority.gate.clear()
    asked = [
        asyncio.create_task(token_of(browser, **fields))
        for fields in ({}, {"account": ADA["id"]}, {"account": BOB["id"]})
    ]
    await until_redeemed(browser, 4)
    for route in also:
        assert (await browser.ask(route, account=BOB["id"]))[0] == 200
    assert (await browser.ask("sign-out"))[0] == 200
    browser.authority.gate.set()
    assert await asyncio.gather(*asked) == ["sign_in_required"] * 3
    assert await accounts(browser) == (None, [])


# Situation: server with collaboration and one token | Alice has signed in with `loopback` | another
# browser asks for a token | none: `sign_in_required` | Bob signs in in his browser
@pytest.mark.parametrize(
    ("server_settings", "azure_auth"),
    [({"identity_provider_class": NamedUsers}, {}), ({}, {"shared": True})],
    ids=["another user", "another browser"],
)
async def test_sign_ins_belong_to_one_user_or_browser(
    browser: Browser, jp_http_port: int, server_settings: dict[str, object]
) -> None:
    token = browser.headers
    await browser.log_in(jp_http_port)
    for account in (BOB, ADA):
        await sign_in(browser, account, scopes=[SCOPE])
    ada = browser.headers
    if server_settings:
        browser.headers = {**ada, "X-Person": "eve"}
    else:
        browser.headers = token
        assert await accounts(browser) == (None, []), "a caller of no browser"
        assert (await browser.ask("switch-account", account=BOB["id"]))[0] == 404
        await browser.log_in(jp_http_port)
    assert await accounts(browser) == (None, [])
    assert await token_of(browser) == "sign_in_required"
    assert (await browser.ask("grants"))[1]["grants"] == []
    for account in (ADA, BOB):
        assert (await browser.ask("switch-account", account=account["id"]))[0] == 404
        assert await browser.ask("sign-out", account=account["id"]) == (200, {})
        assert await token_of(browser, account=account["id"]) == "sign_in_required"
    assert await browser.ask("sign-out") == (200, {})
    browser.headers = ada
    assert await accounts(browser) == (ADA, [BOB])
    assert await token_of(browser) == ADA
    assert await token_of(browser, account=BOB["id"]) == BOB


async def test_the_grants_from_before_a_switch_disappear_with_the_tokens(browser: Browser) -> None:
    await sign_in(browser, BOB, scopes=[SCOPE])
    await sign_in(browser, ADA, scopes=[SCOPE])
    await browser.token()
    assert len((await browser.ask("grants"))[1]["grants"]) == 1
    for account in (BOB, ADA):
        await browser.ask("switch-account", account=account["id"])
    assert (await browser.ask("grants"))[1]["grants"] == []


async def test_the_grants_name_each_account_that_a_program_has_tokens_of(browser: Browser) -> None:
    for account in (BOB, ADA):
        await sign_in(browser, account, scopes=[SCOPE])
    await browser.token()
    await browser.token(account=BOB["id"])

    async def granted() -> list[str]:
        return [one["account_id"] for one in (await browser.ask("grants"))[1]["grants"]]

    assert await granted() == [BOB["id"], ADA["id"]]
    # Processes keep their tokens after a further sign-in as the active account, not after a switch.
    await sign_in(browser, ADA)
    assert await granted() == [BOB["id"], ADA["id"]]
    await browser.ask("switch-account", account=BOB["id"])
    assert await granted() == []


async def test_no_repr_and_no_answer_contains_a_secret(browser: Browser) -> None:
    for account in (BOB, ADA):
        await sign_in(browser, account, scopes=[SCOPE])
    rule = gated_rule(browser.app, "/session")
    held = rule.target_kwargs["session_manager"].user_sessions._accounts.values()
    assert len([one for accounts in held for one in accounts.all]) == 2
    assert CANARY not in repr([[accounts, *accounts.all] for accounts in held])
    answers = [
        await browser.ask(route, account=account["id"])
        for route in ("session", "switch-account", "sign-out", "session")
        for account in (BOB, ADA)
    ]
    assert CANARY not in json.dumps(answers)


@pytest.mark.parametrize("fields", [{}, {"account": ADA["id"]}], ids=str)
async def test_a_request_keeps_its_account_after_a_new_sign_in(
    browser: Browser, jp_http_port: int, monkeypatch: pytest.MonkeyPatch, fields: dict[str, str]
) -> None:
    await browser.log_in(jp_http_port)
    await sign_in(browser, ADA)
    renew, begun, gate = MsalClient.renew, threading.Event(), threading.Event()

    def renew_later(*args: Any) -> Any:
        begun.set()
        gate.wait()
        return renew(*args)

    monkeypatch.setattr(MsalClient, "renew", renew_later)
    asked = asyncio.create_task(token_of(browser, **fields))
    await asyncio.to_thread(begun.wait)
    await browser.sign_in()
    gate.set()
    assert await asked == ADA


async def test_a_refusal_of_the_previous_account_does_not_fail_a_new_request(
    browser: Browser, jp_http_port: int
) -> None:
    await browser.log_in(jp_http_port)
    await sign_in(browser, BOB, scopes=[SCOPE])
    await sign_in(browser, ADA)
    browser.authority.gate.clear()
    asked = asyncio.create_task(token_of(browser, force=True))
    await until_redeemed(browser, 3)
    assert await browser.ask("switch-account", account=BOB["id"]) == (200, {})
    browser.authority.faults = [
        (400, json.dumps({"error": "invalid_grant", "suberror": "bad_token"}))
    ]
    browser.authority.gate.set()
    assert await asked == BOB
    assert await accounts(browser) == (BOB, [])


@pytest.mark.parametrize("again", [ADA, BOB], ids=["ada", "bob"])
async def test_processes_drop_the_tokens_of_an_ended_account_after_a_sign_in_as_another(
    browser: Browser, again: dict[str, str]
) -> None:
    await sign_in(browser, ADA)
    browser.authority.refuse("invalid_grant", error_description="AADSTS700082: expired")
    assert await token_of(browser) == "sign_in_ended"
    browser.authority.refusal = None
    known = generation(browser)
    await sign_in(browser, again)
    assert (generation(browser) > known) is (again is BOB)


async def test_signing_out_an_absent_account_keeps_the_others(browser: Browser) -> None:
    await sign_in(browser, BOB)
    await sign_in(browser, ADA)
    browser.authority.refuse("invalid_grant", error_description="AADSTS700082: expired")
    assert await token_of(browser) == "sign_in_ended"
    assert await browser.ask("sign-out", account="gone") == (200, {})
    assert await accounts(browser) == (None, [BOB])
