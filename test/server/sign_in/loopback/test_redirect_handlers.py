"""Requests to ``/``, which any client can send."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import pytest
from tornado.httpclient import HTTPResponse

from test.server.browser import FORM, Browser

WARNING = "Never send the address of this page to anyone"


@pytest.fixture
def azure_auth() -> dict[str, object]:
    return {}


def assert_warns(answer: HTTPResponse, status: int = 400) -> None:
    assert answer.code == status
    assert WARNING in answer.body.decode()
    assert_sealed(answer)


def assert_sealed(answer: HTTPResponse) -> None:
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"].split("; ")
    for part in ("default-src", "base-uri", "form-action", "frame-ancestors"):
        assert f"{part} 'none'" in policy
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


async def test_the_landing_page_runs_only_its_own_script(browser: Browser) -> None:
    pages = []
    for _ in range(2):
        begun = await browser.start()
        page = await browser.post_root(browser.authority.sign_in(begun["authorize_url"]))
        assert page.code == 200
        assert_sealed(page)
        policy = page.headers["Content-Security-Policy"]
        [nonce] = set(re.findall(r"'nonce-([\w-]{20,})'", policy))
        text = page.body.decode()
        assert text.count(f'<script nonce="{nonce}">') == text.count("<script") == 1
        assert "unsafe" not in policy
        assert f'fetch("{browser.app.base_url}azure-auth/loopback/finish"' in text
        assert "jupyter-azure-auth:proof" in text
        assert begun["proof"] not in text
        pages.append(re.sub(rf'{nonce}|receipt: "[\w-]+"', "", text))
    assert pages[0] == pages[1]


async def test_no_part_of_the_answer_is_on_the_page(browser: Browser) -> None:
    begun = await browser.start()
    answer = browser.authority.sign_in(begun["authorize_url"])
    hostile = "<script>alert(1)</script>"
    page = await browser.post_root({**answer, "error_description": hostile, hostile: hostile})
    assert page.code == 200
    for said in (hostile, answer["code"], answer["state"]):
        assert said not in page.body.decode()


@pytest.mark.parametrize("server_settings", [{"allow_remote_access": True}])
@pytest.mark.parametrize("host", ["evil.test", "127.0.0.1:8888", "localhost.evil.test", "[::1]"])
async def test_a_response_with_another_host_name_is_refused(browser: Browser, host: str) -> None:
    begun = await browser.start()
    answer = browser.authority.sign_in(begun["authorize_url"])
    assert_warns(await browser.post_root(answer, Host=host), 403)
    assert (await browser.post_root(answer)).code == 200


async def test_a_code_in_an_address_is_not_redeemed(
    browser: Browser, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    begun = await browser.start()
    answer = browser.authority.sign_in(begun["authorize_url"])
    path = f"/?code={answer['code']}&state={answer['state']}&client_info=a-stranger"
    for method in ("GET", "HEAD"):
        for headers in ({}, browser.headers):
            page = await browser.fetch(path, method=method, headers=headers)
            assert page.code == 400
            assert_sealed(page)
            assert "Location" not in page.headers
            if method == "GET":
                assert_warns(page)
    logged = caplog.text + "".join(capfd.readouterr())
    assert "400 GET /" in logged
    assert answer["code"] not in logged
    assert answer["state"] not in logged
    assert "a-stranger" not in logged
    assert browser.authority.redeemed == []
    assert (await browser.post_root(answer)).code == 200


async def test_an_address_from_another_person_gets_a_warning(browser: Browser) -> None:
    assert_warns(await browser.fetch("/?code=x&state=y"))
    assert_warns(await browser.fetch("/?state=y&code=x", headers=browser.headers))


# Situation: root of the port | an address with `code` or `error`, encoded or without `state` |
# a user opens a link | no token: a warning page, and no code in the log | close the page
@pytest.mark.parametrize(
    "query",
    [
        "code=CANARY",
        "%63ode=CANARY",
        "co%64%65=CANARY&session_state=x",
        "code=",
        "error=access_denied&code=CANARY",
        "%65rror=access_denied&error_description=CANARY",
        "x=y&code=CANARY&x=z",
    ],
)
async def test_an_answer_in_an_address_never_reaches_jupyter(
    browser: Browser, query: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for method in ("GET", "HEAD"):
        for headers in ({}, browser.headers):
            page = await browser.fetch(f"/?{query}", method=method, headers=headers)
            assert (page.code, page.headers.get("Location")) == (400, None)
    assert "CANARY" not in caplog.text


@pytest.mark.parametrize(
    "form",
    [{}, {"state": ""}, {"state": "unknown", "code": "x"}, {"code": "x"}, {"probe": "unknown"}],
    ids=str,
)
async def test_a_sign_in_that_was_not_started_here_gets_a_warning(
    browser: Browser, form: dict[str, str]
) -> None:
    await browser.start()
    assert_warns(await browser.post_root(form))
    assert browser.authority.redeemed == []


# Situation: Jupyter server | killed and restarted while its user is at the sign-in window |
# sign-in | no token: the window says what happened, instead of a bare 403 | sign in again
async def test_a_restarted_server_explains_the_failure(browser: Browser) -> None:
    coming_back = {"Origin": "null", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "cross-site"}
    page = await browser.post_root({"state": "of the server before", "code": "x"}, **coming_back)
    assert_warns(page)
    assert "server was restarted" in " ".join(page.body.decode().split())
    assert browser.authority.redeemed == []


async def test_a_repeated_field_counts_as_absent(browser: Browser) -> None:
    begun = await browser.start()
    answer = browser.authority.sign_in(begun["authorize_url"])
    body = f"state={answer['state']}&code=x&code=y"
    assert_warns(await browser.fetch("/", method="POST", headers=FORM, body=body))
    body = f"state={answer['state']}&code=%ff"
    assert_warns(await browser.fetch("/", method="POST", headers=FORM, body=body))


async def test_a_body_that_is_too_large_is_not_read(browser: Browser) -> None:
    begun = await browser.start()
    answer = browser.authority.sign_in(begun["authorize_url"])
    assert_warns(await browser.post_root({**answer, "code": "x" * 1024 * 1024}), 413)
    assert (await browser.post_root(answer)).code == 200


@pytest.mark.parametrize("jp_base_url", ["/", "/foo/"])
@pytest.mark.parametrize("pending", [True, False])
async def test_everything_else_falls_through_untouched(
    browser: Browser, jp_base_url: str, *, pending: bool
) -> None:
    """Compared with Jupyter's answers without the rules of this extension."""
    if pending:
        await browser.start()
    with_rules = [await seen(browser, *request) for request in FALLING]
    if not pending:
        with_rules.append(await seen(browser, "POST", "/", FORM["Content-Type"]))
    del browser.app.web_app.wildcard_router.rules[:2]
    without = [await seen(browser, *request) for request in FALLING]
    if not pending:
        without.append(await seen(browser, "POST", "/", FORM["Content-Type"]))
    assert with_rules == without


FALLING = [
    ("GET", "/", ""),
    ("GET", "/?state=x", ""),
    ("GET", "/lab?code=x&state=y", ""),
    ("GET", "/foo/?code=x&state=y", ""),
    ("POST", "/", "application/json"),
    ("POST", "/", "multipart/form-data"),
    ("POST", "/lab", FORM["Content-Type"]),
    ("PUT", "/", FORM["Content-Type"]),
    ("DELETE", "/", ""),
]


async def seen(browser: Browser, method: str, path: str, kind: str) -> tuple[Any, ...]:
    body = "state=x" if method in {"POST", "PUT"} else None
    headers = {"Content-Type": kind} if kind else {}
    answer = await browser.fetch(path, method=method, headers=headers, body=body)
    return answer.code, answer.headers.get("Location"), answer.headers.get("Content-Type")


async def test_a_probe_is_answered_once(browser: Browser) -> None:
    _, probe = await browser.ask("loopback/probe")
    assert set(probe) == {"probe", "answer"}
    own = {"Origin": "http://localhost:8888", "Sec-Fetch-Site": "same-origin"}
    answer = await browser.post_root({"probe": probe["probe"]}, **own)
    assert (answer.code, json.loads(answer.body)) == (200, {"answer": probe["answer"]})
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = await browser.post_root({"probe": probe["probe"]}, **own)
    assert again.code >= 400


async def test_another_website_cannot_use_up_a_probe(browser: Browser) -> None:
    _, probe = await browser.ask("loopback/probe")
    foreign = await browser.post_root({"probe": probe["probe"]}, Origin="https://evil.test")
    assert_warns(foreign, 403)
    assert (await browser.post_root({"probe": probe["probe"]})).code == 200
