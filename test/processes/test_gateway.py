"""A kernel that a Kernel Gateway runs for a Jupyter server; the test plays the page."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest
import urllib3
import zmq
from jupyter_client.session import Session

from test.cli.lab import Lab
from test.kernel.notebook import ACCOUNT, CANARY, kernel_environ
from test.ports import free_port
from test.processes.lab_kernel import ask, open_socket
from test.processes.served import PROGRAMS
from test.programs import LIMIT_S

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CELL = """
from jupyter_azure_auth import JupyterCredential
print(JupyterCredential().get_token("https://{}/.default").token)
"""


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[str]:
    """Return the address of a gateway whose runtime files are in the test's folder."""
    url = f"http://127.0.0.1:{free_port()}"
    environ = {**kernel_environ(tmp_path), "JUPYTER_RUNTIME_DIR": str(tmp_path / "of-gateway")}
    environ["PYTHONPATH"] += f"{os.pathsep}{PROGRAMS}"
    command = [sys.executable, "-m", "kernel_gateway", f"--port={url.rpartition(':')[2]}"]
    command += ["--ip=127.0.0.1", "--JupyterWebsocketPersonality.list_kernels=True"]
    with subprocess.Popen(command, env=environ, cwd=tmp_path) as process:
        try:
            patient = urllib3.Retry(2 * LIMIT_S, backoff_factor=0.1, backoff_max=0.5)
            with urllib3.PoolManager() as http:
                http.request("GET", f"{url}/api", retries=patient)
            yield url
        finally:
            process.terminate()


class Socket:
    """One websocket of a page to a kernel."""

    def __init__(self, lab: Lab, kernel_id: str) -> None:
        self.session = uuid.uuid4().hex
        path = f"api/kernels/{kernel_id}/channels?session_id={self.session}"
        self._socket = open_socket(lab, path)

    def send(self, channel: str, kind: str, content: dict[str, Any]) -> None:
        header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "version": "5.3"}
        header |= {"session": self.session, "username": "", "date": "2026-01-01T00:00:00Z"}
        message = {"header": header, "parent_header": {}, "metadata": {}, "channel": channel}
        self._socket.send(json.dumps({**message, "content": content}))

    def run(self, code: str) -> None:
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        self.send("shell", "execute_request", {**content, "stop_on_error": False})

    def next(self, kind: str) -> dict[str, Any]:
        """Return the next message of a kind; of comms, only a request for a token."""
        while True:
            message: dict[str, Any] = json.loads(self._socket.recv())
            content: dict[str, Any] = message["content"]
            is_other = kind == "comm_open" and content.get("data", {}).get("kind") != "token"
            if message["msg_type"] == kind and not is_other:
                return content

    def give(self, opened: dict[str, Any]) -> None:
        """Answer a request for a token."""
        request_id, ends = opened["data"]["request_id"], int(time.time()) + 3600
        token = {"token": CANARY, "token_type": "Bearer", "expires_on": ends, "account": ACCOUNT}
        data = {"version": 1, "kind": "token", "request_id": request_id, **token}
        self.send("control", "comm_msg", {"comm_id": opened["comm_id"], "data": data})

    def close(self) -> None:
        self._socket.close()


# Situation: kernel of a gateway | two sockets of the page have one id, and the kernel drops answers
# | a cell asks | the token arrives over a separate socket | nothing to do
def test_a_page_answers_a_kernel_of_a_gateway(tmp_path: Path, gateway: str) -> None:
    lab = Lab(tmp_path, {}, "jupyter_server", config={"GatewayClient": {"url": gateway}})
    try:
        kernel_id = ask(lab, "POST", "api/kernels", {"name": "python3"}).json()["id"]
        page = Socket(lab, kernel_id)
        page.run(CELL.format("storage.azure.com"))
        page.give(page.next("comm_open"))
        assert page.next("stream")["text"].strip() == CANARY

        # As the socket that JupyterLab opens first, if it reaches the kernel after the second.
        with _take_over(tmp_path / "of-gateway" / f"kernel-{kernel_id}.json", page.session):
            page.run(CELL.format("vault.azure.net"))
            first = page.next("comm_open")
            page.give(first)
            again = page.next("comm_open")
            assert again["data"]["request_id"] == first["data"]["request_id"], "it got no answer"
            passing = Socket(lab, kernel_id)
            passing.give(again)
            assert page.next("stream")["text"].strip() == CANARY
            passing.close()
        page.close()
        ask(lab, "DELETE", f"api/kernels/{kernel_id}")
    finally:
        lab.stop()


def _take_over(connection_file: Path, session: str) -> Any:
    """Return a socket on the kernel's control channel with the id of another one."""
    info: dict[str, Any] = json.loads(connection_file.read_text())
    signing = Session(key=str(info["key"]).encode(), session=session)
    socket: Any = zmq.Context.instance().socket(zmq.DEALER)
    socket.linger = 0
    socket.setsockopt(zmq.IDENTITY, session.encode())
    socket.connect(f"tcp://{info['ip']}:{info['control_port']}")
    signing.send(socket, "kernel_info_request", {})
    assert socket.poll(LIMIT_S * 1000), "the kernel does not answer"
    return socket
