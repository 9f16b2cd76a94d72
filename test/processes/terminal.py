"""A terminal of the server, in which programs start as they do for its user."""

from __future__ import annotations

import json
import shlex
import threading
import time
from pathlib import Path
from typing import NamedTuple

import requests
from websocket import create_connection

from test.cli.lab import Lab
from test.processes.lab_kernel import read_all
from test.programs import LIMIT_S


class Done(NamedTuple):
    """What a command has printed."""

    code: int
    out: str
    err: str


class ServerTerminal:
    """One shell that the server has started."""

    def __init__(self, lab: Lab) -> None:
        self._home = lab.home
        headers = {"Authorization": f"token {lab.token}"}
        started = requests.post(f"{lab.url}api/terminals", headers=headers, timeout=LIMIT_S)
        url = f"{lab.url.replace('http', 'ws', 1)}terminals/websocket/{started.json()['name']}"
        self._socket = create_connection(f"{url}?token={lab.token}")
        read_all(self._socket)
        self._count = 0

    def run(self, *command: str) -> Done:
        """Run a command to its end in a folder of its own; fail if it takes too long."""
        folder = self._send(command)
        self._await(folder / "code", command)
        out, err = ((folder / name).read_text() for name in ("out", "err"))
        return Done(int((folder / "code").read_text()), out, err)

    def start(self, *command: str) -> None:
        """Start a command in a folder of its own, and do not wait for it."""
        self._send(command, "&")

    def _send(self, command: tuple[str, ...], suffix: str = "") -> Path:
        self._count += 1
        folder = self._home / f"command-{self._count}"
        folder.mkdir()
        line = (
            f"(cd {folder} && {shlex.join(command)} </dev/null >out 2>err; echo $? >part;"
            f" mv part code) {suffix}\r"
        )
        self._socket.send(json.dumps(["stdin", line]))
        return folder

    def close(self) -> None:
        """End what still runs in it, too: the server's end closes its shells."""
        self._socket.close()

    def _await(self, file: Path, command: tuple[str, ...]) -> None:
        end = time.monotonic() + LIMIT_S
        while not file.exists():
            assert time.monotonic() < end, f"It took longer than {LIMIT_S} s: {command}"
            threading.Event().wait(0.05)
