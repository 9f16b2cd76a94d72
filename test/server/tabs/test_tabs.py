"""Tabs that use the sign-in of another tab, with real event sockets and login cookies."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from jupyter_azure_auth.server.process_access.page_events import TAB_REQUEST
from jupyter_azure_auth.server.tabs import relay as relay_module
from test.server.browser import SCOPE, Browser
from test.server.process_access.event_page import ACCOUNT, TOKEN, EventPage, WsFetch
from test.server.users import NamedUsers

OTHER = {**ACCOUNT, "id": "o.2", "username": "bob@contoso.com"}
INACTIVE = {
    "account": OTHER,
    "signed_in_at": 1_700_000_000_000,
    "expires_at": None,
    "chosen_tenant_id": "fab00000-1111-4222-8333-000000000002",
}
SIGN_IN = {**INACTIVE, "account": ACCOUNT, "active_since": 1_700_000_100_000, "others": []}

OpenTab = Callable[..., Awaitable["Tab"]]


class Tab(EventPage):
    """A page of a browser; each opens its own unless it is given one."""

    async def ask(self, route: str, **fields: Any) -> tuple[int, Any]:
        return await self.browser.ask(f"tabs/{route}", **fields)

    async def asks(self, **fields: Any) -> str:
        code, body = await self.ask("ask", **fields)
        assert code == 200, body
        return str(body["request_id"])

    async def declines(self, request_id: str) -> None:
        """Receive the event and hold no sign-in, as does the tab that asks."""
        assert await self.told(TAB_REQUEST) == request_id
        assert await self.ask("claim", request_id=request_id, sign_in=None) == (200, {})


@pytest.fixture
def azure_auth() -> dict[str, object]:
    return {}


@pytest.fixture
def open_tab(browser: Browser, jp_ws_fetch: WsFetch, jp_http_port: int) -> OpenTab:
    async def open_tab(of: Tab | None = None) -> Tab:
        own = Browser(browser.app, browser.client, browser.authority)
        if of is None:
            await own.log_in(jp_http_port)
        else:
            own.headers = of.browser.headers
        return Tab(own, await jp_ws_fetch("api", "events", "subscribe"))

    return open_tab


async def test_a_tab_learns_which_accounts_other_tabs_have(open_tab: OpenTab) -> None:
    giving = await open_tab()
    asking, third = await open_tab(giving), await open_tab(giving)
    request_id = await asking.asks()
    assert await giving.told(TAB_REQUEST) == request_id
    assert await giving.ask("claim", request_id=request_id, sign_in=SIGN_IN) == (200, {})
    known = {"sign_ins": [SIGN_IN], "over": False}
    assert await asking.ask("result", request_id=request_id) == (200, known)
    await asking.declines(request_id)
    await third.declines(request_id)
    assert await asking.ask("result", request_id=request_id) == (200, {**known, "over": True})
    assert (await asking.ask("result", request_id=request_id))[0] == 404, "it is forgotten"


# Situation: tab without a sign-in | another tab of this browser holds one | a cell asks for a token
# | that tab's access token, without a click | none
async def test_a_tab_gets_a_token_from_the_tab_with_that_account(
    open_tab: OpenTab, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    asking = await open_tab()
    giving, other = await open_tab(asking), await open_tab(asking)
    request_id = await asking.asks(scopes=[SCOPE], account=ACCOUNT["id"], force=True)
    await asking.declines(request_id)
    assert await other.told(TAB_REQUEST) == request_id
    as_bob = {**SIGN_IN, "account": OTHER}
    assert await other.ask("claim", request_id=request_id, sign_in=as_bob) == (200, {})
    assert (await other.ask("answer", request_id=request_id, issued=TOKEN))[0] == 404, "not asked"
    code, asked = await giving.ask("claim", request_id=request_id, sign_in=SIGN_IN)
    assert (code, asked["scopes"], asked["force"]) == (200, [SCOPE], True)
    assert await giving.ask("answer", request_id=request_id, issued=TOKEN) == (200, {})
    code, body = await asking.ask("result", request_id=request_id)
    assert (code, body["token"], body["account"]) == (200, "of-the-page", ACCOUNT)
    assert (await asking.ask("result", request_id=request_id))[0] == 404, "it is forgotten"
    assert "A tab was given a token" in caplog.text
    assert "of-the-page" not in caplog.text


# Situation: tab without a sign-in | another tab of this browser holds several accounts | a cell
# names one that is not active there | that account's access token, without a click | none
async def test_a_tab_gets_a_token_of_an_account_that_is_not_active(open_tab: OpenTab) -> None:
    asking = await open_tab()
    giving = await open_tab(asking)
    sign_in = {**SIGN_IN, "others": [INACTIVE]}
    request_id = await asking.asks()
    await giving.ask("claim", request_id=request_id, sign_in=sign_in)
    await asking.declines(request_id)
    known = {"sign_ins": [sign_in], "over": True}
    assert await asking.ask("result", request_id=request_id) == (200, known)
    request_id = await asking.asks(scopes=[SCOPE], account=OTHER["id"])
    code, asked = await giving.ask("claim", request_id=request_id, sign_in=sign_in)
    assert (code, asked["account"]) == (200, OTHER["id"])


# Situation: tab that holds the sign-in | it is closed | another tab asks for a token |
# other_tab_closed, at once | sign in in that tab
async def test_does_not_wait_if_no_tab_has_the_account(open_tab: OpenTab) -> None:
    asking = await open_tab()
    for fields, held in (
        ({}, None),
        ({"scopes": [SCOPE], "account": ACCOUNT["id"]}, None),
        ({"scopes": [SCOPE], "account": OTHER["id"]}, SIGN_IN),
        ({"scopes": [SCOPE]}, SIGN_IN),
    ):
        request_id = await asking.asks(**fields)
        claim = await asking.ask("claim", request_id=request_id, sign_in=held)
        assert claim == (200, {}), "no token is of no account"
        result = await asking.ask("result", request_id=request_id)
        assert result == (200, {"sign_ins": [], "over": True})


# Situation: tab that holds the sign-in | it is closed, and another tab is frozen | another tab asks
# for a token | other_tab_closed after 5 s | sign in in that tab
async def test_limits_the_wait_for_a_silent_tab(
    monkeypatch: pytest.MonkeyPatch, open_tab: OpenTab
) -> None:
    monkeypatch.setattr(relay_module, "CLAIM_TIMEOUT_S", 0)
    asking = await open_tab()
    await open_tab(asking)
    request_id = await asking.asks(scopes=[SCOPE], account=ACCOUNT["id"])
    over = {"sign_ins": [], "over": True}
    assert await asking.ask("result", request_id=request_id) == (200, over), "no tab has declined"


async def test_a_refusal_of_azure_is_the_answer(open_tab: OpenTab) -> None:
    tab = await open_tab()
    for code, expected in (("consent_required", "consent_required"), ("of-a-later-page", "failed")):
        request_id = await tab.asks(scopes=[SCOPE], account=ACCOUNT["username"])
        await tab.ask("claim", request_id=request_id, sign_in=SIGN_IN)
        await tab.ask("answer", request_id=request_id, issued=None, code=code)
        assert (await tab.ask("result", request_id=request_id))[1]["code"] == expected


# Situation: tab without a sign-in | Azure has ended the sign-in of one of two other tabs with the
# account, which does not know it yet | a cell asks for a token | the access token of the other one,
# without a click | none
async def test_the_next_tab_is_asked_if_the_sign_in_of_the_first_has_ended(
    open_tab: OpenTab,
) -> None:
    asking = await open_tab()
    ended, giving = await open_tab(asking), await open_tab(asking)
    request_id = await asking.asks(scopes=[SCOPE], account=ACCOUNT["id"])
    _, asked = await ended.ask("claim", request_id=request_id, sign_in=SIGN_IN)
    assert asked["scopes"] == [SCOPE]
    await asking.declines(request_id)
    assert await giving.told(TAB_REQUEST) == request_id
    assert await giving.ask("claim", request_id=request_id, sign_in=SIGN_IN) == (200, {})
    refusal = {"issued": None, "code": "sign_in_ended"}
    assert await ended.ask("answer", request_id=request_id, **refusal) == (200, {})
    assert await giving.told(TAB_REQUEST) == request_id
    waiting = {"sign_ins": [], "over": False}
    assert await asking.ask("result", request_id=request_id) == (200, waiting)
    await asking.declines(request_id)
    _, asked = await giving.ask("claim", request_id=request_id, sign_in=SIGN_IN)
    assert asked["scopes"] == [SCOPE]
    assert await giving.ask("answer", request_id=request_id, issued=TOKEN) == (200, {})
    assert (await asking.ask("result", request_id=request_id))[1]["token"] == "of-the-page"


async def test_a_sign_in_that_has_ended_in_every_tab_is_the_answer(open_tab: OpenTab) -> None:
    asking = await open_tab()
    ended = await open_tab(asking)
    request_id = await asking.asks(scopes=[SCOPE], account=ACCOUNT["id"])
    await asking.declines(request_id)
    await ended.ask("claim", request_id=request_id, sign_in=SIGN_IN)
    await ended.ask("answer", request_id=request_id, issued=None, code="sign_in_ended")
    await asking.declines(request_id)
    assert await ended.ask("claim", request_id=request_id, sign_in=None) == (200, {})
    code, body = await asking.ask("result", request_id=request_id)
    assert (code, body["code"]) == (401, "sign_in_ended")


async def test_a_tab_that_gives_up_learns_that_the_sign_in_has_ended(open_tab: OpenTab) -> None:
    tab = await open_tab()
    request_id = await tab.asks(scopes=[SCOPE], account=ACCOUNT["id"])
    await tab.ask("claim", request_id=request_id, sign_in=SIGN_IN)
    await tab.ask("answer", request_id=request_id, issued=None, code="sign_in_ended")
    _, body = await tab.ask("result", request_id=request_id, last=True)
    assert body["code"] == "sign_in_ended"


# Situation: tab without a sign-in | Azure has ended the sign-in of one of two other tabs with the
# account, and the other one does not answer | a cell asks for a token | other_tab_closed after
# 25 s; the other tab's sign-in is used again as soon as it answers | none
async def test_a_silent_tabs_sign_in_is_not_reported_as_ended(open_tab: OpenTab) -> None:
    asking = await open_tab()
    ended, slow = await open_tab(asking), await open_tab(asking)
    request_id = await asking.asks(scopes=[SCOPE], account=ACCOUNT["id"])
    await ended.ask("claim", request_id=request_id, sign_in=SIGN_IN)
    await ended.ask("answer", request_id=request_id, issued=None, code="sign_in_ended")
    _, asked = await slow.ask("claim", request_id=request_id, sign_in=SIGN_IN)
    assert asked["scopes"] == [SCOPE]
    waiting = {"sign_ins": [], "over": False}
    assert await asking.ask("result", request_id=request_id, last=True) == (200, waiting)


async def test_a_late_page_is_told(open_tab: OpenTab) -> None:
    tab = await open_tab()
    request_id = await tab.asks()
    result = await tab.ask("result", request_id=request_id, last=True)
    assert result == (200, {"sign_ins": [], "over": False})
    assert (await tab.ask("claim", request_id=request_id, sign_in=SIGN_IN))[0] == 404


async def test_pages_with_another_login_neither_give_nor_get_tokens(open_tab: OpenTab) -> None:
    """Each browser has a login cookie of its own, also where all users have the same token."""
    alice, eve = await open_tab(), await open_tab()
    fields = {"scopes": [SCOPE], "account": ACCOUNT["id"]}
    for request_id in (await alice.asks(), await alice.asks(**fields)):
        assert await eve.told(TAB_REQUEST) == request_id, "every page hears of it"
        assert await eve.ask("claim", request_id=request_id, sign_in=SIGN_IN) == (200, {})
        assert (await eve.ask("answer", request_id=request_id, issued=TOKEN))[0] == 404
        assert (await eve.ask("result", request_id=request_id, last=True))[0] == 404
        known = {"sign_ins": [], "over": False}
        assert await alice.ask("result", request_id=request_id) == (200, known)


ROUTES = ["ask", "claim", "answer", "result"]


@pytest.mark.parametrize("route", ROUTES)
async def test_only_pages_take_part(browser: Browser, open_tab: OpenTab, route: str) -> None:
    code, body = await browser.ask(f"tabs/{route}", request_id="x")
    assert (code, body["code"]) == (403, "forbidden"), "a kernel with Jupyter's token is none"
    tab = await open_tab()
    tab.browser.headers = {**tab.browser.headers, "Origin": "https://evil.example"}
    code, body = await tab.ask(route, request_id="x")
    assert (code, body["code"]) == (403, "foreign_origin")


async def test_a_kernel_that_claims_to_be_a_page_has_another_login(
    browser: Browser, open_tab: OpenTab, jp_http_port: int
) -> None:
    """It may know Jupyter's token, and can send any header."""
    tab = await open_tab()
    request_id = await tab.asks()
    browser.headers["Origin"] = f"http://127.0.0.1:{jp_http_port}"
    code, _ = await browser.ask("tabs/claim", request_id=request_id, sign_in=SIGN_IN)
    assert code == 200
    assert (await browser.ask("tabs/result", request_id=request_id))[0] == 404
    assert (await tab.ask("result", request_id=request_id))[1]["sign_ins"] == []


NAMED_USERS: dict[str, Any] = {"identity_provider_class": NamedUsers}


# Situation: server on JupyterHub, a tab is signed in (`popup`) | a cell sends what a page would,
# with the token of its server | the sign-in of the tab, or a token, is asked for | none:
# `forbidden` | nothing to do
@pytest.mark.parametrize("scheme", ["token", "Bearer"])
@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("server_settings", [NAMED_USERS], ids=["hub"])
@pytest.mark.parametrize("azure_auth", [{"shared": False}], ids=["one user"])
async def test_a_kernel_that_poses_as_a_page_of_its_own_user_takes_no_part(
    browser: Browser, open_tab: OpenTab, jp_http_port: int, route: str, scheme: str
) -> None:
    """Its token and the login of the tab are the same user's."""
    tab = await open_tab()
    request_id = await tab.asks()
    authorization = browser.headers["Authorization"].replace("token", scheme)
    origin = f"http://127.0.0.1:{jp_http_port}"
    browser.headers = {"Authorization": authorization, "Origin": origin}
    fields = {"scopes": [SCOPE], "account": ACCOUNT["id"], "request_id": request_id}
    code, body = await browser.ask(f"tabs/{route}", **fields)
    assert (code, body["code"]) == (403, "forbidden")


@pytest.mark.parametrize("server_settings", [{}, NAMED_USERS], ids=["token", "hub"])
@pytest.mark.parametrize("azure_auth", [{"shared": False}], ids=["one user"])
async def test_a_tab_may_send_a_token_besides_its_cookies(
    browser: Browser, open_tab: OpenTab
) -> None:
    """JupyterLab does if it knows one."""
    tab = await open_tab()
    request_id = await tab.asks()
    tab.browser.headers = {**tab.browser.headers, **browser.headers}
    assert (await tab.ask("result", request_id=request_id))[0] == 200


@pytest.mark.parametrize("azure_auth", [{"shared": True}])
@pytest.mark.parametrize("route", ROUTES)
async def test_a_server_with_several_users_shares_no_sign_in(open_tab: OpenTab, route: str) -> None:
    code, body = await (await open_tab()).ask(route, request_id="x")
    assert (code, body["code"]) == (403, "shared_server")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ada\u00a0L.", "Ada L."),
        ("\u200fAda\n", "Ada"),
        ("x" * 4000, "x" * 320),
        ("\u200b", ACCOUNT["username"]),
        ("", ACCOUNT["username"]),
        (5, ACCOUNT["username"]),
    ],
    ids=lambda name: ascii(name)[:20],
)
async def test_a_display_name_keeps_no_sign_in_out(
    open_tab: OpenTab, name: object, expected: str
) -> None:
    """A directory's can contain any character."""
    first = await open_tab()
    second = await open_tab(first)
    request_id = await second.asks()
    account = {**ACCOUNT, "name": name}
    claim = await first.ask("claim", request_id=request_id, sign_in={**SIGN_IN, "account": account})
    assert claim == (200, {})
    _, result = await second.ask("result", request_id=request_id)
    assert [one["account"]["name"] for one in result["sign_ins"]] == [expected]


@pytest.mark.parametrize(
    "change",
    [
        {"account": None},
        {"account": {**ACCOUNT, "username": "x" * 400}},
        {"account": {**ACCOUNT, "id": "two\nlines"}},
        {"signed_in_at": True},
        {"signed_in_at": float("inf")},
        {"signed_in_at": float("nan")},
        {"signed_in_at": 10**400},
        {"expires_at": -1},
        {"chosen_tenant_id": 5},
        {"others": {}},
        {"active_since": "yesterday"},
        {"others": [INACTIVE] * 21},
        {"others": [{**INACTIVE, "account": None}]},
    ],
    ids=lambda change: str(change)[:40],
)
async def test_a_claim_is_checked(open_tab: OpenTab, change: dict[str, Any]) -> None:
    tab = await open_tab()
    code, body = await tab.ask("claim", request_id="x", sign_in={**SIGN_IN, **change})
    assert (code, body["code"]) == (400, "invalid_message")
