"""The endpoint of a real server, asked by real SDKs and kernels."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPResponse

from jupyter_azure_auth.ambient.hosts import detect_host
from jupyter_azure_auth.server.identity_endpoint import endpoint as endpoint_module
from test.server.browser import OTHER_SCOPE, SCOPE, Browser, asked_scopes
from test.server.persistence.test_manager import restart
from test.server.rules import gated_rule

QUERY = "api-version=2019-08-01&resource=https://storage.azure.com"

UNMODIFIED = """
import json
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import DefaultAzureCredential
try:
    token = DefaultAzureCredential().get_token("https://storage.azure.com/.default")
    print(json.dumps({"token": token.token, "expires_on": token.expires_on}))
except ClientAuthenticationError as error:
    print(json.dumps({"error": str(error)}))
"""


@pytest.fixture
def azure_auth() -> dict[str, object]:
    return {}


@pytest.fixture(autouse=True)
def closed(browser: Browser) -> Iterator[None]:
    """Close the listener, as the end of the server's process does."""
    yield
    rule = gated_rule(browser.app, "-endpoint")
    rule.target_kwargs["identity_endpoint"].close()


async def variables(browser: Browser) -> dict[str, str]:
    """Turn the switch on, and return the variables of a kernel that has started since."""
    assert await browser.ask("identity-endpoint", enabled=True) == (
        200,
        {"enabled": True, "offered": False, "obstacle": None, "message": None},
    )
    return variables_of(browser, await browser.app.kernel_manager.start_kernel())


def variables_of(browser: Browser, kernel_id: str) -> dict[str, str]:
    kernel: Any = browser.app.kernel_manager.get_kernel(kernel_id)
    environ = kernel._launch_args.get("env", {})
    names = ("IDENTITY_ENDPOINT", "IDENTITY_HEADER", "AZURE_MSI_ENDPOINT")
    return {name: environ[name] for name in names if name in environ}


async def run_sdk(environ: dict[str, str]) -> Any:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", UNMODIFIED),
        env={**os.environ, "AZURE_CONFIG_DIR": "/nowhere", **environ},
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    return json.loads(output)


async def get(browser: Browser, environ: dict[str, str], **more: Any) -> HTTPResponse:
    url = f"{environ['IDENTITY_ENDPOINT']}?{more.pop('query', QUERY)}"
    headers = {"X-IDENTITY-HEADER": environ["IDENTITY_HEADER"], **more.pop("headers", {})}
    client = AsyncHTTPClient(force_instance=True)
    return await client.fetch(url, raise_error=False, headers=headers, **more)


async def test_an_unmodified_sdk_has_the_users_token(
    browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await browser.sign_in(scopes=[SCOPE])
    environ = await variables(browser)
    answer = await run_sdk(environ)
    token = (await browser.token())[1]["token"]
    assert answer["token"] == token
    assert time.time() < answer["expires_on"] <= time.time() + 600
    response = await get(browser, environ)
    assert (response.code, response.headers["Cache-Control"]) == (200, "no-store")
    assert "Etag" not in response.headers
    await browser.ask("sign-out")
    assert (
        "You are not signed in to Azure on this Jupyter server" in (await run_sdk(environ))["error"]
    )
    log = caplog.text
    assert token not in log
    assert environ["IDENTITY_HEADER"] not in log


async def test_kernels_have_variables_while_the_switch_is_on(browser: Browser) -> None:
    await browser.sign_in(scopes=[SCOPE])
    manager: Any = browser.app.kernel_manager
    before = await manager.start_kernel()
    environ = await variables(browser)
    assert set(environ) == {"IDENTITY_ENDPOINT", "IDENTITY_HEADER", "AZURE_MSI_ENDPOINT"}
    # For the next start of its process, also if it dies.
    assert set(variables_of(browser, before)) == set(environ)
    assert "IDENTITY_HEADER" not in os.environ
    second = await manager.start_kernel()
    other = variables_of(browser, second)
    assert other["IDENTITY_HEADER"] != environ["IDENTITY_HEADER"]
    await manager.restart_kernel(second)
    assert variables_of(browser, second) == other
    await manager.restart_kernel(before)
    assert set(variables_of(browser, before)) == set(environ)
    assert (await get(browser, other)).code == 200
    await manager.shutdown_kernel(second, now=True)
    assert (await get(browser, other)).code == 400
    assert (await get(browser, environ)).code == 200
    await browser.ask("identity-endpoint", enabled=False)
    assert variables_of(browser, await manager.start_kernel()) == {}
    await manager.restart_kernel(before)
    assert variables_of(browser, before) == {}
    # The listener is gone.
    with pytest.raises(ConnectionRefusedError):
        await get(browser, environ)


async def test_only_get_with_the_secret_is_answered(browser: Browser) -> None:
    await browser.sign_in(scopes=[SCOPE])
    environ = await variables(browser)
    for secret in ("", "wrong", "kéy"):
        wrong = await get(browser, {**environ, "IDENTITY_HEADER": secret})
        assert (wrong.code, b"access_token" in wrong.body) == (400, False)
    assert (await get(browser, environ, method="POST", body="")).code == 405
    url = environ["IDENTITY_ENDPOINT"].removesuffix("/token")
    assert (await get(browser, {**environ, "IDENTITY_ENDPOINT": url})).code == 404
    for headers in ({"Origin": "https://evil.test"}, {"Host": "evil.test"}, {"Via": "1.1 p"}):
        refused = await get(browser, environ, headers=headers)
        assert (refused.code, b"access_token" in refused.body) == (400, False)
    named = await get(browser, environ, query=f"{QUERY}&client_id=x")
    assert "names a managed identity" in json.loads(named.body)["message"]
    # The routes of Jupyter do not have it.
    path = f"{browser.app.base_url}jupyter-azure-auth/token?{QUERY}"
    assert (await browser.fetch(path, headers=browser.headers)).code == 404


# Consumer: Hadoop ABFS (its request, replayed) | switch, with a configured address | gets a token
async def test_hadoop_sends_the_secret_in_the_path(
    browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await browser.sign_in(scopes=[SCOPE])
    environ = await variables(browser)
    client = AsyncHTTPClient(force_instance=True)
    # AzureADAuthenticator.getTokenFromMsi, which adds nothing else.
    query = "api-version=2018-02-01&resource=https%3A%2F%2Fstorage.azure.com%2F"
    for secret, metadata, code in (
        (environ["IDENTITY_HEADER"], "true", 200),
        (environ["IDENTITY_HEADER"], "false", 400),
        ("wrong", "true", 400),
    ):
        url = f"{environ['IDENTITY_ENDPOINT']}/{secret}?{query}"
        headers = {"Metadata": metadata}
        response = await client.fetch(url, raise_error=False, headers=headers)
        assert (response.code, b"access_token" in response.body) == (code, code == 200)
    assert environ["IDENTITY_HEADER"] not in caplog.text


async def test_one_request_for_callers_that_ask_together(browser: Browser) -> None:
    await browser.sign_in(scopes=[SCOPE])
    environ = await variables(browser)
    before = len(browser.authority.redeemed)
    query = QUERY.replace("storage.azure.com", "vault.azure.net")
    answers = await asyncio.gather(*[get(browser, environ, query=query) for _ in range(8)])
    assert [answer.code for answer in answers] == [200] * 8
    assert [OTHER_SCOPE in scope for scope in asked_scopes(browser)[before:]] == [True]


async def test_never_waits_long(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    await browser.sign_in(scopes=[SCOPE])
    environ = await variables(browser)
    browser.authority.gate.clear()
    query = QUERY.replace("storage.azure.com", "vault.azure.net")
    with monkeypatch.context() as patch:
        patch.setattr(endpoint_module, "ANSWER_TIMEOUT_S", 0.01)
        slow = await get(browser, environ, query=query)
    browser.authority.gate.set()
    assert "did not answer in time" in json.loads(slow.body)["message"]
    assert (await get(browser, environ, query=query)).code == 200


@pytest.mark.parametrize("answer", [True, False])
async def test_the_switch_is_offered_once_and_remembered_for_this_server(
    browser: Browser, *, answer: bool
) -> None:
    state = (await browser.ask("identity-endpoint"))[1]
    assert (state["enabled"], state["offered"]) == (False, True)
    for enabled in (answer, not answer):
        await browser.ask("identity-endpoint", enabled=enabled)
        restart(browser.app)
        state = (await browser.ask("identity-endpoint"))[1]
        assert (state["enabled"], state["offered"]) == (enabled, False)


@pytest.mark.parametrize(
    ("azure_auth", "obstacle"),
    [
        ({"identity_endpoint": "never"}, "never"),
        ({"identity_endpoint": "always", "shared": True}, "shared_server"),
    ],
)
async def test_an_obstacle_is_named_and_nothing_is_set(browser: Browser, obstacle: str) -> None:
    code, body = await browser.ask("identity-endpoint", enabled=True)
    assert (code, body["enabled"], body["obstacle"]) == (200, False, obstacle)
    assert body["offered"] is False
    assert variables_of(browser, await browser.app.kernel_manager.start_kernel()) == {}


async def test_a_restarted_kernel_keeps_the_identity_of_its_host(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDENTITY_ENDPOINT", "http://127.0.0.1:9/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "of-the-host")
    manager: Any = browser.app.kernel_manager
    kernel_id = await manager.start_kernel()
    await manager.restart_kernel(kernel_id)
    assert variables_of(browser, kernel_id) == {
        "IDENTITY_ENDPOINT": "http://127.0.0.1:9/msi/token",
        "IDENTITY_HEADER": "of-the-host",
    }


@pytest.mark.parametrize("azure_auth", [{"identity_endpoint": "always"}])
async def test_the_setting_always_needs_no_switch(browser: Browser, tmp_path: Any) -> None:
    environ = variables_of(browser, await browser.app.kernel_manager.start_kernel())
    assert (await get(browser, environ)).code == 400
    await browser.sign_in(scopes=[SCOPE])
    assert (await get(browser, environ)).code == 200
    # A kernel's own ambient lookup must not take the user for its machine.
    assert detect_host(environ, tmp_path).protocol == "parent-server"
