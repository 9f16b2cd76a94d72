"""A script in a terminal without Jupyter: azure-identity signs in at the local authority."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_azure_auth.azureml.sign_in import COMPLETED_MESSAGE, STARTED_MESSAGE
from test.kernel.notebook import kernel_environ
from test.sdks.test_azureml_core import CONTOSO, SUBSCRIPTION

if TYPE_CHECKING:
    from collections.abc import Callable

SILENCE = 60
ROOT = Path(__file__).parents[2]
SCRIPT = f"""
from azureml.core import Workspace
from jupyter_azure_auth import InteractiveLoginAuthentication
auth = InteractiveLoginAuthentication(tenant_id="{CONTOSO}")
print(auth.get_authentication_header())
print(Workspace("{SUBSCRIPTION}", "ml-group", "ml-contoso", auth=auth).location)
"""


def run_in_terminal(script: str, home: Path, **more: str) -> str:
    """Run a script in a terminal and return what it shows."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**kernel_environ(home), **more},
    ) as process:
        os.close(theirs)
        shown = b""
        while piece := read(ours):
            shown += piece
        # It has ended or prints nothing more.
        process.kill()
    os.close(ours)
    return shown.decode().replace("\r\n", "\n")


def read(terminal: int) -> bytes:
    """Return the next output of a terminal, empty at its end or after a minute without output."""
    readable, _, _ = select.select([terminal], [], [], SILENCE)
    try:
        return os.read(terminal, 65536) if readable else b""
    except OSError:  # the end of a terminal on Linux
        return b""


@pytest.fixture
def browser(azure: dict[str, Any], tmp_path: Path) -> str:
    """Return a browser command for the variable `BROWSER`, in which Alice signs in."""
    program = tmp_path / "browser"
    user = json.dumps(azure["users"][0])
    program.write_text(
        f"#!/bin/sh\ncd {ROOT} && exec {sys.executable} -m test.sdks.browser '{user}' \"$1\"\n"
    )
    program.chmod(0o755)
    # Do not wait for it, as for real browsers.
    return f"{program} %s &"


def test_signs_in_with_the_browser(
    azure: dict[str, Any], browser: str, tmp_path: Path, control: Callable[..., Any]
) -> None:
    shown = run_in_terminal(SCRIPT, tmp_path, BROWSER=browser).split("\n")
    logged = [
        line
        for line in shown
        if line in (STARTED_MESSAGE, COMPLETED_MESSAGE) or "Azure token" in line
    ]
    assert logged == [
        STARTED_MESSAGE,
        COMPLETED_MESSAGE,
        "{'Authorization': <Azure token, hidden>}",
    ], shown
    assert "westeurope" in shown
    entries = control("log")
    assert [entry["user"] for entry in entries if entry["kind"] == "sign-in"] == [
        "alice@contoso.com"
    ]
    # Without a keychain nothing is stored.
    assert not (tmp_path / ".IdentityService").exists()
    secrets = control("secrets")
    assert not [token for token in secrets["accessTokens"] if token in "\n".join(shown)]


def test_without_a_browser_shows_a_code(
    azure: dict[str, Any], tmp_path: Path, control: Callable[..., Any]
) -> None:
    control("settings", {"deviceCodeSeconds": 1, "deviceCodeIntervalSeconds": 1})
    shown = run_in_terminal(SCRIPT, tmp_path)
    assert STARTED_MESSAGE in shown
    assert "enter the code" in shown
    # The code was not entered in time.
    assert "AuthenticationException" in shown
    assert COMPLETED_MESSAGE not in shown
