"""A process's requests to its parent server: what it sends where, and when it sends nothing.

The server is a fake in this process.
"""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from jupyter_azure_auth.connection_file import (
    CONNECTION_VARIABLE,
    KEY_HEADER,
    ConnectionFile,
    file_name,
    write,
)
from jupyter_azure_auth.errors import describe
from jupyter_azure_auth.kernel.flow import ServerUnavailable
from jupyter_azure_auth.kernel.parent_server.client import KernelRef, ask_parent_server
from jupyter_azure_auth.kernel.parent_server.reasons import REASONS, describe_reason
from jupyter_azure_auth.kernel.protocol import Identity, IssuedToken, Refusal, TokenRequest
from jupyter_azure_auth.process_start import process_start
from test.kernel.fake_server import GIVEN, FakeServer, own_process
from test.kernel.notebook import ACCOUNT, CANARY, ROOT
from test.server.process_access.certificate import fingerprint_of, make_certificate

SCOPE = "https://storage.azure.com/.default"
REQUEST = TokenRequest((SCOPE,), "contoso.com", "AzureCloud", "ada", enable_cae=True, claims="{}")
CALLER = KernelRef("k", "c", "r")


@pytest.fixture
def server() -> Iterator[FakeServer]:
    fake_server = FakeServer()
    yield fake_server
    fake_server.stop()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "runtime"
    folder.mkdir(mode=0o700)
    return folder / file_name(os.getpid())


@pytest.fixture
def environ(path: Path) -> dict[str, str]:
    """The environment of a process below this one."""
    return {CONNECTION_VARIABLE: str(path)}


def content(server: FakeServer, **more: Any) -> ConnectionFile:
    url = f"http://127.0.0.1:{server.port}/base/"
    return ConnectionFile(**{**own_process(), "url": url, "key": "key", **more})


def ask(
    environ: dict[str, str], request: TokenRequest = REQUEST
) -> IssuedToken | ServerUnavailable:
    return ask_parent_server(request, "oid.tid", CALLER, environ)


def why(answer: IssuedToken | ServerUnavailable) -> str:
    assert isinstance(answer, ServerUnavailable)
    assert answer.reason in REASONS
    return answer.reason


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
        "force": False,
        "enable_cae": True,
        "kernel": {"id": "k", "comm_id": "c", "request_id": "r"},
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
def test_a_token_of_another_tenant_is_not_taken(
    server: FakeServer, path: Path, environ: dict[str, str]
) -> None:
    write(path, content(server))
    elsewhere = replace(REQUEST, tenant_id="11111111-2222-3333-4444-555555555555")
    answer = ask(environ, elsewhere)
    assert answer == ServerUnavailable("wrong_tenant", elsewhere.tenant_id)
    assert str(elsewhere.tenant_id) in describe_reason("wrong_tenant", elsewhere.tenant_id)


# Situation: Jupyter server | it answers with another account's token | no page is open, a
# credential has had a user's tokens | no token; `other_identity` | sign in as that user
def test_a_token_of_another_account_is_not_taken(
    server: FakeServer, path: Path, environ: dict[str, str]
) -> None:
    write(path, content(server))
    for asked in ("other.tid", "bob@example.com"):
        answer = ask_parent_server(REQUEST, asked, CALLER, environ)
        assert answer == ServerUnavailable("other_identity")
    for asked in ("oid.tid", "ADA@example.com"):
        assert isinstance(ask_parent_server(REQUEST, asked, CALLER, environ), IssuedToken)


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
        assert why(ask(environ)) == "odd_answer"
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
                "several_people",
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
                ("refused", "unavailable"),
                ({}, "unavailable"),
            )
        ],
        (404, json.dumps({"code": "not_found"}), "odd_answer"),
        (500, CANARY, "odd_answer"),
        (200, CANARY, "odd_answer"),
        (200, json.dumps({"token": CANARY}), "odd_answer"),
        (200, json.dumps({**GIVEN, "account": {}}), "odd_answer"),
        (200, json.dumps({**GIVEN, "account": ACCOUNT, "more": "x" * 90_000}), "odd_answer"),
        (200, "[" * 10_000, "odd_answer"),
    ],
    ids=str,
)
def test_an_answer_without_a_token_becomes_a_reason(  # noqa: PLR0917 (a table)
    server: FakeServer, path: Path, environ: dict[str, str], status: int, text: str, reason: str
) -> None:
    server.answer = status, text.encode()
    write(path, content(server))
    assert why(ask(environ)) == reason


def test_a_server_that_is_silent_or_no_web_server(
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


def test_a_server_without_tls_where_there_should_be_some(
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
def test_an_address_that_is_none(
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
        "several_people",
    ],
)
def test_a_server_that_says_why_it_cannot_be_asked(
    path: Path, environ: dict[str, str], unreachable: Any
) -> None:
    write(path, ConnectionFile(**own_process(), unreachable=unreachable))
    assert why(ask(environ)) == unreachable


def test_a_file_that_is_not_this_users_alone(
    server: FakeServer, path: Path, environ: dict[str, str]
) -> None:
    write(path, content(server))
    path.chmod(0o644)
    assert why(ask(environ)) == "file_open_to_others"
    path.chmod(0o600)
    path.parent.chmod(0o755)
    assert why(ask(environ)) == "file_open_to_others"
    assert server.asked == []


def test_no_variable_or_no_file(path: Path, environ: dict[str, str]) -> None:
    assert why(ask({})) == "not_offered"
    assert why(ask({CONNECTION_VARIABLE: ""})) == "not_offered"
    assert why(ask({CONNECTION_VARIABLE: path.name})) == "file_malformed"
    assert why(ask(environ)) == "server_gone"


# Situation: process access | another user has put a file in the place of the server's, or a link
# is there | a process asks for a token | nothing is sent; the reason says why | restart the server
def test_a_file_of_another_user_and_a_link_in_its_place(
    server: FakeServer, path: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    target = path.with_name("elsewhere.json")
    write(target, content(server))
    path.symlink_to(target)
    assert why(ask(environ)) == "file_malformed"
    path.unlink()
    target.rename(path)
    assert isinstance(ask(environ), IssuedToken)
    own = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: own + 1)
    assert why(ask(environ)) == "file_of_others"
    assert len(server.asked) == 1


# Situation: process access | the server was killed, its file stayed, and its process id belongs to
# a later process that listens at its port, or to one of another host with this home folder | a
# process asks for a token | `server_gone`, nothing is sent | start a server
@pytest.mark.parametrize("which", ["dead", "reused", "another host"])
def test_a_file_whose_process_is_another_one_now(
    server: FakeServer, path: Path, environ: dict[str, str], which: str
) -> None:
    started = str(process_start(os.getpid()))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    others: dict[str, dict[str, Any]] = {
        "dead": {"pid": ended.pid},
        "reused": {"started": f"{started}0"},
        "another host": {"started": f"another-boot/{started.rpartition('/')[2]}"},
    }
    write(path, content(server, **others[which]))
    assert why(ask(environ)) == "server_gone"
    assert server.asked == []
    write(path, content(server))
    assert isinstance(ask(environ), IssuedToken)


def test_a_process_that_has_ended_has_no_start() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        started = process_start(other.pid)
        assert started == process_start(other.pid)
        assert started not in (None, process_start(os.getpid()))
        other.kill()
        os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
        assert process_start(other.pid) is None, "ended, and its parent does not know yet"
    assert process_start(other.pid) is None


LISTENS = """
import http.server, sys
server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
print(server.server_port, flush=True)
input()
"""


def test_another_process_that_listens_at_the_address(path: Path, environ: dict[str, str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LISTENS], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        port = int(other.stdout.readline())
        write(path, ConnectionFile(**own_process(), url=f"http://127.0.0.1:{port}/", key="key"))
        assert why(ask(environ)) == "other_listener"
        other.communicate(b"\n")


def test_a_system_that_does_not_tell_who_listens(
    server: FakeServer, path: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object) -> None:
        raise psutil.AccessDenied

    monkeypatch.setattr(psutil.Process, "net_connections", denied)
    write(path, content(server))
    assert why(ask(environ)) == "other_listener"
    assert server.asked == []


def test_says_why_in_the_error_and_each_reason_is_explained() -> None:
    line = describe_reason("file_open_to_others")
    assert line in describe(Refusal("no_page", candidates=(line,)))
    documented = (ROOT / "docs/troubleshooting.md").read_text()
    missing = [code for code in REASONS if f"`{code}`" not in documented]
    assert missing == []
