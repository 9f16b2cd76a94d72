"""Process access with the key of the connection file: for the processes below this server only."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from jupyter_server.auth import Authorizer
from jupyter_server.auth.identity import IdentityProvider, PasswordIdentityProvider, User
from tornado.httputil import HTTPHeaders

from jupyter_azure_auth.connection_file import KEY_HEADER
from jupyter_azure_auth.server.process_access.rate_limiter import BURST
from jupyter_azure_auth.server.process_access.token_route import check_loopback
from jupyter_azure_auth.server.routes.base import APIError
from test.server.browser import SCOPE, Browser
from test.server.process_access.conftest import KERNEL, Caller


async def test_the_key_alone_gives_access_to_a_token(caller: Caller, browser: Browser) -> None:
    assert await caller.ask() == (
        401,
        {"code": "sign_in_required", "message": "No user is signed in to Azure."},
    )
    await browser.sign_in(scopes=[SCOPE])
    settings: Any = browser.app.web_app.settings
    active = settings["api_last_activity"]
    code, body = await caller.ask()
    assert settings["api_last_activity"] == active, "or a loop keeps an idle server running"
    assert (code, body["token"]) == (200, (await browser.token())[1]["token"])


# Situation: user's sign-in at the server | Azure has ended it | a fresh kernel's first token |
# sign_in_ended, which is not the same as no sign-in | sign in from the panel
async def test_an_ended_sign_in_differs_from_none(
    caller: Caller, browser: Browser, jp_http_port: int
) -> None:
    await browser.sign_in()
    browser.authority.refuse(
        "invalid_grant", suberror="bad_token", error_description="AADSTS700082: It has ended."
    )
    for _ in range(2):
        code, body = await caller.ask()
        assert (code, body["code"], body["detail"]) == (401, "sign_in_ended", "AADSTS700082")
    await browser.log_in(jp_http_port)
    assert (await browser.token())[1]["code"] == "sign_in_required", "pages know by the session"
    await browser.ask("sign-out")
    assert (await caller.ask())[1]["code"] == "sign_in_required"


@pytest.mark.parametrize("key", ["", "wrong", "kéy"])
async def test_refuses_another_key(caller: Caller, key: str) -> None:
    await caller.refused("forbidden", headers={KEY_HEADER: key})


async def test_refuses_a_wrong_key_from_a_logged_in_user(caller: Caller, browser: Browser) -> None:
    await browser.sign_in(scopes=[SCOPE])
    await caller.refused("forbidden", headers={**browser.headers, KEY_HEADER: "wrong"})


async def test_the_key_opens_no_other_route(caller: Caller) -> None:
    for route in ("grants", "config", "persist", "restore", "loopback/start", "token/"):
        answer = await caller.fetch(route)
        assert answer.code in {403, 404}, route
    for path in ("api/kernels", "api/contents"):
        url = f"{caller.browser.app.base_url}{path}"
        answer = await caller.browser.fetch(url, headers=caller.headers)
        assert answer.code == 403


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH"])
async def test_refuses_every_other_verb(caller: Caller, method: str) -> None:
    await caller.refused("method_not_allowed", 405, method=method)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Mode": "cors"},
        {"Sec-Fetch-Dest": "empty"},
    ],
    ids=str,
)
@pytest.mark.parametrize("server_settings", [{"allow_origin": "*"}], ids=str)
async def test_refuses_browsers_of_any_origin(caller: Caller, headers: dict[str, str]) -> None:
    await caller.refused("foreign_origin", headers=headers)


async def test_refuses_a_page_of_this_server(caller: Caller) -> None:
    await caller.refused("foreign_origin", headers={"Origin": f"http://{caller.headers['Host']}"})


@pytest.mark.parametrize("server_settings", [{"allow_remote_access": True}], ids=str)
@pytest.mark.parametrize(
    "host", ["evil.test", "evil.test:8888", "10.0.0.1", "localhost.evil.test", "[::1"]
)
async def test_refuses_another_host_whatever_is_allowed(caller: Caller, host: str) -> None:
    await caller.refused("not_on_loopback", headers={"Host": host})


@pytest.mark.parametrize(
    ("host", "remote_ip"),
    [("127.0.0.1:8888", "127.0.0.1"), ("[::1]:8888", "::1"), ("localhost", "127.0.0.1")],
)
def test_accepts_requests_from_loopback(host: str, remote_ip: str) -> None:
    check_loopback(HTTPHeaders({"Host": host}), remote_ip)


@pytest.mark.parametrize(
    ("host", "remote_ip"),
    [
        ("127.0.0.1:8888", "10.0.0.7"),
        ("127.0.0.1:8888", ""),
        ("127.0.0.1:8888", None),
        ("", "127.0.0.1"),
    ],
)
def test_refuses_callers_from_elsewhere(host: str, remote_ip: str | None) -> None:
    with pytest.raises(APIError):
        check_loopback(HTTPHeaders({"Host": host}), remote_ip)


@pytest.mark.parametrize(
    "kernel",
    [
        "k",
        {},
        {**KERNEL, "id": ""},
        {**KERNEL, "comm_id": "a b"},
        {**KERNEL, "request_id": 1},
        {**KERNEL, "id": "x" * 129},
    ],
    ids=str,
)
async def test_a_malformed_kernel_is_refused(
    caller: Caller, browser: Browser, kernel: object
) -> None:
    await browser.sign_in(scopes=[SCOPE])
    await caller.refused("invalid_message", 400, fields={"kernel": kernel})


async def test_applies_the_common_request_checks(caller: Caller) -> None:
    await caller.refused("invalid_message", 400, fields={"scopes": []})
    await caller.refused("invalid_message", 415, headers={"Content-Type": "text/plain"})


class NamedUsers(IdentityProvider):
    """Distinguishes its users, like JupyterHub's."""

    def get_user(self, handler: Any) -> Any:
        name = handler.request.headers.get("X-Person")
        return None if name is None else User(username=name)

    def is_token_authenticated(self, handler: Any) -> bool:
        return "Authorization" in handler.request.headers


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "of-the-hub")
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize(
    "server_settings", [{"identity_provider_class": NamedUsers}], ids=["people"]
)
async def test_opens_no_sign_in_on_a_server_that_distinguishes_users(
    caller: Caller, browser: Browser
) -> None:
    browser.headers = {"X-Person": "ada", "Authorization": "token of-the-hub"}
    await browser.sign_in(scopes=[SCOPE])
    await caller.refused("multi_user_server")
    await caller.refused("multi_user_server", headers=browser.headers)
    # Like a kernel of JupyterHub, with the token of its user's server.
    assert (await browser.token(kernel=KERNEL))[0] == 200
    browser.headers = {"X-Person": "eve", "Authorization": "token of-the-hub"}
    assert (await browser.token(kernel=KERNEL))[1]["code"] == "shared_server"
    assert (await browser.ask("grants"))[1]["grants"] == []
    browser.headers = {"X-Person": "ada", "Authorization": "token of-the-hub"}
    assert len((await browser.ask("grants"))[1]["grants"]) == 1


@pytest.mark.parametrize(
    "server_settings", [{"identity_provider_class": PasswordIdentityProvider}], ids=["password"]
)
async def test_a_server_with_a_password_has_one_owner(caller: Caller, browser: Browser) -> None:
    await browser.sign_in(scopes=[SCOPE])
    assert (await caller.ask())[0] == 200


class DenyAzure(Authorizer):
    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return resource != "azure-auth"


@pytest.mark.parametrize("server_settings", [{"authorizer_class": DenyAzure}], ids=["denies"])
async def test_asks_the_authorizer(caller: Caller) -> None:
    await caller.refused("forbidden")


@pytest.mark.parametrize("extension", ["jupyter_server_ydoc", "jupyter_collaboration"])
async def test_refuses_on_a_server_with_several_users_and_logs_it(
    caller: Caller,
    extension: str,
    jp_http_port: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    browser = caller.browser
    await browser.sign_in(scopes=[SCOPE])
    collaboration = type("Package", (), {"enabled": True, "extension_points": {}})()
    monkeypatch.setitem(browser.app.extension_manager.extensions, extension, collaboration)
    with caplog.at_level(logging.INFO):
        await caller.refused("shared_server")
        assert (await browser.token(kernel=KERNEL))[1]["code"] == "shared_server"
        assert (await browser.token())[1]["code"] == "shared_server"
    assert "Kernel k-1 was refused a token for https://storage.azure.com" in caplog.text
    assert (await browser.ask("grants"))[1]["grants"] == []
    await browser.log_in(jp_http_port)
    # The sign-in from before belongs to no browser.
    assert (await browser.token())[1]["code"] == "sign_in_required"
    await browser.sign_in(scopes=[SCOPE])
    assert (await browser.token())[0] == 200, "a page asks its user itself"
    collaboration.enabled = False
    assert (await caller.ask())[0] == 200


async def test_logs_which_caller_got_which_token_without_the_token(
    caller: Caller, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    await browser.sign_in(scopes=[SCOPE])
    with caplog.at_level(logging.DEBUG):
        _, body = await caller.ask()
    assert "Kernel k-1 was given a token for https://storage.azure.com." in caplog.text
    assert body["token"] not in caplog.text
    assert caller.headers[KEY_HEADER] not in caplog.text


# Situation: process access | a program invents a kernel id for each request | 61 requests at once |
# `too_many_requests` for this user's kernels, not for its pages | it is answered again in seconds
async def test_limits_the_requests_of_an_owner(
    caller: Caller, browser: Browser, monkeypatch: pytest.MonkeyPatch, jp_http_port: int
) -> None:
    # Otherwise the bucket refills during the requests if the machine is slow.
    monkeypatch.setattr(caller.token_service._rate_limiter, "_per_second", 0)
    await browser.sign_in(scopes=[SCOPE])
    names = [{**KERNEL, "id": f"made-up-{number}"} for number in range(BURST)]
    codes = [(await caller.ask(kernel=kernel))[0] for kernel in names]
    assert codes == [200] * BURST
    for kernel in (names[0], KERNEL, {**KERNEL, "id": "made-up"}):
        await caller.refused("too_many_requests", 429, fields={"kernel": kernel})
    assert (await browser.token())[1]["code"] == "too_many_requests"
    browser.headers["Origin"] = f"http://127.0.0.1:{jp_http_port}"
    assert (await browser.token())[0] == 200
