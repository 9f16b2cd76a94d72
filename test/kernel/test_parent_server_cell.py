"""A real kernel without a page, and a fake server in the process that started it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from jupyter_azure_auth.connection_file import (
    CONNECTION_VARIABLE,
    ConnectionFile,
    file_name,
    write,
)
from test.kernel.fake_server import MACHINE, FakeServer, own_process
from test.kernel.notebook import ACCOUNT, CANARY, Notebook

SCOPE = "https://storage.azure.com/.default"


@pytest.fixture
def server() -> Iterator[FakeServer]:
    fake_server = FakeServer()
    yield fake_server
    fake_server.stop()


def content(server: FakeServer) -> ConnectionFile:
    return ConnectionFile(**own_process(), url=f"http://127.0.0.1:{server.port}/", key="key")


ASK = "print(credential.get_token('{}').token)"


@pytest.fixture
def runtime(tmp_path: Path) -> Path:
    """The path of the connection file."""
    folder = tmp_path / "runtime"
    folder.mkdir(mode=0o700)
    return folder / file_name(os.getpid())


@pytest.fixture
def below(fresh: Callable[..., Notebook], runtime: Path) -> Callable[..., Notebook]:
    """Kernels that the server has started."""
    return partial(fresh, environ={CONNECTION_VARIABLE: str(runtime)})


def test_a_real_kernel_asks_its_server_within_the_same_cell(
    below: Callable[[], Notebook], server: FakeServer, runtime: Path
) -> None:
    write(runtime, content(server))
    notebook = below()
    attached = notebook.asked_before("attach")["content"]
    cell = notebook.run(ASK.format(SCOPE))
    assert notebook.output(cell) == CANARY
    kernel = server.asked[0][2]["kernel"]
    assert kernel["comm_id"] == attached["comm_id"]
    assert kernel["request_id"] == attached["data"]["request_id"]
    assert kernel["id"] in notebook.manager.connection_file
    closed = [m["content"]["comm_id"] for m in notebook.seen if m["msg_type"] == "comm_close"]
    assert attached["comm_id"] not in closed
    # A page that is opened later makes the kernel forget all tokens.
    signed_out = {"request_id": kernel["request_id"], "kind": "error", "code": "signed_out"}
    notebook.send(kernel["comm_id"], {**signed_out, "message": ""})
    notebook.settled()
    server.answer = 401, b'{"code": "sign_in_required", "message": ""}'
    later = notebook.run(ASK.format(SCOPE))
    notebook.asked()
    notebook.manager.interrupt_kernel()
    assert "KeyboardInterrupt" in notebook.output(later)


def test_a_real_kernel_says_why_it_sent_no_request(
    below: Callable[[], Notebook], server: FakeServer, runtime: Path
) -> None:
    write(runtime, content(server))
    runtime.chmod(0o640)
    notebook = below()
    said = notebook.output(notebook.run(ASK.format(SCOPE)))
    assert "(file_open_to_others)" in said
    assert "CredentialUnavailableError" in said or "AzureAuthUnavailableError" in said
    assert server.asked == []


ON_A_MACHINE = """
os.environ["IDENTITY_ENDPOINT"] = "http://127.0.0.1:{}/token"
os.environ["IDENTITY_HEADER"] = "header"
"""


@pytest.fixture
def on_azure_machine(below: Callable[..., Notebook], server: FakeServer) -> Callable[..., Notebook]:
    """Kernels on a machine with an identity."""

    def start(**more: object) -> Notebook:
        notebook = below(**more)
        notebook.idle(notebook.run(ON_A_MACHINE.format(server.port)))
        return notebook

    return start


def test_the_machine_serves_if_no_server_has_started_the_kernel(
    on_azure_machine: Callable[..., Notebook],
) -> None:
    notebook = on_azure_machine(environ={})
    assert notebook.output(notebook.run(ASK.format(SCOPE))) == MACHINE


# Situation: user's sign-in at the server | Azure refuses its refresh token (AADSTS53003, 65001) |
# a fresh kernel's first token on a machine with an identity | server_refused, never the machine's |
# sign in from the panel
@pytest.mark.parametrize("code", ["interaction_required", "consent_required", "sign_in_ended"])
def test_a_refused_sign_in_is_not_replaced_by_the_machine(
    on_azure_machine: Callable[[], Notebook], server: FakeServer, runtime: Path, code: str
) -> None:
    write(runtime, content(server))
    server.answer = 401, json.dumps({"code": code, "message": ""}).encode()
    notebook = on_azure_machine()
    said = notebook.output(notebook.run(ASK.format(SCOPE)))
    assert "[server_refused]" in said
    assert f"({code})" in said
    assert MACHINE not in said
    assert server.asked[-1][0] == "/azure-auth/token"


# Situation: parent server | takes longer than 5 s to get the token | a fresh kernel's first token
# on a machine with an identity | the server's token; the cell shows what it waits for |
# nothing to do
def test_a_slow_sign_in_is_not_replaced_by_the_machine(
    on_azure_machine: Callable[[], Notebook], server: FakeServer, runtime: Path
) -> None:
    write(runtime, content(server))
    server.gate.clear()
    notebook = on_azure_machine()
    cell = notebook.run(ASK.format(SCOPE))
    notebook.wait_for(lambda message: "server is asking Azure" in str(message["content"]))
    server.gate.set()
    assert notebook.output(cell) == CANARY


# Situation: page | closed in the middle of a cell that asks without a pause | its token is due for
# renewal | the same user's token from the parent server | nothing to do
def test_a_cell_continues_when_its_page_is_closed(
    below: Callable[[], Notebook], server: FakeServer, runtime: Path
) -> None:
    write(runtime, content(server))
    notebook = below()
    # It is asked as well if the page takes longer than 2 s.
    token, server.answer = server.answer, (401, b'{"code": "sign_in_required", "message": ""}')
    cell = notebook.run(ASK.format(SCOPE))
    notebook.give(notebook.asked(), "the-pages", refresh_on=int(time.time()), expires_in=60)
    assert notebook.output(cell) == "the-pages"
    server.answer = token
    cell = notebook.run(
        f"while (token := credential.get_token_info('{SCOPE}')).token == 'the-pages':\n"
        "    assert token.expires_on > time.time()\n"
        "print(token.token)"
    )
    assert notebook.output(cell, 60) == CANARY
    assert server.asked[-1][2]["account"] == ACCOUNT["id"]
