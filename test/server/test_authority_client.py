"""Requests to a faulty authority, over real connections."""

from __future__ import annotations

import json
import ssl
import time
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
import requests

from jupyter_azure_auth.server import authority_client
from jupyter_azure_auth.server.authority_client import AuthorityClient, AuthorityError
from test.server.faulty import HANG, RESET, faulty
from test.server.process_access.certificate import make_certificate

Turn = tuple[int, dict[str, str], str]
TOKEN = json.dumps({"access_token": "t"})
GOOD: Turn = (200, {}, TOKEN)
TRUNCATED: Turn = (200, {"Content-Length": "5000"}, TOKEN[:9])
CUT_OFF: Turn = (200, {}, TOKEN[:9])
RENEWAL = {"refresh_token": "r", "scope": "s"}
CODE = {"code": "c", "scope": "s"}


def busy(status: int, **headers: str) -> Turn:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return (status, sent, json.dumps({"error": "server_error"}))


class Clock:
    """A clock that advances only by sleeping."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(clock: Clock) -> AuthorityClient:
    return AuthorityClient(clock, clock.sleep)


# Situation: authority | one reset, 500, 503, 429 or truncated answer | first token, redemption of a
# code | the user's token | nothing to do
@pytest.mark.parametrize("data", [RENEWAL, CODE], ids=["renewal", "code"])
@pytest.mark.parametrize(
    "fault",
    [RESET, busy(500), busy(502), busy(503), (429, {}, "{}"), TRUNCATED, (503, {}, "<html>")],
    ids=str,
)
def test_a_transient_fault_is_retried(
    client: AuthorityClient, fault: Any, data: dict[str, str]
) -> None:
    with faulty(fault, GOOD) as server:
        assert client.post(server.url, data=data).text == TOKEN
        assert server.asked == 2


def test_a_fault_that_lasts_for_seconds_is_retried(client: AuthorityClient, clock: Clock) -> None:
    with faulty(RESET, busy(500), CUT_OFF, GOOD) as server:
        assert client.post(server.url, data=RENEWAL).text == TOKEN
    assert clock.slept == [0, 1.6, 3.2], "as azure-core does"


# Situation: authority | repeated 5xx, resets or garbage | any request | `unavailable` within 10 s,
# which says whether Azure is busy or the network is down | run the cell again
@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (RESET, "network"),
        ((200, {}, "<html>log in to the hotel's network"), "network"),
        ((302, {"Location": "http://127.0.0.1:9/"}, ""), "network"),
        (busy(500), "busy"),
        (busy(429), "busy"),
        ((400, {}, json.dumps({"error": "temporarily_unavailable"})), "busy"),
    ],
    ids=str,
)
def test_a_lasting_fault_is_reported_with_its_cause(
    client: AuthorityClient, clock: Clock, fault: Any, reason: str
) -> None:
    with faulty(*[fault] * 4) as server, pytest.raises(AuthorityError) as caught:
        client.post(server.url, data=RENEWAL)
    assert (caught.value.reason, str(caught.value)) == (reason, reason)
    assert sum(clock.slept) < 10


# Situation: authority | accepts a request and never answers | any request | `unavailable` after
# 10 s | run the cell again
def test_an_unanswered_request_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authority_client, "REQUEST_BUDGET_S", 0.3)
    with faulty(HANG) as server:
        with pytest.raises(AuthorityError, match="network"):
            AuthorityClient().post(server.url, data=RENEWAL)
        # The server may read the request only after the client has given up.
        assert server.hangs.wait(60)
    assert server.asked == 1


def test_a_refusal_is_an_answer(client: AuthorityClient) -> None:
    refusal = json.dumps({"error": "invalid_grant"})
    with faulty((400, {}, refusal)) as server:
        answer = client.post(server.url, data=RENEWAL)
    assert (answer.status_code, answer.text) == (400, refusal)
    with pytest.raises(requests.HTTPError):
        answer.raise_for_status()


@pytest.mark.parametrize("asks", ["3", None], ids=["seconds", "date"])
def test_does_as_retry_after_says(client: AuthorityClient, clock: Clock, asks: str | None) -> None:
    date = asks or formatdate(time.time() + 3, usegmt=True)
    with faulty(busy(503, Retry_After=date), GOOD) as server:
        assert client.post(server.url, data=RENEWAL).text == TOKEN
    assert clock.slept == [pytest.approx(3, abs=1.5)]


# Situation: authority | 429 with `Retry-After: 30` | first token | `unavailable` at once, and no
# second request for that resource before the 30 s have passed | run the cell again after that
def test_waits_as_long_as_retry_after_says(client: AuthorityClient, clock: Clock) -> None:
    with faulty(busy(429, Retry_After="30"), GOOD, GOOD) as server:
        for _ in range(3):
            with pytest.raises(AuthorityError, match="busy"):
                client.post(server.url, data=RENEWAL)
        assert (server.asked, clock.slept) == (1, [])
        client.post(server.url, data={**RENEWAL, "scope": "other"})
        clock.now += 25
        assert client.post(server.url, data=RENEWAL).text == TOKEN
        assert clock.slept == [5], "what is left of it is waited for"


@pytest.mark.parametrize("header", ["soon", "9" * 5000, "Mon, 99 Jan 0000 00:00:00 GMT"])
def test_ignores_an_invalid_retry_after(client: AuthorityClient, clock: Clock, header: str) -> None:
    with faulty(busy(503, Retry_After=header), GOOD) as server:
        assert client.post(server.url, data=RENEWAL).text == TOKEN
    assert clock.slept == [0]


def test_a_long_pause_is_limited_to_an_hour(client: AuthorityClient, clock: Clock) -> None:
    with faulty(busy(429, Retry_After="9" * 400), GOOD) as server:
        with pytest.raises(AuthorityError, match="busy"):
            client.post(server.url, data=RENEWAL)
        clock.now += authority_client.MAX_RETRY_AFTER_S
        assert client.post(server.url, data=RENEWAL).text == TOKEN


def test_an_accepted_code_is_not_redeemed_again(client: AuthorityClient) -> None:
    with faulty(CUT_OFF) as server, pytest.raises(AuthorityError, match="network"):
        client.post(server.url, data=CODE)
    assert server.asked == 1


def test_reports_the_lost_answer_and_not_the_redeemed_code(
    client: AuthorityClient,
) -> None:
    redeemed = {"error": "invalid_grant", "error_description": "AADSTS54005: already redeemed"}
    refusal: Turn = (400, {}, json.dumps(redeemed))
    with faulty(RESET, refusal) as server, pytest.raises(AuthorityError, match="network"):
        client.post(server.url, data=CODE)
    assert server.asked == 2


# Situation: network | a proxy inspects TLS with a CA that Python does not know | any request of the
# server | `unavailable`, which names REQUESTS_CA_BUNDLE | set it, and restart the server
def test_an_unknown_issuer_is_reported(client: AuthorityClient, tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path, "proxy")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    with faulty() as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        address = server.url.replace("http:", "https:")
        with pytest.raises(AuthorityError, match="untrusted_certificate"):
            client.post(address, data=RENEWAL)


def test_a_missing_ca_bundle_is_reported_like_an_unknown_issuer(
    client: AuthorityClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing.pem"))
    with pytest.raises(AuthorityError, match="untrusted_certificate"):
        client.get("https://127.0.0.1:9/")
