"""A process's requests to its parent server: what it sends where, and when it sends nothing.

The server is a fake in this process.
"""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jupyter_azure_auth._error_catalog import PARENT_SERVER
from jupyter_azure_auth._models import TokenRequest
from jupyter_azure_auth.connection_file import (
    CONNECTION_VARIABLE,
    KEY_HEADER,
    ConnectionFile,
    write,
)
from jupyter_azure_auth.errors import describe
from jupyter_azure_auth.kernel.broker import AccountBinding, Broker
from jupyter_azure_auth.kernel.cache import TokenCache
from jupyter_azure_auth.kernel.parent_server.client import KernelRef, ask_parent_server
from jupyter_azure_auth.kernel.parent_server.reasons import describe_reason
from jupyter_azure_auth.kernel.protocol import Identity, IssuedToken, Refusal
from jupyter_azure_auth.kernel.request_flow import ServerUnavailable
from jupyter_azure_auth.kernel.wakeup import run
from test.kernel.fake_server import GIVEN, FakeServer, own_process
from test.kernel.notebook import ACCOUNT, CANARY, ROOT
from test.kernel.parent_server import ask, content, why
from test.server.process_access.certificate import fingerprint_of, make_certificate

SCOPE = "https://storage.azure.com/.default"
REQUEST = TokenRequest((SCOPE,), "contoso.com", "AzureCloud", "ada", enable_cae=True, claims="{}")
CALLER = KernelRef("k", "c", "r")


def test_sends_the_request_and_the_key_and_nothing_else(
    server: FakeServer, path: Path, environ: dict[str, str]
) -> None:
    write(path, content(server))
    token = ask(environ)
    assert isinstance(token, IssuedToken)
    assert (token.token, token.origin, token.identity) == (CANARY, "server", Identity("oid.tid"))
    assert token.expires_on == GIVEN["expires_on"]
    [(asked, headers, fields)] = server.asked
    assert asked == "/base/azure-auth/token"
    assert fields == {
        "scopes": [SCOPE],
        "tenant_id": "contoso.com",
        "cloud": "AzureCloud",
        "account": "oid.tid",
        "claims": "{}",
        "enable_cae": True,
        # The account that the code names, which is not always the one that the kernel is bound to.
        "kernel": {"id": "k", "comm_id": "c", "request_id": "r", "account": "ada"},
    }
    assert headers.pop("Content-Length")
    assert headers == {
        "Host": f"127.0.0.1:{server.port}",
        "Accept-Encoding": "identity",
        "Content-Type": "application/json",
        KEY_HEADER: "key",
    }


# Situation: Jupyter server | it answers with a token of another tenant | no page is open, a cell
# names a tenant | no token; the error names the tenant | leave out `tenant_id`, or upgrade
def test_a_token_of_another_tenant_is_rejected(
    server: FakeServer, path: Path, environ: dict[str, str]
) -> None:
    write(path, content(server))
    elsewhere = replace(REQUEST, tenant_id="11111111-2222-3333-4444-555555555555")
    answer = ask(environ, elsewhere)
    assert answer == ServerUnavailable("wrong_tenant", elsewhere.tenant_id)
    assert str(elsewhere.tenant_id) in describe_reason("wrong_tenant", elsewhere.tenant_id)


# Situation: Jupyter server | it answers with another account's token | no page is open, a
# credential has had a user's tokens | no token; `other_identity` | sign in as that user
def test_a_token_of_another_account_is_rejected(
    server: FakeServer, path: Path, environ: dict[str, str]
) -> None:
    write(path, content(server))
    for asked in ("other.tid", "bob@example.com"):
        answer = ask_parent_server(REQUEST, asked, CALLER, environ)
        assert answer == ServerUnavailable("other_identity")
    for asked in ("oid.tid", "ADA@example.com"):
        assert isinstance(ask_parent_server(REQUEST, asked, CALLER, environ), IssuedToken)


@pytest.mark.parametrize(
    ("account", "used", "code"),
    [
        (None, None, "not_signed_in"),
        ("ada@example.com", None, "not_signed_in"),
        (None, "oid.tid", "sign_in_unreachable"),
        ("ada@example.com", "oid.tid", "sign_in_unreachable"),
    ],
)
def test_a_process_is_told_which_sign_in_is_missing(  # noqa: PLR0917 (what it needs)
    server: FakeServer,
    path: Path,
    environ: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    account: str | None,
    used: str | None,
    code: str,
) -> None:
    write(path, content(server))
    server.answer = (401, b'{"code": "sign_in_required", "message": ""}')
    monkeypatch.setenv(CONNECTION_VARIABLE, environ[CONNECTION_VARIABLE])
    broker, binding = Broker(TokenCache(), None), AccountBinding()
    if used is not None:
        binding.bind(Identity(used), "server", broker.cache.epoch)
    outcome = run(broker.obtain(replace(REQUEST, account=account), binding, 60))
    assert isinstance(outcome, Refusal)
    assert outcome.code == code


def test_on_a_jupyterhub_the_token_of_the_users_server_is_the_key(
    server: FakeServer, path: Path, environ: dict[str, str]
) -> None:
    write(path, content(server, key=None))
    assert why(ask(environ)) == "no_hub_token"
    assert server.asked == []
    assert isinstance(ask({**environ, "JUPYTERHUB_API_TOKEN": "of-the-hub"}), IssuedToken)
    assert server.asked[0][1]["Authorization"] == "token of-the-hub"
    assert KEY_HEADER not in server.asked[0][1]


def test_a_proxy_in_the_environment_sees_nothing(
    server: FakeServer, path: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = FakeServer()
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{recorder.port}")
        monkeypatch.setenv(name.lower(), f"http://127.0.0.1:{recorder.port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    write(path, content(server))
    assert isinstance(ask(environ), IssuedToken)
    recorder.stop()
    assert recorder.asked == []


def test_follows_no_redirect(server: FakeServer, path: Path, environ: dict[str, str]) -> None:
    elsewhere = FakeServer()
    for status in (301, 302, 307, 308):
        server.answer = status, b"{}"
        server.headers = {"Location": f"http://127.0.0.1:{elsewhere.port}/azure-auth/token"}
        write(path, content(server))
        assert why(ask(environ)) == "invalid_answer"
    elsewhere.stop()
    assert elsewhere.asked == []


@pytest.mark.parametrize(
    ("status", "text", "reason"),
    [
        *[
            (400, json.dumps({"code": code, "message": CANARY}), code)
            for code in (
                "sign_in_required",
                "consent_required",
                "interaction_required",
                "refused",
                "unavailable",
                "bad_configuration",
                "failed",
                "forbidden",
                "shared_server",
                "multi_user_server",
                "too_many_requests",
            )
        ],
        *[
            (503, json.dumps({"code": "unavailable", "reason": cause}), reason)
            for cause, reason in (
                ("busy", "busy"),
                ("network", "network"),
                ("untrusted_certificate", "untrusted_certificate"),
                ("keychain", "keychain"),
                ("other_cloud", "other_cloud"),
                ("refused", "unavailable"),
                ({}, "unavailable"),
            )
        ],
        (404, json.dumps({"code": "not_found"}), "invalid_answer"),
        (500, CANARY, "invalid_answer"),
        (200, CANARY, "invalid_answer"),
        (200, json.dumps({"token": CANARY}), "invalid_answer"),
        (200, json.dumps({**GIVEN, "account": {}}), "invalid_answer"),
        (200, json.dumps({**GIVEN, "account": ACCOUNT, "more": "x" * 90_000}), "invalid_answer"),
        (200, "[" * 10_000, "invalid_answer"),
    ],
    ids=str,
)
def test_an_answer_without_a_token_becomes_a_reason(  # noqa: PLR0917 (a table)
    server: FakeServer, path: Path, environ: dict[str, str], status: int, text: str, reason: str
) -> None:
    server.answer = status, text.encode()
    write(path, content(server))
    assert why(ask(environ)) == reason


def test_a_server_that_is_silent_or_not_a_web_server(
    path: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jupyter_azure_auth.kernel.parent_server.client.READ_TIMEOUT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        write(
            path,
            ConnectionFile(
                **own_process(), url=f"http://127.0.0.1:{silent.getsockname()[1]}/", key="key"
            ),
        )
        assert why(ask(environ)) == "no_answer"


@pytest.fixture
def tls(tmp_path: Path) -> Iterator[tuple[FakeServer, str]]:
    file = make_certificate(tmp_path, "own")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, file.with_suffix(".key"))
    fake_server = FakeServer(context)
    yield fake_server, fingerprint_of(file)
    fake_server.stop()


def test_a_server_with_tls_has_to_show_its_own_certificate(
    tls: tuple[FakeServer, str], path: Path, environ: dict[str, str], tmp_path: Path
) -> None:
    server, certificate = tls
    url = f"https://127.0.0.1:{server.port}/"
    write(path, content(server, url=url, certificate=certificate))
    assert isinstance(ask(environ), IssuedToken)
    other = fingerprint_of(make_certificate(tmp_path, "other"))
    write(path, content(server, url=url, certificate=other))
    assert why(ask(environ)) == "wrong_certificate"
    assert len(server.asked) == 1
    write(path, content(server, url=url))
    assert why(ask(environ)) == "file_malformed", "https, and nothing to know it by"


def test_a_server_without_the_expected_tls(
    server: FakeServer, path: Path, environ: dict[str, str]
) -> None:
    write(path, content(server, certificate="0" * 64))
    assert why(ask(environ)) == "file_malformed"
    url = f"https://127.0.0.1:{server.port}/"
    write(path, content(server, url=url, certificate="0" * 64))
    assert why(ask(environ)) == "no_answer"
    assert server.asked == []


@pytest.mark.parametrize(
    "host", ["localhost", "example.com", "10.0.0.1", "[fe80::1]", "127.0.0.1.evil.test"]
)
def test_an_address_that_is_not_on_loopback(
    server: FakeServer, path: Path, environ: dict[str, str], host: str
) -> None:
    write(path, content(server, url=f"http://{host}:{server.port}/base/"))
    assert why(ask(environ)) == "not_on_loopback"
    assert server.asked == []


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://127.0.0.1:x/", "http://[::1", ""])
def test_an_invalid_address(
    server: FakeServer, path: Path, environ: dict[str, str], url: str
) -> None:
    write(path, content(server, url=url))
    assert why(ask(environ)) == "not_on_loopback"


@pytest.mark.parametrize(
    "unreachable",
    [
        "unix_socket",
        "not_on_loopback",
        "client_certificate",
        "unknown_certificate",
        "multi_user_server",
    ],
)
def test_a_server_that_says_why_it_cannot_be_asked(
    path: Path, environ: dict[str, str], unreachable: Any
) -> None:
    write(path, ConnectionFile(**own_process(), unreachable=unreachable))
    assert why(ask(environ)) == unreachable


def test_says_why_in_the_error_and_each_reason_is_explained() -> None:
    line = describe_reason("file_open_to_others")
    assert line in describe(Refusal("no_page", candidates=(line,)))
    documented = (ROOT / "docs/troubleshooting.md").read_text()
    missing = [code for code in PARENT_SERVER if f"`{code}`" not in documented]
    assert missing == []
