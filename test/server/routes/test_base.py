"""The request checks come before every route of the extension, even if others are turned off."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, cast

import pytest
from jupyter_server.auth import Authorizer
from tornado.httpclient import AsyncHTTPClient, HTTPResponse
from tornado.httputil import HTTPHeaders

from jupyter_azure_auth.server.routes.base import (
    MAX_BODY_BYTES,
    APIError,
    AuthenticatedJSONHandler,
    check_same_origin,
)
from jupyter_azure_auth.server.sign_in.loopback.routes import FinishRoute
from jupyter_azure_auth.server.tabs.routes import ROUTES as TAB_ROUTES
from test.server.openapi import fields_wanted
from test.server.rules import UNGATED, gated_rules, our_rules, path_of

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

JSON = {"Content-Type": "application/json"}
EVIL = "https://evil.test"
EXCEPTION = "proof_replaces_xsrf"
VERBS = ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"]


class Site:
    """Calls the server with the given headers; never raises."""

    def __init__(self, app: ServerApp, client: AsyncHTTPClient, port: int) -> None:
        self.app = app
        self.client = client
        self.token = {"Authorization": f"token {app.identity_provider.token}"}
        self.host = f"127.0.0.1:{port}"
        self.own = {"Origin": f"http://{self.host}"}
        self.routes = [path_of(rule) for rule in gated_rules(app)]

    async def call(
        self, path: str, headers: dict[str, str], body: str = "{}", method: str = "POST"
    ) -> HTTPResponse:
        content = body if method in {"POST", "PUT", "PATCH"} else None
        return await self.client.fetch(
            path,
            method=method,
            headers={**JSON, **headers},
            body=content,
            raise_error=False,
        )

    async def cookies(self) -> dict[str, str]:
        """Log in like a browser, and return the headers that its pages send."""
        page = await self.call(f"{self.app.base_url}api/status", self.token, method="GET")
        login = page.headers.get_list("Set-Cookie")
        page = await self.call(f"{self.app.base_url}login", {}, method="GET")
        jar = [text.split(";")[0] for text in login + page.headers.get_list("Set-Cookie")]
        xsrf = next(text.removeprefix("_xsrf=") for text in jar if text.startswith("_xsrf="))
        return {"Cookie": "; ".join(jar), "X-XSRFToken": xsrf}


PAGES_ONLY = re.compile("/process-requests/|/tabs/|/access$|/page-clients$")


@pytest.fixture
def site(jp_serverapp: ServerApp, http_server_client: AsyncHTTPClient, jp_http_port: int) -> Site:
    return Site(jp_serverapp, http_server_client, jp_http_port)


def error(answer: HTTPResponse) -> str:
    """Return the code of an error, and check that its message is a sentence."""
    body = json.loads(answer.body)
    assert set(body) == {"code", "message"}
    assert body["message"].endswith(".")
    return cast("str", body["code"])


async def refused(
    site: Site, headers: dict[str, str], code: str, status: int = 403, without: str | None = None
) -> None:
    assert site.routes
    for route in site.routes:
        if without is not None and route.endswith(without):
            continue
        answer = await site.call(route, headers)
        assert (answer.code, error(answer)) == (status, code), route
        assert_sealed(answer)


def assert_sealed(answer: HTTPResponse) -> None:
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"].startswith("application/json")
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


def test_every_route_has_the_request_checks(jp_serverapp: ServerApp) -> None:
    rules = gated_rules(jp_serverapp)
    assert rules
    for rule in rules:
        assert issubclass(rule.target, AuthenticatedJSONHandler)
        line = rule.target.__mro__
        declared = {
            name for kind in line[: line.index(AuthenticatedJSONHandler)] for name in vars(kind)
        }
        own = {name for name in declared if not name.startswith("__")} - {"initialize", "handle"}
        stricter = {"needs_login"} if rule.target in TAB_ROUTES.values() else set()
        exception = {EXCEPTION} if rule.target is FinishRoute else set()
        assert own == stricter | exception, "overrides the gate"


def test_only_the_root_and_process_access_are_exempt_from_the_request_checks(
    jp_serverapp: ServerApp,
) -> None:
    outside = [rule for rule in our_rules(jp_serverapp) if rule not in gated_rules(jp_serverapp)]
    assert [rule.target for rule in outside] == UNGATED
    assert jp_serverapp.web_app.wildcard_router.rules[:2] == outside[-2:]


async def test_accepts_the_token_and_this_servers_pages(site: Site) -> None:
    methods = [site.token, {**site.token, **site.own}, {**await site.cookies(), **site.own}]
    methods.append({**methods[-1], "Sec-Fetch-Site": "same-origin"})
    base = f"{site.app.base_url}azure-auth"
    for route in site.routes:
        # After the checks, a request without fields succeeds if none are required.
        passed = 400 if fields_wanted(route.removeprefix(base)) else 200
        for headers in methods:
            answer = await site.call(route, headers)
            is_page = "Origin" in headers or "Sec-Fetch-Site" in headers
            pages_only = PAGES_ONLY.search(route) and not is_page
            is_refused = pages_only or route.endswith("/terminal")  # on a JupyterHub only
            assert answer.code == (403 if is_refused else passed), answer.body
            assert_sealed(answer)


async def test_refuses_callers_that_are_not_logged_in(site: Site) -> None:
    await refused(site, site.own, "forbidden")
    for anonymous in ({}, {"Authorization": "token wrong"}):
        await refused(site, anonymous, "forbidden", without="/finish")
        await refused(site, {**anonymous, **site.own}, "forbidden")


async def test_refuses_cookies_without_the_xsrf_token(site: Site) -> None:
    cookie = (await site.cookies())["Cookie"]
    for xsrf in ({}, {"X-XSRFToken": "wrong"}):
        headers = {"Cookie": cookie, **site.own, **xsrf}
        await refused(site, headers, "forbidden", without="/finish")


async def test_the_landing_page_needs_no_xsrf_token_but_all_the_rest(site: Site) -> None:
    [finish] = [route for route in site.routes if route.endswith("/finish")]
    cookie = {"Cookie": (await site.cookies())["Cookie"]}
    passed = await site.call(finish, {**cookie, **site.own})
    assert (passed.code, error(passed)) == (400, "invalid_message")
    for headers, code in (
        (site.own, "forbidden"),
        (cookie, "token_required"),
        ({**cookie, "Origin": EVIL}, "foreign_origin"),
        ({**cookie, **site.own, "Sec-Fetch-Site": "cross-site"}, "foreign_origin"),
    ):
        answer = await site.call(finish, headers)
        assert (answer.code, error(answer)) == (403, code)


async def test_refuses_cookies_without_a_page(site: Site) -> None:
    await refused(site, await site.cookies(), "token_required")


@pytest.mark.parametrize(
    "server_settings",
    [
        {},
        {"allow_origin": "*"},
        {"allow_origin": EVIL, "allow_credentials": True},
        {"allow_origin_pat": ".*"},
        {"disable_check_xsrf": True},
        {"tornado_settings": {"headers": {"Access-Control-Allow-Origin": "*"}}},
    ],
    ids=str,
)
async def test_refuses_other_websites_whatever_is_turned_off(site: Site) -> None:
    for person in (site.token, await site.cookies()):
        for foreign in (
            {"Origin": EVIL},
            {"Origin": "null"},
            {"Origin": f"http://{site.host}.evil.test"},
            {"Origin": f"http://{site.host}/"},
            {"Origin": f"file://{site.host}"},
            {"Origin": f"http://user@{site.host}"},
            {"Origin": "http://[::1"},
            {**site.own, "Sec-Fetch-Site": "cross-site"},
            {**site.own, "Sec-Fetch-Site": "same-site"},
            {"Sec-Fetch-Site": "none"},
        ):
            await refused(site, {**person, **foreign}, "foreign_origin")


@pytest.mark.parametrize("server_settings", [{"disable_check_xsrf": True, "token": ""}], ids=str)
async def test_refuses_calls_without_a_page_if_there_is_no_login(site: Site) -> None:
    await refused(site, {}, "token_required")
    await refused(site, {"Authorization": "token anything"}, "token_required")
    await refused(site, {"Origin": EVIL}, "foreign_origin")
    assert (await site.call(site.routes[0], site.own)).code == 200


NO_LOGIN = {"disable_check_xsrf": True, "token": "", "allow_remote_access": True}


# Situation: server without a token that is reachable from elsewhere | a website whose name resolves
# to it (DNS rebinding) | any request | none; `foreign_origin` | set a token, or name the host
@pytest.mark.parametrize("server_settings", [NO_LOGIN], ids=["no login"])
@pytest.mark.parametrize("host", ["evil.test", "evil.test:8888", "localhost.evil.test", "[::1"])
async def test_another_host_name_is_refused_without_a_login(site: Site, host: str) -> None:
    await refused(site, {"Host": host, "Origin": f"http://{host}"}, "foreign_origin")
    await refused(site, {"Host": host, "Sec-Fetch-Site": "same-origin"}, "foreign_origin")


@pytest.mark.parametrize(
    "server_settings",
    [{**NO_LOGIN, "local_hostnames": ["localhost", "lab.contoso.com"]}, NO_LOGIN],
    ids=["listed", "not listed"],
)
async def test_a_server_without_a_login_accepts_only_its_own_names(site: Site) -> None:
    listed = "lab.contoso.com" in site.app.local_hostnames
    for host, passes in [
        ("localhost:8888", True),
        ("127.0.0.1:8888", True),
        ("[::1]:8888", True),
        ("10.1.2.3", True),
        ("lab.contoso.com", listed),
    ]:
        answer = await site.call(site.routes[0], {"Host": host, "Origin": f"http://{host}"})
        assert answer.code == (200 if passes else 403), host
    site.app.custom_display_url = "https://lab.contoso.com/lab"
    own = {"Host": "lab.contoso.com", "Origin": "https://lab.contoso.com"}
    assert (await site.call(site.routes[0], own)).code == 200


@pytest.mark.parametrize("server_settings", [{"allow_remote_access": True}], ids=["login"])
async def test_any_host_name_is_accepted_if_users_log_in(site: Site) -> None:
    own = {"Host": "lab.contoso.com", "Origin": "https://lab.contoso.com"}
    assert (await site.call(site.routes[0], {**site.token, **own})).code == 200
    await refused(site, own, "forbidden")


BEHIND_PROXY: Final = {"Origin": "https://lab.contoso.com", "Sec-Fetch-Site": "same-origin"}
"""Headers of a page at a proxy that replaces Host, as dev tunnels and many ingresses do."""


# Situation: proxy that replaces Host | a page asks, with login and XSRF cookies | any request |
# served | none needed
@pytest.mark.parametrize(
    "server_settings",
    [
        {"allow_origin": "https://lab.contoso.com"},
        {"allow_origin": "https://lab.contoso.com", "disable_check_xsrf": True},
    ],
    ids=["allowed", "without Jupyter's XSRF check"],
)
async def test_serves_a_page_behind_a_proxy_that_replaces_host(site: Site) -> None:
    [finish] = [route for route in site.routes if route.endswith("/finish")]
    base = f"{site.app.base_url}azure-auth"
    cookies = await site.cookies()
    for route in site.routes:
        passed = 400 if fields_wanted(route.removeprefix(base)) else 200
        answer = await site.call(route, {**cookies, **BEHIND_PROXY})
        is_refused = route == finish or route.endswith("/terminal")
        assert answer.code == (403 if is_refused else passed), (route, answer.body)
    # The browser's word proves only that no other website asks.
    for headers in (site.token, {"Cookie": cookies["Cookie"]}, {**cookies, "X-XSRFToken": "x"}):
        await refused(site, {**headers, **BEHIND_PROXY}, "forbidden", without="/finish")
    origin = {"Origin": BEHIND_PROXY["Origin"]}
    await refused(site, {**cookies, **origin}, "foreign_origin")
    await refused(site, {**cookies, **origin, "Sec-Fetch-Site": "cross-site"}, "foreign_origin")


@pytest.mark.parametrize("server_settings", [NO_LOGIN], ids=["no login"])
async def test_a_server_without_a_login_trusts_no_replaced_host(site: Site) -> None:
    await refused(site, BEHIND_PROXY, "foreign_origin")


class DenyAzure(Authorizer):
    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return resource != "azure-auth"


@pytest.mark.parametrize("server_settings", [{"authorizer_class": DenyAzure}], ids=["denies"])
async def test_asks_the_authorizer(site: Site) -> None:
    await refused(site, site.token, "forbidden")


@pytest.mark.parametrize("method", VERBS)
async def test_refuses_every_other_verb(site: Site, method: str) -> None:
    for route in site.routes:
        for headers in ({}, site.token, {**site.token, "Origin": EVIL}):
            answer = await site.call(route, headers, method=method)
            assert answer.code == 405
            assert_sealed(answer)


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"text"', "[" * 9000, "\x00"])
async def test_refuses_a_body_that_is_not_a_json_object(site: Site, body: str) -> None:
    for route in site.routes:
        answer = await site.call(route, site.token, body)
        assert (answer.code, error(answer)) == (400, "invalid_message")


async def test_refuses_a_body_that_is_too_large(site: Site) -> None:
    for route in site.routes:
        answer = await site.call(route, site.token, json.dumps({"x": "y" * MAX_BODY_BYTES}))
        assert (answer.code, error(answer)) == (413, "too_large")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_refuses_requests_that_a_form_can_send(site: Site, kind: str) -> None:
    await refused(site, {**site.token, "Content-Type": kind}, "invalid_message", 415)


def test_also_compares_origins_exactly_behind_a_proxy() -> None:
    check_same_origin(HTTPHeaders({"Origin": "https://hub.contoso.com", "Host": "hub.contoso.com"}))
    with pytest.raises(APIError):
        check_same_origin(
            HTTPHeaders(
                {
                    "Origin": "https://hub.contoso.com",
                    "Host": "127.0.0.1:8888",
                    "X-Forwarded-Host": "hub.contoso.com",
                }
            )
        )
