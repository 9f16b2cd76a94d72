"""Managed identities, on an HTTP server of the test's own in the part of the machine."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jupyter_azure_auth.machine.granted import Granted, Wish
from jupyter_azure_auth.machine.host import detect
from jupyter_azure_auth.machine.managed import ManagedIdentity
from jupyter_azure_auth.machine.reasons import NotUsedError

if TYPE_CHECKING:
    from collections.abc import Iterator

STORAGE = Wish(("https://storage.azure.com/.default",))
WORKLOAD = {
    "AZURE_AUTHORITY_HOST": "https://login.microsoftonline.com/",
    "AZURE_FEDERATED_TOKEN_FILE": "f",
    "AZURE_TENANT_ID": "tid",
    "AZURE_CLIENT_ID": "c",
}
CLOSED = {"AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://127.0.0.1:9"}


class Machine(ThreadingHTTPServer):
    """Answers everything alike, and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.status = 200
        self.body: object = {
            "access_token": "CANARY",
            "expires_on": str(int(time.time()) + 3600),
            "token_type": "Bearer",
        }
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class Answers(BaseHTTPRequestHandler):
    server: Machine

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        body = self.server.body
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Stay quiet."""


@pytest.fixture
def host() -> Iterator[Machine]:
    with Machine() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch, host: Machine) -> dict[str, str]:
    """App Service's variables, for us and for azure-identity."""
    named = {"IDENTITY_ENDPOINT": host.url, "IDENTITY_HEADER": "h"}
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    return named


def source(environ: dict[str, str]) -> ManagedIdentity:
    host = detect(environ, Path("/nowhere"))
    return ManagedIdentity(host.source, host, environ)


def ask(environ: dict[str, str]) -> Granted:
    return source(environ).token(STORAGE)


def refusal(environ: dict[str, str]) -> str:
    with pytest.raises(NotUsedError) as caught:
        ask(environ)
    return caught.value.not_used.code


@pytest.mark.parametrize(
    ("wish", "environ_", "code"),
    [
        (STORAGE, {}, None),
        (Wish(("s",), account="ada"), {}, "account_wanted"),
        (Wish(("s",), tenant_id="tid"), {}, "unknown_tenant"),
        (Wish(("s",), tenant_id="tid"), WORKLOAD, None),
        (Wish(("s",), tenant_id="other"), WORKLOAD, "other_tenant"),
        (STORAGE, {**WORKLOAD, "IDENTITY_ENDPOINT": "x"}, "not_set"),
        (
            Wish(("s",), tenant_id="tid"),
            {**WORKLOAD, "IDENTITY_ENDPOINT": "x", "IDENTITY_HEADER": "x"},
            "unknown_tenant",
        ),
        (STORAGE, {**WORKLOAD, "AZURE_CLIENT_ID": ""}, "not_set"),
        (Wish(("s",), cloud="AzureCloud"), {}, None),
        (Wish(("s",), cloud="AzureChinaCloud"), {}, "other_cloud"),
        (Wish(("s",), cloud="Own"), {}, "other_cloud"),
        (
            Wish(("s",), cloud="AzureUSGovernment"),
            {"AZURE_AUTHORITY_HOST": "login.microsoftonline.us"},
            None,
        ),
        (
            Wish(("s",), cloud="AzureCloud"),
            {"AZURE_AUTHORITY_HOST": "https://login.microsoftonline.us/"},
            "other_cloud",
        ),
    ],
)
def test_what_cannot_be_honoured_counts_as_not_there(
    wish: Wish, environ_: dict[str, str], code: str | None
) -> None:
    found = source(environ_).unfit(wish)
    assert (found and found.code) == code


def test_gets_the_token_of_the_machine(host: Machine, environ: dict[str, str]) -> None:
    granted = ask(environ)
    assert (granted.token, granted.token_type) == ("CANARY", "Bearer")
    assert "CANARY" not in repr(granted)
    (path, headers), *more = host.asked
    assert "resource=https" in path
    assert headers["X-IDENTITY-HEADER"] == "h"
    assert more == []


def test_the_identity_names_the_client_it_is_of(host: Machine, environ: dict[str, str]) -> None:
    plain = ask(environ)
    chosen = ask({**environ, "AZURE_CLIENT_ID": "c"})
    assert plain.account.id != chosen.account.id
    assert "client_id=c" in host.asked[1][0]


@pytest.mark.parametrize("body", ["SSO failure: CANARY", {"access_token": "CANARY"}])
def test_an_odd_answer_is_repeated_nowhere(
    host: Machine,
    environ: dict[str, str],
    caplog: pytest.LogCaptureFixture,
    body: object,
) -> None:
    host.body = body
    with caplog.at_level("INFO", "jupyter_azure_auth"), pytest.raises(NotUsedError) as caught:
        ask(environ)
    assert "No managed identity" in caplog.text
    assert "CANARY" not in caplog.text + str(caught.value)


def test_a_machine_outside_azure_has_none_at_once() -> None:
    begun = time.monotonic()
    assert refusal(CLOSED) == "not_azure"
    assert time.monotonic() - begun < 1


def test_the_probe_goes_by_no_proxy_and_without_the_header(
    host: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", host.url)
    assert refusal(CLOSED) == "not_azure"
    assert host.asked == []
    host.status = 403  # a proxy that answers for every address
    assert refusal({"AZURE_POD_IDENTITY_AUTHORITY_HOST": host.url}) == "proxied"
    ((_, headers),) = host.asked
    assert "Metadata" not in headers
