"""A real JupyterHub, and the server that it starts for Alice."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import requests

from test.kernel.notebook import kernel_environ

ROOT = Path(__file__).parents[3]
PACKAGES = ROOT / ".cache" / "jupyterhub"
CONFIG = Path(__file__).with_name("jupyterhub_config.py")
USERS = ("alice", "bob", "eve")
LIMIT_S = 240
"""Seconds for the start of the Hub, and of the server, also on a loaded machine."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


class RealHub:
    """Bob has the scope ``access:servers`` for Alice's server; Eve has not."""

    def __init__(self, home: Path) -> None:
        self._key = secrets.token_hex()
        ports = {name: free_port() for name in ("PUBLIC", "HUB", "SERVER")}
        for folder in (*USERS, "conf"):
            (home / folder).mkdir()
        self._log = (home / "hub.log").open("w+")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", str(CONFIG)],
            cwd=home,
            env={
                **kernel_environ(home),
                "PYTHONPATH": os.pathsep.join([str(PACKAGES), str(ROOT)]),
                "JUPYTER_CONFIG_DIR": str(home / "conf"),
                "HUB_TEST_HOMES": str(home),
                "HUB_TEST_TOKEN": self._key,
                **{f"HUB_TEST_{name}_PORT": str(port) for name, port in ports.items()},
            },
            stdout=self._log,
            stderr=subprocess.STDOUT,
            # With the servers that it starts.
            start_new_session=True,
        )
        self._api = f"http://127.0.0.1:{ports['HUB']}/hub/api"
        self._server = f"http://127.0.0.1:{ports['SERVER']}/user/alice"
        try:
            self._start_server()
        except BaseException:
            self.stop()
            raise

    def _start_server(self) -> None:
        self._await_answer(self._api, self._key)
        for user in ("alice", "eve"):  # Bob is in the configuration
            self._hub(f"users/{user}")
        self._tokens = {user: self._hub(f"users/{user}/tokens")["token"] for user in USERS}
        self._hub("users/alice/server")
        self._await_answer(f"{self._server}/api/status", self._tokens["alice"])

    def ask(self, user: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Ask Alice's server as a user; with a body by POST."""
        method = "GET" if body is None else "POST"
        answer = self._request(method, f"{self._server}/{path}", self._tokens[user], body)
        return answer.status_code, answer.json()

    def stop(self) -> None:
        self._log.close()
        for how in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError, subprocess.TimeoutExpired):
                os.killpg(self._process.pid, how)
                self._process.wait(30)

    def _hub(self, path: str) -> Any:
        answer = self._request("POST", f"{self._api}/{path}", self._key, {})
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def _await_answer(self, url: str, token: str) -> None:
        end = time.monotonic() + LIMIT_S
        while time.monotonic() < end and self._process.poll() is None:
            with suppress(requests.ConnectionError):
                if self._request("GET", url, token).ok:
                    return
        self._log.seek(0)
        raise AssertionError(f"{url} did not answer:\n{self._log.read()}")

    @staticmethod
    def _request(method: str, url: str, token: str, body: Any = None) -> requests.Response:
        headers = {"Authorization": f"token {token}"}
        return requests.request(method, url, json=body, headers=headers, timeout=60)
