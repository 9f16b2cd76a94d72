"""A real JupyterHub, and the server that it starts for Alice."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import requests

from test.kernel.notebook import kernel_environ
from test.ports import free_port
from test.server.hub.administrators_page import blocks

ROOT = Path(__file__).parents[3]
PACKAGES = ROOT / ".cache" / "jupyterhub"
CONFIG = Path(__file__).with_name("jupyterhub_config.py")
USERS = ("alice", "bob", "eve")
KEPT = ("PYTHONPATH", "JUPYTER_CONFIG_DIR", "AZURE_POD_IDENTITY_AUTHORITY_HOST")
"""Variables of the Hub that its servers get, too."""
LIMIT_S = 240
"""Seconds for the start of the Hub, and of the server, also on a loaded machine."""


class RealHub:
    """Bob has the scope ``access:servers`` for Alice's server; Eve has not."""

    def __init__(self, home: Path) -> None:
        self._key = secrets.token_hex()
        ports = {name: free_port() for name in ("PUBLIC", "HUB", "SERVER")}
        for folder in (*USERS, "conf"):
            (home / folder).mkdir()
        self._home = home
        self.url = f"http://127.0.0.1:{ports['HUB']}"
        config = home / "conf" / "jupyter_server_config.py"
        config.write_text(blocks("python", self.url.replace("http:", "https:"))[0])
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
                "HUB_TEST_KEPT": ",".join(KEPT),
                **{f"HUB_TEST_{name}_PORT": str(port) for name, port in ports.items()},
            },
            stdout=self._log,
            stderr=subprocess.STDOUT,
            # With the servers that it starts.
            start_new_session=True,
        )
        self._api = f"{self.url}/hub/api"
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

    def ask(self, user: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Ask Alice's server as a user; with a body by POST."""
        method = "GET" if body is None else "POST"
        url = f"{self._server}/{path}"
        answer = self._request(method, url, self._tokens[user], body, **headers)
        return answer.status_code, answer.json()

    def ask_as_page(self, user: str, path: str, body: Any) -> tuple[int, Any]:
        """Ask as a program of a user that poses as a page."""
        origin = self._server.removesuffix("/user/alice")
        return self.ask(user, path, body, Origin=origin)

    def run(self, commands: str) -> subprocess.CompletedProcess[str]:
        """Run commands in a shell, as an administrator with a token, or in Alice's terminal."""
        [connection] = self._home.rglob("azure-auth-*.json")
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        return subprocess.run(
            ["/bin/sh", "-e", "-c", commands],
            env={
                **kernel_environ(self._home / "alice"),
                "PATH": path,
                "HUB_TOKEN": self._key,
                "JUPYTERHUB_API_TOKEN": self._tokens["alice"],
                "JUPYTER_AZURE_AUTH_CONNECTION": str(connection),
                # What is installed already is enough: no test asks a package index.
                "PIP_NO_INDEX": "1",
                # So that none connects to Azure.
                **dict.fromkeys(("HTTPS_PROXY", "https_proxy"), "http://127.0.0.1:9"),
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )

    def is_running(self, user: str) -> bool:
        """Whether a user has a server that is running, or stopping."""
        answer = self._request("GET", f"{self._api}/users/{user}", self._key)
        return answer.json()["server"] is not None

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
    def _request(
        method: str, url: str, token: str, body: Any = None, **more: str
    ) -> requests.Response:
        headers = {"Authorization": f"token {token}", **more}
        return requests.request(method, url, json=body, headers=headers, timeout=60)
