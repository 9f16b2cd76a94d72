"""A real JupyterLab, a user who signs in there, and processes below it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from queue import Queue
from types import MappingProxyType
from typing import Any

import psutil
import requests
import urllib3

from jupyter_azure_auth.connection_file import CONNECTION_VARIABLE, file_name
from test.kernel.notebook import kernel_environ
from test.programs import run_program
from test.sdks.person import fill_in

SCOPE = "https://storage.azure.com/.default"
TIME = 180
CLI = (sys.executable, "-m", "jupyter_azure_auth.cli")


class Lab:
    """A server whose folders are all in one."""

    def __init__(
        self,
        home: Path,
        azure_auth: dict[str, Any],
        module: str = "jupyterlab",
        *,
        ours: bool = True,
        extensions: Iterable[str] = (),
        config: Mapping[str, Any] = MappingProxyType({}),
        **environ: str,
    ) -> None:
        self.home, self.runtime, self.token = home, home / "runtime", "jupyter-of-the-tests"
        config_file = home / "config.json"
        server = {
            "jpserver_extensions": {"jupyter_azure_auth": ours, **dict.fromkeys(extensions, True)},
            "root_dir": str(home),
            # As if users opened it by that name.
            "local_hostnames": ["localhost", "lab.example"],
        }
        identity = {"token": self.token}
        updates = {"check_for_updates_class": "jupyterlab.NeverCheckForUpdate"}
        config_file.write_text(
            json.dumps(
                {
                    **config,
                    "ServerApp": server,
                    "IdentityProvider": identity,
                    "AzureAuth": azure_auth,
                    "LabApp": updates,
                }
            )
        )
        self.environ = {
            **kernel_environ(home),
            "JUPYTER_RUNTIME_DIR": str(self.runtime),
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTER_DATA_DIR": str(home / "data"),
            **environ,
        }
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", module, f"--config={config_file}", "--allow-root"),
                *("--no-browser", "--ServerApp.port=0", "--debug"),
            ],
            cwd=home,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: Queue[str] = Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.log = ""
        try:
            self._await_start(ours=ours)
        except BaseException:
            self.stop()
            raise

    def _await_start(self, *, ours: bool) -> None:
        self.await_log("?token=")
        # It prints its address before it listens, and before it writes its files.
        patient = urllib3.Retry(200, backoff_factor=0.1, backoff_max=0.5)
        address = re.findall(r"(http://\S+/)\S*\?token=", self.log)[0]
        with urllib3.PoolManager() as http:
            http.request("GET", f"{address}api", retries=patient)
        if ours:
            self.await_log("processes find this server through")
        self.url = str(json.loads(self._info.read_text())["url"])

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2].rstrip("/"))

    @property
    def connection_file(self) -> Path:
        return self.runtime / file_name(self.process.pid)

    @property
    def _info(self) -> Path:
        return self.runtime / f"jpserver-{self.process.pid}.json"

    def await_log(self, text: str) -> None:
        while text not in self.log:
            line = self._lines.get(timeout=TIME)
            assert line, self.log
            self.log += line

    def read_log(self) -> str:
        """Return what it has logged so far."""
        while not self._lines.empty():
            self.log += self._lines.get()
        return self.log

    def ask(self, route: str, **fields: Any) -> Any:
        headers = {"Authorization": f"token {self.token}"}
        url = f"{self.url}azure-auth/{route}"
        answer = requests.post(url, json=fields, headers=headers, timeout=TIME)
        assert answer.ok, answer.text
        return answer.json()

    def sign_in(self, user: dict[str, str]) -> None:
        """Sign in as a browser does, on Jupyter's own port."""
        begun = self.ask("loopback/start", port=self.port, scopes=[SCOPE])
        form = fill_in(begun["authorize_url"], user)
        page = requests.post(self.url, form, timeout=TIME)
        receipt = page.text.partition('receipt: "')[2].partition('"')[0]
        self.ask("loopback/finish", proof=begun["proof"], receipt=receipt)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(TIME)

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stdout:
            for line in stdout:
                self._lines.put(line)
        self._lines.put("")


class Terminal:
    """Runs commands as in a terminal of the server: with the variables of processes below it."""

    def __init__(self, lab: Lab) -> None:
        self.environ = {
            **lab.environ,
            CONNECTION_VARIABLE: str(lab.connection_file),
            # None of this machine's desktop.
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }

    def run(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run ``jupyter azure-auth`` with these arguments."""
        return run_program([*CLI, *arguments], env={**self.environ, **environ})

    def arguments_while(self, *arguments: str) -> set[str]:
        """Run it, and return the argument lists of its processes, as ``ps`` shows them."""
        seen = set()
        process = psutil.Popen([*CLI, *arguments], env=self.environ, stdout=subprocess.DEVNULL)
        while process.poll() is None:
            with suppress(psutil.Error):
                for one in (process, *process.children(recursive=True)):
                    seen.add(" ".join(one.cmdline()))
        return seen
