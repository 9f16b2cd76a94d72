"""A kernel that the server starts, without a page."""

from __future__ import annotations

import json
import threading
import time
import uuid
from contextlib import suppress
from queue import Queue
from typing import Any

import requests
from websocket import WebSocket, WebSocketException, create_connection

from test.cli.lab import Lab
from test.programs import LIMIT_S


def ask(lab: Lab, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
    headers = {"Authorization": f"token {lab.token}", **headers}
    response = requests.request(
        method, f"{lab.url}{path}", json=body, headers=headers, timeout=LIMIT_S
    )
    assert response.ok, (path, response.text[-2000:])
    return response


def open_socket(lab: Lab, path: str, **options: Any) -> WebSocket:
    url = f"{lab.url.replace('http', 'ws', 1)}{path}"
    headers = {"Authorization": f"token {lab.token}"}
    return create_connection(url, timeout=LIMIT_S, header=headers, **options)


def read_all(socket: WebSocket) -> Queue[str]:
    """Return all that arrives, and answer pings: Jupyter closes what does not for 90 seconds."""
    arrived: Queue[str] = Queue()

    def read() -> None:
        with suppress(WebSocketException, OSError):  # closed
            while text := socket.recv():
                arrived.put(str(text))

    threading.Thread(target=read, daemon=True).start()
    return arrived


class LabKernel:
    """Runs cells, and keeps all that the kernel sends."""

    def __init__(self, lab: Lab, name: str = "python3") -> None:
        self._lab = lab
        self.id = ask(lab, "POST", "api/kernels", {"name": name}).json()["id"]
        self._socket = open_socket(lab, f"api/kernels/{self.id}/channels")
        self._socket.settimeout(None)
        self._arrived = read_all(self._socket)
        self.seen: list[str] = []

    def __enter__(self) -> LabKernel:  # noqa: PYI034 (typing has no Self before Python 3.11)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the kernel."""
        self._socket.close()
        ask(self._lab, "DELETE", f"api/kernels/{self.id}")

    def send(self, code: str) -> str:
        """Queue a cell, and return its id."""
        message_id = uuid.uuid4().hex
        header = {"msg_id": message_id, "msg_type": "execute_request", "version": "5.3"}
        message = {"header": header, "parent_header": {}, "metadata": {}, "channel": "shell"}
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        self._socket.send(json.dumps({**message, "content": {**content, "stop_on_error": True}}))
        return message_id

    def run(self, code: str) -> str:
        """Run a cell, and return what it prints, or its error."""
        message_id, printed = self.send(code), ""
        while True:
            text = self._arrived.get(timeout=LIMIT_S)
            self.seen.append(text)
            message = json.loads(text)
            content = message["content"]
            if (message["parent_header"] or {}).get("msg_id") != message_id:
                continue
            if message["msg_type"] == "stream":
                printed += content["text"]
            elif message["msg_type"] == "error":
                printed += f"{content['ename']}: {content['evalue']}"
            if content.get("execution_state") == "idle":
                return printed.strip()

    def runs_until(self, code: str, printed: str) -> None:
        """Repeat a cell until it prints this."""
        end = time.monotonic() + LIMIT_S
        while (last := self.run(code)) != printed:
            assert time.monotonic() < end, last
