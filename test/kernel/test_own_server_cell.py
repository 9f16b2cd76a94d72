"""A real kernel without a page, and a stand-in for its server in the process that started it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jupyter_azure_auth.runtime_file import RuntimeFile, file_name, write
from test.kernel.notebook import CANARY, Notebook
from test.kernel.stand_in_server import StandIn

SCOPE = "https://storage.azure.com/.default"


@pytest.fixture
def server() -> Iterator[StandIn]:
    stand_in = StandIn()
    yield stand_in
    stand_in.stop()


def content(server: StandIn) -> RuntimeFile:
    return RuntimeFile(f"http://127.0.0.1:{server.port}/", "key")


ASK = "print(credential.get_token('{}').token)"


@pytest.fixture
def runtime(tmp_path: Path) -> Path:
    """Where a kernel of the fixture `fresh` looks: its home is there."""
    folder = tmp_path / ".local/share/jupyter/runtime"
    folder.mkdir(mode=0o700, parents=True)
    return folder / file_name(os.getpid())


def test_a_real_kernel_asks_its_ancestor_within_the_same_cell(
    fresh: Callable[[], Notebook], server: StandIn, runtime: Path
) -> None:
    write(runtime, content(server))
    notebook = fresh()
    attached = notebook.asked_before("attach")["content"]
    begun = time.monotonic()
    cell = notebook.run(ASK.format(SCOPE))
    assert notebook.output(cell) == CANARY
    assert time.monotonic() - begun < 8
    kernel = server.asked[0][2]["kernel"]
    assert kernel["comm_id"] == attached["comm_id"]
    assert kernel["request_id"] == attached["data"]["request_id"]
    assert kernel["id"] in notebook.manager.connection_file
    closed = [m["content"]["comm_id"] for m in notebook.seen if m["msg_type"] == "comm_close"]
    assert attached["comm_id"] not in closed
    # A page that comes later has the kernel forget it all.
    signed_out = {"request_id": kernel["request_id"], "kind": "error", "code": "signed_out"}
    notebook.send(kernel["comm_id"], {**signed_out, "message": ""})
    notebook.settled()
    server.answer = 401, b'{"code": "sign_in_required", "message": ""}'
    later = notebook.run(ASK.format(SCOPE))
    notebook.asked()
    notebook.manager.interrupt_kernel()
    assert "KeyboardInterrupt" in notebook.output(later)


def test_a_real_kernel_says_within_ten_seconds_why_it_sent_nothing(
    fresh: Callable[[], Notebook], server: StandIn, runtime: Path
) -> None:
    write(runtime, content(server))
    runtime.chmod(0o640)
    notebook = fresh()
    begun = time.monotonic()
    said = notebook.output(notebook.run(ASK.format(SCOPE)))
    assert time.monotonic() - begun < 12
    assert "(file_open_to_others)" in said
    assert "CredentialUnavailableError" in said or "AzureAuthUnavailableError" in said
    assert server.asked == []
