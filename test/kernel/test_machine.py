"""Managed identities, on an HTTP server of the test's own in the part of the machine."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from jupyter_azure_auth.kernel import machine
from jupyter_azure_auth.kernel.protocol import Request

if TYPE_CHECKING:
    from collections.abc import Iterator

STORAGE = Request(("https://storage.azure.com/.default",))
WORKLOAD = {"AZURE_FEDERATED_TOKEN_FILE": "f", "AZURE_TENANT_ID": "tid", "AZURE_CLIENT_ID": "c"}
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


@pytest.mark.parametrize(
    ("request_", "environ_", "fits"),
    [
        (STORAGE, {}, True),
        (Request(("s",), account="ada"), {}, False),
        (Request(("s",), tenant_id="tid"), {}, False),
        (Request(("s",), tenant_id="tid"), WORKLOAD, True),
        (Request(("s",), tenant_id="other"), WORKLOAD, False),
        (Request(("s",), tenant_id="tid"), {**WORKLOAD, "IDENTITY_ENDPOINT": "x"}, False),
        (Request(("s",), cloud="AzureCloud"), {}, True),
        (Request(("s",), cloud="AzureChinaCloud"), {}, False),
        (Request(("s",), cloud="Own"), {}, False),
        (
            Request(("s",), cloud="AzureUSGovernment"),
            {"AZURE_AUTHORITY_HOST": "login.microsoftonline.us"},
            True,
        ),
        (
            Request(("s",), cloud="AzureCloud"),
            {"AZURE_AUTHORITY_HOST": "https://login.microsoftonline.us/"},
            False,
        ),
    ],
)
def test_what_cannot_be_honoured_counts_as_not_there(
    request_: Request,
    environ_: dict[str, str],
    fits: bool,  # noqa: FBT001
) -> None:
    assert machine.fits(request_, environ_) is fits


def test_gets_the_token_of_the_machine(host: Machine, environ: dict[str, str]) -> None:
    token = machine.token(STORAGE, environ)
    assert token is not None
    assert (token.token, token.origin) == ("CANARY", "managed-identity")
    assert token.account is None
    (path, headers), *more = host.asked
    assert "resource=https" in path
    assert headers["X-IDENTITY-HEADER"] == "h"
    assert more == []


def test_the_identity_names_the_client_it_is_of(host: Machine, environ: dict[str, str]) -> None:
    plain = machine.token(STORAGE, environ)
    chosen = machine.token(STORAGE, {**environ, "AZURE_CLIENT_ID": "c"})
    assert plain is not None
    assert chosen is not None
    assert plain.identity != chosen.identity
    assert "client_id=c" in host.asked[1][0]


@pytest.mark.parametrize("body", ["SSO failure: CANARY", {"access_token": "CANARY"}])
def test_an_odd_answer_is_none_and_repeated_nowhere(
    host: Machine,
    environ: dict[str, str],
    caplog: pytest.LogCaptureFixture,
    body: object,
) -> None:
    host.body = body
    with caplog.at_level("INFO", "jupyter_azure_auth"):
        assert machine.token(STORAGE, environ) is None
    assert "No managed identity" in caplog.text
    assert "CANARY" not in caplog.text


def test_a_machine_outside_azure_has_none_at_once() -> None:
    begun = time.monotonic()
    assert machine.token(STORAGE, CLOSED) is None
    assert time.monotonic() - begun < 1


def test_the_probe_goes_by_no_proxy_and_without_the_header(
    host: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", host.url)
    assert machine.token(STORAGE, CLOSED) is None
    assert host.asked == []
    host.status = 403  # a proxy that answers for every address
    assert machine.token(STORAGE, {"AZURE_POD_IDENTITY_AUTHORITY_HOST": host.url}) is None
    ((_, headers),) = host.asked
    assert "Metadata" not in headers
