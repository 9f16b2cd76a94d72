"""Whether a server has several users is decided once, for all routes."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any

import pytest
from tornado.web import RequestHandler

from jupyter_azure_auth.server.sharing import COLLABORATION_EXTENSIONS
from test.server.browser import SCOPE, Browser
from test.server.identity_endpoint.test_endpoint import get, variables, variables_of
from test.server.rules import gated_rule
from test.server.users import NamedUsers

DISTINCT_USERS: Any = {"identity_provider_class": NamedUsers}
KERNEL = {"id": "k-1", "comm_id": "c-1", "request_id": "r-1"}


@pytest.fixture
def azure_auth() -> dict[str, object]:
    return {}


@pytest.fixture
def page(browser: Browser, jp_http_port: int) -> Browser:
    """A browser with a page that sends the requests."""
    browser.headers["Origin"] = f"http://127.0.0.1:{jp_http_port}"
    return browser


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the variables that a JupyterHub sets for the server of one user."""
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "of-the-hub")
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")


@pytest.fixture
def with_kernels(hub: None, browser: Browser) -> Iterator[None]:
    yield
    rule = gated_rule(browser.app, "-endpoint")
    rule.target_kwargs["identity_endpoint"].close()


async def shared_and_sources(browser: Browser) -> tuple[bool, list[str]]:
    """Return what pages get: whether there are several users, and the sources."""
    _, answer = await browser.ask("config")
    return answer["shared"], [name for name in answer["sources"] if name == "azure-cli"]


async def test_a_server_with_one_token_has_one_user(browser: Browser) -> None:
    assert await shared_and_sources(browser) == (False, ["azure-cli"])


@pytest.mark.parametrize("server_settings", [DISTINCT_USERS], ids=["people"])
async def test_a_server_that_distinguishes_users_has_several_users(browser: Browser) -> None:
    assert await shared_and_sources(browser) == (True, [])


@pytest.mark.parametrize("name", sorted(COLLABORATION_EXTENSIONS))
async def test_a_server_with_a_collaboration_extension_has_several_users(
    browser: Browser, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    extension = SimpleNamespace(enabled=True)
    monkeypatch.setitem(browser.app.extension_manager.extensions, name, extension)
    assert await shared_and_sources(browser) == (True, [])
    extension.enabled = False
    assert await shared_and_sources(browser) == (False, ["azure-cli"])


async def test_a_server_with_collaborative_rooms_has_several_users(browser: Browser) -> None:
    web_app: Any = browser.app.web_app
    path = f"{browser.app.base_url}api/collaboration/room/(.*)"
    web_app.add_handlers(".*$", [(path, RequestHandler)])
    assert await shared_and_sources(browser) == (True, [])


@pytest.mark.parametrize("server_settings", [{}, DISTINCT_USERS], ids=["token", "people"])
@pytest.mark.parametrize("azure_auth", [{"shared": True}, {"shared": False}], ids=str)
async def test_the_administrators_setting_takes_precedence(
    browser: Browser, azure_auth: dict[str, bool]
) -> None:
    shared = azure_auth["shared"]
    assert await shared_and_sources(browser) == (shared, [] if shared else ["azure-cli"])


@pytest.mark.parametrize("azure_auth", [{"shared": True}], ids=str)
async def test_a_kernel_that_is_refused_is_logged_once(
    browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert (await browser.token(kernel=KERNEL))[1]["code"] == "shared_server"
    [said] = [one.getMessage() for one in caplog.records if one.levelno > logging.DEBUG]
    assert "was refused a token for https://" in said


# Situation: server on JupyterHub | the owner alone has opened it | no page answers a kernel | the
# owner's token, authorized by the Hub's own token | nothing to do
# Situation: server on JupyterHub | another user has opened it (`access:servers`) | no page
# answers a kernel | none: `shared_server` | the page of the user who runs the cell asks them
@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize("server_settings", [DISTINCT_USERS], ids=["hub"])
async def test_a_hubs_server_is_its_owners_until_another_user_is_admitted(browser: Browser) -> None:
    await browser.sign_in(scopes=[SCOPE])
    assert await shared_and_sources(browser) == (False, []), "all users share the machine"
    assert (await browser.token(kernel=KERNEL))[0] == 200
    # On any route: a user who can open a kernel's websocket can run code.
    eve = {**browser.headers, "X-Person": "eve"}
    status = f"{browser.app.base_url}api/status"
    assert (await browser.fetch(status, headers={"X-Person": "eve"})).code == 403
    assert await shared_and_sources(browser) == (False, []), "a user who is not let in runs nothing"
    assert (await browser.fetch(status, headers=eve)).code == 200
    assert await shared_and_sources(browser) == (True, [])
    assert (await browser.token(kernel=KERNEL))[1]["code"] == "shared_server"
    browser.headers = eve
    assert (await browser.token(kernel=KERNEL))[1]["code"] == "shared_server"


# Situation: server on JupyterHub | another user has opened it (`access:servers`) | a kernel
# with
# the owner's variables asks the identity endpoint | refused | nothing to do
@pytest.mark.usefixtures("hub", "with_kernels")
@pytest.mark.parametrize(
    "server_settings", [{**DISTINCT_USERS, "allow_remote_access": True}], ids=["hub"]
)
async def test_on_a_hub_it_serves_the_owner_until_another_user_is_admitted(
    browser: Browser,
) -> None:
    await browser.sign_in(scopes=[SCOPE])
    environ = await variables(browser)
    assert (await get(browser, environ)).code == HTTPStatus.OK
    # For terminals, and for kernels that run already.
    _, given = await browser.ask("terminal")
    assert (await get(browser, given["variables"])).code == HTTPStatus.OK
    ada, eve = browser.headers, {**browser.headers, "X-Person": "eve"}
    browser.headers = {**ada, "Host": "hub.example"}
    assert (await browser.ask("terminal"))[1]["code"] == "not_on_loopback"
    browser.headers = eve
    assert (await browser.ask("terminal"))[1]["code"] == "forbidden"
    browser.headers = ada
    assert await browser.ask("terminal") == (200, {"variables": {}})
    refused = await get(browser, environ)
    assert (refused.code, json.loads(refused.body)["code"]) == (
        HTTPStatus.BAD_REQUEST,
        "shared_server",
    )
    assert variables_of(browser, await browser.app.kernel_manager.start_kernel()) == {}


# Situation: server with several users | a cell sends what a page would, with the server's token | a
# token or a code is requested | none: `forbidden`, and logged | the page asks its user
@pytest.mark.parametrize(
    "server_settings", [DISTINCT_USERS, {**DISTINCT_USERS, "disable_check_xsrf": True}], ids=str
)
@pytest.mark.parametrize("claim", ["Origin", "Sec-Fetch-Site"])
async def test_a_caller_cannot_claim_to_be_a_page(
    browser: Browser, jp_http_port: int, claim: str, caplog: pytest.LogCaptureFixture
) -> None:
    await browser.sign_in(scopes=[SCOPE])
    claims = {"Origin": f"http://127.0.0.1:{jp_http_port}", "Sec-Fetch-Site": "same-origin"}
    kernel = {**browser.headers, claim: claims[claim]}
    await browser.log_in(jp_http_port)
    page = browser.headers
    without_xsrf = {name: page[name] for name in page if name != "X-XSRFToken"}
    bearer = kernel | {"Authorization": kernel["Authorization"].replace("token", "Bearer")}
    for browser.headers in (kernel, without_xsrf):
        assert (await browser.token())[1]["code"] == "forbidden"
        assert (await browser.ask("device-code/start", scopes=[]))[1]["code"] == "forbidden"
        assert (await browser.ask("session"))[1]["code"] == "forbidden"
    browser.headers = bearer
    assert (await browser.token())[1]["code"] == "shared_server"
    assert (await browser.ask("device-code/start", scopes=[]))[1]["code"] == "page_required"
    path = f"{browser.app.base_url}azure-auth/token?token={browser.app.identity_provider.token}"
    headers = {claim: claims[claim], "Content-Type": "application/json"}
    answer = await browser.fetch(path, method="POST", headers=headers, body="{}")
    assert answer.code == 403
    assert "was refused a token for https://storage.azure.com" in caplog.text


@pytest.mark.parametrize("server_settings", [DISTINCT_USERS], ids=["people"])
async def test_the_cookies_identify_a_pages_user(
    browser: Browser, jp_http_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    token = browser.headers
    await browser.log_in(jp_http_port)
    await browser.sign_in(scopes=[SCOPE])
    # JupyterLab sends a token in addition to its cookies if it knows one, as on a JupyterHub.
    for more in ({}, token, {"Authorization": "token unknown"}):
        browser.headers |= more
        code, issued = await browser.token()
        assert code == 200
        assert (await browser.ask("device-code/start", scopes=[]))[0] == 200
    assert caplog.text.count("A page was given a token for https://storage.azure.com.") == 3
    assert caplog.text.count("A page was given a code to sign in to Azure.") == 3
    assert issued["token"] not in caplog.text


async def test_on_a_single_user_server_a_token_is_sufficient_and_logged(
    page: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    """A kernel could log in there too, so this is not a security boundary."""
    caplog.set_level(logging.INFO)
    await page.sign_in(scopes=[SCOPE])
    assert (await page.token())[0] == 200
    assert (await page.ask("device-code/start", scopes=[]))[0] == 200
    assert "A page was given a token for https://storage.azure.com." in caplog.text
    assert "A page was given a code to sign in to Azure." in caplog.text
