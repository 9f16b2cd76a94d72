"""Child processes, which the page's answers do not reach."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from test.kernel.notebook import CANARY, SCOPE, Notebook, asks, kernel_environ

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_a_forked_child_may_use_what_its_parent_had(notebook: Notebook, scope: str) -> None:
    cell = notebook.run(f"credential.get_token('{scope}')")
    notebook.give(notebook.asked())
    notebook.idle(cell)
    cell = notebook.run(
        "import os, warnings\n"
        "warnings.simplefilter('ignore', DeprecationWarning)\n"
        "read, write = os.pipe()\n"
        "if not (child := os.fork()):\n"
        f"    os.write(write, credential.get_token('{scope}').token.encode()); os._exit(0)\n"
        "os.waitpid(child, 0); print(os.read(read, 100).decode())"
    )
    assert notebook.output(cell) == CANARY


def test_a_script_is_told_what_to_do(tmp_path: Path) -> None:
    code = (
        "from jupyter_azure_auth import JupyterCredential\n"
        "from azure.identity import CredentialUnavailableError\n"
        f"try: JupyterCredential().get_token('{SCOPE}')\n"
        "except CredentialUnavailableError as error: print(error)"
    )
    environ = kernel_environ(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, timeout=60, check=True
    )
    assert b"not started by a Jupyter server" in done.stdout
    assert b"az login" in done.stdout


def test_a_kernel_without_an_answer_is_told(fresh: Callable[..., Notebook], scope: str) -> None:
    notebook = fresh()
    cell = notebook.run(f"credential.get_token('{scope}')")
    output = notebook.output(cell)
    assert output.startswith("AzureAuthUnavailableError: No JupyterLab page answered")
    assert notebook.kinds_asked() == ["token"]
    opened = [m["content"]["comm_id"] for m in notebook.seen if asks(m, "token")]
    closed = [m["content"]["comm_id"] for m in notebook.seen if m["msg_type"] == "comm_close"]
    # How often it repeats that, a clock of its own shows: test_request_flow.py.
    assert len(opened) > 1
    assert opened == closed
