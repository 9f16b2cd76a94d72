"""A server with the programs that these tests run, a user who has signed in, and a blob."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
from azure.core.credentials import AccessToken
from azure.storage.blob import ContainerClient

from test.cli.lab import SCOPE, Lab
from test.processes.served import APPS, PROGRAMS, PROXIED

ROOT = Path(__file__).parents[2]
CONTAINER = "of-the-user"
EXTENSIONS = ("jupyter_server_terminals", "jupyter_scheduler", "jupyter_server_proxy", "voila")


class TokenOfUser:
    """The credential of the test itself."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def get_token(self, *_scopes: str, **_: Any) -> AccessToken:
        issued = self._lab.ask("token", scopes=[SCOPE])
        return AccessToken(issued["token"], 2**40)


def start_lab(home: Path, user: dict[str, str]) -> Lab:
    """Return a server that runs, with this user signed in to the local Azure."""
    for name, text in APPS.items():
        (home / f"{name}.py").write_text(text)
    servers = {
        name: {"command": [sys.executable, "-m", *command.split()], "timeout": 120}
        for name, command in PROXIED.items()
    }
    path = os.pathsep.join(map(str, (ROOT, PROGRAMS)))
    lab = Lab(
        home,
        {},
        "jupyter_server",
        extensions=EXTENSIONS,
        config={"ServerProxy": {"servers": servers}},
        PYTHONPATH=path,
        JUPYTER_PATH=str(PROGRAMS / "share" / "jupyter"),
    )
    spec = json.loads((PROGRAMS / "share/jupyter/kernels/xpython/kernel.json").read_text())
    folder = home / "data" / "kernels" / "xpython"
    folder.mkdir(parents=True)
    spec["argv"][0] = sys.executable
    (folder / "kernel.json").write_text(json.dumps(spec))
    lab.sign_in(user)
    address = os.environ["STORAGE_ACCOUNT_URL"]
    with ContainerClient(address, CONTAINER, credential=TokenOfUser(lab)) as container:
        container.create_container()
        container.upload_blob("greeting", b"hello")
    return lab


def stop_lab(lab: Lab) -> None:
    """End the server and all that runs below it."""
    if lab.process.poll() is None:
        for process in psutil.Process(lab.process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):  # one that another of them has ended
                process.kill()
    lab.stop()
