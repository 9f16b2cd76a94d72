"""A question of Azure about one of several accounts, which need not be the active one."""

from __future__ import annotations

import asyncio
from queue import Queue

import pytest

from jupyter_azure_auth.server.msal_client import MsalClient
from test.server.browser import SCOPE, Browser
from test.server.test_accounts import ADA, BOB, accounts, generation, sign_in, token_of


@pytest.fixture
def azure_auth() -> dict[str, object]:
    return {}


# Situation: server with several accounts of one user | Azure asks for consent for one that is not
# active | a terminal asks while the user consents | the active account's token; a request that
# names the other account gets that one's | nothing to do
async def test_a_question_about_another_account_keeps_the_active_one(
    browser: Browser, forgotten: Queue[MsalClient]
) -> None:
    await sign_in(browser, BOB)
    await sign_in(browser, ADA, scopes=[SCOPE])
    known = generation(browser)
    await sign_in(browser, BOB, scopes=[SCOPE], account=BOB["id"])
    assert await accounts(browser) == (ADA, [BOB])
    assert (await token_of(browser), generation(browser)) == (ADA, known)
    asked = len(browser.authority.asked)
    assert await token_of(browser, account=BOB["id"]) == BOB
    assert len(browser.authority.asked) == asked, "it is the token of the new sign-in"
    client = await asyncio.to_thread(forgotten.get, timeout=60)
    assert client._account == {**(client._account or {}), "home_account_id": BOB["id"]}


async def test_a_user_who_signs_in_with_another_account_than_requested_has_switched(
    browser: Browser,
) -> None:
    await sign_in(browser, BOB)
    await sign_in(browser, ADA)
    carol = {**BOB, "id": BOB["id"].replace("c", "d"), "username": "carol@contoso.com"}
    await sign_in(browser, carol, account=BOB["id"])
    assert await accounts(browser) == (carol, [ADA, BOB])


async def test_a_question_without_an_active_account_makes_it_active(browser: Browser) -> None:
    await sign_in(browser, BOB)
    await sign_in(browser, ADA)
    browser.authority.refuse("invalid_grant", error_description="AADSTS700082: expired")
    assert await token_of(browser) == "sign_in_ended"
    browser.authority.refusal = None
    await sign_in(browser, BOB, account=BOB["id"])
    assert await accounts(browser) == (BOB, [])
