"""Dashboards of a real Voilà: which identity they act as, and that they say so to every visitor."""

from __future__ import annotations

import os
import subprocess
import sys
from html import unescape
from typing import TYPE_CHECKING

import pytest
import urllib3

from test.kernel.fake_server import MACHINE, FakeServer
from test.kernel.notebook import OURS, kernel_environ
from test.ports import free_port
from test.processes.lab_kernel import ask
from test.processes.served import PROGRAMS, write_notebook, write_notebook_into
from test.programs import LIMIT_S

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from test.cli.lab import Lab

DASHBOARD = """
from azure.core.exceptions import ClientAuthenticationError
from jupyter_azure_auth import JupyterCredential, SignInWidget
display(SignInWidget())
for require_user in (False, True):
    try:
        credential = JupyterCredential(require_user=require_user)
        print("got", credential.get_token("https://storage.azure.com/.default").token[:40])
    except ClientAuthenticationError as error:
        print("refused:", error)
"""
SAID_BY_VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def machine() -> Iterator[FakeServer]:
    """The identity endpoint of an Azure machine."""
    fake_server = FakeServer()
    yield fake_server
    fake_server.stop()


# Reach: Voilà | no Jupyter server | none: an identity of the machine | the dashboard says that
# every visitor acts as the machine; `require_user=True` refuses it
def test_a_standalone_dashboard_acts_as_the_machine_and_says_so(
    tmp_path: Path, machine: FakeServer
) -> None:
    name, port = write_notebook_into(tmp_path, "dashboard.ipynb", DASHBOARD), free_port()
    environ = {
        **kernel_environ(tmp_path),
        "IDENTITY_ENDPOINT": f"http://127.0.0.1:{machine.port}/token",
        "IDENTITY_HEADER": "header",
        "JUPYTER_PATH": str(PROGRAMS / "share" / "jupyter"),
    }
    environ["PYTHONPATH"] += f"{os.pathsep}{PROGRAMS}"
    command = [sys.executable, "-m", "voila", name, "--no-browser", f"--port={port}"]
    log = tmp_path / "voila.log"
    with (
        log.open("w") as written,
        subprocess.Popen(command, env=environ, cwd=tmp_path, stderr=written) as process,
    ):
        try:
            patient = urllib3.Retry(2 * LIMIT_S, backoff_factor=0.1, backoff_max=0.5)
            with urllib3.PoolManager() as http:
                answer = http.request("GET", f"http://127.0.0.1:{port}/", retries=patient)
            shown = unescape(answer.data.decode())
        finally:
            process.terminate()
    assert "this dashboard acts on Azure as the machine that runs it" in shown, shown[-2000:]
    assert SAID_BY_VIEW not in shown
    assert f"got {MACHINE}" in shown
    assert "[user_required]" in shown
    assert OURS not in log.read_text(), "no comm is opened where there can be no page"


def test_a_dashboard_of_the_server_names_the_page_of_its_user(lab: Lab) -> None:
    name = write_notebook(lab, "dashboard.ipynb", DASHBOARD)
    shown = unescape(ask(lab, "GET", f"voila/render/{name}").text)
    assert "this dashboard acts on Azure as the user of the Jupyter server" in shown
    assert f"open http://localhost:{lab.port}/azure-auth/" in shown
    assert SAID_BY_VIEW not in shown
    assert "refused" not in shown
    assert f"comm target '{OURS}'" not in lab.read_log()
